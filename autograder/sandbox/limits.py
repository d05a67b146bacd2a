"""How long and how much a student's code may run."""

import importlib
import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times are seconds on the wall."""

    start: float = 60  # Python and NumPy start in 0.2 s, but a busy machine may need far longer
    cell: float = 10  # figures are inert, so a cell that takes this long is hardly ever done
    call: float = 5  # a call of the hidden suite takes a reference some microseconds
    submission: float = 120  # several endless exercises must not hold up the class for long
    crashes: int = 2  # one may depend on the input; a function that always crashes costs a restart
    reply: int = 1 << 26  # bytes; results of the suite are a thousand times smaller
    replies: int = 1 << 28  # bytes of all replies, which the grader keeps until they are judged
    header: int = 1 << 22  # bytes of JSON, which take many times their size when parsed
    memory: int = 2 << 30  # bytes of address space, of which NumPy alone maps half a gigabyte
    files: int = 32  # open files, so that pipes and the like cannot hold memory either

    def for_kernel(self) -> dict[str, int]:
        """What the kernel holds a locked-down process to, by the names of `resource`.

        A plain process is held to its memory, CPU time and core dumps only.
        """
        return {
            # The grader's clock comes first; this one is for a process whose grader was killed.
            "RLIMIT_CPU": math.ceil(self.submission) + 1,
            "RLIMIT_AS": self.memory,
            "RLIMIT_NOFILE": self.files,
            "RLIMIT_NPROC": 0,
            "RLIMIT_FSIZE": 0,
            "RLIMIT_CORE": 0,
            "RLIMIT_MEMLOCK": 0,
            "RLIMIT_MSGQUEUE": 0,
        }


LIMITS = Limits()


def for_chapter(limits: Limits, chapter: str) -> Limits:
    """Limits with the changes that a chapter asks for.

    It does so in ``autograder/chapters/<chapter>/__init__.py``: ``LIMITS = {"call": 20}``.
    """
    module = importlib.import_module(f"autograder.chapters.{chapter}")
    return replace(limits, **getattr(module, "LIMITS", {}))
