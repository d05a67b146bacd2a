"""The grader's side of a student's process: starts it, asks it, and ends it when time is up."""

import contextlib
import os
import queue
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

import lessons.kit.plain
from autograder.grading.cells import definitions
from autograder.sandbox import claims
from autograder.sandbox.limits import LIMITS, Limits
from autograder.sandbox.worker import LENGTH
from lessons.kit.observe import Observation
from lessons.kit.plain import PREFIX, NotPlain, pack, unpack

WORKER = Path(__file__).with_name("worker.py")
KIT = Path(lessons.kit.plain.__file__).parent
SITE = Path(np.__file__).parents[1]


class Late(Exception):
    """No answer in time."""


class Gone(Exception):
    """The process ended, or sent what is no answer."""


@dataclass(frozen=True)
class CellFailure:
    """Why a cell did not run to its end: an exception's name, ``timeout`` or ``crash``."""

    cell: int
    kind: str
    line: int = 0


class StudentProcess:
    """A student's functions in a process of their own.

    The process starts with the first call. When it loops or crashes it is killed, and the next call
    starts it again.

    Attributes
    ----------
    failures : by number, the cells that did not run to their end.
    """

    def __init__(self, cells: Sequence[str], limits: Limits = LIMITS):
        self.cells = list(cells)
        self.limits = limits
        self.failures: dict[int, CellFailure] = {}
        self._to_run = list(cells)
        self._channel: Channel | None = None
        self._given_up: dict[str, str] = {}
        self._crashes: Counter[str] = Counter()
        self._end = float("inf")

    def __enter__(self) -> Self:
        self._end = time.monotonic() + self.limits.submission
        return self

    def __exit__(self, *error) -> None:
        self._stop()

    @property
    def out_of_time(self) -> bool:
        """Whether the time of the whole submission is used up."""
        return time.monotonic() >= self._end

    def observer(self, name: str, args: tuple, kwargs: dict) -> Observation:
        """Call a function of the student (see `autograder.suites.suite.Observer`)."""
        if name in self._given_up:
            return Observation.failed(self._given_up[name])
        try:
            self._run_cells()
            reply = self._ask({"call": name, "args": args, "kwargs": kwargs}, self.limits.call)
        except Late:
            self._given_up[name] = "timeout"
            return Observation.failed("timeout")
        except Gone:
            self._crashes[name] += 1
            if self._crashes[name] >= self.limits.crashes:
                self._given_up[name] = "crash"
            return Observation.failed("crash")
        return claims.observation(reply.get("observation"), self.cells)

    # ---- cells

    def _run_cells(self) -> None:
        """Have a process in which every cell ran as far as it does."""
        while self._channel is None:
            if self.out_of_time:
                raise Late
            self._start()
            for number in range(1, len(self._to_run) + 1):
                if not self._run_cell(number):
                    break

    def _run_cell(self, number: int) -> bool:
        """Run one cell; False if that ended the process."""
        source = self._to_run[number - 1]
        try:
            error = self._ask({"cell": number, "source": source}, self.limits.cell).get("error")
            if error:
                self._record(number, *_cell_error(error))
                self._ask({"cell": number, "source": definitions(source)}, self.limits.cell)
            return True
        except (Late, Gone) as end:
            self._record(number, "timeout" if isinstance(end, Late) else "crash")
            # What the cell defines may be all that is graded; when even that ends badly, drop it.
            rest = definitions(source)
            self._to_run[number - 1] = rest if rest != source else ""
            return False

    def _record(self, number: int, kind: str, line: int = 0) -> None:
        self.failures.setdefault(number, CellFailure(number, kind, line))

    # ---- the process

    def _start(self) -> None:
        self._channel = Channel(self.limits)
        try:
            self._ask({}, self.limits.start)
        except (Late, Gone):
            if self.out_of_time:
                raise Late from None
            raise RuntimeError("Python with NumPy does not start for a student's code") from None

    def _ask(self, request: dict, seconds: float) -> dict:
        """Send a request and return the reply to just this one, or kill the process."""
        ticket = secrets.token_hex(8)
        seconds = min(seconds, self._end - time.monotonic())
        try:
            reply = self._channel.ask(pack({"id": ticket, **request}), seconds)
            if PREFIX.unpack_from(reply)[0] > self.limits.header:
                raise Gone
            reply = unpack(reply)
            if not isinstance(reply, dict) or reply.get("id") != ticket:
                raise Gone
            return reply
        except NotPlain:
            self._stop()
            raise Gone from None
        except (Late, Gone):
            self._stop()
            raise

    def _stop(self) -> None:
        if self._channel:
            self._channel.close()
        self._channel = None


def _cell_error(claim: object) -> tuple[str, int]:
    if not isinstance(claim, dict) or type(claim.get("line")) is not int:
        return "an exception", 0
    kind = claim.get("type")
    return kind if kind in claims.KNOWN_ERRORS else "an exception of its own kind", claim["line"]


class Channel:
    """One worker process and the frames to and from it, one reply for each request."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._requests: queue.SimpleQueue = queue.SimpleQueue()
        self._replies: queue.SimpleQueue = queue.SimpleQueue()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command = [sys.executable, "-I", "-S", WORKER, SITE, KIT, limits.memory]
        self._process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=_environment(),
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def ask(self, frame: bytes, seconds: float) -> bytes:
        """The reply to `frame`, all of it within `seconds`.

        Raises
        ------
        Late : when there is none in time.
        Gone : when there can be none any more.
        """
        self._requests.put(frame)
        try:
            reply = self._replies.get(timeout=max(seconds, 0))
        except queue.Empty:
            raise Late from None
        if reply is None:
            raise Gone
        return reply

    def close(self) -> None:
        """Kill the process and all it started."""
        # The process is not waited for before, so its id cannot have become another's.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._requests.put(None)
        # A process that left the group may hold the pipes open for ever: do not wait for it.
        self._thread.join(timeout=1)
        self._folder.cleanup()

    def _serve(self) -> None:
        # Writing and reading may both block, so they stay in a thread that can be left behind.
        # Closing a broken pipe fails as well, so the pipes are closed within suppress.
        with (
            contextlib.suppress(OSError, Gone),
            self._process.stdin as requests,
            self._process.stdout as replies,
        ):
            while (frame := self._requests.get()) is not None:
                requests.write(LENGTH.pack(len(frame)) + frame)
                requests.flush()
                self._replies.put(self._read(replies))
        self._replies.put(None)

    def _read(self, replies) -> bytes:
        start = replies.read(LENGTH.size)
        length = LENGTH.unpack(start)[0] if len(start) == LENGTH.size else 0
        if not PREFIX.size <= length <= self._limits.reply:
            raise Gone
        frame = replies.read(length)
        if len(frame) != length:
            raise Gone
        return frame


def _environment() -> dict[str, str]:
    """Nothing of the grader's environment but what Python needs to start."""
    needed = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG")
    kept = {name: os.environ[name] for name in needed if name in os.environ}
    return {"OPENBLAS_NUM_THREADS": "1", **kept}
