"""Which section covers which topic of the course: the lessons say so themselves.

They say it below a heading, in a comment that no reader sees::

    (sec-sigmoid)=
    ## The sigmoid
    % covers 162 163 164
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from autograder.course.lesson import EXERCISE, ROOT, folder

TOPICS = ROOT / "book" / "topics.csv"
COVERS = re.compile(r"^% covers ([\d ]+?) *$", re.M)
SECTION = re.compile(r"^\(([\w-]+)\)=\s*^##+ *(.+?) *$", re.M)
FIGURE = re.compile(r"\bfigures\.([a-z]\w*)")  # constants are none


@dataclass(frozen=True)
class Topic:
    """A topic that the course is to cover, and the chapters that it belongs to."""

    number: int
    says: str
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A section of a lesson, and what stands in it. `topics` holds the numbers of topics."""

    label: str
    title: str
    topics: tuple[int, ...]
    figures: tuple[str, ...]
    exercises: tuple[str, ...]


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, in the order of their numbers."""
    with TOPICS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Topic(int(row["number"]), row["topic"], tuple(row["chapters"].split())) for row in rows
    )


def sections(chapter: str) -> list[Section]:
    """The sections of a lesson that have a label, in order; none if nobody has written it yet."""
    file = folder(chapter) / "lesson.md"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    # With two groups in the pattern, every third part is the text of a section.
    parts = SECTION.split(text)[1:]
    return [_section(*parts[i : i + 3]) for i in range(0, len(parts), 3)]


def _section(label: str, title: str, text: str) -> Section:
    numbers = (int(number) for found in COVERS.findall(text) for number in found.split())
    figures = dict.fromkeys(FIGURE.findall(text))
    return Section(label, title, tuple(numbers), tuple(figures), tuple(EXERCISE.findall(text)))


def covering(topic: Topic) -> Iterator[tuple[str, Section]]:
    """The sections that cover a topic, each with its chapter.

    Only the chapters that the topic belongs to are searched.
    """
    for chapter in topic.chapters:
        yield from ((chapter, one) for one in sections(chapter) if topic.number in one.topics)
