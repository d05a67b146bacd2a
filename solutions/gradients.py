"""Checking gradients: the exercises and their reference solutions."""

import numpy as np

from autograder.course.exercise import exercise


@exercise(
    points=3,
    title="The gradient by differences",
    section="sec-gradients-entries",
    hints=(
        "Move one entry of `x` at a time, up by `h` and down by `h`, and leave all others where "
        "they are. How many values of `f` does that take?",
        "Begin with `np.array(x, dtype=np.float64)`: it is a copy, so `x` stays as it is, and it "
        "has room for digits after the decimal point. `np.ndindex(x.shape)` goes through the "
        "index of every entry, whatever the number of axes.",
        "In the loop over `i`: keep `x[i]`, set it to the kept number plus `h` and call `f`, set "
        "it to the kept number minus `h` and call `f` again, put the kept number back. Then "
        "divide the difference of the two values by the distance between the two places.",
    ),
)
def numerical_gradient(f, x, h=1e-5):
    """The gradient of f at x by centered differences, entry by entry.

    Everything is computed in double precision, so this is one of the few functions of the course
    whose result is float64 even if x is float32.

    Parameters
    ----------
    f : function
        Takes one float64 array of the shape of x and returns a number. It takes nothing else: not
        a list, not float32, not the array flattened. It does not change or keep what it is given.
    x : array of any shape, of any real dtype, or a (nested) list
        Not changed, not even for a moment.
    h : float
        How far each entry moves to each side. The same distance for every entry, however large.

    Returns
    -------
    new float64 array of the shape of x
        In each entry the centered difference quotient of f with respect to that entry of x.

    Examples
    --------
    >>> def f(x):
    ...     return x[0] ** 2 + 3 * x[1]
    >>> numerical_gradient(f, [2.0, 5.0], h=0.5)
    array([4., 3.])
    """
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        here = x[i]
        x[i] = here + h
        above = f(x)
        x[i] = here - h
        below = f(x)
        x[i] = here
        gradient[i] = (above - below) / (2 * h)
    return gradient


@exercise(
    points=1,
    title="The step that suits a precision",
    section="sec-gradients-step",
    hints=(
        "`np.finfo` knows the machine epsilon of every floating-point dtype, as its attribute "
        "`eps`.",
        "A third power is undone by the power 1/3. In Python `**` binds more tightly than `/`.",
        "`np.finfo` of float32 hands out an `eps` that is itself float32: make a Python float of "
        "it first.",
    ),
)
def best_step(dtype):
    """The step for centered differences of a function that is computed in some precision.

    It is the cube root of the machine epsilon, which is the distance from 1 to the next larger
    number of that dtype.

    Parameters
    ----------
    dtype : str
        Name of a floating-point dtype: "float16", "float32" or "float64".

    Returns
    -------
    float (a Python float, or a NumPy float64)

    Examples
    --------
    >>> round(best_step("float32"), 5)
    0.00492
    """
    return float(np.finfo(dtype).eps) ** (1 / 3)


@exercise(
    points=2,
    title="How far apart two gradients are",
    section="sec-gradients-close",
    hints=(
        "An error of $10^{-6}$ is nothing in a gradient of 100, and everything in one of "
        "$10^{-7}$: divide, entry by entry.",
        "`np.maximum(floor, ...)` keeps the divisor from being too small. What would happen to a "
        "plain quotient where both gradients are 0?",
        "The divisor is the larger of `floor` and the sum of the two absolute values; the result "
        "is the largest quotient of all. NumPy's `max` lets a NaN through, Python's may lose it. "
        "Before all that compare the shapes, since NumPy would broadcast without a word.",
    ),
)
def relative_error(a, b, floor=1e-8):
    """The largest relative difference between corresponding entries of a and b.

    That of two entries is ``abs(a - b) / max(floor, abs(a) + abs(b))``.

    Parameters
    ----------
    a, b : arrays of the same shape with at least one entry, of any real dtype, or (nested) lists
        Not changed, not even for a moment.
    floor : positive float
        The divisor is never smaller than this.

    Returns
    -------
    float64 number (a NumPy or Python float)
        Computed in double precision whatever the dtypes; one number for all entries. NaN if there
        is a NaN in a or in b.

    Raises
    ------
    ValueError : if the shapes differ, even where NumPy could broadcast one to the other.

    Examples
    --------
    >>> float(relative_error([1, 3], [1, 1]))
    0.5
    >>> float(relative_error([0, 1e-9], [0, 0]))
    0.1
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"shapes {a.shape} and {b.shape} differ")
    return np.max(np.abs(a - b) / np.maximum(floor, np.abs(a) + np.abs(b)))


@exercise(
    points=3,
    title="Any number of entries with two evaluations",
    section="sec-gradients-direction",
    hints=(
        "Walk from `x` along `v`, a little forward and a little back: how fast does `f` change?",
        "The rate of change along `v` is the inner product of the gradient with `v`. Work it out "
        "for a `v` that is 1 in one entry and 0 elsewhere.",
        "`np.sum(grad * v)` is the inner product in any number of axes. For the other number call "
        "`f` at `x + h * v` and at `x - h * v`, with all three as float64 arrays.",
    ),
)
def directional_check(f, grad, x, v, h=1e-5):
    """The rate of change of f along v: as a gradient claims it, and as two values of f show it.

    All is computed in double precision. v is taken as it is, not scaled to length 1.

    Parameters
    ----------
    f : function
        Takes one float64 array of the shape of x and returns a number. It takes nothing else: not
        a list, not float32, not the array flattened. It may be slow: two calls are enough.
    grad : array of the shape of x, or a (nested) list
        What is claimed to be the gradient of f at x. Not changed, not even for
        a moment.
    x : array of any shape with at least one axis, of any real dtype, or a (nested) list
        Not changed, not even for a moment.
    v : array of the shape of x, or a (nested) list
        The direction. Not changed, not even for a moment.
    h : float
        The places are h * v away from x, to both sides.

    Returns
    -------
    analytic, numeric : float64 numbers (NumPy or Python floats)
        The inner product of grad and v, summed over all axes; and the centered difference
        quotient of f along v.

    Examples
    --------
    >>> def f(x):
    ...     return x[0] ** 2 + 3 * x[1]
    >>> x, grad, v = [2.0, 5.0], [4.0, 3.0], [1.0, -1.0]
    >>> a, b = directional_check(f, grad, x, v, h=0.5)
    >>> float(a), float(b)
    (1.0, 1.0)
    """
    grad, x, v = (np.asarray(one, dtype=np.float64) for one in (grad, x, v))
    return np.sum(grad * v), (f(x + h * v) - f(x - h * v)) / (2 * h)


@exercise(
    points=2,
    title="Undo a broadcast",
    section="sec-gradients-broadcast",
    hints=(
        "Which entries of the large array were copied from the same entry of the small one? Their "
        "gradients add up.",
        "Broadcasting does two things: it puts new axes in front, and it stretches axes of length "
        "1. The first kind is to be summed away; the second kind is to be summed and kept.",
        "Sum over the first `g.ndim - len(shape)` axes. Then sum, with `keepdims=True`, over "
        "every axis whose length in `shape` is 1.",
    ),
)
def unbroadcast(g, shape):
    """The gradient with respect to an array that was broadcast, from that of the result.

    On the way forward NumPy copied an array of the given shape into the shape of g. On the way
    back every entry collects the gradients of all of its copies, as their sum.

    Parameters
    ----------
    g : array of at least one axis, or a (nested) list
        Gradient of the loss with respect to the array after broadcasting. float32 stays float32;
        integers are converted to float64. Not changed, not even for a moment.
    shape : tuple of int
        Of the array before broadcasting. NumPy's rules turn it into the shape of g.

    Returns
    -------
    new array of that shape (for an empty tuple, a number will do)
        It never shares memory with g, also where nothing was broadcast.

    Examples
    --------
    >>> g = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    >>> unbroadcast(g, (3,))
    array([5., 7., 9.])
    >>> unbroadcast(g, (2, 1))
    array([[ 6.],
           [15.]])
    """
    g = np.asarray(g)
    if g.dtype.kind != "f":
        g = g.astype(np.float64)
    new = g.ndim - len(shape)
    total = np.sum(g, axis=tuple(range(new)))
    stretched = tuple(i for i, length in enumerate(shape) if length == 1)
    return np.sum(total, axis=stretched, keepdims=True)
