"""The simulations behind the figures of "Normalization" do what the text says of them."""

import inspect
from functools import cache

import numpy as np
import pytest

from lessons.kit import style
from lessons.kit.digits import digits
from lessons.kit.measured import measured
from lessons.normalization import figures, simulations
from lessons.normalization.measurements import BATCH, LAYER, RUNNING
from solutions import normalization as reference


def using(*names):
    return {name: getattr(reference, name) for name in names}


def draw(figure, **parameters):
    with style.context():
        return figure(**parameters)


# ---- every figure ----

NORMS = using("batchnorm_train", "batchnorm_backward", "layernorm", "layernorm_backward")
MOVED = using("batchnorm_train", "layernorm", "batchnorm_eval")
PROJECT = using("train_network", "network_predict")
BOTH_WAYS = using("batchnorm_train", "batchnorm_backward")
FRAMES = [
    *(
        (figures.cells, {"normalization": kind, "positions": p})
        for kind in figures.KINDS
        for p in (1, 3)
    ),
    *((figures.graph, {"step": step}) for step in range(7)),
    *((figures.moved, {"normalization": mode, **MOVED}) for mode in figures.MODES),
    *(
        (figures.who, {"normalization": f"{k} norm", **using("influence")})
        for k in ("batch", "layer")
    ),
    *((figures.deep, {"normalization": name, **NORMS}) for name in figures.NAMES),
    *((figures.tolerance, {"c": c}) for c in (0.01, 2.0, 50.0)),
    (figures.batch_sizes, {}),
    *((figures.scale, {"eps": eps, **BOTH_WAYS}) for eps in (1e-3, 1e-8)),
    *((figures.weights, {"decay": decay}) for decay in figures.DECAYS),
    *((figures.placed, {"place": p, **using("batchnorm_train")}) for p in simulations.PLACES),
    *((figures.drift, {"network": network}) for network in figures.NETWORKS),
    (figures.running, {"batch_size": 4, "momentum": 0.0, **RUNNING}),
    (figures.learned, PROJECT),
]


@cache
def drawn(frame):
    figure, parameters = FRAMES[frame]
    return draw(figure, **parameters)


@pytest.mark.parametrize("frame", range(len(FRAMES)))
def test_a_frame_has_one_sentence_with_numbers_and_its_text_fits(frame):
    fig, sentence = drawn(frame)

    assert sentence.endswith(".")
    assert any(character.isdigit() for character in sentence)
    assert "nan" not in sentence
    with style.context():
        fig.canvas.draw()
    for ax in fig.axes:
        for text in [*ax.texts, ax.title, ax._left_title]:
            box = text.get_window_extent()
            assert box.x0 >= 0, text.get_text()
            assert box.x1 <= fig.bbox.width, text.get_text()


def test_different_settings_say_different_things():
    sentences = {drawn(frame)[1] for frame in range(len(FRAMES))}

    assert len(sentences) == len(FRAMES)


def test_no_figure_writes_a_normalization_down():
    source = inspect.getsource(figures)

    for giveaway in ("+ eps)", "np.sqrt(var", "/ std", "keepdims=True) /", "xhat *"):
        assert giveaway not in source


# ---- cells and graph ----


@pytest.mark.parametrize("kind", ["batch norm", "layer norm"])
def test_the_shaded_cells_are_those_that_the_output_answers_to(kind):
    normalize = reference.batchnorm_train if kind == "batch norm" else reference.layernorm
    x = np.random.default_rng(0).standard_normal((simulations.EXAMPLES, simulations.CHANNELS))
    ones = np.ones(simulations.CHANNELS)
    answers = np.zeros(x.shape, bool)
    for at in np.ndindex(x.shape):
        moved = x.copy()
        moved[at] += 0.1
        out, base = (normalize(one, ones, 0 * ones)[0] for one in (moved, x))
        answers[at] = abs(out[1, 2] - base[1, 2]) > 1e-12

    np.testing.assert_array_equal(simulations.simulate_cells(kind, 1, (1, 2, 0))[..., 0], answers)


@pytest.mark.parametrize(("kind", "count"), [("instance norm", 3), ("group norm", 9)])
def test_image_norms_stay_within_one_example(kind, count):
    inside = simulations.simulate_cells(kind, 3, (1, 2, 0))

    assert inside.sum() == count
    assert inside[1].sum() == count
    assert inside[1, 2].all()


def test_the_graph_ends_at_the_gradient_of_the_exercise():
    numbers = measured("normalization")
    x, dout = ([[float(v)] for v in numbers[f"graph_{n}"].split()] for n in ("x", "dout"))
    _, cache = reference.batchnorm_train(x, [2], [0], eps=4)

    dx, _, _ = reference.batchnorm_backward(dout, cache)

    shown = np.array(numbers["graph_dx"].split(), float)
    np.testing.assert_allclose(dx[:, 0], shown, atol=1e-4)


# ---- one example moves ----


def test_only_batch_norm_in_training_moves_the_others():
    for mode in figures.MODES:
        x, pushed, before, after = simulations.simulate_moved(mode, 4, **MOVED)
        others = np.abs(after - before)[1:].max()

        assert (x[1:] == pushed[1:]).all()
        assert (others > 0.1) == (mode == "batch norm")


def test_outputs_that_do_not_move_are_said_not_to_move():
    for mode in figures.MODES:
        _, sentence = draw(figures.moved, normalization=mode, **MOVED)

        assert sentence.endswith("do not move.") == (mode != "batch norm")


def test_a_huge_push_runs_into_the_bound():
    _, _, _, after = simulations.simulate_moved("batch norm", 1e4, **MOVED)

    np.testing.assert_allclose(np.abs(after[0]), np.sqrt(5), atol=1e-3)
    assert np.abs(after[1:] - after[1]).max() < 0.01


# ---- the network ----


@pytest.mark.parametrize("norm", [simulations.NONE, BATCH, LAYER], ids=["none", "batch", "layer"])
@pytest.mark.parametrize("place", [simulations.relu_after, simulations.relu_before])
def test_gradients_of_the_network_are_derivatives(norm, place):
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((7, 4)), rng.integers(3, size=7)
    params = simulations.initial_params(rng, (4, 6, 5, 3))
    layer, back = place(norm.train, norm.backward)
    direction = [[rng.standard_normal(np.shape(p)) for p in three] for three in params]

    def loss(h):
        moved = [
            tuple(p + h * v for p, v in zip(three, vs, strict=True))
            for three, vs in zip(params, direction, strict=True)
        ]
        return simulations.backprop(moved, X, y, layer, back)[0]

    _, grads, _ = simulations.backprop(params, X, y, layer, back)
    slope = sum(
        np.sum(g * v)
        for three, vs in zip(grads, direction, strict=True)
        for g, v in zip(three, vs, strict=True)
    )
    # Centred differences: error about h^2 = 1e-10 times third derivatives, which normalization
    # of a few small numbers makes large.
    assert slope == pytest.approx((loss(1e-5) - loss(-1e-5)) / 2e-5, rel=1e-6, abs=1e-7)


def test_without_normalization_gamma_has_no_gradient():
    rng = np.random.default_rng(2)
    params = simulations.initial_params(rng, (4, 6, 3))

    _, grads, _ = simulations.backprop(
        params, rng.standard_normal((5, 4)), np.array([0, 1, 2, 0, 1]), *simulations.PLAIN
    )

    assert grads[0][1] == 0


def test_training_mode_on_all_images_is_the_fixed_mode_with_their_statistics():
    X, *_ = digits()
    params = simulations.initial_params(np.random.default_rng(3), (64, 20, 20, 10))
    layer, _ = simulations.relu_after(BATCH.train, BATCH.backward)
    statistics = simulations.batch_statistics_of(BATCH, params, X)

    fixed = simulations.forward(X, params, simulations.fixed_layers(BATCH, statistics))[0]

    np.testing.assert_allclose(fixed, simulations.forward(X, params, [layer] * 2)[0], atol=1e-10)


def test_weight_decay_pulls_weights_only():
    params = simulations.initial_params(np.random.default_rng(4), (3, 2, 2))
    still = [(np.zeros_like(W), 0.0, 0.0) for W, _, _ in params]

    stepped = simulations.step(params, still, rate=0.5, decay=0.1)

    for (W, gamma, beta), (W_new, gamma_new, beta_new) in zip(params, stepped, strict=True):
        np.testing.assert_allclose(W_new, 0.95 * W)
        np.testing.assert_array_equal((gamma, beta), (gamma_new, beta_new))


# ---- depth ----


def test_normalized_layers_have_the_same_length_at_every_depth_and_scale():
    for norm in (BATCH, LAYER):
        for c in (0.01, 3.0):
            lengths, _, _ = simulations.simulate_deep(norm, c)

            np.testing.assert_allclose(lengths, np.sqrt(50), rtol=0.15)


def test_without_normalization_the_length_follows_the_square_root_of_half_c():
    lengths, _, _ = simulations.simulate_deep(simulations.NONE, 1.0)

    assert (lengths[-1] / lengths[0]) ** (1 / 49) == pytest.approx(np.sqrt(0.5), rel=0.05)


def test_batch_norm_explodes_backwards_and_layer_norm_does_not():
    batch, layer = (
        simulations.factor_per_layer(simulations.simulate_deep(norm, 2.0)[2])
        for norm in (BATCH, LAYER)
    )

    assert 1.18 < batch < 1.25
    assert 0.95 < layer < 1.05


# ---- scale ----


def test_longer_weights_change_nothing_but_the_gradient():
    moved, gradient = simulations.simulate_scale(BATCH, [10.0, 1000.0], eps=1e-12)

    assert moved.max() < 1e-9
    np.testing.assert_allclose(gradient, [0.1, 0.001], rtol=1e-9)


def test_tiny_weights_feel_eps():
    moved, gradient = simulations.simulate_scale(BATCH, [1e-3])

    assert moved[0] > 1
    assert gradient[0] < 900


def test_decay_shortens_the_weights_before_batch_norm():
    ends = [
        simulations.simulate_lengths(BATCH, 0.3, decay, steps=201)[1][-1] for decay in (0, 0.03)
    ]

    assert ends[0] > 130 > 10 > ends[1]


# ---- drift, running values, rings ----


def test_batch_norm_holds_the_means_still():
    none, batch = (
        simulations.simulate_drift(norm, 0.3, steps=30) for norm in (simulations.NONE, BATCH)
    )

    assert batch["moved"].mean() < 0.2 * none["moved"].mean()
    assert none["means"].shape == (30, 6)


def test_running_values_follow_the_batches_and_training_ignores_them():
    run = simulations.simulate_running(**RUNNING, batch_size=8, steps=40)
    mean = np.zeros(1)
    for value in run["batch_mean"]:
        mean = 0.9 * mean + 0.1 * value

    assert run["running_mean"][0.9][-1] == pytest.approx(mean[0])
    assert run["running_mean"][0.0][-1] == run["batch_mean"][-1]
    assert len(run["held"][0.9]) == len(run["exact"]) == len(run["step"]) == 3


def test_layer_norm_without_a_bias_cannot_see_the_length_of_its_input():
    assert simulations.simulate_rings(LAYER, bias=False, steps=200) < 0.6
    assert simulations.simulate_rings(LAYER, bias=True, steps=200) > 0.9


def test_normalizing_after_relu_hands_on_centred_values():
    z, a = (simulations.simulate_placed(BATCH, place) for place in simulations.PLACES)

    assert 0.3 < z.mean() < 0.5
    assert 0.4 < np.mean(z == 0) < 0.6
    assert abs(a.mean()) < 1e-10
    assert np.mean(a == 0) < 0.01


def test_the_project_learns_digits():
    X, y, X_held, y_held = digits()
    start, rows = simulations.project_start(steps=150)
    params, running, losses = reference.train_network(start, X, y, rows)

    assert rows.shape == (150, 32)
    assert losses[-20:].mean() < 0.5 * losses[:20].mean()
    assert np.mean(reference.network_predict(params, running, X_held) == y_held) > 0.9
