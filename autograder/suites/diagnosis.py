"""Name the mistake behind failed hidden tests: the known one that does the same on their inputs."""

from functools import lru_cache

from autograder.course.public import all_calls
from autograder.suites.mistakes import catalogue
from autograder.suites.suite import Outcome, Suite, suite
from lessons.kit.diagnose import diagnose
from lessons.kit.observe import Observation, observe


def diagnosis(tests: Suite, exercise: str, outcomes: list[Outcome], seed: int) -> str | None:
    """Say which known mistake explains the outcomes of an exercise.

    Parameters
    ----------
    tests : the hidden suite of the chapter.
    exercise : name of the exercise.
    outcomes : of its tests, run with the inputs of `seed`. The calls of a test end with the first
        that failed.
    seed : of the inputs.

    Returns
    -------
    str or None
        One or two sentences; None when nothing failed or no known mistake fits.
    """
    answers = [outcome.answers for outcome in outcomes]
    mistakes = [
        (says, [shown[outcome.test.id] for outcome in outcomes])
        for says, shown in _known(tests.chapter.name, exercise, seed)
    ]
    return diagnose(answers, mistakes) or None


@lru_cache(maxsize=64)  # all students of a batch meet the same inputs
def _known(
    chapter: str, exercise: str, seed: int
) -> list[tuple[str, dict[str, list[Observation]]]]:
    """For each known mistake its diagnosis and what it shows on every call, by test."""
    tests = suite(chapter)
    calls = {test.id: all_calls(test, tests.chapter, seed) for test in tests.of(exercise)}
    return [
        (
            one.diagnosis,
            {
                test_id: [observe(one.function, call.args, call.kwargs) for call in made]
                for test_id, made in calls.items()
            },
        )
        for one in catalogue(chapter).of(exercise)
    ]
