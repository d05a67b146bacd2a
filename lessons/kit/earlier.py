"""Say so where a function that is wrong builds on another one that is wrong by itself."""

from collections.abc import Iterable, Mapping, Set
from types import CodeType


def mend_first(name: str) -> str:
    """What is said of a function that builds on another one, which is wrong."""
    return f"It builds on your {name}, which is not right yet: mend that first."


def builds_on(name: str, together: set[str], uses: Mapping[str, Set[str]]) -> set[str]:
    """The functions that one builds on: those its tests call `together` with it, and those that
    any of them uses, directly or through others.

    Parameters
    ----------
    uses : of all functions there are, by name, the names that it uses.
    """
    return (together | _used_by({name, *together}, uses)) - {name}


def _used_by(names: Iterable[str], uses: Mapping[str, Set[str]]) -> set[str]:
    found, todo = set(), list(names)
    while todo:
        new = (uses.get(todo.pop(), frozenset()) & uses.keys()) - found
        found |= new
        todo += new
    return found


def names(code: CodeType) -> set[str]:
    """The global names in a piece of code, and in what is defined inside it."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*map(names, inner))
