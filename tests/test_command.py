import json
import subprocess
import sys

import pytest

from autograder import cli
from autograder.course.measuring import measure
from autograder.grading import batch
from lessons.gradients import measurements
from lessons.kit import measured

STORED = measured.measured("gradients")


@pytest.mark.parametrize(
    "command", ["release", "grade", "verify", "measure", "sample-class", "bench", "doctor"]
)
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])

    assert end.value.code == 0
    assert f"example: autograder {command}" in " ".join(capsys.readouterr().out.split())


def test_help_needs_neither_numpy_nor_pytest():
    code = "import sys, autograder.cli; print({'numpy', 'pytest', 'nbformat'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grade", "nowhere", "--out", "out"], "autograder: There is no folder nowhere."),
        (["grade", ".", "--out", "out"], "autograder: There is nothing to grade in ."),
        (
            ["measure", "gradients", "magic"],
            "autograder: gradients measures no 'magic'. It measures",
        ),
        (["verify", "magic"], "autograder: There is no chapter 'magic'. There is activations"),
    ],
)
def test_a_trouble_is_told_in_words(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert cli.main(arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(("level", "warned"), [("process", True), ("strict", False)])
def test_the_level_that_is_no_boundary_says_so_before_it_grades(level, warned, tmp_path, capsys):
    cli.main(["grade", str(tmp_path), "--out", str(tmp_path / "out"), "--isolation", level])
    assert ("no security boundary" in capsys.readouterr().err) == warned


def test_a_failure_of_the_grader_itself_is_told_without_a_traceback(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(batch, "find", lambda folder: 1 / 0)

    assert cli.main(["grade", str(tmp_path), "--out", "x"]) == 3
    error = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero" in error
    assert "Traceback" not in error


def test_an_output_folder_that_cannot_be_written_is_told_in_words(tmp_path, capsys):
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "activations.ipynb").touch()
    (tmp_path / "out").touch()

    assert cli.main(["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]) == 2
    assert "cannot be written to" in capsys.readouterr().err


@pytest.fixture
def measured_file(tmp_path, monkeypatch):
    """A file of measured numbers in the place of the one of a chapter."""
    monkeypatch.setattr(measured, "__file__", tmp_path / "kit" / "measured.py")
    file = tmp_path / "gradients" / "measured.json"
    file.parent.mkdir()
    file.write_text('{"kept": "1", "best_error_float64_centered": "old"}')
    return file


def test_numbers_are_measured_anew_and_others_stay(measured_file, capsys):
    assert cli.main(["measure", "gradients", "steps"]) == 0
    numbers, name = json.loads(measured_file.read_text()), "best_error_float64_centered"
    assert numbers["kept"] == "1"
    assert numbers[name] == STORED[name]
    assert f"{len(numbers) - 1} numbers" in capsys.readouterr().out


def first():
    return {"one": "1"}


def stopped():
    raise KeyboardInterrupt


def test_what_was_measured_before_ctrl_c_is_kept(measured_file, monkeypatch):
    monkeypatch.setattr(measurements, "GROUPS", [first, stopped])
    with pytest.raises(KeyboardInterrupt):
        measure("gradients")
    assert json.loads(measured_file.read_text())["one"] == "1"
    assert json.loads(measured_file.read_text())["kept"] == "1"


def test_a_number_that_nothing_measures_any_more_is_gone(measured_file, monkeypatch):
    monkeypatch.setattr(measurements, "GROUPS", [first])
    assert measure("gradients") == 1
    assert json.loads(measured_file.read_text()) == {"one": "1"}
