"""The hidden suite of the chapter on checking gradients."""

import numpy as np

from autograder.suites.inputs import between, frozen, integers, rounding, signed
from autograder.suites.marks import exercise, parametrize, public
from autograder.suites.suite import agree
from lessons.kit.plain import Function

# A rounding error of a value of f, over the usual step of 1e-5. A forward difference is off by
# more: by half a step times the curvature.
DIFFERENCE = 1e-8
# The same with steps of a hundredth and more.
WIDE = 1e-11


def sines(rng, *shape):
    """A sum of sines of arrays of some shape, strongly curved."""
    return Function("sines", (signed(rng, *shape, low=1.5),))


def cubic(rng, *shape):
    """A sum of third powers, whose centered differences are off by a known amount."""
    return Function("cubic", (signed(rng, *shape),))


def product(rng, *shape):
    """A product, to whose every slope all entries contribute."""
    return Function("product", (rng.uniform(4, 6, shape),))


def quadratic(rng, d):
    """A quadratic form that is not symmetric."""
    return Function("quadratic", (signed(rng, d), signed(rng, d, d)))


@exercise("numerical_gradient")
class TestNumericalGradient:
    @public
    def test_ordinary_functions(self, student, rng):
        """The values are right for ordinary functions, with the usual step."""
        agree(student.numerical_gradient, sines(rng, 4), signed(rng, 4), atol=DIFFERENCE)
        agree(student.numerical_gradient, quadratic(rng, 3), signed(rng, 3), atol=DIFFERENCE)

    @public
    def test_wide_steps(self, student, rng):
        """The step that is asked for is taken, to both sides alike."""
        h = between(rng, 0.1, 0.4)
        agree(student.numerical_gradient, cubic(rng, 3), signed(rng, 3), h, atol=WIDE)
        agree(student.numerical_gradient, sines(rng, 3), signed(rng, 3), h=0.05, atol=WIDE)

    @public
    def test_entries_that_depend_on_each_other(self, student, rng):
        """While one entry moves, all others are where they were."""
        h = between(rng, 0.1, 0.4)
        agree(student.numerical_gradient, product(rng, 4), signed(rng, 4), h, rtol=1e-8)

    @public
    def test_matrices(self, student, rng):
        """A matrix has a gradient for each entry, in its own shape."""
        agree(student.numerical_gradient, sines(rng, 3, 2), signed(rng, 3, 2), h=0.1, atol=WIDE)
        agree(student.numerical_gradient, product(rng, 2, 2), signed(rng, 2, 2), h=0.1, rtol=1e-8)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted, and digits after the decimal point are not lost."""
        x = integers(rng)[:4]
        agree(student.numerical_gradient, sines(rng, 4), x, atol=DIFFERENCE)
        agree(student.numerical_gradient, sines(rng, 4), x.tolist(), atol=DIFFERENCE)
        agree(student.numerical_gradient, sines(rng, 2, 2), x.reshape(2, 2).tolist(), h=0.1)

    @public
    def test_zeros(self, student, rng):
        """An entry of x that is 0 moves as far as any other."""
        x = rng.permutation([0.0, *signed(rng, 3)])
        agree(student.numerical_gradient, sines(rng, 4), x, h=0.1, atol=WIDE)

    def test_kinks(self, student, rng):
        """At a kink the result is what the difference of the two sides says."""
        x = signed(rng, 4)
        c = x + rng.permutation([0.0, 2.0, *rng.uniform(0.02, 0.08, 2) * [1, -1]])
        agree(student.numerical_gradient, Function("kinks", (c,)), x, h=0.1, atol=WIDE)

    def test_float32(self, student, rng):
        """float32 is computed in double precision, and the gradient is float64."""
        x = signed(rng, 3).astype(np.float32)
        agree(student.numerical_gradient, sines(rng, 3), x, atol=DIFFERENCE)

    def test_any_shape(self, student, rng):
        """Every shape is accepted: one entry, three axes, no entry, and every layout in memory."""
        for shape in ((1,), (1, 1), (2, 1, 2), (0, 3)):
            agree(student.numerical_gradient, sines(rng, *shape), signed(rng, *shape), h=0.1)
        x = signed(rng, 2, 3).T
        agree(student.numerical_gradient, sines(rng, 3, 2), x, h=0.1, atol=WIDE)

    def test_leaves_its_input_alone(self, student, rng):
        """x is not changed, not even for a moment, and the result is a new array."""
        x = signed(rng, 3, 5)
        agree(student.numerical_gradient, sines(rng, 3, 5), x, h=0.1, atol=WIDE, pure=True)
        x = frozen(signed(rng, 3))
        agree(student.numerical_gradient, sines(rng, 3), x, h=0.1, atol=WIDE, pure=True)


@exercise("best_step")
class TestBestStep:
    @public
    @parametrize(("dtype",), [("float64",), ("float32",)])
    def test_values(self, student, dtype):
        """The value is right for {dtype}."""
        agree(student.best_step, dtype)

    def test_half_precision(self, student):
        """The value is right for float16 too."""
        agree(student.best_step, "float16")


@exercise("relative_error")
class TestRelativeError:
    @public
    def test_ordinary_gradients(self, student, rng):
        """The value is right for ordinary gradients, also where the two have different signs."""
        a = signed(rng, 6)
        agree(student.relative_error, a, a + 1e-3 * signed(rng, 6), rtol=1e-7)
        agree(student.relative_error, a, np.abs(signed(rng, 6)))

    @public
    def test_entries_of_different_size(self, student, rng):
        """One entry that is far off is enough, however small it is beside the others."""
        a = rng.permutation([300.0, -200.0, 1e-4, 100.0])
        agree(student.relative_error, a, np.where(np.abs(a) < 1, between(rng, 2, 9) * a, a))
        agree(student.relative_error, a, np.where(np.abs(a) < 1, 0.0, a))

    @public
    def test_zeros(self, student, rng):
        """Entries that are 0 in both agree, and entries close to 0 are measured by the floor."""
        a = rng.permutation([0.0, 0.0, *signed(rng, 3)])
        agree(student.relative_error, a, a.copy())
        tiny = a + rng.permutation([1e-10, -2e-10, 0, 0, 0])
        agree(student.relative_error, np.where(a == 0, tiny, a), a, rtol=1e-4, atol=1e-7)
        agree(student.relative_error, a, np.where(a == 0, 0.01, a), floor=between(rng, 0.1, 0.5))

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted."""
        a = integers(rng)
        agree(student.relative_error, a, a + rng.permutation([0, 0, 1, 2, 0, 0]))
        agree(student.relative_error, a.tolist(), (rng.integers(2, 9) * a).tolist())
        pixels = rng.integers(1, 100, size=(2, 3), dtype=np.uint8)
        agree(student.relative_error, pixels[0], pixels.sum(axis=0, dtype=np.uint8))

    @public
    def test_shapes_that_differ(self, student, rng):
        """Shapes that differ raise ValueError, also where NumPy could broadcast."""
        a = signed(rng, 4)
        agree(student.relative_error, a, a[:, None], raises="ValueError")
        agree(student.relative_error, a, a[:1], raises="ValueError")

    def test_nan(self, student, rng):
        """A NaN anywhere is not passed over."""
        a = rng.permutation([np.nan, *signed(rng, 3)])
        agree(student.relative_error, a, np.nan_to_num(a, nan=1.0))
        agree(student.relative_error, np.nan_to_num(a, nan=1.0), a)

    def test_any_shape_and_dtype(self, student, rng):
        """Every shape gives one float64 number, and so does float32."""
        for shape in ((2, 3), (1, 6), (6, 1), (3, 1, 2), (1,)):
            a = signed(rng, *shape)
            agree(student.relative_error, a, rng.uniform(0.2, 0.9, shape) * a)
        a, b = (rng.uniform(1, 9, size=5).astype(np.float32) for _ in range(2))
        agree(student.relative_error, a, b)

    def test_leaves_its_inputs_alone(self, student, rng):
        """a and b are not changed, not even for a moment."""
        a = signed(rng, 3)
        b = rng.uniform(0.2, 0.9, 3) * a
        agree(student.relative_error, a, b, pure=True)
        agree(student.relative_error, frozen(a), frozen(b), pure=True)


@exercise("directional_check")
class TestDirectionalCheck:
    @public
    def test_ordinary_functions(self, student, rng):
        """Both numbers are right for ordinary functions, with the usual step."""
        grad, x, v = signed(rng, 3, 4)
        agree(student.directional_check, sines(rng, 4), grad, x, v, atol=DIFFERENCE)
        agree(student.directional_check, quadratic(rng, 4), grad, x, v, atol=DIFFERENCE)

    @public
    @parametrize(("part", "name"), [(0, "analytic"), (1, "numeric")])
    def test_each_alone(self, student, rng, part, name):
        """{name} is right, whatever the other one is."""
        grad, x, v = signed(rng, 3, 4)
        agree(student.directional_check, sines(rng, 4), grad, x, v, h=0.1, atol=WIDE, part=part)

    @public
    def test_wide_steps(self, student, rng):
        """The step that is asked for is taken, to both sides alike."""
        grad, x, v = signed(rng, 3, 3)
        h = between(rng, 0.05, 0.2)
        agree(student.directional_check, cubic(rng, 3), grad, x, v, h, atol=1e-9)

    @public
    def test_long_and_short_directions(self, student, rng):
        """A direction of any length is taken as it is, on both sides."""
        grad, x, v = signed(rng, 3, 4)
        agree(student.directional_check, sines(rng, 4), grad, x, 5 * v, h=0.01, atol=1e-10)
        agree(student.directional_check, sines(rng, 4), grad, x, 0.01 * v, h=0.1, atol=WIDE)

    @public
    def test_matrices(self, student, rng):
        """Arrays with two and three axes give two numbers."""
        grad, x, v = signed(rng, 3, 3, 2)
        agree(student.directional_check, sines(rng, 3, 2), grad, x, v, h=0.1, atol=WIDE)
        grad, x, v = signed(rng, 3, 2, 2)
        agree(student.directional_check, sines(rng, 2, 2), grad, x, v, h=0.1, atol=WIDE)
        grad, x, v = signed(rng, 3, 2, 1, 2)
        agree(student.directional_check, sines(rng, 2, 1, 2), grad, x, v, h=0.1, atol=WIDE)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted."""
        x, v, grad = integers(rng)[:3], integers(rng)[:3], integers(rng)[:3]
        agree(student.directional_check, sines(rng, 3), grad, x, v, atol=DIFFERENCE)
        lists = [one.tolist() for one in (grad, x, v)]
        agree(student.directional_check, sines(rng, 3), *lists, atol=DIFFERENCE)

    def test_float32(self, student, rng):
        """float32 is computed in double precision."""
        arrays = [one.astype(np.float32) for one in signed(rng, 3, 4)]
        agree(student.directional_check, sines(rng, 4), *arrays, atol=DIFFERENCE)

    def test_leaves_its_inputs_alone(self, student, rng):
        """grad, x and v are not changed, not even for a moment."""
        arrays = list(signed(rng, 3, 2, 2))
        agree(student.directional_check, sines(rng, 2, 2), *arrays, h=0.1, atol=WIDE, pure=True)
        locked = map(frozen, arrays)
        agree(student.directional_check, sines(rng, 2, 2), *locked, h=0.1, atol=WIDE, pure=True)


@exercise("unbroadcast")
class TestUnbroadcast:
    @public
    def test_new_axes(self, student, rng):
        """Axes that broadcasting put in front are summed away."""
        agree(student.unbroadcast, signed(rng, 4, 3), (3,), atol=rounding(4))
        agree(student.unbroadcast, signed(rng, 2, 3, 4), (4,), atol=rounding(6))

    @public
    def test_stretched_axes(self, student, rng):
        """Axes of length 1 that broadcasting stretched are summed and kept."""
        agree(student.unbroadcast, signed(rng, 4, 3), (4, 1), atol=rounding(3))
        agree(student.unbroadcast, signed(rng, 4, 3), (1, 3), atol=rounding(4))
        agree(student.unbroadcast, signed(rng, 2, 3, 4), (2, 1, 4), atol=rounding(3))

    @public
    def test_both_kinds(self, student, rng):
        """Both kinds of axes may come together."""
        agree(student.unbroadcast, signed(rng, 2, 3, 4), (3, 1), atol=rounding(8))
        agree(student.unbroadcast, signed(rng, 2, 3, 4), (1, 4), atol=rounding(6))

    @public
    def test_axes_of_one_length(self, student, rng):
        """Axes are told apart by their place, also when they are equally long."""
        agree(student.unbroadcast, signed(rng, 3, 3), (3,), atol=rounding(3))
        agree(student.unbroadcast, signed(rng, 3, 3, 3), (3, 1), atol=rounding(9))

    @public
    def test_nothing_to_undo(self, student, rng):
        """Where nothing was broadcast the numbers stay, in an array of their own."""
        agree(student.unbroadcast, signed(rng, 2, 3), (2, 3), pure=True)

    @public
    def test_integers_and_lists(self, student, rng):
        """Integers and lists are accepted and give float64."""
        g = rng.integers(1, 9, size=(3, 2))
        agree(student.unbroadcast, g, (2,))
        agree(student.unbroadcast, g.tolist(), (3, 1))

    def test_all_of_it(self, student, rng):
        """A single number collects everything, with axes of length 1 or with none."""
        for shape in ((), (1,), (1, 1)):
            agree(student.unbroadcast, signed(rng, 3, 2), shape, atol=rounding(6))

    def test_axes_that_were_never_stretched(self, student, rng):
        """An axis of length 1 that stayed so is kept, and so is one without entries."""
        agree(student.unbroadcast, signed(rng, 3, 1), (3, 1))
        agree(student.unbroadcast, signed(rng, 1, 3), (1, 3))
        agree(student.unbroadcast, signed(rng, 0, 3), (1, 3))

    def test_float32(self, student, rng):
        """float32 stays float32."""
        g = signed(rng, 4, 3).astype(np.float32)
        agree(student.unbroadcast, g, (3,), atol=rounding(4, np.float32))

    def test_leaves_its_input_alone(self, student, rng):
        """g is not changed, not even for a moment, and the result is a new array."""
        g = signed(rng, 4, 3)
        agree(student.unbroadcast, g, (3,), atol=rounding(4), pure=True)
        agree(student.unbroadcast, frozen(g), (4, 1), atol=rounding(3), pure=True)
