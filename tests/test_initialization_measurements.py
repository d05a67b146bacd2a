"""The formulas that end a derivation hold, and the measured numbers can be measured again."""

import re
from itertools import pairwise

import numpy as np
import pytest

from autograder.course.lesson import folder
from lessons.initialization import measurements, simulations
from lessons.kit.digits import digits
from lessons.kit.measured import measured
from solutions import initialization as reference

STORED = measured("initialization")
# Centred differences with h = 1e-5: error about h^2 = 1e-10 plus round-off eps / h = 2e-11.
H, DIFFERENCE = 1e-5, 1e-8


def network(rng, sizes):
    return [(rng.standard_normal((d, m)), rng.standard_normal(m)) for d, m in sizes]


def moved(params, directions, h):
    return [(W + h * V, b + h * v) for (W, b), (V, v) in zip(params, directions, strict=True)]


# ---- backward ----


@pytest.mark.formula("eq-init-backward")
@pytest.mark.parametrize("hidden", [(), (5,), (6, 4, 5)])
def test_the_backward_pass_is_the_derivative_of_the_loss(hidden):
    rng = np.random.default_rng(len(hidden))
    widths = (4, *hidden, 3)
    sizes = list(pairwise(widths))
    params, directions = network(rng, sizes), network(rng, sizes)
    X, y = rng.standard_normal((7, 4)), rng.integers(3, size=7)

    _, grads = reference.loss_and_grads(params, X, y)
    analytic = sum(
        np.sum(dW * V) + np.sum(db * v) for (dW, db), (V, v) in zip(grads, directions, strict=True)
    )
    up, down = (reference.loss_and_grads(moved(params, directions, h), X, y)[0] for h in (H, -H))

    assert analytic == pytest.approx((up - down) / (2 * H), abs=DIFFERENCE)


def test_equal_weights_give_the_loss_of_guessing():
    loss, _ = reference.loss_and_grads(
        [(np.zeros((4, 10)), np.zeros(10))], np.ones((3, 4)), [1, 2, 3]
    )

    assert loss == pytest.approx(np.log(10))
    assert f"{loss:.2f}" == "2.30"


# ---- symmetry ----


@pytest.mark.formula("eq-init-zero")
def test_from_zero_only_the_output_bias_gets_a_gradient():
    rng = np.random.default_rng(0)
    params = [(np.zeros(s), np.zeros(s[1])) for s in ((4, 5), (5, 6), (6, 3))]
    X, y = rng.standard_normal((8, 4)), np.array([0, 0, 0, 1, 1, 2, 2, 2])

    for _ in range(5):
        _, grads = reference.loss_and_grads(params, X, y)
        assert all(not dW.any() for dW, _ in grads)
        assert all(not db.any() for _, db in grads[:-1])
        assert grads[-1][1].any()
        params = reference.train_step(params, X, y, 0.5)


def test_what_a_zero_start_learns_are_the_frequencies_of_the_classes():
    y = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 2])
    start = [(np.zeros((4, 5)), np.zeros(5)), (np.zeros((5, 3)), np.zeros(3))]
    X = np.random.default_rng(1).standard_normal((10, 4))

    params, losses = reference.train(start, X, y, 1.0, 2000)

    shares = np.exp(params[-1][1]) / np.exp(params[-1][1]).sum()
    np.testing.assert_allclose(shares, [0.3, 0.2, 0.5], atol=1e-6)
    assert losses[-1] == pytest.approx(-np.sum(shares * np.log(shares)))


@pytest.mark.formula("eq-init-symmetry")
def test_a_symmetric_layer_stays_symmetric_in_rational_arithmetic():
    # Small integers and powers of two: no rounding in the first step but that of the softmax,
    # which is the same for all units.
    rng = np.random.default_rng(2)
    params = [(np.full((4, 8), 0.5), np.full(8, 0.25)), (np.full((8, 3), 0.5), np.zeros(3))]
    X, y = rng.integers(-2, 3, (16, 4)).astype(float), rng.integers(3, size=16)

    for _ in range(20):
        params = reference.train_step(params, X, y, 0.5)

    (W1, b1), (W2, _) = params
    assert reference.symmetric_groups(W1, 1e-12) == 1
    assert np.ptp(b1) < 1e-12
    assert np.ptp(W2, axis=0).max() < 1e-12
    assert np.abs(W1 - 0.5).max() > 0.01


def test_a_symmetric_layer_has_the_power_of_one_unit():
    rng = np.random.default_rng(3)
    X = rng.standard_normal((9, 4))
    w, b, v = rng.standard_normal((4, 1)), 0.3, rng.standard_normal((1, 3))

    wide = np.maximum(X @ np.repeat(w, 6, axis=1) + b, 0) @ np.repeat(v, 6, axis=0)

    np.testing.assert_allclose(wide, np.maximum(X @ w + b, 0) @ (6 * v))


@pytest.mark.formula("eq-init-directions")
@pytest.mark.parametrize("d", [2, 64])
def test_random_directions_have_a_cosine_of_one_over_the_root_of_the_dimension(d):
    u, v = np.random.default_rng(d).standard_normal((2, 20_000, d))
    cosines = np.sum(u * v, axis=1) / np.sqrt(np.sum(u**2, axis=1) * np.sum(v**2, axis=1))

    # The standard error of a standard deviation of 20,000 draws is 0.5%.
    assert cosines.std() == pytest.approx(d**-0.5, rel=0.025)


# ---- variances ----


def layer_moments(rng, n, units, variance, inputs, repeats=400):
    """Mean square of z over many draws of a layer, with its standard error."""
    squares = [
        np.mean((inputs @ (np.sqrt(variance) * rng.standard_normal((n, units)))) ** 2)
        for _ in range(repeats)
    ]
    return np.mean(squares), np.std(squares) / np.sqrt(repeats)


@pytest.mark.formula("eq-init-c")
@pytest.mark.parametrize("c", [0.5, 2.0])
def test_every_draw_of_the_figures_has_the_variance_of_its_c(c):
    drawn = (
        simulations.draw_weights(np.random.default_rng(26), (50, 400, 300), c),
        simulations.same_draw((26, 1), (50, 400, 300), c),
    )

    for weights in drawn:
        for W, fan_in in zip(weights, (50, 400), strict=True):
            assert len(W) == fan_in
            assert abs(W.var() * fan_in / c - 1) < 5 * np.sqrt(2 / W.size)


@pytest.mark.formula("eq-init-square")
@pytest.mark.parametrize("kind", ["normal", "off centre", "all equal", "pixels"])
def test_a_layer_multiplies_the_mean_square_whatever_the_inputs(kind):
    rng = np.random.default_rng(4)
    inputs = {
        "normal": rng.standard_normal((20, 64)),
        "off centre": rng.standard_normal((20, 64)) + 3,
        "all equal": np.repeat(rng.standard_normal((20, 1)), 64, axis=1),
        "pixels": digits("raw", 0)[0][:20],
    }[kind]

    found, error = layer_moments(rng, 64, 8, 0.03, inputs)

    assert abs(found - 64 * 0.03 * np.mean(inputs**2)) < 5 * error


@pytest.mark.formula("eq-init-sum")
def test_the_sum_rule_with_centred_inputs_is_about_variances():
    rng = np.random.default_rng(5)
    x = rng.standard_normal((100_000, 16)) * 1.7
    w = rng.standard_normal((100_000, 16)) * 0.4

    # A variance of 100,000 products has a standard error below 1%.
    assert np.var(np.sum(x * w, axis=1)) == pytest.approx(16 * 1.7**2 * 0.4**2, rel=0.04)


@pytest.mark.formula("eq-init-forward")
def test_through_linear_layers_the_factors_of_the_variance_multiply():
    rng = np.random.default_rng(27)
    variances, found = (0.01, 0.05, 0.02), []
    for _ in range(2000):
        a = rng.standard_normal((1, 40))
        for (n, m), variance in zip(pairwise((40, 60, 30, 50)), variances, strict=True):
            a = a @ (np.sqrt(variance) * rng.standard_normal((n, m)))
        found.append(np.mean(a**2))

    predicted = np.prod(np.array([40, 60, 30]) * variances)
    assert abs(np.mean(found) - predicted) < 5 * np.std(found) / np.sqrt(2000) < 0.1 * predicted


@pytest.mark.formula("eq-init-back-sum")
def test_the_gradient_on_the_way_back_sums_over_the_units_above():
    rng = np.random.default_rng(6)
    deltas = rng.standard_normal((20, 50))

    found, error = layer_moments(rng, 50, 8, 0.02, deltas)  # delta @ W.T, with 50 units above

    assert abs(found - 50 * 0.02 * np.mean(deltas**2)) < 5 * error


@pytest.mark.formula("eq-init-lecun", "eq-init-xavier", "eq-init-he")
@pytest.mark.parametrize(
    ("draw", "variance"),
    [
        (reference.init_small, 1e-4),
        (reference.init_lecun, 1 / 300),
        (reference.xavier_normal, 2 / 500),
        (reference.xavier_uniform, 2 / 500),
        (reference.he_normal, 2 / 300),
        (reference.he_uniform, 2 / 300),
    ],
)
def test_every_rule_has_its_variance(draw, variance):
    W = draw(np.random.default_rng(7), 300, 200)

    assert abs(W.mean()) < 5 * np.sqrt(variance / W.size)
    assert abs(W.var() / variance - 1) < 5 * np.sqrt(2 / W.size)


@pytest.mark.formula("eq-init-uniform")
@pytest.mark.parametrize(
    ("draw", "variance"), [(reference.xavier_uniform, 2 / 500), (reference.he_uniform, 2 / 300)]
)
def test_a_uniform_rule_fills_its_interval_evenly(draw, variance):
    W, bound = draw(np.random.default_rng(8), 300, 200), np.sqrt(3 * variance)

    assert 0.999 * bound < np.abs(W).max() <= bound
    counts = np.histogram(W, 10, (-bound, bound))[0]
    assert np.abs(counts / W.size - 0.1).max() < 5 * np.sqrt(0.09 / W.size)


def test_one_sided_rules_telescope_and_the_compromise_does_not():
    widths = np.array([100, 400] * 10 + [100])
    n_in, n_out = widths[:-1], widths[1:]

    assert np.prod(n_in * (1 / n_out)) == pytest.approx(widths[0] / widths[-1])
    assert np.prod(n_out * (1 / n_in)) == pytest.approx(widths[-1] / widths[0])
    compromise = n_in * 2 / (n_in + n_out)
    assert compromise[:2].prod() == pytest.approx(0.64)
    assert f"{compromise.prod():.2f}" == "0.01"


# ---- activations ----


@pytest.mark.formula("eq-init-half")
@pytest.mark.parametrize("sigma", [0.5, 1.0, 3.0])
def test_ReLU_of_a_normal_variable_has_these_moments(sigma):
    z = np.linspace(-12 * sigma, 12 * sigma, 200_001)
    density = np.exp(-(z**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))

    # The kink costs the trapezoidal rule about (step)^2 = 1.3e-8 at sigma = 3.
    mean = np.trapezoid(np.maximum(z, 0) * density, z)
    square = np.trapezoid(np.maximum(z, 0) ** 2 * density, z)
    assert reference.relu_mean(sigma) == pytest.approx(mean, abs=1e-7)
    assert reference.relu_second_moment(sigma) == pytest.approx(square, abs=1e-7)


@pytest.mark.formula("eq-init-gain")
@pytest.mark.parametrize("alpha", [0.0, 0.1, 0.5])
def test_the_gain_of_a_leaky_ReLU_is_one_over_its_RMS(alpha):
    square = simulations.mean_under_normal(lambda z: np.where(z > 0, z, alpha * z) ** 2, 1.0)

    assert 1 / np.sqrt(square) == pytest.approx(np.sqrt(2 / (1 + alpha**2)))


@pytest.mark.formula("eq-init-gain")
def test_a_gain_makes_mean_square_one_a_fixed_point():
    a = np.tanh(np.random.default_rng(9).standard_normal(1000))

    assert np.mean((reference.gain_of(a) * a) ** 2) == pytest.approx(1)


@pytest.mark.formula("eq-init-tanh-decay")
def test_tanh_fades_like_one_over_the_root_of_twice_the_layer():
    q = 1.0
    for _ in range(2000):
        q = simulations.mean_under_normal(lambda z: np.tanh(z) ** 2, np.sqrt(q))

    # The next term of the series is of relative size ln(l) / l.
    assert np.sqrt(q) == pytest.approx(1 / np.sqrt(2 * 2000), rel=0.01)
    assert 1 / np.sqrt(2 * 50) == pytest.approx(0.1)


def test_where_the_spread_of_sigmoids_settles():
    phi, slope = simulations.height_and_slope("sigmoid")
    square = 1.0
    for _ in range(50):
        std = np.sqrt(square)
        square = simulations.mean_under_normal(lambda z: phi(z) ** 2, std)
    spread = np.sqrt(square - simulations.mean_under_normal(phi, std) ** 2)
    chi = simulations.mean_under_normal(lambda z: slope(z) ** 2, std)

    assert spread == pytest.approx(0.12, abs=0.005)
    assert f"{np.sqrt(0.25 / 15):.2f}" == "0.13"  # s^2 = (1/4 + s^2) / 16
    assert f"{chi:.3f}" == "0.056"
    assert f"{np.sqrt(chi):.2f}" == "0.24"


@pytest.mark.formula("eq-init-chi")
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_differences_go_forward_with_the_factor_of_gradients(activation):
    rng = np.random.default_rng(10)
    phi, slope = simulations.height_and_slope(activation)
    W = simulations.draw_weights(rng, (400, 3000), 1.3)[0]
    a = rng.standard_normal((4, 400))
    da = 1e-6 * rng.standard_normal((4, 400))

    change = np.mean((phi((a + da) @ W) - phi(a @ W)) ** 2) / np.mean(da**2)

    chi = 1.3 * simulations.mean_under_normal(lambda z: slope(z) ** 2, np.sqrt(1.3))
    assert change == pytest.approx(chi, rel=0.15)


@pytest.mark.formula("eq-init-angle")
@pytest.mark.parametrize("rho", [-0.5, 0.0, 0.3, 0.9])
def test_ReLU_turns_angles_as_the_formula_says(rho):
    z = np.random.default_rng(11).standard_normal((2, 400_000))
    u, v = np.maximum(z[0], 0), np.maximum(rho * z[0] + np.sqrt(1 - rho**2) * z[1], 0)

    # The standard error of the mean of the products is below 0.0025.
    assert simulations.relu_cosine(rho) == pytest.approx(2 * np.mean(u * v), abs=0.0125)
    assert simulations.relu_cosine(rho) > rho
    assert f"{simulations.relu_cosine(0.0):.2f}" == "0.32"


def test_the_product_rule_for_angles_agrees_with_the_closed_form():
    rho = np.linspace(-0.9, 0.9, 7)

    # The kink of ReLU costs the rule of 61 nodes a percent.
    np.testing.assert_allclose(
        simulations.next_cosine(rho, "relu"), simulations.relu_cosine(rho), atol=0.02
    )
    np.testing.assert_allclose(simulations.next_cosine(rho, "linear"), rho, atol=1e-12)


# ---- depth ----


@pytest.mark.formula("eq-init-depth")
def test_norms_of_deep_networks_follow_the_power_law_on_average():
    rng = np.random.default_rng(12)
    c, n, L = 1.6, 200, 6
    found = []
    for _ in range(300):
        weights = simulations.draw_weights(rng, [n] * (L + 1), c)
        a = np.full((1, n), n**-0.5)
        found.append(reference.activation_norms(weights, a)[-1] ** 2)

    # Relative standard error: sqrt(5 L / n / 300) = 2.2%.
    assert np.mean(found) == pytest.approx((c / 2) ** L, rel=0.11)
    assert reference.predicted_norm(c, L, 1.0)[-1] ** 2 == pytest.approx((c / 2) ** L)


@pytest.mark.formula("eq-init-he-forward")
@pytest.mark.parametrize("widths", [(40, 40, 40), (20, 60, 30)])
def test_between_ReLU_layers_the_mean_square_changes_by_half_of_n_times_the_variance(widths):
    rng = np.random.default_rng(28)
    before, after = [], []
    for _ in range(4000):
        first, second = (np.sqrt(0.03) * rng.standard_normal(shape) for shape in pairwise(widths))
        z = rng.standard_normal(widths[0]) @ first
        before.append(np.mean(z**2))
        after.append(np.mean((np.maximum(z, 0) @ second) ** 2))

    factor = 0.5 * widths[1] * 0.03
    found, error = np.mean(after), np.std(after) / np.sqrt(4000)
    assert abs(found - factor * np.mean(before)) < 5 * error < 0.1 * found


@pytest.mark.formula("eq-init-depth", "eq-init-flat")
def test_squared_gradients_of_deep_networks_follow_the_power_law_on_average():
    rng = np.random.default_rng(29)
    c, n, L = 1.6, 200, 7
    backward, by_weights = [], []
    for _ in range(200):
        weights = simulations.draw_weights(rng, [n] * L + [3], c)
        params = [(W, np.zeros(W.shape[1])) for W in weights]
        x = np.full((1, n), n**-0.5)
        _, grads = reference.loss_and_grads(params, x, [1])
        top = np.sum(grads[-1][1] ** 2)
        backward.append([np.sum(db**2) / top for _, db in grads])
        by_weights.append([np.sum(dW**2) / top for dW, _ in grads])

    # Relative standard error: about sqrt(5 L / n / 200) = 3%, more where only 3 units are above.
    layers = np.arange(1, L)
    np.testing.assert_allclose(np.mean(backward, axis=0)[:-1], (c / 2) ** (L - layers), rtol=0.2)
    np.testing.assert_allclose(np.mean(by_weights, axis=0), (c / 2) ** (L - 1), rtol=0.2)


@pytest.mark.formula("eq-init-he-backward", "eq-init-delta-norm")
@pytest.mark.parametrize("widths", [(30, 30, 30), (20, 60, 10), (60, 10, 40)])
def test_fan_in_keeps_the_norm_of_the_gradient_whatever_the_widths(widths):
    rng = np.random.default_rng(13)
    below, above = widths[1], widths[2]
    ratios = []
    for _ in range(4000):
        W = simulations.draw_weights(rng, (below, above), 2.0)[0]
        slopes = rng.integers(2, size=below)
        delta = rng.standard_normal(above)
        ratios.append(np.sum((slopes * (W @ delta)) ** 2) / np.sum(delta**2))

    error = np.std(ratios) / np.sqrt(len(ratios))
    assert abs(np.mean(ratios) - 1) < 5 * error < 0.1


@pytest.mark.formula("eq-init-flat")
def test_the_gradient_of_one_example_is_an_outer_product_of_flat_size():
    rng = np.random.default_rng(14)
    weights = simulations.draw_weights(rng, [60] * 8 + [3], 1.2)
    x = rng.standard_normal((1, 60))
    params = [(W, np.zeros(W.shape[1])) for W in weights]

    _, grads = reference.loss_and_grads(params, x, [1])

    sizes = [np.linalg.norm(x), *reference.activation_norms(weights[:-1], x)]
    deltas = [np.linalg.norm(db) for _, db in grads]
    found = reference.gradient_norms(weights, x, [1])
    np.testing.assert_allclose(found, np.array(sizes) * deltas)


def test_the_powers_that_the_text_quotes():
    assert f"{0.7**50:.1e}" == "1.8e-08"
    assert f"{2 ** (-50 / 2):.0e}" == "3e-08"
    assert round(1.5 ** (50 / 2), -3) == 25_000
    assert f"{np.sqrt(3 / 2):.2f} {np.sqrt(1 / 6):.2f}" == "1.22 0.41"
    assert f"{500 * 0.01**2:.2f}" == "0.05"
    assert 8.5 < np.sqrt(784 / 10) < 9


@pytest.mark.formula("eq-init-luck")
def test_the_fourth_moment_grows_by_five_over_the_width_in_each_layer():
    rng = np.random.default_rng(15)
    n, draws = 10, 200_000
    ratios = 2 / n * np.sum(np.maximum(rng.standard_normal((draws, n)), 0) ** 2, axis=1)

    # ratio^2 has a standard deviation below 4.
    assert np.mean(ratios**2) == pytest.approx(1 + 5 / n, abs=5 * 4 / np.sqrt(draws))
    assert np.mean(ratios) == pytest.approx(1, abs=5 / np.sqrt(draws))


def test_a_tenth_of_the_norm_in_one_direction_equals_all_the_random_weights():
    n, c = 100, 2.0
    W = simulations.draw_weights(np.random.default_rng(16), (n, n), c)[0]

    assert np.linalg.norm(W, 2) == pytest.approx(2 * np.sqrt(c), rel=0.06)
    assert np.linalg.norm(W) == pytest.approx(np.sqrt(c * n), rel=0.05)
    assert 0.1 * np.sqrt(c * n) == pytest.approx(np.sqrt(c))


# ---- the data set the scale ----


@pytest.mark.formula("eq-init-scale")
def test_scaling_to_the_data_forgets_the_scale_of_the_draw():
    rng = np.random.default_rng(17)
    weights = simulations.draw_weights(rng, (8, 12, 9, 4), 1.0)
    X = rng.standard_normal((30, 8))

    one = reference.scale_to_data(weights, X)
    other = reference.scale_to_data([s * W for s, W in zip((7, 0.01, 30), weights, strict=True)], X)

    a = X
    for W, V in zip(one, other, strict=True):
        np.testing.assert_allclose(W, V)
        assert np.mean((a @ W) ** 2) == pytest.approx(1)
        a = np.maximum(a @ W, 0)


def test_a_product_of_orthogonal_matrices_is_orthogonal():
    rng = np.random.default_rng(18)
    product = np.eye(50)
    for _ in range(10):
        product = product @ np.linalg.qr(rng.standard_normal((50, 50)))[0]

    np.testing.assert_allclose(np.linalg.svd(product, compute_uv=False), 1)


# ---- measured numbers ----


RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
NUMBER = re.compile(rf"(?<![\d·])10([{RAISED}]+)|(−?\d+\.?\d*)(?:·10([{RAISED}]+))?")


def numbers_in(text):
    """All numbers of a measured text; 4.5·10⁻⁷ counts as its decimal logarithm."""
    return [_number(*match.groups()) for match in NUMBER.finditer(text)]


def _number(power, factor, raised):
    exponent = (power or raised or "").translate(str.maketrans(RAISED, "-0123456789"))
    value = float((factor or "1").replace("−", "-"))
    return np.log10(value) + int(exponent) if exponent else value


def test_numbers_are_read_as_they_are_written():
    assert numbers_in("2·10⁻⁷ (10⁻⁸ to 0.5)") == pytest.approx([np.log10(2e-7), -8, 0.5])
    assert numbers_in("−0.009 to 64%") == [-0.009, 64]


def first(name):
    return numbers_in(STORED[name])[0]


@pytest.mark.parametrize(
    ("group", "rtol", "atol"),
    [
        (measurements.tanh_gain, 1e-3, 0.011),
        (measurements.isometry, 0.05, 0.05),
        (measurements.assumptions, 0.02, 0.011),
        (measurements.angles, 0.02, 0.011),
        (measurements.flow, 0.1, 0.05),
    ],
)
def test_measurements_without_training_come_out_the_same(group, rtol, atol):
    # The last printed digit may fall to the other side on another processor.
    for name, text in group().items():
        stored = numbers_in(STORED[name])
        np.testing.assert_allclose(numbers_in(text), stored, rtol=rtol, atol=atol, err_msg=name)


def test_a_zero_start_can_be_measured_again():
    again = measurements.symmetry()

    for name in ("symmetry_zero", "symmetry_random"):
        np.testing.assert_allclose(numbers_in(again[name]), numbers_in(STORED[name]), atol=3)


def test_one_of_the_deep_networks_can_be_trained_again():
    rate = float(STORED["rates_best_2"])
    errors = 100 * np.array([measurements._deep_error(2.0, rate, seed) for seed in (0, 1)])
    low, _, high = (np.array(row.split(), float) for row in STORED["rates_curve_2"].split(";"))
    place = measurements.RATES.index(rate)

    assert (errors >= low[place] - 3).all()
    assert (errors <= high[place] + 3).all()


def test_tuning_seeds_are_not_those_that_judge():
    assert not set(measurements.TUNING_SEEDS) & set(measurements.SEEDS)


# ---- what the text concludes from the numbers ----


def test_the_numbers_support_what_the_text_says_of_depth():
    assert first("flow_last_1") < -6 < 4 < first("flow_last_3")
    for c in (1, 2, 3):
        assert first(f"flow_steep_{c}") < 10
    for width in (30, 100, 300):
        assert first(f"luck_std_{width}") == pytest.approx(first(f"luck_theory_{width}"), rel=0.2)
        assert first(f"luck_median_{width}") < 1


def test_the_numbers_support_what_the_text_says_of_convex_problems():
    assert STORED["convex_end_zero"] == STORED["convex_end_he"] == STORED["convex_end_huge"]
    assert first("convex_apart") < -12


def test_the_numbers_support_what_the_text_says_of_persistence():
    for key in ("1", "1_7", "2", "2_3"):
        assert first(f"persist_error_{key}") < 6
        assert first(f"persist_moved_{key}") < 25
        assert first(f"persist_grown_{key}") < 10
    assert first("persist_ratio_after") < 3 < 10 < first("persist_ratio_before")
    assert first("persist_error_1") < first("persist_error_2") + 1


def test_the_numbers_support_what_the_text_says_of_starts():
    assert first("symmetry_zero") < 15 < first("symmetry_constant") < 40
    assert first("symmetry_random") > 90
    assert first("tie_break_0_001") > 90
    assert abs(first("shape_normal") - first("shape_uniform")) < 1


def test_the_best_rate_has_the_smallest_median_of_the_figure():
    grid = [f"{rate:g}" for rate in measurements.RATES]
    for c in measurements.RATES_C:
        key = c.replace(".", "_")
        _, middle, _ = (
            np.array(row.split(), float) for row in STORED[f"rates_curve_{key}"].split(";")
        )
        best = middle[grid.index(STORED[f"rates_best_{key}"])]
        assert best == middle.min() == first(f"rates_error_{key}")


def test_the_numbers_support_what_the_text_says_of_rates():
    for c in ("1_7", "2", "2_3"):
        assert first(f"rates_error_{c}") < 8
    assert first("rates_error_3") > 15 > 10 > first("rates_error_2")
    assert numbers_in(STORED["rates_error_3"])[-1] == 100
    assert first("rates_error_0_33") > 85
    assert first("framework_best") > 80
    for c in ("1", "3"):
        assert first(f"scaled_error_{c}") < 8


def test_the_numbers_support_what_the_text_says_of_the_project():
    two_thirds = 100 * 2 / 3
    for scheme in ("xavier", "he"):
        assert min(numbers_in(STORED[f"project_held_{scheme}"])) > two_thirds
    for scheme in ("zero", "small", "large"):
        assert max(numbers_in(STORED[f"project_held_{scheme}"])) < two_thirds - 10
    assert first("project_loss_large") < -3
    assert first("project_held_large") <= first("project_readout_large") + 1


def test_the_text_quotes_every_measured_number_and_no_other():
    lesson = (folder("initialization") / "lesson.md").read_text("utf-8")
    quoted = set(re.findall(r"\{\{ (\S+) \}\}", lesson))
    drawn = {name for name in STORED if name.startswith(("rates_", "simulate_"))}  # by figures

    assert quoted | drawn == set(STORED)
    assert len(quoted) > 100
