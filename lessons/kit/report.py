"""The result of a check, as the notebook and plain text show it."""

import html
from dataclasses import dataclass

import numpy as np

from .functions import FUNCTIONS
from .judge import Call, Failing
from .plain import Draws, Function, Handle


@dataclass(frozen=True)
class Property:
    """One property of an exercise, and the call on which it failed, if it did."""

    says: str
    failing: Failing | None = None
    call: Call | None = None

    @property
    def why(self) -> str:
        """What failed, and on which input."""
        values = [_brief(value) for value in self.call.args]
        values += [f"{key}={_brief(value)}" for key, value in self.call.kwargs.items()]
        says, detail, entry = self.failing.says, self.failing.detail, self._entry()
        where = f" where {entry}" if entry else ""
        what = f"{says} ({detail}{where})" if detail else says
        on = f"On {self.call.function}({', '.join(values)})"
        meant = [_meaning(value) for value in self.call.args if isinstance(value, Function)]
        return f"{', where '.join([on, *meant])}: {what}{'' if what.endswith('?') else '.'}"

    def _entry(self) -> str:
        """The entry of the input that belongs to the wrong entry of the result."""
        at, expected = self.failing.at, self.call.expected
        if not at or isinstance(expected, tuple) or isinstance(self.call.args[0], tuple):
            return ""
        try:
            first = np.asarray(self.call.args[0])
        except ValueError:  # a list of arrays
            return ""
        return f"the input is {first[at]}" if first.shape == np.shape(expected) else ""


@dataclass(frozen=True)
class Report:
    """The result of a check. It shows itself in a notebook, and `print` gives the same in text.

    Attributes
    ----------
    name, title, max_points : of the exercise.
    properties : what was checked.
    diagnosis : the likely mistake in one or two sentences, or nothing.
    unseen : properties that are graded besides.
    """

    name: str
    title: str
    max_points: int
    properties: tuple[Property, ...]
    diagnosis: str
    unseen: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self._failed

    @property
    def points(self) -> float:
        """The share of the points that the public cases give."""
        right = len(self.properties) - len(self._failed)
        return round(self.max_points * right / len(self.properties), 2)

    @property
    def nothing_yet(self) -> bool:
        """Whether there is no function to be right or wrong."""
        return self._kinds in ({"unwritten"}, {"missing"})

    @property
    def verdict(self) -> str:
        if self._kinds == {"unwritten"}:
            return "not written yet"
        if self._kinds == {"missing"}:
            return "there is no function of this name yet: run the cell that defines it"
        right, total = len(self.properties) - len(self._failed), len(self.properties)
        if not self.passed or not self.unseen:
            return f"{right} of {total} properties hold"
        more = "1 more is" if len(self.unseen) == 1 else f"{len(self.unseen)} more are"
        return f"{right} of {total} properties hold; {more} graded"

    @property
    def _kinds(self) -> set[str]:
        return {one.failing.kind for one in self._failed}

    @property
    def _failed(self) -> list[Property]:
        return [one for one in self.properties if one.failing]

    def _lines(self) -> list[tuple[str, str, str]]:
        """Mark, property and explanation of each line below the verdict."""
        if self.nothing_yet and len(self._failed) == len(self.properties):
            return []
        ways = {one.failing.says if one.failing else None for one in self.properties}
        if None not in ways and len(ways) == 1 < len(self.properties):
            alike = f"All {len(self.properties)} properties fail alike, for example:"
            return [("✗", alike, self._failed[0].why)]
        shown = self._failed
        if self.properties[0].failing:  # the ordinary one, on which the others build
            shown = shown[:1]
        lines = [
            ("✗", one.says, one.why) if one.failing else ("✓", one.says, "")
            for one in self.properties
            if one in shown or not one.failing
        ]
        return lines + self._folded(len(self._failed) - len(shown))

    def _folded(self, number: int) -> list[tuple[str, str, str]]:
        """The line for so many more properties that failed."""
        if not number:
            return []
        if self._failed[-1].failing.kind == "untried":
            return [("✗", f"{number} more could not be tried.", "")]
        more = "1 more property fails" if number == 1 else f"{number} more properties fail"
        return [("✗", f"{more}, perhaps for the same reason.", "")]

    def __repr__(self) -> str:
        lines = [f"{self.name}: {self.verdict}"]
        lines += [f"  Likely mistake: {self.diagnosis}"] * bool(self.diagnosis)
        for mark, says, why in self._lines():
            lines.append(f"  {'FAILED' if mark == '✗' else 'passed'}  {says}")
            lines += [f"          {why}"] if why else []
        if self.passed and self.unseen:
            lines.append("  Graded as well, on inputs you have not seen:")
            lines += [f"    {says}" for says in self.unseen]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{_row(*line)}</li>" for line in self._lines())
        parts = [f"<strong><code>{self.name}</code>: {self.verdict}</strong>"]
        if self.diagnosis:
            says = html.escape(self.diagnosis)
            parts.append(f"<p {_BOX}><strong>Likely mistake.</strong> {says}</p>")
        parts += [f"<ul style='list-style:none;padding:0;margin:.4em 0'>{rows}</ul>"] * bool(rows)
        if self.passed and self.unseen:
            says = "".join(f"<li>{html.escape(one)}</li>" for one in self.unseen)
            parts.append(f"<p>Graded as well, on inputs you have not seen:</p><ul>{says}</ul>")
        return f"<div style='{_FRAME}{_BLUE if self.passed else _ORANGE}'>{''.join(parts)}</div>"


_BLUE, _ORANGE = "#1f62b0", "#b24807"
_FRAME = "padding:.2em 0 .2em 1em;max-width:46em;border-left:4px solid "
_BOX = f"style='border:1px solid {_ORANGE};border-radius:4px;padding:.5em .8em;margin:.4em 0'"


def _row(mark: str, says: str, why: str) -> str:
    if not why:
        return f"{mark} {html.escape(says)}"
    return f"{mark} <strong>{html.escape(says)}</strong><br>{html.escape(why)}"


def _meaning(function: Function) -> str:
    """The formula of a function among the arguments, with its parameters."""
    made = FUNCTIONS[function.name]
    names = made.__code__.co_varnames[1 : made.__code__.co_argcount]
    values = zip(names, map(_brief, function.parameters), strict=True)
    given = " and ".join(f"{name} = {value}" for name, value in values)
    return f"{function.name}(x) is {made.__doc__} with {given}"


def _brief(value: object) -> str:
    if isinstance(value, Draws | np.random.Generator):
        return "rng"
    if isinstance(value, Handle):
        return "what it kept"
    if isinstance(value, Function):
        return value.name
    if isinstance(value, np.ndarray) and value.size > 6:
        return f"{value.dtype} array of shape {value.shape}"
    with np.printoptions(precision=6, threshold=6):
        return " ".join(repr(value).split())
