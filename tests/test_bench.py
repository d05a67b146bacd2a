"""The grader is measured on a class of its own making."""

import json

import pytest
from rich.console import Console

from autograder.course.exercise import chapter
from autograder.grading.batch import grade_class
from autograder.samples.bench import Report, Run, bare, make_class, measure, show, spent
from autograder.trouble import Trouble

ONE = chapter("activations")


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """The folder of a class of four."""
    folder = tmp_path_factory.mktemp("bench") / "class"
    make_class(folder, ONE, 4)
    return folder


def report(**changed):
    """Figures as they may be measured: a hundred submissions cost a second more than ten do."""
    small, large = Run(10, 1.0, 0.5, 40 << 20, 60 << 20), Run(110, 2.0, 1.5, 41 << 20, 61 << 20)
    figures = {
        "chapter": "activations",
        "level": "strict",
        "jobs": 2,
        "alone": (Run(1, 0.4, 0.3, 1, 1),),
        "small": (small,),
        "large": (large,),
        "bare": 0.002,
        "spent": {"judge the answers": 0.004},
        "each": (0.01, 0.01, 0.02),
    }
    return Report(**figures | changed)


def printed(one):
    console = Console(width=100)
    with console.capture() as captured:
        console.print(show(one))
    return captured.get()


def test_the_class_has_right_wrong_and_unfinished_notebooks(four, tmp_path):
    grade_class(four, tmp_path, jobs=1, seed=1, level="process")

    results = [json.loads(file.read_text()) for file in sorted(tmp_path.glob("results/*/*.json"))]
    points = [result["points"] for result in results]
    assert points[0] == points[2] == 36
    assert 0 < points[1] < 36
    assert {one["status"] for one in results[3]["exercises"]} == {"correct", "unwritten"}


def test_no_two_notebooks_are_the_same(four):
    texts = {file.read_text() for file in four.glob("*/*.ipynb")}

    assert len(texts) == 4
    assert all(json.loads(text)["nbformat"] == 4 for text in texts)


def test_a_run_of_the_command_is_watched_from_outside(four, tmp_path):
    run = measure(four, tmp_path / "out", 1, "process")

    assert run.size == 4
    assert run.cpu > 0
    assert run.seconds > 0
    assert run.memory > 1 << 20 < run.workers
    assert len(list(tmp_path.glob("out/feedback/*/activations.html"))) == 4


def test_a_run_that_fails_is_a_trouble(tmp_path):
    (tmp_path / "empty").mkdir()

    with pytest.raises(Trouble, match="was not graded"):
        measure(tmp_path / "empty", tmp_path / "out", 1, "process")


def test_the_stages_are_timed_inside_the_whole(four, tmp_path):
    where, each = spent(four, tmp_path, "process")

    assert len(each) == 4
    assert all(seconds > 0 for seconds in where.values())
    assert sum(where.values()) <= sum(each) / 4


def test_the_calls_by_themselves_take_less_than_the_whole(four):
    assert 0 < bare(four, jobs=2) < 0.5


def test_figures_of_one_submission_leave_out_the_start():
    one = report()

    assert one.cpu == pytest.approx([0.01])
    assert one.rate == pytest.approx([100])
    assert one.ratio == pytest.approx(5)


def test_of_several_rounds_the_median_and_the_fastest_are_shown():
    usual, slow, fast = report().large[0], Run(110, 9.0, 9.5, 0, 0), Run(110, 1.5, 1.0, 0, 0)

    text = printed(report(small=report().small * 3, large=(usual, slow, fast)))

    shown = [line.split()[-1] for line in text.splitlines() if line.strip()]
    assert shown[2:4] == ["100", "200"]
    assert [line.split()[-2] for line in text.splitlines() if "ms" in line][:2] == ["10.0", "5.0"]


def test_the_report_shows_every_figure():
    text = printed(report())

    for words, figure in [
        ("submissions a second", "100"),
        ("CPU of one, all processes", "10.0 ms"),
        ("its calls by themselves", "2.0 ms"),
        ("so it takes, times its calls", "5.0"),
        ("median", "10.0 ms"),
        ("one alone, from the shell", "0.40 s"),
        ("memory after 10, first process", "42 MB"),
        ("memory after 110, largest other", "64 MB"),
        ("judge the answers", "30%"),
        ("the rest", "70%"),
    ]:
        [line] = (line for line in text.splitlines() if words in line)
        assert figure in line
