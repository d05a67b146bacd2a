"""The formulas that end a derivation hold, and the measured numbers can be measured again."""

import re
from math import erf, sqrt

import numpy as np
import pytest

from autograder.course.lesson import folder
from lessons.activations import measurements, simulations
from lessons.kit.digits import batches
from lessons.kit.measured import measured
from lessons.kit.network import forward, sgd_step
from solutions import activations as reference

STORED = measured("activations")
# Centred differences with h = 1e-5: error about h^2 = 1e-10 plus round-off eps / h = 2e-11.
H, DIFFERENCE = 1e-5, 1e-9
Z = np.concatenate([np.linspace(-6, 6, 60), [-30.0, 30.0]])  # an even number: 0 is not on the grid


def slope(f, z):
    return (f(z + H) - f(z - H)) / (2 * H)


def gaussian_mean(f, s):
    """E[f(z)] for z ~ N(0, s^2), by the trapezoidal rule on [-12 s, 12 s]."""
    z = np.linspace(-12 * s, 12 * s, 200_001)
    return np.trapezoid(f(z) * np.exp(-(z**2) / (2 * s**2)) / (s * np.sqrt(2 * np.pi)), z)


# ---- formulas ----


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "elu"])
@pytest.mark.formula("eq-sigmoid-grad", "eq-tanh-grad", "eq-relu", "eq-leaky", "eq-elu")
def test_slopes_are_derivatives(name):
    phi, phi_grad = measurements.known(name)

    np.testing.assert_allclose(phi_grad(Z), slope(phi, Z), atol=DIFFERENCE)


@pytest.mark.formula("eq-quarter")
def test_the_slope_of_the_sigmoid_is_at_most_a_quarter_and_only_at_zero():
    s = reference.sigmoid_grad(Z)

    assert (s < 0.25).all()
    assert reference.sigmoid_grad(0.0) == 0.25
    assert f"{0.25**10:.1e}" == "9.5e-07"


@pytest.mark.formula("eq-sigmoid-mirror")
def test_one_minus_sigmoid_is_the_sigmoid_of_minus_z():
    np.testing.assert_allclose(1 - reference.sigmoid(Z), reference.sigmoid(-Z), atol=1e-15)
    assert f"{reference.sigmoid(-40.0):.1e}" == "4.2e-18"


@pytest.mark.parametrize("t", [0.01, 0.1, 0.2])
@pytest.mark.formula("eq-saturated-from")
def test_the_saturation_formula_inverts_the_slope(t):
    s = (1 + np.sqrt(1 - 4 * t)) / 2
    z = np.log(s / (1 - s))

    assert reference.sigmoid_grad(z) == pytest.approx(t)
    if t == 0.01:
        assert f"{z:.3f}" == "4.585"


@pytest.mark.formula("eq-tanh")
def test_tanh_is_a_stretched_sigmoid():
    np.testing.assert_allclose(np.tanh(Z), 2 * reference.sigmoid(2 * Z) - 1, atol=1e-15)
    np.testing.assert_allclose(
        reference.tanh_grad(Z), 4 * reference.sigmoid_grad(2 * Z), atol=1e-15
    )


@pytest.mark.formula("eq-sixteen")
def test_a_tanh_network_is_a_sigmoid_network_with_other_weights_and_biases():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((5, 8))
    params = [(rng.standard_normal(s), rng.standard_normal(s[1])) for s in ((8, 6), (6, 7), (7, 3))]
    (W1, b1), (W2, b2), (W3, b3) = params
    as_sigmoid = [
        (2 * W1, 2 * b1),
        (4 * W2, 2 * b2 - 2 * W2.sum(axis=0)),
        (2 * W3, b3 - W3.sum(axis=0)),
    ]

    logits = [
        forward(x, layers, phi)[1][-1]
        for layers, phi in ((params, np.tanh), (as_sigmoid, reference.sigmoid))
    ]

    np.testing.assert_allclose(*logits, atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "low", "high"), [(np.float64, 18.9, 19.2), (np.float32, 8.9, 10.1)]
)
def test_tanh_becomes_one_where_the_text_says(kind, low, high):
    z = np.arange(0, 25, 0.01, dtype=kind)

    assert low < z[np.tanh(z) == 1][0] < high


def test_half_of_the_sigmoid_slopes_are_tiny_from_the_stated_spread_on():
    z = 6.8 * np.random.default_rng(0).standard_normal(100_000)

    # The standard error of a share near one half of 100,000 draws is 0.0016.
    assert abs(np.mean(reference.sigmoid_grad(z) < 0.01) - 0.5) < 0.006


@pytest.mark.formula("eq-smooth")
def test_swish_and_GELU_dip_below_zero_and_rise_faster_than_one():
    z = np.linspace(-6, 6, 12_001)
    s = reference.sigmoid(z)
    swish, gelu = z * s, z * _normal(z)
    swish_slope = s + z * reference.sigmoid_grad(z)
    gelu_slope = _normal(z) + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)

    np.testing.assert_allclose(swish_slope, np.gradient(swish, z), atol=1e-3)
    np.testing.assert_allclose(gelu_slope, np.gradient(gelu, z), atol=1e-3)
    for curve, slope_of_it, lowest, place, steepest in (
        (swish, swish_slope, "-0.28", "-1.28", "1.10"),
        (gelu, gelu_slope, "-0.17", "-0.75", "1.13"),
    ):
        assert f"{curve.min():.2f}" == lowest
        assert f"{z[curve.argmin()]:.2f}" == place
        assert f"{slope_of_it.max():.2f}" == steepest
    assert f"{gelu_slope[np.argmin(np.abs(z + 5))]:.0e}" == "-7e-06"


def _normal(z):
    """The distribution function of the standard normal."""
    return np.array([0.5 * (1 + erf(value / sqrt(2))) for value in z])


@pytest.mark.parametrize("s", [0.5, 1.0, 3.0])
@pytest.mark.formula("eq-relu-mean", "eq-relu-square")
def test_ReLU_of_a_normal_variable_has_these_moments(s):
    # The kink costs the trapezoidal rule about (step)^2 = 1.3e-8 at s = 3.
    assert gaussian_mean(reference.relu, s) == pytest.approx(s / np.sqrt(2 * np.pi), abs=1e-7)
    assert gaussian_mean(lambda z: reference.relu(z) ** 2, s) == pytest.approx(s**2 / 2, abs=1e-7)


@pytest.mark.formula("eq-one-sign")
def test_one_example_with_positive_inputs_has_a_gradient_of_one_sign():
    rng = np.random.default_rng(1)
    X, delta = rng.uniform(0.1, 1, (50, 7)), rng.standard_normal(50)

    assert reference.gradient_sign_agreement(X, delta).all()
    assert not reference.gradient_sign_agreement(X - 0.5, delta).all()


@pytest.mark.formula("eq-mean-curvature")
def test_mean_and_covariance_make_the_curvature():
    rng = np.random.default_rng(2)
    mean, mix = np.array([2.0, -1.0, 0.5]), rng.standard_normal((3, 3))
    X = mean + rng.standard_normal((200_000, 3)) @ mix

    # Entries have standard errors below 0.03 here: 5 of them.
    np.testing.assert_allclose(X.T @ X / len(X), mix.T @ mix + np.outer(mean, mean), atol=0.15)


@pytest.mark.formula("eq-unit-gradient", "eq-dead")
def test_a_unit_that_is_off_on_every_example_gets_no_gradient():
    rng = np.random.default_rng(3)
    X, y = rng.uniform(0, 1, (20, 4)), rng.integers(3, size=20)
    (W, b), last = simulations.initial_params(rng, (4, 6, 3))
    b = b - np.array([100.0, 0, 0, 0, 0, 0])

    (W_new, b_new), _ = sgd_step([(W, b), last], X, y, *measurements.known("relu"), 1.0)

    assert reference.dead_units(X @ W + b)[0]
    np.testing.assert_array_equal(W_new[:, 0], W[:, 0])
    assert b_new[0] == b[0]
    assert (W_new[:, 1:] != W[:, 1:]).any()


@pytest.mark.formula("eq-kick")
def test_a_step_kicks_every_input_by_inner_products():
    rng = np.random.default_rng(4)
    X, delta, x, w = (rng.standard_normal(shape) for shape in ((6, 4), 6, 4, 4))
    rate, b = 0.3, 0.2

    w_new, b_new = w - rate * X.T @ delta / 6, b - rate * delta.sum() / 6

    kick = (x @ w_new + b_new) - (x @ w + b)
    assert kick == pytest.approx(-rate / 6 * np.sum(delta * (X @ x + 1)))


def test_the_maximum_is_a_leaky_relu_only_up_to_a_slope_of_one():
    def as_maximum(alpha):
        return np.maximum(alpha * Z, Z)

    for alpha in (0.01, 0.5, 1.0):
        np.testing.assert_array_equal(as_maximum(alpha), reference.leaky_relu(Z, alpha))
    assert (as_maximum(1.5) != reference.leaky_relu(Z, 1.5)).all()


@pytest.mark.formula("eq-prelu-alpha", "eq-prelu-backward")
def test_the_slope_of_PReLU_in_alpha_agrees_with_differences():
    rng = np.random.default_rng(5)
    z, dout, alpha = rng.standard_normal((4, 3)), rng.standard_normal((4, 3)), 0.25

    _, dalpha = reference.prelu_backward(dout, z, alpha)

    numeric = slope(lambda a: np.sum(dout * reference.leaky_relu(z, a)), alpha)
    assert dalpha == pytest.approx(numeric, abs=DIFFERENCE)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
@pytest.mark.formula("eq-elu")
def test_ELU_is_continuous_and_its_slope_is_so_only_for_alpha_one(alpha):
    left, right = np.array([-1e-9]), np.array([1e-9])

    assert abs(reference.elu(right, alpha) - reference.elu(left, alpha)) < 1e-8
    jump = reference.elu_grad(right, alpha) - reference.elu_grad(left, alpha)
    assert jump == pytest.approx(1 - alpha, abs=1e-8)


def test_the_slope_of_ELU_follows_from_its_output():
    z = Z[Z < 0]

    np.testing.assert_allclose(reference.elu_grad(z, 1.5), reference.elu(z, 1.5) + 1.5, atol=1e-14)


@pytest.mark.formula("eq-maxout")
def test_maxout_contains_ReLU_leaky_ReLU_and_the_absolute_value():
    def maxout(first, second):
        W = np.array([[[first]], [[second]]])
        return reference.maxout_forward(Z[:, None], W, np.zeros((2, 1)))[:, 0]

    np.testing.assert_array_equal(maxout(1.0, 0.0), reference.relu(Z))
    np.testing.assert_array_equal(maxout(1.0, 0.1), reference.leaky_relu(Z, 0.1))
    np.testing.assert_array_equal(maxout(1.0, -1.0), np.abs(Z))


@pytest.mark.formula("eq-convex")
def test_maxout_is_convex():
    rng = np.random.default_rng(6)
    W, b = rng.standard_normal((5, 4, 3)), rng.standard_normal((5, 3))
    x, y = rng.standard_normal((2, 400, 4))
    mix = rng.uniform(0, 1, (400, 1))

    between = reference.maxout_forward(mix * x + (1 - mix) * y, W, b)
    chord = mix * reference.maxout_forward(x, W, b) + (1 - mix) * reference.maxout_forward(y, W, b)

    assert (between <= chord + 1e-12).all()
    assert (between < chord - 1e-3).any()


def test_maxout_sends_the_gradient_to_the_winner():
    rng = np.random.default_rng(7)
    x, W, b, dout = (rng.standard_normal(s) for s in ((6, 4), (3, 4, 2), (3, 2), (6, 2)))
    directions = [rng.standard_normal(array.shape) for array in (x, W, b)]

    def value(h):
        moved = [a + h * v for a, v in zip((x, W, b), directions, strict=True)]
        return np.sum(dout * reference.maxout_forward(*moved))

    grads = reference.maxout_backward(dout, x, W, b)
    analytic = sum(np.sum(g * v) for g, v in zip(grads, directions, strict=True))

    assert analytic == pytest.approx((value(H) - value(-H)) / (2 * H), abs=1e-8)


# ---- measured numbers ----


def numbers_in(text):
    """All numbers of a measured text; 4.5·10⁻⁷ counts as its decimal logarithm."""
    plain = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    powers = re.findall(r"([\d.]+)·10(-?\d+)", plain)
    if powers:
        return [np.log10(float(digits)) + int(exponent) for digits, exponent in powers]
    return [float(number) for number in re.findall(r"\d+\.?\d*", plain)]


def assert_measured_again(numbers):
    """Equal up to what another BLAS may change: a tenth, or three units of a percentage."""
    for name, text in numbers.items():
        stored = numbers_in(STORED[name])
        np.testing.assert_allclose(numbers_in(text), stored, rtol=0.1, atol=3, err_msg=name)


@pytest.mark.parametrize(
    ("group", "atol"),
    [
        (measurements.floating_point, 0.11),
        (measurements.saturation, 0.21),
        (measurements.vanishing, 0.011),
        (measurements.zigzag, 1.01),
        (measurements.inner_products, 1.01),
    ],
)
def test_measurements_without_training_come_out_the_same(group, atol):
    # The last printed digit, or one step, may fall to the other side on another processor.
    for name, text in group().items():
        stored = numbers_in(STORED[name])
        np.testing.assert_allclose(numbers_in(text), stored, rtol=0.02, atol=atol, err_msg=name)


def test_signs_within_batches_can_be_measured_again():
    assert_measured_again(measurements.one_sign_in_a_batch())


def test_idle_lines_can_be_measured_again():
    for name, text in measurements.idle_maxout_lines().items():
        assert abs(numbers_in(text)[0] - numbers_in(STORED[name])[0]) <= 1


def test_dead_units_can_be_measured_again():
    again = measurements.dying(
        [("relu", "raw", 0.01, (100,)), ("relu", "raw", 0.3, (100,)), ("relu", "std", 1.0, (100,))]
    )

    assert_measured_again(again)


def test_one_race_can_be_run_again():
    rate = float(STORED["race_rate_tanh_1"])

    again = measurements.race_at("tanh", 1, rate)

    assert_measured_again({name: again[name] for name in ("race_held_tanh_1", "race_rate_tanh_1")})


def test_rates_are_not_chosen_on_the_seeds_they_are_judged_on():
    assert not set(measurements.TUNING_SEEDS) & set(measurements.SEEDS)


# ---- what the text concludes from the numbers ----


def first(name):
    return numbers_in(STORED[name])[0]


def test_the_numbers_support_what_the_text_says_of_dying_units():
    assert first("silent_relu_raw_0_1") > 30
    assert first("accuracy_relu_raw_0_1") >= first("accuracy_relu_raw_0_01") - 2
    assert first("silent_leaky_relu_raw_0_1") >= first("silent_relu_raw_0_1")
    assert first("silent_relu_std_1_0") == 0 < first("silent_relu_std_1_0_deep")
    assert first("accuracy_relu_std_1_0_deep") < first("accuracy_relu_std_1_0")
    assert (
        first("silent_relu_centred_0_1")
        == first("silent_relu_centred_0_3")
        == 0
        < 90
        < first("silent_relu_shrunk_1_0")
    )


def test_the_numbers_support_what_the_text_says_of_recovery():
    assert first("recovery_accuracy_after_leaky_relu") > 80
    assert first("recovery_accuracy_after_relu") < 50
    assert first("recovery_stay_leaky_relu") > 80
    assert first("recovery_accuracy_last_layer_leaky_relu") < 70
    assert first("recovery_accuracy_readout_leaky_relu") > 90
    all_units, bending, off = (
        first(f"recovery_accuracy_{kind}_leaky_relu")
        for kind in ("after", "bending_only", "off_only")
    )
    assert abs(all_units - bending) <= 3 < bending - off


def test_a_new_last_layer_can_read_the_ruined_units_again():
    rng = np.random.default_rng([0, 3])
    rows = list(batches(rng, 1437, 32, 1100))
    start = simulations.initial_params(rng, (64, 100, 10))
    ruined = measurements._train("leaky_relu", start, rows[:100], 0.3, seed=0)

    assert measurements._readout("leaky_relu", ruined, rows[100:], seed=0) > 0.85


def test_only_the_chosen_units_move():
    start = simulations.initial_params(np.random.default_rng(0), (64, 5, 10))
    moving = np.array([True, False, True, False, False])

    (W, b), last = measurements._train("tanh", start, [np.arange(32)], 0.1, 0, moving)

    np.testing.assert_array_equal((start[0][0] != W).any(axis=0), moving)
    np.testing.assert_array_equal(b != start[0][1], moving)
    assert (last[0] != start[1][0]).any()


def test_the_numbers_support_what_the_text_says_of_the_usual_advice():
    low_relu, high_tanh = numbers_in(STORED["race_to95_relu_6"])[1], first("race_to95_tanh_6")
    assert high_tanh <= low_relu
    assert first("race_held_sigmoid_6") < 20
    assert first("race_held_sigmoid16_6") > 90
    assert first("race_held_sigmoid_1") >= first("race_held_relu_1") - 1
    assert abs(first("bias_accuracy_std_0_01") - first("bias_accuracy_std_0_0")) < 0.5
    for runner in ("relu", "tanh"):
        assert first(f"rate_train_{runner}_6_0_3") > 95
    assert first("rate_train_relu_6_1_0") < 20
    assert first("plateau_best") < 20 < 80 < first("plateau_held")
    for width in measurements.WIDTHS:
        again, reused = (first(f"cost_share_{n}_{width}") for n in ("sigmoid", "sigmoid_reused"))
        assert reused < again
    assert first("tiny_sigmoid_5") < 50 < first("tiny_sigmoid_10")
    assert first("tiny_sigmoid_2") < first("tiny_tanh_2")


def test_the_text_quotes_only_numbers_that_were_measured():
    lesson = (folder("activations") / "lesson.md").read_text("utf-8")
    quoted = set(re.findall(r"\{\{ (\w+) \}\}", lesson))

    assert quoted <= set(STORED)
    assert len(quoted) > 50
