"""The figures of "Activations": each draws a simulation and says what it shows.

The activation functions themselves are not written here. Every figure takes them as arguments and
falls back on tabulated curves, so that you can hand over the ones you have written.
"""

import math
from functools import lru_cache

import numpy as np
from matplotlib.collections import LineCollection

from lessons.activations.simulations import (
    ARRIVED,
    LIMITS,
    NEAR_LIMIT,
    START,
    TARGET,
    curvatures,
    idle_lines,
    rms,
    share_near_limit,
    silent_share,
    simulate_curve,
    simulate_depth,
    simulate_dying,
    simulate_flow,
    simulate_maxout,
    simulate_squash,
    simulate_zigzag,
    steps_until,
)
from lessons.kit.curves import curves
from lessons.kit.measured import measured
from lessons.kit.style import (
    GRID,
    INK,
    MUTED,
    NEGATIVE,
    NEGATIVE_SOFT,
    OCHRE,
    POSITIVE,
    POSITIVE_SOFT,
    PURPLE,
    ROSE,
    TEAL,
    boxes,
    figure,
    label,
    powers_of_ten,
)
from lessons.kit.words import capital, named, percent, written

TINY_SLOPE = 0.01


def _pair(activation, functions):
    """An activation and its derivative: yours where given, the tabulated ones otherwise."""
    known = {**curves("activations"), **functions}
    known |= _smooth(known["sigmoid"], known["sigmoid_grad"])
    return known[activation], known[f"{activation}_grad"]


def _smooth(sigmoid, sigmoid_grad):
    """Swish and GELU with their slopes, by name; the chapter asks nobody to write them."""
    return {
        "swish": lambda z: z * sigmoid(z),
        "swish_grad": lambda z: sigmoid(z) + z * sigmoid_grad(z),
        "gelu": lambda z: z * _normal(z),
        "gelu_grad": lambda z: _normal(z) + z * np.exp(z**2 / -2) / np.sqrt(2 * np.pi),
    }


@np.vectorize
def _normal(z):
    """The distribution function of the standard normal."""
    return math.erfc(-z / math.sqrt(2)) / 2


# ---- one unit: height and slope ----


def curve(activation="sigmoid", z=1.0, **functions):
    """Draw an activation with its tangent at `z`, and its derivative."""
    phi, phi_grad = _pair(activation, functions)
    grid, height, slope = simulate_curve(phi, phi_grad)
    at = np.array([z])
    a, s = float(phi(at)[0]), float(phi_grad(at)[0])
    fig, (left, right) = figure(6.8, 3.4, ncols=2)
    _signed_line(left, grid, height)
    left.plot([z - 1.4, z + 1.4], [a - 1.4 * s, a + 1.4 * s], color=INK, lw=1.3, ls="--")
    left.set(title=f"{named(activation)}: what goes forward", xlabel="z", ylabel="φ(z)")
    _signed_line(right, *_broken_at_jumps(grid, slope))
    _mark_jumps(right, grid, slope)
    right.set(title="its slope: what comes back", xlabel="z", ylabel="φ′(z)", ylim=(-0.08, 1.12))
    for ax, value in ((left, a), (right, s)):
        ax.plot([z], [value], "o", color=INK, ms=7)
        label(ax, 0.04, 0.93, f"{value:.3g} at z = {z:g}".replace("-", "−"), transform=ax.transAxes)
    left.set_ylim(*((-0.45, 1.45) if activation == "sigmoid" else _room(height)))
    back = f"passes {s:.3g} of the gradient back" if s else "passes no gradient back"
    sentence = f"At z = {z:g} the {named(activation)} unit outputs {a:.3g} and {back}."
    sentence = sentence.replace("-", "−")
    return fig, sentence + _difference(activation, grid, height, slope, functions)


def _signed_line(ax, x, y):
    """A line that is blue where positive, orange and dashed where negative, grey where zero."""
    for kept, style in (
        (y >= 0, {"color": POSITIVE}),
        (y <= 0, {"color": NEGATIVE, "ls": (0, (4, 1.2))}),
        (y == 0, {"color": MUTED}),
    ):
        ax.plot(x, np.where(kept, y, np.nan), **({"lw": 2.6, "ls": "-"} | style))


def _jumps(x, y):
    """Places i where the line jumps between x[i] and x[i + 1], and where to draw each jump.

    The even grid holds 0 itself, where these curves jump, so the end nearer to 0 is the place.
    """
    at = np.flatnonzero(np.abs(np.diff(y)) > 0.3)
    return at, np.where(np.abs(x[at]) <= np.abs(x[at + 1]), x[at], x[at + 1])


def _broken_at_jumps(x, y):
    """The line with a gap in place of each vertical stroke."""
    at, place = _jumps(x, y)
    added = np.stack([place, place, place], axis=1).ravel()
    heights = np.stack([y[at], np.full(at.size, np.nan), y[at + 1]], axis=1).ravel()
    return np.insert(x, np.repeat(at + 1, 3), added), np.insert(y, np.repeat(at + 1, 3), heights)


def _mark_jumps(ax, x, y):
    """A full dot on the side that holds the value at a jump, an open one on the other."""
    for i, place in zip(*_jumps(x, y), strict=True):
        full, empty = (y[i], y[i + 1]) if x[i] == place else (y[i + 1], y[i])
        ax.plot([place], [full], "o", color=MUTED, ms=6)
        ax.plot([place], [empty], "o", mec=POSITIVE, mfc="white", mew=1.6, ms=6)


def _room(height):
    low, high = float(np.min(height)), float(np.max(height))
    return low - 0.12 * (high - low) - 0.1, high + 0.3 * (high - low)


def _difference(activation, z, height, slope, functions):
    """A clause comparing functions that were handed over with the tabulated ones."""
    known, clauses = curves("activations"), []
    for name, mine in ((activation, height), (f"{activation}_grad", slope)):
        if name in functions:
            gap = np.max(np.abs(mine - known[name](z)))
            clauses.append(f" Your {name} stays within {gap:.0e} of the reference curve.")
    return "".join(clauses)


# ---- many units: what comes out, and how steep it is there ----


def squash(activation="sigmoid", std=1.0, saturated_fraction=None, **functions):
    """Draw histograms of outputs and of slopes for Gaussian inputs of spread `std`."""
    _, a, slope = simulate_squash(*_pair(activation, functions), std)
    near, tiny = share_near_limit(a, activation), float(np.mean(slope < TINY_SLOPE))
    fig, (left, right) = figure(6.8, 3.4, ncols=2)
    _histogram_by_sign(left, a, LIMITS[activation])
    _slope_histogram(right, slope)
    left.set(title=f"outputs of {named(activation)}", xlabel="a = φ(z)", ylabel="% of units")
    right.set(title="their slopes", xlabel="φ′(z)", ylabel="% of units")
    for ax, text in ((left, f"{near:.0%} near a limit"), (right, f"{tiny:.0%} below {TINY_SLOPE}")):
        label(ax, 0.97, 0.93, text, ha="right", transform=ax.transAxes)
    sentence = (
        f"{capital(named(activation))}, inputs of standard deviation {std:g}: {near:.0%} of the "
        f"outputs lie within {NEAR_LIMIT} of a limit, {tiny:.0%} of the slopes are below "
        f"{TINY_SLOPE}, and the mean output is {_signed(a.mean())}."
    )
    if saturated_fraction is not None and activation in ("sigmoid", "tanh"):
        yours = float(saturated_fraction(a, activation, NEAR_LIMIT))
        sentence += f" Your saturated_fraction finds {yours:.0%}."
    return fig, sentence


def _histogram_by_sign(ax, a, limits):
    """Percentages in bins: blue above zero, orange and hatched below it, grey for exact zeros."""
    edges = _edges(a, limits)
    step, zeros = edges[1] - edges[0], 100 * np.mean(a == 0)
    share, _ = np.histogram(a[a != 0], edges)
    share = 100 * share / a.size
    middle = (edges[1:] + edges[:-1]) / 2
    for side, color, hatch in ((middle > 0, POSITIVE, ""), (middle < 0, NEGATIVE, "////")):
        _bars(ax, edges[:-1][side], share[side], step, color, hatch)
    if zeros > 1:
        _bars(ax, -2 * step, zeros, 2 * step, MUTED, "....")
        label(ax, 1.2 * step, zeros, f"{zeros:.0f}% exactly 0", MUTED)
    ax.set_ylim(0, max(1.25 * share.max(), 1.25 * zeros, 12))  # numbers as wide at every setting
    if len(limits) == 2:
        ax.set_xlim(limits[0] - 0.05, limits[1] + 0.05)


def _bars(ax, left, height, width, color, hatch=""):
    boxes(ax, left, 0, width, height, facecolor=color, hatch=hatch, edgecolor="white", lw=0.3)


def _edges(a, limits):
    """Edges of forty bins: between two limits where there are two, else over nearly all of a."""
    if len(limits) == 2:
        return np.linspace(*limits, 41)
    low, high = np.quantile(a, [0.001, 0.999])
    low = limits[0] if limits else min(low, 0)
    step = (max(high, 0) - low) / 40
    if low < 0:
        step = -low / np.ceil(-low / step)  # so that an edge lies at low and one at 0
    return step * np.arange(round(low / step), np.ceil(high / step) + 1)


def _slope_histogram(ax, slope):
    """Percentages in bins over [0, 1]; the bin of vanishing slopes is dark and hatched."""
    edges = np.concatenate([[0, TINY_SLOPE], np.linspace(0.04, 1.0001, 33)])
    share, _ = np.histogram(slope, edges, weights=np.full(slope.size, 100 / slope.size))
    left, width = edges[:-1], np.diff(edges)
    _bars(ax, left[1:], share[1:], width[1:], PURPLE)
    _bars(ax, -0.03, share[0], 0.04, INK, "////")
    ax.set(xlim=(-0.06, 1.06), ylim=(0, max(1.25 * share.max(), 5)))


def _signed(number):
    return f"{number:.2f}".replace("-", "−")


# ---- many layers: what is left of the gradient ----


def depth(activation="sigmoid", c=1.0, **functions):
    """Draw how large a gradient is after each of ten layers."""
    left, through = simulate_depth(*_pair(activation, functions), c)
    layers = np.arange(left.size)
    fig, ax = figure(5.2, 3.5)
    ax.axhline(1, color=MUTED, lw=1)
    ax.plot(layers, left, "-o", color=INK, ms=5)
    ax.plot(layers, through, ls="--", color=PURPLE)
    ends = [(left[-1], "gradient", INK), (through[-1], "slopes alone", PURPLE)]
    if activation == "sigmoid":
        ax.plot(layers, 0.25**layers, ls=":", color=ROSE)
        ends.append((0.25**10, "bound on the\nslopes, 0.25ᵏ", ROSE))
    _label_ends(ax, 10.25, ends)
    ax.set(
        yscale="log",
        ylim=(1e-10, 1e6),
        xlim=(-0.3, 13.4),
        xticks=layers,
        xlabel="layers below the top, k",
        ylabel="size of the gradient, at the top 1",
        title=f"{named(activation)}, weights from N(0, {c:g}/d)",
    )
    powers_of_ten(ax)
    sentence = (
        f"{capital(named(activation))} with weight variance {c:g}/d: after 10 layers the gradient "
        f"is {written(left[-1], 2)} times what it was at the top; the slopes alone would make it "
        f"{written(through[-1], 2)} times that."
    )
    return fig, sentence


def _label_ends(ax, x, ends):
    """Name the lines at their ends, moved apart where they end close together."""
    ends = sorted(ends, key=lambda end: -end[0])
    tall = np.array([1.05 * (1 + text.count("\n")) for _, text, _ in ends])  # in decades
    wished = np.log10([value for value, *_ in ends])
    places = wished.copy()
    for i in range(1, len(ends)):
        places[i] = min(places[i], places[i - 1] - (tall[i - 1] + tall[i]) / 2)
    places += np.mean(wished - places)
    for place, (_, text, color) in zip(places, ends, strict=True):
        label(ax, x, 10**place, text, color)


# ---- one distribution through many layers ----


def flow_shares(activation, z, a, slopes, dead_units=None):
    """For every layer (depth,): the shares of outputs near a limit, of tiny slopes, of dead units.

    Only a ReLU unit that fires on no example is dead; the others keep a slope.
    """
    dead = [silent_share(layer, dead_units) if activation == "relu" else 0.0 for layer in z]
    near = [share_near_limit(layer, activation) for layer in a]
    return np.array(near), np.mean(np.abs(slopes) < TINY_SLOPE, axis=(1, 2)), np.array(dead)


def flow(activation="sigmoid", mean=0.0, width=2.0, depth=10, c=1.0, seed=1, **functions):
    """Draw where the widget `flow` starts: a distribution, its layers, and the gradient."""
    phi, phi_grad = _pair(activation, functions)
    z, a, slopes, delta = simulate_flow(phi, phi_grad, mean, width, depth, c, seed)
    shares = flow_shares(activation, z, a, slopes, functions.get("dead_units"))
    fig, axes = figure(7.2, 6.6, nrows=2, ncols=2)
    _draw_flow_curves(axes[0], phi, phi_grad, mean, width)
    _draw_layers(axes[1, 0], a)
    axes[1, 0].set(title="outputs of every layer", ylabel="a")
    _draw_layers(axes[1, 1], np.log10(np.abs(np.where(delta == 0, np.nan, delta))), PURPLE)
    axes[1, 1].plot(np.arange(depth) + 1, np.log10([rms(d) for d in delta]), "-o", color=INK, ms=3)
    axes[1, 1].set(title="gradients of every layer", ylabel="log₁₀ |δ|")
    return fig, _flow_sentence(activation, mean, width, depth, c, a, delta, shares)


def _draw_flow_curves(axes, phi, phi_grad, mean, width):
    """The activation and its slope, and on both the density of the inputs."""
    grid, height, slope = simulate_curve(phi, phi_grad, reach=8.0, points=801)
    density = np.exp((grid - mean) ** 2 / (-2 * width**2))
    for ax, line in zip(axes, (height, slope), strict=True):
        low = min(-0.25, line.min() - 0.1)
        bottom = low - 0.3 * (line.max() - low)
        top = bottom + density * (low - bottom)
        for side, color in ((grid >= 0, POSITIVE_SOFT), (grid <= 0, NEGATIVE_SOFT)):
            ax.fill_between(grid[side], bottom, top[side], color=color)
        _signed_line(ax, *_broken_at_jumps(grid, line))
        ax.set(xlabel="z", ylim=(bottom, None))
    axes[0].set(title="forward: the activation", ylabel="φ(z)")
    axes[1].set(title="back: its slope", ylabel="φ′(z)")


def _draw_layers(ax, values, color=None):
    """A histogram beside each layer's number: blue above zero, orange below, or one colour."""
    shown = values[np.isfinite(values)]
    edges = np.linspace(*np.quantile(shown, [0.005, 0.995]), 41)
    if color is None:  # an edge at zero, so that no bar has two signs
        edges = np.unique(np.append(edges[np.abs(edges) > 1e-9], 0.0))
    middle, tall = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    signs = np.where(middle > 0, POSITIVE, NEGATIVE)
    for layer, one in enumerate(values, start=1):
        count, _ = np.histogram(one[np.isfinite(one)], edges)
        tops = 0.85 * count / count.max()
        boxes(ax, layer - 0.3, edges[:-1], tops, tall, facecolor=color or signs)
    ax.set(xlabel="layer", xticks=np.arange(1, len(values) + 1), xlim=(0.5, len(values) + 0.9))


def _flow_sentence(activation, mean, width, depth, c, a, delta, shares):
    """The sentence that the widget says, too; `widgets/flow.js` has it in the same words."""
    near, flat, dead = shares
    name = named(activation)
    limits = (
        f"{percent(near[0])} of the outputs of layer 1 lie within {NEAR_LIMIT} of a limit, and "
    )
    units = f" Dead units: {percent(dead[0])} in layer 1, {percent(dead[-1])} in layer {depth}."
    return (
        f"{capital(name)}, inputs of mean {written(mean)} and width {written(width)}: "
        f"{limits if LIMITS[activation] else ''}{percent(flat[0])} of its slopes lie within "
        f"{TINY_SLOPE} of 0. In layer {depth} (weights from N(0, {written(c)}/d)) the outputs "
        f"spread by {written(a[-1].std(), 2)} around {written(a[-1].mean(), 2)}. Of a gradient of "
        f"size 1 at the top, {written(rms(delta[0]), 2)} arrives in layer 1."
        f"{units if activation == 'relu' else ''}"
    )


# ---- inputs of one sign: the zig-zag ----


def zigzag(mean=2.0, gradient_from="one example", gradient_sign_agreement=None):
    """Draw the path of two weights, and how far they are from the target."""
    path, X, visited, errors = simulate_zigzag(mean, gradient_from == "one example")
    gap = np.linalg.norm(path - TARGET, axis=1) / np.linalg.norm(START - TARGET)
    count = steps_until(gap)
    moves = np.diff(path[: count + 1], axis=0)
    together = int(np.sum(np.prod(moves, axis=1) > 0))
    fig, (left, right) = figure(7.0, 3.7, ncols=2, width_ratios=[1.15, 1])
    _loss_contours(left, X)
    _draw_moves(left, path[: count + 1], moves)
    _draw_gap(right, gap)
    arrived, total = gap[count] < ARRIVED, len(gap) - 1
    until = f"In the {count} steps until 0.1% of the distance is left" if arrived else ""
    sentence = (
        f"Inputs around {mean:g}, gradient from {gradient_from}. {until or f'In {total} steps'}, "
        f"both weights move the same way {_times(together)}; after {total} steps "
        f"{_gap_text(gap[-1])} of the distance is left; the steepest direction curves "
        f"{np.divide(*curvatures(X)[::-1]):.3g} times the flattest."
    )
    if gradient_sign_agreement is not None and len(errors):
        agreeing = int(np.sum(gradient_sign_agreement(visited[:count], errors[:count])))
        sentence += f" Your gradient_sign_agreement counts {agreeing}."
    return fig, sentence


def _times(count):
    return "once" if count == 1 else f"{count} times"


GAP_FLOOR = 5e-4


def _gap_text(gap):
    return f"{gap:.2g}" if gap >= GAP_FLOOR else f"less than {GAP_FLOOR:g}"


def _draw_gap(ax, gap):
    """The distance left, with its last value beside the end of the line."""
    steps = len(gap) - 1
    ax.plot(gap, color=INK)
    ax.set(
        yscale="log",
        ylim=(GAP_FLOOR, 1.5),
        xlim=(-1, 1.42 * steps),
        xticks=np.arange(0, steps + 1, 10),
        xlabel="step",
        title="distance left (start = 1)",
    )
    powers_of_ten(ax)
    text = f"{gap[-1]:.2g}" if gap[-1] >= GAP_FLOOR else f"< {GAP_FLOOR:g}"
    label(ax, 1.04 * steps, max(gap[-1], 1.3 * GAP_FLOOR), text)


def _loss_contours(ax, X):
    u, v = np.meshgrid(np.linspace(-1.6, 1.9, 80), np.linspace(-1.9, 1.6, 80))
    away = np.stack([u - TARGET[0], v - TARGET[1]], axis=-1)
    loss = np.mean((away @ X.T) ** 2, axis=-1) / 2  # (80, 80, 2) @ (2, examples)
    ax.contour(
        u, v, loss, levels=loss.max() * np.geomspace(1e-4, 0.7, 9), colors="#c3c9d1", linewidths=0.9
    )
    ax.plot(*TARGET, "*", color=INK, ms=13)
    ax.set(
        xlabel="weight 1",
        ylabel="weight 2",
        aspect="equal",
        title="path of the weights",
        xlim=(-1.6, 1.9),
        ylim=(-1.9, 1.6),
    )


def _draw_moves(ax, path, moves):
    """Steps in blue where both weights rise, orange dashed where both fall, black where mixed."""
    kinds = (
        ((moves > 0).all(axis=1), POSITIVE, "-", "both up"),
        ((moves < 0).all(axis=1), NEGATIVE, (0, (3, 1)), "both down"),
        (np.prod(moves, axis=1) < 0, INK, "-", "one up, one down"),
    )
    ax.plot(*path.T, ".", color=INK, ms=4)
    for row, (chosen, color, dashes, text) in enumerate(kinds):
        ends = np.stack([path[:-1], path[:-1] + moves], axis=1)[chosen]  # (steps, 2, 2)
        ax.add_collection(LineCollection(ends, colors=color, linestyles=[dashes], linewidths=1.8))
        label(
            ax,
            0.03,
            0.06 + 0.085 * row,
            f"{chosen.sum()} {text}",
            color,
            fontsize=10,
            transform=ax.transAxes,
        )


# ---- dying units ----


@lru_cache(maxsize=8)
def _two_rays(name):
    """A tabulated curve that bends only at 0, or its slope: two numbers, and fast to train with."""
    left, right = curves("activations")[name](np.array([-1.0, 1.0]))
    if name.endswith("_grad"):
        return lambda z: np.where(z > 0, right, left)
    return lambda z: z * np.where(z > 0, right, -left)


def dying(rate=0.1, pixels="raw", activation="relu", dead_units=None, **functions):
    """Draw the share of units that no training image switches on, and the accuracy."""
    names = (activation, f"{activation}_grad")
    phi, phi_grad = (functions.get(name) or _two_rays(name) for name in names)
    run = simulate_dying(phi, phi_grad, rate, pixels, dead_units)
    fig, ax = figure(5.2, 3.3)
    _draw_training(ax, run["step"], 100 * run["held"], 100 * run["silent"][:, 0])
    what = f"{capital(named(activation))}, {pixels} pixels, learning rate {rate:g}"
    ax.set_title(what)
    state = "dead" if activation == "relu" else "negative on every image"
    sentence = (
        f"{what}: after {run['step'][-1]} steps {run['silent'][-1, 0]:.0%} of the hidden units "
        f"are {state} and the held-out accuracy is {run['held'][-1]:.1%}."
    )
    return fig, sentence + (" The units are counted by your dead_units." if dead_units else "")


def _draw_training(ax, step, held, silent):
    """Accuracy in black, silent units orange and dashed, both named at their ends."""
    ax.plot(step, held, color=INK)
    ax.fill_between(step, silent, color=NEGATIVE_SOFT)
    ax.plot(step, silent, color=NEGATIVE, ls=(0, (5, 2)))
    close = abs(held[-1] - silent[-1]) < 9
    lift = (4.5 if held[-1] >= silent[-1] else -4.5) if close else 0
    end = 1.02 * step[-1]
    label(ax, end, np.clip(held[-1] + lift, 2, 98), f"accuracy {held[-1]:.0f}%")
    label(ax, end, np.clip(silent[-1] - lift, 2, 98), f"units off {silent[-1]:.0f}%", NEGATIVE)
    ax.set(xlabel="step", ylabel="%", ylim=(-3, 106), xlim=(0, 1.34 * step[-1]), xticks=step[::4])


# ---- maxout: lines that make a convex curve ----

STARTS = ("spread out", "random")


def _idle_words(idle):
    if not idle:
        return "every line is on top somewhere"
    return f"{idle} of the lines {'is' if idle == 1 else 'are'} on top nowhere"


def maxout(shape="x²", pieces=3, start=STARTS[0], maxout_forward=None):
    """Draw a shape, `pieces` lines fitted to it, and the largest of them."""
    x, y, slopes, offsets = simulate_maxout(shape, pieces, start == STARTS[0])
    lines = slopes[:, None] * x + offsets[:, None]  # (pieces, points)
    top = np.max(lines, axis=0)
    worst, idle = float(np.max(np.abs(top - y))), idle_lines(x, slopes, offsets)
    if maxout_forward is not None:
        top = maxout_forward(x[:, None], slopes[:, None, None], offsets[:, None])[:, 0]
    fig, ax = figure(5.2, 3.5)
    _draw_lines(ax, x, y, slopes, lines, top)
    many = f"{pieces} line" + "s" * (pieces > 1)
    ax.set_title(f"the largest of {many} (black) for {shape} (wide band)")
    sentence = (
        f"The largest of {many}, {start} at the start, follows {shape} with a largest error of "
        f"{0 if worst < 1e-9 else worst:.2g}; {_idle_words(idle)}."
    )
    yours = " The black curve is your maxout_forward." if maxout_forward else ""
    return fig, sentence + yours


def _draw_lines(ax, x, y, slopes, lines, top):
    """Rising lines blue, falling ones orange and dashed, level ones grey and dotted."""
    for slope, line in zip(slopes, lines, strict=True):
        color, dashes = (POSITIVE, "-") if slope > 0 else (NEGATIVE, (0, (5, 2)))
        if abs(slope) < 0.02:
            color, dashes = MUTED, ":"
        ax.plot(x, line, color=color, ls=dashes, lw=1.3)
    ax.plot(x, y, color=GRID, lw=9, ls="-", zorder=1, solid_capstyle="butt")
    ax.plot(x, top, color=INK, lw=2.6, ls="-")
    ax.set(xlabel="x", xlim=(-2, 2), ylim=(min(y.min(), 0) - 0.8, max(y.max(), top.max()) + 0.4))


# ---- two figures of measured numbers ----


def cost():
    """Draw the measured price of each activation: alone, and inside a layer."""
    numbers = measured("activations")
    widths = numbers["cost_widths"].split()
    alone = {
        name: float(numbers[f"cost_{name}"]) for name in ("max", "exp", "sigmoid", "tanh", "elu")
    }
    shares = {
        name: [float(numbers[f"cost_share_{name}_{width}"]) for width in widths] for name in SHARES
    }
    fig, (left, right) = figure(7.0, 3.6, ncols=2, width_ratios=[1, 1.1])
    _draw_ratios(left, alone)
    _draw_shares(right, widths, shares)
    sentence = (
        f"Alone, exp takes {alone['exp']:.1f} times as long as max and sigmoid "
        f"{alone['sigmoid']:.1f} times; but inside a training step of a {int(widths[-1]):,}-wide "
        f"layer sigmoid takes {shares['sigmoid'][-1]:.2g}% of the time, "
        f"{shares['sigmoid_reused'][-1]:.2g}% if its slope is taken from the output, and ReLU "
        f"{shares['relu'][-1]:.2g}%."
    )
    return fig, sentence


def _draw_ratios(ax, ratios):
    names = [named(name) for name in ratios][::-1]
    bars = ax.barh(names, list(ratios.values())[::-1], color=TEAL, height=0.6)
    ax.bar_label(bars, [f" {bar.get_width():.1f}×" for bar in bars], fontsize=10)
    ax.set(
        title="alone, against max",
        xlim=(0, 1.3 * max(ratios.values())),
        xlabel="time / time of max",
    )
    ax.grid(axis="y", visible=False)


SHARES = {
    "sigmoid": ("sigmoid, slope from z", PURPLE, (0, (5, 2)), "o"),
    "sigmoid_reused": ("sigmoid, slope from a", ROSE, (0, (1.5, 1.5)), "D"),
    "relu": ("ReLU", TEAL, "-", "s"),
}


def _draw_shares(ax, widths, shares):
    """All lines fall, so their names find room on the upper right."""
    places = range(len(widths))
    for row, (name, (text, color, dashes, marker)) in enumerate(SHARES.items()):
        ax.plot(places, shares[name], marker=marker, color=color, ls=dashes, ms=5)
        y = (0.93 - 0.1 * row) * 100
        ax.plot([1.0, 1.4], [y, y], marker=marker, color=color, ls=dashes, ms=5)
        label(ax, 1.53, y, text, color, fontsize=9.5)
    ax.set(
        title="its share of a training step",
        xlabel="width of the layer",
        ylabel="%",
        xticks=places,
        xticklabels=widths,
        xlim=(-0.2, len(widths) - 0.4),
        ylim=(-4, 100),
    )


RUNNERS = {
    "relu": ("ReLU", TEAL, "-"),
    "tanh": ("tanh", PURPLE, (0, (5, 2))),
    "sigmoid": ("sigmoid, c = 1", ROSE, (0, (1.5, 1.5))),
    "sigmoid16": ("sigmoid, c = 16", OCHRE, (0, (6, 2, 1.5, 2))),
}


def race(hidden_layers=6):
    """Draw measured training accuracy, median and range over seeds, at each one's best rate."""
    numbers = measured("activations")
    steps = np.array(numbers["race_steps"].split(), float)
    fig, ax = figure(5.2, 3.6)
    for place, (name, look) in enumerate(RUNNERS.items()):
        rows = numbers[f"race_{name}_{hidden_layers}"].split(";")
        _draw_runner(ax, steps, [np.array(row.split(), float) for row in rows], place, *look)
    many = f"{hidden_layers} hidden layer" + "s" * (hidden_layers > 1)
    ax.set(
        title=f"{many}, each at its best rate",
        xlabel="step",
        xlim=(0, steps[-1]),
        ylabel="training accuracy, %",
        ylim=(0, 103),
    )
    needs = [
        f"{text} needs {numbers[f'race_to95_{name}_{hidden_layers}']} steps"
        for name, (text, *_) in RUNNERS.items()
    ]
    return fig, f"To 95% training accuracy with {many}: {'; '.join(needs)}."


def _draw_runner(ax, steps, rows, place, text, color, dashes):
    """The median and range of one runner, and its name beside a piece of its line."""
    low, middle, high = rows
    ax.fill_between(steps, low, high, color=color, alpha=0.18, lw=0)
    ax.plot(steps, middle, color=color, ls=dashes)
    at, y = 0.68 * steps[-1], 60 - 11 * place
    ax.plot([at - 95, at - 15], [y, y], color=color, ls=dashes)
    label(ax, at, y, text, color)
