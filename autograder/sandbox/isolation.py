"""The two levels of isolation, and whether this machine has what they need.

``strict`` (Linux): a fork server in namespaces without network, files or other processes, and for
each student a child of it under Landlock, seccomp and the kernel's limits. A security boundary.

``process``: a plain process, under limits of time and memory. Everywhere, and no boundary.

This module imports NumPy only when it is needed: the fork server starts before it, and beside it.
"""

import ctypes.util
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import cache, partial
from multiprocessing.util import Finalize

from autograder.sandbox.channel import Channel, Gone, Late, Lost, replies
from autograder.sandbox.limits import LIMITS, Limits
from autograder.sandbox.pipes import PipeChannel
from autograder.sandbox.worker import request
from autograder.trouble import Trouble

LEVELS = ("strict", "process")
REFUSAL = """\
Isolation `strict` cannot be had on this machine:
{layers}
`autograder doctor` says more. With `--isolation process` the code of students runs all the same, as
your own user and able to read your files: do that in a container or a virtual machine."""


def default_level() -> str:
    """``strict`` on Linux, ``process`` elsewhere."""
    return "strict" if sys.platform == "linux" else "process"


class Host:
    """What students' processes are started by; made once in each process of the grader.

    Parameters
    ----------
    launch : starts a process for the calls of a batch, which may be None.
    check : raises Trouble if a process would not be isolated.
    expect : is told of a batch before there is a student, to get it ready.
    """

    def __init__(
        self,
        launch: Callable[..., Channel],
        check: Callable[[], None] = lambda: None,
        expect: Callable[[object], None] = lambda batch: None,
    ):
        self._launch = launch
        self.ready = cache(check)
        self.expect = expect

    def student(self, cells: Sequence[str], limits: Limits = LIMITS, batch=None):
        """A student's functions, to be entered as a context; one at a time.

        Parameters
        ----------
        batch : `autograder.suites.record.Batch`, the calls that will be asked for.

        Returns
        -------
        autograder.sandbox.process.StudentProcess
        """
        from autograder.sandbox.process import StudentProcess

        self.ready()
        return StudentProcess(cells, limits, partial(self._launch, batch=batch))


@contextmanager
def isolation(level: str, limits: Limits = LIMITS) -> Iterator[Host]:
    """A host at `level`, which goes on to get ready while the grader does other things.

    Raises
    ------
    Trouble : where a layer of the level is missing, at the latest when the host is to be ready.
        ``strict`` never becomes less than it says.
    """
    if level not in LEVELS:
        raise Trouble(f"There is no isolation {level!r}; there is {' and '.join(LEVELS)}.")
    if level == "process":
        yield Host(_plain)
        return
    with _refusing():
        pool = _begun(limits)
    try:
        yield Host(pool.fork, _refusing()(partial(_try, pool, limits)), pool.expect)
    finally:
        pool.close()


@cache
def lasting(level: str, limits: Limits) -> Host:
    """The host of this process at `level`, until the process ends."""
    stack = ExitStack()
    Finalize(None, stack.close, exitpriority=0)
    return stack.enter_context(isolation(level, limits))


def missing(level: str) -> list[str]:
    """The layers of `level` that this machine lacks, in words; none if it may be used.

    It is found out by trying: a process is started and must find itself locked in.
    """
    if level == "process":
        return []
    try:
        with closing(_begun(LIMITS)) as pool:
            _try(pool, LIMITS)
    except Lacking as lacking:
        return lacking.layers
    return []


class Lacking(Exception):
    """Layers are missing; the argument lists them in words."""

    def __init__(self, layers: list[str]):
        super().__init__("; ".join(layers))
        self.layers = layers


def _plain(limits: Limits, batch=None) -> Channel:
    return PipeChannel(limits, batch.frames if batch else ())


@contextmanager
def _refusing() -> Iterator[None]:
    """Say in words that ``strict`` cannot be had."""
    try:
        yield
    except Lacking as lacking:
        layers = "\n".join(f"  - {layer}" for layer in lacking.layers)
        raise Trouble(REFUSAL.format(layers=layers)) from None


def _begun(limits: Limits):
    """A fork server, as yet untried."""
    if lacking := [says for there, says in _parts() if not there]:
        raise Lacking(lacking)
    from autograder.sandbox.pool import Pool

    try:
        return Pool(limits)
    except (RuntimeError, OSError) as error:
        raise Lacking([f"Landlock or seccomp: {error}"]) from None


def _parts() -> Iterator[tuple[bool, str]]:
    """What must be there, and what to say if it is not."""
    if sys.platform != "linux":
        yield False, "Linux: only it has Landlock, seccomp and namespaces"
        return
    yield (
        shutil.which("bwrap") is not None,
        "namespaces: there is no program bwrap (on Debian: apt install bubblewrap)",
    )
    yield _has_landlock(), "Landlock: this kernel has none (it came with Linux 5.13)"
    yield (
        ctypes.util.find_library("seccomp") is not None,
        "seccomp: there is no libseccomp (on Debian: apt install libseccomp2)",
    )


def _has_landlock() -> bool:
    import landlockpy

    return landlockpy.supported()


def _try(pool, limits: Limits) -> None:
    """Have a child of the fork server feel its walls."""
    from autograder.sandbox.pool import NotStarted
    from lessons.kit.plain import NotPlain, pack

    try:
        pool.ready()
    except NotStarted as error:
        raise Lacking([f"namespaces: bubblewrap is refused them here ({error})"]) from None
    channel = pool.fork(limits)
    call = request("walls", (), {})
    try:
        channel.send(pack({"id": "", "each": True, "items": [{"cell": 1, "source": PROBE}, call]}))
        _said(channel, limits)
        felt = _said(channel, limits)
    except (Late, Gone, Lost, NotPlain) as error:
        raise Lacking([f"a locked-down process does not run: {error!r}"]) from None
    finally:
        channel.close()
    if fallen := [layer for layer, holds in felt["result"].items() if not holds]:
        raise Lacking([f"{layer}: set up, but it does not hold" for layer in fallen])


def _said(channel: Channel, limits: Limits) -> dict:
    from lessons.kit.plain import unpack

    (reply,) = replies(channel.receive(time.monotonic() + limits.start), "")
    said = unpack(reply)
    if "fault" in said:
        raise Lacking([said["fault"]])
    return said


PROBE = """
import os, resource

def refused(action, *arguments):
    try:
        action(*arguments)
    except PermissionError:
        return True
    return False

def walls():
    return {
        "Landlock": refused(os.listdir, "/"),
        "seccomp": refused(os.getsid, 0),
        "limits": resource.getrlimit(resource.RLIMIT_FSIZE)[1] == 0,
        "namespaces": os.getppid() == 1 and not os.path.exists("/proc"),
    }
"""
