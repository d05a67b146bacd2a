"""An exercise is defined once, by its reference function in solutions/; all is read from it."""

import ast
import importlib
import inspect
import itertools
import pkgutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import solutions


@dataclass(frozen=True)
class Exercise:
    """One graded function.

    Attributes
    ----------
    function : the reference solution.
    points : what a full solution earns.
    title : what the page calls it.
    section : label of the section of the lesson to reread when it goes wrong.
    hints : steps towards the solution, from a nudge to nearly there.
    curve : whether the function acts on each number alone, so that figures get it as a table.
    keeps : which elements of the result stay where the function runs, in a format of the student's
        own: a cache that a forward returns and its backward takes.
    """

    function: Callable
    points: int
    title: str
    section: str
    hints: tuple[str, ...] = ()
    curve: bool = False
    keeps: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def chapter(self) -> str:
        return self.function.__module__.rpartition(".")[2]

    @property
    def id(self) -> str:
        """What students type to check it, such as ``activations.sigmoid``."""
        return f"{self.chapter}.{self.name}"

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.function)

    @cached_property
    def parts(self) -> "Parts":
        return parts(self.function)

    @property
    def stub(self) -> str:
        """What the student starts from."""
        unwritten = f'raise NotImplementedError("{self.name} is yours to write")'
        return f"{self.parts.signature}\n{self.parts.docstring}\n    {unwritten}"

    @property
    def source(self) -> str:
        """The whole reference function as plain text, without its decorator."""
        return "\n".join(self.parts)


def exercise(
    *,
    points: int,
    title: str,
    section: str,
    hints: tuple[str, ...] = (),
    curve: bool = False,
    keeps: tuple[int, ...] = (),
):
    """Make the decorated reference function an exercise (see `Exercise` for the arguments)."""

    def register(function: Callable) -> Callable:
        function.exercise = Exercise(function, points, title, section, hints, curve, keeps)
        return function

    return register


class Parts(NamedTuple):
    """The source of a function in three pieces, dedented, without decorators."""

    signature: str
    docstring: str
    body: str


def parts(function: Callable) -> Parts:
    """Take the source of a function with a docstring apart."""
    source = textwrap.dedent(inspect.getsource(function))
    lines = source.splitlines()
    tree = ast.parse(source).body[0]
    first, docstring = tree.lineno - 1, tree.body[0]
    if not inspect.getdoc(function):
        raise ValueError(f"{function.__qualname__} needs a docstring")
    cuts = (first, docstring.lineno - 1, docstring.end_lineno, len(lines))
    return Parts(*("\n".join(lines[a:b]) for a, b in itertools.pairwise(cuts)))


@dataclass(frozen=True)
class Chapter:
    """The exercises of one file of solutions/, in the order they are defined there."""

    name: str
    exercises: tuple[Exercise, ...]

    def __getitem__(self, name: str) -> Exercise:
        for one in self.exercises:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.exercises)
        raise KeyError(f"solutions/{self.name}.py defines no exercise {name!r}; it has {known}")

    @property
    def references(self) -> dict[str, Callable]:
        return {one.name: one.function for one in self.exercises}


def chapter(name: str) -> Chapter:
    """Read the chapter `name` from solutions/.

    Raises
    ------
    LookupError : if there is no such chapter.
    """
    if name not in chapters():
        raise LookupError(f"there is no chapter {name!r}; there is {', '.join(chapters())}")
    module = importlib.import_module(f"solutions.{name}")
    found = (value for value in vars(module).values() if hasattr(value, "exercise"))
    return Chapter(name, tuple(f.exercise for f in found if f.__module__ == module.__name__))


def chapters() -> list[str]:
    """The names of all chapters."""
    return sorted(module.name for module in pkgutil.iter_modules(solutions.__path__))
