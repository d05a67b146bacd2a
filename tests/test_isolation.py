import os
import select
import subprocess
import sys
import venv
from dataclasses import replace
from textwrap import dedent

import pytest

from autograder.course.lesson import ROOT
from autograder.sandbox import isolation as levels
from autograder.sandbox import pool as pools
from autograder.sandbox.isolation import default_level, isolation, missing
from autograder.sandbox.jail import SITE
from autograder.sandbox.limits import LIMITS, Limits, for_chapter
from autograder.sandbox.pool import Pool
from autograder.trouble import Trouble
from lessons.kit.plain import Handle

ENVIRONMENT = {"LANG", "LC_CTYPE", "LD_LIBRARY_PATH", "OPENBLAS_NUM_THREADS", "PWD"}
GOOD = "def good(z): return 2 * z"
linux = pytest.mark.skipif(sys.platform != "linux", reason="strict is for Linux")


@pytest.fixture(scope="module")
def pool(have):
    have("strict")
    pool = Pool(LIMITS)
    yield pool
    pool.close()


def answer(pool, source, limits=LIMITS):
    """What a strict student's function f returns or raises."""
    with levels.Host(pool.fork).student([dedent(source)], limits) as student:
        seen = student.observer("f", (), {})
        return seen.error["type"] if seen.error else seen.result


# ---- which level, and whether it can be had


def test_strict_is_the_default_on_linux_alone(monkeypatch):
    found = []
    for platform in ("linux", "darwin", "win32"):
        monkeypatch.setattr(sys, "platform", platform)
        found.append(default_level())

    assert found == ["strict", "process", "process"]


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(Trouble, match="strict and process"), isolation("loose"):
        pass


@linux
@pytest.mark.parametrize(
    ("gone", "named"),
    [("shutil.which", "bwrap"), ("ctypes.util.find_library", "libseccomp")],
)
def test_strict_refuses_where_a_layer_is_missing_and_names_it(monkeypatch, gone, named):
    monkeypatch.setattr(gone, lambda name: None)

    with pytest.raises(Trouble, match=named), isolation("strict"):
        pass
    assert any(named in layer for layer in missing("strict"))


WHILE_IMPORTING = """
import _ctypes, glob, threading
from autograder.sandbox import jail
libraries = glob.glob(f"{jail.SITE}/scipy/**/*.so", recursive=True)
opens = threading.Thread(target=lambda: [_ctypes.dlopen(one, 2) for one in libraries])
opens.start()
while opens.is_alive():
    jail._loaded()
"""


@linux
def test_libraries_are_found_while_another_thread_imports():
    subprocess.run([sys.executable, "-c", WHILE_IMPORTING], timeout=60, check=True)


@linux
def test_strict_refuses_a_kernel_without_landlock(monkeypatch):
    monkeypatch.setattr("landlockpy.supported", lambda: False)

    assert any("Landlock" in layer for layer in missing("strict"))


def test_strict_refuses_a_bubblewrap_that_may_not_make_namespaces(monkeypatch, pool):
    command = "import sys; sys.exit('bwrap: No permissions to create new namespace')"
    monkeypatch.setattr(Pool, "command", lambda *_: [sys.executable, "-c", command])

    [layer] = missing("strict")

    assert "namespace" in layer
    assert "No permissions" in layer


def test_strict_refuses_walls_that_do_not_hold(monkeypatch, pool):
    allow_all = pools.lockdown.ALLOWED + " getsid"
    monkeypatch.setattr(pools.lockdown, "ALLOWED", allow_all)

    assert missing("strict") == ["seccomp: set up, but it does not hold"]


def test_process_needs_nothing():
    assert missing("process") == []


# ---- what a strict student's process finds around it


def test_nothing_of_the_course_can_even_be_seen(pool):
    hidden = [str(ROOT), "/home", "/root", "/opt", "/tmp", "/proc"]
    source = f"""
        import os
        def f(): return [os.path.lexists(path) for path in {hidden!r}]
    """

    assert answer(pool, source) == [False] * len(hidden)


IN_A_COPY = """
import sys
from autograder.sandbox.isolation import isolation, missing
assert missing("strict") == []
source = f"import os\\ndef f(): return os.path.lexists({sys.prefix!r})"
with isolation("strict") as host, host.student([source]) as student:
    assert student.observer("f", (), {}).result is False
"""


def test_strict_holds_where_python_lies_in_the_folder_of_the_course(tmp_path, pool):
    python = tmp_path / "the course" / ".venv" / "bin" / "python"
    venv.create(python.parents[1], symlinks=False)
    places = os.pathsep.join([str(ROOT), str(SITE)])

    done = subprocess.run(
        [python, "-c", IN_A_COPY],
        env={**os.environ, "PYTHONPATH": places},
        stderr=subprocess.PIPE,
        text=True,
    )

    assert done.returncode == 0, done.stderr


def test_no_file_is_open_but_the_line_to_the_grader(pool):
    source = """
        import os
        def f():
            found = []
            for one in range(100):
                try: found.append((one, os.fstat(one).st_mode >> 12))
                except OSError: pass
            return found
    """

    character_device, socket = 2, 12
    nowhere = [(one, character_device) for one in (0, 1, 2)]
    assert answer(pool, source) == [*nowhere, (3, socket)]


def test_the_environment_is_not_the_graders(pool):
    source = "import os\ndef f(): return sorted(os.environ)"

    assert set(answer(pool, source)) <= ENVIRONMENT


@pytest.mark.parametrize("module", ["scipy.special", "scipy.linalg", "hashlib", "lzma", "decimal"])
def test_what_an_exercise_may_compute_with_can_be_imported(pool, module):
    assert answer(pool, f"def f():\n    import {module}\n    return 1", Limits(call=60)) == 1


def test_a_student_finds_nothing_of_the_one_before(pool):
    leave = "import numpy as np\nnp.left = 1\ndef f(): return 1"
    look = "import numpy as np\ndef f(): return hasattr(np, 'left')"

    assert [answer(pool, leave), answer(pool, look)] == [1, False]


# ---- limits


def test_a_chapter_may_change_the_limits(monkeypatch):
    import autograder.chapters.activations as chapter

    assert for_chapter(LIMITS, "activations") == LIMITS
    monkeypatch.setattr(chapter, "LIMITS", {"call": 20}, raising=False)
    assert for_chapter(LIMITS, "activations") == replace(LIMITS, call=20)


@pytest.mark.parametrize(
    "bomb",
    [
        "os.fork()",
        "threading.Thread(target=print).start()",
        "subprocess.run(['true'])",
        "np.ones((1 << 20, 1 << 12))",
        "open('/empty/file', 'w')",
        "os.memfd_create('x')",
        "os.pipe()",
    ],
)
def test_a_bomb_is_refused_and_the_process_goes_on(pool, bomb):
    source = f"""
        import os, subprocess, threading
        def f():
            for _ in range(1000):
                try: {bomb}
                except (OSError, RuntimeError, MemoryError): pass
                else: return "not refused"
            return "refused"
    """

    assert answer(pool, source) == "refused"


def test_open_files_are_bounded(pool):
    source = """
        import os
        def f():
            try:
                for many in range(10_000): os.dup(0)
            except OSError: return many
    """

    assert answer(pool, source) < LIMITS.files


# ---- the fork server


def test_a_student_loses_nothing_when_the_fork_server_dies_under_it(pool):
    with levels.Host(pool.fork).student([GOOD]) as student:
        before = student.observer("good", (1.0,), {})
        pool._server.kill()
        after = student.observer("good", (2.0,), {})

    assert (before.result, after.result) == (2.0, 4.0)
    assert not student.failures


def test_what_a_call_kept_is_there_when_the_fork_server_dies_before_the_next(pool):
    source = "def begin(x): return x, [x]\ndef show(kept): return kept"
    with levels.Host(pool.fork).student([source]) as student:
        student.observer("begin", (1.0,), {}, 0, (1,))
        pool._server.kill()
        after = student.observer("show", (Handle(0, 1),), {}, 1)

    assert after.result == [1.0]


def test_a_dead_fork_server_is_started_again(pool):
    pool._server.kill()
    pool._server.wait()

    assert answer(pool, "def f(): return 1") == 1


def test_a_fork_server_that_dies_with_every_student_is_not_started_for_ever(pool):
    with levels.Host(pool.fork).student([GOOD]) as student:
        launch = student._launch

        def doomed(limits):
            channel = launch(limits)
            pool._server.kill()
            select.select([channel._handle], [], [])  # wait until it is dead
            return channel

        student._launch = doomed
        with pytest.raises(RuntimeError, match="fork server"):
            student.observer("good", (1.0,), {})


def test_a_pool_runs_one_student_at_a_time(pool):
    host = levels.Host(pool.fork)
    with host.student([GOOD]) as first, host.student([GOOD]) as second:
        first.observer("good", (1.0,), {})
        with pytest.raises(RuntimeError, match="one student at a time"):
            second.observer("good", (1.0,), {})
