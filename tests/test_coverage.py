"""What is covered where: the lessons keep what the list of topics asks of them."""

import pytest

from autograder.course import coverage
from autograder.course.exercise import chapter, chapters
from autograder.course.notebooks import student_notebook

LESSON = """\
# Title

(sec-curves)=
## Curves
% covers 1 3

{ref}`sec-curves`

```{code-cell} ipython3
explore(figures.curve, z=[1, 2])
explore(figures.curve, z=[3])
```

```{exercise} sigmoid
```

(sec-end)=
## The end
"""


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A lesson of two sections, where the course looks for it."""
    monkeypatch.setattr(coverage, "folder", lambda chapter: tmp_path / chapter)
    (tmp_path / "dropout").mkdir()
    (tmp_path / "dropout" / "lesson.md").write_text(LESSON)


def test_a_section_says_its_topics_and_shows_its_figures_and_exercises(lesson):
    curves, end = coverage.sections("dropout")

    assert curves == coverage.Section("sec-curves", "Curves", (1, 3), ("curve",), ("sigmoid",))
    assert (end.label, end.topics) == ("sec-end", ())


def test_a_topic_is_covered_where_a_section_of_its_own_chapters_says_so(lesson):
    one, two, three = coverage.topics()[:3]

    assert [section.label for _, section in coverage.covering(one)] == ["sec-curves"]
    assert not list(coverage.covering(two))
    assert [name for name, _ in coverage.covering(three)] == ["dropout"]


def test_the_topics_are_numbered_without_a_gap():
    assert [topic.number for topic in coverage.topics()] == list(range(1, 202))


@pytest.mark.parametrize("name", chapters())
def test_a_lesson_claims_only_topics_that_belong_to_it(name):
    own = {topic.number for topic in coverage.topics() if name in topic.chapters}
    claimed = {number for section in coverage.sections(name) for number in section.topics}

    assert claimed <= own


@pytest.mark.parametrize("name", chapters())
def test_a_written_chapter_leaves_none_of_its_topics_out(name):
    missing = [
        topic.says
        for topic in coverage.topics()
        if name in topic.chapters and not any(coverage.covering(topic))
    ]

    assert not missing


@pytest.mark.parametrize("name", chapters())
def test_what_a_lesson_says_of_its_topics_is_not_in_the_students_notebook(name):
    text = "\n".join(cell.source for cell in student_notebook(name).cells)

    assert "% covers" not in text
    assert chapter(name).exercises[0].name in text
