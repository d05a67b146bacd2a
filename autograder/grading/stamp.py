"""A stamp says from what a result was made: with the same stamp it would come out the same."""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import autograder
from autograder.grading.find import Found
from autograder.grading.settings import Settings

ROOT = Path(autograder.__file__).parents[1]


def stamp(content: bytes | str, found: Found, settings: Settings) -> str:
    """The stamp of one submission.

    Parameters
    ----------
    content : the notebook's bytes, or why they cannot be read (see `submission.opened`).
    """
    content = content if isinstance(content, bytes) else content.encode()
    parts = [
        hashlib.sha256(content).hexdigest(),
        found.student,
        found.notes,
        course(found.chapter),
        asdict(settings),
    ]
    return _digest(json.dumps(parts).encode())


@cache
def course(chapter: str) -> str:
    """A digest of all that grading a chapter rests on: engine, suite, references, kit, NumPy."""
    digest = hashlib.sha256()
    digest.update(json.dumps([chapter, autograder.__version__, _numpy(), sys.version]).encode())
    for file in _files(chapter):
        digest.update(f"\0{file.relative_to(ROOT).as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _numpy() -> str:
    """What says which NumPy there is, without importing it."""
    return Path(find_spec("numpy").origin).with_name("version.py").read_text(encoding="utf-8")


def _files(chapter: str) -> Iterator[Path]:
    chapters = ROOT / "autograder/chapters"
    # A chapter may use the solutions of another, but never another's hidden tests.
    for folder in ("autograder", "solutions", "lessons/kit"):
        for file in _sources(ROOT / folder):
            if not file.is_relative_to(chapters) or file.is_relative_to(chapters / chapter):
                yield file
    # The cells that were handed out and the titles are made of these.
    for name in ("lesson.md", "measured.json"):
        yield from (ROOT / "lessons" / chapter).glob(name)


def _sources(folder: Path) -> list[Path]:
    kinds = {".py", ".ini", ".j2", ".css"}
    return sorted(file for file in folder.rglob("*") if file.suffix in kinds)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
