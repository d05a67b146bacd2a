"""The fork server of level ``strict``: forks a locked-down process for each student.

It runs inside bubblewrap as ``python -E -s -S server.py SITE KIT CONTROL``, imports NumPy once,
keeps the inputs of the hidden tests unpacked and the cells that were handed out compiled, and from
then on only forks: a child finds everything ready in its memory. The server itself never runs a
student's code and never reads what a student sends.
"""

import ctypes
import fcntl
import gc
import json
import mmap
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable

import worker

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
LANDLOCK_RESTRICT_SELF = 446  # the same number on every architecture
LINE, RULES = 3, 4  # the only file descriptors of a child, besides three to /dev/null
LARGEST = 1 << 16  # bytes of a message on the control socket


def main(site: str, kit: str, control: str) -> None:
    """Serve the grader until it hangs up."""
    sys.path.pop(0)  # the folder of this file
    control = socket.socket(fileno=int(control))
    server = Server(worker.prepare(site, kit), *_receive_lock(control))
    # Until here what was written to it told the grader why the server does not start.
    os.dup2(0, 2)
    control.send(b"ready")
    while server.obey(control):
        _bury()


class Server:
    """What every child gets, ready in its memory."""

    def __init__(self, tools: worker.Tools, lock: "Lock", progress: memoryview):
        self.tools, self.lock, self.progress = tools, lock, progress
        self.batches: dict[int, list[dict]] = {0: []}
        _freeze()

    def obey(self, control: socket.socket) -> bool:
        """Carry out one order of the grader; False when it hung up."""
        message, files, *_ = socket.recv_fds(control, LARGEST, 1)
        if not message:
            return False
        order = json.loads(message)
        if "load" in order:
            _, *self.batches[order["load"]] = _unpacked(files[0], self.tools.unpack)
            worker.rehearse(self.tools, *_unpacked(files[0], self.tools.unpack))
            _freeze()
        elif "fork" in order:
            self.fork(control, files[0], order)
        else:
            control.send(b"alive")
        for file in files:
            os.close(file)
        return True

    def fork(self, control: socket.socket, line: int, order: dict) -> None:
        """Start a child on `line`, and tell the grader its pidfd."""
        pid = os.fork()
        if not pid:
            try:
                os.dup2(line, LINE)
                self.be_child(order)
            finally:
                os._exit(1)
        handle = os.pidfd_open(pid)
        socket.send_fds(control, [b"forked"], [handle])
        os.close(handle)

    def be_child(self, order: dict) -> None:
        line = worker.Line(LINE, LINE, self.progress)
        try:
            self.lock.close(order["layers"], order["limits"])
        except OSError as error:
            line.reply(self.tools.pack({"fault": str(error)}))
            line.flush()
            return
        worker.serve(self.tools, line, self.batches[order["fork"]].__getitem__)


def _freeze() -> None:
    """Keep the garbage collector from touching, and so copying, pages shared with children."""
    gc.collect()
    gc.freeze()


def _bury() -> None:
    """Forget the children that ended. Until then their ids are theirs."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _unpacked(file: int, unpack: Callable) -> list:
    """The cells and calls of a batch, with arguments that a child finds ready in its memory."""
    data = os.pread(file, os.fstat(file).st_size, 0)
    read, start = [], 0
    while start < len(data):
        (length,) = worker.LENGTH.unpack_from(data, start)
        start += worker.LENGTH.size
        read.append(unpack(data[start : start + length]))
        start += length
    return read


# ---- what shuts a child in


def _receive_lock(control: socket.socket) -> tuple["Lock", memoryview]:
    program, (rules, page), *_ = socket.recv_fds(control, LARGEST, 2)
    progress = memoryview(mmap.mmap(page, 8)).cast("Q")
    # Out of the way of the numbers that a child uses.
    return Lock(fcntl.fcntl(rules, fcntl.F_DUPFD, 64), program), progress


class Lock:
    """Shuts a process in for good, by rules that were made before it began.

    Parameters
    ----------
    rules : file descriptor of a Landlock ruleset.
    program : the seccomp filter, as instructions for the kernel.
    """

    def __init__(self, rules: int, program: bytes):
        self._rules = rules
        libc = ctypes.CDLL(None, use_errno=True)
        self._syscall, self._libc_prctl = libc.syscall, libc.prctl  # looked up once for all
        self._program = ctypes.create_string_buffer(program, len(program))
        self._filter = _Filter(len(program) // 8, ctypes.addressof(self._program))

    def close(self, layers: list[str], limits: dict[str, int]) -> None:
        """Lock this process in `layers`, which are all unless `autograder doctor` compares them.

        Raises
        ------
        OSError : where a layer does not hold.
        """
        os.dup2(self._rules, RULES)
        os.closerange(RULES + 1, 1 << 20)
        os.setsid()
        self._prctl(worker.PR_SET_PDEATHSIG, signal.SIGKILL)
        self._prctl(PR_SET_NO_NEW_PRIVS, 1)
        if "limits" in layers:
            for name, value in limits.items():
                resource.setrlimit(getattr(resource, name), (value, value))
        if "Landlock" in layers:
            self._done(self._syscall(LANDLOCK_RESTRICT_SELF, RULES, 0), "Landlock")
        os.close(RULES)
        if "seccomp" in layers:
            self._prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(self._filter))

    def _prctl(self, option: int, value: int, pointer: object = 0) -> None:
        self._done(self._libc_prctl(option, value, pointer, 0, 0), f"prctl {option}")

    def _done(self, status: int, layer: str) -> None:
        if status:
            error = ctypes.get_errno()
            raise OSError(error, f"{layer}: {os.strerror(error)}")


class _Filter(ctypes.Structure):
    """The kernel's ``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


if __name__ == "__main__":
    main(*sys.argv[1:])
