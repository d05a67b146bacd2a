"""The grader's side of a student's process: starts it, asks it, and ends it when time is up."""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np

from autograder.grading.cells import definitions
from autograder.sandbox import claims
from autograder.sandbox.channel import Channel, Gone, Late, Lost, Unclear, replies
from autograder.sandbox.limits import LIMITS, Limits
from autograder.sandbox.pipes import PipeChannel
from autograder.sandbox.worker import request
from lessons.kit.observe import Observation
from lessons.kit.plain import PREFIX, NotPlain, pack, unpack

TICKET = 8  # bytes
SHORT, LONG = 1 << 12, 1 << 16  # bytes; many short replies are remembered, and a few long ones
HEADER = 1 << 10  # bytes of JSON in what is remembered: parsed it takes twenty times its size
LOSSES = 3  # that often a submission is tried again after its process was lost
HURRY = 10  # when half of its time is used up, cells get a tenth of theirs


@dataclass(frozen=True)
class CellFailure:
    """Why a cell did not run to its end: an exception's name, ``crash``, ``timeout``, or ``slow``
    when all cells together took too long."""

    cell: int
    kind: str
    line: int = 0


class StudentProcess:
    """A student's functions in a process of their own.

    The process starts with the first call. When it loops or crashes it is killed, and the next call
    starts it again.

    Parameters
    ----------
    cells : the code of the notebook.
    launch : starts a process; a plain one unless an `autograder.sandbox.isolation.Host` says how.

    Attributes
    ----------
    failures : by number, the cells that did not run to their end.
    """

    def __init__(
        self,
        cells: Sequence[str],
        limits: Limits = LIMITS,
        launch: Callable[[Limits], Channel] = PipeChannel,
    ):
        self.cells = list(cells)
        self.limits = limits
        self.failures: dict[int, CellFailure] = {}
        self._launch = launch
        self._to_run = list(cells)
        self._slow: set[int] = set()  # cells that are not run again when time is short
        self._channel: Channel | None = None
        self._own: dict[bytes, Observation] = {}  # what only this student's replies show
        self._test: dict[int, dict] = {}  # the calls of the running test, asked one by one
        self._seen: dict[int, Observation] = {}
        self._made: set[int] = set()  # the calls that the process at work has made
        self._given_up: dict[str, str] = {}
        self._crashes: Counter[str] = Counter()
        self._losses = 0
        self._each = False
        self._at = 0
        self._received = 0
        self._end = float("inf")

    def __enter__(self) -> Self:
        self._end = time.monotonic() + self.limits.submission
        return self

    def __exit__(self, *error) -> None:
        self._stop()

    @property
    def out_of_time(self) -> bool:
        """Whether the time of the whole submission is used up."""
        return time.monotonic() >= self._end

    def observer(
        self, name: str, args: tuple, kwargs: dict, number: int = 0, *asked
    ) -> Observation:
        """Call a function of the student (see `autograder.suites.record.Observer`).

        What earlier calls of the same test kept is there, whatever became of their process.
        """
        # What is not before it is of an earlier test.
        self._test = {one: call for one, call in self._test.items() if one < number}
        self._seen = {one: self._seen[one] for one in self._test if one in self._seen}
        keeping = [one for one, call in self._test.items() if "keeps" in call]
        self._test[number] = request(name, args, kwargs, number, *asked)
        self._observe(
            self._seen,
            [number],
            lambda numbers: [self._test[one] for one in numbers],
            lambda one: self._test[one]["call"],
            {number: keeping},
        )
        return self._seen[number]

    def answers(self, batch) -> list[Observation]:
        """Make every call of a batch, each on inputs of its own, and observe it.

        Parameters
        ----------
        batch : `autograder.suites.record.Batch`, the one this process was made with.

        Returns
        -------
        list of Observation : in the order of the batch.
        """
        seen: dict[int, Observation] = {}
        numbers = range(len(batch.frames))
        self._observe(
            seen,
            numbers,
            np.array,
            lambda number: unpack(batch.frames[number])["call"],
            dict(enumerate(batch.needs)),
        )
        return [seen[number] for number in numbers]

    # ---- calls

    def _observe(
        self,
        seen: dict[int, Observation],
        numbers: Sequence[int],
        items: Callable[[list[int]], Sequence],
        name: Callable[[int], str],
        needs: Mapping[int, Sequence[int]],
    ) -> None:
        """Make calls in as many processes as it takes.

        Parameters
        ----------
        seen : by number, what calls showed that were made before; what these show is added.
        numbers : of the calls to make.
        items : what is sent to ask for the calls of these numbers.
        name : the name of the function that the call of a number is of.
        needs : for each call those whose kept results it takes. Where they were made in a process
            that is gone, they are made once more before it.
        """
        while left := self._left(numbers, seen, name):
            self._at = 0
            try:
                self._run_cells()
                left = list(self._with_needed(left, seen, needs))
                asked = self._asked(items(left), self._observed, self.limits.call, self._end)
                for at, observed in asked:
                    seen.setdefault(left[at], observed)
                    self._made.add(left[at])
            except (Late, Gone) as end:
                number = left[self._at]
                seen[number] = self._ended(name(number), end)
            except Unclear:
                pass
            except Lost:  # nobody's fault: once more, in a new process
                self._losses += 1
                if self._losses > LOSSES:
                    raise RuntimeError("the fork server ends again and again") from None

    def _left(self, numbers: Sequence[int], seen: dict, name: Callable[[int], str]) -> list[int]:
        """The calls to make still; those of a function that was given up are answered here."""
        left = [number for number in numbers if number not in seen]
        if not self._given_up:
            return left
        names = {number: name(number) for number in left}
        for number in left:
            if names[number] in self._given_up:
                seen[number] = Observation.failed(self._given_up[names[number]])
        return [number for number in left if number not in seen]

    def _with_needed(
        self,
        left: Sequence[int],
        seen: dict[int, Observation],
        needs: Mapping[int, Sequence[int]],
    ) -> Iterator[int]:
        """The calls to make, each after those it needs that were made in another process."""
        again = set(self._made)
        for number in left:
            for needed in needs.get(number, ()):
                if needed not in again and needed in seen and not seen[needed].error:
                    again.add(needed)
                    yield needed
            yield number

    def _ended(self, name: str, end: Exception) -> Observation:
        """What is seen of a call that ended its process."""
        if isinstance(end, Late):
            self._given_up[name] = "timeout"
            return Observation.failed("timeout")
        self._crashes[name] += 1
        if self._crashes[name] >= self.limits.crashes:
            self._given_up[name] = "crash"
        return Observation.failed("crash")

    def _observed(self, reply: bytes) -> Observation:
        """What a reply shows. Nobody may change it: most students of a class answer alike, and what
        was read before is not read again."""
        known = _reader(reply)(reply)
        if type(known) is Observation:
            return known
        if reply not in self._own:
            self._own[reply] = claims.observation(known, self.cells)
        return self._own[reply]

    # ---- cells

    def _run_cells(self) -> None:
        """Have a process in which every cell ran as far as it does."""
        while self._channel is None:
            if self.out_of_time:
                raise Late
            self._start()
            if self._hurried:
                self._leave_out_slow()
            # One that was dropped keeps its place: what ends the process may come from before it.
            numbered = enumerate(self._to_run, 1)
            cells = [one for one in numbered if self.cells[one[0] - 1]]
            try:
                self._run(cells)
            except (Late, Gone) as end:
                number, source = cells[self._at]
                self._at = 0
                if not source:  # something of an earlier cell ends the process wherever it is
                    raise Gone from None
                late = "slow" if self._hurried else "timeout"
                self._record(number, late if isinstance(end, Late) else "crash")
                self._reduce(number)

    def _run(self, cells: list[tuple[int, str]]) -> None:
        """Run numbered cells, and record what fails."""
        items = [{"cell": number, "source": source} for number, source in cells]
        short = self.limits.cell / HURRY
        patience = (short, self._end) if self._hurried else (self.limits.cell, self._half)
        began = time.monotonic()
        for at, error in self._asked(items, _error_of_cell, *patience):
            number, _ = cells[at]
            if error:
                self._record(number, *error)
            if time.monotonic() - began > short:
                self._slow.add(number)
            began = time.monotonic()

    @property
    def _half(self) -> float:
        return self._end - self.limits.submission / 2

    @property
    def _hurried(self) -> bool:
        """Whether half of the time is used up; the rest is for calls rather than for cells."""
        return time.monotonic() >= self._half

    def _leave_out_slow(self) -> None:
        for number in self._slow:
            self._record(number, "slow")
            self._reduce(number)
        self._slow.clear()

    def _reduce(self, number: int) -> None:
        """Leave of a cell what it defines, which may be all that is graded, and nothing the next
        time."""
        source = self._to_run[number - 1]
        rest = definitions(source)
        self._to_run[number - 1] = rest if rest != source else ""

    def _record(self, number: int, kind: str, line: int = 0) -> None:
        self.failures.setdefault(number, CellFailure(number, kind, line))

    # ---- the process

    def _start(self) -> None:
        self._made = set()
        try:
            self._channel = self._launch(self.limits)
        except (Late, Gone):
            raise RuntimeError("Python with NumPy does not start for a student's code") from None

    def _asked(
        self, items: Sequence, read: Callable[[bytes], object], seconds: float, end: float
    ) -> Iterator[tuple[int, object]]:
        """Send a request and `read` the reply to each of its items, or kill the process.

        Each item has so many seconds, and all of them until `end` on the monotonic clock.

        When it is killed `_at` says at which item. If it was late, that is the one it said it was
        at; a lie there costs its own student a call. If it ended, it is the first one without a
        reply, and Unclear is raised if replies may have been waiting to be sent.
        """
        ticket = secrets.token_hex(TICKET)
        self._at = 0
        try:
            self._channel.send(pack({"id": ticket, "items": items, "each": self._each}))
            coming = self._replies(ticket, seconds, end)
            for number in range(len(items)):
                self._at = number
                reply = next(coming)
                if PREFIX.unpack_from(reply)[0] > self.limits.header:
                    raise Gone
                yield number, read(reply)
        except (Late, Lost):
            self._at = min(max(self._at, self._channel.progress()), len(items) - 1)
            self._stop()
            raise
        except (Gone, NotPlain):
            ahead = self._channel.progress() > self._at
            self._stop()
            if ahead and not self._each:
                self._each = True  # from now on every reply is sent at once
                raise Unclear from None
            raise Gone from None

    def _replies(self, ticket: str, seconds: float, end: float) -> Iterator[bytes]:
        """The replies to the request with this ticket, for as long as there are any."""
        while True:
            lump = self._frame(seconds, end)
            self._received += len(lump)
            if self._received > self.limits.replies:
                raise Gone
            yield from replies(lump, ticket)

    def _frame(self, seconds: float, end: float) -> bytes:
        """The next frame. Replies come in lumps, so an item done also counts as a sign of life."""
        while True:
            before = self._channel.progress()
            try:
                return self._channel.receive(min(time.monotonic() + seconds, end))
            except Late:
                if time.monotonic() >= end or self._channel.progress() <= before:
                    raise

    def _stop(self) -> None:
        if self._channel:
            self._channel.close()
        self._channel = None


def _reader(reply: bytes) -> Callable[[bytes], object]:
    """What reads a reply, and remembers it if memory stays bounded, whatever students send."""
    if len(reply) > LONG or PREFIX.unpack_from(reply)[0] > HEADER:
        return _shown
    return _known if len(reply) <= SHORT else _known_long


def _shown(reply: bytes) -> object:
    """The observation that a reply shows, or the claim in it if that speaks of the notebook."""
    claim = unpack(reply)
    return claim if claims.of_notebook(claim) else claims.observation(claim, ())


_known, _known_long = lru_cache(maxsize=4096)(_shown), lru_cache(maxsize=256)(_shown)


def _error_of_cell(reply: bytes) -> tuple[str, int] | None:
    """What stopped a cell, and at which line; None if nothing did."""
    claim = unpack(reply)
    if not isinstance(claim, dict):
        raise Gone
    error = claim.get("error")
    if error is None:
        return None
    if not isinstance(error, dict) or type(error.get("line")) is not int:
        return "an exception", 0
    return claims.known_error(error.get("type")), error["line"]
