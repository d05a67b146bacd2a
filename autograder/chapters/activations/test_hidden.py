"""The hidden suite of the chapter on activations."""

import numpy as np

from autograder.suites.inputs import between, frozen, integers, rounding, signed, strided
from autograder.suites.marks import exercise, parametrize, public
from autograder.suites.suite import agree

WITH_ALPHA = ("leaky_relu", "leaky_relu_grad", "elu", "elu_grad")
ELEMENTWISE = ("sigmoid", "sigmoid_grad", "tanh_grad", "relu", "relu_grad", *WITH_ALPHA)
# The statements of these two allow an absolute error, since 1 - tanh(z)^2 and elu(z) + alpha are
# fair formulas that cancel in the tails.
ABSOLUTE = {"tanh_grad": 1e-12, "elu_grad": 1e-12}
ABSOLUTE32 = {"tanh_grad": 1e-6, "elu_grad": 1e-6}
# Below this a tail is out of reach of many right formulas, and np.clip(z, -500, 500) is as good.
NOTHING = 1e-200


@exercise("as_float")
class TestAsFloat:
    @public
    def test_integers_become_float64(self, student, rng):
        """Integers become float64, also those of other dtypes, such as the pixels of an image."""
        agree(student.as_float, integers(rng))
        agree(student.as_float, rng.integers(256, size=(2, 3), dtype=np.uint8))

    @public
    def test_lists_and_numbers(self, student, rng):
        """Lists, nested lists and single numbers are accepted."""
        agree(student.as_float, integers(rng).tolist())
        agree(student.as_float, signed(rng, 2, 2).round(2).tolist())
        agree(student.as_float, 3)

    @public
    def test_floats_stay_as_they_are(self, student, rng):
        """float64 stays float64 and float32 stays float32."""
        agree(student.as_float, signed(rng, 3, 2))
        agree(student.as_float, signed(rng, 4).astype(np.float32))

    @public
    def test_booleans(self, student, rng):
        """Booleans become float64 zeros and ones."""
        agree(student.as_float, rng.permutation([True, False, True]))

    def test_other_dtypes(self, student, rng):
        """Every integer dtype becomes float64, and float16 stays float16."""
        for dtype in (np.int16, np.int32, np.uint64):
            agree(student.as_float, np.abs(integers(rng)).astype(dtype))
        agree(student.as_float, signed(rng, 4).astype(np.float16))

    def test_any_shape(self, student, rng):
        """Every shape is kept, from a 0-d array to three axes, also when the array is empty."""
        for shape in ((), (1, 1), (0, 3), (2, 1, 3)):
            agree(student.as_float, signed(rng, *shape))


@exercise(*ELEMENTWISE)
class TestEveryActivation:
    @public
    def test_ordinary_numbers(self, student, rng, name):
        """The values are right on ordinary numbers, positive and negative."""
        agree(getattr(student, name), signed(rng, 4, 3), atol=ABSOLUTE.get(name, 0))

    @public
    def test_integers_lists_and_numbers(self, student, rng, name):
        """Integers, nested lists and single numbers are accepted and give float64."""
        for z in (integers(rng), integers(rng).reshape(2, 3).tolist(), -2, 1):
            agree(getattr(student, name), z, atol=ABSOLUTE.get(name, 0))

    def test_float32(self, student, rng, name):
        """float32 stays float32."""
        z = signed(rng, 5, 2).astype(np.float32)
        agree(getattr(student, name), z, atol=ABSOLUTE32.get(name, 0))

    def test_any_shape(self, student, rng, name):
        """Every shape and memory layout is accepted: 0-d, one entry, three axes, empty, views."""
        arrays = [signed(rng, *shape) for shape in ((), (1,), (1, 1), (0, 3), (2, 1, 3))]
        arrays += [strided(signed(rng, 3, 4)), np.asfortranarray(signed(rng, 3, 4)), np.array(1.5)]
        for z in arrays:
            agree(getattr(student, name), z, atol=ABSOLUTE.get(name, 0))

    def test_leaves_its_input_alone(self, student, rng, name):
        """The input is not changed, not even for a moment, and the result is a new array."""
        for z in (signed(rng, 3, 4), np.abs(signed(rng, 2, 2)), frozen(signed(rng, 3, 4))):
            agree(getattr(student, name), z, atol=ABSOLUTE.get(name, 0), pure=True)


@exercise(*WITH_ALPHA)
class TestAlpha:
    @public
    def test_uses_alpha(self, student, rng, name):
        """alpha is used, given by name or by position, also when it is 0."""
        function, atol = getattr(student, name), ABSOLUTE.get(name, 0)
        agree(function, signed(rng, 6), alpha=between(rng, 0.1, 0.9), atol=atol)
        agree(function, signed(rng, 6), between(rng, 0.1, 0.9), atol=atol)
        agree(function, signed(rng, 6), alpha=0.0, atol=atol)

    @public
    def test_alpha_above_one(self, student, rng, name):
        """The values are right for alpha > 1 too."""
        atol = ABSOLUTE.get(name, 0)
        agree(getattr(student, name), signed(rng, 6), alpha=between(rng, 1.5, 4), atol=atol)


@exercise("sigmoid", "sigmoid_grad", "tanh_grad")
@public
def test_zero(student, rng, name):
    """The value at z = 0 is right."""
    z = rng.permutation([0.0, *signed(rng, 4)])
    agree(getattr(student, name), z, atol=ABSOLUTE.get(name, 0))


@exercise("sigmoid", "sigmoid_grad")
@public
class TestTails:
    def test_small_values(self, student, rng, name):
        """Both tails keep a small relative error."""
        agree(getattr(student, name), signed(rng, 8, low=30, high=490))

    def test_far_out(self, student, rng, name):
        """Even very far out nothing overflows, and no warning is raised."""
        z = signed(rng, 4, low=800, high=5000)
        agree(getattr(student, name), z, atol=NOTHING, quiet=True)


@exercise("tanh_grad")
class TestTanhGrad:
    @public
    def test_far_out(self, student, rng):
        """Far out the slope vanishes without any warning."""
        agree(student.tanh_grad, signed(rng, 8, low=20, high=700), atol=1e-12, quiet=True)
        agree(student.tanh_grad, np.array([-1000.0, 1000.0]), atol=1e-12, quiet=True)


@exercise("relu")
class TestRelu:
    @public
    def test_small_and_large_numbers(self, student, rng):
        """Zero, very small and very large numbers are treated like all others."""
        z = signed(rng, 12) * 10.0 ** np.linspace(-200, 200, 12)
        agree(student.relu, rng.permutation([0.0, *z]))


@exercise("relu_grad")
class TestReluGrad:
    @public
    def test_zero(self, student, rng):
        """The slope at z = 0 follows the convention of the statement."""
        agree(student.relu_grad, rng.permutation([0.0, -0.0, *signed(rng, 4)]))

    @public
    def test_small_and_large_numbers(self, student, rng):
        """Very small and very large numbers are treated like all others."""
        z = signed(rng, 12) * 10.0 ** np.linspace(-200, 200, 12)
        agree(student.relu_grad, z)


@exercise("leaky_relu_grad")
class TestLeakyReluGrad:
    @public
    def test_zero(self, student, rng):
        """The slope at z = 0 follows the convention of the statement."""
        z = rng.permutation([0.0, -0.0, *signed(rng, 4)])
        agree(student.leaky_relu_grad, z, alpha=between(rng, 0.1, 0.9))


@exercise("prelu_backward")
class TestPreluBackward:
    @public
    def test_ordinary_numbers(self, student, rng):
        """Both gradients are right on ordinary numbers."""
        for alpha in (between(rng, 0.1, 0.6), between(rng, 1.5, 3)):
            dout, z = signed(rng, 4, 3), signed(rng, 4, 3)
            agree(student.prelu_backward, dout, z, alpha, atol=rounding(12))

    @public
    def test_zero(self, student, rng):
        """The slope at z = 0 follows the convention of the statement."""
        z = rng.permutation([0.0, 0.0, *signed(rng, 6)])
        agree(student.prelu_backward, signed(rng, 8), z, alpha=0.25, atol=rounding(8))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        agree(student.prelu_backward, signed(rng, 6), integers(rng), 0.3, atol=rounding(6))
        dout, z = integers(rng).tolist(), integers(rng).tolist()
        agree(student.prelu_backward, dout, z, 0.3, atol=rounding(6))

    @public
    def test_dz_alone(self, student, rng):
        """dz is right, whatever dalpha is."""
        agree(student.prelu_backward, signed(rng, 4, 3), signed(rng, 4, 3), 0.3, part=0)

    @public
    def test_dalpha_alone(self, student, rng):
        """dalpha is right, whatever dz is."""
        dout, z = signed(rng, 4, 3), signed(rng, 4, 3)
        agree(student.prelu_backward, dout, z, 0.3, atol=rounding(12), part=1)

    def test_float32(self, student, rng):
        """float32 stays float32."""
        dout, z = (signed(rng, 4, 2).astype(np.float32) for _ in range(2))
        agree(student.prelu_backward, dout, z, alpha=0.3, atol=rounding(8, np.float32))

    def test_any_shape(self, student, rng):
        """Every shape is accepted: one axis, one entry, three axes, and no entry at all."""
        for shape in ((5,), (1, 1), (2, 3, 2), (0, 3)):
            dout, z = signed(rng, *shape), signed(rng, *shape)
            agree(student.prelu_backward, dout, z, alpha=0.3, atol=rounding(12))

    def test_leaves_its_inputs_alone(self, student, rng):
        """dout and z are not changed, not even for a moment, and dz is a new array."""
        dout, z = signed(rng, 3, 4), signed(rng, 3, 4)
        agree(student.prelu_backward, dout, z, 0.3, atol=rounding(12), pure=True)
        agree(student.prelu_backward, dout, np.abs(z), 0.3, atol=rounding(12), pure=True)
        agree(student.prelu_backward, frozen(dout), frozen(z), 0.3, atol=rounding(12), pure=True)


@exercise("elu")
class TestElu:
    @public
    def test_close_to_zero(self, student, rng):
        """Close to 0 the values keep all their digits."""
        z = signed(rng, 12) * 10.0 ** rng.uniform(-15, -12, size=12)
        agree(student.elu, rng.permutation([0.0, *z]))

    @public
    def test_large_numbers(self, student, rng):
        """Large numbers cause no floating-point warning, on either side."""
        agree(student.elu, signed(rng, 6, low=720, high=5000), quiet=True)


@exercise("elu_grad")
class TestEluGrad:
    @public
    def test_zero(self, student, rng):
        """The slope at z = 0 follows the convention of the statement."""
        z = rng.permutation([0.0, -0.0, *signed(rng, 4)])
        agree(student.elu_grad, z, alpha=between(rng, 0.1, 0.9), atol=1e-12)

    @public
    def test_large_numbers(self, student, rng):
        """Large numbers cause no floating-point warning, on either side."""
        agree(student.elu_grad, signed(rng, 6, low=720, high=5000), atol=1e-12, quiet=True)


def maxout_layer(rng, n, d, k, m):
    """Inputs, weights and biases."""
    return signed(rng, n, d), signed(rng, k, d, m), signed(rng, k, m)


def whole_layer(rng, n, d, k, m):
    """The same in whole numbers, as lists."""
    shapes = ((n, d), (k, d, m), (k, m))
    return [rng.integers(1, 9, size=shape).tolist() for shape in shapes]


@exercise("maxout_forward")
class TestMaxoutForward:
    @public
    def test_ordinary_layer(self, student, rng):
        """The values are right on an ordinary layer."""
        agree(student.maxout_forward, *maxout_layer(rng, 8, 3, 4, 5), atol=rounding(4))

    @public
    def test_all_pieces_negative(self, student, rng):
        """The values are right where all pieces are negative."""
        x, W, b = maxout_layer(rng, 6, 3, 2, 4)
        agree(student.maxout_forward, x, W, b - 30, atol=rounding(40))

    @public
    def test_as_many_examples_as_pieces(self, student, rng):
        """The values are right when there are as many examples as pieces."""
        agree(student.maxout_forward, *maxout_layer(rng, 3, 2, 3, 4), atol=rounding(4))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        agree(student.maxout_forward, *whole_layer(rng, 4, 3, 2, 5))
        arrays = [np.array(one) for one in whole_layer(rng, 4, 3, 2, 5)]
        agree(student.maxout_forward, *arrays)

    def test_one_of_everything(self, student, rng):
        """A single example, feature, piece or unit keeps its axis, and so do no examples."""
        for n, d, k, m in ((1, 3, 2, 4), (5, 1, 2, 3), (4, 3, 1, 2), (4, 3, 2, 1), (0, 3, 2, 4)):
            agree(student.maxout_forward, *maxout_layer(rng, n, d, k, m), atol=rounding(4))

    def test_float32(self, student, rng):
        """float32 stays float32."""
        layer = [one.astype(np.float32) for one in maxout_layer(rng, 5, 3, 2, 4)]
        agree(student.maxout_forward, *layer, atol=rounding(4, np.float32))

    def test_leaves_its_inputs_alone(self, student, rng):
        """x, W and b are not changed, not even for a moment, and the result is a new array."""
        layer = maxout_layer(rng, 5, 3, 2, 4)
        agree(student.maxout_forward, *layer, atol=rounding(4), pure=True)
        agree(student.maxout_forward, *map(frozen, layer), atol=rounding(4), pure=True)


@exercise("maxout_backward")
class TestMaxoutBackward:
    @public
    def test_ordinary_layer(self, student, rng):
        """All three gradients are right on an ordinary layer."""
        layer = maxout_layer(rng, 8, 3, 4, 5)
        agree(student.maxout_backward, signed(rng, 8, 5), *layer, atol=rounding(20))

    @public
    @parametrize(("part", "name"), [(0, "dx"), (1, "dW"), (2, "db")])
    def test_each_alone(self, student, rng, part, name):
        """{name} is right on an ordinary layer, whatever the other two are."""
        layer = maxout_layer(rng, 8, 3, 4, 5)
        agree(student.maxout_backward, signed(rng, 8, 5), *layer, atol=rounding(20), part=part)

    @public
    def test_ties(self, student, rng):
        """When pieces are equal, the gradient goes where the statement says."""
        x = rng.integers(1, 4, size=(6, 3)).astype(float)
        other, twin = rng.integers(-3, 4, size=(2, 3, 2)).astype(float)
        b = np.array([[-40.0, 40.0], [0.0, 0.0], [0.0, 0.0]])
        W = np.stack([other, twin, twin])
        agree(student.maxout_backward, signed(rng, 6, 2), x, W, b, atol=rounding(20))

    @public
    def test_all_pieces_negative(self, student, rng):
        """The gradients are right where all pieces are negative."""
        x, W, b = maxout_layer(rng, 6, 3, 2, 4)
        agree(student.maxout_backward, signed(rng, 6, 4), x, W, b - 30, atol=rounding(20))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        dout = rng.integers(1, 9, size=(4, 5))
        agree(student.maxout_backward, dout.tolist(), *whole_layer(rng, 4, 3, 2, 5))
        arrays = [np.array(one) for one in whole_layer(rng, 4, 3, 2, 5)]
        agree(student.maxout_backward, dout, *arrays)

    def test_one_of_everything(self, student, rng):
        """A single example, feature, piece or unit keeps its axis."""
        for n, d, k, m in ((1, 3, 2, 4), (5, 1, 2, 3), (4, 3, 1, 2), (4, 3, 2, 1)):
            layer = maxout_layer(rng, n, d, k, m)
            agree(student.maxout_backward, signed(rng, n, m), *layer, atol=rounding(20))

    def test_float32(self, student, rng):
        """float32 stays float32."""
        dout, *layer = (signed(rng, 5, 4), *maxout_layer(rng, 5, 3, 2, 4))
        arrays = [one.astype(np.float32) for one in (dout, *layer)]
        agree(student.maxout_backward, *arrays, atol=rounding(20, np.float32))

    def test_leaves_its_inputs_alone(self, student, rng):
        """No input is changed, not even for a moment, and the results are new arrays."""
        arrays = [signed(rng, 5, 4), *maxout_layer(rng, 5, 3, 2, 4)]
        agree(student.maxout_backward, *arrays, atol=rounding(20), pure=True)
        agree(student.maxout_backward, *map(frozen, arrays), atol=rounding(20), pure=True)


def sigmoid_outputs(rng, tol):
    """15 entries: 1 to 4 close to 0, as many close to 1, the others between, in random order."""
    n, m = rng.integers(1, 5, size=2)
    low, high = rng.uniform(0.1, 0.9, n) * tol, 1 - rng.uniform(0.1, 0.9, m) * tol
    return rng.permutation([*low, *high, *rng.uniform(1.1 * tol, 1 - 1.1 * tol, 15 - n - m)])


def tanh_outputs(rng, tol):
    """15 entries: 1 to 4 close to -1, as many close to 1, the others between, 3 close to 0."""
    n, m = rng.integers(1, 5, size=2)
    low, high = (1 - rng.uniform(0.1, 0.9, size) * tol for size in (n, m))
    between = *rng.uniform(-tol, tol, 3), *rng.uniform(2 * tol, 1 - 2 * tol, 12 - n - m)
    return rng.permutation([*-low, *high, *between])


@exercise("saturated_fraction")
class TestSaturatedFraction:
    @public
    def test_sigmoid(self, student, rng):
        """The fraction is right for the sigmoid."""
        tol = between(rng, 0.05, 0.2)
        agree(student.saturated_fraction, sigmoid_outputs(rng, tol), "sigmoid", tol)

    @public
    def test_tanh(self, student, rng):
        """The fraction is right for tanh."""
        tol = between(rng, 0.05, 0.2)
        agree(student.saturated_fraction, tanh_outputs(rng, tol), "tanh", tol)

    @public
    def test_edge(self, student, rng):
        """An output at a distance of exactly tol is counted as the statement says."""
        times = rng.integers(1, 4, size=5)
        a = rng.permutation(np.repeat([0.25, 0.75, 0.0625, 0.875, 0.5], times))
        agree(student.saturated_fraction, a, "sigmoid", tol=0.25)
        agree(student.saturated_fraction, a * np.resize([1, -1], a.size), "tanh", tol=0.25)

    @public
    def test_unknown_kind(self, student, rng):
        """Another kind raises ValueError."""
        a = sigmoid_outputs(rng, 0.1)
        agree(student.saturated_fraction, a, "relu", tol=0.1, raises="ValueError")

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted."""
        ones = rng.integers(13, 20)
        a = rng.permutation(np.repeat([0, 1], [20 - ones, ones]))
        agree(student.saturated_fraction, a, "tanh", tol=0.4)
        a = sigmoid_outputs(rng, 0.1).round(2).tolist()
        agree(student.saturated_fraction, a, "sigmoid", tol=0.1)

    def test_any_shape(self, student, rng):
        """Every shape gives one number of dtype float64, float32 outputs too."""
        a = tanh_outputs(rng, 0.1)
        for shape in ((3, 5), (15, 1), (1, 15), (5, 1, 3)):
            agree(student.saturated_fraction, a.reshape(shape), "tanh", tol=0.1)
        agree(student.saturated_fraction, a.astype(np.float32), "tanh", tol=0.1)

    def test_leaves_its_input_alone(self, student, rng):
        """The input is not changed, not even for a moment."""
        for kind, outputs in (("sigmoid", sigmoid_outputs), ("tanh", tanh_outputs)):
            a = outputs(rng, 0.1).reshape(3, 5)
            agree(student.saturated_fraction, a, kind, tol=0.1, pure=True)
            agree(student.saturated_fraction, frozen(a), kind, tol=0.1, pure=True)


def pre_activations(rng, n):
    """Units as columns: two never fire, three fire once, two rest once, one always fires."""
    Z = -rng.uniform(1, 3, size=(n, 8))
    Z[:, 5:] *= -1
    Z[[0, rng.integers(1, n - 1), -1], [2, 3, 4]] = 0.5
    Z[[rng.integers(n - 1), -1], [5, 6]] = -1
    return Z[:, rng.permutation(8)]


@exercise("dead_units")
class TestDeadUnits:
    @public
    def test_ordinary_layer(self, student, rng):
        """Units that never fire are found, and one positive example is enough to live."""
        agree(student.dead_units, pre_activations(rng, 5))

    @public
    def test_zero(self, student, rng):
        """A pre-activation of exactly 0 is not positive."""
        Z = pre_activations(rng, 5)
        agree(student.dead_units, np.where(rng.permuted(np.eye(5, 8), axis=1) > 0, 0.0, Z))
        agree(student.dead_units, np.hstack([np.zeros((5, 1)), np.minimum(Z, 0)]))

    @public
    def test_as_many_examples_as_units(self, student, rng):
        """The right axis is used when there are as many examples as units."""
        agree(student.dead_units, pre_activations(rng, 8))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted."""
        Z = pre_activations(rng, 4)
        agree(student.dead_units, Z.round(1).tolist())
        agree(student.dead_units, np.sign(Z).astype(int))

    def test_any_size(self, student, rng):
        """One example, one unit and float32 work, and small numbers count like large ones."""
        Z = pre_activations(rng, 6)
        for part in (Z[:1], Z[:, :1], Z[:1, :1], Z.astype(np.float32), 1e-200 * Z):
            agree(student.dead_units, part)

    def test_leaves_its_input_alone(self, student, rng):
        """The input is not changed, not even for a moment."""
        Z = pre_activations(rng, 5)
        agree(student.dead_units, Z, pure=True)
        agree(student.dead_units, frozen(Z), pure=True)


def example_rows(rng, d):
    """Rows with one sign (2 of each) and with both signs (3: inside, at the end, at the start), in
    random order."""
    X = rng.uniform(0.1, 3, size=(7, d))
    X[2:4] *= -1
    X[4, rng.integers(1, d - 1)] *= -1
    X[5, -1] *= -1
    X[6, 1:] *= -1
    return rng.permutation(X)


@exercise("gradient_sign_agreement")
class TestGradientSignAgreement:
    @public
    def test_ordinary_inputs(self, student, rng):
        """The answers are right on ordinary inputs."""
        agree(student.gradient_sign_agreement, example_rows(rng, 3), signed(rng, 7))
        agree(student.gradient_sign_agreement, example_rows(rng, 4), signed(rng, 7))

    @public
    def test_positive_inputs(self, student, rng):
        """Inputs that are all positive make every example agree."""
        agree(student.gradient_sign_agreement, rng.uniform(0.1, 3, size=(6, 4)), signed(rng, 6))

    @public
    def test_zero_components(self, student, rng):
        """A component that is 0 contradicts nothing."""
        X = example_rows(rng, 5)
        X[:, 2] = 0
        X[0], X[2, :2] = 0, 0
        agree(student.gradient_sign_agreement, X, signed(rng, 7))

    @public
    def test_zero_gradient(self, student, rng):
        """An example whose gradient is 0 in every component agrees."""
        X = example_rows(rng, 4)
        agree(student.gradient_sign_agreement, X, np.resize([0.0, 1.5], 7))
        agree(student.gradient_sign_agreement, X, np.resize([-1.5, 0.0], 7))

    @public
    def test_as_many_examples_as_inputs(self, student, rng):
        """delta belongs to the examples, also when there are as many examples as inputs."""
        agree(student.gradient_sign_agreement, example_rows(rng, 7), signed(rng, 7))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted."""
        X, delta = np.sign(example_rows(rng, 4)).astype(int), integers(rng)
        agree(student.gradient_sign_agreement, X[1:], delta)
        agree(student.gradient_sign_agreement, X[1:].tolist(), delta.tolist())

    def test_any_size(self, student, rng):
        """One example, one input and float32 work."""
        X, delta = example_rows(rng, 4), signed(rng, 7)
        agree(student.gradient_sign_agreement, X[:1], delta[:1])
        agree(student.gradient_sign_agreement, X[:, :1], delta)
        agree(student.gradient_sign_agreement, X.astype(np.float32), delta.astype(np.float32))

    def test_leaves_its_inputs_alone(self, student, rng):
        """X and delta are not changed, not even for a moment."""
        X, delta = example_rows(rng, 4), signed(rng, 7)
        agree(student.gradient_sign_agreement, X, delta, pure=True)
        agree(student.gradient_sign_agreement, frozen(X), frozen(delta), pure=True)
