"""Call a function once and write down, as plain data, everything a grader may want to know."""

import linecache
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import copy_context
from dataclasses import dataclass

import numpy as np

from .functions import made
from .plain import Draws, Function, Handle, NotPlain, packed, replica

# Types of values among arguments that nobody can change, and that stand for nothing else.
UNCHANGING = {bool, int, float, str, type(None)}
THEMSELVES = {np.ndarray, *UNCHANGING}
FLOATING_POINT = ("overflow", "invalid value", "divide by zero")


@dataclass(frozen=True, eq=False)
class Observation:
    """What one call showed.

    Attributes
    ----------
    result : what the call returned, copied at once; None in the place of what is kept. For `Draws`
        a tuple of what each of the calls returned.
    error : exception type, message, place and source line, or None. The type is one of Python's, or
        ``timeout``, ``interrupted``, ``untried``, ``crash``, ``missing``, ``not plain`` or
        ``not kept``.
    inputs_after : the arguments after the call, if it was to be seen whether it is pure.
    result_after : the result, read again after every argument was overwritten; likewise.
    warned : the kinds of floating-point warning raised (overflow, invalid value, divide by zero),
        if it was to be seen whether the call is quiet.
    """

    result: object = None
    error: dict | None = None
    inputs_after: object = None
    result_after: object = None
    warned: tuple[str, ...] = ()

    def as_plain(self) -> dict:
        """What there is to say, as short as it can be said."""
        if self.error:
            return {"error": self.error}
        plain = {"result": self.result}
        if self.inputs_after is not None:
            plain |= {"inputs_after": self.inputs_after, "result_after": self.result_after}
        return {**plain, "warned": self.warned} if self.warned else plain

    @classmethod
    def failed(cls, kind: str, message: str = "") -> "Observation":
        """An observation of a call that gave no result."""
        return cls(**failed(kind, message))


def failed(kind: str, message: str = "") -> dict:
    """What there is to say of a call that gave no result."""
    return {"error": {"type": kind, "message": message, "place": "", "line": ""}}


def observe(function: Callable, args: tuple = (), kwargs: dict | None = None) -> Observation:
    """Call ``function(*args, **kwargs)`` on copies of plain arguments and observe it."""
    return Caller().observe(function, args, kwargs or {})


def observe_calls(
    functions: Mapping[str, Callable], calls: Iterable, caller: "Caller | None" = None
) -> list[Observation]:
    """Make the calls of one test (see `lessons.kit.judge.Call`) in order and observe them."""
    caller = caller or Caller()
    return [
        caller.observe(
            functions.get(one.function),
            one.args,
            one.kwargs,
            number,
            one.keeps,
            one.pure,
            one.quiet,
        )
        for number, one in enumerate(calls)
    ]


class Caller:
    """Makes the calls of a test, and keeps what one of them returns for another, in any format."""

    catches = (Exception, SystemExit)  # of what a call raises

    def __init__(self):
        self._kept: dict[Handle, object] = {}
        # Each call has a copy of it, so what a function sets with np.seterr ends with the call.
        self._context = copy_context()
        self._context.run(np.seterr, over="warn", invalid="warn", divide="warn", under="ignore")

    def observe(
        self,
        function: Callable | None,
        args: tuple = (),
        kwargs: dict | None = None,
        *asked,
        **named,
    ) -> Observation:
        """Call a function on copies of plain arguments and observe it.

        Parameters
        ----------
        function : None if there is none.
        asked, named : what `plain` is asked besides.
        """
        if function is None:
            return Observation.failed("missing")
        given = replica((tuple(args), kwargs or {}))
        return Observation(**self.plain(function, *given, *asked, copy=replica, **named))

    def plain(
        self,
        function: Callable,
        args: tuple,
        kwargs: dict,
        number: int = 0,
        keeps: tuple[int, ...] = (),
        pure: bool = True,
        quiet: bool = True,
        *,
        copy: Callable = packed,
    ) -> dict:
        """Call a function on plain arguments, which nobody else may hold.

        Parameters
        ----------
        number : of the call within its test, by which a `Handle` names it.
        keeps : which elements of the result are kept and not shown.
        pure : whether to look at the arguments after the call, and whether the result shares their
            memory.
        quiet : whether to note warnings.
        copy : makes of plain data what stays as it was whatever happens to its arrays.

        Returns
        -------
        dict : what there is to say of an `Observation`, as short as it can be said.
        """
        for part in keeps:  # of an earlier test
            self._kept.pop(Handle(number, part), None)
        asked = number, keeps, pure, quiet, copy
        if _stand_for_themselves(args, kwargs):
            return self._call(function, args, kwargs, (args, kwargs), *asked)
        seen = []
        for plain in every(args, kwargs):
            try:
                meant = self.meant(*plain)
            except KeyError:
                return failed("not kept")
            seen.append(self._call(function, *meant, plain, *asked))
            if "error" in seen[-1]:
                return seen[-1]
        return seen[0] if len(seen) == 1 else _together(seen)

    def meant(self, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        """The arguments with what is meant in the place of every `Handle` and `Function`.

        Raises
        ------
        KeyError : if nothing is kept for a handle.
        """
        return tuple(map(self._meant, args)), {key: self._meant(kwargs[key]) for key in kwargs}

    def shown(self, result: object, number: int, keeps: tuple[int, ...]) -> object:
        """Keep elements of the result of a call, and return it with None in their place."""
        if not keeps or not isinstance(result, tuple | list) or len(result) <= max(keeps):
            return result
        self._kept |= {Handle(number, part): result[part] for part in keeps}
        return tuple(None if i in keeps else one for i, one in enumerate(result))

    def _meant(self, value: object) -> object:
        if type(value) in THEMSELVES:
            return value
        if isinstance(value, Handle):
            return self._kept[value]
        if isinstance(value, Function):
            return made(value.name, value.parameters)
        if isinstance(value, tuple | list):
            meant = list(map(self._meant, value))
            # The very same list, where nothing stands in it, so that a change of it is seen.
            same = all(one is other for one, other in zip(meant, value, strict=True))
            return value if same else type(value)(meant)
        return value

    def _call(
        self,
        function: Callable,
        args: tuple,
        kwargs: dict,
        plain: tuple[tuple, dict],
        number: int,
        keeps: tuple[int, ...],
        pure: bool,
        quiet: bool,
        copy: Callable,
    ) -> dict:
        with _Noted() if quiet else _Unheard() as caught:
            try:
                result = self._context.copy().run(function, *args, **kwargs)
            except self.catches as error:
                return {"error": _described(error)}
        warned = {"warned": kinds} if caught and (kinds := _kinds(caught)) else {}
        if keeps:
            result = self.shown(result, number, keeps)
        try:
            seen = _traced(result, plain, keeps, copy) if pure else {"result": copy(result)}
        except NotPlain as error:
            return failed("not plain", str(error))
        return {**seen, **warned} if warned else seen


def _traced(result: object, plain: tuple, keeps: tuple[int, ...], copy: Callable) -> dict:
    """A result with the traces that the call left in its arguments, and they in it."""
    at_once = copy(result)
    inputs_after = replica(plain) if keeps else copy(plain)
    _overwrite(plain)
    result_after = copy(result)
    if keeps:  # what is kept may share the memory of the inputs
        _restore(plain, inputs_after)
    return {"result": at_once, "inputs_after": inputs_after, "result_after": result_after}


def _stand_for_themselves(args: tuple, kwargs: dict) -> bool:
    return THEMSELVES.issuperset(map(type, args)) and (
        not kwargs or THEMSELVES.issuperset(map(type, kwargs.values()))
    )


def every(args: tuple, kwargs: dict) -> Iterator[tuple[tuple, dict]]:
    """The arguments of each call that is to be made: with every generator of `Draws` one, on copies
    of all else, and without `Draws` just one."""
    draws = [one for one in (*args, *kwargs.values()) if type(one) is Draws]
    if not draws:
        yield args, kwargs
        return
    for generator in draws[0].generators:
        yield (
            tuple(_given(one, generator) for one in args),
            {key: _given(one, generator) for key, one in kwargs.items()},
        )


def _given(value: object, generator: np.random.Generator) -> object:
    """An argument of one of several calls."""
    if type(value) is Draws:
        return generator
    return value if type(value) in UNCHANGING else replica(value)


def _together(seen: list[dict]) -> dict:
    """Several calls that differ in the generator alone as one, with every result."""
    every_one = {
        key: tuple(one[key] for one in seen) for key in ("result", "result_after") if key in seen[0]
    }
    heard = {kind for one in seen for kind in one.get("warned", ())}
    warned = {"warned": tuple(kind for kind in FLOATING_POINT if kind in heard)} if heard else {}
    return {**seen[-1], **every_one, **warned}


class _Noted(warnings.catch_warnings):
    """Writes all warnings into a list."""

    def __init__(self):
        super().__init__(record=True, action="always")


class _Unheard:
    """Drops all warnings, at a tenth of the cost of `warnings.catch_warnings`."""

    def __enter__(self) -> list:
        self._filters, warnings.filters = warnings.filters, [("ignore", None, Warning, None, 0)]
        return []

    def __exit__(self, *error) -> None:
        warnings.filters = self._filters


def _kinds(caught: list) -> tuple[str, ...]:
    messages = [str(one.message) for one in caught if issubclass(one.category, RuntimeWarning)]
    return tuple(kind for kind in FLOATING_POINT if any(kind in text for text in messages))


def _described(error: BaseException) -> dict:
    """The exception and the innermost line that stands in a notebook cell or student's file."""
    frames = [(f.f_code.co_filename, n) for f, n in traceback.walk_tb(error.__traceback__)][1:]
    known = [one for one in frames if linecache.getline(*one).strip()]
    own = [one for one in known if one[0].startswith("cell ")]
    own = own or [one for one in known if not _of_a_library(one[0])] or frames
    file, number = own[-1] if own else ("", 0)
    place = f"{file}, line {number}" if file.startswith("cell ") else f"line {number}"
    return {
        "type": type(error).__name__,
        "message": _text(error),
        "place": place if own else "",
        "line": linecache.getline(file, number).strip(),
    }


def _of_a_library(file: str) -> bool:
    return "site-packages" in file or file == made.__code__.co_filename


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


def _restore(value: object, saved: object) -> None:
    """Give every array in plain data the numbers and the write protection of a copy back."""
    if isinstance(value, np.ndarray):
        value[...] = saved
        value.flags.writeable = saved.flags.writeable
    elif isinstance(value, dict):
        for key, item in value.items():
            _restore(item, saved[key])
    elif isinstance(value, list | tuple):
        for item, one in zip(value, saved, strict=True):
            _restore(item, one)
