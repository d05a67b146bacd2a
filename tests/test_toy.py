"""Random functions, and a forward with a cache for its backward, go the whole way."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import nbformat
import pytest

from autograder.course.exercise import chapter, chapters
from autograder.course.lesson import ROOT
from autograder.course.release import NAME
from autograder.grading.grade import grade
from autograder.grading.submission import Submission
from autograder.sandbox.isolation import isolation
from autograder.sandbox.limits import Limits
from autograder.suites import verify
from autograder.suites.mistakes import catalogue
from autograder.suites.record import in_process, recording
from autograder.suites.styles import styles
from lessons.kit.judge import judge

TOY = Path(__file__).with_name("toy")
PROCESS = ("--isolation", "process")
FORWARD, BACKWARD = "layer_forward", "layer_backward"


def sources(**written):
    """The cells of a right submission, with some functions written otherwise."""
    right = {one.name: one.source for one in chapter("toy").exercises}
    return tuple({**right, **{name: dedent(text) for name, text in written.items()}}.values())


def graded(**written):
    """The exercises of a graded submission by name."""
    submission = Submission("ada", "toy", sources(**written))
    with isolation("process") as host:
        result = grade(submission, 11, Limits(call=2), host)
    return {one["name"]: one for one in result["exercises"]}


def statuses(exercises):
    return {name: one["status"] for name, one in exercises.items() if one["status"] != "correct"}


def explanations(exercise):
    return {test["why"] for test in exercise["tests"]}


# ---- the suite


def test_the_toy_chapter_is_proved_over_many_seeds(toy):
    assert verify.verify(toy, seeds=(1,)).faults == []


def test_an_exercise_judged_by_chance_is_proved_with_more_seeds(toy, monkeypatch):
    used = set()

    def proved(recorded, one):
        used.add(recorded.seed)
        return ()

    monkeypatch.setattr(verify, "right_solutions", proved)
    verify.verify_exercise(toy, "small_normal", seeds=(1,))
    assert used == {1, *verify.MORE_SEEDS}


# ---- a student's own process


def test_right_solutions_in_other_styles_earn_every_point(toy):
    forward = """
        class Cache:
            pass

        def layer_forward(x, W):
            cache = Cache()
            cache.slope = 1 - np.tanh(x @ W) ** 2
            cache.back = lambda dz: (dz @ W.T, x.T @ dz)
            return [np.tanh(x @ W), cache]
    """
    backward = """
        def layer_backward(dout, cache):
            return cache.back(dout * cache.slope)
    """
    drawn = """
        def small_normal(rng, n_in, n_out, scale=0.01):
            return rng.standard_normal((n_out, n_in)).T * scale
    """
    done = graded(layer_forward=forward, layer_backward=backward, small_normal=drawn)
    assert statuses(done) == {}


def test_every_mistake_is_named_and_costs_its_own_exercise(toy):
    for mistake in catalogue(toy).mistakes:
        done = graded(**{mistake.place: mistake.source})
        assert done[mistake.exercise]["diagnosis"] == mistake.diagnosis, mistake.name
        assert statuses(done).keys() <= {mistake.exercise, BACKWARD}


def test_a_cache_that_is_wrong_is_not_blamed_on_the_backward(toy):
    done = graded(layer_forward="def layer_forward(x, W):\n    return x @ W, (x, W, x @ W)")
    assert done[BACKWARD]["status"] == "incorrect"
    assert "Your layer_forward caches the numbers before" in done[BACKWARD]["diagnosis"]


@pytest.mark.parametrize(
    ("forward", "words"),
    [
        ("1 / 0", "layer_forward failed before it: raised ZeroDivisionError"),
        ("return np.tanh(x @ W)", "layer_forward failed before it: the result is one array"),
        ("raise SystemExit", "layer_forward failed before it: raised SystemExit"),
        ("while True: pass", "layer_forward failed before it: the call took too long"),
        ("__import__('os')._exit(1)", "layer_forward failed before it: the call ended the whole"),
    ],
)
def test_a_backward_whose_forward_failed_is_told_so(toy, forward, words):
    done = graded(layer_forward=f"def layer_forward(x, W):\n    {forward}")
    for why in explanations(done[BACKWARD]):
        assert why.startswith("could not be tried, because")
        assert words in why
    assert "layer_forward" in done[BACKWARD]["tests"][0]["why"]


def test_what_nobody_has_begun_is_unwritten(toy):
    stubs = {name: chapter(toy)[name].stub for name in (FORWARD, BACKWARD)}
    assert set(statuses(graded(**stubs)).values()) == {"unwritten"}


def test_a_crash_between_two_backwards_does_not_lose_the_other_cache(toy):
    crashes_on_wide_layers = """
        import os

        def layer_backward(dout, cache):
            x, W, out = cache
            if dout.shape[1] == 5:
                os._exit(1)
            dz = dout * (1 - out**2)
            return dz @ W.T, x.T @ dz
    """
    submission = Submission("ada", "toy", sources(layer_backward=crashes_on_wide_layers))
    recorded = recording(toy, 11)
    with (
        isolation("process") as host,
        host.student(submission.cells, Limits(call=2), recorded.batch) as student,
    ):
        answers = student.answers(recorded.batch)
    [(test)] = [one for one in recorded.of(BACKWARD) if one.test.id.endswith("test_two_layers")]
    ended = [answers[number] for number in range(test.first, test.first + 4)]
    assert [seen.error and seen.error["type"] for seen in ended] == [None, None, "crash", None]
    assert judge(test.calls[3], ended[3]) is None


def test_the_cache_stays_with_the_student_and_the_inputs_do_too(toy):
    spy = """
        def layer_forward(x, W):
            return np.tanh(x @ W), {"x": x, "W": W, "secret": print}

        def layer_backward(dout, cache):
            x, W = cache["x"], cache["W"]
            dz = dout * (1 - np.tanh(x @ W) ** 2)
            return dz @ W.T, x.T @ dz
    """
    assert statuses(graded(layer_forward=spy, layer_backward="")) == {}


def test_tests_see_nothing_in_the_place_of_the_cache(toy):
    outcomes = recording(toy, 1).outcomes(BACKWARD, in_process(chapter(toy).references))
    forwards = [seen for o in outcomes for call, seen in o.answers if call.step]
    assert forwards
    assert all(seen.result[1] is None for seen in forwards)


def test_a_forward_and_a_backward_of_different_styles_need_not_fit(toy):
    odd = styles(toy, BACKWARD)["object"]
    mixed = {**chapter(toy).references, BACKWARD: odd}
    outcomes = recording(toy, 1).outcomes(BACKWARD, in_process(mixed))
    assert all("AttributeError" in outcome.failing.says for outcome in outcomes)


# ---- from the release to the marks


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of which the toy is the only chapter, and its release."""
    tree = tmp_path_factory.mktemp("toy") / "course"
    others = [f"{name}*" for name in chapters()]
    skip = shutil.ignore_patterns(
        ".git", ".venv", "_build", "tests", "my-notebooks", "__pycache__", "*.egg-info", *others
    )
    shutil.copytree(ROOT, tree, ignore=skip)
    shutil.copytree(TOY, tree, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    run(tree, "-m", "autograder", "release", "--out", "release")
    return tree


def run(folder, *arguments):
    """Run Python in a folder, on the packages in it."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def notebook(course, **written):
    """The released notebook with solutions, right ones where nothing else is given."""
    book = nbformat.read(course / "release" / NAME / "toy.ipynb", as_version=4)
    right = {one.name: one.source for one in chapter("toy").exercises}
    for cell in book.cells:
        for name, source in {**right, **written}.items():
            if cell.cell_type == "code" and cell.source.startswith(f"def {name}("):
                cell.source = source
    return book


def test_the_check_in_the_notebook_knows_chance_and_caches(course, toy):
    wrong = {m.name: m for m in catalogue(toy).mistakes}
    names = ("takes_scale_for_a_variance", "caches_the_pre_activations", "forgets_to_scale")
    chosen = [wrong[name] for name in names]
    book = notebook(course, **{mistake.place: mistake.source for mistake in chosen})
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    code = [source.replace("check(", "print(check(").replace('")', '"))') if
            source.startswith("check(") else source for source in code]  # fmt: skip
    said = run(course / "release" / NAME, "-c", "\n\n".join(code))
    for mistake in chosen:
        assert f"Likely mistake: {mistake.diagnosis}" in said
    assert "layer_forward: 1 of 1 properties hold" in said
    assert "On dropout(float64 array of shape (50, 40), 0.8, rng): " in said


def test_a_class_is_graded(course, toy):
    wrong = {m.name: m for m in catalogue(toy).mistakes}["draws_one_row"]
    for student, written in (("ada", {}), ("bo", {wrong.place: wrong.source})):
        (course / "class" / student).mkdir(parents=True)
        nbformat.write(notebook(course, **written), course / "class" / student / "toy.ipynb")
    run(course, "-m", "autograder", "grade", "class", "--out", "grades", "--jobs", "1", *PROCESS)
    with (course / "grades" / "grades.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] != "correct"]
    assert [(row["student"], row["exercise"], row["diagnosis"]) for row in rows] == [
        ("bo", "small_normal", wrong.diagnosis)
    ]


def test_the_sample_class_of_the_toy_is_graded_as_planted(course):
    script = """
        from pathlib import Path
        from autograder.grading.batch import grade_class
        from autograder.samples.sample import sample_class
        from autograder.sandbox.limits import Limits

        if __name__ == "__main__":
            sample_class(Path("sample"))
            how = {"level": "process", "limits": Limits(call=4, cell=4)}
            grade_class(Path("sample"), Path("marks"), jobs=2, seed=11, **how)
    """
    (course / "grade_sample.py").write_text(dedent(script))
    run(course, "grade_sample.py")
    results = [json.loads(file.read_text()) for file in course.glob("marks/results/*/toy.json")]
    assert results
    planted = json.loads((course / "sample" / "planted.json").read_text())
    for result in results:
        plan = planted[f"{result['student']}/toy"]
        got = {one["name"]: one for one in result["exercises"]}
        for name, mistake in plan["mistakes"].items():
            assert got[name]["diagnosis"] == mistake["diagnosis"]
        others = {name: "correct" for name in got if name not in plan["mistakes"]}
        assert {name: got[name]["status"] for name in others} == others | plan["statuses"]
