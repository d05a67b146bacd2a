"""Level ``process``: a student's code in a plain process, on every system that has Python.

It keeps answers out of the student's process, keeps time and memory in bounds, and on Linux it ends
with the grader. It is no boundary: the process is the grader's own user and may do what that user
may do.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox.channel import Gone, Late, framed, length
from autograder.sandbox.jail import KIT, SITE
from autograder.sandbox.limits import Limits
from autograder.sandbox.worker import LENGTH

WORKER = Path(__file__).with_name("worker.py")
AHEAD = 16  # frames that may wait for the grader; the process waits when there are more


class PipeChannel:
    """A student's process on two pipes (see `autograder.sandbox.channel.Channel`).

    Parameters
    ----------
    frames : the calls of a batch, each packed.

    Raises
    ------
    Late, Gone : when Python with NumPy does not start.
    """

    def __init__(self, limits: Limits, frames: Sequence[bytes] = ()):
        self._limits = limits
        self._requests: queue.SimpleQueue = queue.SimpleQueue()
        self._replies: queue.Queue = queue.Queue(AHEAD)
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process = self._started()
        # Writing and reading may both block, so they stay in threads that can be left behind.
        self._threads = [threading.Thread(target=f, daemon=True) for f in (self._write, self._read)]
        for thread in self._threads:
            thread.start()
        self._greet(frames)

    def _started(self) -> subprocess.Popen:
        cpu = self._limits.for_kernel()["RLIMIT_CPU"]
        command = [sys.executable, "-I", "-S", WORKER, SITE, KIT, self._limits.memory, cpu]
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=environment(),
            start_new_session=True,
        )

    def _greet(self, frames: Sequence[bytes]) -> None:
        try:
            self.receive(time.monotonic() + self._limits.start)
        except (Late, Gone):
            self.close()
            raise
        from lessons.kit.plain import pack

        for frame in (pack({"batch": len(frames)}), *frames):
            self.send(frame)

    def send(self, frame: bytes) -> None:
        self._requests.put(framed(frame))

    def receive(self, deadline: float) -> bytes:
        try:
            reply = self._replies.get(timeout=max(deadline - time.monotonic(), 0))
        except queue.Empty:
            raise Late from None
        if reply is None:
            raise Gone
        return reply

    def progress(self) -> int:
        return 0

    def close(self) -> None:
        # The process is not waited for before, so its id cannot have become another's.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._requests.put(None)
        self._leave_threads()
        self._folder.cleanup()

    def _leave_threads(self) -> None:
        # A process that left the group may hold the pipes open for ever: do not wait for it.
        end = time.monotonic() + 1
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < end:
            with contextlib.suppress(queue.Empty):
                self._replies.get(timeout=0.01)

    def _write(self) -> None:
        with contextlib.suppress(OSError), self._process.stdin as pipe:
            while (frame := self._requests.get()) is not None:
                pipe.write(frame)
                pipe.flush()

    def _read(self) -> None:
        with contextlib.suppress(OSError, Gone), self._process.stdout as pipe:
            while head := pipe.read(LENGTH.size):
                size = length(head, self._limits.reply)
                frame = pipe.read(size)
                if len(frame) != size:
                    break
                self._replies.put(frame)
        self._replies.put(None)


def environment() -> dict[str, str]:
    """Nothing of the grader's environment but what Python needs to start."""
    needed = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG")
    kept = {name: os.environ[name] for name in needed if name in os.environ}
    return {"OPENBLAS_NUM_THREADS": "1", **kept}
