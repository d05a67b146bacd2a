"""Judge random numbers by their distribution, with a derived rate of false alarms.

A right function is called wrong in at most `ALARM` of all runs. That much is shared out equally
among all the bounds below (Bonferroni); `a` is the share of one. Every bound is exact or
conservative for every number n of draws, none is asymptotic.

A law is known by its *cuts*, for each of which it says with which probability p a draw lies below
it. Those of a continuous law part the line into `CELLS` cells of equal probability; those of a
discrete law lie between its values.

* distribution: the number of draws below a cut is binomial, and so is the number of those outside
  two cuts, the k-th from the left and the k-th from the right. So n times the relative entropy of
  each frequency to its probability stays below ln(2/a) (Chernoff and Hoeffding). No mean or spread
  need be asked for besides: it is at the tails that numbers of another size show first.
* independence: whether a draw lies below the middle cut is a coin. Shifted and scaled to mean 0 and
  variance 1 it is sub-Gaussian, E exp(ts) <= exp(ct^2 / 2) with c = 1 / (4p(1-p)) (Hoeffding),
  which is 1 for a fair coin. The sums of m coins each, along an axis, divided by the root of m, are
  k independent numbers that are sub-Gaussian too, so their squares add up to at most
  c (k + 2 sqrt(kt) + 2t) with t = ln(1/a) (Hsu, Kakade and Zhang, Electron. Commun. Probab. 2012).
  Copies of numbers exceed it. For each axis this is asked of sums of all that stand in line, and of
  sums of two neighbours.

That other states of the generator give other numbers fails by chance with the probability that two
sets of draws coincide, which `enough` bounds too.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import NormalDist

import numpy as np

ALARM = 1e-7  # of one call; three of them in a test stay below one in three million
CELLS = 64
FEWEST = 1000  # draws; with fewer, hardly a mistake would be seen
LEVELS = np.arange(0.5, 64) / 64  # of the quantiles by which two wrong functions are compared


@dataclass(frozen=True)
class Law:
    """The distribution that each entry of a result has, independently of the others.

    Attributes
    ----------
    family : normal, uniform, log_uniform, truncated_normal or discrete.
    parameters : mean and std; low and high; mean, std, low and high; or, if discrete, the values
        and their probabilities, one after the other.
    """

    family: str
    parameters: tuple[float, ...]

    @cached_property
    def discrete(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Values in rising order and their probabilities, or None for a continuous law."""
        if self.family != "discrete":
            return None
        values, probabilities = np.reshape(self.parameters, (2, -1))
        order = np.argsort(values)
        return values[order], probabilities[order]

    @cached_property
    def cuts(self) -> np.ndarray:
        """The bounds between cells of equal probability, or between the values."""
        if self.discrete:
            values, _ = self.discrete
            return (values[:-1] + values[1:]) / 2
        return np.array([self.quantile(p) for p in self.below])

    @cached_property
    def below(self) -> np.ndarray:
        """The probability of a draw below each cut."""
        if self.discrete:
            return np.cumsum(self.discrete[1])[:-1]
        return np.arange(1, CELLS) / CELLS

    @cached_property
    def support(self) -> tuple[float, float]:
        """Between which numbers the draws lie."""
        return (-math.inf, math.inf) if self.family == "normal" else self.parameters[-2:]

    @cached_property
    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation; only for the words, so a fine grid is close enough."""
        if self.discrete:
            values, probabilities = self.discrete
            mean = float(values @ probabilities)
            return mean, math.sqrt(float((values - mean) ** 2 @ probabilities))
        grid = np.array([self.quantile((k + 0.5) / 4096) for k in range(4096)])
        return float(grid.mean()), float(grid.std())

    def quantile(self, p: float) -> float:
        """Where a continuous law has the share `p` of its draws below it."""
        if self.family == "uniform":
            low, high = self.parameters
            return low + p * (high - low)
        if self.family == "log_uniform":
            low, high = map(math.log, self.parameters)
            return math.exp(low + p * (high - low))
        normal = NormalDist(*self.parameters[:2])
        if self.family == "truncated_normal":
            below, above = map(normal.cdf, self.support)
            p = below + p * (above - below)
        return normal.inv_cdf(p)

    def enough(self, draws: int) -> bool:
        """Whether so many draws say anything, and both halves of them hardly ever coincide."""
        if draws < FEWEST or not self.discrete:
            return draws >= FEWEST
        _, probabilities = self.discrete
        return draws / 2 * math.log(float(probabilities @ probabilities)) < math.log(ALARM / 100)


@lru_cache(maxsize=256)
def law(family: str, parameters: tuple[float, ...]) -> Law:
    """A law, whose cuts are computed only once."""
    return Law(family, parameters)


def judged(law: Law, first: np.ndarray, again: np.ndarray, other: np.ndarray) -> str | None:
    """What is wrong with random numbers, in words, or None.

    Parameters
    ----------
    first, again : drawn with the same state of the generator.
    other : drawn with another one; all three of the same shape.
    """
    numbers = np.stack([first, other]).astype(np.float64)
    ordered = np.sort(numbers, axis=None)  # NaN comes last
    if not np.all(np.isfinite(ordered[[0, -1]])):
        return "holds numbers that are not finite"
    if not np.array_equal(first, again):
        return "differs when the generator starts from the same state: draw from rng alone"
    if np.array_equal(first, other):
        return "is the same whatever state the generator starts from: draw from rng"
    outside = _outside(law, ordered, np.finfo(first.dtype).eps)
    if outside:
        return outside
    share = ALARM / (law.below.size * 3 // 2 + 2 * first.ndim + 1)
    if _unlikely(law, ordered, share):
        return f"does not follow the distribution that is asked for: {_words(law, numbers)}"
    if _dependent(law, numbers, share):
        return "has entries that depend on each other, where each one is to be drawn by itself"
    return None


def _outside(law: Law, ordered: np.ndarray, eps: float) -> str | None:
    """What is said of numbers that the law never gives."""
    if law.discrete:
        values, _ = law.discrete
        nearest = values[np.searchsorted(law.cuts, ordered)]
        if np.any(np.abs(ordered - nearest) > 8 * eps * np.max(np.abs(values))):
            return "holds values that should never occur"
        return None
    low, high = law.support
    if ordered[0] < low - 8 * eps * abs(low) or ordered[-1] > high + 8 * eps * abs(high):
        return "holds numbers outside the range that is asked for"
    return None


def _unlikely(law: Law, ordered: np.ndarray, share: float) -> bool:
    """Whether the numbers, taken one by one, are not of this law."""
    n = ordered.size
    below = np.searchsorted(ordered, law.cuts) / n
    entropies = _entropy(_either_side(below, below), _either_side(law.below, law.below))
    return n * np.max(entropies) > math.log(2 / share)


def _either_side(below: np.ndarray, up_to: np.ndarray) -> np.ndarray:
    """The shares of numbers below each cut, and of those below the one or above the other of two
    cuts that are as far from the ends; those above are all but those up to it."""
    half = below.size // 2
    return np.concatenate([below, below[:half] + 1 - up_to[::-1][:half]])


def _dependent(law: Law, numbers: np.ndarray, share: float) -> bool:
    """Whether sums along an axis vary more than those of independent draws."""
    middle = np.argmin(np.abs(law.below - 0.5))
    p, t = law.below[middle], math.log(1 / share)
    coins = ((numbers < law.cuts[middle]) - p) / math.sqrt(p * (1 - p))
    for axis in range(1, coins.ndim):
        line = np.moveaxis(coins, axis, -1)
        pairs = line[..., : line.shape[-1] // 2 * 2].reshape(-1, 2)
        for added in (line, pairs):
            sums = added.sum(axis=-1) / math.sqrt(added.shape[-1])
            k = sums.size
            if np.sum(sums**2) > (k + 2 * math.sqrt(k * t) + 2 * t) / (4 * p * (1 - p)):
                return True
    return False


def _words(law: Law, numbers: np.ndarray) -> str:
    """Which property of the distribution is wrong. This is said only after it was found wrong."""
    mean, std = law.moments
    off = (numbers.mean() - mean) / (std / math.sqrt(numbers.size))
    ratio = numbers.std() / std
    if abs(off) > 6:
        return f"the numbers are too {'large' if off > 0 else 'small'} on average"
    if abs(ratio - 1) > 6 / math.sqrt(2 * numbers.size):
        return f"the numbers spread too {'far' if ratio > 1 else 'little'}"
    return "mean and spread are about right, but their distribution is another one"


def _entropy(frequencies: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The relative entropy of coins of these frequencies to those of probability p."""
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs = ((frequencies, p), (1 - frequencies, 1 - p))
        return sum(np.where(q > 0, q * np.log(q / r), 0.0) for q, r in pairs)


# ---- how wrong functions are compared


def quantiles(numbers: np.ndarray) -> np.ndarray:
    """The quantiles by which numbers are remembered."""
    return np.quantile(numbers, LEVELS, method="inverted_cdf")


def alike(numbers: np.ndarray, remembered: np.ndarray) -> bool:
    """Whether numbers may have the distribution of others, of which the quantiles are remembered.

    Both are samples of one size n. The arcsine of the root of a frequency has a standard deviation
    of about 1 / sqrt(4n) wherever it lies, and so a difference of two of them 1 / sqrt(2n). Five
    times that is exceeded at one of the levels in less than one of ten thousand cases, which here
    costs but a diagnosis.
    """
    numbers = np.sort(numbers, axis=None)
    margin = 5 / math.sqrt(2 * numbers.size)
    tiny = 1e-6 * np.abs(remembered)
    below = np.searchsorted(numbers, remembered - tiny, side="left") / numbers.size
    up_to = np.searchsorted(numbers, remembered + tiny, side="right") / numbers.size
    lowest, level, highest = (
        np.arcsin(np.sqrt(np.clip(_either_side(*shares), 0, 1)))
        for shares in ((below, up_to), (LEVELS, LEVELS), (up_to, below))
    )
    return bool(np.all((lowest - margin <= level) & (highest + margin >= level)))
