"""Every measured number of "Normalization", from several seeds.

``autograder measure normalization`` measures them again and rewrites measured.json;
names of groups after it, such as ``depth``, measure only those. A group is a function that returns
named strings, as the text prints them: a mean, then the smallest and the largest value over the
seeds. Steps to a goal are medians.
"""

import numpy as np

from autograder.course.measuring import powers, series, spread
from lessons.kit.digits import batches, digits
from lessons.kit.words import written
from lessons.normalization import simulations
from solutions import normalization as reference

SEEDS = range(5)

BATCH = simulations.Normalizer(
    reference.batchnorm_train,
    reference.batchnorm_backward,
    reference.batchnorm_eval,
    reference.batch_statistics,
)
LAYER = simulations.Normalizer(reference.layernorm, reference.layernorm_backward)
NORMS = {"none": simulations.NONE, "batch": BATCH, "layer": LAYER}


def key(number):
    return f"{number:g}".replace(".", "_").replace("-", "m")


# ---- one batch ----


def worked():
    """The numbers on the graph of the backward pass: four examples, one feature."""
    x, dout = np.array([1.0, 3.0, 5.0, 7.0]), np.array([1.0, 0.0, 0.0, 0.0])
    return {name: series([np.atleast_1d(v)]) for name, v in graph_values(x, dout, 2.0, 4.0).items()}


def graph_values(x, dout, gamma, eps):
    """All values and gradients of the graph of batch normalization, node by node, with beta = 0."""
    mean = x.mean()
    away = x - mean
    var = np.mean(away**2)
    std = np.sqrt(var + eps)
    inverse = 1 / std
    xhat = away * inverse
    dxhat = dout * gamma
    dinverse = np.sum(dxhat * away)
    dvar = dinverse * -0.5 * inverse**3
    daway = dxhat * inverse + dvar * 2 * away / x.size
    dmean = -daway.sum()
    nodes = {"x": x, "mean": mean, "away": away, "var": var, "std": std, "xhat": xhat}
    nodes |= {"dout": dout, "dxhat": dxhat, "dstd": dinverse * -(inverse**2), "dvar": dvar}
    nodes |= {"daway": daway, "daway_direct": dxhat * inverse, "dmean": dmean}
    nodes |= {"dx": daway + dmean / x.size, "out": gamma * xhat}
    return {f"graph_{name}": value for name, value in nodes.items()}


def tiny_weights():
    """How far the outputs of batch norm move when the weights before it are shrunk."""
    numbers = {}
    for scale in (1e-1, 1e-2, 1e-3):
        moved = [
            simulations.simulate_scale(BATCH, [scale], simulations.EPS, s)[0][0] for s in SEEDS
        ]
        numbers[f"tiny_moved_{key(scale)}"] = spread(moved, "{:.2g}")
    moved = [simulations.simulate_scale(BATCH, [1e-3], 1e-20, s)[0][0] for s in SEEDS]
    numbers["tiny_moved_without_eps"] = written(float(max(moved)), 2)
    return numbers


# ---- fifty layers ----


def depth():
    """Norms of activations and gradients over 50 layers, for every normalization and c."""
    numbers = {}
    for name, norm in NORMS.items():
        for c in (0.01, 1.0, 2.0, 3.0):
            runs = [simulations.simulate_deep(norm, c, seed=seed) for seed in SEEDS]
            at = f"{name}_{key(c)}"
            for place, i in (("first", 0), ("middle", 24), ("last", 49)):
                numbers[f"deep_act_{place}_{at}"] = powers([act[i] for act, _, _ in runs])
                numbers[f"deep_dW_{place}_{at}"] = powers([dW[i] for _, dW, _ in runs])
            numbers[f"deep_dh_first_{at}"] = powers([dh[0] for _, _, dh in runs])
            numbers[f"deep_dh_last_{at}"] = powers([dh[49] for _, _, dh in runs])
    return numbers


def explosion():
    """The factor by which a layer multiplies the gradient of what leaves it, on the way back."""
    numbers = {}
    for name, n, width in (
        ("batch", 8, 100),
        ("batch", 32, 100),
        ("batch", 128, 100),
        ("batch", 1437, 100),
        ("batch", 512, 400),
        ("layer", 128, 100),
        ("layer", 128, 400),
    ):
        factors = [
            simulations.factor_per_layer(
                simulations.simulate_deep(NORMS[name], 2.0, width, n, seed=s)[2]
            )
            for s in (SEEDS if width == 100 else range(3))
        ]
        numbers[f"factor_{name}_{n}_{width}"] = spread(factors, "{:.3f}")
    return numbers


# ---- training ----

RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
SCALES = (0.01, 2.0, 50.0)
GOAL = 0.95
HOW_MANY = ("none", "one", "two", "three", "four", "five", "six")  # of the rates


def run(norm, rate, seed, hidden=(64,) * 6, **options):
    return simulations.simulate_training(norm, hidden, rate, seed=seed, **options)


def goal(looks):
    """The first look with 95% training accuracy; infinity if there is none."""
    reached = looks["train"] >= GOAL
    return float(looks["step"][np.argmax(reached)]) if reached.any() else np.inf


def steps_text(goals, most):
    if np.isinf(goals).all():
        return f"more than {most}"
    low, middle, high = np.min(goals), np.median(goals), np.max(goals)
    high = f"more than {most}" if np.isinf(high) else f"{high:.0f}"
    middle = f"more than {most}" if np.isinf(middle) else f"{middle:.0f}"
    return middle if f"{low:.0f}" == high else f"{middle} ({low:.0f} to {high})"


def tolerance():
    """Six layers at every rate and first scale of the weights: accuracy after 240 steps."""
    numbers = {"rates": " ".join(f"{rate:g}" for rate in RATES)}
    for name, norm in NORMS.items():
        for c in SCALES:
            runs = [[run(norm, r, s, c=c, steps=240, every=15) for s in SEEDS] for r in RATES]
            numbers |= _rate_row(f"{name}_{key(c)}", runs)
    return numbers


def _rate_row(at, runs):
    """For each rate the accuracies after training, and at the best one the steps to the goal."""
    train = 100 * np.array([[one["train"][-1] for one in row] for row in runs])
    goals = np.array([[goal(one) for one in row] for row in runs])
    best = min(range(len(runs)), key=lambda i: (np.median(goals[i]), -train[i].mean()))
    held = [[one["held"][-1] for one in row] for row in runs]
    numbers = {
        f"rates_{at}": series([train.min(axis=1), np.median(train, axis=1), train.max(axis=1)]),
        f"rates_best_{at}": f"{RATES[best]:g}",
        f"rates_goal_{at}": steps_text(goals[best], 240),
        f"rates_held_{at}": spread(held[best], "{:.1%}"),
        f"rates_usable_{at}": HOW_MANY[np.sum(train.min(axis=1) > 90)],
    }
    for i, rate in enumerate(RATES):
        numbers[f"rates_train_{at}_{key(rate)}"] = spread(train[i] / 100)
    return numbers


def order():
    """Batch norm before or after ReLU, three hidden layers."""
    numbers = {}
    for name, place in (("z", simulations.relu_after), ("a", simulations.relu_before)):
        for rate in (0.03, 0.1, 0.3, 1.0, 3.0):
            runs = [
                run(BATCH, rate, s, hidden=(64,) * 3, steps=240, every=15, place=place)
                for s in SEEDS
            ]
            numbers[f"order_goal_{name}_{key(rate)}"] = steps_text([goal(r) for r in runs], 240)
            numbers[f"order_held_{name}_{key(rate)}"] = spread(
                [r["held"][-1] for r in runs], "{:.1%}"
            )
    return numbers


def batch_sizes():
    """Held-out accuracy after 9,600 examples, the best of three rates, for every batch size."""
    sizes_, numbers = (2, 4, 8, 16, 32, 128), {}
    numbers["batch_sizes"] = " ".join(map(str, sizes_))
    for name, norm in NORMS.items():
        rows = []
        for batch in sizes_:
            steps = 9600 // batch
            held = [
                [
                    run(norm, rate, s, (64,) * 2, steps=steps, every=steps, batch=batch)["held"][-1]
                    for s in SEEDS
                ]
                for rate in (0.03, 0.1, 0.3)
            ]
            best = max(held, key=np.mean)
            numbers[f"batch_size_{name}_{batch}"] = spread(best, "{:.1%}")
            rows.append([100 * f(best) for f in (np.min, np.mean, np.max)])
        numbers[f"batch_sizes_{name}"] = series(np.transpose(rows))
    return numbers


def few_images():
    """Held-out accuracy after training on 200 images until all are right: does noise help?"""
    numbers, learned_ = {}, []
    for name, norm, batch in (
        ("none", simulations.NONE, 50),
        ("batch", BATCH, 8),
        ("batch", BATCH, 50),
        ("batch", BATCH, 200),
    ):
        options = {"steps": 400, "every": 400, "batch": batch, "images": 200}
        runs = [run(norm, 0.1, s, (64,) * 2, **options) for s in range(10)]
        numbers[f"few_{name}_{batch}"] = spread([one["held"][-1] for one in runs], "{:.1%}")
        learned_ += [one["train"][-1] for one in runs]
    return numbers | {"few_learned": spread(learned_, "{:.1%}")}


def too_deep():
    """Fifty layers for 200 steps, the best of five rates."""
    numbers = {}
    for name, norm in NORMS.items():
        for layers in (20, 50):
            best = [
                max(
                    run(norm, rate, seed, (64,) * layers, steps=200, every=200)["train"][-1]
                    for rate in (0.003, 0.01, 0.03, 0.1, 0.3)
                )
                for seed in range(3)
            ]
            numbers[f"too_deep_{name}_{layers}"] = spread(best)
    return numbers


# ---- what drifts, and what that does ----


def shaken(seed, amount):
    """Batch norm whose every output is shifted and scaled at random, anew in every step."""
    rng = np.random.default_rng([seed, 8])

    def train(x, gamma, beta):
        out, cache = reference.batchnorm_train(x, gamma, beta)
        shift, log_scale = amount * rng.standard_normal((2, x.shape[1]))
        return out * np.exp(log_scale) + shift, (cache, np.exp(log_scale))

    def backward(dout, kept):
        cache, scale = kept
        return reference.batchnorm_backward(dout * scale, cache)

    return BATCH._replace(train=train, backward=backward)


DRIFTING = {
    "none": lambda seed: simulations.NONE,
    "batch": lambda seed: BATCH,
    "shaken": lambda seed: shaken(seed, 0.1),
    "much_shaken": lambda seed: shaken(seed, 0.5),
}


def drift():
    """What layer 4 of 6 reads: how it moves, and what that does to the gradient and to learning.

    Accuracies are taken without shaking: statistics of a shaken pass would not fit a calm one.
    """
    numbers = {}
    for name, make in DRIFTING.items():
        calm = {"steps": 240, "every": 15, "use": simulations.NONE if name == "none" else BATCH}
        for rate in (0.1, 0.3):
            runs = [run(make(s), rate, s, **calm) for s in SEEDS]
            at = f"{name}_{key(rate)}"
            numbers[f"drift_goal_{at}"] = steps_text([goal(r) for r in runs], 240)
            watched = [simulations.simulate_drift(make(s), rate, seed=s) for s in SEEDS]
            numbers[f"drift_moved_{at}"] = spread([w["moved"].mean() for w in watched], "{:.3f}")
            numbers[f"drift_turned_{at}"] = spread([w["turned"].mean() for w in watched], "{:.2f}")
            numbers[f"drift_change_{at}"] = spread(
                [np.median(w["change"]) for w in watched], "{:.2f}"
            )
            numbers[f"drift_means_{at}"] = series(watched[0]["means"].T)
    return numbers


# ---- how long the weights are ----


def weights():
    """The length of the weights of the second of two layers, and the effective rate, with decay."""
    numbers = {}
    for decay in (0.0, 0.001, 0.01, 0.03):
        runs = [simulations.simulate_lengths(BATCH, 0.3, decay, seed=s) for s in range(3)]
        numbers["weights_steps"] = series([runs[0][0]])
        numbers[f"weights_{key(decay)}"] = series([s for _, s, _ in runs])
        numbers[f"weights_end_{key(decay)}"] = powers([s[-1] for _, s, _ in runs], 3)
        late = [0.3 / np.mean(s[len(s) // 2 :]) for _, s, _ in runs]
        numbers[f"weights_rate_{key(decay)}"] = powers(late)
        if decay:
            ratio = [_balance(s, t, 0.3, decay) for _, s, t in runs]
            numbers[f"weights_balance_{key(decay)}"] = spread(ratio, "{:.2f}")
    return numbers


def _balance(squares, turning, rate, decay):
    """Measured over predicted squared length in the second half of a run."""
    half = len(squares) // 2
    return np.mean(squares[half:]) / np.sqrt(rate * np.mean(turning[half:]) / (2 * decay))


def scaled_start():
    """Training accuracy with batch norm when the hidden weights are multiplied at the start."""
    numbers = {}
    for scale in (0.1, 1.0, 10.0):
        options = {"steps": 240, "every": 240, "scale": scale}
        train = [run(BATCH, 0.3, s, (64,) * 2, **options)["train"][-1] for s in SEEDS]
        numbers[f"scaled_{key(scale)}"] = spread(train, "{:.1%}")
    return numbers


# ---- after training ----


def afterwards():
    """Held-out accuracy with running statistics, by batch size and momentum, after 200 steps."""
    numbers = {}
    settings = (*((batch, "standardized") for batch in (2, 4, 8, 32)), (32, "raw"))
    for batch, pixels in settings:
        runs = [
            simulations.simulate_running(**RUNNING, batch_size=batch, pixels=pixels, seed=s)
            for s in SEEDS
        ]
        at = f"{batch}" if pixels == "standardized" else f"{batch}_{pixels}"
        for momentum in simulations.MOMENTA:
            held = [one["held"][momentum][-1] for one in runs]
            numbers[f"after_{at}_{key(momentum)}"] = spread(held)
        numbers[f"after_{at}_all"] = spread([one["exact"][-1] for one in runs])
    return numbers


def small_variance():
    """Mean variance of 2,000 batches of digits in random directions, over that of all images."""
    numbers = {}
    for n in (2, 4, 32):
        ratios = []
        for seed in SEEDS:
            X, *_ = digits(seed=seed)
            rng = np.random.default_rng([seed, 7])
            z = X @ rng.standard_normal((X.shape[1], 50))
            rows = [rng.choice(len(X), n, replace=False) for _ in range(2000)]
            seen = np.mean([reference.batch_statistics(z[i])[1] for i in rows])
            ratios.append(seen / reference.batch_statistics(z)[1].mean())
        numbers[f"small_variance_{n}"] = spread(ratios, "{:.2f}")
    return numbers


def handed_on():
    """The mean of what a first layer hands on at the start, by the batch that normalizes it."""
    numbers = {}
    for n in (2, 8, 32, 1437):
        means = []
        for seed in SEEDS:
            X, *_ = digits(seed=seed)
            rng = np.random.default_rng([seed, 9])
            W = rng.standard_normal((X.shape[1], 64))
            rows = batches(rng, len(X), n, max(1, 1000 // n))
            out = [reference.batchnorm_train(X[i] @ W, np.ones(64), np.zeros(64))[0] for i in rows]
            means.append(np.maximum(np.concatenate(out), 0).mean())
        numbers[f"handed_on_{n}"] = spread(means, "{:.2f}")
    return numbers


RUNNING = {
    name: getattr(reference, name)
    for name in (
        "batchnorm_train",
        "batchnorm_backward",
        "batchnorm_eval",
        "batch_statistics",
        "update_running",
    )
}


def rings():
    """Two classes that differ in their distance from the origin alone."""
    numbers = {}
    for name, norm, bias in (
        ("none", simulations.NONE, False),
        ("batch", BATCH, False),
        ("layer", LAYER, False),
        ("layer_bias", LAYER, True),
    ):
        held = [simulations.simulate_rings(norm, bias, seed=s) for s in SEEDS]
        numbers[f"rings_{name}"] = spread(held)
    return numbers


def learned():
    """The project of the chapter on all digits: 200 steps of 32."""
    held = []
    for seed in SEEDS:
        X, y, X_held, y_held = digits(seed=seed)
        start, rows = simulations.project_start(seed)
        params, running, _ = reference.train_network(start, X, y, rows)
        held.append(np.mean(reference.network_predict(params, running, X_held) == y_held))
    return {"project_held": spread(held, "{:.1%}")}


# ---- all of them ----

QUICK = (worked, tiny_weights, rings, learned, small_variance, handed_on)
SLOW = (
    scaled_start,
    depth,
    explosion,
    tolerance,
    order,
    batch_sizes,
    few_images,
    too_deep,
    drift,
    weights,
    afterwards,
)
GROUPS = (*QUICK, *SLOW)
