"""The figures of "Normalization": each draws a simulation and says what it shows.

How to normalize is not written here. A figure that needs it takes your functions, or the
reference's, as arguments; the others draw what was measured with the reference.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.patches import Rectangle

from lessons.kit.digits import digits
from lessons.kit.measured import measured, rows_of
from lessons.kit.style import (
    DASHES,
    INK,
    MUTED,
    NEGATIVE,
    POSITIVE,
    PURPLE,
    ROSE,
    TEAL,
    boxes,
    figure,
    label,
    powers_of_ten,
)
from lessons.kit.words import capital, written
from lessons.normalization.simulations import (
    CHANNELS,
    EXAMPLES,
    FEATURES,
    GROUPS,
    MODE_LATE,
    MODE_STEPS,
    NONE,
    Normalizer,
    group_of,
    project_start,
    simulate_cells,
    simulate_deep,
    simulate_modes,
    simulate_moved,
    simulate_picture,
    simulate_placed,
    simulate_running,
    simulate_scale,
)

# ---- which cells enter a statistic ----

KINDS = ("batch norm", "layer norm", "instance norm", "group norm")


def cells(normalization="batch norm", positions=1, example=2):
    """Draw an array of numbers and shade those that enter the mean of one of them."""
    at = (example - 1, 2, positions // 2)
    inside = simulate_cells(normalization, positions, at)
    flat = inside.reshape(EXAMPLES, -1)
    fig, ax = figure(5.2, 3.3)
    ax.pcolormesh(flat, cmap=_two_colors(), vmin=0, vmax=1, edgecolors="white", lw=1.5)
    for i, j in np.argwhere(flat):
        ax.plot(j + 0.5, i + 0.5, "o", color=TEAL, ms=5)
    column = at[1] * positions + at[2]
    ring = {"fill": False, "ec": INK, "lw": 2.6, "zorder": 5}
    ax.add_patch(Rectangle((column + 0.04, at[0] + 0.04), 0.92, 0.92, **ring))
    for edge in range(positions, flat.shape[1], positions):
        ax.axvline(edge, color=MUTED, lw=0.8 if positions > 1 else 0)
    ax.set(
        ylim=(EXAMPLES, 0),
        yticks=np.arange(EXAMPLES) + 0.5,
        yticklabels=range(1, EXAMPLES + 1),
        xticks=(np.arange(CHANNELS) + 0.5) * positions,
        xticklabels=range(1, CHANNELS + 1),
        ylabel="example",
        xlabel="feature" if positions == 1 else f"channel, with {positions} positions each",
        title=f"{normalization}: which numbers make the mean",
    )
    ax.grid(visible=False)
    count = int(flat.sum())
    many = "1 number, the cell itself" if count == 1 else f"{count} numbers"
    whose = _whose(normalization, positions)
    return (
        fig,
        f"With {normalization}, the framed cell is normalized with the mean of {many}: {whose}.",
    )


def _two_colors():
    return ListedColormap(["#eef0f3", "#bfe3de"])


def _whose(normalization, positions):
    places = "" if positions == 1 else ", at all positions"
    feature = "feature" if positions == 1 else "channel"
    return {
        "batch norm": f"all {EXAMPLES} examples of its {feature}{places}",
        "layer norm": f"all {CHANNELS} {feature}s of its example{places}",
        "instance norm": f"its {feature} of its example{places}",
        "group norm": f"{CHANNELS // GROUPS} of the {CHANNELS} {feature}s of its example{places}",
    }[normalization]


# ---- the backward pass, node by node ----

NODES = {  # place, formula; the numbers under these names are measured
    "x": (0, 6, "$x$"),
    "mean": (1.3, 5.1, r"$\mu$"),
    "away": (0, 4.2, r"$x-\mu$"),
    "var": (1.3, 3.5, r"$\sigma^2$"),
    "std": (1.3, 2.3, r"$s$"),
    "xhat": (0, 1.6, r"$\hat{x}$"),
    "out": (0, 0, r"$\gamma\hat{x}$"),
}
EDGES = (
    ("x", "away"),
    ("x", "mean"),
    ("mean", "away"),
    ("away", "var"),
    ("var", "std"),
    ("std", "xhat"),
    ("away", "xhat"),
    ("xhat", "out"),
)
STEPS = (  # edges walked back, gradients that are known then, what is said
    ((), {}, "the values of the forward pass"),
    ((("xhat", "out"),), {"out": "dout", "xhat": "dxhat"}, "into the normalized values"),
    ((("away", "xhat"),), {"away": "daway_direct"}, "straight on, as if the root were fixed"),
    (
        (("std", "xhat"), ("var", "std")),
        {"std": "dstd", "var": "dvar"},
        "through the root and the variance",
    ),
    ((("away", "var"),), {"away": "daway"}, "back from the variance: two ways add up"),
    ((("mean", "away"), ("x", "mean")), {"mean": "dmean"}, "through the mean"),
    ((("x", "away"),), {"x": "dx"}, "and home: all ways together"),
)


def graph(step=0):
    """Draw the graph of batch norm and how far the gradient has come."""
    numbers = measured("normalization")
    fig, ax = figure(5.4, 5.1)
    walked = {edge for edges, _, _ in STEPS[: step + 1] for edge in edges}
    known = {}
    for _, names, _ in STEPS[: step + 1]:
        known |= names
    for edge in EDGES:
        _arrow(ax, edge, edge in walked, edge in STEPS[step][0])
    for name in NODES:
        _node(ax, name, numbers[f"graph_{name}"], numbers.get(f"graph_{known.get(name)}"))
    ax.set(xlim=(-2.9, 2.5), ylim=(-0.5, 6.5), title=f"step {step}: {STEPS[step][2]}")
    ax.set_axis_off()
    arrived = [_vector(numbers[f"graph_{of}"]) for of in STEPS[step][1].values()]
    if not arrived:
        return fig, f"Step {step} of 6: {STEPS[step][2]} for four examples, x = (1, 3, 5, 7)."
    found = " and ".join(arrived)
    return fig, f"Step {step} of 6 of the backward pass, {STEPS[step][2]}: {found}."


def _arrow(ax, edge, walked, now):
    (x0, y0, _), (x1, y1, _) = NODES[edge[0]], NODES[edge[1]]
    start, end = ((x1, y1), (x0, y0)) if walked else ((x0, y0), (x1, y1))
    look = {"color": INK if now else (PURPLE if walked else MUTED), "lw": 2.6 if now else 1.3}
    ax.annotate(
        "",
        end,
        start,
        arrowprops={"arrowstyle": "-|>", "shrinkA": 21, "shrinkB": 21, **look},
    )


def _node(ax, name, value, gradient):
    """A node, and beside it its value and below that its gradient, away from the arrows."""
    x, y, formula = NODES[name]
    ax.plot(x, y, "o", ms=36, mfc="white", mec=INK, mew=1.2)
    ax.text(x, y, formula, ha="center", va="center", fontsize=12)
    side = 0.45 if x else -0.5
    look = {"ha": "left" if x else "right", "fontsize": 11}
    label(ax, x + side, y + 0.17, _vector(value), MUTED, fontweight="normal", **look)
    if gradient is not None:
        label(ax, x + side, y - 0.2, _vector(gradient), PURPLE, **look)


def _vector(text):
    values = [float(one) for one in text.split()]
    shown = [f"{value:.2g}" if abs(value) > 1e-12 else "0" for value in values]
    joined = ", ".join(shown).replace("-", "−")
    return f"({joined})" if len(shown) > 1 else joined


# ---- change one example ----

MODES = ("batch norm", "layer norm", "batch norm after training")


def moved(normalization="batch norm", push=4, **functions):
    """Draw which outputs move when the first example of a batch changes."""
    x, pushed, before, after = simulate_moved(normalization, push, **functions)
    change = after - before
    fig, axes = figure(5.4, 6.2, nrows=2)
    for ax, values, title in (
        (axes[0], pushed - x, "change of the inputs"),
        (axes[1], change, "change of the outputs"),
    ):
        _signed_cells(ax, values, 4 if ax is axes[0] else 2, nothing="")
        ax.set(title=title, ylabel="example", yticks=np.arange(6) + 0.5, yticklabels=range(1, 7))
    axes[1].set_xlabel("feature")
    own, others = np.abs(change[0]).max(), np.abs(change[1:]).max()
    answer = f"move by up to {others:.2f}" if others > 1e-9 else "do not move"
    sentence = (
        f"{normalization.capitalize()}, example 1 pushed by {written(push)}: its own outputs "
        f"move by up to {own:.2f}, and those of the five other examples {answer}."
    )
    return fig, sentence


def _signed_cells(ax, values, reach, nothing="0"):
    """Cells coloured by sign, each with its number; what stands for 0 is `nothing`."""
    ax.pcolormesh(values, cmap=_by_sign(), vmin=-reach, vmax=reach, edgecolors="white", lw=1.5)
    for (i, j), value in np.ndenumerate(values):
        text = nothing if abs(value) < 5e-3 else f"{value:+.2f}".replace("-", "−")
        strong = abs(value) > 0.6 * reach
        ax.text(
            j + 0.5,
            i + 0.5,
            text,
            ha="center",
            va="center",
            fontsize=9.5,
            color="white" if strong else INK,
        )
    ax.set(ylim=(len(values), 0), xticks=np.arange(values.shape[1]) + 0.5)
    ax.set_xticklabels(range(1, values.shape[1] + 1))
    ax.grid(visible=False)


def _by_sign():
    return LinearSegmentedColormap.from_list("sign", [NEGATIVE, "#f6f7f8", POSITIVE])


def who(normalization="batch norm", examples=6, influence=None):
    """Draw how strongly each example's output answers to each example's input."""
    x = np.random.default_rng(2).standard_normal((examples, 5))
    strength = influence(x, normalization.partition(" ")[0])
    fig, ax = figure(5.2, 3.9)
    picture = ax.pcolormesh(strength, cmap="BuPu", vmin=0, vmax=3, edgecolors="#c9ced6", lw=1.5)
    fig.colorbar(picture, label="size of the derivatives")
    ticks = {"xticks": np.arange(examples) + 0.5, "yticks": np.arange(examples) + 0.5}
    ax.set(**ticks, ylim=(examples, 0), xlabel="input of example", ylabel="output of example")
    ax.set_xticklabels(range(1, examples + 1))
    ax.set_yticklabels(range(1, examples + 1))
    ax.set_title(f"{normalization}, {examples} examples")
    ax.grid(visible=False)
    off = strength[~np.eye(examples, dtype=bool)].mean()
    sentence = (
        f"{normalization.capitalize()}, {examples} examples: on average an output answers to its "
        f"own input with {np.diag(strength).mean():.2f} and to another example's with {off:.2f}."
    )
    return fig, sentence


# ---- deep networks ----

LOOKS = {
    "none": ("none", ROSE, (0, (1.5, 1.5))),
    "batch": ("batch norm", TEAL, "-"),
    "layer": ("layer norm", PURPLE, (0, (5, 2))),
}
NAMES = {"no normalization": "none", "batch norm": "batch", "layer norm": "layer"}


def _norms(batchnorm_train, batchnorm_backward, layernorm, layernorm_backward):
    return {
        "none": NONE,
        "batch": Normalizer(batchnorm_train, batchnorm_backward),
        "layer": Normalizer(layernorm, layernorm_backward),
    }


def deep(normalization="batch norm", c=1.0, **functions):
    """Draw the sizes of activations and of weight gradients over fifty layers."""
    name = NAMES[normalization]
    lengths, dW, _ = simulate_deep(_norms(**functions)[name], c)
    layers = np.arange(1, lengths.size + 1)
    fig, (left, right) = figure(6.3, 3.4, ncols=2)
    left.plot(layers, lengths, color=LOOKS[name][1], ls=LOOKS[name][2])
    right.plot(layers, dW, color=LOOKS[name][1], ls=LOOKS[name][2])
    if name == "batch":
        theory = dW[-1] * np.sqrt(np.pi / (np.pi - 1)) ** (layers[-1] - layers)
        right.plot(layers, theory, color=INK, lw=1.2, ls=":")
        label(right, 23, theory[22] * 12, "1.21 a layer")
    for ax, values in ((left, lengths), (right, dW)):
        if outside := int(np.sum(values < 1e-9)):
            text = f"{outside} of {values.size}\nlie below"
            label(ax, 50, 1e-8, text, LOOKS[name][1], ha="right", va="bottom")
    left.set(title="length of the activations", ylabel="root mean square")
    right.set(title="gradient of the weights", ylabel="norm")
    for ax in (left, right):
        ax.set(yscale="log", ylim=(1e-9, 1e9), xlabel="layer", xlim=(0, 51))
        powers_of_ten(ax)
    length, gradient = ([written(one[i], 2) for i in (0, -1)] for one in (lengths, dW))
    sentence = (
        f"{normalization.capitalize()}, weights from N(0, {c:g}/d), 50 layers: the activations "
        f"have length {length[0]} in layer 1, {length[1]} in layer 50; "
        f"the weight gradient is {gradient[0]} in layer 1 and {gradient[1]} in layer 50."
    )
    return fig, sentence


def tolerance(c=2.0):
    """Draw measured training accuracy after 240 steps against the learning rate."""
    numbers = measured("normalization")
    x = np.array(numbers["rates"].split(), float)
    fig, ax = figure(5.2, 3.4)
    for place, (name, look) in enumerate(LOOKS.items()):
        _band(ax, x, rows_of(numbers[f"rates_{name}_{_key(c)}"]), place, *look)
    ax.set(
        xscale="log",
        xlim=(0.008, 26),
        ylim=(0, 103),
        xlabel="learning rate",
        ylabel="training accuracy, %",
        title=f"6 hidden layers, weights from N(0, {c:g}/d)",
    )
    ax.set_xticks(x, [f"{rate:g}" for rate in x])
    ax.minorticks_off()
    none, batch, layer = (numbers[f"rates_usable_{name}_{_key(c)}"] for name in LOOKS)
    sentence = (
        f"Weights from N(0, {c:g}/d), six learning rates from {x[0]:g} to {x[-1]:g}: every seed "
        f"passes 90% at {none} of the rates without normalization, at {batch} with batch norm and "
        f"at {layer} with layer norm."
    )
    return fig, sentence


def _key(number):
    return f"{number:g}".replace(".", "_")


def _band(ax, x, rows, place, text, color, dashes):
    """Lowest, middle and highest of a series, and its name at the right."""
    low, middle, high = rows
    ax.fill_between(x, low, high, color=color, alpha=0.16, lw=0)
    ax.plot(x, middle, color=color, ls=dashes, marker="osD"[place], ms=4)
    log = ax.get_xscale() == "log" or x[-1] / x[0] > 20
    end = x[-1] * 1.25 if log else 1.04 * x[-1]
    y = 88 - 13 * place
    ax.plot([end, end * 1.45], [y, y], color=color, ls=dashes, marker="osD"[place], ms=4)
    label(ax, end * 1.65, y, text, color)


def batch_sizes():
    """Draw measured held-out accuracy against the batch size."""
    numbers = measured("normalization")
    x = np.array(numbers["batch_sizes"].split(), float)
    fig, ax = figure(5.2, 3.3)
    for place, (name, look) in enumerate(LOOKS.items()):
        _band(ax, x, rows_of(numbers[f"batch_sizes_{name}"]), place, *look)
    ax.set(xscale="log", xlim=(1.7, 700), ylim=(30, 101))
    ax.set_xticks(x, [f"{size:g}" for size in x])
    ax.minorticks_off()
    ax.set(
        xlabel="batch size",
        ylabel="held-out accuracy, %",
        title="9,600 examples, best of three rates",
    )
    at = [(size, numbers[f"batch_size_batch_{size}"]) for size in (2, 4, 32)]
    told = ", ".join(f"{held} at batch size {size}" for size, held in at)
    return fig, f"Batch norm reaches {told}; layer norm {numbers['batch_size_layer_2']} at 2."


# ---- the length of the weights ----


def scale(eps=1e-5, batchnorm_train=None, batchnorm_backward=None):
    """Draw what happens to outputs and gradient when the weights before batch norm are scaled."""
    scales = 10.0 ** np.linspace(-4, 3, 29)
    norm = Normalizer(batchnorm_train, batchnorm_backward)
    moved_, gradient = simulate_scale(norm, scales, eps)
    fig, (left, right) = figure(6.3, 3.4, ncols=2)
    left.plot(scales, np.where(scales == 1, np.nan, moved_), color=INK)
    right.plot(scales, gradient, color=INK)
    right.plot(scales, 1 / scales, color=PURPLE, ls=":")
    label(right, 2, 9, "1 / scale", PURPLE)
    left.set(title="largest change of an output", ylim=(5e-10, 10))
    right.set(title="gradient of the weights")
    for ax in (left, right):
        ax.set(xscale="log", yscale="log", xlabel="weights multiplied by")
        powers_of_ten(ax)
    worst = moved_[np.argmin(np.abs(scales - 1e-3))]
    ten = gradient[np.argmin(np.abs(scales - 10))]
    sentence = (
        f"With eps = {written(eps)}, weights that are 1,000 times as small move an output by "
        f"{worst:.1g}; weights that are ten times as large have {ten:.2g} of the gradient."
    )
    return fig, sentence


def weights(decay=0.0):
    """Draw the measured squared length of the weights before batch norm, for an L2 penalty."""
    numbers = measured("normalization")
    steps = np.array(numbers["weights_steps"].split(), float)
    fig, ax = figure(5.2, 3.3)
    for other in DECAYS:
        for run in rows_of(numbers[f"weights_{_key(other)}"]):
            chosen = other == decay
            ax.plot(steps, run, color=INK if chosen else "#c9ced6", lw=2 if chosen else 1, ls="-")
        label(ax, 1.02 * steps[-1], run[-1], f"λ = {other:g}", INK if chosen else MUTED)
    ax.set(
        yscale="log",
        ylim=(1, 300),
        xlim=(-20, 1.22 * steps[-1]),
        xticks=range(0, 1501, 500),
        xlabel="step",
        ylabel="squared length of W",
        title=f"batch norm, decay {decay:g} (the others in grey)",
    )
    powers_of_ten(ax)
    end, rate = (numbers[f"weights_{what}_{_key(decay)}"] for what in ("end", "rate"))
    sentence = (
        f"With decay {decay:g} the squared length of the weights ends at {end}; with its mean over "
        f"the second half of the steps, the effective learning rate is {rate}, where the nominal "
        f"one is 0.3."
    )
    return fig, sentence


DECAYS = (0.0, 0.001, 0.01, 0.03)


# ---- z or a ----


def placed(place="z, before ReLU", layer=3, batchnorm_train=None):
    """Draw a histogram of what a hidden layer hands on."""
    h = simulate_placed(Normalizer(batchnorm_train, None), place, layer).ravel()
    zeros = np.mean(h == 0)
    fig, ax = figure(5.2, 3.3)
    edges = np.linspace(-1.5, 4.5, 61)
    for sign, color, hatch in ((1, POSITIVE, ""), (-1, NEGATIVE, "////")):
        shares = 100 * np.histogram(h[sign * h > 0], edges)[0] / h.size
        look = {"facecolor": color, "hatch": hatch, "edgecolor": "white", "lw": 0.3}
        boxes(ax, edges[:-1], 0, edges[1] - edges[0], shares, **look)
    if zeros > 0.01:
        ax.bar(0, 100 * zeros, 0.1, color=MUTED, hatch="....", edgecolor="white", lw=0.3)
        label(ax, 0.15, 100 * zeros, f"{zeros:.0%} exactly 0", MUTED)
    ax.set(
        title=f"normalizing {place}: what layer {layer} hands on",
        xlabel="value",
        ylabel="% of values",
        xlim=(-1.6, 4.6),
        ylim=(0, 56),
    )
    sentence = (
        f"Normalizing {place}: what layer {layer} hands on has mean {h.mean().round(2) + 0:.2f}, "
        f"standard deviation {h.std():.2f} and {zeros:.0%} exact zeros."
    )
    return fig, sentence


# ---- drift ----

NETWORKS = {
    "no normalization": ("none", "no normalization"),
    "batch norm": ("batch", "batch norm"),
    "batch norm, shaken": ("shaken", "batch norm whose outputs are shaken in every step"),
    "batch norm, badly shaken": ("much_shaken", "batch norm whose outputs are badly shaken"),
}


def drift(network="no normalization"):
    """Draw how the means of what six units hand to layer 4 drift while the network trains."""
    numbers = measured("normalization")
    name, told = NETWORKS[network]
    means = rows_of(numbers[f"drift_means_{name}_0_3"])
    fig, ax = figure(5.2, 3.3)
    for unit, dashes in zip(means, 2 * DASHES, strict=False):
        ax.plot(np.arange(1, unit.size + 1), unit, color=TEAL, lw=1.3, ls=dashes)
    ax.set(
        title=f"{network}: what layer 4 reads",
        xlabel="step",
        ylabel="means of six units, in spreads",
        ylim=(-0.1, 3.1),
    )
    at = f"{name}_0_3"
    sentence = (
        f"With {told}, the means of layer 4's inputs move by {numbers[f'drift_moved_{at}']} of "
        f"their spread a step, and 95% training accuracy takes {numbers[f'drift_goal_{at}']} steps."
    )
    return fig, sentence


# ---- after training ----


BOX = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
NAME = {"fontsize": 9.5, "path_effects": None, "bbox": BOX}
SMALL_RUN = {"hidden": 32, "unit": 24, "steps": 60, "every": 15}


def running(batch_size=8, momentum=0.9, pixels="standardized", **functions):
    """Draw a running mean beside the batches' means and the true one, and the accuracies."""
    setting = {"batch_size": batch_size, "pixels": pixels, "momenta": (momentum,)}
    run = simulate_running(**functions, **setting, **SMALL_RUN)
    looks = np.array(run["step"])
    fig, (left, right) = figure(6.3, 3.4, ncols=2)
    left.plot(run["batch_mean"], ".", color=MUTED, ms=3)
    left.plot(run["running_mean"][momentum], color=TEAL)
    left.plot(looks, run["true_mean"], color=INK, ls=(0, (4, 2)))
    left.set(title="mean of a unit of layer 2", xlabel="step")
    left.locator_params(axis="y", nbins=5)
    low, high = left.get_ylim()
    left.set_ylim(low, high + 0.4 * (high - low))  # room for the names above the dots
    for row, (text, color) in enumerate(
        (("running", TEAL), ("all images", INK), ("each batch", MUTED))
    ):
        label(left, 2, high + (0.3 - 0.13 * row) * (high - low), text, color, **NAME)
    held = 100 * np.array(run["held"][momentum])
    exact = 100 * np.array(run["exact"])
    right.plot(looks, exact, color=INK, ls=(0, (4, 2)))
    right.plot(looks, held, color=TEAL)
    right.set(title="held-out accuracy, %", xlabel="step", ylim=(0, 125), yticks=range(0, 101, 25))
    low = 18 if held[-1] > 40 else 118  # beside the curve, above or below
    label(right, 60, low, "with running values", TEAL, ha="right", **NAME)
    label(right, 60, low - 11, "with those of all images", INK, ha="right", **NAME)
    sentence = (
        f"Batch size {batch_size}, momentum {momentum:g}, {pixels} pixels: after {looks[-1]} steps "
        f"the network gets "
        f"{held[-1]:.0f}% of the held-out digits with its running statistics and {exact[-1]:.0f}% "
        f"with those of all training images."
    )
    return fig, sentence


def learned(rate=0.1, train_network=None, network_predict=None):
    """Train the project's network, and draw its losses and what it makes of unseen digits."""
    X, y, X_held, y_held = digits()
    start, rows = project_start()
    params, running_values, losses = train_network(start, X, y, rows, rate)
    guess = network_predict(params, running_values, X_held)
    right_ = np.mean(guess == y_held)
    fig, (left, right) = figure(6.3, 3.4, ncols=2)
    left.plot(losses, color=INK, lw=1.2)
    left.set(title="loss of each batch", xlabel="step", yscale="log", ylim=(1e-3, 10))
    powers_of_ten(left)
    _draw_digits(right, guess, y_held)
    sentence = (
        f"At learning rate {rate:g} the last batch has loss {losses[-1]:.2g}, and "
        f"{right_:.1%} of the {len(y_held)} unseen digits are right."
    )
    return fig, sentence


def _draw_digits(ax, guess, y):
    """The first of the held-out digits, raw, with the guess below; wrong ones with the truth."""
    raw = digits("raw")[2][:24].reshape(4, 6, 8, 8)
    sheet = np.pad(raw, ((0, 0), (0, 0), (1, 5), (1, 1))).transpose(0, 2, 1, 3).reshape(56, 60)
    ax.imshow(sheet, cmap="Greys", vmax=20)
    for i, (mine, right) in enumerate(zip(guess[:24], y[:24], strict=True)):
        row, column = divmod(i, 6)
        text, color = (f"{mine}", MUTED) if mine == right else (f"{mine} ({right})", ROSE)
        ax.text(10 * column + 4.5, 14 * row + 11.3, text, ha="center", va="center", color=color)
    ax.set_title("unseen digits, guesses (truth)")
    ax.set_axis_off()


# ---- where the two widgets start ----

PICTURES = {
    "batch": "batch norm",
    "layer": "layer norm",
    "group": "group norm, two groups",
    "fixed": "batch norm after training",
}


def picture(normalization="batch", examples=6, example=1, feature=2, push=3.0):
    """Draw where the widget `picture` starts: a batch with one number pushed."""
    parameters = (normalization, examples, example, feature, push)
    pushed, after, change = simulate_picture(*parameters)
    at = (min(example, examples) - 1, feature - 1)
    inside = group_of(normalization, pushed.shape, at)
    fig, axes = figure(7.2, 3.4, ncols=2)
    for ax, values, reach in ((axes[0], pushed, 4), (axes[1], change, 2)):
        _signed_cells(ax, values, reach)
        ax.add_patch(Rectangle(at[::-1], 1, 1, fill=False, ec=INK, lw=2.6, zorder=6))
        ax.set(xlabel="feature", yticks=np.arange(examples) + 0.5)
        ax.set_yticklabels(range(1, examples + 1))
    for i, j in np.argwhere(inside):
        edge = {"fill": False, "ec": TEAL, "lw": 1.8, "ls": "--", "zorder": 5}
        axes[0].add_patch(Rectangle((j + 0.05, i + 0.05), 0.9, 0.9, **edge))
    axes[0].set_title("inputs; dashed: what makes the mean")
    axes[1].set_title("how the outputs have changed")
    return fig, _picture_sentence(normalization, examples, push, at, inside, after, change)


def _picture_sentence(normalization, examples, push, at, inside, after, change):
    """The sentence that the widget says, too; `widgets/picture.js` has it in the same words."""
    others = np.abs(np.delete(change.ravel(), at[0] * FEATURES + at[1]))
    moving = others[others > 1e-9]
    most = f", by up to {written(moving.max(), 2)}" if moving.size else ""
    source = f"with the mean and the variance of {_many(int(inside.sum()), 'number')}"
    if normalization == "fixed":
        source = "with numbers that are fixed since training"
    name = PICTURES[normalization]
    return (
        f"{capital(name)}, {_many(examples, 'example')}: the ringed number, pushed by "
        f"{written(push)}, is normalized {source}. Its output moves by {written(change[at], 2)} "
        f"and is now {written(after[at], 2)}; {moving.size} of the {others.size} other outputs "
        f"move{most}."
    )


def _many(count, what):
    return f"{count} {what}" + "s" * (count != 1)


MODE_WORDS = (  # dots, line, dashes
    ("each batch", "running", "truth"),
    ("each batch", "running", "truth"),
    ("in training", "in use", "if all were known"),
)


def modes(batch_size=8, momentum=0.9, value=1.0, drift=0.0, seed=1):
    """Draw where the widget `modes` starts: one example, in training and in use."""
    truth, means, variances, running_mean, running_var, training, after = simulate_modes(
        batch_size, momentum, value, drift, seed
    )
    fig, axes = figure(7.4, 3.0, ncols=3)
    for ax, dots, line, dashes, title in (
        (axes[0], means, running_mean, truth, "mean"),
        (axes[1], variances, running_var, np.ones(MODE_STEPS), "variance"),
        (axes[2], training, after, np.full(MODE_STEPS, value), "output of one example"),
    ):
        ax.plot(dots, ".", color=MUTED, ms=2.5)
        ax.plot(dashes, color=INK, ls=(0, (4, 2)), lw=1.4)
        ax.plot(line, color=TEAL)
        ax.set(title=title, xlabel="step")
    for ax, words in zip(axes, MODE_WORDS, strict=True):
        for row, (text, color) in enumerate(zip(words, (MUTED, TEAL, INK), strict=True)):
            ax.text(0.03, 0.99 - 0.09 * row, text, transform=ax.transAxes, color=color, va="top")
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.45 * (high - low))  # room for the names
    late = [
        f"{written(one[MODE_LATE:].mean(), 2)} ± {written(one[MODE_LATE:].std(), 2)}"
        for one in (training, after)
    ]
    sentence = (
        f"Batch size {batch_size}, momentum {written(momentum)}: an example that lies "
        f"{written(value)} above the mean, in standard deviations, comes out of training mode as "
        f"{late[0]}, and of the mode for use as {late[1]} (mean and spread over the last "
        f"{MODE_STEPS - MODE_LATE} steps). With the true mean and variance it would be "
        f"{written(value)}."
    )
    return fig, sentence
