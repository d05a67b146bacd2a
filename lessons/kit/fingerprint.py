"""What a figure is made of: its own code, all it uses of the course, and the files that names.

A frame is drawn again when one of these changed, and only then: a change in one figure of a chapter
leaves the frames of the others alone.
"""

import hashlib
import importlib.metadata
import inspect
import re
import sys
from functools import cache, partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

LIBRARIES = ("numpy", "matplotlib", "pillow")


def fingerprint(function, using):
    """A hash of everything that the outcome of `function` depends on.

    Followed are the names that its code mentions, from function to function and into the constants
    they use, within the course; of libraries the versions count.

    Parameters
    ----------
    function : callable
    using : dict of str to callable
        Functions handed to it, which count with their source.
    """
    walk = _Walk(function.__module__)
    walk.follow(function)
    pieces = walk.pieces | {f"using {name}: {_source(value)}" for name, value in using.items()}
    pieces |= {f"{name} {_version(name)}" for name in LIBRARIES}
    return hashlib.sha256("\0".join(sorted(pieces)).encode()).hexdigest()


class _Walk:
    """Collects pieces of source, constants and data files on the way through a module's names."""

    def __init__(self, module):
        self.packages = {"lessons", module.partition(".")[0]}
        self.files = _data_files(module)
        self.pieces = set()
        self.visited = set()

    def follow(self, value, name="", mentioned=()):
        """Collect the value of `name` and what it leads to; `mentioned` are names used with it."""
        value = inspect.unwrap(value) if callable(value) else value
        if isinstance(value, ModuleType):
            if self._is_ours(value.__name__):
                self._names(vars(value), mentioned)
        elif isinstance(value, FunctionType | type):
            if self._is_ours(value.__module__) and value not in self.visited:
                self.visited.add(value)
                self._code(value)
        else:
            self.pieces.add(f"{name} = {_constant(value)}")
            for part in _parts(value):
                self.follow(part, name)

    def _names(self, known, names):
        for name in names:
            if name in known and not name.startswith("__"):
                self.follow(known[name], name, names)

    def _is_ours(self, module):
        return str(module).partition(".")[0] in self.packages

    def _code(self, value):
        self.pieces.add(f"{value.__qualname__}: {_source(value)}")
        members = vars(value).values() if isinstance(value, type) else [value]
        for member in members:
            function = getattr(member, "fget", None) or getattr(member, "__func__", member)
            if isinstance(function, FunctionType):
                self._function(function)

    def _function(self, function):
        names, texts = _mentions(function.__code__)
        for text in texts & self.files.keys():
            content = hashlib.sha256(self.files[text].read_bytes()).hexdigest()
            self.pieces.add(f"file {text}: {content}")
        self._names(function.__globals__, names)
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            self.follow(cell.cell_contents, name, names)


def _parts(value):
    """What a container or a partial function holds, since functions may be among it."""
    if isinstance(value, partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple | set | frozenset) else []


def _mentions(code):
    """The names and the strings in a piece of code and in the functions defined inside it."""
    names, texts = set(code.co_names), {one for one in code.co_consts if isinstance(one, str)}
    for one in code.co_consts:
        if isinstance(one, CodeType):
            more_names, more_texts = _mentions(one)
            names, texts = names | more_names, texts | more_texts
    return names, texts


def _constant(value):
    """A constant as text: without addresses, which change, and long arrays with their bytes."""
    if isinstance(value, set | frozenset):
        value = sorted(value, key=repr)
    content = value.tobytes().hex() if hasattr(value, "tobytes") else ""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value)) + content


def _source(function):
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return repr(function)


def _data_files(module):
    """The files beside a module and below, by name: those that its code names are its data."""
    file = getattr(sys.modules[module], "__file__", None)
    below = Path(file).parent.rglob("*.*") if file else ()
    return {path.name: path for path in below if path.suffix not in (".py", ".pyc", ".md")}


_version = cache(importlib.metadata.version)
