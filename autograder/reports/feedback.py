"""The page a student gets back: printable, readable anywhere, made of the result alone."""

import re
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from autograder.course.headings import chapter_title

TEMPLATES = Path(__file__).parent / "templates"

# What a status is called on the page, and the sign beside it (a symbol of the template).
STATUSES = {
    "correct": ("correct", "all"),
    "partial": ("partly right", "some"),
    "incorrect": ("not right yet", "none"),
    "unwritten": ("not written yet", "empty"),
    "missing": ("missing", "empty"),
    "timeout": ("took too long", "none"),
    "crashed": ("ended Python", "none"),
    "not graded": ("not graded", "empty"),
}
CODE = re.compile(r"`([^`]+)`")


def page(result: dict) -> str:
    """The feedback page of one result, as HTML."""
    exercises = [
        {**one, "words": STATUSES[one["status"]], "shared": _shared(one["tests"])}
        for one in result["exercises"]
    ]
    return _template().render(
        result=result,
        exercises=exercises,
        title=chapter_title(result["chapter"]),
        right=sum(one["status"] == "correct" for one in exercises),
    )


def _shared(tests: list[dict]) -> str | None:
    """What all tests have to say, so that it need not be said again and again."""
    said = [test["why"] for test in tests if not test["passed"]]
    return said[0] if len(said) == len(tests) > 2 and len(set(said)) == 1 else None


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(prose=_prose, points=_points, sentence=_sentence)
    return environment.get_template("feedback.html.j2")


def _prose(text: str) -> Markup:
    """Text with its `code` in code tags; everything else in it is shown as it stands."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))


def _points(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _sentence(text: str) -> str:
    """The text with a capital letter, unless it begins with code, and a full stop."""
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return text[0].upper() + text[1:]
