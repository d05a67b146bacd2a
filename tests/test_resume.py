"""A class is graded so that nothing is lost, whatever happens to the grader on the way."""

import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import psutil
import pytest

from autograder.grading import stamp as stamping
from autograder.grading.batch import grade_class
from autograder.grading.find import find
from autograder.grading.settings import Settings
from autograder.grading.stamp import course, stamp
from autograder.grading.store import Store
from autograder.sandbox.limits import Limits
from autograder.trouble import Trouble

KILLS = 5
SHORT = Limits(call=1, cell=1)
RELU = "import numpy as np\ndef relu(z): return np.maximum(np.asarray(z, float), 0)"
SETTINGS = Settings(7, "process", SHORT)
WORKS = {
    "ada": [RELU],
    "bo": ["def relu(z): return -z"],
    "carla": [RELU, "while True: pass"],
    "dario": [],
    "elif": ["def relu(z):\n    while True: pass"],
}

# Grades a folder as the command does, but with short limits.
GRADER = """
import sys
from pathlib import Path
from autograder.grading.batch import grade_class
from autograder.sandbox.isolation import LEVELS
from autograder.sandbox.limits import Limits
from autograder.trouble import Trouble
try:
    *folders, level = sys.argv[1:]
    grade_class(*map(Path, folders), jobs=2, seed=7, level=level, limits=Limits(call=1, cell=1))
except Trouble as trouble:
    sys.exit(str(trouble))
"""


@pytest.fixture(scope="module")
def works(tmp_path_factory, write_notebook):
    folder = tmp_path_factory.mktemp("works") / "class"
    for name, cells in WORKS.items():
        write_notebook(folder / name / "activations.ipynb", *cells)
    return folder


@pytest.fixture(scope="module")
def undisturbed(works, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    grade(works, out)
    return out


@pytest.fixture
def again(works, undisturbed, tmp_path):
    """The class and its marks, to do something to."""
    shutil.copytree(works, tmp_path / "class")
    shutil.copytree(undisturbed, tmp_path / "out")
    return tmp_path / "class", tmp_path / "out"


def grade(folder, out, seed=7):
    return grade_class(folder, out, jobs=2, seed=seed, level="process", limits=SHORT)


def content(out):
    """All that a run leaves behind, but for what tells the time."""
    files = {file.relative_to(out).as_posix(): file for file in out.rglob("*") if file.is_file()}
    timed = ("receipts/", "timings.csv", ".lock")
    kept = {name: file.read_bytes() for name, file in files.items() if not name.startswith(timed)}
    kept["report.html"] = re.sub(rb"(?s)The slowest.*?</table>", b"", kept["report.html"])
    kept["summary.txt"] = kept["summary.txt"].replace(str(out).encode(), b"out")
    return kept


def times(out):
    """When each submission was graded."""
    return {file.parent.name: file.stat().st_mtime_ns for file in out.glob("receipts/*/*")}


def graded_anew(out, before):
    return {student for student, when in times(out).items() if before.get(student) != when}


# ---- the same command once more


def test_the_same_command_again_grades_nothing_and_leaves_the_same_files(again, undisturbed):
    before = times(again[1])

    grade(*again)

    assert graded_anew(again[1], before) == set()
    assert content(again[1]) == content(undisturbed)


def test_two_undisturbed_runs_give_the_same_files(works, undisturbed, tmp_path):
    grade(works, tmp_path / "out")

    assert content(tmp_path / "out") == content(undisturbed)


def test_only_a_changed_notebook_is_graded_anew(again, write_notebook):
    folder, out = again
    before = times(out)
    write_notebook(folder / "bo" / "activations.ipynb", RELU)

    tally = grade(folder, out)

    assert graded_anew(out, before) == {"bo"}
    assert tally.chapters["activations"].exercises["relu"].statuses["incorrect"] == 0


def test_another_notebook_beside_it_is_noted_anew(again):
    folder, out = again
    before = times(out)
    shutil.copy(folder / "bo" / "activations.ipynb", folder / "bo" / "old activations.ipynb")

    grade(folder, out)

    assert graded_anew(out, before) == {"bo"}
    assert "more than one notebook" in (out / "results/bo/activations.json").read_text()


@pytest.mark.parametrize(
    "other", [{"seed": 8}, {"level": "strict"}, {"limits": replace(SHORT, call=1.5)}], ids=list
)
def test_a_result_counts_for_its_own_seed_level_and_limits_only(again, other):
    folder, out = again

    assert not any(Store(out).has(one, replace(SETTINGS, **other)) for one in find(folder)[0])


def test_without_a_seed_the_earlier_run_goes_on_with_its_own(again):
    before = times(again[1])

    grade(*again, seed=None)

    assert graded_anew(again[1], before) == set()


def test_the_first_run_without_a_seed_draws_one(tmp_path):
    with Store(tmp_path).alone() as store:
        drawn = store.seed(None)

        assert store.seed(None) == drawn
    assert Store(tmp_path / "other").seed(None) != drawn


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of all that marks rest on, and the digest of it."""
    for name in ("autograder", "solutions", "lessons"):
        skip = shutil.ignore_patterns("__pycache__", "shipped")
        shutil.copytree(stamping.ROOT / name, tmp_path / name, ignore=skip)
    other = tmp_path / "autograder" / "chapters" / "other"
    other.mkdir()
    (other / "test_hidden.py").write_text("")
    monkeypatch.setattr(stamping, "ROOT", tmp_path)
    return tmp_path, lambda: course.__wrapped__("activations")


@pytest.mark.parametrize(
    "name",
    [
        "autograder/chapters/activations/test_hidden.py",
        "autograder/chapters/activations/mistakes.py",
        "autograder/grading/grade.py",
        "autograder/reports/templates/feedback.html.j2",
        "autograder/reports/templates/common.css",
        "lessons/activations/lesson.md",
        "lessons/kit/judge.py",
        "solutions/activations.py",
    ],
)
def test_a_changed_source_of_the_marks_changes_the_stamp(sources, name):
    folder, digest = sources
    before = digest()
    with (folder / name).open("a") as file:
        file.write("\n")

    assert digest() != before


@pytest.mark.parametrize("name", ["autograder/chapters/other/test_hidden.py", "lessons/new.md"])
def test_a_source_of_other_things_changes_no_stamp(sources, name):
    folder, digest = sources
    before = digest()
    (folder / name).write_text("# changed")

    assert digest() == before


def test_the_stamp_tells_students_with_the_same_notebook_apart(works):
    ada, bo, *_ = find(works)[0]

    assert stamp(b"same", ada, SETTINGS) != stamp(b"same", bo, SETTINGS)


# ---- what has happened to the folder of marks


@pytest.mark.parametrize("name", ["results/bo/activations.json", "feedback/bo/activations.html"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: os.truncate(file, file.stat().st_size // 2),
        lambda file: file.write_bytes(file.read_bytes().replace(b"0", b"1")),
        lambda file: file.write_bytes(os.urandom(1000)),
    ],
    ids=["deleted", "emptied", "truncated", "altered", "garbled"],
)
def test_a_damaged_file_is_not_taken_for_a_result(again, name, damage):
    assert is_done(again, "bo")

    damage(again[1] / name)

    assert not is_done(again, "bo")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"stamp": 1}', '{"x": 1}', "null", '"\\ud800"', "\0"]
)
def test_a_damaged_receipt_means_that_the_submission_is_not_done(again, text):
    (again[1] / "receipts" / "bo" / "activations.json").write_text(text)

    assert not is_done(again, "bo")


def is_done(again, student):
    folder, out = again
    [one] = [one for one in find(folder)[0] if one.student == student]
    return Store(out).has(one, SETTINGS)


def test_damaged_files_are_made_anew_and_nothing_else(again, undisturbed):
    before = times(again[1])
    os.truncate(again[1] / "results" / "bo" / "activations.json", 1000)
    (again[1] / "feedback" / "dario" / "activations.html").unlink()
    (again[1] / "receipts" / "ada" / "activations.json").write_text("{")

    grade(*again)

    assert graded_anew(again[1], before) == {"ada", "bo", "dario"}
    assert content(again[1]) == content(undisturbed)


def test_what_a_killed_run_was_writing_is_cleared_away(again, undisturbed):
    (again[1] / ".partial").mkdir()
    (again[1] / ".partial" / "123-activations.json").write_text("{")

    grade(*again)

    assert content(again[1]) == content(undisturbed)


def test_a_submission_on_which_the_grader_failed_is_tried_again(again, undisturbed):
    receipt = again[1] / "receipts" / "dario" / "activations.json"
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | {"fault": "out of memory"}))

    tally = grade(*again)

    assert tally.complete
    assert content(again[1]) == content(undisturbed)


def test_the_result_of_a_vanished_notebook_stays_and_is_told_of(again):
    folder, out = again
    shutil.rmtree(folder / "bo")

    tally = grade(folder, out)

    assert [warning.partition(",")[0] for warning in tally.warnings] == [
        "bo/activations: graded in an earlier run"
    ]
    assert (out / "results" / "bo" / "activations.json").exists()
    with (out / "grades.csv").open() as file:
        assert "bo" not in {row["student"] for row in csv.DictReader(file)}
    assert tally.warnings[0] in (out / "summary.txt").read_text().replace("\n", " ")


def test_two_runs_in_one_folder_at_a_time_are_refused(again):
    with Store(again[1]).alone(), pytest.raises(Trouble, match="Another run is grading into"):
        grade(*again)


def test_one_file_that_cannot_be_written_stops_nobody_else(works, tmp_path):
    out = tmp_path / "out"
    (out / "results" / "bo" / "activations.json" / "in the way").mkdir(parents=True)

    tally = grade(works, out)

    assert tally.faults == ["Nothing could be written about bo/activations: Is a directory"]
    assert set(times(out)) == set(WORKS) - {"bo"}


# ---- what has happened to the grader


def start(folder, out, level):
    return subprocess.Popen(
        [sys.executable, "-c", GRADER, folder, out, level],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kill(grader):
    """Kill a grader, and return what it had started and is still running long after."""
    first = psutil.Process(grader.pid)
    first.suspend()  # so that it starts nothing more
    started = first.children(recursive=True)
    grader.kill()
    grader.communicate()
    return psutil.wait_procs(started, timeout=30)[1]


# The marks are the same at every level.
def test_a_grader_killed_at_any_moments_ends_as_if_undisturbed(works, undisturbed, level, tmp_path):
    moments = random.Random(os.environ.get("SEED", "some moments"))
    for _ in range(KILLS):
        grader = start(works, tmp_path / "out", level)
        try:
            grader.communicate(timeout=moments.uniform(0, 3))
        except subprocess.TimeoutExpired:
            assert kill(grader) == []

    grader = start(works, tmp_path / "out", level)
    said, _ = grader.communicate()

    assert (grader.returncode, said) == (0, "")
    assert content(tmp_path / "out") == content(undisturbed)


# Runs on a disk of one megabyte, most of it taken: grades, makes room, and grades once more.
FULL_DISK = """
import shutil, subprocess, sys
from pathlib import Path
work, disk, level, *grader = sys.argv[1:]
work, disk = Path(work), Path(disk)
(disk / "filler").write_bytes(bytes(820_000))
for run in ("full", "with room"):
    folders = work / "class", disk / "out"
    done = subprocess.run([*grader, *folders, level], stderr=subprocess.PIPE)
    shutil.copytree(disk / "out", work / run)
    (work / f"{run}.txt").write_bytes(done.stderr)
    (disk / "filler").unlink(missing_ok=True)
"""


def test_a_full_disk_loses_nothing_and_says_so(works, undisturbed, level, have, tmp_path):
    have("strict")  # a small disk is made with bubblewrap
    shutil.copytree(works, tmp_path / "class")
    (tmp_path / "disk").mkdir()
    disk = ["--dev-bind", "/", "/", "--size", str(1 << 20), "--tmpfs", tmp_path / "disk"]
    python = [sys.executable, "-c"]

    subprocess.run(
        ["bwrap", *disk, *python, FULL_DISK, tmp_path, tmp_path / "disk", level, *python, GRADER],
        check=True,
    )

    said = (tmp_path / "full.txt").read_text()
    assert said.startswith(f"There is no room left to write into {tmp_path / 'disk' / 'out'}.")
    assert "run the same command again" in said
    assert not (tmp_path / "full" / ".partial").exists()
    assert (tmp_path / "with room.txt").read_text() == ""
    expected = content(undisturbed)
    assert 0 < len(times(tmp_path / "full")) < len(WORKS)
    for student in times(tmp_path / "full"):
        file = f"results/{student}/activations.json"
        assert (tmp_path / "full" / file).read_bytes() == expected[file]
    shutil.move(tmp_path / "with room", tmp_path / "disk" / "out")
    assert content(tmp_path / "disk" / "out") == expected
