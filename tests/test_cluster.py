"""A class is graded on a real Dask cluster of two workers, here on loopback."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading

import psutil
import pytest
from dask.distributed import Client

from autograder.grading import cluster, stamp
from autograder.grading.batch import grade_class
from autograder.grading.find import find
from autograder.grading.settings import Settings
from autograder.grading.store import Store
from autograder.trouble import Trouble

NAMES = [f"student{i:02}" for i in range(12)]
RELU = "import numpy as np\ndef relu(z): return np.maximum(np.asarray(z, float), 0)"


@contextlib.contextmanager
def program(module, *arguments, **environment):
    """A program of Dask that runs as long as this lasts."""
    running = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"],
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


@contextlib.contextmanager
def started_scheduler(losses):
    """The address of a scheduler that gives up a task after so many lost workers."""
    allowed = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": losses}
    with program("dask_scheduler", "--host", "127.0.0.1", "--port", "0", **allowed) as running:
        lines = iter(running.stderr.readline, "")
        yield next(found[0] for line in lines if (found := re.search(r"tcp://[\d.:]+", line)))


def worker(address):
    return program("dask_worker", address, "--no-nanny", "--nthreads", "1")


@pytest.fixture(scope="module")
def works(tmp_path_factory, write_notebook):
    folder = tmp_path_factory.mktemp("works") / "class"
    for i, name in enumerate(NAMES):
        write_notebook(folder / name / "activations.ipynb", RELU if i % 3 else "x = 1")
    (folder / NAMES[1] / "activations.ipynb").write_text("{")
    return folder


def grade(works, out, level="process", **how):
    return grade_class(works, out, jobs=2, seed=5, level=level, **how)


def written(out):
    return {
        file.relative_to(out): file.read_bytes()
        for part in ("results", "feedback")
        for file in out.glob(f"{part}/*/*")
    }


@pytest.fixture(scope="module")
def here(works, tmp_path_factory):
    """What grading the class on this machine alone writes."""
    out = tmp_path_factory.mktemp("here") / "out"
    grade(works, out)
    return written(out)


# A task of a lost worker goes to another one or, where that is forbidden, is split.
@pytest.mark.parametrize(("level", "losses"), [("strict", "3"), ("strict", "0"), ("process", "3")])
def test_every_submission_is_graded_once_though_a_worker_is_killed(
    works, here, tmp_path, monkeypatch, have, level, losses
):
    have(level)
    put, kept = Store.put, []
    monkeypatch.setattr(
        Store, "put", lambda store, one: (kept.append(one.student), put(store, one))
    )
    with started_scheduler(losses) as address, worker(address) as first, worker(address):
        with Client(address) as client:
            client.wait_for_workers(2, timeout=60)

        def kill_one(done, total):
            if done == 2:
                first.kill()

        tally = grade(works, tmp_path / "out", level, scheduler=address, progress=kill_one)

    assert first.returncode == -signal.SIGKILL
    assert tally.complete
    assert sorted(kept) == NAMES
    assert written(tmp_path / "out") == here


def test_a_host_outlives_the_thread_of_the_worker_that_made_it(works, have):
    chunk = [(one, one.file.read_bytes()) for one in find(works)[0][:1]]
    how = chunk, Settings(5, have("strict")), {"activations": stamp.course("activations")}
    servers = []

    for _ in range(2):
        thread = threading.Thread(target=cluster.mark_chunk, args=how)
        thread.start()
        thread.join()
        servers.append([one.pid for one in psutil.Process().children() if one.name() == "bwrap"])

    assert len(servers[0]) == 1
    assert servers[1] == servers[0]


def test_a_scheduler_that_is_not_there_is_told_in_words(works, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT", 1)

    with pytest.raises(Trouble, match="no Dask scheduler with a worker at tcp"):
        grade(works, tmp_path / "out", scheduler="tcp://127.0.0.1:9")


def test_a_worker_with_another_state_of_the_course_grades_nothing(works, monkeypatch):
    monkeypatch.setattr(cluster, "course", lambda chapter: "another")
    chunk = [(find(works)[0][0], b"{}")]

    with pytest.raises(Trouble, match="another state of the course"):
        cluster.mark_chunk(chunk, Settings(5, "process"), {"activations": "this"})
