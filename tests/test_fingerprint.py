"""A figure is drawn again when something it is made of has changed, and only then."""

import importlib.util
import linecache
import sys

import pytest

from lessons.kit.fingerprint import fingerprint

SOURCE = """
import json
from functools import partial
from pathlib import Path

import numpy as np

SIZE = 3
SHAPES = {"square": lambda x: x * x, "double": lambda x: 2 * x}
TABLE = np.zeros(2000)


class Pen:
    @property
    def width(self):
        return thick()


def thick():
    return 5


def shape(name):
    return SHAPES[name]


def numbers():
    return json.loads(Path(__file__).with_name("numbers.json").read_text())


def figure(name="square"):
    return partial(shape, name), Pen(), TABLE


def other():
    return SIZE, numbers()
"""


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """Fingerprints of the two figures of a chapter after changes to its files."""

    def changed(old="", new="", numbers="1"):
        (tmp_path / "chapter.py").write_text(SOURCE.replace(old, new, 1))
        (tmp_path / "numbers.json").write_text(numbers)
        spec = importlib.util.spec_from_file_location("chapter", tmp_path / "chapter.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "chapter", module)
        spec.loader.exec_module(module)
        linecache.clearcache()
        return fingerprint(module.figure, {}), fingerprint(module.other, {})

    return changed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name="square"', 'name="double"'),  # the figure itself
        ("return SHAPES[name]", "return SHAPES[name] or None"),  # what it calls
        ("x * x", "x + x"),  # a function in a table
        ("return 5", "return 6"),  # what a property of a class calls
        ("np.zeros(2000)", "np.arange(2000)"),  # an array too long to be printed
    ],
)
def test_a_change_in_what_a_figure_uses_means_other_frames_for_it_alone(changed, old, new):
    (figure, other), (new_figure, new_other) = changed(), changed(old, new)

    assert figure != new_figure
    assert other == new_other


def test_a_constant_and_a_data_file_count_for_the_figure_that_uses_them(changed):
    figure, other = changed()

    for changes in ({"old": "SIZE = 3", "new": "SIZE = 4"}, {"numbers": "2"}):
        new_figure, new_other = changed(**changes)
        assert figure == new_figure
        assert other != new_other


def test_lines_that_move_mean_nothing(changed):
    assert changed() == changed("import json", "# a comment\n\nimport json")


def test_a_function_that_is_handed_over_counts_with_its_source():
    def draw(height):
        return height(2)

    def double(x):
        return 2 * x

    def triple(x):
        return 3 * x

    assert fingerprint(draw, {"height": double}) != fingerprint(draw, {"height": triple})
