"""Every measured number of "Initialization", from several seeds.

``autograder measure initialization`` measures them again and rewrites measured.json;
names of groups after it, such as ``flow``, measure only those. A group is a function that returns
named strings, as the text prints them: a mean, then the smallest and the largest value over the
seeds. Numbers that range over powers of ten are medians and not means.
"""

from functools import partial
from itertools import pairwise

import numpy as np

from autograder.course.measuring import powers, record, spread
from lessons.initialization import figures, simulations
from lessons.kit.digits import digits
from lessons.kit.network import forward
from solutions import initialization as reference

SEEDS = range(5)
TEN = range(10)
TUNING_SEEDS = (100, 101)  # of the project, and of scaling to the data, which SEEDS then judge


# ---- signals at the start ----


def flow():
    """Fifty ReLU layers of 100 units on 64 digits, ten networks for each c."""
    numbers = {}
    for c in (1, 2, 3):
        runs = [simulations.simulate_flow("relu", c, seed=seed) for seed in TEN]
        numbers[f"flow_first_{c}"] = powers([run["activation"][0] for run in runs])
        numbers[f"flow_last_{c}"] = powers([run["activation"][-1] for run in runs])
        numbers[f"flow_weights_first_{c}"] = powers([run["weights"][0] for run in runs])
        numbers[f"flow_weights_last_{c}"] = powers([run["weights"][-1] for run in runs])
        steep = [run["weights"].max() / run["weights"].min() for run in runs]
        numbers[f"flow_steep_{c}"] = powers(steep)
        numbers[f"flow_loss_{c}"] = powers([_loss_at_start(c, seed) for seed in TEN])
        theory = simulations.predict_flow("relu", c, 100, 50)["activation"]
        numbers[f"flow_theory_{c}"] = figures.size_of(theory[-1])
    return numbers


def _loss_at_start(c, seed):
    X, y, *_ = digits("standardized", seed)
    weights = simulations.same_draw((seed, 5), (64, *[100] * 50, 10), c)
    return reference.loss_and_grads([(W, np.zeros(W.shape[1])) for W in weights], X[:64], y[:64])[0]


def luck():
    """How much the norm after fifty layers of He weights varies between networks, by width."""
    numbers = {}
    for width in (30, 100, 300):
        rng = np.random.default_rng([width, 20])
        logs = np.array([_log_square(rng, width) for _ in range(100)])
        numbers[f"luck_std_{width}"] = f"{logs.std():.2f}"
        numbers[f"luck_theory_{width}"] = f"{np.sqrt(50 * 5 / width):.2f}"
        low, middle, high = (
            figures.size_of(np.exp(q / 2)) for q in np.quantile(logs, [0.1, 0.5, 0.9])
        )
        numbers[f"luck_range_{width}"] = f"{low} to {high}"
        numbers[f"luck_median_{width}"] = middle
    return numbers


def _log_square(rng, width, depth=50):
    """ln of the squared norm after the layers, for an input of norm 1."""
    a = np.full((1, width), width**-0.5)
    for W in simulations.draw_weights(rng, [width] * (depth + 1), 2.0):
        a = np.maximum(0, a @ W)
    return np.log(np.sum(a**2))


QUOTED_LAYERS = {
    ("spread", "tanh", 1): (1, 5, 20, 50),
    ("spread", "tanh", 0.05): (1, 10),
    ("spread", "sigmoid", 1): (10, 50),
    ("signal", "sigmoid", 1): (5, 10, 20),
    ("spread", "relu", 1): (1, 10, 50),
}


def outputs():
    """Standard deviations of outputs in the layers of 500 units that the text speaks of."""
    numbers = {}
    for (kind, activation, c), layers in QUOTED_LAYERS.items():
        field, name = {"spread": "overall"}.get(kind, kind), "small" if c < 1 else c
        runs = [simulations.simulate_spread(activation, c, seed=seed)[field] for seed in SEEDS]
        for layer in layers:
            key = f"{kind}_{activation}_{name}_{layer}"
            numbers[key] = powers([run[layer - 1] for run in runs])
    return numbers


def assumptions():
    """Variance over the predicted variance, with one assumption broken at a time."""
    numbers = {}
    for i, how in enumerate(simulations.ASSUMPTIONS.values()):
        ratios = [np.var(simulations.simulate_assumption(**how, seed=seed)) for seed in SEEDS]
        numbers[f"assumption_{i}"] = spread(ratios, "{:.2f}" if max(ratios) < 10 else "{:.0f}")
    return numbers


def tanh_gain():
    """By quadrature: what tanh keeps of the variance, its gain, and where gain 5/3 settles."""
    kept = {
        s: simulations.mean_under_normal(lambda z: np.tanh(z) ** 2, s) / s**2 for s in (0.1, 0.3, 1)
    }
    numbers = {f"tanh_keeps_{s}".replace(".", "_"): f"{share:.1%}" for s, share in kept.items()}
    gain, std = 5 / 3, 1.0
    for _ in range(1000):
        std = gain * np.sqrt(simulations.mean_under_normal(lambda z: np.tanh(z) ** 2, std))
    slope = simulations.height_and_slope("tanh")[1]
    chi = gain**2 * simulations.mean_under_normal(lambda z: slope(z) ** 2, std)
    return numbers | {
        "gain_tanh": f"{1 / np.sqrt(kept[1]):.3f}",
        "tanh_fixed_std": f"{std:.2f}",
        "tanh_fixed_chi": f"{chi:.2f}",
    }


def angles():
    """How alike different digits become in ReLU layers: medians over ten networks."""
    runs = np.array(
        [simulations.simulate_angles("relu", 2, seed=seed)["different"] for seed in TEN]
    )
    return {
        f"cosine_relu_2_different_{layer}": spread(runs[:, layer], "{:.3f}", np.median)
        for layer in (10, 50)
    }


def isometry():
    """Largest over smallest singular value of a product of square matrices, 100 by 100."""
    numbers = {}
    for depth in (1, 10):
        ratios = []
        for seed in SEEDS:
            rng = np.random.default_rng([seed, 21])
            product = np.eye(100)
            for W in simulations.draw_weights(rng, [100] * (depth + 1), 1.0):
                product = product @ W
            values = np.linalg.svd(product, compute_uv=False)
            # Below the rounding error of the largest, a singular value is noise.
            ratios.append(values[0] / max(values[-1], values[0] * 1e-15))
        numbers[f"isometry_{depth}"] = powers(ratios)
    return numbers


# ---- starts that cannot learn ----


def symmetry():
    """Digits from zero and from constant weights, one hidden layer of 50: 500 steps of rate 0.1."""
    numbers = {}
    for name, value in (("zero", 0.0), ("constant", 0.1)):
        held, kinds = [], []
        for seed in SEEDS:
            start = [(np.full(s, value), np.zeros(s[1])) for s in ((64, 50), (50, 10))]
            params, error = simulations.train_on_digits(start, 0.1, 500, seed=seed)
            held.append(1 - error)
            kinds.append(reference.symmetric_groups(params[0][0], 1e-9))
        numbers[f"symmetry_{name}"] = spread(held)
    numbers["symmetry_constant_kinds"] = spread(kinds, "{:.0f}")  # the last of the two starts
    rng_starts = [simulations.deep_start(2.0, hidden=1, width=50, seed=seed) for seed in SEEDS]
    errors = [
        simulations.train_on_digits(start, 0.1, 500, seed=seed)[1]
        for seed, start in zip(SEEDS, rng_starts, strict=True)
    ]
    numbers["symmetry_random"] = spread([1 - error for error in errors])
    return numbers


def tie_break():
    """Constant weights plus a little noise on them: does the symmetry come apart?"""
    numbers = {}
    for noise in (1e-8, 1e-3):
        held = []
        for seed in SEEDS:
            rng = np.random.default_rng([seed, 22])
            start = [
                (0.1 + noise * rng.standard_normal(s), np.zeros(s[1])) for s in ((64, 50), (50, 10))
            ]
            held.append(1 - simulations.train_on_digits(start, 0.1, 500, seed=seed)[1])
        numbers[f"tie_break_{noise:g}".translate(str.maketrans("-.", "__"))] = spread(held)
    return numbers


def uniform_or_normal():
    """He weights of both shapes, three hidden layers of 64 at rate 0.1, 500 steps."""
    numbers, sizes = {}, (64, 64, 64, 64, 10)
    for name, draw in (("normal", reference.he_normal), ("uniform", reference.he_uniform)):
        held = []
        for seed in TEN:
            rng = np.random.default_rng([seed, 23])
            start = [(draw(rng, d, m), np.zeros(m)) for d, m in pairwise(sizes)]
            held.append(1 - simulations.train_on_digits(start, 0.1, 500, seed=seed)[1])
        numbers[f"shape_{name}"] = spread(held, "{:.1%}")
    return numbers


# ---- initialization versus optimization ----


def convex():
    """Softmax regression with an L2 penalty, from three starts: the loss and where it ends."""
    numbers, ends = {}, []
    X, y, *_ = digits("standardized", 0)
    for name, scale in (("zero", 0.0), ("he", 2 / 64), ("huge", 100.0)):
        W = np.sqrt(scale) * np.random.default_rng([0, 24]).standard_normal((64, 10))
        numbers[f"convex_start_{name}"] = figures.size_of(_penalized(W, X, y)[0])
        for _ in range(3000):
            W = W - 0.2 * _penalized(W, X, y)[1]
        numbers[f"convex_end_{name}"] = f"{_penalized(W, X, y)[0]:.6f}"
        ends.append(W)
    apart = max(reference.relative_distance(W, ends[0]) for W in ends)
    return numbers | {"convex_apart": figures.size_of(apart)}


def _penalized(W, X, y, lam=0.1):
    loss, [(dW, _)] = reference.loss_and_grads([(W, np.zeros(10))], X, y)
    return loss + lam / 2 * np.sum(W**2), dW + lam * W


PERSIST_C = (1.0, 1.7, 2.0, 2.3)


def persistence():
    """Eight hidden layers before and after training, for four values of c."""
    numbers, sizes = {}, {}
    for c in PERSIST_C:
        runs = [simulations.simulate_persistence(c, seed=seed) for seed in SEEDS]
        key = str(c).replace(".", "_").removesuffix("_0")
        numbers[f"persist_error_{key}"] = spread([run["error"] for run in runs], "{:.1%}")
        numbers[f"persist_moved_{key}"] = spread([np.mean(run["moved"][:-1]) for run in runs])
        numbers[f"persist_moved_last_{key}"] = spread([run["moved"][-1] for run in runs])
        for layer in (7, 3):
            for when, word in enumerate(("before", "after")):
                values = [run["activation"][when, layer] for run in runs]
                numbers[f"persist_activation_{layer + 1}_{word}_{key}"] = powers(values)
        sizes[c] = np.array([run["activation"][:, 7] for run in runs])
        variance = [run["variance"].mean(axis=1) for run in runs]
        numbers[f"persist_grown_{key}"] = spread([v[1] / v[0] - 1 for v in variance], "{:.1%}")
    apart = sizes[2.3] / sizes[1.0]
    for when, word in enumerate(("before", "after")):
        numbers[f"persist_ratio_{word}"] = spread(apart[:, when], "{:.2g}", np.median)
    return numbers


RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
RATES_C = ("0.33", "1", "1.7", "2", "2.3", "3")


def rates():
    """Twenty layers: held-out errors after 1,500 steps by rate, for each c; all layers have it."""
    numbers = {"rates_grid": " ".join(f"{rate:g}" for rate in RATES), "rates_c": " ".join(RATES_C)}
    for c in RATES_C:
        errors = np.array([[_deep_error(float(c), r, s) for r in RATES] for s in SEEDS])
        rows = 100 * np.array([errors.min(axis=0), np.median(errors, axis=0), errors.max(axis=0)])
        numbers |= rates_of(c, rows)
    return numbers


def rates_of(c, rows):
    """What the text says of one c, from the least, median and largest errors (3, rates) in %.

    The best rate has the smallest median; of equal ones, the one whose worst run is best.
    """
    _, middle, high = rows
    best, key = np.lexsort((high, middle))[0], c.replace(".", "_")
    numbers = {
        f"rates_curve_{key}": ";".join(" ".join(f"{x:.1f}" for x in row) for row in rows),
        f"rates_best_{key}": f"{RATES[best]:g}",
    }
    for name, place in (("error", best), ("at_0_1", RATES.index(0.1))):
        values = rows[:, place] / 100
        numbers[f"rates_{name}_{key}"] = spread(values, "{:.1%}", np.median)
    return numbers


def _tuning_error(c, rate, scaled=False):
    return np.mean([_deep_error(c, rate, seed, scaled) for seed in TUNING_SEEDS])


def _deep_error(c, rate, seed, scaled=False):
    start = simulations.deep_start(c, hidden=20, seed=seed)
    if scaled:
        X, *_ = digits("standardized", seed)
        weights = reference.scale_to_data([W for W, _ in start], X)
        start = [(W, b) for W, (_, b) in zip(weights, start, strict=True)]
    return simulations.train_on_digits(start, rate, seed=seed)[1]


def scaled():
    """Twenty layers drawn with c = 1 or 3 and then scaled to the data; the best rate of four."""
    numbers = {}
    for c in (1.0, 3.0):
        best = min(RATES[2:6], key=partial(_tuning_error, c, scaled=True))
        errors = [_deep_error(c, best, seed, scaled=True) for seed in SEEDS]
        numbers[f"scaled_error_{c:g}"] = spread(errors, "{:.1%}", np.median)
    return numbers


def framework():
    """Twenty ReLU layers from U(±1/√fan_in), biases too, as a well-known framework has them."""
    signals, errors = [], {rate: [] for rate in RATES[1:6]}
    for seed in SEEDS:
        X, *_ = digits("standardized", seed)
        rng = np.random.default_rng([seed, 25])
        start = [
            (rng.uniform(-1, 1, (d, m)) / np.sqrt(d), rng.uniform(-1, 1, m) / np.sqrt(d))
            for d, m in zip((64, *[100] * 20), (*[100] * 20, 10), strict=True)
        ]
        a = forward(X, start, partial(np.maximum, 0))[0][-1]
        signals.append(np.sqrt(a.var(axis=0).sum()) / simulations.row_size(a))
        for rate in errors:
            errors[rate].append(simulations.train_on_digits(start, rate, seed=seed)[1])
    best = min(errors, key=lambda rate: (np.median(errors[rate]), max(errors[rate])))
    return {
        "framework_signal": powers(signals),
        "framework_best": spread(errors[best], "{:.0%}", np.median),
    }


PROJECT_RATES = (0.001, 0.01, 0.1, 0.3, 1.0)


def project():
    """Five starts, each at its best rate, 80 steps on 100 digits."""
    numbers = {}
    for scheme in simulations.SCHEMES:
        best = min(PROJECT_RATES, key=partial(_tuning_loss, scheme))
        runs = [simulations.simulate_project(scheme, best, seed=seed) for seed in SEEDS]
        held = [_held(run[1], seed) for run, seed in zip(runs, SEEDS, strict=True)]
        numbers[f"project_rate_{scheme}"] = f"{best:g}"
        numbers[f"project_start_{scheme}"] = powers([run[2][0] for run in runs])
        numbers[f"project_loss_{scheme}"] = powers([run[2][-1] for run in runs])
        numbers[f"project_held_{scheme}"] = spread(held)
    return numbers | {"project_readout_large": spread([_readout(seed) for seed in SEEDS])}


def _readout(seed):
    """Accuracy of a last layer trained from zero on the untrained hidden layers of "large".

    These are scaled to the variance of He, which changes what ReLU units give out by one factor.
    """
    X, y, *_ = simulations.project_data(seed)
    hidden = simulations.project_start("large", seed)[:-1]
    hidden = [(np.sqrt(2 / len(W)) * W, b) for W, b in hidden]
    last = [(np.zeros((simulations.PROJECT[-2], 10)), np.zeros(10))]
    features = forward(X, [*hidden, *last], partial(np.maximum, 0))[0][-1]
    last, _ = reference.train(last, features, y, 0.1, simulations.PROJECT_STEPS)
    return _held([*hidden, *last], seed)


def _tuning_loss(scheme, rate):
    final = [simulations.simulate_project(scheme, rate, seed=seed)[2][-1] for seed in TUNING_SEEDS]
    return np.mean(final) if np.isfinite(final).all() else np.inf


def _held(params, seed):
    *_, X, y = simulations.project_data(seed)
    logits = forward(X, params, partial(np.maximum, 0))[1][-1]
    return np.mean(logits.argmax(axis=1) == y)


# ---- what figures draw that would take them too long: every setting of their controls ----


def drawn_flow():
    """Fifty layers of each activation, c and width, five networks each."""
    kinds = (("relu", 100), ("tanh", 100), ("relu", 20))
    settings = [
        {"activation": activation, "c": c, "width": width, "seed": seed}
        for activation, width in kinds
        for c in (1, 1.5, 2, 2.5, 3)
        for seed in figures.FIVE
    ]
    return _records(simulations.simulate_flow, settings, digits=3)


def drawn_starts():
    """The path of training from each start."""
    settings = [{"start": start} for start in simulations.STARTS]
    return _records(simulations.simulate_looks, settings, digits=6)


def drawn_spread():
    """Fifty layers of 500 units, for each activation and c."""
    settings = [
        {"activation": activation, "c": c}
        for activation in ("tanh", "sigmoid", "relu")
        for c in (0.05, 0.333, 1, 2, 2.78)
    ]
    return _records(simulations.simulate_spread, settings, digits=3)


def drawn_angles():
    """Cosines through fifty layers, for each activation and c, five networks each."""
    settings = [
        {"activation": activation, "c": c, "seed": seed}
        for activation in ("relu", "tanh", "sigmoid")
        for c in (0.5, 1, 2, 4)
        for seed in figures.FIVE
    ]
    return _records(simulations.simulate_angles, settings)


def drawn_persistence():
    """Eight hidden layers before and after training, for each c."""
    return _records(simulations.simulate_persistence, [{"c": c} for c in PERSIST_C])


def _records(simulation, settings, digits=4):
    found = (record(simulation, setting, digits) for setting in settings)
    return dict(item for one in found for item in one.items())


# ---- all of them ----

QUICK = (flow, luck, outputs, assumptions, tanh_gain, angles, isometry, symmetry, tie_break)
SLOW = (uniform_or_normal, convex, persistence, rates, scaled, framework, project)
DRAWN = (drawn_flow, drawn_starts, drawn_spread, drawn_angles, drawn_persistence)
GROUPS = (*QUICK, *SLOW, *DRAWN)
