"""Functions of an array to a number, for exercises that take a function as their argument.

Only plain data crosses between the grader and a student's code, so such a function crosses by its
name and its parameters (`lessons.kit.plain.Function`) and is made on the other side. Here are
values only; slopes are for the exercises to find. The first parameter always has the shape of x,
and the docstring is the formula that a student reads.
"""

from collections.abc import Callable

import numpy as np


def quadratic(x, b, A):
    """b @ x + x @ A @ x"""
    return b @ x + x @ A @ x


def cubic(x, c):
    """np.sum(c * x**3)"""
    return np.sum(c * x**3)


def sines(x, c):
    """np.sum(np.sin(c * x))"""
    return np.sum(np.sin(c * x))


def product(x, c):
    """np.prod(c + x)"""
    return np.prod(c + x)


def kinks(x, c):
    """np.sum(np.abs(x - c))"""
    return np.sum(np.abs(x - c))


FUNCTIONS = {one.__name__: one for one in (quadratic, cubic, sines, product, kinks)}


def made(name: str, parameters: tuple[np.ndarray, ...]) -> Callable[[np.ndarray], float]:
    """The function of that name with these parameters, as a function of x alone.

    It raises TypeError for anything but a float64 array of the shape of its first parameter.
    """
    function, shape = FUNCTIONS[name], parameters[0].shape

    def f(x):
        if getattr(x, "dtype", None) != np.float64 or x.shape != shape:
            got = f"{getattr(x, 'dtype', type(x).__name__)} of shape {np.shape(x)}"
            raise TypeError(f"f takes an array, float64 of shape {shape}, and was given {got}")
        return float(function(x, *parameters))

    return f


def parameter_count(name: str) -> int:
    """How many parameters the function of that name has besides x."""
    return FUNCTIONS[name].__code__.co_argcount - 1
