"""Right solutions in other styles than the reference's: each must earn full marks.

A function called ``<exercise>``, or ``<exercise>__<style>`` where there are several, solves that
exercise. A forward and its backward share the name of their style, and the format of their cache.
"""

import functools
import math

import numpy as np

from solutions.normalization import (
    batch_statistics,
    batchnorm_backward,
    batchnorm_eval,
    batchnorm_train,
    fold_batchnorm,
    layernorm,
    network_step,
    update_running,
)

# ---- batch_statistics


def batch_statistics__two_passes(x):
    x = 1.0 * np.asarray(x)
    n = x.shape[0]
    mean = x.sum(axis=0) / n
    return mean, ((x - mean) ** 2).sum(axis=0) / n


def batch_statistics__loops(x):
    x = 1.0 * np.asarray(x)
    n, d = x.shape
    mean, var = np.zeros(d, x.dtype), np.zeros(d, x.dtype)
    for j in range(d):
        mean[j] = math.fsum(x[:, j]) / n
        var[j] = math.fsum((x[:, j] - mean[j]) ** 2) / n
    return mean, var


# ---- batchnorm_train and batchnorm_backward


def batchnorm_train__dict(x, gamma, beta, eps=1e-5):
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    centred = x - x.mean(axis=0)
    ivar = (np.mean(centred**2, axis=0) + eps) ** -0.5
    return centred * ivar * gamma + beta, {"centred": centred, "ivar": ivar, "gamma": gamma}


def batchnorm_backward__dict(dout, cache):
    dout = 1.0 * np.asarray(dout)
    n = len(dout)
    centred, ivar, gamma = cache["centred"], cache["ivar"], cache["gamma"]
    dxhat = dout * gamma
    dvar = np.sum(dxhat * centred, axis=0) * -0.5 * ivar**3
    dmean = -np.sum(dxhat * ivar, axis=0) + dvar * np.mean(-2.0 * centred, axis=0)
    dx = dxhat * ivar + dvar * 2.0 * centred / n + dmean / n
    return dx, np.sum(dout * centred * ivar, axis=0), np.sum(dout, axis=0)


def batchnorm_train__graph(x, gamma, beta, eps=1e-5):
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean = x.mean(axis=0)
    centred = x - mean
    var = np.square(centred).mean(axis=0)
    root = np.sqrt(var + eps)
    inverse = 1 / root
    xhat = centred * inverse
    scaled = gamma * xhat
    return scaled + beta, [x, gamma, centred, root, inverse, xhat]


def batchnorm_backward__graph(dout, cache):
    dout = 1.0 * np.asarray(dout)
    x, gamma, centred, root, inverse, xhat = cache
    n = x.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dxhat = dout * gamma
    dinverse = (dxhat * centred).sum(axis=0)
    dcentred = dxhat * inverse
    droot = -dinverse / root**2
    dvar = 0.5 * droot / root
    dcentred = dcentred + 2 * centred * dvar / n
    dmean = -dcentred.sum(axis=0)
    return dcentred + np.ones_like(dout) * dmean / n, dgamma, dbeta


def batchnorm_train__affine(x, gamma, beta, eps=1e-5):
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = batch_statistics(x)
    scale = gamma / np.sqrt(var + eps)
    return x * scale + (beta - mean * scale), (x, gamma, eps)


def batchnorm_backward__affine(dout, cache):
    dout = 1.0 * np.asarray(dout)
    x, gamma, eps = cache
    mean, var = batch_statistics(x)
    centred, std = x - mean, np.sqrt(var + eps)
    n = len(dout)
    dbeta, dgamma = dout.sum(axis=0), (dout * centred).sum(axis=0) / std
    return gamma / (n * std) * (n * dout - dbeta - centred / std * dgamma), dgamma, dbeta


def batchnorm_train__loops(x, gamma, beta, eps=1e-5):
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    n, d = x.shape
    out, xhat, std = np.empty_like(x), np.empty_like(x), np.empty(d, x.dtype)
    for j in range(d):
        mean = sum(x[:, j]) / n
        std[j] = math.sqrt(sum((x[i, j] - mean) ** 2 for i in range(n)) / n + eps)
        for i in range(n):
            xhat[i, j] = (x[i, j] - mean) / std[j]
            out[i, j] = gamma[j] * xhat[i, j] + beta[j]
    return out, (xhat, std, gamma.copy())


def batchnorm_backward__loops(dout, cache):
    """With the whole matrix of derivatives of each feature."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    n, d = dout.shape
    dx = np.zeros_like(dout)
    for j in range(d):
        jacobian = np.eye(n) - 1 / n - np.outer(xhat[:, j], xhat[:, j]) / n
        dx[:, j] = gamma[j] / std[j] * (jacobian @ dout[:, j])
    return dx, np.einsum("nd,nd->d", dout, xhat), np.einsum("nd->d", dout)


# ---- identity_gamma_beta


def identity_gamma_beta__powers(mean, var, eps=1e-5):
    return (1.0 * np.asarray(var) + eps) ** 0.5, 1.0 * np.asarray(mean) + 0


def identity_gamma_beta__loops(mean, var, eps=1e-5):
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    gamma = np.array([math.sqrt(v + eps) for v in var], dtype=var.dtype)
    return gamma, np.array(mean)


# ---- bias_gradient


def bias_gradient__zeros(dout, cache):
    dout = 1.0 * np.asarray(dout)
    return np.zeros(dout.shape[1], dout.dtype)


def bias_gradient__through_all(dout, cache):
    dx = batchnorm_backward(dout, cache)[0]
    return np.ones(len(dx), dx.dtype) @ dx


# ---- radial_component


def radial_component__unit_vectors(W, dW):
    def normalized(A):
        length = np.linalg.norm(A, axis=0)
        length[length == 0] = 1
        return A / length

    return np.einsum("dm,dm->m", normalized(1.0 * np.asarray(W)), normalized(1.0 * np.asarray(dW)))


def radial_component__where(W, dW):
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    lengths = np.linalg.norm(W, axis=0) * np.linalg.norm(dW, axis=0)
    out = np.zeros_like(lengths)
    return np.divide(np.sum(W * dW, axis=0), lengths, out=out, where=lengths != 0)


def radial_component__loops(W, dW):
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    cosines = []
    for w, g in zip(W.T, dW.T, strict=True):
        if w.any() and g.any():
            cosines.append(w @ g / (np.linalg.norm(w) * np.linalg.norm(g)))
        else:
            cosines.append(0)
    return np.array(cosines, dtype=W.dtype)


# ---- update_running


def update_running__difference(running, batch_value, momentum=0.9):
    running, batch_value = (1.0 * np.asarray(one) for one in (running, batch_value))
    return running - (1 - momentum) * (running - batch_value)


def update_running__own_copy(running, batch_value, momentum=0.9):
    new = 1.0 * np.asarray(running)
    new *= momentum
    new += (1 - momentum) * np.asarray(batch_value)
    return new


# ---- unbiased_batch_var


def unbiased_batch_var__ddof(x):
    if len(x) <= 1:
        raise ValueError
    return np.var(1.0 * np.asarray(x), axis=0, ddof=1)


def unbiased_batch_var__loops(x):
    x = 1.0 * np.asarray(x)
    n, d = x.shape
    if n < 2:
        raise ValueError("too few")
    out = np.zeros(d, x.dtype)
    for j in range(d):
        mean = sum(x[:, j]) / n
        out[j] = sum((value - mean) ** 2 for value in x[:, j]) / (n - 1)
    return out


# ---- batchnorm_eval


def batchnorm_eval__affine(x, gamma, beta, mean, var, eps=1e-5):
    x, gamma, beta, mean, var = (1.0 * np.asarray(one) for one in (x, gamma, beta, mean, var))
    scale = gamma / np.sqrt(var + eps)
    return x * scale + (beta - mean * scale)


def batchnorm_eval__row_by_row(x, gamma, beta, mean, var, eps=1e-5):
    x, gamma, beta, mean, var = (1.0 * np.asarray(one) for one in (x, gamma, beta, mean, var))
    out = np.empty_like(x)
    for i, row in enumerate(x):
        out[i] = (row - mean) * (var + eps) ** -0.5 * gamma + beta
    return out


# ---- fold_batchnorm


def fold_batchnorm__probing(W, b, gamma, beta, mean, var, eps=1e-5):
    W, b = (1.0 * np.asarray(one) for one in (W, b))
    b_folded = batchnorm_eval(b[np.newaxis], gamma, beta, mean, var, eps)[0]
    return batchnorm_eval(W + b, gamma, beta, mean, var, eps) - b_folded, b_folded


def fold_batchnorm__diagonal(W, b, gamma, beta, mean, var, eps=1e-5):
    W, b, gamma, beta, mean, var = (1.0 * np.asarray(one) for one in (W, b, gamma, beta, mean, var))
    S = np.diag(gamma / np.sqrt(var + eps))
    return W @ S, b @ S - mean @ S + beta


def fold_batchnorm__loops(W, b, gamma, beta, mean, var, eps=1e-5):
    W, b, gamma, beta, mean, var = (1.0 * np.asarray(one) for one in (W, b, gamma, beta, mean, var))
    W_folded, b_folded = W.copy(), b.copy()
    for k in range(len(b)):
        scale = gamma[k] / math.sqrt(var[k] + eps)
        W_folded[:, k] *= scale
        b_folded[k] = beta[k] + scale * b_folded[k] - scale * mean[k]
    return W_folded, b_folded


# ---- layernorm and layernorm_backward


def layernorm__turned(x, gamma, beta, eps=1e-5):
    """By batch normalization of the transpose."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    if len(x) == 0:
        return x.copy(), None
    one, zero = np.ones(len(x), x.dtype), np.zeros(len(x), x.dtype)
    turned, cache = batchnorm_train(x.T, one, zero, eps)
    return turned.T * gamma + beta, {"turned": turned, "cache": cache, "gamma": gamma}


def layernorm_backward__turned(dout, cache):
    dout = 1.0 * np.asarray(dout)
    dx, _, _ = batchnorm_backward((dout * cache["gamma"]).T, cache["cache"])
    return dx.T, (dout.T * cache["turned"]).sum(axis=1), dout.sum(axis=0)


def layernorm__graph(x, gamma, beta, eps=1e-5):
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    centred = x - np.mean(x, axis=-1)[:, np.newaxis]
    inverse = (np.mean(centred * centred, axis=-1)[:, np.newaxis] + eps) ** -0.5
    return centred * inverse * gamma + beta, (centred, inverse, gamma)


def layernorm_backward__graph(dout, cache):
    dout = 1.0 * np.asarray(dout)
    centred, inverse, gamma = cache
    d = dout.shape[1]
    dxhat = dout * gamma
    dvar = (dxhat * centred).sum(axis=1, keepdims=True) * -0.5 * inverse**3
    dcentred = dxhat * inverse + 2 / d * centred * dvar
    dx = dcentred - dcentred.mean(axis=1, keepdims=True)
    return dx, (dout * centred * inverse).sum(axis=0), dout.sum(axis=0)


def layernorm__rows(x, gamma, beta, eps=1e-5):
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    out, cache = np.zeros_like(x), []
    for i, row in enumerate(x):
        std = math.sqrt(row.var() + eps)
        xhat = (row - row.mean()) / std
        out[i] = gamma * xhat + beta
        cache.append((xhat, std, gamma))
    return out, cache


def layernorm_backward__rows(dout, cache):
    dout = 1.0 * np.asarray(dout)
    dx, dgamma, dbeta = np.zeros_like(dout), 0, 0
    for i, (row, (xhat, std, gamma)) in enumerate(zip(dout, cache, strict=True)):
        d = len(row)
        dxhat = row * gamma
        dx[i] = (d * dxhat - dxhat.sum() - xhat * (dxhat @ xhat)) / (d * std)
        dgamma, dbeta = dgamma + row * xhat, dbeta + row
    return dx, dgamma, dbeta


# ---- influence


def influence__differences(x, kind, eps=1e-5):
    normalize = {"batch": batchnorm_train, "layer": layernorm}.get(kind)
    if normalize is None:
        raise ValueError(kind)
    x = np.array(x, dtype=float)
    (n, d), h = x.shape, 1e-5
    squares = np.zeros((n, n))
    for j in range(n):
        for k in range(d):
            outs = []
            for sign in (1, -1):
                moved = x.copy()
                moved[j, k] += sign * h
                outs.append(normalize(moved, np.ones(d), np.zeros(d), eps)[0])
            squares[:, j] += (((outs[0] - outs[1]) / (2 * h)) ** 2).sum(axis=1)
    return np.sqrt(squares)


def influence__closed_form(x, kind, eps=1e-5):
    """The derivatives of one normalized vector are (1 - 1/m - xhat xhat / m) / std."""
    if kind not in ["batch", "layer"]:
        raise ValueError
    x = np.array(x, dtype=float)
    columns = x.T if kind == "batch" else x
    sizes = []
    for column in columns:
        m, std = len(column), np.sqrt(column.var() + eps)
        xhat = (column - column.mean()) / std
        sizes.append(((np.eye(m) - 1 / m - np.outer(xhat, xhat) / m) / std) ** 2)
    if kind == "batch":
        return np.sqrt(sum(sizes))
    return np.diag([math.sqrt(one.sum()) for one in sizes])


# ---- gradient_factor


def gradient_factor__sums(h, slope, kind):
    k = len(h)
    mean = {"batch": sum(h) / k, "layer": 0.0}.get(kind)
    if mean is None:
        raise ValueError(kind)
    return sum(float(one) ** 2 for one in slope) / sum((float(one) - mean) ** 2 for one in h)


# ---- network_step


def network_step__by_hand(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Without any of the chapter's functions."""
    W1, gamma, beta, W2, b2 = params
    n, C = len(y), len(b2)
    Z = X.dot(W1)
    mean, var = Z.mean(0), Z.var(0)
    ivar = 1 / np.sqrt(var + eps)
    xhat = (Z - mean) * ivar
    A = xhat * gamma + beta
    mask = (A > 0).astype(float)
    H = A * mask
    scores = H.dot(W2) + b2
    top = scores.max(axis=1)
    logsum = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    loss = float(np.sum(logsum - scores[range(n), y]) / n)
    dscores = (np.exp(scores - logsum[:, None]) - np.eye(C)[y]) / n
    dA = dscores.dot(W2.T) * mask
    dgamma, dbeta = (dA * xhat).sum(0), dA.sum(0)
    dZ = gamma * ivar / n * (n * dA - dbeta - xhat * dgamma)
    new = (
        W1 - rate * X.T.dot(dZ),
        gamma - rate * dgamma,
        beta - rate * dbeta,
        W2 - rate * H.T.dot(dscores),
        b2 - rate * dscores.sum(0),
    )
    run_mean, run_var = running
    run_mean = run_mean * momentum + mean * (1 - momentum)
    run_var = run_var * momentum + var * (1 - momentum)
    return new, (run_mean, run_var), loss


def network_step__own_copies(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """In place on copies, example by example in the loss."""
    new = [np.array(one) for one in params]
    W1, gamma, beta, W2, b2 = params
    Z = X @ W1
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.where(out > 0, out, 0.0)
    loss, dlogits = 0.0, np.zeros((len(X), len(b2)))
    for i, label in enumerate(y):
        z = H[i] @ W2 + b2
        z = z - z.max()
        logsum = np.log(np.sum(np.exp(z)))
        loss += (logsum - z[label]) / len(y)
        dlogits[i] = np.exp(z - logsum) / len(y)
        dlogits[i, label] -= 1 / len(y)
    dH = dlogits @ W2.T
    dH[out <= 0] = 0
    grads = [None, None, None, H.T @ dlogits, dlogits.sum(axis=0)]
    dZ, grads[1], grads[2] = batchnorm_backward(dH, cache)
    grads[0] = X.T @ dZ
    for one, grad in zip(new, grads, strict=True):
        one -= rate * grad
    mean, var = (update_running(running[k], batch_statistics(Z)[k], momentum) for k in (0, 1))
    return tuple(new), (mean, var), loss


# ---- network_predict


def network_predict__folded(params, running, X, eps=1e-5):
    W1, gamma, beta, W2, b2 = params
    W, b = fold_batchnorm(W1, np.zeros(len(gamma)), gamma, beta, *running, eps)
    return np.argmax(np.maximum(X @ W + b, 0) @ W2 + b2, axis=-1)


def network_predict__loops(params, running, X, eps=1e-5):
    W1, gamma, beta, W2, b2 = params
    classes = []
    for x in X:
        h = (x @ W1 - running[0]) / np.sqrt(running[1] + eps) * gamma + beta
        logits = list(np.where(h > 0, h, 0) @ W2 + b2)
        classes.append(logits.index(max(logits)))
    return np.array(classes)


# ---- train_network


def train_network__filled_in(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    h = params[1].shape
    mean, var = np.zeros(h), np.ones(h)
    losses = np.empty(len(batches))
    for t in range(len(batches)):
        batch = batches[t].tolist()
        params, (mean, var), losses[t] = network_step(
            params, (mean, var), X[batch], y[batch], rate=rate, momentum=momentum, eps=eps
        )
    return params, (mean, var), losses


def train_network__reduced(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    def go_on(state, rows):
        params, running, losses = state
        *new, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        return *new, [*losses, loss]

    units = len(params[1])
    start = params, (np.zeros(units), np.ones(units)), []
    params, running, losses = functools.reduce(go_on, batches, start)
    return params, running, np.array(losses)
