"""The end of a chapter says how it was checked, and says it from the sources."""

import re

import pytest

from autograder.course import checked, lesson
from autograder.course.exercise import chapters

LESSON = """\
$$
a = 1
$$ (eq-one)

$$
b = 2
$$ (eq-two)
"""
FIGURES = """\
def simulate_walk(seed=0):
    return seed

def walk():
    return simulate_walk()

def shown_once():
    return simulate_other()

def simulate_other(seed=0):
    return seed

def race():
    return 3

def still():
    return 4
"""
MEASUREMENTS = """\
FEW = range(5)

def steps(long=False):
    for seed in range(20) if long else FEW:
        simulate_walk(seed=seed)

def race():
    return [_run(s) for s in (1, 2, 3)]

def _run(s):
    return [n for n in range(s)]
"""
TESTS = """\
import re

import pytest

@pytest.mark.formula("eq-two")
def test_two_follows_from_one():
    assert True
"""


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    home = tmp_path / "lessons" / "toy"
    home.mkdir(parents=True)
    for name, text in (("lesson.md", LESSON), ("figures.py", FIGURES)):
        (home / name).write_text(text)
    (home / "measurements.py").write_text(MEASUREMENTS)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_toy.py").write_text(TESTS)
    monkeypatch.setattr(checked, "ROOT", tmp_path)
    monkeypatch.setattr(checked, "folder", lambda name: tmp_path / "lessons" / name)
    monkeypatch.setattr(checked, "_names", lambda name: {"FEW": range(5)})
    return tmp_path


def test_a_marked_test_stands_with_its_formula_as_a_sentence(chapter):
    assert checked.formula_tests("toy") == {"eq-one": [], "eq-two": ["two follows from one"]}


def test_a_test_of_a_formula_that_is_gone_is_an_error(chapter):
    (chapter / "lessons" / "toy" / "lesson.md").write_text(LESSON.replace("eq-two", "eq-2"))

    with pytest.raises(LookupError, match=r"test_toy.py: toy has no formula eq-two"):
        checked.formula_tests("toy")


@pytest.mark.parametrize(
    ("figure", "seeds"), [("walk", [5, 20]), ("race", [3]), ("shown_once", []), ("still", None)]
)
def test_the_seeds_of_a_figure_are_those_of_its_simulation(chapter, figure, seeds):
    assert checked.figure_runs("toy")[figure] == seeds


@pytest.mark.parametrize("name", chapters())
def test_every_chapter_can_say_how_it_was_checked(name):
    text = (lesson.folder(name) / "lesson.md").read_text("utf-8")

    sentences = [one for found in checked.formula_tests(name).values() for one in found]
    assert sentences
    assert not re.search(r"\b(relu|p?relu|g?elu|taylor|rms)\b", " ".join(sentences))
    assert set(lesson.figures(text)) <= set(checked.figure_runs(name))


# ---- the numbers of figures ----

CAPTIONED = """\
```{code-cell} ipython3
:tags: [hide-input]

explore(
    figures.walk,
    mean=[0, 1],
)
```

*A walk
goes on.* And more.

```{code-cell} ipython3
explore(figures.other)
```

No caption; see {ref}`figure-race` and {ref}`figure-walk`.

```{code-cell} ipython3
widget(figures.race)
```

*The race.*
"""


def test_figures_with_a_caption_are_numbered_in_order():
    text = lesson.with_figure_numbers(CAPTIONED)

    assert lesson.figures(CAPTIONED) == ["walk", "race"]
    assert "*Figure 1. A walk\ngoes on.* And more." in text
    assert "*Figure 2. The race.*" in text
    assert "see Figure 2 and Figure 1." in text


def test_no_two_chapters_call_a_figure_by_the_same_name():
    texts = [(lesson.folder(name) / "lesson.md").read_text("utf-8") for name in chapters()]
    names = [one for text in texts for one in lesson.figures(text)]

    assert len(names) > 20
    assert len(set(names)) == len(names)


def test_a_reference_to_no_figure_is_an_error():
    with pytest.raises(LookupError, match="no figure with a caption is called ghost"):
        lesson.with_figure_numbers("{ref}`figure-ghost`")


def test_a_caption_is_rewritten_and_its_cell_stays():
    text = lesson.with_captions(CAPTIONED, lambda name, words: f"<{name}: {words}>")

    assert "```\n\n<walk: A walk\ngoes on.> And more." in text
    assert text.count("explore(") == 2
