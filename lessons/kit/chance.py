"""Judge random numbers by their distribution, with a derived rate of false alarms.

A right function is called wrong in at most `ALARM` of all runs. That much is shared out equally
among the parts below (Bonferroni); `a` is the share of one. Every bound is exact or conservative
for every number n of draws, none is asymptotic.

Draws of a continuous law fall into `BINS` bins of equal probability, so their numbers of bins,
shifted and scaled into *scores* of mean 0 and variance 1, have one and the same known law whatever
the continuous law is. A score is a weighted sum of eight independent signs (the binary digits of
the bin), so it is sub-Gaussian with its own variance: E exp(ts) <= exp(t^2 / 2).

* mean: abs(sum of scores) <= sqrt(2 n ln(2/a)), the Chernoff bound of sub-Gaussian sums.
* spread: the squares of scores have mean 1, variance below 0.8 and lie within 2 of their mean, so
  Bernstein's inequality bounds their average.
* the whole distribution: Dvoretzky-Kiefer-Wolfowitz with Massart's constant bounds the largest
  difference of the distribution functions by sqrt(ln(2/a) / (2n)) (Ann. Probab. 1990).
* independence: the sums of m scores each, along an axis, divided by the root of m, are k
  independent sub-Gaussian numbers, so their squares add up to at most k + 2 sqrt(kt) + 2t with
  t = ln(1/a) (Hsu, Kakade and Zhang, Electron. Commun. Probab. 2012). Copies of numbers exceed it.
  For each axis this is asked of sums of all that stand in line, and of sums of two neighbours.

Draws of a discrete law are counted instead: the count of each value is binomial, and n times the
relative entropy of its frequency stays below ln(2/a) (Chernoff-Hoeffding). Their scores are
sub-Gaussian with Hoeffding's constant, a quarter of the squared range over the variance.

That other states of the generator give other numbers fails by chance with the probability that two
sets of draws coincide, which `enough` bounds too.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import NormalDist

import numpy as np

ALARM = 1e-7  # of one call; three of them in a test stay below one in three million
BINS = 256
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
        """Values and probabilities, or None for a continuous law."""
        if self.family != "discrete":
            return None
        values, probabilities = np.reshape(self.parameters, (2, -1))
        return values, probabilities

    @cached_property
    def edges(self) -> np.ndarray:
        """The bounds between bins of equal probability."""
        return np.array([self.quantile(k / BINS) for k in range(1, BINS)])

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
        """Whether so many draws say anything, and hardly ever coincide by chance."""
        if draws < FEWEST or not self.discrete:
            return draws >= FEWEST
        _, probabilities = self.discrete
        return draws * math.log(float(probabilities @ probabilities)) < math.log(ALARM / 10)


@lru_cache(maxsize=256)
def law(family: str, parameters: tuple[float, ...]) -> Law:
    """A law, whose bins are computed only once."""
    return Law(family, parameters)


def judged(law: Law, first: np.ndarray, again: np.ndarray, other: np.ndarray) -> str | None:
    """What is wrong with random numbers, in words, or None.

    Parameters
    ----------
    first, again : drawn with the same state of the generator.
    other : drawn with another one; all three of the same shape.
    """
    if not np.all(np.isfinite(first)) or not np.all(np.isfinite(other)):
        return "holds numbers that are not finite"
    if not np.array_equal(first, again):
        return "differs when the generator starts from the same state: draw from rng alone"
    if np.array_equal(first, other):
        return "is the same whatever state the generator starts from: draw from rng"
    numbers = np.stack([first, other]).astype(np.float64)
    values = 0 if law.discrete is None else law.discrete[0].size
    share = ALARM / (4 + 2 * first.ndim + values)
    outside = _outside(law, numbers, np.finfo(first.dtype).eps)
    if outside:
        return outside
    if _unlikely(law, numbers, share):
        return f"does not follow the distribution that is asked for: {_words(law, numbers)}"
    if _dependent(law, numbers, share):
        return "has entries that depend on each other, where each one is to be drawn by itself"
    return None


def _outside(law: Law, numbers: np.ndarray, eps: float) -> str | None:
    """What is said of numbers that the law never gives."""
    if law.discrete:
        values, _ = law.discrete
        distance = np.min(np.abs(numbers[..., None] - values), axis=-1)
        if np.any(distance > 8 * eps * np.max(np.abs(values))):
            return "holds values that should never occur"
        return None
    low, high = law.support
    if np.any(numbers < low - 8 * eps * abs(low)) or np.any(numbers > high + 8 * eps * abs(high)):
        return "holds numbers outside the range that is asked for"
    return None


def _unlikely(law: Law, numbers: np.ndarray, share: float) -> bool:
    """Whether the numbers, taken one by one, are not of this law."""
    if law.discrete:
        values, probabilities = law.discrete
        return any(
            numbers.size * _entropy(np.mean(_nearest(values, numbers) == k), p)
            > math.log(2 / share)
            for k, p in enumerate(probabilities)
        )
    n, s = numbers.size, _scores(law, numbers)
    x = math.log(2 / share)
    # Bernstein: n t^2 / (2 (v + b t / 3)) = x, solved for t, with v = 0.8 and b = 2.
    spread = 2 * x / (3 * n) + math.sqrt((2 * x / (3 * n)) ** 2 + 2 * 0.8 * x / n)
    counts = np.bincount(_bins(law, numbers).ravel(), minlength=BINS)
    difference = np.cumsum(counts) / n - np.arange(1, BINS + 1) / BINS
    return (
        abs(s.sum()) > math.sqrt(2 * n * x)
        or abs(np.mean(s * s) - 1) > spread
        or np.max(np.abs(difference)) > math.sqrt(x / (2 * n))
    )


def _dependent(law: Law, numbers: np.ndarray, share: float) -> bool:
    """Whether sums along an axis vary more than those of independent draws."""
    s, t = _scores(law, numbers), math.log(1 / share)
    proxy = 1.0
    if law.discrete:
        proxy = np.ptp(law.discrete[0]) ** 2 / (4 * law.moments[1] ** 2)
    for axis in range(1, s.ndim):
        line = np.moveaxis(s, axis, -1)
        pairs = line[..., : line.shape[-1] // 2 * 2].reshape(-1, 2)
        for added in (line, pairs):
            sums = added.sum(axis=-1) / math.sqrt(added.shape[-1])
            k = sums.size
            if np.sum(sums**2) > proxy * (k + 2 * math.sqrt(k * t) + 2 * t):
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


def _scores(law: Law, numbers: np.ndarray) -> np.ndarray:
    if law.discrete:
        mean, std = law.moments
        return (numbers - mean) / std
    return (_bins(law, numbers) - (BINS - 1) / 2) / math.sqrt((BINS**2 - 1) / 12)


def _bins(law: Law, numbers: np.ndarray) -> np.ndarray:
    return np.searchsorted(law.edges, numbers)


def _nearest(values: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return np.argmin(np.abs(numbers[..., None] - values), axis=-1)


def _entropy(frequency: float, p: float) -> float:
    """The relative entropy of two coins."""
    pairs = ((frequency, p), (1 - frequency, 1 - p))
    return sum(q * math.log(q / r) if q else 0.0 for q, r in pairs)


# ---- how wrong functions are compared


def quantiles(numbers: np.ndarray) -> np.ndarray:
    """The quantiles by which numbers are remembered."""
    return np.quantile(numbers, LEVELS, method="inverted_cdf")


def alike(numbers: np.ndarray, remembered: np.ndarray) -> bool:
    """Whether numbers may have the distribution of others, of which the quantiles are remembered.

    Both are samples, so their distribution functions may differ by twice what one of them may
    differ from the truth (in one of ten thousand cases, which here costs but a diagnosis).
    """
    numbers = np.sort(numbers, axis=None)
    margin = 2 * math.sqrt(math.log(2e4) / (2 * numbers.size))
    tiny = 1e-6 * np.abs(remembered)
    below = np.searchsorted(numbers, remembered - tiny, side="left") / numbers.size
    up_to = np.searchsorted(numbers, remembered + tiny, side="right") / numbers.size
    return bool(np.all((below - margin <= LEVELS) & (up_to + margin >= LEVELS)))
