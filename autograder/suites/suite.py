"""The hidden suite of a chapter: ordinary pytest tests on a `student` object.

A test belongs to one exercise, says in its docstring which property it checks, and calls the
student's functions as methods of `student`::

    @exercise("sigmoid")
    class TestSigmoid:
        @public
        def test_values(self, student, rng):
            "The values are right on ordinary inputs."
            agree(student.sigmoid, rng.normal(size=(4, 3)))
"""

import importlib
import inspect
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from autograder.course.exercise import Chapter, chapter
from autograder.suites.marks import Item, collect
from lessons.kit.judge import Call, Failing, judge
from lessons.kit.observe import Observation
from lessons.kit.plain import Handle, replica

# Makes a call (name, args, kwargs, what is asked of it) of the student's function.
Ask = Callable[[str, tuple, dict, dict], tuple[Call, Observation]]


class Disagreement(AssertionError):
    """The student's function lacks a property."""

    def __init__(self, failing: Failing):
        super().__init__(failing.says)
        self.failing = failing


class Student:
    """A student's functions as the tests see them: as methods, wherever their code really runs.

    Attributes
    ----------
    log : the calls of the running test and what they showed.
    read : whether the running test was told a result, on which its next steps may depend.
    """

    def __init__(self, references: dict[str, Callable], ask: Ask):
        self._references = references
        self._ask = ask
        self.log: list[tuple[Call, Observation]] = []
        self.read = False

    def __getattr__(self, name: str) -> "StudentFunction":
        if name not in self._references:
            raise AttributeError(f"no exercise is called {name!r}")
        return StudentFunction(self, name)


@dataclass(frozen=True)
class StudentFunction:
    """One function of a student. Every call of it is judged against the reference."""

    student: Student
    name: str

    @property
    def reference(self) -> Callable:
        return self.student._references[self.name]

    @property
    def keeps(self) -> tuple[int, ...]:
        """The parts of the result that stay where the student's code runs."""
        return keeps(self.reference)

    def judged(self, args: tuple, kwargs: dict, **asked) -> Failing | None:
        """The first property that this call lacks; the call goes into the student's log."""
        call, seen = self.student._ask(self.name, args, kwargs, asked)
        self.student.log.append((call, seen))
        return judge(call, seen)

    def __call__(self, *args, **kwargs) -> object:
        """The result of a call that agrees with the reference, for a test that goes on with it."""
        self.student.read = True
        number = len(self.student.log)
        agree(self, *args, **kwargs)
        result = replica(self.student.log[-1][1].result)
        if not self.keeps:
            return result
        return tuple(Handle(number, i) if i in self.keeps else one for i, one in enumerate(result))


def keeps(reference: Callable) -> tuple[int, ...]:
    one = getattr(reference, "exercise", None)
    return one.keeps if one else ()


def agree(
    function: StudentFunction,
    *args,
    rtol: float | None = None,
    atol: float = 0.0,
    quiet: bool = False,
    pure: bool = False,
    raises: str | None = None,
    part: int | tuple[int, ...] | None = None,
    **kwargs,
) -> None:
    """Assert that the student's function agrees with the reference on these arguments.

    Shape, dtype and values always count. The keywords are those of `lessons.kit.judge.Call`. What
    the exercise keeps does not count.
    """
    asked = {"rtol": rtol, "atol": atol, "quiet": quiet, "pure": pure, "raises": raises}
    demand(function.judged(args, kwargs, **asked, part=part))


def kept(function: StudentFunction, *args, **kwargs) -> Handle:
    """Call a function for what it keeps, and return what stands for that in a later call::

        agree(student.affine_backward, dout, kept(student.affine_forward, x, W, b))

    Of the call itself it is asked only that it makes something to keep. Call again for every
    backward: what is kept is the student's own, and may be used up.
    """
    (part,) = function.keeps
    number = len(function.student.log)
    demand(function.judged(args, kwargs, step=True))
    return Handle(number, part)


def demand(failing: Failing | None) -> None:
    """Fail the test, if something fails."""
    if failing:
        raise Disagreement(failing)


@dataclass(frozen=True)
class Outcome:
    """What one hidden test found; `failing` is None when it passed."""

    test: "HiddenTest"
    failing: Failing | None
    answers: list[tuple[Call, Observation]]


@dataclass(frozen=True)
class HiddenTest:
    """One test of the suite, for one set of its parameters."""

    id: str
    exercise: str
    says: str
    public: bool
    function: Callable
    params: dict = field(default_factory=dict)

    def run(self, student: Student, seed: int) -> Outcome:
        """Run on `student` with the random inputs of `seed`."""
        student.log, student.read = [], False
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


@cache
def suite(name: str) -> Suite:
    """The hidden suite of chapter `name`."""
    module = importlib.import_module(f"autograder.chapters.{name}.test_hidden")
    return Suite(chapter(name), tuple(map(_hidden_test, collect(module))))


def _hidden_test(item: Item) -> HiddenTest:
    exercises = [mark.args[0] for mark in item.marks if mark.name == "exercise"]
    says = inspect.getdoc(item.function)
    if len(exercises) != 1 or not says:
        raise RuntimeError(f"{item.id} needs one mark exercise(name) and a docstring")
    public = any(mark.name == "public" for mark in item.marks)
    says = says.format(**item.params)
    return HiddenTest(item.id, exercises[0], says, public, item.function, item.params)
