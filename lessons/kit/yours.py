"""Draw a figure with functions of the reader's, or say which of them it cannot be drawn with."""

from collections.abc import Callable, Mapping

import numpy as np

from .drawing import drawn


class Undrawable(Exception):
    """A figure cannot be drawn with a function of the reader's; the message says why."""


def drawn_with(figure: Callable, parameters: dict, using: Mapping[str, Callable]) -> tuple:
    """The same as `drawn`, but a function of the reader's that fails is left out, and this is said.

    Raises
    ------
    Undrawable : if the figure has nothing to put in its place.
    NotImplementedError : if a function is not written yet.
    """
    calls: list[tuple[str, str, object]] = []
    watched = {name: _watched(name, function, calls) for name, function in using.items()}
    try:
        return drawn(figure, parameters, watched)
    except NotImplementedError:
        raise
    except Exception as error:
        if not calls:
            raise
        culprit = _culprit(calls)
        failure = error
    try:
        fig, sentence = drawn(figure, parameters, {})
    except Exception:
        again = "Call it on its own to see why, and then run this cell again"
        raise Undrawable(f"{culprit}. {again}") from failure
    return fig, f"{sentence} It is drawn without your functions: {culprit}."


def _watched(name: str, function: Callable, calls: list) -> Callable:
    """A function that notes what each call of it comes to; of many calls only the last."""

    def watched(*args, **kwargs):
        calls[:] = [call for call in calls if call[0] != name]
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            calls.append((name, "raised", error))
            raise
        calls.append((name, "returned", result))
        return result

    return watched


def _culprit(calls: list[tuple[str, str, object]]) -> str:
    """In words, the function that returned nothing, or else the one that was called last."""
    nothing = [call for call in calls if call[2] is None]
    name, did, what = (nothing or calls)[-1]
    return f"your {name} {did} {_described(what)}"


def _described(value: object) -> str:
    if isinstance(value, Exception):
        return f"{type(value).__name__}: {value}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, tuple | list):
        return f"{type(value).__name__} ({', '.join(map(_described, value[:4]))})"
    if value is None or isinstance(value, bool | int | float | np.generic):
        return str(value)
    return f"a thing of the type {type(value).__name__}"
