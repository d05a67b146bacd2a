"""The course's one Sphinx extension: from lessons to a site that needs no kernel and no network."""

import hashlib
import html
import os
import threading
from pathlib import Path

import course_assets
import course_directives
import course_text
import sphinxcontrib.katex
from course_directives import lesson_chapter, released
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging

from autograder.course import lesson
from autograder.course.exercise import chapters
from autograder.course.public import ship

logger = logging.getLogger(__name__)


def setup(app):
    """Connect everything."""
    app.add_config_value("course_release", None, "")
    app.setup_extension("sphinxcontrib.katex")
    course_directives.setup(app)
    app.connect("config-inited", prepare)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", read_source)
    app.connect("html-page-context", dress_page, priority=900)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": False, "parallel_write_safe": True}


# ---- before reading ----


def prepare(app, config):
    """Point everything at this machine's own files, and tell `explore` where its frames go."""
    book, build = Path(app.srcdir) / "book", Path(app.outdir).parent
    config.course_release = str(config.course_release or build / "release")
    config.html_static_path += [str(book / "static"), str(course_assets.install(book, build))]
    config.html_context["default_mode"] = "light"
    sphinxcontrib.katex.NODEJS_BINARY = str(course_assets.NODE)
    os.environ["COURSE_STATIC"] = str(frames(app))
    _tabulate_curves(Path(app.srcdir))
    _forget_thebe(app)
    _report_progress(app)


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
        before = told = len(list(folder.glob("*.webp")))
        while not done.wait(4):
            now = len(list(folder.glob("*.webp")))
            if now > told:
                print(f"drawing figures: {now - before} frames", flush=True)
            told = now

    threading.Thread(target=report, daemon=True).start()


def _stamp(app, docname):
    """A hash of all the code that a page's cells may depend on."""
    chapter = lesson_chapter(docname) or "*"
    root = Path(app.srcdir)
    patterns = ["lessons/kit/*.py", f"lessons/{chapter}/figures.py", f"solutions/{chapter}.py"]
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
    sizes = [(file.name, file.stat().st_size) for file in files]
    return [_stamp(app, docname), lesson.measured(lesson_chapter(docname) or ""), sizes]


def read_source(app, docname, source):
    """Turn the text of a lesson into the text of its page."""
    chapter = lesson_chapter(docname)
    text = source[0]
    if chapter:
        text = course_text.without_student_cells(text)
        text = course_text.with_references(text, chapter)
        text = course_text.with_downloads(text)
        try:
            text = lesson.with_numbers(text, lesson.measured(chapter))
        except LookupError as error:
            raise ExtensionError(f"{docname}: {error}") from None
    source[0] = course_text.with_stamp(text, _stamp(app, docname))


# ---- while and after writing ----


def dress_page(app, pagename, templatename, context, doctree):
    """Give the page the way to its frames and, if it has none, a description."""
    root = "../" * pagename.count("/")
    context["body"] = (context.get("body") or "").replace("course-root:/", root)
    tags = context.get("metatags") or ""
    first = next(doctree.findall(_is_prose), None) if doctree is not None else None
    if first is not None and 'name="description"' not in tags:
        text = html.escape(" ".join(first.astext().split())[:200])
        context["metatags"] = f'{tags}\n<meta name="description" content="{text}" />'


def _is_prose(node):
    return isinstance(node, nodes.paragraph) and isinstance(node.parent, nodes.section)


def finish(app, error):
    """Complete the site, and refuse it if it would need anything from outside."""
    if error or app.builder.name != "html":
        return
    files = [
        file
        for doc in app.env.found_docs
        for file in released(app.config.course_release, lesson_chapter(doc))
    ]
    problems = course_assets.finish(Path(app.outdir), frames(app), files)
    for problem in problems:
        logger.error(problem)
        app.statuscode = 1
