"""Run the hidden tests once, and judge every student by the calls that they make.

`agree` tells a test nothing, so a test made of it alone makes the same calls of every student.
They are made of the reference here, once for a chapter and a seed. What they showed of a student
is then judged without the test itself. A test that was told a result runs again for each student,
on the same answers as long as it makes the same calls.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

from autograder.course.exercise import Chapter
from autograder.sandbox.worker import request
from autograder.suites.suite import Ask, HiddenTest, Outcome, Student, keeps, suite
from lessons.kit.judge import Call, Failing, form, judge
from lessons.kit.observe import Caller, Observation
from lessons.kit.plain import Handle, pack, replica, unpack

# Makes a call of a student's function and observes it: name, args, kwargs, number within the test,
# parts to keep, whether to see if it is pure, and if it is quiet.
Observer = Callable[[str, tuple, dict, int, tuple[int, ...], bool, bool], Observation]


@dataclass(frozen=True)
class Batch:
    """All calls of a suite with the inputs of one seed, in order.

    Attributes
    ----------
    frames : each call, packed.
    needs : for each call the numbers of those without which it lacks what they kept.
    given : numbers and code of the cells that most notebooks have.
    """

    frames: tuple[bytes, ...]
    needs: tuple[tuple[int, ...], ...] = ()
    given: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Recorded:
    """What one hidden test did with the reference.

    Attributes
    ----------
    calls : all that it made.
    first : number of the first of them in the batch.
    read : whether it was told a result, so that it may do otherwise with a student.
    fault : why it cannot be judged at all, if so.
    """

    test: HiddenTest
    calls: tuple[Call, ...]
    first: int
    read: bool = False
    fault: Failing | None = None

    def judged(self, answer: Callable[[int, Call], Observation]) -> Outcome:
        """The outcome for a student who answers the call of some number so."""
        log = []
        for number, call in enumerate(self.calls, self.first):
            seen = answer(number, call)
            log.append((call, seen))
            if failing := _verdict(call, seen):
                return Outcome(self.test, failing, log)
        return Outcome(self.test, None, log)


def _verdict(call: Call, seen: Observation) -> Failing | None:
    """What `judge` says, which is asked once about an observation that many students share."""
    known = VERDICTS.setdefault(seen, {})
    if call not in known:
        known[call] = judge(call, seen)
    return known[call]


# An observation is forgotten here as soon as nobody holds it.
VERDICTS: WeakKeyDictionary[Observation, dict[Call, Failing | None]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Recording:
    """The hidden suite of a chapter with the inputs of one seed, after it ran on the reference."""

    chapter: Chapter
    seed: int
    tests: tuple[Recorded, ...]
    batch: Batch

    def of(self, exercise: str) -> list[Recorded]:
        return self._by_exercise[exercise]

    @cached_property
    def _by_exercise(self) -> dict[str, list[Recorded]]:
        tests: dict[str, list[Recorded]] = {one.name: [] for one in self.chapter.exercises}
        for one in self.tests:
            tests[one.test.exercise].append(one)
        return tests

    def outcomes(
        self, exercise: str, observer: Observer, answers: Sequence[Observation] | None = None
    ) -> list[Outcome]:
        """Judge a student by the tests of one exercise.

        Parameters
        ----------
        observer : makes a call of the student's function.
        answers : what each call of the batch showed; without it they are made one by one.
        """

        return [self._outcome(one, observer, answers) for one in self.of(exercise)]

    def _outcome(
        self, one: Recorded, observer: Observer, answers: Sequence[Observation] | None
    ) -> Outcome:
        def answer(number: int, call: Call) -> Observation:
            # A test that is told results may make calls of its own, for which all is kept anew.
            if answers is None or (one.read and any(each.keeps for each in one.calls)):
                return observer(*_request(call, number - one.first))
            return answers[number]

        if one.fault:
            return Outcome(one.test, one.fault, [])
        if not one.read:
            return one.judged(answer)
        student = Student(self.chapter.references, self._asked_again(one, observer, answer))
        try:
            return one.test.run(student, self.seed)
        except Exception as error:  # a fault in a test must not cost the student's other exercises
            return Outcome(one.test, _fault(error), student.log)

    def _asked_again(self, one: Recorded, observer: Observer, answer: Callable) -> Ask:
        """Answers from the batch for a test that makes its calls again, as long as they are it."""
        recorded, right = enumerate(one.calls, one.first), Right(self.chapter)

        def ask(name: str, args: tuple, kwargs: dict, asked: dict) -> tuple[Call, Observation]:
            made, _ = right(name, args, kwargs, asked)
            number, call = next(recorded, (0, None))
            if call and right.frame == self.batch.frames[number]:
                return call, answer(number, call)
            return made, observer(*_request(made, right.number))

        return ask


class Right:
    """Makes the calls of one test on the references, each with what is right about it.

    Attributes
    ----------
    number : of the last call within the test.
    frame : the last call, packed.
    """

    def __init__(self, chapter: Chapter):
        self.number, self.frame = -1, b""
        self._references = chapter.references
        self._caller = Caller()  # so that a reference finds what another one kept

    def __call__(
        self, name: str, args: tuple, kwargs: dict, asked: dict
    ) -> tuple[Call, Observation]:
        """A call with the right result, and what the reference shows on it."""
        self.number += 1
        reference = self._references[name]
        kept, pure, quiet = keeps(reference), asked.get("pure", False), asked.get("quiet", False)
        asking = self.number, kept, pure, quiet
        self.frame = pack(request(name, args, kwargs, *asking))
        seen = self._caller.plain(reference, *_arguments(self.frame), *asking, copy=replica)
        seen = Observation(**seen)
        expected = seen.result
        if asked.get("law") and not seen.error:
            expected = form(expected, asked.get("part"))
        # The test may go on to change its arrays.
        return Call(name, *_arguments(self.frame), expected, keeps=kept, **asked), seen


def _arguments(frame: bytes) -> tuple[tuple, dict]:
    call = unpack(frame)
    return call["args"], call["kwargs"]


@lru_cache(maxsize=32)  # chapters of one run
def recording(chapter: str, seed: int) -> Recording:
    """Run the hidden suite of a chapter on its reference with the inputs of `seed`."""
    frames: list[bytes] = []
    tests = tuple(
        _recorded(suite(chapter).chapter, test, seed, frames) for test in suite(chapter).tests
    )
    return Recording(
        suite(chapter).chapter, seed, tests, Batch(tuple(frames), tuple(_needs(tests)))
    )


def _recorded(chapter: Chapter, test: HiddenTest, seed: int, frames: list[bytes]) -> Recorded:
    """Run one test; the frames of its calls are added to `frames`."""
    first, right, fault = len(frames), Right(chapter), None

    def ask(*asked) -> tuple[Call, Observation]:
        call, seen = right(*asked)
        frames.append(right.frame)
        return call, seen

    student = Student(chapter.references, ask)
    try:
        failing = test.run(student, seed).failing
        fault = failing and _fault(f"the reference fails it: {failing.says}")
    except Exception as error:
        fault = _fault(error)
    return Recorded(test, tuple(call for call, _ in student.log), first, student.read, fault)


def _request(call: Call, number: int) -> tuple:
    """What a student's side is told of a call; `number` is its place in its test."""
    return call.function, call.args, call.kwargs, number, call.keeps, call.pure, call.quiet


def _needs(tests: tuple[Recorded, ...]) -> Iterator[tuple[int, ...]]:
    """For each call of the batch the numbers of those of which it takes what they kept, after the
    numbers of those that these need in turn."""
    for test in tests:
        needs: list[set[int]] = []
        for call in test.calls:
            direct = {one.call for one in handles(call)}
            needs.append(direct.union(*(needs[one] for one in direct)))
            yield tuple(test.first + one for one in sorted(needs[-1]))


def handles(call: Call) -> Iterator[Handle]:
    """What a call takes of what earlier calls kept."""
    todo = [*call.args, *call.kwargs.values()]
    while todo:
        one = todo.pop()
        if isinstance(one, Handle):
            yield one
        elif isinstance(one, list | tuple):
            todo += one


FAULT = "the grader itself failed on this test; tell your instructor"


def _fault(why: object) -> Failing:
    return Failing("fault", FAULT, str(why))


def in_process(functions: dict[str, Callable]) -> Observer:
    """An observer of functions in this very process: for references, mistakes and styles."""

    caller = Caller()

    def observer(name: str, *call) -> Observation:
        return caller.observe(functions.get(name), *call)

    return observer
