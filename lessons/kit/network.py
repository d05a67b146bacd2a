"""Fully connected layers for the figures: forward, and a step of gradient descent."""

import numpy as np
from threadpoolctl import threadpool_limits

threadpool_limits(1, "blas")  # to share matrices as small as ours among threads takes far longer


def forward(X, params, phi):
    """Inputs and pre-activations of every layer; the last pre-activation holds the logits."""
    inputs, zs = [X], []
    for W, b in params:
        zs.append(inputs[-1] @ W + b)
        inputs.append(phi(zs[-1]))
    return inputs[:-1], zs


def sgd_step(params, X, y, phi, phi_grad, rate):
    """Parameters after one step of gradient descent on the mean cross-entropy."""
    inputs, zs = forward(X, params, phi)
    delta = np.exp(zs[-1] - zs[-1].max(axis=1, keepdims=True))
    delta /= delta.sum(axis=1, keepdims=True)
    delta[np.arange(len(y)), y] -= 1
    delta /= len(y)
    updated = []
    for layer in range(len(params) - 1, -1, -1):
        W, b = params[layer]
        updated.append((W - rate * inputs[layer].T @ delta, b - rate * delta.sum(axis=0)))
        if layer:
            delta = (delta @ W.T) * phi_grad(zs[layer - 1])
    return updated[::-1]
