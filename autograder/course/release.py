"""The student release: one zip of notebooks, figures and public checks, and what nbgrader needs."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from autograder.course.exercise import chapters
from autograder.course.headings import chapter_title, in_order
from autograder.course.lesson import ROOT
from autograder.course.notebooks import nbgrader_notebook, student_notebook
from autograder.course.public import ship

NAME = "neural-networks-in-detail"
# What a lesson folder keeps at home: the text is in the notebook, measurements need the solutions.
NOT_SHIPPED = {"lesson.md", "measurements.py"}
STUDENT_PACKAGES = (
    "numpy",
    "matplotlib",
    "ipywidgets",
    "anywidget",
    "jupyterlab",
    "scikit-learn",
    "threadpoolctl",
)
TEMPLATES = Path(__file__).parent / "templates"


def release(out: Path) -> Path:
    """Write the student release of every chapter into the folder `out`.

    ``out/<NAME>/`` is what a student unpacks and ``out/<NAME>.zip`` holds it;
    ``out/nbgrader/source/`` is a source folder for nbgrader. An earlier release is replaced.

    Returns
    -------
    Path
        The zip.
    """
    student = out / NAME
    # Only what an earlier release wrote: the folder may hold other things.
    for made in (student, out / "nbgrader"):
        shutil.rmtree(made, ignore_errors=True)
    for file, content in sorted(student_files()):
        _write(student / file, content)
    for name in chapters():
        notebook = nbformat.writes(nbgrader_notebook(name)).encode()
        _write(out / "nbgrader" / "source" / name / f"{name}.ipynb", notebook)
    return _zipped(student, out / f"{NAME}.zip")


def student_files() -> Iterator[tuple[str, bytes]]:
    """Every file of the student's folder: its path in there and its content."""
    yield "README.md", _readme().encode()
    yield "LICENSE", (ROOT / "LICENSE").read_bytes()
    yield "requirements.txt", _requirements().encode()
    for name in chapters():
        ship(name)
        yield f"{name}.ipynb", nbformat.writes(student_notebook(name)).encode()
        yield from _lesson_files(ROOT / "lessons" / name)
    yield from _lesson_files(ROOT / "lessons" / "kit")
    yield "lessons/__init__.py", (ROOT / "lessons" / "__init__.py").read_bytes()


def _readme() -> str:
    """What to do with the folder, and its chapters in the order of the book."""
    template = (TEMPLATES / "student_readme.md").read_text(encoding="utf-8")
    lines = [f"{i}. {chapter_title(name)}: `{name}.ipynb`" for i, name in enumerate(in_order(), 1)]
    return template.replace("{chapters}", "\n".join(lines))


def _lesson_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in folder.rglob("*"):
        hidden = "__pycache__" in file.parts or file.name.startswith(".")
        if file.is_file() and file.name not in NOT_SHIPPED and not hidden:
            yield file.relative_to(ROOT).as_posix(), file.read_bytes()


def _requirements() -> str:
    """The student's share of the course's requirements, with the same pins."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = (line.partition("#")[0].strip() for line in lines)
    return "".join(f"{pin}\n" for pin in pins if pin.partition("==")[0] in STUDENT_PACKAGES)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _zipped(folder: Path, file: Path) -> Path:
    """Zip a folder so that the same content gives the same bytes."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder.parent).as_posix()
            entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return file
