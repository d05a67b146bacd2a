"""The titles that a lesson gives itself and its sections, and the order of the lessons."""

import re
from functools import cache
from pathlib import Path

import lessons
from autograder.course.exercise import Exercise


def in_order() -> list[str]:
    """The chapters in the order of the book."""
    contents = Path(lessons.__file__).parents[1] / "_toc.yml"
    return re.findall(r"lessons/(\w+)/lesson", contents.read_text(encoding="utf-8"))


@cache
def chapter_title(chapter: str) -> str:
    """The title of a lesson."""
    heading = re.search(r"^# +(.+?) *$", _text(chapter), re.M)
    return heading[1] if heading else chapter.capitalize()


@cache
def section_title(exercise: Exercise) -> str:
    """The heading of the section to reread for an exercise."""
    label = re.escape(exercise.section)
    heading = re.search(rf"^\({label}\)=\s*^#+ *(.+?) *$", _text(exercise.chapter), re.M)
    return heading[1] if heading else exercise.section


@cache
def _text(chapter: str) -> str:
    file = Path(lessons.__file__).parent / chapter / "lesson.md"
    return file.read_text(encoding="utf-8") if file.exists() else ""
