"""The widgets of "Initialization" compute in the browser what the reference computes."""

import numpy as np
import pytest

from lessons.initialization import figures, simulations
from lessons.kit.network import forward
from lessons.kit.widget import joined, source
from solutions import initialization as reference

FOLDER = "lessons/initialization/widgets"
DIGITS = f"{FOLDER}/digits.js"
DEPTH = f"{FOLDER}/depth_experiment.js"
WATCH = f"{FOLDER}/watch_it_train.js"
DEPTHS = [
    {"activation": "relu", "c": 2.0, "depth": 20, "width": 32, "seed": 1, "rate": 0.03},
    {"activation": "relu", "c": 1.0, "depth": 50, "width": 16, "seed": 3, "rate": 0.3},
    {"activation": "tanh", "c": 3.0, "depth": 9, "width": 64, "seed": 2, "rate": 0.1},
    {"activation": "sigmoid", "c": 4.0, "depth": 2, "width": 32, "seed": 5, "rate": 0.1},
]
STARTS = [
    {"scheme": scheme, "activation": activation, "depth": depth, "rate": 0.1, "seed": 2}
    for scheme, activation, depth in (
        ("zero", "relu", 2),
        ("small", "tanh", 3),
        ("xavier", "sigmoid", 1),
        ("he", "relu", 4),
        ("large", "tanh", 2),
    )
]


def network(layers):
    """The browser's layers as pairs (W, b)."""
    return [
        (np.reshape(one["W"]["data"], (one["W"]["rows"], one["W"]["cols"])), np.array(one["b"]))
        for one in layers
    ]


@pytest.mark.parametrize("figure", [figures.depth_experiment, figures.watch_it_train])
def test_the_joined_module_is_a_module(in_node, tmp_path, figure):
    file = tmp_path / "joined.mjs"
    file.write_text(joined(source(figure)), "utf-8")

    assert in_node(file, "typeof it.default.render") == "function"


def test_the_digits_are_those_of_scikit_learn(in_node):
    theirs = in_node(DIGITS, "it.smallDigits()")

    X, y, X_held, y_held = simulations.small_digits()
    np.testing.assert_allclose(theirs["X"]["data"], X.ravel(), atol=1e-12)
    np.testing.assert_allclose(theirs["heldX"]["data"], X_held.ravel(), atol=1e-12)
    assert theirs["y"] == y.tolist()
    assert theirs["heldY"] == y_held.tolist()


# ---- the depth experiment ----


@pytest.mark.parametrize("state", DEPTHS)
def test_the_norms_are_those_of_the_reference(in_node, state):
    runs = in_node(DEPTH, "it.simulate(data).runs", state)

    given = {name: value for name, value in state.items() if name != "rate"}
    ours = simulations.simulate_depth_experiment(**given)
    # The figures have the sigmoid from a table.
    tolerance = 1e-5 if state["activation"] == "sigmoid" else 1e-8
    for theirs, mine in zip(runs, ours, strict=True):
        for name in ("activation", "gradient", "weights", "top"):
            np.testing.assert_allclose(theirs[name], mine[name], rtol=tolerance)
    if state["activation"] == "relu":
        X, y, *_ = simulations.small_digits()
        sizes = (64, *[state["width"]] * state["depth"], 10)
        weights = simulations.stream_start(100 * state["seed"], sizes, lambda d, m: state["c"] / d)
        np.testing.assert_allclose(
            runs[0]["activation"], reference.activation_norms(weights[:-1], X[:32]), rtol=1e-8
        )
        np.testing.assert_allclose(
            runs[0]["weights"], reference.gradient_norms(weights, X[:32], y[:32])[:-1], rtol=1e-8
        )


@pytest.mark.parametrize("state", DEPTHS)
def test_the_theory_is_that_of_the_figures(in_node, state):
    answer = in_node(DEPTH, "it.simulate(data)", state)

    top = np.median([run["top"] for run in answer["runs"]])
    X, *_ = simulations.small_digits()
    ours = simulations.predict_flow(
        state["activation"],
        state["c"],
        state["width"],
        state["depth"],
        top,
        (64, simulations.row_size(X[:32]) ** 2),
    )
    for name, values in ours.items():
        np.testing.assert_allclose(answer["theory"][name], values, rtol=1e-3)


@pytest.mark.parametrize("state", DEPTHS)
def test_the_picture_of_the_depth_experiment_says_what_the_widget_says(in_node, state):
    theirs = in_node(DEPTH, "it.sentence(it.simulate(data), data, null)", state)

    assert figures.depth_experiment(**state)[1] == theirs


def test_training_takes_the_steps_of_the_reference(in_node):
    state = DEPTHS[0]
    both = in_node(
        DEPTH,
        "(() => { const run = it.begin(data, it.simulate(data));"
        " const rows = [...run.random.permutation(300)];"
        " const again = it.begin(data, it.simulate(data)); it.advance(again); it.advance(again);"
        " return { rows, layers: again.layers, moved: again.moved, held: it.held(again) }; })()",
        state,
    )
    X, y, X_held, y_held = simulations.small_digits()
    sizes = (64, *[state["width"]] * state["depth"], 10)
    weights = simulations.stream_start(100 * state["seed"], sizes, lambda d, m: state["c"] / d)
    params = [(W, np.zeros(W.shape[1])) for W in weights]

    for rows in (both["rows"][:32], both["rows"][32:64]):
        params = reference.train_step(params, X[rows], y[rows], state["rate"])

    for (W, b), (mine_W, mine_b) in zip(network(both["layers"]), params, strict=True):
        np.testing.assert_allclose(W, mine_W, atol=1e-9)
        np.testing.assert_allclose(b, mine_b, atol=1e-9)
    logits = forward(X_held, params, lambda z: np.maximum(z, 0))[1][-1]
    assert both["held"] == pytest.approx(np.mean(logits.argmax(axis=1) == y_held))


def test_the_distance_shown_is_the_relative_distance(in_node):
    answer = in_node(
        DEPTH,
        "(() => { const run = it.begin(data, it.simulate(data));"
        " for (let i = 0; i < 10; i += 1) it.advance(run);"
        " return { first: run.first, layers: run.layers, moved: run.moved }; })()",
        DEPTHS[3],
    )
    pairs = zip(network(answer["layers"]), network(answer["first"]), strict=True)
    ours = [reference.relative_distance(now[0], before[0]) for now, before in pairs]

    np.testing.assert_allclose(answer["moved"], ours, rtol=1e-9)
    assert min(ours) > 0


def test_weights_that_have_hardly_moved_are_said_so_once(in_node):
    said = in_node(
        DEPTH,
        "(() => { const now = it.simulate(data); const run = it.begin(data, now);"
        " for (let i = 0; i < 10; i += 1) it.advance(run);"
        " return it.sentence(now, data, run); })()",
        DEPTHS[1],
    )

    assert "have moved by under 1% of their size" in said


def test_at_half_the_variance_only_the_gradients_by_the_weights_are_small():
    small, right = (
        simulations.simulate_depth_experiment(c=c, depth=50, width=32) for c in (1.0, 2.0)
    )

    for run in small:
        assert run["weights"].max() < 1e-6
        assert run["gradient"][0] < 1e-6
        assert run["gradient"][-1] > 0.1
    sizes = [np.median([run["weights"] for run in runs]) for runs in (small, right)]
    # 2^25 by theory, times or over the luck of fifty layers of 32 units.
    assert 2**23 < sizes[1] / sizes[0] < 2**27


def test_at_half_the_variance_the_last_biases_learn_and_nothing_else():
    X, y, *_ = simulations.small_digits()
    weights = simulations.stream_start(100, (64, *[32] * 50, 10), lambda d, m: 1 / d)
    start = params = simulations.with_biases(weights)
    for step in range(400):
        rows = np.arange(32 * step, 32 * step + 32) % 300
        params = reference.train_step(params, X[rows], y[rows], 0.3)

    assert 2.2 < simulations.mean_loss(params, X, y) < 2.31
    assert min(np.abs(b).max() for _, b in params[-3:]) > 0.01
    pairs = zip(params[:-1], start[:-1], strict=True)
    assert max(reference.relative_distance(W, V) for (W, _), (V, _) in pairs) < 0.01


def test_a_run_that_overflows_ends_and_says_so(in_node):
    state = {**DEPTHS[0], "c": 4.0, "depth": 50, "rate": 0.3}
    said = in_node(
        DEPTH,
        "(() => { const now = it.simulate(data); const run = it.begin(data, now); let more = true;"
        " for (let i = 0; more && i < 20; i += 1) more = it.advance(run);"
        " return [more, it.sentence(now, data, run)]; })()",
        state,
    )

    assert said[0] is False
    assert "overflowed" in said[1]


# ---- watch it train ----


@pytest.mark.parametrize("state", STARTS)
def test_the_picture_of_the_project_says_what_the_widget_says(in_node, state):
    theirs = in_node(WATCH, "it.sentence(it.simulate(data), data, null)", state)

    assert figures.watch_it_train(**state)[1] == theirs


@pytest.mark.parametrize("state", STARTS)
def test_the_losses_are_those_of_the_same_training_here(in_node, state):
    answer = in_node(
        WATCH,
        "(() => { const run = it.begin(data, it.simulate(data));"
        " for (let i = 0; i < 5; i += 1) it.advance(run);"
        " return { losses: run.losses, counts: it.confusion(run), right: it.accuracy(run) }; })()",
        state,
    )

    params, losses = simulations.simulate_watched(**state, steps=5)
    np.testing.assert_allclose(answer["losses"], losses, rtol=1e-6)
    if state["activation"] == "relu":
        X, y, *_ = simulations.small_digits()
        start = simulations.simulate_watched(**state)[0]
        np.testing.assert_allclose(losses, reference.train(start, X, y, state["rate"], 5)[1])
    _, _, X_held, y_held = simulations.small_digits()
    phi = simulations.height_and_slope(state["activation"])[0]
    said = forward(X_held, params, phi)[1][-1].argmax(axis=1)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (y_held, said), 1)
    assert answer["right"] == pytest.approx(np.mean(said == y_held))
    assert answer["counts"] == counts.tolist()
