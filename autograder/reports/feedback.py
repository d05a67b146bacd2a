"""The page a student gets back: printable, readable anywhere, made of the result alone."""

import json
from functools import lru_cache

from markupsafe import Markup

from autograder.course.headings import chapter_title
from autograder.reports.html import template

PAGE, EXERCISE = map(template, ("feedback.html.j2", "exercise.html.j2"))
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


def page(result: dict) -> str:
    """The feedback page of one result, as HTML."""
    title = chapter_title(result["chapter"])
    return PAGE.render(
        result=result,
        statuses=STATUSES,
        sections=[_section(json.dumps(one), title) for one in result["exercises"]],
        title=title,
        right=sum(one["status"] == "correct" for one in result["exercises"]),
    )


@lru_cache(maxsize=1024)  # most of a class solve an exercise alike
def _section(exercise: str, title: str) -> Markup:
    """What the page says about one exercise, which is given as JSON."""
    one = json.loads(exercise)
    words, kind = STATUSES[one["status"]]
    html = EXERCISE.render(
        one=one, words=words, kind=kind, shared=_shared(one["tests"]), title=title
    )
    return Markup(html)


def _shared(tests: list[dict]) -> str | None:
    """What all tests have to say, so that it need not be said again and again."""
    said = [test["why"] for test in tests if not test["passed"]]
    return said[0] if len(said) == len(tests) > 2 and len(set(said)) == 1 else None
