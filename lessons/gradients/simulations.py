"""The simulations of "Checking gradients": pure functions, each of which a figure draws."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

# ---- curves of one number, of sums, products and quotients alone ----
# These are rounded in the same way everywhere, so a browser computes the very same errors.


@dataclass(frozen=True)
class Curve:
    """A function of one number, as it is computed, and its first, second and third derivatives."""

    label: str
    value: Callable
    slope: Callable
    second: Callable
    third: Callable


CURVES = {
    "bell": Curve(
        "1/(1 + x²)",
        lambda x: 1 / (1 + x * x),
        lambda x: -2 * x / ((1 + x * x) * (1 + x * x)),
        lambda x: (6 * x * x - 2) / (1 + x * x) ** 3,
        lambda x: 24 * x * (1 - x * x) / (1 + x * x) ** 4,
    ),
    "cube": Curve(
        "x³", lambda x: x * x * x, lambda x: 3 * x * x, lambda x: 6 * x, lambda x: 6 + 0 * x
    ),
    "corner": Curve("|x|", abs, np.sign, lambda x: 0 * x, lambda x: 0 * x),
}
HALVINGS = 50  # of the step, which starts at 1
PRECISIONS = {"float64": "double", "float32": "single"}
LOWEST = 1e-17  # an error of nothing is drawn here


def in_precision(curve, dtype):
    """A curve as a function of a float that computes in another precision inside."""
    kind = np.dtype(dtype).type
    return lambda x: float(curve.value(kind(x)))


def reach(scheme, h):
    """How far behind and ahead of x a difference looks."""
    return (h, h) if scheme == "centered" else (0.0, h)


def quotient(f, x, behind, ahead):
    """The slope of the secant of f through the places behind and ahead of x."""
    return (f(x + ahead) - f(x - behind)) / (ahead + behind)


def simulate_steps(curve, x, dtype="float64", scheme="centered", halvings=HALVINGS):
    """Steps 1, 1/2, 1/4, ... and the absolute error of the slope at x that each of them gives.

    Returns h and the errors, both (halvings + 1,).
    """
    one = CURVES[curve]
    f = in_precision(one, dtype)
    h = 0.5 ** np.arange(halvings + 1)
    slopes = np.array([quotient(f, x, *reach(scheme, step)) for step in h])
    return h, np.abs(slopes - one.slope(x))


def expected_errors(curve, x, dtype, scheme, h):
    """What theory says: the truncation error, and the bound on the round-off of two values."""
    one, unit = CURVES[curve], float(np.finfo(dtype).eps) / 2
    if scheme == "centered":
        return abs(one.third(x)) * h**2 / 6, unit * abs(one.value(x)) / h
    return abs(one.second(x)) * h / 2, 2 * unit * abs(one.value(x)) / h


# ---- a curve to take hold of: the figure that `widgets/step.js` draws, too ----


def simulate_step(curve, precision, scheme, x, h):
    """The slope that a step gives, and its error; `widgets/step.js` computes the same."""
    one = CURVES[curve]
    slope = quotient(in_precision(one, precision), x, *reach(scheme, h))
    return slope, abs(slope - one.slope(x))


# ---- a layer with a loss ----

UNITS = {  # the unit and its slope
    "arctan": (np.arctan, lambda z: 1 / (1 + z * z)),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
}


def layer(seed, examples=32, inputs=20, units=30):
    """Weights, inputs and targets of a layer: (inputs, units), (examples, inputs), and targets."""
    rng = np.random.default_rng(seed)
    W = rng.standard_normal((inputs, units)) / np.sqrt(inputs)
    return W, rng.standard_normal((examples, inputs)), rng.standard_normal((examples, units))


def layer_loss(W, X, Y, unit, dtype="float64"):
    """Half the squared error of a layer, the mean over the examples, computed in some precision."""
    W, X, Y = (one.astype(dtype) for one in (W, X, Y))
    gap = UNITS[unit][0](X @ W) - Y
    return float(np.sum(gap * gap) / (2 * len(X)))


def layer_gradient(W, X, Y, unit):
    """Its gradient with respect to W, of the shape of W."""
    phi, slope = UNITS[unit]
    Z = X @ W
    return X.T @ ((phi(Z) - Y) * slope(Z)) / len(X)


def simulate_check(unit, h, dtype="float64", seed=0):
    """One check of a layer's right gradient along a random direction.

    Returns the relative error, and how many pre-activations pass 0 between the two places.
    """
    W, X, Y, v = _layer_and_direction(seed)
    numeric = quotient(lambda t: layer_loss(W + t * v, X, Y, unit, dtype), 0.0, h, h)
    analytic = np.sum(layer_gradient(W, X, Y, unit) * v)
    crossings = np.sum((X @ (W - h * v) > 0) != (X @ (W + h * v) > 0))
    return gap(analytic, numeric), int(crossings)


@lru_cache(maxsize=256)
def _layer_and_direction(seed):
    """A layer, and the direction in which its gradient is checked."""
    W, X, Y = layer(seed)
    return W, X, Y, np.random.default_rng([seed, 1]).standard_normal(W.shape)


def gap(a, b):
    """The relative error of two numbers, neither of them close to 0."""
    return abs(a - b) / (abs(a) + abs(b))


def expected_crossings(h, examples=32, inputs=20, units=30):
    """How many pre-activations of a layer pass 0 on average, over its weights and directions."""
    return examples * units * 2 * h * np.sqrt(inputs) / np.pi


# ---- entry by entry ----


def simulate_entries(numerical_gradient, h, seed=0):
    """The relative error of every entry of a right gradient, checked by differences.

    Returns the sizes of the entries and their relative errors, both of the shape of the weights.
    """
    W, X, Y = layer(seed)
    right = layer_gradient(W, X, Y, "arctan")
    numeric = numerical_gradient(lambda W: layer_loss(W, X, Y, "arctan"), W, h)
    return np.abs(right), gap(right, numeric)


def expected_entry_error(size, value, h):
    """The bound on the relative error that round-off alone gives an entry of some size."""
    return np.finfo(np.float64).eps / 2 * abs(value) / h / (2 * size)


# ---- what a direction sees ----

BUGS = ("one entry 1% off", "two entries swapped", "all entries 0.1% off")


def with_bug(gradient, bug):
    """A gradient (n,) with a mistake in it."""
    wrong = gradient.copy()
    if bug == "one entry 1% off":
        wrong[0] *= 1.01
    elif bug == "two entries swapped":
        wrong[:2] = wrong[1::-1]
    else:
        wrong *= 1.001
    return wrong


def simulate_directions(bug, entries, directions=300, seed=0):
    """The relative error that exact checks of a wrong gradient show.

    Returns those of random directions (directions,) and that of the direction of ones. Of a
    direction v only v · right and v · mistake count: two normal variables, drawn instead of v.
    """
    rng = np.random.default_rng(seed)
    right = rng.standard_normal(entries)
    wrong = with_bug(right, bug)
    mistake, size = wrong - right, np.linalg.norm(right)
    along = mistake @ right / size
    across = np.sqrt(max(mistake @ mistake - along**2, 0.0))
    z, other = rng.standard_normal((2, directions))
    analytic, off = size * z, along * z + across * other
    return gap(analytic, analytic + off), gap(right.sum(), wrong.sum())
