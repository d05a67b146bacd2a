"""What students get wrong about initialization."""

# ruff: noqa: F811  (a mistake is named within its exercise, so names recur)

import numpy as np

from autograder.suites.mistakes import (
    Catalogue,
    always_float64,
    changes_its_input,
    keeps_integers,
    makes_a_list_of_a_number,
    needs_an_array,
    needs_two_axes,
    only_for_single_numbers,
    returns_it_flat,
)
from solutions.initialization import (
    activation_norms,
    best_rate,
    gain_of,
    gradient_norms,
    he_normal,
    he_uniform,
    init_lecun,
    init_small,
    init_weights,
    loss_and_grads,
    predicted_norm,
    relative_distance,
    relu_mean,
    relu_second_moment,
    scale_to_data,
    symmetric_groups,
    train,
    train_step,
    xavier_normal,
    xavier_uniform,
)

catalogue = Catalogue()
mistake = catalogue.mistake


# ---- loss_and_grads


@mistake(loss_and_grads)
def sums_over_the_examples(params, X, y):
    """You add up over the examples, in the loss and in its gradient, where
    their mean is asked for."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].sum(), grads


@mistake(loss_and_grads)
def forgets_the_mean_in_the_gradient(params, X, y):
    """Your loss is a mean over the examples, but your gradients are those of their
    sum."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def divides_by_classes_too(params, X, y):
    """You divide the gradient by the number of classes as well: the mean is one over
    examples."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= delta.size
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def relu_on_the_logits(params, X, y):
    """You put a ReLU behind the last layer as well, where the logits should stay as
    they are."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    zs[-1] = inputs[-1]
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def forgets_the_slope_of_relu(params, X, y):
    """Your gradients pass through the ReLUs as if they were not there: units that were off pass
    nothing back."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = delta @ np.asarray(params[layer][0]).T
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def slope_one_at_zero(params, X, y):
    """Where a pre-activation is exactly 0 you pass the gradient on: look at the convention for the
    slope of ReLU there."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] >= 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def slope_from_the_gradient(params, X, y):
    """You apply ReLU to the gradient itself: whether it passes depends on the sign of the
    pre-activation and not on its own."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = np.maximum(delta @ np.asarray(params[layer][0]).T, 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def no_relu_forward(params, X, y):
    """You leave the ReLU out on the way forward, so your network is one large linear layer."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(zs[-1])
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def ignores_the_biases(params, X, y):
    """You do not add the biases on the way forward."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + 0 * np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def averages_db(params, X, y):
    """Your gradient of the biases is a mean over the examples once too often."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.mean(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def exponential_overflows(params, X, y):
    """You take the exponential of large logits, which overflows: a softmax does not change when
    the logits of a row are shifted together."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1]
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def one_shift_for_all_rows(params, X, y):
    """You subtract the largest logit of the whole batch, and a row far below it is left with
    nothing but zeros."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max()
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def log_of_zero(params, X, y):
    """You take the logarithm of a probability that has become 0: find the logarithm of the
    softmax without computing the softmax first."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    log_p = np.log(p)
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = p, []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def adds_inside_the_logarithm(params, X, y):
    """You add a small number inside the logarithm, which changes every loss and cuts off large
    ones: find the logarithm of the softmax without computing the softmax first."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    log_p = np.log(p + 1e-12)
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = p, []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def softmax_over_the_examples(params, X, y):
    """Your softmax runs over the examples, so each column adds up to one instead of each row."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=0, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def wrong_sign_of_the_gradient(params, X, y):
    """All your gradients have the wrong sign: look at which of the two probabilities is subtracted
    from the other."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= -len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def forgets_the_right_class(params, X, y):
    """Your gradient at the logits is the softmax alone: the right classes are missing from it."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def transposes_the_other_way(params, X, y):
    """Your gradients of the weights come out transposed."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (delta.T @ inputs[layer], delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def needs_arrays(params, X, y):
    """Your function fails on nested lists: pass what you are given through np.asarray first."""
    inputs, zs = [X], []
    for W, b in params:
        zs.append(X.dot(W) + b if not zs else inputs[-1] @ W + b)
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ params[layer][0].T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def widens_to_float64(params, X, y):
    """Your results are float64 although all that was given is float32: keep that dtype."""
    inputs, zs = [np.asarray(X, dtype=np.float64)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def takes_the_step_too(params, X, y):
    """Your function changes the weights it is given: only the gradients are asked for."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    for (W, _), (dW, _) in zip(params, grads, strict=True):
        if isinstance(W, np.ndarray):
            W -= 0.1 * dW
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def returns_the_layers_backwards(params, X, y):
    """Your gradients come out in the order of the backward pass: they should be in that of the
    layers."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.append((inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def returns_db_first(params, X, y):
    """Within each pair you return the two gradients in the wrong order."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (delta.sum(axis=0), inputs[layer].T @ delta))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def keeps_the_axes_of_db(params, X, y):
    """Your gradients of the biases have two axes: they should have the shape of the biases."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0, keepdims=True)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right].mean(), grads


@mistake(loss_and_grads)
def returns_the_gradients_first(params, X, y):
    """You return the gradients before the loss."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return grads, -log_p[right].mean()


@mistake(loss_and_grads)
def returns_a_loss_for_each_example(params, X, y):
    """You return one loss for each example: their mean is asked for."""
    inputs, zs = [np.asarray(X)], []
    for W, b in params:
        zs.append(inputs[-1] @ np.asarray(W) + np.asarray(b))
        inputs.append(np.maximum(zs[-1], 0))
    shifted = zs[-1] - zs[-1].max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), np.asarray(y)
    delta, grads = np.exp(log_p), []
    delta[right] -= 1
    delta /= len(y)
    for layer in reversed(range(len(params))):
        grads.insert(0, (inputs[layer].T @ delta, delta.sum(axis=0)))
        if layer > 0:
            delta = (delta @ np.asarray(params[layer][0]).T) * (zs[layer - 1] > 0)
    return -log_p[right], grads


# ---- symmetric_groups


@mistake(symmetric_groups)
def compares_rows(W, tol=0.0):
    """You compare the rows of W, which belong to the inputs: look at what a unit is."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W:
        if not any(np.max(np.abs(unit - first)) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def ignores_the_tolerance(W, tol=0.0):
    """You ignore the tolerance and count units as different however little they differ."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.all(unit == first) for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def less_than_the_tolerance(W, tol=0.0):
    """A difference of exactly the tolerance makes a new group in your answer, and with a tolerance
    of zero so does none at all."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.max(np.abs(unit - first)) < tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def one_equal_weight_is_enough(W, tol=0.0):
    """You take two units for the same as soon as one of their weights agrees: all of
    them have to."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.min(np.abs(unit - first)) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def forgets_the_sign(W, tol=0.0):
    """You take the differences with their signs, so a weight that is much smaller counts as the
    same."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.max(unit - first) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def adds_up_the_differences(W, tol=0.0):
    """You add up the differences of two units, where each one by itself is to be compared with the
    tolerance."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.sum(np.abs(unit - first)) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def length_of_the_difference(W, tol=0.0):
    """You compare the length of the difference of two units with the tolerance, and not each entry
    by itself."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.linalg.norm(unit - first) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def averages_the_differences(W, tol=0.0):
    """You average the differences of two units, so a large one hides among small ones."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.mean(np.abs(unit - first)) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def allows_more_than_the_tolerance(W, tol=0.0):
    """You allow a difference relative to the size of the weights on top of the tolerance, so large
    weights are taken for equal."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.allclose(unit, first, atol=tol) for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def wraps_small_integers(W, tol=0.0):
    """You subtract integers without a sign, where a negative difference becomes a large number:
    convert to float64 first."""
    W = np.asarray(W)
    firsts = []
    for unit in W.T:
        if not any(np.max(np.abs(unit - first)) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def counts_the_twins(W, tol=0.0):
    """You count the units that have a twin before them, and not the groups."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.max(np.abs(unit - first)) <= tol for first in firsts):
            firsts.append(unit)
    return W.shape[1] - len(firsts)


@mistake(symmetric_groups)
def needs_an_array_here(W, tol=0.0):
    """Your function fails on nested lists: pass W through np.asarray first."""
    W = W.astype(np.float64)
    firsts = []
    for unit in W.T:
        if not any(np.max(np.abs(unit - first)) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def compares_with_any_member(W, tol=0.0):
    """You compare a unit with every member of a group, so that a chain of small differences joins
    units that are far apart."""
    W, groups = np.asarray(W, dtype=np.float64), []
    for unit in W.T:
        for group in groups:
            if any(np.max(np.abs(unit - one)) <= tol for one in group):
                group.append(unit)
                break
        else:
            groups.append([unit])
    return len(groups)


@mistake(symmetric_groups)
def compares_neighbours_only(W, tol=0.0):
    """You compare each unit with its left neighbour only: twins may stand far apart."""
    W = np.asarray(W, dtype=np.float64)
    return 1 + sum(int(np.max(np.abs(a - b)) > tol) for a, b in zip(W.T, W.T[1:], strict=False))


@mistake(symmetric_groups)
def sorts_the_units(W, tol=0.0):
    """You sort the units first, and then other ones come first in their groups."""
    W = np.asarray(W, dtype=np.float64)
    firsts = []
    for unit in W[:, np.lexsort(W[::-1])].T:
        if not any(np.max(np.abs(unit - first)) <= tol for first in firsts):
            firsts.append(unit)
    return len(firsts)


@mistake(symmetric_groups)
def rounds_to_the_tolerance(W, tol=0.0):
    """You round the weights to multiples of the tolerance, where two that are close may end up
    apart."""
    W = np.asarray(W, dtype=np.float64)
    return len({tuple(unit) for unit in (np.round(W / tol) if tol else W).T})


catalogue.universal(symmetric_groups, changes_its_input)


# ---- train_step


@mistake(train_step)
def climbs(params, X, y, lr):
    """You go along the gradient, which makes the loss larger."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple((W + lr * dW, b + lr * db) for (W, b), (dW, db) in pairs)


@mistake(train_step)
def forgets_the_biases(params, X, y, lr):
    """Your biases stay where they were: they learn as well."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple((W - lr * dW, np.array(b)) for (W, b), (dW, _) in pairs)


@mistake(train_step)
def forgets_the_weights(params, X, y, lr):
    """Only your biases move: the weights learn as well."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple((np.array(W), b - lr * db) for (W, b), (_, db) in pairs)


@mistake(train_step)
def ignores_the_rate(params, X, y, lr):
    """You subtract the whole gradient, whatever the learning rate."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple((W - dW, b - db) for (W, b), (dW, db) in pairs)


@mistake(train_step)
def divides_by_n_again(params, X, y, lr):
    """You divide the gradient by the number of examples, which the mean in the loss has done
    before."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple((W - lr * dW / len(y), b - lr * db / len(y)) for (W, b), (dW, db) in pairs)


@mistake(train_step)
def returns_the_gradients(params, X, y, lr):
    """You return the gradients themselves and no new parameters."""
    _, grads = loss_and_grads(params, X, y)
    return grads


@mistake(train_step)
def returns_the_changes(params, X, y, lr):
    """You return the changes of the parameters without the parameters they belong to."""
    _, grads = loss_and_grads(params, X, y)
    return tuple((-lr * dW, -lr * db) for dW, db in grads)


@mistake(train_step)
def returns_the_loss_too(params, X, y, lr):
    """You return the loss beside the parameters: the parameters alone are asked for."""
    loss, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return loss, tuple((W - lr * dW, b - lr * db) for (W, b), (dW, db) in pairs)


@mistake(train_step)
def swaps_weights_and_biases(params, X, y, lr):
    """Within each pair you return the bias before the weights."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple((b - lr * db, W - lr * dW) for (W, b), (dW, db) in pairs)


@mistake(train_step)
def one_flat_list(params, X, y, lr):
    """You return one flat list of arrays: each layer should have a pair of its own."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return [new for (W, b), (dW, db) in pairs for new in (W - lr * dW, b - lr * db)]


@mistake(train_step)
def moves_the_last_layer_only(params, X, y, lr):
    """Only your last layer moves: every layer has a gradient of its own."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return (
        *((np.array(W), np.array(b)) for W, b in params[:-1]),
        *((W - lr * dW, b - lr * db) for (W, b), (dW, db) in list(pairs)[-1:]),
    )


@mistake(train_step)
def upcasts(params, X, y, lr):
    """Your results are float64 although all that was given is float32: a NumPy number in place of
    the Python float does that."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple((W - np.float64(lr) * dW, b - np.float64(lr) * db) for (W, b), (dW, db) in pairs)


@mistake(train_step)
def normalizes_the_gradient(params, X, y, lr):
    """You divide the gradient by its length, so that every step is equally long."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple(
        (W - lr * dW / np.linalg.norm(dW), b - lr * db / np.linalg.norm(db))
        for (W, b), (dW, db) in pairs
    )


@mistake(train_step)
def in_place(params, X, y, lr):
    """You change the arrays of the caller with an assignment in place: make new ones."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)

    for (W, b), (dW, db) in pairs:
        W -= lr * dW
        b -= lr * db
    return params


@mistake(train_step)
def layer_by_layer(params, X, y, lr):
    """You compute the gradients of a layer after the one before it has moved: all layers move at
    once."""
    params = [(np.array(W), np.array(b)) for W, b in params]
    for layer in range(len(params)):
        _, grads = loss_and_grads(params, X, y)
        (W, b), (dW, db) = params[layer], grads[layer]
        params[layer] = (W - lr * dW, b - lr * db)
    return params


@mistake(train_step)
def breaks_the_symmetry(params, X, y, lr):
    """You add random numbers to the parameters: a step of gradient descent has none."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)

    rng = np.random.default_rng(0)
    return [
        (W - lr * dW + 0.01 * rng.standard_normal(dW.shape), b - lr * db)
        for (W, b), (dW, db) in pairs
    ]


@mistake(train_step)
def needs_arrays(params, X, y, lr):
    """Your function fails on nested lists: the parameters may be lists as well."""
    _, grads = loss_and_grads(params, X, y)
    pairs = zip(params, grads, strict=True)
    return tuple(
        (W - lr * dW.reshape(W.shape), b - lr * db.reshape(b.shape)) for (W, b), (dW, db) in pairs
    )


# ---- init_small


@mistake(init_small)
def draws_from_zero_to_scale(rng, n_in, n_out, scale=0.01):
    """You draw from a uniform distribution, with numbers of one sign only."""
    return scale * rng.random((n_in, n_out))


@mistake(init_small)
def draws_uniformly(rng, n_in, n_out, scale=0.01):
    """Your numbers come from a uniform distribution: mean and spread are right, the distribution is
    not."""
    return scale * rng.uniform(-(3**0.5), 3**0.5, (n_in, n_out))


@mistake(init_small)
def uniform_between_scales(rng, n_in, n_out, scale=0.01):
    """You draw uniformly between minus and plus the scale, where normal numbers are asked for."""
    return rng.uniform(-scale, scale, (n_in, n_out))


@mistake(init_small)
def takes_scale_for_a_variance(rng, n_in, n_out, scale=0.01):
    """You take the scale for a variance."""
    return rng.normal(0.0, np.sqrt(scale), (n_in, n_out))


@mistake(init_small)
def squares_the_scale(rng, n_in, n_out, scale=0.01):
    """You square the scale: a normal distribution is drawn from by its standard deviation."""
    return rng.normal(0.0, scale**2, (n_in, n_out))


@mistake(init_small)
def scale_is_the_mean(rng, n_in, n_out, scale=0.01):
    """You shift the numbers by the scale, where they should be stretched by it."""
    return rng.normal(scale, 1.0, (n_in, n_out))


@mistake(init_small)
def ignores_the_scale(rng, n_in, n_out, scale=0.01):
    """You draw with the default scale whatever the caller asks for."""
    return rng.normal(0.0, 0.01, (n_in, n_out))


@mistake(init_small)
def divides_by_the_scale(rng, n_in, n_out, scale=0.01):
    """You divide by the scale."""
    return rng.standard_normal((n_in, n_out)) / scale


@mistake(init_small)
def takes_absolute_values(rng, n_in, n_out, scale=0.01):
    """All your numbers are positive: they should have both signs."""
    return np.abs(rng.normal(0.0, scale, (n_in, n_out)))


@mistake(init_small)
def depends_on_the_layer(rng, n_in, n_out, scale=0.01):
    """You divide by the root of the number of inputs, where the size should be the same for all
    layers."""
    return rng.normal(0.0, scale / np.sqrt(n_in), (n_in, n_out))


@mistake(init_small)
def returns_float32(rng, n_in, n_out, scale=0.01):
    """Your weights are float32, where float64 is asked for."""
    return (scale * rng.standard_normal((n_in, n_out))).astype(np.float32)


@mistake(init_small)
def ignores_its_generator(rng, n_in, n_out, scale=0.01):
    """You make a generator of your own instead of drawing from the one you are given."""
    rng = np.random.default_rng(0)
    return rng.normal(0.0, scale, (n_in, n_out))


@mistake(init_small)
def draws_from_the_global_generator(rng, n_in, n_out, scale=0.01):
    """You draw from NumPy's global generator instead of the one you are given."""
    rng = np.random
    return rng.normal(0.0, scale, (n_in, n_out))


@mistake(init_small)
def swaps_the_axes(rng, n_in, n_out, scale=0.01):
    """You swap the two axes of the shape."""
    return rng.normal(0.0, scale, (n_out, n_in))


@mistake(init_small)
def draws_one_row(rng, n_in, n_out, scale=0.01):
    """You draw one row of weights and repeat it, so that all inputs are treated alike."""
    return np.repeat(rng.normal(0.0, scale, (1, n_out)), n_in, axis=0)


@mistake(init_small)
def draws_one_column(rng, n_in, n_out, scale=0.01):
    """You draw one column of weights and repeat it, so that all units are the same."""
    return np.repeat(rng.normal(0.0, scale, (n_in, 1)), n_out, axis=1)


# ---- init_lecun


@mistake(init_lecun)
def uses_the_outputs(rng, n_in, n_out):
    """You use the number of units, where the terms of one sum count."""
    return rng.normal(0.0, np.sqrt(1 / n_out), (n_in, n_out))


@mistake(init_lecun)
def takes_the_variance_for_a_std(rng, n_in, n_out):
    """You draw with the variance in the place of the standard deviation."""
    return rng.normal(0.0, 1 / n_in, (n_in, n_out))


@mistake(init_lecun)
def uses_the_mean_of_both(rng, n_in, n_out):
    """You use the mean of the two numbers: here only one direction counts."""
    return rng.normal(0.0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))


@mistake(init_lecun)
def doubles_the_variance(rng, n_in, n_out):
    """Your variance is twice what it should be: there is no ReLU in this rule."""
    return rng.normal(0.0, np.sqrt(2 / n_in), (n_in, n_out))


@mistake(init_lecun)
def forgets_the_size(rng, n_in, n_out):
    """You draw standard normal numbers and forget the size of the layer."""
    return rng.normal(0.0, 1.0, (n_in, n_out))


@mistake(init_lecun)
def multiplies_by_the_root(rng, n_in, n_out):
    """You multiply by the root that you should divide by."""
    return rng.normal(0.0, np.sqrt(n_in), (n_in, n_out))


@mistake(init_lecun)
def divides_by_all_weights(rng, n_in, n_out):
    """You divide by the number of all weights of the layer."""
    return rng.normal(0.0, np.sqrt(1 / (n_in * n_out)), (n_in, n_out))


@mistake(init_lecun)
def draws_uniformly(rng, n_in, n_out):
    """Your numbers come from a uniform distribution: mean and spread are right, the distribution is
    not."""
    a = np.sqrt(3 / n_in)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(init_lecun)
def draws_positive_numbers(rng, n_in, n_out):
    """You draw from a uniform distribution, with numbers of one sign only."""
    return rng.random((n_in, n_out)) / np.sqrt(n_in)


@mistake(init_lecun)
def ignores_its_generator(rng, n_in, n_out):
    """You make a generator of your own instead of drawing from the one you are given."""
    rng = np.random.default_rng(0)
    return rng.normal(0.0, np.sqrt(1 / n_in), (n_in, n_out))


@mistake(init_lecun)
def draws_from_the_global_generator(rng, n_in, n_out):
    """You draw from NumPy's global generator instead of the one you are given."""
    rng = np.random
    return rng.normal(0.0, np.sqrt(1 / n_in), (n_in, n_out))


@mistake(init_lecun)
def swaps_the_axes(rng, n_in, n_out):
    """You swap the two axes of the shape."""
    return rng.normal(0.0, np.sqrt(1 / n_in), (n_out, n_in))


@mistake(init_lecun)
def draws_one_row(rng, n_in, n_out):
    """You draw one row of weights and repeat it, so that all inputs are treated alike."""
    return np.repeat(rng.normal(0.0, np.sqrt(1 / n_in), (1, n_out)), n_in, axis=0)


@mistake(init_lecun)
def draws_one_column(rng, n_in, n_out):
    """You draw one column of weights and repeat it, so that all units are the same."""
    return np.repeat(rng.normal(0.0, np.sqrt(1 / n_in), (n_in, 1)), n_out, axis=1)


# ---- xavier_normal


@mistake(xavier_normal)
def forgets_the_two(rng, n_in, n_out, gain=1.0):
    """You divide by the sum of the two numbers, where their mean is meant."""
    return rng.normal(0.0, gain * np.sqrt(1 / (n_in + n_out)), (n_in, n_out))


@mistake(xavier_normal)
def takes_the_variance_for_a_std(rng, n_in, n_out, gain=1.0):
    """You draw with the variance in the place of the standard deviation."""
    return rng.normal(0.0, gain * 2 / (n_in + n_out), (n_in, n_out))


@mistake(xavier_normal)
def ignores_the_gain(rng, n_in, n_out, gain=1.0):
    """You ignore the gain."""
    return rng.normal(0.0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))


@mistake(xavier_normal)
def squares_the_gain(rng, n_in, n_out, gain=1.0):
    """Your gain enters squared: it multiplies the weights once."""
    return rng.normal(0.0, gain**2 * np.sqrt(2 / (n_in + n_out)), (n_in, n_out))


@mistake(xavier_normal)
def root_of_the_gain(rng, n_in, n_out, gain=1.0):
    """You put the gain under the root: it multiplies the weights and not their variance."""
    return rng.normal(0.0, np.sqrt(gain * 2 / (n_in + n_out)), (n_in, n_out))


@mistake(xavier_normal)
def divides_by_the_gain(rng, n_in, n_out, gain=1.0):
    """You divide by the gain."""
    return rng.normal(0.0, np.sqrt(2 / (n_in + n_out)) / gain, (n_in, n_out))


@mistake(xavier_normal)
def uses_the_inputs_alone(rng, n_in, n_out, gain=1.0):
    """You use the number of inputs alone, which keeps the forward direction only."""
    return rng.normal(0.0, gain * np.sqrt(1 / n_in), (n_in, n_out))


@mistake(xavier_normal)
def uses_the_outputs_alone(rng, n_in, n_out, gain=1.0):
    """You use the number of units alone, which keeps the backward direction only."""
    return rng.normal(0.0, gain * np.sqrt(1 / n_out), (n_in, n_out))


@mistake(xavier_normal)
def uses_the_rule_for_relu(rng, n_in, n_out, gain=1.0):
    """You use the rule that makes up for a ReLU."""
    return rng.normal(0.0, gain * np.sqrt(2 / n_in), (n_in, n_out))


@mistake(xavier_normal)
def uses_the_bound(rng, n_in, n_out, gain=1.0):
    """You draw normal numbers with the bound of the uniform rule as their standard deviation."""
    return rng.normal(0.0, gain * np.sqrt(6 / (n_in + n_out)), (n_in, n_out))


@mistake(xavier_normal)
def draws_uniformly(rng, n_in, n_out, gain=1.0):
    """Your numbers come from a uniform distribution: mean and spread are right, the distribution is
    not."""
    a = gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_normal)
def multiplies_the_sizes(rng, n_in, n_out, gain=1.0):
    """You multiply the two numbers where they should be added."""
    return rng.normal(0.0, gain * np.sqrt(2 / (n_in * n_out)), (n_in, n_out))


@mistake(xavier_normal)
def ignores_its_generator(rng, n_in, n_out, gain=1.0):
    """You make a generator of your own instead of drawing from the one you are given."""
    rng = np.random.default_rng(0)
    return rng.normal(0.0, gain * np.sqrt(2 / sum((n_in, n_out))), (n_in, n_out))


@mistake(xavier_normal)
def draws_from_the_global_generator(rng, n_in, n_out, gain=1.0):
    """You draw from NumPy's global generator instead of the one you are given."""
    rng = np.random
    return rng.normal(0.0, gain * np.sqrt(2 / sum((n_in, n_out))), (n_in, n_out))


@mistake(xavier_normal)
def swaps_the_axes(rng, n_in, n_out, gain=1.0):
    """You swap the two axes of the shape."""
    return rng.normal(0.0, gain * np.sqrt(2 / sum((n_out, n_in))), (n_out, n_in))


@mistake(xavier_normal)
def draws_one_row(rng, n_in, n_out, gain=1.0):
    """You draw one row of weights and repeat it, so that all inputs are treated alike."""
    return np.repeat(rng.normal(0.0, gain * np.sqrt(2 / sum((1, n_out))), (1, n_out)), n_in, axis=0)


@mistake(xavier_normal)
def draws_one_column(rng, n_in, n_out, gain=1.0):
    """You draw one column of weights and repeat it, so that all units are the same."""
    return np.repeat(rng.normal(0.0, gain * np.sqrt(2 / sum((n_in, 1))), (n_in, 1)), n_out, axis=1)


# ---- xavier_uniform


@mistake(xavier_uniform)
def takes_the_std_for_the_bound(rng, n_in, n_out, gain=1.0):
    """You use the standard deviation as the bound: uniform numbers spread less than their bound."""
    a = gain * np.sqrt(2 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def bound_too_small_by_two(rng, n_in, n_out, gain=1.0):
    """You divide by the sum of the two numbers, where their mean is meant."""
    a = gain * np.sqrt(3 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def forgets_the_root(rng, n_in, n_out, gain=1.0):
    """You use the square of the bound: a root is missing."""
    a = gain * 6 / (n_in + n_out)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def draws_positive_numbers(rng, n_in, n_out, gain=1.0):
    """Your numbers have one sign only: the distribution lies around zero."""
    a = gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(0, a, (n_in, n_out))


@mistake(xavier_uniform)
def ignores_the_gain(rng, n_in, n_out, gain=1.0):
    """You ignore the gain."""
    a = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def squares_the_gain(rng, n_in, n_out, gain=1.0):
    """Your gain enters squared: it multiplies the weights once."""
    a = gain**2 * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def root_of_the_gain(rng, n_in, n_out, gain=1.0):
    """You put the gain under the root: it multiplies the weights and not their variance."""
    a = np.sqrt(gain * 6 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def uses_the_inputs_alone(rng, n_in, n_out, gain=1.0):
    """You use the number of inputs alone, which keeps the forward direction only."""
    a = gain * np.sqrt(3 / n_in)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def uses_the_outputs_alone(rng, n_in, n_out, gain=1.0):
    """You use the number of units alone, which keeps the backward direction only."""
    a = gain * np.sqrt(3 / n_out)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def uses_the_rule_for_relu(rng, n_in, n_out, gain=1.0):
    """You use the rule that makes up for a ReLU."""
    a = gain * np.sqrt(6 / n_in)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def takes_the_bound_for_the_width(rng, n_in, n_out, gain=1.0):
    """You take the bound for the width of the whole range, so your numbers reach half as far."""
    a = gain * np.sqrt(6 / (n_in + n_out)) / 2
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(xavier_uniform)
def draws_normally(rng, n_in, n_out, gain=1.0):
    """Your numbers are normal: mean and spread are right, the distribution is not."""
    return rng.normal(0.0, gain * np.sqrt(2 / (n_in + n_out)), (n_in, n_out))


@mistake(xavier_uniform)
def ignores_its_generator(rng, n_in, n_out, gain=1.0):
    """You make a generator of your own instead of drawing from the one you are given."""
    rng = np.random.default_rng(0)
    return gain * np.sqrt(6 / sum((n_in, n_out))) * rng.uniform(-1, 1, (n_in, n_out))


@mistake(xavier_uniform)
def draws_from_the_global_generator(rng, n_in, n_out, gain=1.0):
    """You draw from NumPy's global generator instead of the one you are given."""
    rng = np.random
    return gain * np.sqrt(6 / sum((n_in, n_out))) * rng.uniform(-1, 1, (n_in, n_out))


@mistake(xavier_uniform)
def swaps_the_axes(rng, n_in, n_out, gain=1.0):
    """You swap the two axes of the shape."""
    return gain * np.sqrt(6 / sum((n_out, n_in))) * rng.uniform(-1, 1, (n_out, n_in))


@mistake(xavier_uniform)
def draws_one_row(rng, n_in, n_out, gain=1.0):
    """You draw one row of weights and repeat it, so that all inputs are treated alike."""
    return np.repeat(
        gain * np.sqrt(6 / sum((1, n_out))) * rng.uniform(-1, 1, (1, n_out)), n_in, axis=0
    )


@mistake(xavier_uniform)
def draws_one_column(rng, n_in, n_out, gain=1.0):
    """You draw one column of weights and repeat it, so that all units are the same."""
    return np.repeat(
        gain * np.sqrt(6 / sum((n_in, 1))) * rng.uniform(-1, 1, (n_in, 1)), n_out, axis=1
    )


# ---- relu_mean


@mistake(relu_mean)
def forgets_the_relu(sigma):
    """You give the mean of z itself, where the mean after the ReLU is asked for."""
    return 0.0 * np.asarray(sigma)


@mistake(relu_mean)
def both_halves(sigma):
    """You count both halves of the bell, as if negative numbers were folded over: ReLU makes them
    zero."""
    return 2 * np.asarray(sigma) / float(np.sqrt(2 * np.pi))


@mistake(relu_mean)
def forgets_the_density(sigma):
    """You forget the constant of the normal density."""
    return 1.0 * np.asarray(sigma)


@mistake(relu_mean)
def half_of_sigma(sigma):
    """You halve the standard deviation: that a half of the numbers is positive does not tell how
    large they are."""
    return np.asarray(sigma) / 2


@mistake(relu_mean)
def forgets_the_root(sigma):
    """The constant of the normal density holds a root, which is missing."""
    return np.asarray(sigma) / (2 * 3.141592653589793)


@mistake(relu_mean)
def multiplies_by_the_constant(sigma):
    """You multiply by the constant that you should divide by."""
    return np.asarray(sigma) * float(np.sqrt(2 * np.pi))


@mistake(relu_mean)
def mean_of_the_square(sigma):
    """You give the mean of the square, which belongs to the next exercise."""
    return np.asarray(sigma) / 2 * np.asarray(sigma)


@mistake(relu_mean)
def takes_sigma_for_a_variance(sigma):
    """You take sigma for the variance and draw a root from it."""
    return np.asarray(sigma) ** 0.5 / float(np.sqrt(2 * np.pi))


@mistake(relu_mean)
def uses_sigma_squared(sigma):
    """Your mean grows with the square of sigma: think of its unit."""
    return np.asarray(sigma) / float(np.sqrt(2 * np.pi)) * np.asarray(sigma)


@mistake(relu_mean)
def mean_of_the_positive_ones(sigma):
    """You give the mean of the positive numbers alone: the zeros count as well."""
    return np.asarray(sigma) * float(np.sqrt(2 / np.pi)) * 1.0


@mistake(relu_mean)
def estimates_it(sigma):
    """You estimate the mean from random numbers, which is never exact."""
    z = np.random.default_rng(0).standard_normal(1000)
    return np.asarray(sigma) * float(np.maximum(z, 0).mean())


@mistake(relu_mean)
def wraps_small_integers(sigma):
    """You multiply integers of a small dtype with each other before they are floats."""
    sigma = np.asarray(sigma)
    return np.sqrt(sigma * sigma / (2 * np.pi)).astype(
        sigma.dtype if sigma.dtype.kind == "f" else float
    )


catalogue.universal(
    relu_mean,
    changes_its_input,
    keeps_integers,
    always_float64,
    needs_an_array,
    only_for_single_numbers,
    needs_two_axes,
    returns_it_flat,
    makes_a_list_of_a_number,
)


# ---- relu_second_moment


@mistake(relu_second_moment)
def the_variance(sigma):
    """You subtract the square of the mean, which gives the variance and not the mean square."""
    sigma = np.asarray(sigma)
    return sigma * (0.5 - 1 / (2 * 3.141592653589793)) * sigma


@mistake(relu_second_moment)
def forgets_the_relu(sigma):
    """You give the mean square of z itself: a part of it is lost in the ReLU."""
    sigma = np.asarray(sigma)
    return 1.0 * sigma * sigma


@mistake(relu_second_moment)
def forgets_to_square(sigma):
    """You halve sigma without squaring it."""
    return np.asarray(sigma) / 2


@mistake(relu_second_moment)
def square_of_the_mean(sigma):
    """You square the mean after the ReLU: the mean of the squares is larger."""
    sigma = np.asarray(sigma)
    return sigma / (2 * 3.141592653589793) * sigma


@mistake(relu_second_moment)
def halves_before_squaring(sigma):
    """You halve before you square, so you divide twice."""
    return (np.asarray(sigma) / 2) ** 2


@mistake(relu_second_moment)
def root_mean_square(sigma):
    """You draw a root at the end: the mean square itself is asked for."""
    return np.asarray(sigma) / float(np.sqrt(2))


@mistake(relu_second_moment)
def doubles(sigma):
    """You double what should be halved."""
    return 2.0 * np.asarray(sigma) * np.asarray(sigma)


@mistake(relu_second_moment)
def takes_sigma_for_a_variance(sigma):
    """You take sigma for the variance, and add a factor to make up for it."""
    return np.asarray(sigma) ** 0.5 / 2


@mistake(relu_second_moment)
def estimates_it(sigma):
    """You estimate the mean square from random numbers, which is never exact."""
    z = np.random.default_rng(0).standard_normal(1000)
    return np.asarray(sigma) * float(np.square(np.maximum(z, 0)).mean()) * np.asarray(sigma)


@mistake(relu_second_moment)
def wraps_small_integers(sigma):
    """You square integers of a small dtype, where large squares have no room: convert them to
    float64 first."""
    return np.asarray(sigma) ** 2 / 2


catalogue.universal(
    relu_second_moment,
    changes_its_input,
    keeps_integers,
    always_float64,
    needs_an_array,
    only_for_single_numbers,
    needs_two_axes,
    returns_it_flat,
    makes_a_list_of_a_number,
)


# ---- he_normal


@mistake(he_normal)
def uses_the_outputs(rng, n_in, n_out):
    """You use the number of units, where the number of inputs counts."""
    return rng.normal(0.0, np.sqrt(2 / n_out), (n_in, n_out))


@mistake(he_normal)
def forgets_the_two(rng, n_in, n_out):
    """You forget the factor that makes up for what a ReLU takes away."""
    return rng.normal(0.0, np.sqrt(1 / n_in), (n_in, n_out))


@mistake(he_normal)
def takes_the_variance_for_a_std(rng, n_in, n_out):
    """You draw with the variance in the place of the standard deviation."""
    return rng.normal(0.0, 2 / n_in, (n_in, n_out))


@mistake(he_normal)
def uses_xavier(rng, n_in, n_out):
    """You use the rule of Xavier, which knows of no ReLU."""
    return rng.normal(0.0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))


@mistake(he_normal)
def two_outside_the_root(rng, n_in, n_out):
    """Your factor stands outside the root: it belongs to the variance."""
    return rng.normal(0.0, 2 * np.sqrt(1 / n_in), (n_in, n_out))


@mistake(he_normal)
def forgets_the_size(rng, n_in, n_out):
    """You forget that the size depends on the number of inputs."""
    return rng.normal(0.0, np.sqrt(2), (n_in, n_out))


@mistake(he_normal)
def draws_uniformly(rng, n_in, n_out):
    """Your numbers come from a uniform distribution: mean and spread are right, the distribution is
    not."""
    a = np.sqrt(6 / n_in)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(he_normal)
def draws_positive_numbers(rng, n_in, n_out):
    """You draw from a uniform distribution, with numbers of one sign only."""
    return rng.random((n_in, n_out)) * np.sqrt(2 / n_in)


@mistake(he_normal)
def uses_the_bound(rng, n_in, n_out):
    """You draw normal numbers with the bound of the uniform rule as their standard deviation."""
    return rng.normal(0.0, np.sqrt(6 / n_in), (n_in, n_out))


@mistake(he_normal)
def ignores_its_generator(rng, n_in, n_out):
    """You make a generator of your own instead of drawing from the one you are given."""
    rng = np.random.default_rng(0)
    return rng.normal(0.0, np.sqrt(2 / n_in), (n_in, n_out))


@mistake(he_normal)
def draws_from_the_global_generator(rng, n_in, n_out):
    """You draw from NumPy's global generator instead of the one you are given."""
    rng = np.random
    return rng.normal(0.0, np.sqrt(2 / n_in), (n_in, n_out))


@mistake(he_normal)
def swaps_the_axes(rng, n_in, n_out):
    """You swap the two axes of the shape."""
    return rng.normal(0.0, np.sqrt(2 / n_in), (n_out, n_in))


@mistake(he_normal)
def draws_one_row(rng, n_in, n_out):
    """You draw one row of weights and repeat it, so that all inputs are treated alike."""
    return np.repeat(rng.normal(0.0, np.sqrt(2 / n_in), (1, n_out)), n_in, axis=0)


@mistake(he_normal)
def draws_one_column(rng, n_in, n_out):
    """You draw one column of weights and repeat it, so that all units are the same."""
    return np.repeat(rng.normal(0.0, np.sqrt(2 / n_in), (n_in, 1)), n_out, axis=1)


# ---- he_uniform


@mistake(he_uniform)
def takes_the_std_for_the_bound(rng, n_in, n_out):
    """You use the standard deviation as the bound: uniform numbers spread less than their bound."""
    a = np.sqrt(2 / n_in)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(he_uniform)
def uses_the_outputs(rng, n_in, n_out):
    """You use the number of units, where the number of inputs counts."""
    a = np.sqrt(6 / n_out)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(he_uniform)
def forgets_the_two(rng, n_in, n_out):
    """You forget the factor that makes up for what a ReLU takes away."""
    a = np.sqrt(3 / n_in)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(he_uniform)
def forgets_the_root(rng, n_in, n_out):
    """You use the square of the bound: a root is missing."""
    a = 6 / n_in
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(he_uniform)
def uses_xavier(rng, n_in, n_out):
    """You use the rule of Xavier, which knows of no ReLU."""
    a = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(he_uniform)
def draws_positive_numbers(rng, n_in, n_out):
    """Your numbers have one sign only: the distribution lies around zero."""
    a = np.sqrt(6 / n_in)
    return rng.uniform(0, a, (n_in, n_out))


@mistake(he_uniform)
def takes_the_bound_for_the_width(rng, n_in, n_out):
    """You take the bound for the width of the whole range, so your numbers reach half as far."""
    a = np.sqrt(6 / n_in) / 2
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(he_uniform)
def variance_of_the_width(rng, n_in, n_out):
    """You forget a factor between the spread of uniform numbers and the width of their range."""
    a = np.sqrt(12 * 2 / n_in)
    return rng.uniform(-a, a, (n_in, n_out))


@mistake(he_uniform)
def draws_normally(rng, n_in, n_out):
    """Your numbers are normal: mean and spread are right, the distribution is not."""
    return rng.normal(0.0, np.sqrt(2 / n_in), (n_in, n_out))


@mistake(he_uniform)
def ignores_its_generator(rng, n_in, n_out):
    """You make a generator of your own instead of drawing from the one you are given."""
    rng = np.random.default_rng(0)
    return np.sqrt(6 / n_in) * rng.uniform(-1, 1, (n_in, n_out))


@mistake(he_uniform)
def draws_from_the_global_generator(rng, n_in, n_out):
    """You draw from NumPy's global generator instead of the one you are given."""
    rng = np.random
    return np.sqrt(6 / n_in) * rng.uniform(-1, 1, (n_in, n_out))


@mistake(he_uniform)
def swaps_the_axes(rng, n_in, n_out):
    """You swap the two axes of the shape."""
    return np.sqrt(6 / n_in) * rng.uniform(-1, 1, (n_out, n_in))


@mistake(he_uniform)
def draws_one_row(rng, n_in, n_out):
    """You draw one row of weights and repeat it, so that all inputs are treated alike."""
    return np.repeat(np.sqrt(6 / n_in) * rng.uniform(-1, 1, (1, n_out)), n_in, axis=0)


@mistake(he_uniform)
def draws_one_column(rng, n_in, n_out):
    """You draw one column of weights and repeat it, so that all units are the same."""
    return np.repeat(np.sqrt(6 / n_in) * rng.uniform(-1, 1, (n_in, 1)), n_out, axis=1)


# ---- gain_of


@mistake(gain_of)
def uses_the_spread(a):
    """You subtract the mean: the mean square counts here, and not the variance."""
    a = np.asarray(a, dtype=np.float64)
    return 1 / np.sqrt(np.mean((a - a.mean()) ** 2) + (1e-300))


@mistake(gain_of)
def forgets_the_root(a):
    """You divide by the mean square itself: think of what happens to it when weights
    are multiplied."""
    a = np.asarray(a, dtype=np.float64)
    return 1 / np.mean(a**2)


@mistake(gain_of)
def upside_down(a):
    """Your gain is upside down: the larger the outputs, the smaller it has to be."""
    a = np.asarray(a, dtype=np.float64)
    return np.sqrt(np.mean(a**2))


@mistake(gain_of)
def mean_of_absolute_values(a):
    """You average absolute values in the place of squares."""
    a = np.asarray(a, dtype=np.float64)
    return 1 / np.mean(np.abs(a))


@mistake(gain_of)
def a_gain_for_each_column(a):
    """You compute one gain for each column: one number for the whole array is asked for."""
    a = np.asarray(a, dtype=np.float64)
    return 1 / np.sqrt(np.mean(a**2, axis=0))


@mistake(gain_of)
def forgets_the_mean(a):
    """You add up the squares and forget to divide by how many there are."""
    a = np.asarray(a, dtype=np.float64)
    return 1 / np.linalg.norm(a)


@mistake(gain_of)
def always_that_of_relu(a):
    """You give one and the same number, whatever the outputs are."""
    return np.sqrt(2.0)


@mistake(gain_of)
def leaves_zeros_out(a):
    """You leave the outputs that are zero out of the mean: they count as well."""
    a = np.asarray(a, dtype=np.float64)
    return 1 / np.sqrt(np.mean(a[a != 0] ** 2))


@mistake(gain_of)
def keeps_float32(a):
    """Your gain of a float32 array is float32, where float64 is asked for."""
    a = np.asarray(a) if np.asarray(a).dtype == np.float32 else np.asarray(a, dtype=float)
    return 1 / np.sqrt(np.mean(a**2))


@mistake(gain_of)
def wraps_small_integers(a):
    """You square integers of a small dtype, where large squares have no room: convert them to
    float64 first."""
    return 1 / np.sqrt(np.mean(np.asarray(a) ** 2, dtype=float))


@mistake(gain_of)
def scales_the_outputs(a):
    """You return the outputs after scaling, where the gain alone is asked for."""
    a = np.asarray(a, dtype=np.float64)
    return a / np.sqrt(np.mean(a**2))


@mistake(gain_of)
def root_of_the_mean(a):
    """You average first and square afterwards, so that outputs of both signs cancel."""
    a = np.asarray(a, dtype=np.float64)
    return 1 / np.abs(np.mean(a))


@mistake(gain_of)
def in_place(a):
    """You square the array of the caller, who still needs it."""
    a = np.asarray(a)
    a_ = a.astype(float)
    if a.dtype.kind == "f":
        a *= a
    return 1 / np.sqrt(np.mean(a_**2))


catalogue.universal(gain_of, needs_an_array, needs_two_axes)


# ---- activation_norms


@mistake(activation_norms)
def includes_the_input(weights, X):
    """You count the input as a layer."""
    a = np.asarray(X)
    norms = [np.sqrt(np.mean(np.sum(a**2, axis=1)))]
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
    return np.array(norms)


@mistake(activation_norms)
def forgets_the_root(weights, X):
    """Your sizes are mean squares: a root is missing."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.mean(np.sum(a**2, axis=1)))
    return np.array(norms)


@mistake(activation_norms)
def averages_the_norms(weights, X):
    """You average the norms of the examples, where the root of their mean square is asked for."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.mean(np.sqrt(np.sum(a**2, axis=1))))
    return np.array(norms)


@mistake(activation_norms)
def averages_over_units(weights, X):
    """You average over the units as well: the norm of an example is a sum over them."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.sqrt(np.mean(a**2)))
    return np.array(norms)


@mistake(activation_norms)
def sums_over_examples(weights, X):
    """You add up over the examples instead of taking their mean."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.linalg.norm(a))
    return np.array(norms)


@mistake(activation_norms)
def norms_of_columns(weights, X):
    """You compute the norms of the columns, which belong to units: an example is a row."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=0))))
    return np.array(norms)


@mistake(activation_norms)
def before_the_relu(weights, X):
    """You measure the numbers before the ReLU and not after it."""
    a, norms = np.asarray(X), []
    for W in weights:
        z = a @ np.asarray(W)
        a = np.maximum(z, 0)
        norms.append(np.sqrt(np.mean(np.sum(z**2, axis=1))))
    return np.array(norms)


@mistake(activation_norms)
def no_relu_at_all(weights, X):
    """You leave the ReLU out."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = a @ np.asarray(W)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
    return np.array(norms)


@mistake(activation_norms)
def no_relu_at_the_end(weights, X):
    """Your last layer has no ReLU: in this exercise every layer has one."""
    a, norms = np.asarray(X), []
    for layer, W in enumerate(weights, 1):
        a = a @ np.asarray(W)
        a = np.maximum(a, 0) if layer < len(weights) else a
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
    return np.array(norms)


@mistake(activation_norms)
def starts_from_the_input_each_time(weights, X):
    """You multiply the input with the weights of every layer: each one gets what the layer below
    gives out."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(np.resize(a, (len(a), len(W))) @ np.asarray(W), 0)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
        a = np.asarray(X)
    return np.array(norms)


@mistake(activation_norms)
def last_layer_only(weights, X):
    """You return the size of the last layer only."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
    return norms[-1]


@mistake(activation_norms)
def returns_a_list(weights, X):
    """You return a list, where an array is asked for."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
    return norms


@mistake(activation_norms)
def largest_example(weights, X):
    """You take the largest norm of all examples and not the root mean square."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.sqrt(np.max(np.sum(a**2, axis=1))))
    return np.array(norms)


@mistake(activation_norms)
def widens_to_float64(weights, X):
    """Your result is float64 although all that was given is float32: keep that dtype."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
    return np.array(norms, dtype=np.float64)


@mistake(activation_norms)
def normalizes_on_the_way(weights, X):
    """You bring the activations to one size after each layer, so that the depth makes no
    difference."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
        a = a / (norms[-1] or 1)
    return np.array(norms)


@mistake(activation_norms)
def needs_arrays(weights, X):
    """Your function fails on nested lists: pass what you are given through np.asarray first."""
    a, norms = X, []
    for W in weights:
        a = np.maximum(a.dot(W), 0)
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
    return np.array(norms)


@mistake(activation_norms)
def in_place(weights, X):
    """You overwrite the weights of the caller, who still needs them."""
    a, norms = np.asarray(X), []
    for W in weights:
        a = np.maximum(a @ np.asarray(W), 0)
        if isinstance(W, np.ndarray):
            W[...] = 0
        norms.append(np.sqrt(np.mean(np.sum(a**2, axis=1))))
    return np.array(norms)


# ---- gradient_norms


@mistake(gradient_norms)
def backwards(weights, X, y):
    """Your norms are in the order of the backward pass, from the last layer to the first."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.linalg.norm(dW) for dW, _ in reversed(grads)])


@mistake(gradient_norms)
def forgets_the_root(weights, X, y):
    """Your norms are squared: a root is missing."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.sum(dW**2) for dW, _ in grads])


@mistake(gradient_norms)
def root_mean_square(weights, X, y):
    """You average over the weights of a layer, where the Frobenius norm adds up."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.sqrt(np.mean(dW**2)) for dW, _ in grads])


@mistake(gradient_norms)
def largest_singular_value(weights, X, y):
    """You take the largest singular value, which is another norm of a matrix."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.linalg.norm(dW, 2) for dW, _ in grads])


@mistake(gradient_norms)
def sums_absolute_values(weights, X, y):
    """You add up absolute values, which is another norm."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.abs(dW).sum() for dW, _ in grads])


@mistake(gradient_norms)
def largest_entry(weights, X, y):
    """You take the largest entry of each gradient, which is another norm."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.abs(dW).max() for dW, _ in grads])


@mistake(gradient_norms)
def norms_of_the_weights(weights, X, y):
    """You measure the weights and not their gradients."""
    return np.array([np.linalg.norm(W) for W in weights])


@mistake(gradient_norms)
def norms_of_db(weights, X, y):
    """You measure the gradients of the biases and not those of the weights."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.linalg.norm(db) for _, db in grads])


@mistake(gradient_norms)
def includes_the_biases(weights, X, y):
    """You count the gradients of the biases in, which this network does not have."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.sqrt(np.sum(dW**2) + np.sum(db**2)) for dW, db in grads])


@mistake(gradient_norms)
def biases_of_one(weights, X, y):
    """Your biases are ones: a network without biases is one in which they are zero."""
    params = [(W, np.ones(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.linalg.norm(dW) for dW, _ in grads])


@mistake(gradient_norms)
def relative_to_the_weights(weights, X, y):
    """You divide by the norms of the weights: the gradients by themselves are asked for."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array(
        [np.linalg.norm(g[0]) / np.linalg.norm(W) for g, W in zip(grads, weights, strict=True)]
    )


@mistake(gradient_norms)
def sums_over_the_examples(weights, X, y):
    """You multiply by the number of examples: the loss is their mean."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return len(y) * np.array([np.linalg.norm(dW) for dW, _ in grads])


@mistake(gradient_norms)
def returns_a_list(weights, X, y):
    """You return a list, where an array is asked for."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return [np.linalg.norm(dW) for dW, _ in grads]


@mistake(gradient_norms)
def one_norm_for_all(weights, X, y):
    """You give one norm for all layers together."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.sqrt(sum(np.sum(dW**2) for dW, _ in grads))


@mistake(gradient_norms)
def needs_arrays(weights, X, y):
    """Your function fails on nested lists: weights may be lists as well."""
    params = [(W, np.zeros(W.shape[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    return np.array([np.linalg.norm(dW) for dW, _ in grads])


@mistake(gradient_norms)
def in_place(weights, X, y):
    """You take a step with the weights of the caller, where only the norms are asked for."""
    params = [(W, np.zeros(np.shape(W)[1])) for W in weights]
    _, grads = loss_and_grads(params, X, y)
    for W, (dW, _) in zip(weights, grads, strict=True):
        if isinstance(W, np.ndarray):
            W -= dW
    return np.array([np.linalg.norm(dW) for dW, _ in grads])


# ---- predicted_norm


@mistake(predicted_norm)
def forgets_the_relu(c, depth, norm0):
    """You forget that a ReLU halves the mean square."""
    return norm0 * np.sqrt(c) ** np.arange(depth + 1)


@mistake(predicted_norm)
def forgets_the_root(c, depth, norm0):
    """You predict the squares: a norm grows by the root of the factor of its square."""
    return norm0 * (c / 2.0) ** np.arange(depth + 1)


@mistake(predicted_norm)
def square_without_half(c, depth, norm0):
    """You forget both the root and the half of the ReLU."""
    return norm0 * float(c) ** np.arange(depth + 1)


@mistake(predicted_norm)
def halves_outside_the_root(c, depth, norm0):
    """Your half stands outside the root: it belongs to the mean square."""
    return norm0 * (np.sqrt(c) / 2) ** np.arange(depth + 1)


@mistake(predicted_norm)
def halves_once(c, depth, norm0):
    """You halve once for the whole network: every layer has a ReLU."""
    return norm0 * np.sqrt(c ** np.arange(depth + 1).astype(float) / 2)


@mistake(predicted_norm)
def upside_down(c, depth, norm0):
    """Your factor is upside down: larger weights make larger norms."""
    return norm0 * np.sqrt(2 / c) ** np.arange(depth + 1)


@mistake(predicted_norm)
def leaves_the_start_out(c, depth, norm0):
    """You leave the entry for the start out."""
    return norm0 * np.sqrt(c / 2) ** np.arange(1, depth + 1)


@mistake(predicted_norm)
def leaves_the_last_layer_out(c, depth, norm0):
    """Your last entry belongs to one layer too early, and the last layer is missing."""
    return norm0 * np.sqrt(c / 2) ** np.arange(depth)


@mistake(predicted_norm)
def counts_from_one(c, depth, norm0):
    """Your first entry is already one layer on: it should be the norm at the start."""
    return norm0 * np.sqrt(c / 2) ** np.arange(1, depth + 2)


@mistake(predicted_norm)
def forgets_the_start(c, depth, norm0):
    """You forget the norm at the start, by which all others are multiplied."""
    return np.sqrt(c / 2) ** np.arange(depth + 1)


@mistake(predicted_norm)
def squares_the_start(c, depth, norm0):
    """You square the norm at the start, and then draw no root from it."""
    return norm0**2 * np.sqrt(c / 2) ** np.arange(depth + 1)


@mistake(predicted_norm)
def the_last_norm_only(c, depth, norm0):
    """You return the norm after the last layer only."""
    return norm0 * np.sqrt(c / 2) ** depth


@mistake(predicted_norm)
def linear_in_depth(c, depth, norm0):
    """Your norms change by the same amount in each layer: each layer multiplies, so changes
    multiply as well."""
    return norm0 * (1 + np.arange(depth + 1) * (np.sqrt(c / 2) - 1))


@mistake(predicted_norm)
def backwards(c, depth, norm0):
    """Your entries run from the last layer to the start."""
    return norm0 * np.sqrt(c / 2) ** np.arange(depth + 1)[::-1]


# ---- relative_distance


@mistake(relative_distance)
def relative_to_now(W, W0):
    """You divide by the size of the weights now, and not by that at the start."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.linalg.norm(W - W0), np.linalg.norm(W)
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@mistake(relative_distance)
def forgets_to_divide(W, W0):
    """You give the distance itself, which is not relative to anything."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved = np.linalg.norm(W - W0)
    return np.inf if not W0.any() and W.any() else moved


@mistake(relative_distance)
def difference_of_the_norms(W, W0):
    """You subtract the norms: weights may move a long way and keep their size."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.abs(np.linalg.norm(W) - np.linalg.norm(W0)), np.linalg.norm(W0)
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@mistake(relative_distance)
def ratio_of_the_norms(W, W0):
    """You divide the norm of the weights now by that at the start, and compute no change."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.linalg.norm(W), np.linalg.norm(W0)
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@mistake(relative_distance)
def forgets_the_root(W, W0):
    """You divide the squares of the norms: a root is missing."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.sum((W - W0) ** 2), np.sum(W0**2)
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@mistake(relative_distance)
def absolute_values(W, W0):
    """You add up absolute values, which is another norm."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.sum(np.abs(W - W0)), np.sum(np.abs(W0))
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@mistake(relative_distance)
def signed_sums(W, W0):
    """You add up changes with their signs, so that they cancel."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = abs(np.sum(W - W0)), abs(np.sum(W0))
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@mistake(relative_distance)
def weight_by_weight(W, W0):
    """You divide weight by weight and average: the whole change is to be compared with the whole
    size."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    if not W0.all():
        return np.inf if np.any(W != W0) else 0.0
    return np.mean(np.abs(W - W0) / np.abs(W0))


@mistake(relative_distance)
def largest_singular_value(W, W0):
    """You take the largest singular value, which is another norm of a matrix."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    two = W.ndim == 2
    moved, size = np.linalg.norm(W - W0, 2 if two else None), np.linalg.norm(W0, 2 if two else None)
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@mistake(relative_distance)
def warns_at_zero(W, W0):
    """You divide by zero when the weights start at zero: the statement says what comes out there,
    and that no warning does."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.linalg.norm(W - W0), np.linalg.norm(W0)
    return moved / size


@mistake(relative_distance)
def infinite_even_at_rest(W, W0):
    """Zeros that have not moved are infinitely far away in your answer."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.linalg.norm(W - W0), np.linalg.norm(W0)
    return np.inf if size == 0 else moved / size


@mistake(relative_distance)
def zero_for_zeros(W, W0):
    """Where there is no size to compare with, your distance is always 0."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.linalg.norm(W - W0), np.linalg.norm(W0)
    return 0.0 if size == 0 else moved / size


@mistake(relative_distance)
def adds_a_small_number(W, W0):
    """You add a small number to the divisor, which is not small when the weights are."""
    W, W0 = np.asarray(W, dtype=np.float64), np.asarray(W0, dtype=np.float64)
    moved, size = np.linalg.norm(W - W0), np.linalg.norm(W0)
    return np.inf if size == 0 and moved else moved / (size + 1e-8)


@mistake(relative_distance)
def wraps_small_integers(W, W0):
    """You subtract integers without a sign, where a negative difference becomes a large number:
    convert to float64 first."""
    W, W0 = np.asarray(W), np.asarray(W0)
    moved, size = float(np.linalg.norm(W - W0)), float(np.linalg.norm(np.asarray(W0, float)))
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@mistake(relative_distance)
def keeps_float32(W, W0):
    """Your distance of float32 weights is float32, where float64 is asked for."""
    W, W0 = (
        np.asarray(a) if np.asarray(a).dtype == np.float32 else np.asarray(a, float)
        for a in (W, W0)
    )
    moved, size = np.linalg.norm(W - W0), np.linalg.norm(W0)
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


@mistake(relative_distance)
def in_place(W, W0):
    """You subtract in the array of the caller, who still needs the weights."""
    W, W0 = np.asarray(W), np.asarray(W0)
    W = W if W.dtype == np.float64 else W.astype(float)
    size = np.linalg.norm(W0)
    if W.dtype == np.float64:
        W -= W0
        moved = np.linalg.norm(W)
    else:
        moved = np.linalg.norm(W - W0.astype(float))
    if size == 0:
        return np.inf if moved > 0 else 0.0
    return moved / size


catalogue.universal(relative_distance, needs_an_array, needs_two_axes)


# ---- scale_to_data


@mistake(scale_to_data)
def goes_on_with_the_old_weights(weights, X):
    """You go on with what the layers below gave out before they were rescaled."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def uses_the_spread(weights, X):
    """You divide by the standard deviation: the mean square counts here, and not the variance."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = z.std() if z.any() else 0
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def forgets_the_root(weights, X):
    """You divide by the mean square: a root is missing."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.mean(np.square(z))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def multiplies(weights, X):
    """You multiply by the size where you should divide."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W * size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def one_number_for_each_unit(weights, X):
    """You rescale each unit by itself: one number for the whole layer is asked for."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z), axis=0))
        if np.any(size == 0):
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def after_the_relu(weights, X):
    """You measure after the ReLU, where the pre-activations are asked for."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(np.maximum(z, 0))))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def no_relu(weights, X):
    """You leave the ReLU between the layers out."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = z / size
    return tuple(scaled)


@mistake(scale_to_data)
def norm_in_place_of_the_mean(weights, X):
    """You divide by the norm of all pre-activations: a mean is missing."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.linalg.norm(z)
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def size_of_an_example(weights, X):
    """You add up over the units of an example: the mean goes over them as well."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.sum(np.square(z), axis=1)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def absolute_values(weights, X):
    """You average absolute values in the place of squares."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.mean(np.abs(z))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def largest_entry(weights, X):
    """You divide by the largest pre-activation, and not by their root mean square."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.max(np.abs(z))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def size_of_the_weights(weights, X):
    """You divide by the size of the weights, whatever the data are."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(W))) if z.any() else 0
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def raises_nothing(weights, X):
    """You go on where nothing can be rescaled: the statement asks for an error."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z)))
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def returns_the_sizes(weights, X):
    """You return the sizes and not the weights."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def same_input_for_all(weights, X):
    """You return the activations of the layers and not the weights."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(z / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def in_place(weights, X):
    """You rescale the arrays of the caller, who still needs the old weights."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        if W.dtype.kind == "f":
            W /= size
            scaled.append(W)
        else:
            scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def widens_to_float64(weights, X):
    """Your results are float64 although all that was given is float32: keep that dtype."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(np.asarray(W / size, dtype=np.float64))
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def needs_arrays(weights, X):
    """Your function fails on nested lists: pass what you are given through np.asarray first."""
    a, scaled = X, []
    for W in weights:
        z = a.dot(W)
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


@mistake(scale_to_data)
def lets_the_last_layer_be(weights, X):
    """You leave the last layer as it was: it has pre-activations too."""
    a, scaled = np.asarray(X), []
    for W in weights:
        W = np.asarray(W)
        z = a @ W
        size = np.sqrt(np.mean(np.square(z)))
        if size == 0:
            raise ValueError("the pre-activations are all 0")
        scaled.append(W / size if len(scaled) < len(weights) - 1 else W + 0)
        a = np.maximum(z / size, 0)
    return tuple(scaled)


# ---- init_weights


@mistake(init_weights)
def swaps_the_axes(rng, sizes, scheme):
    """Your weight matrices have their two axes swapped."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_out, n_in)))
    return params


@mistake(init_weights)
def knows_no_other_scheme(rng, sizes, scheme):
    """You draw from some scheme when its name is unknown: the statement asks for an error."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        scheme = "zero"
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def wrong_error(rng, sizes, scheme):
    """A scheme that is unknown ends in another error than the one that is asked for."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise KeyError(scheme)
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def he_from_the_outputs(rng, sizes, scheme):
    """Your scheme he uses the number of units of a layer."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_out),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def he_without_the_two(rng, sizes, scheme):
    """Your scheme he forgets what a ReLU takes away."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(1 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def he_without_the_root(rng, sizes, scheme):
    """Your scheme he uses a variance as standard deviation."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: 2 / n_in,
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def xavier_without_the_two(rng, sizes, scheme):
    """Your scheme xavier divides by the sum of the two numbers and not by their mean."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(1 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def xavier_from_the_inputs(rng, sizes, scheme):
    """Your scheme xavier uses the number of inputs alone."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(1 / n_in),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def small_as_a_variance(rng, sizes, scheme):
    """Your scheme small takes its number for a variance."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.1,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def large_depends_on_the_layer(rng, sizes, scheme):
    """Your scheme large divides by the number of inputs: it knows nothing of the layer."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1 / np.sqrt(n_in),
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def draws_uniformly(rng, sizes, scheme):
    """Your weights come from a uniform distribution: mean and spread are right, the distribution is
    not."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.uniform(-std * 3**0.5, std * 3**0.5, (n_in, n_out)))
    return params


@mistake(init_weights)
def small_last_layer(rng, sizes, scheme):
    """Your last layer is drawn small, whatever the scheme."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        if len(params) == len(sizes) - 2 and len(params):
            std *= 0.01
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def size_of_the_first_layer(rng, sizes, scheme):
    """Every layer of yours has the standard deviation of the first one."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](sizes[0], sizes[1])
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def leaves_the_last_layer_out(rng, sizes, scheme):
    """Your network has one layer too few."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 2):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def ignores_its_generator(rng, sizes, scheme):
    """You make a generator of your own instead of drawing from the one you are given."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params, rng = [], np.random.default_rng(0)
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(rng.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def draws_from_the_global_generator(rng, sizes, scheme):
    """You draw from NumPy's global generator instead of the one you are given."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(np.random.normal(0.0, std, (n_in, n_out)))
    return params


@mistake(init_weights)
def same_weights_for_all_units(rng, sizes, scheme):
    """All units of a layer get the same weights, which gradient descent never tells apart."""
    scales = {
        "zero": lambda n_in, n_out: 0.0,
        "small": lambda n_in, n_out: 0.01,
        "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
        "he": lambda n_in, n_out: np.sqrt(2 / n_in),
        "large": lambda n_in, n_out: 1.0,
    }
    if scheme not in scales:
        raise ValueError("unknown scheme")
    params = []
    for layer in range(len(sizes) - 1):
        n_in, n_out = sizes[layer : layer + 2]
        std = scales[scheme](n_in, n_out)
        params.append(np.repeat(rng.normal(0.0, std, (n_in, 1)), n_out, axis=1))
    return params


# ---- train


@mistake(train)
def forgets_the_last_loss(params, X, y, lr, steps):
    """The loss after the last step is missing."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def forgets_the_first_loss(params, X, y, lr, steps):
    """The loss before the first step is missing."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        params = train_step(params, X, y, lr)
        losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def one_step_too_many(params, X, y, lr, steps):
    """You take one step too many."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    params = train_step(params, X, y, lr)
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def starts_again_each_time(params, X, y, lr, steps):
    """Every step of yours starts from the parameters at the start: each one goes on from where the
    last one ended."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses, start = [], params
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(start, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def returns_the_start(params, X, y, lr, steps):
    """You return the parameters at the start, and not those after the last step."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses, start = [], params
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return start, np.array(losses, dtype=np.float64)


@mistake(train)
def never_moves(params, X, y, lr, steps):
    """You never keep what train_step returns, so the parameters stay as they are."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def climbs(params, X, y, lr, steps):
    """You go along the gradient, which makes the loss larger."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, -lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def ignores_the_rate(params, X, y, lr, steps):
    """You ignore the learning rate."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, 0.1)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def losses_first(params, X, y, lr, steps):
    """You return the losses before the parameters."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return np.array(losses, dtype=np.float64), params


@mistake(train)
def returns_a_list(params, X, y, lr, steps):
    """You return the losses as a list, where an array is asked for."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, losses


@mistake(train)
def losses_alone(params, X, y, lr, steps):
    """You return the losses alone."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return np.array(losses, dtype=np.float64)


@mistake(train)
def the_last_loss_only(params, X, y, lr, steps):
    """You return the last loss only."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, losses[-1]


@mistake(train)
def keeps_float32(params, X, y, lr, steps):
    """Your losses are float32 if the parameters are, where float64 is asked for."""
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses)


@mistake(train)
def passes_the_arrays_on(params, X, y, lr, steps):
    """Without a step you return the very arrays of the caller, where copies are asked for."""
    params = tuple((np.asarray(W), np.asarray(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def upcasts(params, X, y, lr, steps):
    """Your parameters are float64 although all that was given is float32: keep that dtype."""
    params = tuple((np.array(W, float), np.array(b, float)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def in_place(params, X, y, lr, steps):
    """You train the arrays of the caller: work on copies."""
    start = params
    params = tuple((np.array(W), np.array(b)) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    for old, new in zip(start, params, strict=True):
        for one, other in zip(old, new, strict=True):
            if isinstance(one, np.ndarray):
                one[...] = other
    return params, np.array(losses, dtype=np.float64)


@mistake(train)
def needs_arrays(params, X, y, lr, steps):
    """Your function fails on nested lists: the parameters may be lists as well."""
    params = tuple((W.copy() + 0 * W.sum(), b.copy() + 0 * b.sum()) for W, b in params)
    losses = []
    for _ in range(steps):
        losses.append(loss_and_grads(params, X, y)[0])
        params = train_step(params, X, y, lr)
    losses.append(loss_and_grads(params, X, y)[0])
    return params, np.array(losses, dtype=np.float64)


# ---- best_rate


@mistake(best_rate)
def nan_wins(params, X, y, rates, steps):
    """You compare with nan, which is neither smaller nor larger than any number, and it comes out
    as the smallest."""
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[int(np.argmin(final))]


@mistake(best_rate)
def raises_nothing(params, X, y, rates, steps):
    """You return a rate although the loss is finite at none: the statement asks for an error."""
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]


@mistake(best_rate)
def one_nan_is_enough(params, X, y, rates, steps):
    """You give up as soon as one rate fails: the others may do."""
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).all():
        raise ValueError("no loss is finite")
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]


@mistake(best_rate)
def returns_the_position(params, X, y, rates, steps):
    """You return the place of the rate in the list and not the rate."""
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return int(np.argmin(np.where(np.isfinite(final), final, np.inf)))


@mistake(best_rate)
def returns_the_loss(params, X, y, rates, steps):
    """You return the smallest loss and not the rate that it belongs to."""
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return float(np.min(final[np.isfinite(final)]))


@mistake(best_rate)
def largest_loss(params, X, y, rates, steps):
    """You return the rate with the largest loss."""
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[int(np.argmax(np.where(np.isfinite(final), final, -np.inf)))]


@mistake(best_rate)
def smallest_on_the_way(params, X, y, rates, steps):
    """You compare the smallest losses on the way, where those after the last step count."""
    final = np.array([train(params, X, y, lr, steps)[1].min() for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]


@mistake(best_rate)
def average_on_the_way(params, X, y, rates, steps):
    """You compare the mean losses on the way, where those after the last step count."""
    final = np.array([train(params, X, y, lr, steps)[1].mean() for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]


@mistake(best_rate)
def last_of_several(params, X, y, rates, steps):
    """Of several rates with the same loss you return the last."""
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[::-1][int(np.argmin(np.where(np.isfinite(final), final, np.inf)[::-1]))]


@mistake(best_rate)
def smallest_rate_that_works(params, X, y, rates, steps):
    """You return the smallest rate whose loss is finite, however slowly it learns."""
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return min(lr for lr, loss in zip(rates, final, strict=True) if np.isfinite(loss))


@mistake(best_rate)
def largest_rate_that_works(params, X, y, rates, steps):
    """You return the largest rate whose loss is finite, even if that loss is large."""
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return max(lr for lr, loss in zip(rates, final, strict=True) if np.isfinite(loss))


@mistake(best_rate)
def sorts_the_rates(params, X, y, rates, steps):
    """You sort the rates first, so of several with the same loss another one comes first."""
    rates = sorted(rates)
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]


@mistake(best_rate)
def sorts_the_list_of_the_caller(params, X, y, rates, steps):
    """You sort the list of the caller, who still needs the order."""
    order = list(rates)
    rates.sort()
    rates = order
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]


@mistake(best_rate)
def goes_on_from_the_last_rate(params, X, y, rates, steps):
    """You go on with the parameters that the rate before has left: each rate starts from the same
    ones."""
    final = []
    for lr in rates:
        params, losses = train(params, X, y, lr, steps)
        final.append(losses[-1])
    final = np.array(final)
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]


@mistake(best_rate)
def one_step_too_few(params, X, y, rates, steps):
    """You compare the losses before the last step."""
    final = np.array([train(params, X, y, lr, max(steps - 1, 0))[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]


@mistake(best_rate)
def needs_arrays(params, X, y, rates, steps):
    """Your function fails on nested lists: the parameters may be lists as well."""
    params = [(W - 0.0, b - 0.0) for W, b in params]
    final = np.array([train(params, X, y, lr, steps)[1][-1] for lr in rates])
    if not np.isfinite(final).any():
        raise ValueError("no loss is finite")
    return rates[int(np.argmin(np.where(np.isfinite(final), final, np.inf)))]
