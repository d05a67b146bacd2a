"""Grade random functions by the distribution of what they return, never by the order of draws.

A hidden test says which law each entry of the result has::

    follows(student.he_normal, rng, 60, 50, law=normal(0, np.sqrt(2 / 60)))

The function is called three times: twice with a generator in the same state, which must give the
same numbers, and once in another state, which must give others. A right function fails by chance
in at most `lessons.kit.chance.ALARM` = 1e-7 of all cases, by bounds which that module derives. So
three such calls in one test stay below 3e-7.
"""

import math

import numpy as np

from autograder.suites.suite import StudentFunction, demand
from lessons.kit import chance
from lessons.kit.chance import Law
from lessons.kit.plain import Draws, replica


def follows(
    function: StudentFunction,
    *args,
    law: Law,
    divisor: object = None,
    part: int | tuple[int, ...] | None = None,
    pure: bool = False,
    **kwargs,
) -> None:
    """Assert that the entries of a random result are independent draws of `law`.

    Shape and dtype count as well: they are those of the reference's result.

    Parameters
    ----------
    args, kwargs : arguments of the function. One of them is a random generator: it says only where
        the function takes one, and which ones it gets.
    divisor : number or array by which the result is divided first, such as the input of a dropout.
    part : number of the random part, if the result is a tuple; (0, 1) is the second part of the
        first, where tuples stand in tuples.
    pure : whether changed arguments are a failure. Drawing from the generator is none.

    Raises
    ------
    ValueError : if there is no generator, or too few entries to judge; ask for at least
        `lessons.kit.chance.FEWEST`.
    """
    args, kwargs = _with_draws(args, kwargs)
    asked = {"law": (law.family, law.parameters), "divisor": divisor, "part": part, "pure": pure}
    failing = function.judged(args, kwargs, **asked)
    expected = function.student.log[-1][0].expected
    if expected and not law.enough(draws := 2 * math.prod(expected["shape"])):
        raise ValueError(f"{draws} numbers of {function.name} are too few to judge")
    demand(failing)


def normal(mean: float, std: float) -> Law:
    """The normal law."""
    return _law("normal", mean, std)


def uniform(low: float, high: float) -> Law:
    """The uniform law between two numbers."""
    return _law("uniform", low, high)


def log_uniform(low: float, high: float) -> Law:
    """The law of numbers whose logarithm is uniform."""
    return _law("log_uniform", low, high)


def truncated_normal(mean: float, std: float, low: float, high: float) -> Law:
    """The normal law of this mean and std, given that a draw lies between `low` and `high`."""
    return _law("truncated_normal", mean, std, low, high)


def bernoulli(p: float, high: float = 1.0) -> Law:
    """The law of `high` with probability `p`, and of 0 otherwise."""
    return discrete((0.0, high), (1 - p, p))


def discrete(values: tuple[float, ...], probabilities: tuple[float, ...]) -> Law:
    """The law of a few values with given probabilities."""
    return _law("discrete", *values, *probabilities)


def _law(family: str, *parameters: float) -> Law:
    return chance.law(family, tuple(map(float, parameters)))


def _with_draws(args: tuple, kwargs: dict) -> tuple[tuple, dict]:
    """The arguments with draws in the place of the generator."""
    found = [one for one in (*args, *kwargs.values()) if isinstance(one, np.random.Generator)]
    if len(found) != 1:
        raise ValueError(f"one random generator is needed among the arguments, not {len(found)}")
    [rng] = found
    one, other = (np.random.default_rng(rng.integers(1 << 62)) for _ in range(2))
    draws = Draws((one, replica(one), other))
    args = tuple(draws if each is rng else each for each in args)
    return args, {name: draws if each is rng else each for name, each in kwargs.items()}
