"""How a chapter was checked, read from its sources: tests of formulas, runs behind the figures."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from autograder.course.lesson import ROOT, folder

LABEL = re.compile(r"^\$\$ *\(([\w:-]+)\) *$", re.M)
SEED_NAMES = ("seed", "s", "_")


def labels(chapter: str) -> list[str]:
    """The labels of a chapter's numbered formulas, in order: their numbers are their places."""
    return LABEL.findall((folder(chapter) / "lesson.md").read_text("utf-8"))


def formula_tests(chapter: str) -> dict[str, list[str]]:
    """For each label the tests that are marked ``@pytest.mark.formula(label)``, as sentences.

    Raises
    ------
    LookupError : if a test is marked with a formula that the chapter does not have.
    """
    found: dict[str, list[str]] = {label: [] for label in labels(chapter)}
    for file in sorted((ROOT / "tests").glob(f"test_{chapter}*.py")):
        for test in _functions(file).values():
            for label in _marked(test):
                if label not in found:
                    raise LookupError(f"{file.name}: {chapter} has no formula {label}")
                found[label].append(test.name.removeprefix("test_").replace("_", " "))
    return found


def _marked(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.formula":
            yield from (ast.literal_eval(one) for one in mark.args)


def figure_runs(chapter: str) -> dict[str, list[int] | None]:
    """For each function of the chapter's figures: with how many seeds it was measured.

    Several numbers mean several measurements; none, that only the draws it shows were made; and
    None stands for a figure in which nothing is left to chance. A measurement belongs to a figure
    if it has the figure's name or runs the same simulation.
    """
    figures, simulations, groups = (
        _functions(folder(chapter) / f"{module}.py")
        for module in ("figures", "simulations", "measurements")
    )
    functions = figures | simulations
    runs: dict[str, list[int] | None] = {}
    for name in figures:
        own = name if name in groups else None
        simulated = {one for one in _mentions(figures[name]) if one.startswith("simulate_")}
        chosen = [own] if own else [g for g in groups if simulated & _mentions(groups[g])]
        counts = {n for group in chosen for n in _seed_counts(chapter, group, groups)}
        reached = _reached(name, functions)
        takes_chances = any("seed" in _parameters(functions[one]) for one in reached)
        runs[name] = sorted(counts) if own or takes_chances else None
    return runs


def _functions(file: Path) -> dict[str, ast.FunctionDef]:
    """The functions of a module by name; none if the chapter has no such module."""
    tree = ast.parse(file.read_text("utf-8") if file.exists() else "")
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@cache
def _mentions(function: ast.FunctionDef) -> set[str]:
    """Every name and every attribute in the code of a function."""
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}


def _reached(name: str, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """The functions of a file that one of them leads to, itself included."""
    reached, new = set(), {name}
    while new:
        reached |= new
        new = {other for one in new for other in _mentions(functions[one]) & functions.keys()}
        new -= reached
    return reached


def _parameters(function: ast.FunctionDef) -> set[str]:
    return {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}


def _seed_counts(chapter: str, group: str, groups: dict[str, ast.FunctionDef]) -> set[int]:
    """How many values the loops over seeds have, in a measurement and in what it calls."""
    known, counts = _names(chapter), set()
    for name in _reached(group, groups):
        for node in ast.walk(groups[name]):
            if isinstance(node, ast.For | ast.comprehension) and _over_seeds(node.target):
                counts |= {len(values) for values in _choices(node.iter, known)}
    return counts


def _names(chapter: str) -> dict:
    """What a chapter's measurements know by name."""
    return vars(importlib.import_module(f"lessons.{chapter}.measurements"))


def _over_seeds(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id in SEED_NAMES


def _choices(iterable: ast.expr, known: dict) -> list:
    """The values of an expression in the module's names; of ``a if c else b``, both."""
    if isinstance(iterable, ast.IfExp):
        return _choices(iterable.body, known) + _choices(iterable.orelse, known)
    try:
        values = eval(compile(ast.Expression(iterable), "<seeds>", "eval"), dict(known))
    except NameError:  # a loop over something local, not over seeds
        return []
    return [values] if isinstance(values, range | tuple | list) else []
