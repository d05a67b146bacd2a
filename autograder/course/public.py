"""What travels with the student: recorded public cases and tabulated curves. Numbers, no code."""

from functools import cache
from pathlib import Path

import numpy as np

import lessons
from autograder.course.exercise import Chapter, Exercise, chapter
from autograder.suites.diagnosis import shown
from autograder.suites.mistakes import suspects
from autograder.suites.record import Recorded, Recording, recording
from lessons.kit.observe import Observation
from lessons.kit.plain import pack

SEED = 0  # of the public cases; the hidden suite draws its inputs anew from another


def ship(name: str) -> Path:
    """Write the public data of chapter `name` to ``lessons/<name>/shipped``; return the folder."""
    folder = Path(lessons.__file__).parent / name / "shipped"
    folder.mkdir(exist_ok=True)
    for file, content in contents(name).items():
        _write_if_changed(folder / file, content)
    return folder


@cache
def contents(name: str) -> dict[str, bytes]:
    """The files of the public data by name."""
    one, recorded = chapter(name), recording(name, SEED)
    return {
        "public.bin": pack({e.name: _cases(recorded, e) for e in one.exercises}),
        "curves.bin": pack(_curves(one)),
    }


def _write_if_changed(file: Path, content: bytes) -> None:
    if not file.exists() or file.read_bytes() != content:
        file.write_bytes(content)


def _cases(recorded: Recording, exercise: Exercise) -> dict:
    tests = recorded.of(exercise.name)
    public = [one for one in tests if one.test.public]
    calls = [one.calls for one in public]
    return {
        "title": exercise.title,
        "points": exercise.points,
        "tests": [_shipped(one) for one in public],
        "unseen": [one.test.says for one in tests if not one.test.public],
        "mistakes": [
            {
                "says": says,
                "observations": [_plain(shown(one, made, recorded.chapter)) for made in calls],
            }
            for says, one in suspects(recorded.chapter.name, exercise.name, calls)
        ],
    }


def _shipped(one: Recorded) -> dict:
    if one.fault:
        raise RuntimeError(f"{one.test.id} cannot be shipped: {one.fault.detail}")
    return {"says": one.test.says, "calls": [call.as_plain() for call in one.calls]}


def _plain(observations: list[Observation]) -> list[dict]:
    return [one.as_plain() for one in observations]


@cache
def called(name: str) -> dict[str, set[str]]:
    """For each exercise of a chapter, the other exercises that its tests call."""
    found = {one.name: set() for one in chapter(name).exercises}
    for one in recording(name, SEED).tests:
        found[one.test.exercise] |= {call.function for call in one.calls} - {one.test.exercise}
    return found


def _curves(one: Chapter) -> dict:
    """Elementwise references as tables; kinks and jumps at 0 stay exact."""
    tail = np.geomspace(12, 1000, 100)[1:]
    positive = np.concatenate([[1e-12], np.linspace(0.005, 12, 2400), tail])
    z = np.concatenate([-positive[::-1], [0.0], positive])
    functions = {e.name: e.function for e in one.exercises if e.curve}
    return {"z": z, **{name: function(z) for name, function in functions.items()}}
