"""The hidden suite of a chapter: ordinary pytest tests on a `student` object.

A test belongs to one exercise, says in its docstring which property it checks, and calls the
student's functions as methods of `student`::

    @pytest.mark.exercise("sigmoid")
    class TestSigmoid:
        @pytest.mark.public
        def test_values(self, student, rng):
            "The values are right on ordinary inputs."
            agree(student.sigmoid, rng.normal(size=(4, 3)))
"""

import contextlib
import inspect
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import autograder.chapters
from autograder.course.exercise import Chapter, chapter
from lessons.kit.judge import Call, Failing, judge
from lessons.kit.observe import Observation, observe
from lessons.kit.plain import replica

Observer = Callable[[str, tuple, dict], Observation]


class Disagreement(AssertionError):
    """The student's function lacks a property."""

    def __init__(self, failing: Failing):
        super().__init__(failing.says)
        self.failing = failing


class Student:
    """A student's functions as the tests see them: as methods, wherever their code really runs.

    Parameters
    ----------
    references : the right functions by name.
    observer : makes a call ``(name, args, kwargs)`` of the student's function and observes it.
    """

    def __init__(self, references: dict[str, Callable], observer: Observer):
        self._references = references
        self._observer = observer
        self.log: list[tuple[Call, Observation]] = []

    def __getattr__(self, name: str) -> "StudentFunction":
        if name not in self._references:
            raise AttributeError(f"no exercise is called {name!r}")
        return StudentFunction(self, name)


@dataclass(frozen=True)
class StudentFunction:
    """One function of a student. Every call of it is judged against the reference."""

    student: Student
    name: str

    def judged(self, args: tuple, kwargs: dict, **asked) -> Failing | None:
        """The first property that this call lacks; the call goes into the student's log."""
        reference = self.student._references[self.name]
        right_args, right_kwargs = replica((args, kwargs))
        expected = None
        if not asked.get("raises"):
            expected = replica(reference(*right_args, **right_kwargs))
        call = Call(self.name, args, kwargs, expected, **asked)
        seen = self.student._observer(self.name, args, kwargs)
        self.student.log.append((call, seen))
        return judge(call, seen)


def agree(
    function: StudentFunction,
    *args,
    rtol: float | None = None,
    atol: float = 0.0,
    quiet: bool = False,
    pure: bool = False,
    raises: str | None = None,
    part: int | None = None,
    **kwargs,
) -> None:
    """Assert that the student's function agrees with the reference on these arguments.

    Shape, dtype and values always count. The keywords are those of `lessons.kit.judge.Call`.
    """
    asked = {"rtol": rtol, "atol": atol, "quiet": quiet, "pure": pure, "raises": raises}
    failing = function.judged(args, kwargs, **asked, part=part)
    if failing:
        raise Disagreement(failing)


def in_process(functions: dict[str, Callable]) -> Observer:
    """An observer of functions in this very process: for references, mistakes and styles."""

    def observer(name: str, args: tuple, kwargs: dict) -> Observation:
        if name not in functions:
            return Observation.failed("missing")
        return observe(functions[name], args, kwargs)

    return observer


@dataclass(frozen=True)
class Outcome:
    """What one hidden test found; `failing` is None when it passed."""

    test: "HiddenTest"
    failing: Failing | None
    answers: list[tuple[Call, Observation]]


@dataclass(frozen=True)
class HiddenTest:
    """One collected pytest item."""

    id: str
    exercise: str
    says: str
    public: bool
    function: Callable
    params: dict = field(default_factory=dict)

    def run(self, student: Student, seed: int) -> Outcome:
        """Run on `student` with the random inputs of `seed`."""
        student.log = []
        wanted = inspect.signature(self.function).parameters
        offered = {"student": student, "rng": generator(seed, self.id), **self.params}
        try:
            self.function(**{name: offered[name] for name in wanted})
        except Disagreement as error:
            return Outcome(self, error.failing, student.log)
        return Outcome(self, None, student.log)


def generator(seed: int, test_id: str) -> np.random.Generator:
    """The random inputs of one test: its own stream, the same for every student."""
    return np.random.default_rng([seed, zlib.crc32(test_id.encode())])


@dataclass(frozen=True)
class Suite:
    """The hidden tests of one chapter."""

    chapter: Chapter
    tests: tuple[HiddenTest, ...]

    def of(self, exercise: str) -> list[HiddenTest]:
        return [test for test in self.tests if test.exercise == exercise]

    def run(self, exercise: str, observer: Observer, seed: int) -> list[Outcome]:
        """Run every test of one exercise on one student."""
        student = Student(self.chapter.references, observer)
        return [test.run(student, seed) for test in self.of(exercise)]


def suite_file(name: str) -> Path:
    return Path(autograder.chapters.__file__).parent / name / "test_hidden.py"


@cache
def suite(name: str) -> Suite:
    """Collect the hidden suite of chapter `name` with pytest, once."""
    collector = SimpleNamespace(items=[])
    collector.pytest_collection_finish = lambda session: collector.items.extend(session.items)
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        ini = Path(__file__).with_name("pytest.ini")
        arguments = ["--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", ini]
        code = pytest.main([*map(str, arguments), str(suite_file(name))], plugins=[collector])
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"pytest cannot collect {suite_file(name)}:\n{output.getvalue()}")
    return Suite(chapter(name), tuple(_hidden_test(item) for item in collector.items))


def _hidden_test(item: pytest.Function) -> HiddenTest:
    marker = item.get_closest_marker("exercise")
    says = inspect.getdoc(item.function)
    if not marker or not says:
        raise RuntimeError(f"{item.nodeid} needs a mark exercise(name) and a docstring")
    params = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    test_id = item.nodeid.partition("::")[2]
    public = item.get_closest_marker("public") is not None
    return HiddenTest(test_id, marker.args[0], says.format(**params), public, item.obj, params)
