"""The program in a student's process: runs the cells of a notebook, then answers calls.

It stands alone: started as ``python -I -S worker.py SITE KIT MEMORY`` it knows NumPy and the two
modules of the kit that observe a call, and holds neither hidden tests nor right solutions.
"""

import builtins
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import linecache
import os
import random
import struct
import sys
import types
from collections.abc import Callable

LENGTH = struct.Struct("<Q")
LIBRARIES = ("numpy", "scipy")  # what an exercise may compute with
INERT = ("lessons", "matplotlib", "ipywidgets", "IPython", "sklearn", "seaborn", "plotly", "google")


def main(site: str, kit: str, memory: str) -> None:
    """Serve requests until the grader hangs up."""
    read, write = _take_standard_streams()
    _bound_memory(int(memory))
    sys.meta_path.insert(0, Finder(site))
    plain, observe = _load(kit, "plain", "observe")
    plain.np.random.seed(0)
    random.seed(0)
    namespace = _notebook_namespace(np=plain.np)
    sys.argv = [""]
    while request := _receive(read):
        answer = _answer(plain.unpack(request), namespace, observe)
        _send(write, plain.pack(answer))
    os._exit(0)


def _answer(request: dict, namespace: dict, observe: types.ModuleType) -> dict:
    if "call" in request:
        seen = _observed(request, namespace, observe.Observation, observe.observe)
        return {"id": request["id"], "observation": seen}
    if "cell" in request:
        return {"id": request["id"], "error": _run(request["cell"], request["source"], namespace)}
    return {"id": request["id"]}


def _run(number: int, source: str, namespace: dict) -> dict | None:
    """Run one cell; what stopped it, or None."""
    name = f"cell {number}"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        exec(compile(source, name, "exec", dont_inherit=True), namespace)
    except BaseException as error:
        return {"type": type(error).__name__, "line": _line(error, name)}
    return None


def _line(error: BaseException, name: str) -> int:
    if isinstance(error, SyntaxError) and error.filename == name:
        return error.lineno or 0
    line, traceback = 0, error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == name:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _observed(request: dict, namespace: dict, observation: type, observe: Callable) -> dict:
    function = namespace.get(request["call"])
    if not callable(function) or isinstance(function, Inert):
        return observation.failed("missing").as_plain()
    try:
        return observe(function, request["args"], request["kwargs"]).as_plain()
    except BaseException as error:  # raised past observe, or while its result was read
        return observation.failed("not plain", type(error).__name__).as_plain()


# ---- frames: a length and that many bytes, on file descriptors of their own


def _take_standard_streams() -> tuple[int, int]:
    """Keep the pipes to the grader, and leave the student with empty input and lost output."""
    read, write = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return read, write


def _receive(read: int) -> bytes | None:
    length = _read_exactly(read, LENGTH.size)
    return _read_exactly(read, LENGTH.unpack(length)[0]) if length else None


def _read_exactly(read: int, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = os.read(read, min(size - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)


def _send(write: int, frame: bytes) -> None:
    data = memoryview(LENGTH.pack(len(frame)) + frame)
    while data:
        data = data[os.write(write, data) :]


# ---- what the student's code finds around it


def _bound_memory(size: int) -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
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
