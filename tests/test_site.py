"""The site: from a lesson's text to pages that need no kernel, no network and no mouse."""

import gzip
import inspect
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
import sphinxcontrib.katex

from autograder.course.coverage import Section, Topic
from autograder.course.exercise import chapter, chapters
from autograder.course.lesson import with_numbers

ROOT = Path(__file__).parents[1]
ANYWHERE = pytest.mark.parametrize("base", ["http", "file"], indirect=True, scope="session")
sys.path.append(str(ROOT / "book" / "_ext"))

import course_assets  # noqa: E402
import course_coverage  # noqa: E402
import course_links  # noqa: E402
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


def test_measured_numbers_from_a_thousand_on_have_commas():
    numbers = {"size": "4400 (0.00081 to 64000)", "far": "1.6·10⁵ (999 to 1234.5678)"}

    text = with_numbers("{{ size }} or {{ far }}, in 2015", numbers)

    assert text == "4,400 (0.00081 to 64,000) or 1.6·10⁵ (999 to 1,234.5678), in 2015"


def test_the_exponent_of_a_measured_number_is_raised():
    numbers = course_text.with_powers({"size": "4.5·10⁻¹⁰ (4·10⁻¹⁰ to 10)", "share": "46%"})

    assert numbers == {"size": "4.5·10{sup}`−10` (4·10{sup}`−10` to 10)", "share": "46%"}


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


@pytest.mark.parametrize("name", chapters())
def test_code_in_a_hint_is_marked_as_code(name):
    for exercise in chapter(name).exercises:
        letters = "".join(
            one
            for one in inspect.signature(exercise.function).parameters
            if len(one) == 1 and one != "a"
        )
        for hint in exercise.hints:
            prose = re.sub(r"`[^`]+`|\$[^$]+\$", "", hint)

            assert not re.search(rf"\bnp\.|\w[_(\[=]\w|[*@^<>=|]|\b[{letters}_]\b", prose), hint
            assert not {"`", "$"} & set(prose), hint


def test_a_topic_of_two_chapters_leads_from_one_to_the_other(monkeypatch):
    topic = Topic(1, "Biases", ("initialization", "activations"))
    place = Section("sec-race", "The race", (1,), ("race",), ("relu",))
    monkeypatch.setattr(course_coverage, "covering", lambda topic: [("activations", place)])

    own, other = (course_coverage._row(topic, name) for name in reversed(topic.chapters))

    link = "{ref}`The race <sec-race>`"
    assert own == f"| Biases | {link} | {{ref}}`figure-race` | {{ref}}`relu <exercise-relu>` |"
    assert other == f"| Biases | {link} in *Activations* |  |  |"


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
    assert course_links.Page(f"<p>{tag}</p>").outside


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
    assert course_links.Page(tag).outside == []


def finish(tmp_path, html, frames=()):
    site, kept = tmp_path / "site", tmp_path / "frames"
    site.mkdir()
    kept.mkdir()
    (site / "page.html").write_text(html)
    for name in frames:
        (kept / name).write_bytes(b"picture")
    return course_assets.finish(site, kept, [])


def test_a_missing_frame_is_a_problem_in_every_density(tmp_path):
    problems = finish(tmp_path, f'<img src="_frames/{"a" * 20}.webp">')

    name = "a" * 20
    assert problems == [f"the frame {name}{end} is missing" for end in ("-2x.webp", ".webp")]


def test_exactly_the_frames_a_page_names_are_published(tmp_path):
    a, b, c = (letter * 20 for letter in "abc")
    files = [name + end for name in (a, b, c) for end in (".webp", "-2x.webp")]

    assert finish(tmp_path, f'<img src="_frames/{a}.webp"><script>[["{b}",""]]', files) == []
    assert {f.name for f in (tmp_path / "site" / "_frames").iterdir()} == set(files[:4])


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ('<img src="https://a.org/x.png">', "asks the outside for https://a.org/x.png"),
        ('<img srcset="b.html 1x, //a.org/x 2x">', "asks the outside for //a.org/x"),
        ('<a href="missing.html">', "leads nowhere: missing.html"),
        ('<a href="../../etc/passwd">', "leads out of the site: ../../etc/passwd"),
        ('<a href="b.html#nowhere">', "leads to no place on its page: b.html#nowhere"),
        ('<a href="#nowhere">', "leads to no place on its page: #nowhere"),
        ('<p id="one"><p id="one">', "has the id one twice"),
    ],
)
def test_a_page_that_leads_astray_is_a_problem(tmp_path, html, problem):
    (tmp_path / "a.html").write_text(html)
    (tmp_path / "b.html").write_text('<p id="place">')

    assert course_links.problems(tmp_path) == [f"a.html {problem}"]


def test_links_to_the_outside_and_to_places_that_exist_are_no_problem(tmp_path):
    (tmp_path / "a.html").write_text('<a href="https://a.org"><a href="b.html?x=1#place">')
    (tmp_path / "b.html").write_text('<p id="place"><a href="mailto:x@a.org">')

    assert course_links.problems(tmp_path) == []


def test_the_icon_script_is_taken_out(tmp_path):
    finish(tmp_path, '<p></p><script src="_static/scripts/fontawesome.js?digest=1"></script>')

    assert (tmp_path / "site" / "page.html").read_text() == "<p></p>"


def test_the_lock_file_names_no_registry():
    assert "resolved" not in (ROOT / "book" / "package-lock.json").read_text()


def test_the_server_of_formulas_ends_with_the_build(tmp_path):
    script = Path(sphinxcontrib.katex.__file__).with_name("katex-server.js")
    ours = ["--katex", ROOT / "book" / "_ext" / "katex.js", "--socket", tmp_path / "socket"]
    with subprocess.Popen([course_assets.NODE, script, *ours], stdin=subprocess.PIPE) as server:
        server.stdin.close()  # as the end of a build closes it, whatever the end
        try:
            assert server.wait(timeout=60) == 0
        finally:
            server.kill()


# ---- the built site, as a browser sees it ----


def pages(site):
    """All pages, without the one that only leads on to the cover."""
    found = (page.relative_to(site).as_posix() for page in site.rglob("*.html"))
    return sorted(name for name in found if name != "index.html" and "_static" not in name)


@pytest.fixture(params=[*chapters(), "no chapter"])
def part(request, site):
    """The pages of one chapter, or those of none: no test takes long."""
    of = {name: [page for page in pages(site) if f"/{name}/" in page] for name in chapters()}
    of["no chapter"] = sorted(set(pages(site)).difference(*of.values()))
    assert of[request.param]
    return of[request.param]


@pytest.mark.browser
def test_no_page_but_the_bibliography_has_a_long_number_without_commas(part, site):
    for name in set(part) - {"book/bibliography.html"}:
        html = (site / name).read_text("utf-8")
        words = re.sub(r"<[^>]*>", " ", NOT_PROSE.sub(" ", html))

        assert LONG_NUMBER.findall(words) == [], name


# Code, what only machines read, and figures, whose sentences have a test of their own.
NOT_PROSE = re.compile(r"<(script|style|head|pre|code|figure|math)\b.*?</\1>", re.S)
LONG_NUMBER = re.compile(r"(?<![\w.,#])\d{4,}(?!\w)(?<!\b(?:19|20)\d\d)")  # but for years


@pytest.mark.browser
def test_what_is_covered_has_its_chapters_in_the_contents_beside_it(visit):
    page = visit("book/covered.html")
    links = page.locator(".bd-sidebar-secondary a").filter(visible=True)

    assert len(links.all()) > len(chapters())
    for link in links.all():
        link.click()
        heading = page.locator(f"{link.get_attribute('href')} > h2")
        assert heading.inner_text().startswith(link.inner_text())


@pytest.mark.browser
@ANYWHERE
def test_the_front_door_leads_to_the_cover(browser, base):
    page = browser.new_page()
    page.goto(f"{base}/index.html", wait_until="commit")
    page.wait_for_url("**/book/intro.html", timeout=10_000)
    page.close()


@pytest.mark.browser
@ANYWHERE
def test_no_page_asks_the_outside_or_complains_or_scrolls_sideways(part, visit):
    for name in part:
        page = visit(name, width=390)

        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        page.close()


@pytest.mark.browser
def test_on_a_desk_no_code_scrolls_sideways(part, visit):
    for name in part:
        page = visit(name, width=1280)
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")

        wide = "all => all.filter((one) => one.scrollWidth > one.clientWidth)"
        found = page.locator("pre").evaluate_all(f"{wide}.map((one) => one.textContent)")
        assert found == [], name
        page.close()


@pytest.mark.browser
def test_on_a_phone_a_wide_formula_shows_its_beginning(visit):
    page = visit("lessons/activations/lesson.html", width=390)
    left = "getBoundingClientRect().left"
    before = page.locator("div.math").evaluate_all(
        f"all => all.map(one => one.{left} - one.querySelector('.base').{left})"
    )

    assert len(before) > 10
    assert max(before) <= 1


@pytest.mark.browser
def test_on_a_phone_a_row_of_what_is_covered_has_its_cells_below_each_other(visit):
    page = visit("book/covered.html", width=390)
    cells = page.locator(".covered td").filter(visible=True)

    assert min(cells.evaluate_all("all => all.map(one => one.clientWidth)")) > 300


@pytest.mark.browser
@pytest.mark.parametrize("name", chapters())
def test_on_a_phone_no_number_of_a_table_is_broken(visit, name):
    page = visit(f"lessons/{name}/lesson.html", width=390)

    numbers = page.locator(".bd-article table").evaluate_all(NUMBERS)

    assert len(numbers) > 5
    assert [number for number, lines in numbers if lines > 1] == []


@pytest.mark.browser
def test_short_code_and_its_numbers_stay_on_one_line(part, visit):
    for name in part:
        page = visit(name, width=390)
        code = page.locator(".bd-article :is(code.literal, .exercise pre :is(.mf, .mi))")

        lines = "all => all.map((one) => [one.textContent, one.getClientRects().length])"
        found = [text for text, count in code.evaluate_all(lines) if count > 1 and len(text) < 12]
        assert found == [], name
        page.close()


@pytest.mark.browser
def test_on_a_phone_nothing_of_the_way_to_other_pages_is_cut_off(part, visit):
    for name in part:
        page = visit(name, width=390)
        links = page.locator(".prev-next-area a")

        assert links.evaluate_all("all => all.every(a => a.scrollWidth <= a.clientWidth)"), name
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_a_picture_has_the_same_place_in_both_themes(part, visit, width):
    for name in part:
        page = visit(name, width=width)
        pictures = page.locator(".bd-article figure img").filter(visible=True)

        light = pictures.evaluate_all(PLACES)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        assert pictures.evaluate_all(PLACES) == light, name
        page.close()


# Where the pictures themselves are, without what is kept free around them.
PLACES = """all => all.map((one) => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return [box.left, box.right, box.height, style.paddingLeft, style.width];
})"""


@pytest.mark.browser
def test_raised_figures_are_all_of_one_face(visit):
    page = visit("book/intro.html")
    page.locator("output").first.evaluate("one => { one.textContent = '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'; }")
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    output = session.send("DOM.querySelector", {"nodeId": root, "selector": "output"})
    fonts = session.send("CSS.getPlatformFontsForNode", output)["fonts"]

    assert [font for font in fonts if font["isCustomFont"]] == []


# Each number in the text of some elements, with how many lines it takes.
NUMBERS = """all => all.flatMap((one) => {
  const found = [], texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest(".katex")) continue;
    for (const { 0: number, index } of text.data.matchAll(/[\\d.,·%]*\\d[\\d.,·%]*/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + number.length);
      found.push([number, new Set([...range.getClientRects()].map((box) => box.top)).size]);
    }
  }
  return found;
})"""


@pytest.mark.browser
@pytest.mark.parametrize("name", chapters())
def test_on_a_phone_the_words_of_a_figure_are_as_large_as_eleven_pixels(visit, name):
    page = visit(f"lessons/{name}/lesson.html", width=390)

    sizes = page.locator("figure.explore img").filter(visible=True).evaluate_all(LETTERS)

    assert len(sizes) > 4
    assert round(min(sizes)) >= 11


# A label has 11 points. A picture has 110 pixels an inch, or 688 if that is less.
LETTERS = """all => all.map((one) => {
  const style = getComputedStyle(one);
  const inches = style.getPropertyValue("--inches") || one.getAttribute("width") / 110;
  return (parseFloat(style.width) / inches) * 11 / 72;
})"""


@pytest.mark.browser
@pytest.mark.parametrize("name", chapters())
def test_without_scripts_the_words_of_a_widget_can_be_read_on_a_phone(browser, server, name):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/lessons/{name}/lesson.html")

    sizes = page.locator("figure.widget-figure img").filter(visible=True).evaluate_all(LETTERS)

    assert len(sizes) > 1
    assert round(min(sizes)) >= 11
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.browser
@ANYWHERE
def test_every_control_answers_the_keyboard_with_another_frame(part, base, visit):
    # Where frames come from is the same for all controls of a figure: from a disk one is enough.
    each = slice(1 if base.startswith("file:") else None)
    tried = 0
    for name in part:
        page = visit(name)
        for figure in page.locator("figure.explore:has(.explore-controls)").all():
            image, output = figure.locator("img").first, figure.locator("output")
            for control in figure.locator("input, select").all()[each]:
                before = image.get_attribute("srcset")
                press_an_arrow(control)
                page.wait_for_function(
                    "([image, before]) => image.srcset !== before && image.complete",
                    arg=[image.element_handle(), before],
                )
                assert image.evaluate("image => image.naturalWidth") > 0
                assert image.get_attribute("alt") == output.inner_text()
                tried += 1
        page.close()
    assert tried > 0


def press_an_arrow(control):
    last, kind = control.evaluate(
        "c => [c.options ? c.selectedIndex === c.options.length - 1 : c.value === c.max, c.type]"
    )
    menu = kind == "select-one"  # and a menu counts downwards
    control.press("Space" if kind == "checkbox" else "ArrowDown" if menu != last else "ArrowUp")


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_keyboard_comes_to_nothing_but_what_can_be_used_and_shows_where_it_is(visit, width):
    page = visit("lessons/gradients/lesson.html", width=width)

    for _ in range(60):
        page.keyboard.press("Tab")
        tag, shown = page.evaluate(FOCUS)
        assert tag in ("A", "BUTTON", "SUMMARY", "INPUT", "SELECT", "PRE"), tag  # code may scroll
        assert shown, page.evaluate("document.activeElement.outerHTML")


FOCUS = """() => {
  const one = document.activeElement, { outlineStyle, boxShadow } = getComputedStyle(one);
  return [one.tagName, outlineStyle !== "none" || boxShadow !== "none"];
}"""


@pytest.mark.browser
def test_a_slider_says_its_name_and_its_value(visit):
    page = visit("book/intro.html")
    slider = page.get_by_role("slider").first

    slider.press("End")

    value = slider.get_attribute("aria-valuetext")
    assert slider.evaluate("s => s.labels[0].textContent")
    assert value == slider.locator("..").locator(".explore-value").inner_text()


@pytest.mark.browser
@ANYWHERE
def test_the_address_restores_a_figure_and_a_reset_clears_it(visit):
    page = visit("book/intro.html?depth.activation=relu&depth.c=16&depth.other=1#figure-depth")
    figure = page.locator("#figure-depth")
    menu, slider = figure.locator("select"), figure.get_by_role("slider")
    page.wait_for_function("document.querySelector('#figure-depth img').alt.startsWith('ReLU')")

    assert slider.get_attribute("aria-valuetext") == "16"
    assert "16/d" in figure.locator("output").inner_text()

    menu.press("ArrowUp")
    page.wait_for_url("**depth.activation=tanh**")
    figure.get_by_role("button", name="Reset").click()
    page.wait_for_url(lambda url: "depth" not in url)

    page.wait_for_function("document.querySelector('#figure-depth img').alt.startsWith('Sigmoid')")
    assert slider.get_attribute("aria-valuetext") == "1"


@pytest.mark.browser
def test_the_address_restores_every_figure_of_a_page_and_a_reset_every_start(part, base, visit):
    for name in part:
        page = visit(name)
        wake_widgets(page)
        start, controls = page.evaluate(STANDING), page.locator(CONTROLS).all()
        for control in controls:
            press_an_arrow(control)
        page.wait_for_function(
            "count => location.href.split('=').length > count", arg=len(controls)
        )
        again = visit(page.url.removeprefix(f"{base}/"))
        wake_widgets(again)
        again.wait_for_function(f"at => ({STANDING})() === at", arg=page.evaluate(STANDING))

        for button in again.get_by_role("button", name="Reset").all():
            button.press("Enter")
        again.wait_for_url(lambda url: "?" not in url)
        again.wait_for_function(f"at => ({STANDING})() === at", arg=start)
        page.close()
        again.close()


CONTROLS = "figure[id] :is(input, select)"
# Where every control of a page stands, and what every figure says.
STANDING = """() => JSON.stringify([...document.querySelectorAll("figure[id]")].map((one) => [
  one.querySelector("output, .cw-sentence")?.textContent,
  ...[...one.querySelectorAll("input, select")].map((c) => `${c.checked} ${c.value}`)]))"""


@pytest.mark.browser
@ANYWHERE
def test_neighbours_are_there_before_they_are_asked_for_and_shown_within_two_frames(browser, base):
    context = browser.new_context()  # one that has seen no frame before
    page = context.new_page()
    page.goto(f"{base}/book/intro.html")
    slider = page.get_by_role("slider").first
    slider.focus()
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    frames = page.evaluate(FRAMES_UNTIL_SHOWN)

    assert frames <= 2
    assert not [url for url in asked if url in page.evaluate(SHOWN)]
    context.close()


# Moves the slider by one and counts the frames of the screen until the picture is another.
FRAMES_UNTIL_SHOWN = """() => new Promise((done) => {
  const slider = document.querySelector("figure.explore input[type=range]");
  const image = slider.closest("figure").querySelector("img");
  const before = image.srcset;
  let frames = 0;
  const look = () => (image.srcset !== before && image.complete ? done(frames)
    : (frames++, requestAnimationFrame(look)));
  requestAnimationFrame(() => {
    slider.stepUp();
    slider.dispatchEvent(new Event("input"));
    look();
  });
})"""
SHOWN = "() => document.querySelector('figure.explore img').currentSrc"


@pytest.mark.browser
def test_without_scripts_the_start_frame_and_its_sentence_remain(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/book/intro.html")
    figure = page.locator("figure.explore").first

    image = figure.locator("img").first
    assert image.bounding_box()["height"] > 100
    assert figure.locator("output").inner_text() == image.get_attribute("alt")
    assert not any(
        control.is_visible() for control in figure.locator("input, select, button").all()
    )
    context.close()


@pytest.mark.browser
def test_without_scripts_a_note_of_the_margin_stands_in_the_text(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/lessons/activations/lesson.html")

    note, contents = page.locator("aside.margin").first, page.locator(".bd-sidebar-secondary")
    right = note.bounding_box()["x"] + note.bounding_box()["width"]
    assert right <= contents.bounding_box()["x"]
    context.close()


RULES = "{ rules: { 'target-size': { enabled: true } } }"  # which axe does not ask for by itself


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_with_everything_opened(part, server, browser, axe, theme):
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(f"localStorage.mode = localStorage.theme = '{theme}'")
    found = []
    for name in part:
        page = context.new_page()
        page.goto(f"{server}/{name}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        wake_widgets(page)
        page.evaluate(axe)
        violations = page.evaluate(f"axe.run({RULES}).then((result) => result.violations)")
        found += [(name, one["id"], [n["html"] for n in one["nodes"]][:5]) for one in violations]
        page.close()
    context.close()
    assert found == []


def wake_widgets(page):
    """Have every widget of a page seen, so that it comes to life."""
    for figure in page.locator("figure.widget-figure").all():
        figure.scroll_into_view_if_needed()
        figure.locator("canvas").first.wait_for()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "chapter"),
    [
        ("saturation", "activations"),
        ("dying ReLU", "activations"),
        ("He initialization", "initialization"),
        ("running mean", "normalization"),
    ],
)
def test_search_finds_a_term_of_the_glossary_and_a_chapter(server, browser, words, chapter):
    page = browser.new_page()
    page.goto(f"{server}/book/intro.html")
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.keyboard.press("Enter")

    results = page.locator("#search-results li a")
    page.get_by_text("Search finished").wait_for()
    addresses = [link.get_attribute("href") for link in results.all()]
    assert "glossary.html#term-" in addresses[0]
    assert any(f"{chapter}/lesson.html" in address for address in addresses)
    page.close()


@pytest.mark.browser
def test_a_search_quotes_formulas_once_and_no_contents(server, browser):
    page = browser.new_page()
    page.goto(f"{server}/search.html?q=depth")
    page.get_by_text("Search finished").wait_for()

    quoted = " ".join(page.locator("#search-results .context").all_text_contents())
    assert "depth" in quoted.lower()
    assert not re.search(r"\\[a-z]+|Contents", quoted)  # what a formula was written as
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", chapters())
def test_a_page_states_every_exercise_and_no_solution(site, name):
    html = (site / "lessons" / name / "lesson.html").read_text("utf-8")
    text = " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())

    for exercise in chapter(name).exercises:
        assert f'id="exercise-{exercise.name}"' in html
        assert " ".join(exercise.parts.signature.split()) in text
        assert " ".join(exercise.parts.body.split()) not in text


@pytest.mark.browser
@pytest.mark.parametrize("name", chapters())
def test_hints_open_one_after_the_other_and_the_notebook_can_be_had(visit, name):
    page = visit(f"lessons/{name}/lesson.html")

    for exercise in chapter(name).exercises:
        box, count = page.locator(f"#exercise-{exercise.name}"), len(exercise.hints)
        assert box.locator("summary").count() == count
        for step in range(1, count + 1):
            assert box.locator("summary").filter(visible=True).count() == step
            box.get_by_text(f"({step} of {count})").press("Enter")
    assert page.locator(f"#downloads a[href$='/{name}.ipynb']").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("name", chapters())
def test_a_chapter_ends_with_how_it_was_checked(visit, name):
    page = visit(f"lessons/{name}/lesson.html")
    last = page.locator(".bd-article section").last

    assert last.locator("h2").inner_text().startswith("How this was checked")
    assert last.locator(".checked table").count() == 3
    assert last.locator(".checked a[href^='#exercise-']").count() == len(chapter(name).exercises)


@pytest.mark.browser
def test_every_entry_of_the_glossary_has_a_chinese_term(site):
    html = (site / "book" / "glossary.html").read_text("utf-8")
    entries = re.findall(r"<dt.*?(?=<dd)", html, re.S)

    assert len(entries) > 40
    assert [one for one in entries if 'lang="zh-Hans"' not in one] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ["book/intro", *(f"lessons/{name}/lesson" for name in chapters())])
def test_a_first_page_weighs_less_than_a_megabyte(browser, server, name):
    context = browser.new_context()  # one that has nothing yet
    page, came = context.new_page(), []
    page.on("response", lambda response: came.append(response))
    page.goto(f"{server}/{name}.html", wait_until="networkidle")

    assert sum(len(gzip.compress(one.body())) for one in came) < 1_000_000
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_has_the_theme_of_the_readers_system_until_one_is_chosen(browser, server, theme):
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()
    shown = "document.documentElement.dataset.theme"

    page.goto(f"{server}/book/intro.html", wait_until="networkidle")
    assert page.evaluate(shown) == theme
    page.get_by_role("button", name="Color mode").click()
    chosen = page.evaluate(shown)
    page.reload()
    assert page.evaluate(shown) == chosen
    context.close()


@pytest.mark.browser
def test_the_dark_theme_is_printed_as_the_light_one(visit):
    page = visit("book/intro.html")
    theme = "document.documentElement.dataset.theme"
    page.evaluate(f"{theme} = 'dark'")

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(theme) == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(theme) == "dark"


@pytest.mark.browser
def test_on_paper_every_figure_is_there_and_nothing_is_cut_off(visit):
    page = visit("lessons/activations/lesson.html", width=720)  # a sheet between its margins
    page.emulate_media(media="print")
    page.pdf()  # printing fetches what had been left for later

    article = page.locator(".bd-article")
    shown = article.locator("figure img").filter(visible=True)
    assert shown.evaluate_all("all => all.every(one => one.naturalWidth)")
    assert article.locator("figure.explore").count() > 3
    assert not page.locator(".explore-controls, .cw-root").filter(visible=True).count()
    right = "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
    assert article.locator("p, pre, img, aside").filter(visible=True).evaluate_all(right) <= 720
