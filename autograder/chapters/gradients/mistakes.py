"""What students get wrong about checking gradients."""

# ruff: noqa: F811  (a mistake is named within its exercise, so names recur)

import numpy as np

from autograder.suites.mistakes import (
    Catalogue,
    always_float64,
    changes_its_input,
    keeps_integers,
    needs_an_array,
)
from solutions.gradients import (
    best_step,
    directional_check,
    numerical_gradient,
    relative_error,
    unbroadcast,
)

catalogue = Catalogue()
mistake = catalogue.mistake


# ---- numerical_gradient


@mistake(numerical_gradient)
def forward_difference(f, x, h=1e-5):
    """You compare the value ahead with the value at x itself: a centered difference compares the
    value ahead with the one behind."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x)) / h
    return gradient


@mistake(numerical_gradient)
def backward_difference(f, x, h=1e-5):
    """You compare the value at x itself with the value behind: a centered difference compares the
    value ahead with the one behind."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x) - f(x - step)) / h
    return gradient


@mistake(numerical_gradient)
def divides_by_one_step(f, x, h=1e-5):
    """Your result is twice too large: from the place behind to the place ahead it is two steps."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / h
    return gradient


@mistake(numerical_gradient)
def multiplies_by_the_step(f, x, h=1e-5):
    """You divide by 2 and then multiply by h: in Python a / 2 * h is (a / 2) * h, so put brackets
    around the divisor."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / 2 * h
    return gradient


@mistake(numerical_gradient)
def wrong_sign(f, x, h=1e-5):
    """Your gradient points the other way: it is the value ahead minus the value behind."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x - step) - f(x + step)) / (2 * h)
    return gradient


@mistake(numerical_gradient)
def half_a_step_to_each_side(f, x, h=1e-5):
    """Your two places are h apart: h is how far each entry moves to each side."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h / 2
        gradient[i] = (f(x + step) - f(x - step)) / h
    return gradient


@mistake(numerical_gradient)
def ignores_the_step(f, x, h=1e-5):
    """You always take the same step, whatever h is asked for."""
    h = 1e-5
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@mistake(numerical_gradient)
def step_relative_to_x(f, x, h=1e-5):
    """Your step grows and shrinks with the entry of x, and is 0 where the entry is 0: it should be
    the same h everywhere."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h * abs(x[i])
        gradient[i] = (f(x + step) - f(x - step)) / (2 * step[i])
    return gradient


@mistake(numerical_gradient)
def does_not_put_the_entry_back(f, x, h=1e-5):
    """You move an entry and never put it back, so the later entries are measured at another
    place."""
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


@mistake(numerical_gradient)
def moves_all_entries(f, x, h=1e-5):
    """You move all entries at the same time: a partial derivative asks what happens when a single
    one moves."""
    x = np.array(x, dtype=float)
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@mistake(numerical_gradient)
def moves_whole_rows(f, x, h=1e-5):
    """You go through the first axis only, so in a matrix whole rows move together: every single
    entry has a derivative of its own."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@mistake(numerical_gradient)
def keeps_a_view_of_the_row(f, x, h=1e-5):
    """You go through the first axis only, and in a matrix that keeps a view of a whole row, which
    moves along: every single entry has a derivative of its own."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        here = x[i]
        x[i] = here + h
        above = f(x)
        x[i] = here - h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] = here
    return gradient


@mistake(numerical_gradient)
def second_name_for_x(f, x, h=1e-5):
    """Your place behind is x itself, so only half of the difference is there: a second name for x
    is no copy of it, and moves along; keep the number that stood there."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = x
        x[i] = old[i] + h
        above = f(x)
        x[i] = old[i] - h
        gradient[i] = (above - f(x)) / (2 * h)
        x = old
    return gradient


@mistake(numerical_gradient)
def moves_a_copy(f, x, h=1e-5):
    """You move the entries of a flattened copy, and f never gets to see them: x.flatten() copies,
    and x.ravel() may."""
    x = np.array(x, dtype=float)
    flat, gradient = x.flatten(), np.zeros(x.size)
    for i in range(x.size):
        flat[i] += h
        above = f(x)
        flat[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient.reshape(x.shape)


@mistake(numerical_gradient)
def hands_over_a_flat_array(f, x, h=1e-5):
    """You call f with the flattened array: f takes an array of the shape of x."""
    x = np.array(x, dtype=float)
    flat, steps = x.ravel(), h * np.eye(x.size)
    slopes = [(f(flat + one) - f(flat - one)) / (2 * h) for one in steps]
    return np.array(slopes, dtype=float).reshape(x.shape)


@mistake(numerical_gradient)
def returns_it_flat(f, x, h=1e-5):
    """Your result is one flat row of numbers: it should have the shape of x."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient.ravel()


@mistake(numerical_gradient)
def keeps_the_dtype(f, x, h=1e-5):
    """You move the entries in the dtype of x, where integers lose the whole step and f asks for
    float64: convert x first."""
    x = np.array(x)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        here = x[i]
        x[i] = here + h
        above = f(x)
        x[i] = here - h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] = here
    return gradient


@mistake(numerical_gradient)
def result_in_the_dtype_of_x(f, x, h=1e-5):
    """The array that you collect the slopes in has the dtype of x, so their digits are cut off:
    the result is float64."""
    kept = np.asarray(x).dtype
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient.astype(kept)


@mistake(numerical_gradient)
def takes_no_list(f, x, h=1e-5):
    """Your function fails on a plain list: pass x through np.array first."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@mistake(numerical_gradient)
def moves_the_entries_of_x_itself(f, x, h=1e-5):
    """You move the entries of the caller's own array, if only for a moment: work on a copy."""
    x = np.asarray(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        here = x[i]
        x[i] = here + h
        above = f(x)
        x[i] = here - h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] = here
    return gradient


@mistake(numerical_gradient)
def restores_x_by_arithmetic(f, x, h=1e-5):
    """You put the entries of x back by adding and subtracting, which leaves rounding errors in the
    caller's array: work on a copy."""
    x = np.asarray(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] += h
    return gradient


@mistake(numerical_gradient)
def returns_inside_the_loop(f, x, h=1e-5):
    """You return inside the loop, so it ends after the first entry: move the return to the left,
    below the loop."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
        return gradient


@mistake(numerical_gradient)
def forgets_the_last_entry(f, x, h=1e-5):
    """Your loop ends one entry too early, so the last one keeps what it was made with: range(n)
    already stops before n."""
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in list(np.ndindex(x.shape))[:-1]:
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@mistake(numerical_gradient)
def one_number_for_all_entries(f, x, h=1e-5):
    """You move all entries together and get a single number: a gradient has one for each entry, so
    move one entry at a time."""
    x = np.array(x, dtype=float)
    return (f(x + h) - f(x - h)) / (2 * h)


# ---- best_step


@mistake(best_step)
def square_root(dtype):
    """You take the square root, which suits forward differences: the error of centered differences
    falls faster, so their best step is larger."""
    return float(np.finfo(dtype).eps) ** 0.5


@mistake(best_step)
def power_before_division(dtype):
    """You divide by 3 where you want a cube root: in Python eps ** 1 / 3 is (eps ** 1) / 3."""
    return float(np.finfo(dtype).eps) / 3


@mistake(best_step)
def same_for_every_dtype(dtype):
    """You give the step of double precision whatever the dtype is."""
    return float(np.finfo(float).eps) ** (1 / 3)


@mistake(best_step)
def smallest_number(dtype):
    """You start from the smallest number of the dtype: round-off depends on the distance between
    neighbouring numbers around 1."""
    return float(np.finfo(dtype).tiny) ** (1 / 3)


@mistake(best_step)
def half_the_epsilon(dtype):
    """Your epsilon is half as large as it should be: what is asked for is the distance from 1 to
    the next larger number, and a loop that halves until nothing changes goes one step further."""
    return float(np.finfo(dtype).eps / 2) ** (1 / 3)


@mistake(best_step)
def twice_the_epsilon(dtype):
    """Your epsilon is twice as large as it should be: what is asked for is the distance from 1 to
    the next larger number, so a loop that halves goes on one step longer."""
    return float(2 * np.finfo(dtype).eps) ** (1 / 3)


@mistake(best_step)
def half_the_step(dtype):
    """Your result is half of what is asked for: the cube root of epsilon is taken as it is."""
    return float(np.finfo(dtype).eps) ** (1 / 3) / 2


@mistake(best_step)
def in_the_dtype_itself(dtype):
    """Your result is a number of the dtype that was asked about: make it a Python float."""
    eps = np.finfo(dtype).eps
    return type(eps)(float(eps) ** (1 / 3))


# ---- relative_error


@mistake(relative_error)
def divides_by_the_first_only(a, b, floor=1e-8):
    """You measure the difference by the first gradient alone: the divisor has the sizes of both, so
    that it does not matter which comes first."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max(np.abs(a - b) / np.maximum(floor, np.abs(a)))


@mistake(relative_error)
def divides_by_the_larger(a, b, floor=1e-8):
    """You divide by the larger of the two sizes: the statement asks for their sum."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max(np.abs(a - b) / np.maximum(floor, np.maximum(np.abs(a), np.abs(b))))


@mistake(relative_error)
def absolute_value_of_the_sum(a, b, floor=1e-8):
    """You take the absolute value after adding, so gradients of opposite signs cancel in the
    divisor: take it of each one first."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max(np.abs(a - b) / np.maximum(floor, np.abs(a + b)))


@mistake(relative_error)
def signs_in_the_divisor(a, b, floor=1e-8):
    """You divide by the sum of the entries with their signs, which may be negative or cancel: add
    their absolute values."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max(np.abs(a - b) / np.maximum(floor, a + b))


@mistake(relative_error)
def maximum_of_one_array(a, b, floor=1e-8):
    """np.max looks for the largest entry of one array, and takes its second argument for an axis:
    np.maximum is what compares with floor, entry by entry."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max(np.abs(a - b) / np.max(floor, np.abs(a) + np.abs(b)))


@mistake(relative_error)
def maximum_of_python(a, b, floor=1e-8):
    """Python's max asks whether a whole array is larger than floor, which has no single answer:
    np.maximum compares entry by entry."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max(np.abs(a - b) / max(floor, np.abs(a) + np.abs(b)))


@mistake(relative_error)
def mean_of_all(a, b, floor=1e-8):
    """You average over the entries, so that many good ones hide a bad one: the worst one counts."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.mean(np.abs(a - b) / np.maximum(floor, np.abs(a) + np.abs(b)))


@mistake(relative_error)
def compares_the_norms(a, b, floor=1e-8):
    """You divide the length of the difference by the lengths of the gradients, so a small entry may
    be all wrong: divide entry by entry."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / max(floor, size)


@mistake(relative_error)
def largest_over_largest(a, b, floor=1e-8):
    """You divide the largest difference by the largest size: divide entry by entry, then look for
    the largest quotient."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max(np.abs(a - b)) / max(floor, np.max(np.abs(a) + np.abs(b)))


@mistake(relative_error)
def zero_over_zero(a, b, floor=1e-8):
    """Where both gradients are 0 you divide 0 by 0, which is NaN: the divisor is never smaller than
    floor."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    with np.errstate(all="ignore"):
        return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))


@mistake(relative_error)
def adds_the_floor(a, b, floor=1e-8):
    """You add floor to the divisor, which changes every quotient: it only replaces a divisor that
    is smaller."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max(np.abs(a - b) / (floor + np.abs(a) + np.abs(b)))


@mistake(relative_error)
def floor_for_each(a, b, floor=1e-8):
    """You hold each of the two sizes to the floor: it is their sum that is never smaller."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    size = np.maximum(floor, np.abs(a)) + np.maximum(floor, np.abs(b))
    return np.max(np.abs(a - b) / size)


@mistake(relative_error)
def ignores_the_floor(a, b, floor=1e-8):
    """You always take the same floor, whatever is asked for."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


@mistake(relative_error)
def forgets_the_absolute_value(a, b, floor=1e-8):
    """You look for the largest difference and forget that a difference may be negative: take its
    absolute value."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.max((a - b) / np.maximum(floor, np.abs(a) + np.abs(b)))


@mistake(relative_error)
def an_error_for_every_entry(a, b, floor=1e-8):
    """You return an error for every entry: one number is asked for, the largest."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    return np.abs(a - b) / np.maximum(floor, np.abs(a) + np.abs(b))


@mistake(relative_error)
def broadcasts(a, b, floor=1e-8):
    """You let NumPy broadcast arrays of different shapes, so entries that have nothing to do with
    each other are compared: raise ValueError."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return np.max(np.abs(a - b) / np.maximum(floor, np.abs(a) + np.abs(b)))


@mistake(relative_error)
def asserts_the_shapes(a, b, floor=1e-8):
    """You find out that the shapes differ, but raise another exception: ValueError is asked for."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    assert a.shape == b.shape
    return np.max(np.abs(a - b) / np.maximum(floor, np.abs(a) + np.abs(b)))


@mistake(relative_error)
def passes_over_nan(a, b, floor=1e-8):
    """A NaN in a gradient gets lost on your way to the largest error: it has to come through, or a
    broken gradient looks fine."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError
    with np.errstate(all="ignore"):
        return np.nanmax(np.abs(a - b) / np.maximum(floor, np.abs(a) + np.abs(b)))


@mistake(relative_error)
def wraps_around(a, b, floor=1e-8):
    """You subtract in the dtype of the inputs, and unsigned integers cannot be negative: convert to
    float64 first."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError
    gap, size = np.abs(a - b), np.abs(a.astype(float)) + np.abs(b.astype(float))
    return np.max(gap.astype(float) / np.maximum(floor, size))


@mistake(relative_error)
def computes_in_float32(a, b, floor=1e-8):
    """For float32 you compute in float32: the result is float64 whatever comes in."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError
    if a.dtype != np.float32:
        a, b = a.astype(float), b.astype(float)
    return np.max(np.abs(a - b) / np.maximum(floor, np.abs(a) + np.abs(b)))


@mistake(relative_error)
def needs_arrays(a, b, floor=1e-8):
    """Your function fails on plain lists: pass both through np.asarray first."""
    if a.shape != b.shape:
        raise ValueError
    a, b = a.astype(float), b.astype(float)
    return np.max(np.abs(a - b) / np.maximum(floor, np.abs(a) + np.abs(b)))


catalogue.universal(relative_error, changes_its_input)


# ---- directional_check


@mistake(directional_check)
def direction_missing_in_analytic(f, grad, x, v, h=1e-5):
    """Your analytic number does not know v: the gradient has to be multiplied by the direction,
    entry by entry, before its entries are summed."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return np.sum(grad), numeric


@mistake(directional_check)
def direction_missing_in_numeric(f, grad, x, v, h=1e-5):
    """Your numeric number does not know v: each entry of x moves by h times its entry of v."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    numeric = (f(x + h) - f(x - h)) / (2 * h)
    return np.sum(grad * v), numeric


@mistake(directional_check)
def scales_v_in_numeric_only(f, grad, x, v, h=1e-5):
    """You scale v to length 1 for the differences and not for the inner product: v is taken as it
    is, on both sides."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    unit = v / np.linalg.norm(v)
    numeric = (f(x + h * unit) - f(x - h * unit)) / (2 * h)
    return np.sum(grad * v), numeric


@mistake(directional_check)
def scales_v_in_analytic_only(f, grad, x, v, h=1e-5):
    """You scale v to length 1 for the inner product and not for the differences: v is taken as it
    is, on both sides."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    unit = v / np.linalg.norm(v)
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return np.sum(grad * unit), numeric


@mistake(directional_check)
def scales_v_on_both_sides(f, grad, x, v, h=1e-5):
    """You scale v to length 1: it is taken as it is."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    v = v / np.linalg.norm(v)
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return np.sum(grad * v), numeric


@mistake(directional_check)
def forward_difference(f, grad, x, v, h=1e-5):
    """You compare the value ahead with the value at x itself: a centered difference compares the
    value ahead with the one behind."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    numeric = (f(x + h * v) - f(x)) / h
    return np.sum(grad * v), numeric


@mistake(directional_check)
def divides_by_one_step(f, grad, x, v, h=1e-5):
    """Your numeric number is twice too large: from the place behind to the place ahead it is two
    steps."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    numeric = (f(x + h * v) - f(x - h * v)) / h
    return np.sum(grad * v), numeric


@mistake(directional_check)
def divides_by_the_length_of_the_step(f, grad, x, v, h=1e-5):
    """You divide by the distance between the two places, which contains the length of v: the rate
    along v as it is asks for 2 * h alone."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h * np.linalg.norm(v))
    return np.sum(grad * v), numeric


@mistake(directional_check)
def ignores_the_step(f, grad, x, v, h=1e-5):
    """You always take the same step, whatever h is asked for."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    h = 1e-5
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return np.sum(grad * v), numeric


@mistake(directional_check)
def other_order(f, grad, x, v, h=1e-5):
    """You return the numeric number first: analytic comes before numeric."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return numeric, np.sum(grad * v)


@mistake(directional_check)
def matrix_product(f, grad, x, v, h=1e-5):
    """You multiply grad and v as matrices: the inner product multiplies entry by entry and sums
    over every axis."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return grad @ v, numeric


@mistake(directional_check)
def products_are_not_summed(f, grad, x, v, h=1e-5):
    """Your analytic answer has a number for every entry: the inner product is their sum."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return grad * v, numeric


@mistake(directional_check)
def compares_the_two(f, grad, x, v, h=1e-5):
    """You return how far apart the two numbers are: what is asked for is the two numbers."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    analytic, numeric = np.sum(grad * v), (f(x + h * v) - f(x - h * v)) / (2 * h)
    return abs(analytic - numeric) / max(1e-8, abs(analytic) + abs(numeric))


@mistake(directional_check)
def hands_over_a_flat_array(f, grad, x, v, h=1e-5):
    """You call f with the flattened array: f takes an array of the shape of x."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    grad, x, v = grad.ravel(), x.ravel(), v.ravel()
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return grad @ v, numeric


@mistake(directional_check)
def needs_arrays(f, grad, x, v, h=1e-5):
    """Your function fails on plain lists: pass grad, x and v through np.asarray first."""
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return np.sum(grad * v), numeric


@mistake(directional_check)
def keeps_float32(f, grad, x, v, h=1e-5):
    """For float32 you move x in float32, where a small step is lost, and f asks for float64:
    convert first."""
    grad, x, v = (np.asarray(one) for one in (grad, x, v))
    numeric = (f(x + h * v) - f(x - h * v)) / (2 * h)
    return float(np.sum(grad * v)), numeric


@mistake(directional_check)
def moves_x_itself(f, grad, x, v, h=1e-5):
    """You move the caller's own array: += changes it in place, while + makes a new one."""
    grad, x, v = (np.asarray(one, dtype=float) for one in (grad, x, v))
    x += h * v
    above = f(x)
    x -= 2 * h * v
    below = f(x)
    x += h * v
    return np.sum(grad * v), (above - below) / (2 * h)


# ---- unbroadcast


@mistake(unbroadcast)
def forgets_stretched_axes(g, shape):
    """You sum over the new axes in front but not over axes of length 1 that were stretched: they
    hold copies as well."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    return g.sum(axis=tuple(range(g.ndim - len(shape))))


@mistake(unbroadcast)
def forgets_new_axes(g, shape):
    """You sum over stretched axes but leave the new axes in front: they hold copies as well."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    new = g.ndim - len(shape)
    ones = tuple(new + i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=ones, keepdims=True)


@mistake(unbroadcast)
def drops_stretched_axes(g, shape):
    """Axes of length 1 are gone from your result: it should have exactly the shape that is asked
    for."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    total = g.sum(axis=tuple(range(g.ndim - len(shape))))
    total = total.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)
    return total.squeeze()


@mistake(unbroadcast)
def sums_everything(g, shape):
    """You add up all entries: only those that were copied from the same entry belong together."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    return np.sum(g)


@mistake(unbroadcast)
def the_sum_of_everything_everywhere(g, shape):
    """Every entry of your result is the sum of all gradients: each collects those of its own copies
    alone."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    return np.sum(g) * np.ones(shape, g.dtype)


@mistake(unbroadcast)
def keeps_new_axes(g, shape):
    """Your result keeps the new axes with length 1: it should have exactly the shape that is asked
    for."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    new = tuple(range(g.ndim - len(shape)))
    ones = tuple(len(new) + i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=new + ones, keepdims=True)


@mistake(unbroadcast)
def new_axes_at_the_end(g, shape):
    """You take the axes at the end for the new ones: broadcasting puts new axes in front."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    total = g.sum(axis=tuple(range(len(shape), g.ndim)))
    return total.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


@mistake(unbroadcast)
def averages(g, shape):
    """You average over the copies: every copy brings its own share of the gradient, so they add
    up."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    total = g.mean(axis=tuple(range(g.ndim - len(shape))))
    return np.mean(total, axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


@mistake(unbroadcast)
def takes_one_of_the_copies(g, shape):
    """You keep the gradient of one copy and drop those of the others: they add up."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    g = g[(0,) * (g.ndim - len(shape))]
    return np.array(g[tuple(slice(0, n) for n in shape)])


@mistake(unbroadcast)
def always_over_the_examples(g, shape):
    """You sum over the first axis whatever the shape is: which axes were broadcast is to be read
    from it."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    total = g.sum(axis=0)
    return total.reshape(shape) if total.size == np.prod(shape) else total


@mistake(unbroadcast)
def returns_g_itself(g, shape):
    """Where nothing was broadcast you return g itself: make a copy, or later changes of one of them
    will be seen in the other."""
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(float)
    if g.shape == tuple(shape):
        return g
    total = g.sum(axis=tuple(range(g.ndim - len(shape))))
    total = total.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)
    return total


catalogue.universal(unbroadcast, keeps_integers, always_float64, needs_an_array, changes_its_input)
