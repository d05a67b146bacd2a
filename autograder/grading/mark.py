"""Mark one submission: from the content of its file to what is to be written about it."""

import gc
import json
import time
from dataclasses import replace
from functools import cache

import autograder
from autograder.course.exercise import chapter
from autograder.grading.find import Found
from autograder.grading.released import released
from autograder.grading.settings import Settings
from autograder.grading.stamp import course, stamp
from autograder.grading.store import Sheet
from autograder.grading.submission import read
from autograder.sandbox.isolation import lasting
from autograder.trouble import Trouble


def mark(found: Found, content: bytes | str, settings: Settings) -> Sheet:
    """Grade one notebook. Whatever fails in the grader itself becomes a fault of the sheet.

    Parameters
    ----------
    content : the notebook's bytes, or why they cannot be read (see `submission.opened`).

    Raises
    ------
    Trouble : if this machine cannot isolate student code as it should.
    """
    began = time.monotonic()
    try:
        prepare(found.chapter, settings)
        began = time.monotonic()
        result, fault = _graded(found, content, settings)
    except Trouble:  # with this machine, not with the notebook
        raise
    except Exception as error:
        result, fault = _not_graded(found, settings), f"{type(error).__name__}: {error}"
    return _sheet(found, content, settings, result, fault, time.monotonic() - began)


def given_up(found: Found, content: bytes | str, settings: Settings, fault: str) -> Sheet:
    """The sheet of a submission that the grader could not grade."""
    return _sheet(found, content, settings, _not_graded(found, settings), fault, 0.0)


def _sheet(
    found: Found,
    content: bytes | str,
    settings: Settings,
    result: dict,
    fault: str,
    seconds: float,
) -> Sheet:
    from autograder.reports.feedback import page

    return Sheet(
        found.student,
        found.chapter,
        json.dumps(result),
        page(result),
        stamp(content, found, settings),
        round(seconds, 3),
        fault,
    )


def _graded(found: Found, content: bytes | str, settings: Settings) -> tuple[dict, str]:
    from autograder.grading.grade import grade, has_fault

    handed_out = released(found.chapter)
    submission = read(content, found.student, found.chapter, handed_out)
    submission = replace(submission, notes=(*found.notes, *submission.notes))
    host = lasting(settings.level, settings.limits)
    result = grade(submission, settings.seed, settings.limits, host, handed_out.run)
    return result, "a hidden test failed by itself" if has_fault(result) else ""


def _not_graded(found: Found, settings: Settings) -> dict:
    """The result of a submission on which the grader itself failed."""
    exercises = [
        {
            "name": one.name,
            "title": one.title,
            "points": 0,
            "max_points": one.points,
            "status": "not graded",
            "diagnosis": None,
            "section": one.section,
            "tests": [],
        }
        for one in chapter(found.chapter).exercises
    ]
    note = "The grader itself failed on this notebook, which says nothing about your work."
    return {
        "student": found.student,
        "chapter": found.chapter,
        "seed": settings.seed,
        "engine": autograder.__version__,
        "points": 0,
        "max_points": sum(one["max_points"] for one in exercises),
        "notes": [note],
        "exercises": exercises,
    }


@cache
def prepare(name: str, settings: Settings) -> None:
    """Do what is done once for all submissions of a chapter, so that it is in nobody's time."""
    host = lasting(settings.level, settings.limits)
    from autograder.grading.grade import batch_of

    batch = batch_of(name, settings.seed, released(name).run)
    host.ready()
    host.expect(batch)  # and meanwhile:
    from autograder.reports import feedback  # noqa: F401

    course(name)
    gc.freeze()  # all this stays, so it need not be looked through for garbage again and again
