"""The hidden suites and the catalogues of mistakes are proved, exercise by exercise."""

import ast
import re

import numpy as np
import pytest

from autograder.course.exercise import chapter, chapters
from autograder.course.public import SEED
from autograder.suites import record, verify
from autograder.suites.mistakes import Catalogue, Mistake, catalogue
from autograder.suites.record import recording
from autograder.suites.styles import styles
from autograder.suites.suite import HiddenTest, Suite, agree, suite
from lessons.kit.diagnose import alike
from lessons.kit.observe import observe_calls
from solutions.activations import as_float

SEEDS = (11, 12)
EXERCISES = [pytest.param(one, id=one.id) for name in chapters() for one in chapter(name).exercises]
CODE = (ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.Subscript, ast.UnaryOp)


class Fixed(Catalogue):
    """A catalogue of given mistakes."""

    def __init__(self, mistakes):
        self.mistakes = mistakes


def squeezed(text):
    return re.sub(r"\s", "", text)


def expressions(exercise):
    """Every piece of code in the reference that computes something, without blanks."""
    body = ast.parse(exercise.source).body[0].body[1:]
    nodes = (node for statement in body for node in ast.walk(statement))
    found = {squeezed(ast.unparse(node)) for node in nodes if isinstance(node, CODE)}
    return {code for code in found if len(code) > 3 and "as_float" not in code}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_suite_of_an_exercise_is_proved(exercise):
    row = verify.verify_exercise(exercise.chapter, exercise.name, SEEDS)
    assert row.faults == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_exercise_knows_three_mistakes_beyond_the_universal_ones_and_another_style(exercise):
    known = catalogue(exercise.chapter).of(exercise.name)
    specific = [one for one in known if one.function.__name__ == one.name]
    assert len(specific) >= 3
    assert styles(exercise.chapter, exercise.name)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_diagnosis_is_one_sentence_without_code_of_the_answer(exercise):
    for mistake in catalogue(exercise.chapter).of(exercise.name):
        says = mistake.diagnosis
        assert re.fullmatch(r"\w.*\w\.", says), says
        assert not re.search(r"[.?!] ", says), says
        assert not [code for code in expressions(exercise) if code in squeezed(says)], says


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_source_of_a_mistake_makes_the_same_mistake(exercise):
    tests = recording(exercise.chapter, SEED)
    right = tests.chapter.references
    calls = [one.calls for one in tests.of(exercise.name) if one.test.public]
    for mistake in catalogue(exercise.chapter).of(exercise.name):
        scope = {"np": np, "as_float": as_float, **right}  # every chapter gives as_float
        exec(mistake.source, scope)
        for made in calls:
            written = observe_calls({**right, mistake.place: scope[mistake.place]}, made)
            known = observe_calls(mistake.among(right), made)
            assert all(map(alike, made, written, known))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_stub_holds_the_statement_and_says_that_it_is_unwritten(exercise):
    assert exercise.function.__doc__ in exercise.stub
    with pytest.raises(NotImplementedError, match=exercise.name):
        verify.stub(exercise)(*[None] * exercise.function.__code__.co_argcount)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_statement_tells_shapes_dtypes_and_an_example(exercise):
    for word in ("Parameters\n---", "Returns\n---", "Examples\n---", ">>> "):
        assert word in exercise.doc
    assert re.search(r"shape|\([dn], ?[dm]\)|\([dmn],\)|number", exercise.doc)
    assert re.search(r"float64|float32|dtype|boolean", exercise.doc)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_power_in_a_statement_or_a_hint_is_marked_as_code(exercise):
    """A page would take the stars of ``a**2 + b**2`` for a bold word."""
    text = "\n".join([exercise.doc, *exercise.hints])
    prose = re.sub(r"(`+).*?\1|^ *(>>>|\.\.\.) .*$", "", text, flags=re.M)

    assert not re.search(r"[\w)]\*\*\w", prose)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_hints_come_in_steps_and_are_no_solution(exercise):
    assert 2 <= len(exercise.hints) <= 3
    *_, last = ast.parse(exercise.source).body[0].body
    for hint in exercise.hints:
        assert squeezed(ast.unparse(last.value)) not in squeezed(hint)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_feedback_tells_the_property_and_no_input(exercise):
    for test in suite(exercise.chapter).of(exercise.name):
        assert re.fullmatch(r"\w[^{}]*\.", test.says), test.says
        assert not re.search(r"[\[=]-?\d|\d\.\d|\de-?\d", test.says), test.says


def test_a_suite_that_does_not_catch_a_mistake_is_found_out(monkeypatch):
    known = catalogue("activations").of("relu")
    right = chapter("activations")["relu"].function
    harmless = Mistake("relu", "is_right", "It is right.", right, write=str)
    monkeypatch.setattr(verify, "catalogue", lambda name: Fixed([*known, harmless]))
    row = verify.verify_exercise("activations", "relu", (11,))
    assert "the mistake is_right earns full marks (seed 11)" in row.faults


def test_a_right_style_that_loses_marks_is_found_out(monkeypatch):
    monkeypatch.setattr(verify, "styles", lambda *names: {"odd": lambda z: np.abs(z)})
    row = verify.verify_exercise("activations", "relu", (11,))
    assert any(fault.startswith("the right style odd fails ") for fault in row.faults)


def test_a_mistake_that_is_taken_for_another_is_found_out(monkeypatch):
    known = catalogue("activations").of("relu")
    twin = Mistake("relu", "twin", "This is the twin.", known[2].function, write=str)
    monkeypatch.setattr(verify, "catalogue", lambda name: Fixed([*known, twin]))
    row = verify.verify_exercise("activations", "relu", (11,))
    assert f"the mistake twin is named {known[2].name} by the public cases" in row.faults


def always_zeros(student, rng):
    agree(student.relu, -rng.uniform(size=4))


def other_answers(student, rng):
    agree(student.relu, rng.uniform(size=4))


def by_heart(monkeypatch, *tests):
    """The faults of a suite of these tests of relu."""
    toy = tuple(HiddenTest(f"{i}", "relu", "It is right.", True, f) for i, f in enumerate(tests))
    monkeypatch.setattr(record, "suite", lambda name: Suite(chapter(name), toy))
    monkeypatch.setattr(verify, "recording", recording.__wrapped__)
    recorded = verify.recording("activations", 11)
    return list(verify.learned_by_heart(recorded, chapter("activations")["relu"]))


def test_a_suite_whose_answers_can_be_learned_by_heart_is_found_out(monkeypatch):
    says = "the right answers of other seeds pass 1 of its 2 tests (seed 11): draw from rng what"
    assert by_heart(monkeypatch, always_zeros, other_answers) == [f"{says} decides the answers"]
    assert by_heart(monkeypatch, always_zeros, other_answers, other_answers) == []


def test_an_exercise_that_takes_only_words_may_be_learned_by_heart():
    recorded = recording("gradients", 11)
    assert all(map(verify.takes_words, recorded.of("best_step")))
    assert list(verify.learned_by_heart(recorded, chapter("gradients")["best_step"])) == []


def test_the_table_shows_what_is_proved_and_means_success(capsys):
    row = verify.verify_exercise("activations", "relu", (11,))
    assert verify.show([verify.Report("activations", (11,), (row,))]) == 0
    assert "relu" in capsys.readouterr().out
