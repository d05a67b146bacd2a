"""Activations: the exercises and their reference solutions."""

import numpy as np

from autograder.course.exercise import exercise


@exercise(
    points=1,
    title="Numbers to compute with",
    section="sec-before",
    hints=(
        "`np.asarray` turns a list or a number into an array and leaves an array as it is.",
        '`array.dtype.kind` is `"f"` for every floating-point dtype, `"i"` and `"u"` for integers '
        'and `"b"` for booleans.',
        'Make `z` an array. Return it if its kind is `"f"`, and otherwise what its method '
        "`astype` makes of it.",
    ),
)
def as_float(z):
    """Turn whatever the caller has into a floating-point array. The other exercises may use it.

    Parameters
    ----------
    z : array of any shape and of any real dtype, or a (nested) list or a number
        Not changed, not even for a moment.

    Returns
    -------
    array of the shape of z
        The same numbers. Floating-point dtypes stay as they are, so float32 stays float32; every
        integer dtype and booleans become float64. It may be z itself when there is nothing to
        convert.

    Examples
    --------
    >>> as_float([1, 2])
    array([1., 2.])
    >>> as_float(np.array([0.5, 1], dtype=np.float32)).dtype
    dtype('float32')
    """
    z = np.asarray(z)
    if z.dtype.kind == "f":
        return z
    return z.astype(np.float64)


@exercise(
    points=3,
    title="The sigmoid that never overflows",
    section="sec-sigmoid",
    hints=(
        "For which sign of `z` does `np.exp(-z)` grow without bound?",
        "`np.exp(-abs(z))` lies between 0 and 1 for every `z`. Can you write the sigmoid with "
        "that?",
        r"Call it `t`. For $z \ge 0$ the sigmoid is 1 over $1 + t$. For $z < 0$, multiply "
        "numerator and denominator of the definition by $e^z$ and see what is left.",
    ),
    curve=True,
)
def sigmoid(z):
    """The logistic sigmoid 1 / (1 + exp(-z)) of every entry of z.

    Parameters
    ----------
    z : array of any shape (also empty or 0-d), or a (nested) list or a number
        Integers are converted to float64; float32 stays float32. Not changed, not even for a
        moment.

    Returns
    -------
    new array of the shape of z (for a number, a number will do)
        The relative error is small in both tails, so sigmoid(-40) is 4.2e-18 and not 0, and no
        finite z causes a floating-point warning.

    Examples
    --------
    >>> sigmoid([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    """
    z = as_float(z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


@exercise(
    points=2,
    title="The slope of the sigmoid",
    section="sec-sigmoid",
    hints=(
        "The derivative of the sigmoid can be written with the sigmoid alone.",
        "It is the product of `sigmoid(z)` and `1 - sigmoid(z)`. At $z = 40$ the second factor is "
        "computed as exactly 0: the subtraction loses every digit.",
        "`1 - sigmoid(z)` is itself the sigmoid of something, and that needs no subtraction.",
    ),
    curve=True,
)
def sigmoid_grad(z):
    """The derivative of the sigmoid at every entry of z (z is what goes in, not what comes out).

    Parameters
    ----------
    z : array of any shape (also empty or 0-d), or a (nested) list or a number
        Integers are converted to float64; float32 stays float32. Not changed, not even for a
        moment.

    Returns
    -------
    new array of the shape of z (for a number, a number will do)
        The relative error is small in both tails, so the value at 40 is 4.2e-18 like the value at
        -40, and no finite z causes a floating-point warning.

    Examples
    --------
    >>> sigmoid_grad([-1000, 0, 1000])
    array([0.  , 0.25, 0.  ])
    """
    z = as_float(z)
    return sigmoid(z) * sigmoid(-z)


@exercise(
    points=2,
    title="How much of a layer is saturated",
    section="sec-saturation",
    hints=(
        "Which two values can the output of a sigmoid only approach, and which two that of tanh?",
        "Compare to get an array of booleans; the mean of booleans is the fraction that is True.",
        "For tanh one comparison of the absolute value does. For the sigmoid two comparisons are "
        "joined with `|`, each in brackets of its own.",
    ),
)
def saturated_fraction(a, kind, tol):
    """The fraction of outputs of a layer that are nearly as far out as they can be.

    An output is saturated if it is closer than tol to one of the two values that its activation
    approaches but never reaches: 0 and 1 for the sigmoid, -1 and 1 for tanh. At a distance of
    exactly tol it is not.

    Parameters
    ----------
    a : array of any shape with at least one entry, or a (nested) list
        What came out of the activation (not what went in), of dtype float64, float32 or integer.
        Not changed, not even for a moment.
    kind : "sigmoid" or "tanh"
        The activation.
    tol : float
        Between 0 and 0.5.

    Returns
    -------
    float64 number (a NumPy or Python float)
        Saturated entries over all entries, between 0 and 1: one number for the whole array.

    Raises
    ------
    ValueError : if kind is neither "sigmoid" nor "tanh".

    Examples
    --------
    >>> float(saturated_fraction([0.01, 0.3, 0.5, 0.98], "sigmoid", tol=0.05))
    0.5
    >>> float(saturated_fraction([0.01, 0.3, 0.5, 0.98], "tanh", tol=0.05))
    0.25
    """
    a = as_float(a)
    if kind == "sigmoid":
        saturated = (a < tol) | (a > 1 - tol)
    elif kind == "tanh":
        saturated = np.abs(a) > 1 - tol
    else:
        raise ValueError(f"kind is 'sigmoid' or 'tanh', not {kind!r}")
    return np.mean(saturated)


@exercise(
    points=2,
    title="The slope of tanh",
    section="sec-tanh",
    hints=(
        "NumPy has the hyperbolic tangent itself; what you need is its derivative.",
        "The derivative of tanh can be written with tanh alone, as that of the sigmoid with the "
        "sigmoid.",
        r"By the quotient rule on sinh over cosh it is $(\cosh^2 - \sinh^2) / \cosh^2$. Divide "
        "out, and only tanh is left, which overflows for no $z$.",
    ),
    curve=True,
)
def tanh_grad(z):
    """The derivative of tanh at every entry of z (z is what goes in, not what comes out).

    Parameters
    ----------
    z : array of any shape (also empty or 0-d), or a (nested) list or a number
        Integers are converted to float64; float32 stays float32. Not changed, not even for a
        moment.

    Returns
    -------
    new array of the shape of z (for a number, a number will do)
        An absolute error of 1e-12 (1e-6 in float32) is allowed, so far out in the tails 0 is good
        enough. No finite z causes a floating-point warning.

    Examples
    --------
    >>> tanh_grad([-1000, 0, 1000])
    array([0., 1., 0.])
    """
    z = as_float(z)
    return 1 - np.tanh(z) ** 2


@exercise(
    points=3,
    title="Do all weights move the same way?",
    section="sec-zigzag",
    hints=(
        "Write down the gradient of one example first. It has one component for every weight, and "
        "all of them together are an array `(n, d)`.",
        "`delta` has shape `(n,)` and `X` has shape `(n, d)`. For the product, `delta` must "
        "become a column of shape `(n, 1)`.",
        "A row has no contradiction if all of its components are at least 0, or if all are at "
        "most 0. Both questions go along axis 1.",
    ),
)
def gradient_sign_agreement(X, delta):
    """For each example, whether its gradient pushes all weights of a neuron the same way.

    The neuron computes z = x @ w + b. If delta[i] is the derivative of the loss of example i with
    respect to its z, then the gradient of this loss with respect to w is ``delta[i] * X[i]``. Its
    components agree unless one of them is positive and another is negative. A component that is
    0 moves its weight in neither direction, so it contradicts nothing; a gradient that is 0 in
    every component agrees.

    Parameters
    ----------
    X : array (n, d), or a nested list
        The inputs of the neuron, one example a row, of any real dtype. Not changed, not even for a
        moment.
    delta : array (n,), or a list
        One derivative for every example. Not changed, not even for a moment.

    Returns
    -------
    new boolean array (n,)
        True where the components agree: one answer for every example.

    Examples
    --------
    >>> gradient_sign_agreement([[1.0, 2.0], [1.0, -2.0], [3.0, 0.0]], [-0.5, 2.0, 1.0])
    array([ True, False,  True])
    """
    X, delta = as_float(X), as_float(delta)
    gradients = delta[:, None] * X  # (n, 1) * (n, d)
    never_negative = np.all(gradients >= 0, axis=1)
    never_positive = np.all(gradients <= 0, axis=1)
    return never_negative | never_positive


@exercise(
    points=1,
    title="ReLU",
    section="sec-relu",
    hints=(
        "Positive numbers pass, all others become 0.",
        "`np.maximum` compares two arrays, or an array and a number, entry by entry; `np.max` is "
        "another function.",
        "Convert with `as_float` first, then one call that makes a new array is enough.",
    ),
    curve=True,
)
def relu(z):
    """The rectified linear unit: z where z is positive, and 0 elsewhere.

    Parameters
    ----------
    z : array of any shape (also empty or 0-d), or a (nested) list or a number
        Integers are converted to float64; float32 stays float32. Not changed, not even for a
        moment.

    Returns
    -------
    new array of the shape of z (for a number, a number will do)
        The sign of a zero does not matter.

    Examples
    --------
    >>> relu([-2, 0, 3])
    array([0., 0., 3.])
    """
    return np.maximum(as_float(z), 0)


@exercise(
    points=1,
    title="The slope of ReLU",
    section="sec-relu",
    hints=(
        "The derivative is the slope of the curve at $z$, not its height.",
        "A comparison gives an array of booleans. Where is it `True`, and what about $z = 0$?",
        "Booleans become numbers with the method `astype`, and the dtype to ask for is that of "
        "`z`.",
    ),
    curve=True,
)
def relu_grad(z):
    """The derivative of ReLU at every entry of z, with the convention that it is 0 at z = 0.

    Parameters
    ----------
    z : array of any shape (also empty or 0-d), or a (nested) list or a number
        Integers are converted to float64; float32 stays float32. Not changed, not even for a
        moment.

    Returns
    -------
    new array of the shape of z (for a number, a number will do)
        Floating-point zeros and ones in the dtype of z (float64 for integers), not booleans.

    Examples
    --------
    >>> relu_grad([-2, 0, 3])
    array([0., 0., 1.])
    """
    z = as_float(z)
    return (z > 0).astype(z.dtype)


@exercise(
    points=2,
    title="Finding dead units",
    section="sec-dying",
    hints=(
        "A unit that rests on one example may fire on the next: to be dead concerns all rows.",
        "`Z > 0` tells for each example and unit whether it fires. Which axis has the examples?",
        "`np.any` and `np.all` take an axis, and `~` turns an array of booleans around.",
    ),
)
def dead_units(Z):
    """Which ReLU units never fire on a whole set of examples, and so never get a gradient.

    A unit is dead if its pre-activation is positive for no example at all. Exactly 0 is not
    positive: there the output of ReLU is 0 and its gradient too.

    Parameters
    ----------
    Z : array (n, m), or a nested list
        Pre-activations of m units (columns) for n >= 1 examples (rows), of any real dtype. Not
        changed.

    Returns
    -------
    new boolean array (m,)
        True for every dead unit.

    Examples
    --------
    >>> dead_units([[-1.0, -1.0, 2.0], [-3.0, 0.5, 1.0]])
    array([ True, False, False])
    """
    Z = as_float(Z)
    return ~np.any(Z > 0, axis=0)


@exercise(
    points=2,
    title="Leaky ReLU",
    section="sec-leaky",
    hints=(
        "One line for positive $z$ and another for the rest, and they meet at 0.",
        r"The larger of `alpha * z` and `z` is a well-known shortcut. Draw both lines for $\alpha "
        "= 2$: is it still right?",
        "`np.where` takes a condition and two arrays and chooses entry by entry.",
    ),
    curve=True,
)
def leaky_relu(z, alpha=0.01):
    """Leaky ReLU: z where z is positive, and alpha * z elsewhere.

    Parameters
    ----------
    z : array of any shape (also empty or 0-d), or a (nested) list or a number
        Integers are converted to float64; float32 stays float32. Not changed, not even for a
        moment.
    alpha : Python float
        The slope on the negative side. It may be 0, and it may be larger than 1.

    Returns
    -------
    new array of the shape of z (for a number, a number will do)

    Examples
    --------
    >>> leaky_relu([-2, 0, 3], alpha=0.5)
    array([-1.,  0.,  3.])
    >>> leaky_relu([-2, 0, 3], alpha=4)
    array([-8.,  0.,  3.])
    """
    z = as_float(z)
    return np.where(z > 0, z, alpha * z)


@exercise(
    points=2,
    title="The slope of leaky ReLU",
    section="sec-leaky",
    hints=(
        "The curve is two straight lines, so only two numbers can come out.",
        "`np.where(condition, 1, alpha)` knows nothing of the dtype of `z`: what does it return "
        "when `z` is float32?",
        "Start from an array of ones with the shape and dtype of `z` (after `as_float`), and put "
        "`alpha` where `z` is not positive.",
    ),
    curve=True,
)
def leaky_relu_grad(z, alpha=0.01):
    """The derivative of leaky ReLU at every entry of z.

    It is 1 where z is positive and alpha elsewhere. At z = 0, where there are two slopes to choose
    from, the convention is that of ReLU: the slope of the negative side, alpha.

    Parameters
    ----------
    z : array of any shape (also empty or 0-d), or a (nested) list or a number
        Integers are converted to float64; float32 stays float32. Not changed, not even for a
        moment.
    alpha : Python float
        The slope on the negative side. It may be 0, and it may be larger than 1.

    Returns
    -------
    new array of the shape of z (for a number, a number will do)
        In the dtype of z (float64 for integers).

    Examples
    --------
    >>> leaky_relu_grad([-2, 0, 3], alpha=0.5)
    array([0.5, 0.5, 1. ])
    """
    z = as_float(z)
    slope = np.ones_like(z)
    slope[z <= 0] = alpha
    return slope


@exercise(
    points=3,
    title="A slope that is learned",
    section="sec-prelu",
    hints=(
        "The chain rule, twice: once for `z` and once for `alpha`. Both multiply the upstream "
        "gradient by a derivative of the output.",
        "With respect to `z` that derivative is the slope of a leaky ReLU. With respect to "
        "`alpha` it is nothing where `z` is positive; what is it where `z` is negative?",
        "All entries share the one `alpha`, so their contributions add up to a single number.",
    ),
)
def prelu_backward(dout, z, alpha):
    """Backward pass of PReLU, the leaky ReLU whose slope alpha is learned.

    The forward pass was ``leaky_relu(z, alpha)`` with one alpha for all entries.

    Parameters
    ----------
    dout : array of the shape of z, or a (nested) list
        Gradient of the loss with respect to the output. Not changed, not even for a moment.
    z : array of any shape, or a (nested) list
        The input of the forward pass. Integers are converted to float64; when dout and z are
        float32, the results are float32 too. Not changed, not even for a moment.
    alpha : Python float
        The slope on the negative side.

    Returns
    -------
    dz : new array of the shape of z
        Gradient with respect to z. At z = 0 the slope is alpha, as in leaky_relu_grad.
    dalpha : number (a NumPy or Python float or a 0-d array)
        Gradient with respect to alpha: the sum, not the mean, over all entries.

    Examples
    --------
    >>> dz, dalpha = prelu_backward([1.0, 2.0, 3.0], [-2.0, -1.0, 4.0], alpha=0.5)
    >>> dz
    array([0.5, 1. , 3. ])
    >>> float(dalpha)
    -4.0
    """
    dout, z = as_float(dout), as_float(z)
    dz = dout * leaky_relu_grad(z, alpha)
    dalpha = np.sum(dout * np.minimum(z, 0))
    return dz, dalpha


@exercise(
    points=3,
    title="ELU without surprises",
    section="sec-elu",
    hints=(
        "`np.where` computes both of its branches for every entry and chooses afterwards. What "
        "does the exponential do with $z = 1{,}000$?",
        "`np.minimum(z, 0)` leaves negative entries alone and makes the others harmless.",
        "$e^z - 1$ subtracts two nearly equal numbers when $z$ is close to 0. NumPy has a "
        "function for that very difference: its name is exp, m for minus, 1.",
    ),
    curve=True,
)
def elu(z, alpha=1.0):
    """Exponential linear unit: z where z is positive, ``alpha * (exp(z) - 1)`` elsewhere.

    Parameters
    ----------
    z : array of any shape (also empty or 0-d), or a (nested) list or a number
        Integers are converted to float64; float32 stays float32. Not changed, not even for a
        moment.
    alpha : Python float
        For z far below 0 the value approaches -alpha.

    Returns
    -------
    new array of the shape of z (for a number, a number will do)
        The relative error is small everywhere, so elu(-1e-12) has all its digits, and no finite z
        causes a floating-point warning.

    Examples
    --------
    >>> elu([-1000, 0, 1000], alpha=2)
    array([  -2.,    0., 1000.])
    >>> elu([-1e-12])
    array([-1.e-12])
    """
    z = as_float(z)
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


@exercise(
    points=2,
    title="The slope of ELU",
    section="sec-elu",
    hints=(
        "Differentiate the two branches one by one.",
        r"The slope of $\alpha\,(e^z - 1)$ has $\alpha$ in it too. What is it at $z = 0$?",
        "As in `elu`, see to it that the exponential never meets a large positive number, not "
        "even in a branch that is thrown away.",
    ),
    curve=True,
)
def elu_grad(z, alpha=1.0):
    """The derivative of ELU at every entry of z.

    At z = 0, where there are two slopes to choose from unless alpha is 1, the convention is that
    of leaky ReLU: the slope of the negative side, alpha.

    Parameters
    ----------
    z : array of any shape (also empty or 0-d), or a (nested) list or a number
        Integers are converted to float64; float32 stays float32. Not changed, not even for a
        moment.
    alpha : Python float
        The alpha of elu.

    Returns
    -------
    new array of the shape of z (for a number, a number will do)
        An absolute error of 1e-12 (1e-6 in float32) is allowed. No finite z causes a
        floating-point warning.

    Examples
    --------
    >>> elu_grad([-1000, 0, 1000], alpha=2)
    array([0., 2., 1.])
    """
    z = as_float(z)
    return np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0)))


@exercise(
    points=3,
    title="Maxout, forward",
    section="sec-maxout",
    hints=(
        "Each of the `k` pieces is an affine layer of its own, `x @ W[j] + b[j]`. Write a loop "
        "over `j` first if you like.",
        "`x @ W` multiplies `x` with all `k` matrices at once: `(n, d) @ (k, d, m)` gives `(k, n, "
        "m)`. Which shape must `b` have to be added to that, one bias for every piece and unit?",
        "`b` needs an axis of length 1 in the middle, `(k, 1, m)`; indexing with `None` makes "
        "one. What remains is a maximum over the pieces. Which axis are they on?",
    ),
)
def maxout_forward(x, W, b):
    """Maxout layer: every unit is the largest of k affine functions of its input.

    Parameters
    ----------
    x : array (n, d)
        n examples as rows; n may be 0 or 1. Not changed, not even for a moment.
    W : array (k, d, m)
        The weights of k pieces for m units. Not changed, not even for a moment.
    b : array (k, m)
        The biases. Not changed, not even for a moment.
        Each of the three may be a nested list. Integers are converted to float64; when all are
        float32, the result is float32 too.

    Returns
    -------
    new array (n, m)
        Entry (i, u) is the largest over j of ``x[i] @ W[j][:, u] + b[j, u]``.

    Examples
    --------
    Two pieces with slopes 1 and -1 make the absolute value:

    >>> maxout_forward([[-3.0], [2.0]], W=[[[1.0]], [[-1.0]]], b=[[0.0], [0.0]])
    array([[3.],
           [2.]])
    """
    x, W, b = as_float(x), as_float(W), as_float(b)
    z = x @ W + b[:, None, :]  # (n, d) @ (k, d, m) + (k, 1, m)
    return z.max(axis=0)


@exercise(
    points=4,
    title="Maxout, backward",
    section="sec-maxout",
    hints=(
        "Only the piece that won had a say in the output, so only it gets the gradient. Find the "
        "winner of every example and unit: `np.argmax` takes the first when several are equal.",
        "Make `dz` of shape `(k, n, m)`: `dout` at the winner and 0 at the others. From there on, "
        "each piece is an ordinary affine layer.",
        "For one piece: the transposed input times `dz[j]` for the weights, the sum of `dz[j]` "
        "over the examples for the bias, and `dz[j]` times the transposed weights for the input. "
        "All pieces share the input, so there the gradients add up.",
    ),
)
def maxout_backward(dout, x, W, b):
    """Backward pass of `maxout_forward`.

    For every example and unit the gradient goes to the winning piece alone. If several pieces
    reach the same maximum, the first of them (the smallest j) gets all of it.

    Parameters
    ----------
    dout : array (n, m)
        Gradient of the loss with respect to the output. Not changed, not even for a moment.
    x : array (n, d)
        The input of the forward pass. Not changed, not even for a moment.
    W : array (k, d, m)
        The weights. Not changed, not even for a moment.
    b : array (k, m)
        The biases. Not changed, not even for a moment.
        Each of the four may be a nested list. Integers are converted to float64; when all are
        float32, the results are float32 too.

    Returns
    -------
    dx : new array (n, d)
    dW : new array (k, d, m)
    db : new array (k, m)
        The gradients with respect to x, W and b: sums over the examples, without a factor 1/n,
        since that is already in dout.

    Examples
    --------
    >>> dx, dW, db = maxout_backward(
    ...     [[5.0], [7.0]], [[-3.0], [2.0]], W=[[[1.0]], [[-1.0]]], b=[[0.0], [0.0]]
    ... )
    >>> dx.tolist(), dW.tolist(), db.tolist()
    ([[-5.0], [7.0]], [[[14.0]], [[-15.0]]], [[7.0], [5.0]])
    """
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    z = x @ W + b[:, None, :]  # (n, d) @ (k, d, m) + (k, 1, m)
    winner = z.argmax(axis=0)
    dz = np.zeros_like(z)
    for j in range(len(W)):
        dz[j] = np.where(winner == j, dout, 0)
    dx = (dz @ W.transpose(0, 2, 1)).sum(axis=0)  # (k, n, m) @ (k, m, d)
    dW = x.T @ dz  # (d, n) @ (k, n, m)
    db = dz.sum(axis=1)
    return dx, dW, db
