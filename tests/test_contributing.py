"""CONTRIBUTING.md is true: its steps add a small chapter to a copy of the tree, which then runs."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.course.lesson import ROOT
from autograder.course.release import NAME

SOLUTIONS = '''
"""A small chapter."""

import numpy as np

from autograder.course.exercise import exercise


@exercise(points=2, title="Half of it", section="sec-half", hints=("Divide.",))
def half(z):
    """Half of every entry of z, a float64 array of any shape; the result has the shape of z."""
    return np.multiply(z, 0.5)
'''

SUITE = '''
"""Hidden tests of the small chapter."""

import pytest

from autograder.suites.suite import agree


@pytest.mark.exercise("half")
class TestHalf:
    @pytest.mark.public
    def test_values(self, student, rng):
        """The values are right."""
        agree(student.half, rng.normal(size=4))

    def test_shapes(self, student, rng):
        """Any shape is kept."""
        agree(student.half, rng.normal(size=(2, 1, 3)))
'''

MISTAKES = '''
"""Mistakes of the small chapter."""

from autograder.suites.mistakes import Catalogue
from solutions.halves import half

catalogue = Catalogue()
mistake = catalogue.mistake


@mistake(half)
def doubles(z):
    """You multiply by two where you should divide."""
    return 2 * z


@mistake(half)
def loses_the_shape(z):
    """You flatten the array on the way."""
    return z.ravel() / 2


@mistake(half)
def forgets_to_return(z):
    """You compute the result but never return it."""
    z / 2
'''

STYLES = '''
"""Other right solutions of the small chapter."""


def half(z):
    return z - z / 2
'''

LESSON = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Halves

(sec-half)=
## Half of it

Half of a number is what you add to itself to get it back.

```{code-cell} ipython3
:tags: [hide-input]

import numpy as np
from lessons.kit import check, explore, widget
from lessons.halves import figures
```

```{code-cell} ipython3
:tags: [hide-input]

explore(figures.line, slope=[0.5, 1.0])
```

```{code-cell} ipython3
:tags: [hide-input]

widget(figures.turning)
```

```{exercise} half
```

```{code-cell} ipython3
half(np.array([1.0, 3.0]))
```
"""

FIGURES = '''
"""Figures of the small chapter."""

import numpy as np

from lessons.kit import style


def line(slope=0.5):
    """A line through the origin."""
    figure, axes = style.figure()
    axes.plot(np.linspace(-1, 1), slope * np.linspace(-1, 1))
    return figure, f"A line of slope {slope}."


def turning(slope=2):
    """The same, to be turned by hand."""
    return line(slope)
'''

WIDGET = """
// A line to be turned by hand.

import { Axes } from "../../kit/widgets/canvas.js";
import { slider } from "../../kit/widgets/controls.js";
import { figure } from "../../kit/widgets/figure.js";

function draw(context, width, height, { slope }, state, colours) {
  const axes = Axes.on(context, width, height, { x: [-1, 1], y: [-3, 3] }, colours);
  axes.frame();
  axes.line([-1, 1], [-slope, slope]);
  return axes;
}

export default figure({
  controls: [slider("slope", "slope", { min: -3, max: 3 })],
  compute: ({ slope }) => ({ slope }),
  sentence: ({ slope }) => `A line of slope ${slope}.`,
  panels: [{ title: "A line", height: 200, draw }],
});
"""

FILES = {
    "solutions/halves.py": SOLUTIONS,
    "autograder/chapters/halves/__init__.py": '"""A small chapter."""\n',
    "autograder/chapters/halves/test_hidden.py": SUITE,
    "autograder/chapters/halves/mistakes.py": MISTAKES,
    "autograder/chapters/halves/styles.py": STYLES,
    "lessons/halves/__init__.py": "",
    "lessons/halves/lesson.md": LESSON,
    "lessons/halves/figures.py": FIGURES,
    "lessons/halves/widgets/turning.js": WIDGET,
}


@pytest.fixture(scope="module")
def tree(site, tmp_path_factory):
    """A copy of the tree with one more chapter."""
    copy = tmp_path_factory.mktemp("copy") / "course"
    skip = shutil.ignore_patterns(
        ".git", ".venv", "_build", "my-notebooks", "shipped", "__pycache__", "*.egg-info"
    )
    shutil.copytree(ROOT, copy, ignore=skip)
    # What the site has of the other chapters need not be run, drawn and fetched again.
    for name in (".jupyter_cache", "frames", "npm", "static"):
        shutil.copytree(site.parent / name, copy / "_build" / name)
    for name, content in FILES.items():
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(content.lstrip("\n"), encoding="utf-8")
    return copy


def run(tree, program, *arguments):
    """Run a command in the copy of the tree, on the packages of the copy."""
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_suite_of_the_new_chapter_is_proved(tree):
    assert "half" in run(tree, "autograder", "verify", "halves")


def test_a_submission_of_the_new_chapter_is_released_filled_in_and_marked(tree):
    run(tree, "autograder", "release", "--out", "out")
    notebook = nbformat.read(tree / "out" / NAME / "halves.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(
            'raise NotImplementedError("half is', 'return 2 * z  # ("'
        )
    submission = tree / "submissions" / "ada" / "halves.ipynb"
    submission.parent.mkdir(parents=True)
    nbformat.write(notebook, submission)
    run(tree, "autograder", "grade", "submissions", "--out", "grades")
    with (tree / "grades" / "grades.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["exercise"], float(row["points"])) == ("ada", "half", 0)
    assert row["diagnosis"] == "You multiply by two where you should divide."


def test_the_page_of_the_new_chapter_is_built_without_a_warning(tree):
    toc, chapter = tree / "_toc.yml", "      - file: lessons/activations/lesson\n"
    toc.write_text(
        toc.read_text().replace(chapter, chapter + chapter.replace("activations", "halves"))
    )
    run(tree, "jupyter-book", "build", ".", "--warningiserror", "--nitpick", "--keep-going")
    page = (tree / "_build" / "html" / "lessons" / "halves" / "lesson.html").read_text()
    assert "A line of slope 0.5." in page
    assert "0.5, 1.5" in page
    assert "np.multiply" not in page
    assert "A line of slope 2." in page
    script = re.search(r'data-script="../../(_static/widgets/halves-turning.js)', page)[1]
    assert "of slope ${slope}" in (tree / "_build" / "html" / script).read_text()
