"""The figures of "Initialization": each draws a simulation and says what it shows.

Where a figure can use a function of yours, it takes it as an argument.
"""

from functools import partial

import numpy as np
from matplotlib.ticker import MaxNLocator

from lessons.initialization.simulations import (
    ASSUMPTIONS,
    LAYERS_SHOWN,
    LOOKS,
    LOSSES_EVERY,
    PROBES,
    PROJECT,
    PROJECT_STEPS,
    WATCHED,
    bounds_of,
    distinct,
    height_and_slope,
    histogram,
    mean_under_normal,
    next_cosine,
    persistence_start,
    predict_flow,
    project_data,
    reach_of,
    relu_cosine,
    rings,
    row_size,
    same_draw,
    simulate_angles,
    simulate_assumption,
    simulate_depth_experiment,
    simulate_flow,
    simulate_looks,
    simulate_persistence,
    simulate_project,
    simulate_spread,
    simulate_watched,
    small_digits,
    unpacked,
    with_biases,
)
from lessons.kit.digits import digits
from lessons.kit.measured import measured, recorded, rows_of
from lessons.kit.network import forward
from lessons.kit.style import (
    DASHES,
    INK,
    MUTED,
    NEGATIVE,
    NEGATIVE_SOFT,
    POSITIVE,
    POSITIVE_SOFT,
    PURPLE,
    ROSE,
    SERIES,
    TEAL,
    boxes,
    figure,
    label,
    powers_of_ten,
)
from lessons.kit.words import capital, named, percent, written

size_of = partial(written, digits=2)  # for what ranges over powers of ten
BAND = "#d3d9e0"  # between the smallest and the largest of several runs


# ---- signals through fifty layers ----

FIVE = range(5)  # seeds

PANELS = {
    "activation": ("activations", TEAL),
    "gradient": ("gradient at z", PURPLE),
    "weights": ("gradient by W", ROSE),
}


def signals(c=1, width=100, activation="relu", activation_norms=None, gradient_norms=None):
    """Draw three norms over fifty layers, with the theory and the range of five networks."""
    runs = [
        recorded(simulate_flow, activation=activation, c=c, width=width, seed=seed) for seed in FIVE
    ]
    top = np.median([run["top"] for run in runs])
    theory = predict_flow(activation, c, width, 50, top)
    fig, axes = figure(7.6, 3.5, ncols=3, sharey=True)
    _draw_panels(axes, runs, theory)
    ends = [np.median([run[n][-1] for run in runs]) for n in ("activation", "weights")]
    first = np.median([run["weights"][0] for run in runs])
    sentence = (
        f"{capital(named(activation))}, c = {c:g}, {width} units a layer, medians of five "
        f"networks: after 50 layers the activations have norm {size_of(ends[0])}; the gradient by "
        f"the weights is {size_of(first)} in the first layer and {size_of(ends[1])} in the last "
        f"hidden one."
    )
    if activation_norms and gradient_norms:
        sentence += _draw_yours(axes, c, width, runs[0], activation_norms, gradient_norms)
    return fig, sentence


def _draw_panels(axes, runs, theory):
    for ax, (name, (title, color)) in zip(axes, PANELS.items(), strict=True):
        _draw_norms(ax, np.array([run[name] for run in runs]), theory[name], color)
        ax.set(title=title, xlabel="layer", yscale="log")
        powers_of_ten(ax)
        ax.tick_params(labelleft=True)  # on a phone the panels stand below each other
    axes[0].set(ylabel="norm", ylim=_decades(runs, theory))
    axes[1].set(xlabel="layer (dashed: theory)")


def _draw_norms(ax, values, theory, color):
    layers = np.arange(1, values.shape[1] + 1)
    low, middle, high = values.min(axis=0), np.median(values, axis=0), values.max(axis=0)
    ax.fill_between(layers, low, high, color=BAND, lw=0)
    ax.plot(layers, middle, color=color, ls="-")
    ax.plot(layers, theory, color=INK, ls=(0, (2, 2)), lw=1.5)
    step = 25 if len(layers) > 25 else 5
    ax.set(xticks=[1, *range(step, len(layers) + 1, step)], xlim=(0, len(layers) + 1))


def _decades(runs, theory):
    """Limits in whole powers of ten that hold all lines, and at least eight decades."""
    values = np.concatenate(
        [[run[name] for run in runs] for name in PANELS] + [list(theory[n] for n in PANELS)]
    )
    values = values[np.isfinite(values) & (values > 0)]
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    grow = max(0, 8 - (high - low)) / 2
    return 10.0 ** np.floor(low - grow), 10.0 ** np.ceil(high + grow)


def _draw_yours(axes, c, width, run, activation_norms, gradient_norms):
    """Add the norms that functions which were handed over find in the first network."""
    X, y, *_ = digits("standardized", 0)
    weights = same_draw((0, 5), (64, *[width] * 50, 10), c)
    sizes = activation_norms(weights[:-1], X[:64])
    by_weights = gradient_norms(weights, X[:64], y[:64])[:-1]
    for ax, yours in ((axes[0], sizes), (axes[2], by_weights)):
        ax.plot(np.arange(1, 51), yours, "o", color=INK, mfc="none", ms=4, mew=0.8)
        ax.set_xlabel("layer (rings: yours)")
    return (
        f" The rings are your norms of the first of the five, where ours end at "
        f"{size_of(run['activation'][-1])} and begin with {size_of(run['weights'][0])}: your "
        f"activation_norms ends at {size_of(float(sizes[-1]))}, and your gradient_norms begins "
        f"with {size_of(float(by_weights[0]))}."
    )


# ---- two inputs on a plane: what different starts can learn ----


def starts(start="constant", steps=3000, symmetric_groups=None):
    """Draw what a network of twelve ReLU units says of the plane, its units, and its loss."""
    run = recorded(simulate_looks, start=start)
    first, params = (unpacked(run["params"][LOOKS.index(step)]) for step in (0, steps))
    losses, loss = run["losses"], run["losses"][steps // LOSSES_EVERY]
    X, y = rings()
    logits = forward(X, params, height_and_slope("relu")[0])[1][-1]
    right = np.mean(logits.argmax(axis=1) == y)
    fig, (left, middle, last) = figure(7.8, 3.1, ncols=3)
    _draw_boundary(left, params, X, y)
    _draw_arrows(middle, first[0][0], params[0][0])
    last.plot(LOSSES_EVERY * np.arange(losses.size), losses, color=INK)
    last.plot([steps], [loss], "o", color=INK, ms=7)
    last.axhline(np.log(2), color=MUTED, lw=1, ls=":")
    last.set(
        title="loss (dotted: ln 2)", xlabel="step", yscale="log", xlim=(-90, 3090), ylim=(1e-4, 1e4)
    )
    powers_of_ten(last)
    different = distinct(params[0][0])
    sentence = (
        f"Start: {start}; after {steps:,} steps the loss is {size_of(loss)}, {right:.0%} of "
        f"the points are right, and {different} of the 12 hidden units "
        f"{'differs' if different == 1 else 'differ'} from the others."
    )
    sentence = sentence.replace(
        "1 of the 12 hidden units differs from the others", "all 12 hidden units are the same"
    )
    if symmetric_groups is not None:
        sentence += f" Your symmetric_groups counts {symmetric_groups(params[0][0], 1e-9)}."
    return fig, sentence


def _draw_boundary(ax, params, X, y):
    reach = np.linspace(-1.9, 1.9, 90)
    grid = np.stack(np.meshgrid(reach, reach), axis=-1).reshape(-1, 2)
    logits = forward(grid, params, height_and_slope("relu")[0])[1][-1]
    margin = np.clip((logits[:, 1] - logits[:, 0]).reshape(90, 90), -30, 30)
    share = 1 / (1 + np.exp(-margin))
    ax.contourf(reach, reach, share, [-0.01, 0.5, 1.01], colors=[NEGATIVE_SOFT, POSITIVE_SOFT])
    if share.min() < 0.5 < share.max():
        ax.contour(reach, reach, share, [0.5], colors=[INK], linewidths=1.3)
    for kind, color, marker in ((0, NEGATIVE, "s"), (1, POSITIVE, "o")):
        ax.plot(*X[y == kind].T, marker, color=color, ms=3, ls="")
    ax.set(title="what it says", aspect="equal", anchor="N", xticks=[], yticks=[])
    ax.grid(visible=False)


def _draw_arrows(ax, before, after):
    """Incoming weights of the hidden units, at the start in grey and now in black."""
    reach = 1.15 * max(np.abs(before).max(), np.abs(after).max()) or 1
    for W, color, width in ((before, MUTED, 0.006), (after, INK, 0.009)):
        zero = np.zeros(W.shape[1])
        ax.quiver(zero, zero, *W, color=color, angles="xy", scale_units="xy", scale=1, width=width)
    ax.plot([0], [0], "o", color=INK, ms=4)
    ax.set(xlabel="weight from the first input", ylabel="from the second")
    ax.set(title="its hidden units", xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(3))
        axis.set_major_formatter(lambda value, _: written(value))
    ax.set_anchor("N")  # its title in a line with the others


# ---- the spread of outputs, layer after layer ----


def spread(activation="tanh", c=0.05):
    """Draw histograms of outputs at four depths, and their spread over fifty layers."""
    run = recorded(simulate_spread, activation=activation, c=c)
    overall, signal = run["overall"], run["signal"]
    fig, (left, last) = figure(7.6, 3.9, ncols=2, width_ratios=[1.7, 1])
    _draw_outputs(left, run, bounds_of(activation, run["reach"]))
    layers = np.arange(1, len(overall) + 1)
    last.plot(layers, overall, color=TEAL, ls="-", lw=4)
    last.plot(layers, signal, color=PURPLE, ls=DASHES[1], lw=1.8)
    last.set(yscale="log", xlabel="layer", title="spread of the outputs", xlim=(0, 51))
    low, high = max(min(overall.min(), signal.min()) / 5, 1e-40), 3 * max(overall.max(), 0.3)
    last.set_ylim(low, high * (high / low) ** 0.2)  # room for the names
    powers_of_ten(last)
    for row, (text, color) in enumerate((("over everything", TEAL), ("over examples", PURPLE))):
        label(last, 0.97, 0.95 - 0.08 * row, text, color, ha="right", transform=last.transAxes)
    sentence = (
        f"{capital(named(activation))}, weight variance {c:g}/n, 500 units: the standard deviation "
        f"of the outputs is {size_of(overall[0])} in layer 1, {size_of(overall[9])} in layer 10 "
        f"and {size_of(overall[-1])} in layer 50; that of one unit over the examples ends at "
        f"{size_of(signal[-1])}."
    )
    return fig, sentence


def _draw_outputs(ax, run, bounds):
    """Four histograms beside each other, all with a longest bar of the same length."""
    longest = np.maximum(run["zeros"], run["shares"].max(axis=1))
    for at, (zeros, shares, most) in enumerate(
        zip(run["zeros"], run["shares"], longest, strict=True)
    ):
        _upright_bars(ax, zeros, shares, bounds, at, 0.8 / most)
    names = [f"layer {layer}\nstd {size_of(run['overall'][layer - 1])}" for layer in LAYERS_SHOWN]
    ax.set_xticks(np.arange(len(names)) + 0.4, names)
    ax.tick_params(axis="x", length=0, labelsize=9.5)
    shown = ", ".join(f"{most:.0f}%" for most in longest)
    ax.set(title="outputs", xlim=(-0.1, 3.9), xlabel=f"longest bar: {shown} of them")
    ax.locator_params(axis="y", nbins=5)
    ax.grid(visible=False, axis="x")


def _upright_bars(ax, zeros, shares, bounds, left=0.0, scale=1.0):
    """A histogram that grows from `left` to the right: positive, negative and exact zeros."""
    low, high = bounds
    edges = np.linspace(low, high, len(shares) + 1)
    step = edges[1] - edges[0]
    if zeros:
        boxes(ax, left, -step, scale * zeros, step, facecolor=MUTED)
        low -= step
    middle = (edges[1:] + edges[:-1]) / 2
    for side, color, hatch in ((middle > 0, POSITIVE, ""), (middle < 0, NEGATIVE, "////")):
        look = {"facecolor": color, "hatch": hatch, "edgecolor": "white", "lw": 0.2}
        boxes(ax, left, edges[:-1][side], scale * shares[side], step, **look)
    ax.set_ylim(low, high)


# ---- Xavier's assumptions, one at a time ----


def assumption(broken="all hold"):
    """Draw the pre-activations with one assumption broken, and what each break does."""
    z = simulate_assumption(**ASSUMPTIONS[broken])
    ratios = {name: np.var(simulate_assumption(**how)) for name, how in ASSUMPTIONS.items()}
    fig, (left, right) = figure(7.4, 3.6, ncols=2, width_ratios=[1, 1.1])
    density, edges = np.histogram(np.clip(z, -4.4, 4.4), np.linspace(-4.5, 4.5, 46), density=True)
    look = {"facecolor": TEAL, "edgecolor": "white", "lw": 0.3}
    boxes(left, edges[:-1], 0, edges[1] - edges[0], density, **look)
    fine = np.linspace(-4.5, 4.5, 300)
    left.plot(fine, np.exp(-(fine**2) / 2) / np.sqrt(2 * np.pi), color=INK, ls=(0, (2, 2)))
    left.set(title="z (dashed: predicted)", xlabel="in predicted std", yticks=[], xlim=(-5, 5))
    left.set_ylim(0, 1.05 * density.max())
    _draw_ratio_bars(right, ratios, broken)
    ratio = size_of(float(np.var(z)))
    found = "as predicted" if ratio == "1" else f"{ratio} times the predicted one"
    sentence = f"Xavier's assumptions, {broken}: in one draw of {z.size:,} the variance is {found}."
    return fig, sentence


def _draw_ratio_bars(ax, ratios, chosen):
    names = list(ratios)[::-1]
    values = np.array([ratios[name] for name in names])
    colors = [INK if name == chosen else TEAL for name in names]
    bars = ax.barh(names, np.log2(values), color=colors, height=0.6)
    for bar, value in zip(bars, values, strict=True):
        at = max(bar.get_width(), 0) + 0.15
        label(ax, at, bar.get_y() + 0.3, f"{value:.3g}×", fontsize=10)
    ax.axvline(0, color=MUTED, lw=1)
    ax.set(
        title="variance over prediction",
        xlim=(-1.7, 8.2),
        xticks=range(-1, 7),
        xticklabels=["½", "1", "2", "4", "8", "16", "32", "64"],
    )
    ax.grid(axis="y", visible=False)


# ---- the angle between two inputs ----


def predict_angles(activation, c, start, depth=50):
    """The same by theory, from cosines of `start` between inputs of mean square 61 / 64.

    Returns an array (depth + 1, number of cosines).
    """
    phi, rho, square, path = height_and_slope(activation)[0], start, 61 / 64, [start]
    for _ in range(depth):
        std = np.sqrt(c * square)
        wide = relu_cosine(rho) if activation == "relu" else next_cosine(rho, activation, std)
        rho = np.clip(wide, -1, 1)
        square = mean_under_normal(lambda z: phi(z) ** 2, std)
        path.append(rho)
    return np.array(path)


def angles(activation="relu", c=2.0):
    """Draw how alike images become, for five networks, with the theory."""
    found = [recorded(simulate_angles, activation=activation, c=c, seed=seed) for seed in FIVE]
    runs = np.array([[run["different"], run["copies"]] for run in found])
    middle = np.median(runs, axis=0)
    theory = predict_angles(activation, c, middle[:, 0])
    layers = np.arange(runs.shape[2])
    fig, ax = figure(5.2, 3.3)
    for i, (color, dashes) in enumerate(((TEAL, "-"), (PURPLE, DASHES[1]))):
        low, high = runs[:, i].min(axis=0), runs[:, i].max(axis=0)
        ax.fill_between(layers, low, high, color=BAND, lw=0)
        ax.plot(layers, middle[i], color=color, ls=dashes)
        ax.plot(layers, theory[:, i], color=INK, ls=(0, (1, 2)), lw=1.5)
    for row, (text, color) in enumerate(
        (
            ("two different digits", TEAL),
            ("a digit and its copy", PURPLE),
            ("dotted: theory", INK),
        )
    ):
        label(ax, 52, 0.85 - 0.1 * row, text, color, fontsize=10)
    ax.set(
        title=f"{named(activation)}, c = {c:g}",
        xlabel="layer (0: the pixels)",
        ylabel="mean cosine",
        ylim=(-0.1, 1.05),
        xlim=(0, 78),
        xticks=range(0, 51, 10),
    )
    sentence = (
        f"{capital(named(activation))}, c = {c:g}: from the pixels to layer 50, the mean cosine of "
        f"two different digits goes from {middle[0, 0]:.2f} to {middle[0, 50]:.3f}, that of a "
        f"digit and its noisy copy from {middle[1, 0]:.2f} to {middle[1, 50]:.3f}."
    ).replace("-", "−")
    return fig, sentence


# ---- what persists when a network is trained ----


def persistence(c=2.0, relative_distance=None):
    """Draw three quantities of each layer before and after training."""
    run = recorded(simulate_persistence, c=c)
    fig, axes = figure(7.6, 3.4, ncols=3)
    titles = {
        "activation": "activations",
        "gradient": "gradient by W",
        "variance": "weight variance × n",
    }
    layers = np.arange(1, 9)
    for ax, (name, title) in zip(axes, titles.items(), strict=True):
        before, after = run[name]
        ax.plot(layers, before, color=MUTED, ls=(0, (5, 2)), marker="o", ms=4)
        ax.plot(layers, after, color=INK, ls="-", marker="s", ms=4)
        ax.set(title=title, xlabel="layer", xticks=(1, 4, 8))
    axes[0].set(yscale="log", ylim=(0.3, 100))
    axes[1].set(yscale="log", ylim=(1e-5, 10))
    for ax in axes[:2]:
        powers_of_ten(ax)
    axes[2].set(ylim=(0, 3.5))
    label(axes[2], 1, 3.2, "after training", INK)
    label(axes[2], 1, 2.85, "dashed: at the start", MUTED)
    grown = run["activation"][1] / run["activation"][0]
    least, most = percent(run["moved"][:-1].min()), percent(run["moved"][:-1].max())
    moved = least if least == most else f"{least} to {most}"
    sentence = (
        f"c = {c:g}, eight hidden layers: after 1,500 steps {run['error']:.1%} of the "
        f"held-out digits are wrong; the activations of layer 8 have grown {grown[-1]:.3g} times, "
        f"and the hidden weights have moved by {moved} of their size."
    )
    if relative_distance is not None:
        yours = relative_distance(run["last_weights"], persistence_start(c)[-1][0])
        sentence += (
            f" The last layer moved by {run['moved'][-1]:.0%}, and by your relative_distance it "
            f"moved by {yours:.0%}."
        )
    return fig, sentence


# ---- which learning rates a start can bear: measured ----


def rates():
    """Draw the measured error of a 20-layer network against the learning rate, for each c."""
    numbers = measured("initialization")
    grid = np.array(numbers["rates_grid"].split(), float)
    fig, ax = figure(5.2, 3.6)
    says = []
    for i, c in enumerate(numbers["rates_c"].split()):
        key = c.replace(".", "_")
        _draw_rates(ax, grid, rows_of(numbers[f"rates_curve_{key}"]), i, f"c = {c}")
        best, error = numbers[f"rates_best_{key}"], numbers[f"rates_error_{key}"]
        says.append(f"c = {c} misses {error} at its best rate, {best}")
    ax.set(
        xscale="log",
        xlabel="learning rate",
        xlim=(grid[0] / 1.2, grid[-1] * 9),
        xticks=10.0 ** np.arange(-3, 0),
        ylabel="held-out errors, %",
        ylim=(-2, 104),
        title="twenty layers, 1,500 steps",
    )
    powers_of_ten(ax)
    return fig, f"Held-out errors of twenty layers: {'; '.join(says)}."


def _draw_rates(ax, grid, rows, place, text):
    """One line with its ranges, and its name beside a piece of it on the right."""
    low, middle, high = rows
    look = {
        "color": (*SERIES, MUTED, INK)[place],
        "ls": (*DASHES, "-", ":")[place],
        "marker": "osD^vP"[place],
        "ms": 5,
    }
    beside = grid * 1.05 ** (place - 2.5)  # so that ranges do not hide each other
    ax.vlines(beside, low, high, color=look["color"], lw=1.2)
    ax.plot(beside, middle, **look)
    y = 95 - 9 * place
    ax.plot([grid[-1] * 1.5, grid[-1] * 2.3], [y, y], **look)
    label(ax, grid[-1] * 2.7, y, text, look["color"], fontsize=10)


# ---- the project: five starts on the digits ----


def project(scheme="he", rate=0.1, init_weights=None, train=None):
    """Draw the loss from one start, the activations before and after, and the accuracy."""
    X, y, X_held, y_held = project_data()
    if init_weights is None or train is None:
        first, params, losses = simulate_project(scheme, rate)
    else:
        first = with_biases(init_weights(np.random.default_rng(0), PROJECT, scheme))
        with np.errstate(all="ignore"):
            params, losses = train(first, X, y, rate, PROJECT_STEPS)
    with np.errstate(all="ignore"):
        held = forward(X_held, params, height_and_slope("relu")[0])[1][-1]
    right = np.mean(held.argmax(axis=1) == y_held) if np.isfinite(held).all() else 0.0
    fig, (left, right_ax) = figure(7.2, 3.5, ncols=2, width_ratios=[1.2, 1])
    _draw_losses(left, losses)
    _draw_sizes(right_ax, X, first, params)
    left.set_title(f"{WATCHED[scheme][0]}, learning rate {rate:g}")
    finite = np.isfinite(losses[-1])
    ends = f"ends at {size_of(losses[-1])}" if finite else "overflows"
    sentence = (
        f"Start {named(scheme)}, learning rate {rate:g}: the loss begins at {size_of(losses[0])} "
        f"and, after {PROJECT_STEPS} steps, {ends}; {right:.1%} of the held-out digits are right."
    )
    return fig, sentence + (" Your functions trained this network." if train else "")


def _draw_losses(ax, losses):
    shown = np.where(np.isfinite(losses), np.maximum(losses, 1e-9), np.nan)
    ax.plot(np.linspace(0, PROJECT_STEPS, len(shown)), shown, color=INK)
    ax.axhline(np.log(10), color=MUTED, lw=1, ls=":")
    label(ax, PROJECT_STEPS, 1.3 * np.log(10), "guessing, ln 10", MUTED, ha="right", va="bottom")
    ax.set(xlabel="step", ylabel="training loss", yscale="log", xlim=(-2, PROJECT_STEPS + 2))
    ax.set_ylim(min(np.nanmin(shown) / 2, 5e-4), max(np.nanmax(shown) * 2, 20))
    powers_of_ten(ax)


def _draw_sizes(ax, X, first, last):
    layers, seen = np.arange(1, len(PROJECT) - 1), [1.0, 30.0]
    phi = height_and_slope("relu")[0]
    for params, color, dashes, marker in (
        (first, MUTED, (0, (5, 2)), "o"),
        (last, INK, "-", "s"),
    ):
        with np.errstate(all="ignore"):
            sizes = [row_size(a) for a in forward(X, params, phi)[0][1:]]
        sizes = np.where(np.isfinite(sizes) & (np.array(sizes) > 0), sizes, np.nan)
        ax.plot(layers, sizes, color=color, ls=dashes, marker=marker, ms=5)
        seen += [*sizes[np.isfinite(sizes)]]
    if len(seen) == 2:
        label(ax, 0.03, 0.5, "every activation\nis 0", transform=ax.transAxes)
    ax.set(yscale="log", xlabel="hidden layer (dashed: at the start)", xticks=layers)
    ax.set(title="norm of activations", ylim=(min(seen) / 3, max(seen) * 10), xlim=(0.9, 3.1))
    powers_of_ten(ax)


# ---- the widget of the depth experiment: `widgets/depth_experiment.js` ----


def depth_experiment(activation="relu", c=2.0, depth=20, width=32, seed=1, rate=0.03):
    """Draw where the widget starts: three norms in five networks, before any training."""
    runs = simulate_depth_experiment(activation, c, depth, width, seed)
    X, *_ = small_digits()
    top = np.median([run["top"] for run in runs])
    theory = predict_flow(activation, c, width, depth, top, (64, row_size(X[:PROBES]) ** 2))
    fig, axes = figure(7.6, 3.4, ncols=3, sharey=True)
    _draw_panels(axes, runs, theory)
    return fig, _depth_sentence(activation, c, depth, width, runs, theory)


def _depth_sentence(activation, c, depth, width, runs, theory):
    """The sentence that the widget says, too, in the same words."""

    def middle(name, layer):
        return written(np.median([run[name][layer] for run in runs]), 2)

    return (
        f"{capital(named(activation))}, c = {written(c)}, {depth} layers of {width} units, medians "
        f"of 5 networks: the activations have norm {middle('activation', 0)} in layer 1 and "
        f"{middle('activation', -1)} in layer {depth}, for which theory says "
        f"{written(theory['activation'][-1], 2)}. The gradient at z is {middle('gradient', 0)} in "
        f"layer 1 and {middle('gradient', -1)} in layer {depth}; the gradient by the weights is "
        f"{middle('weights', 0)} and {middle('weights', -1)}."
    )


# ---- the widget of the project: `widgets/watch_it_train.js` ----


def watch_it_train(scheme="he", activation="relu", depth=3, rate=0.1, seed=1):
    """Draw where the widget starts: the outputs of the hidden layers before any training."""
    X, _, X_held, y_held = small_digits()
    params, losses = simulate_watched(scheme, activation, depth, rate, seed)
    phi = height_and_slope(activation)[0]
    right = np.mean(forward(X_held, params, phi)[1][-1].argmax(axis=1) == y_held)
    fig, axes = figure(7.2, 3.2, ncols=depth, squeeze=False)
    for i, (ax, a) in enumerate(zip(axes[0], forward(X, params, phi)[0][1:], strict=True)):
        reach = reach_of(a)
        zeros, shares = histogram(a, activation, reach)
        _upright_bars(ax, zeros, shares, bounds_of(activation, reach))
        ax.set(title=f"outputs, layer {i + 1}", xlabel="%", xlim=(0, 1.05 * max(*shares, zeros)))
        ax.locator_params(nbins=4)
        ax.grid(visible=False)
    layers = "one hidden layer" if depth == 1 else f"{depth} hidden layers"
    return fig, (
        f"Start: {WATCHED[scheme][0]}; {layers} of 30 {named(activation)} units. Before any step "
        f"the loss is {written(losses[0])}, against 2.3 for guessing, and {percent(right)} of the "
        f"held-out digits are right."
    )
