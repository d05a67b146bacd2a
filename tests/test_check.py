"""The check in the notebook says what is wrong, in words, for every mistake there is."""

import numpy as np
import pytest

from autograder.course.exercise import chapter, chapters
from autograder.suites.mistakes import catalogue
from lessons.kit import check
from lessons.kit.check import _cases, _public, check_among, check_functions

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


def test_the_likely_mistake_comes_first_and_every_wrong_case_says_on_which_input():
    functions = {"relu": lambda z: np.abs(np.asarray(z, float)) + 1}
    report = check_functions(functions, "relu", _cases("activations.relu"))
    assert "On relu(" in repr(report)
    named = check_functions(
        {"relu": lambda z: np.minimum(z, 0)}, "relu", _cases("activations.relu")
    )
    assert "negative" in named.diagnosis
    for shown in (repr(named), named._repr_html_()):
        assert shown.index(named.diagnosis) < shown.index("On relu(")


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
