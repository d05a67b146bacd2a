"""A class to try the grader on: right solutions, every known mistake, and what else goes wrong."""

import ast
import inspect
import itertools
import json
import shutil
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course.exercise import Chapter, Exercise, chapter, chapters
from autograder.course.notebooks import student_notebook
from autograder.course.public import SEED, called
from autograder.samples import oddities
from autograder.samples.oddities import Oddity
from autograder.suites.mistakes import Mistake, catalogue
from autograder.suites.record import in_process, recording
from autograder.suites.styles import styles
from autograder.trouble import Trouble

SIZE = 30
RIGHT = 2  # students who have all right, at least
NAMES = """
    ada anton bea bo carla chen dario dora elif emil farah felix gita goran hana hugo ines ivan
    jana jonas kemal kira lars lena marco mina nadia nils olga oskar paula pavel quentin rana rosa
    samir sofia tarek tilda uma viktor wanda xenia yusuf zoe
"""


@dataclass
class Work:
    """One student's notebook in the making.

    Attributes
    ----------
    sources : the student's code by exercise; what is not in it stays unwritten.
    planted : the known mistakes among them.
    oddity : what else is the matter with the notebook.
    disturbed : what becomes of exercises whose tests run into a mistake in another one.
    """

    chapter: Chapter
    sources: dict[str, str]
    planted: dict[str, Mistake] = field(default_factory=dict)
    oddity: Oddity = oddities.NOTHING
    disturbed: dict[str, str] = field(default_factory=dict)
    student: str = ""

    def text(self, template: NotebookNode) -> str:
        """The content of the notebook file."""
        notebook = nbformat.from_dict(json.loads(json.dumps(template)))
        for exercise, source in self.sources.items():
            oddities.answer(notebook, exercise).source = source
        return self.oddity.applied(notebook)

    def as_plain(self) -> dict:
        mistakes = {
            exercise: {"name": mistake.name, "diagnosis": mistake.diagnosis}
            for exercise, mistake in self.planted.items()
        }
        statuses = {**self.oddity.statuses, **self.disturbed}
        return {"mistakes": mistakes, "oddity": self.oddity.says, "statuses": statuses}


def sample_class(out: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Write a class of submissions into the folder `out`, always the same.

    ``out/planted.json`` says which student has which mistake.

    Returns
    -------
    int
        How many submissions there are.
    """
    if out.exists() and any(out.iterdir()) and not (out / "planted.json").exists():
        raise Trouble(f"{out} holds something other than a sample class. Give an empty folder.")
    shutil.rmtree(out, ignore_errors=True)
    works = {name: students(chapter(name)) for name in chapters()}
    total = sum(map(len, works.values()))
    done = itertools.count(1)
    for name, of_chapter in works.items():
        template = student_notebook(name)
        for work in of_chapter:
            file = out / work.student / f"{name}.ipynb"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(work.text(template), encoding="utf-8")
            progress(next(done), total)
    planted = {f"{w.student}/{name}": w.as_plain() for name in works for w in works[name]}
    (out / "planted.json").write_text(json.dumps(planted, indent=1), encoding="utf-8")
    return total


def students(one: Chapter) -> list[Work]:
    """The works of a class on one chapter."""
    wrong, odd = list(_mistaken(one)), list(_odd(one))
    right = list(right_works(one, max(RIGHT, SIZE - len(wrong) - len(odd))))
    # Mixed, as a class is.
    works = [w for trio in itertools.zip_longest(wrong, odd, right) for w in trio if w]
    names = itertools.chain(NAMES.split(), (f"student{i}" for i in itertools.count(1)))
    for work, name in zip(works, names, strict=False):
        work.student = name
    return works


def right_works(one: Chapter, number: int) -> Iterator[Work]:
    """Students who have all right, each in other styles."""
    for i in range(number):
        yield Work(one, {exercise.name: _styled(exercise, i) for exercise in one.exercises})


def _mistaken(one: Chapter) -> Iterator[Work]:
    """Students who together make every known mistake, as many at a time as there are exercises."""
    rows: list[dict[str, Mistake]] = []
    for exercise in one.exercises:
        for mistake in catalogue(one.name).of(exercise.name):
            row = next((row for row in rows if _fits(mistake, row, one.name)), None)
            if row is None:
                rows.append(row := {})
            row[exercise.name] = mistake
    harmless = itertools.cycle(oddities.HARMLESS)
    for planted in rows:
        wrong = {mistake.place: mistake for mistake in planted.values()}
        sources = _references(one) | {name: mistake.source for name, mistake in wrong.items()}
        sources = {name: _undisturbed(one, name, sources[name], set(wrong)) for name in sources}
        disturbed = {k: v for mistake in planted.values() for k, v in _disturbed(one, mistake)}
        yield Work(one, sources, planted, next(harmless), disturbed)


def _fits(one: Mistake, planted: dict[str, Mistake], chapter: str) -> bool:
    """Whether a student with the planted mistakes can make one more, and both be told apart."""

    def touched(mistake: Mistake) -> set[str]:
        return {mistake.exercise, *called(chapter)[mistake.exercise]}

    return not any(
        one.exercise == other.exercise or one.place in touched(other) or other.place in touched(one)
        for other in planted.values()
    )


def _disturbed(one: Chapter, mistake: Mistake) -> Iterator[tuple[str, str]]:
    """The exercises that are tested together with a wrong one, and what becomes of them."""
    observer = in_process(mistake.among(one.references))
    for name, others in called(one.name).items():
        if mistake.place in others and name != mistake.exercise:
            outcomes = recording(one.name, SEED).outcomes(name, observer)
            passed = [outcome.failing is None for outcome in outcomes]
            if not all(passed):
                yield name, "partial" if any(passed) else "incorrect"


def _odd(one: Chapter) -> Iterator[Work]:
    """Students whose notebooks are unfinished or broken."""
    sources = _references(one)
    names = list(sources)
    half = {name: sources[name] for name in names[: len(names) // 2]}
    yield Work(one, half, oddity=oddities.unfinished(names[len(half) :]))
    yield Work(one, {}, oddity=oddities.unfinished(names))
    # Exercises that no other one uses, so that each costs its own points only.
    used = set().union(*called(one.name).values(), *(_needs(one, name) for name in names))
    free = [name for name in names if name not in used]
    yield from (Work(one, sources, oddity=oddity) for oddity in oddities.broken(names, free))


# ---- where the code comes from


def _references(one: Chapter) -> dict[str, str]:
    return {exercise.name: exercise.source for exercise in one.exercises}


def _styled(exercise: Exercise, i: int) -> str:
    """One of the right solutions there are of an exercise."""
    known = styles(exercise.chapter, exercise.name)
    names = sorted(set.intersection(*_styles_of_partners(exercise)))
    if i % (len(names) + 1) == len(names):
        return exercise.source
    style = known[names[i % (len(names) + 1)]]
    source = inspect.getsource(style).replace(style.__name__, exercise.name)
    return "\n".join([*_imports(inspect.getmodule(style)), "\n", source])


def _styles_of_partners(exercise: Exercise) -> list[set[str]]:
    """The names of the styles of an exercise and of those it works together with.

    A forward may keep something of its own, which only the backward of the same style can take.
    """
    chapter = called(exercise.chapter)
    partners = {exercise.name} | chapter[exercise.name]
    partners |= {other for other in chapter if partners & chapter[other]}
    return [set(styles(exercise.chapter, one)) for one in partners]


def _imports(module) -> Iterator[str]:
    """The import statements of a module of solutions that a notebook needs as well."""
    for node in ast.parse(inspect.getsource(module)).body:
        ours = isinstance(node, ast.ImportFrom) and node.module.startswith("solutions")
        if isinstance(node, ast.Import | ast.ImportFrom) and not ours:
            yield ast.unparse(node)


def _undisturbed(one: Chapter, name: str, source: str, wrong: set[str]) -> str:
    """A solution of `name`, with right helpers of its own if those in the notebook are wrong."""
    needed = _needs(one, name, source)
    if not needed & wrong:
        return source
    helpers = [exercise for exercise in one.exercises if exercise.name in needed]
    bare = [f"{helper.parts.signature}\n{helper.parts.body}" for helper in helpers]
    return _with_prefix("\n\n\n".join([*bare, source]), needed)


def _with_prefix(source: str, names: set[str]) -> str:
    """The source with ``my_`` before these names; strings and docstrings stay as they are."""
    lines = source.splitlines(keepends=True)
    tokens = tokenize.generate_tokens(iter(lines).__next__)
    for token in reversed(list(tokens)):
        if token.type == tokenize.NAME and token.string in names:
            row, column = token.start
            lines[row - 1] = f"{lines[row - 1][:column]}my_{lines[row - 1][column:]}"
    return "".join(lines)


def _needs(one: Chapter, name: str, source: str | None = None) -> set[str]:
    """The other exercises that a solution of `name` uses, directly or through others."""
    references = _references(one)
    needed, todo = set(), [source or references[name]]
    while todo:
        nodes = ast.walk(ast.parse(todo.pop()))
        used = {node.id for node in nodes if isinstance(node, ast.Name)} & set(references)
        todo += [references[other] for other in used - needed - {name}]
        needed |= used - {name}
    return needed
