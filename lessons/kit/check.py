"""Check a function in the notebook on the public cases and say what is wrong, not the answer."""

import difflib
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import FunctionType

from .diagnose import Answers, diagnose
from .earlier import builds_on, mend_first, names
from .judge import Call, Failing, judge
from .observe import Observation, observe_calls
from .patient import Patient
from .plain import unpack
from .report import Property, Report

LESSONS = Path(__file__).parents[1]


def check(exercise: str) -> Report:
    """Run the public cases of an exercise on the function you wrote.

    Parameters
    ----------
    exercise : chapter and function, such as ``"activations.sigmoid"``.

    Returns
    -------
    Report
        Shows itself in the notebook; ``print`` gives the same in plain text.

    Raises
    ------
    LookupError
        If there is no such exercise.
    """
    _cases(exercise)  # or say what it may be called
    chapter, _, name = exercise.partition(".")
    return check_among(sys._getframe(1).f_globals, name, _public(chapter))


def check_among(functions: Mapping[str, object], name: str, exercises: dict) -> Report:
    """Check a function; if it is wrong, look whether another one that it builds on is so too.

    Parameters
    ----------
    functions : by name, all that the student has written.
    exercises : the public cases of each exercise of the chapter, in its order.
    """
    report = check_functions(functions, name, exercises[name])
    if name not in functions:
        return replace(report, diagnosis=_misnamed(functions, name, exercises))
    if report.passed or report.nothing_yet:
        return report
    together = {call["function"] for test in exercises[name]["tests"] for call in test["calls"]}
    written = {key: one for key, one in functions.items() if isinstance(one, FunctionType)}
    uses = {key: names(one.__code__) for key, one in written.items()}
    used = builds_on(name, together, uses)
    others = (check_functions(functions, one, exercises[one]) for one in exercises if one in used)
    wrong = [one.name for one in others if not one.passed and not one.nothing_yet]
    says = [*map(mend_first, wrong[:1]), report.diagnosis]
    return replace(report, diagnosis=" ".join(filter(None, says)))


def check_functions(functions: Mapping[str, object], name: str, cases: dict) -> Report:
    """Run public cases on a function, and on those it works together with, and diagnose it."""
    tests = [(test["says"], [Call(**call) for call in test["calls"]]) for test in cases["tests"]]
    patient = Patient()
    answers = [
        list(zip(calls, observe_calls(functions, calls, patient), strict=True))
        for _, calls in tests
    ]
    properties = tuple(
        Property(says, *_first_failing(pairs))
        for (says, _), pairs in zip(tests, answers, strict=True)
    )
    mistakes = [
        (one["says"], [[Observation(**each) for each in test] for test in one["observations"]])
        for one in cases["mistakes"]
    ]
    says = diagnose(answers, mistakes)
    return Report(name, cases["title"], cases["points"], properties, says, tuple(cases["unseen"]))


def _misnamed(functions: Mapping[str, object], name: str, exercises: dict) -> str:
    """What is said if a function of the notebook has nearly the name of an exercise."""
    own = [key for key, one in functions.items() if getattr(one, "__globals__", {}) is functions]
    near = difflib.get_close_matches(name, {*own} - {*exercises}, n=1)
    return f"You have a function {near[0]}: call it {name}." if near else ""


MANY = 10_000_000  # values in a file of our own


def _cases(exercise: str) -> dict:
    if not isinstance(exercise, str):
        raise LookupError('name the exercise in quotes, as in check("activations.sigmoid")')
    chapter, _, name = exercise.partition(".")
    known = [f"{one}.{each}" for one in _chapters() for each in _public(one)]
    if exercise not in known:
        likely = [one for one in known if one.endswith(f".{exercise}")]
        likely += difflib.get_close_matches(exercise, known, n=1)
        hint = f"did you mean {likely[0]!r}?" if likely else f"there is {', '.join(known)}"
        raise LookupError(f"there is no exercise {exercise!r} here; {hint}")
    return _public(chapter)[name]


def _chapters() -> list[str]:
    return sorted(path.parents[1].name for path in LESSONS.glob("*/shipped/public.bin"))


@cache
def _public(chapter: str) -> dict:
    return unpack((LESSONS / chapter / "shipped" / "public.bin").read_bytes(), most=MANY)


def _first_failing(answers: Answers) -> tuple[Failing | None, Call | None]:
    for call, seen in answers:
        failing = judge(call, seen)
        if failing:
            return failing, call
    return None, None
