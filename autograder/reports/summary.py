"""How the class did, in one table for the terminal and one text file."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.grading.store import Store
from autograder.reports.tally import ChapterTally, ExerciseTally, Tally
from autograder.trouble import printable

WIDTH = 100  # of the text file


def show(tally: Tally, out: Path, console: Console) -> None:
    """Print the summary of a class whose marks are in `out`."""
    for one in tally.chapters.values():
        console.print(*_chapter(one), sep="\n")
    for line in _closing(tally, out):
        # A path in two lines cannot be copied.
        console.print(Text(printable(line)), soft_wrap=True)


def save(tally: Tally, store: Store) -> None:
    """Write the summary as plain text."""
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None)
    show(tally, store.folder, console)
    store.write("summary.txt", console.file.getvalue())


def _chapter(one: ChapterTally) -> Iterator:
    points = f"{one.mean:.1f} of {one.max_points} points on average"
    yield Text(f"{one.name}: {_count(one.submissions, 'submission')}, {points}", style="bold")
    yield _counts(one.exercises.values())
    yield from _mistakes(one.exercises.values())


def _counts(exercises: Iterable[ExerciseTally]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("exercise", no_wrap=True)
    for column in ("right", "partly", "wrong", "absent", "stopped", "points"):
        table.add_column(column, justify="right", no_wrap=True)
    for exercise in exercises:
        counts = [str(count) if count else "" for count in exercise.outcomes.values()]
        table.add_row(exercise.name, *counts, f"{exercise.mean:.1f} / {exercise.max_points}")
    return table


def _mistakes(exercises: Iterable[ExerciseTally]) -> Iterator[Table]:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("exercise", no_wrap=True)
    table.add_column("times", justify="right")
    table.add_column("commonest mistake")
    for exercise in exercises:
        for diagnosis, mistake in exercise.commonest[:1]:
            table.add_row(exercise.name, str(mistake.times), diagnosis)
    if table.rows:
        yield table


def _closing(tally: Tally, out: Path) -> Iterator[str]:
    yield from tally.faults
    yield from tally.warnings
    noted = sum(one.noted for one in tally.chapters.values())
    if noted:
        yield f"{_count(noted, 'notebook')} came with notes; see results/ or feedback/."
    yield f"Report:   {out / 'report.html'}"
    yield f"Marks:    {out / 'grades.csv'}"
    yield f"Feedback: {out / 'feedback'}, a page for each student"
    yield f"Seed:     {tally.seed} (give --seed {tally.seed} to draw the same inputs again)"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
