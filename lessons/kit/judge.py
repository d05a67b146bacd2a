"""Decide whether what a call showed is right, and if not, which property failed.

The same judgement serves the check in the notebook and the hidden suite. What it says never
holds an expected value.
"""

from dataclasses import dataclass, replace

import numpy as np

from . import chance
from .observe import Observation
from .plain import Draws, Function

# Relative error that other algebra may cost. 1e-9 in float64 leaves room for four million rounding
# errors, and 1e-5 in float32 for eighty: exp(z) alone turns one rounding of z into abs(z) of them.
RELATIVE = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-5}
MANY = 9  # parts of a tuple or list; how many more there are could spell a hidden input


@dataclass(frozen=True, eq=False)
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
    part : number of the one part of a tuple that counts, or several, where tuples stand in tuples:
        (0, 1) is the second part of the first; by default all do.
    keeps : numbers of the parts of the result that are kept where the function runs; the result
        and `expected` have None in their place.
    step : whether the call is there only to make what a later one takes.
    law : family and parameters of the distribution (see `lessons.kit.chance.Law`) that the numbers
        are to have, instead of the values in `expected`; then `expected` tells shape and dtype.
    divisor : by which the numbers are divided before their distribution is looked at.
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
    part: int | tuple[int, ...] | None = None
    keeps: tuple[int, ...] = ()
    step: bool = False
    law: tuple[str, tuple[float, ...]] | None = None
    divisor: object = None

    def as_plain(self) -> dict:
        return dict(vars(self))


@dataclass(frozen=True)
class Failing:
    """One property that does not hold.

    Attributes
    ----------
    kind : unwritten, missing, timeout, interrupted, untried, crash, error, accepted, type, shape,
        dtype, nan, values, chance, warned, mutated or aliased.
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
    if call.step:
        return _judge_step(call, seen)
    if seen.error:
        return _judge_error(seen.error, call.function)
    if call.law:
        failing = _judge_draws(call, seen.result)
    elif identical(seen.result, call.expected):
        failing = None
    else:
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
        stopped = f"the call took too long and was stopped{where}"
        return Failing("timeout", f"{stopped}; does a loop never end?")
    if kind == "interrupted":
        return Failing("interrupted", f"the call was interrupted{where}")
    if kind == "untried":
        return Failing("untried", "not tried, since a call before it had to be stopped")
    if kind == "crash":
        return Failing("crash", "the call ended the whole Python process")
    if kind == "not kept":
        return Failing("error", "could not be tried: the call before it gave it nothing to work on")
    if kind == "not plain":
        return Failing("type", f"the result holds {error['message']}; return arrays and numbers")
    if read_only(error):
        return Failing("mutated", f"tried to change its input, which must stay as it was{where}")
    return Failing("error", f"raised {kind}{where}", error["message"])


def _judge_step(call: Call, seen: Observation) -> Failing | None:
    """What keeps a call from making what a later one takes; its values are not looked at."""
    if seen.error:
        failing = _judge_error(seen.error, call.function)
    else:
        failing = _judge_length(seen.result, call.expected, "the result")
    if not failing:
        return None
    why = f"could not be tried, because {call.function} failed before it: {failing.says}"
    return replace(failing, says=why)


def _judge_draws(call: Call, got: object) -> Failing | None:
    """Random numbers: shape and dtype of each result, then the distribution of all of them."""
    name = "the result"
    for i in path(call.part):
        name = _part(name, i)
    if not isinstance(got, tuple) or len(got) != 3:  # which only a forged answer is
        return Failing("type", f"{name} is {_kind(got)}")
    form = np.empty(tuple(call.expected["shape"]), call.expected["dtype"])
    parts = [drawn(one, call.part) for one in got]
    for one in parts:
        failing = _judge_form(one, form, name)
        if failing:
            return failing
    numbers = [scaled(call, one) for one in parts]
    says = chance.judged(chance.law(call.law[0], tuple(call.law[1])), *numbers)
    return Failing("chance", f"{name} {says}") if says else None


def path(part: int | tuple[int, ...] | None) -> tuple[int, ...]:
    """The way down to the part of a result that counts, through tuples in tuples."""
    if part is None:
        return ()
    return part if isinstance(part, tuple) else (part,)


def form(results: tuple, part: int | tuple[int, ...] | None) -> dict:
    """Shape and dtype of random numbers, as a call tells them that asks for a distribution."""
    numbers = np.asarray(drawn(results[0], part))
    return {"shape": numbers.shape, "dtype": numbers.dtype.name}


def drawn(result: object, part: int | tuple[int, ...] | None) -> object:
    """The part of a result that holds the random numbers, or None if there is no such part."""
    for i in path(part):
        there = isinstance(result, tuple | list) and len(result) > i
        result = result[i] if there else None
    return result


def scaled(call: Call, numbers: np.ndarray) -> np.ndarray:
    """The random numbers whose distribution is asked for."""
    return numbers if call.divisor is None else numbers / call.divisor


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


def identical(got: object, expected: object) -> bool:
    """Whether two results are the same bit by bit, as most right ones are: a quick look first."""
    if type(got) is not type(expected):
        return False
    if isinstance(got, tuple):
        return len(got) == len(expected) and all(map(identical, got, expected))
    if not isinstance(got, np.ndarray):
        return False
    alike = got.dtype == expected.dtype and got.shape == expected.shape
    return alike and got.tobytes() == expected.tobytes()


def _judge_value(call: Call, got: object, expected: object, name: str) -> Failing | None:
    if expected is None:
        return None if got is None else Failing("type", f"{name} is {_kind(got)}, not None")
    if isinstance(expected, tuple):
        return _judge_tuple(call, got, expected, name)
    if type(expected) is int:
        return _judge_whole(got, expected, name)
    expected = np.asarray(expected)
    return _judge_form(got, expected, name) or _judge_array(
        call, as_array(got, expected.dtype), expected, name
    )


def _judge_whole(got: object, expected: int, name: str) -> Failing | None:
    """A whole number, of any size; NumPy's integers are as good as Python's."""
    if isinstance(got, np.ndarray) and got.dtype.kind in "iu" and not got.ndim:
        got = int(got)
    if type(got) is not int:
        return _judge_form(got, np.asarray(0), name)
    return None if got == expected else Failing("values", f"{name} is wrong", f"it is {got}")


def _judge_tuple(call: Call, got: object, expected: tuple, name: str) -> Failing | None:
    failing = _judge_length(got, expected, name)
    if failing:
        return failing
    asked, *deeper = path(call.part) or (None,)
    inner = replace(call, part=tuple(deeper) or None)
    for i, (one, right) in enumerate(zip(got, expected, strict=True)):
        if asked not in (None, i):
            continue
        failing = _judge_value(inner, one, right, _part(name, i))
        if failing:
            return failing
    return None


def _judge_length(got: object, expected: tuple, name: str) -> Failing | None:
    if isinstance(got, tuple | list) and len(got) == len(expected):
        return None
    return Failing("type", f"{name} is {_kind(got)}, not a tuple of {len(expected)}")


def _judge_form(got: object, expected: np.ndarray, name: str) -> Failing | None:
    if not isinstance(got, np.ndarray | bool | int | float):
        return Failing("type", f"{name} is {_kind(got)}, not an array or a number")
    got = as_array(got, expected.dtype)
    if got.shape != expected.shape:
        return Failing("shape", f"{name} has the wrong shape", f"its shape is {got.shape}")
    if got.dtype != expected.dtype or got.dtype.hasobject:
        return Failing("dtype", f"{name} has the wrong dtype", f"its dtype is {got.dtype}")
    return None


def _judge_array(call: Call, got: np.ndarray, expected: np.ndarray, name: str) -> Failing | None:
    exact = expected.dtype.kind in "biu"
    wrong = got != expected if exact else ~close(got, expected, call.rtol, call.atol)
    if not np.any(wrong):
        return None
    if not exact and np.any(np.isnan(got) & ~np.isnan(expected)):
        at = _first(np.isnan(got) & ~np.isnan(expected))
        return Failing("nan", f"{name} holds NaN (not a number)", _entry(name, got, at), at)
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
    if near.all() and np.isfinite(expected).all():
        return near
    return (near & np.isfinite(expected)) | (got == expected) | (np.isnan(got) & np.isnan(expected))


def changed(before: object, after: object) -> bool:
    """Whether two pieces of plain data differ at all."""
    if isinstance(before, np.ndarray | np.generic):
        if not isinstance(after, np.ndarray) or after.dtype != before.dtype:
            return True
        return not np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
    if isinstance(before, np.random.Generator | Draws):
        return False  # whoever draws from a generator changes its state
    if type(before) is not type(after):
        return True
    if isinstance(before, Function):
        return before.name != after.name or changed(before.parameters, after.parameters)
    if isinstance(before, dict):
        return before.keys() != after.keys() or any(changed(before[k], after[k]) for k in before)
    if isinstance(before, list | tuple):
        return len(before) != len(after) or any(map(changed, before, after))
    return before != after and not (before != before and after != after)


def _first(where: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(where)[0]) if where.ndim else ()


def _entry(name: str, got: np.ndarray, at: tuple[int, ...]) -> str:
    where = _part(name, ", ".join(map(str, at))) if at else name
    return f"{where} is {got[at]!s}"


def _part(name: str, index: object) -> str:
    """The name of a part, as the student would write it in Python."""
    return f"{name.removeprefix('the ')}[{index}]"


def _kind(value: object) -> str:
    if value is None:
        return "None (is a return statement missing?)"
    if isinstance(value, np.ndarray):
        return "one array"
    if isinstance(value, tuple | list):
        length = len(value) if len(value) <= MANY else f"more than {MANY}"
        return f"a {type(value).__name__} of {length}"
    return f"a {type(value).__name__}"
