"""Random functions are judged by their distribution, with a known rate of false alarms."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.suites.distribution import (
    bernoulli,
    discrete,
    follows,
    log_uniform,
    normal,
    truncated_normal,
    uniform,
)
from autograder.suites.record import Right, in_process
from autograder.suites.suite import Disagreement, Student
from lessons.kit import chance

SHAPE = (60, 50)
LAWS = {
    "normal": (normal(1, 2), lambda rng, *size: rng.normal(1, 2, size)),
    "uniform": (uniform(-1, 3), lambda rng, *size: rng.uniform(-1, 3, size)),
    "log_uniform": (
        log_uniform(1e-4, 1),
        lambda rng, *size: 10 ** rng.uniform(-4, 0, size),
    ),
    "truncated_normal": (
        truncated_normal(0, 1, -2, 2),
        lambda rng, *size: truncated(rng, size),
    ),
    "bernoulli": (bernoulli(0.8, 1.25), lambda rng, *size: (rng.random(size) < 0.8) / 0.8),
    "discrete": (
        discrete((0, 1, 2, 3), (0.1, 0.2, 0.3, 0.4)),
        lambda rng, *size: rng.choice(4, size=size, p=[0.1, 0.2, 0.3, 0.4]).astype(float),
    ),
}
each_law = pytest.mark.parametrize(("law", "draw"), LAWS.values(), ids=LAWS)


def truncated(rng, size):
    """Normal draws between -2 and 2, by drawing again."""
    z = rng.normal(size=size)
    while np.any(far := np.abs(z) > 2):
        z[far] = rng.normal(size=far.sum())
    return z


def student_with(function, right=None):
    """A student with one function, and the right one beside it."""
    chapter = SimpleNamespace(references={"f": right or function})
    right, observer = Right(chapter), in_process({"f": function})

    def ask(*call):
        made, _ = right(*call)
        return made, observer("f", made.args, made.kwargs, right.number, ())

    return Student(chapter.references, ask)


def said(law, function, *args, right=None, seed=0, **asked):
    """What is said of a function that should follow a law, or None."""
    right = right or LAWS["normal"][1]
    student = student_with(function, right)
    try:
        follows(student.f, np.random.default_rng(seed), *(args or SHAPE), law=law, **asked)
    except Disagreement as error:
        return error.failing.says
    return None


# ---- right functions


@each_law
def test_a_right_function_passes_with_every_seed(law, draw):
    assert {said(law, draw, right=draw, seed=seed) for seed in range(100)} == {None}


@each_law
def test_false_alarms_are_no_more_than_the_bounds_allow(law, draw, monkeypatch):
    monkeypatch.setattr(chance, "ALARM", 0.2)
    rng, runs = np.random.default_rng(1), 600
    alarms = sum(
        chance.judged(law, one, one, draw(rng, 40, 30)) is not None
        for one in (draw(rng, 40, 30) for _ in range(runs))
    )
    # A binomial count of rate 0.2 exceeds this in one of a hundred thousand cases.
    assert alarms <= 0.2 * runs + 4.3 * math.sqrt(0.2 * 0.8 * runs)


@each_law
def test_each_count_has_the_probability_that_its_law_says(law, draw):
    n = 400_000
    below = np.searchsorted(np.sort(draw(np.random.default_rng(2), n)), law.cuts) / n
    found, right = (chance._either_side(one, one) for one in (below, law.below))
    assert np.all(np.abs(found - right) < 6 * np.sqrt(right * (1 - right) / n))
    assert right.size == law.below.size * 3 // 2


def test_no_binomial_count_exceeds_its_bound_more_often_than_stated():
    n, p, a = 40, 0.3, 0.05
    exact = np.array([math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])
    beyond = n * chance._entropy(np.arange(n + 1) / n, np.full(n + 1, p)) > math.log(2 / a)
    assert 0 < exact[beyond].sum() <= a


@pytest.mark.parametrize("p", [0.5, 0.3, 0.05])
@pytest.mark.parametrize("t", [-3.0, -0.3, 0.3, 1.0, 3.0])
def test_coins_are_sub_gaussian_as_stated(p, t):
    coins, odds = (np.array([1, 0]) - p) / math.sqrt(p * (1 - p)), np.array([p, 1 - p])
    assert odds @ coins == pytest.approx(0)
    assert odds @ np.exp(t * coins) <= math.exp(t**2 / 2 / (4 * p * (1 - p)))


def test_the_order_of_draws_does_not_matter():
    law, draw = LAWS["normal"]
    assert said(law, lambda rng, n, m: draw(rng, m, n).T[::-1], right=draw) is None


def test_float32_is_judged_as_well():
    law, draw = LAWS["uniform"]

    def single(rng, *size):
        return draw(rng, *size).astype(np.float32)

    assert said(law, single, right=single) is None
    assert said(law, draw, right=single) == "the result has the wrong dtype"


# ---- wrong functions


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda rng, *size: rng.normal(1.3, 2, size), "too large on average"),
        (lambda rng, *size: rng.normal(0.7, 2, size), "too small on average"),
        (lambda rng, *size: rng.normal(1, 2.3, size), "spread too far"),
        (lambda rng, *size: rng.normal(1, 1.7, size), "spread too little"),
        (lambda rng, *size: 1 + 2 * rng.uniform(-1.732, 1.732, size), "distribution is another"),
        (lambda rng, *size: 1 + 2 * rng.laplace(0, 0.5**0.5, size), "distribution is another"),
        (lambda rng, n, m: np.tile(rng.normal(1, 2, m), (n, 1)), "asked for|depend on each other"),
        (lambda rng, n, m: np.repeat(rng.normal(1, 2, (n, m // 2)), 2, axis=1), "depend on each"),
        (lambda rng, *size: np.full(size, np.nan), "not finite"),
        (lambda rng, *size: np.zeros(size), "the same whatever state"),
        (lambda rng, *size: np.random.default_rng(0).normal(1, 2, size), "the same whatever"),
        (lambda rng, *size: np.random.normal(1, 2, size), "differs when the generator"),
        (lambda rng, n, m: rng.normal(1, 2, (m, n)), "wrong shape"),
        (lambda rng, *size: rng.normal(1, 2, size).tolist(), "a list of more than 9, not an array"),
        (lambda rng, *size: None, "None"),
        (lambda rng, *size: rng, "a Generator, not an array"),
    ],
)
def test_a_wrong_function_is_told_what_is_wrong(wrong, words, seed):
    assert any(part in said(normal(1, 2), wrong, seed=seed) for part in words.split("|"))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda rng, *size: rng.normal(1, 2 * 2**0.5, size),
        lambda rng, *size: rng.normal(1, 2 / 2**0.5, size),
        lambda rng, *size: rng.normal(2, 2, size),
        lambda rng, *size: rng.uniform(1 - 12**0.5, 1 + 12**0.5, size),
        lambda rng, *size: rng.laplace(1, 2**0.5, size),
        lambda rng, n, m: np.repeat(rng.normal(1, 2, (n, m // 2)), 2, axis=1),
    ],
    ids=["twice", "half", "shifted", "uniform", "laplace", "in pairs"],
)
def test_a_thousand_entries_are_enough_for_common_mistakes(wrong):
    assert None not in {said(normal(1, 2), wrong, 40, 26, seed=seed) for seed in range(50)}


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("uniform", lambda rng, *size: rng.normal(1, 4 / 12**0.5, size), "outside the range"),
        ("uniform", lambda rng, *size: rng.uniform(0, 3, size), "too large on average"),
        ("log_uniform", lambda rng, *size: rng.uniform(1e-4, 1, size), "too large on average"),
        ("truncated_normal", lambda rng, *size: rng.normal(size=size), "outside the range"),
        ("truncated_normal", lambda rng, *size: rng.normal(size=size).clip(-2, 2), "spread"),
        ("bernoulli", lambda rng, *size: (rng.random(size) < 0.8) * 1.0, "never occur"),
        ("bernoulli", lambda rng, *size: (rng.random(size) < 0.7) / 0.8, "too small on average"),
        ("bernoulli", lambda rng, n, m: np.tile((rng.random(m) < 0.8) / 0.8, (n, 1)), "result"),
    ],
)
def test_every_law_has_wrong_functions_that_are_caught(name, wrong, words):
    law, draw = LAWS[name]
    assert {words in said(law, wrong, right=draw, seed=seed) for seed in range(20)} == {True}


def test_a_divisor_takes_the_input_out_and_a_part_is_chosen():
    x = np.random.default_rng(0).uniform(1, 2, SHAPE)

    def dropout(x, rng, keep=0.5):
        mask = (rng.random(x.shape) < keep) / keep
        return mask, x * mask

    student = student_with(dropout)
    rng = np.random.default_rng(1)
    follows(student.f, x, rng, law=bernoulli(0.5, 2), divisor=x, part=1, pure=True)
    with pytest.raises(Disagreement, match="never occur"):
        follows(student.f, x, rng, law=bernoulli(0.5, 2), divisor=x, part=0)


def test_an_input_that_is_changed_is_told_though_the_generator_may_change():
    def spoils(rng, z):
        z += 1
        return rng.normal(1, 2, z.shape)

    def right(rng, z):
        return rng.normal(1, 2, z.shape)

    z = np.zeros(SHAPE)
    assert said(normal(1, 2), right, z, right=right, pure=True) is None
    assert "changed its input" in said(normal(1, 2), spoils, z, right=right, pure=True)


# ---- mistakes of the author of a test


def test_too_few_draws_are_refused():
    with pytest.raises(ValueError, match="are too few to judge"):
        said(normal(1, 2), LAWS["normal"][1], 20, 20)
    assert not bernoulli(0.9999).enough(10_000)


def test_a_call_without_a_generator_is_refused():
    student = student_with(np.ones)
    with pytest.raises(ValueError, match="one random generator is needed"):
        follows(student.f, 2000, law=uniform(0, 1))
