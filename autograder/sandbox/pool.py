"""The grader's side of the fork server: starts it, has it fork, and starts it again if it dies."""

import contextlib
import fcntl
import json
import mmap
import os
import select
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox import jail, lockdown
from autograder.sandbox.channel import Gone, Late, Lost, framed, length
from autograder.sandbox.limits import Limits
from autograder.sandbox.pipes import environment
from autograder.sandbox.worker import LENGTH

LAYERS = ("limits", "Landlock", "seccomp")  # besides the namespaces around the fork server
PIECE = 1 << 18  # bytes to read at a time
SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL


class NotStarted(Exception):
    """The fork server does not start; the message says why."""


class Pool:
    """A fork server and its children, one at a time. It starts while the grader does other things.

    Parameters
    ----------
    limits : of these, how long the server may take to start.

    Attributes
    ----------
    command : the command line of the server, for its end of the control socket and an empty folder.
    """

    command = staticmethod(jail.command)

    def __init__(self, limits: Limits):
        self._patience = limits.start
        self._child: SocketChannel | None = None
        self._open = contextlib.ExitStack()
        try:
            self._prepare()
            self._start()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        """Make what every server and child gets."""
        empty = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._empty = self._open.enter_context(empty)
        self._program = lockdown.seccomp_program()
        rules = lockdown.landlock_rules([*jail.readable(), Path(self._empty)])
        self._rules = self._open.enter_context(rules)
        self._page = _sealed_memory(bytes(mmap.PAGESIZE))
        self._open.callback(os.close, self._page)
        self._progress = memoryview(mmap.mmap(self._page, mmap.PAGESIZE)).cast("Q")

    def fork(self, limits: Limits, batch=None, layers: Sequence[str] = LAYERS) -> "SocketChannel":
        """A locked-down process for one student, in which the calls of `batch` are ready.

        Parameters
        ----------
        layers : fewer than all for comparison only.

        Raises
        ------
        NotStarted : when the server is dead and cannot be started again.
        """
        if self._child and not self._child.closed:
            raise RuntimeError("one pool runs one student at a time: close the one before")
        try:
            return self._forked(limits, batch, layers)
        except OSError:
            self._running.close()
        try:
            return self._forked(limits, batch, layers)
        except OSError as error:
            raise NotStarted(f"the fork server cannot fork: {error}") from None

    def expect(self, batch) -> None:
        """Have the calls of a batch got ready, which will be asked of the next students."""
        with contextlib.suppress(OSError):  # the server ended, as `fork` finds out
            self._sent(batch)

    def alive(self) -> bool:
        """Whether the server still answers."""
        try:
            self.ready()
            self._tell({})
            return self._control.recv(64) == b"alive"
        except OSError:
            return False

    def close(self) -> None:
        self._open.close()

    # ---- the server

    def _start(self) -> None:
        """Have a server begin, and give it what it locks its children with."""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(self._patience)
        self._batches: dict[int, object] = {}
        self._ready = False
        self._running = self._open.enter_context(contextlib.ExitStack())
        self._errors = self._running.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        with theirs:
            self._server = subprocess.Popen(
                self.command(theirs.fileno(), self._empty),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=environment(),
                pass_fds=[theirs.fileno()],
            )
            self._running.callback(self._stop)
        with contextlib.suppress(OSError):  # it ended, as `ready` finds out
            files = [self._rules.fileno(), self._page]
            socket.send_fds(self._control, [self._program], files)

    def ready(self) -> None:
        """Wait until the server can fork; begin one if there is none.

        Raises
        ------
        NotStarted : when it does not start.
        """
        if self._server is None:
            self._start()
        with contextlib.suppress(OSError):
            self._ready = self._ready or self._control.recv(64) == b"ready"
        if not self._ready:
            words = _last_line(self._errors)
            self._running.close()
            raise NotStarted(words)

    def _stop(self) -> None:
        # bubblewrap takes the server and all its children with it.
        self._control.close()
        self._server.kill()
        self._server.wait()
        self._server = None

    def _tell(self, order: dict, *files: int) -> None:
        socket.send_fds(self._control, [json.dumps(order).encode()], files)

    # ---- its children

    def _forked(self, limits: Limits, batch, layers: Sequence[str]) -> "SocketChannel":
        self.ready()
        number = self._sent(batch)
        ours, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as on_failure:
            on_failure.callback(ours.close)
            order = {"fork": number, "layers": layers, "limits": limits.for_kernel()}
            self._tell(order, theirs.fileno())
            answer, files, *_ = socket.recv_fds(self._control, 64, 1)
            if answer != b"forked":
                raise ConnectionError("the fork server ended")
            on_failure.pop_all()
        self._progress[0] = 0
        self._child = SocketChannel(self, ours, files[0], self._progress, limits)
        return self._child

    def _sent(self, batch) -> int:
        """The number under which the server knows a batch.

        It gets a new one ready while the grader does other things, and before it forks again.
        """
        if batch is None:
            return 0
        number = id(batch)
        if number not in self._batches:
            from lessons.kit.plain import pack  # which imports NumPy, after the server began to

            frames = [pack(list(map(list, batch.given))), *batch.frames]
            file = _sealed_memory(b"".join(map(framed, frames)))
            try:
                self._tell({"load": number}, file)
            finally:
                os.close(file)
            self._batches[number] = batch  # kept, so that its id stays its own
        return number


class SocketChannel:
    """A child of the fork server (see `autograder.sandbox.channel.Channel`).

    Parameters
    ----------
    line : the socket to the child.
    handle : a pidfd of it, which can never mean another process.
    progress : memory shared with it.
    """

    def __init__(self, pool: Pool, line: socket.socket, handle: int, progress, limits: Limits):
        self._pool, self._line, self._handle = pool, line, handle
        self._progress, self._limits = progress, limits
        self._outgoing, self._incoming = bytearray(), bytearray()
        self._poll = select.poll()
        self.closed = False
        line.setblocking(False)

    def send(self, frame: bytes) -> None:
        self._outgoing += framed(frame)

    def receive(self, deadline: float) -> bytes:
        try:
            while True:
                self._write()
                if frame := self._frame():
                    return frame
                self._wait(deadline)
                self._read()
        except OSError:
            raise self._end() from None

    def progress(self) -> int:
        return self._progress[0]

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            os.close(self._handle)
            self._line.close()

    def _frame(self) -> bytes | None:
        """The first frame of what came, if all of it did."""
        if len(self._incoming) < LENGTH.size:
            return None
        end = LENGTH.size + length(self._incoming[: LENGTH.size], self._limits.reply)
        if len(self._incoming) < end:
            return None
        frame = bytes(memoryview(self._incoming)[LENGTH.size : end])
        del self._incoming[:end]
        return frame

    def _wait(self, deadline: float) -> None:
        seconds = deadline - time.monotonic()
        events = select.POLLIN | (select.POLLOUT if self._outgoing else 0)
        self._poll.register(self._line, events)
        if seconds <= 0 or not self._poll.poll(seconds * 1000):
            raise Late

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            piece = self._line.recv(PIECE)
            if not piece:
                raise ConnectionError
            self._incoming += piece

    def _write(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._outgoing:
                del self._outgoing[: self._line.send(self._outgoing)]

    def _end(self) -> Exception:
        """Why there is nothing more: the student's code ended the process, or the server did."""
        return Gone() if self._pool.alive() else Lost()


def _last_line(errors) -> str:
    errors.seek(0)
    said = errors.read(10_000).decode(errors="replace").splitlines()
    return said[-1] if said else "the fork server does not start"


def _sealed_memory(data: bytes) -> int:
    """A file in memory that keeps its size, so that reading it can never fail."""
    file = os.memfd_create("autograder", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with os.fdopen(file, "wb", closefd=False) as memory:
        memory.write(data)
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, SEALS)
    return file
