"""A figure with controls: widgets in Jupyter, a grid of named frames in the book."""

import json
import re
import sys
from html import unescape
from pathlib import Path
from types import ModuleType
from unittest.mock import Mock

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb

from lessons.kit import explore, style

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

    assert len(set(file for file, _ in data["frames"])) == len(list(frames.glob("*.webp"))) == 6
    assert sentences[:2] == [s.replace("2", "1") for s in (START, START.replace("blue", "red"))]


def test_the_start_frame_is_a_plain_image_whose_text_is_the_sentence(frames):
    html = page(rising, size=[1, 2, 3])

    name, sentence = grid(html)["frames"][1]

    assert f'src="course-root:/_frames/{name}"' in html
    assert unescape(re.search(r'alt="([^"]*)"', html)[1]) == sentence == START
    assert START in re.search(r"<output[^>]*>(.*?)</output>", html)[1]


def test_numbers_get_a_slider_and_words_a_menu(frames):
    controls = grid(page(rising, size=[-1, 2, 3], hue=["blue", "red"], labels={"size": "how far"}))

    size, hue = controls["controls"]

    assert size == {"label": "how far", "texts": ["−1", "2", "3"], "start": 1, "kind": "range"}
    assert (hue["label"], hue["kind"], hue["start"]) == ("hue", "select", 0)


def test_a_figure_without_controls_is_just_its_picture(frames):
    assert "<script" not in page(rising)


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


def test_a_changed_source_means_another_frame(frames, tmp_path, monkeypatch):
    home = ModuleType("home")
    home.__file__ = str(tmp_path / "home.py")
    monkeypatch.setitem(sys.modules, "home", home)
    monkeypatch.setattr(rising, "__module__", "home")

    pages = []
    for source in ("# one", "# two"):
        Path(home.__file__).write_text(source)
        pages.append(page(rising))

    assert pages[0] != pages[1]


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
    before = live.picture

    live.knobs["size"].value = 3
    live.knobs["hue"].value = "red"

    assert live.picture != before
    assert live.sentence == "At size 3 in red, the line rises to 3."
    assert live.shown.update.call_args.args[0].picture == live.picture


def test_the_figure_is_an_output_apart_from_its_controls_so_that_it_is_saved(displayed):
    explore(rising, size=[1, 2])._ipython_display_()

    controls, figure = displayed
    assert "application/vnd.jupyter.widget-view+json" in controls
    assert START in figure._repr_html_()
    assert "data:image/png" in figure._repr_html_()


def test_where_nothing_shows_widgets_the_figure_stands_still_and_says_so(displayed, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)

    explore(rising, size=[1, 2])._ipython_display_()

    (figure,) = displayed
    assert START in repr(figure)
    assert "need a running Jupyter" in figure._repr_html_()


def test_a_figure_that_needs_an_unwritten_function_says_which():
    def waiting(size=2):
        raise NotImplementedError("relu is yours to write")

    assert "relu is yours to write" in explore(waiting, size=[1, 2])._repr_html_()


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
