import csv
import json
import re
import subprocess
import sys
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder import cli
from autograder.course.exercise import chapter
from autograder.grading import batch
from autograder.grading import grade as grading
from autograder.grading.batch import find, grade_class
from autograder.grading.grade import grade
from autograder.grading.submission import Submission
from autograder.reports.feedback import page
from autograder.samples.sample import sample_class, students
from autograder.sandbox.limits import Limits
from autograder.suites import suite
from autograder.suites.suite import HiddenTest
from autograder.trouble import Trouble
from lessons.kit.judge import Call

ACTIVATIONS = chapter("activations")
REFERENCE = {one.name: one.source for one in ACTIVATIONS.exercises}
SHORT = Limits(call=2, cell=2)


def graded(seed=1, **changed):
    """The result of the reference solutions with some exercises changed or, if None, left out."""
    sources = REFERENCE | changed
    cells = ["import numpy as np", *(source for source in sources.values() if source)]
    return grade(
        Submission("ada", "activations", tuple(cells), own=frozenset(range(99))), seed, SHORT
    )


def statuses(result):
    return {one["name"]: one["status"] for one in result["exercises"]}


def exercise(result, name):
    return next(one for one in result["exercises"] if one["name"] == name)


def wrong(result):
    return {name: status for name, status in statuses(result).items() if status != "correct"}


# ---- one submission


def test_the_reference_earns_every_point():
    result = graded()

    assert wrong(result) == {}
    assert result["points"] == result["max_points"] == sum(e.points for e in ACTIVATIONS.exercises)
    assert result["notes"] == []


@pytest.mark.parametrize(
    ("source", "status"),
    [
        (ACTIVATIONS["sigmoid"].stub, "unwritten"),
        (None, "missing"),
        ("def sigmoid(z):\n    while True: pass", "timeout"),
        ("import os\ndef sigmoid(z): os._exit(0)", "crashed"),
        ("def sigmoid(z): return None", "incorrect"),
        ("def sigmoid(z): return 1 / (1 + np.exp(-as_float(z)))", "partial"),
    ],
)
def test_an_exercise_costs_its_own_points_only(source, status):
    result = graded(sigmoid=source, sigmoid_grad=None)

    assert wrong(result) == {"sigmoid": status, "sigmoid_grad": "missing"}
    assert (exercise(result, "sigmoid")["points"] > 0) == (status == "partial")


def test_partial_credit_is_the_share_of_the_properties_that_hold():
    sigmoid = exercise(
        graded(sigmoid="def sigmoid(z): return 1 / (1 + np.exp(-as_float(z)))"), "sigmoid"
    )

    share = sum(test["passed"] for test in sigmoid["tests"]) / len(sigmoid["tests"])
    assert sigmoid["points"] == round(sigmoid["max_points"] * share, 2)


def test_an_exercise_that_calls_an_unwritten_one_says_so():
    result = graded(as_float=ACTIVATIONS["as_float"].stub)

    assert statuses(result)["as_float"] == "unwritten"
    assert (
        exercise(result, "sigmoid")["tests"][0]["why"] == "calls as_float, which is not written yet"
    )


def test_the_same_seed_draws_the_same_inputs_and_gives_the_same_marks():
    guess = "def sigmoid(z): return REMEMBERED.setdefault(0, np.array(z, float))\nREMEMBERED = {}"

    assert graded(seed=5, sigmoid=guess) == graded(seed=5, sigmoid=guess)


def test_a_result_names_seed_and_engine():
    result = graded(seed=77)

    assert (result["seed"], result["engine"]) == (77, "0.1.0")


def test_monkeypatched_numpy_changes_no_mark():
    yes = """
        import builtins, numpy as np
        class Yes(np.ndarray):
            def __eq__(self, other): return True
            def __le__(self, other): return True
        for name in ("abs", "isnan", "array_equal", "allclose", "any", "asarray", "array_equiv"):
            setattr(np, name, lambda *args, **kwargs: np.True_)
        builtins.any = lambda values: False
        def sigmoid(z): return np.zeros(3).view(Yes)
    """

    result = graded(sigmoid_grad="\n".join(line[8:] for line in yes.splitlines()))

    assert statuses(result)["sigmoid"] == "incorrect"
    assert exercise(result, "sigmoid")["points"] == 0


def test_an_error_that_repeats_its_input_tells_no_hidden_input():
    source = """
def sigmoid(z):
    raise type(f"Input{np.ravel(z)[:1]}", (ValueError,), {})(f"hidden input {z}")
"""

    result = graded(sigmoid=source)

    assert exercise(result, "sigmoid")["tests"][0]["why"].startswith(
        "raised an exception of its own kind at cell 3, line 3: `raise type(f"
    )
    assert "hidden input [" not in json.dumps(result)


def test_a_failing_cell_is_noted_with_its_line():
    result = graded(extra="x = 1\nload('my data.csv')")

    assert result["notes"] == [
        "Code cell 18 stopped with NameError at line 2: `load('my data.csv')`."
        " The cells after it ran all the same."
    ]


def test_a_fault_of_the_suite_costs_one_test_and_is_told(monkeypatch):
    run = HiddenTest.run

    def broken(test, student, seed):
        if "ordinary" in test.id and test.exercise == "relu":
            raise ZeroDivisionError
        return run(test, student, seed)

    monkeypatch.setattr(HiddenTest, "run", broken)

    result = graded()

    assert wrong(result) == {"relu": "partial"}
    assert grading.has_fault(result)


# ---- which notebooks there are


def tree(folder, *files):
    for name in files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    return folder


def found(folder):
    files, warnings = find(folder)
    return {one.student: one.file.relative_to(folder).as_posix() for one in files}, warnings


def test_a_notebook_lies_in_the_students_folder_or_one_deeper(tmp_path):
    tree(tmp_path, "ada/activations.ipynb", "bo/homework 1/activations.ipynb", "planted.json")

    assert found(tmp_path) == (
        {"ada": "ada/activations.ipynb", "bo": "bo/homework 1/activations.ipynb"},
        [],
    )


def test_checkpoints_and_hidden_folders_are_no_submissions(tmp_path):
    tree(
        tmp_path,
        "ada/activations.ipynb",
        "ada/.ipynb_checkpoints/activations.ipynb",
        ".git/activations.ipynb",
    )

    assert found(tmp_path) == ({"ada": "ada/activations.ipynb"}, [])


def test_a_copy_with_a_number_in_its_name_is_graded_and_noted(tmp_path):
    tree(tmp_path, "ada/activations (1).ipynb")

    [one], _ = find(tmp_path)

    assert one.notes == (
        "The notebook is called activations (1).ipynb. It was graded as activations.ipynb.",
    )


def test_of_several_notebooks_the_one_with_the_right_name_is_graded(tmp_path):
    tree(tmp_path, "ada/activations.ipynb", "ada/Activations-old.ipynb")

    [one], _ = find(tmp_path)

    assert one.file.name == "activations.ipynb"
    assert "activations.ipynb was graded, and not Activations-old.ipynb" in one.notes[0]


def test_a_folder_without_a_notebook_of_a_chapter_is_told(tmp_path):
    tree(tmp_path, "ada/activations.ipynb", "bo/essay.ipynb", "carla/essay.txt")

    _, warnings = found(tmp_path)

    assert [warning.rpartition("/")[2] for warning in warnings] == [
        "essay.ipynb: no chapter is called so; not graded",
        "bo: no notebook of a chapter in this folder; not graded",
        "carla: no notebook of a chapter in this folder; not graded",
    ]


@pytest.mark.parametrize(("inside", "words"), [(None, "no folder"), ("x.txt", "nothing to grade")])
def test_a_folder_without_submissions_is_a_trouble_in_words(tmp_path, inside, words):
    folder = tmp_path / "class"
    if inside:
        tree(folder, inside)

    with pytest.raises(Trouble, match=words):
        grade_class(folder, tmp_path / "out", jobs=1, seed=1)


# ---- a class


def write_notebook(file, *cells):
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), file)


@pytest.fixture(scope="module")
def small_class(tmp_path_factory):
    """A class of three, graded by the command, with what it printed."""
    folder = tmp_path_factory.mktemp("small")
    write_notebook(folder / "class" / "Zoë, née O'Neil" / "activations.ipynb", *REFERENCE.values())
    write_notebook(folder / "class" / "ada" / "x" / "activations.ipynb", "def relu(z): return -z")
    tree(folder / "class", "bo/activations.ipynb", "carla/essay.ipynb")
    command = [sys.executable, "-m", "autograder", "grade", "class", "--out", "out", "--seed", "3"]
    done = subprocess.run(
        [*command, "--jobs", "2"], cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )
    return folder / "out", done


def test_the_command_ends_well_when_every_submission_got_a_result(small_class):
    out, done = small_class

    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert sorted(path.parent.name for path in out.glob("results/*/activations.json")) == [
        "Zoë, née O'Neil",
        "ada",
        "bo",
    ]


def test_the_marks_are_a_table_with_a_row_for_each_exercise(small_class):
    rows = list(csv.DictReader((small_class[0] / "grades.csv").read_text("utf-8").splitlines()))

    assert list(rows[0]) == list(batch.COLUMNS)
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
    assert [path for path in small_class[0].rglob("*") if path.name.startswith(".")] == []


def test_the_seed_of_the_run_is_in_every_result(small_class):
    results = [json.loads(path.read_text()) for path in small_class[0].glob("results/*/*.json")]

    assert {result["seed"] for result in results} == {3}


class DyingPool:
    """Stands for a pool of processes that all are lost when bo's notebook is graded."""

    def __init__(self, jobs):
        self.lost = False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def shutdown(self, cancel_futures):
        pass

    def submit(self, function, *task):
        future = Future()
        self.lost = self.lost or (task and task[0].student == "bo")
        if self.lost:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(function(*task))
        return future


def test_a_grader_that_dies_on_one_notebook_grades_the_others(tmp_path, monkeypatch):
    tree(tmp_path / "class", *(f"{name}/activations.ipynb" for name in ("ada", "bo", "carla")))
    monkeypatch.setattr(batch, "_pool", DyingPool)

    done = grade_class(tmp_path / "class", tmp_path / "out", jobs=1, seed=1)

    faults = {result["student"]: result["fault"] for result in done.results}
    assert faults == {"ada": "", "bo": "the grader's process ended", "carla": ""}
    assert not done.complete
    assert len(list((tmp_path / "out").glob("feedback/*/activations.html"))) == 3


def test_every_planted_mistake_of_the_sample_class_is_named(tmp_path):
    sample_class(tmp_path / "class")
    planted = json.loads((tmp_path / "class" / "planted.json").read_text())

    done = grade_class(tmp_path / "class", tmp_path / "out", jobs=2, seed=11, limits=SHORT)

    results = {f"{result['student']}/{result['chapter']}": result for result in done.results}
    assert results.keys() == planted.keys()
    assert done.complete
    for who, plan in planted.items():
        got = {one["name"]: one for one in results[who]["exercises"]}
        named = {name: got[name]["diagnosis"] for name in plan["mistakes"]}
        assert named == {name: one["diagnosis"] for name, one in plan["mistakes"].items()}, who
        others = {name: "correct" for name in got if name not in plan["mistakes"]}
        assert {name: got[name]["status"] for name in others} == others | plan["statuses"], who


# ---- the sample class


def test_the_sample_class_has_thirty_students_and_every_known_mistake():
    from autograder.suites.mistakes import catalogue

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
    tree(tmp_path, "thesis.tex")

    with pytest.raises(Trouble, match="holds something other"):
        sample_class(tmp_path)


# ---- feedback


@pytest.fixture(scope="module")
def result():
    return graded(
        sigmoid="def sigmoid(z): return z.nothing # <script>alert(1)</script>",
        relu="def relu(z): return as_float(z)",
        elu=None,
    )


def test_feedback_says_what_holds_and_what_does_not(result):
    text = page(result)

    assert "0 of 3 points" in text
    assert "To reread: <em>The sigmoid</em>, in the chapter Activations." in text
    assert "Raised AttributeError at cell 3, line 1: <code>def sigmoid" in text


def test_feedback_escapes_all_text_of_the_student(result):
    text = page(result | {"student": "<img src=x>", "notes": ["<b>bold</b>"]})

    assert "<script>alert" not in text
    assert "<img" not in text
    assert "<b>" not in text


def test_feedback_asks_the_network_for_nothing(result):
    text = page(result)

    assert {link[0] for link in re.findall(r"(?:src|href)=[\"'](.)", text)} == {"#"}
    assert "url(" not in text
    assert "http:" not in text
    assert "https:" not in text


def test_feedback_tells_no_hidden_input_and_no_expected_value(monkeypatch):
    calls = []

    def recorded(*args, **kwargs):
        calls.append(Call(*args, **kwargs))
        return calls[-1]

    monkeypatch.setattr(suite, "Call", recorded)
    text = page(graded(relu="def relu(z): return as_float(z)", tanh_grad="def tanh_grad(z): 1 / 0"))
    text = re.sub(r"<style>.*?</style>", "", text, flags=re.S)

    numbers = {str(number) for call in calls for number in flat((call.args, call.expected))}
    hidden = {number[:6] for number in numbers if len(number) > 6}
    assert len(hidden) > 100
    assert not [number for number in hidden if number in text]


def flat(value):
    if isinstance(value, list | tuple):
        return [number for one in value for number in flat(one)]
    return [] if isinstance(value, str) else list(getattr(value, "flat", [value]))


@pytest.mark.parametrize("status", ["correct", "partial", "timeout", "crashed", "not graded"])
def test_feedback_has_words_for_every_status(result, status):
    changed = [one | {"status": status} for one in result["exercises"]]

    assert page(result | {"exercises": changed})


# ---- the command


@pytest.mark.parametrize("command", ["release", "grade", "verify", "sample-class"])
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])

    assert end.value.code == 0
    assert f"example: autograder {command}" in " ".join(capsys.readouterr().out.split())


def test_help_needs_neither_numpy_nor_pytest():
    code = "import sys, autograder.cli; print({'numpy', 'pytest', 'nbformat'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grade", "nowhere", "--out", "out"], "autograder: There is no folder nowhere."),
        (["grade", ".", "--out", "out"], "autograder: There is nothing to grade in ."),
        (["verify", "magic"], "autograder: There is no chapter 'magic'. There is activations"),
    ],
)
def test_a_trouble_is_told_in_words(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert cli.main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_failure_of_the_grader_itself_is_told_without_a_traceback(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(batch, "find", lambda folder: 1 / 0)

    assert cli.main(["grade", str(tmp_path), "--out", "x"]) == 3
    error = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero" in error
    assert "Traceback" not in error


def test_an_output_folder_that_cannot_be_written_is_told_in_words(tmp_path, capsys):
    tree(tmp_path, "class/ada/activations.ipynb", "out")

    assert cli.main(["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]) == 2
    assert "cannot be written to" in capsys.readouterr().err
