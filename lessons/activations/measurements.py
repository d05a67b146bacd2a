"""Every measured number of "Activations", from several seeds.

``autograder measure activations`` measures them again and rewrites measured.json; names
of groups after it, such as ``cost``, measure only those. A group is a function that returns named
strings, as the text prints them: a mean, then the smallest and the largest value over the seeds.
Steps to a goal and what is left of a gradient are medians, times are medians of repetitions.
"""

from functools import partial
from time import perf_counter

import numpy as np

from autograder.course.measuring import powers, spread
from lessons.activations import figures, simulations
from lessons.kit.digits import batches, digits
from lessons.kit.network import forward, sgd_step
from solutions import activations as reference

SEEDS = range(5)
TUNING_SEEDS = (100, 101)  # rates are chosen on these and judged on SEEDS


def known(name):
    """An activation and its derivative, by name."""
    if name == "tanh":
        return np.tanh, reference.tanh_grad
    return getattr(reference, name), getattr(reference, f"{name}_grad")


# ---- one unit, one layer, ten layers ----


def floating_point():
    """Where the open interval of the sigmoid closes: the smallest z that gives 1 exactly.

    For tanh this depends on the library that computes it, so the text gives a range by hand.
    """
    numbers = {}
    for kind in (np.float64, np.float32):
        z = np.arange(0, 40, 0.01, dtype=kind)
        one = z[np.asarray(reference.sigmoid(z)) == 1][0]
        numbers[f"one_sigmoid_{np.dtype(kind).name}"] = f"{one:.1f}"
    return numbers


def saturation():
    """Shares of outputs near a limit and of slopes below 0.01, for Gaussian inputs."""
    numbers = {}
    for name in ("sigmoid", "tanh"):
        for std in (1, 2, 5, 10):
            near, tiny = [], []
            for seed in SEEDS:
                _, a, slope = simulations.simulate_squash(*known(name), std, seed=seed)
                near.append(simulations.share_near_limit(a, name))
                tiny.append(np.mean(slope < figures.TINY_SLOPE))
            numbers[f"near_{name}_{std}"] = spread(near, "{:.1%}")
            numbers[f"tiny_{name}_{std}"] = spread(tiny, "{:.1%}")
    return numbers


def vanishing():
    """What is left of a gradient ten layers down: median and range over ten seeds."""
    numbers = {}
    settings = {"sigmoid": (1, 16), "tanh": (1,), "relu": (1, 2, 16)}
    for name, c in ((name, c) for name, several in settings.items() for c in several):
        left = [simulations.simulate_depth(*known(name), c, seed=s)[0][-1] for s in range(10)]
        numbers[f"left_{name}_{c}"] = powers(left)
    return numbers


# ---- inputs of one sign ----


def zigzag():
    """Steps until 0.1% of the distance is left, and how often both weights move the same way."""
    settings = {  # mean, one by one, rate in units of the usual one
        "0_one": (0, True, 1.0),
        "0_all": (0, False, 1.0),
        "2_one": (2, True, 1.0),
        "2_all": (2, False, 1.0),
        "2_fast": (2, False, 1.9),
    }
    numbers = {}
    for key, (mean, one_by_one, push) in settings.items():
        steps, together = zip(*(_walk(mean, one_by_one, push, s) for s in range(10)), strict=True)
        numbers[f"zigzag_steps_{key}"] = spread(steps, "{:.0f}", np.median)
        numbers[f"zigzag_together_{key}"] = spread(together)
    return numbers


def _walk(mean, one_by_one, push, seed):
    """Steps to 0.1% of the way, and the share of the first ten that move both weights alike."""
    path = simulations.simulate_zigzag(mean, one_by_one, steps=2000, seed=seed, push=push)[0]
    steps = simulations.steps_until(np.linalg.norm(path - simulations.TARGET, axis=1))
    moves = np.diff(path[: min(steps, 10) + 1], axis=0)
    return steps, np.mean(np.prod(moves, axis=1) > 0)


def one_sign_in_a_batch():
    """Share of hidden units whose weight gradient has one sign, by batch size; raw pixels."""
    numbers = {}
    for batch in (1, 2, 4, 32):
        shares = [_one_sign_share(batch, seed) for seed in SEEDS]
        numbers[f"one_sign_batch_{batch}"] = spread(shares)
    return numbers


def _one_sign_share(batch, seed, draws=20):
    """Over the units that receive a gradient at all, at initialization."""
    X, y, *_ = digits("raw", seed)
    rng = np.random.default_rng([seed, 2])
    params = simulations.initial_params(rng, (64, 100, 10))
    counts = []
    for _ in range(draws):
        rows = rng.choice(len(X), batch, replace=False)
        # With a learning rate of 1 the step is minus the gradient.
        updated = sgd_step(params, X[rows], y[rows], *known("relu"), 1.0)
        dW = params[0][0] - updated[0][0]
        got = np.abs(dW).sum(axis=0) > 0
        one_sign = (dW >= -1e-12).all(axis=0) | (dW <= 1e-12).all(axis=0)
        counts.append(one_sign[got].mean())
    return np.mean(counts)


# ---- dying units ----

PIXELS = {"raw": "raw", "std": "standardized", "centred": "centred", "shrunk": "shrunk"}


def inner_products():
    """How the images of the digits lie to each other, raw and standardized."""
    numbers = {}
    for pixels in ("raw", "std"):
        X, *_ = digits(PIXELS[pixels])
        products = X @ X.T  # (n, d) @ (d, n)
        between = products[np.triu_indices(len(X), 1)]
        numbers[f"inner_square_{pixels}"] = f"{np.mean(np.diag(products)):.0f}"
        numbers[f"inner_mean_{pixels}"] = f"{abs(between.mean()):.0f}"
        numbers[f"inner_negative_{pixels}"] = f"{np.mean(between < 0):.0%}"
    return numbers


ONE, TWO = (100,), (100, 100)  # hidden layers
DYING = (
    *((name, "raw", rate, ONE) for name in ("relu", "leaky_relu") for rate in (0.01, 0.1, 0.3)),
    *((name, "std", rate, ONE) for name in ("relu", "leaky_relu") for rate in (0.1, 1.0)),
    ("relu", "std", 1.0, TWO),
    *(
        ("relu", "centred", rate, ONE) for rate in (0.1, 0.3)
    ),  # the signs without the size, the size without the signs
    ("relu", "shrunk", 1.0, ONE),
)


def dying(settings=DYING):
    """Silent units and accuracy on the digits after 300 steps, hidden layers of 100 units.

    With two hidden layers at rate 1 a run is chaotic, and twenty of them are taken.
    """
    numbers = {}
    for name, pixels, rate, hidden in settings:
        runs = [
            simulations.simulate_training(
                *known(name), np.full(300, rate), hidden, PIXELS[pixels], every=300, seed=seed
            )
            for seed in (range(20) if hidden == TWO else SEEDS)
        ]
        key = f"{name}_{pixels}_{str(rate).replace('.', '_')}" + "_deep" * (len(hidden) > 1)
        silent = np.array([run["silent"][-1, -1] for run in runs])
        numbers[f"silent_{key}"] = spread(silent[np.isfinite(silent)])
        if hidden == TWO:
            numbers[f"diverged_{key}"] = f"{np.isnan(silent).sum()} of {silent.size}"
        numbers[f"accuracy_{key}"] = spread([run["held"][-1] for run in runs])
        if rate == 0.01:
            numbers[f"silent_{key}_at_start"] = spread([run["silent"][0, -1] for run in runs])
    return numbers


def recovery():
    """One hundred steps far too large on raw pixels, then a thousand small ones."""
    numbers = {}
    for name in ("relu", "leaky_relu"):
        runs = [_ruin_and_repair(name, seed) for seed in SEEDS]
        for key in runs[0]:
            numbers[f"recovery_{key}_{name}"] = spread([run[key] for run in runs])
    return numbers


def _ruin_and_repair(name, seed):
    """Silent units before and after the repair, and accuracies after it and after partial ones."""
    X, _, X_held, y_held = digits("raw", seed)
    rng = np.random.default_rng([seed, 3])
    rows = list(batches(rng, len(X), 32, 1100))
    start = simulations.initial_params(rng, (64, 100, 10))
    ruined = _train(name, start, rows[:100], 0.3, seed)
    off = _off(X, ruined)
    repair = partial(_train, start=ruined, rows=rows[100:], rate=0.01, seed=seed)
    repaired, nobody = repair(name), np.zeros_like(off)
    other = "relu" if name == "leaky_relu" else "leaky_relu"

    def accuracy(params, name=name):
        logits = forward(X_held, params, known(name)[0])[1][-1]
        return np.mean(logits.argmax(axis=1) == y_held)

    return {
        "silent_before": off.mean(),
        "silent_after": _off(X, repaired).mean(),
        "stay": _off(X, repaired)[off].mean(),
        "accuracy_before": accuracy(ruined),
        "accuracy_after": accuracy(repaired),
        "accuracy_last_layer": accuracy(repair(name, moving=nobody)),
        "accuracy_bending_only": accuracy(repair(name, moving=~off)),
        "accuracy_off_only": accuracy(repair(name, moving=off)),
        "accuracy_as_the_other": accuracy(repair(other), other),
        "accuracy_readout": _readout(name, ruined, rows[100:], seed),
    }


def _off(X, params):
    return reference.dead_units(X @ params[0][0] + params[0][1])


def _train(name, start, rows, rate, seed, moving=True):
    """Parameters after a step for each batch of rows of the raw digits.

    Of the first layer only the units in `moving` take part.
    """
    X, y, *_ = digits("raw", seed)
    params = start
    for i in rows:
        old, (first, last) = params, sgd_step(params, X[i], y[i], *known(name), rate)
        kept = [np.where(moving, new, was) for new, was in zip(first, old[0], strict=True)]
        params = [tuple(kept), last]
    return params


def _readout(name, params, rows, seed):
    """Accuracy of a new softmax layer, rate 0.1, on the standardized outputs of the first."""
    X, y, X_held, y_held = digits("raw", seed)
    W, b = params[0]
    H, H_held = known(name)[0](X @ W + b), known(name)[0](X_held @ W + b)
    mean, size = H.mean(axis=0), H.std(axis=0)
    size = np.where(size > 0, size, 1)
    H, H_held = (H - mean) / size, (H_held - mean) / size
    layer = simulations.initial_params(np.random.default_rng([seed, 4]), (H.shape[1], 10))
    for i in rows:
        layer = sgd_step(layer, H[i], y[i], *known(name), 0.1)
    return np.mean((H_held @ layer[0][0] + layer[0][1]).argmax(axis=1) == y_held)


def positive_bias():
    """ReLU with different initial biases: silent units and accuracy, raw and standardized."""
    numbers = {}
    for pixels, rate in (("raw", 0.03), ("std", 0.1)):
        for bias in (0.0, 0.01, 0.1, 1.0):
            runs = [
                simulations.simulate_training(
                    *known("relu"),
                    np.full(300, rate),
                    TWO,
                    PIXELS[pixels],
                    bias=bias,
                    every=100,
                    seed=seed,
                )
                for seed in SEEDS
            ]
            key = f"{pixels}_{str(bias).replace('.', '_')}"
            numbers[f"bias_start_{key}"] = spread([run["silent"][0].mean() for run in runs])
            numbers[f"bias_silent_{key}"] = spread([run["silent"][-1].mean() for run in runs])
            numbers[f"bias_accuracy_{key}"] = spread([run["held"][-1] for run in runs], "{:.1%}")
    return numbers


def idle_maxout_lines():
    """How often at least one of the lines, random at the start, ends on top nowhere."""
    numbers = {}
    for pieces in (2, 3, 6):
        idle = [
            simulations.idle_lines(x, slopes, offsets)
            for x, _, slopes, offsets in (
                simulations.simulate_maxout("x²", pieces, spread=False, seed=seed)
                for seed in range(20)
            )
        ]
        numbers[f"idle_{pieces}"] = f"{np.count_nonzero(idle)} of 20"
    return numbers


# ---- which activation is faster ----

RUNNERS = {  # activation, and the weight variance times fan-in
    "relu": ("relu", 2.0),
    "leaky_relu": ("leaky_relu", 2.0),
    "elu": ("elu", 1.5),
    "tanh": ("tanh", 1.0),
    "sigmoid": ("sigmoid", 1.0),
    "sigmoid16": ("sigmoid", 16.0),
}
RATES = (0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0)
DEPTHS = (1, 3, 6)
GOAL = 0.95


def race_run(runner, depth, rate, seed, steps=600, every=30):
    """Train one network of 64-unit layers and return what was seen on the way."""
    name, c = RUNNERS[runner]
    return simulations.simulate_training(
        *known(name), np.full(steps, rate), (64,) * depth, c=c, every=every, seed=seed
    )


def steps_to_goal(run):
    """The first look with 95% training accuracy; infinity if there is none."""
    reached = run["train"] >= GOAL
    return float(run["step"][np.argmax(reached)]) if reached.any() else np.inf


def best_rate(runner, depth):
    """The rate that needs the fewest steps on the tuning seeds; ties go to the final accuracy."""

    def merit(rate):
        runs = [race_run(runner, depth, rate, seed, steps=390) for seed in TUNING_SEEDS]
        return (
            np.mean([steps_to_goal(run) for run in runs]),
            -np.mean([run["train"][-1] for run in runs]),
        )

    return min(RATES, key=merit)


def race_at(runner, depth, rate):
    """The numbers of one runner at one depth."""
    runs = [race_run(runner, depth, rate, seed) for seed in SEEDS]
    goals = [steps_to_goal(run) for run in runs]
    paths = 100 * np.array([run["train"] for run in runs])
    rows = (paths.min(axis=0), np.median(paths, axis=0), paths.max(axis=0))
    key = f"{runner}_{depth}"
    return {
        "race_steps": " ".join(str(step) for step in runs[0]["step"]),
        f"race_{key}": ";".join(" ".join(f"{value:.1f}" for value in row) for row in rows),
        f"race_to95_{key}": _steps(goals),
        f"race_rate_{key}": f"{rate:g}",
        f"race_held_{key}": spread([run["held"][-1] for run in runs], "{:.1%}"),
    }


def _steps(goals):
    if np.isinf(goals).all():
        return "more than 600"
    if np.isinf(goals).any():
        return f"{min(goals):.0f} to more than 600"
    low, middle, high = np.min(goals), np.median(goals), np.max(goals)
    return f"{middle:.0f}" if low == high else f"{middle:.0f} ({low:.0f} to {high:.0f})"


def race():
    """Every runner at every depth, each at its own best rate."""
    numbers = {}
    for runner in RUNNERS:
        for depth in DEPTHS:
            numbers |= race_at(runner, depth, best_rate(runner, depth))
    return numbers


def beyond_the_grid():
    """A rate larger than all of RATES, for sigmoids that did best at the largest."""
    numbers = {}
    for runner in ("sigmoid", "sigmoid16"):
        for depth in (1, 3):
            goals = [steps_to_goal(race_run(runner, depth, 10.0, seed)) for seed in SEEDS]
            numbers[f"race_at_10_{runner}_{depth}"] = _steps(goals)
    return numbers


def common_rates():
    """ReLU and tanh with six layers at the same rates: training accuracy after 600 steps."""
    numbers = {}
    for runner in ("relu", "tanh"):
        for rate in (0.1, 0.2, 0.3, 1.0):
            runs = [race_run(runner, 6, rate, seed) for seed in SEEDS]
            key = f"{runner}_6_{str(rate).replace('.', '_')}"
            numbers[f"rate_train_{key}"] = spread([run["train"][-1] for run in runs])
            numbers[f"rate_to95_{key}"] = _steps([steps_to_goal(run) for run in runs])
    return numbers


def plateau():
    """Six layers of sigmoids with c = 1: the best of all rates, and what waiting does."""
    best = [
        max(race_run("sigmoid", 6, rate, seed)["train"].max() for rate in (*RATES, 10.0))
        for seed in SEEDS
    ]
    runs = [race_run("sigmoid", 6, 3.0, seed, steps=8000, every=200) for seed in SEEDS]
    leaves = [int(run["step"][np.argmax(run["train"] > 0.3)]) for run in runs]
    assert all((run["train"] > 0.3).any() for run in runs)
    low, middle, high = np.min(leaves), np.median(leaves), np.max(leaves)
    return {
        "plateau_best": spread(best),
        "plateau_leaves": f"{middle:.0f} ({low} to {high})",
        "plateau_held": spread([run["held"][-1] for run in runs]),
    }


# ---- the price of exp ----

WIDTHS = (16, 64, 256, 1024)


def cost():
    """Times as ratios and shares, never as seconds: medians and ranges of five repetitions."""
    # Freeing one large array makes the C library keep memory for later ones; without it some
    # sessions pay for fresh memory in every call, and others do not.
    large = np.ones(3_000_000)
    del large
    z = np.random.default_rng(0).standard_normal(10_000)
    functions = {"max": lambda: np.maximum(z, 0), "exp": lambda: np.exp(z)}
    for name in ("sigmoid", "tanh", "elu", "relu"):
        functions[name] = partial(known(name)[0], z)
    rounds = [{name: time_of(f) for name, f in functions.items()} for _ in SEEDS]
    numbers = {"cost_widths": " ".join(map(str, WIDTHS))}
    for name in functions:
        _store(numbers, f"cost_{name}", [times[name] / times["max"] for times in rounds], ".1f")
    for name in ("sigmoid", "sigmoid_reused", "relu"):
        for width in WIDTHS:
            shares = [activation_share(name, width) for _ in SEEDS]
            _store(numbers, f"cost_share_{name}_{width}", shares, ".2g", "%")
    return numbers


def _store(numbers, key, values, form, unit=""):
    """The median under `key`, for figures; with the range under `key`_range, for the text."""
    low, middle, high = (format(f(values), form) for f in (np.min, np.median, np.max))
    numbers[key] = middle
    span = f"{middle}{unit} ({low}{unit} to {high}{unit})"
    numbers[f"{key}_range"] = f"{middle}{unit}" if low == high else span


def activation_share(name, width, batch=64):
    """Percentage of a layer's forward and backward time that the activation takes.

    "sigmoid" computes its slope from z, with the reference function, so exp is computed again;
    "sigmoid_reused" takes a(1 - a) from the output a that the forward pass has kept.
    """
    rng = np.random.default_rng(width)
    x, delta = rng.standard_normal((2, batch, width))
    W = rng.standard_normal((width, width)) / np.sqrt(width)
    z = x @ W
    own = time_of(partial(both_ways, name, z), 400)
    rest = time_of(lambda: (x @ W, x.T @ delta, delta @ W.T, delta * z, W - 0.1 * W), 100)
    return 100 * own / (own + rest)


def both_ways(name, z):
    """The height and the slope of an activation."""
    if name == "sigmoid_reused":
        a = reference.sigmoid(z)
        return a, a * (1 - a)
    phi, phi_grad = known(name)
    return phi(z), phi_grad(z)


def time_of(action, repeats=200):
    """The time of the fastest call, the one that other work on the machine disturbed least."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return min(times)


# ---- all of them ----

QUICK = (
    floating_point,
    saturation,
    vanishing,
    zigzag,
    one_sign_in_a_batch,
    idle_maxout_lines,
    inner_products,
)
SLOW = (dying, recovery, positive_bias, race, beyond_the_grid, common_rates, plateau, cost)
GROUPS = (*QUICK, *SLOW)
