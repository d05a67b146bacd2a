"""The code of a notebook's cells as text: what of it is Python, and what it defines."""

import ast
import itertools
import re
import symtable
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# IPython's own syntax: %magic, !shell, ?help and help?
IPYTHON_LINE = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?+\s*)$")
# A cell magic after which Python follows; after any other one, such as %%bash, it does not.
PYTHON_MAGIC = re.compile(r"^%%(?:time|timeit|capture|prun)\b")
MOST = 10_000  # statements of a broken cell; each is parsed by itself
NEW_STATEMENT = re.compile(r"^(?!elif\b|else\b|except\b|finally\b)[^\s#)\]}]")
SHOW = {"check", "explore", "print", "widget"}  # functions of the course that leave nothing behind
SHARED = lru_cache(maxsize=1024)  # most cells are the same for all students of a class
DEFINITION = re.compile(r"^(?:async )?def (\w+)|^class (\w+)", re.M)


@dataclass(frozen=True)
class Code:
    """The Python of one cell.

    Attributes
    ----------
    source : what can run, each line still where it stood.
    defines : names of the functions, classes and variables that it defines at its top level.
    broken_line : the first line that is not Python, or 0.
    lost : names of functions that the cell would define if it were Python.
    """

    source: str
    defines: tuple[str, ...] = ()
    broken_line: int = 0
    lost: tuple[str, ...] = ()


@SHARED
def code(source: str) -> Code:
    """Keep of a cell what Python understands."""
    for read in (str, without_ipython):
        plain = read(source)
        if names := _names(plain):
            return Code(plain, tuple(_defined(names)))
    kept = _statements_that_parse(plain)
    defines = tuple(_defined(_names(kept)))
    lost = set(_defined_in_text(plain)) - set(defines)
    return Code(kept, defines, _broken_line(plain), tuple(sorted(lost)))


def without_ipython(source: str) -> str:
    """The cell with IPython's own syntax turned into nothing, line by line."""
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith("%%"):
        return f"\n{rest}" if PYTHON_MAGIC.match(first) else ""
    return "\n".join(IPYTHON_LINE.sub(r"\1pass", line) for line in source.split("\n"))


def definitions(source: str) -> str:
    """The imports, functions, classes and plain assignments of a cell, each line where it stood."""
    tree = parsed(source)
    return _without(source, (one for one in tree.body if not _defines(one))) if tree else ""


def uses(cells: Iterable[str]) -> dict[str, frozenset[str]]:
    """The names that each function uses which cells define, the last of each name."""
    return {name: used for source in cells for name, used in _functions(source)}


@SHARED
def _functions(source: str) -> tuple[tuple[str, frozenset[str]], ...]:
    names = _names(source)
    inner = names.get_children() if names else ()
    return tuple((one.get_name(), frozenset(_used(one))) for one in inner)


def _used(names: symtable.SymbolTable) -> Iterator[str]:
    """The names that a function uses and does not define, and those of what it defines."""
    todo = [names]
    while todo:
        inner = todo.pop()
        yield from (one.get_name() for one in inner.get_symbols() if one.is_global())
        todo += inner.get_children()


@SHARED
def without_showing(source: str) -> str:
    """A cell of the lesson without what only prints, draws and checks; empty if that is all."""
    tree = parsed(source)
    showing = [one for one in tree.body if _shows(one)]
    return _without(source, showing) if len(showing) < len(tree.body) else ""


def _shows(node: ast.stmt) -> bool:
    """Whether a statement of ours is there to show something, or to do so again and again."""
    if isinstance(node, ast.For | ast.With):
        return any(map(_shows, node.body))
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SHOW


def _defined(names: symtable.SymbolTable) -> Iterator[str]:
    return (one.get_name() for one in names.get_symbols() if one.is_assigned())


def _names(source: str) -> symtable.SymbolTable | None:
    """What is known of the names in a cell, or None if it is not Python.

    Unlike to compile it, this takes no longer and no more memory than the cell is long.
    """
    return _read(symtable.symtable, source, "a cell", "exec")


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell, or None if it is not Python."""
    return _read(ast.parse, source)


def _read(read: Callable, *arguments: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read(*arguments)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return not any(isinstance(part, ast.Call) for part in ast.walk(node))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
    return isinstance(node, kinds)


def _without(source: str, nodes: Iterable[ast.stmt]) -> str:
    """The source with some of its top-level statements turned into ``pass``."""
    lines = source.encode().split(b"\n")
    for node in reversed(list(nodes)):
        first, last = node.lineno - 1, node.end_lineno - 1
        after = lines[last][node.end_col_offset :]
        lines[first] = lines[first][: node.col_offset] + b"pass" + after
        lines[first + 1 : last + 1] = [b""] * (last - first)
    return b"\n".join(lines).decode()


def _statements_that_parse(source: str) -> str:
    """The top-level statements that are Python by themselves, with blank lines for the others."""
    lines = source.split("\n")
    kept = [""] * len(lines)
    for first, end in itertools.islice(_statements(lines), MOST):
        if _names("\n".join(lines[first:end])):
            kept[first:end] = lines[first:end]
    return "\n".join(kept)


def _statements(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where top-level statements seem to begin and end, by their indentation alone."""
    starts = [i for i, line in enumerate(lines) if NEW_STATEMENT.match(line)]
    # A decorator belongs to the definition below it.
    starts = [i for i in starts if i == 0 or not lines[i - 1].startswith("@")]
    yield from itertools.pairwise([*starts, len(lines)])


def _defined_in_text(source: str) -> Iterator[str]:
    return (function or kind for function, kind in DEFINITION.findall(source))


def _broken_line(source: str) -> int:
    try:
        symtable.symtable(source, "a cell", "exec")
    except SyntaxError as error:
        return min(error.lineno or 1, source.count("\n") + 1)
    except (ValueError, RecursionError, MemoryError):
        return 1
    return 0
