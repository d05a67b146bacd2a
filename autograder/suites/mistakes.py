"""The catalogue of a chapter's mistakes: wrong solutions, each with a one-sentence diagnosis."""

import importlib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from autograder.course.exercise import Exercise, parts
from lessons.kit.judge import Call


@dataclass(frozen=True)
class Mistake:
    """One wrong solution of one exercise.

    Attributes
    ----------
    exercise : name of the exercise.
    name : what went wrong, as a Python name.
    diagnosis : one sentence to the student that names the mistake and gives away no answer.
    function : the wrong solution.
    write : makes its source, which takes longer than to grade a notebook.
    through : name of another exercise, if it is in that one's solution that the mistake is made:
        a forward that keeps the wrong cache for the backward of `exercise`.
    """

    exercise: str
    name: str
    diagnosis: str
    function: Callable
    write: Callable[[], str]
    through: str = ""

    @cached_property
    def source(self) -> str:
        """The wrong solution as a student would have written it."""
        return self.write()

    @property
    def place(self) -> str:
        """Name of the function that is wrong."""
        return self.through or self.exercise

    def among(self, right: dict[str, Callable]) -> dict[str, Callable]:
        """Right functions by name, with the wrong one in its place."""
        return {**right, self.place: self.function}


class Catalogue:
    """The mistakes of a chapter, in the order in which diagnosis tries them."""

    def __init__(self):
        self.mistakes: list[Mistake] = []

    def of(self, exercise: str) -> list[Mistake]:
        return [mistake for mistake in self.mistakes if mistake.exercise == exercise]

    def mistake(self, reference: Callable, *, through: Callable | None = None):
        """Make the decorated function a mistake in `reference`; its docstring is the diagnosis.

        With `through` it is a solution of that exercise which is right in all that is shown, but
        keeps what makes `reference` go wrong.
        """

        def register(function: Callable) -> Callable:
            one, place = reference.exercise, (through or reference).__name__
            write, name = partial(_renamed, function, place), through.__name__ if through else ""
            self._add(one, function.__name__, inspect.getdoc(function), function, write, name)
            return function

        return register

    def universal(self, reference: Callable, *habits: Callable) -> None:
        """Add mistakes that can be made in any exercise (see the functions below)."""
        one = reference.exercise
        for habit in habits:
            self._add(
                one,
                habit.__name__,
                inspect.getdoc(habit),
                _with_habit(habit, reference),
                partial(_habit_source, habit, one),
            )

    def _add(
        self,
        one: Exercise,
        name: str,
        diagnosis: str,
        function: Callable,
        write: Callable[[], str],
        through: str = "",
    ) -> None:
        words = " ".join(diagnosis.split())
        self.mistakes.append(Mistake(one.name, name, words, function, write, through))


def catalogue(chapter: str) -> Catalogue:
    """The catalogue of mistakes of a chapter."""
    return importlib.import_module(f"autograder.chapters.{chapter}.mistakes").catalogue


def suspects(
    chapter: str, exercise: str, calls: Iterable[Iterable[Call]]
) -> list[tuple[str, Mistake]]:
    """What may be behind a failed test of an exercise, with what is to be said of it.

    Its own mistakes come first, then those of the other exercises that its tests call.

    Parameters
    ----------
    calls : those of each test of the exercise.
    """
    known = catalogue(chapter)
    called = sorted({call.function for made in calls for call in made} - {exercise})
    others = [one for name in called for one in known.of(name)]
    return [
        *((one.diagnosis, one) for one in known.of(exercise)),
        *((f"The fault is in {one.place}. {one.diagnosis}", one) for one in others),
    ]


def _with_habit(habit: Callable, reference: Callable) -> Callable:
    def mistaken(*args, **kwargs):
        return habit(reference, *args, **kwargs)

    return mistaken


def _renamed(function: Callable, name: str) -> str:
    """The definition of `function` under another name, without its docstring."""
    signature, _, body = parts(function)
    return f"{signature.replace(f'def {function.__name__}(', f'def {name}(')}\n{body}"


def _habit_source(habit: Callable, one: Exercise) -> str:
    # Names of their own, since all of a notebook's functions share its global names.
    inner, outer = f"_right_{one.name}", f"_mistaken_{one.name}"
    right = one.source.replace(f"def {one.name}(", f"def {inner}(")
    wrapped = _renamed(habit, outer)
    call = f"def {one.name}(*args, **kwargs):\n    return {outer}({inner}, *args, **kwargs)"
    return f"{right}\n\n\n{wrapped}\n\n\n{call}\n"


# ---- mistakes that can be made in any exercise: called with the right function and its arguments


def changes_its_input(right, first, *args, **kwargs):
    """Your function changes the array it is given: work on a copy, since the caller still needs
    the original."""
    result = right(first, *args, **kwargs)
    if isinstance(first, np.ndarray):
        first[...] = 0
    return result


def keeps_integers(right, first, *args, **kwargs):
    """Your result keeps the integer dtype of its input, so the digits after the decimal point are
    cut off: convert integers to float64 first."""
    result = right(first, *args, **kwargs)
    dtype = np.asarray(first).dtype
    if dtype.kind not in "iu":
        return result
    if isinstance(result, tuple):
        return tuple(np.asarray(one).astype(dtype) for one in result)
    return np.asarray(result).astype(dtype)


def always_float64(right, *args, **kwargs):
    """Your result is float64 although the input is float32: keep the dtype of a floating-point
    input."""
    wide = [a.astype(float) if getattr(a, "dtype", None) == np.float32 else a for a in args]
    result = right(*wide, **kwargs)
    if isinstance(result, tuple):
        return tuple(np.asarray(one, dtype=np.float64) for one in result)
    return np.asarray(result, dtype=np.float64)


def needs_an_array(right, first, *args, **kwargs):
    """Your function fails on a plain list or number: pass the input through np.asarray first."""
    if not isinstance(first, np.ndarray) or any(isinstance(one, list) for one in args):
        raise TypeError("bad operand type for a list")
    return right(first, *args, **kwargs)


def only_for_single_numbers(right, first, *args, **kwargs):
    """Your function ends in an error on an array: what works for one number has to be done for each
    of its entries."""
    if np.size(first) != 1:
        bool(np.zeros(2))  # fails as a condition on an array does
    return right(first, *args, **kwargs)


def needs_two_axes(right, first, *args, **kwargs):
    """Your function works only on arrays with two axes: it should take any shape, from a single
    number to three axes and more."""
    if np.ndim(first) != 2:
        raise ValueError("not enough values to unpack (expected 2)")
    return right(first, *args, **kwargs)


def returns_it_flat(right, *args, **kwargs):
    """Your result is one flat row of numbers: it should have the shape of the input."""
    return np.ravel(right(*args, **kwargs))


def makes_a_list_of_a_number(right, *args, **kwargs):
    """For a single number your function returns an array of length 1: a number, or an array
    without axes, should come out."""
    return np.atleast_1d(right(*args, **kwargs))
