"""Right solutions in other styles than the reference's: each must earn full marks.

A function called ``<exercise>``, or ``<exercise>__<style>`` where there are several, solves that
exercise.
"""

import math

import numpy as np

# ---- numerical_gradient


def numerical_gradient__with_unit_arrays(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    g = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        g[i] = (f(x + step) - f(x - step)) / 2 / h
    return g


def numerical_gradient__flat_views(f, x, h=1e-5):
    moved = np.array(x, dtype=np.float64, order="C")
    flat = moved.reshape(-1)  # a view
    g = np.empty(flat.size)
    for i in range(flat.size):
        old = flat[i]
        flat[i] += h
        plus = f(moved)
        flat[i] -= 2 * h
        minus = f(moved)
        flat[i] = old
        g[i] = 0.5 * (plus - minus) / h
    return g.reshape(moved.shape)


def numerical_gradient__nditer(f, x, h=1e-5):
    x = np.asarray(x).astype("float64")
    g = np.zeros_like(x)
    if x.size == 0:
        return g
    it = np.nditer(x, flags=["multi_index"])
    for _ in it:
        at = it.multi_index
        above, below = x.copy(), x.copy()
        above[at] += h
        below[at] -= h
        g[at] = (f(above) - f(below)) / (2.0 * h)
    return g


def numerical_gradient__average_of_both_sides(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    middle = f(x)
    units = np.eye(x.size).reshape(x.size, *x.shape)
    ahead = [(f(x + h * unit) - middle) / h for unit in units]
    behind = [(middle - f(x - h * unit)) / h for unit in units]
    return (np.array(ahead, dtype=float) + np.array(behind, dtype=float)).reshape(x.shape) / 2


# ---- best_step


def best_step__cube_root(dtype):
    return np.cbrt(np.float64(np.finfo(dtype).eps))


def best_step__by_hand(dtype):
    one = np.dtype(dtype).type(1)
    return math.exp(math.log(float(np.nextafter(one, one + one)) - 1) / 3)


# ---- relative_error


def relative_error__entry_by_entry(a, b, floor=1e-8):
    a, b = np.array(a, float), np.array(b, float)
    if a.shape != b.shape:
        raise ValueError("two shapes")
    worst = 0.0
    for one, other in zip(a.flat, b.flat):  # noqa: B905
        error = abs(one - other) / max(abs(one) + abs(other), floor)
        worst = error if math.isnan(error) else max(error, worst)
        if math.isnan(worst):
            break
    return worst


def relative_error__where(a, b, floor=1e-8):
    a, b = np.array(a, np.float64), np.array(b, np.float64)
    if a.shape != b.shape:
        raise ValueError
    size = np.abs(a) + np.abs(b)
    size = np.where(size < floor, floor, size)
    return float((np.abs(b - a) / size).max())


# ---- directional_check


def directional_check__flat(f, grad, x, v, h=1e-5):
    grad, x, v = np.array(grad, float), np.array(x, float), np.array(v, float)
    analytic = float(grad.ravel() @ v.ravel())
    step = h * v
    numeric = (f(x + step) - f(x - step)) / (2 * h)
    return analytic, numeric


def directional_check__of_one_number(f, grad, x, v, h=1e-5):
    x, v = np.asarray(x, dtype=float), np.asarray(v, dtype=float)

    def along(t):
        return f(x + t * v)

    return np.vdot(np.asarray(grad, dtype=float), v), (along(h) - along(-h)) / h / 2


# ---- unbroadcast


def unbroadcast__one_axis_at_a_time(g, shape):
    g = np.array(g, dtype=None)
    if not np.issubdtype(g.dtype, np.floating):
        g = g.astype(float)
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            g = g.sum(axis=axis, keepdims=True)
    return g


def unbroadcast__all_at_once(g, shape):
    g = np.asarray(g)
    g = g if g.dtype.kind == "f" else g.astype(np.float64)
    padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, n in enumerate(padded) if n == 1)
    return g.sum(axis=axes).reshape(shape) if axes else g.copy()
