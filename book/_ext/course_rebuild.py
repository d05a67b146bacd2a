"""What Sphinx forgets when it builds only what changed: pages, citations, terms to search for."""

from pathlib import Path


def forget_pages(app):
    """Delete the pages of an earlier build whose source is gone, whose links would lead nowhere."""
    site = Path(app.outdir)
    for folder in {doc.partition("/")[0] for doc in app.env.found_docs if "/" in doc}:
        for page in (site / folder).rglob("*.html"):
            if page.relative_to(site).with_suffix("").as_posix() not in app.env.found_docs:
                page.unlink()


def pages_that_cite(app, env):
    """Write these pages again when citations came or went: the places they lead to are counted."""
    cite = env.get_domain("cite")
    places = {one.key: one.citation_id for one in cite.citations}
    known = getattr(env, "course_citations", places)
    env.course_citations = places
    if places == known:
        return []
    lists = {one.docname for one in cite.bibliographies}
    return sorted(lists | {one.docname for one in cite.citation_refs})


def pages_with_terms(app, env):
    """Write the glossary again: the index of the search knows the terms of written pages alone."""
    return sorted({page for page, _ in env.domaindata["std"]["terms"].values()})
