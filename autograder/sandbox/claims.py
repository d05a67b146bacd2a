"""What a student's process says is a claim: here it becomes an observation, or is thrown away.

A claim can only harm the student who makes it. Results are compared in the grader, and words are
never passed on: a name must be a known one, a line is looked up in the notebook itself.
"""

import builtins
import re
from collections.abc import Sequence

import numpy as np

from lessons.kit.observe import FLOATING_POINT, Observation

FIELDS = set(Observation().__dict__)
UNWRITTEN = re.compile(r"\w{1,60} is yours to write")
# Words of messages that are read, and what then stands for the whole of it.
READ = {
    "read-only": "assignment destination is read-only",
    "ambiguous": "the truth value of an array is ambiguous",
}
PLACE = re.compile(r"cell (\d{1,6}), line (\d{1,6})")
LONGEST = 200  # characters of a line that is quoted


def _exceptions_of(*modules: object) -> set[str]:
    values = [value for module in modules for value in vars(module).values()]
    return {v.__name__ for v in values if isinstance(v, type) and issubclass(v, BaseException)}


KNOWN_ERRORS = _exceptions_of(builtins, np.exceptions, np.linalg, np._core._exceptions)
KNOWN_TYPES = {name for name, value in vars(builtins).items() if isinstance(value, type)}
KNOWN_TYPES |= {"function", "method", "module", "generator", "Inert", "DataFrame", "Series"}


def observation(claim: object, cells: Sequence[str]) -> Observation:
    """Believe a claim as far as it can be believed.

    Parameters
    ----------
    claim : plain data from the student's process.
    cells : the notebook, where the lines of errors are looked up.
    """
    if not isinstance(claim, dict) or not claim or not set(claim) <= FIELDS:
        return unreadable()
    if of_notebook(claim):
        error = _error(claim["error"], cells)
        return Observation(error=error) if error else unreadable()
    return Observation(**claim) if _are_warnings(claim.get("warned", ())) else unreadable()


def _are_warnings(claim: object) -> bool:
    """Whether these are kinds of warnings, each once and in order: more could be a message."""
    if not isinstance(claim, tuple) or not all(type(one) is str for one in claim):
        return False
    return claim == tuple(kind for kind in FLOATING_POINT if kind in claim)


def of_notebook(claim: object) -> bool:
    """Whether a claim is of an error, which stands in the notebook of one student."""
    return isinstance(claim, dict) and claim.get("error") is not None


def unreadable() -> Observation:
    """The observation of an answer that is no answer."""
    return Observation.failed("not plain", "something the grader cannot read")


def _error(claim: object, cells: Sequence[str]) -> dict | None:
    fields = ("type", "message", "place", "line")
    if not isinstance(claim, dict) or not all(isinstance(claim.get(f), str) for f in fields):
        return None
    kind, message = claim["type"], claim["message"]
    if kind == "not plain":
        return Observation.failed(kind, _held(message)).error
    if kind in ("missing", "not kept"):
        return Observation.failed(kind).error
    place, line = _place(claim["place"], cells)
    message = _said(message, cells)
    return {"type": known_error(kind), "message": message, "place": place, "line": line}


def known_error(kind: object) -> str:
    """The name of an exception, if it is a known one."""
    known = isinstance(kind, str) and kind in KNOWN_ERRORS
    return kind if known else "an exception of its own kind"


def _held(message: str) -> str:
    """What a result holds that is neither array nor number, if it is something well known."""
    name = message.removeprefix("a value of type ")
    if name == "Inert":
        return "something of a library that is for figures only"
    if name in KNOWN_TYPES or message == "an array of dtype object":
        return message
    return "something that is neither array nor number"


def _said(message: str, cells: Sequence[str]) -> str:
    """What is read of a message, in words of our own; any other could carry a hidden input."""
    for word, says in READ.items():
        if word in message:
            return says
    written = UNWRITTEN.fullmatch(message) and any(message in cell for cell in cells)
    return message if written else ""


def _place(claim: str, cells: Sequence[str]) -> tuple[str, str]:
    match = PLACE.fullmatch(claim)
    if not match:
        return "", ""
    cell, number = map(int, match.groups())  # so that nothing is left of how they were written
    line = line_of(cells, cell, number)
    return (f"cell {cell}, line {number}", line) if line else ("", "")


def line_of(cells: Sequence[str], number: int, line: int) -> str:
    """Line `line` of code cell `number`, both counted from 1; empty if there is none, and cut if it
    is very long."""
    if not 1 <= number <= len(cells):
        return ""
    lines = cells[number - 1].splitlines()
    if not 1 <= line <= len(lines):
        return ""
    text = lines[line - 1].strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
