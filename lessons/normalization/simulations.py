"""The simulations of "Normalization": pure functions, each of which a figure draws.

How to normalize is not written here: what needs it takes your functions, or the reference's, as
arguments.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lessons.kit.digits import batches, digits
from lessons.kit.network import initial_weights
from lessons.kit.stream import Stream

EPS = 1e-5


# ---- a network whose hidden layers normalize in whatever way they are given ----
#
# A hidden layer is a pair of functions: ``forward(z, gamma, beta) -> h, kept`` and
# ``backward(dh, kept) -> dz, dgamma, dbeta``.


def relu_after(normalize, backward):
    """The hidden layer that normalizes z and then applies ReLU."""

    def layer(z, gamma, beta):
        out, cache = normalize(z, gamma, beta)
        return np.maximum(out, 0), (out > 0, cache)

    def back(dh, kept):
        on, cache = kept
        return backward(dh * on, cache)

    return layer, back


def relu_before(normalize, backward):
    """The hidden layer that applies ReLU and then normalizes a."""

    def layer(z, gamma, beta):
        out, cache = normalize(np.maximum(z, 0), gamma, beta)
        return out, (z > 0, cache)

    def back(dh, kept):
        on, cache = kept
        da, dgamma, dbeta = backward(dh, cache)
        return da * on, dgamma, dbeta

    return layer, back


def only_shift(z, gamma, beta):
    """No normalization: beta is an ordinary bias, and gamma is not used."""
    return z + beta, None


def only_shift_backward(dout, cache):
    return dout, 0.0, dout.sum(axis=0)


PLAIN = relu_after(only_shift, only_shift_backward)


def initial_params(rng, sizes, c=2.0):
    """Layers (W, gamma, beta) with `initial_weights`.

    In the last layer, which is not normalized, beta is the bias and gamma stays at 1.
    """
    weights = initial_weights(rng, sizes, c)
    return [(W, np.ones(W.shape[1]), np.zeros(W.shape[1])) for W in weights]


def forward(X, params, layers):
    """The logits, and what each hidden layer read, its z and what it kept.

    `layers` holds the forward function of each hidden layer.
    """
    h, passed = X, []
    for (W, gamma, beta), layer in zip(params[:-1], layers, strict=True):
        z = h @ W  # (n, fan_in) @ (fan_in, fan_out)
        below, (h, kept) = h, layer(z, gamma, beta)
        passed.append((below, z, kept))
    W, _, bias = params[-1]
    passed.append((h, h @ W, None))
    return h @ W + bias, passed


def backprop(params, X, y, layer, back):
    """The mean cross-entropy, its gradients like `params`, and each hidden output with its own."""
    logits, passed = forward(X, params, [layer] * (len(params) - 1))
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    delta = np.exp(log_p)
    delta[np.arange(len(y)), y] -= 1
    delta /= len(y)
    grads, hidden = [], []
    for i in range(len(params) - 1, -1, -1):
        below, _, kept = passed[i]
        dgamma, dbeta = 0.0, delta.sum(axis=0)
        if kept is not None:
            delta, dgamma, dbeta = back(delta, kept)
        grads.insert(0, (below.T @ delta, dgamma, dbeta))
        if i:
            delta = delta @ params[i][0].T
            hidden.insert(0, (below, delta))
    return -log_p[np.arange(len(y)), y].mean(), grads, hidden


def step(params, grads, rate, decay=0.0):
    """Parameters after one step of gradient descent; `decay` is lambda of an L2 penalty on W."""
    return [
        (W - rate * (dW + decay * W), gamma - rate * dgamma, beta - rate * dbeta)
        for (W, gamma, beta), (dW, dgamma, dbeta) in zip(params, grads, strict=True)
    ]


# ---- training it, and using it afterwards ----


class Normalizer(NamedTuple):
    """A way to normalize.

    Attributes
    ----------
    train : ``train(x, gamma, beta) -> out, cache``.
    backward : ``backward(dout, cache) -> dx, dgamma, dbeta``.
    fixed : ``fixed(x, gamma, beta, mean, var) -> out``, if it is another one after training.
    statistics : ``statistics(x) -> mean, var`` of a batch, for `fixed`.
    """

    train: Callable
    backward: Callable
    fixed: Callable | None = None
    statistics: Callable | None = None


NONE = Normalizer(only_shift, only_shift_backward)


def batch_statistics_of(norm, params, X, place=relu_after):
    """The statistics of what each hidden layer normalizes, when all of X is one batch."""
    seen = []

    def normalize(x, gamma, beta):
        seen.append(norm.statistics(x))
        return norm.train(x, gamma, beta)

    forward(X, params, [place(normalize, None)[0]] * (len(params) - 1))
    return seen


def fixed_layers(norm, statistics, place=relu_after):
    """The forward functions of the hidden layers after training, with given statistics."""

    def at(mean, var):
        def normalize(x, gamma, beta):
            return norm.fixed(x, gamma, beta, mean, var), None

        return place(normalize, None)[0]

    return [at(mean, var) for mean, var in statistics]


def accuracy(params, X, y, layers):
    """The share of examples whose largest logit is the right one."""
    return float(np.mean(forward(X, params, layers)[0].argmax(axis=1) == y))


def accuracies(norm, params, data, place=relu_after):
    """Training and held-out accuracy; where it matters, with the training set's statistics."""
    X, y, X_held, y_held = data
    if norm.fixed is None:
        layers = [place(norm.train, norm.backward)[0]] * (len(params) - 1)
    else:
        layers = fixed_layers(norm, batch_statistics_of(norm, params, X, place), place)
    return accuracy(params, X, y, layers), accuracy(params, X_held, y_held, layers)


def simulate_training(
    norm,
    hidden=(64, 64),
    rate=0.1,
    steps=240,
    batch=32,
    c=2.0,
    scale=1.0,
    decay=0.0,
    place=relu_after,
    images=None,
    every=20,
    seed=0,
    use=None,
):
    """Train on the digits and look at the accuracies now and then.

    `scale` multiplies the hidden weights at the start; `images` keeps only so many for training;
    `use` is the normalization to look with, if it is not the one to train with.
    Returns a dict of arrays, one entry for each look: ``step``, ``train`` and ``held``.
    """
    X, y, X_held, y_held = digits(seed=seed)
    X, y = X[:images], y[:images]
    rng = np.random.default_rng([seed, 1])
    params = initial_params(rng, (X.shape[1], *hidden, 10), c * scale**2)
    layer, back = place(norm.train, norm.backward)
    looks = []
    with np.errstate(all="ignore"):  # some of these runs are meant to diverge
        for now, rows in enumerate(batches(rng, len(X), batch, steps + 1)):
            if now % every == 0:
                looks.append((now, *accuracies(use or norm, params, (X, y, X_held, y_held), place)))
            _, grads, _ = backprop(params, X[rows], y[rows], layer, back)
            params = step(params, grads, rate, decay)
    return dict(zip(("step", "train", "held"), np.array(looks).T, strict=True))


# ---- fifty layers at the start of training ----


def simulate_deep(norm, c, width=100, n=128, depth=50, seed=0):
    """Norms in a deep network of digits before its first step, one entry for each hidden layer.

    Returns the root mean square over the examples of the length of what leaves a layer, the norm of
    the gradient of its weights, and the norm of the gradient of what leaves it.
    """
    (*hidden, last), X, y = _deep_start(width, n, depth, seed)
    params = [*((np.sqrt(c) * W, gamma, beta) for W, gamma, beta in hidden), last]
    layer, back = relu_after(norm.train, norm.backward)
    _, grads, hidden = backprop(params, X, y, layer, back)
    lengths = [np.sqrt(np.mean(np.sum(h**2, axis=1))) for h, _ in hidden]
    dW = [np.linalg.norm(dW) for dW, _, _ in grads[:-1]]
    dh = [np.linalg.norm(dh) for _, dh in hidden]
    return np.array(lengths), np.array(dW), np.array(dh)


@lru_cache(maxsize=1)
def _deep_start(width, n, depth, seed):
    """A network with c = 1, kept, which serves every c, and its batch of digits."""
    X, y, *_ = digits(seed=seed)
    rng = np.random.default_rng([seed, 2])
    params = initial_params(rng, (X.shape[1], *(width,) * depth, 10), 1.0)
    rows = rng.choice(len(X), n, replace=False)
    return params, X[rows], y[rows]


def factor_per_layer(dh, low=5, high=45):
    """The mean factor by which the gradient grows from a layer to the one below it."""
    return (dh[low] / dh[high]) ** (1 / (high - low))


# ---- how a layer before batch norm depends on the length of its weights ----


def simulate_scale(norm, scales, eps=EPS, seed=0, units=20):
    """Multiply the weights before a normalization by each of `scales`.

    Returns the largest change of an output, and the norm of the gradient of the weights for a
    random gradient of the output over that at scale 1.
    """
    X, *_ = digits(seed=seed)
    rng = np.random.default_rng([seed, 3])
    X, W = X[:64], rng.normal(0, np.sqrt(2 / X.shape[1]), (X.shape[1], units))
    ones, dout = np.ones(units), rng.standard_normal((64, units))

    def at(scale):
        out, cache = norm.train(X @ (scale * W), ones, 0 * ones, eps)
        dz, _, _ = norm.backward(dout, cache)
        return out, np.linalg.norm(X.T @ dz)

    base, size = at(1.0)
    moved = [(np.max(np.abs(out - base)), norm_ / size) for out, norm_ in map(at, scales)]
    return np.array(moved).T


def simulate_lengths(norm, rate, decay, steps=1500, every=25, seed=0):
    """Train two hidden layers and follow the weights of the second.

    Returns the steps looked at, the squared length of W, and the squared length of its gradient
    times that of W, which is the gradient as it would be at length 1.
    """
    X, y, *_ = digits(seed=seed)
    rng = np.random.default_rng([seed, 1])
    params = initial_params(rng, (X.shape[1], 64, 64, 10))
    layer, back = relu_after(norm.train, norm.backward)
    looks = []
    for now, rows in enumerate(batches(rng, len(X), 32, steps)):
        _, grads, _ = backprop(params, X[rows], y[rows], layer, back)
        if now % every == 0:
            square = np.sum(params[1][0] ** 2)
            looks.append((now, square, square * np.sum(grads[1][0] ** 2)))
        params = step(params, grads, rate, decay)
    return tuple(np.array(looks).T)


# ---- what a layer in the middle reads ----


def simulate_drift(norm, rate=0.1, steps=120, depth=6, at=3, seed=0):
    """Train, and watch what hidden layer `at` (counted from 0) reads on 256 fixed images.

    Returns a dict of arrays with one entry for each step: ``moved``, how far the means of the units
    moved in units of their spread; ``change`` and ``turned``, how far the gradient of the layer's
    weights changes when only the layers below take their step, relative to its length, and the
    cosine between before and after; ``means`` (steps, 6) of some units in units of that spread.
    """
    X, y, *_ = digits(seed=seed)
    rng = np.random.default_rng([seed, 1])
    params = initial_params(rng, (X.shape[1], *(64,) * depth, 10))
    layer, back = relu_after(norm.train, norm.backward)
    seen = {"moved": [], "change": [], "turned": [], "means": []}
    for rows in batches(rng, len(X), 32, steps):
        _, grads, _ = backprop(params, X[rows], y[rows], layer, back)
        after = step(params, grads, rate)
        h, h_after = (forward(X[:256], p, [layer] * depth)[1][at][0] for p in (params, after))
        below = after[:at] + params[at:]
        _, grads_below, _ = backprop(below, X[rows], y[rows], layer, back)
        old, new = grads[at][0], grads_below[at][0]
        mean, spread = h.mean(axis=0), np.sqrt(np.mean(h.var(axis=0)))
        seen["moved"].append(np.sqrt(np.mean((h_after.mean(axis=0) - mean) ** 2)) / spread)
        seen["change"].append(np.linalg.norm(new - old) / np.linalg.norm(old))
        lengths = np.linalg.norm(new) * np.linalg.norm(old)
        seen["turned"].append(np.sum(new * old) / lengths)
        seen["means"].append(mean[:6] / spread)
        params = after
    return {name: np.array(values) for name, values in seen.items()}


# ---- running statistics ----

MOMENTA = (0.0, 0.9, 0.99, 0.999)


def simulate_running(
    batchnorm_train,
    batchnorm_backward,
    batchnorm_eval,
    batch_statistics,
    update_running,
    batch_size=32,
    pixels="standardized",
    momenta=MOMENTA,
    hidden=64,
    unit=0,
    steps=200,
    every=20,
    seed=0,
):
    """Train two hidden layers and keep running statistics with several momenta at once.

    Training never reads them, so one run serves all. Returns a dict: ``step``; ``held``, the
    held-out accuracy by momentum; ``exact``, that with the statistics of all training images;
    ``batch_mean`` of every step, ``running_mean`` by momentum and ``true_mean`` of every look, for
    a unit of the second layer.
    """
    norm = Normalizer(batchnorm_train, batchnorm_backward, batchnorm_eval, batch_statistics)
    X, y, X_held, y_held = digits(pixels, seed)
    rng = np.random.default_rng([seed, 1])
    params = initial_params(rng, (X.shape[1], hidden, hidden, 10))
    seen = []

    def watched(x, gamma, beta):
        seen.append(norm.statistics(x))
        return norm.train(x, gamma, beta)

    layer, back = relu_after(watched, norm.backward)
    running = {m: [(np.zeros(hidden), np.ones(hidden))] * 2 for m in momenta}
    run = {name: [] for name in ("step", "exact", "true_mean", "batch_mean")}
    run |= {name: {m: [] for m in momenta} for name in ("held", "running_mean")}
    for now, rows in enumerate(batches(rng, len(X), batch_size, steps + 1)):
        if now % every == 0:
            true = batch_statistics_of(norm, params, X)
            run["step"].append(now)
            run["true_mean"].append(true[1][0][unit])
            for m, statistics in {**running, "exact": true}.items():
                layers = fixed_layers(norm, statistics)
                right = accuracy(params, X_held, y_held, layers)
                (run["exact"] if m == "exact" else run["held"][m]).append(right)
        seen.clear()
        _, grads, _ = backprop(params, X[rows], y[rows], layer, back)
        params = step(params, grads, 0.1)
        run["batch_mean"].append(seen[1][0][unit])
        for m in momenta:
            running[m] = [
                tuple(update_running(o, s, m) for o, s in zip(*pair, strict=True))
                for pair in zip(running[m], seen, strict=True)
            ]
            run["running_mean"][m].append(running[m][1][0][unit])
    return run


# ---- a feature that layer norm cannot see ----


def simulate_rings(norm, bias, steps=400, seed=0):
    """Held-out accuracy on points of the plane whose class is their distance from the origin.

    Two hidden layers of 32 units. With `bias`, the affine layer before the first normalization has
    one, as a third input that is always 1.
    """
    rng = np.random.default_rng([seed, 4])
    angle, far = rng.uniform(0, 2 * np.pi, 1000), rng.integers(2, size=1000)
    radius = 1 + far + 0.15 * rng.standard_normal(1000)
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    X = np.column_stack([X, np.ones(1000)]) if bias else X
    params = initial_params(rng, (X.shape[1], 32, 32, 2))
    layer, back = relu_after(norm.train, norm.backward)
    for rows in batches(rng, 500, 50, steps):
        _, grads, _ = backprop(params, X[rows], far[rows], layer, back)
        params = step(params, grads, 0.1)
    return accuracies(norm, params, (X[:500], far[:500], X[500:], far[500:]))[1]


def project_start(seed=0, steps=200, batch=32, hidden=64):
    """First parameters and the batches for the project: (W1, gamma, beta, W2, b2), row numbers."""
    X, *_ = digits(seed=seed)
    rng = np.random.default_rng([seed, 5])
    (W1, gamma, beta), (W2, _, b2) = initial_params(rng, (X.shape[1], hidden, 10))
    return (W1, gamma, beta, W2, b2), np.array(list(batches(rng, len(X), batch, steps)))


# ---- which cells enter a statistic ----

EXAMPLES, CHANNELS, GROUPS = 5, 6, 2


def simulate_cells(normalization, positions=1, at=(1, 2, 0)):
    """Which cells of an array (examples, channels, positions) enter the mean for the cell `at`."""
    example, channel, _ = at
    i, j, _ = np.indices((EXAMPLES, CHANNELS, positions))
    size = CHANNELS // GROUPS
    return {
        "batch norm": j == channel,
        "layer norm": i == example,
        "instance norm": (i == example) & (j == channel),
        "group norm": (i == example) & (j // size == channel // size),
    }[normalization]


# ---- change one example ----


def simulate_moved(normalization, push, batchnorm_train, layernorm, batchnorm_eval, seed=1):
    """The inputs (6, 5) and the outputs before and after the first example is pushed."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((6, 5))
    ones, zeros = np.ones(5), np.zeros(5)
    mean, var = x.mean(axis=0), x.var(axis=0)
    pushed = x.copy()
    pushed[0] += push * np.array([1.0, -0.5, 0.75, 0.25, -1.0])

    def out(x):
        if normalization == "layer norm":
            return layernorm(x, ones, zeros)[0]
        if normalization == "batch norm":
            return batchnorm_train(x, ones, zeros)[0]
        return batchnorm_eval(x, ones, zeros, mean, var)

    return x, pushed, out(x), out(pushed)


# ---- z or a ----

PLACES = {"z, before ReLU": relu_after, "a, after ReLU": relu_before}


def simulate_placed(norm, place, layer=3, seed=0):
    """What hidden layers 1 to `layer` of a random network hand on for 256 digits."""
    X, *_ = digits(seed=seed)
    params = initial_params(np.random.default_rng([seed, 6]), (X.shape[1], *(64,) * layer, 10))
    one, _ = PLACES[place](norm.train, norm.backward)
    return forward(X[:256], params, [one] * layer)[1][-1][0]


# ---- where the two widgets start ----

FEATURES, GROUP, MOST = 6, 3, 8


def group_of(normalization, shape, at):
    """Which cells make the mean for the cell `at`."""
    i, j = np.indices(shape)
    if normalization == "layer":
        return i == at[0]
    if normalization == "group":
        return (i == at[0]) & (j // GROUP == at[1] // GROUP)
    return j == at[1]


def _scores(x, normalization, unpushed):
    """Every number's distance from the mean of its group, in units of the group's spread."""
    source = unpushed if normalization == "fixed" else x
    scores = np.empty_like(x)
    for at in np.ndindex(x.shape):
        group = source[group_of(normalization, x.shape, at)]
        scores[at] = (x[at] - group.mean()) / np.hypot(group.std(), np.sqrt(EPS))
    return scores


def simulate_picture(normalization="batch", examples=6, example=1, feature=2, push=3.0):
    """A batch (examples, 6) with one number pushed, what comes out, and how that has changed."""
    x = Stream(1).normals(MOST, FEATURES)[:examples]
    pushed = x.copy()
    pushed[min(example, examples) - 1, feature - 1] += push
    after = _scores(pushed, normalization, x)
    return pushed, after, after - _scores(x, normalization, x)


MODE_STEPS, MODE_LATE, MODE_LARGEST = 200, 100, 64


def simulate_modes(batch_size=8, momentum=0.9, value=1.0, drift=0.0, seed=1):
    """One example in many batches: statistics, running values and its output in either mode.

    Every batch has variance 1 and a mean that moves by `drift` in each step; the example lies
    `value` above the mean, and in training takes the place of the last one in the batch. Returns
    arrays of one entry for each step: the true mean, the means and variances of the batches, the
    running ones, and the outputs in training and in use.
    """
    noise = Stream(seed).normals(MODE_STEPS, MODE_LARGEST)[:, :batch_size]
    truth = drift * np.arange(MODE_STEPS)
    batches_ = truth[:, None] + noise
    asked = truth + value
    company = np.column_stack([asked, batches_[:, :-1]])
    means, spreads = batches_.mean(axis=1), batches_.std(axis=1)
    lag = np.subtract.outer(np.arange(MODE_STEPS), np.arange(MODE_STEPS))
    weights_ = np.where(lag >= 0, (1 - momentum) * float(momentum) ** np.maximum(lag, 0), 0)
    start = float(momentum) ** np.arange(1, MODE_STEPS + 1)
    running_mean, running_var = weights_ @ means, start + weights_ @ spreads**2
    small = np.sqrt(EPS)
    training = (asked - company.mean(axis=1)) / np.hypot(company.std(axis=1), small)
    after = (asked - running_mean) / np.hypot(np.sqrt(running_var), small)
    return truth, means, spreads**2, running_mean, running_var, training, after
