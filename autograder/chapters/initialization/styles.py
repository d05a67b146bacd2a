"""Right solutions in other styles than the reference's: each must earn full marks.

A function called ``<exercise>``, or ``<exercise>__<style>`` where there are several, solves that
exercise.
"""

import math

import numpy as np

from solutions.initialization import gain_of, loss_and_grads, train, train_step

# ---- loss_and_grads


def loss_and_grads__one_hot_and_masks(params, X, y):
    a = np.asarray(X)
    n = a.shape[0]
    cache = []
    for layer, (W, b) in enumerate(params):
        W, b = np.array(W), np.array(b)
        z = np.dot(a, W) + b
        cache.append((a, W, z > 0))
        a = z * (z > 0) if layer < len(params) - 1 else z
    top = np.max(a, axis=1)[:, None]
    e = np.exp(a - top)
    total = e.sum(1, keepdims=True)
    one_hot = np.zeros_like(a)
    one_hot[np.arange(n), y] = 1
    loss = ((np.log(total) + top)[:, 0] - (a * one_hot).sum(1)).sum() / n
    d = (e / total - one_hot) / n
    grads = []
    for below, W, _ in cache[::-1]:
        grads.append([np.dot(below.T, d), d.sum(0)])
        index = len(params) - len(grads)
        if index:
            d = np.dot(d, W.T) * cache[index - 1][2]
    return loss, grads[::-1]


def loss_and_grads__example_by_example(params, X, y):
    X = np.asarray(X)
    params = [(np.asarray(W), np.asarray(b)) for W, b in params]
    n, loss = len(X), 0.0
    grads = [[np.zeros_like(W * 1.0), np.zeros_like(b * 1.0)] for W, b in params]
    for x, label in zip(X, y, strict=True):
        steps, a = [], x
        for W, b in params:
            z = a @ W + b
            steps.append((a, z))
            a = np.maximum(z, 0)
        z = z - z.max()
        log_total = np.log(np.sum(np.exp(z)))
        loss += float(log_total - z[label])
        delta = np.exp(z - log_total) / n
        delta[label] -= 1 / n
        for layer in reversed(range(len(params))):
            grads[layer][0] += np.outer(steps[layer][0], delta)
            grads[layer][1] += delta
            if layer:
                delta = params[layer][0] @ delta
                delta[steps[layer - 1][1] <= 0] = 0
    return loss / n, grads


# ---- symmetric_groups


def symmetric_groups__mask(W, tol=0.0):
    W = np.array(W, dtype=float)
    left, groups = np.ones(W.shape[1], dtype=bool), 0
    while left.any():
        first = W[:, np.flatnonzero(left)[0]]
        left &= ~(np.abs(W - first[:, None]) <= tol).all(axis=0)
        groups += 1
    return groups


def symmetric_groups__loops(W, tol=0.0):
    W = np.asarray(W).tolist()
    firsts = []
    for j in range(len(W[0])):
        for first in firsts:
            if all(abs(float(row[j]) - float(row[first])) <= tol for row in W):
                break
        else:
            firsts.append(j)
    return np.int64(len(firsts))


# ---- train_step


def train_step__own_copies_in_place(params, X, y, lr):
    _, grads = loss_and_grads(params, X, y)
    new = []
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        W, b = np.array(W, dtype=dW.dtype), np.array(b, dtype=db.dtype)
        W -= lr * dW
        b -= lr * db
        new.append([W, b])
    return new


# ---- weights


def init_small__number_by_number(rng, n_in, n_out, scale=0.01):
    return np.array([[rng.normal(0, scale) for _ in range(n_out)] for _ in range(n_in)])


def init_small__by_units(rng, n_in, n_out, scale=0.01):
    return rng.normal(loc=0.0, scale=scale, size=(n_out, n_in)).T


def init_lecun__standard_deviation(rng, n_in, n_out):
    return rng.normal(0, n_in**-0.5, size=(n_in, n_out))


def xavier_normal__mean_of_both(rng, n_in, n_out, gain=1.0):
    variance = gain**2 / ((n_in + n_out) / 2)
    return rng.normal(scale=math.sqrt(variance), size=(n_in, n_out))


def xavier_uniform__from_zero_to_one(rng, n_in, n_out, gain=1.0):
    std = gain * math.sqrt(2 / (n_in + n_out))
    return (2 * rng.random((n_in, n_out)) - 1) * std * math.sqrt(3)


def he_normal__in_place(rng, n_in, n_out):
    W = rng.standard_normal(n_in * n_out).reshape(n_in, n_out)
    W *= math.sqrt(2) / math.sqrt(n_in)
    return W


def he_uniform__from_the_variance(rng, n_in, n_out):
    variance = 2 / n_in
    a = np.sqrt(3 * variance)
    return a - 2 * a * rng.random(size=(n_in, n_out))


# ---- moments


def relu_mean__times_a_constant(sigma):
    sigma = np.array(sigma)
    return sigma * (1 / math.sqrt(2 * math.pi))


def relu_mean__loop(sigma):
    sigma = np.asarray(sigma)
    dtype = np.float32 if sigma.dtype == np.float32 else np.float64
    means = [one / math.sqrt(2 * math.pi) for one in sigma.ravel().tolist()]
    return np.array(means, dtype=dtype).reshape(sigma.shape)


def relu_second_moment__half_of_the_variance(sigma):
    sigma = np.asarray(sigma)
    if sigma.dtype.kind != "f":
        sigma = sigma.astype(float)
    return 0.5 * sigma**2


# ---- gain_of


def gain_of__norm(a):
    a = np.array(a, dtype=float).ravel()
    return math.sqrt(a.size) / float(np.linalg.norm(a))


def gain_of__loop(a):
    numbers = np.asarray(a).ravel().tolist()
    return (sum(one * one for one in numbers) / len(numbers)) ** -0.5


# ---- flow


def activation_norms__frobenius(weights, X):
    a = np.asarray(X)
    norms = []
    for W in weights:
        z = np.dot(a, W)
        a = np.where(z > 0, z, 0)
        norms.append(np.linalg.norm(a) / np.sqrt(len(a)).astype(a.dtype))
    return np.stack(norms)


def activation_norms__norms_of_the_rows(weights, X):
    a = np.asarray(X)
    sizes = []
    for W in map(np.asarray, weights):
        a = (a @ W).clip(min=0)
        sizes.append((np.linalg.norm(a, axis=1) ** 2).mean() ** 0.5)
    return np.asarray(sizes)


def gradient_norms__sum_of_squares(weights, X, y):
    params = [(np.asarray(W), np.zeros(len(W[0]))) for W in weights]
    norms = np.zeros(len(weights))
    for layer, (dW, _) in enumerate(loss_and_grads(params, X, y)[1]):
        norms[layer] = np.sqrt((dW * dW).sum())
    return norms


def predicted_norm__step_by_step(c, depth, norm0):
    norms = [norm0]
    while len(norms) <= depth:
        norms.append(norms[-1] * math.sqrt(c / 2))
    return np.array(norms, dtype=float)


def predicted_norm__root_at_the_end(c, depth, norm0):
    return np.sqrt(norm0**2 * (c / 2.0) ** np.arange(0, depth + 1))


def relative_distance__sums(W, W0):
    W, W0 = np.array(W, dtype=float), np.array(W0, dtype=float)
    if not np.any(W0):
        return float("inf") if np.any(W) else 0.0
    return math.sqrt(np.sum((W - W0) ** 2) / np.sum(W0**2))


def scale_to_data__two_passes(weights, X):
    new = []
    for layer in range(len(weights)):
        a = np.asarray(X)
        for W in new:
            a = np.maximum(0, a @ W)
        z = a @ np.asarray(weights[layer])
        if not z.any():
            raise ValueError("there is nothing to scale")
        new.append(np.asarray(weights[layer]) / np.linalg.norm(z) * np.sqrt(z.size).astype(z.dtype))
    return new


def scale_to_data__with_the_gain(weights, X):
    a, new = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = np.dot(a, W)
        if np.all(z == 0):
            raise ValueError
        new.append(W * float(gain_of(z)))
        a = np.maximum(a @ new[-1], 0)
    return tuple(new)


# ---- project


def init_weights__branches(rng, sizes, scheme):
    params = []
    for i in range(1, len(sizes)):
        shape = sizes[i - 1], sizes[i]
        if scheme == "zero":
            W = np.zeros(shape)
        elif scheme == "small":
            W = 0.01 * rng.standard_normal(shape)
        elif scheme == "xavier":
            W = rng.standard_normal(shape) * math.sqrt(2 / sum(shape))
        elif scheme == "he":
            W = rng.standard_normal(shape) * math.sqrt(2 / shape[0])
        elif scheme == "large":
            W = rng.standard_normal(shape)
        else:
            raise ValueError(scheme)
        params.append(W)
    return params


def init_weights__from_the_last_layer(rng, sizes, scheme):
    if scheme not in ("zero", "small", "xavier", "he", "large"):
        raise ValueError("scheme")
    params = []
    for layer in range(len(sizes) - 1, 0, -1):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        variance = {"zero": 0, "small": 1e-4, "xavier": 2 / (n_in + n_out), "he": 2 / n_in}
        std = variance.get(scheme, 1) ** 0.5
        params.insert(0, rng.normal(0, std, (n_in, n_out)))
    return tuple(params)


def train__loss_and_step_together(params, X, y, lr, steps):
    params = [[np.array(W), np.array(b)] for W, b in params]
    losses = np.empty(steps + 1)
    for t in range(steps + 1):
        losses[t], grads = loss_and_grads(params, X, y)
        if t < steps:
            pairs = zip(params, grads, strict=True)
            params = [[W - lr * dW, b - lr * db] for (W, b), (dW, db) in pairs]
    return params, losses


def train__recursion(params, X, y, lr, steps):
    loss = float(loss_and_grads(params, X, y)[0])
    if steps == 0:
        return [(np.array(W), np.array(b)) for W, b in params], np.array([loss])
    params, losses = train__recursion(train_step(params, X, y, lr), X, y, lr, steps - 1)
    return params, np.concatenate([[loss], losses])


def best_rate__running_minimum(params, X, y, rates, steps):
    best, smallest = None, math.inf
    for lr in rates:
        loss = train(params, X, y, lr, steps)[1][-1]
        if loss < smallest:
            best, smallest = lr, loss
    if best is None:
        raise ValueError("every rate is too large")
    return best


def best_rate__only_finite_ones(params, X, y, rates, steps):
    last = [(train(params, X, y, lr, steps)[1][-1], lr) for lr in rates]
    last = [pair for pair in last if math.isfinite(pair[0])]
    return min(last, key=lambda pair: pair[0])[1]
