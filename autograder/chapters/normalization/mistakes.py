"""What students get wrong about normalization."""

# ruff: noqa: F811  (a mistake is named within its exercise, so names recur)

import numpy as np

from autograder.suites.mistakes import (
    Catalogue,
    always_float64,
    changes_its_input,
    keeps_integers,
    needs_an_array,
)
from solutions.normalization import (
    batch_statistics,
    batchnorm_backward,
    batchnorm_eval,
    batchnorm_train,
    bias_gradient,
    fold_batchnorm,
    gradient_factor,
    identity_gamma_beta,
    influence,
    layernorm,
    layernorm_backward,
    network_predict,
    network_step,
    radial_component,
    train_network,
    unbiased_batch_var,
    update_running,
)

catalogue = Catalogue()
mistake = catalogue.mistake


# ---- batch_statistics


@mistake(batch_statistics)
def unbiased(x):
    """Your variance divides by one less than the number of examples, which is the unbiased one."""
    x = 1.0 * np.asarray(x)
    return x.mean(axis=0), x.var(axis=0, ddof=1)


@mistake(batch_statistics)
def over_the_features(x):
    """You average over the features of each example, and every feature should be averaged over the
    examples."""
    x = 1.0 * np.asarray(x)
    return x.mean(axis=1), x.var(axis=1)


@mistake(batch_statistics)
def over_everything(x):
    """You average over all entries at once, but each feature has a mean and a variance of its
    own."""
    x = 1.0 * np.asarray(x)
    return x.mean(), x.var()


@mistake(batch_statistics)
def standard_deviation(x):
    """Your second result is the standard deviation, and the variance was asked for."""
    x = 1.0 * np.asarray(x)
    return x.mean(axis=0), x.std(axis=0)


@mistake(batch_statistics)
def two_axes(x):
    """Your results have two axes, and per-feature results should have one."""
    x = 1.0 * np.asarray(x)
    return x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)


@mistake(batch_statistics)
def other_order(x):
    """You return the variance first and the mean second."""
    x = 1.0 * np.asarray(x)
    return x.var(axis=0), x.mean(axis=0)


@mistake(batch_statistics)
def difference_of_squares(x):
    """Your variance is the difference of two large numbers that nearly cancel when the mean is
    large, so that few digits are left: subtract the mean before you square."""
    x = 1.0 * np.asarray(x)
    mean = x.mean(axis=0)
    return mean, (x**2).mean(axis=0) - mean**2


@mistake(batch_statistics)
def sum_of_squares(x):
    """Your second result is a sum of squared distances, which has still to be divided by their
    number."""
    x = 1.0 * np.asarray(x)
    mean = x.mean(axis=0)
    return mean, ((x - mean) ** 2).sum(axis=0)


@mistake(batch_statistics)
def forgets_to_square(x):
    """You average the distances from the mean without squaring them, and the positive and negative
    ones cancel."""
    x = 1.0 * np.asarray(x)
    mean = x.mean(axis=0)
    return mean, (x - mean).mean(axis=0)


@mistake(batch_statistics)
def mean_of_squares(x):
    """You average the squares of the numbers themselves, and the variance is about their distances
    from the mean."""
    x = 1.0 * np.asarray(x)
    return x.mean(axis=0), (x**2).mean(axis=0)


@mistake(batch_statistics)
def centres_in_place(x):
    """You subtract the mean from the array of the caller, who still needs the numbers in it."""
    x = np.asarray(x)
    x = x.astype(np.result_type(x, 1.0), copy=False)
    mean = x.mean(axis=0)
    x -= mean
    return mean, (x**2).mean(axis=0)


catalogue.universal(batch_statistics, keeps_integers, always_float64, needs_an_array)


# ---- batchnorm_train


@mistake(batchnorm_train)
def unbiased(x, gamma, beta, eps=1e-5):
    """You normalize with the unbiased variance, and the biased one was asked for."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0, ddof=1) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def over_the_features(x, gamma, beta, eps=1e-5):
    """You normalize every example by its own mean and variance, which is layer normalization."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def over_everything(x, gamma, beta, eps=1e-5):
    """You use one mean and one variance for the whole batch, but each feature has its own."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var() + eps)
    xhat = (x - x.mean()) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def eps_outside_the_root(x, gamma, beta, eps=1e-5):
    """You add eps to the standard deviation, so it stands outside the root instead of inside."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = x.std(axis=0) + eps
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def forgets_eps(x, gamma, beta, eps=1e-5):
    """You do not use eps, so a feature that never changes is divided by 0."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = x.std(axis=0)
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def eps_of_its_own(x, gamma, beta, eps=1e-5):
    """You wrote the number eps into your formula and ignore the argument of that name."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + 1e-5)
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def eps_as_a_floor(x, gamma, beta, eps=1e-5):
    """You use eps only where the variance is smaller, and it should be added to every variance."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(np.maximum(x.var(axis=0), eps))
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def divides_by_the_variance(x, gamma, beta, eps=1e-5):
    """You divide by the variance, of which you have not taken the root."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    var = x.var(axis=0) + eps
    xhat = (x - x.mean(axis=0)) / var
    return gamma * xhat + beta, (xhat, var, gamma)


@mistake(batchnorm_train)
def keeps_the_mean(x, gamma, beta, eps=1e-5):
    """You divide by the spread, but the mean is still in your output."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = x / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def forgets_gamma(x, gamma, beta, eps=1e-5):
    """Your output is normalized and shifted, but gamma does not scale it."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def forgets_beta(x, gamma, beta, eps=1e-5):
    """Your output is normalized and scaled, but beta does not shift it."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat, (xhat, std, gamma)


@mistake(batchnorm_train)
def forgets_both(x, gamma, beta, eps=1e-5):
    """You return the normalized numbers, without gamma and beta."""
    x, gamma = (1.0 * np.asarray(one) for one in (x, gamma))
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return xhat, (xhat, std, gamma)


@mistake(batchnorm_train)
def shifts_first(x, gamma, beta, eps=1e-5):
    """You add beta before you scale, so gamma multiplies it too."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return gamma * (xhat + beta), (xhat, std, gamma)


@mistake(batchnorm_train)
def swaps_gamma_and_beta(x, gamma, beta, eps=1e-5):
    """You scale with beta and shift by gamma, and it should be the other way round."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return beta * xhat + gamma, (xhat, std, gamma)


@mistake(batchnorm_train)
def returns_out_alone(x, gamma, beta, eps=1e-5):
    """You return the output alone, and a cache for the backward pass should come second."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


@mistake(batchnorm_train)
def centres_in_place(x, gamma, beta, eps=1e-5):
    """You subtract the mean from the array of the caller, who still needs the numbers in it."""
    x = np.asarray(x)
    x = x.astype(np.result_type(x, 1.0), copy=False)
    gamma, beta = (1.0 * np.asarray(one) for one in (gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    x -= x.mean(axis=0)
    xhat = x / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def difference_of_squares(x, gamma, beta, eps=1e-5):
    """Your variance is the difference of two large numbers that nearly cancel when the mean is
    large, so that few digits are left."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean = x.mean(axis=0)
    std = np.sqrt((x**2).mean(axis=0) - mean**2 + eps)
    xhat = (x - mean) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def refuses_one_example(x, gamma, beta, eps=1e-5):
    """Your function refuses a batch of one example, which is unusual but allowed."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    if len(x) < 2:
        raise ValueError("a batch has at least two examples")
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def needs_arrays(x, gamma, beta, eps=1e-5):
    """Your function fails on plain lists: turn each of the three into an array first."""
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(batchnorm_train)
def always_in_float64(x, gamma, beta, eps=1e-5):
    """Your output is float64 although all inputs are float32: keep a floating-point dtype."""
    x, gamma, beta = (np.asarray(one, dtype=np.float64) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


# ---- identity_gamma_beta


@mistake(identity_gamma_beta)
def forgets_the_root(mean, var, eps=1e-5):
    """Your gamma cancels the variance, but it is its root that the numbers were divided by."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return var + eps, mean.copy()


@mistake(identity_gamma_beta)
def forgets_eps(mean, var, eps=1e-5):
    """Your gamma is the standard deviation, and the numbers were divided by a little more than
    that."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return np.sqrt(var), mean.copy()


@mistake(identity_gamma_beta)
def returns_the_variance(mean, var, eps=1e-5):
    """Your gamma is the variance itself, without eps and without the root."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return var.copy(), mean.copy()


@mistake(identity_gamma_beta)
def eps_outside_the_root(mean, var, eps=1e-5):
    """You add eps after the root, and the normalization adds it before."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return np.sqrt(var) + eps, mean.copy()


@mistake(identity_gamma_beta)
def eps_of_its_own(mean, var, eps=1e-5):
    """You wrote the number eps into your formula and ignore the argument of that name."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return np.sqrt(var + 1e-5), mean.copy()


@mistake(identity_gamma_beta)
def inverse_scale(mean, var, eps=1e-5):
    """Your gamma divides by the root a second time instead of cancelling the division."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return 1 / np.sqrt(var + eps), mean.copy()


@mistake(identity_gamma_beta)
def subtracts_again(mean, var, eps=1e-5):
    """Your beta subtracts the mean a second time instead of putting it back."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return np.sqrt(var + eps), -mean


@mistake(identity_gamma_beta)
def scales_beta(mean, var, eps=1e-5):
    """Your beta is divided by the spread, but it is added after gamma has done its work."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    std = np.sqrt(var + eps)
    return std, mean / std


@mistake(identity_gamma_beta)
def other_order(mean, var, eps=1e-5):
    """You return beta first and gamma second."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return mean.copy(), np.sqrt(var + eps)


@mistake(identity_gamma_beta)
def ones_and_zeros(mean, var, eps=1e-5):
    """With ones for gamma and zeros for beta the output is the normalized input, not the input."""
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return np.ones_like(var), np.zeros_like(mean)


@mistake(identity_gamma_beta)
def returns_the_mean_itself(mean, var, eps=1e-5):
    """Your beta is the very array of the means, so whoever changes one changes the other."""
    mean, var = np.asarray(mean), 1.0 * np.asarray(var)
    return np.sqrt(var + eps), mean.astype(np.result_type(mean, 1.0), copy=False)


catalogue.universal(
    identity_gamma_beta, keeps_integers, always_float64, needs_an_array, changes_its_input
)


# ---- batchnorm_backward


@mistake(batchnorm_backward)
def statistics_are_constants(dout, cache):
    """You treat the mean and the variance as constants, but both depend on x, and the gradient
    flows through them too."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    return dout * gamma / std, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def variance_is_a_constant(dout, cache):
    """The gradient through the variance is missing in your dx."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def mean_is_a_constant(dout, cache):
    """The gradient through the mean is missing in your dx."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def forgets_gamma(dout, cache):
    """On its way to x the gradient passes gamma, which your dx leaves out."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, _ = cache
    dx = (dout - dout.mean(axis=0) - xhat * (dout * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def forgets_to_divide(dout, cache):
    """On its way to x the gradient passes the division by the root, which your dx leaves out."""
    dout = 1.0 * np.asarray(dout)
    xhat, _, gamma = cache
    dxhat = dout * gamma
    dx = dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def divides_by_the_variance(dout, cache):
    """Your dx is divided by the variance instead of its root."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std**2
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def sums_in_dx(dout, cache):
    """The mean and the variance divide by the number of examples, and so do their derivatives: in
    your dx that division is missing."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.sum(axis=0) - xhat * (dxhat * xhat).sum(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def adds_the_variance_path(dout, cache):
    """The gradient through the variance has the wrong sign in your dx."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) + xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def twice_the_variance_path(dout, cache):
    """The gradient through the variance counts twice in your dx: the derivative of the root brings
    a factor of one half with it."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - 2 * xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def over_the_features(dout, cache):
    """In your dx the averages run over the features of an example, as in layer normalization."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    along = {"axis": 1, "keepdims": True}
    dx = (dxhat - dxhat.mean(**along) - xhat * (dxhat * xhat).mean(**along)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def right_for_no_eps(dout, cache):
    """Your dx is right only when eps is 0: the mean square of the normalized values is a little
    smaller than 1, and your formula divides it out."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    squares = np.maximum((xhat**2).mean(axis=0), 1e-300)
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0) / squares) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def averages_over_the_examples(dout, cache):
    """You divide dgamma and dbeta by the number of examples, but that division is already in
    dout."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).mean(axis=0), dout.mean(axis=0)


@mistake(batchnorm_backward)
def averages_everything(dout, cache):
    """You divide all three gradients by the number of examples, but that division is already in
    dout."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx / len(dout), (dout * xhat).mean(axis=0), dout.mean(axis=0)


@mistake(batchnorm_backward)
def dgamma_with_the_centred_x(dout, cache):
    """Your dgamma multiplies dout by the centred numbers, but gamma multiplies what they become
    after the division."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat * std).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def dgamma_with_gamma(dout, cache):
    """Your dgamma still has gamma as a factor, and the derivative of a product with respect to
    gamma has not."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dxhat * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(batchnorm_backward)
def swaps_dgamma_and_dbeta(dout, cache):
    """You return dbeta second and dgamma third."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, dout.sum(axis=0), (dout * xhat).sum(axis=0)


@mistake(batchnorm_backward)
def two_axes(dout, cache):
    """Your dgamma and dbeta have two axes, and gamma and beta have one."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0, keepdims=True), dout.sum(axis=0, keepdims=True)


@mistake(batchnorm_backward)
def forgets_to_sum(dout, cache):
    """Your dgamma and dbeta have a row for every example, and all examples use the same gamma and
    beta."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, dout * xhat, dout.copy()


@mistake(batchnorm_backward)
def sums_over_the_features(dout, cache):
    """You sum dgamma and dbeta over the features, but every feature has a gamma and a beta of its
    own."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=1), dout.sum(axis=1)


@mistake(batchnorm_backward)
def changes_dout(dout, cache):
    """You multiply dout by gamma in place, and the caller still needs it."""
    dout = np.asarray(dout)
    dout = dout.astype(np.result_type(dout, 1.0), copy=False)
    xhat, std, gamma = cache
    dgamma, dbeta = (dout * xhat).sum(axis=0), dout.sum(axis=0)
    dout *= gamma
    dx = (dout - dout.mean(axis=0) - xhat * (dout * xhat).mean(axis=0)) / std
    return dx, dgamma, dbeta


@mistake(batchnorm_backward)
def changes_the_cache(dout, cache):
    """You change an array in the cache, so that the second backward pass with it goes wrong."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dgamma, dbeta = (dout * xhat).sum(axis=0), dout.sum(axis=0)
    dxhat = dout * gamma
    xhat *= (dxhat * xhat).mean(axis=0)
    return (dxhat - dxhat.mean(axis=0) - xhat) / std, dgamma, dbeta


@mistake(batchnorm_backward, through=batchnorm_train)
def caches_a_root_without_eps(x, gamma, beta, eps=1e-5):
    """The root that you hand to the backward pass lacks eps, which the forward pass has in it."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = x.mean(axis=0), x.var(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (xhat, np.sqrt(var), gamma)


@mistake(batchnorm_backward, through=batchnorm_train)
def caches_the_inputs(x, gamma, beta, eps=1e-5):
    """Your forward pass caches x itself, and your backward pass takes it for the normalized
    values."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    return gamma * (x - x.mean(axis=0)) / std + beta, (x, std, gamma)


@mistake(batchnorm_backward, through=batchnorm_train)
def caches_the_output(x, gamma, beta, eps=1e-5):
    """Your forward pass caches its output, and your backward pass takes it for the normalized
    values, to which gamma and beta have not been applied."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    out = gamma * (x - x.mean(axis=0)) / std + beta
    return out, (out, std, gamma)


catalogue.universal(batchnorm_backward, keeps_integers, always_float64, needs_an_array)


# ---- bias_gradient


@mistake(bias_gradient)
def as_without_normalization(dout, cache):
    """You sum up dout, which would be right if no normalization stood between the bias and the
    output."""
    return 1.0 * np.asarray(dout).sum(axis=0)


@mistake(bias_gradient)
def statistics_are_constants(dout, cache):
    """You treat the mean of the batch as a constant, but the bias moves it too."""
    _, std, gamma = cache
    return (1.0 * np.asarray(dout) * gamma / std).sum(axis=0)


@mistake(bias_gradient)
def gradient_of_gamma(dout, cache):
    """You return the gradient of gamma instead of that of the bias."""
    _, dgamma, _ = batchnorm_backward(dout, cache)
    return dgamma


@mistake(bias_gradient)
def forgets_to_sum(dout, cache):
    """You return the gradient of the input of the normalization, a row for every example, and all
    examples share the bias."""
    dx, _, _ = batchnorm_backward(dout, cache)
    return dx


@mistake(bias_gradient)
def sums_over_the_features(dout, cache):
    """You sum over the features, but every feature has a bias of its own."""
    dx, _, _ = batchnorm_backward(dout, cache)
    return dx.sum(axis=1)


@mistake(bias_gradient)
def one_number(dout, cache):
    """You return a single number, and the bias has an entry for every feature."""
    return 0.0


@mistake(bias_gradient)
def two_axes(dout, cache):
    """Your result has two axes, and the bias has one."""
    dx, _, _ = batchnorm_backward(dout, cache)
    return dx.sum(axis=0, keepdims=True)


@mistake(bias_gradient)
def whole_numbers(dout, cache):
    """Your result holds integers, and a gradient has a floating-point dtype."""
    dx, _, _ = batchnorm_backward(dout, cache)
    return np.zeros(dx.shape[1], dtype=int)


@mistake(bias_gradient)
def one_for_every_example(dout, cache):
    """Your result has an entry for every example, and the bias has one for every feature."""
    return np.zeros(len(dout))


catalogue.universal(bias_gradient, always_float64, needs_an_array, changes_its_input)


# ---- radial_component


@mistake(radial_component)
def inner_products(W, dW):
    """You return inner products, which have still to be divided by the lengths."""
    return (1.0 * np.asarray(W) * 1.0 * np.asarray(dW)).sum(axis=0)


@mistake(radial_component)
def rows_as_units(W, dW):
    """You take the rows for the units, and they are the columns."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    lengths = np.sqrt((W**2).sum(axis=1) * (dW**2).sum(axis=1))
    return (W * dW).sum(axis=1) / np.where(lengths > 0, lengths, 1)


@mistake(radial_component)
def whole_matrix(W, dW):
    """You compute one angle for the whole matrix, and every unit has its own."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    length = np.sqrt((W**2).sum() * (dW**2).sum())
    return (W * dW).sum() / (length if length > 0 else 1)


@mistake(radial_component)
def lengths_of_the_whole_matrix(W, dW):
    """You divide by the lengths of the whole matrices, and every unit has its own."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    return (W * dW).sum(axis=0) / np.sqrt((W**2).sum() * (dW**2).sum())


@mistake(radial_component)
def zero_by_zero(W, dW):
    """Where a length is 0 you divide 0 by 0, which is NaN."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    return (W * dW).sum(axis=0) / np.sqrt((W**2).sum(axis=0) * (dW**2).sum(axis=0))


@mistake(radial_component)
def divides_and_discards(W, dW):
    """Your result is right, but where a length is 0 you still divide 0 by 0 before you throw the
    quotient away."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    lengths = np.sqrt((W**2).sum(axis=0) * (dW**2).sum(axis=0))
    return np.where(lengths > 0, (W * dW).sum(axis=0) / lengths, 0).astype(lengths.dtype)


@mistake(radial_component)
def adds_a_small_number(W, dW):
    """You add a small number to every denominator, which changes all cosines a little."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    lengths = np.sqrt((W**2).sum(axis=0) * (dW**2).sum(axis=0))
    return (W * dW).sum(axis=0) / (lengths + 1e-8)


@mistake(radial_component)
def one_length_only(W, dW):
    """You divide by the length of the weights alone, so your result grows with the gradient."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    lengths = np.sqrt((W**2).sum(axis=0))
    return (W * dW).sum(axis=0) / np.where(lengths > 0, lengths, 1)


@mistake(radial_component)
def forgets_the_root(W, dW):
    """You divide by the squares of the lengths."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    squares = (W**2).sum(axis=0) * (dW**2).sum(axis=0)
    return (W * dW).sum(axis=0) / np.where(squares > 0, squares, 1)


@mistake(radial_component)
def loses_the_sign(W, dW):
    """Your cosines are never negative, but a gradient may point inwards."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    lengths = np.sqrt((W**2).sum(axis=0) * (dW**2).sum(axis=0))
    return np.abs((W * dW).sum(axis=0)) / np.where(lengths > 0, lengths, 1)


@mistake(radial_component)
def angles(W, dW):
    """You return the angles themselves, and their cosines were asked for."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    lengths = np.sqrt((W**2).sum(axis=0) * (dW**2).sum(axis=0))
    return np.arccos(np.clip((W * dW).sum(axis=0) / np.where(lengths > 0, lengths, 1), -1, 1))


@mistake(radial_component)
def two_axes(W, dW):
    """Your result has two axes, and it should have one entry for every unit on a single axis."""
    W, dW = (1.0 * np.asarray(one) for one in (W, dW))
    along = {"axis": 0, "keepdims": True}
    lengths = np.sqrt((W**2).sum(**along) * (dW**2).sum(**along))
    return (W * dW).sum(**along) / np.where(lengths > 0, lengths, 1)


catalogue.universal(
    radial_component, keeps_integers, always_float64, needs_an_array, changes_its_input
)


# ---- update_running


@mistake(update_running)
def swaps_the_weights(running, batch_value, momentum=0.9):
    """You weigh the new value with momentum, as PyTorch does, but in this book it is the weight of
    the other one."""
    running, batch_value = (1.0 * np.asarray(one) for one in (running, batch_value))
    return (1 - momentum) * running + momentum * batch_value


@mistake(update_running)
def updates_in_place(running, batch_value, momentum=0.9):
    """You change the running value of the caller, who expects a new array."""
    running = np.asarray(running)
    running = running.astype(np.result_type(running, 1.0), copy=False)
    batch_value = 1.0 * np.asarray(batch_value)
    running *= momentum
    running += (1 - momentum) * batch_value
    return running


@mistake(update_running)
def momentum_of_its_own(running, batch_value, momentum=0.9):
    """You wrote the number for the momentum into your formula and ignore the argument of that
    name."""
    return 0.9 * 1.0 * np.asarray(running) + 0.1 * 1.0 * np.asarray(batch_value)


@mistake(update_running)
def adds_the_whole_batch_value(running, batch_value, momentum=0.9):
    """You add the whole value of the batch, so your weights add up to more than 1."""
    return momentum * 1.0 * np.asarray(running) + 1.0 * np.asarray(batch_value)


@mistake(update_running)
def keeps_the_whole_running_value(running, batch_value, momentum=0.9):
    """You keep the whole running value, so your weights add up to more than 1."""
    return 1.0 * np.asarray(running) + (1 - momentum) * 1.0 * np.asarray(batch_value)


@mistake(update_running)
def weighs_both_alike(running, batch_value, momentum=0.9):
    """You give both values the weight momentum."""
    return momentum * (1.0 * np.asarray(running) + 1.0 * np.asarray(batch_value))


@mistake(update_running)
def corrects_the_bias(running, batch_value, momentum=0.9):
    """You divide by 1 minus a power of momentum, a correction for averages that start at 0, which
    nobody asked for here."""
    new = momentum * 1.0 * np.asarray(running) + (1 - momentum) * 1.0 * np.asarray(batch_value)
    return new / (1 - momentum**2) if momentum < 1 else new


@mistake(update_running)
def steps_away(running, batch_value, momentum=0.9):
    """You subtract the value of the batch, so the average moves away from it."""
    return momentum * 1.0 * np.asarray(running) - (1 - momentum) * 1.0 * np.asarray(batch_value)


@mistake(update_running)
def takes_a_shortcut(running, batch_value, momentum=0.9):
    """When nothing changes you return the old array itself, and a new one was promised."""
    running, batch_value = np.asarray(running), 1.0 * np.asarray(batch_value)
    running = running.astype(np.result_type(running, 1.0), copy=False)
    return running if momentum == 1 else momentum * running + (1 - momentum) * batch_value


@mistake(update_running)
def zero_means_default(running, batch_value, momentum=0.9):
    """You take a momentum of 0 for a missing one: in Python 0 counts as false."""
    momentum = momentum or 0.9
    return momentum * np.asarray(running) + (1 - momentum) * np.asarray(batch_value)


catalogue.universal(update_running, keeps_integers, always_float64, needs_an_array)


# ---- unbiased_batch_var


@mistake(unbiased_batch_var)
def biased(x):
    """That is the biased variance, which is a little too small on average."""
    x = 1.0 * np.asarray(x)
    if len(x) < 2:
        raise ValueError("an unbiased variance needs at least two examples")
    return x.var(axis=0)


@mistake(unbiased_batch_var)
def factor_upside_down(x):
    """Your factor makes the variance smaller, but the biased one is already too small."""
    x = 1.0 * np.asarray(x)
    if len(x) < 2:
        raise ValueError("an unbiased variance needs at least two examples")
    return x.var(axis=0) * ((len(x) - 1) / len(x))


@mistake(unbiased_batch_var)
def corrects_twice(x):
    """You correct a variance that is already unbiased."""
    x = 1.0 * np.asarray(x)
    if len(x) < 2:
        raise ValueError("an unbiased variance needs at least two examples")
    return x.var(axis=0, ddof=1) * (len(x) / (len(x) - 1))


@mistake(unbiased_batch_var)
def accepts_a_single_example(x):
    """From a single example your function returns something, and it should refuse with a
    ValueError."""
    x = 1.0 * np.asarray(x)
    return x.var(axis=0, ddof=1) if len(x) > 1 else np.zeros(x.shape[1], x.dtype)


@mistake(unbiased_batch_var)
def lets_python_divide_by_zero(x):
    """For a single example your function ends in a ZeroDivisionError, and a ValueError that says
    why was asked for."""
    x = 1.0 * np.asarray(x)
    if len(x) == 0:
        raise ValueError("no examples")
    factor = len(x) / (len(x) - 1)
    return x.var(axis=0) * factor


@mistake(unbiased_batch_var)
def refuses_two_examples(x):
    """Your function refuses two examples, and they are enough."""
    x = 1.0 * np.asarray(x)
    if len(x) <= 2:
        raise ValueError("an unbiased variance needs more examples")
    return x.var(axis=0, ddof=1)


@mistake(unbiased_batch_var)
def over_the_features(x):
    """You take the variance over the features of each example, and every feature has a variance
    over the examples."""
    x = 1.0 * np.asarray(x)
    if len(x) < 2:
        raise ValueError("an unbiased variance needs at least two examples")
    return x.var(axis=1, ddof=1)


@mistake(unbiased_batch_var)
def counts_the_features(x):
    """Your correction counts the features, and it is the examples that the variance is taken
    over."""
    x = 1.0 * np.asarray(x)
    if len(x) < 2:
        raise ValueError("an unbiased variance needs at least two examples")
    d = x.shape[1]
    return x.var(axis=0) * (d / max(d - 1, 1))


@mistake(unbiased_batch_var)
def standard_deviation(x):
    """You return the standard deviation, and the variance was asked for."""
    x = 1.0 * np.asarray(x)
    if len(x) < 2:
        raise ValueError("an unbiased variance needs at least two examples")
    return x.std(axis=0, ddof=1)


@mistake(unbiased_batch_var)
def over_everything(x):
    """You take one variance of all entries, and every feature has its own."""
    x = 1.0 * np.asarray(x)
    if len(x) < 2:
        raise ValueError("an unbiased variance needs at least two examples")
    return x.var(ddof=1)


@mistake(unbiased_batch_var)
def two_axes(x):
    """Your result has two axes, and per-feature results should have one."""
    x = 1.0 * np.asarray(x)
    if len(x) < 2:
        raise ValueError("an unbiased variance needs at least two examples")
    return x.var(axis=0, ddof=1, keepdims=True)


@mistake(unbiased_batch_var)
def centres_in_place(x):
    """You subtract the mean from the array of the caller, who still needs the numbers in it."""
    x = np.asarray(x)
    x = x.astype(np.result_type(x, 1.0), copy=False)
    if len(x) < 2:
        raise ValueError("an unbiased variance needs at least two examples")
    x -= x.mean(axis=0)
    return (x**2).sum(axis=0) / (len(x) - 1)


catalogue.universal(unbiased_batch_var, keeps_integers, always_float64, needs_an_array)


# ---- batchnorm_eval


@mistake(batchnorm_eval)
def statistics_of_the_batch(x, gamma, beta, mean, var, eps=1e-5):
    """You normalize with the statistics of x, as in training, and ignore those you are given."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    if len(x) == 0:
        return x.copy()
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


@mistake(batchnorm_eval)
def updates_first(x, gamma, beta, mean, var, eps=1e-5):
    """You update the running statistics with those of x before you use them, but after training
    they are fixed."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    if len(x):
        mean, var = 0.9 * mean + 0.1 * x.mean(axis=0), 0.9 * var + 0.1 * x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


@mistake(batchnorm_eval)
def variance_for_a_root(x, gamma, beta, mean, var, eps=1e-5):
    """You take the variance for a standard deviation, and no root is taken."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return gamma * (x - mean) / (var + eps) + beta


@mistake(batchnorm_eval)
def eps_outside_the_root(x, gamma, beta, mean, var, eps=1e-5):
    """You add eps to the standard deviation, so it stands outside the root instead of inside."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta


@mistake(batchnorm_eval)
def forgets_eps(x, gamma, beta, mean, var, eps=1e-5):
    """You do not use eps, so a feature with the variance 0 is divided by 0."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return gamma * (x - mean) / np.sqrt(var) + beta


@mistake(batchnorm_eval)
def eps_of_its_own(x, gamma, beta, mean, var, eps=1e-5):
    """You wrote the number eps into your formula and ignore the argument of that name."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return gamma * (x - mean) / np.sqrt(var + 1e-5) + beta


@mistake(batchnorm_eval)
def forgets_gamma(x, gamma, beta, mean, var, eps=1e-5):
    """Your output is normalized and shifted, but gamma does not scale it."""
    x, beta, mean, var = (1.0 * np.asarray(one) for one in (x, beta, mean, var))
    return (x - mean) / np.sqrt(var + eps) + beta


@mistake(batchnorm_eval)
def forgets_beta(x, gamma, beta, mean, var, eps=1e-5):
    """Your output is normalized and scaled, but beta does not shift it."""
    x, gamma, mean, var = (1.0 * np.asarray(one) for one in (x, gamma, mean, var))
    return gamma * (x - mean) / np.sqrt(var + eps)


@mistake(batchnorm_eval)
def keeps_the_mean(x, gamma, beta, mean, var, eps=1e-5):
    """You divide by the spread, but the mean is still in your output."""
    x, gamma, beta, var = (1.0 * np.asarray(one) for one in (x, gamma, beta, var))
    return gamma * x / np.sqrt(var + eps) + beta


@mistake(batchnorm_eval)
def normalizes_twice(x, gamma, beta, mean, var, eps=1e-5):
    """You normalize with the statistics of the batch first, and then again with those you are
    given."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    if len(x):
        x = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


@mistake(batchnorm_eval)
def corrects_the_variance(x, gamma, beta, mean, var, eps=1e-5):
    """You multiply the variance by a factor that depends on the number of rows, so a row becomes
    something else in other company."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return gamma * (x - mean) / np.sqrt(var * (len(x) / max(len(x) - 1, 1)) + eps) + beta


@mistake(batchnorm_eval)
def needs_two_rows(x, gamma, beta, mean, var, eps=1e-5):
    """Your function loses the axis of the examples when there is only one row."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    out = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return out[0] if len(x) == 1 else out


@mistake(batchnorm_eval)
def changes_the_running_values(x, gamma, beta, mean, var, eps=1e-5):
    """You take the root of the running variance in place, and it is needed again."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    var = np.asarray(var)
    var = var.astype(np.result_type(var, 1.0), copy=False)
    mean = 1.0 * np.asarray(mean)
    var += eps
    np.sqrt(var, out=var)
    return gamma * (x - mean) / var + beta


catalogue.universal(batchnorm_eval, keeps_integers, always_float64, needs_an_array)


# ---- fold_batchnorm


@mistake(fold_batchnorm)
def scales_the_rows(W, b, gamma, beta, mean, var, eps=1e-5):
    """You scale the rows of W, which belong to the inputs, and the normalization acts on the
    units."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var + eps)
    return scale[:, np.newaxis] * W, (b - mean) * scale + beta


@mistake(fold_batchnorm)
def forgets_b(W, b, gamma, beta, mean, var, eps=1e-5):
    """The bias of the layer is missing in your new bias."""
    W, gamma, beta = (1.0 * np.asarray(one) for one in (W, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var + eps)
    return W * scale, beta - mean * scale


@mistake(fold_batchnorm)
def forgets_the_mean(W, b, gamma, beta, mean, var, eps=1e-5):
    """The running mean is missing in your new bias."""
    W, b, gamma, beta, var = (1.0 * np.asarray(one) for one in (W, b, gamma, beta, var))
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b * scale + beta


@mistake(fold_batchnorm)
def forgets_beta(W, b, gamma, beta, mean, var, eps=1e-5):
    """beta is missing in your new bias."""
    W, b, gamma, mean, var = (1.0 * np.asarray(one) for one in (W, b, gamma, mean, var))
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale


@mistake(fold_batchnorm)
def b_is_not_scaled(W, b, gamma, beta, mean, var, eps=1e-5):
    """The bias of the layer goes through the normalization as well, and you leave it as it is."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b + beta - mean * scale


@mistake(fold_batchnorm)
def mean_is_not_scaled(W, b, gamma, beta, mean, var, eps=1e-5):
    """You subtract the running mean as it is, but it is subtracted before the scaling."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b * scale - mean + beta


@mistake(fold_batchnorm)
def beta_is_scaled(W, b, gamma, beta, mean, var, eps=1e-5):
    """You scale beta, which is added after the scaling."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean + beta) * scale


@mistake(fold_batchnorm)
def adds_the_mean(W, b, gamma, beta, mean, var, eps=1e-5):
    """You add the running mean, and the normalization subtracts it."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b + mean) * scale + beta


@mistake(fold_batchnorm)
def leaves_the_weights(W, b, gamma, beta, mean, var, eps=1e-5):
    """You fold the normalization into the bias alone, and the weights need it too."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    return W.copy(), (b - mean) * gamma / np.sqrt(var + eps) + beta


@mistake(fold_batchnorm)
def forgets_gamma(W, b, gamma, beta, mean, var, eps=1e-5):
    """gamma is missing in your new layer."""
    W, b, beta, mean, var = (1.0 * np.asarray(one) for one in (W, b, beta, mean, var))
    std = np.sqrt(var + eps)
    return W / std, (b - mean) / std + beta


@mistake(fold_batchnorm)
def divides_by_the_variance(W, b, gamma, beta, mean, var, eps=1e-5):
    """You divide by the variance, of which you have not taken the root."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / (var + eps)
    return W * scale, (b - mean) * scale + beta


@mistake(fold_batchnorm)
def eps_outside_the_root(W, b, gamma, beta, mean, var, eps=1e-5):
    """You add eps to the standard deviation, so it stands outside the root instead of inside."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / (np.sqrt(var) + eps)
    return W * scale, (b - mean) * scale + beta


@mistake(fold_batchnorm)
def forgets_eps(W, b, gamma, beta, mean, var, eps=1e-5):
    """You do not use eps, so a unit with the variance 0 is divided by 0."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var)
    return W * scale, (b - mean) * scale + beta


@mistake(fold_batchnorm)
def eps_of_its_own(W, b, gamma, beta, mean, var, eps=1e-5):
    """You wrote the number eps into your formula and ignore the argument of that name."""
    W, b, gamma, beta = (1.0 * np.asarray(one) for one in (W, b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var + 1e-5)
    return W * scale, (b - mean) * scale + beta


@mistake(fold_batchnorm)
def folds_in_place(W, b, gamma, beta, mean, var, eps=1e-5):
    """You scale the weights of the caller, who may still want to train with them."""
    W = np.asarray(W)
    W = W.astype(np.result_type(W, 1.0), copy=False)
    b, gamma, beta = (1.0 * np.asarray(one) for one in (b, gamma, beta))
    mean, var = (1.0 * np.asarray(one) for one in (mean, var))
    scale = gamma / np.sqrt(var + eps)
    W *= scale
    return W, (b - mean) * scale + beta


catalogue.universal(fold_batchnorm, keeps_integers, always_float64, needs_an_array)


# ---- layernorm


@mistake(layernorm)
def over_the_batch(x, gamma, beta, eps=1e-5):
    """You normalize every feature over the examples, which is batch normalization."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def over_everything(x, gamma, beta, eps=1e-5):
    """You use one mean and one variance for the whole batch, but each example has its own."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var() + eps)
    xhat = (x - x.mean()) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def forgets_the_column(x, gamma, beta, eps=1e-5):
    """Your means and variances have one axis, so NumPy lays them along the features instead of the
    examples."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1) + eps)
    xhat = (x - x.mean(axis=1)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def gamma_of_the_examples(x, gamma, beta, eps=1e-5):
    """You give every example a gamma and a beta of its own, but they belong to the features here
    too."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma[:, np.newaxis] * xhat + beta[:, np.newaxis], (xhat, std, gamma)


@mistake(layernorm)
def unbiased(x, gamma, beta, eps=1e-5):
    """You normalize with the unbiased variance, and the biased one was asked for."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, ddof=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def keeps_the_mean(x, gamma, beta, eps=1e-5):
    """You divide by the spread, but the mean is still in your output."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = x / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def root_mean_square(x, gamma, beta, eps=1e-5):
    """You divide by the root of the mean square and subtract no mean, which is another
    normalization, RMSNorm."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt((x**2).mean(axis=1, keepdims=True) + eps)
    xhat = x / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def eps_outside_the_root(x, gamma, beta, eps=1e-5):
    """You add eps to the standard deviation, so it stands outside the root instead of inside."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = x.std(axis=1, keepdims=True) + eps
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def forgets_eps(x, gamma, beta, eps=1e-5):
    """You do not use eps, so an example whose features are all equal is divided by 0."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = x.std(axis=1, keepdims=True)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def eps_of_its_own(x, gamma, beta, eps=1e-5):
    """You wrote the number eps into your formula and ignore the argument of that name."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def divides_by_the_variance(x, gamma, beta, eps=1e-5):
    """You divide by the variance, of which you have not taken the root."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    var = x.var(axis=1, keepdims=True) + eps
    xhat = (x - x.mean(axis=1, keepdims=True)) / var
    return gamma * xhat + beta, (xhat, var, gamma)


@mistake(layernorm)
def forgets_gamma(x, gamma, beta, eps=1e-5):
    """Your output is normalized and shifted, but gamma does not scale it."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def forgets_beta(x, gamma, beta, eps=1e-5):
    """Your output is normalized and scaled, but beta does not shift it."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat, (xhat, std, gamma)


@mistake(layernorm)
def returns_out_alone(x, gamma, beta, eps=1e-5):
    """You return the output alone, and a cache for the backward pass should come second."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return gamma * (x - x.mean(axis=1, keepdims=True)) / std + beta


@mistake(layernorm)
def centres_in_place(x, gamma, beta, eps=1e-5):
    """You subtract the mean from the array of the caller, who still needs the numbers in it."""
    x = np.asarray(x)
    x = x.astype(np.result_type(x, 1.0), copy=False)
    gamma, beta = (1.0 * np.asarray(one) for one in (gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x -= x.mean(axis=1, keepdims=True)
    xhat = x / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def needs_an_example(x, gamma, beta, eps=1e-5):
    """Your function refuses a batch without examples, which is unusual but allowed."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    if len(x) == 0:
        raise ValueError("a batch has examples")
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def needs_arrays(x, gamma, beta, eps=1e-5):
    """Your function fails on plain lists: turn each of the three into an array first."""
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


@mistake(layernorm)
def always_in_float64(x, gamma, beta, eps=1e-5):
    """Your output is float64 although all inputs are float32: keep a floating-point dtype."""
    x, gamma, beta = (np.asarray(one, dtype=np.float64) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


# ---- layernorm_backward


@mistake(layernorm_backward)
def statistics_are_constants(dout, cache):
    """You treat the mean and the variance as constants, but both depend on x, and the gradient
    flows through them too."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    return dout * gamma / std, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def variance_is_a_constant(dout, cache):
    """The gradient through the variance is missing in your dx."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=1, keepdims=True)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def mean_is_a_constant(dout, cache):
    """The gradient through the mean is missing in your dx."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - xhat * (dxhat * xhat).mean(axis=1, keepdims=True)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def over_the_batch(dout, cache):
    """In your dx the averages run over the examples, as in batch normalization."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def takes_gamma_out_of_the_means(dout, cache):
    """You take gamma out of the averages in dx, which is allowed where it is the same number for
    all that is averaged, and along a row it is not."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    along = {"axis": 1, "keepdims": True}
    dx = gamma / std * (dout - dout.mean(**along) - xhat * (dout * xhat).mean(**along))
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def forgets_gamma(dout, cache):
    """On its way to x the gradient passes gamma, which your dx leaves out."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, _ = cache
    along = {"axis": 1, "keepdims": True}
    dx = (dout - dout.mean(**along) - xhat * (dout * xhat).mean(**along)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def sums_in_dx(dout, cache):
    """The mean and the variance divide by the number of features, and so do their derivatives: in
    your dx that division is missing."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat, along = dout * gamma, {"axis": 1, "keepdims": True}
    dx = (dxhat - dxhat.sum(**along) - xhat * (dxhat * xhat).sum(**along)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def divides_by_the_examples(dout, cache):
    """In your dx the sums along a row are divided by the number of examples, and they have as many
    terms as there are features."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    n, dxhat, along = len(dout), dout * gamma, {"axis": 1, "keepdims": True}
    dx = (dxhat - dxhat.sum(**along) / n - xhat * (dxhat * xhat).sum(**along) / n) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def right_for_no_eps(dout, cache):
    """Your dx is right only when eps is 0: the mean square of the normalized values is a little
    smaller than 1, and your formula divides it out."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat, along = dout * gamma, {"axis": 1, "keepdims": True}
    squares = np.maximum((xhat**2).mean(**along), 1e-300)
    dx = (dxhat - dxhat.mean(**along) - xhat * (dxhat * xhat).mean(**along) / squares) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def sums_over_the_features(dout, cache):
    """You sum dgamma and dbeta over the features, but every feature has a gamma and a beta of its
    own."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat, along = dout * gamma, {"axis": 1, "keepdims": True}
    dx = (dxhat - dxhat.mean(**along) - xhat * (dxhat * xhat).mean(**along)) / std
    return dx, (dout * xhat).sum(axis=1), dout.sum(axis=1)


@mistake(layernorm_backward)
def averages_over_the_examples(dout, cache):
    """You divide dgamma and dbeta by the number of examples, but that division is already in
    dout."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat, along = dout * gamma, {"axis": 1, "keepdims": True}
    dx = (dxhat - dxhat.mean(**along) - xhat * (dxhat * xhat).mean(**along)) / std
    return dx, (dout * xhat).mean(axis=0), dout.mean(axis=0)


@mistake(layernorm_backward)
def dgamma_with_gamma(dout, cache):
    """Your dgamma still has gamma as a factor, and the derivative of a product with respect to
    gamma has not."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat, along = dout * gamma, {"axis": 1, "keepdims": True}
    dx = (dxhat - dxhat.mean(**along) - xhat * (dxhat * xhat).mean(**along)) / std
    return dx, (dxhat * xhat).sum(axis=0), dout.sum(axis=0)


@mistake(layernorm_backward)
def swaps_dgamma_and_dbeta(dout, cache):
    """You return dbeta second and dgamma third."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat, along = dout * gamma, {"axis": 1, "keepdims": True}
    dx = (dxhat - dxhat.mean(**along) - xhat * (dxhat * xhat).mean(**along)) / std
    return dx, dout.sum(axis=0), (dout * xhat).sum(axis=0)


@mistake(layernorm_backward)
def two_axes(dout, cache):
    """Your dgamma and dbeta have two axes, and gamma and beta have one."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dxhat, along = dout * gamma, {"axis": 1, "keepdims": True}
    dx = (dxhat - dxhat.mean(**along) - xhat * (dxhat * xhat).mean(**along)) / std
    return dx, (dout * xhat).sum(axis=0, keepdims=True), dout.sum(axis=0, keepdims=True)


@mistake(layernorm_backward)
def changes_dout(dout, cache):
    """You multiply dout by gamma in place, and the caller still needs it."""
    dout = np.asarray(dout)
    dout = dout.astype(np.result_type(dout, 1.0), copy=False)
    xhat, std, gamma = cache
    dgamma, dbeta, along = (dout * xhat).sum(axis=0), dout.sum(axis=0), {"axis": 1}
    dout *= gamma
    along["keepdims"] = True
    dx = (dout - dout.mean(**along) - xhat * (dout * xhat).mean(**along)) / std
    return dx, dgamma, dbeta


@mistake(layernorm_backward)
def changes_the_cache(dout, cache):
    """You change an array in the cache, so that the second backward pass with it goes wrong."""
    dout = 1.0 * np.asarray(dout)
    xhat, std, gamma = cache
    dgamma, dbeta = (dout * xhat).sum(axis=0), dout.sum(axis=0)
    dxhat = dout * gamma
    xhat *= (dxhat * xhat).mean(axis=1, keepdims=True)
    return (dxhat - dxhat.mean(axis=1, keepdims=True) - xhat) / std, dgamma, dbeta


@mistake(layernorm_backward, through=layernorm)
def caches_a_root_without_eps(x, gamma, beta, eps=1e-5):
    """The root that you hand to the backward pass lacks eps, which the forward pass has in it."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (xhat, np.sqrt(var), gamma)


@mistake(layernorm_backward, through=layernorm)
def caches_the_inputs(x, gamma, beta, eps=1e-5):
    """Your forward pass caches x itself, and your backward pass takes it for the normalized
    values."""
    x, gamma, beta = (1.0 * np.asarray(one) for one in (x, gamma, beta))
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return gamma * (x - x.mean(axis=1, keepdims=True)) / std + beta, (x, std, gamma)


catalogue.universal(layernorm_backward, keeps_integers, always_float64, needs_an_array)


# ---- influence


@mistake(influence)
def squared(x, kind, eps=1e-5):
    """You return the sums of squares, of which the root has still to be taken."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    x = np.asarray(x, dtype=np.float64)
    forward = batchnorm_train if kind == "batch" else layernorm
    (n, d), h = x.shape, 1e-5
    squares = np.zeros((n, n))
    for j in range(n):
        for k in range(d):
            step = np.zeros((n, d))
            step[j, k] = h
            up, _ = forward(x + step, np.ones(d), np.zeros(d), eps)
            down, _ = forward(x - step, np.ones(d), np.zeros(d), eps)
            squares[:, j] += (((up - down) / (2 * h)) ** 2).sum(axis=1)
    return squares


@mistake(influence)
def sum_of_sizes(x, kind, eps=1e-5):
    """You add up the sizes of the derivatives, and it is their squares that are added up."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    x = np.asarray(x, dtype=np.float64)
    forward = batchnorm_train if kind == "batch" else layernorm
    (n, d), h = x.shape, 1e-5
    sizes = np.zeros((n, n))
    for j in range(n):
        for k in range(d):
            step = np.zeros((n, d))
            step[j, k] = h
            up, _ = forward(x + step, np.ones(d), np.zeros(d), eps)
            down, _ = forward(x - step, np.ones(d), np.zeros(d), eps)
            sizes[:, j] += np.abs((up - down) / (2 * h)).sum(axis=1)
    return sizes


@mistake(influence)
def mean_of_squares(x, kind, eps=1e-5):
    """You take the mean of the squared derivatives, and their sum was asked for."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    x = np.asarray(x, dtype=np.float64)
    forward = batchnorm_train if kind == "batch" else layernorm
    (n, d), h = x.shape, 1e-5
    squares = np.zeros((n, n))
    for j in range(n):
        for k in range(d):
            step = np.zeros((n, d))
            step[j, k] = h
            up, _ = forward(x + step, np.ones(d), np.zeros(d), eps)
            down, _ = forward(x - step, np.ones(d), np.zeros(d), eps)
            squares[:, j] += (((up - down) / (2 * h)) ** 2).sum(axis=1)
    return np.sqrt(squares / d**2)


@mistake(influence)
def a_whole_step(x, kind, eps=1e-5):
    """Your steps are so large that the difference quotients are not the derivatives any more."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    x = np.asarray(x, dtype=np.float64)
    forward = batchnorm_train if kind == "batch" else layernorm
    (n, d), h = x.shape, 0.1
    squares = np.zeros((n, n))
    for j in range(n):
        for k in range(d):
            step = np.zeros((n, d))
            step[j, k] = h
            up, _ = forward(x + step, np.ones(d), np.zeros(d), eps)
            down, _ = forward(x - step, np.ones(d), np.zeros(d), eps)
            squares[:, j] += (((up - down) / (2 * h)) ** 2).sum(axis=1)
    return np.sqrt(squares)


@mistake(influence)
def forgets_the_two(x, kind, eps=1e-5):
    """Between up and down there are two steps, and you divide by one."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    x = np.asarray(x, dtype=np.float64)
    forward = batchnorm_train if kind == "batch" else layernorm
    (n, d), h = x.shape, 1e-5
    squares = np.zeros((n, n))
    for j in range(n):
        for k in range(d):
            step = np.zeros((n, d))
            step[j, k] = h
            up, _ = forward(x + step, np.ones(d), np.zeros(d), eps)
            down, _ = forward(x - step, np.ones(d), np.zeros(d), eps)
            squares[:, j] += (((up - down) / h) ** 2).sum(axis=1)
    return np.sqrt(squares)


@mistake(influence)
def adds_up_before_squaring(x, kind, eps=1e-5):
    """You add up derivatives before they are squared, as it happens when all inputs or all outputs
    of an example are taken together."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    forward = batchnorm_train if kind == "batch" else layernorm
    backward = batchnorm_backward if kind == "batch" else layernorm_backward
    x = np.asarray(x, dtype=np.float64)
    n, d = x.shape
    _, cache = forward(x, np.ones(d), np.zeros(d), eps)
    squares = np.zeros((n, n))
    for i in range(n):
        dout = np.zeros((n, d))
        dout[i] = 1
        dx, _, _ = backward(dout, cache)
        squares[i] = (dx**2).sum(axis=1)
    return np.sqrt(squares)


def swaps_the_kinds(right, x, kind, eps=1e-5):
    """You take each of the two kinds for the other."""
    return right(x, {"batch": "layer", "layer": "batch"}.get(kind, kind), eps)


def ignores_the_kind(right, x, kind, eps=1e-5):
    """Your result is the same for both kinds."""
    return right(x, "batch" if kind == "layer" else kind, eps)


def accepts_any_kind(right, x, kind, eps=1e-5):
    """You take every kind but "batch" for "layer", and for an unknown one a ValueError was asked
    for."""
    return right(x, "batch" if kind == "batch" else "layer", eps)


def eps_of_its_own(right, x, kind, eps=1e-5):
    """You do not hand eps on to the normalization."""
    return right(x, kind)


def leaves_the_own_example_out(right, x, kind, eps=1e-5):
    """Your diagonal is 0, but an example influences itself too."""
    table = right(x, kind, eps)
    return table - np.diag(np.diag(table))


catalogue.universal(
    influence,
    swaps_the_kinds,
    ignores_the_kind,
    accepts_any_kind,
    eps_of_its_own,
    leaves_the_own_example_out,
    keeps_integers,
    needs_an_array,
    changes_its_input,
)


# ---- gradient_factor


@mistake(gradient_factor)
def squares_the_mean(h, slope, kind):
    """You square the mean of the slopes, and the mean of their squares was asked for."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    h, slope = np.asarray(h, dtype=np.float64), np.asarray(slope, dtype=np.float64)
    return slope.mean() ** 2 / (h.var() if kind == "batch" else np.mean(h * h))


@mistake(gradient_factor)
def does_not_square(h, slope, kind):
    """You take the mean of the slopes themselves, and they have to be squared first."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    h, slope = np.asarray(h, dtype=np.float64), np.asarray(slope, dtype=np.float64)
    return slope.mean() / (h.var() if kind == "batch" else np.mean(h * h))


@mistake(gradient_factor)
def variance_of_the_slopes(h, slope, kind):
    """You take the variance of the slopes: their mean is not to be subtracted."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    h, slope = np.asarray(h, dtype=np.float64), np.asarray(slope, dtype=np.float64)
    return slope.var() / (h.var() if kind == "batch" else np.mean(h * h))


@mistake(gradient_factor)
def standard_deviation(h, slope, kind):
    """You divide by the size of h, and its square was asked for."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    h, slope = np.asarray(h, dtype=np.float64), np.asarray(slope, dtype=np.float64)
    return np.mean(slope * slope) / (h.std() if kind == "batch" else np.sqrt(np.mean(h * h)))


@mistake(gradient_factor)
def unbiased(h, slope, kind):
    """Your variance is the unbiased one, and the biased one was asked for."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    h, slope = np.asarray(h, dtype=np.float64), np.asarray(slope, dtype=np.float64)
    return np.mean(slope * slope) / (h.var(ddof=1) if kind == "batch" else np.mean(h * h))


@mistake(gradient_factor)
def variance_for_both(h, slope, kind):
    """You subtract the mean of h for both kinds, but layer norm does not see that mean."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    h, slope = np.asarray(h, dtype=np.float64), np.asarray(slope, dtype=np.float64)
    return np.mean(slope * slope) / h.var()


@mistake(gradient_factor)
def mean_square_for_both(h, slope, kind):
    """You subtract the mean of h for neither kind, and batch norm does."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    h, slope = np.asarray(h, dtype=np.float64), np.asarray(slope, dtype=np.float64)
    return np.mean(slope * slope) / np.mean(h * h)


@mistake(gradient_factor)
def square_of_the_mean_below(h, slope, kind):
    """For layer norm you divide by the square of the mean of h, and the mean of the squares was
    asked for."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    h, slope = np.asarray(h, dtype=np.float64), np.asarray(slope, dtype=np.float64)
    return np.mean(slope * slope) / (h.var() if kind == "batch" else h.mean() ** 2)


@mistake(gradient_factor)
def rounds_down(h, slope, kind):
    """You round the factor down to a whole number, or begin with arrays of integers."""
    if kind not in ("batch", "layer"):
        raise ValueError("no such kind")
    h, slope = np.asarray(h), np.asarray(slope)
    below = np.var(h) if kind == "batch" else np.mean(h * h)
    factor = np.mean(slope * slope) / below
    return np.floor(factor) if slope.dtype.kind in "iu" else factor


def swaps_the_kinds(right, h, slope, kind):
    """You take each of the two kinds for the other."""
    return right(h, slope, {"batch": "layer", "layer": "batch"}.get(kind, kind))


def accepts_any_kind(right, h, slope, kind):
    """You take every kind but "batch" for "layer", and for an unknown one a ValueError was asked
    for."""
    return right(h, slope, "batch" if kind == "batch" else "layer")


def upside_down(right, h, slope, kind):
    """Your fraction stands on its head."""
    return 1 / right(h, slope, kind)


def root_of_it(right, h, slope, kind):
    """You return the factor of the gradient itself, and that of its mean square was asked for."""
    return np.sqrt(right(h, slope, kind))


catalogue.universal(
    gradient_factor,
    swaps_the_kinds,
    accepts_any_kind,
    upside_down,
    root_of_it,
    needs_an_array,
    changes_its_input,
)


# ---- network_step


@mistake(network_step)
def softmax_overflows(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your softmax takes the exponential of large logits, which overflows."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), y]).mean()
    dlogits = p.copy()
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def sum_overflows(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You add up the exponentials of large logits, which overflow."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def keeps_the_last_bias(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """The bias of the last layer stays where it was, and all five parameters move."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, 0 * b2)
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def logarithm_of_zero(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your softmax does not overflow, but a very small probability becomes 0, and you take its
    logarithm: compute the logarithm of the softmax without computing the softmax first."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), y]).mean()
    dlogits = p.copy()
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def clips_the_probabilities(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You clip the probabilities before you take the logarithm, so a large loss comes out too
    small."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    loss = -np.log(np.maximum(p[np.arange(n), y], 1e-12)).mean()
    dlogits = p.copy()
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def statistics_are_constants(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """In your backward pass the mean and the variance of the batch are constants, but they depend
    on W1 too."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, _ = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ = dout * gamma / np.sqrt(var + eps)
    dgamma, dbeta = (dout * (Z - mean) / np.sqrt(var + eps)).sum(axis=0), dout.sum(axis=0)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def normalizes_with_running_statistics(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You normalize with the running statistics, and in a training step those of the batch are
    used."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    mean_before, var_before = running
    std = np.sqrt(var_before + eps)
    xhat = (Z - mean_before) / std
    out = gamma * xhat + beta
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = dout * gamma / std, (dout * xhat).sum(axis=0), dout.sum(axis=0)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def relu_before_the_normalization(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You apply ReLU before the normalization, and it comes after."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    Z = np.maximum(Z, 0)
    mean, var = batch_statistics(Z)
    H, cache = batchnorm_train(Z, gamma, beta, eps)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = dlogits @ W2.T
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    dZ = dZ * (Z > 0)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def forgets_relu(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """There is no ReLU in your network."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = out
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = dlogits @ W2.T
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def forgets_the_slope_of_relu(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """On its way back the gradient does not pass ReLU."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = dlogits @ W2.T
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def slope_of_relu_at_the_wrong_place(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You let the gradient through where the numbers before the normalization are positive, but
    ReLU comes after it."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (Z > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def uses_the_new_weights(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You compute the gradients of the first layer with the second layer's new weights, but all
    gradients belong to the parameters before the step."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ (W2 - rate * H.T @ dlogits).T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def outputs_before_relu_in_the_gradient(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """The gradient of the second layer's weights multiplies what goes into that layer, and you take
    the numbers before ReLU."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, out.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def statistics_of_the_output(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your running statistics follow the numbers after the normalization, whose mean and variance
    are known beforehand."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    mean, var = batch_statistics(out)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def one_statistic_for_all_units(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your running statistics follow those of the whole batch together, and each unit has its
    own."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = np.full(Z.shape[1], Z.mean()), np.full(Z.shape[1], Z.var())
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def swaps_the_momentum(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your running statistics weigh the new values with momentum, as PyTorch does."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple((1 - momentum) * r + momentum * s for r, s in pairs), loss


@mistake(network_step)
def unbiased_running_variance(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your running variance follows the unbiased variance of the batch, and the biased one was
    asked for."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = Z.mean(axis=0), unbiased_batch_var(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def running_standard_deviation(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your running variance follows a standard deviation."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = Z.mean(axis=0), Z.std(axis=0)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def eps_in_the_running_variance(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You keep a running variance that has eps in it, and eps is added again when it is used."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta, eps)
    var = var + eps
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


@mistake(network_step)
def eps_of_its_own(params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You do not hand eps on to the normalization."""
    W1, gamma, beta, W2, b2 = params
    n = len(X)
    Z = X @ W1
    mean, var = batch_statistics(Z)
    out, cache = batchnorm_train(Z, gamma, beta)
    H = np.maximum(out, 0)
    logits = H @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), y] -= 1
    dlogits /= n
    dout = (dlogits @ W2.T) * (out > 0)
    dZ, dgamma, dbeta = batchnorm_backward(dout, cache)
    grads = (X.T @ dZ, dgamma, dbeta, H.T @ dlogits, dlogits.sum(axis=0))
    new = tuple(p - rate * g for p, g in zip(params, grads, strict=True))
    pairs = zip(running, (mean, var), strict=True)
    return new, tuple(momentum * r + (1 - momentum) * s for r, s in pairs), loss


def climbs(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your parameters move along their gradients, which makes the loss larger."""
    return right(params, running, X, y, -rate, momentum, eps)


def rate_of_its_own(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You wrote the learning rate into your formula and ignore the argument of that name."""
    return right(params, running, X, y, 0.1, momentum, eps)


def gradients_of_the_sum(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your gradients are those of the sum of the losses, and the loss is their mean."""
    return right(params, running, X, y, rate * len(X), momentum, eps)


def divides_twice(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You divide by the number of examples twice on the way back."""
    return right(params, running, X, y, rate / len(X), momentum, eps)


def sum_of_the_losses(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your loss is a sum over the examples, and a mean was asked for."""
    new, running, loss = right(params, running, X, y, rate, momentum, eps)
    return new, running, loss * len(X)


def loss_after_the_step(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """Your loss is that of the new parameters, and the one before the step was asked for."""
    new, averages, _ = right(params, running, X, y, rate, momentum, eps)
    return new, averages, right(new, running, X, y, rate, momentum, eps)[2]


def does_not_train_gamma_and_beta(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """gamma and beta stay as they are, but they are learned like the weights."""
    new, running, loss = right(params, running, X, y, rate, momentum, eps)
    return (new[0], params[1].copy(), params[2].copy(), *new[3:]), running, loss


def forgets_the_running_statistics(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You return the running statistics as they were."""
    new, _, loss = right(params, running, X, y, rate, momentum, eps)
    return new, (running[0].copy(), running[1].copy()), loss


def statistics_of_the_batch(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You return the statistics of this batch in the place of the running ones."""
    return right(params, running, X, y, rate, 0.0, eps)


def swaps_mean_and_variance(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You return the running variance before the running mean."""
    new, (mean, var), loss = right(params, running, X, y, rate, momentum, eps)
    return new, (var, mean), loss


def steps_in_place(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You change the parameters of the caller, who expects new arrays."""
    new, running, loss = right(params, running, X, y, rate, momentum, eps)
    for old, one in zip(params, new, strict=True):
        old[...] = one
    return params, running, loss


def updates_the_statistics_in_place(right, params, running, X, y, rate=0.1, momentum=0.9, eps=1e-5):
    """You change the running statistics of the caller, who expects new arrays."""
    new, averages, loss = right(params, running, X, y, rate, momentum, eps)
    for old, one in zip(running, averages, strict=True):
        old[...] = one
    return new, running, loss


catalogue.universal(
    network_step,
    climbs,
    rate_of_its_own,
    gradients_of_the_sum,
    divides_twice,
    sum_of_the_losses,
    loss_after_the_step,
    does_not_train_gamma_and_beta,
    forgets_the_running_statistics,
    statistics_of_the_batch,
    swaps_mean_and_variance,
    steps_in_place,
    updates_the_statistics_in_place,
)


# ---- network_predict


@mistake(network_predict)
def statistics_of_the_batch(params, running, X, eps=1e-5):
    """You normalize with the statistics of the examples you are given, so what one of them is taken
    for depends on the others."""
    W1, gamma, beta, W2, b2 = params
    out, _ = batchnorm_train(X @ W1, gamma, beta, eps)
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1)


@mistake(network_predict)
def forgets_the_normalization(params, running, X, eps=1e-5):
    """There is no normalization in your forward pass."""
    W1, _, _, W2, b2 = params
    out = X @ W1
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1)


@mistake(network_predict)
def forgets_relu(params, running, X, eps=1e-5):
    """There is no ReLU in your forward pass."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return (out @ W2 + b2).argmax(axis=1)


@mistake(network_predict)
def relu_before_the_normalization(params, running, X, eps=1e-5):
    """You apply ReLU before the normalization, and it comes after."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(np.maximum(X @ W1, 0), gamma, beta, mean, var, eps)
    return (out @ W2 + b2).argmax(axis=1)


@mistake(network_predict)
def forgets_the_bias(params, running, X, eps=1e-5):
    """The bias of the last layer is missing."""
    W1, gamma, beta, W2, _ = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return (np.maximum(out, 0) @ W2).argmax(axis=1)


@mistake(network_predict)
def smallest_logit(params, running, X, eps=1e-5):
    """You return the class with the smallest logit."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return (np.maximum(out, 0) @ W2 + b2).argmin(axis=1)


@mistake(network_predict)
def largest_example(params, running, X, eps=1e-5):
    """You look for the largest logit among the examples, and it is among the classes."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=0)


@mistake(network_predict)
def one_class_for_all(params, running, X, eps=1e-5):
    """You return a single number for all examples."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return (np.maximum(out, 0) @ W2 + b2).argmax()


@mistake(network_predict)
def returns_logits(params, running, X, eps=1e-5):
    """You return the logits, and the classes were asked for."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return np.maximum(out, 0) @ W2 + b2


@mistake(network_predict)
def largest_logits(params, running, X, eps=1e-5):
    """You return the largest logits themselves, and the classes they belong to were asked for."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return (np.maximum(out, 0) @ W2 + b2).max(axis=1)


@mistake(network_predict)
def classes_as_floats(params, running, X, eps=1e-5):
    """Your classes are floating-point numbers, and they are to be integers."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1).astype(float)


@mistake(network_predict)
def counts_from_one(params, running, X, eps=1e-5):
    """You number the classes from 1, and the first is class 0."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1) + 1


@mistake(network_predict)
def last_of_equals(params, running, X, eps=1e-5):
    """Of several equal logits you take the last."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var, eps)
    logits = np.maximum(out, 0) @ W2 + b2
    return logits.shape[1] - 1 - logits[:, ::-1].argmax(axis=1)


@mistake(network_predict)
def variance_for_a_root(params, running, X, eps=1e-5):
    """You take the running variance for a standard deviation."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = gamma * (X @ W1 - mean) / (var + eps) + beta
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1)


@mistake(network_predict)
def eps_outside_the_root(params, running, X, eps=1e-5):
    """You add eps to the standard deviation, so it stands outside the root instead of inside."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = gamma * (X @ W1 - mean) / (np.sqrt(var) + eps) + beta
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1)


@mistake(network_predict)
def eps_of_its_own(params, running, X, eps=1e-5):
    """You do not hand eps on to the normalization."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    out = batchnorm_eval(X @ W1, gamma, beta, mean, var)
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1)


@mistake(network_predict)
def forgets_gamma_and_beta(params, running, X, eps=1e-5):
    """You normalize, but gamma and beta do not follow."""
    W1, _, _, W2, b2 = params
    mean, var = running
    out = (X @ W1 - mean) / np.sqrt(var + eps)
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1)


@mistake(network_predict)
def changes_the_running_variance(params, running, X, eps=1e-5):
    """You change the running variance of the caller, who needs it for the next examples."""
    W1, gamma, beta, W2, b2 = params
    mean, var = running
    Z = X @ W1 - mean
    var += eps
    out = gamma * Z / np.sqrt(var) + beta
    return (np.maximum(out, 0) @ W2 + b2).argmax(axis=1)


# ---- train_network


@mistake(train_network)
def variance_starts_at_zero(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """Your running variance starts at 0, as it does in CS231n, and here it starts at 1."""
    h = len(params[1])
    running = (np.zeros(h), np.zeros(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def mean_starts_at_one(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """Your running mean starts at 1."""
    h = len(params[1])
    running = (np.ones(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def starts_over_at_every_step(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """Every step of yours starts from the first parameters: hand on what comes back."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        new, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return new, running, np.array(losses)


@mistake(train_network)
def returns_the_first_parameters(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You train, but return the parameters that you started from."""
    first = params
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return first, running, np.array(losses)


@mistake(train_network)
def forgets_the_running_statistics(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """The running statistics start over at every step: hand on what comes back."""
    h = len(params[1])
    losses = []
    for rows in batches:
        params, running, loss = network_step(
            params, (np.zeros(h), np.ones(h)), X[rows], y[rows], rate, momentum, eps
        )
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def whole_set_at_every_step(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You train on all examples at every step, and on a batch of them was asked for."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in [np.arange(len(X))] * len(batches):
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def first_examples_at_every_step(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You take the first examples at every step, and `batches` says which ones."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(
            params, running, X[: len(rows)], y[: len(rows)], rate, momentum, eps
        )
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def loses_the_last_batch(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You leave the last batch out."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches[:-1]:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def backwards(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You go through the batches from the last to the first."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches[::-1]:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def same_batch_again(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You train on the first batch again and again."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in [batches[0]] * len(batches):
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def list_of_losses(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """Your losses are a list, and an array was asked for."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, losses


@mistake(train_network)
def mean_loss(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You return the mean of the losses, and one for every batch was asked for."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, np.mean(losses)


@mistake(train_network)
def average_losses(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You return averages over all losses so far, and the loss of each batch was asked for."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(loss)
    return params, running, np.cumsum(losses) / np.arange(1, 1 + len(losses))


@mistake(train_network)
def losses_with_an_axis_too_many(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """Your losses have two axes, and one was asked for."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append([loss])
    return params, running, np.array(losses)


@mistake(train_network)
def ignores_its_options(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You do not hand rate, momentum and eps on to the step."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows])
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def ignores_eps(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You do not hand eps on to the step."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum)
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def ignores_momentum(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You do not hand momentum on to the step."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, loss = network_step(params, running, X[rows], y[rows], rate, eps=eps)
        losses.append(loss)
    return params, running, np.array(losses)


@mistake(train_network)
def losses_after_the_steps(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """Each of your losses is computed after its step, and the one before it was asked for."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        params, running, _ = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        losses.append(network_step(params, running, X[rows], y[rows], rate, momentum, eps)[2])
    return params, running, np.array(losses)


@mistake(train_network)
def changes_the_parameters(params, X, y, batches, rate=0.1, momentum=0.9, eps=1e-5):
    """You change the parameters of the caller, who may want to start from them again."""
    h = len(params[1])
    running = (np.zeros(h), np.ones(h))
    losses = []
    for rows in batches:
        new, running, loss = network_step(params, running, X[rows], y[rows], rate, momentum, eps)
        for old, one in zip(params, new, strict=True):
            old[...] = one
        losses.append(loss)
    return params, running, np.array(losses)
