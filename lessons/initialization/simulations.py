"""The simulations of "Initialization": pure functions, each of which a figure draws.

Weights are drawn from N(0, c / fan_in) throughout, c being the number that the chapter is about.
"""

from functools import cache, lru_cache, partial
from itertools import pairwise

import numpy as np

from lessons.kit.curves import curves
from lessons.kit.digits import batches, digits
from lessons.kit.network import cross_entropy, error_of_logits, forward, sgd_step
from lessons.kit.stream import Stream


def height_and_slope(activation):
    """An activation and its derivative, both functions of the pre-activation."""
    return {
        "relu": (partial(np.maximum, 0), lambda z: z > 0),
        "tanh": (np.tanh, lambda z: np.cosh(np.clip(z, -300, 300)) ** -2.0),
        "sigmoid": (curves("activations")["sigmoid"], curves("activations")["sigmoid_grad"]),
        "linear": (np.positive, np.ones_like),
    }[activation]


def draw_weights(rng, sizes, c):
    """One matrix for each pair of neighbouring sizes, from N(0, c / fan_in)."""
    return [np.sqrt(c / d) * rng.standard_normal((d, m)) for d, m in pairwise(sizes)]


@lru_cache(maxsize=16)
def _noise(seed, sizes):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal((d, m), dtype=np.float32) for d, m in pairwise(sizes)]


def same_draw(seed, sizes, c):
    """As `draw_weights`, for the figures: one draw, kept and only scaled, serves every c.

    ``seed`` is a tuple. What is kept has single precision, what is returned double.
    """
    weights = [noise.astype(np.float64) for noise in _noise(seed, tuple(sizes))]
    for W in weights:
        W *= np.sqrt(c / len(W))
    return weights


def row_size(a):
    """The root mean square over examples of the norms of their rows."""
    return float(np.sqrt(np.mean(np.einsum("ij,ij->i", a, a))))


# ---- the flow of signals through fifty layers ----

PROBES = 32  # digits that the widget sends through


def simulate_flow(activation="relu", c=2.0, width=100, depth=50, seed=0, examples=64):
    """Norms, layer by layer, in one network at its start, on standardized digits.

    Returns
    -------
    dict of arrays (depth,), for the hidden layers from first to last:
        ``activation``: root mean square over examples of the norm of a layer's outputs;
        ``gradient``: the same of the derivative of an example's loss by the layer's inputs z;
        ``weights``: Frobenius norm of the gradient of the mean loss by the layer's weights;
        and ``top``, a number: root mean square of the gradient by the logits.
    """
    X, y, *_ = digits("standardized", seed)
    weights = same_draw((seed, 5), (X.shape[1], *[width] * depth, 10), c)
    return norms_of(weights, activation, X, y, examples)


def norms_of(weights, activation, X, y, examples=PROBES):
    """The norms of `simulate_flow` for a network without biases and the first of the examples."""
    X, y = X[:examples], y[:examples]
    phi, slope = height_and_slope(activation)
    a, zs = forward(X, [(W, 0.0) for W in weights], phi)
    delta = error_of_logits(zs[-1], y)
    rows = {"top": row_size(delta), "activation": [row_size(one) for one in a[1:]]}
    back = []
    for layer in range(len(weights) - 2, -1, -1):
        delta = (delta @ weights[layer + 1].T) * slope(zs[layer])
        back.append((row_size(delta), np.linalg.norm(a[layer].T @ delta) / examples))
    rows["gradient"], rows["weights"] = zip(*back[::-1], strict=True)
    return {name: np.array(values) for name, values in rows.items()}


@cache
def _normal_rule(number):
    """Nodes and weights that integrate over a standard normal variable."""
    nodes, shares = np.polynomial.hermite_e.hermegauss(number)
    return nodes, shares / shares.sum()


def mean_under_normal(f, std):
    """E[f(z)] for z ~ N(0, std^2): exact halves for ReLU, as none of the 200 nodes is 0."""
    nodes, shares = _normal_rule(200)
    return float(shares @ f(std * nodes))


def predict_flow(activation, c, width, depth, top=1.0, inputs=(64, 61.0)):
    """What theory says of `simulate_flow`, for layers so wide that sums are normal.

    ``inputs`` are the number of inputs and the mean square of their norm; ``top`` is the size of
    the gradient at the logits. The gradient by the weights is that of a single example.
    """
    phi, slope = height_and_slope(activation)
    number, square = inputs
    mean_square, sizes, chi = square / number, [], []
    for _ in range(depth):
        std = np.sqrt(c * mean_square)
        mean_square = mean_under_normal(lambda z: phi(z) ** 2, std)
        sizes.append(np.sqrt(width * mean_square))
        chi.append(c * mean_under_normal(lambda z: slope(z) ** 2, std))
    back = top * np.sqrt(np.cumprod(chi[::-1])[::-1])
    below = np.array([np.sqrt(square), *sizes[:-1]])
    return {"activation": np.array(sizes), "gradient": back, "weights": below * back}


# ---- two inputs on a plane: what different starts can learn ----

STARTS = ("zero", "constant", "tiny", "good", "huge")
RINGS_RATE = 0.5


def rings(seed=0, each=60):
    """Points on a disc (class 0) and on a ring around it (class 1), about unit size."""
    rng = np.random.default_rng([seed, 6])
    radius = np.concatenate([rng.uniform(0, 0.7, each), rng.uniform(1.1, 1.6, each)])
    angle = rng.uniform(0, 2 * np.pi, 2 * each)
    X = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return X, np.repeat([0, 1], each)


def start_params(start, seed=0, hidden=12):
    """Weights of a 2-`hidden`-2 network by the name of the start; all biases are 0."""
    rng = np.random.default_rng([seed, 7])
    params = []
    for d, m in ((2, hidden), (hidden, 2)):
        noise = rng.standard_normal((d, m))
        W = {
            "zero": 0 * noise,
            "constant": np.full((d, m), 0.5),
            "tiny": 0.001 * noise,
            "good": (2 / d) ** 0.5 * noise,
            "huge": 30 * noise,
        }[start]
        params.append((W, np.zeros(m)))
    return params


def simulate_start(start="good", steps=3000, activation="relu", seed=0):
    """Train on the rings from one start: parameters after 0, 1, ... steps and the mean losses."""
    X, y = rings(seed)
    phi, slope = height_and_slope(activation)
    path, losses = [start_params(start, seed)], []
    for step in range(steps + 1):
        logits = forward(X, path[-1], phi)[1][-1]
        losses.append(cross_entropy(logits, y))
        if step < steps:
            path.append(sgd_step(path[-1], X, y, phi, slope, RINGS_RATE))
    return path, np.array(losses)


LOOKS, LOSSES_EVERY = (0, 30, 300, 3000), 10  # steps


def simulate_looks(start="good"):
    """What the figure draws of `simulate_start`.

    Returns
    -------
    dict of arrays
        ``losses``: of every tenth step; ``params``: (looks, 62), all parameters after the steps
        `LOOKS`, in a row each.
    """
    path, losses = simulate_start(start)
    params = [np.concatenate([a.ravel() for pair in path[step] for a in pair]) for step in LOOKS]
    return {"losses": losses[::LOSSES_EVERY], "params": np.array(params)}


def unpacked(row, sizes=(2, 12, 2)):
    """The pairs (W, b) of a network from all its parameters in a row."""
    params = []
    for d, m in pairwise(sizes):
        W, b, row = np.split(row, (d * m, d * m + m))
        params.append((W.reshape(d, m), b))
    return params


def distinct(W, digits_=9):
    """How many different columns a matrix has, up to rounding."""
    return len(np.unique(W.T.round(digits_), axis=0))


# ---- the spread of outputs, layer after layer ----


LAYERS_SHOWN = (1, 5, 10, 20)


def simulate_spread(activation="tanh", c=1.0, width=500, depth=50, examples=100, seed=0):
    """Outputs of each layer for standard normal inputs.

    Returns
    -------
    dict of arrays
        ``overall``: (depth,), standard deviation over all outputs of a layer; ``signal``:
        (depth,), root mean square over units of the standard deviation over examples; ``zeros``
        and ``shares``: histograms of the layers `LAYERS_SHOWN`, as of `histogram`; and ``reach``,
        a number, the largest of these layers' `reach_of`.
    """
    a = np.random.default_rng([seed, 14]).standard_normal((examples, width))
    phi, outputs = height_and_slope(activation)[0], []
    for W in same_draw((seed, 8), [width] * (depth + 1), c):
        a = phi(a @ W)
        outputs.append(a)
    shown = [outputs[layer - 1] for layer in LAYERS_SHOWN if layer <= depth]
    reach = max(map(reach_of, shown))
    zeros, shares = zip(*(histogram(one, activation, reach) for one in shown), strict=True)
    return {
        "overall": np.array([one.std() for one in outputs]),
        "signal": np.array([np.sqrt(one.var(axis=0).mean()) for one in outputs]),
        "zeros": np.array(zeros),
        "shares": np.array(shares),
        "reach": reach,
    }


def reach_of(a):
    """Nearly the largest size of the entries."""
    return max(float(np.quantile(np.abs(a), 0.999)), 1e-30)


BARS = 26


def histogram(a, activation, reach):
    """Per cent of the outputs that are exactly 0, and those in each of the `BARS` bars."""
    low, high = bounds_of(activation, reach)
    counts, _ = np.histogram(a[a != 0], np.linspace(low, high, BARS + 1))
    return 100 * np.mean(a == 0), 100 * counts / a.size


def bounds_of(activation, reach):
    """Between which values the outputs of an activation are drawn."""
    return {"tanh": (-1, 1), "sigmoid": (0, 1), "relu": (0, reach)}.get(activation, (-reach, reach))


# ---- Xavier's assumptions, one at a time ----

ASSUMPTIONS = {
    "all hold": {},
    "inputs have mean 1": {"shift": 1.0},
    "weights have mean 1/√n": {"lean": 1.0},
    "inputs all equal": {"equal_inputs": True},
    "weights of a unit all equal": {"equal_weights": True},
    "inputs and weights all equal": {"equal_inputs": True, "equal_weights": True},
    "biases from N(0, 1)": {"bias": 1.0},
    "tanh, and z is not small": {"bend": True},
}


@lru_cache(maxsize=16)
def simulate_assumption(
    shift=0.0,
    lean=0.0,
    equal_inputs=False,
    equal_weights=False,
    bias=0.0,
    bend=False,
    n=64,
    draws=30_000,
    seed=0,
):
    """One layer of n inputs with weights from N(0, 1/n), and one assumption broken.

    The rule n Var(w) Var(x) predicts a variance of 1 for all of them.

    Returns
    -------
    array (draws,)
        Pre-activations (outputs of tanh if ``bend``), each from an example and weights of its own.
    """
    rng = np.random.default_rng([seed, 9])
    x = rng.standard_normal((draws, 1 if equal_inputs else n)) + shift
    w = (rng.standard_normal((draws, 1 if equal_weights else n)) + lean) / np.sqrt(n)
    z = np.sum(x * w, axis=1) * (n if equal_inputs and equal_weights else 1)
    z = z + bias * rng.standard_normal(draws)
    return np.tanh(z) if bend else z


# ---- the angle between two inputs ----


def next_cosine(rho, activation="relu", std=1.0):
    """The cosine of the angle between the outputs of a wide layer for two inputs.

    ``rho`` (an array) is the cosine between the inputs of the layer, whose pre-activations have
    the standard deviation ``std`` for both. By a product rule of 61 nodes in each direction.
    """
    phi = height_and_slope(activation)[0]
    nodes, shares = _normal_rule(61)
    rho = np.clip(np.atleast_1d(rho), -1, 1)[:, None, None]
    u, v = std * nodes[:, None], std * (rho * nodes[:, None] + np.sqrt(1 - rho**2) * nodes)
    both = np.einsum("i,j,kij->k", shares, shares, phi(u) * phi(v))
    return both / (shares @ phi(std * nodes) ** 2)


def relu_cosine(rho):
    """`next_cosine` of ReLU in closed form."""
    rho = np.clip(rho, -1, 1)
    return (np.sqrt(1 - rho**2) + (np.pi - np.arccos(rho)) * rho) / np.pi


def simulate_angles(activation="relu", c=2.0, width=200, depth=50, examples=24, seed=0):
    """How alike images become, in each layer from the pixels on.

    Returns
    -------
    dict of arrays (depth + 1,)
        ``different``: mean cosine over pairs of different digits; ``copies``: mean cosine between
        a digit and a noisy copy, 0.95 for the pixels.
    """
    X, *_ = digits("standardized", seed)
    rng = np.random.default_rng([seed, 15])
    a, noise = X[:examples], rng.standard_normal((examples, X.shape[1]))
    noise -= a * (np.sum(noise * a, axis=1) / np.sum(a * a, axis=1))[:, None]
    sizes = np.linalg.norm(a, axis=1, keepdims=True)
    noise *= sizes / np.linalg.norm(noise, axis=1, keepdims=True)
    a = np.concatenate([a, COPY * a + np.sqrt(1 - COPY**2) * noise])
    phi, looks = height_and_slope(activation)[0], [_cosines(a)]
    for W in same_draw((seed, 10), (a.shape[1], *[width] * depth), c):
        a = phi(a @ W)
        looks.append(_cosines(a))
    return dict(zip(("different", "copies"), np.array(looks).T, strict=True))


COPY = 0.95


def _cosines(a):
    """Mean cosine over pairs in the first half of the rows, and of each with its copy."""
    unit = a / np.linalg.norm(a, axis=1, keepdims=True)
    first, second = np.split(unit, 2)
    number = len(first)
    others = np.sum(first @ first.T) - number  # without the cosine of each with itself
    return others / (number * (number - 1)), np.mean(np.sum(first * second, axis=1))


# ---- what persists when a network is trained ----


def train_on_digits(params, rate, steps=1500, batch=32, seed=0):
    """Train ReLU layers from `params`: the new ones, and the share of held-out digits missed.

    The share is 1 if the numbers overflow.
    """
    X, y, X_held, y_held = digits("standardized", seed)
    phi, slope = height_and_slope("relu")
    rng = np.random.default_rng([seed, 13])
    with np.errstate(all="ignore"):  # some of these runs are meant to diverge
        for rows in batches(rng, len(X), batch, steps):
            params = sgd_step(params, X[rows], y[rows], phi, slope, rate)
        logits = forward(X_held, params, phi)[1][-1]
    if not np.isfinite(logits).all():
        return params, 1.0
    return params, float(np.mean(logits.argmax(axis=1) != y_held))


def deep_start(c, hidden=8, last=None, width=100, seed=0):
    """Weights from N(0, c / fan_in), in the last layer from N(0, last / fan_in); zero biases."""
    rng = np.random.default_rng([seed, 11])
    weights = draw_weights(rng, (64, *[width] * hidden, 10), c)
    weights[-1] *= np.sqrt((c if last is None else last) / c)
    return [(W, np.zeros(W.shape[1])) for W in weights]


def persistence_start(c, seed=0):
    """Eight hidden layers of 100 units; the last layer has N(0, 1 / fan_in), whatever c."""
    return deep_start(c, last=1.0, seed=seed)


def simulate_persistence(c=2.0, rate=0.05, seed=0):
    """Train the network of `persistence_start` on the digits; look before and after.

    Returns
    -------
    dict
        ``activation``, ``gradient``, ``variance``: arrays (2, 8), before and after, of the norm
        of a layer's outputs, of the gradient of the mean training loss by its weights, and of the
        variance of its weights times fan_in; ``moved``: (9,), relative distance of all weights from
        their start; ``last_weights``: (100, 10), those of the last layer after training; ``error``:
        share of held-out digits that are wrong.
    """
    X, y, *_ = digits("standardized", seed)
    start = persistence_start(c, seed)
    params, error = train_on_digits(start, rate, seed=seed)
    looks = [_look(one, X, y) for one in (start, params)]
    moved = [
        np.sqrt(np.sum((W - V) ** 2) / np.sum(V**2))
        for (W, _), (V, _) in zip(params, start, strict=True)
    ]
    before_after = {name: np.array([look[name] for look in looks]) for name in looks[0]}
    after = {"moved": np.array(moved), "last_weights": params[-1][0], "error": error}
    return before_after | after


def _look(params, X, y):
    """Norms and variances of the hidden layers."""
    phi, slope = height_and_slope("relu")
    inputs = forward(X, params, phi)[0]
    moved = sgd_step(params, X, y, phi, slope, 1.0)
    hidden = range(len(params) - 1)
    return {
        "activation": [row_size(inputs[i + 1]) for i in hidden],
        "gradient": [np.linalg.norm(params[i][0] - moved[i][0]) for i in hidden],
        "variance": [params[i][0].var() * len(params[i][0]) for i in hidden],
    }


# ---- the project: five starts on the digits ----

SCHEMES = ("zero", "small", "xavier", "he", "large")
PROJECT, PROJECT_STEPS = (64, 30, 30, 30, 10), 80


def project_start(scheme, seed=0, sizes=PROJECT):
    """Pairs of weights and zero biases by the name of the scheme."""
    rng = np.random.default_rng([seed, 12])
    spread_of = {"zero": 0.0, "small": 1e-4, "large": 1.0}
    params = []
    for d, m in pairwise(sizes):
        square = {"xavier": 2 / (d + m), "he": 2 / d}.get(scheme)
        size = np.sqrt(square) if square else spread_of[scheme] ** 0.5
        params.append((size * rng.standard_normal((d, m)), np.zeros(m)))
    return params


def with_biases(weights):
    """Pairs (W, b) with biases of zeros."""
    return [(W, np.zeros(W.shape[1])) for W in weights]


def project_data(seed=0, examples=100):
    """Standardized training digits for the project, and the held-out ones."""
    X, y, X_held, y_held = digits("standardized", seed)
    return X[:examples], y[:examples], X_held, y_held


LOSS_EVERY = 2


def simulate_project(scheme="he", rate=0.1, steps=PROJECT_STEPS, seed=0):
    """Train from one start on 100 digits at once: first and last parameters, and the losses.

    There is a loss for every `LOSS_EVERY` steps, from the start on.
    """
    X, y, *_ = project_data(seed)
    phi, slope = height_and_slope("relu")
    first = params = project_start(scheme, seed)
    losses = []
    with np.errstate(all="ignore"):
        for step in range(steps):
            if step % LOSS_EVERY == 0:
                losses.append(mean_loss(params, X, y))
            params = sgd_step(params, X, y, phi, slope, rate)
        losses.append(mean_loss(params, X, y))
    return first, params, np.array(losses)


def mean_loss(params, X, y, activation="relu"):
    """The mean cross-entropy of the softmax of a network's outputs."""
    return cross_entropy(forward(X, params, height_and_slope(activation)[0])[1][-1], y)


# ---- the widget of the depth experiment: `widgets/depth_experiment.js` ----


@lru_cache(maxsize=1)
def small_digits():
    """The digits of the widgets: 300 to train on, 150 held out, standardized over the 300.

    Returns
    -------
    X (300, 64), y (300,), held-out X (150, 64), held-out y (150,)
    """
    X, y, X_held, y_held = (part[:300] for part in digits("raw", 0))
    mean, size = X.mean(axis=0), X.std(axis=0)
    size = np.where(size > 0, size, 1)
    return (X - mean) / size, y, (X_held[:150] - mean) / size, y_held[:150]


def stream_start(seed, sizes, variance):
    """The weights that the browser draws: `variance(fan_in, fan_out)` for each matrix."""
    stream = Stream(seed)
    return [stream.normals(d, m, std=np.sqrt(variance(d, m))) for d, m in pairwise(sizes)]


def simulate_depth_experiment(activation="relu", c=2.0, depth=20, width=32, seed=1):
    """Norms of five networks as the widget has them: one dict a network, as `simulate_flow`."""
    X, y, *_ = small_digits()
    sizes = (64, *[width] * depth, 10)
    return [
        norms_of(stream_start(100 * seed + draw, sizes, lambda d, m: c / d), activation, X, y)
        for draw in range(5)
    ]


# ---- the widget of the project: `widgets/watch_it_train.js` ----

WATCHED = {
    "zero": ("zero", lambda d, m: 0.0),
    "small": ("too small, 0.01", lambda d, m: 1e-4),
    "xavier": ("Xavier", lambda d, m: 2 / (d + m)),
    "he": ("He", lambda d, m: 2 / d),
    "large": ("too large, N(0, 1)", lambda d, m: 1.0),
}


def simulate_watched(scheme="he", activation="relu", depth=3, rate=0.1, seed=1, steps=0):
    """The network of the widget after some steps on all 300 digits: parameters and losses."""
    X, y, *_ = small_digits()
    phi, slope = height_and_slope(activation)
    weights = stream_start(seed, (64, *[30] * depth, 10), WATCHED[scheme][1])
    params, losses = [(W, np.zeros(W.shape[1])) for W in weights], []
    for step in range(steps + 1):
        losses.append(mean_loss(params, X, y, activation))
        if step < steps:
            params = sgd_step(params, X, y, phi, slope, rate)
    return params, np.array(losses)
