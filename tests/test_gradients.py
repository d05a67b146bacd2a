"""The formulas that end a derivation hold, and the measured numbers can be measured again."""

import re

import numpy as np
import pytest

from autograder.course.lesson import folder
from lessons.gradients import figures, measurements, simulations
from lessons.kit.measured import measured
from solutions import gradients as reference

STORED = measured("gradients")
LESSON = (folder("gradients") / "lesson.md").read_text("utf-8")
PLACES = np.linspace(1.05, 2.0, 39)
UNIT = {"float64": 2.0**-53, "float32": 2.0**-24}
SMOOTH = [simulations.CURVES["bell"], simulations.CURVES["cube"]]


def difference(one, x, h, scheme):
    return simulations.quotient(one.value, x, *simulations.reach(scheme, h))


# ---- formulas ----


@pytest.mark.formula("eq-differences")
@pytest.mark.parametrize("slope", [-2.0, 0.5])
def test_both_differences_are_exact_for_a_straight_line(slope):
    for scheme in ("forward", "centered"):
        sides = simulations.reach(scheme, 0.25)
        assert simulations.quotient(lambda x: slope * x + 1, 3.0, *sides) == slope


@pytest.mark.formula("eq-taylor")
@pytest.mark.parametrize("one", SMOOTH, ids=lambda one: one.label)
def test_the_derivatives_of_the_curves_are_those_in_their_Taylor_series(one):
    h = 1e-3
    for side in (h, -h):
        terms = (
            one.value(PLACES),
            side * one.slope(PLACES),
            side**2 / 2 * one.second(PLACES),
            side**3 / 6 * one.third(PLACES),
        )
        # The next term is of the size of h^4 = 1e-12.
        np.testing.assert_allclose(one.value(PLACES + side), sum(terms), rtol=0, atol=1e-12)
        assert np.abs(one.value(PLACES + side) - sum(terms[:3])).max() > 5e-11


@pytest.mark.formula("eq-taylor-forward", "eq-taylor-centered")
@pytest.mark.parametrize("one", SMOOTH, ids=lambda one: one.label)
def test_the_first_error_terms_are_those_of_Taylor(one):
    h = 2.0**-8
    forward = difference(one, PLACES, h, "forward") - one.slope(PLACES)
    centered = difference(one, PLACES, h, "centered") - one.slope(PLACES)

    # What is left out has one more power of h, or two.
    np.testing.assert_allclose(forward, h / 2 * one.second(PLACES), rtol=0, atol=2 * h**2)
    np.testing.assert_allclose(centered, h**2 / 6 * one.third(PLACES), rtol=0, atol=2 * h**4)


@pytest.mark.formula("eq-roundoff")
@pytest.mark.parametrize("dtype", UNIT)
def test_two_rounded_values_cost_no_more_than_the_bound(dtype):
    rng, unit = np.random.default_rng(0), UNIT[dtype]
    f = rng.uniform(0.5, 4, 100_000).astype(np.longdouble)
    change = rng.uniform(-1e-3, 1e-3, f.size).astype(np.longdouble)
    ahead, behind = f + change, f - change
    wrong = ahead.astype(dtype) - behind.astype(dtype) - (ahead - behind)

    share = np.abs(wrong) / (unit * np.abs(ahead) + unit * np.abs(behind))
    assert share.max() <= 1
    assert share.max() > 0.8  # the bound is not far from what happens


def total(h, f, third, unit):
    return abs(third) / 6 * h**2 + unit * abs(f) / h


@pytest.mark.formula("eq-total", "eq-best-step", "eq-best-error")
@pytest.mark.parametrize(("f", "third"), [(1.0, 1.0), (-0.3, 20.0), (50.0, -0.1)])
@pytest.mark.parametrize("dtype", UNIT)
def test_the_best_step_is_where_the_sum_of_the_errors_is_smallest(f, third, dtype):
    unit = UNIT[dtype]
    h = np.geomspace(1e-9, 10, 200_001)
    sums = total(h, f, third, unit)
    best = (3 * unit * abs(f) / abs(third)) ** (1 / 3)

    assert h[sums.argmin()] == pytest.approx(best, rel=1e-3)
    assert sums.min() == pytest.approx(abs(third) / 2 * best**2, rel=1e-6)
    assert abs(third) / 6 * best**2 == pytest.approx(sums.min() / 3, rel=1e-6)


@pytest.mark.formula("eq-rule")
@pytest.mark.parametrize(("dtype", "says"), [("float64", 6e-6), ("float32", 0.005)])
def test_the_rule_is_close_to_the_best_step_of_ordinary_functions(dtype, says):
    rule, bell = reference.best_step(dtype), simulations.CURVES["bell"]
    best = (3 * UNIT[dtype] * bell.value(PLACES) / np.abs(bell.third(PLACES))) ** (1 / 3)

    assert rule == pytest.approx(says, rel=0.02)
    assert (best / rule).max() < 4
    assert (best / rule).min() > 1 / 4


@pytest.mark.formula("eq-forward-best")
@pytest.mark.parametrize(("f", "second"), [(1.0, 1.0), (-0.3, 20.0)])
def test_the_best_forward_step_is_a_square_root(f, second):
    unit, h = UNIT["float64"], np.geomspace(1e-12, 1, 200_001)
    sums = abs(second) / 2 * h + 2 * unit * abs(f) / h

    assert h[sums.argmin()] == pytest.approx(2 * np.sqrt(unit * abs(f) / abs(second)), rel=1e-3)
    assert sums.min() == pytest.approx(2 * np.sqrt(unit * abs(f) * abs(second)), rel=1e-6)


@pytest.mark.formula("eq-relative-error", "eq-factor")
def test_a_factor_has_the_relative_error_of_the_formula():
    a = np.random.default_rng(1).standard_normal(50)
    for factor in (2.0, 0.5, 1.001, 1 / 32, 0.0, -1.0):
        wished = abs(1 - factor) / (1 + abs(factor)) if factor >= 0 else 1.0
        assert reference.relative_error(a, factor * a) == pytest.approx(wished)
    assert reference.relative_error(a, 2 * a) == pytest.approx(1 / 3)
    assert reference.relative_error(a, (1 + 1e-6) * a) == pytest.approx(0.5e-6, rel=1e-5)


@pytest.mark.formula("eq-floor")
@pytest.mark.parametrize("h", [1e-5, 1e-7])
def test_small_entries_are_measured_as_badly_as_rounding_says(h):
    sizes, errors = simulations.simulate_entries(reference.numerical_gradient, h)
    loss = simulations.layer_loss(*simulations.layer(0), "arctan")
    expected = simulations.expected_entry_error(sizes, loss, h)

    # The loss is a sum of a thousand terms: its round-off is a few units, and truncation comes on
    # top where the step is wide.
    assert np.median(errors / expected) < 10
    assert np.corrcoef(np.log(sizes.ravel()), np.log(errors.ravel() + 1e-18))[0, 1] < -0.5


@pytest.mark.formula("eq-direction")
def test_the_slope_along_a_direction_is_an_inner_product():
    W, X, Y = simulations.layer(3)
    gradient = simulations.layer_gradient(W, X, Y, "arctan")
    v = np.random.default_rng(2).standard_normal(W.shape)

    def loss(W):
        return simulations.layer_loss(W, X, Y, "arctan")

    off = []
    for h in (2.0**-9, 2.0**-10):
        analytic, numeric = reference.directional_check(loss, gradient, W, v, h)
        off.append(numeric - analytic)

    assert off[0] / off[1] == pytest.approx(4, rel=0.02)  # as h^2
    assert abs(off[1]) < 1e-3 * abs(analytic)


@pytest.mark.formula("eq-random-direction")
def test_a_random_direction_sees_a_mistake_at_its_full_length_on_average():
    rng = np.random.default_rng(3)
    mistake = rng.standard_normal(40)

    for v in (rng.standard_normal((40_000, 40)), rng.choice([-1.0, 1.0], (40_000, 40))):
        # The squares spread by about sqrt(2) times their mean: 5 standard errors.
        mean = np.mean((v @ mistake) ** 2)
        assert mean == pytest.approx(mistake @ mistake, rel=5 * np.sqrt(2 / 40_000))


@pytest.mark.formula("eq-kink")
@pytest.mark.parametrize(("left", "right"), [(0.0, 1.0), (-1.0, 1.0), (0.01, 2.0)])
def test_at_a_kink_a_centered_difference_mixes_the_two_slopes(left, right):
    h = 0.1
    for d in (-0.09, -0.02, 0.0, 0.05):
        slope = simulations.quotient(lambda x: np.where(x > 0, right, left) * x, d, h, h)
        assert slope == pytest.approx(((h + d) * right + (h - d) * left) / (2 * h))
    assert reference.numerical_gradient(lambda x: max(x[0], 0.0), [0.0]) == pytest.approx(0.5)


@pytest.mark.formula("eq-crossings")
@pytest.mark.parametrize("h", [1e-2, 1e-3])
def test_as_many_kinks_are_passed_as_their_density_says(h):
    counts = [simulations.simulate_check("relu", h, seed=seed)[1] for seed in range(400)]
    expected = simulations.expected_crossings(h)

    assert simulations.expected_crossings(1.0) == pytest.approx(2700, rel=0.02)
    # Counts are nearly those of Poisson, a little wider: 6 standard errors.
    assert np.mean(counts) == pytest.approx(expected, abs=6 * np.sqrt(expected / 400))


@pytest.mark.formula("eq-unbroadcast")
@pytest.mark.parametrize("shape", [(3,), (4, 1), (1, 3), (1, 1)])
def test_what_was_copied_on_the_way_forward_is_summed_on_the_way_back(shape):
    rng = np.random.default_rng(4)
    R, b = rng.standard_normal((4, 3)), rng.standard_normal(shape)

    numeric = reference.numerical_gradient(lambda b: np.sum(R * np.sin(b + np.zeros((4, 3)))), b)

    by_rule = reference.unbroadcast(R * np.cos(b + np.zeros((4, 3))), shape)
    np.testing.assert_allclose(by_rule, numeric, atol=1e-9)


# ---- figures ----


@pytest.mark.parametrize("unit", simulations.UNITS)
def test_the_gradient_of_the_layer_is_right(unit):
    W, X, Y = simulations.layer(6, examples=2, inputs=3, units=4)

    def loss(W):
        return simulations.layer_loss(W, X, Y, unit)

    gradient = simulations.layer_gradient(W, X, Y, unit)

    assert reference.relative_error(gradient, reference.numerical_gradient(loss, W)) < 1e-6


def test_a_numerical_gradient_that_is_handed_over_draws_the_points():
    plain = figures.steps()[1]
    yours = figures.steps(numerical_gradient=reference.numerical_gradient)[1]
    wrong = figures.steps(numerical_gradient=lambda f, x, h: np.zeros(1))[1]

    assert yours == plain.replace("centered differences", "your numerical_gradient")
    assert wrong != yours


def test_the_direction_of_ones_is_blind_to_entries_that_changed_places():
    seen, ones = simulations.simulate_directions("two entries swapped", 1000)

    assert ones < 1e-12
    assert np.median(seen) > 1e-4


@pytest.mark.parametrize("bug", simulations.BUGS)
def test_two_numbers_for_a_direction_have_the_law_of_real_directions(bug):
    right = np.random.default_rng(0).standard_normal(50)  # as simulate_directions draws it
    v = np.random.default_rng(1).standard_normal((20_000, 50))
    real = simulations.gap(v @ right, v @ simulations.with_bug(right, bug))

    seen, _ = simulations.simulate_directions(bug, 50, directions=20_000)

    shares = [0.1, 0.5, 0.9]
    assert np.quantile(seen, shares) == pytest.approx(np.quantile(real, shares), rel=0.08)


@pytest.mark.parametrize("bug", simulations.BUGS)
def test_a_bug_changes_what_it_says(bug):
    right = np.arange(1.0, 6.0)

    changed = np.flatnonzero(simulations.with_bug(right, bug) != right)

    assert len(changed) == {"one": 1, "two": 2, "all": 5}[bug.split()[0]]


# ---- measured numbers ----


def numbers_in(text):
    """All numbers of a measured text, powers of ten as such and percentages as they are."""
    plain = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")).replace("·10", "e")
    plain = re.sub(r"(?<![\d.])10(-\d+)", r"1e\1", plain)
    return [float(number) for number in re.findall(r"\d+\.?\d*(?:e-?\d+)?", plain)]


def first(name):
    return numbers_in(STORED[name])[0]


def assert_measured_again(numbers, rtol):
    for name, text in numbers.items():
        stored = numbers_in(STORED[name])
        np.testing.assert_allclose(numbers_in(text), stored, rtol=rtol, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("group", [measurements.steps, measurements.usual_steps])
def test_the_slopes_of_the_curve_come_out_the_same(group):
    # Sums, products and quotients are rounded alike everywhere; powers of ten nearly so.
    assert_measured_again(group(), rtol=0.1)


def test_what_directions_see_comes_out_the_same():
    numbers = measurements.directions()

    assert_measured_again(numbers, rtol=0.02)


def test_the_entries_of_a_layer_come_out_much_the_same():
    for name, text in measurements.entries().items():
        # Round-off itself is measured here, which depends on the order of sums.
        assert 0.1 < (first(name) + 0.1) / (numbers_in(text)[0] + 0.1) < 10


def test_the_numbers_support_what_the_text_says_of_steps():
    assert first("error_float64_7") > 5 * first("error_float64_5")
    assert first("error_float32_7") > 0.05
    for dtype in UNIT:
        assert first(f"best_error_{dtype}_centered") < 0.1 * first(f"best_error_{dtype}_forward")
        assert first(f"best_step_{dtype}_centered") > first(f"best_step_{dtype}_forward")
    bell = simulations.CURVES["bell"]
    wide = np.abs(difference(bell, PLACES, 1000 * 6e-6, "centered") - bell.slope(PLACES))
    assert first("best_error_float32_centered") > 0.5 * np.median(wide)
    assert 0.2 < abs(bell.slope(PLACES)).mean() < 0.45


def test_single_precision_moves_places_so_close_together_by_a_fifth_or_by_two_fifths():
    bell, h = simulations.CURVES["bell"], 1e-7
    behind, ahead = (np.float64(np.float32(PLACES + side)) for side in (-h, h))
    far = (ahead - behind) / (2 * h)
    errors = np.abs((bell.value(ahead) - bell.value(behind)) / (2 * h) - bell.slope(PLACES))

    np.testing.assert_allclose(np.unique(far), [0.6, 1.2], atol=0.01)
    assert first("error_float32_7") / 2 < np.median(errors) < first("error_float32_7")


def test_single_precision_ends_at_the_error_of_a_slope_of_zero():
    h, errors = simulations.simulate_steps("bell", 1.3, "float32")

    assert f"{abs(simulations.CURVES['bell'].slope(1.3)):.2f}" == "0.36"
    assert (errors[h < 1e-8] == abs(simulations.CURVES["bell"].slope(1.3))).all()


def test_at_a_round_place_the_cube_has_hardly_any_round_off():
    round_place, other = (simulations.simulate_steps("cube", x)[1][20:] for x in (-2.0, -1.9))

    assert np.mean(round_place == 0) > 0.9
    assert (other > 0).all()


def test_the_numbers_support_what_the_text_says_of_single_precision():
    assert first("layer_double_5") < 1e-8
    assert first("layer_single_3") < min(first(f"layer_single_{power}") for power in (2, 5, 7))
    assert first("layer_worst_single_3") > 0.005  # what a bug of one percent shows
    assert numbers_in(STORED["entry_worst_5"])[0] > 1e-7 > first("entry_norms_5")
    assert 18 < simulations.layer_loss(*simulations.layer(0), "arctan") < 26


def test_the_numbers_support_what_the_text_says_of_kinks():
    assert first("kink_free_4") < 1e-11 < 1e-4 < first("kink_error_4")
    assert 0.2 < first("kink_error_5") / first("kink_error_4") < 5
    for power in (3, 4, 5):
        assert first(f"kink_count_{power}") == pytest.approx(
            first(f"kink_expected_{power}"), rel=0.25
        )


def test_the_text_quotes_only_numbers_that_were_measured():
    quoted = set(re.findall(r"\{\{ (\w+) \}\}", LESSON))

    assert quoted <= set(STORED)
    assert len(quoted) > 25
