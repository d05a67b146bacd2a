"""A submitted notebook file, read so that nothing in it can stop the class."""

import difflib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from autograder.grading.cells import Code, code, without_showing

MAX_BYTES = 100 << 20  # reading JSON takes up to 25 times its size in memory
MANY_BYTES = 5 << 20
MAX_CELL = 200_000  # characters; a chapter's whole notebook has fewer
MAX_CODE = 2_000_000  # characters of all code cells
LIKELY = (60, 1000)  # characters of a name, and names, among which a renamed exercise is looked for
SAID = 5  # names in one note


@dataclass(frozen=True)
class Released:
    """What was handed out: exercises by name, locked cells by grade_id, and all code cells."""

    exercises: tuple[str, ...]
    locked: dict[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ()

    @cached_property
    def run(self) -> tuple[tuple[int, str], ...]:
        """What is run of these cells where a student left them as they are, with their numbers."""
        kept = enumerate(map(_without_showing, self.cells), 1)
        return tuple((number, source) for number, source in kept if source)


@dataclass(frozen=True)
class Submission:
    """A student's notebook.

    Attributes
    ----------
    cells : the Python of every code cell, in order. Of a cell that is just as it was handed out,
        what only shows something is left out, as it need not be run.
    notes : what is odd about the notebook, in words for the student.
    absent : for exercises without a function, where it went.
    own : numbers of the cells that are not just as they were handed out.
    """

    student: str
    chapter: str
    cells: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    absent: dict[str, str] = field(default_factory=dict)
    own: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Cell:
    """A code cell as it stands in the file."""

    number: int
    source: str
    grade_id: str
    locked: bool


class Unreadable(Exception):
    """There is no notebook in this file; the message says why."""


def opened(file: Path) -> bytes | str:
    """What a notebook file holds or, as text, why it cannot be opened."""
    try:
        if file.stat().st_size > MAX_BYTES:
            return (
                f"The file is larger than {MAX_BYTES >> 20} MB and was not opened. Clear the"
                " outputs of the notebook, save it and hand it in again."
            )
        return file.read_bytes()
    except OSError as error:
        return f"The file cannot be opened: {error.strerror}."


def read(content: bytes | str, student: str, chapter: str, released: Released) -> Submission:
    """Read what was `opened`. Whatever is wrong with it becomes a note in words."""
    submission = Submission(student, chapter)
    if isinstance(content, str):
        return replace(submission, notes=(content,))
    try:
        notebook = _notebook(content)
        cells = _code_cells(notebook)
    except Unreadable as error:
        return replace(submission, notes=(str(error),))
    codes, given = [code(cell.source) for cell in cells], frozenset(released.cells)
    notes = [
        *_size_note(len(content)),
        *_kernel_note(notebook),
        *_long_cells(cells),
        *_broken_cells(codes),
        *_repeated(released.exercises, codes),
        *_locked(released.locked, cells),
    ]
    return replace(
        submission,
        cells=tuple(
            _without_showing(cell.source) if cell.source in given else one.source
            for cell, one in zip(cells, codes, strict=True)
        ),
        notes=tuple(notes),
        absent=dict(_absent(released.exercises, cells, codes)),
        own=frozenset(cell.number for cell in cells if cell.source not in given),
    )


def _without_showing(source: str) -> str:
    return without_showing(code(source).source)


# ---- from the file to its code cells


def _notebook(content: bytes) -> dict:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(_NOT_A_NOTEBOOK.format("it is not text in UTF-8")) from None
    if not text.strip():
        raise Unreadable("The file is empty. Save the notebook again and hand in the new file.")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(_NOT_A_NOTEBOOK.format(f"it is not valid JSON{where}")) from None
    if not isinstance(notebook, dict):
        raise Unreadable(_NOT_A_NOTEBOOK.format("it is JSON, but not a notebook"))
    return notebook


_NOT_A_NOTEBOOK = (
    "The file is not a Jupyter notebook: {}. Open it in Jupyter; if that fails as well, take the"
    " last copy that opens, save it and hand that in."
)


def _code_cells(notebook: dict) -> list[Cell]:
    """The code cells of a notebook of format 4, or of its predecessor 3."""
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in _list(sheet.get("cells"))]
    if not isinstance(cells, list) or not cells:
        raise Unreadable("The notebook has no cells. Is it the file you worked in?")
    kept = [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    if not kept:
        raise Unreadable("The notebook has no code cells: there is no function to grade in it.")
    cells = [_cell(i, cell) for i, cell in enumerate(kept, 1)]
    if sum(len(cell.source) for cell in cells) > MAX_CODE:
        raise Unreadable(
            f"There are more than {MAX_CODE} characters of code in the notebook, so it was not run."
            " If you keep data in a cell, take it out and hand the notebook in again."
        )
    return cells


def _cell(number: int, cell: dict) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = _dict(_dict(cell.get("metadata")).get("nbgrader"))
    source = source if isinstance(source, str) else ""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    grade_id = metadata.get("grade_id")
    grade_id = grade_id if isinstance(grade_id, str) else ""
    return Cell(number, source[:MAX_CELL], grade_id, metadata.get("locked") is True)


def _list(value: object) -> list:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict:
    return value if isinstance(value, dict) else {}


# ---- what is odd about it, in words


def _size_note(size: int) -> Iterator[str]:
    if size > MANY_BYTES:
        yield (
            f"The file holds {size / (1 << 20):.0f} MB, nearly all of it output. That costs"
            " nothing, but clear the outputs before you hand in."
        )


def _kernel_note(notebook: dict) -> Iterator[str]:
    kernel = _dict(_dict(notebook.get("metadata")).get("kernelspec")).get("name", "python3")
    if kernel != "python3":
        yield (
            f"The notebook asks for a kernel called {_short(kernel)}. It was graded with Python 3"
            " all the same, and this costs nothing."
        )


def _long_cells(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        if len(cell.source) == MAX_CELL:
            yield f"Code cell {cell.number} is longer than {MAX_CELL} characters and was cut there."


def _broken_cells(codes: Sequence[Code]) -> Iterator[str]:
    for number, one in enumerate(codes, 1):
        if one.broken_line:
            lost = f" {_names(one.lost)} could not be read." if one.lost else ""
            yield f"Code cell {number} is not valid Python at line {one.broken_line}.{lost}"


def _repeated(exercises: Sequence[str], codes: Sequence[Code]) -> Iterator[str]:
    places: dict[str, list[int]] = {}
    for number, one in enumerate(codes, 1):
        for name in one.defines:
            places.setdefault(name, []).append(number)
    for name in exercises:
        if len(places.get(name, ())) > 1:
            *earlier, last = places[name]
            numbers = ", ".join(map(str, earlier))
            yield (
                f"{name} is defined more than once: in code cells {numbers} and {last}. The last"
                " one was graded, as running the notebook from top to bottom gives it."
            )


def _locked(locked: dict[str, str], cells: Sequence[Cell]) -> Iterator[str]:
    found = {cell.grade_id: cell.source for cell in cells if cell.grade_id in locked}
    edited = [one for one in found if found[one].strip() != locked[one].strip()]
    # Some editors drop all metadata: then nothing can be said about any cell.
    removed = [one for one in locked if found and one not in found]
    for changed, ids in (("edited", edited), ("removed", removed)):
        if ids:
            plural = ("cell", "was") if len(ids) == 1 else ("cells", "were")
            yield (
                f"The check {plural[0]} of {_names(map(_exercise_of, ids))} {plural[1]} {changed}."
                " Your marks come from checks of our own, so this costs nothing."
            )


def _exercise_of(grade_id: str) -> str:
    """``check-activations-sigmoid`` checks sigmoid."""
    return grade_id.replace(".", "-").rpartition("-")[2]


def _absent(
    exercises: Sequence[str], cells: Sequence[Cell], codes: Sequence[Code]
) -> Iterator[tuple[str, str]]:
    """Exercises that no cell defines, with what can be said about each."""
    defined = {name: i for i, one in enumerate(codes, 1) for name in one.defines}
    lost = {name: (i, one.broken_line) for i, one in enumerate(codes, 1) for name in one.lost}
    others = {name: i for name, i in defined.items() if name not in exercises}
    for name in exercises:
        if name in defined:
            continue
        other = _renamed(name, cells, others)
        if name in lost:
            number, line = lost[name]
            yield name, f"Code cell {number} is not valid Python at line {line}: {name} is lost."
        elif other:
            where = f"Code cell {others[other]} defines {_short(other)}"
            yield name, f"There is no {name}. {where}: rename it."
        else:
            yield name, f"There is no function {name} in the notebook. Was its cell deleted?"


def _renamed(name: str, cells: Sequence[Cell], others: dict[str, int]) -> str | None:
    """The name under which an exercise may have gone on."""
    own = [cell.number for cell in cells if _exercise_of(cell.grade_id) == name and not cell.locked]
    in_its_cell = [other for other, number in others.items() if number in own]
    short = (other for other in others if len(other) <= LIKELY[0])
    spelled = {other.lower(): other for other in itertools.islice(short, LIKELY[1])}
    close = difflib.get_close_matches(name.lower(), spelled, n=1, cutoff=0.7)
    return next(iter([*in_its_cell, *(spelled[one] for one in close)]), None)


def _names(names: Iterable[str]) -> str:
    *most, last = (_short(name) for name in names)
    if len(most) >= SAID:
        return f"{', '.join(most[:SAID])} and {len(most) + 1 - SAID} more"
    return f"{', '.join(most)} and {last}" if most else last


def _short(value: object) -> str:
    text = value if isinstance(value, str) else "something that is no name"
    return text if len(text) <= 40 else f"{text[:40]}..."
