"""A suite runs once on the reference; students are judged by the calls it made."""

import contextlib
import importlib
import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.course.exercise import chapters
from autograder.suites import marks, record
from autograder.suites.marks import collect
from autograder.suites.record import in_process, recording
from autograder.suites.styles import styles
from autograder.suites.suite import HiddenTest, Suite, _hidden_test, agree
from autograder.suites.suite import suite as hidden_suite
from autograder.suites.verify import in_style
from lessons.kit.judge import Call
from lessons.kit.plain import Handle, unpack

SEED = 5


def recorded(monkeypatch, *functions, of="relu"):
    """The recording of a suite of these tests, all of one exercise of the first chapter."""
    tests = tuple(HiddenTest(f.__name__, of, "It holds.", False, f) for f in functions)
    activations = hidden_suite("activations").chapter
    monkeypatch.setattr(record, "suite", lambda name: Suite(activations, tests))
    record.recording.cache_clear()
    made = recording("activations", SEED)
    record.recording.cache_clear()
    return made


def counted(function):
    """An observer of `function` and the list of calls that it is asked for."""
    calls = []
    observe = in_process({"relu": function})

    def observer(name, args, kwargs, *more):
        calls.append(args)
        return observe(name, args, kwargs, *more)

    return observer, calls


def relu(z):
    return np.maximum(z, 0.0)


def answers_of(function, batch):
    observe = in_process({"relu": function})
    requests = map(unpack, batch.frames)
    return [observe(one["call"], one["args"], one["kwargs"]) for one in requests]


# ---- recording


def test_the_calls_of_all_tests_are_packed_in_order():
    whole = recording("activations", SEED)

    calls = [call for one in whole.tests for call in one.calls]
    assert len(calls) == len(whole.batch.frames) > 200
    assert [one.first for one in whole.tests[:2]] == [0, len(whole.tests[0].calls)]
    assert [unpack(frame)["call"] for frame in whole.batch.frames] == [c.function for c in calls]


def test_a_suite_runs_once_for_all_students_of_a_run():
    assert recording("activations", SEED) is recording("activations", SEED)


def test_another_seed_draws_other_inputs():
    one, other = (recording("activations", seed).batch.frames for seed in (SEED, SEED + 1))

    assert len(one) == len(other)
    assert sum(a != b for a, b in zip(one, other, strict=True)) > len(one) / 2


def test_no_frame_holds_an_expected_value():
    for frame in recording("activations", SEED).batch.frames:
        assert set(unpack(frame)) <= {"call", "args", "kwargs", "pure", "quiet", "keeps"}


def test_a_call_keeps_its_arguments_when_the_test_changes_them_later(monkeypatch):
    def test(student):
        z = np.array([-1.0, 2.0])
        agree(student.relu, z)
        z[:] = 7
        agree(student.relu, z)

    [one] = recorded(monkeypatch, test).tests

    assert [call.args[0].tolist() for call in one.calls] == [[-1, 2], [7, 7]]
    assert [call.expected.tolist() for call in one.calls] == [[0, 2], [7, 7]]


def test_a_call_needs_what_was_kept_for_what_it_needs():
    calls = [("begin", ()), ("go_on", (Handle(0, 1),)), ("begin", ()), ("show", (Handle(1, 1),))]
    calls = tuple(Call(name, args, {}, None) for name, args in calls)
    tests = [record.Recorded(None, calls, first) for first in (0, 4)]

    needs = list(record._needs(tests))

    assert needs == [(), (0,), (), (0, 1), (), (4,), (), (4, 5)]


# ---- judging students by it


def asked(frame):
    """What a frame asks, as an observer is asked."""
    call = unpack(frame)
    return call["call"], call["args"], call["kwargs"], *call.get("keeps", (0, ()))


@pytest.mark.parametrize("name", chapters())
def test_answers_of_a_batch_are_judged_like_calls_made_one_by_one(name):
    whole = recording(name, SEED)
    for one in whole.chapter.exercises:
        for style in styles(name, one.name):
            observer = in_process(in_style(whole.chapter, style))
            answers = [observer(*asked(frame)) for frame in whole.batch.frames]
            both = whole.outcomes(one.name, observer), whole.outcomes(one.name, observer, answers)
            batched, single = ([o.failing for o in outcomes] for outcomes in both)
            assert batched == single


def test_a_test_that_only_agrees_asks_a_student_nothing_beyond_the_batch(monkeypatch):
    def test(student, rng):
        agree(student.relu, rng.normal(size=4))

    whole = recorded(monkeypatch, test)
    observer, asked = counted(relu)
    [outcome] = whole.outcomes("relu", observer, answers_of(relu, whole.batch))

    assert (outcome.failing, asked) == (None, [])


def goes_on(student):
    """Uses one result as the input of the next call."""
    first = student.relu(np.array([-1.0, 2.0]), rtol=1.0)
    agree(student.relu, first - 1)


def test_a_test_that_goes_on_with_a_result_takes_the_answers_it_can(monkeypatch):
    whole = recorded(monkeypatch, goes_on)
    observer, asked = counted(relu)
    [outcome] = whole.outcomes("relu", observer, answers_of(relu, whole.batch))

    assert (outcome.failing, asked) == (None, [])


def test_a_test_that_goes_on_with_another_result_asks_the_student_again(monkeypatch):
    def slightly(z):
        return np.maximum(z, 0.0) * 1.25

    whole = recorded(monkeypatch, goes_on)
    observer, asked = counted(slightly)
    [outcome] = whole.outcomes("relu", observer, answers_of(slightly, whole.batch))

    [(z,)] = asked
    assert z.tolist() == [-1, 1.5]
    assert outcome.failing.kind == "values"


def test_the_calls_of_a_test_end_with_the_first_that_fails(monkeypatch):
    def test(student):
        agree(student.relu, np.ones(2))
        agree(student.relu, -np.ones(2))
        agree(student.relu, np.ones(3))

    whole = recorded(monkeypatch, test)
    [outcome] = whole.outcomes("relu", in_process({"relu": np.abs}))

    assert outcome.failing.kind == "values"
    assert len(outcome.answers) == 2


# ---- faults of a suite


def breaks(student):
    agree(student.relu, np.ones(2))
    raise ZeroDivisionError("no such thing")


def of_a_wrong_reference(student):
    agree(student.relu, np.array([1.0]), raises="ValueError")


@pytest.mark.parametrize(
    ("test", "why"),
    [
        (breaks, "no such thing"),
        (of_a_wrong_reference, "the reference fails it: no ValueError is raised"),
        (lambda student: student.nothing, "no exercise is called 'nothing'"),
    ],
)
def test_a_test_that_fails_by_itself_is_a_fault_and_the_others_count(monkeypatch, test, why):
    def sound(student):
        agree(student.relu, np.ones(2))

    whole = recorded(monkeypatch, test, sound)
    fault, fine = whole.outcomes("relu", in_process({"relu": relu}))

    assert (fault.failing.kind, fine.failing) == ("fault", None)
    assert why in fault.failing.detail
    assert why not in fault.failing.says


def test_a_test_that_breaks_on_one_students_result_only_is_a_fault_too(monkeypatch):
    def test(student):
        1 / student.relu(np.ones(()), rtol=1.0)[()] - 1 / float(student.relu(np.ones(()), rtol=1.0))
        {1.0: 0}[float(student.relu(np.ones(()), rtol=1.0))]

    whole = recorded(monkeypatch, test)
    [outcome] = whole.outcomes("relu", in_process({"relu": lambda z: 0.5 * z}))

    assert outcome.failing.kind == "fault"


# ---- the marks


def collected_by_pytest(file):
    """Id, exercise, public and parameters of every test in a file, as pytest sees them."""
    collector = SimpleNamespace(items=[])
    collector.pytest_collection_finish = lambda session: collector.items.extend(session.items)
    ini = Path(marks.__file__).with_name("pytest.ini")
    arguments = ["--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", ini]
    with contextlib.redirect_stdout(io.StringIO()):
        assert pytest.main([*map(str, arguments), str(file)], plugins=[collector]) == 0
    for item in collector.items:
        [exercise] = (mark.args[0] for mark in item.iter_markers("exercise"))
        public = item.get_closest_marker("public") is not None
        params = item.callspec.params if hasattr(item, "callspec") else {}
        yield item.nodeid.partition("::")[2], exercise, public, params


@pytest.mark.parametrize("name", chapters())
def test_pytest_collects_the_very_same_tests(name):
    module = importlib.import_module(f"autograder.chapters.{name}.test_hidden")

    ours = [(one.id, one.exercise, one.public, one.params) for one in hidden_suite(name).tests]
    assert list(collected_by_pytest(module.__file__)) == ours


STACKED = """
from autograder.suites.marks import exercise, parametrize, public

@exercise("relu", "elu")
class TestBoth:
    @public
    @parametrize(("axis",), [(0,), (1,)])
    @parametrize(("part", "of"), [(0, "dx"), (1, "dW")])
    def test_part(self, name, part, of, axis):
        "It is right."

    def test_whole(self, name):
        "It is right."

@public
@exercise("relu")
def test_alone():
    "It is right."
"""


def test_stacked_cases_are_combined_as_pytest_combines_them(tmp_path):
    file = tmp_path / "test_stacked.py"
    file.write_text(STACKED)
    module = SimpleNamespace()
    exec(STACKED, vars(module))

    ours = [_hidden_test(item) for item in collect(module)]

    assert len(ours) == 8 + 2 + 1
    theirs = list(collected_by_pytest(file))
    assert theirs == [(one.id, one.exercise, one.public, one.params) for one in ours]


def test_hidden_tests_are_read_without_pytest():
    code = "import sys; from autograder.suites.suite import suite; suite('activations');"
    code += "print('pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
