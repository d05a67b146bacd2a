"""How long the figures of a chapter take to answer their controls in Jupyter.

    python -m tests.redraw activations

Moves every figure through all its settings, as in a student's notebook, and prints milliseconds of
processor time for a frame that was not drawn before: the median, the 95th percentile, the worst.
Of three passes the fastest counts for each setting, since whatever else runs only makes it slower.
"""

import argparse
import contextlib
import io
import time
from collections.abc import Iterable, Iterator
from unittest.mock import patch

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder.course import lesson
from autograder.course.exercise import chapter, chapters
from autograder.course.public import ship
from lessons.kit.live import Live

PASSES = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("chapter", choices=chapters())
    name = parser.parse_args().chapter
    ship(name)
    lives = figures(name)
    passes = [[dict(moves(live)) for live in lives] for _ in range(PASSES)]
    fastest = [
        {at: min(one[at] for one in times) for at in times[0]}
        for times in zip(*passes, strict=True)
    ]
    table = Table("figure", "frames", "median", "95%", "worst", "where")
    for live, times in zip(lives, fastest, strict=True):
        if times:
            figure, worst = live.plan.figure.__name__, max(times, key=times.get)
            table.add_row(figure, *summary(times.values()), worst)
    every = [time for times in fastest for time in times.values()]
    table.add_row("all", *summary(every), end_section=True)
    Console().print(table)


def figures(name: str) -> list[Live]:
    """The figures of a chapter, from its cells, with the reference solutions written in."""
    names = {one.name: one.function for one in chapter(name).exercises}
    shown: list[Live] = []
    record = patch("lessons.kit.live.live", lambda plan: shown.append(Live(plan)))
    with record, contextlib.redirect_stdout(io.StringIO()):
        for piece in lesson.read(name):
            if isinstance(piece, lesson.Code):
                exec(piece.source, names)
    return shown


def moves(live: Live) -> Iterator[tuple[str, float]]:
    """Every setting that is met on the way through all, and the milliseconds of its frame."""
    live.seen.clear()
    for setting in live.plan.grid:
        for name, value in setting.items():
            drawn, start = len(live.seen), time.process_time()
            live.knobs[name].value = value
            if len(live.seen) > drawn:
                words = ", ".join(str(knob.value) for knob in live.knobs.values())
                yield words, 1000 * (time.process_time() - start)


def summary(values: Iterable[float]) -> list[str]:
    times = list(values)
    median, high = np.percentile(times, [50, 95])
    return [str(len(times)), f"{median:.0f}", f"{high:.0f}", f"{max(times):.0f}"]


if __name__ == "__main__":
    main()
