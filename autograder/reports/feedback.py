"""The page a student gets back: printable, readable anywhere, made of the result alone."""

from autograder.course.headings import chapter_title
from autograder.reports.html import template

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
    exercises = [
        {**one, "words": STATUSES[one["status"]], "shared": _shared(one["tests"])}
        for one in result["exercises"]
    ]
    return template("feedback.html.j2").render(
        result=result,
        exercises=exercises,
        title=chapter_title(result["chapter"]),
        right=sum(one["status"] == "correct" for one in exercises),
    )


def _shared(tests: list[dict]) -> str | None:
    """What all tests have to say, so that it need not be said again and again."""
    said = [test["why"] for test in tests if not test["passed"]]
    return said[0] if len(said) == len(tests) > 2 and len(set(said)) == 1 else None
