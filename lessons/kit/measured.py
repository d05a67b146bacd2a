"""The measured numbers of a chapter, for its text and for the figures that draw them."""

import json
from pathlib import Path


def measured(chapter: str) -> dict[str, str]:
    """The numbers that the text of a chapter quotes, by name, as the text prints them."""
    file = file_of(chapter)
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def file_of(chapter: str) -> Path:
    """Where the measured numbers of a chapter are kept."""
    return Path(__file__).parents[1] / chapter / "measured.json"
