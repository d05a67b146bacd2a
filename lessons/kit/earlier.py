"""Say so where a function that is wrong builds on another one that is wrong by itself."""

from collections.abc import Iterable, Mapping
from types import CodeType


def mend_first(name: str) -> str:
    """What is said of a function that builds on another one, which is wrong."""
    return f"It builds on your {name}, which is not right yet: mend that first."


def builds_on(name: str, together: set[str], codes: Mapping[str, CodeType]) -> set[str]:
    """The functions that one builds on: those its tests call `together` with it, and those that
    any of them uses, directly or through others.

    Parameters
    ----------
    codes : of all functions there are, by name.
    """
    return (together | _used_by({name, *together}, codes)) - {name}


def _used_by(names: Iterable[str], codes: Mapping[str, CodeType]) -> set[str]:
    found, todo = set(), list(names)
    while todo:
        code = codes.get(todo.pop())
        new = (_names(code) & codes.keys()) - found if code else set()
        found |= new
        todo += new
    return found


def _names(code: CodeType) -> set[str]:
    """The global names in a piece of code, and in what is defined inside it."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*map(_names, inner))
