"""Real digits to train on, and the order in which they come."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=24)
def digits(pixels="standardized", seed=0):
    """Training images and labels, held-out images and labels, of scikit-learn's 8 x 8 digits.

    "raw" pixels run from 0 to 16; "standardized" ones have mean 0 and variance 1 over the training
    images. Two more separate sign from size: "centred" ones have mean 0 and are not scaled,
    "shrunk" ones are raw and scaled to the mean squared length of the standardized ones.
    """
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(X))
    train, held = order[:1437], order[1437:]
    shift, size = _pixel_map(X[train], pixels)
    X = (X - shift) / size
    return X[train], y[train], X[held], y[held]


def _pixel_map(X, pixels):
    """What to subtract from the pixels, and what to divide them by afterwards."""
    mean, spread = X.mean(axis=0), X.std(axis=0)
    spread = np.where(spread > 0, spread, 1)
    lengths = np.mean(X**2) / np.mean(((X - mean) / spread) ** 2)
    return {
        "raw": (0, 1),
        "standardized": (mean, spread),
        "centred": (mean, 1),
        "shrunk": (0, np.sqrt(lengths)),
    }[pixels]


def batches(rng, n, batch, count):
    """`count` batches of row numbers; each pass over the data is in a new order."""
    per_pass = n // batch
    for i in range(count):
        if i % per_pass == 0:
            order = rng.permutation(n)
        at = i % per_pass * batch
        yield order[at : at + batch]
