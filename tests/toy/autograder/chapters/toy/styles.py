"""Other right solutions of the toy chapter."""

import numpy as np


def small_normal(rng, n_in, n_out, scale=0.01):
    return np.array([[scale * rng.standard_normal() for _ in range(n_out)] for _ in range(n_in)])


def layer_forward__object(x, W):
    class Cache:
        def __init__(self):
            self.slope = 1 - np.tanh(x @ W) ** 2
            self.back = lambda dz: (dz @ W.T, x.T @ dz)

    return [np.tanh(x @ W), Cache()]


def layer_backward__object(dout, cache):
    return cache.back(dout * cache.slope)


def dropout(x, keep_prob, rng, train=True):
    mask = rng.binomial(1, keep_prob, size=x.shape) / keep_prob if train else np.ones(x.shape)
    return x * mask
