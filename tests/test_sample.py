import pytest

from autograder.course.exercise import chapter
from autograder.samples.sample import sample_class, students
from autograder.suites.mistakes import catalogue
from autograder.trouble import Trouble

ACTIVATIONS = chapter("activations")


def test_the_sample_class_has_thirty_students_and_every_known_mistake():
    works = students(ACTIVATIONS)

    planted = {(m.exercise, m.name) for work in works for m in work.planted.values()}
    assert planted == {(m.exercise, m.name) for m in catalogue("activations").mistakes}
    assert len(works) == len({work.student for work in works}) >= 30


def test_the_sample_class_is_always_the_same(tmp_path):
    for name in ("one", "other"):
        sample_class(tmp_path / name)

    contents = [
        {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.*")}
        for folder in tmp_path.iterdir()
    ]
    assert contents[0] == contents[1]


def test_the_sample_class_replaces_nothing_but_a_sample_class(tmp_path):
    (tmp_path / "thesis.tex").touch()

    with pytest.raises(Trouble, match="holds something other"):
        sample_class(tmp_path)
