"""The measured numbers of a chapter, for the figures that draw them."""

import json
from pathlib import Path


def measured(chapter: str) -> dict[str, str]:
    """The numbers that the text of a chapter quotes, by name, as the text prints them."""
    file = Path(__file__).parents[1] / chapter / "measured.json"
    return json.loads(file.read_text(encoding="utf-8"))
