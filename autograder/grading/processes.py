"""Grading in several processes of this machine, any of which may die."""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from pathlib import Path

from autograder.grading.find import Found
from autograder.grading.settings import Settings
from autograder.grading.store import Store, written
from autograder.grading.submission import opened
from autograder.trouble import Trouble

AHEAD = 2  # submissions handed to each process, so that none of them waits for the next one
BROKEN = """\
The grader cannot work on this machine: its processes end before they grade anything. What they said
is above; if nothing is, it may be want of memory. What was graded stays; run the same command again
to go on."""


def in_processes(
    found: Iterable[Found], jobs: int, settings: Settings, store: Store
) -> Iterator[tuple[Found, str]]:
    """Grade submissions and write them into the store.

    Yields
    ------
    Each submission when it is done, with why nothing could be written about it, or "".

    Raises
    ------
    Trouble : when a process of the grader ends even without a submission.
    """
    left = iter(found)
    while suspects := (yield from _until_one_dies(left, jobs, settings, store.folder)):
        # A process of the grader died, nobody knows on which of these: each by itself, then.
        for one in suspects:
            yield one, _alone(one, settings, store)


def _until_one_dies(
    left: Iterator[Found], jobs: int, settings: Settings, folder: Path
) -> Generator[tuple[Found, str], None, list[Found]]:
    """Grade what is left; when a process dies, return what was under way."""
    pool = _pool(jobs, settings)
    running: dict[Future, Found] = {}
    try:
        for one in left:
            running[_submitted(pool, one, settings, folder)] = one
            if len(running) >= AHEAD * jobs:
                yield from _finished(running)
        while running:
            yield from _finished(running)
    except BrokenProcessPool:
        pass
    finally:
        pool.shutdown(cancel_futures=True)
    return list(running.values())


def _submitted(pool: ProcessPoolExecutor, one: Found, settings: Settings, folder: Path) -> Future:
    try:
        return pool.submit(_grade, one, settings, folder)
    except BrokenProcessPool as error:
        lost = Future()
        lost.set_exception(error)
        return lost


def _finished(running: dict[Future, Found]) -> Iterator[tuple[Found, str]]:
    """Wait until something is done, and take it out of `running`."""
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        unwritten = future.result()
        yield running.pop(future), unwritten


def _alone(one: Found, settings: Settings, store: Store) -> str:
    from autograder.grading.mark import given_up

    if store.has(one, settings):
        return ""
    with _pool(1, settings) as pool:
        try:
            return pool.submit(_grade, one, settings, store.folder).result()
        except BrokenProcessPool:
            if not _begins(one.chapter, settings):
                raise Trouble(BROKEN) from None
            fault = "the grader's process ended"
            return written(store, given_up(one, opened(one.file), settings, fault))


def _begins(chapter: str, settings: Settings) -> bool:
    """Whether a process of the grader lives, as long as it is given no submission."""
    from autograder.grading.mark import prepare

    with _pool(1, settings) as pool:
        try:
            error = pool.submit(prepare, chapter, settings).exception()
        except BrokenProcessPool:
            return False
    return not isinstance(error, BrokenProcessPool)


# ---- in a process of the pool


def _pool(jobs: int, settings: Settings) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        jobs, multiprocessing.get_context(_start()), _begin, [settings, jobs]
    )


def _start() -> str:
    """How a process of the pool starts: as a copy of this one, which is soonest, where nothing else
    runs in this one. What another thread has locked stays locked in a copy for ever."""
    alone = sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    return "fork" if alone else "spawn"


def _begin(settings: Settings, jobs: int) -> None:
    # Ctrl-C reaches every process of the terminal, but ending the run is for the first to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    if jobs > 1:  # a single one starts sooner when its server has a core of its own
        _keep_to_one_core()
    from autograder.sandbox.isolation import lasting

    with contextlib.suppress(Trouble):  # which is said when a submission is to be graded
        lasting(settings.level, settings.limits)  # first, as its server starts beside this process
    # Where it cannot be imported, the process ends here, before any submission is blamed.
    import autograder.grading.grade
    import autograder.grading.mark  # noqa: F401


def _keep_to_one_core() -> None:
    """Share a core with the students' processes. As each waits for the other, nothing is lost; what
    one has in its cache the other finds there, and a fifth of the time is saved."""
    if hasattr(os, "sched_setaffinity"):  # which Linux has
        number = int(multiprocessing.current_process().name.rpartition("-")[2])
        cores = sorted(os.sched_getaffinity(0))
        # Two runs at the same time begin at different cores, if there are many.
        os.sched_setaffinity(0, {cores[(os.getppid() + number) % len(cores)]})


def _end_with_the_first() -> None:
    """End this process and what it started when the first one was killed; nobody else would."""
    connection.wait([multiprocessing.parent_process().sentinel])
    import psutil  # which takes longer than to grade a notebook, and is hardly ever needed

    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    os._exit(1)


def _grade(one: Found, settings: Settings, folder: Path) -> str:
    """Grade one notebook and write its result; return why that cannot be written, or ""."""
    from autograder.grading.mark import mark

    return written(Store(folder), mark(one, opened(one.file), settings))
