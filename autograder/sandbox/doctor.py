"""Attack the sandbox of this very machine, and say attack by attack what stopped it."""

import ast
import contextlib
import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

import autograder.chapters
from autograder.course.exercise import chapters
from autograder.sandbox import attacks, jail
from autograder.sandbox.limits import Limits
from autograder.sandbox.pool import LAYERS, Pool
from autograder.sandbox.process import StudentProcess
from lessons.kit.observe import Observation

FOLDER = Path(attacks.__file__).parent
GOOD = "def good(z): return 2 * z"
QUICK = Limits(call=0.5, cell=5, reply=1 << 24)
# How an attack that cannot be refused was survived, by what was seen of it.
SURVIVED = {
    "timeout": "the grader's clock",
    "crash": "a process of its own",
    "MemoryError": "limits",
    "not plain": "plain data only",
}


LEGEND = """\
strict is all layers together; beside it, what each of them blocks by itself (-: not this one).
· fails on this machine without any layer too, for whoever runs this."""


@dataclass(frozen=True)
class Attack:
    """A function in a file of `autograder.sandbox.attacks`."""

    file: str
    name: str
    says: str

    @property
    def source(self) -> str:
        return (FOLDER / f"{self.file}.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Verdict:
    """What became of an attack.

    Attributes
    ----------
    blocked : whether nothing came of it.
    by : the layers that block it, each of them alone; for what can only be survived, what ended it.
    possible : whether it succeeds on this machine where no layer blocks it.
    """

    attack: Attack
    blocked: bool
    by: tuple[str, ...]
    possible: bool = True


class OpenPool(Pool):
    """A fork server without namespaces, to see what the other layers do by themselves."""

    command = staticmethod(jail.open_command)


def known_attacks(files: Sequence[str]) -> list[Attack]:
    """The attacks in some files, in order."""
    found = []
    for file in files:
        for node in ast.parse(Attack(file, "", "").source).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found.append(Attack(file, node.name, ast.get_docstring(node)))
    return found


def doctor(progress: Callable[[int, int], None]) -> list[Verdict]:
    """Try every attack on this machine's ``strict``, which must be there (see `missing`).

    Parameters
    ----------
    progress : told how many attacks were tried, of how many.
    """
    refused, contained = map(known_attacks, (attacks.REFUSED, attacks.CONTAINED))
    verdicts: list[Verdict] = []
    with contextlib.ExitStack() as stack:
        strict, open_ = (stack.enter_context(closing(kind(QUICK))) for kind in (Pool, OpenPool))
        target = stack.enter_context(targets())
        for attack in [*refused, *contained]:
            if attack in refused:
                verdicts.append(_refused(attack, strict, open_, target))
            else:
                verdicts.append(_contained(attack, strict, target))
            progress(len(verdicts), len(refused) + len(contained))
    return verdicts


def _refused(attack: Attack, strict: Pool, open_: Pool, target: dict) -> Verdict:
    def blocked(pool: Pool, *layers: str) -> bool:
        error = seen(attack, partial(pool.fork, layers=layers), target).error
        return error is not None and error["type"] != "not plain"

    if blocked(open_):
        return Verdict(attack, blocked(strict, *LAYERS), (), possible=False)
    by = ["namespaces"] if blocked(strict) else []
    by += [layer for layer in LAYERS if blocked(open_, layer)]
    return Verdict(attack, blocked(strict, *LAYERS), tuple(by))


def _contained(attack: Attack, pool: Pool, target: dict) -> Verdict:
    with StudentProcess([attack.source, GOOD], QUICK, pool.fork) as student:
        observed = student.observer(attack.name, (target,), {})
        own = student.observer("good", (21,), {}).result
    with StudentProcess([GOOD], QUICK, pool.fork) as another:
        others = another.observer("good", (21,), {}).result
    kind = observed.error["type"] if observed.error else ""
    # Who forges answers may spoil their own; a loop or a crash must not.
    holds = others == 42 and (own == 42 or (own is None and attack.file == "protocol"))
    return Verdict(attack, holds, (SURVIVED.get(kind, "thrown away"),))


def seen(attack: Attack, launch: Callable, target: dict) -> Observation:
    """What is seen of an attack. One that returns, whatever it is, succeeded."""
    with StudentProcess([attack.source], QUICK, launch) as student:
        return student.observer(attack.name, (target,), {})


@contextlib.contextmanager
def targets() -> Iterator[dict]:
    """What there is to attack, as plain data: files, processes and sockets of the grader."""
    hidden = Path(autograder.chapters.__file__).parent / chapters()[0] / "test_hidden.py"
    status = hidden.stat()
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        yield {
            "hidden": str(hidden),
            "mode": status.st_mode & 0o7777,
            "time": status.st_mtime_ns,
            "course": str(Path(autograder.__file__).parents[1]),
            "home": str(Path.home()),
            "at home": os.listdir(Path.home()),
            "scratch": scratch,
            "grader": os.getpid(),
            "group": os.getpgrp(),
            **_listening(stack, scratch),
        }


def _listening(stack: contextlib.ExitStack, scratch: str) -> dict:
    """What waits for somebody to talk to it, by kind: a port, two sockets and a terminal."""
    port = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
    sockets = {"abstract": f"\0doctor-{os.getpid()}", "unix": f"{scratch}/socket"}
    for address in sockets.values():
        line = stack.enter_context(socket.socket(socket.AF_UNIX))
        line.bind(address.encode())
        line.listen()
    for end in (ends := os.openpty()):
        stack.callback(os.close, end)
    return {"port": port, "terminal": os.ttyname(ends[1]), **sockets}


# ---- what is printed


def show(verdicts: list[Verdict], console: Console | None = None) -> int:
    """Print what became of every attack; the exit code says whether ``strict`` holds."""
    console = console or Console()
    for file in dict.fromkeys(one.attack.file for one in verdicts):
        console.print(_table([one for one in verdicts if one.attack.file == file]))
    console.print(LEGEND)
    through = sum(not one.blocked for one in verdicts)
    if through:
        console.print(f"[bold]strict does not hold here: {through} attacks succeeded.[/bold]")
        return 1
    console.print(f"strict holds here: {len(verdicts)} attacks, none succeeded.")
    return 0


def show_lacking(layers: list[str], console: Console | None = None) -> int:
    """Print which layers are missing, and what to do; an exit code."""
    console = console or Console()
    console.print("[bold]Isolation strict cannot be had on this machine.[/bold] It lacks")
    for layer in layers:
        console.print(f"  - {layer}", highlight=False)
    console.print("`--isolation process` works here, and is no security boundary (see the README).")
    return 1


def _table(verdicts: list[Verdict]) -> Table:
    attack = verdicts[0].attack
    refused = attack.file in attacks.REFUSED
    table = Table(title=ast.get_docstring(ast.parse(attack.source)), title_justify="left")
    columns = ("namespaces", *LAYERS) if refused else ("ended by",)
    for name in ("a student's code tries to", "strict", *columns):
        table.add_column(name, overflow="fold")
    for one in verdicts:
        word = "blocked" if refused else "survived"
        cells = [_cell(one, name) for name in columns] if refused else one.by
        table.add_row(one.attack.says, word if one.blocked else "[bold]SUCCEEDS[/bold]", *cells)
    return table


def _cell(verdict: Verdict, layer: str) -> str:
    if not verdict.possible:
        return "·"
    return "blocks" if layer in verdict.by else "-"
