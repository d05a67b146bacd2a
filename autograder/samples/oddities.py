"""What may be the matter with a notebook besides wrong solutions, done to a right one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output


@dataclass(frozen=True)
class Oddity:
    """One thing that is the matter.

    Attributes
    ----------
    says : what it is, in words.
    change : does it to a notebook; may return the text of the file instead.
    statuses : what becomes of the exercises it touches.
    """

    says: str = ""
    change: Callable[[NotebookNode], str | None] = lambda notebook: None
    statuses: dict[str, str] = field(default_factory=dict)

    def applied(self, notebook: NotebookNode) -> str:
        """The content of the notebook file."""
        return self.change(notebook) or nbformat.writes(notebook)


NOTHING = Oddity()


def answer(notebook: NotebookNode, exercise: str) -> NotebookNode:
    """The cell for the student's solution of an exercise."""
    return next(cell for cell in _cells(notebook, "solution") if _ends(cell, exercise))


def _cells(notebook: NotebookNode, role: str) -> Iterator[NotebookNode]:
    return (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get(role))


def _ends(cell: NotebookNode, exercise: str) -> bool:
    return cell.metadata.nbgrader.grade_id.endswith(f"-{exercise}")


def _extra(source: str, **fields) -> NotebookNode:
    # The id is random otherwise, and the class must always be the same.
    return new_code_cell(source, id="extra", **fields)


# ---- what costs nothing


def _another_kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {"name": "conda-env-dl", "display_name": "Python (dl)"}


def _much_output(notebook: NotebookNode) -> None:
    text = new_output("stream", name="stdout", text="step 1: loss 2.3026\n" * 300_000)
    notebook.cells.append(_extra("train()", outputs=[text]))


def _error_elsewhere(notebook: NotebookNode) -> None:
    notebook.cells.insert(2, _extra("my_data = load('my data.csv')\nmy_data.head()"))


def _edited_check(notebook: NotebookNode) -> None:
    next(_cells(notebook, "locked")).source = "print('all properties hold')"


def _removed_check(notebook: NotebookNode) -> None:
    notebook.cells.remove(next(_cells(notebook, "locked")))


def _magics(notebook: NotebookNode) -> None:
    source = "%matplotlib inline\n!pip install numpy\nnp.exp?"
    notebook.cells.insert(1, _extra(source))


def _demanding(notebook: NotebookNode) -> None:
    notebook.cells.append(_extra("name = input('Your name? ')\nprint('Hello', name)"))


def _repeated(notebook: NotebookNode) -> None:
    exercise = next(_cells(notebook, "solution"))
    name = exercise.metadata.nbgrader.grade_id.rpartition("-")[2]
    notebook.cells.insert(1, _extra(f"def {name}(*args):\n    return 0"))


HARMLESS = (
    NOTHING,
    Oddity("an exercise defined twice", _repeated),
    Oddity("another kernel's name", _another_kernel),
    Oddity("megabytes of output", _much_output),
    Oddity("an error in another cell", _error_elsewhere),
    Oddity("an edited check cell", _edited_check),
    Oddity("a removed check cell", _removed_check),
    Oddity("magics and shell commands", _magics),
    Oddity("a cell that asks for input", _demanding),
)


# ---- what costs points


def unfinished(names: Iterable[str]) -> Oddity:
    """Exercises left as they were handed out."""
    return Oddity("unfinished", statuses=dict.fromkeys(names, "unwritten"))


def _endless(notebook: NotebookNode, exercise: str) -> None:
    # It sleeps, so that the time it is given up after costs others nothing.
    _replace_body(notebook, exercise, "import time\n    while True:\n        time.sleep(1)")


def _crashing(notebook: NotebookNode, exercise: str) -> None:
    _replace_body(notebook, exercise, "import os\n    os._exit(1)")


def _not_python(notebook: NotebookNode, exercise: str) -> None:
    cell = answer(notebook, exercise)
    cell.source = cell.source.replace("):\n", ")\n", 1)


def _deleted(notebook: NotebookNode, exercise: str) -> None:
    notebook.cells.remove(answer(notebook, exercise))


def _renamed(notebook: NotebookNode, exercise: str) -> None:
    cell = answer(notebook, exercise)
    cell.source = cell.source.replace(f"def {exercise}(", f"def {exercise}_new(")


def _replace_body(notebook: NotebookNode, exercise: str, body: str) -> None:
    source = f"def {exercise}(*args, **kwargs):\n    {body}"
    answer(notebook, exercise).source = source


HARMFUL = (
    ("an endless loop", _endless, "timeout"),
    ("a missing colon", _not_python, "missing"),
    ("a deleted exercise", _deleted, "missing"),
    ("a crash", _crashing, "crashed"),
    ("a renamed exercise", _renamed, "missing"),
)


def broken(names: Sequence[str], free: Sequence[str]) -> Iterator[Oddity]:
    """Broken notebooks; what costs one exercise only is done to exercises of `free`."""
    gone = dict.fromkeys(names, "missing")
    yield Oddity("not JSON", lambda notebook: nbformat.writes(notebook)[:-200], gone)
    yield Oddity("no cells", _no_cells, gone)
    for harms in (HARMFUL[:3], HARMFUL[3:]):
        yield _together(list(zip(harms, free, strict=False)))


def _together(pairs: list) -> Oddity:
    """Several harms in one notebook, each to an exercise of its own."""

    def change(notebook: NotebookNode) -> None:
        for (_, harm, _), exercise in pairs:
            harm(notebook, exercise)

    says = ", ".join(f"{says} ({exercise})" for (says, _, _), exercise in pairs)
    return Oddity(says, change, {exercise: status for (_, _, status), exercise in pairs})


def _no_cells(notebook: NotebookNode) -> None:
    notebook.cells = []
