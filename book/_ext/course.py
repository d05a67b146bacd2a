"""The course's one Sphinx extension: from lessons to a site that needs no kernel and no network."""

import hashlib
import html
import os
import threading
from pathlib import Path

import course_assets
import course_checked
import course_coverage
import course_directives
import course_links
import course_rebuild
import course_scripts
import course_text
import sphinxcontrib.katex
from course_directives import kilobytes, lesson_chapter, released
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging

from autograder.course import lesson
from autograder.course.exercise import chapters
from autograder.course.public import ship
from lessons.kit.measured import measured

logger = logging.getLogger(__name__)


def setup(app):
    """Connect everything."""
    app.add_config_value("course_release", None, "")
    app.add_config_value("course_static", "", "html")
    app.setup_extension("sphinxcontrib.katex")
    course_directives.setup(app)
    app.add_directive("checked", course_checked.Checked)
    app.add_directive("coverage", course_coverage.Coverage)
    app.connect("config-inited", prepare)
    app.connect("builder-inited", start_katex)
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", course_rebuild.pages_that_cite, priority=900)
    app.connect("env-updated", course_rebuild.pages_with_terms, priority=900)
    app.connect("source-read", read_source)
    app.connect("html-page-context", dress_page, priority=900)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": False, "parallel_write_safe": True}


# ---- before reading ----


def prepare(app, config):
    """Point everything at this machine's own files, and tell `explore` where its frames go."""
    book, build = Path(app.srcdir) / "book", Path(app.outdir).parent
    config.course_release = str(config.course_release or build / "release")
    static = course_assets.install(book, build)
    course_assets.publish_widgets(Path(app.srcdir) / "lessons", static / "widgets")
    config.html_static_path += [str(book / "static"), str(static)]
    config.course_static = _hash_of_files(book / "static", static)
    config.html_context["default_mode"] = "light"
    sphinxcontrib.katex.NODEJS_BINARY = str(course_assets.NODE)
    config.katex_js_path = str(book / "_ext" / "katex.js")
    os.environ["COURSE_STATIC"] = str(frames(app))
    _tabulate_curves(Path(app.srcdir))
    _forget_thebe(app)
    _report_progress(app)


def _hash_of_files(*folders):
    """Changes with any of the files; Sphinx would not copy one that alone is new."""
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _tabulate_curves(root):
    """Figures draw the reference functions from tables, which must not be older than those."""
    for name in chapters():
        table, source = root / f"lessons/{name}/shipped/curves.bin", root / f"solutions/{name}.py"
        if not table.exists() or table.stat().st_mtime < source.stat().st_mtime:
            ship(name)
            table.touch()


def _forget_thebe(app):
    """Jupyter Book always loads sphinx-thebe, which speaks of unpkg.com on every page."""
    for listeners in app.events.listeners.values():
        listeners[:] = [one for one in listeners if "thebe" not in one.handler.__module__]
    app.registry.css_files[:] = [one for one in app.registry.css_files if "thebe" not in one[0]]


def frames(app):
    """Where frames are kept between builds; a marker tells one life of the folder from the next."""
    folder = Path(app.outdir).parent / "frames"
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / "marker"
    if not marker.exists():
        marker.write_text(os.urandom(8).hex())
    return folder


def _report_progress(app):
    """Say every few seconds how many frames are drawn: a chapter's figures can take a minute."""
    done, folder = threading.Event(), frames(app)
    app.connect("build-finished", lambda *_: done.set())

    def report():
        before = told = len(list(folder.glob("*.json")))
        while not done.wait(4):
            now = len(list(folder.glob("*.json")))
            if now > told:
                print(f"drawing figures: {now - before} frames", flush=True)
            told = now

    threading.Thread(target=report, daemon=True).start()


def _stamp(app, docname):
    """A hash of all the code that a page's cells may depend on."""
    chapter = lesson_chapter(docname) or "*"
    root = Path(app.srcdir)
    patterns = [
        "lessons/kit/*.py",
        "lessons/kit/widgets/*",
        f"lessons/{chapter}/figures.py",
        f"lessons/{chapter}/simulations.py",
        f"lessons/{chapter}/widgets/*",
        f"solutions/{chapter}.py",
    ]
    files = [file for pattern in patterns for file in sorted(root.glob(pattern))]
    content = b"".join(file.read_bytes() for file in [*files, frames(app) / "marker"])
    return hashlib.sha256(content).hexdigest()[:16]


def outdated(app, env, added, changed, removed):
    """Read a page again when what it is made of has changed, though its text has not."""
    seen = getattr(env, "course_seen", {})
    env.course_seen = {doc: _ingredients(app, doc) for doc in env.found_docs}
    return [doc for doc, now in env.course_seen.items() if seen.get(doc) != now]


def _ingredients(app, docname):
    files = released(app.config.course_release, lesson_chapter(docname))
    sizes = [(file.name, kilobytes(file)) for file in files]
    code = b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
    own = hashlib.sha256(code).hexdigest()
    return [own, _stamp(app, docname), measured(lesson_chapter(docname) or ""), sizes]


def read_source(app, docname, source):
    """Turn the text of a lesson into the text of its page."""
    chapter = lesson_chapter(docname)
    text = source[0]
    if chapter:
        text = course_text.without_student_cells(text)
        text = course_text.with_references(text, chapter)
        text = course_text.with_downloads(text)
        text = lesson.with_captions(text, course_text.caption)
        text = f"{text.rstrip()}\n\n```{{checked}} {chapter}\n```\n"
        try:
            text = lesson.with_numbers(text, course_text.with_powers(measured(chapter)))
        except LookupError as error:
            raise ExtensionError(f"{docname}: {error}") from None
    source[0] = course_text.with_stamp(text, _stamp(app, docname))


def start_katex(app, tries=5):
    """Start the server that renders formulas; on a busy machine it may refuse its first callers."""
    for left in reversed(range(tries)):
        try:
            return sphinxcontrib.katex.KaTeXServer.get()
        except ConnectionRefusedError:
            if not left:
                raise


# ---- while and after writing ----


def dress_page(app, pagename, templatename, context, doctree):
    """Give the page the way to its frames, the scripts it needs, and a description if it has none.

    The first figure of the cover is seen at once, so it is not left for later.
    """
    root = "../" * pagename.count("/")
    body = (context.get("body") or "").replace("course-root:/", root)
    if pagename == app.config.root_doc:
        body = body.replace('loading="lazy"', 'fetchpriority="high"', 1)
    context["body"] = body
    if doctree is not None:  # the search page brings scripts that want the others at once
        context["script_files"] = course_scripts.needed(context["script_files"], body)
        context["css_files"] = course_scripts.needed(context["css_files"], body)
    described = _description(doctree) if doctree is not None else ""
    context["metatags"] = (context.get("metatags") or "") + described + _fonts_first(root, body)


def _description(doctree):
    """What a search engine shows of the page: its first words."""
    first = next(doctree.findall(_is_prose), None)
    text = html.escape(" ".join(first.astext().split())[:200]) if first else ""
    return f'\n<meta name="description" content="{text}" />' if text else ""


def _fonts_first(root, body):
    """Have the faces that a page needs at once fetched before the style sheet asks for them.

    A face that comes late moves the text: the two of every page, and those of formulas.

    From a disk browsers refuse to, so it takes a script that sees where the page comes from.
    """
    faces = [
        f"{root}_static/fonts/{home}/{files[0]}" for home, files in course_assets.FONTS.items()
    ]
    if 'class="katex' in body:
        faces += [f"{root}_static/katex/fonts/{face}.woff2" for face in course_assets.FORMULA_FACES]
    return (
        f'\n<script>if (location.protocol !== "file:") for (const href of {faces}) '
        'document.head.append(Object.assign(document.createElement("link"), '
        '{rel: "preload", as: "font", '
        'type: "font/woff2", crossOrigin: "anonymous", href}));</script>'
    )


def _is_prose(node):
    if not isinstance(node, nodes.paragraph):
        return False
    return isinstance(node.parent, nodes.section) or "lead" in node.parent.get("classes", ())


def finish(app, error):
    """Complete the site, and refuse it if it would need anything from outside."""
    if error or app.builder.name != "html":
        return
    course_rebuild.forget_pages(app)
    files = [
        file
        for doc in app.env.found_docs
        for file in released(app.config.course_release, lesson_chapter(doc))
    ]
    site = Path(app.outdir)
    problems = course_assets.finish(site, frames(app), files) + course_links.problems(site)
    for problem in problems:
        logger.error(problem)
        app.statuscode = 1
