"""The widgets of "Normalization" compute in the browser what the chapter's references compute."""

import numpy as np
import pytest

from lessons.kit.stream import Stream
from lessons.normalization import figures, simulations
from solutions import normalization as reference

PICTURE = "lessons/normalization/widgets/picture.js"
MODES = "lessons/normalization/widgets/modes.js"
PICTURES = [
    {"normalization": "batch", "examples": 6, "example": 1, "feature": 2, "push": 3.0},
    {"normalization": "layer", "examples": 5, "example": 4, "feature": 6, "push": -11.5},
    {"normalization": "group", "examples": 3, "example": 2, "feature": 4, "push": 0.5},
    {"normalization": "fixed", "examples": 8, "example": 8, "feature": 1, "push": 7.0},
    {"normalization": "batch", "examples": 2, "example": 7, "feature": 3, "push": -2.0},
    {"normalization": "batch", "examples": 1, "example": 1, "feature": 1, "push": 12.0},
]
STARTS = [
    {"batch_size": 8, "momentum": 0.9, "value": 1.0, "drift": 0.0, "seed": 1},
    {"batch_size": 1, "momentum": 0.5, "value": -2.5, "drift": 0.0, "seed": 2},
    {"batch_size": 2, "momentum": 0.0, "value": 0.3, "drift": 0.1, "seed": 3},
    {"batch_size": 64, "momentum": 0.999, "value": 3.0, "drift": 0.05, "seed": 4},
]


def by_reference(x, unpushed, normalization):
    ones = np.ones(x.shape[1])
    if normalization == "layer":
        return reference.layernorm(x, ones, 0 * ones)[0]
    if normalization == "group":
        three = np.ones(simulations.GROUP)
        halves = x.reshape(-1, simulations.GROUP)
        return reference.layernorm(halves, three, 0 * three)[0].reshape(x.shape)
    if normalization == "fixed":
        return reference.batchnorm_eval(x, ones, 0 * ones, *reference.batch_statistics(unpushed))
    return reference.batchnorm_train(x, ones, 0 * ones)[0]


@pytest.mark.parametrize("start", PICTURES, ids=lambda start: start["normalization"])
def test_the_picture_is_that_of_the_exercises_to_1e_10(in_node, start):
    theirs = in_node(PICTURE, "it.simulate(data)", start)
    x = Stream(1).normals(simulations.MOST, simulations.FEATURES)[: start["examples"]]
    pushed, after, change = simulations.simulate_picture(**start)
    wished = by_reference(pushed, x, start["normalization"])

    np.testing.assert_allclose(np.reshape(theirs["after"]["data"], x.shape), wished, atol=1e-10)
    np.testing.assert_allclose(after, wished, atol=1e-10)
    base = by_reference(x, x, start["normalization"])
    np.testing.assert_allclose(change, wished - base, atol=1e-10)
    np.testing.assert_allclose(
        np.reshape(theirs["change"]["data"], x.shape), wished - base, atol=1e-10
    )
    at = theirs["row"], theirs["column"]
    now = theirs["pushes"].index(start["push"])
    assert theirs["curve"][now] == pytest.approx(wished[at], abs=1e-10)
    if start["normalization"] != "fixed":
        assert max(map(abs, theirs["curve"])) <= theirs["bound"] + 1e-10


# With fixed numbers nothing else matters, and alone in a batch there is nothing else.
IN_COMPANY = [one for one in PICTURES if one["normalization"] != "fixed" and one["examples"] > 1]


@pytest.mark.parametrize("start", IN_COMPANY, ids=lambda start: start["normalization"])
def test_the_frames_are_around_the_numbers_that_the_ringed_output_answers_to(in_node, start):
    theirs = in_node(PICTURE, "it.simulate(data)", start)
    x = np.reshape(theirs["x"]["data"], (start["examples"], simulations.FEATURES))
    at = theirs["row"], theirs["column"]
    answers = np.zeros(x.shape)
    for other in np.ndindex(x.shape):
        moved = x.copy()
        moved[other] += 0.5
        out = by_reference(moved, x, start["normalization"])
        answers[other] = abs(out[at] - by_reference(x, x, start["normalization"])[at]) > 1e-9

    np.testing.assert_array_equal(np.reshape(theirs["inside"]["data"], x.shape), answers)


@pytest.mark.parametrize("start", STARTS, ids=lambda start: f"batch-{start['batch_size']}")
def test_both_modes_are_those_of_the_exercises_to_1e_10(in_node, start):
    theirs = in_node(MODES, "it.simulate(data)", start)
    truth, means, variances, running_mean, running_var, training, after = (
        simulations.simulate_modes(**start)
    )
    noise = Stream(start["seed"]).normals(simulations.MODE_STEPS, simulations.MODE_LARGEST)
    mean, var = np.zeros(1), np.ones(1)
    for t in range(simulations.MODE_STEPS):
        x = truth[t] + noise[t, : start["batch_size"], None]
        company = np.concatenate([[[truth[t] + start["value"]]], x[:-1]])
        seen = reference.batch_statistics(x)
        mean, var = (
            reference.update_running(old, new, start["momentum"])
            for old, new in zip((mean, var), seen, strict=True)
        )
        wished = {
            "means": seen[0][0],
            "variances": seen[1][0],
            "runningMean": mean[0],
            "runningVar": var[0],
            "training": reference.batchnorm_train(company, [1], [0])[0][0, 0],
            "after": reference.batchnorm_eval(company[:1], [1], [0], mean, var)[0, 0],
        }
        ours = (means, variances, running_mean, running_var, training, after)
        for (name, wish), mine in zip(wished.items(), ours, strict=True):
            assert theirs[name][t] == pytest.approx(wish, rel=1e-10, abs=1e-10), (name, t)
            assert mine[t] == pytest.approx(wish, rel=1e-9, abs=1e-9), (name, t)


@pytest.mark.parametrize(
    ("file", "figure", "start"),
    [(PICTURE, figures.picture, one) for one in PICTURES]
    + [(MODES, figures.modes, one) for one in STARTS],
)
def test_the_picture_of_the_start_says_what_the_widget_says(in_node, file, figure, start):
    theirs = in_node(file, "it.sentence(it.simulate(data), data)", start)

    assert figure(**start)[1] == theirs


def test_alone_in_its_batch_an_example_is_lost_in_training_and_blown_up_in_use():
    *_, training, after = simulations.simulate_modes(batch_size=1, momentum=0.9, value=2.0)

    assert np.abs(training).max() < 1e-12
    assert 100 < np.abs(after[100:]).mean() < 1000
