"""The marks of hidden tests, and the tests they make of a module.

They are pytest's own marks, so that pytest collects the very same tests. But a grader reads them
without pytest, whose import takes longer than to grade ten notebooks.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Mark:
    """Decorates a test function, or a class of them."""

    name: str
    args: tuple = ()

    def __call__(self, test: Any) -> Any:
        test.pytestmark = [*vars(test).get("pytestmark", ()), self]
        return test

    @property
    def mark(self) -> Any:
        """What pytest asks a mark for: its own."""
        import pytest

        args = self.args
        if self.name == "parametrize":
            names, cases = args
            args = names, [pytest.param(*c.values, marks=c.marks, id=c.id) for c in cases]
        return getattr(pytest.mark, self.name)(*args).mark


class Case(NamedTuple):
    """The arguments of one of several tests made from one function."""

    values: tuple
    marks: tuple[Mark, ...]
    id: str


public = Mark("public")  # the recorded inputs of this test also travel with the student


def exercise(*names: str) -> Mark:
    """The exercise whose points a test belongs to.

    Of several names each gets a test of its own, which is told the `name`.
    """
    if len(names) == 1:
        return Mark("exercise", names)
    return Mark("parametrize", ("name", [Case((n,), (exercise(n),), n) for n in names]))


def parametrize(names: tuple[str, ...], cases: Iterable[tuple]) -> Mark:
    """Make a test of each case, which is told its values by `names`."""
    made = [Case(values, (), "-".join(map(str, values))) for values in cases]
    return Mark("parametrize", (names, made))


class Item(NamedTuple):
    """One test, as pytest would collect it; `params` are its arguments besides fixtures."""

    id: str
    function: Callable
    marks: tuple[Mark, ...]
    params: dict[str, object]


def collect(module: ModuleType) -> Iterator[Item]:
    """The tests of a module in the order in which they stand there."""
    for name, thing in vars(module).items():
        if isinstance(thing, type) and name.startswith("Test"):
            one, marks = thing(), _marks(thing)
            for method, function in vars(thing).items():
                if method.startswith("test_"):
                    own = getattr(one, method)
                    yield from _items(f"{name}::{method}", own, _marks(function) + marks)
        elif callable(thing) and name.startswith("test_"):
            yield from _items(name, thing, _marks(thing))


def _marks(test: Any) -> tuple[Mark, ...]:
    return tuple(vars(test).get("pytestmark", ()))


def _items(name: str, function: Callable, marks: tuple[Mark, ...]) -> Iterator[Item]:
    """A test for each combination of cases; the marks that are closest to it come first."""
    axes = [mark for mark in marks if mark.name == "parametrize"]
    marks = tuple(mark for mark in marks if mark not in axes)
    for cases in itertools.product(*(axis.args[1] for axis in axes)):
        params, more = {}, marks
        for axis, case in zip(axes, cases, strict=True):
            names = axis.args[0]
            params |= zip((names,) if isinstance(names, str) else names, case.values, strict=True)
            more += case.marks
        ending = f"[{'-'.join(case.id for case in cases)}]" if cases else ""
        yield Item(name + ending, function, more, params)
