"""Hidden tests of the toy chapter."""

from autograder.suites.distribution import bernoulli, follows, normal
from autograder.suites.marks import exercise, public
from autograder.suites.suite import agree, kept


@exercise("small_normal")
class TestSmallNormal:
    @public
    def test_distribution(self, student, rng):
        """The weights are independent normal draws of the right size."""
        follows(student.small_normal, rng, 80, 60, law=normal(0, 0.01))

    def test_scale(self, student, rng):
        """The scale is a standard deviation, whatever the shape."""
        follows(student.small_normal, rng, 30, 100, scale=0.5, law=normal(0, 0.5))
        follows(student.small_normal, rng, 3000, 1, scale=3, law=normal(0, 3))


def layer(rng, n, d, m):
    return rng.normal(size=(n, d)), rng.normal(size=(d, m))


@exercise("layer_forward")
class TestLayerForward:
    @public
    def test_values(self, student, rng):
        """The output is right."""
        agree(student.layer_forward, *layer(rng, 5, 3, 4), atol=1e-13)

    def test_sizes(self, student, rng):
        """One example and one unit work, and the inputs are not changed."""
        agree(student.layer_forward, *layer(rng, 1, 3, 1), atol=1e-13, pure=True)


@exercise("layer_backward")
class TestLayerBackward:
    @public
    def test_values(self, student, rng):
        """The gradients are right, given what your own forward returns."""
        cache = kept(student.layer_forward, *layer(rng, 5, 3, 4))
        agree(student.layer_backward, rng.normal(size=(5, 4)), cache, atol=1e-13)

    def test_two_layers(self, student, rng):
        """Each backward belongs to its own forward, also when there are two."""
        one = kept(student.layer_forward, *layer(rng, 4, 3, 2))
        other = kept(student.layer_forward, *layer(rng, 2, 3, 5))
        agree(student.layer_backward, rng.normal(size=(2, 5)), cache=other, atol=1e-13)
        agree(student.layer_backward, rng.normal(size=(4, 2)), cache=one, atol=1e-13)


@exercise("dropout")
class TestDropout:
    @public
    def test_train(self, student, rng):
        """In training every entry is kept with the right probability, and scaled."""
        x = rng.uniform(1, 2, size=(50, 40))
        law = bernoulli(0.8, high=1 / 0.8)
        follows(student.dropout, x, 0.8, rng, law=law, divisor=x, pure=True)

    @public
    def test_at_test_time(self, student, rng):
        """At test time the result is a copy of the input."""
        agree(student.dropout, rng.normal(size=(4, 3)), 0.5, rng, train=False, pure=True)

    def test_other_probability(self, student, rng):
        """A small keep_prob works, also on three axes."""
        x = rng.uniform(-2, -1, size=(10, 12, 14))
        follows(student.dropout, x, 0.3, rng, law=bernoulli(0.3, high=1 / 0.3), divisor=x)
