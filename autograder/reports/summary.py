"""How the class did, in one table for the terminal and one text file."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from autograder.grading.batch import Graded, write

WIDTH = 100  # of the text file


def summary(graded: Graded, out: Path, seed: int) -> Group:
    """The summary of a class, to print with rich."""
    chapters = dict.fromkeys(result["chapter"] for result in graded.results)
    parts = [part for name in chapters for part in _chapter(name, graded.results)]
    return Group(*parts, *map(Text, _closing(graded, out, seed)))


def save(parts: Group, file: Path) -> None:
    """Write a summary as plain text."""
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None)
    console.print(parts)
    write(file, console.file.getvalue())


def _chapter(name: str, results: Sequence[dict]) -> Iterator:
    results = [result for result in results if result["chapter"] == name]
    mean = sum(result["points"] for result in results) / len(results)
    points = f"{mean:.1f} of {results[0]['max_points']} points on average"
    yield Text(f"{name}: {_count(len(results), 'submission')}, {points}", style="bold")
    rows = list(zip(*(result["exercises"] for result in results), strict=True))
    yield _counts(rows)
    yield from _mistakes(rows)


def _counts(rows: Sequence[Sequence[dict]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("exercise", no_wrap=True)
    for column in ("right", "partly", "wrong", "absent", "stopped", "points"):
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*_row(row))
    return table


def _row(ones: Sequence[dict]) -> Iterator[str]:
    counts = Counter(one["status"] for one in ones)
    columns = [
        counts["correct"],
        counts["partial"],
        counts["incorrect"],
        counts["unwritten"] + counts["missing"] + counts["not graded"],
        counts["timeout"] + counts["crashed"],
    ]
    mean = sum(one["points"] for one in ones) / len(ones)
    yield ones[0]["name"]
    yield from (str(count) if count else "" for count in columns)
    yield f"{mean:.1f} / {ones[0]['max_points']}"


def _mistakes(rows: Sequence[Sequence[dict]]) -> Iterator:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("exercise", no_wrap=True)
    table.add_column("times", justify="right")
    table.add_column("commonest mistake")
    for row in rows:
        said = Counter(one["diagnosis"] for one in row if one["status"] in ("partial", "incorrect"))
        del said[None]
        for diagnosis, times in said.most_common(1):
            table.add_row(row[0]["name"], str(times), diagnosis)
    if table.rows:
        yield table


def _closing(graded: Graded, out: Path, seed: int) -> Iterator[str]:
    for result in graded.results:
        if result["fault"]:
            yield f"The grader failed on {result['student']}/{result['chapter']}: {result['fault']}"
    yield from graded.warnings
    noted = sum(bool(result["notes"]) for result in graded.results)
    if noted:
        yield f"{_count(noted, 'notebook')} came with notes; see results/ or feedback/."
    yield f"Marks:    {out / 'grades.csv'}"
    yield f"Feedback: {out / 'feedback'}, a page for each student"
    yield f"Seed:     {seed} (give --seed {seed} to draw the same inputs again)"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
