"""A page with a mistake in its source fails the build, whichever mistake it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.lesson import ROOT

PAGE = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A page

Words, and [a link](#a-page).

"""
CELL = "```{code-cell} ipython3\n%s\n```\n"
FRAME = "0123456789abcdef0123"
MISTAKES = {
    "a cell that fails": (CELL % "1 / 0", "ZeroDivisionError"),
    "a cell that warns": (CELL % "import warnings; warnings.warn('Beware')", "stderr"),
    "a link to no page": ("[where?](nowhere.md)", "nowhere.md"),
    "a link to no place": ("[where?](#nowhere)", "nowhere"),
    "a reference to no figure": ("{ref}`figure-nothing`", "figure-nothing"),
    "a word without its glossary": ("{term}`no such word`", "no such word"),
    "a picture from elsewhere": ('<img alt="" src="https://a.org/x.png">', "asks the outside"),
    "a frame that is missing": (f'<img alt="" src="../_frames/{FRAME}.webp">', "is missing"),
}


@pytest.fixture(scope="module")
def tree(site, tmp_path_factory):
    """What a book of one page needs of this one."""
    copy = tmp_path_factory.mktemp("refusal")
    for name in ("npm", "static"):
        shutil.copytree(site.parent / name, copy / "_build" / name)
    for name in ("autograder", "lessons", "solutions", "_config.yml", "book/_ext"):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).symlink_to(ROOT / name)
    for name in ("static", "package.json", "package-lock.json", "references.bib"):
        (copy / "book" / name).symlink_to(ROOT / "book" / name)
    (copy / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")
    return copy


def build(tree, text):
    """Build the book of one page, and return the exit code and all that was said."""
    (tree / "book" / "page.md").write_text(PAGE + text)
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run(
        [program, "build", ".", "--warningiserror", "--nitpick", "--keep-going"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        text=True,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.browser
def test_a_page_without_a_mistake_is_built(tree):
    code, said = build(tree, CELL % "1 + 1")

    assert code == 0, said


@pytest.mark.browser
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_page_with_a_mistake_is_refused(tree, mistake):
    text, word = MISTAKES[mistake]

    code, said = build(tree, text)

    assert code != 0
    assert word in said
