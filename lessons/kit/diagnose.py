"""Name the mistake behind wrong answers: the known mistake that gives the same wrong answers."""

from dataclasses import replace

import numpy as np

from . import chance
from .judge import Call, as_array, changed, close, drawn, identical, judge, read_only, scaled
from .observe import Observation

# What a call with unsuitable arguments ends in depends on the line that meets them first.
UNSUITABLE = ("TypeError", "AttributeError", "ValueError", "IndexError")

# Students round differently from the catalogue, mistakes differ by far more.
RELATIVE = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-3}


Answers = list[tuple[Call, Observation]]  # of one test, up to its first failing call
MOST = 2  # sentences; a student who makes more mistakes at once mends these first


def diagnose(tests: list[Answers], mistakes: list[tuple[str, list[list[Observation]]]]) -> str:
    """The diagnosis of the mistake, or the few mistakes together, that explain the failed tests.

    A mistake that answers every call as the student did explains them all. Failing that, a mistake
    explains a failed test if it answers that test as the student did, and if the student fails
    every test which the mistake fails. Tests begin with the ordinary ones: where the first failed
    one is not explained the fault is an unknown one, and what explains another does so by chance.

    Parameters
    ----------
    tests : for each test the calls and what the student's function showed on them.
    mistakes : for each known mistake its diagnosis and what it shows on the calls of each test.

    Returns
    -------
    str
        One or two sentences; empty when nothing failed or no known mistake fits.
    """
    failed = [i for i, answers in enumerate(tests) if _fails(answers)]
    if not failed:
        return ""
    if all(seen.error for answers in tests for _, seen in answers):
        # A misspelt name, too, raises in every call: then the exceptions must be the very same.
        mistakes = [one for one in mistakes if _ends_like(tests, one[1])]
    for says, shown in mistakes:
        if all(map(_explains, tests, shown)):
            return says
    return " ".join(_together(tests, failed, mistakes))


def _ends_like(tests: list[Answers], shown: list[list[Observation]]) -> bool:
    pairs = [pair for test in zip(tests, shown, strict=True) for pair in zip(*test, strict=False)]
    return all(
        other.error and _exception(seen.error) == _exception(other.error)
        for (_, seen), other in pairs
    )


def _exception(error: dict) -> tuple[str, bool]:
    """The type of an exception, and whether an array was asked for its truth value."""
    return error["type"], "ambiguous" in error["message"]


def _together(tests: list[Answers], failed: list[int], mistakes: list) -> list[str]:
    found: list[str] = []
    first, left = failed[0], failed
    passed = [i for i in range(len(tests)) if i not in failed]
    for says, shown in mistakes:
        explained = {i for i in left if _explains(tests[i], shown[i])}
        if explained and all(_explains(tests[i], shown[i]) for i in passed) and len(found) < MOST:
            found.append(says)
            left = [i for i in left if i not in explained]
    return [] if first in left else found


def _fails(answers: Answers) -> bool:
    return any(judge(call, seen) for call, seen in answers)


def _explains(answers: Answers, shown: list[Observation]) -> bool:
    """Whether a mistake that shows `shown` answers a test as the student did."""
    pairs = zip(answers, shown, strict=False)
    return all(alike(call, seen, theirs) for (call, seen), theirs in pairs)


def alike(call: Call, one: Observation, other: Observation) -> bool:
    """Whether two functions behaved alike in all that `call` asks."""
    if one.error or other.error:
        return bool(one.error and other.error and _ending(one.error) == _ending(other.error))
    if call.raises or call.step:
        return True
    if (one.result is None) != (other.result is None):
        return False
    if call.law:
        return _drawn_alike(call, one, other)
    if call.quiet and one.warned != other.warned:
        return False
    mine, theirs = (drawn(seen.result, call.part) for seen in (one, other))
    if not _alike(mine, theirs, 1e3 * call.atol):
        return False
    return not call.pure or _trace(call, one) == _trace(call, other)


def _drawn_alike(call: Call, one: Observation, other: Observation) -> bool:
    """Whether two functions lack the same property and draw from the same distribution."""
    numbers, theirs = _numbers(call, one.result), remembered(call, other).result
    if numbers is None or theirs["quantiles"] is None:
        same = numbers is theirs["quantiles"]
    else:
        same = chance.alike(numbers, theirs["quantiles"])
    return same and _says(call, one) == theirs["says"]


def _says(call: Call, seen: Observation) -> str:
    """What is wrong with random numbers, or nothing."""
    failing = judge(call, seen)
    return failing.says if failing else ""


def remembered(call: Call, seen: Observation) -> Observation:
    """What diagnosis needs of an observation: of random numbers what is wrong and quantiles.

    Of a step, whose values count for nothing, it needs no result; of an error no line of code.
    """
    if seen.error:
        return Observation.failed(seen.error["type"], seen.error["message"])
    if call.step:
        return Observation(warned=seen.warned)
    if not call.law or isinstance(seen.result, dict):
        return seen
    numbers = _numbers(call, seen.result)
    kept = {
        "says": _says(call, seen),
        "quantiles": None if numbers is None else chance.quantiles(numbers),
    }
    return replace(seen, result=kept, result_after=None, inputs_after=None)


def _numbers(call: Call, results: object) -> np.ndarray | None:
    """The random numbers of two independent calls, if they are numbers at all."""
    if not isinstance(results, tuple) or not results:
        return None
    parts = [drawn(one, call.part) for one in (results[0], results[-1])]
    if not all(isinstance(one, np.ndarray) and one.dtype.kind in "biuf" for one in parts):
        return None
    right = tuple(call.expected["shape"])
    if call.divisor is not None and any(one.shape != right for one in parts):
        return None  # by a divisor of another shape an array of any size may come of it
    try:
        numbers = np.concatenate([np.ravel(scaled(call, one)) for one in parts])
    except ValueError:
        return None
    return numbers if numbers.size and np.all(np.isfinite(numbers)) else None


def _ending(error: dict) -> str:
    if read_only(error):
        return "mutated"
    if error["message"].startswith("module "):  # has no such attribute
        return "misspelt"
    return "unsuitable" if error["type"] in UNSUITABLE else error["type"]


def _trace(call: Call, seen: Observation) -> str:
    if changed((call.args, call.kwargs), seen.inputs_after):
        return "mutated"
    return "aliased" if changed(seen.result, seen.result_after) else "pure"


def _alike(one: object, other: object, atol: float) -> bool:
    if identical(one, other):
        return True
    if type(one) is int and type(other) is int:
        return one == other
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        parts = zip(one, other, strict=False)
        return len(one) == len(other) and all(_alike(a, b, atol) for a, b in parts)
    if not _numeric(one) or not _numeric(other):
        return type(one) is type(other) and one == other
    other = as_array(other, np.asarray(one).dtype)
    one = as_array(one, other.dtype)
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind in "biu":
        return np.array_equal(one, other)
    return bool(np.all(close(one, other, RELATIVE.get(other.dtype, 1e-6), atol)))


def _numeric(value: object) -> bool:
    return isinstance(value, np.ndarray | bool | int | float)
