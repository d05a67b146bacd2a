"""The simulations behind the figures of "Initialization" do what the text says of them."""

import inspect

import numpy as np
import pytest

from lessons.initialization import figures, simulations
from lessons.kit import style
from lessons.kit.digits import digits
from lessons.kit.measured import measured, record_name, recorded
from lessons.kit.network import forward, sgd_step
from solutions import initialization as reference
from tests import redraw


def draw(figure, **parameters):
    with style.context():
        return figure(**parameters)


# ---- every figure ----

FRAMES = [
    (figures.signals, {"c": 1}),
    (figures.signals, {"c": 3, "width": 20}),
    (figures.signals, {"activation": "tanh", "c": 0.5, "width": 20}),
    *((figures.starts, {"start": start}) for start in simulations.STARTS),
    (figures.starts, {"start": "huge", "steps": 0}),
    (figures.spread, {"activation": "sigmoid"}),
    (figures.spread, {"activation": "relu", "c": 4}),
    (figures.spread, {"c": 0.05}),
    *((figures.assumption, {"broken": name}) for name in list(simulations.ASSUMPTIONS)[::3]),
    (figures.angles, {"activation": "tanh", "c": 4}),
    (figures.angles, {"activation": "linear", "c": 0.5}),
    (figures.persistence, {"c": 1.0}),
    (figures.rates, {}),
    *((figures.project, {"scheme": scheme}) for scheme in simulations.SCHEMES),
    (figures.project, {"rate": 1.0}),
]


@pytest.fixture(scope="module")
def frames():
    """Every frame, drawn once: figure, parameters, picture and sentence."""
    return [(figure, given, *draw(figure, **given)) for figure, given in FRAMES]


def test_a_frame_has_one_sentence_with_numbers(frames):
    for _, _, fig, sentence in frames:
        assert fig.axes
        assert sentence.endswith(".")
        assert any(character.isdigit() for character in sentence)
        assert "nan" not in sentence
        assert "e+" not in sentence
        assert "e-" not in sentence


def test_different_settings_say_different_things(frames):
    assert len({sentence for *_, sentence in frames}) == len(FRAMES)


def test_a_figure_drawn_twice_says_the_same(frames):
    for figure, given, _, sentence in frames[::4]:
        assert draw(figure, **given)[1] == sentence


def test_text_fits_into_its_figure(frames):
    for figure, given, fig, _ in frames:
        with style.context():
            fig.canvas.draw()
        for ax in fig.axes:
            for text in ax.texts:
                box = text.get_window_extent()
                assert box.x0 >= 0, (figure.__name__, given, text.get_text())
                assert box.x1 <= fig.bbox.width, (figure.__name__, given, text.get_text())


def test_no_figure_writes_an_answer_down():
    source = inspect.getsource(figures)

    for giveaway in ("np.sqrt(2 / ", "np.sqrt(6 / ", "rng.uniform(-", "np.sqrt(n_in"):
        assert giveaway not in source


def test_a_variance_as_predicted_is_not_a_multiple():
    said = [draw(figures.assumption, broken=one)[1] for one in ("all hold", "inputs have mean 1")]

    assert said[0].endswith("the variance is as predicted.")
    assert said[1].endswith("the variance is 2 times the predicted one.")


@pytest.mark.parametrize("figure", [figures.signals, figures.spread, figures.angles])
def test_a_sentence_begins_with_a_capital(figure):
    assert draw(figure, activation="tanh", c=1)[1].startswith("Tanh, ")


# ---- the flow of signals ----


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_the_simulated_norms_are_those_of_the_network(activation):
    run = simulations.simulate_flow(activation, c=1.5, width=12, depth=4, seed=3)
    X, y, *_ = digits("standardized", 3)
    weights = simulations.same_draw((3, 5), (64, *[12] * 4, 10), 1.5)

    if activation == "relu":
        np.testing.assert_allclose(
            run["activation"], reference.activation_norms(weights[:-1], X[:64])
        )
        np.testing.assert_allclose(
            run["weights"], reference.gradient_norms(weights, X[:64], y[:64])[:-1]
        )
    phi, slope = simulations.height_and_slope(activation)
    params = [(W, np.zeros(W.shape[1])) for W in weights]
    moved = sgd_step(params, X[:64], y[:64], phi, slope, 1.0)
    by_step = [np.linalg.norm(W - V) for (W, _), (V, _) in zip(params, moved, strict=True)]
    np.testing.assert_allclose(run["weights"], by_step[:-1], rtol=1e-9)


def test_the_gradient_at_z_is_that_of_each_example():
    run = simulations.simulate_flow("relu", c=2.0, width=10, depth=2, seed=1, examples=1)
    X, y, *_ = digits("standardized", 1)
    weights = simulations.same_draw((1, 5), (64, 10, 10, 10), 2.0)
    params = [(W, np.zeros(W.shape[1])) for W in weights]

    _, grads = reference.loss_and_grads(params, X[:1], y[:1])

    biases = [np.linalg.norm(db) for _, db in grads]  # of one example: delta itself
    np.testing.assert_allclose(run["gradient"], biases[:-1])
    assert run["top"] == pytest.approx(biases[-1])


def test_wide_networks_follow_the_theory():
    theory = simulations.predict_flow("relu", 2.0, 300, 20, inputs=(64, 61.0))
    runs = [simulations.simulate_flow("relu", 2.0, 300, 20, seed=seed) for seed in range(8)]

    found = np.sqrt(np.mean([run["activation"] ** 2 for run in runs], axis=0))
    # ln of the squared norm has variance 5 * 20 / 300, so one of eight runs is off by 0.2 or so,
    # and 64 digits vary in length by a tenth.
    assert np.abs(np.log(found / theory["activation"])).max() < 0.4


@pytest.mark.parametrize("c", [0.5, 1.0, 3.0])
def test_the_theory_line_is_a_power_of_half_of_c(c):
    theory = simulations.predict_flow("relu", c, 100, 50)

    np.testing.assert_allclose(theory["activation"][1:] / theory["activation"][:-1], (c / 2) ** 0.5)
    np.testing.assert_allclose(theory["gradient"][:-1] / theory["gradient"][1:], (c / 2) ** 0.5)
    np.testing.assert_allclose(theory["weights"][1:], theory["weights"][1], rtol=1e-9)
    np.testing.assert_allclose(
        theory["activation"][1:],
        reference.predicted_norm(c, 49, theory["activation"][0])[1:],
        rtol=1e-9,
    )


def test_the_figure_of_the_flow_asks_the_functions_it_is_given():
    def ninety(weights, X):
        return np.full(len(weights), 90.0)

    def seventy(weights, X, y):
        return np.full(len(weights), 70.0)

    _, sentence = draw(figures.signals, activation_norms=ninety, gradient_norms=seventy, width=20)

    assert "ends at 90" in sentence
    assert "begins with 70" in sentence


# ---- symmetric starts ----


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_from_zero_only_the_output_bias_learns(activation):
    path, _ = simulations.simulate_start("zero", 100, activation)
    (W1, b1), (W2, b2) = path[-1]

    assert not W1.any()
    assert not b1.any()
    assert not W2.any()
    # Both classes are equally frequent here, so even that bias has nothing to learn.
    assert np.abs(b2).max() < 1e-12


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_equal_units_stay_equal_and_move(activation):
    path, losses = simulations.simulate_start("constant", 300, activation)

    assert simulations.distinct(path[-1][0][0]) == 1
    assert np.abs(path[-1][0][0] - path[0][0][0]).max() > 0.05
    assert losses[-1] < losses[0]


def test_different_units_stay_different_and_learn():
    path, losses = simulations.simulate_start("good")

    assert simulations.distinct(path[-1][0][0]) == 12
    assert losses[-1] < 0.01


def test_the_figure_of_starts_asks_the_function_it_is_given():
    _, sentence = draw(figures.starts, symmetric_groups=lambda W, tol: 77)

    assert "counts 77" in sentence


# ---- spread, assumptions, angles ----


def test_a_healthy_spread_hides_a_dead_signal():
    run = simulations.simulate_spread("sigmoid", 1.0, width=200, depth=12)

    assert run["overall"][-1] > 0.1
    assert run["signal"][-1] < 1e-6
    factor = (run["signal"][-1] / run["signal"][4]) ** (1 / 7)
    assert factor == pytest.approx(0.24, abs=0.02)


def test_tanh_fades_slowly_and_small_weights_fast():
    slowly = simulations.simulate_spread("tanh", 1.0, width=300)
    fast = simulations.simulate_spread("tanh", 0.05, width=300, depth=10)

    assert 0.08 < slowly["overall"][-1] < 0.12
    assert fast["overall"][-1] < 1e-6


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_bars_of_a_histogram_and_its_zeros_are_nearly_all_outputs(activation):
    run = simulations.simulate_spread(activation, 1.0, width=100, depth=12)

    assert run["shares"].shape == (3, simulations.BARS)
    np.testing.assert_allclose(run["zeros"] + run["shares"].sum(axis=1), 100, atol=0.3)


def test_either_half_of_independence_covers_for_the_other():
    ratios = [
        np.var(simulations.simulate_assumption(**how)) for how in simulations.ASSUMPTIONS.values()
    ]

    # 30,000 draws: 5 standard errors of a variance of normal draws are 4%, of products 9%.
    expected = [1, 2, 2, 1, 1, 64, 2, 0.394]
    np.testing.assert_allclose(ratios, expected, rtol=0.12)


def test_relu_makes_inputs_alike_and_large_tanh_makes_copies_strangers():
    alike = simulations.simulate_angles("relu", 2.0, depth=20)
    strangers = simulations.simulate_angles("tanh", 4.0, depth=20)

    assert alike["copies"][0] == pytest.approx(simulations.COPY)
    assert alike["different"][-1] > 0.85
    assert alike["copies"][-1] > 0.95
    assert strangers["copies"][-1] < 0.5


def test_the_angle_through_relu_does_not_depend_on_the_scale():
    one, four = (simulations.simulate_angles("relu", c, depth=10) for c in (1.0, 4.0))

    np.testing.assert_allclose(one["different"], four["different"])


# ---- training ----


@pytest.fixture(scope="module")
def persistent():
    return simulations.simulate_persistence(c=2.0)


def test_the_weights_hardly_move_and_the_activations_do(persistent):
    run = persistent

    assert run["error"] < 0.08
    assert run["moved"][:-1].max() < 0.2
    assert run["activation"][1, -1] > 2 * run["activation"][0, -1]
    np.testing.assert_allclose(run["variance"][1], run["variance"][0], rtol=0.05)


def test_the_distances_of_the_figure_are_relative_distances(persistent):
    before = simulations.persistence_start(2.0)[-1][0]

    distance = reference.relative_distance(persistent["last_weights"], before)

    assert persistent["moved"][-1] == pytest.approx(distance)


def test_the_project_trains_like_the_reference():
    X, y, *_ = simulations.project_data()
    first, params, losses = simulations.simulate_project("he", 0.1, steps=8)

    ours, ours_losses = reference.train(first, X, y, 0.1, 8)

    np.testing.assert_allclose(losses, ours_losses[:: simulations.LOSS_EVERY])
    np.testing.assert_allclose(params[0][0], ours[0][0])


def test_the_figure_of_the_project_uses_the_functions_it_is_given():
    _, sentence = draw(
        figures.project, init_weights=reference.init_weights, train=reference.train, scheme="zero"
    )

    assert "Your functions" in sentence
    assert "the loss begins at 2.3 " in sentence


# ---- what was recorded ----


@pytest.mark.parametrize(
    ("simulation", "setting", "close"),
    [
        (
            simulations.simulate_flow,
            {"activation": "tanh", "c": 1.5, "width": 100, "seed": 3},
            6e-3,
        ),
        (simulations.simulate_flow, {"activation": "relu", "c": 3, "width": 20, "seed": 0}, 6e-3),
        (simulations.simulate_looks, {"start": "tiny"}, 1e-3),
        (simulations.simulate_spread, {"activation": "relu", "c": 2.78}, 6e-3),
        (simulations.simulate_angles, {"activation": "sigmoid", "c": 0.5, "seed": 4}, 6e-4),
    ],
)
def test_what_figures_draw_is_what_the_simulation_finds(simulation, setting, close):
    found, kept = simulation(**setting), recorded(simulation, **setting)

    assert record_name(simulation, setting) in measured("initialization")
    assert found.keys() == kept.keys()
    for name, values in found.items():
        np.testing.assert_allclose(kept[name], values, rtol=close, err_msg=name)


def test_what_training_changed_is_recorded(persistent):
    kept = recorded(simulations.simulate_persistence, c=2.0)

    assert persistent.keys() == kept.keys()
    for name, values in persistent.items():
        # Long training may turn the round-off of another machine into small differences.
        np.testing.assert_allclose(kept[name], values, rtol=0.03, atol=3e-3, err_msg=name)


def test_every_setting_of_the_lesson_is_recorded(monkeypatch):
    known = measured("initialization")

    def only_recorded(simulation, **setting):
        assert record_name(simulation, setting) in known
        return recorded(simulation, **setting)

    monkeypatch.setattr(figures, "recorded", only_recorded)
    shown = [live.plan for live in redraw.figures("initialization")]
    drawn = [plan for plan in shown if plan.figure.__name__ in RECORDED]

    assert {plan.figure.__name__ for plan in drawn} == RECORDED
    for plan in drawn:
        for setting in plan.grid:
            draw(plan.figure, **setting)


RECORDED = {"signals", "starts", "spread", "angles", "persistence"}


def test_a_setting_that_is_not_recorded_is_simulated():
    setting = {"activation": "linear", "c": 2.5, "width": 6, "seed": 1}

    assert record_name(simulations.simulate_flow, setting) not in measured("initialization")
    np.testing.assert_array_equal(
        recorded(simulations.simulate_flow, **setting)["activation"],
        simulations.simulate_flow(**setting)["activation"],
    )


def test_equal_units_are_recorded_as_equal():
    _, _, _, last = recorded(simulations.simulate_looks, start="constant")["params"]
    (W, _), _ = simulations.unpacked(last)

    assert simulations.distinct(W) == 1


# ---- what the text says of the widget that trains ----


def watched(scheme, rate):
    """Loss and held-out accuracy after 300 steps."""
    params, losses = simulations.simulate_watched(scheme, rate=rate, steps=300)
    _, _, X, y = simulations.small_digits()
    logits = forward(X, params, simulations.height_and_slope("relu")[0])[1][-1]
    return losses[-1], np.mean(logits.argmax(axis=1) == y)


def test_a_large_start_learns_by_heart():
    loss, right = watched("large", 0.01)

    assert loss < 0.01
    assert 0.35 < right < 0.65


def test_a_small_start_stays_on_its_plateau_and_a_zero_start_on_frequencies():
    _, y, *_ = simulations.small_digits()
    shares = np.bincount(y) / len(y)

    assert watched("small", 1.0)[0] > 2.25
    assert watched("zero", 1.0)[0] == pytest.approx(-np.sum(shares * np.log(shares)), abs=1e-3)


def test_a_calibrated_start_reads_digits():
    for scheme in ("xavier", "he"):
        assert watched(scheme, 0.3)[1] > 0.9
