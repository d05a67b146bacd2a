"""The simulations of "Activations": pure functions, each of which a figure draws.

The activation functions themselves are not written here: they are arguments.
"""

from functools import lru_cache

import numpy as np

from lessons.kit.curves import curves
from lessons.kit.digits import batches, digits
from lessons.kit.network import forward, initial_weights, sgd_step
from lessons.kit.stream import Stream

# The values an activation approaches but does not cross; next to them its slope dies out.
LIMITS = {
    "sigmoid": (0, 1),
    "tanh": (-1, 1),
    "relu": (0,),
    "leaky_relu": (),
    "elu": (-1,),
    "swish": (),
    "gelu": (),
}
NEAR_LIMIT = 0.03


# ---- one unit: height and slope ----


def simulate_curve(phi, phi_grad, reach=5.0, points=401):
    """Heights and slopes of an activation on an even grid of inputs."""
    z = np.linspace(-reach, reach, points)
    return z, phi(z), phi_grad(z)


# ---- many units: what comes out, and how steep it is there ----


def simulate_squash(phi, phi_grad, std, units=20_000, seed=0):
    """Outputs and slopes of many units whose inputs are N(0, std^2)."""
    z = std * np.random.default_rng(seed).standard_normal(units)
    return z, phi(z), phi_grad(z)


def share_near_limit(a, activation, within=NEAR_LIMIT):
    """Share of outputs within `within` of a value the activation flattens out at."""
    gaps = [np.abs(a - limit) for limit in LIMITS[activation]]
    return float(np.mean(np.min(gaps, axis=0) < within)) if gaps else 0.0


# ---- many layers: what is left of the gradient ----


def simulate_depth(phi, phi_grad, c, depth=10, width=64, batch=64, seed=0):
    """Size of the gradient k layers below the top, relative to the top, and the slopes' own part.

    Weights are drawn from N(0, c / d), where d, the number of inputs of a unit, is the width;
    the first inputs and the gradient at the top are drawn from N(0, 1).
    """
    rng = np.random.default_rng(seed)
    weights = rng.normal(0, np.sqrt(c / width), (depth, width, width))
    a, slopes = rng.standard_normal((batch, width)), []
    for W in weights:
        z = a @ W  # (batch, width) @ (width, width)
        a = phi(z)
        slopes.append(phi_grad(z))
    delta = rng.standard_normal((batch, width))
    left, through = [rms(delta)], [1.0]
    for W, slope in zip(weights[::-1], slopes[::-1], strict=True):
        delta = (delta * slope) @ W.T
        left.append(rms(delta))
        through.append(through[-1] * rms(slope))
    return np.array(left) / left[0], np.array(through)


def rms(x):
    return float(np.sqrt(np.mean(x**2)))


# ---- one distribution through many layers ----

FLOW_UNITS = FLOW_EXAMPLES = 64


def simulate_flow(phi, phi_grad, mean=0.0, width=2.0, depth=10, c=1.0, seed=1):
    """What a normal input becomes in every layer, and the gradient on its way back.

    The first pre-activations are N(mean, width^2), the weights of the other layers N(0, c / d),
    the gradient at the top is N(0, 1); d is the number of units, the same in every layer.

    Returns
    -------
    z, a, slopes, delta : arrays (depth, examples, units)
        Pre-activations, outputs, slopes, and the gradients with respect to z; layer 1 first.
    """
    random, shape = Stream(seed), (FLOW_EXAMPLES, FLOW_UNITS)
    zs = [mean + width * random.normals(*shape)]
    arriving = random.normals(*shape)
    weights = random.normals(depth - 1, FLOW_UNITS, FLOW_UNITS) * np.sqrt(c / FLOW_UNITS)
    for W in weights:
        zs.append(phi(zs[-1]) @ W)
    z = np.array(zs)
    slopes, deltas = phi_grad(z), []
    for layer in range(depth - 1, -1, -1):
        deltas.append(arriving * slopes[layer])
        if layer:
            arriving = deltas[-1] @ weights[layer - 1].T
    return z, phi(z), slopes, np.array(deltas[::-1])


# ---- inputs of one sign: the zig-zag ----

TARGET, START = np.array([1.0, -1.0]), np.array([-0.7, 0.9])


def simulate_zigzag(mean, one_by_one=True, steps=40, examples=60, seed=3, push=1.0):
    """Gradient descent on one linear unit with two inputs, uniform on [mean - 1, mean + 1].

    The rate is `push` / (largest squared length of an example) one by one, which never overshoots
    on any example for push = 1; with all examples it is `push` / (largest curvature).

    Returns the path (steps + 1, 2), the examples (examples, 2) and, one by one, the example and
    the error of each step (steps, 2), (steps,); for whole batches these are empty.
    """
    rng = np.random.default_rng(seed)
    X = mean + rng.uniform(-1, 1, (examples, 2))
    order = rng.integers(examples, size=steps)
    rate = push / (np.max(np.sum(X**2, axis=1)) if one_by_one else curvatures(X)[-1])
    path, errors = [START], []
    for i in order:
        x = X[i : i + 1] if one_by_one else X
        delta = x @ (path[-1] - TARGET)  # (n, 2) @ (2,)
        path.append(path[-1] - rate * x.T @ delta / len(x))
        errors.append(delta[0])
    visited = (X[order], np.array(errors)) if one_by_one else (X[:0], np.zeros(0))
    return np.array(path), X, *visited


def curvatures(X):
    """Eigenvalues, smallest first, of the Hessian of the mean of half the squared error."""
    return np.linalg.eigvalsh(X.T @ X / len(X))


ARRIVED = 1e-3  # share of the first distance; what moves within it is rounding, not a path


def steps_until(gap):
    """How many steps until next to nothing of the first gap is left; all, if that never happens."""
    close = gap < ARRIVED * gap[0]
    return int(np.argmax(close)) if close.any() else len(gap) - 1


# ---- training on handwritten digits ----


def initial_params(rng, sizes, c=2.0, bias=0.0):
    """Layers (W, b) with `initial_weights`, and one bias for all hidden units."""
    *hidden, last = initial_weights(rng, sizes, c)
    top = last, np.zeros(last.shape[1])
    return [*((W, np.full(W.shape[1], bias)) for W in hidden), top]


def simulate_training(
    phi,
    phi_grad,
    rates,
    hidden=(100,),
    pixels="standardized",
    c=2.0,
    bias=0.0,
    batch=32,
    every=20,
    seed=0,
    dead_units=None,
):
    """Train on the digits, one step for each of `rates`, and look at the network now and then.

    Returns a dict of arrays, one row for each look: ``step``, ``silent`` (per hidden layer, the
    share of units that are positive on no training image), ``train`` and ``held`` accuracy.
    """
    X, y, X_held, y_held = digits(pixels, seed)
    rng = np.random.default_rng([seed, 1])
    params = initial_params(rng, (X.shape[1], *hidden, 10), c, bias)
    looks = []
    with np.errstate(all="ignore"):  # some of these runs are meant to diverge
        for step, rows in enumerate(batches(rng, len(X), batch, len(rates) + 1)):
            if step % every == 0:
                looks.append((step, *_look(params, phi, X, y, X_held, y_held, dead_units)))
            if step < len(rates):
                params = sgd_step(params, X[rows], y[rows], phi, phi_grad, rates[step])
    return {
        k: np.array(v)
        for k, v in zip(("step", "silent", "train", "held"), zip(*looks, strict=True), strict=True)
    }


def _look(params, phi, X, y, X_held, y_held, dead_units):
    zs = forward(X, params, phi)[1]
    held = forward(X_held, params, phi)[1][-1]
    finite = np.isfinite(zs[-1]).all()  # a diverged network is not a silent one
    silent = [silent_share(z, dead_units) if finite else np.nan for z in zs[:-1]]
    return silent, np.mean(zs[-1].argmax(axis=1) == y), np.mean(held.argmax(axis=1) == y_held)


def silent_share(z, dead_units=None):
    """Share of units (columns) that fire on none of the examples (rows), or as yours counts it."""
    if dead_units is not None:
        return np.mean(dead_units(z))
    rate = np.mean(z > 0, axis=0)
    return np.mean(rate == 0)


# ---- dying units ----


@lru_cache(maxsize=128)
def simulate_dying(phi, phi_grad, rate, pixels, dead_units=None, steps=300, width=100):
    """Share of silent units and held-out accuracy while one hidden layer trains; cached."""
    run = simulate_training(
        phi, phi_grad, np.full(steps, rate), (width,), pixels, every=25, dead_units=dead_units
    )
    for values in run.values():
        values.setflags(write=False)
    return run


# ---- maxout: lines that make a convex curve ----

SHAPES = {
    "x²": np.square,
    "|x|": np.abs,
    "ReLU": lambda x: curves("activations")["relu"](x),
    "sin 2x": lambda x: np.sin(2 * x),
}


def simulate_maxout(shape, pieces, spread=True, steps=2000, rate=0.3, seed=0):
    """Fit the largest of `pieces` lines to a shape on [-2, 2] by gradient descent.

    At each point only the line on top is corrected. The lines start as tangents of x^2 / 2, so that
    each is on top somewhere, or at random. Returns x, the shape, slopes and offsets.
    """
    x = np.linspace(-2, 2, 121)
    y = SHAPES[shape](x)
    slopes, offsets = np.random.default_rng(seed).standard_normal((2, pieces))
    if spread:
        slopes = np.linspace(-2, 2, pieces + 2)[1:-1]
        offsets = -(slopes**2) / 2
    for _ in range(steps):
        heights = slopes[:, None] * x + offsets[:, None]  # (pieces, points)
        owner = heights.argmax(axis=0)
        error = heights[owner, np.arange(x.size)] - y
        slopes = slopes - rate * np.bincount(owner, error * x, pieces) / x.size
        offsets = offsets - rate * np.bincount(owner, error, pieces) / x.size
    return x, y, slopes, offsets


def idle_lines(x, slopes, offsets):
    """How many of the lines are on top at none of the points x."""
    owner = (slopes[:, None] * x + offsets[:, None]).argmax(axis=0)
    return slopes.size - np.unique(owner).size
