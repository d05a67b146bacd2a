"""Measure the grader on a class of its own making: how fast, how much memory, where time goes.

The class is graded by the command itself, in processes of its own. What is said of one submission
is the difference between a class and one a tenth of its size, so that starting counts apart.
"""

import contextlib
import itertools
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles
from unittest.mock import patch

import numpy as np
import psutil
from rich import box
from rich.console import Group
from rich.table import Table

from autograder.course.exercise import Chapter, chapter
from autograder.course.notebooks import student_notebook
from autograder.grading import grade, mark
from autograder.grading.find import Found, find
from autograder.grading.released import released
from autograder.grading.settings import Settings
from autograder.grading.store import Store
from autograder.grading.submission import opened, read
from autograder.reports import feedback
from autograder.samples.sample import Work, right_works, students
from autograder.sandbox.process import StudentProcess
from autograder.suites.record import Recording, recording
from autograder.trouble import Trouble
from lessons.kit.observe import Caller, every
from lessons.kit.plain import unpack

SEED = 2026
WRONG = 3  # exercises with a known mistake in the notebook of one who makes mistakes
WRITTEN_BY = "# written by STUDENT"  # so that no two notebooks are the same
TIMES = 5  # the calls are made by themselves; the fastest counts
LOOK = 0.25  # seconds between two looks at the processes of a run


@dataclass(frozen=True)
class Run:
    """One run of ``autograder grade``.

    Attributes
    ----------
    size : how many submissions there were.
    seconds : on the wall.
    cpu : seconds of all its processes together.
    memory : bytes at the peak, of the process that was started.
    workers : the same of the largest other one.
    """

    size: int
    seconds: float
    cpu: float
    memory: int
    workers: int


# ---- the class


def make_class(out: Path, one: Chapter, size: int) -> None:
    """Write a class: half right in several styles, half wrong or unfinished."""
    template = student_notebook(one.name)
    texts = [_signed(work).text(template) for work in _works(one)]
    for number, text in zip(range(size), itertools.cycle(texts), strict=False):
        file = out / f"student{number:05}" / f"{one.name}.ipynb"
        file.parent.mkdir(parents=True)
        file.write_text(text.replace("STUDENT", file.parent.name), encoding="utf-8")


def _works(one: Chapter) -> Iterator[Work]:
    """Every other one right, the rest in turn with a few known mistakes and half written."""
    mistaken = [work.sources for work in students(one) if work.planted]
    names = [exercise.name for exercise in one.exercises]
    for number, work in enumerate(right_works(one, 4 * len(mistaken))):
        some = [names[(number + i) % len(names)] for i in range(WRONG)]
        if number % 4 == 1:
            work.sources |= {name: mistaken[number // 4][name] for name in some}
        elif number % 4 == 3:
            work.sources = {name: work.sources[name] for name in names[: len(names) // 2]}
        yield work


def _signed(work: Work) -> Work:
    work.sources = {name: f"{source}\n{WRITTEN_BY}" for name, source in work.sources.items()}
    return work


# ---- the runs


def measure(folder: Path, out: Path, jobs: int, level: str) -> Run:
    """Grade a folder by the command, and watch it from outside."""
    command = [sys.executable, "-m", "autograder", "grade", str(folder), "--out", str(out)]
    command += ["--jobs", str(jobs), "--isolation", level, "--seed", str(SEED)]
    looks = [(0.0, 0, 0)]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                looks.append(_look(psutil.Process(running.pid)))
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(LOOK)
    seconds = time.monotonic() - began
    if running.returncode:
        raise Trouble(f"The class was not graded: {' '.join(command)} failed.")
    size = sum(1 for _ in folder.iterdir())
    return Run(size, seconds, *map(max, zip(*looks, strict=True)))


def _look(first: psutil.Process) -> tuple[float, int, int]:
    """Seconds of CPU of a process and all that it started, its memory, and that of the largest."""
    cpu, memory = 0.0, [0]
    for one in (first, *first.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            memory.append(one.memory_info().rss)
    return cpu, memory[1], max(memory[2:], default=0)


def bare(folder: Path, jobs: int) -> float:
    """Seconds of CPU that the calls of one submission take by themselves, in one process.

    So many processes make them at a time as the class is graded by: a processor of which all cores
    are busy is slower.
    """
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        return fmean(pool.map(_calls_of, [folder] * jobs))


def _calls_of(folder: Path) -> float:
    return fmean(map(_calls_alone, find(folder)[0]))


def _calls_alone(one: Found) -> float:
    scope = _defined(read(opened(one.file), one.student, one.chapter, released(one.chapter)).cells)
    frames = recording(one.chapter, SEED).batch.frames
    with np.errstate(all="ignore"):
        return min(_pass(scope, [unpack(frame) for frame in frames]) for _ in range(TIMES))


def _pass(scope: dict, calls: Sequence[dict]) -> float:
    """Seconds in the functions of a notebook, while they answer calls."""
    caller, seconds = Caller(), 0.0
    for call in calls:
        for plain in every(call["args"], call["kwargs"]):
            with contextlib.suppress(Exception):  # unwritten, a mistake, or after one
                args, kwargs = caller.meant(*plain)
                began = time.process_time()
                try:
                    result = scope[call["call"]](*args, **kwargs)
                finally:
                    seconds += time.process_time() - began
                caller.shown(result, *call.get("keeps", (0, ())))
    return seconds


def _defined(cells: Sequence[str]) -> dict:
    """The names that the functions of a notebook of ours define."""
    scope: dict = {"np": np}
    for source in cells:
        if WRITTEN_BY.partition("STUDENT")[0] in source:
            exec(source, scope)
    return scope


# ---- where the time goes


@dataclass(frozen=True)
class Stage:
    """One thing that is done for every submission, and the function that does it."""

    says: str
    owner: object
    name: str


def stages() -> list[Stage]:
    """What grading one submission consists of."""
    return [
        Stage("read the notebook", mark, "read"),
        Stage("run cells and calls in the student's process", StudentProcess, "answers"),
        Stage("judge the answers", Recording, "outcomes"),
        Stage("find the mistakes behind wrong ones", grade, "diagnosis"),
        Stage("make the feedback page", feedback, "page"),
        Stage("write the files", Store, "put"),
    ]


def spent(folder: Path, out: Path, level: str) -> tuple[dict[str, float], list[float]]:
    """Grade a folder in this process, and take the time.

    Returns
    -------
    Seconds per submission of each stage, and of each submission.
    """
    found, _ = find(folder)
    clock, each = dict.fromkeys((stage.says for stage in stages()), 0.0), []
    settings, store = Settings(SEED, level), Store(out)
    for one in found:  # so that what is done once for all students is done
        store.put(mark.mark(one, opened(one.file), settings))
    with contextlib.ExitStack() as stack:
        for stage in stages():
            timed = _timed(getattr(stage.owner, stage.name), clock, stage.says)
            stack.enter_context(patch.object(stage.owner, stage.name, timed))
        for one in found:
            began = time.perf_counter()
            store.put(mark.mark(one, opened(one.file), settings))
            each.append(time.perf_counter() - began)
    return {says: seconds / len(found) for says, seconds in clock.items()}, each


def _timed(function: Callable, clock: dict[str, float], says: str) -> Callable:
    def timed(*args, **kwargs):
        began = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            clock[says] += time.perf_counter() - began

    return timed


# ---- all of it


@dataclass(frozen=True)
class Report:
    """What was measured, all times in seconds.

    Attributes
    ----------
    alone : of one submission by itself, from the shell, in each round.
    small, large : of a small class and one ten times as large, in each round.
    bare : what the calls of one submission take by themselves.
    spent : of each stage of a submission.
    each : of every submission of a class, one after the other.
    """

    chapter: str
    level: str
    jobs: int
    alone: tuple[Run, ...]
    small: tuple[Run, ...]
    large: tuple[Run, ...]
    bare: float
    spent: dict[str, float]
    each: tuple[float, ...]

    @property
    def cpu(self) -> list[float]:
        """Seconds of CPU of one submission, all processes together, in each round."""
        return self._slopes("cpu")

    @property
    def rate(self) -> list[float]:
        """Submissions in a second, in each round."""
        return [1 / seconds for seconds in self._slopes("seconds")]

    @property
    def ratio(self) -> float:
        """CPU of a submission, in units of its calls by themselves."""
        return median(self.cpu) / self.bare

    def _slopes(self, what: str) -> list[float]:
        pairs = zip(self.small, self.large, strict=True)
        return [(getattr(b, what) - getattr(a, what)) / (b.size - a.size) for a, b in pairs]


def bench(
    name: str,
    *,
    jobs: int,
    level: str,
    size: int,
    rounds: int,
    folder: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Make classes of chapter `name` in `folder` and grade them.

    Parameters
    ----------
    size : submissions of the larger class; the smaller one has a tenth of them.
    rounds : how often each is graded.
    """
    sizes = {"alone": 1, "small": max(2, size // 10), "large": size}
    runs: dict[str, list[Run]] = {what: [] for what in sizes}
    steps = itertools.count(1)
    for what, count in sizes.items():
        make_class(folder / what, chapter(name), count)
    for number in range(rounds):
        for what in sizes:
            runs[what].append(measure(folder / what, folder / f"{what}-{number}", jobs, level))
            progress(next(steps), len(sizes) * rounds)
    where, each = spent(folder / "small", folder / "spent", level)
    measured = {what: tuple(of) for what, of in runs.items()}
    alone = bare(folder / "small", jobs)
    return Report(name, level, jobs, **measured, bare=alone, spent=where, each=tuple(each))


# ---- what is printed


def show(report: Report) -> Group:
    """The report for the terminal."""
    return Group(_figures(report), _places(report))


def _figures(report: Report) -> Table:
    of = f"{report.chapter}, {report.large[0].size} notebooks"
    title = f"{of}, {report.jobs} at a time, isolation {report.level}"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(title)
    table.add_column(justify="right")
    for says, value in _rows(report):
        table.add_row(says, value)
    return table


def _rows(report: Report) -> Iterator[tuple[str, str]]:
    each = sorted(report.each)
    yield "submissions a second", f"{median(report.rate):.0f}"
    yield "the same in the fastest round", f"{max(report.rate):.0f}"
    yield "CPU of one, all processes", _ms(median(report.cpu))
    yield "the same in the fastest round", _ms(min(report.cpu))
    yield "its calls by themselves", f"{_ms(report.bare)}"
    yield "so it takes, times its calls", f"{report.ratio:.1f}"
    yield "one after the other: median", _ms(median(each))
    yield "one after the other: 95 of 100 within", _ms(quantiles(each, n=20)[-1])
    yield "one alone, from the shell", f"{median(run.seconds for run in report.alone):.2f} s"
    for run in (report.small[-1], report.large[-1]):
        yield f"memory after {run.size}, first process", _mb(run.memory)
        yield f"memory after {run.size}, largest other", _mb(run.workers)


def _places(report: Report) -> Table:
    whole = sum(report.each) / len(report.each)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("where the time of one submission goes")
    table.add_column("ms", justify="right")
    table.add_column("share", justify="right")
    rest = {"the rest": whole - sum(report.spent.values()), "all": whole}
    for says, seconds in (report.spent | rest).items():
        table.add_row(says, f"{1e3 * seconds:.2f}", f"{seconds / whole:.0%}")
    return table


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.1f} ms"


def _mb(size: int) -> str:
    return f"{size / 1e6:.0f} MB"
