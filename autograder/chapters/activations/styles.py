"""Right solutions in other styles than the reference's: each must earn full marks.

A function called ``<exercise>``, or ``<exercise>__<style>`` where there are several, solves that
exercise.
"""

import math

import numpy as np
from numpy import float64, newaxis, where

from solutions.activations import (
    as_float,
    elu,
    leaky_relu_grad,
    relu,
    sigmoid,
    sigmoid_grad,
)

# ---- as_float


def as_float__always_a_copy(z):
    z = np.array(z)
    if not np.issubdtype(z.dtype, np.floating):
        z = z.astype("float64")
    return z


def as_float__by_result_type(z):
    z = np.asarray(z)
    return z if z.dtype in (np.float16, np.float32) else np.asarray(z, dtype=float64)


# ---- sigmoid


def sigmoid__number_by_number(z):
    z = as_float(z)

    def one(value):
        if value >= 0:
            return 1 / (1 + math.exp(-value))
        return math.exp(value) / (1 + math.exp(value))

    return np.vectorize(one, otypes=[z.dtype])(z)


def sigmoid__masks(z):
    z = as_float(z)
    s = np.empty_like(z)
    positive = z >= 0
    s[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    s[~positive] = e / (1 + e)
    return s


def sigmoid__clipped_wide(z):
    return 1 / (1 + np.exp(-np.clip(as_float(z), -500, 500)))


def sigmoid__logaddexp(z):
    z = as_float(z)
    return np.exp(-np.logaddexp(0, -z))


def sigmoid__warnings_switched_off(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-as_float(z)))


# ---- sigmoid_grad


def sigmoid_grad__from_the_exponential(z):
    e = np.exp(-np.abs(as_float(z)))
    return e / (1 + e) ** 2


def sigmoid_grad__by_symmetry(z):
    s = sigmoid(-abs(as_float(z)))
    return s * (1 - s)


def sigmoid_grad__loop(z):
    z = as_float(z)
    out = np.zeros(z.shape, z.dtype)
    for index in np.ndindex(z.shape):
        e = math.exp(-abs(z[index]))
        out[index] = e / (1 + e) ** 2
    return out


# ---- tanh_grad


def tanh_grad__factored(z):
    t = np.tanh(as_float(z))
    return (1 - t) * (1 + t)


def tanh_grad__with_the_sigmoid(z):
    return 4 * sigmoid_grad(2 * as_float(z))


def tanh_grad__number_by_number(z):
    z = as_float(z)
    slopes = [1 - math.tanh(value) ** 2 for value in z.flatten()]
    return np.array(slopes, dtype=z.dtype).reshape(z.shape)


# ---- relu


def relu__product_with_mask(z):
    z = as_float(z)
    return z * (z > 0)


def relu__where(z):
    z = as_float(z)
    return where(z > 0, z, 0)


def relu__own_copy_in_place(z):
    z = np.array(as_float(z))
    z[z < 0] = 0
    return z


def relu__mean_with_absolute(z):
    z = as_float(z)
    return (z + abs(z)) / 2


def relu__clip(z):
    return as_float(z).clip(0)


# ---- relu_grad


def relu_grad__where(z):
    z = as_float(z)
    return np.where(z > 0, np.ones_like(z), np.zeros_like(z))


def relu_grad__heaviside(z):
    z = as_float(z)
    return np.heaviside(z, np.zeros_like(z))


def relu_grad__sign_of_relu(z):
    return np.sign(relu(z))


def relu_grad__mask_assignment(z):
    z = as_float(z)
    slope = np.zeros_like(z)
    slope[z > 0] = 1
    return slope


# ---- leaky_relu


def leaky_relu__two_halves(z, alpha=0.01):
    z = as_float(z)
    return np.maximum(z, 0) + alpha * np.minimum(z, 0)


def leaky_relu__own_copy_in_place(z, alpha=0.01):
    z = as_float(z).copy()
    z[z < 0] *= alpha
    return z


def leaky_relu__slope_times_z(z, alpha=0.01):
    z = as_float(z)
    slope = np.full_like(z, alpha)
    slope[z > 0] = 1
    return slope * z


# ---- leaky_relu_grad


def leaky_relu_grad__where_in_dtype(z, alpha=0.01):
    z = as_float(z)
    return np.where(z > 0, 1, alpha).astype(z.dtype)


def leaky_relu_grad__sum_of_masks(z, alpha=0.01):
    z = as_float(z)
    return 1.0 * (z > 0).astype(z.dtype) + alpha * (z <= 0).astype(z.dtype)


def leaky_relu_grad__flat_loop(z, alpha=0.01):
    z = as_float(z)
    slopes = [1 if value > 0 else alpha for value in z.ravel()]
    return np.array(slopes, dtype=z.dtype).reshape(z.shape)


# ---- prelu_backward


def prelu_backward__python_float(dout, z, alpha):
    dout, z = as_float(dout), as_float(z)
    negative = z <= 0
    dz = np.where(negative, alpha * dout, dout)
    return dz, float((dout * z)[negative].sum())


def prelu_backward__own_copy_in_place(dout, z, alpha):
    dout, z = as_float(dout), as_float(z)
    dz = dout.copy()
    dz[z <= 0] *= alpha
    return dz, np.vdot(dout, np.minimum(z, 0))


def prelu_backward__loop(dout, z, alpha):
    dout, z = as_float(dout), as_float(z)
    dz, dalpha = np.empty_like(dout), 0.0
    for index in np.ndindex(z.shape):
        if z[index] > 0:
            dz[index] = dout[index]
        else:
            dz[index] = alpha * dout[index]
            dalpha += float(dout[index] * z[index])
    return dz, dalpha


def prelu_backward__list_of_two(dout, z, alpha):
    dout, z = as_float(dout), as_float(z)
    return [dout * leaky_relu_grad(z, alpha), np.array((dout * (z - relu(z))).sum())]


# ---- elu


def elu__masks(z, alpha=1.0):
    z = np.array(as_float(z))
    z[z <= 0] = alpha * np.expm1(z[z <= 0])
    return z


def elu__two_halves(z, alpha=1.0):
    z = as_float(z)
    return np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0))


def elu__with_tanh(z, alpha=1.0):
    z = as_float(z)
    t = np.tanh(np.minimum(z, 0) / 2)
    return np.where(z > 0, z, alpha * 2 * t / (1 - t))


def elu__number_by_number(z, alpha=1.0):
    z = as_float(z)
    values = [v if v > 0 else alpha * math.expm1(v) for v in z.ravel().tolist()]
    return np.array(values, dtype=z.dtype).reshape(z.shape)


# ---- elu_grad


def elu_grad__from_elu(z, alpha=1.0):
    z = as_float(z)
    return np.where(z > 0, 1, elu(z, alpha) + alpha)


def elu_grad__masks(z, alpha=1.0):
    z = as_float(z)
    slope = np.ones_like(z)
    slope[z <= 0] = alpha * np.exp(z[z <= 0])
    return slope


def elu_grad__clipped_exponential(z, alpha=1.0):
    z = as_float(z)
    positive = (z > 0).astype(z.dtype)
    return positive + (1 - positive) * alpha * np.exp(z.clip(max=0))


# ---- maxout_forward


def maxout_forward__einsum(x, W, b):
    x, W, b = as_float(x), as_float(W), as_float(b)
    return (np.einsum("nd,kdm->nkm", x, W) + b).max(axis=1)


def maxout_forward__running_maximum(x, W, b):
    x, W, b = as_float(x), as_float(W), as_float(b)
    out = x @ W[0] + b[0]
    for j in range(1, len(W)):
        out = np.maximum(out, x @ W[j] + b[j])
    return out


def maxout_forward__one_wide_matrix(x, W, b):
    x, W, b = as_float(x), as_float(W), as_float(b)
    k, d, m = W.shape
    wide = W.transpose(1, 0, 2).reshape(d, k * m)
    return (x @ wide).reshape(len(x), k, m).__add__(b).max(axis=1)


def maxout_forward__loops(x, W, b):
    x, W, b = as_float(x), as_float(W), as_float(b)
    n, (k, _, m) = len(x), W.shape
    out = np.empty((n, m), dtype=x.dtype)
    for i in range(n):
        for u in range(m):
            out[i, u] = max(np.dot(x[i], W[j, :, u]) + b[j, u] for j in range(k))
    return out


# ---- maxout_backward


def maxout_backward__einsum(dout, x, W, b):
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    z = np.einsum("nd,kdm->knm", x, W) + b[:, newaxis]
    mask = np.eye(len(W), dtype=x.dtype)[z.argmax(axis=0)]
    dz = np.einsum("nm,nmk->knm", dout, mask)
    return (
        np.einsum("knm,kdm->nd", dz, W),
        np.einsum("nd,knm->kdm", x, dz),
        np.einsum("knm->km", dz),
    )


def maxout_backward__piece_by_piece(dout, x, W, b):
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    winner = np.stack([x @ w + c for w, c in zip(W, b, strict=True)]).argmax(axis=0)
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    for j in range(len(W)):
        dz = dout * (winner == j)
        dx += dz @ W[j].T
        dW[j] = x.T @ dz
        db[j] = dz.sum(axis=0)
    return dx, dW, db


def maxout_backward__loops(dout, x, W, b):
    dout, x, W, b = as_float(dout), as_float(x), as_float(W), as_float(b)
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    for i in range(len(x)):
        for u in range(W.shape[2]):
            j = int(np.argmax(x[i] @ W[:, :, u].T + b[:, u]))
            dx[i] += dout[i, u] * W[j, :, u]
            dW[j, :, u] += dout[i, u] * x[i]
            db[j, u] += dout[i, u]
    return dx, dW, db


# ---- saturated_fraction


def saturated_fraction__distance(a, kind, tol):
    a = as_float(a)
    if kind not in ("sigmoid", "tanh"):
        raise ValueError("unknown kind")
    low = 0 if kind == "sigmoid" else -1
    distance = np.minimum(a - low, 1 - a)
    return (distance < tol).mean()


def saturated_fraction__count(a, kind, tol):
    low = {"sigmoid": 0.0, "tanh": -1.0}.get(kind)
    if low is None:
        raise ValueError(f"no activation is called {kind}")
    a = as_float(a).ravel().tolist()
    return sum(1 for value in a if value - low < tol or 1 - value < tol) / len(a)


def saturated_fraction__count_nonzero(a, kind, tol):
    a = as_float(a)
    if kind == "tanh":
        saturated = np.logical_or(a < -1 + tol, a > 1 - tol)
    elif kind == "sigmoid":
        saturated = np.abs(a - 0.5) > 0.5 - tol
    else:
        raise ValueError
    return np.count_nonzero(saturated) / a.size


# ---- dead_units


def dead_units__all(Z):
    return (as_float(Z) <= 0).all(axis=0)


def dead_units__maximum(Z):
    return np.max(np.asarray(Z), axis=0) <= 0


def dead_units__sum_of_relu(Z):
    return relu(Z).sum(axis=0) == 0


def dead_units__loop(Z):
    Z = np.asarray(Z)
    dead = np.ones(Z.shape[1], dtype=bool)
    for row in Z:
        for unit, value in enumerate(row):
            if value > 0:
                dead[unit] = False
    return dead


# ---- gradient_sign_agreement


def gradient_sign_agreement__extremes(X, delta):
    gradients = as_float(X) * as_float(delta).reshape(-1, 1)
    return gradients.min(axis=1) * gradients.max(axis=1) >= 0


def gradient_sign_agreement__no_contradiction(X, delta):
    gradients = np.einsum("i,ij->ij", as_float(delta), as_float(X))
    return ~((gradients > 0).any(axis=1) & (gradients < 0).any(axis=1))


def gradient_sign_agreement__count_signs(X, delta):
    signs = np.sign(as_float(X).T * as_float(delta)).T
    return np.abs(signs.sum(axis=1)) == np.abs(signs).sum(axis=1)


def gradient_sign_agreement__loop(X, delta):
    X, delta = np.asarray(X), np.asarray(delta)
    agree = np.empty(len(X), dtype=bool)
    for i in range(len(X)):
        signs = {np.sign(component) for component in delta[i] * X[i]}
        agree[i] = not {-1, 1} <= signs
    return agree
