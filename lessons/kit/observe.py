"""Call a function once and write down, as plain data, everything a grader may want to know."""

import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .plain import NotPlain, replica

FLOATING_POINT = ("overflow", "invalid value", "divide by zero")


@dataclass(frozen=True)
class Observation:
    """What one call showed.

    Attributes
    ----------
    result : what the call returned, copied at once.
    error : exception type, message, place and source line, or None. The type is one of Python's, or
        ``timeout``, ``crash``, ``missing`` or ``not plain``.
    inputs_after : the arguments after the call.
    result_after : the result, read again after every argument was overwritten.
    warned : the kinds of floating-point warning raised (overflow, invalid value, divide by zero).
    """

    result: object = None
    error: dict | None = None
    inputs_after: object = None
    result_after: object = None
    warned: tuple[str, ...] = ()

    def as_plain(self) -> dict:
        return dict(vars(self))

    @classmethod
    def failed(cls, kind: str, message: str = "") -> "Observation":
        """An observation of a call that gave no result."""
        return cls(error={"type": kind, "message": message, "place": "", "line": ""})


def observe(function: Callable, args: tuple = (), kwargs: dict | None = None) -> Observation:
    """Call ``function(*args, **kwargs)`` on copies of plain arguments and observe it."""
    args, kwargs = replica((tuple(args), kwargs or {}))
    with warnings.catch_warnings(record=True) as caught, _floating_point_warnings():
        warnings.simplefilter("always")
        try:
            result = function(*args, **kwargs)
        except (Exception, SystemExit) as error:
            return Observation(error=_described(error))
    try:
        kept = replica(result)
        inputs_after = replica((args, kwargs))
        _overwrite((args, kwargs))
        return Observation(kept, None, inputs_after, replica(result), _kinds(caught))
    except NotPlain as error:
        return Observation.failed("not plain", str(error))


def _floating_point_warnings() -> np.errstate:
    return np.errstate(over="warn", invalid="warn", divide="warn", under="ignore")


def _kinds(caught: list) -> tuple[str, ...]:
    messages = [str(one.message) for one in caught if issubclass(one.category, RuntimeWarning)]
    return tuple(kind for kind in FLOATING_POINT if any(kind in text for text in messages))


def _described(error: BaseException) -> dict:
    """The exception and the innermost line that stands in a notebook cell or student's file."""
    frames = traceback.extract_tb(error.__traceback__)[1:]
    own = [f for f in frames if f.filename.startswith("cell ") and f.line]
    own = own or [f for f in frames if "site-packages" not in f.filename and f.line] or frames
    place, line = (f"line {own[-1].lineno}", own[-1].line) if own else ("", "")
    if own and own[-1].filename.startswith("cell "):
        place = f"{own[-1].filename}, {place}"
    return {
        "type": type(error).__name__,
        "message": _text(error),
        "place": place,
        "line": line or "",
    }


def _text(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except Exception:
        return ""


def _overwrite(value: object) -> None:
    """Spoil every array in plain data, so that a result which shares its memory shows it."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = True
        value[...] = ~value if value.dtype == bool else value + 1
    elif isinstance(value, dict):
        for item in value.values():
            _overwrite(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _overwrite(item)
