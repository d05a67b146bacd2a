"""The end of a chapter: what of it was tested and measured, made from the sources."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from autograder.course.checked import figure_runs, formula_tests
from autograder.course.exercise import chapter
from autograder.course.lesson import ROOT, figures, folder
from autograder.suites.mistakes import catalogue


class Checked(SphinxDirective):
    """Tables of a chapter's formulas, figures and exercises: ```` ```{checked} name ````."""

    required_arguments = 1

    def run(self):
        name = self.arguments[0]
        for file in (ROOT / "tests").glob(f"test_{name}*.py"):
            self.env.note_dependency(str(file))
        parts = [*_formulas(name), *_figures(name), *_exercises(name)]
        parent = nodes.container(classes=["checked"])
        source = self.get_source_info()[0]
        self.state.nested_parse(StringList("\n".join(parts).splitlines(), source), 0, parent)
        return [parent]


def _formulas(name):
    by_tests = {}
    for label, found in formula_tests(name).items():
        by_tests.setdefault("; ".join(found), []).append(f"{{eq}}`{label}`")
    bare = ", ".join(by_tests.pop("", []))
    rows = [f"| {', '.join(labels)} | {tests} |" for tests, labels in by_tests.items()]
    last = [f"Without a test of their own, as definitions and steps on the way: {bare}."]
    return [*_table("formula", "what a test asserts", rows), *last * bool(bare), ""]


def _figures(name):
    text = (folder(name) / "lesson.md").read_text("utf-8")
    runs = figure_runs(name)
    rows = [f"| {{ref}}`figure-{one}` | {_seeds(runs[one])} |" for one in figures(text)]
    return _table("figure", "what its numbers rest on", rows)


def _seeds(counts):
    if counts is None:
        return "nothing in it is left to chance"
    if not counts:
        return "the draws that it shows, as an illustration"
    return f"runs with {' and '.join(f'{one:,}' for one in counts)} seeds"


def _exercises(name):
    wrong = catalogue(name)
    rows = [
        f"| {{ref}}`exercise-{one.name}`, {one.title} | {len(wrong.of(one.name))} |"
        for one in chapter(name).exercises
    ]
    return _table("exercise", "wrong solutions that its tests catch and name", rows)


def _table(first, second, rows):
    return [f"| {first} | {second} |", "|---|---|", *rows, ""] if rows else []
