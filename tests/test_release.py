"""The student release is complete, works, and gives no answer away."""

import html
import inspect
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.course.exercise import chapter, chapters, parts
from autograder.course.lesson import ROOT
from autograder.course.notebooks import exercise_id
from autograder.course.release import NAME, release
from autograder.suites.mistakes import catalogue
from autograder.suites.suite import suite

SITE = ROOT / "_build" / "html"


# ---- nothing leaks: code is compared by its tokens, with every name of the author's own blanked

KEPT = {"np", "math", "abs", "max", "min", "sum", "not", "and", "or", "for", "in", "if", "else"}
SHORTEST = 8  # tokens; a shorter statement is everybody's
TELLING = 20  # tokens; a statement this long gives an answer away by itself


def tokens(code):
    found = re.findall(r"\w+|[^\w\s]", re.sub(r"#.*", "", code))
    return " ".join(
        "_" if re.match(r"[A-Za-z_]", token) and before != "." and token not in KEPT else token
        for before, token in zip(["", *found], found, strict=False)
    )


def secrets():
    """Every reference, mistake, other style and hidden test: its name and its statements."""
    for name in chapters():
        for one in chapter(name).exercises:
            yield one.name, statements(one.parts.body)
        for mistake in catalogue(name).mistakes:
            if mistake.function.__module__.startswith(f"autograder.chapters.{name}"):
                yield mistake.name, statements(parts(mistake.function).body)
        for test in suite(name).tests:
            yield test.id, statements(parts(test.function).body)


def statements(body):
    """The statements that compute something, in tokens, without what they are assigned to."""
    lines = [re.sub(r"^(return|\w+ =) ", "", line.strip()) for line in body.splitlines()]
    found = [tokens(line) for line in lines if not re.match(r"(if|for|raise|while)\b", line)]
    return [code for code in found if len(code.split()) >= SHORTEST]


def leaks(texts):
    hidden = [(owner, codes) for owner, codes in secrets() if codes]
    for place, text in texts:
        seen = tokens(text)
        for owner, codes in hidden:
            telling = [code for code in codes if len(code.split()) >= TELLING]
            if all(code in seen for code in codes) or any(code in seen for code in telling):
                yield str(place), owner


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


def test_the_search_for_leaks_would_find_one_under_other_names():
    body = chapter("activations")["sigmoid"].parts.body
    disguised = re.sub(r"\bz\b", "pre_activation", body).replace(", ", ",")
    assert ("a page", "sigmoid") in list(leaks([("a page", disguised)]))


def test_the_release_holds_no_answer_no_mistake_and_no_hidden_test(released):
    assert list(leaks(texts_of_release(released / NAME))) == []


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


@pytest.mark.parametrize("name", chapters())
def test_an_untouched_notebook_runs_from_top_to_bottom_in_the_unpacked_folder(released, name):
    folder = released / NAME
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}})
    client.create_kernel_manager().kernel_spec.argv[0] = sys.executable
    client.execute(env=isolated(folder))
    errors = {output.ename for output in outputs(notebook) if output.output_type == "error"}
    assert errors <= {"NotImplementedError"}
    said = [output.get("data", {}).get("text/plain", "") for output in outputs(notebook)]
    assert sum("not written yet" in text for text in said) == len(chapter(name).exercises)


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def isolated(folder):
    """An environment in which the repository's own packages cannot be imported."""
    return {**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}


# ---- nbgrader


@pytest.fixture(scope="module")
def nbgrader_course(released, tmp_path_factory):
    course = tmp_path_factory.mktemp("nbgrader")
    (course / "source").symlink_to(released / "nbgrader" / "source")
    return course


@pytest.mark.parametrize("name", chapters())
def test_nbgrader_generates_an_assignment_whose_stubs_are_ours(nbgrader_course, released, name):
    nbgrader(nbgrader_course, "generate_assignment", name)
    theirs = nbformat.read(nbgrader_course / "release" / name / f"{name}.ipynb", as_version=4)
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


@pytest.mark.parametrize("name", chapters())
def test_nbgrader_validates_its_source_and_refuses_its_stubs(nbgrader_course, name):
    nbgrader(nbgrader_course, "generate_assignment", name)
    source = nbgrader(nbgrader_course, "validate", f"source/{name}/{name}.ipynb")
    assert "Success! Your notebook passes all the tests." in source
    stubs = nbgrader(nbgrader_course, "validate", f"release/{name}/{name}.ipynb")
    assert "VALIDATION FAILED" in stubs


def nbgrader(course, *arguments):
    program = [sys.executable, "-m", "nbgrader", *arguments]
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
