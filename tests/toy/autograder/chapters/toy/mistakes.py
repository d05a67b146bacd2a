"""Mistakes of the toy chapter."""

import numpy as np
from solutions.toy import dropout, layer_backward, layer_forward, small_normal

from autograder.suites.mistakes import Catalogue

catalogue = Catalogue()
mistake = catalogue.mistake


# ---- small_normal


@mistake(small_normal)
def draws_uniform_numbers(rng, n_in, n_out, scale=0.01):
    """You draw from a uniform distribution, with numbers of one sign only."""
    return scale * rng.random((n_in, n_out))


@mistake(small_normal)
def takes_scale_for_a_variance(rng, n_in, n_out, scale=0.01):
    """You take the scale for a variance."""
    return rng.normal(0.0, np.sqrt(scale), size=(n_in, n_out))


@mistake(small_normal)
def uniform_of_the_right_spread(rng, n_in, n_out, scale=0.01):
    """Your draws are uniform: mean and spread are right, the distribution is not."""
    return rng.uniform(-np.sqrt(3) * scale, np.sqrt(3) * scale, size=(n_in, n_out))


@mistake(small_normal)
def ignores_its_generator(rng, n_in, n_out, scale=0.01):
    """You make a generator of your own instead of drawing from the one you are given."""
    return np.random.default_rng(0).normal(0.0, scale, size=(n_in, n_out))


@mistake(small_normal)
def draws_from_the_global_generator(rng, n_in, n_out, scale=0.01):
    """You draw from NumPy's global generator instead of the one you are given."""
    return scale * np.random.randn(n_in, n_out)


@mistake(small_normal)
def draws_one_row(rng, n_in, n_out, scale=0.01):
    """You draw one row of weights and repeat it."""
    return np.tile(rng.normal(0.0, scale, size=n_out), (n_in, 1))


@mistake(small_normal)
def draws_one_column(rng, n_in, n_out, scale=0.01):
    """You draw one column of weights and repeat it."""
    return np.tile(rng.normal(0.0, scale, size=(n_in, 1)), (1, n_out))


@mistake(small_normal)
def swaps_the_axes(rng, n_in, n_out, scale=0.01):
    """You swap the two axes of the shape."""
    return rng.normal(0.0, scale, size=(n_out, n_in))


# ---- layer_forward


@mistake(layer_forward)
def forgets_the_activation(x, W):
    """You return the pre-activations and forget tanh."""
    return x @ W, (x, W, np.tanh(x @ W))


@mistake(layer_forward)
def applies_tanh_first(x, W):
    """You apply tanh to the input and not to the product."""
    out = np.tanh(x) @ W
    return out, (x, W, out)


@mistake(layer_forward)
def returns_no_cache(x, W):
    """You return the output alone, without a second result for layer_backward."""
    return np.tanh(x @ W)


@mistake(layer_forward)
def changes_x(x, W):
    """You change x on the way."""
    out = np.tanh(x @ W)
    x += 1
    return out, (x - 1, W, out)


# ---- layer_backward


@mistake(layer_backward)
def forgets_the_slope(dout, cache):
    """You forget to multiply by the slope of tanh."""
    x, W, _ = cache
    return dout @ W.T, x.T @ dout


@mistake(layer_backward)
def forgets_to_square(dout, cache):
    """You forget the square in the slope of tanh."""
    x, W, out = cache
    dz = dout * (1 - out)
    return dz @ W.T, x.T @ dz


@mistake(layer_backward)
def swaps_the_gradients(dout, cache):
    """You return the two gradients in the wrong order."""
    x, W, out = cache
    dz = dout * (1 - out**2)
    return x.T @ dz, dz @ W.T


@mistake(layer_backward, through=layer_forward)
def caches_the_pre_activations(x, W):
    """Your layer_forward caches the numbers before tanh, and your layer_backward takes them for
    the output."""
    return np.tanh(x @ W), (x, W, x @ W)


# ---- dropout


@mistake(dropout)
def forgets_to_scale(x, keep_prob, rng, train=True):
    """You drop entries but do not scale the others up."""
    return x * (rng.random(x.shape) < keep_prob) if train else x.copy()


@mistake(dropout)
def drops_the_wrong_ones(x, keep_prob, rng, train=True):
    """You drop entries with probability keep_prob instead of keeping them."""
    return x * (rng.random(x.shape) > keep_prob) / keep_prob if train else x.copy()


@mistake(dropout)
def one_mask_for_all_rows(x, keep_prob, rng, train=True):
    """You draw one mask and use it for every row."""
    return x * (rng.random(x.shape[1:]) < keep_prob) / keep_prob if train else x.copy()


@mistake(dropout)
def drops_at_test_time(x, keep_prob, rng, train=True):
    """You drop entries at test time as well."""
    return x * (rng.random(x.shape) < keep_prob) / keep_prob


@mistake(dropout)
def returns_its_input(x, keep_prob, rng, train=True):
    """At test time you return the input itself instead of a new array."""
    return x * (rng.random(x.shape) < keep_prob) / keep_prob if train else x
