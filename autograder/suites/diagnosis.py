"""Name the mistake behind failed hidden tests: the known one that does the same on their inputs."""

from collections.abc import Sequence
from functools import lru_cache

from autograder.course.exercise import Chapter
from autograder.suites.mistakes import Mistake, suspects
from autograder.suites.record import Recording, recording
from autograder.suites.suite import Outcome
from lessons.kit.diagnose import diagnose, remembered
from lessons.kit.judge import Call
from lessons.kit.observe import Observation, observe_calls


def diagnosis(recorded: Recording, exercise: str, outcomes: list[Outcome]) -> str | None:
    """Say which known mistake explains the outcomes of an exercise.

    Parameters
    ----------
    recorded : the hidden suite of the chapter.
    exercise : name of the exercise.
    outcomes : of its tests. The calls of a test end with the first that failed.

    Returns
    -------
    str or None
        One or two sentences; None when nothing failed or no known mistake fits.
    """
    answers = [outcome.answers for outcome in outcomes]
    mistakes = [
        (says, [shown[outcome.test.id] for outcome in outcomes])
        for says, shown in _known(recorded.chapter.name, exercise, recorded.seed)
    ]
    return diagnose(answers, mistakes) or None


@lru_cache(maxsize=64)  # all students of a batch meet the same inputs
def _known(
    chapter: str, exercise: str, seed: int
) -> list[tuple[str, dict[str, list[Observation]]]]:
    """For each known mistake its diagnosis and what it shows on every call, by test."""
    recorded = recording(chapter, seed)
    calls = {one.test.id: one.calls for one in recorded.of(exercise)}
    return [
        (says, {test_id: shown(one, made, recorded.chapter) for test_id, made in calls.items()})
        for says, one in suspects(chapter, exercise, calls.values())
    ]


def shown(mistake: Mistake, calls: Sequence[Call], one: Chapter) -> list[Observation]:
    """What a mistake shows on the calls of one test, as far as diagnosis needs it."""
    seen = observe_calls(mistake.among(one.references), calls)
    return [remembered(*pair) for pair in zip(calls, seen, strict=True)]
