import json
import re

import pytest

from autograder.course.exercise import chapter
from autograder.grading import grade as grading
from autograder.grading.grade import grade
from autograder.grading.submission import Submission
from autograder.reports.feedback import page
from autograder.sandbox.isolation import isolation
from autograder.sandbox.limits import Limits
from autograder.suites.record import recording
from autograder.suites.suite import HiddenTest

ACTIVATIONS = chapter("activations")
REFERENCE = {one.name: one.source for one in ACTIVATIONS.exercises}
SHORT = Limits(call=2, cell=2)


def graded(seed=1, **changed):
    """The result of the reference solutions with some exercises changed or, if None, left out."""
    sources = REFERENCE | changed
    cells = ["import numpy as np", *(source for source in sources.values() if source)]
    submission = Submission("ada", "activations", tuple(cells), own=frozenset(range(99)))
    with isolation("process") as host:
        return grade(submission, seed, SHORT, host)


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


def test_an_exercise_that_builds_on_a_wrong_one_says_so_and_no_other_does():
    wrong_sigmoid = "def sigmoid(z): return 1 / (1 + np.exp(as_float(z)))"
    slope = "def sigmoid_grad(z): return sigmoid(z) * (1 - sigmoid(z)) + sigmoid(z)"

    result = graded(sigmoid=wrong_sigmoid, sigmoid_grad=slope, relu="def relu(z): return -z")

    assert exercise(result, "sigmoid_grad")["diagnosis"].startswith(
        "It builds on your sigmoid, which is not right yet: mend that first."
    )
    for name in ("sigmoid", "relu"):
        assert "builds on" not in (exercise(result, name)["diagnosis"] or "")


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

    result = graded(seed=4321)  # which no other test records

    assert wrong(result) == {"relu": "partial"}
    assert grading.has_fault(result)


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


def test_feedback_tells_no_hidden_input_and_no_expected_value():
    calls = [call for one in recording("activations", 1).tests for call in one.calls]
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
