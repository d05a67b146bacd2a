"""The hidden suite of the chapter on initialization."""

import itertools

import numpy as np

from autograder.suites.distribution import follows, normal, uniform
from autograder.suites.inputs import between, frozen, integers, rounding, signed
from autograder.suites.marks import exercise, parametrize, public
from autograder.suites.suite import agree

SINGLE = 1e-5  # what float32 may cost in a sum
SUM = rounding(30)


def eighths(rng, *shape):
    """float32 numbers whose products add up exactly in any order, none of them 0."""
    return (rng.choice([-1, 1], size=shape) * rng.integers(1, 9, size=shape) / 8).astype(np.float32)


def network(rng, *sizes, draw=signed):
    """Weights and biases of layers of these sizes."""
    pairs = itertools.pairwise(sizes)
    return [(draw(rng, n_in, n_out), draw(rng, n_out)) for n_in, n_out in pairs]


def weights(rng, *sizes, draw=signed):
    """Weights alone."""
    return [W for W, _ in network(rng, *sizes, draw=draw)]


def labels(rng, n, classes):
    """Right classes, with at least two different ones if there is room."""
    return rng.permutation(np.arange(n) % classes)


def problem(rng, n, *sizes, draw=signed):
    """A network, examples and their classes."""
    return network(rng, *sizes, draw=draw), draw(rng, n, sizes[0]), labels(rng, n, sizes[-1])


def small(rng, n, *sizes):
    """The same with weights that training does not throw about."""
    params, X, y = problem(rng, n, *sizes)
    return [(0.3 * W, 0.3 * b) for W, b in params], X, y


def listed(thing):
    """Arrays as nested lists, wherever they stand."""
    return thing.tolist() if isinstance(thing, np.ndarray) else type(thing)(map(listed, thing))


def locked(thing):
    """Arrays as copies that cannot be written to, wherever they stand."""
    return frozen(thing) if isinstance(thing, np.ndarray) else type(thing)(map(locked, thing))


@exercise("loss_and_grads")
class TestLossAndGrads:
    @public
    def test_three_layers(self, student, rng):
        """The loss and all gradients of a network of three layers are right."""
        agree(student.loss_and_grads, *problem(rng, 7, 4, 5, 6, 3), atol=SUM)

    @public
    @parametrize(("part", "name"), [(0, "The loss is"), (1, "The gradients are")])
    def test_each_alone(self, student, rng, part, name):
        """{name} right, whatever the other part is."""
        agree(student.loss_and_grads, *problem(rng, 6, 3, 5, 4), atol=SUM, part=part)

    @public
    def test_one_layer(self, student, rng):
        """A network of a single layer has no ReLU at all."""
        agree(student.loss_and_grads, *problem(rng, 5, 3, 4), atol=SUM)

    @public
    def test_dead_and_border_units(self, student, rng):
        """The slope of ReLU at 0 follows the convention of the statement."""
        params, X, y = problem(rng, 6, 3, 4, 3)
        W, b = params[0]
        W[:, 0], b[0], b[1:] = 0, 0, np.abs(b[1:])
        agree(student.loss_and_grads, params, X, y, atol=SUM)

    @public
    def test_large_logits(self, student, rng):
        """Large logits, of either sign, cause no floating-point warning and no wrong numbers."""
        W = signed(rng, 3, 4)
        X = signed(rng, 6, 3, low=400, high=2000)
        agree(
            student.loss_and_grads,
            [(W, signed(rng, 4))],
            X,
            labels(rng, 6, 4),
            atol=1e-9,
            quiet=True,
        )
        shift = np.array([[3000.0], [-3000.0], [1.0]])
        params = [(np.vstack([signed(rng, 2, 3), np.ones(3)]), np.zeros(3))]
        X = np.hstack([signed(rng, 3, 2), shift])
        agree(student.loss_and_grads, params, X, labels(rng, 3, 3), atol=1e-8, quiet=True)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers in X, tuples and nested lists are accepted."""
        params, _, y = problem(rng, 3, 2, 4, 3)
        X = integers(rng).reshape(3, 2)
        agree(student.loss_and_grads, tuple(params), X, y, atol=SUM)
        agree(student.loss_and_grads, listed(params), X.tolist(), y.tolist(), atol=SUM)

    def test_float32(self, student, rng):
        """float32 stays float32."""
        agree(student.loss_and_grads, *problem(rng, 5, 3, 4, 3, draw=eighths), atol=SINGLE)

    def test_one_of_everything(self, student, rng):
        """One example and one hidden unit are fine, and so is a class that never occurs."""
        params, X, _ = problem(rng, 1, 3, 4, 1, 5)
        agree(student.loss_and_grads, params, X, np.array([3]), atol=SUM)
        params, X, _ = problem(rng, 4, 2, 3, 3)
        agree(student.loss_and_grads, params, X, rng.permutation([0, 0, 1, 1]), atol=SUM)

    def test_leaves_its_inputs_alone(self, student, rng):
        """params, X and y are not changed, not even for a moment."""
        given = problem(rng, 5, 3, 4, 3)
        agree(student.loss_and_grads, *given, atol=SUM, pure=True)
        agree(student.loss_and_grads, *locked(given), atol=SUM, pure=True)


def twins(rng):
    """The groups of seven units, by number: so few that some units have a twin."""
    groups = rng.integers(2, 6)
    return rng.permutation([*range(groups), *rng.integers(groups, size=7 - groups)])


def with_twins(rng, fan_in, pattern):
    """Columns of which those with the same number are the same; no two rows are."""
    units = 3.0 * np.arange(max(pattern) + 1) + rng.integers(-1, 2, size=(fan_in, max(pattern) + 1))
    return units[:, pattern] + 100 * np.arange(fan_in)[:, None]


def in_pairs(rng, tol):
    """Units in pairs that differ in one weight: by less than tol, by tol, or by more."""
    gaps = rng.permutation([tol / 2, tol, 2 * tol, *rng.choice([tol / 2, tol, 2 * tol], size=3)])
    pairs = 4 * np.arange(6) + np.array([[0], [1]]) * gaps * rng.choice([-1, 1], size=6)
    W = np.tile(1.0 * rng.integers(-3, 4, size=(4, 1)), 12)
    W[2] += rng.permutation(pairs.ravel())
    return W


@exercise("symmetric_groups")
class TestSymmetricGroups:
    @public
    def test_distinct_columns(self, student, rng):
        """Without a tolerance the distinct columns are counted, wherever their twins stand."""
        agree(student.symmetric_groups, with_twins(rng, 6, twins(rng)))
        apart = np.resize(rng.permutation(rng.integers(2, 6)), 7)
        agree(student.symmetric_groups, with_twins(rng, 6, apart))

    @public
    def test_units_that_share_a_weight(self, student, rng):
        """Units that share some of their weights, but not all, are different."""
        W = np.tile(signed(rng, 4, 1), 7)
        odd = rng.choice(7, size=rng.integers(1, 6), replace=False)
        W[rng.integers(4, size=odd.size), odd] += rng.choice([-1, 1]) * np.arange(1, odd.size + 1)
        agree(student.symmetric_groups, W)

    @public
    def test_tolerance(self, student, rng):
        """A tolerance is used, and a difference of exactly the tolerance is none."""
        agree(student.symmetric_groups, in_pairs(rng, 0.25), 0.25)
        agree(student.symmetric_groups, in_pairs(rng, 0.5), tol=0.5)
        W = in_pairs(rng, 0.125)
        agree(student.symmetric_groups, np.vstack([W, W / 2]), tol=0.125)

    @public
    def test_first_of_the_group(self, student, rng):
        """Units are compared with the first of a group, from left to right."""
        steps = np.cumsum([0.0, 1, 1, 2, *rng.choice([1, 2], size=6)])
        for units in (steps, np.concatenate([steps[1::2], steps[::2]])):
            agree(student.symmetric_groups, np.tile(units, (3, 1)), 1.0)

    @public
    def test_largest_difference(self, student, rng):
        """It is each single difference that counts, whatever its sign, and not their total."""
        kinds = np.array([[-1, 0, 0, 0], [0.5, -0.5, 0, 0], [0.5, -0.5, 0.5, -0.5], [1, 0, 0, 0]])
        units = rng.permutation(kinds[[0, 1, 2, *rng.integers(4, size=5)]])
        W = np.vstack([np.zeros(4), rng.permuted(units, axis=1)]).T
        agree(student.symmetric_groups, W, 0.75)

    @public
    def test_integers_and_lists(self, student, rng):
        """Nested lists and integers are accepted, also those without a sign."""
        agree(student.symmetric_groups, with_twins(rng, 2, twins(rng)).astype(int).tolist())
        groups = rng.integers(2, 6)
        firsts = 20 + 40 * np.arange(groups) + rng.integers(9, size=(2, groups))
        others = firsts[:, rng.integers(groups, size=7 - groups)] + np.array([[2], [-2]])
        pixels = rng.permutation(np.hstack([firsts, others]), axis=1).astype(np.uint8)
        agree(student.symmetric_groups, pixels, 2.0)

    def test_large_weights(self, student, rng):
        """Large weights that differ a little are different."""
        W = 1e6 + twins(rng)
        agree(student.symmetric_groups, np.stack([W, W]))

    def test_float32_and_single_units(self, student, rng):
        """float32 works, and so do layers with one unit or one input."""
        agree(student.symmetric_groups, with_twins(rng, 3, twins(rng)).astype(np.float32), 0.5)
        agree(student.symmetric_groups, signed(rng, 4, 1))
        agree(student.symmetric_groups, with_twins(rng, 1, twins(rng)))

    def test_leaves_its_input_alone(self, student, rng):
        """W is not changed, not even for a moment."""
        W = with_twins(rng, 3, twins(rng))
        agree(student.symmetric_groups, W, pure=True)
        agree(student.symmetric_groups, frozen(W), 0.5, pure=True)


@exercise("train_step")
class TestTrainStep:
    @public
    def test_two_layers(self, student, rng):
        """All layers take a step from the old parameters, of the length that lr asks for."""
        params, X, y = problem(rng, 6, 3, 4, 3)
        agree(student.train_step, params, X, y, between(rng, 0.1, 0.9), atol=SUM)
        agree(student.train_step, params, X, y, lr=between(rng, 1.1, 3), atol=SUM)

    @public
    def test_leaves_its_inputs_alone(self, student, rng):
        """The parameters given are not changed, not even for a moment: the results are new."""
        given = problem(rng, 5, 3, 4, 3)
        agree(student.train_step, *given, 0.5, atol=SUM, pure=True)
        agree(student.train_step, *locked(given), 0.5, atol=SUM, pure=True)

    @public
    def test_symmetric_start(self, student, rng):
        """Units that start equal are equal after the step."""
        params, X, y = problem(rng, 6, 3, 4, 3)
        params = [(np.full_like(W, 0.25), np.zeros_like(b)) for W, b in params]
        agree(student.train_step, params, np.abs(X), y, 0.5, atol=SUM)

    def test_one_layer_and_lists(self, student, rng):
        """A single layer is fine, and so are tuples, nested lists and integers in X."""
        params, _, y = problem(rng, 3, 2, 4)
        X = integers(rng).reshape(3, 2)
        agree(student.train_step, tuple(params), X, y, 0.5, atol=SUM)
        agree(student.train_step, listed(params), X.tolist(), y.tolist(), 0.5, atol=SUM)

    def test_float32(self, student, rng):
        """float32 stays float32."""
        agree(student.train_step, *problem(rng, 5, 3, 4, 3, draw=eighths), 0.5, atol=SINGLE)


@exercise("init_small")
class TestInitSmall:
    @public
    def test_distribution(self, student, rng):
        """The weights are independent normal draws of the default size."""
        follows(student.init_small, rng, 30, 40, law=normal(0, 0.01))

    @public
    def test_scale(self, student, rng):
        """The scale is used, given by name or by position."""
        follows(student.init_small, rng, 40, 25, scale=0.5, law=normal(0, 0.5))
        follows(student.init_small, rng, 20, 50, 3.0, law=normal(0, 3))

    def test_one_input_or_unit(self, student, rng):
        """Layers with one input or one unit work."""
        follows(student.init_small, rng, 1, 1000, 0.2, law=normal(0, 0.2))
        follows(student.init_small, rng, 1000, 1, 0.2, law=normal(0, 0.2))


@exercise("init_lecun")
class TestInitLecun:
    @public
    def test_distribution(self, student, rng):
        """The weights are independent normal draws of the right size."""
        follows(student.init_lecun, rng, 12, 84, law=normal(0, 12**-0.5))

    def test_other_shapes(self, student, rng):
        """The size follows the right number when there are more inputs than units, or just one."""
        follows(student.init_lecun, rng, 100, 10, law=normal(0, 0.1))
        follows(student.init_lecun, rng, 1, 1000, law=normal(0, 1))


@exercise("xavier_normal")
class TestXavierNormal:
    @public
    def test_distribution(self, student, rng):
        """The weights are independent normal draws of the right size."""
        follows(student.xavier_normal, rng, 12, 84, law=normal(0, 48**-0.5))

    @public
    def test_gain(self, student, rng):
        """The gain is used, given by name or by position."""
        follows(student.xavier_normal, rng, 32, 32, gain=3.0, law=normal(0, 3 * 32**-0.5))
        follows(student.xavier_normal, rng, 32, 32, 0.5, law=normal(0, 0.5 * 32**-0.5))

    def test_other_shapes(self, student, rng):
        """The size is right when there are more inputs than units."""
        follows(student.xavier_normal, rng, 90, 10, law=normal(0, 50**-0.5))


@exercise("xavier_uniform")
class TestXavierUniform:
    @public
    def test_distribution(self, student, rng):
        """The weights are independent uniform draws, of either sign, of the right size."""
        a = 16**-0.5
        follows(student.xavier_uniform, rng, 12, 84, law=uniform(-a, a))

    @public
    def test_gain(self, student, rng):
        """The gain is used, given by name or by position."""
        a = (6 / 64) ** 0.5
        follows(student.xavier_uniform, rng, 32, 32, gain=3.0, law=uniform(-3 * a, 3 * a))
        follows(student.xavier_uniform, rng, 32, 32, 0.5, law=uniform(-a / 2, a / 2))

    def test_other_shapes(self, student, rng):
        """The size is right when there are more inputs than units."""
        a = 0.06**0.5
        follows(student.xavier_uniform, rng, 90, 10, law=uniform(-a, a))


@exercise("relu_mean", "relu_second_moment")
class TestMoments:
    @public
    def test_numbers(self, student, rng, name):
        """Single numbers give a number, the exact one and no estimate."""
        agree(getattr(student, name), between(rng, 0.2, 0.9))
        agree(getattr(student, name), between(rng, 1.5, 9.0))

    @public
    def test_arrays(self, student, rng, name):
        """Arrays are treated entry by entry, and zero gives zero."""
        sigma = rng.uniform(0.1, 5, size=(3, 4))
        sigma[1, 2] = 0
        agree(getattr(student, name), sigma)

    @public
    def test_integers_and_lists(self, student, rng, name):
        """Integers and lists are accepted and give float64."""
        agree(getattr(student, name), 3)
        agree(getattr(student, name), rng.permutation([1, 2, 3, 7]))
        agree(getattr(student, name), rng.permutation([[1.5, 2.0], [0.25, 4.0]]).tolist())

    @public
    def test_small_dtypes(self, student, rng, name):
        """Integers of any dtype work, also large ones in a small dtype."""
        agree(getattr(student, name), rng.permutation([100, 200, 255]).astype(np.uint8))

    def test_float32(self, student, rng, name):
        """float32 stays float32."""
        agree(getattr(student, name), rng.uniform(0.1, 5, size=6).astype(np.float32))

    def test_any_shape(self, student, rng, name):
        """Every shape is kept: one entry, three axes, none."""
        for shape in ((1,), (2, 1, 3), ()):
            agree(getattr(student, name), np.array(rng.uniform(0.1, 5, size=shape)))

    def test_leaves_its_input_alone(self, student, rng, name):
        """sigma is not changed, not even for a moment, and the result is a new array."""
        sigma = rng.uniform(0.1, 5, size=(2, 3))
        agree(getattr(student, name), sigma, pure=True)
        agree(getattr(student, name), frozen(sigma), pure=True)


@exercise("he_normal")
class TestHeNormal:
    @public
    def test_distribution(self, student, rng):
        """The weights are independent normal draws whose size follows the right number."""
        follows(student.he_normal, rng, 84, 14, law=normal(0, 42**-0.5))
        follows(student.he_normal, rng, 14, 84, law=normal(0, 7**-0.5))

    def test_one_input(self, student, rng):
        """Layers with just one input work."""
        follows(student.he_normal, rng, 1, 1000, law=normal(0, 2**0.5))


@exercise("he_uniform")
class TestHeUniform:
    @public
    def test_distribution(self, student, rng):
        """The weights are independent uniform draws, of either sign, of the right size."""
        a = 14**-0.5
        follows(student.he_uniform, rng, 84, 14, law=uniform(-a, a))

    def test_other_shapes(self, student, rng):
        """The size follows the right number with more units than inputs, or with just one input."""
        a, one = (6 / 14) ** 0.5, 6**0.5
        follows(student.he_uniform, rng, 14, 84, law=uniform(-a, a))
        follows(student.he_uniform, rng, 1, 1000, law=uniform(-one, one))


@exercise("gain_of")
class TestGainOf:
    @public
    def test_outputs_around_zero(self, student, rng):
        """The gain is right for outputs of both signs, small or large."""
        agree(student.gain_of, signed(rng, 20))
        agree(student.gain_of, 0.01 * signed(rng, 20))

    @public
    def test_positive_outputs(self, student, rng):
        """The gain is right for outputs whose mean is not zero, and of which some are zero."""
        agree(student.gain_of, rng.uniform(0.1, 0.9, size=15))
        agree(student.gain_of, np.maximum(signed(rng, 16), 0))

    @public
    def test_any_shape(self, student, rng):
        """An array of any shape has one gain."""
        for shape in ((3, 4), (1,), (2, 3, 2)):
            agree(student.gain_of, signed(rng, *shape))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers of any dtype and nested lists are accepted."""
        agree(student.gain_of, integers(rng))
        agree(student.gain_of, signed(rng, 2, 3).tolist())
        agree(student.gain_of, rng.permutation([0, 100, 200]).astype(np.uint8))

    def test_float32(self, student, rng):
        """A float32 array has a float64 gain."""
        agree(student.gain_of, signed(rng, 9).astype(np.float32), rtol=SINGLE)

    def test_leaves_its_input_alone(self, student, rng):
        """a is not changed, not even for a moment."""
        agree(student.gain_of, signed(rng, 3, 2), pure=True)
        agree(student.gain_of, frozen(signed(rng, 3, 2)), pure=True)


@exercise("activation_norms")
class TestActivationNorms:
    @public
    def test_three_layers(self, student, rng):
        """There is one right size for each layer of a network."""
        agree(student.activation_norms, weights(rng, 4, 6, 5, 3), signed(rng, 7, 4))

    @public
    def test_examples_of_different_size(self, student, rng):
        """Examples of very different sizes are averaged as the statement says."""
        X = signed(rng, 3, 4) * np.array([[0.01], [1.0], [20.0]])
        agree(student.activation_norms, weights(rng, 4, 5, 5), X)

    @public
    def test_dead_layer(self, student, rng):
        """A layer where no unit is active has size zero, and so have all after it."""
        first, second, third = weights(rng, 3, 4, 4, 2)
        agree(student.activation_norms, [first, -np.abs(second), third], signed(rng, 5, 3))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers in X, tuples and nested lists are accepted."""
        X = integers(rng).reshape(3, 2)
        agree(student.activation_norms, tuple(weights(rng, 2, 4, 3)), X)
        agree(student.activation_norms, listed(weights(rng, 2, 4, 3)), X.tolist())

    def test_one_of_everything(self, student, rng):
        """One layer, one example and one unit are fine."""
        agree(student.activation_norms, weights(rng, 3, 5), signed(rng, 4, 3))
        agree(student.activation_norms, [np.abs(W) for W in weights(rng, 2, 1, 3)], np.ones((1, 2)))

    def test_float32(self, student, rng):
        """float32 stays float32."""
        X = eighths(rng, 5, 3)
        agree(student.activation_norms, weights(rng, 3, 4, 3, draw=eighths), X, atol=SINGLE)

    def test_leaves_its_inputs_alone(self, student, rng):
        """weights and X are not changed, not even for a moment."""
        given = weights(rng, 3, 4, 2), signed(rng, 4, 3)
        agree(student.activation_norms, *given, pure=True)
        agree(student.activation_norms, *locked(given), pure=True)


@exercise("gradient_norms")
class TestGradientNorms:
    @public
    def test_three_layers(self, student, rng):
        """There is one right norm for each layer of a network."""
        X, y = signed(rng, 6, 4), labels(rng, 6, 3)
        agree(student.gradient_norms, weights(rng, 4, 5, 6, 3), X, y, atol=SUM)

    @public
    def test_one_layer(self, student, rng):
        """A single layer is fine: it has no ReLU."""
        agree(student.gradient_norms, weights(rng, 3, 4), signed(rng, 5, 3), labels(rng, 5, 4))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers in X, tuples and nested lists are accepted."""
        X, y = integers(rng).reshape(3, 2), labels(rng, 3, 3)
        agree(student.gradient_norms, tuple(weights(rng, 2, 4, 3)), X, y, atol=SUM)
        agree(
            student.gradient_norms, listed(weights(rng, 2, 4, 3)), X.tolist(), y.tolist(), atol=SUM
        )

    def test_leaves_its_inputs_alone(self, student, rng):
        """weights, X and y are not changed, not even for a moment."""
        given = weights(rng, 3, 4, 3), signed(rng, 5, 3), labels(rng, 5, 3)
        agree(student.gradient_norms, *given, atol=SUM, pure=True)
        agree(student.gradient_norms, *locked(given), atol=SUM, pure=True)


@exercise("predicted_norm")
class TestPredictedNorm:
    @public
    def test_shrinking_and_growing(self, student, rng):
        """The norms are right for layers that shrink them and for layers that enlarge them."""
        agree(student.predicted_norm, between(rng, 0.5, 1.5), 5, between(rng, 1.5, 9))
        agree(student.predicted_norm, between(rng, 2.5, 4.0), 7, between(rng, 0.2, 0.9))

    @public
    def test_no_layers(self, student, rng):
        """Without any layer, the norm at the start is all there is."""
        agree(student.predicted_norm, between(rng, 0.5, 1.5), 0, between(rng, 1.5, 9))

    @public
    def test_the_variance_that_keeps(self, student, rng):
        """Weights of the variance that keeps the mean square keep the norm."""
        agree(student.predicted_norm, 2.0, 4, between(rng, 1.5, 9))

    def test_many_layers(self, student, rng):
        """Very deep networks are predicted as well."""
        agree(student.predicted_norm, between(rng, 0.5, 1.5), 50, 4.8)


@exercise("relative_distance")
class TestRelativeDistance:
    @public
    def test_ordinary_weights(self, student, rng):
        """The distance is right for a short and for a long way."""
        W0 = signed(rng, 4, 3)
        agree(student.relative_distance, W0 + 0.1 * signed(rng, 4, 3), W0)
        agree(student.relative_distance, 5 * signed(rng, 4, 3), W0)

    @public
    def test_zeros(self, student, rng):
        """The cases of weights that start at zero are those of the statement, without warnings."""
        agree(student.relative_distance, signed(rng, 3, 2), np.zeros((3, 2)), quiet=True)
        agree(student.relative_distance, np.zeros((3, 2)), np.zeros((3, 2)), quiet=True)
        agree(student.relative_distance, np.zeros((3, 2)), signed(rng, 3, 2), quiet=True)

    @public
    def test_any_shape(self, student, rng):
        """Arrays of any shape are accepted, and small numbers count like others."""
        for shape in ((5,), (2, 3, 2), (1, 1)):
            W, W0 = signed(rng, *shape), signed(rng, *shape)
            agree(student.relative_distance, W, W0)
            agree(student.relative_distance, 1e-9 * W, 1e-9 * W0)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers of any dtype and nested lists are accepted."""
        agree(student.relative_distance, integers(rng), integers(rng) + 1)
        agree(student.relative_distance, signed(rng, 2, 3).tolist(), signed(rng, 2, 3).tolist())
        W, W0 = np.array([[3, 250], [9, 8]], np.uint8), np.array([[5, 90], [200, 7]], np.uint8)
        agree(student.relative_distance, W, W0)

    def test_float32(self, student, rng):
        """float32 weights have a float64 distance."""
        agree(student.relative_distance, eighths(rng, 3, 4), 2 + eighths(rng, 3, 4), rtol=SINGLE)

    def test_leaves_its_inputs_alone(self, student, rng):
        """W and W0 are not changed, not even for a moment."""
        W, W0 = signed(rng, 3, 2), signed(rng, 3, 2)
        agree(student.relative_distance, W, W0, pure=True)
        agree(student.relative_distance, frozen(W), frozen(W0), pure=True)


@exercise("scale_to_data")
class TestScaleToData:
    @public
    def test_three_layers(self, student, rng):
        """The new weights of every layer are right, from the first to the last."""
        agree(student.scale_to_data, weights(rng, 4, 6, 5, 3), signed(rng, 7, 4))
        agree(student.scale_to_data, weights(rng, 3, 5, 2), 0.01 * signed(rng, 4, 3) + 1)

    @public
    def test_impossible(self, student, rng):
        """Pre-activations that are all zero are refused, in the first layer and in others."""
        first, second = weights(rng, 3, 4, 2)
        agree(student.scale_to_data, [first, second], np.zeros((5, 3)), raises="ValueError")
        X = np.abs(signed(rng, 5, 3))
        agree(student.scale_to_data, [-np.abs(first), second], X, raises="ValueError")

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers in X, tuples and nested lists are accepted."""
        X = np.abs(integers(rng)).reshape(3, 2)
        first, second = map(np.abs, weights(rng, 2, 4, 3))
        agree(student.scale_to_data, (first, -second), X)
        agree(student.scale_to_data, listed([first, second]), X.tolist())

    def test_one_of_everything(self, student, rng):
        """One layer, one example and one unit are fine."""
        agree(student.scale_to_data, weights(rng, 3, 5), signed(rng, 4, 3))
        agree(student.scale_to_data, [np.abs(W) for W in weights(rng, 2, 1, 3)], np.ones((1, 2)))

    def test_float32(self, student, rng):
        """float32 stays float32."""
        X = np.abs(eighths(rng, 5, 3))
        agree(student.scale_to_data, [np.abs(W) for W in weights(rng, 3, 4, 3, draw=eighths)], X)

    def test_leaves_its_inputs_alone(self, student, rng):
        """weights and X are not changed, not even for a moment: the results are new."""
        given = [np.abs(W) for W in weights(rng, 3, 4, 2)], np.abs(signed(rng, 4, 3))
        agree(student.scale_to_data, *given, pure=True)
        agree(student.scale_to_data, *locked(given), pure=True)


@exercise("init_weights")
class TestInitWeights:
    @public
    def test_zero(self, student, rng):
        """A network of zeros has the right layers, in the right shapes."""
        agree(student.init_weights, rng, (4, 3, 5, 2), "zero")
        agree(student.init_weights, rng, [3, 2], "zero")

    @public
    @parametrize(
        ("scheme", "std"),
        [("small", 0.01), ("xavier", 40**-0.5), ("he", 8**-0.5), ("large", 1.0)],
    )
    def test_first_layer(self, student, rng, scheme, std):
        """With the scheme "{scheme}" the weights of the first layer have the right distribution."""
        follows(student.init_weights, rng, (16, 64, 3), scheme, law=normal(0, std), part=0)

    def test_last_layer(self, student, rng):
        """The last layer follows the scheme too."""
        law = normal(0, 20**-0.5)
        follows(student.init_weights, rng, (3, 40, 25), "he", law=law, part=1)

    @public
    def test_unknown_scheme(self, student, rng):
        """A scheme that is none of the five is refused."""
        for scheme in ("normal", "He", ""):
            agree(student.init_weights, rng, (3, 2), scheme, raises="ValueError")


@exercise("train")
class TestTrain:
    @public
    def test_losses(self, student, rng):
        """The losses before, between and after the steps are right."""
        agree(student.train, *small(rng, 6, 3, 3), 0.5, 2, atol=SUM, part=1)

    @public
    def test_parameters(self, student, rng):
        """The parameters after the last step are right."""
        agree(student.train, *small(rng, 6, 3, 4, 3), 0.5, 2, atol=SUM, part=0)

    @public
    def test_no_steps(self, student, rng):
        """Without a step there are copies of the parameters, and one loss."""
        agree(student.train, *small(rng, 4, 2, 3), 0.5, 0, atol=SUM, pure=True)

    @public
    def test_leaves_its_inputs_alone(self, student, rng):
        """params, X and y are not changed, not even for a moment."""
        given = small(rng, 4, 2, 3)
        agree(student.train, *given, lr=0.5, steps=1, atol=SUM, pure=True)
        agree(student.train, *locked(given), lr=0.5, steps=1, atol=SUM, pure=True)

    def test_lists(self, student, rng):
        """Tuples, nested lists and integers in X are accepted."""
        params, _, y = small(rng, 3, 2, 3)
        X = integers(rng).reshape(3, 2)
        agree(student.train, tuple(params), X, y, 0.1, 1, atol=SUM)
        agree(student.train, listed(params), X.tolist(), y.tolist(), 0.1, 1, atol=SUM)

    def test_float32(self, student, rng):
        """float32 parameters stay float32, and the losses are float64."""
        params, X, y = problem(rng, 4, 2, 3, draw=eighths)
        agree(student.train, params, X, y, 0.5, 1, rtol=SINGLE, atol=SINGLE)


def alike(rng, weight, n=6):
    """One layer, and examples that are all alike, but of which a third is of another class."""
    y = rng.permutation(np.arange(n) % 3 % 2)
    return [(np.array([[weight, -weight]]), np.zeros(2))], np.full((n, 1), 3.0), y


def shuffled(rng, *rates):
    """A list of rates in random order."""
    return rng.permutation(rates).tolist()


@exercise("best_rate")
class TestBestRate:
    @public
    def test_middle_rate(self, student, rng):
        """The right rate is found when it is neither the smallest nor the largest one."""
        slower = rng.integers(1, 4)
        slow, *others = *rng.uniform(0.001, 0.05, slower), *rng.uniform(1, 4, 4 - slower)
        rates, place = shuffled(rng, *others), rng.integers(4)
        rates[place:place] = [rng.uniform(0.2, 0.3), slow]  # which goes on well from there
        agree(student.best_rate, *alike(rng, 0.4), rates, 1)

    @public
    def test_last_loss_counts(self, student, rng):
        """It is the loss after the last step that counts, and not one on the way."""
        comes_back = 1.0, rng.uniform(1.14, 1.2)  # close to the best after one step, then lost
        overshoots = -1.0, rng.uniform(1.7, 2.0)  # far too far with one step, and back
        for weight, rate in rng.permutation([comes_back, overshoots]):
            rates = shuffled(rng, rate, rng.uniform(0.04, 0.06))
            agree(student.best_rate, *alike(rng, weight), rates, 2)

    @public
    def test_not_finite(self, student, rng):
        """Rates at which the loss is not finite are out, wherever they stand."""
        params, X, y = small(rng, 5, 2, 3)
        for _ in range(2):
            rates = shuffled(rng, 1e300, 2e300, rng.uniform(0.0001, 0.001))
            agree(student.best_rate, params, 1e10 * np.abs(X), y, rates, 1)

    @public
    def test_none_is_finite(self, student, rng):
        """If the loss is finite at no rate, this is said by an error."""
        params, X, y = small(rng, 5, 2, 3)
        rates = [1e300]
        agree(student.best_rate, params, 1e10 * np.abs(X), y, rates, 1, raises="ValueError")

    @public
    def test_ties(self, student, rng):
        """Of several rates with the same loss the first in the list is returned."""
        rates = [between(rng, 0.3, 0.5), between(rng, 0.1, 0.2), between(rng, 0.6, 0.9)]
        agree(student.best_rate, *small(rng, 4, 2, 3), rates, steps=0)

    def test_one_rate_and_lists(self, student, rng):
        """A single rate is fine, and so are nested lists."""
        params, X, y = small(rng, 4, 2, 3)
        rates = [between(rng, 0.1, 0.9)]
        agree(student.best_rate, listed(params), X.tolist(), y.tolist(), rates, 1)

    def test_leaves_its_inputs_alone(self, student, rng):
        """Neither params, X and y nor the rates are changed, not even for a moment."""
        rates = [between(rng, 0.3, 0.5), between(rng, 0.1, 0.2)]
        agree(student.best_rate, *small(rng, 4, 2, 3), rates, 0, pure=True)
        agree(student.best_rate, *locked(small(rng, 4, 2, 3)), rates[:1], 1, pure=True)
