"""The figures of "Checking gradients": each draws a simulation and says what it shows."""

import numpy as np

from lessons.gradients.simulations import (
    CURVES,
    LOWEST,
    PRECISIONS,
    expected_entry_error,
    expected_errors,
    in_precision,
    layer,
    layer_loss,
    quotient,
    reach,
    simulate_check,
    simulate_directions,
    simulate_entries,
    simulate_step,
    simulate_steps,
)
from lessons.kit.style import INK, MUTED, OCHRE, PURPLE, ROSE, TEAL, figure, label, powers_of_ten
from lessons.kit.words import capital, percent, written

# ---- secants ----


def secant(h=0.5, curve="bell", x=1.3):
    """Draw both secants of a curve beside its tangent."""
    one = CURVES[curve]
    fig, ax = figure(5.2, 3.4)
    grid = np.linspace(x - 1.3, x + 1.3, 300)
    f = np.array([one.value(z) for z in grid])
    true, here = one.slope(x), one.value(x)
    ax.plot(grid, f, color=MUTED, lw=2.4)
    ax.plot(grid, here + true * (grid - x), color=INK, lw=1.3, ls="--")
    errors = {}
    for scheme, color, marker in (("forward", ROSE, "s"), ("centered", TEAL, "o")):
        behind, ahead = reach(scheme, h)
        slope = quotient(one.value, x, behind, ahead)
        errors[scheme] = abs(slope - true)
        ends = np.array([x - behind, x + ahead])
        start = one.value(x - behind)
        style = "-" if scheme == "centered" else (0, (5, 2))
        ax.plot(grid, start + slope * (grid - ends[0]), color=color, lw=1.6, ls=style)
        ax.plot(ends, [one.value(z) for z in ends], marker, color=color, ms=6, ls="none")
        place = 0.16 if scheme == "forward" else 0.07
        says = f"{scheme}: off by {written(errors[scheme], 2)}"
        label(ax, 0.03, place, says, color, transform=ax.transAxes)
    label(ax, 0.03, 0.25, f"tangent: slope {written(true)}", transform=ax.transAxes)
    room = 0.25 * np.ptp(f)
    ax.set(xlabel="x", ylabel=f"f(x) = {one.label}", ylim=(f.min() - 2 * room, f.max() + room))
    sentence = (
        f"At x = {written(x)} the slope is {written(true)}. With h = {written(h)} the forward "
        f"difference is off by {written(errors['forward'], 2)} and the centered one by "
        f"{written(errors['centered'], 2)}."
    )
    return fig, sentence


# ---- the error against the step ----


def steps(dtype="float64", scheme="centered", curve="bell", x=1.3, numerical_gradient=None):
    """Draw the error of the slope against the step, and what theory says of it.

    Your `numerical_gradient`, if it is handed over, draws the points of centered differences.
    """
    h, errors = simulate_steps(curve, x, dtype, scheme)
    yours = numerical_gradient is not None and scheme == "centered"
    if yours:
        errors = errors_of(numerical_gradient, curve, x, dtype, h)
    fig, ax = figure(5.2, 3.6)
    draw_steps(ax, curve, x, dtype, scheme, h, errors)
    best = np.argmin(errors)
    near = np.argmin(np.abs(np.log(h / 1e-7)))
    who = "your numerical_gradient" if yours else f"{scheme} differences"
    ax.set_title(f"{scheme} differences in {dtype}")
    sentence = (
        f"Slope of {CURVES[curve].label} at x = {written(x)}, {dtype}: the smallest error of {who} "
        f"is {written(errors[best], 2)}, at h = {written(h[best], 2)}; at h = "
        f"{written(h[near], 2)} it is {written(errors[near], 2)}."
    )
    return fig, sentence


def errors_of(numerical_gradient, curve, x, dtype, h):
    """The errors of a gradient by differences that somebody else has written, for each step."""
    one = CURVES[curve]
    f = in_precision(one, dtype)
    slopes = [numerical_gradient(lambda z: f(z[0]), np.array([x]), step)[0] for step in h]
    return np.abs(np.array(slopes) - one.slope(x))


def draw_steps(ax, curve, x, dtype, scheme, h, errors):
    """The errors as points on two logarithmic axes, between the two lines of the theory."""
    truncation, rounding = expected_errors(curve, x, dtype, scheme, h)
    with np.errstate(divide="ignore"):
        ax.plot(h, truncation, color=PURPLE, lw=1.6, ls=(0, (5, 2)))
        ax.plot(h, rounding, color=OCHRE, lw=1.6, ls=(0, (1.5, 1.5)))
    ax.plot(h, np.maximum(errors, LOWEST), "o", color=INK, ms=4, ls="none")
    ax.set(xscale="log", yscale="log", xlim=(2e-16, 3), ylim=(LOWEST / 2, 1e4))
    ax.set(xlabel="step h", ylabel="error of the slope")
    powers_of_ten(ax)
    names = [("dotted: round-off", OCHRE), ("dashed: truncation", PURPLE)][: 1 + np.any(truncation)]
    for row, (text, color) in enumerate(names):
        label(ax, 0.88, 0.95 - 0.08 * row, text, color, ha="right", transform=ax.transAxes)


# ---- a curve to take hold of: the figure that `widgets/step.js` draws, too ----


def step(curve="bell", precision="float64", scheme="centered", x=1.3, halvings=1):
    """Draw the secant on the curve, and the error against the step, for one step."""
    h, errors = simulate_steps(curve, x, precision, scheme)
    fig, (left, right) = figure(7.0, 3.7, ncols=2)
    _draw_secant(left, CURVES[curve], precision, scheme, x, h[halvings])
    draw_steps(right, curve, x, precision, scheme, h, errors)
    right.plot([h[halvings]], [max(errors[halvings], LOWEST)], "o", color=ROSE, ms=9)
    return fig, step_sentence(curve, precision, scheme, x, h[halvings])


def _draw_secant(ax, one, precision, scheme, x, h):
    grid = np.linspace(-2.5, 2.5, 301)
    f = in_precision(one, precision)
    behind, ahead = reach(scheme, h)
    ax.plot(grid, [one.value(z) for z in grid], color=MUTED, lw=2.4)
    ax.plot(grid, one.value(x) + one.slope(x) * (grid - x), color=INK, lw=1.3, ls="--")
    slope = quotient(f, x, behind, ahead)
    ax.plot(grid, f(x - behind) + slope * (grid - x + behind), color=ROSE, lw=1.6, ls="-")
    ax.plot([x - behind, x + ahead], [f(x - behind), f(x + ahead)], "o", color=ROSE, ms=6)
    low, high = heights(one)
    ax.set(title="secant and tangent (dashed)", xlabel="x", ylim=(low, high))


def heights(one):
    """The range of heights that is drawn of a curve."""
    return {"1/(1 + x²)": (-0.4, 1.4), "x³": (-5.0, 5.0), "|x|": (-0.7, 2.7)}[one.label]


def step_sentence(curve, precision, scheme, x, h):
    """The sentence that the widget says, too; `widgets/step.js` has it in the same words."""
    one = CURVES[curve]
    slope, error = simulate_step(curve, precision, scheme, x, h)
    digits = f"off by {written(error, 2)}" if error else "right in every digit"
    return (
        f"{scheme.capitalize()} differences of {one.label} at x = {written(x)} in "
        f"{PRECISIONS[precision]} precision: with h = {written(h, 2)} the slope is "
        f"{written(slope, 4)}, where {written(float(one.slope(x)), 4)} is right; it is {digits}."
    )


# ---- a layer with a loss ----


def kinks(h=1e-4, checks=200):
    """Draw the relative errors of many checks of a right gradient, with and without a kink."""
    relu = [simulate_check("relu", h, seed=seed) for seed in range(checks)]
    smooth = [simulate_check("arctan", h, seed=seed)[0] for seed in range(checks)]
    crossed = [error for error, crossings in relu if crossings]
    free = [error for error, crossings in relu if not crossings]
    fig, ax = figure(5.2, 3.5)
    edges = np.linspace(-13, 0, 53)
    series = (
        ("smooth units", smooth, PURPLE, (0, (1.5, 1.5)), "///"),
        ("ReLU, no kink between", free, TEAL, "-", None),
        ("ReLU, a kink between", crossed, ROSE, (0, (5, 2)), "..."),
    )
    for name, errors, color, style, hatch in series:
        counts, _ = np.histogram(np.log10(np.maximum(errors, 1e-13)), edges)
        heights = np.where(counts, counts, np.nan)  # no outline along an empty axis
        ax.stairs(heights, edges, fill=True, color=(color, 0.35), lw=0)
        ax.stairs(heights, edges, fill=True, fc="none", ec=color, hatch=hatch, ls=style, lw=1.4)
        place = {PURPLE: 0.93, TEAL: 0.85, ROSE: 0.77}[color]
        says = f"{name}: {len(errors)} of {checks}"
        label(ax, 0.97, place, says, color, transform=ax.transAxes, ha="right")
    powers = range(-12, 1, 2)
    ax.set_xticks(list(powers), [written(10.0**power) for power in powers])
    ax.set(xlabel="relative error of the check of a right gradient", ylabel="checks")
    ax.set(xlim=(-13, 0), title=f"h = {written(h)}", ylim=(0, 1.42 * ax.get_ylim()[1]))
    worst = f" The worst of these is {written(max(crossed), 2)}." if crossed else ""
    sentence = (
        f"With h = {written(h)}, {percent(len(crossed) / checks)} of the checks of a ReLU layer "
        f"have a kink between their two places.{worst} Smooth units never exceed "
        f"{written(max(smooth), 2)}."
    )
    return fig, sentence


# ---- entry by entry ----


def entries(h=1e-5, *, numerical_gradient):
    """Draw the relative error of every entry of a right gradient against its size."""
    sizes, errors = simulate_entries(numerical_gradient, h)
    fig, ax = figure(5.2, 3.6)
    loss = layer_loss(*layer(0), "arctan")
    ends = np.array([1e-6, 10.0])
    ax.plot(ends, expected_entry_error(ends, loss, h), color=OCHRE, lw=1.6, ls=(0, (1.5, 1.5)))
    ax.axhline(1e-7, color=MUTED, lw=1.2)
    ax.plot(sizes.ravel(), np.maximum(errors, 1e-14).ravel(), "o", color=TEAL, ms=3, alpha=0.6)
    ax.set(xscale="log", yscale="log", xlim=(1e-5, 3), ylim=(1e-14, 1e-1))
    powers_of_ten(ax)
    ax.set(xlabel="size of the entry |g|", ylabel="relative error", title=f"h = {written(h)}")
    label(ax, 2.6, 3e-7, "threshold 10⁻⁷", MUTED, ha="right")
    label(ax, 0.97, 0.93, "round-off (dotted)", OCHRE, transform=ax.transAxes, ha="right")
    above = np.mean(errors > 1e-7)
    sentence = (
        f"A right gradient of {sizes.size} entries with h = {written(h)}: {percent(above)} of the "
        f"entries are above 10⁻⁷. The worst is at {written(float(errors.max()), 2)}, and its size "
        f"is {written(float(sizes.ravel()[errors.argmax()]), 2)}."
    )
    return fig, sentence


# ---- what a direction sees ----


def directions(bug="one entry 1% off", entries=1000):
    """Draw what many random directions see of a mistake, beside the direction of ones."""
    seen, ones = simulate_directions(bug, entries)
    fig, ax = figure(5.2, 3.3)
    lowest = -13
    edges = np.linspace(lowest, 0, 53)
    ax.hist(np.log10(np.maximum(seen, 10.0**lowest)), edges, color=TEAL, alpha=0.75)
    at = np.log10(max(ones, 10.0 ** (lowest + 0.1)))
    ax.axvline(at, ymax=0.8, color=ROSE, lw=2.2, ls=(0, (5, 2)))
    ax.axvline(-7, color=MUTED, lw=1.2)
    top = ax.get_ylim()[1] * 1.25
    label(ax, -7.1, 0.94 * top, "threshold 10⁻⁷", MUTED, ha="right")
    label(ax, at + 0.15, 0.82 * top, "all ones", ROSE)
    label(ax, -0.1, 0.94 * top, "random directions", TEAL, ha="right")
    powers = range(-12, 1, 2)
    ax.set_xticks(list(powers), [written(10.0**power) for power in powers])
    ax.set(xlim=(lowest, 0), ylim=(0, top), xlabel="relative error that the check shows")
    ax.set(ylabel="directions", title=f"{bug}, {entries:,} entries")
    alarmed = np.mean(seen > 1e-7)
    sentence = (
        f"{capital(bug)} among {entries:,}: {percent(alarmed)} of the random directions "
        f"show a relative error above 10⁻⁷, half of them above {written(np.median(seen), 2)}. The "
        f"direction of ones shows {written(ones, 2) if ones > 1e-15 else 'nothing'}."
    )
    return fig, sentence
