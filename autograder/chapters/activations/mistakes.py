"""What students get wrong about activations."""

# ruff: noqa: F811  (a mistake is named within its exercise, so names recur)

import numpy as np

from autograder.suites.mistakes import (
    Catalogue,
    always_float64,
    changes_its_input,
    keeps_integers,
    makes_a_list_of_a_number,
    needs_an_array,
    needs_two_axes,
    only_for_single_numbers,
    returns_it_flat,
)
from solutions.activations import (
    as_float,
    dead_units,
    elu,
    elu_grad,
    gradient_sign_agreement,
    leaky_relu,
    leaky_relu_grad,
    maxout_backward,
    maxout_forward,
    prelu_backward,
    relu,
    relu_grad,
    saturated_fraction,
    sigmoid,
    sigmoid_grad,
    tanh_grad,
)

catalogue = Catalogue()
mistake = catalogue.mistake


# ---- as_float


@mistake(as_float)
def converts_nothing(z):
    """Integers come back as integers: besides making an array you need to change their dtype."""
    return np.asarray(z)


@mistake(as_float)
def asks_for_int64_only(z):
    """Your function converts the ordinary integers only: there are other integer dtypes and
    booleans, so ask for the kind of the dtype."""
    z = np.asarray(z)
    return z.astype(np.float64) if z.dtype == np.int64 else z


@mistake(as_float)
def forgets_booleans(z):
    """Booleans come back as booleans: they have a kind of their own, neither float nor integer."""
    z = np.asarray(z)
    return z.astype(np.float64) if z.dtype.kind in "iu" else z


@mistake(as_float)
def everything_float32(z):
    """Your result is float32 for every input: the floating-point dtype of the input should stay,
    and all else should become float64."""
    return np.asarray(z, dtype=np.float32)


@mistake(as_float)
def always_a_row(z):
    """A single number should become an array without axes, and yours has one."""
    z = np.atleast_1d(z)
    return z if z.dtype.kind == "f" else z.astype(np.float64)


catalogue.universal(as_float, always_float64, needs_an_array, returns_it_flat)


# ---- sigmoid


@mistake(sigmoid)
def exponential_overflows(z):
    """Your formula takes the exponential of large positive numbers, which overflows: arrange it so
    that exp only ever sees numbers that are zero or negative."""
    z = as_float(z)
    return 1 / (1 + np.exp(-z))


@mistake(sigmoid)
def both_branches_overflow(z):
    """Your formulas for the two signs are right, but np.where computes both for every number, so
    exp still overflows in the branch that is thrown away."""
    z = as_float(z)
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@mistake(sigmoid)
def quotient_overflows(z):
    """Far to the right your formula divides infinity by infinity, which is NaN: divide numerator
    and denominator by the exponential that grows."""
    z = as_float(z)
    return np.exp(z) / (1 + np.exp(z))


@mistake(sigmoid)
def forgets_the_minus(z):
    """Your curve falls where it should rise: look at the sign in the exponent."""
    z = as_float(z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, e, 1) / (1 + e)


@mistake(sigmoid)
def loses_the_left_tail(z):
    """Far to the left your formula subtracts two numbers that are equal in floating point, and 0 is
    all that is left of a small value: find one without a difference."""
    z = as_float(z)
    return (1 + np.tanh(z / 2)) / 2


@mistake(sigmoid)
def clips_the_result(z):
    """You clip the result, which replaces small values in the tail by a constant: overflow has to
    be prevented before the exponential, not repaired after it."""
    z = as_float(z)
    e = np.exp(-np.abs(z))
    s = np.where(z >= 0, 1, e) / (1 + e)
    return np.clip(s, 1e-15, 1 - 1e-15)


@mistake(sigmoid)
def clips_the_input(z):
    """You clip z to a range that is too narrow, so beyond it the tail is flat instead of falling
    further."""
    z = np.clip(as_float(z), -20, 20)
    return 1 / (1 + np.exp(-z))


@mistake(sigmoid)
def clips_the_input_at_30(z):
    """You clip z at 30, so beyond it the tail is flat, though it has far to fall before a number
    becomes too small to be told."""
    z = np.clip(as_float(z), -30, 30)
    return 1 / (1 + np.exp(-z))


@mistake(sigmoid)
def clips_the_input_at_50(z):
    """You clip z at 50, so beyond it the tail is flat, though it has far to fall before a number
    becomes too small to be told."""
    z = np.clip(as_float(z), -50, 50)
    return 1 / (1 + np.exp(-z))


@mistake(sigmoid)
def clips_the_input_at_100(z):
    """You clip z at 100, so beyond it the tail is flat, though it has far to fall before a number
    becomes too small to be told."""
    z = np.clip(as_float(z), -100, 100)
    return 1 / (1 + np.exp(-z))


@mistake(sigmoid)
def leaves_zero_out(z):
    """Your two cases are z > 0 and z < 0, and z = 0 falls between them."""
    z = as_float(z)
    s = np.zeros_like(z)
    s[z > 0] = 1 / (1 + np.exp(-z[z > 0]))
    s[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return s


# ---- sigmoid_grad


@mistake(sigmoid_grad)
def takes_z_for_the_output(z):
    """You treat z as the output of the sigmoid, but it is what goes in: the sigmoid has still to be
    computed."""
    z = as_float(z)
    return z * (1 - z)


@mistake(sigmoid_grad)
def returns_the_height(z):
    """You return the value of the sigmoid, and the question was its slope."""
    return sigmoid(z)


@mistake(sigmoid_grad)
def overflows_and_loses_the_right_tail(z):
    """The sigmoid inside your slope overflows far to the left, and far to the right the difference
    from 1 is computed as 0."""
    z = as_float(z)
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


@mistake(sigmoid_grad)
def loses_the_right_tail(z):
    """For large positive z the difference between 1 and the sigmoid is computed as 0, so the right
    tail is lost while the left one is not."""
    s = sigmoid(z)
    return s * (1 - s)


@mistake(sigmoid_grad)
def loses_both_tails(z):
    """Your formula with tanh subtracts from 1 a number that is 1 in floating point, so both tails
    become 0 too early."""
    z = as_float(z)
    return (1 - np.tanh(z / 2) ** 2) / 4


@mistake(sigmoid_grad)
def squared_exponential_overflows(z):
    """Far to the left your formula divides one number that overflowed by another: use the symmetry
    of the slope, so that exp only sees numbers that are zero or negative."""
    z = as_float(z)
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@mistake(sigmoid_grad)
def falls(z):
    """Your slope is negative, but the sigmoid rises everywhere."""
    z = as_float(z)
    e = np.exp(-np.abs(z))
    return -e / (1 + e) ** 2


@mistake(sigmoid_grad)
def forgets_the_square(z):
    """By the quotient rule the denominator of the slope is the square of that of the sigmoid, and
    yours is not squared."""
    z = as_float(z)
    e = np.exp(-np.abs(z))
    return e / (1 + e)


@mistake(sigmoid_grad)
def slope_of_the_output(z):
    """You apply the sigmoid twice: the slope is asked for at z, not at the output that belongs to
    it."""
    s = sigmoid(sigmoid(z))
    return s * (1 - s)


# ---- tanh_grad


@mistake(tanh_grad)
def takes_z_for_the_output(z):
    """You treat z as the output of tanh, but it is what goes in: tanh has still to be computed."""
    z = as_float(z)
    return 1 - z**2


@mistake(tanh_grad)
def forgets_the_square(z):
    """Your slope is not symmetric about 0, but that of tanh is: compare your formula with the
    derivative term by term."""
    return 1 - np.tanh(as_float(z))


@mistake(tanh_grad)
def rule_of_the_sigmoid(z):
    """That is the rule for the sigmoid: the one for tanh is similar but not the same."""
    t = np.tanh(as_float(z))
    return t * (1 - t)


@mistake(tanh_grad)
def returns_the_height(z):
    """You return the value of tanh, and the question was its slope."""
    return np.tanh(as_float(z))


@mistake(tanh_grad)
def cosh_overflows(z):
    """The hyperbolic cosine grows like an exponential and overflows for large z: write the slope
    with tanh, which cannot."""
    return 1 / np.cosh(as_float(z)) ** 2


@mistake(tanh_grad)
def quotient_overflows(z):
    """Written with exponentials, tanh divides infinity by infinity for large z: NumPy has a tanh
    that does not."""
    z = as_float(z)
    t = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
    return 1 - t**2


@mistake(tanh_grad)
def squares_z_instead(z):
    """You square z before taking tanh, and it is tanh that has to be squared."""
    return 1 - np.tanh(as_float(z) ** 2)


@mistake(tanh_grad)
def falls(z):
    """Your slope is negative, but tanh rises everywhere."""
    return np.tanh(as_float(z)) ** 2 - 1


# ---- relu


@mistake(relu)
def in_place(z):
    """You change the array of the caller, who still needs the negative numbers in it: make a new
    array."""
    z = as_float(z)
    z[z < 0] = 0
    return z


@mistake(relu)
def puts_the_numbers_back(z):
    """You change the array of the caller, if only for a moment: make a new array."""
    z = as_float(z)
    negative = z < 0
    kept = z[negative]
    z[negative] = 0
    result = z.copy()
    z[negative] = kept
    return result


@mistake(relu)
def largest_of_all(z):
    """np.max with 0 as its second argument takes the maximum along axis 0, and you need a
    comparison with 0 entry by entry."""
    return np.max(as_float(z), 0)


@mistake(relu)
def folds(z):
    """Negative numbers come out positive: they should be cut off, not folded up."""
    return np.abs(as_float(z))


@mistake(relu)
def keeps_the_negative(z):
    """You keep the negative numbers and cut off the positive ones."""
    return np.minimum(as_float(z), 0)


@mistake(relu)
def returns_the_slope(z):
    """You return the slope of ReLU, and the question was its value."""
    z = as_float(z)
    return (z > 0).astype(z.dtype)


@mistake(relu)
def has_a_ceiling(z):
    """Your function also cuts off large positive numbers, but ReLU has no ceiling."""
    return np.clip(as_float(z), 0, 6)


@mistake(relu)
def has_a_threshold(z):
    """Very small positive numbers become 0: compare with 0 itself, without a tolerance."""
    z = as_float(z)
    return np.where(z > 1e-8, z, 0)


@mistake(relu)
def leaks(z):
    """Your function lets a little of the negative numbers through: that is leaky ReLU."""
    z = as_float(z)
    return np.where(z > 0, z, 0.01 * z)


# ---- relu_grad


@mistake(relu_grad)
def one_at_zero(z):
    """Your slope at z = 0 is 1, and the convention here is 0: look at the comparison."""
    z = as_float(z)
    return (z >= 0).astype(z.dtype)


@mistake(relu_grad)
def half_at_zero(z):
    """Your slope at z = 0 is the mean of the two sides, and the convention here is 0."""
    z = as_float(z)
    return np.heaviside(z, 0.5).astype(z.dtype)


@mistake(relu_grad)
def booleans(z):
    """Your result holds booleans, which cannot be used everywhere as numbers can: give it the dtype
    of z."""
    return as_float(z) > 0


@mistake(relu_grad)
def whole_numbers(z):
    """Your result holds integers: give it the floating-point dtype of z."""
    return np.where(as_float(z) > 0, 1, 0)


@mistake(relu_grad)
def returns_the_height(z):
    """You return the value of ReLU, and the question was its slope."""
    return np.maximum(as_float(z), 0)


@mistake(relu_grad)
def minus_one_on_the_left(z):
    """Your slope is -1 for negative z, but there the curve is flat."""
    return np.sign(as_float(z))


@mistake(relu_grad)
def slope_of_the_negative_side(z):
    """You have the two sides the wrong way round."""
    z = as_float(z)
    return (z < 0).astype(z.dtype)


@mistake(relu_grad)
def in_place(z):
    """You write the slopes into the array of the caller, who still needs the numbers in it: make a
    new array."""
    z = as_float(z)
    z[z <= 0] = 0
    z[z > 0] = 1
    return z


@mistake(relu_grad)
def divides_by_z(z):
    """You divide by z, which goes wrong at z = 0: a comparison is all it takes."""
    z = as_float(z)
    return np.maximum(z, 0) / z


@mistake(relu_grad)
def has_a_threshold(z):
    """Very small positive numbers get the slope 0: compare with 0 itself, without a tolerance."""
    z = as_float(z)
    return (z > 1e-8).astype(z.dtype)


# ---- leaky_relu


@mistake(leaky_relu)
def larger_of_the_two(z, alpha=0.01):
    """The larger of the two lines is leaky ReLU only while alpha is below 1: decide by the sign of
    z instead."""
    z = as_float(z)
    return np.maximum(alpha * z, z)


@mistake(leaky_relu)
def ignores_alpha(z, alpha=0.01):
    """Your slope is always 0.01: use the argument alpha, of which this is only the default."""
    z = as_float(z)
    return np.where(z > 0, z, 0.01 * z)


@mistake(leaky_relu)
def does_not_leak(z, alpha=0.01):
    """Negative numbers become 0 as in plain ReLU, and they should leak through."""
    return np.maximum(as_float(z), 0)


@mistake(leaky_relu)
def alpha_itself(z, alpha=0.01):
    """On the negative side you return alpha, which is the slope there and not the value."""
    z = as_float(z)
    return np.where(z > 0, z, np.full_like(z, alpha))


@mistake(leaky_relu)
def leaks_upwards(z, alpha=0.01):
    """Your negative side comes out positive: a small slope still has its sign."""
    z = as_float(z)
    return np.where(z > 0, z, -alpha * z)


@mistake(leaky_relu)
def alpha_on_the_positive_side(z, alpha=0.01):
    """alpha belongs to the other side: you scale the positive numbers with it."""
    z = as_float(z)
    return np.where(z > 0, alpha * z, z)


@mistake(leaky_relu)
def adds_the_leak_everywhere(z, alpha=0.01):
    """You add the leak to the positive side as well, where the slope should be exactly 1."""
    z = as_float(z)
    return np.maximum(z, 0) + alpha * z


@mistake(leaky_relu)
def in_place(z, alpha=0.01):
    """You change the array of the caller, who still needs the negative numbers in it: make a new
    array."""
    z = as_float(z)
    z[z < 0] *= alpha
    return z


@mistake(leaky_relu)
def treats_no_leak_as_default(z, alpha=0.01):
    """An alpha of 0 is replaced by the default: in Python 0 counts as false, so test for None if at
    all."""
    z = as_float(z)
    return np.where(z > 0, z, (alpha or 0.01) * z)


# ---- leaky_relu_grad


@mistake(leaky_relu_grad)
def one_at_zero(z, alpha=0.01):
    """Your slope at z = 0 is that of the positive side, and the convention here is that of the
    negative one."""
    z = as_float(z)
    slope = np.ones_like(z)
    slope[z < 0] = alpha
    return slope


@mistake(leaky_relu_grad)
def nothing_at_zero(z, alpha=0.01):
    """Your slope at z = 0 is 0, which is neither of the two slopes that meet there."""
    z = as_float(z)
    return (z > 0).astype(z.dtype) + alpha * (z < 0).astype(z.dtype)


@mistake(leaky_relu_grad)
def does_not_leak(z, alpha=0.01):
    """Your slope on the negative side is 0 as in plain ReLU, and there it should let something
    through."""
    z = as_float(z)
    return (z > 0).astype(z.dtype)


@mistake(leaky_relu_grad)
def returns_the_height(z, alpha=0.01):
    """You return the value of leaky ReLU, and the question was its slope."""
    z = as_float(z)
    return np.where(z > 0, z, alpha * z)


@mistake(leaky_relu_grad)
def height_on_the_negative_side(z, alpha=0.01):
    """On the negative side you return the value, and the question was the slope, which does not
    depend on how far below 0 z is."""
    z = as_float(z)
    return np.where(z > 0, 1, alpha * z)


@mistake(leaky_relu_grad)
def ignores_alpha(z, alpha=0.01):
    """Your slope is always 0.01: use the argument alpha, of which this is only the default."""
    z = as_float(z)
    slope = np.ones_like(z)
    slope[z <= 0] = 0.01
    return slope


@mistake(leaky_relu_grad)
def larger_of_the_two(z, alpha=0.01):
    """The larger of the two slopes is the right one only while alpha is below 1: decide by the sign
    of z instead."""
    z = as_float(z)
    return np.maximum((z > 0).astype(z.dtype), alpha)


@mistake(leaky_relu_grad)
def adds_the_leak_everywhere(z, alpha=0.01):
    """You add alpha to the slope of the positive side as well, where it should be exactly 1."""
    z = as_float(z)
    return (z > 0).astype(z.dtype) + alpha


@mistake(leaky_relu_grad)
def in_place(z, alpha=0.01):
    """You write the slopes into the array of the caller, who still needs the numbers in it: make a
    new array."""
    z = as_float(z)
    positive = z > 0
    z[positive] = 1
    z[~positive] = alpha
    return z


@mistake(leaky_relu_grad)
def second_question_answered_first(z, alpha=0.01):
    """You ask whether the numbers are positive after you have overwritten some of them, so a later
    line undoes an earlier one."""
    slope = np.array(as_float(z))
    slope[slope <= 0] = alpha
    slope[slope > 0] = 1
    return slope


# ---- prelu_backward


@mistake(prelu_backward)
def mean_over_the_entries(dout, z, alpha):
    """Your dalpha is a mean: all entries share the one alpha, so their contributions add up."""
    dout, z = as_float(dout), as_float(z)
    share = dout * np.minimum(z, 0)
    return dout * leaky_relu_grad(z, alpha), np.sum(share) / max(share.size, 1)


@mistake(prelu_backward)
def one_for_every_entry(dout, z, alpha):
    """You return one dalpha for every entry, but there is only one alpha: all of them belong
    together."""
    dout, z = as_float(dout), as_float(z)
    return dout * leaky_relu_grad(z, alpha), dout * np.minimum(z, 0)


@mistake(prelu_backward)
def one_for_every_column(dout, z, alpha):
    """You sum over the examples only, which leaves one dalpha for every column: here all columns
    share the one alpha."""
    dout, z = as_float(dout), as_float(z)
    return dout * leaky_relu_grad(z, alpha), np.sum(dout * np.minimum(z, 0), axis=0)


@mistake(prelu_backward)
def keeps_the_axes(dout, z, alpha):
    """Your dalpha is the right number inside an array that still has axes: it should be a plain
    number, or it will broadcast later."""
    dout, z = as_float(dout), as_float(z)
    return dout * leaky_relu_grad(z, alpha), np.sum(dout * np.minimum(z, 0), keepdims=True)


@mistake(prelu_backward)
def sums_the_positive_part(dout, z, alpha):
    """Your dalpha collects the positive entries of z, but alpha has no say in those."""
    dout, z = as_float(dout), as_float(z)
    return dout * leaky_relu_grad(z, alpha), np.sum(dout * np.maximum(z, 0))


@mistake(prelu_backward)
def sums_all_entries(dout, z, alpha):
    """Your dalpha collects all entries, but alpha has no say in the positive ones."""
    dout, z = as_float(dout), as_float(z)
    return dout * leaky_relu_grad(z, alpha), np.sum(dout * z)


@mistake(prelu_backward)
def sums_the_upstream_gradient(dout, z, alpha):
    """Your dalpha only adds up the upstream gradient on the negative side: how much the output
    moves with alpha depends on z too."""
    dout, z = as_float(dout), as_float(z)
    return dout * leaky_relu_grad(z, alpha), np.sum(dout * (z <= 0).astype(z.dtype))


@mistake(prelu_backward)
def forgets_upstream_for_alpha(dout, z, alpha):
    """Your dalpha does not use the upstream gradient: the chain rule asks for it here as well."""
    dout, z = as_float(dout), as_float(z)
    return dout * leaky_relu_grad(z, alpha), np.sum(np.minimum(z, 0))


@mistake(prelu_backward)
def forgets_upstream_for_z(dout, z, alpha):
    """Your dz does not use the upstream gradient: it is the slope alone."""
    dout, z = as_float(dout), as_float(z)
    return leaky_relu_grad(z, alpha), np.sum(dout * np.minimum(z, 0))


@mistake(prelu_backward)
def alpha_once_too_often(dout, z, alpha):
    """Your dalpha has a factor alpha too many: either it is in your formula, or dout was already
    scaled when you used it again."""
    dout, z = as_float(dout), as_float(z)
    dz = dout * leaky_relu_grad(z, alpha)
    return dz, np.sum(dz * np.minimum(z, 0))


@mistake(prelu_backward)
def does_not_leak(dout, z, alpha):
    """Your dz is 0 on the negative side as in plain ReLU, and there the gradient should pass with a
    smaller slope."""
    dout, z = as_float(dout), as_float(z)
    return dout * (z > 0).astype(z.dtype), np.sum(dout * np.minimum(z, 0))


@mistake(prelu_backward)
def sign_of_the_wrong_array(dout, z, alpha):
    """You choose the slope by the sign of the upstream gradient: what counts is the sign of z."""
    dout, z = as_float(dout), as_float(z)
    return dout * leaky_relu_grad(dout, alpha), np.sum(dout * np.minimum(z, 0))


@mistake(prelu_backward)
def one_at_zero(dout, z, alpha):
    """At z = 0 your slope is that of the positive side, and the convention here is that of the
    negative one."""
    dout, z = as_float(dout), as_float(z)
    dz = np.where(z >= 0, dout, alpha * dout)
    return dz, np.sum(dout * np.minimum(z, 0))


@mistake(prelu_backward)
def nothing_at_zero(dout, z, alpha):
    """At z = 0 your slope is 0, which is neither of the two slopes that meet there."""
    dout, z = as_float(dout), as_float(z)
    slope = (z > 0).astype(z.dtype) + alpha * (z < 0).astype(z.dtype)
    return dout * slope, np.sum(dout * np.minimum(z, 0))


@mistake(prelu_backward)
def the_other_way_round(dout, z, alpha):
    """You return dalpha first and dz second: the statement has them the other way round."""
    dout, z = as_float(dout), as_float(z)
    return np.sum(dout * np.minimum(z, 0)), dout * leaky_relu_grad(z, alpha)


@mistake(prelu_backward)
def changes_the_upstream_gradient(dout, z, alpha):
    """You scale dout itself: after a plain assignment both names mean the same array, so make a
    copy."""
    dout, z = as_float(dout), as_float(z)
    dalpha = np.sum(dout * np.minimum(z, 0))
    dz = dout
    dz[z <= 0] *= alpha
    return dz, dalpha


@mistake(prelu_backward)
def cuts_off_digits(dout, z, alpha):
    """When z holds integers your dz does too, and the digits after the decimal point are cut off:
    an array made to look like z should be made after the conversion."""
    dout, z = np.asarray(dout), np.asarray(z)
    dz = np.zeros_like(z)
    dz[...] = np.where(z > 0, dout, alpha * dout)
    return dz, np.sum(dout * np.minimum(z, 0)).astype(float)


@mistake(prelu_backward)
def forgets_to_convert(dout, z, alpha):
    """When the inputs hold integers your dalpha is an integer too: convert both of them to float64
    first."""
    dout, z = np.asarray(dout), np.asarray(z)
    dz = np.where(z > 0, 1, alpha).astype(np.result_type(dout, z, np.float16)) * dout
    return dz, np.sum(dout * np.minimum(z, 0))


# ---- elu


@mistake(elu)
def overflows_and_loses_digits(z, alpha=1.0):
    """Two things go wrong: np.where also computes the exponential of large positive numbers, and
    close to 0 the exponential minus 1 loses its digits."""
    z = as_float(z)
    return np.where(z > 0, z, alpha * (np.exp(z) - 1))


@mistake(elu)
def unused_branch_overflows(z, alpha=1.0):
    """np.where computes both branches for every number, so the exponential of large positive
    numbers overflows although it is then thrown away."""
    z = as_float(z)
    return np.where(z > 0, z, alpha * np.expm1(z))


@mistake(elu)
def loses_digits_close_to_zero(z, alpha=1.0):
    """Close to 0 the exponential is nearly 1, and subtracting 1 loses most of its digits: NumPy has
    a function for the difference."""
    z = as_float(z)
    return np.where(z > 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1))


@mistake(elu)
def ignores_alpha(z, alpha=1.0):
    """alpha is not used: for very negative z the value should approach -alpha."""
    z = as_float(z)
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


@mistake(elu)
def forgets_minus_one(z, alpha=1.0):
    """Your two branches do not meet at z = 0: the exponential is 1 there, so something has to be
    subtracted."""
    z = as_float(z)
    return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)))


@mistake(elu)
def alpha_misses_the_brackets(z, alpha=1.0):
    """alpha multiplies only a part of the negative branch: mind the brackets."""
    z = as_float(z)
    return np.where(z > 0, z, (alpha - 1) + alpha * np.expm1(np.minimum(z, 0)))


@mistake(elu)
def alpha_on_both_sides(z, alpha=1.0):
    """alpha scales your positive side too, where the value should be z itself."""
    z = as_float(z)
    return alpha * np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


@mistake(elu)
def alpha_in_the_exponent(z, alpha=1.0):
    """alpha is a factor in front of the exponential, not in the exponent."""
    z = as_float(z)
    return np.where(z > 0, z, np.expm1(alpha * np.minimum(z, 0)))


@mistake(elu)
def wrong_sign(z, alpha=1.0):
    """Your negative side comes out positive: the curve should go on falling below 0."""
    z = as_float(z)
    return np.where(z > 0, z, -alpha * np.expm1(np.minimum(z, 0)))


@mistake(elu)
def leaks(z, alpha=1.0):
    """Your negative side is a straight line: that is leaky ReLU, and ELU levels off."""
    z = as_float(z)
    return np.where(z > 0, z, alpha * z)


@mistake(elu)
def in_place(z, alpha=1.0):
    """You change the array of the caller, who still needs the negative numbers in it: make a new
    array."""
    z = as_float(z)
    z[z <= 0] = alpha * np.expm1(z[z <= 0])
    return z


# ---- elu_grad


@mistake(elu_grad)
def unused_branch_overflows(z, alpha=1.0):
    """np.where computes both branches for every number, so the exponential of large positive
    numbers overflows although it is then thrown away."""
    z = as_float(z)
    return np.where(z > 0, 1, alpha * np.exp(z))


@mistake(elu_grad)
def ignores_alpha(z, alpha=1.0):
    """alpha is not used: it multiplies the negative branch, so it multiplies its slope as well."""
    z = as_float(z)
    return np.where(z > 0, 1, np.exp(np.minimum(z, 0)))


@mistake(elu_grad)
def one_at_zero(z, alpha=1.0):
    """Your slope at z = 0 is that of the positive side, and the convention here is that of the
    negative one."""
    z = as_float(z)
    return np.where(z >= 0, 1, alpha * np.exp(np.minimum(z, 0)))


@mistake(elu_grad)
def keeps_minus_one(z, alpha=1.0):
    """On the negative side you return the value of ELU: when it is differentiated, the constant
    goes."""
    z = as_float(z)
    return np.where(z > 0, 1, alpha * np.expm1(np.minimum(z, 0)))


@mistake(elu_grad)
def returns_the_height(z, alpha=1.0):
    """You return the value of ELU, and the question was its slope."""
    return elu(z, alpha)


@mistake(elu_grad)
def alpha_on_both_sides(z, alpha=1.0):
    """Your slope on the positive side is alpha, and there it should be 1."""
    z = as_float(z)
    return alpha * np.exp(np.minimum(z, 0))


@mistake(elu_grad)
def height_on_the_positive_side(z, alpha=1.0):
    """On the positive side you return the value plus alpha: the formula with the value of ELU holds
    only on the negative side."""
    return elu(z, alpha) + alpha


@mistake(elu_grad)
def slope_of_leaky(z, alpha=1.0):
    """Your slope on the negative side is constant: that is leaky ReLU, and the slope of ELU fades
    away."""
    z = as_float(z)
    slope = np.ones_like(z)
    slope[z <= 0] = alpha
    return slope


@mistake(elu_grad)
def differentiates_as_a_power(z, alpha=1.0):
    """You differentiate the exponential as if it were a power: it is its own derivative."""
    z = as_float(z)
    low = np.minimum(z, 0)
    return np.where(z > 0, 1, alpha * low * np.exp(low))


@mistake(elu_grad)
def in_place(z, alpha=1.0):
    """You write the slopes into the array of the caller, who still needs the numbers in it: make a
    new array."""
    z = as_float(z)
    positive = z > 0
    z[~positive] = alpha * np.exp(z[~positive])
    z[positive] = 1
    return z


for pure in (sigmoid, sigmoid_grad, tanh_grad):
    catalogue.universal(pure, changes_its_input)

for activation in (
    sigmoid,
    sigmoid_grad,
    tanh_grad,
    relu,
    relu_grad,
    leaky_relu,
    leaky_relu_grad,
    elu,
    elu_grad,
):
    catalogue.universal(
        activation,
        keeps_integers,
        always_float64,
        needs_an_array,
        only_for_single_numbers,
        needs_two_axes,
        returns_it_flat,
        makes_a_list_of_a_number,
    )

catalogue.universal(
    prelu_backward, always_float64, needs_an_array, only_for_single_numbers, needs_two_axes
)


# ---- maxout_forward


@mistake(maxout_forward)
def sums_the_pieces(x, W, b):
    """You add the pieces up, which makes one affine function of them: only the largest counts."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (x @ W + b[:, None, :]).sum(axis=0)


@mistake(maxout_forward)
def leaves_the_last_piece_out(x, W, b):
    """Your loop ends one piece too early: range(n) already stops before n, so the last piece is
    never compared."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    largest = x @ W[0] + b[0]
    for j in range(len(W) - 1):
        largest = np.maximum(largest, x @ W[j] + b[j])
    return largest


@mistake(maxout_forward)
def averages_the_pieces(x, W, b):
    """You average the pieces, which makes one affine function of them: only the largest counts."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (x @ W + b[:, None, :]).mean(axis=0)


@mistake(maxout_forward)
def forgets_the_bias(x, W, b):
    """The biases are not used."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (x @ W).max(axis=0)


@mistake(maxout_forward)
def bias_after_the_maximum(x, W, b):
    """You take the maximum of the weighted sums and of the biases separately: each piece needs its
    own bias before the pieces are compared."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (x @ W).max(axis=0) + b.max(axis=0)


@mistake(maxout_forward)
def bias_of_the_first_piece(x, W, b):
    """You add the biases of one piece to all of them: each piece has its own."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (x @ W + b[0]).max(axis=0)


@mistake(maxout_forward)
def bias_along_the_examples(x, W, b):
    """Your biases broadcast along the examples instead of the pieces, which goes unnoticed when
    there are as many of one as of the other: give b an axis for the examples."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (x @ W + b).max(axis=0)


@mistake(maxout_forward)
def maximum_over_the_examples(x, W, b):
    """Your maximum runs over the examples, and it should run over the pieces."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (x @ W + b[:, None, :]).max(axis=1)


@mistake(maxout_forward)
def maximum_over_the_units(x, W, b):
    """Your maximum runs over the units, and it should run over the pieces."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (x @ W + b[:, None, :]).max(axis=2)


@mistake(maxout_forward)
def maximum_over_everything(x, W, b):
    """Your maximum is a single number, the largest of all: take it over the pieces alone."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (x @ W + b[:, None, :]).max()


@mistake(maxout_forward)
def all_pieces(x, W, b):
    """You return all pieces: their maximum is missing."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return x @ W + b[:, None, :]


@mistake(maxout_forward)
def largest_in_size(x, W, b):
    """You choose the piece that is largest in absolute value: what counts is the largest value, and
    all negative numbers are smaller than all positive ones."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    z = x @ W + b[:, None, :]
    return np.take_along_axis(z, np.abs(z).argmax(axis=0)[None], axis=0)[0]


@mistake(maxout_forward)
def relu_on_top(x, W, b):
    """Your output is never negative: maxout compares the pieces with each other, not with 0."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return np.maximum((x @ W + b[:, None, :]).max(axis=0), 0)


@mistake(maxout_forward)
def scrambles_the_weights(x, W, b):
    """You reshape the weights into one wide matrix, but reshape keeps the order in memory, so the
    pieces get mixed up: move the axes first."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    k, d, m = W.shape
    z = (x @ W.reshape(d, k * m)).reshape(len(x), k, m) + b
    return z.max(axis=1)


@mistake(maxout_forward)
def drops_axes_of_length_one(x, W, b):
    """Axes of length 1 disappear from your result: a batch of one is still a batch."""
    x, W, b = as_float(x), as_float(W), as_float(b)
    return np.squeeze((x @ W + b[:, None, :]).max(axis=0))


catalogue.universal(
    maxout_forward, changes_its_input, keeps_integers, always_float64, needs_an_array
)


# ---- maxout_backward


@mistake(maxout_backward)
def ties_count_twice(dout, x, W, b):
    """When pieces are equal, each of them gets the whole gradient, so it counts twice: it goes to
    one of them only."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    z = x @ W + b[:, None, :]
    dz = (z == z.max(axis=0)) * dout
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def ties_share(dout, x, W, b):
    """When pieces are equal, you share the gradient among them: the statement gives it to one of
    them."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    z = x @ W + b[:, None, :]
    wins = (z == z.max(axis=0)).astype(z.dtype)
    dz = wins / wins.sum(axis=0) * dout
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def last_one_wins(dout, x, W, b):
    """When pieces are equal, the last of them gets the gradient: a later one should win only if it
    is larger."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    z = x @ W + b[:, None, :]
    winner = len(W) - 1 - z[::-1].argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def nobody_wins_a_tie(dout, x, W, b):
    """When pieces are equal, none of them gets the gradient: one of them should get all of it."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    z = x @ W + b[:, None, :]
    wins = z == z.max(axis=0)
    dz = (wins & (wins.sum(axis=0) == 1)) * dout
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def every_piece_gets_it(dout, x, W, b):
    """All pieces get the gradient, also those that lost and had no say in the output."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    dz = np.repeat(dout[None], len(W), axis=0)
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def one_winner_for_the_batch(dout, x, W, b):
    """You choose one winner for the whole batch, but every example has its own."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).sum(axis=1).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def one_winner_for_the_example(dout, x, W, b):
    """You choose one winner for all units of an example, but every unit has its own."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).sum(axis=2).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner[:, None]) * dout
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def winner_without_the_bias(dout, x, W, b):
    """You forget the biases when you look for the winner."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def relu_on_top(dout, x, W, b):
    """Where the output is negative your gradient is 0: maxout compares the pieces with each other,
    not with 0."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    z = x @ W + b[:, None, :]
    winner = z.argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * (dout * (z.max(axis=0) > 0))
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def mean_over_the_examples(dout, x, W, b):
    """You divide dW and db by the number of examples once more: that factor is already in dout."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    n = len(x)
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz / n, dz.sum(axis=1) / n


@mistake(maxout_backward)
def forgets_the_upstream_gradient(dout, x, W, b):
    """The upstream gradient is not used: your gradients are those of the sum of all outputs."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner).astype(dout.dtype)
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def input_gradient_of_one_piece(dout, x, W, b):
    """Your dx has the share of one piece only: the input feeds all of them, so their shares add
    up."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    return dz[-1] @ W[-1].T, x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def input_gradient_averaged(dout, x, W, b):
    """Your dx is the mean over the pieces: their shares add up."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    return (dz @ W.transpose(0, 2, 1)).mean(axis=0), x.T @ dz, dz.sum(axis=1)


@mistake(maxout_backward)
def bias_gradient_keeps_its_axis(dout, x, W, b):
    """Your db still has an axis of length 1 for the examples: it should have the shape of b."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    dx = (dz @ W.transpose(0, 2, 1)).sum(axis=0)
    return dx, x.T @ dz, dz.sum(axis=1, keepdims=True)


@mistake(maxout_backward)
def bias_gradient_over_the_units(dout, x, W, b):
    """Your db sums over the units: it should sum over the examples, which share the biases."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, dz.sum(axis=2)


@mistake(maxout_backward)
def bias_gradient_of_all_pieces(dout, x, W, b):
    """Your db gives every piece the gradient of the whole unit: only the winner gets it."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    db = np.repeat(dout.sum(axis=0)[None], len(W), axis=0)
    return (dz @ W.transpose(0, 2, 1)).sum(axis=0), x.T @ dz, db


@mistake(maxout_backward)
def the_other_way_round(dout, x, W, b):
    """Your results are in another order than the statement asks for."""
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = (x @ W + b[:, None, :]).argmax(axis=0)
    dz = (np.arange(len(W))[:, None, None] == winner) * dout
    return x.T @ dz, dz.sum(axis=1), (dz @ W.transpose(0, 2, 1)).sum(axis=0)


catalogue.universal(
    maxout_backward, changes_its_input, keeps_integers, always_float64, needs_an_array
)


# ---- saturated_fraction


@mistake(saturated_fraction)
def same_ends_for_both(a, kind, tol):
    """You look at both kinds in the way that suits tanh: the sigmoid has a lower end elsewhere."""
    a = as_float(a)
    if kind not in ("sigmoid", "tanh"):
        raise ValueError(kind)
    return np.mean(np.abs(a) > 1 - tol)


@mistake(saturated_fraction)
def ends_of_the_sigmoid_for_both(a, kind, tol):
    """You look at both kinds in the way that suits the sigmoid: tanh has a lower end elsewhere, and
    an output close to 0 is not saturated there."""
    a = as_float(a)
    if kind not in ("sigmoid", "tanh"):
        raise ValueError(kind)
    return np.mean((a < tol) | (a > 1 - tol))


@mistake(saturated_fraction)
def upper_end_only(a, kind, tol):
    """You count the upper end only: an activation saturates on both sides."""
    a = as_float(a)
    if kind not in ("sigmoid", "tanh"):
        raise ValueError(kind)
    return np.mean(a > 1 - tol)


@mistake(saturated_fraction)
def counts_the_healthy(a, kind, tol):
    """You return the fraction of outputs that are not saturated."""
    a = as_float(a)
    if kind == "sigmoid":
        return np.mean((a >= tol) & (a <= 1 - tol))
    if kind == "tanh":
        return np.mean(np.abs(a) <= 1 - tol)
    raise ValueError(kind)


@mistake(saturated_fraction)
def counts_them(a, kind, tol):
    """You return how many outputs are saturated: the question was which fraction of all."""
    a = as_float(a)
    if kind == "sigmoid":
        return np.sum((a < tol) | (a > 1 - tol)).astype(float)
    if kind == "tanh":
        return np.sum(np.abs(a) > 1 - tol).astype(float)
    raise ValueError(kind)


@mistake(saturated_fraction)
def in_percent(a, kind, tol):
    """You return a percentage: the question was which fraction, a number between 0 and 1."""
    a = as_float(a)
    if kind == "sigmoid":
        return 100 * np.mean((a < tol) | (a > 1 - tol))
    if kind == "tanh":
        return 100 * np.mean(np.abs(a) > 1 - tol)
    raise ValueError(kind)


@mistake(saturated_fraction)
def joins_two_questions_wrongly(a, kind, tol):
    """For the sigmoid you do not join the two comparisons right: | binds more tightly than < and >,
    so each needs brackets, and neither `or` nor `and` takes arrays."""
    a = as_float(a)
    if kind == "sigmoid":
        return np.mean(a < tol | a > 1 - tol)
    if kind == "tanh":
        return np.mean(np.abs(a) > 1 - tol)
    raise ValueError(kind)


@mistake(saturated_fraction)
def brackets_are_missing(a, kind, tol):
    """In Python | binds more tightly than < and >, so it is tol | a that is tried first: put
    brackets around each comparison."""
    a = as_float(a)
    if kind == "sigmoid":
        return np.mean(a < tol | a > 1 - tol)
    if kind == "tanh":
        return np.mean(a < tol - 1 | a > 1 - tol)
    raise ValueError(kind)


@mistake(saturated_fraction)
def or_between_arrays(a, kind, tol):
    """In Python `or` asks whether a whole array is true, which has no single answer: | joins two
    comparisons entry by entry, each of them in brackets."""
    a = as_float(a)
    if kind == "sigmoid":
        return np.mean(a < tol or a > 1 - tol)
    if kind == "tanh":
        return np.mean(a < tol - 1 or a > 1 - tol)
    raise ValueError(kind)


@mistake(saturated_fraction)
def one_for_every_column(a, kind, tol):
    """You return one fraction for every column: the question was one number for the whole array."""
    a = as_float(a)
    if kind == "sigmoid":
        return np.mean((a < tol) | (a > 1 - tol), axis=0)
    if kind == "tanh":
        return np.mean(np.abs(a) > 1 - tol, axis=0)
    raise ValueError(kind)


@mistake(saturated_fraction)
def asks_the_mean(a, kind, tol):
    """You ask whether the mean output is saturated: ask every output, and take the mean of the
    answers."""
    mean = np.mean(as_float(a))
    if kind == "sigmoid":
        return float(mean < tol or mean > 1 - tol)
    if kind == "tanh":
        return float(abs(mean) > 1 - tol)
    raise ValueError(kind)


@mistake(saturated_fraction)
def activates_once_more(a, kind, tol):
    """You apply the activation to a, but a is already what came out of it."""
    a = as_float(a)
    if kind == "sigmoid":
        s = sigmoid(a)
        return np.mean((s < tol) | (s > 1 - tol))
    if kind == "tanh":
        return np.mean(np.abs(np.tanh(a)) > 1 - tol)
    raise ValueError(kind)


@mistake(saturated_fraction)
def compares_with_tol_itself(a, kind, tol):
    """You compare the outputs with tol: what must be smaller than tol is the distance to an
    end."""
    a = as_float(a)
    if kind not in ("sigmoid", "tanh"):
        raise ValueError(kind)
    return np.mean(np.abs(a) > tol)


@mistake(saturated_fraction)
def counts_the_edge(a, kind, tol):
    """You count outputs at a distance of exactly tol: the statement asks for closer than tol."""
    a = as_float(a)
    if kind == "sigmoid":
        return np.mean((a <= tol) | (a >= 1 - tol))
    if kind == "tanh":
        return np.mean(np.abs(a) >= 1 - tol)
    raise ValueError(kind)


@mistake(saturated_fraction)
def accepts_any_kind(a, kind, tol):
    """An unknown kind gets an answer as if nothing were wrong: it should raise ValueError."""
    a = as_float(a)
    if kind == "sigmoid":
        return np.mean((a < tol) | (a > 1 - tol))
    return np.mean(np.abs(a) > 1 - tol)


@mistake(saturated_fraction)
def raises_the_wrong_error(a, kind, tol):
    """An unknown kind raises an error, but not the one that the statement promises to the
    caller."""
    a = as_float(a)
    low = {"sigmoid": 0.0, "tanh": -1.0}[kind]
    return np.mean((a < low + tol) | (a > 1 - tol))


@mistake(saturated_fraction)
def in_place(a, kind, tol):
    """You change the outputs while you count them: they belong to the caller."""
    a = as_float(a)
    if kind == "tanh":
        a += 1
        a /= 2
        tol = tol / 2
    elif kind != "sigmoid":
        raise ValueError(kind)
    return np.mean((a < tol) | (a > 1 - tol))


@mistake(saturated_fraction)
def fraction_in_float32(a, kind, tol):
    """Your fraction is float32 when the outputs are: it is a number of its own, and float64
    whatever it was counted on."""
    a = as_float(a)
    if kind == "sigmoid":
        return np.mean(((a < tol) | (a > 1 - tol)).astype(a.dtype))
    if kind == "tanh":
        return np.mean((np.abs(a) > 1 - tol).astype(a.dtype))
    raise ValueError(kind)


catalogue.universal(saturated_fraction, changes_its_input, needs_an_array, needs_two_axes)


# ---- dead_units


@mistake(dead_units)
def over_the_units(Z):
    """You ask each example whether all its units rest: the question goes to each unit, over all
    examples, so it is the other axis."""
    return ~np.any(as_float(Z) > 0, axis=1)


@mistake(dead_units)
def resting_once(Z):
    """You call a unit dead that rests on some example: dead means that it never fires."""
    return np.any(as_float(Z) <= 0, axis=0)


@mistake(dead_units)
def zero_counts_as_alive(Z):
    """You take a pre-activation of exactly 0 for a sign of life: ReLU passes no gradient there."""
    return np.all(as_float(Z) < 0, axis=0)


@mistake(dead_units)
def negative_on_average(Z):
    """You look at the mean pre-activation: a unit that is negative on average may still fire on
    some example."""
    return np.mean(as_float(Z), axis=0) <= 0


@mistake(dead_units)
def one_for_every_entry(Z):
    """You return an answer for every example: the question is about the units over the whole
    set."""
    return as_float(Z) <= 0


@mistake(dead_units)
def living_units(Z):
    """You return the units that are alive."""
    return np.any(as_float(Z) > 0, axis=0)


@mistake(dead_units)
def keeps_the_axes(Z):
    """Your result has an axis of length 1 for the examples: one axis, that of the units, is
    enough."""
    return ~np.any(as_float(Z) > 0, axis=0, keepdims=True)


@mistake(dead_units)
def zeros_and_ones(Z):
    """Your result holds numbers: booleans can be used as a mask, so return those."""
    return (~np.any(as_float(Z) > 0, axis=0)).astype(float)


@mistake(dead_units)
def which_ones(Z):
    """You return the positions of the dead units: the question was one boolean for every unit."""
    return np.flatnonzero(~np.any(as_float(Z) > 0, axis=0))


@mistake(dead_units)
def how_many(Z):
    """You return how many units are dead: the question was which."""
    return np.sum(~np.any(as_float(Z) > 0, axis=0))


@mistake(dead_units)
def last_example_only(Z):
    """Only the last example counts in your answer: a unit that rests there may have fired
    before."""
    return as_float(Z)[-1] <= 0


@mistake(dead_units)
def first_example_only(Z):
    """Only the first example counts in your answer: a unit that rests there may fire later."""
    return as_float(Z)[0] <= 0


@mistake(dead_units)
def has_a_threshold(Z):
    """Very small positive numbers do not count as firing in your answer: compare with 0 itself,
    without a tolerance."""
    return ~np.any(as_float(Z) > 1e-8, axis=0)


@mistake(dead_units)
def in_place(Z):
    """You apply ReLU to the array of the caller, who still needs the pre-activations."""
    Z = as_float(Z)
    Z[Z < 0] = 0
    return Z.sum(axis=0) == 0


catalogue.universal(dead_units, needs_an_array)


# ---- gradient_sign_agreement


@mistake(gradient_sign_agreement)
def over_the_batch(X, delta):
    """You add up the gradients of all examples first: the question is about each example by
    itself."""
    gradient = as_float(X).T @ as_float(delta)
    return np.all(gradient >= 0) or np.all(gradient <= 0)


@mistake(gradient_sign_agreement)
def over_the_examples(X, delta):
    """You compare the signs of one component over the examples: compare those of one example over
    its components, which is the other axis."""
    X, delta = as_float(X), as_float(delta)
    gradients = delta[:, None] * X
    return np.all(gradients >= 0, axis=0) | np.all(gradients <= 0, axis=0)


@mistake(gradient_sign_agreement)
def delta_along_the_inputs(X, delta):
    """You multiply delta along the wrong axis, which goes unnoticed when there are as many inputs
    as examples: it has one entry for every row."""
    X, delta = as_float(X), as_float(delta)
    gradients = X * delta
    return np.all(gradients >= 0, axis=1) | np.all(gradients <= 0, axis=1)


@mistake(gradient_sign_agreement)
def only_positive_agrees(X, delta):
    """You accept only gradients without a negative component: if all are negative, they agree as
    well."""
    X, delta = as_float(X), as_float(delta)
    return np.all(delta[:, None] * X >= 0, axis=1)


@mistake(gradient_sign_agreement)
def zero_contradicts(X, delta):
    """You treat 0 as a third sign that contradicts the other two: it moves its weight in neither
    direction."""
    X, delta = as_float(X), as_float(delta)
    signs = np.sign(delta[:, None] * X)
    return np.all(signs == signs[:, :1], axis=1)


@mistake(gradient_sign_agreement)
def zero_never_agrees(X, delta):
    """A gradient with a component of 0 never agrees in your answer, not even when all are 0: it
    moves its weight in neither direction."""
    X, delta = as_float(X), as_float(delta)
    gradients = delta[:, None] * X
    return np.all(gradients > 0, axis=1) | np.all(gradients < 0, axis=1)


@mistake(gradient_sign_agreement)
def ignores_delta(X, delta):
    """You look at the inputs alone: where delta is 0 the whole gradient is 0, whatever the input
    looks like."""
    X = as_float(X)
    return np.all(X >= 0, axis=1) | np.all(X <= 0, axis=1)


@mistake(gradient_sign_agreement)
def sign_of_the_product(X, delta):
    """You look at the sign of the product of all components: two negative ones cancel in it."""
    X, delta = as_float(X), as_float(delta)
    return np.prod(np.sign(delta[:, None] * X), axis=1) >= 0


@mistake(gradient_sign_agreement)
def agrees_with_delta(X, delta):
    """You compare the components with the sign of delta: they should be compared with each
    other."""
    X, delta = as_float(X), as_float(delta)
    return np.all(np.sign(delta[:, None] * X) == np.sign(delta[:, None]), axis=1)


@mistake(gradient_sign_agreement)
def first_and_last_only(X, delta):
    """You compare the first component with the last only: one in between may differ."""
    X, delta = as_float(X), as_float(delta)
    gradients = delta[:, None] * X
    return gradients[:, 0] * gradients[:, -1] >= 0


@mistake(gradient_sign_agreement)
def contradictions(X, delta):
    """Your answer is True where the components contradict each other."""
    X, delta = as_float(X), as_float(delta)
    gradients = delta[:, None] * X
    return np.any(gradients > 0, axis=1) & np.any(gradients < 0, axis=1)


@mistake(gradient_sign_agreement)
def one_for_every_component(X, delta):
    """You return an answer for every component: the question is about each example as a whole."""
    X, delta = as_float(X), as_float(delta)
    return delta[:, None] * X >= 0


@mistake(gradient_sign_agreement)
def keeps_the_axes(X, delta):
    """Your result is a column: it should have one axis, that of the examples."""
    X, delta = as_float(X), as_float(delta)
    gradients = delta[:, None] * X
    never_negative = np.all(gradients >= 0, axis=1, keepdims=True)
    return never_negative | np.all(gradients <= 0, axis=1, keepdims=True)


@mistake(gradient_sign_agreement)
def in_place(X, delta):
    """You multiply delta into the inputs of the caller, who still needs them."""
    X, delta = as_float(X), as_float(delta)
    X *= delta[:, None]
    return np.all(X >= 0, axis=1) | np.all(X <= 0, axis=1)


catalogue.universal(gradient_sign_agreement, needs_an_array)
