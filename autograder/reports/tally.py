"""What is counted over a class, one result after the other, so that no class is too large."""

import heapq
import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

NAMED = 12  # students named with a mistake
UNFINISHED = 100  # unfinished notebooks listed in a chapter
SLOWEST = 10

ABSENT = ("unwritten", "missing", "not graded")
STOPPED = ("timeout", "crashed")
OUTCOMES = {
    "right": ("correct",),
    "partly": ("partial",),
    "wrong": ("incorrect",),
    "absent": ABSENT,
    "stopped": STOPPED,
}


@dataclass
class MistakeTally:
    """How often a diagnosis was given in an exercise, and to whom first."""

    times: int = 0
    students: list[str] = field(default_factory=list)


@dataclass
class ExerciseTally:
    """How a class did in one exercise."""

    name: str
    title: str
    max_points: float
    statuses: Counter[str] = field(default_factory=Counter)
    points: float = 0.0
    mistakes: dict[str, MistakeTally] = field(default_factory=dict)

    def add(self, one: dict, student: str) -> None:
        self.statuses[one["status"]] += 1
        self.points += one["points"]
        if one["diagnosis"] and one["status"] in ("partial", "incorrect"):
            mistake = self.mistakes.setdefault(one["diagnosis"], MistakeTally())
            mistake.times += 1
            if mistake.times <= NAMED:
                mistake.students.append(student)

    @property
    def mean(self) -> float:
        """The mean number of points."""
        return self.points / self.statuses.total()

    @property
    def outcomes(self) -> dict[str, int]:
        """How many solutions were right, partly right, wrong, absent, stopped."""
        return {
            name: sum(self.statuses[status] for status in statuses)
            for name, statuses in OUTCOMES.items()
        }

    @property
    def commonest(self) -> list[tuple[str, MistakeTally]]:
        """The diagnoses given, the commonest first."""
        return sorted(self.mistakes.items(), key=lambda item: -item[1].times)


@dataclass(frozen=True)
class Unfinished:
    """A notebook in which exercises are absent, or were stopped."""

    student: str
    absent: tuple[str, ...]
    stopped: tuple[str, ...]


@dataclass
class ChapterTally:
    """How a class did in one chapter.

    Attributes
    ----------
    points : how many notebooks earned so many points.
    slowest : seconds and student, as a heap of the largest.
    """

    name: str
    max_points: float
    exercises: dict[str, ExerciseTally] = field(default_factory=dict)
    points: Counter[float] = field(default_factory=Counter)
    noted: int = 0
    unfinished: list[Unfinished] = field(default_factory=list)
    more_unfinished: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)

    @property
    def submissions(self) -> int:
        return self.points.total()

    @property
    def mean(self) -> float:
        """The mean number of points."""
        total = math.fsum(points * count for points, count in self.points.items())
        return total / self.submissions

    @property
    def median(self) -> float:
        """The points that half of the notebooks reach."""
        ranks = itertools.accumulate(self.points[number] for number in sorted(self.points))
        half = (self.submissions + 1) // 2
        return next(n for n, rank in zip(sorted(self.points), ranks, strict=True) if rank >= half)

    def add(self, result: dict, seconds: float) -> None:
        """Count one result in."""
        student = result["student"]
        for one in result["exercises"]:
            default = ExerciseTally(one["name"], one["title"], one["max_points"])
            self.exercises.setdefault(one["name"], default).add(one, student)
        self.points[result["points"]] += 1
        self.noted += bool(result["notes"])
        self._add_unfinished(result)
        heapq.heappush(self.slowest, (seconds, student))
        if len(self.slowest) > SLOWEST:
            heapq.heappop(self.slowest)

    def _add_unfinished(self, result: dict) -> None:
        absent = _with_status(result, ABSENT)
        stopped = _with_status(result, STOPPED)
        if len(self.unfinished) == UNFINISHED:
            self.more_unfinished += bool(absent or stopped)
        elif absent or stopped:
            self.unfinished.append(Unfinished(result["student"], absent, stopped))


@dataclass
class Tally:
    """A class with its marks, counted.

    Attributes
    ----------
    seed : of the random inputs.
    chapters : by name.
    faults : where the grader itself failed, in words.
    warnings : what was not graded, in words.
    """

    seed: int
    chapters: dict[str, ChapterTally] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every submission got a result and the grader never failed itself."""
        return not self.faults

    def add(self, result: dict, seconds: float, fault: str) -> None:
        """Count one submission in."""
        name = result["chapter"]
        default = ChapterTally(name, result["max_points"])
        self.chapters.setdefault(name, default).add(result, seconds)
        if fault:
            self.faults.append(f"The grader failed on {result['student']}/{name}: {fault}")


def _with_status(result: dict, statuses: Sequence[str]) -> tuple[str, ...]:
    return tuple(one["name"] for one in result["exercises"] if one["status"] in statuses)
