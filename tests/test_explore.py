"""A figure with controls: widgets in Jupyter, a grid of named frames in the book."""

import gc
import json
import re
import sys
from html import unescape
from unittest.mock import Mock

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image
from threadpoolctl import threadpool_info

from lessons.kit import drawing, explore, live, style

START = "At size 2 in blue, the line rises to 2."


def rising(size=2, hue="blue", height=None):
    fig, ax = style.figure(2, 1)
    ax.plot([0, 1], [0, height(size) if height else size])
    return fig, f"At size {size} in {hue}, the line rises\n   to {size}."


@pytest.fixture
def frames(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATIC", str(tmp_path))
    return tmp_path


def page(*args, **kwargs):
    return explore(*args, **kwargs)._repr_html_()


def grid(html):
    return json.loads(re.search(r"<script[^>]*>(.*?)</script>", html)[1].replace("<\\/", "</"))


def test_the_grid_holds_every_combination_with_the_last_control_fastest(frames):
    data = grid(page(rising, size=[1, 2, 3], hue=["blue", "red"]))

    sentences = [sentence for _, sentence in data["frames"]]

    assert len({name for name, _ in data["frames"]}) == 6
    assert sentences[:2] == [s.replace("2", "1") for s in (START, START.replace("blue", "red"))]


def test_the_start_frame_is_a_plain_image_whose_text_is_the_sentence(frames):
    html = page(rising, size=[1, 2, 3])

    name, sentence = grid(html)["frames"][1]

    assert f'src="course-root:/_frames/{name}.webp"' in html
    assert unescape(re.search(r'alt="([^"]*)"', html)[1]) == sentence == START
    assert START in re.search(r"<output[^>]*>(.*?)</output>", html)[1]


def test_numbers_get_a_slider_and_words_a_menu(frames):
    html = page(rising, size=[-1, 2, 3], hue=["blue", "red"], labels={"size": "how far"})

    slider, menu = '<input id="control-rising-size" type="range"', '<select id="control-rising-hue"'
    assert f'<label for="control-rising-size">how far</label>{slider} min="0" max="2"' in html
    assert 'value="1" aria-valuetext="2"' in html
    assert menu in html
    assert '<option value="0" selected>blue</option><option value="1">red</option>' in html
    size = {"name": "size", "texts": ["−1", "2", "3"], "start": 1}
    assert grid(html)["controls"] == [size, {"name": "hue", "texts": ["blue", "red"], "start": 0}]


def test_a_figure_without_controls_is_just_its_picture(frames):
    assert not re.search("<script|<button|<input", page(rising))


def test_unchanged_frames_are_not_drawn_again(frames):
    before = page(rising, size=[1, 2])
    times = {file: file.stat().st_mtime_ns for file in frames.iterdir()}

    assert page(rising, size=[1, 2]) == before
    assert times == {file: file.stat().st_mtime_ns for file in frames.iterdir()}


def test_the_same_frame_is_drawn_to_the_same_bytes(frames):
    page(rising, size=[1, 2])
    before = {file.name: file.read_bytes() for file in frames.iterdir()}
    for file in frames.iterdir():
        file.unlink()

    page(rising, size=[1, 2])

    assert before == {file.name: file.read_bytes() for file in frames.iterdir()}


def test_another_function_of_yours_means_another_frame(frames):
    def double(size):
        return 2 * size

    def triple(size):
        return 3 * size

    pages = [page(rising, using={"height": height}) for height in (double, triple)]

    assert pages[0] != pages[1]


def test_every_frame_comes_in_two_densities(frames):
    html = page(rising)

    (name,) = (file.stem for file in frames.glob("*.json"))
    (width, height), large = (size_of(frames / f"{name}{end}") for end in (".webp", "-2x.webp"))
    assert large == (2 * width, 2 * height)
    assert f"{name}.webp {width}w, course-root:/_frames/{name}-2x.webp {2 * width}w" in html


def side_by_side(size=2, together=False):
    fig, axes = style.figure(6, 2, ncols=2)
    for ax in axes:
        ax.set(title="a panel", ylabel="height", ylim=(0, size))
    if together:
        fig.suptitle("words above both")
    return fig, f"Two panels of size {size}."


def test_a_phone_cuts_a_figure_between_its_panels_where_no_frame_has_anything(frames):
    html = page(side_by_side, size=[2, 30_000])

    assert re.findall(r'alt="([^"]*)"', html) == ["Two panels of size 2.", ""]
    shapes = [float(shape) for shape in re.findall("--shape:([0-9.]+)", html)]
    for file in (frames / f"{name}.webp" for name, _ in grid(html)["frames"]):
        with Image.open(file) as picture:
            pixels = np.asarray(picture.convert("L"))
        height, width = pixels.shape
        assert sum(shapes) == pytest.approx(width / height, abs=0.01)
        assert pixels[:, round(shapes[0] * height)].min() > 250


def test_what_stands_over_both_panels_keeps_them_together(frames):
    html = page(side_by_side, together=[False, True])

    assert html.count("<img") == 1
    assert "--shape" not in html


def size_of(file):
    with Image.open(file) as picture:
        return picture.size


def test_the_page_cannot_be_broken_by_what_a_sentence_says(frames):
    def spoken(word="a"):
        return style.figure(2, 1)[0], f'</script><b>"{word}"'

    html = page(spoken, word=["a", "b"])

    assert html.count("</script>") == 1
    assert "<b>" not in html.replace(re.search(r"<script.*</script>", html)[0], "")
    assert grid(html)["frames"][0][1] == '</script><b>"a"'


def test_too_many_frames_are_refused(frames):
    with pytest.raises(ValueError, match="41 frames, at most 40"):
        explore(rising, size=range(41))


def test_the_start_has_to_be_among_the_values():
    with pytest.raises(ValueError, match="rising starts at size=2"):
        explore(rising, size=[1, 3])


@pytest.fixture
def displayed(monkeypatch):
    """What is displayed, instead of displaying it."""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda one, **how: shown.append(one) or Mock())
    return shown


def test_in_jupyter_moving_a_control_redraws_picture_and_sentence(displayed):
    live = explore(rising, size=[1, 2, 3], hue=["blue", "red"])
    live._ipython_display_()
    before = live.frame.picture

    live.knobs["size"].value = 3
    live.knobs["hue"].value = "red"

    assert live.frame.picture != before
    assert live.frame.sentence == "At size 3 in red, the line rises to 3."
    assert live.shown.update.call_args.args[0] == live.frame


def test_the_figure_is_an_output_apart_from_its_controls_so_that_it_is_saved(displayed):
    explore(rising, size=[1, 2])._ipython_display_()

    controls, figure = displayed
    assert "application/vnd.jupyter.widget-view+json" in controls
    assert START in figure._repr_html_()
    assert "data:image/png" in figure._repr_html_()


def test_the_words_of_every_picture_are_as_large_as_those_of_the_page(displayed):
    def drawn(inches):
        explore(lambda: (style.figure(inches, 1)[0], "Wide."))._ipython_display_()
        return int(re.search(r"max-width:(\d+)px", displayed[-1]._repr_html_())[1])

    assert drawn(10.4) == pytest.approx(2 * drawn(5.2), rel=0.01)


def test_no_label_is_cut_off(displayed):
    short, long = (
        explore(rising, size=[1, 2, 3], labels={"size": label})
        for label in ("n", "how far it goes up in the end")
    )
    widths = [int(one.knobs["size"].style.description_width[:-2]) for one in (short, long)]
    assert widths == [1, len("how far it goes up in the end")]


def test_in_jupyter_the_controls_keep_the_arrow_keys_where_anywidget_can_see_to_it(
    displayed, monkeypatch
):
    (keys,) = live._keyboard()
    assert "data-lm-suppress-shortcuts" in keys._esm

    monkeypatch.setitem(sys.modules, "anywidget", None)
    assert live._keyboard() == []
    explore(rising, size=[1, 2])._ipython_display_()
    assert len(displayed) == 2


def test_where_nothing_shows_widgets_the_figure_stands_still_and_says_so(displayed, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)

    explore(rising, size=[1, 2])._ipython_display_()

    (figure,) = displayed
    assert START in repr(figure)
    assert "need a running Jupyter" in repr(figure)
    assert "need a running Jupyter" in figure._repr_html_()
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_a_frame_seen_before_is_not_drawn_again(displayed):
    drawn = []

    def counted(size=2):
        drawn.append(size)
        return rising(size)

    live = explore(counted, size=[1, 2, 3])
    for size in (3, 2, 3):
        live.knobs["size"].value = size

    assert drawn == [2, 3]


@pytest.mark.parametrize(("limit", "keeps_place"), [(3, True), (1e9, False)])
def test_axes_stand_still_between_frames_unless_something_would_be_cut_off(limit, keeps_place):
    def one_axis(top):
        fig, ax = style.figure(3, 2)
        ax.set(ylim=(0, top), yticks=[0, top], yticklabels=["0", f"{top:.0f}"])
        return fig, "One axis."

    first, second = drawing.drawn(one_axis, {"top": 2}, {})[0], one_axis(limit)[0]
    drawing.pixels(first, 100)
    image = drawing.pixels_like(second, drawing.places(first), 100)

    same = np.allclose(first.axes[0].get_position(), second.axes[0].get_position())
    assert same == keeps_place
    assert not drawing.is_cut_off(image)


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_waits_until_the_picture_is_shown(displayed, enabled):
    collecting = []

    def watched(size=2):
        collecting.append(gc.isenabled())
        if size == 3:
            raise ValueError("three")
        return rising(size)

    live = explore(watched, size=[1, 2, 3])
    try:
        (gc.enable if enabled else gc.disable)()
        for size in (1, 3):
            live.knobs["size"].value = size
            assert gc.isenabled() == enabled
    finally:
        gc.enable()
    assert collecting[1:] == [False, False]


def test_boxes_are_rectangles_that_the_axes_make_room_for():
    _, ax = style.figure(2, 1)

    boxes = style.boxes(ax, [0.0, 2.0], 0, 1, [3.0, -5.0], facecolor="black")

    corners = [path.get_extents().extents.tolist() for path in boxes.get_paths()]
    assert corners == [[0, 0, 1, 3], [2, -5, 3, 0]]
    assert ax.get_ylim()[0] < -5
    assert ax.get_ylim()[1] > 3


def test_a_figure_multiplies_on_one_thread(displayed):
    def counting(size=2):
        threads.update(one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas")
        return rising(size)

    threads = set()
    explore(counting, size=[1, 2])

    assert threads == {1}


def test_a_function_that_fails_at_some_setting_is_said_and_breaks_nothing(displayed):
    def brittle(size=2):
        return rising(1 / (size - 3))

    live = explore(brittle, size=[1, 2, 3])
    live._ipython_display_()
    live.knobs["size"].value = 3

    assert (
        "ZeroDivisionError: division by zero" in live.shown.update.call_args.args[0]._repr_html_()
    )
    live.knobs["size"].value = 1
    assert "rises to" in live.shown.update.call_args.args[0].sentence


def test_a_figure_that_needs_an_unwritten_function_says_which():
    def waiting(size=2):
        raise NotImplementedError("relu is yours to write")

    assert "relu is yours to write" in explore(waiting, size=[1, 2])._repr_html_()


def rising_by(size=2, step=None, slope=None):
    """A figure with a reference of its own for `step`, and with none for `slope`."""
    by = step(size) if step else np.array([1.0, 2.0])
    return rising(float(by[1]) * (slope(size) if slope else 1))


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda size: None, "your step returned None"),
        (lambda size: np.zeros(1), "your step returned an array of shape (1,)"),
        (lambda size: (None, np.zeros((2, 3))), "your step returned tuple (None, an array of shap"),
        (lambda size: size / 0, "your step raised ZeroDivisionError: division by zero"),
    ],
)
def test_a_figure_that_cannot_use_a_function_is_drawn_without_it_and_says_so(step, said):
    frame = explore(rising_by, size=[1, 2], using={"step": step}).frame

    assert "rises to" in frame.sentence
    assert f"It is drawn without your functions: {said}" in frame.sentence


def test_a_figure_with_nothing_in_the_place_of_a_wrong_function_says_what_that_returned():
    def needing(size=2, step=None):
        return rising(step(size)[0])

    shown = explore(needing, size=[1, 2], using={"step": lambda size: None})._repr_html_()

    assert "cannot be drawn: your step returned None" in shown


def test_of_two_functions_the_one_that_returned_nothing_is_named():
    using = {"step": lambda size: np.array([1.0, 2.0]), "slope": lambda size: None}

    assert "your slope returned None" in explore(rising_by, size=[1, 2], using=using).frame.sentence


def test_an_error_of_the_figure_itself_is_not_laid_on_a_function_of_the_reader():
    def broken(size=2, step=None):
        return rising(1 / (size - 2))

    with pytest.raises(ZeroDivisionError):
        explore(broken, size=[1, 2], using={"step": lambda size: None})


def test_drawing_leaves_matplotlib_as_it_was(frames):
    before = dict(mpl.rcParams)
    page(rising, size=[1, 2])

    assert dict(mpl.rcParams) == before


def _luminance(color):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    "name", ["POSITIVE", "NEGATIVE", "INK", "MUTED", "TEAL", "PURPLE", "ROSE", "OCHRE"]
)
def test_every_colour_that_may_write_text_can_be_read_on_paper(name):
    contrast = (_luminance(style.PAPER) + 0.05) / (_luminance(getattr(style, name)) + 0.05)

    assert contrast >= 4.5
