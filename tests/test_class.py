import csv
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from autograder.cli import NO_BOUNDARY
from autograder.course.exercise import chapter
from autograder.grading import processes
from autograder.grading.batch import grade_class
from autograder.reports.reports import MARKS
from autograder.samples.sample import sample_class
from autograder.sandbox.isolation import missing
from autograder.sandbox.limits import Limits
from autograder.trouble import Trouble

REFERENCE = {one.name: one.source for one in chapter("activations").exercises}
SHORT = Limits(call=2, cell=2)


@pytest.fixture(scope="module")
def small_class(tmp_path_factory, write_notebook):
    """A class of three, graded by the command, with what it printed."""
    folder = tmp_path_factory.mktemp("small")
    write_notebook(folder / "class" / "Zoë, née O'Neil" / "activations.ipynb", *REFERENCE.values())
    write_notebook(folder / "class" / "ada" / "x" / "activations.ipynb", "def relu(z): return -z")
    for name in ("bo/activations.ipynb", "carla/essay.ipynb"):
        (folder / "class" / name).parent.mkdir()
        (folder / "class" / name).write_text("{}")
    command = [sys.executable, "-m", "autograder", "grade", "class", "--out", "out", "--seed", "3"]
    command += ["--isolation", "process"]
    done = subprocess.run(
        [*command, "--jobs", "2"], cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )
    return folder / "out", done


def test_the_command_ends_well_when_every_submission_got_a_result(small_class):
    out, done = small_class

    assert (done.returncode, done.stderr.strip()) == (0, f"autograder: {NO_BOUNDARY}")
    assert sorted(path.parent.name for path in out.glob("results/*/activations.json")) == [
        "Zoë, née O'Neil",
        "ada",
        "bo",
    ]


def test_the_marks_are_a_table_with_a_row_for_each_exercise(small_class):
    rows = list(csv.DictReader((small_class[0] / "grades.csv").read_text("utf-8").splitlines()))

    assert list(rows[0]) == list(MARKS)
    assert len(rows) == 3 * len(REFERENCE)
    points = {row["student"]: 0.0 for row in rows}
    for row in rows:
        points[row["student"]] += float(row["points"])
    assert points["Zoë, née O'Neil"] == 36
    assert points["bo"] == 0


def test_the_summary_is_printed_and_kept(small_class):
    out, done = small_class

    kept = (out / "summary.txt").read_text(encoding="utf-8")

    for text in (kept, done.stdout):
        assert "activations: 3 submissions, " in text
        assert "carla: no notebook of a chapter in this folder; not graded" in text
        assert "--seed 3" in text


def test_nothing_unfinished_is_left_behind(small_class):
    files = {path.relative_to(small_class[0]).parts[0] for path in small_class[0].rglob("*.*")}

    assert files - {".lock"} == {
        "feedback",
        "grades.csv",
        "receipts",
        "report.html",
        "results",
        "seed.txt",
        "summary.txt",
        "timings.csv",
    }


def test_the_seed_of_the_run_is_in_every_result(small_class):
    results = [json.loads(path.read_text()) for path in small_class[0].glob("results/*/*.json")]

    assert {result["seed"] for result in results} == {3}


def test_every_planted_mistake_of_the_sample_class_is_named(tmp_path):
    sample_class(tmp_path / "class")
    planted = json.loads((tmp_path / "class" / "planted.json").read_text())

    level = "process" if missing("strict") else "strict"  # which starts students far quicker
    done = grade_class(
        tmp_path / "class", tmp_path / "out", jobs=2, seed=11, level=level, limits=SHORT
    )

    files = (tmp_path / "out" / "results").glob("*/*.json")
    results = {f"{file.parent.name}/{file.stem}": json.loads(file.read_text()) for file in files}
    assert results.keys() == planted.keys()
    assert done.complete
    for who, plan in planted.items():
        got = {one["name"]: one for one in results[who]["exercises"]}
        named = {name: got[name]["diagnosis"] for name in plan["mistakes"]}
        assert named == {name: one["diagnosis"] for name, one in plan["mistakes"].items()}, who
        others = {name: "correct" for name in got if name not in plan["mistakes"]}
        assert {name: got[name]["status"] for name in others} == others | plan["statuses"], who


# ---- a process of the grader dies


def grade(folder, **how):
    return grade_class(folder / "class", folder / "out", seed=1, level="process", **how)


def students(folder):
    return {file.parent.name for file in folder.glob("*/activations.*")}


def test_a_killed_process_of_the_grader_costs_nobody_a_mark(tmp_path, write_notebook):
    names = {"ada", "bo", "carla", "dario", "elif"}
    for name in names:
        write_notebook(tmp_path / "class" / name / "activations.ipynb", REFERENCE["relu"])
    killed = []

    def kill_once(done, total):
        if done == 1 and not killed:
            killed.append(multiprocessing.active_children()[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    done = grade_class(
        tmp_path / "class", tmp_path / "out", jobs=2, seed=1, level="process", progress=kill_once
    )

    assert killed
    assert done.complete
    assert students(tmp_path / "out" / "results") == names
    assert done.chapters["activations"].exercises["as_float"].statuses == {"missing": 5}


class DyingPool:
    """Stands for a pool whose processes all die on bo's notebook."""

    def __init__(self, jobs, settings):
        self.lost = False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def shutdown(self, cancel_futures):
        pass

    def submit(self, function, one, *settings):
        future = Future()
        self.lost = self.lost or (function is processes._grade and one.student == "bo")
        if self.lost:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(function(one, *settings))
        return future


def test_a_notebook_that_kills_every_grader_costs_its_own_marks_only(tmp_path, monkeypatch):
    for name in ("ada", "bo", "carla"):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "activations.ipynb").write_text("{}")
    monkeypatch.setattr(processes, "_pool", DyingPool)

    done = grade(tmp_path, jobs=1)

    assert done.faults == ["The grader failed on bo/activations: the grader's process ended"]
    assert not done.complete
    assert students(tmp_path / "out" / "feedback") == {"ada", "bo", "carla"}


def test_where_the_graders_processes_do_not_even_begin_grading_stops_and_says_so(
    tmp_path, monkeypatch, write_notebook, capfd
):
    for name in ("ada", "bo", "carla"):
        write_notebook(tmp_path / "class" / name / "activations.ipynb", REFERENCE["relu"])
    (tmp_path / "numpy.py").write_text("raise ImportError('numpy is broken')")
    with monkeypatch.context() as broken:
        broken.syspath_prepend(tmp_path)  # for new processes; this one has its NumPy
        with pytest.raises(Trouble, match="before they grade"):
            grade(tmp_path, jobs=2)

    # Two at once, then one with a submission and one without.
    assert capfd.readouterr().err.count("ImportError: numpy is broken") <= 4
    assert not students(tmp_path / "out" / "results")
    assert grade(tmp_path, jobs=1).complete
    assert students(tmp_path / "out" / "results") == {"ada", "bo", "carla"}
