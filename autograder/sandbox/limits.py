"""How long and how much a student's code may run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times are seconds on the wall."""

    start: float = 60  # Python and NumPy start in 0.2 s, but a busy machine may need far longer
    cell: float = 10  # figures are inert, so a cell that takes this long is hardly ever done
    call: float = 5  # a call of the hidden suite takes a reference some microseconds
    submission: float = 120  # several endless exercises must not hold up the class for long
    crashes: int = 2  # one may depend on the input; a function that always crashes costs a restart
    reply: int = 1 << 26  # bytes; results of the suite are a thousand times smaller
    header: int = 1 << 22  # bytes of JSON, which take many times their size when parsed
    memory: int = 2 << 30  # bytes of address space, of which NumPy alone maps half a gigabyte


LIMITS = Limits()
