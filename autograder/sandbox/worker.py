"""The program in a student's process: runs the cells of a notebook, then answers calls.

It stands alone: it knows NumPy and the modules of the kit that observe a call, and holds
neither hidden tests nor right solutions. At level ``process`` it is started as
``python -I -S worker.py SITE KIT MEMORY CPU``; at level ``strict`` the fork server (server.py)
imports it and calls `serve` in a child that is locked down.
"""

import __future__

import ast
import builtins
import contextlib
import importlib
import importlib.machinery
import linecache
import os
import random
import signal
import struct
import sys
import time
import traceback
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LENGTH = struct.Struct("<Q")
LIBRARIES = ("numpy", "scipy")  # what an exercise may compute with
INERT = ("lessons", "matplotlib", "ipywidgets", "IPython", "sklearn", "seaborn", "plotly", "google")
LUMP = 1 << 16  # bytes of replies that are worth waking the grader for
PAUSE = 0.02  # seconds after which it is woken for less
PR_SET_PDEATHSIG = 1
FUTURES = [getattr(__future__, name).compiler_flag for name in __future__.all_feature_names]


def main(site: str, kit: str, memory: str, cpu: str) -> None:
    """Serve requests on the standard streams until the grader hangs up."""
    line = Line(*_take_standard_streams())
    _end_with_the_grader()
    _bound(RLIMIT_AS=int(memory), RLIMIT_CPU=int(cpu), RLIMIT_CORE=0)
    tools = prepare(site, kit)
    line.send(tools.pack({}))
    frames = [line.receive() for _ in range(tools.unpack(line.receive())["batch"])]
    serve(tools, line, lambda number: tools.unpack(frames[number]))


@dataclass(frozen=True)
class Tools:
    """What `serve` needs of the kit, and the names that a notebook starts with."""

    pack: Callable
    unpack: Callable
    observe: Callable
    failed: Callable
    not_plain: type
    namespace: dict
    compiled: dict[tuple[int, str], types.CodeType]  # cells, by number and source
    futures: set[int]  # flags of what cells imported from __future__, which holds for later ones


def prepare(site: str, kit: str) -> Tools:
    """Import NumPy and the kit, and put inert modules in the place of what only draws.

    Parameters
    ----------
    site : the folder NumPy is in.
    kit : the folder of plain.py, observe.py and functions.py.
    """
    sys.meta_path.insert(0, Finder(site))
    _, plain, observe = _load(kit, "functions", "plain", "observe")
    plain.np.random.seed(0)
    sys.argv = [""]
    namespace = _notebook_namespace(np=plain.np)
    observed = observe.Caller().plain
    known = plain.pack, plain.unpack, observed, observe.failed, plain.NotPlain
    return Tools(*known, namespace, {}, set())


def serve(tools: Tools, line: "Line", batch: Callable[[int], dict]) -> None:
    """Answer requests until the grader hangs up.

    A request is a list of items, and each has one reply, which is sent at once if the request says
    so. An item is a cell to run, a call, or the number of a call in the batch. The reply to a cell
    is ``{"error": ...}``, that to a call is an observation.

    Parameters
    ----------
    batch : gives the call of a number, with arguments that nothing else holds.
    """
    random.seed(0)  # here, as a fork seeds it anew
    while frame := line.receive():
        request = tools.unpack(frame)
        line.open(request["id"], patient=not request["each"])
        for number, item in enumerate(request["items"]):
            line.begin(number)
            call = item if type(item) is dict else batch(item)
            line.reply(_packed(_answer(call, tools), tools))
        line.flush()
    os._exit(0)


def rehearse(tools: Tools, given: Sequence[tuple[int, str]], *calls: dict) -> None:
    """Do what is done for each student, without one, so that a fork finds Python warmed up.

    Parameters
    ----------
    given : numbers and code of cells to compile and run, which most notebooks have.
    calls : to make, of functions that return their first argument.
    """
    for number, source in given:
        with contextlib.suppress(BaseException):  # an exercise that is not written
            tools.compiled[number, source] = compiled = _compiled(number, source, set())
            exec(compiled, {})
    names = {call["call"] for call in calls}
    for name in names:
        source = f"def {name}(first=0, *others, **named): return first"
        _answer({"cell": 0, "source": source}, tools)
    for call in calls:
        if "keeps" not in call:  # nothing may be left behind
            _packed(_answer(call, tools), tools)
    for name in names:
        del tools.namespace[name]
    linecache.clearcache()


def _packed(answer: dict, tools: Tools) -> bytes:
    try:
        return tools.pack(answer)
    except BaseException as error:  # what a call returned cannot be shown
        said = str(error) if type(error) is tools.not_plain else type(error).__name__
        return tools.pack(tools.failed("not plain", said))


def _answer(item: dict, tools: Tools) -> dict:
    if "cell" in item:
        return {"error": _run(item["cell"], item["source"], tools)}
    return _observed(item, tools)


def _run(number: int, source: str, tools: Tools) -> dict | None:
    """Run one cell, and of what fails in it go on behind; what failed first, or None."""
    name = _name(number)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        known = None if tools.futures else tools.compiled.get((number, source))
        exec(known or _compiled(number, source, tools.futures), tools.namespace)
    except BaseException as error:
        lines = _lines(error, name)
        _go_on(number, source, lines[0] if lines else 0, tools)
        if isinstance(error, SyntaxError) and error.filename == name:
            lines = [error.lineno or 0]
        return {"type": type(error).__name__, "line": lines[-1] if lines else 0}
    return None


def _go_on(number: int, source: str, line: int, tools: Tools) -> None:
    """Run the statements below a line of a cell, each by itself, as far as they run."""
    with contextlib.suppress(BaseException):
        for statement in ast.parse(source).body:
            if statement.lineno > line:
                with contextlib.suppress(BaseException):
                    alone = ast.Module([statement], [])
                    exec(_compiled(number, alone, tools.futures), tools.namespace)


def _compiled(number: int, source: str | ast.Module, futures: set[int]) -> types.CodeType:
    code = compile(source, _name(number), "exec", sum(futures), dont_inherit=True)
    futures.update(flag for flag in FUTURES if code.co_flags & flag)
    return code


def _name(number: int) -> str:
    return f"cell {number}"


def _lines(error: BaseException, name: str) -> list[int]:
    """The lines of a cell that an error came from, the statement that failed first."""
    frames = traceback.walk_tb(error.__traceback__)
    return [line for frame, line in frames if frame.f_code.co_filename == name]


def _observed(call: dict, tools: Tools) -> dict:
    function = tools.namespace.get(call["call"])
    if not callable(function) or isinstance(function, Inert):
        return tools.failed("missing")
    try:
        number, keeps = call.get("keeps", (0, ()))
        asked = number, keeps, call.get("pure", True), call.get("quiet", True)
        return tools.observe(function, call["args"], call["kwargs"], *asked)
    except BaseException as error:  # raised past observe, or while its result was read
        return tools.failed("not plain", type(error).__name__)


def request(
    name: str,
    args: tuple,
    kwargs: dict,
    number: int = 0,
    keeps: tuple[int, ...] = (),
    pure: bool = True,
    quiet: bool = True,
) -> dict:
    """A call as it crosses; only one that keeps something says its number within its test."""
    call = {"call": name, "args": args, "kwargs": kwargs, "pure": pure, "quiet": quiet}
    return {**call, "keeps": (number, keeps)} if keeps else call


# ---- frames: a length and that many bytes, on file descriptors of their own


def _take_standard_streams() -> tuple[int, int]:
    """Keep the pipes to the grader, and leave the student with empty input and lost output."""
    read, write = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return read, write


class Line:
    """Frames to and from the grader.

    Replies leave in lumps: a frame of the ticket of the request that they answer and, each with
    its length before it, the replies.

    Parameters
    ----------
    read, write : file descriptors.
    progress : memory shared with the grader, where the number of the item at work is kept. With it
        replies may wait for each other; without it each leaves at once.
    """

    def __init__(self, read: int, write: int, progress: memoryview | None = None):
        self._read, self._write, self._progress = read, write, progress
        self._waiting: list[bytes] = []
        self._size = 0
        self.open("")

    def receive(self) -> bytes | None:
        """The next frame, or None when the grader hung up."""
        length = self._exactly(LENGTH.size)
        return self._exactly(LENGTH.unpack(length)[0]) if length else None

    def open(self, ticket: str, patient: bool = True) -> None:
        """Answer a request from now on.

        Parameters
        ----------
        patient : whether replies may wait.
        """
        self._ticket = ticket.encode()
        self._patient = patient and self._progress is not None
        self._sent = time.monotonic()

    def begin(self, number: int) -> None:
        """Note which item is at work, so that it is known when it ends the process."""
        if self._progress is not None:
            self._progress[0] = number

    def reply(self, reply: bytes) -> None:
        """Send a reply, now or with the next ones."""
        self._waiting += (LENGTH.pack(len(reply)), reply)
        self._size += len(reply)
        late = time.monotonic() - self._sent > PAUSE
        if not self._patient or self._size > LUMP or late:
            self.flush()

    def flush(self) -> None:
        """Send the replies that wait."""
        if self._waiting:
            lump = b"".join([self._ticket, *self._waiting])
            self._waiting, self._size = [], 0
            self.send(lump)

    def send(self, frame: bytes) -> None:
        """Send a frame."""
        data = memoryview(LENGTH.pack(len(frame)) + frame)
        while data:
            data = data[os.write(self._write, data) :]
        self._sent = time.monotonic()

    def _exactly(self, size: int) -> bytes | None:
        data = bytearray()
        while len(data) < size:
            piece = os.read(self._read, min(size - len(data), 1 << 20))
            if not piece:
                return None
            data += piece
        return bytes(data)


# ---- what the student's code finds around it


def _end_with_the_grader() -> None:
    """Be killed when the grader's thread that started this process ends, however it does."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _bound(**limits: int) -> None:
    for name, value in limits.items():
        # Windows has none of them, and macOS not every one.
        with contextlib.suppress(ImportError, OSError, ValueError):
            import resource

            resource.setrlimit(getattr(resource, name), (value, value))


def _load(folder: str, *names: str) -> list[types.ModuleType]:
    """Import modules of the kit without running its __init__, which wants figures."""
    package = types.ModuleType("kit")
    package.__path__ = [folder]
    sys.modules["kit"] = package
    modules = [importlib.import_module(f"kit.{name}") for name in names]
    for name in ["kit", *(f"kit.{name}" for name in names)]:
        del sys.modules[name]
    return modules


def _notebook_namespace(**known: object) -> dict:
    """The global names of the notebook. NumPy is there even if its import cell got lost."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    for name in ("get_ipython", "display", "exit", "quit", "help"):
        setattr(builtins, name, Inert())
    vars(module).update(known)
    return vars(module)


class Finder:
    """Finds NumPy and SciPy, and puts inert modules in the place of figures and checks."""

    def __init__(self, site: str):
        self.site = site

    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        if root in INERT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        if name in LIBRARIES:
            return importlib.machinery.PathFinder.find_spec(name, [self.site])
        return None

    def create_module(self, spec):
        return InertModule(spec.name)

    def exec_module(self, module):
        pass


class InertModule(types.ModuleType):
    """A module that has every name."""

    __all__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert()


class Inert:
    """Stands for anything that draws or checks: can be called, indexed, entered and so on."""

    def _itself(self, *args, **kwargs):
        return self

    __call__ = __getitem__ = __enter__ = __round__ = _itself
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = __abs__ = _itself
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = _itself

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __setitem__(self, key, value):
        pass

    def __exit__(self, *error):
        return False

    def __iter__(self):
        return iter([self] * _names_to_unpack(sys._getframe(1)))

    def __len__(self):
        return 0

    def __bool__(self):
        return True

    def __float__(self):
        return 0.0

    def __int__(self):
        return 0

    def __lt__(self, other):
        return False

    __gt__ = __le__ = __ge__ = __lt__

    def __format__(self, spec):
        return ""


def _names_to_unpack(frame: types.FrameType) -> int:
    """How many values ``fig, axes = ...`` wants, read from the instruction that asks; else 0."""
    import opcode

    code, at = frame.f_code.co_code, frame.f_lasti
    return code[at + 1] if opcode.opname[code[at]] == "UNPACK_SEQUENCE" else 0


if __name__ == "__main__":
    main(*sys.argv[1:])
