"""The notebooks made from a lesson: the student's, and the source that nbgrader understands."""

from collections.abc import Callable, Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course.exercise import Exercise, chapter
from autograder.course.lesson import Place, Text, read
from autograder.course.plain_markdown import Translator, citations, full_reference

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
# With this tag "Run All" goes on past a cell that needs a function not yet written.
GOES_ON = {"tags": ["raises-exception"]}
ANSWER_HERE = "*Your prediction, before you look:*"


def student_notebook(name: str) -> NotebookNode:
    """The notebook in which a student works through chapter `name`."""

    def cells(exercise: Exercise) -> Iterator[NotebookNode]:
        yield _statement(exercise)
        yield _answer(exercise, exercise.stub)
        yield _check(exercise, f'check("{exercise.id}")', graded=False)

    return _notebook(name, cells)


def nbgrader_notebook(name: str) -> NotebookNode:
    """The instructor's source for nbgrader, whose `generate_assignment` makes the stubs."""

    def cells(exercise: Exercise) -> Iterator[NotebookNode]:
        yield _statement(exercise)
        yield _answer(exercise, _between_marks(exercise))
        # nbgrader takes the number that the cell returns for the points.
        source = f'report = check("{exercise.id}")\ndisplay(report)\nreport.points'
        yield _check(exercise, source, graded=True)

    return _notebook(name, cells)


def exercise_id(exercise: Exercise) -> str:
    """The grade_id of the cell that holds the student's function."""
    return f"{exercise.chapter}-{exercise.name}"


def _notebook(name: str, exercise_cells: Callable) -> NotebookNode:
    exercises = chapter(name)
    pieces = read(name)
    sources = [piece.source for piece in pieces if isinstance(piece, Text)]
    texts = Translator.of(sources)
    cells, stubs = [], False
    for piece in pieces:
        if isinstance(piece, Place):
            stubs = True
            cells += exercise_cells(exercises[piece.exercise])
        elif isinstance(piece, Text):
            cells += _text_cells(piece, texts)
        elif "page" not in piece.tags:
            cells.append(new_code_cell(piece.source, metadata=GOES_ON if stubs else {}))
    if citations(sources):
        cells.append(_references(citations(sources)))
    for i, cell in enumerate(cells):
        cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{i}")[:64]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _text_cells(piece: Text, texts: Translator) -> Iterator[NotebookNode]:
    yield new_markdown_cell(texts.translate(piece.source))
    if "{predict}" in piece.source:
        yield new_markdown_cell(ANSWER_HERE)


def _references(keys: list[str]) -> NotebookNode:
    lines = [f"- {full_reference(key)}" for key in keys]
    return new_markdown_cell("\n".join(["## References", "", *lines]))


def _statement(exercise: Exercise) -> NotebookNode:
    plural = "" if exercise.points == 1 else "s"
    lines = [
        f"### Exercise: {exercise.title}",
        f"*`{exercise.name}`, {exercise.points} point{plural}.* The docstring below says all that"
        " is graded. Replace the last line by your code, run the cell, then run the check.",
    ]
    for i, hint in enumerate(exercise.hints, 1):
        lines.append(f"<details><summary>Hint {i}</summary>\n\n{hint}\n\n</details>")
    return new_markdown_cell("\n\n".join(lines))


def _answer(exercise: Exercise, source: str) -> NotebookNode:
    metadata = _nbgrader(exercise_id(exercise), solution=True)
    return new_code_cell(source, metadata={"nbgrader": metadata})


def _check(exercise: Exercise, source: str, graded: bool) -> NotebookNode:
    metadata = _nbgrader(f"check-{exercise_id(exercise)}", grade=graded, locked=True)
    if graded:
        metadata["points"] = exercise.points
    return new_code_cell(source, metadata={"nbgrader": metadata})


def _nbgrader(grade_id: str, **roles: bool) -> dict:
    defaults = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"schema_version": 3, "grade_id": grade_id, **defaults, **roles}


def _between_marks(exercise: Exercise) -> str:
    signature, docstring, body = exercise.parts
    marks = "    ### BEGIN SOLUTION", "    ### END SOLUTION"
    return "\n".join([signature, docstring, marks[0], body, marks[1]])
