"""What was handed out of a chapter, remembered beside its public data.

Making a notebook from a lesson imports so much that it takes longer than to grade thirty of them.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import autograder.course
import solutions
from autograder.course.exercise import chapter
from autograder.grading.submission import Released


@cache
def released(name: str) -> Released:
    """What was handed out of chapter `name`."""
    lesson = Path(autograder.__file__).parents[1] / "lessons" / name
    file, made_from = lesson / "shipped" / ".released.json", _digest(name, lesson)
    kept = _kept(file)
    if kept is None or kept["made_from"] != made_from:
        kept = {"made_from": made_from, **_made(name)}
        with contextlib.suppress(OSError):  # then it is made again the next time
            _keep(file, kept)
    exercises = tuple(one.name for one in chapter(name).exercises)
    return Released(exercises, kept["locked"], tuple(kept["cells"]))


def _made(name: str) -> dict:
    from autograder.course.notebooks import student_notebook

    cells = [cell for cell in student_notebook(name).cells if cell.cell_type == "code"]
    tags = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in cells]
    locked = {tag["grade_id"]: source for tag, source in tags if tag.get("locked")}
    return {"locked": locked, "cells": [cell.source for cell in cells]}


def _digest(name: str, lesson: Path) -> str:
    """A digest of all that the notebook of a chapter is made from."""
    digest = hashlib.sha256()
    for file in _sources(name, lesson):
        digest.update(f"\0{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _sources(name: str, lesson: Path) -> Iterator[Path]:
    yield Path(solutions.__file__).with_name(f"{name}.py")
    yield from (file for file in (lesson / "lesson.md", lesson / "measured.json") if file.exists())
    yield from sorted(Path(autograder.course.__file__).parent.glob("*.py"))


def _kept(file: Path) -> dict | None:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _keep(file: Path, content: dict) -> None:
    file.parent.mkdir(exist_ok=True)
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    partial.write_text(json.dumps(content), encoding="utf-8")
    os.replace(partial, file)
