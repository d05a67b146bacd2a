"""The simulations behind the figures of "Activations" do what the text says of them."""

import inspect
from functools import cache

import numpy as np
import pytest

from lessons.activations import figures, simulations
from lessons.kit import style
from lessons.kit.curves import curves
from lessons.kit.digits import batches, digits
from lessons.kit.network import forward, sgd_step
from solutions import activations as reference

RELU = (reference.relu, reference.relu_grad)
SIGMOID = (reference.sigmoid, reference.sigmoid_grad)


def draw(figure, **parameters):
    with style.context():
        return figure(**parameters)


# ---- every figure ----

FRAMES = [
    *((figures.curve, {"activation": a, "z": z}) for a in figures.LIMITS for z in (-4, 0)),
    *((figures.squash, {"activation": a, "std": 5}) for a in figures.LIMITS),
    *((figures.depth, {"activation": a, "c": 16}) for a in figures.LIMITS),
    (figures.zigzag, {"gradient_from": "all examples"}),
    (figures.zigzag, {"mean": 0}),
    (figures.dying, {"rate": 0.3}),
    (figures.dying, {"pixels": "standardized", "activation": "leaky_relu"}),
    *((figures.maxout, {"shape": shape, "start": "random"}) for shape in simulations.SHAPES),
    (figures.cost, {}),
    *((figures.race, {"hidden_layers": layers}) for layers in (1, 3, 6)),
]


@cache
def drawn(frame):
    figure, parameters = FRAMES[frame]
    return draw(figure, **parameters)


@pytest.mark.parametrize("frame", range(len(FRAMES)))
def test_a_frame_has_one_sentence_with_numbers(frame):
    fig, sentence = drawn(frame)

    assert fig.axes
    assert sentence.endswith(".")
    assert any(character.isdigit() for character in sentence)
    assert "nan" not in sentence


@pytest.mark.parametrize("figure", {f: None for f, _ in FRAMES if f is not figures.cost})
def test_a_figure_drawn_twice_says_the_same(figure):
    assert draw(figure)[1] == draw(figure)[1]


def test_different_settings_say_different_things():
    sentences = {drawn(frame)[1] for frame in range(len(FRAMES))}

    assert len(sentences) == len(FRAMES)


def test_text_fits_into_its_figure():
    for i, (figure, parameters) in enumerate(FRAMES):
        fig, _ = drawn(i)
        with style.context():
            fig.canvas.draw()
        frame = fig.bbox
        for ax in fig.axes:
            for text in ax.texts:
                box = text.get_window_extent()
                assert box.x0 >= 0, (figure.__name__, parameters, text.get_text())
                assert box.x1 <= frame.width, (figure.__name__, parameters, text.get_text())


def test_no_figure_writes_an_activation_down():
    source = inspect.getsource(figures)

    for giveaway in ("expm1", "np.maximum(", "np.minimum(", "np.exp(-"):
        assert giveaway not in source


# ---- one unit and one layer ----


def test_the_curve_shows_the_functions_it_is_given():
    def shifted(z):
        return np.tanh(z) + 0.5

    sentence = draw(figures.curve, activation="tanh", z=0, tanh=shifted)[1]

    assert "outputs 0.5 " in sentence
    assert "Your tanh stays within 5e-01" in sentence


def test_saturated_share_of_a_sigmoid_is_that_of_the_normal_distribution():
    _, _, slope = simulations.simulate_squash(*SIGMOID, std=5, units=40_000)

    # P(|N(0, 25)| > 4.585) = 0.359; three standard errors of 40,000 draws are 0.0072.
    assert abs(np.mean(slope < 0.01) - 0.359) < 0.0072


def test_share_near_a_limit_agrees_with_the_exercise():
    a = reference.sigmoid(np.linspace(-9, 9, 1001))

    share = simulations.share_near_limit(a, "sigmoid")

    assert share == reference.saturated_fraction(a, "sigmoid", simulations.NEAR_LIMIT)


def test_a_leaky_unit_has_no_limit():
    assert simulations.share_near_limit(np.array([-1.0, 0.0, 1.0]), "leaky_relu") == 0


def test_a_slope_that_jumps_is_drawn_with_a_gap():
    z = np.linspace(-5, 5, 401)
    x, y = figures._broken_at_jumps(z, reference.relu_grad(z))
    steps = np.abs(np.diff(y))

    assert np.isnan(y).sum() == 1
    assert x[np.isnan(y)] == 0
    assert np.nanmax(steps) == 0
    assert not np.isnan(figures._broken_at_jumps(z, reference.elu_grad(z))[1]).any()


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_no_bar_lies_beyond_the_limits(name):
    edges = figures._edges(np.array([0.2]), simulations.LIMITS[name])

    assert (edges[0], edges[-1]) == simulations.LIMITS[name]


# ---- depth ----


@pytest.mark.formula("eq-bound")
def test_slopes_of_sigmoids_stay_under_the_bound():
    for c in (0.5, 1, 4, 16):
        _, through = simulations.simulate_depth(*SIGMOID, c)

        assert (through <= 0.25 ** np.arange(11) + 1e-15).all()


def test_an_activation_of_slope_one_leaves_the_weights_to_themselves():
    left, through = simulations.simulate_depth(lambda z: z, np.ones_like, c=1.0, seed=4)

    np.testing.assert_array_equal(through, 1)
    assert 0.5 < left[-1] < 2


def test_relu_halves_the_mean_square_of_the_gradient():
    left = [simulations.simulate_depth(*RELU, c=1.0, seed=seed)[0][-1] for seed in range(10)]

    assert 0.7 * 2**-5 < np.median(left) < 1.3 * 2**-5


def test_large_weights_make_a_relu_gradient_explode():
    assert simulations.simulate_depth(*RELU, 16.0)[0][-1] > 1e4


@pytest.mark.formula("eq-layer-factor")
def test_a_layer_multiplies_the_gradient_by_root_c_times_its_RMS_slope():
    for c in (1.0, 4.0):
        left, through = simulations.simulate_depth(
            np.tanh, reference.tanh_grad, c, width=256, seed=1
        )

        # The weights are one draw, and slopes and gradients are taken as independent.
        np.testing.assert_allclose(left[1:4], c ** (np.arange(1, 4) / 2) * through[1:4], rtol=0.25)


def test_larger_weights_restore_a_sigmoid_gradient_only_in_part():
    small, large = (simulations.simulate_depth(*SIGMOID, c)[0][-1] for c in (1.0, 16.0))

    assert 1000 * small < large < 0.1


# ---- zig-zag ----


def test_positive_inputs_move_both_weights_the_same_way():
    path, X, *_ = simulations.simulate_zigzag(mean=2.0)
    moves = np.diff(path, axis=0)

    assert (X > 0).all()
    assert (moves[:, 0] * moves[:, 1] >= 0).all()


def test_the_recorded_errors_agree_with_the_exercise():
    path, _, visited, errors = simulations.simulate_zigzag(mean=0.5)
    together = np.prod(np.diff(path, axis=0), axis=1) > 0

    np.testing.assert_array_equal(reference.gradient_sign_agreement(visited, errors), together)


@pytest.mark.parametrize("one_by_one", [True, False])
def test_centred_inputs_get_closer_in_the_same_number_of_steps(one_by_one):
    def gap(mean):
        return np.linalg.norm(
            simulations.simulate_zigzag(mean, one_by_one)[0][-1] - simulations.TARGET
        )

    assert gap(0) < 0.1 * gap(2)


def test_a_path_is_counted_until_it_has_arrived():
    sentence = draw(figures.zigzag, mean=0, gradient_from="all examples")[1]
    path = simulations.simulate_zigzag(0, one_by_one=False)[0]
    gap = np.linalg.norm(path - simulations.TARGET, axis=1)
    count = simulations.steps_until(gap)

    assert gap[count] < 1e-3 * gap[0] <= gap[count - 1]
    assert count < 15
    assert f"In the {count} steps until" in sentence


def test_a_path_that_does_not_arrive_is_counted_to_its_end():
    assert simulations.steps_until(np.array([1.0, 0.5, 0.2])) == 2


def test_with_all_examples_only_a_larger_rate_swings_across_the_valley():
    calm, swinging = (
        simulations.simulate_zigzag(2.0, one_by_one=False, steps=10, push=push)[0]
        for push in (1, 1.9)
    )

    def across(path):  # the direction of the mean is the steep one
        return np.sign((path - simulations.TARGET).sum(axis=1))

    assert (across(swinging)[1:] != across(swinging)[:-1]).all()
    assert (across(calm)[2:] == across(calm)[1:-1]).all()


def test_the_mean_adds_its_square_to_the_curvature():
    _, X, *_ = simulations.simulate_zigzag(mean=2.0, examples=20_000)
    flat, steep = simulations.curvatures(X)

    # Uniform on an interval of length 2: variance 1/3. Ratio 1 + 8 / (1/3) = 25, within 3%.
    assert steep / flat == pytest.approx(25, rel=0.03)


# ---- training ----


@pytest.mark.formula("eq-two-jobs")
def test_one_step_follows_the_gradient():
    rng = np.random.default_rng(7)
    X, y = rng.standard_normal((6, 4)), rng.integers(3, size=6)
    params = simulations.initial_params(rng, (4, 5, 3))
    direction = [(rng.standard_normal(W.shape), rng.standard_normal(b.shape)) for W, b in params]

    def loss(h):
        moved = [(W + h * V, b + h * v) for (W, b), (V, v) in zip(params, direction, strict=True)]
        logits = forward(X, moved, np.tanh)[1][-1]
        return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(6), y])

    stepped = sgd_step(params, X, y, np.tanh, reference.tanh_grad, rate=1.0)
    slope = sum(
        np.sum((old - new) * v)
        for olds, news, vs in zip(params, stepped, direction, strict=True)
        for old, new, v in zip(olds, news, vs, strict=True)
    )
    # Centred differences: error about h^2 = 1e-10 plus round-off eps / h = 2e-11.
    assert slope == pytest.approx((loss(1e-5) - loss(-1e-5)) / 2e-5, abs=1e-8)


def test_batches_visit_every_row_once_in_a_pass():
    rows = list(batches(np.random.default_rng(0), n=20, batch=5, count=8))

    assert sorted(np.concatenate(rows[:4])) == list(range(20))
    assert not np.array_equal(rows[:4], rows[4:])


def test_standardized_pixels_have_no_scale_left():
    train, *_ = digits("standardized")
    spread = train.std(axis=0)

    np.testing.assert_allclose(train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(spread[spread > 0], 1)


def test_two_kinds_of_pixels_tell_signs_from_size():
    raw, standardized, centred, shrunk = (
        digits(pixels)[0] for pixels in ("raw", "standardized", "centred", "shrunk")
    )

    np.testing.assert_allclose(centred.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(centred.std(axis=0), raw.std(axis=0))
    np.testing.assert_allclose(np.mean(shrunk**2), np.mean(standardized**2))
    assert (shrunk >= 0).all()


def test_held_out_digits_take_no_part_in_training():
    train, _, held, _ = digits("raw")
    everything = np.concatenate([train, held])

    assert len(train) + len(held) == 1797
    assert len(np.unique(everything, axis=0)) == 1797


def test_silent_units_are_counted_as_the_exercise_counts_them():
    z = np.random.default_rng(1).standard_normal((3, 200)) - 0.5

    assert simulations.silent_share(z) == reference.dead_units(z).mean()
    assert simulations.silent_share(z, reference.dead_units) == reference.dead_units(z).mean()


def test_raw_pixels_and_a_large_rate_kill_units_and_standardizing_spares_them():
    raw, standardized = (
        simulations.simulate_dying(*RELU, 0.3, pixels) for pixels in ("raw", "standardized")
    )

    assert raw["silent"][-1, 0] > 0.9
    assert raw["held"][-1] < 0.2
    assert standardized["silent"][-1, 0] == 0
    assert standardized["held"][-1] > 0.9


def test_dead_relu_units_stay_dead():
    silent = simulations.simulate_dying(*RELU, 0.1, "raw")["silent"][:, 0]

    assert silent[-1] > 0.2
    assert (np.diff(silent[1:]) > -0.021).all()  # a unit that rests on training images may flicker


def test_cached_training_cannot_be_changed():
    run = simulations.simulate_dying(*RELU, 0.1, "raw")

    with pytest.raises(ValueError, match="read-only"):
        run["held"][0] = 0


@pytest.mark.parametrize("name", ["relu", "relu_grad", "leaky_relu", "leaky_relu_grad"])
def test_two_rays_are_enough_for_curves_that_bend_once(name):
    z = np.concatenate([np.linspace(-60, 60, 2001), [0.0]])

    np.testing.assert_allclose(
        figures._two_rays(name)(z), curves("activations")[name](z), atol=1e-7
    )


# ---- maxout ----


@pytest.mark.parametrize("shape", ["|x|", "ReLU"])
def test_two_lines_are_enough_for_a_shape_with_one_kink(shape):
    x, y, slopes, offsets = simulations.simulate_maxout(shape, 2)

    np.testing.assert_allclose((slopes[:, None] * x + offsets[:, None]).max(axis=0), y, atol=1e-3)


def test_more_lines_follow_a_parabola_better():
    errors = []
    for pieces in (1, 2, 3, 4):
        x, y, slopes, offsets = simulations.simulate_maxout("x²", pieces)
        errors.append(np.mean((np.max(slopes[:, None] * x + offsets[:, None], axis=0) - y) ** 2))

    assert errors == sorted(errors, reverse=True)


def test_a_line_below_all_others_is_idle():
    x = np.linspace(-1, 1, 5)

    assert simulations.idle_lines(x, np.array([1.0, -1.0, 0.0]), np.array([0.0, 0.0, -5.0])) == 1


def test_the_maxout_figure_draws_the_function_it_is_given():
    def lifted(x, W, b):
        return reference.maxout_forward(x, W, b) + 10

    fig, sentence = draw(figures.maxout, maxout_forward=lifted)

    assert "your maxout_forward" in sentence
    assert min(fig.axes[0].lines[-1].get_ydata()) > 9
