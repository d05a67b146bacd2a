"""Fully connected layers for the figures: weights, forward, loss, a step of gradient descent."""

from itertools import pairwise

import numpy as np
from threadpoolctl import threadpool_limits

threadpool_limits(1, "blas")  # to share matrices as small as ours among threads takes far longer


def initial_weights(rng, sizes, c=2.0):
    """Weights from N(0, c / fan_in) in hidden layers and N(0, 1 / fan_in) in the last."""
    *hidden, last = pairwise(sizes)
    shapes = [*((shape, c) for shape in hidden), (last, 1.0)]
    return [rng.normal(0, np.sqrt(c / shape[0]), shape) for shape, c in shapes]


def forward(X, params, phi):
    """Inputs and pre-activations of every layer; the last pre-activation holds the logits."""
    inputs, zs = [X], []
    for W, b in params:
        zs.append(inputs[-1] @ W + b)
        inputs.append(phi(zs[-1]))
    return inputs[:-1], zs


def cross_entropy(logits, y):
    """The mean cross-entropy of the softmax of logits, safe for huge ones."""
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y])


def error_of_logits(logits, y):
    """Derivative of each example's own cross-entropy by its logits, safe for huge ones."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[y]


def sgd_step(params, X, y, phi, phi_grad, rate):
    """Parameters after one step of gradient descent on the mean cross-entropy."""
    inputs, zs = forward(X, params, phi)
    delta = error_of_logits(zs[-1], y) / len(y)
    updated = []
    for layer in range(len(params) - 1, -1, -1):
        W, b = params[layer]
        updated.append((W - rate * inputs[layer].T @ delta, b - rate * delta.sum(axis=0)))
        if layer:
            delta = (delta @ W.T) * phi_grad(zs[layer - 1])
    return updated[::-1]
