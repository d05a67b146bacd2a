"""Grade a class: find the submissions, grade them in several processes, write what came out."""

import csv
import io
import json
import multiprocessing
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import autograder
from autograder.course.exercise import chapter, chapters
from autograder.grading.submission import Released, read
from autograder.sandbox.limits import LIMITS, Limits
from autograder.trouble import Trouble

COLUMNS = ("student", "chapter", "exercise", "points", "max_points", "status", "diagnosis")


@dataclass(frozen=True)
class Found:
    """A notebook file to grade, and what is to be said about where it was found."""

    file: Path
    student: str
    chapter: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graded:
    """A class with its marks.

    Attributes
    ----------
    results : one for each submission, in the order of students.
    warnings : what in the folder was not graded, in words.
    complete : whether every submission got a result and the grader never failed itself.
    """

    results: list[dict]
    warnings: list[str]
    complete: bool


def grade_class(
    folder: Path,
    out: Path,
    *,
    jobs: int,
    seed: int,
    limits: Limits = LIMITS,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Graded:
    """Grade every notebook in `folder` and write marks and feedback into `out`.

    Parameters
    ----------
    progress : told how many submissions are done, of how many.
    """
    found, warnings = find(folder)
    if not found:
        raise Trouble(_nothing_found(folder, warnings))
    _writable(out)
    progress(0, len(found))
    results = []
    for result in _in_processes(found, jobs, (out, seed, limits)):
        results.append(result)
        progress(len(results), len(found))
    results.sort(key=lambda result: (result["student"], result["chapter"]))
    write(out / "grades.csv", _csv(results))
    return Graded(results, warnings, not any(result["fault"] for result in results))


# ---- which notebooks there are


def find(folder: Path) -> tuple[list[Found], list[str]]:
    """The notebooks to grade, one for each student and chapter, and what is not graded.

    A submission is ``<student>/<chapter>.ipynb`` or ``<student>/<any folder>/<chapter>.ipynb``.
    """
    if not folder.is_dir():
        raise Trouble(
            f"There is no folder {folder}. Give the folder that holds a folder for each student."
        )
    found, warnings = [], []
    for student in sorted(path for path in folder.iterdir() if path.is_dir()):
        if student.name.startswith("."):
            continue
        of_chapter = defaultdict(list)
        for file in _notebooks(student):
            of_chapter[chapter_of(file)].append(file)
        warnings += [f"{file}: no chapter is called so; not graded" for file in of_chapter[None]]
        del of_chapter[None]
        if not of_chapter:
            warnings.append(f"{student}: no notebook of a chapter in this folder; not graded")
        found += [_chosen(student, name, files) for name, files in sorted(of_chapter.items())]
    return found, warnings


def chapter_of(file: Path) -> str | None:
    """The chapter a notebook belongs to by its name, even one like ``activations (1).ipynb``."""
    if file.stem in chapters():
        return file.stem
    return next((name for name in chapters() if name in file.stem.lower()), None)


def _notebooks(student: Path) -> list[Path]:
    files = [*student.glob("*.ipynb"), *student.glob("*/*.ipynb")]
    return sorted(file for file in files if file.parent.name != ".ipynb_checkpoints")


def _chosen(student: Path, name: str, files: Sequence[Path]) -> Found:
    """The file to grade among those of one chapter: the right name first, then the newest."""
    files = sorted(files, key=lambda file: (file.stem != name, -file.stat().st_mtime, file))
    file, notes = files[0], []
    inside = file.relative_to(student)
    if len(files) > 1:
        others = ", ".join(str(other.relative_to(student)) for other in files[1:])
        notes.append(f"There is more than one notebook. {inside} was graded, and not {others}.")
    elif file.stem != name:
        notes.append(f"The notebook is called {inside}. It was graded as {name}.ipynb.")
    return Found(file, student.name, name, tuple(notes))


def _nothing_found(folder: Path, warnings: Sequence[str]) -> str:
    lines = [
        f"There is nothing to grade in {folder}.",
        f"A submission is <student>/<chapter>.ipynb, where <chapter> is {' or '.join(chapters())}.",
    ]
    return "\n".join([*lines, *warnings[:5]])


@cache
def released(name: str) -> Released:
    """What was handed out of a chapter."""
    from autograder.course.notebooks import student_notebook

    cells = [cell for cell in student_notebook(name).cells if cell.cell_type == "code"]
    tags = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in cells]
    locked = {tag["grade_id"]: source for tag, source in tags if tag.get("locked")}
    exercises = tuple(one.name for one in chapter(name).exercises)
    return Released(exercises, locked, frozenset(cell.source for cell in cells))


# ---- grading in several processes


def _in_processes(found: Sequence[Found], jobs: int, settings: tuple) -> Iterator[dict]:
    """The results in the order in which they are ready."""
    left = list(found)
    jobs = min(jobs, len(found))
    pool = _pool(jobs)
    try:
        # They start while this process still reads what was handed out.
        for _ in range(jobs):
            pool.submit(_warm_up)
        futures = {pool.submit(*_task(one, settings)): one for one in found}
        for future in as_completed(futures):
            result = future.result()
            left.remove(futures[future])
            yield result
    except BrokenProcessPool:
        # A process of the grader died, nobody knows on which submission: each by itself, then.
        for one in left:
            yield _graded_alone(one, settings)
    finally:
        pool.shutdown(cancel_futures=True)


def _graded_alone(one: Found, settings: tuple) -> dict:
    try:
        with _pool(1) as pool:
            return pool.submit(*_task(one, settings)).result()
    except BrokenProcessPool:
        out, seed, _ = settings
        return _store(_fault(one, seed, "the grader's process ended"), out)


def _task(one: Found, settings: tuple) -> tuple:
    return _grade, one, released(one.chapter), *settings


def _pool(jobs: int) -> ProcessPoolExecutor:
    # Forking would copy the parent's threads' locks; a fresh process is the same on every system.
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_leave_interrupts)


def _leave_interrupts() -> None:
    # Ctrl-C reaches every process of the terminal, but ending the run is for the first to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _warm_up() -> None:
    import autograder.grading.grade  # noqa: F401


def _grade(found: Found, handed_out: Released, out: Path, seed: int, limits: Limits) -> dict:
    """Grade one notebook and write its result and feedback."""
    from autograder.grading.grade import grade, has_fault

    try:
        submission = read(found.file, found.student, found.chapter, handed_out)
        submission = replace(submission, notes=(*found.notes, *submission.notes))
        result = grade(submission, seed, limits)
        result["fault"] = "a hidden test failed by itself" if has_fault(result) else ""
    except Exception as error:
        result = _fault(found, seed, f"{type(error).__name__}: {error}")
    return _store(result, out)


def _fault(found: Found, seed: int, what: str) -> dict:
    """The result of a submission on which the grader itself failed."""
    exercises = [
        {
            "name": one.name,
            "title": one.title,
            "points": 0,
            "max_points": one.points,
            "status": "not graded",
            "diagnosis": None,
            "section": one.section,
            "tests": [],
        }
        for one in chapter(found.chapter).exercises
    ]
    note = "The grader itself failed on this notebook, which says nothing about your work."
    return {
        "student": found.student,
        "chapter": found.chapter,
        "seed": seed,
        "engine": autograder.__version__,
        "points": 0,
        "max_points": sum(one["max_points"] for one in exercises),
        "notes": [note],
        "exercises": exercises,
        "fault": what,
    }


# ---- what is written


def _store(result: dict, out: Path) -> dict:
    from autograder.reports.feedback import page

    student, name = result["student"], result["chapter"]
    # What went wrong in the grader is for the summary alone.
    public = {key: value for key, value in result.items() if key != "fault"}
    write(out / "results" / student / f"{name}.json", json.dumps(public, indent=1))
    write(out / "feedback" / student / f"{name}.html", page(result))
    return result


def write(file: Path, text: str) -> None:
    """Write a file so that it is there wholly or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8", errors="replace", newline="")
    os.replace(temporary, file)


def _writable(out: Path) -> None:
    try:
        write(out / ".writable", "")
        (out / ".writable").unlink()
    except OSError as error:
        raise Trouble(f"The folder {out} cannot be written to: {error.strerror}.") from None


def _csv(results: Sequence[dict]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for result in results:
        for one in result["exercises"]:
            exercise = [one["name"], one["points"], one["max_points"], one["status"]]
            who = [result["student"], result["chapter"]]
            table.writerow([*who, *exercise, one["diagnosis"] or ""])
    return text.getvalue()
