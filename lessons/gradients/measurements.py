"""Every measured number of "Checking gradients", from several seeds.

``autograder measure gradients`` measures them again and rewrites measured.json; names
of groups after it, such as ``kinks``, measure only those. A group is a function that returns named
strings, as the text prints them: a median or a mean, then the smallest and the largest value over
the seeds.
"""

import numpy as np

from autograder.course.measuring import powers, spread
from lessons.gradients import simulations
from lessons.kit.words import written
from solutions import gradients as reference

SEEDS = range(5)
PLACES = 200  # where a slope is measured, for each seed
FROM, TO = 1.05, 2.0  # between them neither value nor any derivative of the bell is close to 0


# ---- the slope of a curve ----


def places(seed):
    return np.random.default_rng(seed).uniform(FROM, TO, PLACES)


def errors_at(dtype, scheme, h, seed):
    """The errors of the slope of the bell at many places, with one step."""
    bell = simulations.CURVES["bell"]
    f, sides = simulations.in_precision(bell, dtype), simulations.reach(scheme, h)
    return np.array([abs(simulations.quotient(f, x, *sides) - bell.slope(x)) for x in places(seed)])


def steps():
    """The step with the smallest error, and that error: the median over places, for each seed."""
    numbers = {"places": str(PLACES)}
    for dtype in simulations.PRECISIONS:
        for scheme in ("centered", "forward"):
            runs = [_best(dtype, scheme, seed) for seed in SEEDS]
            numbers[f"best_step_{dtype}_{scheme}"] = powers([step for step, _ in runs])
            numbers[f"best_error_{dtype}_{scheme}"] = powers([error for _, error in runs])
    return numbers


def _best(dtype, scheme, seed):
    h = 10.0 ** np.arange(-13, 0, 0.25)
    typical = [np.median(errors_at(dtype, scheme, step, seed)) for step in h]
    return h[np.argmin(typical)], min(typical)


def usual_steps():
    """The error of the slope at steps that people use: the median over places, for each seed."""
    numbers = {}
    for dtype in simulations.PRECISIONS:
        for power in (3, 5, 7):
            errors = [np.median(errors_at(dtype, "centered", 10.0**-power, seed)) for seed in SEEDS]
            numbers[f"error_{dtype}_{power}"] = powers(errors)
    return numbers


# ---- the gradient of a layer ----

CHECKS = range(100)


def layers():
    """Checks of a right gradient along random directions: median and largest relative error."""
    numbers = {}
    for name, dtype, h in (
        ("double_5", "float64", 1e-5),
        ("single_2", "float32", 1e-2),
        ("single_3", "float32", 1e-3),
        ("single_5", "float32", 1e-5),
        ("single_7", "float32", 1e-7),
    ):
        errors = [simulations.simulate_check("arctan", h, dtype, seed)[0] for seed in CHECKS]
        numbers[f"layer_{name}"] = written(float(np.median(errors)), 2)
        numbers[f"layer_worst_{name}"] = written(float(np.max(errors)), 2)
    return numbers


def kinks():
    """Checks of a right ReLU gradient: how many have a kink between, and how far they are off."""
    numbers = {}
    for power in (2, 3, 4, 5, 6):
        h = 10.0**-power
        runs = [simulations.simulate_check("relu", h, seed=seed) for seed in range(1000)]
        crossed = np.array([crossings > 0 for _, crossings in runs])
        errors = np.array([error for error, _ in runs])
        numbers[f"kink_share_{power}"] = spread(crossed.reshape(5, -1).mean(axis=1), "{:.1%}")
        numbers[f"kink_count_{power}"] = f"{np.mean([n for _, n in runs]):.2g}"
        numbers[f"kink_expected_{power}"] = f"{simulations.expected_crossings(h):.2g}"
        numbers[f"kink_error_{power}"] = written(float(np.median(errors[crossed])), 2)
        if not crossed.all():
            numbers[f"kink_free_{power}"] = written(float(np.median(errors[~crossed])), 2)
    return numbers


# ---- what a check sees ----


def entries():
    """Entry by entry, a right gradient of a layer: the worst relative error, and how many fail.

    Of the layer that the figure draws, also its loss and where nine of ten entries lie.
    """
    W, X, Y = simulations.layer(0)
    sizes = np.abs(simulations.layer_gradient(W, X, Y, "arctan"))
    smallest, largest = np.quantile(sizes, [0.05, 0.95])
    numbers = {
        "entry_loss": f"{simulations.layer_loss(W, X, Y, 'arctan'):.0f}",
        "entry_small": f"{smallest:.2g}",
        "entry_large": f"{largest:.2g}",
    }
    for power in (4, 5, 7):
        runs = [
            simulations.simulate_entries(reference.numerical_gradient, 10.0**-power, seed)
            for seed in SEEDS
        ]
        numbers[f"entry_worst_{power}"] = powers([errors.max() for _, errors in runs])
        numbers[f"entry_fails_{power}"] = spread(
            [np.mean(errors > 1e-7) for _, errors in runs], "{:.1%}"
        )
        norms = [
            np.linalg.norm(2 * sizes * errors) / np.linalg.norm(2 * sizes) for sizes, errors in runs
        ]
        numbers[f"entry_norms_{power}"] = powers(norms)
    return numbers


def directions():
    """The share of random directions in which a mistake shows a relative error above 1e-7."""
    numbers = {}
    for entries in (1000, 100_000):
        runs = [
            simulations.simulate_directions("one entry 1% off", entries, 200, seed)
            for seed in SEEDS
        ]
        numbers[f"seen_{entries}"] = spread([np.mean(seen > 1e-7) for seen, _ in runs], "{:.1%}")
        numbers[f"middle_{entries}"] = powers([np.median(seen) for seen, _ in runs])
    return numbers


GROUPS = (steps, usual_steps, layers, kinks, entries, directions)
