"""The student release is complete, works, and gives no answer away."""

import ast
import html
import inspect
import json
import os
import re
import subprocess
import sys
import zipfile
from functools import lru_cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.course.exercise import chapter, chapters, parts
from autograder.course.lesson import ROOT
from autograder.course.notebooks import exercise_id, student_notebook
from autograder.course.release import NAME, release
from autograder.suites.mistakes import catalogue
from autograder.suites.suite import suite
from solutions import activations, gradients

SITE = ROOT / "_build" / "html"


# ---- nothing leaks: code is compared by its tokens, with every name of the author's own blanked

KEPT = {"np", "math", "abs", "max", "min", "sum", "not", "and", "or", "for", "in", "if", "else"}
SHORTEST = 8  # tokens; a shorter body is everybody's
LONG = 20  # tokens; so much of one body cannot be chance


def tokens(code):
    found = re.findall(r"\w+|[^\w\s]", re.sub(r"#.*", "", code))
    return " ".join(
        "_" if re.match(r"[A-Za-z_]", token) and before != "." and token not in KEPT else token
        for before, token in zip(["", *found], found, strict=False)
    )


def secrets():
    """Every reference, mistake, other style and hidden test: its name and its body."""
    for name in chapters():
        for one in chapter(name).exercises:
            yield one.name, one.parts.body
        for mistake in catalogue(name).mistakes:
            if mistake.function.__module__.startswith(f"autograder.chapters.{name}"):
                yield mistake.name, parts(mistake.function).body
        for test in suite(name).tests:
            yield test.id, parts(test.function).body


def statements(body):
    """The statements that compute something, in tokens, without what they are assigned to."""
    lines = [re.sub(r"^(return|[\w, ]+ =) ", "", line.strip()) for line in body.splitlines()]
    found = [tokens(line) for line in lines if not re.match(r"(if|for|raise|while)\b", line)]
    return [code for code in found if length(code) >= SHORTEST and re.search(r"[-+*/@.[]", code)]


def length(code):
    return len(code.split())


def given_away(body):
    """A function that tells whether a text, in tokens, gives `body` away.

    A long body is given away by most of it, in any order; a short one, of which each part is
    everybody's, by a function that does just this.
    """
    codes = statements(body)
    total = sum(map(length, codes))
    if total > LONG:
        enough = max(LONG, total / 2)
        return lambda seen: sum(length(one) for one in codes if holds(seen, one)) > enough
    if total == 0:
        return lambda seen: False
    value = tokens(body.strip().removeprefix("return "))
    whole = re.escape(tokens(body))
    function = re.compile(rf'(?:\) : |- > _ : |" " " ){whole}{ENDS}|_ : {re.escape(value)}{ENDS}')
    return lambda seen: holds(seen, value) and function.search(seen)


@lru_cache(10_000)  # mistakes share most of their statements
def holds(seen, code):
    return code in seen


ENDS = r"(?! [-+*/@.\[(,<>=])"  # no token that would go on with the expression


def leaks(texts):
    hidden = [(owner, given_away(body)) for owner, body in secrets()]
    for place, text in texts:
        seen = tokens(text)
        yield from ((str(place), owner) for owner, given in hidden if given(seen))


def texts_of_release(folder):
    for file in folder.rglob("*"):
        if file.is_file():
            text = file.read_bytes().decode("utf-8", "replace")
            if file.suffix == ".ipynb":
                cells = nbformat.reads(text, as_version=4).cells
                text = "\n".join(cell.source for cell in cells)
            yield file.relative_to(folder), text


def texts_of_site():
    for file in SITE.rglob("*"):
        if file.suffix in (".html", ".js", ".json", ".md", ".txt", ".ipynb"):
            text = file.read_text(encoding="utf-8")
            yield file.relative_to(SITE), html.unescape(re.sub(r"<[^>]+>", "", text))


@pytest.mark.parametrize(
    "text",
    [
        'def squash(pre):\n    """Words."""\n    return pre.sum( axis = 0 )',
        "def squash(pre):\n    return pre.sum(axis=0)  # words\n\n\ndef other",
        "squash = lambda pre: pre.sum(axis=0)",
    ],
)
def test_the_search_for_leaks_finds_a_short_answer_under_other_names(text):
    assert given_away("    return dout.sum(axis=0)")(tokens(text))


def test_the_search_for_leaks_finds_most_of_a_long_answer_in_another_order():
    body = chapter("activations")["maxout_backward"].parts.body
    lines = [re.sub(r"\b(x|W|dout)\b", r"my_\1", line) for line in body.splitlines()]
    text = "\n".join(lines[1:][::-1])
    assert ("a page", "maxout_backward") in list(leaks([("a page", text)]))


def test_what_everybody_writes_is_no_leak():
    text = "def scale(x):\n    return x.sum(axis=0) + beta"
    assert not given_away("    return dout.sum(axis=0)")(tokens(text))


def test_the_release_holds_no_answer_no_mistake_and_no_hidden_test(released):
    assert list(leaks(texts_of_release(released / NAME))) == []


def test_no_shipped_function_has_the_name_of_an_exercise(released):
    named = {one.name for name in chapters() for one in chapter(name).exercises}
    for file in (released / NAME / "lessons").rglob("*.py"):
        defined = {
            node.name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
        assert not defined & named, file


@pytest.mark.skipif(not SITE.exists(), reason="the site is built by `make site`")
def test_the_site_holds_no_answer_no_mistake_and_no_hidden_test():
    assert list(leaks(texts_of_site())) == []


def test_the_zip_holds_just_the_student_folder(released):
    with zipfile.ZipFile(released / f"{NAME}.zip") as archive:
        names = set(archive.namelist())
    assert {name.partition("/")[0] for name in names} == {NAME}
    top = {name.split("/")[1] for name in names}
    notebooks = {f"{name}.ipynb" for name in chapters()}
    assert top == {"README.md", "LICENSE", "requirements.txt", "lessons", *notebooks}


def test_the_readme_names_every_notebook_in_the_order_of_the_book(released):
    readme = (released / NAME / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\d+\. .+: `(\w+)\.ipynb`$", readme, re.M)

    assert sorted(named) == chapters()
    assert named[:2] == ["gradients", "activations"]


def test_two_releases_of_the_same_course_are_the_same_bytes(released, tmp_path):
    again = release(tmp_path / "again")
    assert again.read_bytes() == (released / again.name).read_bytes()


# ---- the notebooks


@pytest.mark.parametrize("name", chapters())
def test_every_exercise_has_one_stub_and_one_check_in_the_notebook(released, name):
    notebook = nbformat.read(released / NAME / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    for one in chapter(name).exercises:
        assert ids.count(exercise_id(one)) == 1
        assert ids.count(f"check-{exercise_id(one)}") == 1


# Jupyter without the packages of widgets; tests/test_lab.py is for Jupyter with them.
NO_WIDGETS = 'import sys; sys.modules |= {"ipywidgets": None, "anywidget": None}'


@pytest.mark.parametrize("name", chapters())
def test_an_untouched_notebook_runs_in_the_unpacked_folder_even_without_widgets(released, name):
    folder = released / NAME
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(NO_WIDGETS))
    client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}})
    client.create_kernel_manager().kernel_spec.argv[0] = sys.executable
    client.execute(env=isolated(folder))
    errors = {output.ename for output in outputs(notebook) if output.output_type == "error"}
    assert errors <= {"NotImplementedError"}
    said = [output.get("data", {}).get("text/plain", "") for output in outputs(notebook)]
    assert sum("not written yet" in text for text in said) == len(chapter(name).exercises)
    for cell in notebook.cells:
        if DRAWS.search(cell.source):
            stands_still_or_waits(cell)


def stands_still_or_waits(cell):
    """A picture with its sentence, and a note if it would have controls; or words why not yet."""
    (output,) = cell.outputs
    said = output.data["text/plain"]
    if "waits for you" not in said:
        assert output.data["image/png"]
        assert "<img" in output.data["text/html"]
        has_controls = cell.source.startswith("widget(") or "=" in cell.source
        assert ("need a running Jupyter" in said) == has_controls


def test_a_pasted_numerical_gradient_judges_the_backward_passes_of_activations(capsys):
    cells = student_notebook("activations").cells
    (source,) = [one.source for one in cells if "numerical_gradient = None" in one.source]
    pasted = source.replace("numerical_gradient = None", "numerical_gradient = differences")
    exec(pasted, {**vars(activations), "differences": gradients.numerical_gradient})
    gaps = re.findall(r"at most (\S+) apart", capsys.readouterr().out)

    assert len(gaps) == 5
    assert max(map(float, gaps)) < 1e-8


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def isolated(folder):
    """An environment without the repository's own packages, which leaves no file in `folder`."""
    own = {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **own}


# ---- nbgrader


# As the command `nbgrader generate_assignment` does, but nbgrader takes seconds to start.
GENERATE = """
import sys
from nbgrader.apps import NbGraderAPI
api = NbGraderAPI()
for name in sys.argv[1:]:
    done = api.generate_assignment(name)
    assert done["success"], done["log"]
"""


@pytest.fixture(params=chapters())
def assignment(request, once, released):
    """The name of a chapter, and the folder of a course whose assignments nbgrader generated."""

    def generate(course):
        course.mkdir()
        (course / "source").symlink_to(released / "nbgrader" / "source")
        python(course, "-c", GENERATE, *chapters())

    return request.param, once("nbgrader", generate)


def test_nbgrader_generates_an_assignment_whose_stubs_are_ours(assignment, released):
    name, course = assignment
    theirs = nbformat.read(course / "release" / name / f"{name}.ipynb", as_version=4)
    ours = nbformat.read(released / NAME / f"{name}.ipynb", as_version=4)
    for one in chapter(name).exercises:
        stub = source_of(ours, exercise_id(one))
        cleared = source_of(theirs, exercise_id(one))
        assert cleared.partition("# YOUR CODE")[0].rstrip() == stub.rpartition("raise ")[0].rstrip()


def source_of(notebook, grade_id):
    (found,) = (
        cell.source
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )
    return found


def test_nbgrader_validates_its_source_and_refuses_its_stubs(assignment):
    name, course = assignment
    stubs = nbformat.read(course / "release" / name / f"{name}.ipynb", as_version=4)
    # Every figure is drawn with the solutions already.
    stubs.cells = [cell for cell in stubs.cells if not DRAWS.search(cell.source)]
    nbformat.write(stubs, course / "release" / name / "stubs.ipynb")
    files = f"source/{name}/{name}.ipynb", f"release/{name}/stubs.ipynb"
    said = python(course, "-m", "nbgrader", "validate", *files)
    of_source, failed, of_stubs = said.partition("VALIDATION FAILED")
    assert "Success! Your notebook passes all the tests." in of_source
    assert failed
    assert "Success!" not in of_stubs


DRAWS = re.compile(r"^(explore|widget)\(", re.MULTILINE)


def python(course, *arguments):
    program = [sys.executable, *arguments]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        program, cwd=course, env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_measured_numbers_are_plain_strings():
    for name in chapters():
        file = ROOT / "lessons" / name / "measured.json"
        assert all(isinstance(value, str) for value in json.loads(file.read_text()).values())
        assert inspect.ismodule(__import__(f"lessons.{name}.figures"))
