"""The site: from a lesson's text to pages that need no kernel, no network and no mouse."""

import fcntl
import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from html import unescape
from pathlib import Path

import pytest

from autograder.course.exercise import chapter, chapters
from autograder.course.lesson import with_numbers

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "book" / "_ext"))

import course_assets  # noqa: E402
import course_text  # noqa: E402

LESSON = """\
# Title

Words.

```{code-cell} ipython3
:tags: [hide-input]

import numpy as np
```

```{exercise} sigmoid
```

```{code-cell} ipython3
:tags: [student, hide-input]

mine = sigmoid
```

The end.
"""


# ---- the text ----


def test_cells_for_students_are_left_out_of_the_page():
    text = course_text.without_student_cells(LESSON)

    assert "mine = sigmoid" not in text
    assert "import numpy" in text
    assert text.endswith("```\n\n\nThe end.\n")


def test_after_an_exercise_a_hidden_cell_brings_its_reference():
    text = course_text.with_references(LESSON, "activations")

    after = text.partition("```{exercise} sigmoid\n```\n")[2]
    assert after.lstrip().startswith("```{code-cell} ipython3\n:tags: [remove-cell]\n")
    assert "from solutions.activations import sigmoid" in after.partition("mine")[0]


def test_measured_numbers_take_the_place_of_their_names():
    text = with_numbers(r"{{ share }} of $\frac{{a}}{b}$", {"share": "46 %"})

    assert text == r"46 % of $\frac{{a}}{b}$"


def test_a_number_that_nobody_measured_is_an_error():
    with pytest.raises(LookupError, match="does not hold else, more"):
        with_numbers("{{ share }} {{ more }} {{ else }}", {"share": "1"})


def test_a_new_stamp_changes_the_code_that_is_executed_and_nothing_else():
    one, two = (course_text.with_stamp(LESSON, stamp) for stamp in ("one", "two"))

    assert one.replace("# sources one", "# sources two") == two
    assert one.index("# sources one") < one.index("import numpy")
    assert course_text.with_stamp("no cells here", "one") == "no cells here"


def test_downloads_stand_below_the_title_once():
    text = course_text.with_downloads(LESSON + "\n# not another title\n")

    assert text.startswith("# Title\n\n```{downloads}\n```\n\nWords.")
    assert text.count("{downloads}") == 1


def test_a_docstring_becomes_markdown():
    text = course_text.docstring_markdown(
        "Add.\n\nParameters\n----------\nz : array\n    Not changed,\n    at all.\na, b : int\n\n"
        "Returns\n-------\narray\n    New.\n\nExamples\n--------\n>>> add(1)\n2\n"
    )

    assert text == (
        "Add.\n\n**Parameters**\n\n- `z` : array\\\n  Not changed, at all.\n- `a, b` : int\n\n"
        "**Returns**\n\n- array\\\n  New.\n\n**Examples**\n\n```pycon\n>>> add(1)\n2\n```\n"
    )


# ---- the assets ----


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<img srcset="http://cdn.example/x.png 2x">',
        '<iframe src=" https://example.org">',
    ],
)
def test_what_a_page_would_load_from_outside_is_found(tag):
    assert course_assets.outside(f"<p>{tag}</p>")


@pytest.mark.parametrize(
    "tag",
    [
        '<a href="https://example.org">',
        '<script src="../_static/x.js"></script>',
        '<img src="data:image/png;base64,//8=">',
        '<link rel="canonical" href="https://example.org">',
    ],
)
def test_links_and_own_files_are_not_outside(tag):
    assert course_assets.outside(tag) == []


def finish(tmp_path, html, frames=()):
    site, kept = tmp_path / "site", tmp_path / "frames"
    site.mkdir()
    kept.mkdir()
    (site / "page.html").write_text(html)
    for name in frames:
        (kept / name).write_bytes(b"picture")
    return course_assets.finish(site, kept, [])


def test_a_missing_frame_is_a_problem(tmp_path):
    problems = finish(tmp_path, f'<img src="_frames/{"a" * 20}.webp">')

    assert problems == [f"the frame {'a' * 20}.webp is missing"]


def test_exactly_the_frames_a_page_names_are_published(tmp_path):
    names = [f"{letter * 20}.webp" for letter in "abc"]

    assert finish(tmp_path, f'<img src="_frames/{names[0]}">["{names[1]}"]', names) == []
    assert sorted(f.name for f in (tmp_path / "site" / "_frames").iterdir()) == names[:2]


def test_a_page_that_asks_the_outside_is_a_problem(tmp_path):
    assert finish(tmp_path, '<img src="https://example.org/x.png">') == [
        "page.html asks the outside for https://example.org/x.png"
    ]


def test_the_icon_script_is_taken_out(tmp_path):
    finish(tmp_path, '<p></p><script src="_static/scripts/fontawesome.js?digest=1"></script>')

    assert (tmp_path / "site" / "page.html").read_text() == "<p></p>"


def test_the_lock_file_names_no_registry():
    assert "resolved" not in (ROOT / "book" / "package-lock.json").read_text()


# ---- the built site, as a browser sees it ----


@pytest.fixture(scope="session")
def site():
    """The site, built or brought up to date, with every warning an error."""
    (ROOT / "_build").mkdir(exist_ok=True)
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", ".", "-W", "-n", "--keep-going"]
    with open(ROOT / "_build" / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return ROOT / "_build" / "html"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def server(site):
    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
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


def pages(site):
    """All pages, without the one that only leads on to the cover."""
    found = (page.relative_to(site).as_posix() for page in site.rglob("*.html"))
    return sorted(name for name in found if name != "index.html" and "_static" not in name)


@pytest.mark.browser
def test_the_front_door_leads_to_the_cover(browser, base):
    page = browser.new_page()
    page.goto(f"{base}/index.html", wait_until="commit")
    page.wait_for_url("**/book/intro.html", timeout=10_000)
    page.close()


@pytest.mark.browser
def test_no_page_asks_the_outside_or_complains_or_scrolls_sideways(site, visit):
    for name in pages(site):
        page = visit(name, width=390)

        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        page.close()


@pytest.mark.browser
def test_every_control_answers_the_keyboard_with_another_frame(site, visit):
    tried = 0
    for name in pages(site):
        page = visit(name)
        for figure in page.locator("figure.explore:has(.explore-controls)").all():
            image, output = figure.locator("img"), figure.locator("output")
            for control in figure.locator("input, select").all():
                before = image.get_attribute("src")
                press_an_arrow(control)
                page.wait_for_function(
                    "([image, before]) => image.getAttribute('src') !== before && image.complete",
                    arg=[image.element_handle(), before],
                )
                assert image.evaluate("image => image.naturalWidth") > 0
                assert image.get_attribute("alt") == output.inner_text()
                tried += 1
        page.close()
    assert tried > 0


def press_an_arrow(control):
    last, menu = control.evaluate(
        "c => [Number(c.value) === (c.options?.length ?? Number(c.max) + 1) - 1, 'options' in c]"
    )
    control.press("ArrowDown" if menu != last else "ArrowUp")  # a menu counts downwards


@pytest.mark.browser
def test_a_slider_says_its_name_and_its_value(visit):
    page = visit("book/intro.html")
    slider = page.get_by_role("slider").first

    slider.press("End")

    value = slider.get_attribute("aria-valuetext")
    assert slider.evaluate("s => s.labels[0].textContent")
    assert value == slider.locator("..").locator(".explore-value").inner_text()


@pytest.mark.browser
def test_without_scripts_the_start_frame_and_its_sentence_remain(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/book/intro.html")
    figure = page.locator("figure.explore").first

    assert figure.locator("img").bounding_box()["height"] > 100
    assert figure.locator("output").inner_text() == figure.locator("img").get_attribute("alt")
    assert figure.locator("input, select").count() == 0
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", chapters())
def test_a_page_states_every_exercise_and_no_solution(site, name):
    html = (site / "lessons" / name / "lesson.html").read_text("utf-8")
    text = " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())

    for exercise in chapter(name).exercises:
        assert f'id="exercise-{exercise.name}"' in html
        assert " ".join(exercise.parts.body.split()) not in text
