"""The student's notebooks in JupyterLab: run from top to bottom, their figures answer."""

import os
import re
import subprocess
import sys
import threading
import zipfile

import pytest

from autograder.course.exercise import chapter, chapters
from autograder.course.release import NAME

pytestmark = pytest.mark.browser

SERVER = [
    *("--no-browser", "--allow-root", "--expose-app-in-browser", "--port=0", "--ip=127.0.0.1"),
    *("--IdentityProvider.token=", "--LabApp.extension_manager=readonly"),
]
# JupyterLab would ask the reader whether it may look for news and, unasked, for updates.
SETTINGS = '{"fetchNews": "false", "checkForUpdates": false}'


@pytest.fixture(scope="module")
def address(released, tmp_path_factory):
    """The address of a JupyterLab in the unpacked student release."""
    home = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(released / f"{NAME}.zip") as archive:
        archive.extractall(home)
    program = [sys.executable, "-m", "jupyterlab", *SERVER]
    how = {"cwd": home / NAME, "env": environment(home), "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, **how) as server:
        try:
            address = next(filter(None, map(ADDRESS.search, server.stderr)))[0]
            reader = threading.Thread(target=server.stderr.read)  # a full pipe would hold it up
            reader.start()
            yield address
        finally:
            server.terminate()
        reader.join()


@pytest.fixture(scope="module")
def lab(address, browser, watch):
    """A page with JupyterLab, and what was wrong with it."""
    page, complaints = browser.new_page(), []
    page.set_default_timeout(200_000)  # each cell and each figure, on a busy machine
    own = f"{address.removeprefix('http')}/"
    watch(page, (f"http{own}", f"ws{own}", "data:", "blob:"), complaints)
    page.goto(f"{address}/lab")
    page.wait_for_function("globalThis.jupyterapp?.restored")
    yield page, complaints
    page.close()


ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def environment(home):
    """The environment of a student: nobody's settings, and no package of the repository."""
    settings = home / "config/lab/user-settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(SETTINGS)
    places = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
        "PYTHONPATH": home / NAME,
    }
    return {**os.environ, "PYTHONSAFEPATH": "1"} | {key: str(at) for key, at in places.items()}


OPEN = """async (path) => {
  await jupyterapp.restored;
  const notebook = await jupyterapp.commands.execute("docmanager:open", { path });
  await notebook.context.ready;
  await notebook.sessionContext.ready;
}"""
# The command that runs all cells is done at the first error; those behind it run nevertheless.
RUN = """() => { jupyterapp.commands.execute("notebook:run-all-cells"); }"""
DONE = """() => {
  const { content, sessionContext } = jupyterapp.shell.currentWidget;
  return sessionContext.session.kernel.status === "idle"
    && content.widgets.every(({ model }) => model.type !== "code"
      || (model.executionCount && model.executionState === "idle"));
}"""
CELLS = """() => jupyterapp.shell.currentWidget.content.widgets.map(({ model }) => ({
  source: model.sharedModel.source, outputs: model.outputs?.toJSON() ?? [],
}))"""
CLOSE = """async () => {
  const notebook = jupyterapp.shell.currentWidget;
  await notebook.sessionContext.shutdown();
  notebook.dispose();
}"""


# JupyterLab takes a core for half a minute a chapter, so the others are run when asked for.
CHAPTERS = chapters() if os.environ.get("LAB") == "all" else ["gradients"]


@pytest.fixture(params=CHAPTERS)
def notebook(request, lab):
    """The name of a chapter, and the page with its notebook, every cell of which was run."""
    page, complaints = lab
    complaints.clear()
    page.evaluate(OPEN, f"{request.param}.ipynb")
    page.evaluate(RUN)
    page.wait_for_function(DONE, polling=500)
    yield request.param, page
    page.evaluate(CLOSE)
    assert complaints == []


def test_a_chapter_runs_and_its_figures_answer_without_the_outside_world(notebook):
    name, page = notebook
    cells = page.evaluate(CELLS)
    check_outputs(name, cells)
    shown = page.locator(".jp-Notebook .jp-Cell")
    for i, cell in enumerate(cells):
        if cell["source"].startswith("explore("):
            check_explored(shown.nth(i), cell["outputs"])
        if cell["source"].startswith("widget("):
            check_widget(shown.nth(i))


def check_outputs(name, cells):
    """Whatever went wrong is that a function is not written yet, and the checks say so too."""
    outputs = [output for cell in cells for output in cell["outputs"]]
    errors = [output for output in outputs if output["output_type"] == "error"]
    assert all(error["evalue"].endswith("is yours to write") for error in errors), errors
    unwritten = sum("not written yet" in words(output) for output in outputs)
    assert unwritten == len(chapter(name).exercises)


def words(output):
    return "".join(output.get("data", {}).get("text/plain", ""))


def check_explored(cell, outputs):
    """The figure waits for a function, or is there, and the first of its controls moves it."""
    if "waits for you" in words(outputs[-1]):
        return
    picture = cell.locator("figure img")
    cell.scroll_into_view_if_needed()
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 500
    if len(outputs) == 1:
        return  # it has no controls
    control = cell.locator(".widget-box").locator("[role=slider], select").first
    before = picture.get_attribute("src")
    move(control)
    cell.page.wait_for_function(
        "([one, before]) => one.querySelector('figure img').src !== before",
        arg=[cell.element_handle(), before],
    )
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    assert cell.locator(".widget-label").evaluate_all(cut) == []
    check_keys(control)


def check_widget(cell):
    """The widget draws, answers the first of its controls, and hides the picture of its start."""
    cell.scroll_into_view_if_needed()
    control = cell.locator(".cw-control").locator("input, select").first
    control.wait_for()
    before = drawn(cell, None)
    move(control)
    drawn(cell, before)
    assert not cell.locator(".cw-still").is_visible()
    check_keys(control)


def drawn(cell, before):
    """Wait until each canvas has a picture of its own and not all are as `before`."""
    pictures = cell.page.wait_for_function(
        """([cell, before]) => {
            const all = [...cell.querySelectorAll("canvas")].map((one) => one.toDataURL());
            return new Set(all).size === all.length && `${all}` !== `${before}` && all;
        }""",
        arg=[cell.element_handle(), before],
    )
    return pictures.json_value()


def move(control):
    if control.evaluate("one => 'options' in one"):
        control.select_option(index=control.evaluate("one => one.selectedIndex ? 0 : 1"))
    else:
        at_end = "one => (one.value ?? one.ariaValueNow) === (one.max ?? one.ariaValueMax)"
        control.press("ArrowLeft" if control.evaluate(at_end) else "ArrowRight")


def check_keys(control):
    """None of the keys that in a notebook select, insert, cut or change a cell does so here."""
    state = """() => {
      const { activeCellIndex, widgets } = jupyterapp.shell.currentWidget.content;
      return [activeCellIndex, widgets.map(({ model }) => model.type)];
    }"""
    control.focus()
    before = control.page.evaluate(state)
    for key in ("ArrowDown", "ArrowUp", "b", "x", "m"):
        control.press(key)
    assert control.page.evaluate(state) == before
