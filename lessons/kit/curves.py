"""The reference curves of a chapter as tables of numbers, for figures: numbers, not answers."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np

from .plain import unpack


@cache
def curves(chapter: str) -> dict[str, Callable]:
    """The elementwise functions of a chapter by name, interpolated from dense tables.

    Exact for piecewise-linear functions, within 2e-5 for the others.
    """
    file = Path(__file__).parents[1] / chapter / "shipped" / "curves.bin"
    table = unpack(file.read_bytes())
    z = table.pop("z")
    tabulated = {name: partial(_interpolated, z, values) for name, values in table.items()}
    return {"tanh": np.tanh, **tabulated}


def _interpolated(z: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    at = np.asarray(at, dtype=np.float64)
    inside = np.interp(at, z, values)
    right = (values[-1] - values[-2]) / (z[-1] - z[-2])
    left = (values[1] - values[0]) / (z[1] - z[0])
    return inside + right * (at - z[-1]).clip(min=0) + left * (at - z[0]).clip(max=0)
