"""The widget `flow`: what it computes in the browser is what the chapter's reference computes."""

import numpy as np
import pytest

from autograder.course.exercise import chapter
from lessons.activations import figures, simulations
from solutions import activations as reference

ACTIVATIONS = "lessons/kit/widgets/activations.js"
FLOW = "lessons/activations/widgets/flow.js"
EXTREME = [0.0, 1e-300, 1e-12, 1e-5, 20, 36, 40, 100, 700, 709.5, 745, 1000, 1e8, 1e300]
INPUTS = np.concatenate([np.linspace(-12, 12, 481), EXTREME, np.negative(EXTREME)])
STARTS = [
    {"activation": "sigmoid", "mean": 0.0, "width": 2.0, "depth": 10, "c": 1.0, "seed": 1},
    {"activation": "tanh", "mean": -1.5, "width": 0.4, "depth": 20, "c": 2.0, "seed": 2},
    {"activation": "relu", "mean": -2.0, "width": 1.0, "depth": 12, "c": 2.0, "seed": 3},
    {"activation": "leaky_relu", "mean": 3.0, "width": 6.0, "depth": 30, "c": 16.0, "seed": 4},
    {"activation": "elu", "mean": -6.0, "width": 3.0, "depth": 1, "c": 0.25, "seed": 5},
    {"activation": "swish", "mean": -1.0, "width": 2.0, "depth": 15, "c": 2.0, "seed": 6},
    {"activation": "gelu", "mean": 0.5, "width": 3.0, "depth": 30, "c": 4.0, "seed": 7},
]


def pair(name):
    smooth = figures._smooth(reference.sigmoid, reference.sigmoid_grad)
    known = {**vars(reference), **smooth, "tanh": np.tanh}
    return known[name], known[f"{name}_grad"]


def test_every_elementwise_function_of_the_chapter_is_there_with_its_slope(in_node):
    theirs = in_node(ACTIVATIONS, "Object.keys(it.activations)")
    ours = {one.name for one in chapter("activations").exercises if one.curve}
    given = {"tanh", "swish", "swish_grad", "gelu", "gelu_grad"}
    assert ours | given == set(theirs) | {f"{name}_grad" for name in theirs}


@pytest.mark.parametrize(
    ("name", "alpha"),
    [(name, None) for name in ("sigmoid", "tanh", "relu", "swish", "gelu")]
    + [("leaky_relu", alpha) for alpha in (0.01, 0.2, 1.5)]
    + [("elu", alpha) for alpha in (1.0, 0.3, 2.0)],
)
def test_heights_and_slopes_are_those_of_the_reference_to_1e_10(in_node, name, alpha):
    call = "data.z.map((z) => it.activations[data.name].{}(z, data.alpha ?? undefined))"
    answer = in_node(
        ACTIVATIONS,
        f"[{call.format('value')}, {call.format('slope')}]",
        {"name": name, "alpha": alpha, "z": INPUTS.tolist()},
    )
    rest = () if alpha is None else (alpha,)
    for theirs, function in zip(answer, pair(name), strict=True):
        with np.errstate(over="ignore"):  # the square of 1e300, in the density of a normal
            ours = function(INPUTS, *rest)
        np.testing.assert_allclose(theirs, ours, rtol=1e-10, atol=1e-10)


@pytest.fixture(scope="module", params=STARTS, ids=lambda start: start["activation"])
def both(request, in_node):
    """A start, every layer as the browser computes it, and the same by the reference."""
    start = dict(request.param)
    layers = in_node(FLOW, "it.simulate(data)", start)
    name = start.pop("activation")
    return name, layers, simulations.simulate_flow(*pair(name), **start)


def test_every_layer_and_every_gradient_is_that_of_the_reference_to_1e_10(both):
    _, layers, arrays = both
    for key, wished in zip(("z", "a", "slopes", "delta"), arrays, strict=True):
        for layer, wish in zip(layers, wished, strict=True):
            size = max(1, np.abs(wish).max()) if key != "delta" else np.abs(wish).max()
            theirs = np.reshape(layer[key]["data"], wish.shape)
            np.testing.assert_allclose(theirs, wish, rtol=0, atol=1e-10 * size)


def test_saturated_and_dead_shares_are_those_that_the_exercises_define(both):
    name, layers, (z, a, slopes, _) = both
    for layer, inputs, outputs, slope in zip(layers, z, a, slopes, strict=True):
        if name in ("sigmoid", "tanh"):
            assert layer["saturated"] == reference.saturated_fraction(outputs, name, 0.03)
        dead = np.mean(reference.dead_units(inputs)) if name == "relu" else 0
        assert (layer["dead"], layer["flat"]) == (dead, np.mean(np.abs(slope) < 0.01))


def test_means_spreads_and_sizes_are_those_of_numpy(both):
    _, layers, (_, a, _, delta) = both
    for layer, outputs, gradient in zip(layers, a, delta, strict=True):
        wished = outputs.mean(), outputs.std(), np.sqrt(np.mean(gradient**2))
        theirs = layer["mean"], layer["deviation"], layer["gradient"]
        np.testing.assert_allclose(theirs, wished, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start["activation"])
def test_the_picture_of_the_start_says_what_the_widget_says(in_node, start):
    theirs = in_node(FLOW, "it.sentence(it.simulate(data), data)", start)
    assert figures.flow(**start)[1] == theirs


def test_sigmoids_forget_the_inputs_within_ten_layers_and_relu_hands_their_size_on():
    def last(name, mean, width):
        _, a, _, _ = simulations.simulate_flow(*pair(name), mean, width, depth=10, c=1.0, seed=1)
        return a[-1].mean(), a[-1].std()

    forgotten = [last("sigmoid", mean, width) for mean in (0, 3) for width in (0.5, 2, 6)]
    np.testing.assert_allclose(forgotten, [forgotten[0]] * 6, rtol=1e-2)
    np.testing.assert_allclose(last("relu", 0, 6), 3 * np.array(last("relu", 0, 2)), rtol=1e-10)


def test_a_deeper_network_has_the_same_first_layers(in_node):
    start = STARTS[1]
    short, long = in_node(
        FLOW,
        "[3, 9].map((depth) => it.simulate({ ...data, depth }).slice(0, 3).map((l) => l.a))",
        start,
    )
    assert short == long
