"""The widget `step`: what it computes in the browser is what the figure in Python computes."""

import itertools

import numpy as np
import pytest

from lessons.gradients import figures, simulations

STEP = "lessons/gradients/widgets/step.js"
PLACES = (-2.0, -1.3, -0.1, 0.0, 0.4, 1.0, 1.7)
STATES = [
    {"curve": curve, "precision": precision, "scheme": scheme}
    for curve, precision, scheme in itertools.product(
        simulations.CURVES, simulations.PRECISIONS, ("centered", "forward")
    )
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: "-".join(state.values()))
def test_every_error_is_that_of_the_reference_to_1e_10(in_node, state):
    theirs = in_node(
        STEP,
        "data.places.map((x) => it.simulate({ ...data.state, x, halvings: 0 }).errors)",
        {"state": state, "places": PLACES},
    )

    for x, errors in zip(PLACES, theirs, strict=True):
        _, ours = simulations.simulate_steps(state["curve"], x, state["precision"], state["scheme"])
        np.testing.assert_allclose(errors, ours, rtol=1e-10, atol=0)


@pytest.mark.parametrize("state", STATES, ids=lambda state: "-".join(state.values()))
def test_the_lines_of_the_theory_are_those_of_the_figure(in_node, state):
    h = 0.5 ** np.arange(0, 51, 5)
    theirs = in_node(
        STEP,
        "data.h.map((h) => it.expected({ ...data.state, x: 1.3 }, h))",
        {"state": state, "h": h.tolist()},
    )

    ours = simulations.expected_errors(state["curve"], 1.3, state["precision"], state["scheme"], h)
    np.testing.assert_allclose(np.transpose(theirs), ours, rtol=1e-10)


@pytest.mark.parametrize(
    "start", [{**state, "x": x, "halvings": k} for state in STATES for x, k in ((1.3, 8), (0, 30))]
)
def test_the_picture_of_the_start_says_what_the_widget_says(in_node, start):
    theirs = in_node(STEP, "it.sentence(it.simulate(data), data)", start)

    assert figures.step(**start)[1] == theirs


def test_single_precision_is_far_from_double_where_the_step_is_small(in_node):
    state = {"curve": "bell", "scheme": "centered", "x": 1.3, "halvings": 20}
    code = '["float64", "float32"].map((p) => it.simulate({ ...data, precision: p }).error)'

    double, single = in_node(STEP, code, state)

    assert single > 1e5 * double
