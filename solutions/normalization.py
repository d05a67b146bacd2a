"""Normalization: the exercises and their reference solutions."""

import numpy as np

from autograder.course.exercise import exercise


@exercise(
    points=1,
    title="The mean and variance of a batch",
    section="sec-norm-forward",
    hints=(
        "Examples are rows. To average over the examples is to go down the columns.",
        "`np.mean` and `np.var` take an axis. Which of the two axes disappears?",
        "`np.var` divides by $n$ unless its argument `ddof` says otherwise.",
    ),
)
def batch_statistics(x):
    """The mean and the biased variance of every feature over the examples of a batch.

    Parameters
    ----------
    x : array (n, d), or a nested list
        n >= 1 examples as rows. Integers are converted to float64; float32 stays float32. Not
        changed.

    Returns
    -------
    mean : new array (d,)
    var : new array (d,)
        The mean of the squared distances from the mean, divided by n and not by n - 1. The mean
        of a feature may be a million times its standard deviation; in float64 the variance still
        has to have six correct digits.

    Examples
    --------
    >>> mean, var = batch_statistics([[1, 10], [3, 30], [5, 20]])
    >>> mean
    array([ 3., 20.])
    >>> var.round(4)
    array([ 2.6667, 66.6667])
    """
    x = 1.0 * np.asarray(x)
    return x.mean(axis=0), x.var(axis=0)


@exercise(
    points=3,
    title="Batch normalization, forward",
    section="sec-norm-forward",
    keeps=(1,),
    hints=(
        "Three steps: subtract something, divide by something, then scale and shift. The first "
        "two use `batch_statistics`, the last `gamma` and `beta`.",
        "All four vectors have shape `(d,)`. Against `x` of shape `(n, d)` NumPy stretches them "
        "down the rows, so no reshaping is needed.",
        "The number `eps` is added to the variance before the root is taken. Keep what the "
        "backward pass will need: the normalized values are one part of it.",
    ),
)
def batchnorm_train(x, gamma, beta, eps=1e-5):
    """Batch normalization as it is computed while training.

    Every feature is shifted and scaled by the mean and the biased variance that it has in this
    very batch, with eps inside the square root, and then scaled by gamma and shifted by beta:
    ``(x - mean) / sqrt(var + eps) * gamma + beta``.

    Parameters
    ----------
    x : array (n, d)
        n >= 1 examples as rows. Not changed.
    gamma : array (d,)
        The scale of every feature. Not changed.
    beta : array (d,)
        The shift of every feature. Not changed.
        Each of the three may be a (nested) list. Integers are converted to float64; when all are
        float32, the result is float32 too.
    eps : Python float
        Positive. It counts: variances may be smaller than eps, or 0.

    Returns
    -------
    out : new array (n, d)
        In float64 six digits have to be correct even where the mean of a feature is a million
        times its standard deviation.
    cache : anything
        Whatever your batchnorm_backward will need, in a form of your choice. Only your own
        functions read it, and it is not graded by itself. It may hold x itself: nobody changes
        x in between.

    Examples
    --------
    >>> out, cache = batchnorm_train([[1, 10], [3, 10]], gamma=[1, 1], beta=[0, 5], eps=3)
    >>> out
    array([[-0.5,  5. ],
           [ 0.5,  5. ]])
    """
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = batch_statistics(x)
    std = np.sqrt(var + eps)
    xhat = (x - mean) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@exercise(
    points=1,
    title="The way back to no normalization",
    section="sec-norm-gamma-beta",
    hints=(
        "Write the output for one number $x$, set it equal to $x$, and compare the two sides.",
        "`(x - mean) / sqrt(var + eps) * gamma + beta` must equal $x$ for every $x$. What has to "
        "cancel the root? What has to cancel the mean?",
    ),
)
def identity_gamma_beta(mean, var, eps=1e-5):
    """The gamma and beta with which batch normalization gives back its input unchanged.

    Parameters
    ----------
    mean : array (d,), or a list
        The means that are subtracted. Not changed.
    var : array (d,), or a list
        The variances that are divided by, after eps is added and the root is taken. They may be
        0. Integers are converted to float64; when both are float32, so are the results. Not
        changed.
    eps : Python float
        The positive number under the root.

    Returns
    -------
    gamma : new array (d,)
    beta : new array (d,)

    Examples
    --------
    >>> gamma, beta = identity_gamma_beta([5, -1], [13, 6], eps=3)
    >>> gamma, beta
    (array([4., 3.]), array([ 5., -1.]))
    """
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return np.sqrt(var + eps), mean.copy()


@exercise(
    points=4,
    title="Batch normalization, backward",
    section="sec-norm-backward",
    hints=(
        "`gamma` and `beta` first. Each of the $d$ numbers is used by all $n$ examples, so its "
        "gradient is a sum over the examples: of `dout` for `beta`, and for `gamma` of `dout` "
        "times what `gamma` multiplies.",
        "For `x`, go from the output backwards: `dxhat = dout * gamma`. The rest of the way leads "
        "through three places where `x` enters: directly, through the mean, and through the "
        "variance.",
        "The three ways together make one line. Take `dxhat`, subtract its mean over the "
        "examples, then subtract `xhat` times the mean over the examples of `dxhat * xhat`; then "
        "divide by the root of `var + eps`.",
    ),
)
def batchnorm_backward(dout, cache):
    """Backward pass of `batchnorm_train`, through the mean and the variance of the batch too.

    Parameters
    ----------
    dout : array (n, d), or a nested list
        Gradient of the loss with respect to the output. Integers are converted to float64; when
        dout and what went into the forward pass are float32, the results are float32 too. Not
        changed.
    cache : anything
        What your batchnorm_train returned second. Not changed, so that the same cache can be used
        again.

    Returns
    -------
    dx : new array (n, d)
        The exact gradient of the forward pass, in which eps has a share: a formula that is right
        only for eps = 0 is not enough.
    dgamma : new array (d,)
    dbeta : new array (d,)
        Sums over the examples, not means: a factor 1/n of the loss is in dout already.

    Notes
    -----
    Terms cancel in dx. In all three an absolute error of 1e-9 is allowed (of 1e-4 in float32),
    times the largest absolute value in ``dout * gamma``, over the smallest ``sqrt(var + eps)``.

    Examples
    --------
    >>> out, cache = batchnorm_train([[1], [3], [5], [7]], [2], [0], eps=4)
    >>> dx, dgamma, dbeta = batchnorm_backward([[1], [0], [0], [0]], cache)
    >>> dx.round(4).ravel(), dgamma, dbeta
    (array([ 0.3333, -0.2222, -0.1111,  0.    ]), array([-1.]), array([1.]))
    """
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@exercise(
    points=1,
    title="A bias that nobody hears",
    section="sec-norm-bias",
    hints=(
        "A bias added before batch normalization makes `x = z + b`. The derivative of `x` with "
        "respect to `b` is 1 for every example.",
        "So the gradient of `b` collects `dx` from all examples, and `dx` is what your "
        "`batchnorm_backward` returns first.",
    ),
)
def bias_gradient(dout, cache):
    """The gradient of a bias that is added right before batch normalization.

    The layer computes ``out, cache = batchnorm_train(z + b, gamma, beta)`` with a bias b of shape
    (d,), and dout is the gradient of the loss with respect to out.

    Parameters
    ----------
    dout : array (n, d), or a nested list
        Gradient of the loss with respect to the output. Integers are converted to float64; when
        dout and what went into the forward pass are float32, the result is float32 too. Not
        changed.
    cache : anything
        What your batchnorm_train returned second. Not changed.

    Returns
    -------
    new array (d,)
        The gradient of the loss with respect to b. The absolute error allowed is n times that of
        `batchnorm_backward`.

    Examples
    --------
    >>> out, cache = batchnorm_train([[1], [3], [5], [7]], [2], [0], eps=4)
    >>> print(abs(bias_gradient([[1], [0], [0], [0]], cache)).round(9))
    [0.]
    """
    dx, _, _ = batchnorm_backward(dout, cache)
    return dx.sum(axis=0)


@exercise(
    points=2,
    title="How much of a gradient only changes the length",
    section="sec-norm-scale",
    hints=(
        "The cosine of the angle between two vectors is their inner product over the product of "
        "their lengths.",
        "A unit is a column. The inner product of two columns is the sum of an entry-by-entry "
        "product down the rows.",
        "Where a length is 0 the quotient is 0/0. Divide by 1 there instead; the numerator is 0 "
        "anyway.",
    ),
)
def radial_component(W, dW):
    """For every unit, the cosine of the angle between its weights and their gradient.

    The weights of a unit are a column of W. A cosine of 0 means that the gradient is at right
    angles to the weights: a small step turns them and does not change their length. A cosine of
    1 or -1 means that it only changes their length.

    Parameters
    ----------
    W : array (d, m), or a nested list
        The weights of m units. Not changed.
    dW : array (d, m), or a nested list
        The gradient of the loss with respect to W. Integers are converted to float64; when W and
        dW are float32, the result is float32 too. Not changed.

    Returns
    -------
    new array (m,)
        One cosine for every unit, 0 for a unit whose weights or whose gradient are all 0, without
        a floating-point warning. All other lengths lie between 1e-6 and 1e6. An absolute error
        of 1e-12 (1e-5 in float32) is allowed.

    Examples
    --------
    >>> radial_component([[3, 1, 0], [4, 0, 0]], [[3, 0, 2], [4, 5, 1]])
    array([1., 0., 0.])
    """
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    inner = (W * dW).sum(axis=0)
    lengths = np.sqrt((W**2).sum(axis=0) * (dW**2).sum(axis=0))
    return inner / np.where(lengths > 0, lengths, 1)


@exercise(
    points=1,
    title="One step of a running average",
    section="sec-norm-running",
    hints=(
        "A weighted mean of two arrays. The weights add up to 1.",
        "Which of the two does `momentum` multiply here, and which one in PyTorch?",
    ),
)
def update_running(running, batch_value, momentum=0.9):
    """One step of an exponentially weighted average: the new running value.

    The running value is a mean or a variance that is kept from step to step for the time after
    training. In this book `momentum` is the weight of the **old** value.

    Parameters
    ----------
    running : array (d,), or a list
        The running value so far. It is not changed: the new one is returned.
    batch_value : array (d,), or a list
        The same statistic of the present batch. Integers are converted to float64; when both
        arrays are float32, the result is float32 too. Not changed.
    momentum : Python float
        Between 0 and 1. With 0 only the batch counts, with 1 nothing ever changes.

    Returns
    -------
    new array (d,)

    Examples
    --------
    >>> update_running([0, 8], [10, 0], momentum=0.75)
    array([2.5, 6. ])
    """
    running, batch_value = (1.0 * np.asarray(one) for one in (running, batch_value))
    return momentum * running + (1 - momentum) * batch_value


@exercise(
    points=2,
    title="The variance of the others",
    section="sec-norm-unbiased",
    hints=(
        "The biased variance divides a sum of squares by $n$. By what must you multiply it, so "
        "that it is divided by $n - 1$?",
        "For $n = 1$ you would divide by 0. See to that case first.",
    ),
)
def unbiased_batch_var(x):
    """The unbiased estimate, from a batch, of the variance of every feature in the population.

    It divides the sum of the squared distances from the batch's mean by n - 1.

    Parameters
    ----------
    x : array (n, d), or a nested list
        n >= 2 examples as rows. Integers are converted to float64; float32 stays float32. Not
        changed.

    Returns
    -------
    new array (d,)

    Raises
    ------
    ValueError : if there are fewer than two examples. One example says nothing of a variance.

    Examples
    --------
    >>> unbiased_batch_var([[1, 10], [3, 30], [5, 20]])
    array([  4., 100.])
    """
    x = 1.0 * np.asarray(x)
    n = len(x)
    if n < 2:
        raise ValueError(f"an unbiased variance needs at least two examples, not {n}")
    _, var = batch_statistics(x)
    return var * (n / (n - 1))


@exercise(
    points=2,
    title="Batch normalization when nobody is around",
    section="sec-norm-running",
    hints=(
        "The formula is that of training. What has changed is where the mean and the variance come "
        "from.",
        "They are arguments here. The function looks at no statistic of `x` at all, so it may get "
        "one row, or a thousand, and treats each row alike.",
    ),
)
def batchnorm_eval(x, gamma, beta, mean, var, eps=1e-5):
    """Batch normalization as it is computed after training: with a fixed mean and variance.

    Parameters
    ----------
    x : array (n, d)
        n >= 0 examples as rows. What a row becomes does not depend on the other rows. Not changed.
    gamma, beta : arrays (d,)
        The scale and the shift of every feature. Not changed.
    mean, var : arrays (d,)
        The running mean and the running variance (not its root) of every feature. They are used
        as they are and not updated. Not changed.
        Each of the five may be a (nested) list. Integers are converted to float64; when all are
        float32, the result is float32 too.
    eps : Python float
        Positive, and inside the square root, as in training. It counts: variances may be smaller
        than eps, or 0.

    Returns
    -------
    new array (n, d)

    Examples
    --------
    >>> batchnorm_eval([[7, 2]], gamma=[2, 1], beta=[0, 1], mean=[1, 2], var=[6, 0], eps=3)
    array([[4., 1.]])
    """
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


@exercise(
    points=2,
    title="Folding the normalization away",
    section="sec-norm-fold",
    hints=(
        "After training, batch normalization multiplies every feature by a number and adds a "
        "number. Find both numbers.",
        "The factor is `t = gamma / sqrt(var + eps)`, one for every unit. Units are the columns "
        "of `W`.",
        "Write `(x @ W + b - mean) * t + beta` and sort it: what multiplies `x`, and what is left?",
    ),
)
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    """The affine layer that does the work of an affine layer and the batch normalization after it.

    For every x the results agree: ``x @ W_folded + b_folded`` and
    ``batchnorm_eval(x @ W + b, gamma, beta, mean, var, eps)``.

    Parameters
    ----------
    W : array (d, m)
        The weights of the layer. Not changed.
    b : array (m,)
        Its bias. Not changed.
    gamma, beta, mean, var : arrays (m,)
        As in `batchnorm_eval`. Not changed.
        Each of the six may be a (nested) list. Integers are converted to float64; when all are
        float32, the results are float32 too.
    eps : Python float
        Positive, inside the square root. It counts: variances may be smaller than eps, or 0.

    Returns
    -------
    W_folded : new array (d, m)
    b_folded : new array (m,)
        An absolute error of 1e-12 (1e-5 in float32) times the largest of the numbers that are
        added up is allowed.

    Examples
    --------
    >>> W, b = fold_batchnorm([[3, 1], [1, 2]], [1, 1], [2, 3], [0, 5], [4, 1], [1, 6], eps=3)
    >>> W
    array([[3., 1.],
           [1., 2.]])
    >>> b
    array([-3.,  5.])
    """
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta


@exercise(
    points=2,
    title="Layer normalization, forward",
    section="sec-norm-layernorm",
    keeps=(1,),
    hints=(
        "The same three steps as in batch normalization, but the mean and the variance are those "
        "of a row.",
        "A mean over axis 1 has shape `(n,)`. To be subtracted from `x` of shape `(n, d)` it has "
        "to be a column `(n, 1)`; `keepdims=True` keeps it one.",
        "`gamma` and `beta` do not turn with the rest: they still have one entry for every "
        "feature.",
    ),
)
def layernorm(x, gamma, beta, eps=1e-5):
    """Layer normalization: every example is normalized by its own mean and variance.

    The mean and the biased variance (divided by d) are taken over the d features of one example,
    with eps inside the square root. gamma and beta have an entry for every feature:
    ``(x - mean) / sqrt(var + eps) * gamma + beta``. It is the same while training and afterwards.

    Parameters
    ----------
    x : array (n, d)
        n >= 0 examples as rows, with d >= 1 features. Not changed.
    gamma : array (d,)
        The scale of every feature. Not changed.
    beta : array (d,)
        The shift of every feature. Not changed.
        Each of the three may be a (nested) list. Integers are converted to float64; when all are
        float32, the result is float32 too.
    eps : Python float
        Positive. It counts: variances may be smaller than eps, or 0.

    Returns
    -------
    out : new array (n, d)
    cache : anything
        Whatever your layernorm_backward will need, in a form of your choice. Only your own
        functions read it, and it is not graded by itself. It may hold x itself: nobody changes
        x in between.

    Examples
    --------
    >>> out, cache = layernorm([[1, 3], [10, 10]], gamma=[2, 4], beta=[0, 5], eps=3)
    >>> out
    array([[-1.,  7.],
           [ 0.,  5.]])
    """
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)  # (n, 1)
    std = np.sqrt(var + eps)
    xhat = (x - mean) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@exercise(
    points=3,
    title="Layer normalization, backward",
    section="sec-norm-layernorm",
    hints=(
        "From `dxhat = dout * gamma` on, it is batch normalization with rows and columns "
        "exchanged.",
        "But `gamma` and `beta` are shared by the examples, as before: their gradients are sums "
        "over axis 0.",
        "In `dx` both means are taken along a row, over the $d$ features, and kept as columns "
        "`(n, 1)`.",
    ),
)
def layernorm_backward(dout, cache):
    """Backward pass of `layernorm`.

    Parameters
    ----------
    dout : array (n, d), or a nested list
        Gradient of the loss with respect to the output, n >= 1. Integers are converted to float64;
        when dout and what went into the forward pass are float32, the results are float32 too. Not
        changed.
    cache : anything
        What your layernorm returned second. Not changed, so that the same cache can be used again.

    Returns
    -------
    dx : new array (n, d)
        The exact gradient of the forward pass, in which eps has a share.
    dgamma : new array (d,)
    dbeta : new array (d,)
        Sums over the examples, not means: a factor 1/n of the loss is in dout already.

    Notes
    -----
    Terms cancel in dx. In all three an absolute error of 1e-9 is allowed (of 1e-4 in float32),
    times the largest absolute value in ``dout * gamma``, over the smallest ``sqrt(var + eps)``.

    Examples
    --------
    >>> out, cache = layernorm([[1, 3, 5, 7]], [2, 2, 2, 2], [0, 0, 0, 0], eps=4)
    >>> dx, dgamma, dbeta = layernorm_backward([[1, 0, 0, 0]], cache)
    >>> dx.round(4)
    array([[ 0.3333, -0.2222, -0.1111,  0.    ]])
    >>> dgamma, dbeta
    (array([-1.,  0.,  0.,  0.]), array([1., 0., 0., 0.]))
    """
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    along = {"axis": 1, "keepdims": True}
    dx = (dxhat - dxhat.mean(**along) - xhat * (dxhat * xhat).mean(**along)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@exercise(
    points=3,
    title="Who influences whom",
    section="sec-norm-dependence",
    hints=(
        "There are two ways. One changes one entry of `x` by a little, up and down, and looks at "
        "the outputs. The other asks the backward pass.",
        "A backward pass with a `dout` that is 1 at output `(i, k)` and 0 elsewhere returns the "
        "derivatives of this one output with respect to all of `x`.",
        "Collect them over `k`: for one `i` that is $d$ arrays of shape `(n, d)`. Square, sum "
        "over `k` and over the features of `x`, take the root, and row `i` of the answer is ready.",
    ),
)
def influence(x, kind, eps=1e-5):
    """How strongly the output of each example answers to the input of each example.

    The normalization has gamma = 1 and beta = 0, and its statistics are those of x itself. Entry
    (i, j) of the answer belongs to the d * d derivatives of the d outputs of example i with respect
    to the d inputs of example j: it is the root of the sum of their squares.

    Parameters
    ----------
    x : array (n, d), or a nested list
        n >= 1 examples as rows, with d >= 1 features. Integers are converted to float64. Not
        changed.
    kind : "batch" or "layer"
        Which of `batchnorm_train` and `layernorm` is meant.
    eps : Python float
        Positive, inside the square root.

    Returns
    -------
    new array (n, n) of float64
        An absolute error of 1e-5 is allowed, so centred differences are a fair way (a step of 1e-5
        suits inputs of size 1), and exact derivatives are too.

    Raises
    ------
    ValueError : if kind is neither "batch" nor "layer".

    Examples
    --------
    >>> influence([[1, 3, 8], [2, 2, 5]], "layer", eps=1).round(3)
    array([[0.323, 0.   ],
           [0.   , 0.609]])
    """
    if kind not in ("batch", "layer"):
        raise ValueError(f"kind is 'batch' or 'layer', not {kind!r}")
    forward = batchnorm_train if kind == "batch" else layernorm
    backward = batchnorm_backward if kind == "batch" else layernorm_backward
    x = np.asarray(x, dtype=np.float64)
    n, d = x.shape
    _, cache = forward(x, np.ones(d), np.zeros(d), eps)
    squares = np.zeros((n, n))
    for i in range(n):
        for k in range(d):
            dout = np.zeros((n, d))
            dout[i, k] = 1
            dx, _, _ = backward(dout, cache)
            squares[i] += (dx**2).sum(axis=1)
    return np.sqrt(squares)


@exercise(
    points=2,
    title="The factor of an activation",
    section="sec-norm-depth",
    hints=(
        "The mean of the squares is not the square of the mean: square first.",
        "What stands below the line is what the normalization divides by, without the variance of "
        "the weights. Batch norm subtracts the mean of `h` and layer norm does not.",
        "`np.var(h)` is the mean of the squared distances from the mean of `h`. Without a mean to "
        "subtract it is `np.mean(h**2)`.",
    ),
)
def gradient_factor(h, slope, kind):
    """By what a layer multiplies the mean square of the gradient, under A1 to A4.

    It is the mean of ``slope**2``, divided by the variance of h for batch norm, and by the mean
    of ``h**2`` for layer norm.

    Parameters
    ----------
    h : array (k,) of floats or integers, or a list
        Outputs of an activation for k >= 2 of its inputs, not all the same. Not changed.
    slope : array (k,) of floats or integers, or a list
        Its derivative for the same inputs. Not changed.
    kind : "batch" or "layer"
        Which normalization stands before the activation.

    Returns
    -------
    number (a NumPy or Python float)
        As float64. The variance is the biased one, which divides by k.

    Raises
    ------
    ValueError : if kind is neither "batch" nor "layer".

    Examples
    --------
    >>> round(float(gradient_factor([0, 0, 1, 3], [0, 0, 1, 1], "batch")), 4)
    0.3333
    >>> round(float(gradient_factor([0, 0, 1, 3], [0, 0, 1, 1], "layer")), 4)
    0.2
    """
    if kind not in ("batch", "layer"):
        raise ValueError(f"kind is 'batch' or 'layer', not {kind!r}")
    h, slope = (np.asarray(one, dtype=np.float64) for one in (h, slope))
    size = np.var(h) if kind == "batch" else np.mean(h**2)
    return np.mean(slope**2) / size


@exercise(
    points=5,
    title="Project: one step of a network with batch normalization",
    section="sec-norm-project",
    hints=(
        "Forward: `X @ W1`, your `batchnorm_train`, ReLU, then `@ W2 + b2`. Every piece but the "
        "first and the last you have written.",
        "The softmax and the mean of the cross-entropies have a short gradient together: the "
        "probabilities, minus 1 at the right class, divided by $n$.",
        "Backward, in reverse: the last layer as any affine layer; ReLU passes the gradient where "
        "its input was positive; then your `batchnorm_backward`; then `X.T @` for `W1`. The "
        "running mean and variance each move by `update_running`, towards the statistics of `X @ "
        "W1` in this batch.",
    ),
)
def network_step(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """One step of gradient descent for a classifier with batch normalization in its hidden layer.

    The network computes ``Z = X @ W1`` (no bias: it would be lost), normalizes Z with the
    statistics of this batch, gamma and beta, applies ReLU and computes the logits
    ``H @ W2 + b2``. The loss is the mean over the examples of the cross-entropy of the softmax of
    the logits. All five parameters move by minus `rate` times their gradient, in which the mean
    and the variance of the batch have their share. The derivative of ReLU at 0 is 0.

    Parameters
    ----------
    params : tuple (W1, gamma, beta, W2, b2)
        Arrays of shapes (d, h), (h,), (h,), (h, C), (C,), of dtype float64. Not changed.
    running : tuple (mean, var)
        The running statistics of Z, arrays (h,). Not changed.
    X : array (n, d)
        n >= 2 examples as rows, of dtype float64. Not changed.
    y : integer array (n,)
        The right classes, from 0 to C - 1. Not changed.
    rate : Python float
        The learning rate.
    momentum : Python float
        The weight of the old running value, as in `update_running`.
    eps : Python float
        Positive, inside the square root.

    Returns
    -------
    params : tuple of five new arrays
        The parameters after the step, in the order and shapes of `params`.
    running : tuple of two new arrays
        The running mean and variance, updated once with the mean and the biased variance of Z.
    loss : number (a NumPy or Python float)
        The loss before the step. Logits may be as large as 1,000 without an overflow: the loss is
        then still right, and no floating-point warning is raised.

    Notes
    -----
    An absolute error of 1e-9 is allowed in everything.

    Examples
    --------
    >>> params = (np.eye(2), np.ones(2), np.zeros(2), np.zeros((2, 2)), np.zeros(2))
    >>> running = (np.zeros(2), np.ones(2))
    >>> X, y = np.array([[1.0, 0], [0, 1], [1, 1], [0, 0]]), np.array([0, 1, 0, 0])
    >>> params, running, loss = network_step(params, running, X, y)
    >>> round(float(loss), 4)
    0.6931
    >>> params[4]
    array([ 0.025, -0.025])
    >>> running[0], running[1]
    (array([0.05, 0.05]), array([0.925, 0.925]))
    """
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1  # (n, d) @ (d, h)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2  # (n, h) @ (h, C)
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    statistics = batch_statistics(Z)
    return (
        tuple(p - rate * g for p, g in zip(params, grads, strict=True)),
        tuple(update_running(r, s, momentum) for r, s in zip(running, statistics, strict=True)),
        loss,
    )


@exercise(
    points=2,
    title="Project: what the network thinks",
    section="sec-norm-project",
    hints=(
        "The forward pass of `network_step`, with the normalization that belongs after training.",
        "`batchnorm_eval` takes the running values. The class with the largest logit is also the "
        "one with the largest probability, so no softmax is needed.",
    ),
)
def network_predict(params, running, X, eps=1e-5):
    """The classes that a trained network gives to examples, each by itself.

    The network is that of `network_step`, and its batch normalization uses the running statistics.
    What an example is taken for does not depend on the other examples.

    Parameters
    ----------
    params : tuple (W1, gamma, beta, W2, b2)
        As in `network_step`. Not changed.
    running : tuple (mean, var)
        The running statistics of X @ W1, arrays (h,). Not changed.
    X : array (n, d)
        n >= 1 examples as rows, of dtype float64. Not changed.
    eps : Python float
        Positive, inside the square root.

    Returns
    -------
    new integer array (n,)
        For every example the class with the largest logit; the first, if several are equal.

    Examples
    --------
    >>> params = (np.eye(2), np.ones(2), np.zeros(2), np.eye(2), np.zeros(2))
    >>> running = (np.array([0.0, 5.0]), np.ones(2))
    >>> network_predict(params, running, np.array([[1.0, 3.0], [1.0, 7.0]]))
    array([0, 1])
    """
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1)


@exercise(
    points=3,
    title="Project: train it",
    section="sec-norm-project",
    hints=(
        "A loop over the rows of `batches`. Each pass through it calls `network_step` once and "
        "hands what comes back to the next call.",
        "The arrays `X[rows]` and `y[rows]` are the batch. Collect the losses in a list and make "
        "it an array at the end.",
        "The running mean starts at 0 and the running variance at 1, one of each for every hidden "
        "unit. `gamma`, the second of `params`, has as many entries as there are units.",
    ),
)
def train_network(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """Train the network of `network_step` on one batch after the other.

    The running mean starts at 0 and the running variance at 1.

    Parameters
    ----------
    params : tuple (W1, gamma, beta, W2, b2)
        Where to start; as in `network_step`. Not changed.
    X : array (n, d)
        All examples, of dtype float64. Not changed.
    y : integer array (n,)
        Their classes. Not changed.
    batches : integer array (steps, batch_size)
        Each row holds the numbers of the examples that make up the batch of one step, with steps
        >= 1. Not changed.
    rate, momentum, eps : Python floats
        As in `network_step`.

    Returns
    -------
    params : tuple of five new arrays
    running : tuple of two new arrays
        After the last step.
    losses : new array (steps,)
        The loss of each batch, before its step.

    Notes
    -----
    Rounding grows from step to step: an absolute error of 1e-6 is allowed in everything.

    Examples
    --------
    >>> params = (np.eye(2), np.ones(2), np.zeros(2), np.zeros((2, 2)), np.zeros(2))
    >>> X, y = np.array([[1.0, 0], [0, 1], [1, 1], [0, 0]]), np.array([0, 1, 0, 1])
    >>> batches = np.array([[0, 1, 2], [1, 2, 3], [2, 3, 0]])
    >>> params, running, losses = train_network(params, X, y, batches, rate=1.0)
    >>> losses.round(3)
    array([0.693, 0.687, 0.588])
    """
    _, gamma, *_ = params
    running = (np.zeros(len(gamma)), np.ones(len(gamma)))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, np.array(losses)
