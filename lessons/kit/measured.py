"""The measured numbers of a chapter, for its text and for the figures that draw them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np


def measured(chapter: str) -> dict[str, str]:
    """The numbers that the text of a chapter quotes, by name, as the text prints them."""
    file = file_of(chapter)
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def file_of(chapter: str) -> Path:
    """Where the measured numbers of a chapter are kept."""
    return Path(__file__).parents[1] / chapter / "measured.json"


def rows_of(text: str) -> list[np.ndarray]:
    """Rows of measured numbers: columns are divided by spaces, rows by semicolons."""
    return [np.array(row.split(), float) for row in text.split(";")]


def recorded(simulation: Callable[..., dict], **setting: object) -> dict[str, np.ndarray]:
    """What ``simulation(**setting)`` returns, as it was recorded; simulated now if it was not.

    A record is rounded, and a figure draws it at once where simulating would take it too long.
    """
    chapter = simulation.__module__.split(".")[1]
    text = measured(chapter).get(record_name(simulation, setting))
    if text is None:
        return simulation(**setting)
    parts = (part.split(": ") for part in text.split(" | "))
    return {name: np.squeeze(rows_of(values))[()] for name, values in parts}


def record_name(simulation: Callable[..., dict], setting: dict[str, object]) -> str:
    """Under which name a simulation of a setting is recorded."""
    values = (one if isinstance(one, str) else f"{one:g}" for one in setting.values())
    words = (f"{name}={value}" for name, value in zip(setting, values, strict=True))
    return f"{simulation.__name__}({', '.join(words)})"
