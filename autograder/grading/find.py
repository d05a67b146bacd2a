"""Which notebooks there are to grade in the folder of a class."""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.exercise import chapters
from autograder.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Found:
    """A notebook file to grade, and what is to be said about where it was found.

    Attributes
    ----------
    inside : where the file lies in the student's folder.
    """

    folder: Path
    student: str
    inside: str
    chapter: str
    notes: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        return self.folder / self.student / self.inside


def find(folder: Path) -> tuple[list[Found], list[str]]:
    """The notebooks to grade, one for each student and chapter, and what is not graded.

    A submission is ``<student>/<chapter>.ipynb`` or ``<student>/<any folder>/<chapter>.ipynb``.
    The order is that of students, then of chapters.

    Raises
    ------
    Trouble : if there is nothing to grade.
    """
    if not folder.is_dir():
        raise Trouble(
            f"There is no folder {folder}. Give the folder that holds a folder for each student."
        )
    found, warnings = [], []
    for name in _students(folder):
        student = folder / name
        of_chapter = defaultdict(list)
        for file in _notebooks(student):
            if not _own(file, student):
                warnings.append(f"{file}: a link, or no ordinary file; not graded")
            elif not (chapter := chapter_of(file)):
                warnings.append(f"{file}: no chapter is called so; not graded")
            else:
                of_chapter[chapter].append(file)
        if not of_chapter:
            warnings.append(f"{student}: no notebook of a chapter in this folder; not graded")
        found += [_chosen(student, chapter, few) for chapter, few in sorted(of_chapter.items())]
    if not found:
        raise Trouble(_nothing_found(folder, warnings))
    return found, warnings


def _students(folder: Path) -> list[str]:
    with os.scandir(folder) as inside:
        return sorted(one.name for one in inside if one.is_dir() and not one.name.startswith("."))


def chapter_of(file: Path) -> str | None:
    """The chapter a notebook belongs to by its name, even one like ``activations (1).ipynb``."""
    if file.stem in chapters():
        return file.stem
    return next((name for name in chapters() if name in file.stem.lower()), None)


def _notebooks(student: Path) -> list[Path]:
    files = [*student.glob("*.ipynb"), *student.glob("*/*.ipynb")]
    return sorted(file for file in files if not _hidden(file.relative_to(student)))


def _own(file: Path, student: Path) -> bool:
    """Whether this is a file of the student's: a link may lead to the work of another."""
    return file.is_file() and file.resolve() == student.resolve() / file.relative_to(student)


def _hidden(inside: Path) -> bool:
    """Whether a file is not the student's work: a checkpoint, an editor's, the system's."""
    return any(part.startswith(".") or part == "__MACOSX" for part in inside.parts)


def _chosen(student: Path, name: str, files: Sequence[Path]) -> Found:
    """The file to grade among those of one chapter: the right name first, then the newest."""
    files = sorted(files, key=lambda file: (file.stem != name, -file.stat().st_mtime, file))
    inside, *others = [str(file.relative_to(student)) for file in files]
    notes = []
    if others:
        notes.append(
            f"There is more than one notebook. {inside} was graded, and not {', '.join(others)}."
        )
    elif files[0].stem != name:
        notes.append(f"The notebook is called {inside}. It was graded as {name}.ipynb.")
    return Found(student.parent, student.name, inside, name, tuple(notes))


def _nothing_found(folder: Path, warnings: Sequence[str]) -> str:
    lines = [
        f"There is nothing to grade in {folder}.",
        f"A submission is <student>/<chapter>.ipynb, where <chapter> is {' or '.join(chapters())}.",
    ]
    return "\n".join([*lines, *warnings[:5]])
