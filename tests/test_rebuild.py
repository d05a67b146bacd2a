"""A site built again after a change is the site that a first build would have made."""

import re
import sys

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from autograder.course.lesson import ROOT

sys.path.append(str(ROOT / "book" / "_ext"))

import course_links

CONF = """
extensions = ["sphinxcontrib.bibtex", "rebuild"]
bibtex_bibfiles = ["references.bib"]
html_theme = "basic"
"""
EXTENSION = """
import course_rebuild

def setup(app):
    app.connect("env-updated", course_rebuild.pages_that_cite, priority=900)
    app.connect("env-updated", course_rebuild.pages_with_terms, priority=900)
    app.connect("build-finished", lambda app, error: course_rebuild.forget_pages(app))
"""
ENTRY = "@book{{{key}, author={{Ada {key}}}, title={{On {key}}}, publisher={{P}}, year={year}}}\n"


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of two chapters with a bibliography: write its files, then ``build()``."""
    source = tmp_path / "source"
    (source / "lessons").mkdir(parents=True)
    monkeypatch.syspath_prepend(source)
    (source / "rebuild.py").write_text(EXTENSION)
    (source / "conf.py").write_text(CONF)
    (source / "index.rst").write_text("Book\n====\n\n.. toctree::\n   :glob:\n\n   lessons/*\n")
    (source / "lessons" / "sources.rst").write_text("Sources\n=======\n\n.. bibliography::\n")
    cite(source, "one", "beta")
    cite(source, "two", "alpha")
    bibliography(source, "alpha", "beta")
    build(source)
    return source


def cite(book, page, key):
    (book / "lessons" / f"{page}.rst").write_text(f"{page}\n===\n\nSee :cite:p:`{key}`.\n")


def bibliography(book, *keys):
    entries = (ENTRY.format(key=key, year=1990 + i) for i, key in enumerate(keys))
    (book / "references.bib").write_text("".join(entries))


def build(book):
    """Build what changed, and return what is wrong with the links of the site."""
    site = book.parent / "site"
    folders = [book, book, site, book.parent / "doctrees"]
    with docutils_namespace():
        Sphinx(*map(str, folders), "html", status=None, warning=None).build()
    return course_links.problems(site)


def test_a_page_that_went_leaves_nothing_behind(book):
    (book / "lessons" / "two.rst").unlink()

    assert build(book) == []
    assert not (book.parent / "site" / "lessons" / "two.html").exists()


def test_pages_that_did_not_change_follow_a_bibliography_that_did(book):
    bibliography(book, "aardvark", "alpha", "beta")

    assert build(book) == []


def test_a_source_cited_for_the_first_time_joins_the_bibliography(book):
    bibliography(book, "alpha", "beta", "gamma")
    build(book)
    cite(book, "three", "gamma")

    assert build(book) == []


def test_terms_are_searched_for_after_another_page_has_changed(book):
    glossary = "Terms\n=====\n\n.. glossary::\n\n   slope\n      How steep.\n"
    (book / "lessons" / "terms.rst").write_text(glossary)
    build(book)
    cite(book, "one", "alpha")
    build(book)

    index = (book.parent / "site" / "searchindex.js").read_text()
    assert re.search(r'"indexentries": \{"slope"', index)
