"""Right solutions in other styles than the reference's: what must earn full marks too."""

import importlib
import inspect
from collections.abc import Callable


def styles(chapter: str, exercise: str) -> dict[str, Callable]:
    """The other right solutions of one exercise, by style.

    In ``autograder/chapters/<chapter>/styles.py`` they are called ``<exercise>`` or, where there
    are several, ``<exercise>__<style>``.
    """
    module = importlib.import_module(f"autograder.chapters.{chapter}.styles")
    found = {}
    for name, function in inspect.getmembers(module, inspect.isfunction):
        solved, _, style = name.partition("__")
        if solved == exercise and function.__module__ == module.__name__:
            found[style or "other"] = function
    return found
