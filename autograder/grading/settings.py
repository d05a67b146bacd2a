"""What is the same for all submissions of one run of the grader."""

from dataclasses import dataclass

from autograder.sandbox.limits import LIMITS, Limits


@dataclass(frozen=True)
class Settings:
    """How a class is graded.

    Attributes
    ----------
    seed : of the random inputs.
    level : of isolation (see `autograder.sandbox.isolation`).
    """

    seed: int
    level: str
    limits: Limits = LIMITS
