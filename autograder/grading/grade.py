"""Grade one submission: the hidden suite against a student's functions in their own process."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import autograder
from autograder.course.exercise import Exercise
from autograder.course.headings import section_title
from autograder.grading.cells import uses
from autograder.grading.submission import Submission
from autograder.sandbox.claims import line_of
from autograder.sandbox.isolation import Host
from autograder.sandbox.limits import Limits, for_chapter
from autograder.sandbox.process import CellFailure, StudentProcess
from autograder.suites.diagnosis import diagnosis
from autograder.suites.record import FAULT, Batch, Recording, recording
from autograder.suites.suite import Outcome
from lessons.kit.earlier import builds_on, mend_first

NOTED_CELLS = 3
WRONG = ("partial", "incorrect", "timeout", "crashed")


def grade(
    submission: Submission,
    seed: int,
    limits: Limits,
    host: Host,
    given: tuple[tuple[int, str], ...] = (),
) -> dict:
    """Grade a submission with the random inputs of `seed`.

    Parameters
    ----------
    limits : what a chapter does not set otherwise.
    host : where the student's code runs (see `autograder.sandbox.isolation`).
    given : numbers and code of the cells that most notebooks of the class have.

    Returns
    -------
    dict
        The result as plain data, as written to ``results/<student>/<chapter>.json``.
    """
    limits = for_chapter(limits, submission.chapter)
    recorded = recording(submission.chapter, seed)
    batch = batch_of(submission.chapter, seed, given)
    with host.student(submission.cells, limits, batch) as process:
        answers = process.answers(batch)
        exercises = []
        for exercise in recorded.chapter.exercises:
            outcomes = recorded.outcomes(exercise.name, process.observer, answers)
            exercises.append(_exercise(recorded, exercise, outcomes, submission))
        notes = [*submission.notes, *_process_notes(process, submission, limits)]
    _blame_earlier(exercises, recorded, submission)
    return {
        "student": submission.student,
        "chapter": submission.chapter,
        "seed": seed,
        "engine": autograder.__version__,
        "points": round(sum(one["points"] for one in exercises), 2),
        "max_points": sum(one["max_points"] for one in exercises),
        "notes": notes,
        "exercises": exercises,
    }


@cache
def batch_of(chapter: str, seed: int, given: tuple[tuple[int, str], ...]) -> Batch:
    """What the processes of all students of a chapter get ready."""
    return replace(recording(chapter, seed).batch, given=given)


def _exercise(
    recorded: Recording, exercise: Exercise, outcomes: Sequence[Outcome], submission: Submission
) -> dict:
    status = _status(outcomes)
    passed = sum(outcome.failing is None for outcome in outcomes)
    return {
        "name": exercise.name,
        "title": exercise.title,
        "points": round(exercise.points * passed / len(outcomes), 2),
        "max_points": exercise.points,
        "status": status,
        "diagnosis": _diagnosis(recorded, exercise, status, outcomes, submission),
        "section": section_title(exercise),
        "tests": [_test(outcome) for outcome in outcomes],
    }


def _test(outcome: Outcome) -> dict:
    failing = outcome.failing
    why = failing.says if failing else None
    return {"says": outcome.test.says, "passed": failing is None, "why": why}


def _status(outcomes: Sequence[Outcome]) -> str:
    kinds = Counter(outcome.failing.kind if outcome.failing else "" for outcome in outcomes)
    if set(kinds) == {""}:
        return "correct"
    for only in ("unwritten", "missing"):
        if set(kinds) == {only}:
            return only
    if kinds["timeout"]:
        return "timeout"
    if kinds["crash"]:
        return "crashed"
    return "partial" if kinds[""] else "incorrect"


def _diagnosis(
    recorded: Recording,
    exercise: Exercise,
    status: str,
    outcomes: Sequence[Outcome],
    submission: Submission,
) -> str | None:
    if status == "missing":
        return submission.absent.get(exercise.name)
    if status not in ("partial", "incorrect"):
        return None
    try:
        return diagnosis(recorded, exercise.name, outcomes)
    except Exception:  # the marks stand without it
        return None


def _blame_earlier(exercises: Sequence[dict], recorded: Recording, submission: Submission) -> None:
    """Where a wrong exercise builds on another wrong one, let its diagnosis begin with that."""
    wrong = [one for one in exercises if one["status"] in WRONG]
    used_by = uses(submission.cells) if len(wrong) > 1 else {}
    for one in wrong:
        together = {call.function for test in recorded.of(one["name"]) for call in test.calls}
        used = builds_on(one["name"], together, used_by)
        says = [mend_first(other["name"]) for other in wrong if other["name"] in used]
        if says:
            one["diagnosis"] = " ".join(filter(None, [says[0], one["diagnosis"]]))


def has_fault(result: dict) -> bool:
    """Whether the grader itself failed somewhere in this result."""
    tests = (test for exercise in result["exercises"] for test in exercise["tests"])
    return any(test["why"] == FAULT for test in tests)


# ---- what happened on the way, in words


def _process_notes(
    process: StudentProcess, submission: Submission, limits: Limits
) -> Iterator[str]:
    failures = [process.failures[cell] for cell in sorted(process.failures)]
    failures = [one for one in failures if _worth_a_note(one, submission)]
    for failure in failures[:NOTED_CELLS]:
        yield _cell_note(failure, process.cells, limits)
    if len(failures) > NOTED_CELLS:
        yield f"So did {len(failures) - NOTED_CELLS} more code cells."
    if process.out_of_time:
        yield (
            f"Grading stopped after {limits.submission:g} seconds: something in the notebook takes"
            " very long or never ends. What was not graded by then earned nothing."
        )


def _worth_a_note(failure: CellFailure, submission: Submission) -> bool:
    # A cell of the lesson fails after a wrong or unwritten exercise, which has its own feedback.
    return failure.cell in submission.own and failure.kind != "NotImplementedError"


def _cell_note(failure: CellFailure, cells: Sequence[str], limits: Limits) -> str:
    cell = f"Code cell {failure.cell}"
    if failure.kind == "timeout":
        return (
            f"{cell} was stopped after {limits.cell:g} seconds. What it defines was still graded."
        )
    if failure.kind == "slow":
        return (
            f"{cell} was left out when the cells had taken {limits.submission / 2:g} seconds"
            " together. What it defines was still graded."
        )
    if failure.kind == "crash":
        return f"{cell} ended the whole Python process. What it defines was still graded."
    line = line_of(cells, failure.cell, failure.line)
    where = f" at line {failure.line}: `{line}`" if line else ""
    return f"{cell} stopped with {failure.kind}{where}. The cells after it ran all the same."
