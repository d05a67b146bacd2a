"""What travels with the student: recorded public cases and tabulated curves. Numbers, no code."""

from functools import cache
from pathlib import Path

import numpy as np

import lessons
from autograder.course.exercise import Chapter, Exercise, chapter
from autograder.suites.mistakes import Mistake, catalogue
from autograder.suites.suite import HiddenTest, Student, Suite, in_process, suite
from lessons.kit.judge import Call
from lessons.kit.observe import observe
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
    one = chapter(name)
    return {
        "public.bin": pack({e.name: _cases(suite(name), e) for e in one.exercises}),
        "curves.bin": pack(_curves(one)),
    }


def _write_if_changed(file: Path, content: bytes) -> None:
    if not file.exists() or file.read_bytes() != content:
        file.write_bytes(content)


def _cases(all_tests: Suite, exercise: Exercise) -> dict:
    tests = [test for test in all_tests.of(exercise.name) if test.public]
    recorded = [_recorded(test, all_tests.chapter) for test in tests]
    mistakes = catalogue(exercise.chapter).of(exercise.name)
    return {
        "title": exercise.title,
        "points": exercise.points,
        "tests": recorded,
        "unseen": [test.says for test in all_tests.of(exercise.name) if not test.public],
        "mistakes": [
            {
                "says": one.diagnosis,
                "observations": [_shown(one, test["calls"]) for test in recorded],
            }
            for one in mistakes
        ],
    }


def _recorded(test: HiddenTest, one: Chapter) -> dict:
    return {"says": test.says, "calls": [call.as_plain() for call in all_calls(test, one, SEED)]}


def _shown(mistake: Mistake, calls: list[dict]) -> list[dict]:
    return [observe(mistake.function, call["args"], call["kwargs"]).as_plain() for call in calls]


def all_calls(test: HiddenTest, one: Chapter, seed: int) -> list[Call]:
    """Every call a test makes, found by running it on the reference."""
    outcome = test.run(Student(one.references, in_process(one.references)), seed)
    if outcome.failing:
        raise RuntimeError(f"the reference fails {test.id}: {outcome.failing.says}")
    return [call for call, _ in outcome.answers]


def _curves(one: Chapter) -> dict:
    """Elementwise references as tables; kinks and jumps at 0 stay exact."""
    tail = np.geomspace(12, 1000, 100)[1:]
    positive = np.concatenate([[1e-12], np.linspace(0.005, 12, 2400), tail])
    z = np.concatenate([-positive[::-1], [0.0], positive])
    functions = {e.name: e.function for e in one.exercises if e.curve}
    return {"z": z, **{name: function(z) for name, function in functions.items()}}
