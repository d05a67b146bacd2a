"""Decide whether what a call showed is right, and if not, which property failed.

The same judgement serves the check in the notebook and the hidden suite. What it says never
holds an expected value.
"""

from dataclasses import dataclass

import numpy as np

from .observe import Observation

# Relative error that other algebra may cost. 1e-9 in float64 leaves room for four million rounding
# errors, and 1e-5 in float32 for eighty: exp(z) alone turns one rounding of z into abs(z) of them.
RELATIVE = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-5}


@dataclass(frozen=True)
class Call:
    """One call, the right result, and what is asked of it.

    Attributes
    ----------
    function : name of the exercise.
    args, kwargs : plain arguments.
    expected : the reference's result.
    rtol : relative tolerance; by default that of the expected dtype in `RELATIVE`.
    atol : absolute tolerance, for sums whose terms cancel.
    quiet : whether a floating-point warning is a failure.
    pure : whether changed arguments, or a result that shares their memory, are a failure.
    raises : name of the exception that is the right answer, if one is.
    part : number of the one part of a tuple that counts; by default all do.
    """

    function: str
    args: tuple
    kwargs: dict
    expected: object
    rtol: float | None = None
    atol: float = 0.0
    quiet: bool = False
    pure: bool = False
    raises: str | None = None
    part: int | None = None

    def as_plain(self) -> dict:
        return dict(vars(self))


@dataclass(frozen=True)
class Failing:
    """One property that does not hold.

    Attributes
    ----------
    kind : unwritten, missing, timeout, crash, error, accepted, type, shape, dtype, nan, values,
        warned, mutated or aliased.
    says : the property in words that give away nothing about the inputs.
    detail : what exactly was seen; only for inputs that the student may see.
    at : index of the worst entry, for values.
    """

    kind: str
    says: str
    detail: str = ""
    at: tuple[int, ...] | None = None


def judge(call: Call, seen: Observation) -> Failing | None:
    """The first property of `call` that `seen` lacks, or None when all is well."""
    if call.raises:
        return _judge_raised(call, seen)
    if seen.error:
        return _judge_error(seen.error, call.function)
    failing = _judge_value(call, seen.result, call.expected, "the result")
    if failing:
        return failing
    if call.quiet and seen.warned:
        kinds = " and ".join(seen.warned)
        return Failing("warned", f"the value is right, but NumPy warned of {kinds} on the way")
    return _judge_purity(call, seen) if call.pure else None


def _judge_error(error: dict, function: str) -> Failing:
    kind, place, line = error["type"], error["place"], error["line"]
    where = f" at {place}: `{line}`" if line else ""
    if kind == "NotImplementedError":
        other = error["message"].removesuffix(" is yours to write")
        if other not in (function, error["message"]):
            return Failing("error", f"calls {other}, which is not written yet")
        return Failing("unwritten", "not written yet")
    if kind == "missing":
        return Failing("missing", "there is no function of this name")
    if kind == "timeout":
        return Failing("timeout", "the call took too long and was stopped; does a loop never end?")
    if kind == "crash":
        return Failing("crash", "the call ended the whole Python process")
    if kind == "not plain":
        return Failing("type", f"the result holds {error['message']}; return arrays and numbers")
    if read_only(error):
        return Failing("mutated", f"tried to change its input, which must stay as it was{where}")
    return Failing("error", f"raised {kind}{where}", error["message"])


def _judge_raised(call: Call, seen: Observation) -> Failing | None:
    right = call.raises
    if not seen.error:
        return Failing("accepted", f"no {right} is raised for arguments that are not allowed")
    if seen.error["type"] == right and not read_only(seen.error):
        return None
    failing = _judge_error(seen.error, call.function)
    if failing.kind == "error":
        return Failing("error", f"{failing.says}, where {right} is asked for", failing.detail)
    return failing


def read_only(error: dict) -> bool:
    """Whether an observed error comes from writing to an array that may not be written to."""
    return error["type"] == "ValueError" and "read-only" in error["message"]


def _judge_value(call: Call, got: object, expected: object, name: str) -> Failing | None:
    if isinstance(expected, tuple):
        return _judge_tuple(call, got, expected, name)
    if isinstance(got, str | dict | list | tuple) or got is None:
        return Failing("type", f"{name} is {_kind(got)}, not an array or a number")
    expected = np.asarray(expected)
    return _judge_array(call, as_array(got, expected.dtype), expected, name)


def _judge_tuple(call: Call, got: object, expected: tuple, name: str) -> Failing | None:
    if not isinstance(got, tuple | list) or len(got) != len(expected):
        return Failing("type", f"{name} is {_kind(got)}, not a tuple of {len(expected)}")
    for i, (one, right) in enumerate(zip(got, expected, strict=True)):
        if call.part not in (None, i):
            continue
        failing = _judge_value(call, one, right, f"part {i + 1} of {name}")
        if failing:
            return failing
    return None


def _judge_array(call: Call, got: np.ndarray, expected: np.ndarray, name: str) -> Failing | None:
    if got.shape != expected.shape:
        return Failing("shape", f"{name} has the wrong shape", f"its shape is {got.shape}")
    if got.dtype != expected.dtype:
        return Failing("dtype", f"{name} has the wrong dtype", f"its dtype is {got.dtype}")
    if expected.dtype.kind in "biu":
        wrong = got != expected
    else:
        if np.any(np.isnan(got) & ~np.isnan(expected)):
            at = _first(np.isnan(got) & ~np.isnan(expected))
            return Failing("nan", f"{name} holds NaN (not a number)", _entry(name, got, at), at)
        wrong = ~close(got, expected, call.rtol, call.atol)
    if not np.any(wrong):
        return None
    at = _first(wrong)
    return Failing("values", f"{name} has wrong values", _entry(name, got, at), at)


def _judge_purity(call: Call, seen: Observation) -> Failing | None:
    if changed((call.args, call.kwargs), seen.inputs_after):
        return Failing("mutated", "the call changed its input, which must stay as it was")
    if changed(seen.result, seen.result_after):
        return Failing("aliased", "the result shares memory with the input; return a new array")
    return None


def as_array(value: object, dtype: np.dtype) -> np.ndarray:
    """A result as an array; a Python float, which has no dtype, takes `dtype` if it can."""
    if type(value) is float and dtype.kind == "f":
        return np.asarray(value, dtype)
    return np.asarray(value)


def close(
    got: np.ndarray, expected: np.ndarray, rtol: float | None = None, atol: float = 0.0
) -> np.ndarray:
    """Where `got` equals `expected` to within ``atol + rtol * abs(expected)``; NaN equals NaN."""
    if rtol is None:
        rtol = RELATIVE.get(expected.dtype, 1e-9)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(got - expected) <= atol + rtol * np.abs(expected)
    return (near & np.isfinite(expected)) | (got == expected) | (np.isnan(got) & np.isnan(expected))


def changed(before: object, after: object) -> bool:
    """Whether two pieces of plain data differ at all."""
    if isinstance(before, np.ndarray | np.generic):
        if not isinstance(after, np.ndarray) or after.dtype != before.dtype:
            return True
        return not np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
    if type(before) is not type(after):
        return True
    if isinstance(before, dict):
        return before.keys() != after.keys() or any(changed(before[k], after[k]) for k in before)
    if isinstance(before, list | tuple):
        return len(before) != len(after) or any(map(changed, before, after))
    return before != after and not (before != before and after != after)


def _first(where: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(where)[0]) if where.ndim else ()


def _entry(name: str, got: np.ndarray, at: tuple[int, ...]) -> str:
    index = f"[{', '.join(map(str, at))}]" if at else ""
    return f"{name}{index} is {got[at]!s}"


def _kind(value: object) -> str:
    if value is None:
        return "None (is a return statement missing?)"
    if isinstance(value, np.ndarray):
        return "one array"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"
