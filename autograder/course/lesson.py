"""A lesson is one MyST notebook, `lessons/<chapter>/lesson.md`; this reads it piece by piece."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jupytext

import lessons
from lessons.kit.measured import measured
from lessons.kit.words import with_commas

ROOT = Path(lessons.__file__).parents[1]
EXERCISE = re.compile(r"^```\{exercise\}[ \t]+(\w+)[ \t]*\n```[ \t]*$", re.M)
COMMENT = re.compile(r"^% .*\n", re.M)
# A cell that shows a figure of the chapter, and the emphasized claim that stands right below it.
CAPTIONED = re.compile(
    r"^```\{code-cell\}.*\n(?:(?!```).*\n)*?(?:explore|widget)\(\s*figures\.(\w+).*\n(?:(?!```).*\n)*"
    r"```[ \t]*\n\n\*(?!\*)([^*]+)\*",
    re.M,
)
FIGURE = re.compile(r"\{ref\}`figure-(\w+)`")
MEASURED = re.compile(r"\{\{ (\w+) \}\}")  # the spaces tell it from LaTeX


@dataclass(frozen=True)
class Text:
    """MyST text."""

    source: str


@dataclass(frozen=True)
class Code:
    """A code cell and its tags."""

    source: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Here stands an exercise."""

    exercise: str


def folder(chapter: str) -> Path:
    return ROOT / "lessons" / chapter


def read(chapter: str) -> list[Text | Code | Place]:
    """The pieces of the lesson of a chapter, in order, with the measured numbers filled in."""
    source = (folder(chapter) / "lesson.md").read_text(encoding="utf-8")
    source = with_figure_numbers(with_numbers(source, measured(chapter)))
    notebook = jupytext.reads(source, fmt="md:myst")
    pieces: list[Text | Code | Place] = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            pieces.append(Code(cell.source, tuple(cell.metadata.get("tags", ()))))
        else:
            pieces += _split(cell.source)
    return pieces


def _split(text: str) -> list[Text | Place]:
    # With one group in the pattern, every second part is the name of an exercise.
    parts = EXERCISE.split(COMMENT.sub("", text))
    pieces = [Place(part) if i % 2 else Text(part.strip()) for i, part in enumerate(parts)]
    return [piece for piece in pieces if piece != Text("")]


def with_numbers(text: str, numbers: dict[str, str]) -> str:
    """Put measured numbers in the place of ``{{ name }}``.

    Raises
    ------
    LookupError : naming every number that the text quotes and nobody has measured.
    """
    missing = sorted(set(MEASURED.findall(text)) - set(numbers))
    if missing:
        raise LookupError(f"measured.json does not hold {', '.join(missing)}")
    return MEASURED.sub(lambda match: with_commas(numbers[match[1]]), text)


def figures(text: str) -> list[str]:
    """The figures of a lesson that have a caption, in order: their numbers are their places."""
    return [name for name, _ in CAPTIONED.findall(text)]


def with_captions(text: str, write: Callable[[str, str], str]) -> str:
    """Put ``write(name, caption)`` in the place of the caption of each figure."""

    def rewritten(match: re.Match) -> str:
        cell = match[0][: match.start(2) - match.start() - 1]
        return cell + write(match[1], match[2])

    return CAPTIONED.sub(rewritten, text)


def with_figure_numbers(text: str) -> str:
    """Number the captions, and put the numbers in the place of references to figures.

    Raises
    ------
    LookupError : if the text refers to a figure without a caption.
    """
    names = figures(text)
    unknown = sorted(set(FIGURE.findall(text)) - set(names))
    if unknown:
        raise LookupError(f"no figure with a caption is called {', '.join(unknown)}")
    text = with_captions(text, lambda name, words: f"*Figure {names.index(name) + 1}. {words}*")
    return FIGURE.sub(lambda match: f"Figure {names.index(match[1]) + 1}", text)
