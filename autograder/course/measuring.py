"""Measure anew the numbers that the text of a chapter quotes, and keep them beside it.

Most come from several seeds; `spread` and `powers` write them as the text prints them.
"""

import importlib
import json
from collections.abc import Callable, Sequence

import numpy as np

from autograder.course.exercise import chapters
from autograder.trouble import Trouble
from lessons.kit.measured import file_of, measured, record_name
from lessons.kit.words import written


def measure(
    chapter: str, names: Sequence[str] = (), progress: Callable[[int, int], None] = lambda *_: None
) -> int:
    """Run the groups of a chapter's measurements into its ``measured.json``, each when it is done.

    Parameters
    ----------
    chapter : whose ``measurements.py`` lists its groups in GROUPS: functions that return numbers,
        as the text prints them, by name.
    names : of the groups to run; other numbers stay as they are. None means all, and then a number
        that no group gives is gone.
    progress : told how many groups are done, of how many.

    Returns
    -------
    int
        How many numbers were measured.

    Raises
    ------
    Trouble
        If there is no such chapter or group.
    """
    groups = _groups(chapter, names)
    kept, numbers = measured(chapter), {}
    for done, group in enumerate(groups):
        progress(done, len(groups))
        numbers |= group()
        _keep(chapter, kept | numbers)
    if not names:
        _keep(chapter, numbers)
    return len(numbers)


def _keep(chapter: str, numbers: dict[str, str]) -> None:
    """Write the numbers of a chapter, all of them or, when it is interrupted, none."""
    text = json.dumps(numbers, indent=1, ensure_ascii=False)
    partial = file_of(chapter).with_suffix(".partial")
    partial.write_text(f"{text}\n", encoding="utf-8")
    partial.replace(file_of(chapter))


def _groups(chapter: str, names: Sequence[str]) -> list[Callable[[], dict[str, str]]]:
    if chapter not in chapters():
        raise Trouble(f"There is no chapter {chapter!r}. There is {', '.join(chapters())}.")
    module = importlib.import_module(f"lessons.{chapter}.measurements")
    known = {group.__name__: group for group in module.GROUPS}
    for name in names:
        if name not in known:
            raise Trouble(f"{chapter} measures no {name!r}. It measures {', '.join(known)}.")
    return [known[name] for name in names or known]


def spread(values: np.ndarray, form: str = "{:.0%}", middle: Callable = np.mean) -> str:
    """The middle of some values and their range, or the one value that all seeds share."""
    return _ranged(values, form.format, middle)


def powers(values: np.ndarray, digits: int = 2, middle: Callable = np.median) -> str:
    """The same of values that may range over powers of ten. The text puts in the commas."""
    return _ranged(values, lambda value: written(float(value), digits).replace(",", ""), middle)


def series(values: np.ndarray, digits: int = 4) -> str:
    """Numbers as text for figures: columns by spaces, rows by semicolons."""
    return ";".join(" ".join(f"{one:.{digits}g}" for one in row) for row in np.atleast_2d(values))


def record(simulation: Callable[..., dict], setting: dict, digits: int = 4) -> dict[str, str]:
    """A simulation that returns numbers and arrays by name, for `recorded` to give back.

    The arrays have one or two axes, each longer than 1.
    """
    found = simulation(**setting).items()
    text = " | ".join(f"{name}: {series(values, digits)}" for name, values in found)
    return {record_name(simulation, setting): text}


def _ranged(values: np.ndarray, write: Callable[[float], str], middle: Callable) -> str:
    low, centre, high = (write(f(values)) for f in (np.min, middle, np.max))
    return low if low == high else f"{centre} ({low} to {high})"
