"""The hidden suite of the chapter on normalization."""

import numpy as np

from autograder.suites.inputs import between, frozen, signed
from autograder.suites.marks import exercise, parametrize, public
from autograder.suites.suite import agree, kept

FORWARD = ("batchnorm_train", "layernorm")
BACKWARD = {"batchnorm_backward": "batchnorm_train", "layernorm_backward": "layernorm"}
AXIS = {"batchnorm_train": 0, "layernorm": 1}
SUMS = 1e-12  # what the order of summation may cost numbers of ordinary size
SUMS32 = 1e-5
EPS = 1e-5  # the default of every exercise


def batch(rng, n, d):
    """Examples as rows, whose features differ in mean and spread."""
    return rng.uniform(-2, 2, d) + rng.uniform(0.5, 3, d) * rng.normal(size=(n, d))


def still(rng, n, d):
    """Examples whose features have variances about as small as eps; the last has none at all."""
    x = rng.uniform(-2, 2, d) + 10 ** rng.uniform(-3, -2, d) * rng.normal(size=(n, d))
    x[:, -1] = rng.integers(-2, 3)
    return x


def whole(rng, *shape):
    """Integers, as different as can be."""
    return rng.permutation(np.arange(1, 1 + np.prod(shape))).reshape(shape)


def single(*arrays):
    return [one.astype(np.float32) for one in arrays]


@exercise("batch_statistics")
class TestBatchStatistics:
    @public
    def test_ordinary_batch(self, student, rng):
        """Mean and variance are right on an ordinary batch."""
        agree(student.batch_statistics, batch(rng, 7, 4), atol=SUMS)

    @public
    @parametrize(("part", "name"), [(0, "mean"), (1, "variance")])
    def test_each_alone(self, student, rng, part, name):
        """The {name} is right, whatever the other result is."""
        agree(student.batch_statistics, batch(rng, 6, 3), atol=SUMS, part=part)

    @public
    def test_as_many_examples_as_features(self, student, rng):
        """The right axis is used when there are as many examples as features."""
        agree(student.batch_statistics, batch(rng, 4, 4), atol=SUMS)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and nested lists are accepted and give float64."""
        agree(student.batch_statistics, whole(rng, 5, 2).astype(np.uint8))
        agree(student.batch_statistics, whole(rng, 4, 2).tolist())

    @public
    def test_far_from_zero(self, student, rng):
        """The variance keeps its digits when the mean is far larger than the spread."""
        x = signed(rng, 6, low=2e5, high=3e5) + 0.3 * rng.normal(size=(9, 6))
        agree(student.batch_statistics, x, rtol=1e-6)

    def test_one_of_everything(self, student, rng):
        """A single example has the variance 0, and a single feature keeps its axis."""
        for n, d in ((1, 3), (5, 1)):
            agree(student.batch_statistics, batch(rng, n, d), atol=SUMS)

    def test_float32(self, student, rng):
        """float32 stays float32."""
        agree(student.batch_statistics, *single(batch(rng, 6, 3)), atol=SUMS32)

    def test_leaves_its_input_alone(self, student, rng):
        """The input is not changed, not even for a moment, and the results are new arrays."""
        for n in (5, 1):
            agree(student.batch_statistics, frozen(batch(rng, n, 3)), atol=SUMS, pure=True)


def examples(rng, forward, n, d, make=batch):
    """Examples made by `make` for what `forward` normalizes: the features or the examples."""
    return make(rng, n, d) if forward == "batchnorm_train" else make(rng, d, n).T.copy()


def layer(rng, forward, n, d, make=batch):
    """Inputs of a normalization: x, gamma, beta."""
    return examples(rng, forward, n, d, make), signed(rng, d), signed(rng, d)


@exercise(*FORWARD)
class TestEveryForward:
    @public
    def test_ordinary_layer(self, student, rng, name):
        """The output is right on ordinary inputs."""
        agree(getattr(student, name), *layer(rng, name, 6, 4), atol=SUMS)

    @public
    def test_small_variances(self, student, rng, name):
        """The output is right where variances are as small as eps, or 0."""
        agree(getattr(student, name), *layer(rng, name, 5, 4, still), atol=SUMS)

    @public
    def test_uses_eps(self, student, rng, name):
        """eps is used, given by name or by position."""
        agree(getattr(student, name), *layer(rng, name, 5, 3), eps=between(rng, 0.2, 2), atol=SUMS)
        agree(getattr(student, name), *layer(rng, name, 4, 5), between(rng, 2, 9), atol=SUMS)

    @public
    def test_as_many_examples_as_features(self, student, rng, name):
        """The right axes are used when there are as many examples as features."""
        agree(getattr(student, name), *layer(rng, name, 4, 4), atol=SUMS)

    @public
    def test_integers_and_lists(self, student, rng, name):
        """Integers and lists are accepted and give float64."""
        agree(getattr(student, name), whole(rng, 4, 3), whole(rng, 3), whole(rng, 3), atol=SUMS)
        lists = whole(rng, 3, 4).tolist(), whole(rng, 4).tolist(), whole(rng, 4).tolist()
        agree(getattr(student, name), *lists, atol=SUMS)

    def test_one_of_everything(self, student, rng, name):
        """A single example or feature keeps its axis, and the output is right."""
        for n, d in ((1, 3), (5, 1)):
            agree(getattr(student, name), *layer(rng, name, n, d), atol=SUMS)

    def test_float32(self, student, rng, name):
        """float32 stays float32."""
        agree(getattr(student, name), *single(*layer(rng, name, 5, 3)), atol=SUMS32)

    def test_leaves_its_inputs_alone(self, student, rng, name):
        """x, gamma and beta are not changed, not even for a moment, and out is a new array."""
        inputs = map(frozen, layer(rng, name, 5, 4))
        agree(getattr(student, name), *inputs, atol=SUMS, pure=True)


@exercise("batchnorm_train")
def test_far_from_zero(student, rng):
    """The output keeps its digits when the mean is far larger than the spread."""
    x = signed(rng, 6, low=2e5, high=3e5) + 0.3 * rng.normal(size=(9, 6))
    agree(student.batchnorm_train, x, signed(rng, 6), signed(rng, 6), rtol=1e-6, atol=1e-6)


@exercise("layernorm")
def test_no_examples(student, rng):
    """No examples give no rows."""
    agree(student.layernorm, np.zeros((0, 3)), signed(rng, 3), signed(rng, 3))


@exercise("identity_gamma_beta")
class TestIdentityGammaBeta:
    @public
    def test_ordinary_statistics(self, student, rng):
        """gamma and beta are right for ordinary means and variances."""
        agree(student.identity_gamma_beta, signed(rng, 5), rng.uniform(0.3, 9, 5))

    @public
    @parametrize(("part", "name"), [(0, "gamma"), (1, "beta")])
    def test_each_alone(self, student, rng, part, name):
        """{name} is right, whatever the other result is."""
        agree(student.identity_gamma_beta, signed(rng, 4), rng.uniform(0.3, 9, 4), part=part)

    @public
    def test_small_variances(self, student, rng):
        """gamma is right where variances are as small as eps, or 0."""
        var = np.append(10 ** rng.uniform(-6, -4, 3), 0.0)
        agree(student.identity_gamma_beta, signed(rng, 4), var)

    @public
    def test_uses_eps(self, student, rng):
        """eps is used, given by name or by position."""
        mean, var = signed(rng, 4), rng.uniform(0.3, 9, 4)
        agree(student.identity_gamma_beta, mean, var, eps=between(rng, 0.2, 2))
        agree(student.identity_gamma_beta, mean, var, between(rng, 2, 9))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        agree(student.identity_gamma_beta, whole(rng, 4), whole(rng, 4))
        agree(student.identity_gamma_beta, whole(rng, 5).tolist(), whole(rng, 5).tolist())

    def test_float32(self, student, rng):
        """float32 stays float32."""
        agree(student.identity_gamma_beta, *single(signed(rng, 4), rng.uniform(0.3, 9, 4)))

    def test_leaves_its_inputs_alone(self, student, rng):
        """mean and var are not changed, not even for a moment, and the results are new arrays."""
        mean, var = frozen(signed(rng, 4)), frozen(rng.uniform(0.3, 9, 4))
        agree(student.identity_gamma_beta, mean, var, pure=True)


def room(dout, inputs, forward, eps=EPS):
    """The absolute error that the statements of the backward passes allow."""
    x, gamma, _ = map(np.asarray, inputs)
    digits = 1e-4 if x.dtype == np.float32 else 1e-9
    spread = np.sqrt(x.var(axis=AXIS[forward]).min() + eps)
    return float(digits * np.abs(dout * gamma).max() / spread)


def gradients_agree(student, name, dout, inputs, eps=EPS, times=1, **asked):
    """Ask for the backward pass `name` of inputs x, gamma, beta, through the student's forward."""
    forward = BACKWARD.get(name, "batchnorm_train")
    cache = kept(getattr(student, forward), *inputs, eps)
    atol = times * room(np.asarray(dout), inputs, forward, eps)
    agree(getattr(student, name), dout, cache, atol=atol, **asked)


@exercise(*BACKWARD)
class TestEveryBackward:
    @public
    def test_ordinary_layer(self, student, rng, name):
        """All three gradients are right on ordinary inputs, with your own cache."""
        gradients_agree(student, name, signed(rng, 6, 4), layer(rng, BACKWARD[name], 6, 4))

    @public
    @parametrize(("part", "result"), [(0, "dx"), (1, "dgamma"), (2, "dbeta")])
    def test_each_alone(self, student, rng, name, part, result):
        """{result} is right, whatever the other two are."""
        inputs = layer(rng, BACKWARD[name], 5, 3)
        gradients_agree(student, name, signed(rng, 5, 3), inputs, part=part)

    @public
    def test_small_variances(self, student, rng, name):
        """The gradients are right where variances are as small as eps, or 0."""
        inputs = layer(rng, BACKWARD[name], 5, 4, still)
        gradients_agree(student, name, signed(rng, 5, 4), inputs)

    @public
    def test_another_eps(self, student, rng, name):
        """The gradients are right for another eps, with as many examples as features."""
        eps = between(rng, 0.5, 2)
        gradients_agree(student, name, signed(rng, 4, 4), layer(rng, BACKWARD[name], 4, 4), eps)

    @public
    def test_integers_and_lists(self, student, rng, name):
        """Integers and lists are accepted and give float64."""
        inputs = whole(rng, 4, 3), whole(rng, 3), whole(rng, 3)
        gradients_agree(student, name, whole(rng, 4, 3), inputs)
        gradients_agree(student, name, whole(rng, 4, 3).tolist(), inputs)

    def test_the_same_cache_again(self, student, rng, name):
        """A cache can be used twice, and belongs to its own forward pass."""
        forward = BACKWARD[name]
        one, other = layer(rng, forward, 3, 3), layer(rng, forward, 3, 3)
        cache = kept(getattr(student, forward), *one)
        kept(getattr(student, forward), *other)
        for dout in signed(rng, 2, 3, 3):
            agree(getattr(student, name), dout, cache, atol=room(dout, one, forward))

    def test_gradients_that_are_equal(self, student, rng, name):
        """A gradient that is the same everywhere is handled, as other gradients are."""
        dout = np.full((5, 3), between(rng, 0.5, 3))
        gradients_agree(student, name, dout, layer(rng, BACKWARD[name], 5, 3))

    def test_one_of_everything(self, student, rng, name):
        """A single example or feature keeps its axis, and the gradients are right."""
        for n, d in ((1, 3), (5, 1)):
            gradients_agree(student, name, signed(rng, n, d), layer(rng, BACKWARD[name], n, d))

    def test_float32(self, student, rng, name):
        """float32 stays float32."""
        dout, *inputs = single(signed(rng, 5, 3), *layer(rng, BACKWARD[name], 5, 3))
        gradients_agree(student, name, dout, inputs)

    def test_leaves_its_inputs_alone(self, student, rng, name):
        """dout is not changed, not even for a moment, and the results are new arrays."""
        dout, inputs = frozen(signed(rng, 5, 4)), layer(rng, BACKWARD[name], 5, 4)
        gradients_agree(student, name, dout, inputs, pure=True)


@exercise("bias_gradient")
class TestBiasGradient:
    def ask(self, student, dout, inputs, eps=EPS, **asked):
        gradients_agree(student, "bias_gradient", dout, inputs, eps, times=len(dout), **asked)

    @public
    def test_ordinary_layer(self, student, rng):
        """The gradient is right on ordinary inputs."""
        self.ask(student, signed(rng, 6, 4), layer(rng, "batchnorm_train", 6, 4))

    @public
    def test_small_variances(self, student, rng):
        """The gradient is right where variances are as small as eps, or 0."""
        self.ask(student, signed(rng, 5, 4), layer(rng, "batchnorm_train", 5, 4, still))

    @public
    def test_as_many_examples_as_features(self, student, rng):
        """The gradient is right when there are as many examples as features."""
        self.ask(student, signed(rng, 3, 3), layer(rng, "batchnorm_train", 3, 3), eps=0.5)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        inputs = whole(rng, 4, 3), whole(rng, 3), whole(rng, 3)
        self.ask(student, whole(rng, 4, 3), inputs)
        self.ask(student, whole(rng, 4, 3).tolist(), inputs)

    def test_one_of_everything(self, student, rng):
        """A single example or feature keeps the shape of the result right."""
        for n, d in ((1, 3), (5, 1)):
            self.ask(student, signed(rng, n, d), layer(rng, "batchnorm_train", n, d))

    def test_float32(self, student, rng):
        """float32 stays float32."""
        dout, *inputs = single(signed(rng, 5, 3), *layer(rng, "batchnorm_train", 5, 3))
        self.ask(student, dout, inputs)

    def test_leaves_its_inputs_alone(self, student, rng):
        """dout is not changed, not even for a moment."""
        dout, inputs = frozen(signed(rng, 5, 4)), layer(rng, "batchnorm_train", 5, 4)
        self.ask(student, dout, inputs, pure=True)


@exercise("radial_component")
class TestRadialComponent:
    @public
    def test_ordinary_weights(self, student, rng):
        """The cosines are right on ordinary weights and gradients."""
        agree(student.radial_component, signed(rng, 4, 3), signed(rng, 4, 3), atol=1e-12)

    @public
    def test_radial_gradients(self, student, rng):
        """Gradients that only change the length, outwards or inwards, are found."""
        W = signed(rng, 3, 4)
        dW = W * rng.permutation([1e-3, -1e-3, 2, -2])
        agree(student.radial_component, W, dW, atol=1e-12)

    @public
    def test_zeros(self, student, rng):
        """Units without weights or without gradient get a 0, and no warning is raised."""
        W, dW = signed(rng, 3, 5), signed(rng, 3, 5)
        W[:, [0, 1]], dW[:, [1, 2]] = 0, 0
        agree(student.radial_component, W, dW, atol=1e-12, quiet=True)

    @public
    def test_as_many_units_as_inputs(self, student, rng):
        """Units are columns, also when there are as many as inputs."""
        agree(student.radial_component, signed(rng, 4, 4), signed(rng, 4, 4), atol=1e-12)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        agree(student.radial_component, whole(rng, 3, 2), whole(rng, 3, 2), atol=1e-12)
        lists = whole(rng, 2, 4).tolist(), whole(rng, 2, 4).tolist()
        agree(student.radial_component, *lists, atol=1e-12)

    def test_one_of_everything(self, student, rng):
        """A single unit or input works."""
        for shape in ((4, 1), (1, 3)):
            agree(student.radial_component, signed(rng, *shape), signed(rng, *shape), atol=1e-12)

    def test_float32(self, student, rng):
        """float32 stays float32."""
        agree(student.radial_component, *single(signed(rng, 4, 3), signed(rng, 4, 3)), atol=1e-5)

    def test_leaves_its_inputs_alone(self, student, rng):
        """W and dW are not changed, not even for a moment."""
        W, dW = frozen(signed(rng, 4, 3)), frozen(signed(rng, 4, 3))
        agree(student.radial_component, W, dW, atol=1e-12, pure=True)


@exercise("update_running")
class TestUpdateRunning:
    @public
    def test_ordinary_values(self, student, rng):
        """The new value is right, with the usual momentum."""
        agree(student.update_running, signed(rng, 5), signed(rng, 5), atol=SUMS)

    @public
    def test_uses_momentum(self, student, rng):
        """momentum is used, given by name or by position."""
        running, batch_value = signed(rng, 4), signed(rng, 4)
        momentum = between(rng, 0.1, 0.4)
        agree(student.update_running, running, batch_value, momentum=momentum, atol=SUMS)
        agree(student.update_running, running, batch_value, between(rng, 0.6, 0.8), atol=SUMS)

    @public
    def test_ends(self, student, rng):
        """With momentum 0 only the batch counts, and with 1 nothing changes."""
        for momentum in (0.0, 1.0):
            agree(student.update_running, signed(rng, 4), signed(rng, 4), momentum, atol=SUMS)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        agree(student.update_running, whole(rng, 4), whole(rng, 4), 0.7)
        agree(student.update_running, whole(rng, 5).tolist(), whole(rng, 5).tolist())

    def test_float32(self, student, rng):
        """float32 stays float32."""
        agree(student.update_running, *single(signed(rng, 4), signed(rng, 4)), atol=1e-6)

    def test_leaves_its_inputs_alone(self, student, rng):
        """Neither input is changed, not even for a moment, and the result is a new array."""
        running, batch_value = frozen(signed(rng, 4)), frozen(signed(rng, 4))
        for momentum in (0.9, 0.0, 1.0):
            agree(student.update_running, running, batch_value, momentum, atol=SUMS, pure=True)


@exercise("unbiased_batch_var")
class TestUnbiasedBatchVar:
    @public
    def test_ordinary_batch(self, student, rng):
        """The variances are right on an ordinary batch."""
        agree(student.unbiased_batch_var, batch(rng, 6, 4))

    @public
    def test_two_examples(self, student, rng):
        """Two examples are enough."""
        agree(student.unbiased_batch_var, batch(rng, 2, 3))

    @public
    def test_too_few(self, student, rng):
        """One example, or none, raises ValueError."""
        agree(student.unbiased_batch_var, signed(rng, 1, 3), raises="ValueError")
        agree(student.unbiased_batch_var, np.zeros((0, 3)), raises="ValueError")

    @public
    def test_as_many_examples_as_features(self, student, rng):
        """The right axis is used when there are as many examples as features."""
        agree(student.unbiased_batch_var, batch(rng, 4, 4))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and nested lists are accepted and give float64."""
        agree(student.unbiased_batch_var, whole(rng, 5, 2))
        agree(student.unbiased_batch_var, whole(rng, 4, 2).tolist())

    def test_float32(self, student, rng):
        """float32 stays float32, and a single feature keeps its axis."""
        agree(student.unbiased_batch_var, *single(batch(rng, 6, 3)), atol=SUMS32)
        agree(student.unbiased_batch_var, *single(batch(rng, 6, 1)), atol=SUMS32)

    def test_leaves_its_input_alone(self, student, rng):
        """The input is not changed, not even for a moment."""
        agree(student.unbiased_batch_var, frozen(batch(rng, 5, 3)), pure=True)


def trained(rng, d):
    """What batch normalization of d features has after training: gamma, beta, mean, var."""
    return signed(rng, d), signed(rng, d), signed(rng, d), rng.uniform(0.3, 9, d)


def settled(rng, d):
    """The same with variances about as small as eps; the last is 0."""
    *others, _ = trained(rng, d)
    return *others, np.append(10 ** rng.uniform(-6, -4, d - 1), 0.0)


def listed(arrays):
    return [one.tolist() for one in arrays]


@exercise("batchnorm_eval")
class TestBatchnormEval:
    @public
    def test_ordinary_layer(self, student, rng):
        """The output is right on ordinary inputs."""
        agree(student.batchnorm_eval, batch(rng, 6, 4), *trained(rng, 4), atol=SUMS)

    @public
    def test_one_row(self, student, rng):
        """A row by itself works as well."""
        agree(student.batchnorm_eval, signed(rng, 1, 4), *trained(rng, 4), atol=SUMS)

    @public
    def test_small_variances(self, student, rng):
        """The output is right where variances are as small as eps, or 0."""
        agree(student.batchnorm_eval, batch(rng, 5, 4), *settled(rng, 4), atol=1e-9)

    @public
    def test_uses_eps(self, student, rng):
        """eps is used, given by name or by position."""
        x, *others = batch(rng, 5, 3), *trained(rng, 3)
        agree(student.batchnorm_eval, x, *others, eps=between(rng, 0.2, 2), atol=SUMS)
        agree(student.batchnorm_eval, x, *others, between(rng, 2, 9), atol=SUMS)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        inputs = whole(rng, 4, 3), *whole(rng, 4, 3)
        agree(student.batchnorm_eval, *inputs, atol=SUMS)
        agree(student.batchnorm_eval, *listed(inputs), atol=SUMS)

    def test_any_number_of_rows(self, student, rng):
        """No rows, one feature, and as many rows as features work."""
        for n, d in ((0, 3), (4, 1), (3, 3)):
            agree(student.batchnorm_eval, signed(rng, n, d), *trained(rng, d), atol=SUMS)

    def test_float32(self, student, rng):
        """float32 stays float32."""
        inputs = single(batch(rng, 5, 3), *trained(rng, 3))
        agree(student.batchnorm_eval, *inputs, atol=SUMS32)

    def test_leaves_its_inputs_alone(self, student, rng):
        """No input is changed, the running values included, and the result is a new array."""
        inputs = map(frozen, (batch(rng, 5, 3), *trained(rng, 3)))
        agree(student.batchnorm_eval, *inputs, atol=SUMS, pure=True)


def affine(rng, d, m, make=trained):
    """An affine layer and the batch normalization after it: W, b, gamma, beta, mean, var."""
    return signed(rng, d, m), signed(rng, m), *make(rng, m)


def largest(W, b, gamma, beta, mean, var, eps=EPS):
    """The largest of the numbers that are added up in folding."""
    scale = gamma / np.sqrt(var + eps)
    return float(max(np.abs(one).max() for one in (W * scale, b * scale, mean * scale, beta)))


@exercise("fold_batchnorm")
class TestFoldBatchnorm:
    def ask(self, student, inputs, digits=1e-12, **asked):
        atol = digits * largest(*map(np.asarray, inputs))
        agree(student.fold_batchnorm, *inputs, atol=atol, **asked)

    @public
    def test_ordinary_layer(self, student, rng):
        """Weights and biases are right on an ordinary layer."""
        self.ask(student, affine(rng, 3, 4))

    @public
    @parametrize(("part", "name"), [(0, "W_folded"), (1, "b_folded")])
    def test_each_alone(self, student, rng, part, name):
        """{name} is right, whatever the other result is."""
        self.ask(student, affine(rng, 4, 3), part=part)

    @public
    def test_small_variances(self, student, rng):
        """The result is right where variances are as small as eps, or 0."""
        self.ask(student, affine(rng, 3, 4, settled))

    @public
    def test_uses_eps(self, student, rng):
        """eps is used."""
        self.ask(student, affine(rng, 2, 4), eps=between(rng, 0.2, 2))

    @public
    def test_as_many_inputs_as_units(self, student, rng):
        """Units are columns, also when there are as many as inputs."""
        self.ask(student, affine(rng, 3, 3))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        inputs = whole(rng, 4, 3), *whole(rng, 5, 3)
        self.ask(student, inputs)
        self.ask(student, listed(inputs))

    def test_one_of_everything(self, student, rng):
        """A single input or unit works."""
        self.ask(student, affine(rng, 1, 3))
        self.ask(student, affine(rng, 4, 1))

    def test_float32(self, student, rng):
        """float32 stays float32."""
        self.ask(student, single(*affine(rng, 3, 4)), digits=1e-5)

    def test_leaves_its_inputs_alone(self, student, rng):
        """No input is changed, not even for a moment, and the results are new arrays."""
        self.ask(student, [*map(frozen, affine(rng, 3, 4))], pure=True)


@exercise("influence")
class TestInfluence:
    @public
    @parametrize(("kind",), [("batch",), ("layer",)])
    def test_ordinary_batch(self, student, rng, kind):
        """The influences are right for kind {kind}."""
        agree(student.influence, spread(rng, 3, 3), kind, atol=1e-5)

    @public
    def test_uses_eps(self, student, rng):
        """eps is used, given by name or by position."""
        agree(student.influence, spread(rng, 2, 2), "batch", eps=between(rng, 0.5, 2), atol=1e-5)
        agree(student.influence, spread(rng, 1, 3), "layer", between(rng, 0.5, 2), atol=1e-5)

    @public
    def test_unknown_kind(self, student, rng):
        """Another kind raises ValueError."""
        agree(student.influence, spread(rng, 3, 2), "group", raises="ValueError")

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and nested lists are accepted and give float64."""
        x = whole(rng, 2, 4)
        agree(student.influence, x[:, :1], "batch", 1.0, atol=1e-5)
        agree(student.influence, x[:1, :2].tolist(), "layer", 1.0, atol=1e-5)

    def test_one_example(self, student, rng):
        """A single example gives a table of one entry."""
        agree(student.influence, spread(rng, 1, 2), "batch", 1.0, atol=1e-5)
        agree(student.influence, spread(rng, 1, 2), "layer", 1.0, atol=1e-5)

    def test_leaves_its_input_alone(self, student, rng):
        """The input is not changed, not even for a moment."""
        for kind, shape in (("batch", (2, 1)), ("layer", (1, 2))):
            agree(student.influence, frozen(spread(rng, *shape)), kind, 1.0, atol=1e-5, pure=True)


@exercise("gradient_factor")
class TestGradientFactor:
    @public
    @parametrize(("kind",), [("batch",), ("layer",)])
    def test_ordinary_values(self, student, rng, kind):
        """The factor is right for kind {kind}."""
        agree(student.gradient_factor, 2 + signed(rng, 6), signed(rng, 6), kind, atol=SUMS)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted."""
        h, slope = whole(rng, 9)[:5], rng.integers(-2, 4, size=5)
        agree(student.gradient_factor, h, slope, "batch", atol=SUMS)
        h, slope = signed(rng, 3).round(1).tolist(), rng.permutation(4)[:3].tolist()
        agree(student.gradient_factor, h, slope, "layer", atol=SUMS)

    @public
    def test_unknown_kind(self, student, rng):
        """Another kind raises ValueError."""
        agree(student.gradient_factor, signed(rng, 3), signed(rng, 3), "group", raises="ValueError")

    def test_two_values(self, student, rng):
        """Two values are enough."""
        agree(student.gradient_factor, np.array([1.0, 4.0]), signed(rng, 2), "batch", atol=SUMS)

    def test_leaves_its_inputs_alone(self, student, rng):
        """h and slope are not changed, not even for a moment."""
        h, slope = signed(rng, 4), signed(rng, 4)
        agree(student.gradient_factor, frozen(h), frozen(slope), "batch", atol=SUMS, pure=True)
        agree(student.gradient_factor, h, slope, "layer", atol=SUMS, pure=True)


def spread(rng, n, d):
    """Examples none of whose features, and none of which, is nearly constant."""
    steps = np.add.outer(np.arange(n), np.arange(d) * (n + 1) % (n + d))
    return rng.permutation(steps + rng.uniform(-0.3, 0.3, size=(n, d)) - n / 2)


def network(rng, d, h, C):
    """Parameters W1, gamma, beta, W2, b2 with which every hidden unit has something to do."""
    gamma, beta = signed(rng, h, low=0.5, high=2), rng.uniform(-0.4, 0.4, h)
    return rng.normal(size=(d, h)), gamma, beta, signed(rng, h, C), signed(rng, C)


def statistics(rng, h):
    """A running mean and a running variance."""
    return signed(rng, h), rng.uniform(0.3, 4, h)


def labelled(rng, n, d, C):
    """Examples and their classes; each class occurs."""
    return batch(rng, n, d), rng.permutation(np.resize(np.arange(C), n))


def step(rng, n=7, d=3, h=4, C=3):
    """Arguments of one step: params, running, X, y."""
    return network(rng, d, h, C), statistics(rng, h), *labelled(rng, n, d, C)


@exercise("network_step")
class TestNetworkStep:
    @public
    def test_ordinary_step(self, student, rng):
        """Parameters, running statistics and loss are right on an ordinary step."""
        agree(student.network_step, *step(rng), atol=1e-9)

    @public
    @parametrize(
        ("part", "what"), [(0, "new parameters are"), (1, "statistics are"), (2, "loss is")]
    )
    def test_each_alone(self, student, rng, part, what):
        """The {what} right, whatever the other results are."""
        agree(student.network_step, *step(rng, C=2), atol=1e-9, part=part)

    @public
    def test_uses_its_options(self, student, rng):
        """rate, momentum and eps are used."""
        options = [between(rng, 0.5, 2), between(rng, 0.2, 0.4), between(rng, 0.5, 2)]
        agree(student.network_step, *step(rng), *options, atol=1e-9)

    @public
    def test_large_logits(self, student, rng):
        """Large logits do not overflow, and no warning is raised."""
        (*others, b2), *rest = step(rng)
        b2 = b2 + rng.permutation([900.0, 0.0, -900.0])
        agree(student.network_step, (*others, b2), *rest, atol=1e-9, quiet=True)

    def test_small_variances(self, student, rng):
        """The step is right where the variances of a batch are about as small as eps."""
        params, running, X, y = step(rng)
        agree(student.network_step, params, running, 2e-3 * X, y, atol=1e-9)

    def test_small_networks(self, student, rng):
        """Two examples, one input and one hidden unit work."""
        agree(student.network_step, *step(rng, 2, 1, 1, 2), atol=1e-9)

    def test_leaves_its_inputs_alone(self, student, rng):
        """No input is changed, not even for a moment, and the results are new arrays."""
        params, running, X, y = step(rng)
        data = frozen(X), frozen(y)
        agree(
            student.network_step, tuple(map(frozen, params)), running, *data, atol=1e-9, pure=True
        )
        agree(student.network_step, params, tuple(map(frozen, running)), *data, atol=1e-9)


@exercise("network_predict")
class TestNetworkPredict:
    @public
    def test_ordinary_network(self, student, rng):
        """The classes are right for a trained network."""
        agree(student.network_predict, network(rng, 3, 6, 5), statistics(rng, 6), crowd(rng, 3))

    @public
    def test_one_example(self, student, rng):
        """An example by itself is given the same class as among others."""
        params, running, X = network(rng, 3, 6, 5), statistics(rng, 6), crowd(rng, 3)
        for i in range(2):
            agree(student.network_predict, params, running, X[i : i + 1])

    @public
    def test_equal_logits(self, student, rng):
        """Of classes with equal logits the first one is returned."""
        *others, W2, b2 = network(rng, 3, 6, 5)
        W2[:, [1, 3]], b2[[1, 3]] = 0, 99  # the largest, and equal however one rounds
        params = (*others, W2, b2)
        agree(student.network_predict, params, statistics(rng, 6), crowd(rng, 3))

    @public
    def test_small_variances(self, student, rng):
        """The classes are right where running variances are about as small as eps."""
        mean, var = statistics(rng, 6)
        running = 1e-2 * mean, 1e-5 * var
        agree(student.network_predict, network(rng, 3, 6, 5), running, 1e-2 * crowd(rng, 3))

    @public
    def test_uses_eps(self, student, rng):
        """eps is used."""
        params, running = network(rng, 3, 6, 5), statistics(rng, 6)
        agree(student.network_predict, params, running, crowd(rng, 3), eps=between(rng, 3, 9))

    def test_leaves_its_inputs_alone(self, student, rng):
        """No input is changed, not even for a moment."""
        params, running, X = network(rng, 3, 4, 5), statistics(rng, 4), batch(rng, 5, 3)
        fixed = tuple(map(frozen, params)), tuple(map(frozen, running)), frozen(X)
        agree(student.network_predict, *fixed, pure=True)


def crowd(rng, d):
    """So many examples that nearly every change of the network gives one of them another class."""
    return 2 * batch(rng, 40, d)


def run(rng, steps, size=4, n=9, d=3, h=3, C=3):
    """Arguments of a training run: params, X, y, batches."""
    batches = np.array([rng.permutation(n)[:size] for _ in range(steps)])
    return network(rng, d, h, C), *labelled(rng, n, d, C), batches


@exercise("train_network")
class TestTrainNetwork:
    @public
    def test_ordinary_run(self, student, rng):
        """Parameters, running statistics and losses are right after a few steps."""
        agree(student.train_network, *run(rng, steps=2), atol=1e-6)

    @public
    @parametrize(
        ("part", "what"),
        [(0, "trained parameters"), (1, "running statistics"), (2, "losses")],
    )
    def test_each_alone(self, student, rng, part, what):
        """The {what} are right, whatever the other results are."""
        agree(student.train_network, *run(rng, steps=1), atol=1e-6, part=part)

    @public
    def test_uses_its_options(self, student, rng):
        """rate, momentum and eps are used."""
        options = [between(rng, 0.5, 1), between(rng, 0.2, 0.4), between(rng, 0.5, 2)]
        agree(student.train_network, *run(rng, steps=2), *options, atol=1e-6)

    def test_one_step(self, student, rng):
        """A single step gives a single loss."""
        agree(student.train_network, *run(rng, steps=1, size=3, n=3), atol=1e-6)

    def test_leaves_its_inputs_alone(self, student, rng):
        """No input is changed, not even for a moment, and the results are new arrays."""
        params, *data = run(rng, steps=1)
        fixed = tuple(map(frozen, params)), *map(frozen, data)
        agree(student.train_network, *fixed, atol=1e-6, pure=True)
