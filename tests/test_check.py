"""The check in the notebook says what is wrong, in words, for every mistake there is."""

import re
import signal

import numpy as np
import pytest

from autograder.course.exercise import chapter, chapters
from autograder.suites.mistakes import catalogue
from lessons.kit import check, patient
from lessons.kit.check import _cases, _public, check_among, check_functions
from lessons.kit.plain import Draws

EXERCISES = [one.id for name in chapters() for one in chapter(name).exercises]


def references(name):
    return chapter(name).references


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_mistake_is_shown_in_html_and_text_under_its_own_name_or_not_seen(exercise):
    name, _, function = exercise.partition(".")
    for mistake in catalogue(name).of(function):
        report = check_functions(mistake.among(references(name)), function, _cases(exercise))
        assert report.diagnosis in (mistake.diagnosis, "")
        assert report.passed or report.diagnosis
        assert report.diagnosis in repr(report)
        assert report._repr_html_().startswith("<div")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_passes_and_hears_what_else_is_graded(exercise):
    name, _, function = exercise.partition(".")
    report = check_functions(references(name), function, _cases(exercise))
    assert report.passed
    assert report.points == report.max_points
    assert all(says in repr(report) for says in report.unseen)


def misspells(z):
    return np.maxium(z, 0)


def takes_other_arguments(z, y, x, w, v, u, t, s):
    return z


@pytest.mark.parametrize("function", [misspells, takes_other_arguments])
@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_slip_that_only_raises_is_given_no_false_name(exercise, function):
    chapter, _, name = exercise.partition(".")
    functions = {**references(chapter), name: function}
    report = check_functions(functions, name, _cases(exercise))
    assert report.diagnosis == ""
    assert "raised" in repr(report)


def test_a_function_that_is_not_there_yet_is_asked_for_once():
    report = check_functions({}, "relu", _cases("activations.relu"))
    assert repr(report).count("\n") == 0
    assert "run the cell that defines it" in repr(report)


def test_a_number_in_the_place_of_the_function_is_called_one():
    report = check_functions({"relu": 3}, "relu", _cases("activations.relu"))
    assert "'int' object is not callable" in repr(report)


def test_a_function_that_returns_nothing_is_told_so_and_given_no_other_name():
    functions = {**references("activations"), "maxout_backward": lambda *_: None}
    report = check_functions(functions, "maxout_backward", _cases("activations.maxout_backward"))
    assert report.diagnosis == ""
    assert "is a return statement missing?" in repr(report)


def test_the_likely_mistake_comes_first_and_a_wrong_case_says_on_which_input():
    functions = {"relu": lambda z: np.abs(np.asarray(z, float)) + 1}
    report = check_functions(functions, "relu", _cases("activations.relu"))
    assert "On relu(" in repr(report)
    named = check_functions(
        {"relu": lambda z: np.minimum(z, 0)}, "relu", _cases("activations.relu")
    )
    assert "negative" in named.diagnosis
    for shown in (repr(named), named._repr_html_()):
        assert shown.index(named.diagnosis) < shown.index("On relu(")


def test_what_fails_alike_is_said_once():
    report = check_functions({"relu": lambda z: z - 1}, "relu", _cases("activations.relu"))
    alike = check_functions({"relu": lambda z: z + None}, "relu", _cases("activations.relu"))
    assert repr(report).count("On relu(") == 1
    assert "2 more properties fail, perhaps for the same reason." in repr(report)
    assert "All 3 properties fail alike, for example:" in repr(alike)
    assert repr(alike).count("FAILED") == 1


def test_where_the_ordinary_case_is_right_every_wrong_one_is_shown():
    functions = {"relu": lambda z: np.where(z > 1e-3, z, 0)}
    report = check_functions(functions, "relu", _cases("activations.relu"))
    failed = [one for one in report.properties if one.failing]
    assert report.properties[0] not in failed
    assert len(failed) == repr(report).count("On relu(") > 1


def test_a_function_among_the_arguments_is_told_as_a_formula():
    functions = {"numerical_gradient": lambda f, x, h=0: x}
    report = check_functions(
        functions, "numerical_gradient", _cases("gradients.numerical_gradient")
    )
    assert "where sines(x) is np.sum(np.sin(c * x)) with c = array([" in repr(report)


def never_ends(dtype):
    while dtype:
        pass


def ends_only_by_hand(dtype):
    raise KeyboardInterrupt


@pytest.fixture
def as_in_a_kernel():
    """An interrupt is heard, though who started the tests may have it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("function", "seconds", "says"),
    [
        (
            never_ends,
            0.5,
            r"took too long and was stopped at .*`(while dtype:|pass)`; .* never end\?$",
        ),
        (ends_only_by_hand, 60, r"was interrupted at .*`raise KeyboardInterrupt`\.$"),
    ],
)
def test_a_call_that_had_to_be_stopped_says_where_it_was_and_is_the_last(
    monkeypatch, as_in_a_kernel, function, seconds, says
):
    monkeypatch.setattr(patient, "SECONDS", seconds)
    report = check_functions({"best_step": function}, "best_step", _cases("gradients.best_step"))
    first, second = report.properties
    assert re.search(says, first.why)
    assert second.failing.kind == "untried"
    assert repr(report).endswith("1 more could not be tried.")


def test_a_call_with_many_generators_is_stopped_once():
    calls = []

    def draw(rng):
        calls.append(rng)
        raise KeyboardInterrupt

    draws = Draws(tuple(map(np.random.default_rng, range(3))))
    assert patient.Patient().observe(draw, (draws,)).error["type"] == "interrupted"
    assert len(calls) == 1


def test_a_function_under_nearly_the_right_name_is_to_be_renamed():
    scope = {"np": np, **references("activations")}
    del scope["sigmoid_grad"]
    exec("def sigmoid_gradient(z): return z\ndef plot(): pass", scope)
    report = check_among(scope, "sigmoid_grad", _public("activations"))
    assert report.diagnosis == "You have a function sigmoid_gradient: call it sigmoid_grad."


def test_strict_floating_point_settings_of_the_student_cost_nothing():
    functions = references("activations")
    with np.errstate(all="raise"):
        assert check_functions(functions, "sigmoid", _cases("activations.sigmoid")).passed


@pytest.mark.parametrize("wrong", ["sigmoid", "activations.sigmod", "Activations.sigmoid"])
def test_a_misspelt_exercise_is_answered_with_the_right_spelling(wrong):
    with pytest.raises(LookupError, match=r"did you mean 'activations\.sigmoid'"):
        check(wrong)


def test_a_function_in_the_place_of_its_name_is_explained():
    with pytest.raises(LookupError, match="in quotes"):
        check(misspells)


def written(source):
    """The functions of a notebook with these in the place of the reference's."""
    scope = {"np": np, **references("activations")}
    exec(source, scope)
    return scope


WRONG_SIGMOID = "def sigmoid(z): return 1 / (1 + np.exp(np.asarray(z, float)))\n"


@pytest.mark.parametrize(
    "source",
    [
        "def sigmoid_grad(z): return sigmoid(z) * (1 - sigmoid(z)) + sigmoid(z)",
        "def s(z): return sigmoid(z)\ndef sigmoid_grad(z): return [s(v) for v in z]",
    ],
)
def test_a_function_that_builds_on_a_wrong_one_is_told_to_mend_that_first(source):
    report = check_among(written(WRONG_SIGMOID + source), "sigmoid_grad", _public("activations"))
    assert report.diagnosis.startswith("It builds on your sigmoid, which is not right yet")


def test_a_wrong_function_is_not_laid_on_one_that_it_does_not_use():
    source = "def relu(z): return np.minimum(z, 0)\ndef sigmoid_grad(z): return sigmoid(z)"
    report = check_among(written(source), "sigmoid_grad", _public("activations"))
    assert not report.passed
    assert "builds on" not in report.diagnosis


def test_a_right_function_is_not_disturbed_by_a_wrong_one():
    functions = written(WRONG_SIGMOID)
    assert check_among(functions, "sigmoid_grad", _public("activations")).diagnosis == ""
