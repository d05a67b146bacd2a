"""Inputs of hidden tests that every chapter needs."""

import numpy as np


def signed(rng, *shape, low=0.1, high=3.0):
    """Numbers of both signs, none of them close to 0."""
    size = int(np.prod(shape))
    signs = rng.permutation(np.resize([-1.0, 1.0], size))
    return (signs * rng.uniform(low, high, size)).reshape(shape)


def between(rng, low, high):
    """A number with two decimals."""
    return round(rng.uniform(low, high), 2)


def integers(rng):
    """Whole numbers of both signs, each once."""
    return rng.permutation([-3, -2, -1, 1, 2, 4])


def frozen(array):
    """A copy that cannot be written to."""
    copy = array.copy()
    copy.setflags(write=False)
    return copy


def strided(array):
    """The same numbers as a view that skips every other number in memory."""
    return np.repeat(array, 2, axis=-1)[..., ::2]


def rounding(terms, dtype=np.float64):
    """How far the order of summation may move a sum of products of numbers of size 3."""
    return 10 * terms * float(np.finfo(dtype).eps)
