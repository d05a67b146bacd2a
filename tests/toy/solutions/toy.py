"""A toy chapter: a random function, a forward and a backward with a cache, and a dropout."""

import numpy as np

from autograder.course.exercise import exercise


@exercise(
    points=2,
    title="Small random weights",
    section="sec-toy",
    hints=("The second argument of rng.normal is a standard deviation.",),
)
def small_normal(rng, n_in, n_out, scale=0.01):
    """Draw the first weights of a layer.

    Parameters
    ----------
    rng : np.random.Generator
        The only source of random numbers.
    n_in, n_out : int
    scale : float

    Returns
    -------
    float64 array of shape (n_in, n_out)
        Independent draws of the normal distribution with mean 0 and standard deviation scale.

    Examples
    --------
    >>> small_normal(np.random.default_rng(0), 3, 2).shape
    (3, 2)
    """
    return rng.normal(0.0, scale, size=(n_in, n_out))


@exercise(
    points=1,
    title="A layer, forwards",
    section="sec-toy",
    hints=("The backward needs both inputs and the output.",),
    keeps=(1,),
)
def layer_forward(x, W):
    """A layer with tanh: tanh(x @ W), and whatever layer_backward is going to need.

    Parameters
    ----------
    x : float64 array of shape (n, d)
    W : float64 array of shape (d, m)

    Returns
    -------
    out : float64 array of shape (n, m)
    cache : anything
        What you want layer_backward to get. Nobody else looks into it.

    Examples
    --------
    >>> layer_forward(np.zeros((1, 2)), np.ones((2, 1)))[0]
    array([[0.]])
    """
    out = np.tanh(x @ W)
    return out, (x, W, out)


@exercise(
    points=3,
    title="A layer, backwards",
    section="sec-toy",
    hints=("The slope of tanh is 1 minus the square of its output.",),
)
def layer_backward(dout, cache):
    """The gradients of a layer with tanh.

    Parameters
    ----------
    dout : float64 array of shape (n, m)
        The gradient of the loss with respect to the output of layer_forward.
    cache
        What your layer_forward returned as its second result.

    Returns
    -------
    dx, dW : float64 arrays of the shapes of x and W

    Examples
    --------
    >>> out, cache = layer_forward(np.zeros((1, 2)), np.ones((2, 1)))
    >>> layer_backward(np.ones((1, 1)), cache)[0]
    array([[1., 1.]])
    """
    x, W, out = cache
    dz = dout * (1 - out**2)
    return dz @ W.T, x.T @ dz


@exercise(
    points=2,
    title="Dropout",
    section="sec-toy",
    hints=("rng.random gives numbers below keep_prob with probability keep_prob.",),
)
def dropout(x, keep_prob, rng, train=True):
    """Inverted dropout: keep every entry with probability keep_prob and divide it by that.

    Parameters
    ----------
    x : float64 array of any shape. Not changed.
    keep_prob : float in (0, 1)
    rng : np.random.Generator
        The only source of random numbers.
    train : bool
        If False, nothing is dropped or divided.

    Returns
    -------
    new float64 array of the shape of x

    Examples
    --------
    >>> dropout(np.ones(3), 0.5, np.random.default_rng(0), train=False)
    array([1., 1., 1.])
    """
    if not train:
        return x.copy()
    return np.where(rng.random(x.shape) < keep_prob, x / keep_prob, 0.0)
