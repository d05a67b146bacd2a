"""How the grader talks with a student's process, whatever the level of isolation."""

from collections.abc import Iterator
from typing import Protocol

from autograder.sandbox.worker import LENGTH

LEAST = 8  # bytes of a frame: `lessons.kit.plain` begins with the length of its header


class Late(Exception):
    """No answer in time."""


class Gone(Exception):
    """The process ended, or sent what is no answer."""


class Unclear(Exception):
    """The process is gone, and which item ended it has to be found out."""


class Lost(Exception):
    """The process ended through no fault of the student's code."""


class Channel(Protocol):
    """One student's process and the frames to and from it."""

    def send(self, frame: bytes) -> None:
        """Send a frame, at the latest while the next one is waited for."""

    def receive(self, deadline: float) -> bytes:
        """The next frame, all of it before `deadline` on the monotonic clock.

        Raises
        ------
        Late : when there is none in time.
        Gone : when there can be none any more, or what comes is none.
        Lost : when that is not the student's fault.
        """

    def progress(self) -> int:
        """The item of the request that the process says it is at; 0 where it cannot say."""

    def close(self) -> None:
        """Kill the process and all it started."""


def framed(frame: bytes) -> bytes:
    """A frame as it is sent, with its length before it."""
    return LENGTH.pack(len(frame)) + frame


def length(head: bytes, largest: int) -> int:
    """The length of the frame that begins so; Gone if no frame does."""
    number = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else 0
    if not LEAST <= number <= largest:
        raise Gone
    return number


def replies(lump: bytes, ticket: str) -> Iterator[bytes]:
    """The replies in a lump (see `autograder.sandbox.worker.Line`).

    Raises
    ------
    Gone : at the first that is none, or when the lump does not answer the request of this ticket.
    """
    at = len(ticket)
    if not lump.startswith(ticket.encode()) or at == len(lump):
        raise Gone
    while at < len(lump):
        begin = at + LENGTH.size
        at = begin + length(lump[at:begin], len(lump) - begin)
        yield lump[begin:at]
