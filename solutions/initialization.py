"""Initialization and the flow of signals: the exercises and their reference solutions."""

import numpy as np

from autograder.course.exercise import exercise


@exercise(
    points=4,
    title="The network under observation",
    section="sec-init-network",
    hints=(
        "Forward first, and keep what you will need: the input and the pre-activation of every "
        "layer. The last layer has no ReLU. Subtract the largest logit of each row before you "
        "take `np.exp`.",
        "The derivative of the mean cross-entropy with respect to the logits is the softmax minus "
        "1 at the right class, over $n$. Call it `delta`; it has the shape of the logits.",
        "From the last layer down: `dW` is the transposed input of the layer times `delta`, `db` "
        "the sum of `delta` over the examples. For the layer below, multiply `delta` by the "
        "transposed weights, and then by 0 or 1, as the ReLU there was off or on.",
    ),
)
def loss_and_grads(params, X, y):
    """Loss of a deep ReLU network and its gradient with respect to every weight and bias.

    The network has len(params) affine layers, ``Z = A @ W + b``, with a ReLU after each but the
    last, whose pre-activations are the logits. The loss is the softmax cross-entropy, averaged over
    the n examples. The slope of ReLU at 0 is 0.

    Each array may be a (nested) list, and X may hold integers. If all arrays but y are float32, so
    are the gradients and the loss (which may be a Python float, too); otherwise they are float64.

    Parameters
    ----------
    params : list or tuple of one or more pairs (W, b)
        In the order of the layers. W has shape (fan_in, fan_out) and b has (fan_out,); the
        fan_out of one layer is the fan_in of the next. Not changed.
    X : array (n, d), n >= 1
        The examples as rows. Not changed.
    y : integer array (n,)
        The right classes, from 0 to the number of logits minus 1. Not changed.

    Returns
    -------
    loss : number
        Logits up to a million in size, of either sign, cause no floating-point warning, neither
        here nor in the gradients.
    grads : tuple (or list) of pairs (dW, db)
        One for each layer, in the order of params; dW has the shape of W and db that of b.

    Examples
    --------
    >>> loss, [(dW, db)] = loss_and_grads([(np.zeros((2, 2)), [0.0, 0.0])], [[1.0, 2.0]], [0])
    >>> float(loss)
    0.6931471805599453
    >>> dW.tolist(), db.tolist()
    ([[-0.5, 0.5], [-1.0, 1.0]], [-0.5, 0.5])
    """
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))  # (n, fan_in) @ (fan_in, fan_out)
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    loss = -log_softmax[right].sum() / len(y)
    delta = np.exp(log_softmax)
    delta[right] -= 1
    delta /= len(y)
    grads = []
    for layer in range(len(params) - 1, -1, -1):
        grads.append((inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = delta @ np.asarray(params[layer][0]).T  # (n, fan_out) @ (fan_out, fan_in)
            delta = np.where(zs[layer - 1] > 0, delta, 0)
    return loss, tuple(grads[::-1])


@exercise(
    points=2,
    title="How many different units are there?",
    section="sec-init-symmetry",
    hints=(
        "A unit is a column of `W`: its incoming weights. Which axis do you walk along?",
        "Keep a list of columns that differ from each other, empty at first, and compare each "
        "column with every one in the list.",
        "Two columns are the same if the largest absolute difference is at most `tol`. If none in "
        "the list is the same, the new one joins it. The answer is the length of the list.",
    ),
)
def symmetric_groups(W, tol=0.0):
    """The number of different units of a layer, where equal units count as one.

    Units are columns of W. Go through them from left to right. A unit belongs to a group if no
    entry of its column differs by more than tol from that of the *first* unit of the group; a
    unit that belongs to no group so far starts a new one. (With tol = 0 this counts distinct
    columns.)

    Parameters
    ----------
    W : array (fan_in, fan_out), or a nested list, of float64, float32 or integers
        Finite, with fan_in and fan_out at least 1. Not changed.
    tol : float
        At least 0. A difference of exactly tol, as computed in float64, is still the same unit.

    Returns
    -------
    int
        The number of groups, between 1 and fan_out.

    Examples
    --------
    >>> symmetric_groups([[1.0, 1.0, 2.0], [3.0, 3.0, 3.0]])
    2
    >>> symmetric_groups([[0.0, 1.0, 2.0]], tol=1.0)
    2
    """
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.max(np.abs(unit - first)) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@exercise(
    points=2,
    title="One step of training",
    section="sec-init-symmetry",
    hints=(
        "You have written everything that is hard: `loss_and_grads`.",
        "The step goes against the gradient: `W - lr * dW`, and the same for `b`.",
        "`W -= ...` would change the caller's array. Make new pairs and leave the old ones alone.",
    ),
)
def train_step(params, X, y, lr):
    """The parameters after one step of gradient descent on the loss of `loss_and_grads`.

    All layers move at once: every gradient is taken at the old parameters.

    Each array may be a (nested) list. If all but y are float32, so are the results, and otherwise
    they are float64.

    Parameters
    ----------
    params : list or tuple of one or more pairs (W, b)
        As in loss_and_grads. Not changed.
    X : array (n, d)
        The examples as rows. Not changed.
    y : integer array (n,)
        The right classes. Not changed.
    lr : Python float
        The learning rate.

    Returns
    -------
    tuple (or list) of pairs (W, b)
        New arrays, of the shapes and in the order of params.

    Examples
    --------
    >>> [(W, b)] = train_step([(np.zeros((2, 2)), [0.0, 0.0])], [[1.0, 2.0]], [0], lr=0.1)
    >>> W.tolist(), b.tolist()
    ([[0.05, -0.05], [0.1, -0.1]], [0.05, -0.05])
    """
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple((W - lr * dW, b - lr * db) for (W, b), (dW, db) in pairs)


@exercise(
    points=1,
    title="Small random numbers",
    section="sec-init-small",
    hints=(
        "`rng` has a method for numbers from a normal distribution. Its name is the "
        "distribution's.",
        "`rng.normal` takes a mean, a standard deviation and a shape.",
        "`scale` is the standard deviation itself, and not the variance.",
    ),
)
def init_small(rng, n_in, n_out, scale=0.01):
    """Random weights of one fixed size, whatever the layer.

    Parameters
    ----------
    rng : np.random.Generator
        The only source of chance: generators in the same state give the same weights, and a
        second call with the same generator gives others.
    n_in, n_out : int
        The number of inputs and of units, each at least 1.
    scale : float
        The standard deviation, at least 0.

    Returns
    -------
    float64 array (n_in, n_out)
        Independent draws from the normal distribution with mean 0 and standard deviation scale.
        Any way of drawing that has this distribution is right.

    Examples
    --------
    >>> W = init_small(np.random.default_rng(0), 200, 100)
    >>> W.shape, round(float(W.std()), 3)
    ((200, 100), 0.01)
    """
    return scale * rng.standard_normal((n_in, n_out))


@exercise(
    points=1,
    title="Weights that keep the variance",
    section="sec-init-variance",
    hints=(
        "A pre-activation is a sum of `n_in` terms. What variance must each weight have for the "
        "sum to have the variance of one input?",
        "A variance of `1 / n_in` is a standard deviation of what?",
        "`rng.normal` wants the standard deviation, so a square root is needed.",
    ),
)
def init_lecun(rng, n_in, n_out):
    """Normal random weights with variance 1 / n_in, so that a sum keeps the size of its inputs.

    Parameters
    ----------
    rng : np.random.Generator
        The only source of chance: generators in the same state give the same weights, and a
        second call with the same generator gives others.
    n_in, n_out : int
        The number of inputs and of units, each at least 1.

    Returns
    -------
    float64 array (n_in, n_out)
        Independent draws from the normal distribution with mean 0 and variance 1 / n_in. Any way
        of drawing that has this distribution is right.

    Examples
    --------
    >>> W = init_lecun(np.random.default_rng(0), 400, 100)
    >>> W.shape, round(float(W.std()), 3)
    ((400, 100), 0.05)
    """
    return rng.standard_normal((n_in, n_out)) / np.sqrt(n_in)


@exercise(
    points=2,
    title="Xavier, normal",
    section="sec-init-xavier-back",
    hints=(
        "Forward asks for a variance of `1 / n_in` and backward for `1 / n_out`. The compromise "
        "uses the mean of the two numbers `n_in` and `n_out`.",
        "One over that mean is the variance for a gain of 1.",
        "The gain multiplies the weights, so it multiplies their standard deviation and not their "
        "variance.",
    ),
)
def xavier_normal(rng, n_in, n_out, gain=1.0):
    """Normal random weights with the standard deviation of Glorot and Bengio, times a gain.

    Parameters
    ----------
    rng : np.random.Generator
        The only source of chance: generators in the same state give the same weights, and a
        second call with the same generator gives others.
    n_in, n_out : int
        The number of inputs and of units, each at least 1.
    gain : float
        A positive factor on the weights.

    Returns
    -------
    float64 array (n_in, n_out)
        Independent draws from the normal distribution with mean 0 and standard deviation
        ``gain * sqrt(2 / (n_in + n_out))``. Any way of drawing that has this distribution is right.

    Examples
    --------
    >>> W = xavier_normal(np.random.default_rng(0), 300, 500)
    >>> W.shape, round(float(W.std()), 2)
    ((300, 500), 0.05)
    """
    return gain * np.sqrt(2 / (n_in + n_out)) * rng.standard_normal((n_in, n_out))


@exercise(
    points=2,
    title="Xavier, uniform",
    section="sec-init-xavier-back",
    hints=(
        "A uniform distribution from $-a$ to $a$ has mean 0. What is its variance?",
        "The variance is $a^2/3$. Set it equal to the variance of the normal rule and solve for "
        "$a$.",
        "`rng.uniform` takes the lower end, the upper end and a shape.",
    ),
)
def xavier_uniform(rng, n_in, n_out, gain=1.0):
    """Uniform random weights with the same standard deviation as those of `xavier_normal`.

    Parameters
    ----------
    rng : np.random.Generator
        The only source of chance: generators in the same state give the same weights, and a
        second call with the same generator gives others.
    n_in, n_out : int
        The number of inputs and of units, each at least 1.
    gain : float
        A positive factor on the weights.

    Returns
    -------
    float64 array (n_in, n_out)
        Independent draws from the uniform distribution on [-a, a] whose standard deviation is
        ``gain * sqrt(2 / (n_in + n_out))``; the bound a follows from it. Any way of drawing that
        has this distribution is right, and neither end need ever be drawn.

    Examples
    --------
    >>> W = xavier_uniform(np.random.default_rng(0), 300, 500)
    >>> W.shape, round(float(W.std()), 2)
    ((300, 500), 0.05)
    """
    bound = gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-bound, bound, (n_in, n_out))


@exercise(
    points=1,
    title="The mean after a ReLU",
    section="sec-init-he",
    hints=(
        "Only the positive half of the bell contributes: integrate $z$ times its density from 0 "
        "up.",
        r"$z\,e^{-z^2/2\sigma^2}$ is the derivative of something simple.",
        r"The integral is $\sigma^2$, and the density has $1/(\sigma\sqrt{2\pi})$ in front.",
    ),
)
def relu_mean(sigma):
    """The mean of ReLU(z) for a normal z with mean 0 and standard deviation sigma.

    Parameters
    ----------
    sigma : number, list or array of any shape, of float64, float32 or integers
        Standard deviations, at least 0. Not changed.

    Returns
    -------
    new array of the shape of sigma (for a number, a number will do)
        The exact mean, not an estimate from random numbers. float32 stays float32;
        otherwise the result is float64.

    Examples
    --------
    >>> round(float(relu_mean(1.0)), 4)
    0.3989
    """
    return np.asarray(sigma) / float(np.sqrt(2 * np.pi))


@exercise(
    points=1,
    title="The mean square after a ReLU",
    section="sec-init-he",
    hints=(
        r"This is the mean of $\mathrm{ReLU}(z)^2$, which is not the variance: the mean is not "
        "subtracted.",
        r"$\mathrm{ReLU}(z)^2$ is $z^2$ on one half of the line and 0 on the other.",
        "The two halves of a symmetric distribution contribute equally to the mean of $z^2$, and "
        "the mean of $z^2$ is the variance of $z$.",
    ),
)
def relu_second_moment(sigma):
    """The mean of ``ReLU(z)**2`` for a normal z with mean 0 and standard deviation sigma.

    Parameters
    ----------
    sigma : number, list or array of any shape, of float64, float32 or integers
        Standard deviations, at least 0. Not changed.

    Returns
    -------
    new array of the shape of sigma (for a number, a number will do)
        The exact mean square, not an estimate from random numbers. float32 stays float32;
        otherwise the result is float64.

    Examples
    --------
    >>> float(relu_second_moment(3.0))
    4.5
    """
    sigma = np.asarray(sigma)
    return sigma / 2 * sigma


@exercise(
    points=1,
    title="He, normal",
    section="sec-init-he",
    hints=(
        "A ReLU halves the mean square. Which factor makes up for it?",
        "The variance is 2 over the number of inputs.",
        "`rng.normal` wants the standard deviation, so a square root is needed.",
    ),
)
def he_normal(rng, n_in, n_out):
    """Normal random weights with variance 2 / n_in, which keep the mean square through a ReLU.

    Parameters
    ----------
    rng : np.random.Generator
        The only source of chance: generators in the same state give the same weights, and a
        second call with the same generator gives others.
    n_in, n_out : int
        The number of inputs and of units, each at least 1.

    Returns
    -------
    float64 array (n_in, n_out)
        Independent draws from the normal distribution with mean 0 and variance 2 / n_in. Any way
        of drawing that has this distribution is right.

    Examples
    --------
    >>> W = he_normal(np.random.default_rng(0), 800, 100)
    >>> W.shape, round(float(W.std()), 2)
    ((800, 100), 0.05)
    """
    return np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))


@exercise(
    points=1,
    title="He, uniform",
    section="sec-init-he",
    hints=(
        "The variance is that of `he_normal`; only the shape of the distribution differs.",
        "A uniform distribution on $[-a, a]$ has variance $a^2/3$.",
        "Set $a^2/3$ equal to `2 / n_in` and solve for $a$.",
    ),
)
def he_uniform(rng, n_in, n_out):
    """Uniform random weights with variance 2 / n_in.

    Parameters
    ----------
    rng : np.random.Generator
        The only source of chance: generators in the same state give the same weights, and a
        second call with the same generator gives others.
    n_in, n_out : int
        The number of inputs and of units, each at least 1.

    Returns
    -------
    float64 array (n_in, n_out)
        Independent draws from the uniform distribution on [-a, a] whose variance is 2 / n_in; the
        bound a follows from it. Any way of drawing that has this distribution is right, and
        neither end need ever be drawn.

    Examples
    --------
    >>> W = he_uniform(np.random.default_rng(0), 800, 100)
    >>> W.shape, round(float(W.std()), 2)
    ((800, 100), 0.05)
    """
    bound = np.sqrt(6 / n_in)
    return rng.uniform(-bound, bound, (n_in, n_out))


@exercise(
    points=2,
    title="The gain of any activation",
    section="sec-init-gain",
    hints=(
        "What has to stay the same from layer to layer is the mean square, and not the variance.",
        "If outputs have mean square $q$ for inputs of mean square 1, by what must the weights be "
        "multiplied to undo it? The weights enter the mean square squared.",
        "1 over the root of the mean of `a * a`.",
    ),
)
def gain_of(a):
    """The gain of an activation, from a sample of its outputs for standard normal inputs.

    If the outputs a = phi(z) of standard normal z have a mean square other than 1, weights times
    the gain restore it: ``mean((gain * a)**2)`` is 1.

    Parameters
    ----------
    a : array of any shape with at least one entry that is not 0, or a (nested) list
        Outputs of the activation, float64, float32 or integers of any dtype; those other than 0
        are between 1e-15 and 1e15 in size. Not changed.

    Returns
    -------
    float64 number (a NumPy or Python float)
        The gain, positive: one number for the whole array.

    Examples
    --------
    >>> z = np.random.default_rng(0).standard_normal(1_000_000)
    >>> round(float(gain_of(np.maximum(z, 0))), 2)
    1.41
    """
    a = np.asarray(a, dtype=np.float64)
    return 1 / np.sqrt(np.mean(a**2))


@exercise(
    points=3,
    title="How large are the activations?",
    section="sec-init-flow",
    hints=(
        "A loop over the weights: multiply, take the ReLU, look, go on with the result.",
        "The norm of one example is the norm of its row, so there are $n$ norms for each layer.",
        "Root mean square: square the $n$ row norms, average them, take the root. The input is "
        "not one of the layers.",
    ),
)
def activation_norms(weights, X):
    """The size of an example's activations after each layer of a ReLU network without biases.

    The activations are ``A_1 = relu(X @ W_1)``, ``A_2 = relu(A_1 @ W_2)`` and so on, with a ReLU
    after *every* layer. The size after a layer is the root mean square, over the examples, of the
    Euclidean norms of the rows of A.

    Each array may be a nested list, and X may hold integers. If all are float32, so is the result,
    and otherwise it is float64. No square of an activation leaves the range of its dtype.

    Parameters
    ----------
    weights : list or tuple of one or more arrays
        In the order of the layers, each of shape (fan_in, fan_out). Not changed.
    X : array (n, d), n >= 1
        The examples as rows. Not changed.

    Returns
    -------
    array (len(weights),)
        One size for each layer; the size of X itself is not among them.

    Examples
    --------
    >>> activation_norms([np.eye(2), -2 * np.eye(2)], [[3.0, 4.0], [3.0, -4.0]]).round(3)
    array([4.123, 0.   ])
    """
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)  # (n, fan_in) @ (fan_in, fan_out)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
    return np.array(norms)


@exercise(
    points=2,
    title="How large are the gradients?",
    section="sec-init-flow",
    hints=(
        "`loss_and_grads` wants pairs `(W, b)`. What is `b` in a network without biases?",
        "A zero vector as long as `W` has columns, one for each layer.",
        "The Frobenius norm of a matrix is the root of the sum of the squares of all its entries. "
        "`np.linalg.norm(dW)` is that by default.",
    ),
)
def gradient_norms(weights, X, y):
    """The Frobenius norm of the loss gradient with respect to each weight matrix.

    The network and its loss are those of `loss_and_grads`, with all biases 0: a ReLU after each
    layer but the last, whose outputs are logits, and the mean cross-entropy.

    Parameters
    ----------
    weights : list or tuple of one or more arrays
        In the order of the layers, each of shape (fan_in, fan_out). Not changed.
    X : array (n, d), n >= 1
        The examples as rows. Not changed.
    y : integer array (n,)
        The right classes. Not changed.
        Each array may be a (nested) list of float64, and X may hold integers.

    Returns
    -------
    float64 array (len(weights),)
        The norms in the order of weights, from the first layer to the last.

    Examples
    --------
    >>> gradient_norms([np.eye(2), np.eye(2)], [[1.0, 0.0]], [0]).round(3)
    array([0.269, 0.38 ])
    """
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.linalg.norm(dW) for dW, _ in grads])


@exercise(
    points=2,
    title="What theory predicts",
    section="sec-init-flow",
    hints=(
        "A ReLU layer with weight variance $c/n$ multiplies the mean square of the activations by "
        "$c/2$.",
        "The norm is a root of a square, so one layer multiplies it by the root of $c/2$.",
        "`np.arange(depth + 1)` counts the layers, from 0, where the norm is `norm0`, to `depth`.",
    ),
)
def predicted_norm(c, depth, norm0):
    """The activation norms that theory predicts for layers of equal width, on average.

    Each layer has n inputs, n units, a ReLU, and weights from N(0, c / n).

    Parameters
    ----------
    c : float
        The weight variance times n, positive.
    depth : int
        The number of layers, from 0 to 100.
    norm0 : float
        The norm of the activations that enter the first of them.

    Returns
    -------
    float64 array (depth + 1,)
        Entry l is the root of the mean square norm after l layers; entry 0 is norm0 itself.

    Examples
    --------
    >>> predicted_norm(0.5, 3, 8.0)
    array([8., 4., 2., 1.])
    """
    return norm0 * np.sqrt(c / 2) ** np.arange(depth + 1)


@exercise(
    points=1,
    title="How far have the weights moved?",
    section="sec-init-persist",
    hints=(
        "Two lengths and a quotient: how long is the change, and how long were the weights?",
        "The length of a matrix is its Frobenius norm, that of `np.linalg.norm`.",
        "Divide by the norm of the weights at the start, which is the second argument.",
    ),
)
def relative_distance(W, W0):
    """How far weights have moved, relative to their size at the start.

    Parameters
    ----------
    W : array of any shape, or a (nested) list, of float64, float32 or integers
        The weights now. Not changed.
    W0 : array of the shape of W, or a (nested) list, of float64, float32 or integers
        The weights at the start. Not changed.

    Returns
    -------
    float64 number (a NumPy or Python float)
        The Frobenius norm of the change over that of W0, computed in float64 whatever the dtypes.
        If W0 is all zeros there is no size to compare with: then the result is infinity, or 0 if
        W is all zeros too, and no floating-point warning is caused. (Entries other than 0 are
        between 1e-100 and 1e100 in size.)

    Examples
    --------
    >>> float(relative_distance([[3.0, 4.0]], [[3.0, 0.0]]))
    1.3333333333333333
    """
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.linalg.norm(W - W0), np.linalg.norm(W0)
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@exercise(
    points=3,
    title="Let the data set the scale",
    section="sec-init-data",
    hints=(
        "One layer at a time, from the first: the scale of a layer can be set only when the layers "
        "below it have theirs.",
        "Compute `Z = A @ W` with the old weights. If its root mean square is $r$, with which "
        "weights would it be 1?",
        "Divide `W` by $r$. The new pre-activations are `Z / r`, and their ReLU is what enters "
        "the next layer.",
    ),
)
def scale_to_data(weights, X):
    """Rescale the layers of a ReLU network one by one, until each has pre-activations of size 1.

    The network has no biases and a ReLU after each layer but the last. From the first layer to the
    last, each weight matrix is divided by one positive number, such that the root mean square of
    the pre-activations ``A @ W`` of that layer, over all examples and units together, becomes 1.
    Here A is what comes out of the layers below *with their new weights*. (This is one pass of
    LSUV by Mishkin and Matas, without its orthogonal start, for mean squares in the place of
    variances.)

    Each array may be a nested list, and X may hold integers. If all are float32, so are the
    results, and otherwise they are float64. No square of a pre-activation other than 0 leaves the
    range of its dtype.

    Parameters
    ----------
    weights : list or tuple of one or more arrays
        In the order of the layers, each of shape (fan_in, fan_out). Not changed.
    X : array (n, d), n >= 1
        The examples as rows. Not changed.

    Returns
    -------
    tuple (or list) of new arrays
        The rescaled weights, in order.

    Raises
    ------
    ValueError : if some layer's pre-activations are all 0, so that no number can scale them.

    Examples
    --------
    >>> W1, W2 = scale_to_data([[[2.0]], [[-5.0]]], [[3.0], [1.0]])
    >>> W1.round(4), W2.round(4)
    (array([[0.4472]]), array([[-1.]]))
    """
    a, scaled = np.asarray(X), []
    for number, W in enumerate(weights, 1):
        W = np.asarray(W)
        z = a @ W  # (n, fan_in) @ (fan_in, fan_out)
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError(f"the pre-activations of layer {number} are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@exercise(
    points=3,
    title="Project, part 1: five ways to start",
    section="sec-init-project",
    hints=(
        "A network of sizes `(64, 30, 10)` has two layers: 64 to 30 and 30 to 10. `zip(sizes, "
        "sizes[1:])` gives both pairs.",
        "Four of the five schemes are normal distributions that differ in the standard deviation "
        'alone, and `"zero"` is one with none.',
        "Find the standard deviation for a layer by the name of the scheme; everything else is "
        "the same for all, and `init_small` draws it.",
    ),
)
def init_weights(rng, sizes, scheme):
    """The weights of a whole network, drawn by one of five schemes.

    Parameters
    ----------
    rng : np.random.Generator
        The only source of chance: generators in the same state give the same weights, and a
        second call with the same generator gives others (unless they are all 0).
    sizes : list or tuple of two or more ints
        The number of inputs, then the number of units of each layer.
    scheme : str
        The standard deviation of the weights of a layer with n_in inputs and n_out units:
        "zero": 0; "small": 0.01; "xavier": ``sqrt(2 / (n_in + n_out))``; "he":
        ``sqrt(2 / n_in)``; "large": 1.

    Returns
    -------
    tuple (or list) of len(sizes) - 1 float64 arrays
        In the order of the layers, each of shape (n_in, n_out), with independent draws from the
        normal distribution with mean 0 and that standard deviation. The last layer follows the
        scheme too, and the layers are independent of each other. Any way of drawing that has
        these distributions is right.

    Raises
    ------
    ValueError : if the scheme is none of the five.

    Examples
    --------
    >>> weights = init_weights(np.random.default_rng(0), (64, 30, 10), "he")
    >>> [W.shape for W in weights]
    [(64, 30), (30, 10)]
    """
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError(f"scheme is one of {', '.join(scales)}, not {scheme!r}")
    weights = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        weights.append(init_small(rng, n_in, n_out, scales[scheme](n_in, n_out)))
    return tuple(weights)


@exercise(
    points=3,
    title="Project, part 2: train it",
    section="sec-init-project",
    hints=(
        "A loop of steps with `train_step`, and the loss of `loss_and_grads` before each.",
        "For 10 steps there are 11 losses: one before each step and one after the last.",
        "`loss_and_grads` gives the loss at the parameters it is given. Note the loss first, then "
        "step, and note once more at the end.",
    ),
)
def train(params, X, y, lr, steps):
    """Gradient descent on all examples at once, with the loss on the way.

    Each array may be a (nested) list, and X may hold integers. If all but y are float32, so are the
    parameters returned, and otherwise they are float64.

    Parameters
    ----------
    params : list or tuple of one or more pairs (W, b)
        As in loss_and_grads. Not changed.
    X : array (n, d)
        The examples as rows. Not changed.
    y : integer array (n,)
        The right classes. Not changed.
    lr : Python float
        The learning rate.
    steps : int
        How many steps to take, at least 0.

    Returns
    -------
    params : tuple (or list) of pairs (W, b)
        New arrays: the parameters after the last step (for 0 steps, copies of those given).
    losses : float64 array (steps + 1,)
        Entry t is the mean cross-entropy after t steps; entry 0 is that of the parameters given.
        In what is graded here no numbers overflow. `best_rate` will let them: then the last of
        the losses has to be infinite or nan, and floating-point warnings are allowed.

    Examples
    --------
    >>> _, losses = train([(np.zeros((1, 2)), [0.0, 0.0])], [[2.0]], [0], lr=0.1, steps=2)
    >>> losses.round(3)
    array([0.693, 0.474, 0.348])
    """
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses, dtype=np.float64)


@exercise(
    points=3,
    title="Project, part 3: the rate each start can bear",
    section="sec-init-project",
    hints=(
        "Train once with every rate, from the same parameters, and look at the last loss.",
        "NaN is neither smaller nor larger than any number, so it has to be dealt with before you "
        "compare. `np.isfinite` is `False` for NaN and for infinities.",
        "Set losses that are not finite to infinity. `np.argmin` then finds the smallest of the "
        "others, and the first one if two are equal. If none of them was finite, raise a "
        "`ValueError`.",
    ),
)
def best_rate(params, X, y, rates, steps):
    """The learning rate with the smallest loss after some steps from the same start.

    Parameters
    ----------
    params : list or tuple of one or more pairs (W, b)
        The start, as in loss_and_grads. Not changed.
    X : array (n, d)
        The examples as rows. Not changed.
    y : integer array (n,)
        The right classes. Not changed.
        Each array may be a (nested) list, of any dtype that train takes.
    rates : list of one or more floats, in any order
        The learning rates to try. Not changed.
    steps : int
        How many steps of `train` to take with each, at least 0.

    Returns
    -------
    number
        The rate whose loss after the last step is the smallest; the first of them in the list if
        several are. Rates at which that loss is infinite or nan are out. Floating-point warnings
        are allowed.

    Raises
    ------
    ValueError : if that loss is infinite or nan at every rate.

    Examples
    --------
    >>> start = [(np.zeros((1, 2)), np.zeros(2))]
    >>> best_rate(start, [[2.0], [1.0]], [0, 1], rates=[0.001, 0.3, 100.0], steps=5)
    0.3
    """
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("the loss is not finite at any of the rates")
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]
