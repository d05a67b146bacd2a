"""Feed the notebook reader and the decoder of frames with mutations of what they are made for.

    python -m tests.fuzz --notebooks 10000 --frames 100000

Every case must end in `SECONDS`, without an exception other than the one that says no, and all of
them together within `MEMORY`. The same seed makes the same cases, and a case
that fails is named by its number.
"""

import argparse
import contextlib
import copy
import json
import re
import resource
import signal
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
from rich.console import Console
from rich.progress import track

from autograder.course.exercise import chapters
from autograder.course.notebooks import student_notebook
from autograder.grading.released import released
from autograder.grading.submission import Submission, opened, read
from autograder.sandbox import claims
from autograder.sandbox.channel import Gone
from autograder.sandbox.process import _error_of_cell
from lessons.kit.judge import Call, judge
from lessons.kit.observe import Observation
from lessons.kit.plain import Draws, Function, Handle, NotPlain, pack, unpack

SECONDS = 10  # of one case, on the wall
MEMORY = 256 << 20  # bytes by which all cases together may make the process grow
ODD = (
    None, True, False, 0, -1, 1 << 64, 10**1000, 1e308, float("nan"), "", "x", "\ud800", "\0",
    "code", "markdown", "python3", [], {}, [None], {"": None}, ["x"] * 50, "(" * 9999, "\n" * 9999,
    "def sigmoid(z):\n    return z", "%%time\nx = 1", "x = '''", "é" * 999, "a?" * 999,
)  # fmt: skip
NESTED = re.compile(r'"nested (\d+)"')
FORMS = (None, 1.0, np.zeros((2, 2)), (1.0, np.zeros(3)), (1.0, None), {"a": 1}, "text", 1 << 99)


@dataclass
class Found:
    """What a run of cases showed."""

    ends: Counter = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0
    grown: int = 0


def run(cases: Iterator[Callable[[], str]]) -> Found:
    """Run cases; each is a function that returns in a word how it ended."""
    found, start = Found(), _peak()
    with _alarms():
        for number, case in enumerate(cases):
            began = time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            try:
                found.ends[case()] += 1
            except Exception as error:
                found.failures.append(f"case {number}: {type(error).__name__}: {error}"[:300])
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            found.slowest = max(found.slowest, time.monotonic() - began)
            if _peak() - start > MEMORY and found.grown <= MEMORY:
                found.failures.append(f"case {number}: took {(_peak() - start) >> 20} MB")
            found.grown = _peak() - start
    return found


def _peak() -> int:
    """The most memory that this process ever had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@contextlib.contextmanager
def _alarms() -> Iterator[None]:
    def late(*_):
        raise TimeoutError(f"not done in {SECONDS} seconds")

    former = signal.signal(signal.SIGALRM, late)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, former)


# ---- mutations


def mutated(text: bytes, rng: np.random.Generator, times: int) -> bytes:
    """JSON in which a few things are other things."""
    root = [json.loads(text)]
    for _ in range(times):
        holder, key = _place(root, rng)
        how = rng.integers(6)
        if how == 0:
            holder[key] = copy.deepcopy(ODD[rng.integers(len(ODD))])
        elif how == 1:
            # Close to the depth where Python gives up, one function may cope and the next not.
            depth = rng.integers(*((1, 1200), (900, 1000))[rng.integers(2)])
            holder[key] = f"nested {depth}"
        elif how == 2 and holder is not root:
            del holder[key]
        elif how == 3:
            other, at = _place(root, rng)
            holder[key] = json.loads(json.dumps(other[at]))
        elif how == 4 and isinstance(holder, list) and holder is not root:
            holder += [holder[key]] * int(rng.integers(1, 20))
        elif isinstance(holder[key], str):
            holder[key] = _cut(holder[key], rng)
    return NESTED.sub(_nested, json.dumps(root[0])).encode()


def _nested(match: re.Match) -> str:
    """Data that holds data that holds data ..., deeper than the writer of JSON would go."""
    depth = int(match[1])
    return "[" * depth + "]" * depth if depth % 2 else '{"a":' * depth + "1" + "}" * depth


def _place(root: list, rng: np.random.Generator) -> tuple[list | dict, object]:
    """A random place in JSON data: something that holds, and an index in it."""
    holder, key = root, 0
    while isinstance(holder[key], list | dict) and holder[key] and rng.random() < 0.85:
        holder = holder[key]
        keys = range(len(holder)) if isinstance(holder, list) else list(holder)
        key = keys[rng.integers(len(keys))]
    return holder, key


def _cut(text: str, rng: np.random.Generator) -> str:
    a, b = sorted(rng.integers(len(text) + 1, size=2))
    return (text[:a] + text[b:], text[a:b] * 3, text[:b] + "\\" + text[a:])[rng.integers(3)]


def scrambled(data: bytes, rng: np.random.Generator) -> bytes:
    """Bytes with a few others among them, perhaps cut short."""
    whole = bytearray(data)
    for at in rng.integers(len(whole), size=rng.integers(1, 9)):
        whole[at] = rng.integers(256)
    if rng.random() < 0.3:
        a, b = sorted(rng.integers(len(whole) + 1, size=2))
        whole[a:b] = whole[b : 2 * b - a]
    return bytes(whole[: rng.integers(len(whole) + 1)] if rng.random() < 0.3 else whole)


# ---- notebooks


def notebooks(count: int, seed: int, folder: Path) -> Iterator[Callable[[], str]]:
    """Mutations of the notebooks that were handed out, read as submissions."""
    name = chapters()[0]
    handed_out = released(name)
    cells = json.loads(nbformat.writes(student_notebook(name)))["cells"]
    # Enough to be mistaken in every way, and quick to read.
    cells = [cell for cell in cells if cell["cell_type"] == "code"][:8] + cells[:3]
    kernel = {"kernelspec": {"name": "python3"}}
    whole = json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4}).encode()
    old = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}).encode()
    file = folder / f"{name}.ipynb"

    def case(number: int) -> Callable[[], str]:
        rng = np.random.default_rng([seed, number])
        content = mutated(old if rng.random() < 0.1 else whole, rng, int(rng.integers(1, 8)))
        file.write_bytes(scrambled(content, rng) if rng.random() < 0.2 else content)
        return lambda: _read(read(opened(file), "ada", name, handed_out))

    return (case(number) for number in range(count))


def _read(submission: Submission) -> str:
    """How a reading ended; what it says must be text that can be written down."""
    json.dumps([submission.cells, submission.notes, submission.absent])
    return "read" if submission.cells else "no notebook"


# ---- frames


def frames(count: int, seed: int) -> Iterator[Callable[[], str]]:
    """Mutations of frames, decoded and judged as a student's answers."""
    whole = [pack(one.as_plain()) for one in _observations()]

    def case(number: int) -> Callable[[], str]:
        rng = np.random.default_rng([seed, number])
        frame = whole[rng.integers(len(whole))]
        if rng.random() < 0.5:
            return lambda: _decoded(scrambled(frame, rng))
        length = struct.unpack_from("<Q", frame)[0]
        text = mutated(frame[8 : 8 + length], rng, int(rng.integers(1, 6)))
        return lambda: _decoded(struct.pack("<Q", len(text)) + text + frame[8 + length :])

    return (case(number) for number in range(count))


def _observations() -> list[Observation]:
    """What a student's process may honestly say."""
    array, rng = np.arange(6.0).reshape(2, 3), np.random.default_rng(0)
    sines = Function("sines", (array,))
    inputs = ((array.T, array[:, ::2], 3, "relu", sines), {"alpha": 0.5, "rng": rng})
    return [
        Observation(array, None, inputs, array),
        Observation((array, np.array([True, False])), None, inputs, (array, 1.0), ("overflow",)),
        Observation((np.zeros((20, 60)),) * 3, None, ((Draws((rng, rng)), Handle(0, 1)), {}), None),
        Observation({"a": [1, 2.5, None, (np.float32(1), np.zeros((2, 0, 3)))]}, None, inputs),
        Observation.failed("timeout"),
        Observation(error={"type": "KeyError", "message": "x", "place": "line 1", "line": "x"}),
    ]


def _decoded(frame: bytes) -> str:
    """Decode a frame, believe what can be believed of it, and judge that."""
    try:
        value = unpack(frame)
    except NotPlain:
        return "refused"
    pack(value)  # what comes in could go out again
    with contextlib.suppress(Gone):
        _error_of_cell(frame)
    seen = claims.observation(value, ["x = 1"])
    for expected in FORMS:
        judge(Call("f", (np.ones(2),), {}, expected, pure=True, quiet=True), seen)
    form = {"shape": (20, 60), "dtype": "float64"}
    judge(Call("f", (), {}, form, law=("uniform", (0.0, 1.0))), seen)
    judge(Call("f", (), {}, (1.0, None), step=True, keeps=(1,)), seen)
    judge(Call("f", (), {}, None, raises="KeyError"), seen)
    return "decoded"


# ---- the command


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description=__doc__.splitlines()[0],
        epilog="example: python -m tests.fuzz --notebooks 10000 --frames 100000",
    )
    parser.add_argument("--notebooks", type=int, default=10_000, metavar="N")
    parser.add_argument("--frames", type=int, default=100_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    console, bad = Console(), False
    with tempfile.TemporaryDirectory() as folder:
        kinds = {
            "notebooks": (
                notebooks(options.notebooks, options.seed, Path(folder)),
                options.notebooks,
            ),
            "frames": (frames(options.frames, options.seed), options.frames),
        }
        for what, (cases, total) in kinds.items():
            found = run(track(cases, what, total=total, console=Console(stderr=True)))
            ends = ", ".join(f"{count} {end}" for end, count in sorted(found.ends.items()))
            console.print(f"{total} {what}: {ends}; {len(found.failures)} failures")
            grown = f"memory grew by {found.grown >> 20} MB"
            console.print(f"  slowest {found.slowest:.2f} s, {grown}", highlight=False)
            for failure in found.failures[:20]:
                console.print(f"  {failure}", markup=False, soft_wrap=True)
            bad |= bool(found.failures)
    console.print(f"most memory the process ever had: {_peak() >> 20} MB", highlight=False)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
