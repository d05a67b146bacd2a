"""The instructor's page on a class: what was solved, which mistakes were made, who needs help."""

import csv
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from urllib.parse import quote

import autograder
from autograder.course.headings import chapter_title
from autograder.grading.store import Store
from autograder.reports.html import template
from autograder.reports.tally import ChapterTally, ExerciseTally, MistakeTally, Tally

PAGE = template("report.html.j2")
BINS = 12  # of points, at most
MISTAKES = 20  # listed for a chapter


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram: so many notebooks earned more than `low` and at most `high` points.

    `x` and `width` are in hundredths of the whole, `height` in hundredths of the tallest bar.
    """

    low: float
    high: float
    count: int
    x: float
    width: float
    height: float


def write_report(tally: Tally, store: Store) -> None:
    """Write report.html, which asks nobody for anything, from the tally and grades.csv."""
    pieces = PAGE.generate(
        tally=tally,
        engine=autograder.__version__,
        title=chapter_title,
        feedback=feedback,
        histogram=histogram,
        mistakes=mistakes,
        hardest=hardest,
        students=lambda chapter: students(store, chapter),
    )
    with store.writing("report.html") as page:
        page.writelines(pieces)


def feedback(student: str, chapter: str) -> str:
    """Where a student's page is, seen from the report."""
    return f"feedback/{quote(student, errors='surrogateescape')}/{chapter}.html"


def histogram(one: ChapterTally) -> list[Bar]:
    """The distribution of points in bins of whole points; the first bin holds zero as well."""
    width = max(math.ceil(one.max_points / BINS), 1)
    number = max(math.ceil(one.max_points / width), 1)
    counts = [0] * number
    for points, count in one.points.items():
        counts[max(math.ceil(points / width) - 1, 0)] += count
    return [
        Bar(
            low=i * width,
            high=min((i + 1) * width, one.max_points),
            count=count,
            x=100 * i / number,
            width=100 / number,
            height=100 * count / max(counts),
        )
        for i, count in enumerate(counts)
    ]


def mistakes(one: ChapterTally) -> list[tuple[ExerciseTally, str, MistakeTally]]:
    """The commonest diagnoses, and to how many and whom each was given."""
    given = [
        (-mistake.times, rank, exercise, diagnosis, mistake)
        for exercise in one.exercises.values()
        for rank, (diagnosis, mistake) in enumerate(exercise.commonest)
    ]
    # Of equally common ones, the commonest of each exercise come first.
    return [row[2:] for row in sorted(given, key=itemgetter(0, 1))[:MISTAKES]]


def hardest(one: ChapterTally) -> ExerciseTally:
    """The exercise that the fewest solved."""
    return min(one.exercises.values(), key=lambda exercise: exercise.statuses["correct"])


def students(store: Store, chapter: str) -> Iterator[tuple[str, float, float]]:
    """Each student of a chapter with points and the most there are, in the order of grades.csv."""
    file = store.folder / "grades.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = (row for row in csv.DictReader(stream) if row["chapter"] == chapter)
        for student, exercises in itertools.groupby(rows, key=itemgetter("student")):
            points = [(float(row["points"]), float(row["max_points"])) for row in exercises]
            yield student, *map(sum, zip(*points, strict=True))
