"""Widgets on a page: mouse, finger, keyboard, address, theme, paper, and no page without words."""

import re

import pytest

from autograder.course.lesson import ROOT
from lessons.kit.widget import joined

PAGE = "lessons/activations/lesson.html"
pytestmark = pytest.mark.browser
ANYWHERE = pytest.mark.parametrize("base", ["http", "file"], indirect=True, scope="session")


def opened(page, name="flow"):
    figure = page.locator(f"#figure-{name}")
    figure.scroll_into_view_if_needed()
    figure.locator(".cw-root").wait_for()
    return figure


def said(page, **state):
    """Wait until the address says `state` of the figure, and nothing else."""
    page.wait_for_function(
        """(state) => {
            const said = Object.fromEntries(new URLSearchParams(location.search));
            return JSON.stringify(Object.entries(said).sort()) === JSON.stringify(state);
        }""",
        arg=sorted([f"flow.{key}", str(value)] for key, value in state.items()),
    )


def control(figure, label):
    return figure.get_by_label(label, exact=True).and_(figure.locator("input, select"))


def sentence(figure):
    return figure.locator(".cw-sentence").inner_text()


def values(figure):
    return figure.locator(".cw-control :is(input, select)").evaluate_all(
        "all => all.map(one => one.value)"
    )


@ANYWHERE
def test_every_control_answers_the_keyboard_and_the_address_restores_it(visit):
    page = visit(PAGE)
    figure = opened(page)
    for one in figure.locator(".cw-control :is(input, select)").all():
        before, words = page.url, sentence(figure)
        one.press("ArrowDown" if one.evaluate("one => 'options' in one") else "ArrowUp")
        page.wait_for_function("before => location.href !== before", arg=before)
        if one != control(figure, "layers"):
            page.wait_for_function(
                "words => document.querySelector('.cw-sentence').textContent !== words", arg=words
            )
    moved, words = values(figure), sentence(figure)
    said(page, activation="tanh", mean=0.1, width=2.1, depth=11, c=2, seed=2)

    again = page.context.new_page()
    again.goto(page.url)
    assert values(opened(again)) == moved
    assert sentence(opened(again)) == words
    assert again.url.endswith("#figure-flow")


def test_every_slider_answers_the_mouse(visit):
    page = visit(PAGE)
    figure = opened(page)
    for slider in figure.locator("input[type=range]").all():
        before, place = page.url, slider.bounding_box()
        slider.click(position={"x": 0.8 * place["width"], "y": place["height"] / 2})
        page.wait_for_function("before => location.href !== before", arg=before)
        shown = slider.locator("..").locator(".cw-value").inner_text()
        assert slider.get_attribute("aria-valuetext") == shown


def test_the_menu_offers_every_activation_and_each_is_drawn(visit):
    page = visit(PAGE)
    figure = opened(page)
    menu, seen = control(figure, "activation"), set()
    offered = menu.locator("option").all_inner_texts()
    for name in offered:
        menu.select_option(label=name)
        words = f"{name[0].upper()}{name[1:]}, inputs"
        figure.locator(".cw-sentence", has_text=words).wait_for()
        seen.add(figure.locator("canvas").first.evaluate("one => one.toDataURL()"))
    assert len(seen) == len(offered) == 7


def test_a_handle_follows_the_mouse_and_keeps_to_its_limits(visit):
    page = visit(PAGE)
    figure = opened(page)
    mean = figure.get_by_role("slider", name="mean of the inputs").and_(figure.locator("div"))
    start = centre(mean)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 40, start[1] + 5, steps=5)
    page.wait_for_function(
        """([one, place]) => {
            const { left, width } = one.getBoundingClientRect();
            return Math.abs(left + width / 2 - place) < 2;
        }""",
        arg=[mean.element_handle(), start[0] + 40],
    )
    assert 1 < float(mean.get_attribute("aria-valuenow")) < 4
    page.mouse.move(start[0] + 3000, start[1])
    page.mouse.up()
    said(page, mean=6)
    page.mouse.move(*start)  # let go: it must not follow any more
    assert control(figure, "mean of the inputs").input_value() == "6"


def centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_handle_follows_the_keyboard(visit):
    page = visit(PAGE)
    figure = opened(page)
    width = figure.get_by_role("slider", name="width of the inputs").and_(figure.locator("div"))
    for key, value in [
        ("ArrowRight", "2.1"),
        ("ArrowDown", "2"),
        ("PageUp", "3"),
        ("Home", "0.1"),
        ("End", "6"),
        ("PageDown", "5"),
    ]:
        width.press(key)
        page.wait_for_function(
            "([one, value]) => one.getAttribute('aria-valuenow') === value",
            arg=[width.element_handle(), value],
        )
    said(page, width=5)


def test_a_handle_follows_a_finger_and_the_page_stays_where_it_is(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(f"{server}/{PAGE}")
    figure = opened(page)
    mean = figure.get_by_role("slider", name="mean of the inputs").and_(figure.locator("div"))
    mean.scroll_into_view_if_needed()
    (x, y), scrolled = centre(mean), page.evaluate("scrollY")
    touch = context.new_cdp_session(page)
    for kind, shift in [("touchStart", 0), ("touchMove", -20), ("touchMove", -40)]:
        points = [{"x": x + shift, "y": y + shift}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("location.search.includes('flow.mean=-')")
    assert page.evaluate("scrollY") == scrolled
    context.close()


def test_reset_goes_back_to_the_start_and_leaves_no_trace_in_the_address(visit):
    page = visit(PAGE)
    figure = opened(page)
    start = values(figure), sentence(figure)
    control(figure, "layers").press("End")
    control(figure, "activation").select_option("relu")
    said(page, activation="relu", depth=30)
    figure.get_by_role("button", name="Reset").press("Enter")
    said(page)
    figure.locator(".cw-sentence", has_text="Sigmoid").wait_for()
    assert (values(figure), sentence(figure)) == start
    assert page.url.endswith(PAGE)


def test_an_address_that_makes_no_sense_shows_what_the_controls_can(visit):
    page = visit(f"{PAGE}?flow.depth=999&flow.activation=swirl&flow.mean=abc&flow.c=3.9&other=1")
    figure = opened(page)
    assert values(figure) == ["sigmoid", "0", "2", "30", "4", "1"]
    control(figure, "random draw").press("ArrowUp")
    page.wait_for_function("location.search.includes('flow.seed=2')")
    assert "other=1" in page.url


def test_the_start_in_the_browser_says_what_the_picture_of_the_start_says(visit):
    page = visit(PAGE)
    figure = opened(page)
    assert sentence(figure) == figure.locator(".cw-still img").first.get_attribute("alt")
    assert not figure.locator(".cw-still").is_visible()


def test_the_theme_switch_recolours_what_is_drawn(visit):
    page = visit(PAGE)
    figure = opened(page)
    canvas = figure.locator("canvas").first
    before = canvas.evaluate("one => one.toDataURL()")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(
        "([one, before]) => one.toDataURL() !== before", arg=[canvas.element_handle(), before]
    )
    assert figure.locator(".cw-root").evaluate("one => getComputedStyle(one).colorScheme") == "dark"


@pytest.mark.parametrize("ratio", [1, 1.5, 3])
def test_a_canvas_has_a_pixel_for_every_pixel_of_the_screen(browser, server, ratio):
    context = browser.new_context(device_scale_factor=ratio)
    page = context.new_page()
    page.goto(f"{server}/{PAGE}")
    sizes = (
        opened(page)
        .locator("canvas")
        .evaluate_all("all => all.map(c => [c.width, c.clientWidth, c.height, c.clientHeight])")
    )
    for width, wide, height, high in sizes:
        assert (width, height) == (round(wide * ratio), round(high * ratio))
    context.close()


def test_without_scripts_the_start_and_its_sentence_remain(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/{PAGE}")
    still = page.locator("#figure-flow .cw-still")
    still.scroll_into_view_if_needed()
    assert still.locator("img").first.bounding_box()["height"] > 200
    assert still.locator("p").inner_text() == still.locator("img").first.get_attribute("alt")
    context.close()


def test_paper_gets_the_picture_of_the_start_instead_of_controls(visit):
    page = visit(PAGE)
    figure = opened(page)
    page.emulate_media(media="print")
    assert figure.locator(".cw-still img").first.is_visible()
    assert not figure.locator(".cw-root").is_visible()


@pytest.fixture(params=["no-preference", "reduce"])
def toy(request, browser, server, tmp_path):
    """A page with a widget that counts, and its model, for readers with and without motion."""
    kit = ROOT / "lessons" / "kit" / "widgets"
    text = (ROOT / "tests" / "counting_widget.js").read_text().replace("KIT", "./kit")
    (tmp_path / "kit").symlink_to(kit)
    (tmp_path / "counting.js").write_text(text)
    code = re.sub(
        r"^export default ", "globalThis.toy = ", joined(tmp_path / "counting.js"), flags=re.M
    )
    context = browser.new_context(reduced_motion=request.param)
    page = context.new_page()
    page.goto(f"{server}/_static/widgets/widgets.css")  # any page of this origin
    page.set_content('<div id="place"></div>')
    page.add_script_tag(content=code)
    page.evaluate(
        """() => {
            const values = { goal: 40, start: { goal: 40 } }, listeners = {};
            const model = {
                get: (key) => values[key],
                set: (key, value) => { values[key] = value; listeners[`change:${key}`]?.(); },
                on: (event, listener) => { listeners[event] = listener; },
                off: (event) => { delete listeners[event]; },
                save_changes: () => {},
            };
            globalThis.end = toy.render({ model, el: document.getElementById("place") });
        }"""
    )
    yield page
    context.close()


def test_a_run_goes_to_its_end_and_can_be_had_again(toy):
    for _ in range(2):
        toy.get_by_role("button", name="Count").press("Enter")
        toy.get_by_text("Counted 40 of 40.").wait_for()
        toy.get_by_role("button", name="Count").wait_for()


def test_a_run_pauses_goes_on_and_is_given_up_when_a_control_moves(toy):
    toy.get_by_label("goal").press("End")
    toy.get_by_text("Not counted to 1000000000.").wait_for()
    toy.get_by_role("button", name="Count").click()
    toy.wait_for_function(
        "/^Counted [1-9]/.test(document.querySelector('.cw-sentence').textContent)"
    )
    toy.get_by_role("button", name="Pause").click()
    # What was about to be said is said by a timer that was set before this one.
    toy.evaluate("() => new Promise((done) => setTimeout(done, 150))")
    paused = toy.locator(".cw-sentence").inner_text()
    toy.get_by_role("button", name="Count").click()
    toy.wait_for_function(
        "old => document.querySelector('.cw-sentence').textContent !== old", arg=paused
    )
    toy.get_by_label("goal").press("Home")
    toy.get_by_text("Not counted to 40.").wait_for()
    assert toy.get_by_role("button", name="Count").is_visible()


def test_a_widget_that_ends_leaves_nothing_behind(toy):
    toy.evaluate("end()")
    assert toy.locator("#place").inner_html() == ""
