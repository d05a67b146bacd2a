"""Plain data, observation, judgement and diagnosis."""

import contextlib
import json
import struct
import warnings

import numpy as np
import pytest

from lessons.kit.diagnose import alike, diagnose
from lessons.kit.functions import FUNCTIONS, made, parameter_count
from lessons.kit.judge import Call, changed, close, judge
from lessons.kit.observe import Caller, Observation, observe
from lessons.kit.plain import MAX_BYTES, Draws, Function, Handle, NotPlain, pack, replica, unpack

# ---- plain data


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -0.5,
        float("inf"),
        "tanh",
        [1, [2.0, "x"]],
        (1, (), [None]),
        {"a": (1, 2), "tuple": {"array": "b1"}},
    ],
)
def test_plain_values_come_back_as_they_were(value):
    assert replica(value) == value
    assert type(replica(value)) is type(value)


@pytest.mark.parametrize("dtype", ["b1", "i1", "u1", "i4", "u8", "f2", "f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4)])
def test_arrays_keep_dtype_shape_and_values(dtype, shape):
    array = np.random.default_rng(0).integers(0, 2, size=shape).astype(dtype)
    back = replica(array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert np.array_equal(back, array)
    assert not np.shares_memory(back, array)


def test_arrays_keep_layout_and_write_protection():
    grid = np.arange(12.0).reshape(3, 4)
    assert replica(np.asfortranarray(grid)).flags.f_contiguous
    assert not replica(grid[:, ::2]).flags.c_contiguous
    assert np.array_equal(replica(grid[::-1, ::2]), grid[::-1, ::2])
    grid.setflags(write=False)
    assert not replica(grid).flags.writeable
    assert replica(grid.copy()).flags.writeable


def test_scalars_and_foreign_byte_orders_become_arrays_of_this_machine():
    assert replica(np.float32(0.5)).dtype == np.float32
    swapped = replica(np.array([1.0, 2.0], dtype=">f8"))
    assert np.array_equal(swapped, [1.0, 2.0])
    assert swapped.dtype == np.float64


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        {1: 2},
        b"bytes",
        1j,
        lambda: None,
        np.array(["text"]),
        np.array([object()]),
        np.array(["2020-01-01"], dtype="M8[D]"),
        np.zeros(2, dtype=[("a", "f8")]),
    ],
)
def test_other_values_are_refused_by_name(value):
    with pytest.raises(NotPlain, match=r"of type|of dtype|keys"):
        pack(value)


def test_values_that_hold_themselves_are_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(NotPlain, match="deep"):
        pack(endless)


def test_a_subclass_cannot_bring_code_along():
    class Sly(np.ndarray):
        def __array_finalize__(self, other):
            self.secret = "kept"

    assert type(replica(np.zeros(2).view(Sly))) is np.ndarray


def packed(header, buffers=b""):
    """Bytes as `pack` makes them, around any header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + buffers


def array_node(**changes):
    node = {"array": "f8", "shape": [2], "layout": "C", "frozen": False}
    return {**node, **changes}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 7,
        b"\xff" * 64,
        packed(b"not json"),
        packed(b"\xff\xfe"),
        packed(b"[" * 100_000),
        packed({}),
        packed({"tuple": 3}),
        packed({"dict": [["a"]]}),
        packed({"dict": [[["a"], 1, 2]]}),
        packed({"dict": None}),
        packed([[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]),
        packed([0] * 200_000),
        packed(array_node()),
        packed(array_node(), b"\x00" * 15),
        packed(array_node(array="O"), b"\x00" * 16),
        packed(array_node(array="f8,f8"), b"\x00" * 32),
        packed(array_node(array=["f8"]), b"\x00" * 16),
        packed(array_node(shape=[-2]), b"\x00" * 16),
        packed(array_node(shape=[2.0]), b"\x00" * 16),
        packed(array_node(shape=[True, 2]), b"\x00" * 16),
        packed(array_node(shape="22"), b"\x00" * 16),
        packed(array_node(shape=None), b"\x00" * 16),
        packed(array_node(shape=[1] * 70), b"\x00" * 16),
        packed(array_node(shape=[MAX_BYTES])),
        packed(array_node(shape=[0, 1 << 62])),
        packed(array_node(shape=[1 << 62, 0, 1 << 62])),
        packed(array_node(shape=[1 << 33, 1 << 33])),
        packed({"array": "f8", "shape": [0]}),
    ],
)
def test_hostile_bytes_are_refused(data):
    with pytest.raises(NotPlain):
        unpack(data)


def test_no_flipped_byte_does_more_than_change_or_refuse_the_value():
    rng = np.random.default_rng(0)
    whole = pack([{"a": np.arange(6.0).reshape(2, 3)}, (1, "x", np.zeros((2, 0)), True)])
    for _ in range(3000):
        data = bytearray(whole)
        for at in rng.integers(len(data), size=rng.integers(1, 4)):
            data[at] = rng.integers(256)
        with contextlib.suppress(NotPlain):
            unpack(bytes(data[: rng.integers(len(data) // 2, len(data) + 1)]))


def test_arrays_of_one_message_never_overlap():
    node = array_node()
    one, other = unpack(packed([node, node], np.arange(4.0).tobytes()))
    one[...] = 9
    assert other.tolist() == [2.0, 3.0]


# ---- observation


def test_a_call_is_observed_on_copies():
    z = np.array([1.0, -1.0])
    seen = observe(np.negative, (z,), {"out": None})
    assert seen.error is None
    assert seen.result.tolist() == [-1.0, 1.0]
    assert seen.inputs_after[0][0].tolist() == [1.0, -1.0]


def test_changes_of_the_input_are_seen_and_stay_in_the_copy():
    def scale(z):
        z *= 2
        return 1.0

    z = np.array([1.0, 2.0])
    assert observe(scale, (z,)).inputs_after[0][0].tolist() == [2.0, 4.0]
    assert z.tolist() == [1.0, 2.0]


def test_a_result_that_shares_memory_with_the_input_shows_it():
    seen = observe(lambda z: z[1:], (np.arange(3.0),))
    assert seen.result.tolist() == [1.0, 2.0]
    assert seen.result_after.tolist() != [1.0, 2.0]


def test_errors_are_told_with_type_message_and_line():
    error = observe(lambda: {}["key"]).error
    assert (error["type"], error["message"]) == ("KeyError", "'key'")
    assert '{}["key"]' in error["line"]


@pytest.mark.parametrize("stop", [SystemExit, RecursionError, MemoryError])
def test_even_drastic_exceptions_are_observed(stop):
    def give_up():
        raise stop

    assert observe(give_up).error["type"] == stop.__name__


def test_an_exception_that_cannot_be_printed_is_still_observed():
    class Mute(Exception):
        def __str__(self):
            raise ValueError

    def fail():
        raise Mute

    assert observe(fail).error["message"] == ""


def test_floating_point_warnings_are_seen_even_when_turned_off_elsewhere():
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seen = observe(lambda z: np.exp(z) / 0, (np.array([1000.0, 0.0]),))
    assert seen.warned == ("overflow", "divide by zero")
    assert observe(np.exp, (np.array([-1000.0]),)).warned == ()


def test_a_result_that_is_no_plain_data_is_told_apart():
    assert observe(lambda: {1, 2}).error["type"] == "not plain"
    assert judge(call(1.0), observe(lambda: {1, 2})).kind == "type"


# ---- judgement


def call(expected, *args, **asked):
    return Call("f", args, {}, expected, **asked)


def kind(expected, result, *args, **asked):
    """The kind of failure of a function that returns `result`, or None."""
    failing = judge(call(expected, *args, **asked), observe(lambda *_: result, args))
    return failing and failing.kind


ROW = np.array([1.0, -2.0, 0.0])


@pytest.mark.parametrize(
    ("result", "expected", "failing"),
    [
        (ROW, ROW, None),
        (ROW * (1 + 1e-11), ROW, None),
        (ROW * (1 + 1e-7), ROW, "values"),
        (ROW + 1e-15, ROW, "values"),
        (np.array([1.0, -2.0, -0.0]), ROW, None),
        (ROW[:, None], ROW, "shape"),
        (ROW[:2], ROW, "shape"),
        (ROW.astype(np.float32), ROW, "dtype"),
        (ROW.astype(int), ROW, "dtype"),
        (ROW > 0, ROW, "dtype"),
        (np.array([1.0, np.nan, 0.0]), ROW, "nan"),
        (np.array([1.0, np.inf, 0.0]), ROW, "values"),
        (ROW.tolist(), ROW, "type"),
        (None, ROW, "type"),
        ("text", ROW, "type"),
        ((ROW,), ROW, "type"),
        (np.array([np.nan]), np.array([np.nan]), None),
        (np.array([np.inf]), np.array([np.inf]), None),
        (np.array([-np.inf]), np.array([np.inf]), "values"),
        (np.array([1e300]), np.array([np.inf]), "values"),
        (ROW > 0, ROW > 0, None),
        (ROW < 0, ROW > 0, "values"),
        (np.zeros((0, 3)), np.zeros((0, 3)), None),
        (np.zeros((3, 0)), np.zeros((0, 3)), "shape"),
        (0.5, np.float64(0.5), None),
        (np.array(0.5), 0.5, None),
        (np.array([0.5]), 0.5, "shape"),
        (True, np.True_, None),
        (1, 1.0, "dtype"),
        ((ROW, 1.0), (ROW, 1.0), None),
        ([ROW, 1.0], (ROW, 1.0), None),
        ((1.0, ROW), (ROW, 1.0), "shape"),
        ((ROW,), (ROW, 1.0), "type"),
        (ROW, (ROW, 1.0), "type"),
    ],
)
def test_results_are_judged(result, expected, failing):
    assert kind(expected, result) == failing


def test_a_python_float_may_stand_for_a_float32_number_but_a_float64_array_may_not():
    assert kind(np.float32(0.5), 0.5) is None
    assert kind(np.float32(0.1), 0.1) is None
    assert kind(np.float32(0.5), np.float64(0.5)) == "dtype"


def test_an_absolute_tolerance_is_for_sums_that_cancel():
    assert kind(np.array([0.0, 5.0]), np.array([1e-14, 5.0]), atol=1e-13) is None
    assert kind(np.array([0.0, 5.0]), np.array([1e-12, 5.0]), atol=1e-13) == "values"


def test_warnings_count_only_where_quiet_is_asked_for():
    z = np.array([1000.0])
    loud, right = observe(lambda z: 1 / (1 + np.exp(z)), (z,)), np.array([0.0])
    assert judge(call(right, z), loud) is None
    assert judge(call(right, z, quiet=True), loud).kind == "warned"


def test_purity_counts_only_where_it_is_asked_for():
    def zero(z):
        z[...] = 0
        return np.ones(2)

    z = np.array([1.0, 2.0])
    for function, right, failing in ((zero, np.ones(2), "mutated"), (lambda z: z, z, "aliased")):
        seen = observe(function, (z,))
        assert judge(call(right, z), seen) is None
        assert judge(call(right, z, pure=True), seen).kind == failing


def test_writing_to_a_protected_input_is_called_a_change_of_the_input():
    def zero(z):
        z[...] = 0

    z = np.ones(2)
    z.setflags(write=False)
    assert judge(call(np.zeros(2), z), observe(zero, (z,))).kind == "mutated"


def test_an_error_may_be_the_right_answer():
    def refuse(error):
        raise error

    asked = call(None, raises="ValueError")
    assert judge(asked, observe(lambda: refuse(ValueError("no")))) is None
    assert judge(asked, observe(lambda: refuse(KeyError("no")))).kind == "error"
    assert judge(asked, observe(lambda: refuse(NotImplementedError()))).kind == "unwritten"
    assert judge(asked, observe(lambda: 1.0)).kind == "accepted"
    assert judge(asked, Observation.failed("timeout")).kind == "timeout"


@pytest.mark.parametrize("failed", ["missing", "timeout", "crash", "unwritten"])
def test_calls_without_a_result_have_kinds_of_their_own(failed):
    error = {"unwritten": "NotImplementedError"}.get(failed, failed)
    assert judge(call(1.0), Observation.failed(error)).kind == failed


def test_what_is_said_holds_no_expected_value_and_details_hold_only_what_was_seen():
    failing = judge(call(np.array([1.0, 123.456])), observe(lambda: np.array([1.0, 654.321])))
    assert "654.321" in failing.detail
    assert "123.456" not in failing.says + failing.detail
    assert "654.321" not in failing.says
    assert failing.at == (1,)


def test_a_wrong_entry_deep_in_the_result_is_named_as_python_would():
    right = (1.0, ((np.zeros((2, 3)), np.zeros(3)),))
    wrong = (1.0, ((np.array([[0.0, 0, 7]] * 2), np.zeros(3)),))
    failing = judge(Call("f", (), {}, right), Observation(result=wrong))
    assert failing.says == "result[1][0][0] has wrong values"
    assert failing.detail == "result[1][0][0][0, 2] is 7.0"


def test_close_treats_each_entry_by_itself():
    near = close(np.array([1.0, 2.0, np.nan]), np.array([1.0, 2.1, np.nan]))
    assert near.tolist() == [True, False, True]


# ---- diagnosis

Z = np.array([-1.0, 0.5, 2.0])
RIGHT = np.maximum(Z, 0)
KNOWN = {
    "It folds.": np.abs,
    "It keeps the other side.": lambda z: np.minimum(z, 0),
    "It needs two axes.": lambda z: z[0, 0],
}


def answers(function, *calls):
    """What a function shows on the calls of one test, up to the first that fails."""
    found = []
    for one in calls:
        found.append((one, observe(function, one.args)))
        if judge(*found[-1]):
            break
    return found


def named(*tests, known=KNOWN):
    """The diagnosis for answers to tests, each a list of (call, observation)."""
    shown = [
        (says, [[observe(function, one.args) for one, _ in test] for test in tests])
        for says, function in known.items()
    ]
    return diagnose(list(tests), shown)


def test_the_mistake_that_answers_alike_is_named():
    assert named(answers(lambda z: np.sqrt(z * z), call(RIGHT, Z))) == "It folds."


def test_rounding_does_not_hide_a_mistake():
    assert named(answers(lambda z: np.abs(z) * (1 + 1e-9), call(RIGHT, Z))) == "It folds."


def test_an_unknown_mistake_is_not_named():
    assert not named(answers(lambda z: z + 3, call(RIGHT, Z)))


def test_what_is_right_is_not_diagnosed():
    assert not named(answers(lambda z: np.maximum(z, 0), call(RIGHT, Z)))


def test_a_mistake_that_fails_a_test_which_was_passed_is_not_named():
    positive = np.array([1.0, 2.0])
    passed = call(-positive, -positive)
    student = answers(lambda z: np.where(z.sum() > 0, np.abs(z), z), passed)
    failed = answers(lambda z: np.abs(z), call(RIGHT, Z))
    assert not named(student, failed, known={"It folds.": np.abs})


def test_two_mistakes_at_once_are_both_named():
    grid = np.array([[-1.0, 1.0]])
    first = answers(np.abs, call(RIGHT, Z))
    second = answers(np.atleast_3d, call(np.maximum(grid, 0), grid))
    known = {
        "It folds.": lambda z: np.abs(z) if z.ndim == 1 else np.maximum(z, 0),
        "It adds axes.": lambda z: np.atleast_3d(z) if z.ndim == 2 else np.maximum(z, 0),
    }
    assert named(first, second, known=known) == "It folds. It adds axes."


def test_a_mistake_that_leaves_the_ordinary_test_unexplained_is_not_named():
    grid = np.array([[-1.0, 1.0]])
    ordinary = answers(lambda z: z + 3, call(RIGHT, Z))
    other = answers(np.abs, call(np.maximum(grid, 0), grid))
    assert not named(ordinary, other, known={"It folds.": np.abs})


def test_a_misspelt_function_of_a_module_is_like_no_other_error():
    asked = call(1.0)
    misspelt = observe(lambda: np.maen(1.0))
    assert not alike(asked, misspelt, observe(lambda: [].shape))
    assert not alike(asked, misspelt, observe(lambda: [] + 1))


def test_errors_from_unsuitable_arguments_are_alike_whatever_their_type():
    def fails(error):
        return observe(lambda: (_ for _ in ()).throw(error))

    asked = call(1.0)
    assert alike(asked, fails(TypeError("a list")), fails(AttributeError("no shape")))
    assert not alike(asked, fails(TypeError("a list")), fails(ZeroDivisionError("zero")))
    assert not alike(asked, fails(TypeError("a list")), observe(lambda: 1.0))
    read_only = ValueError("assignment destination is read-only")
    assert not alike(asked, fails(TypeError("a list")), fails(read_only))


def test_warnings_and_changes_of_the_input_matter_only_where_they_are_asked_for():
    def scaling(z):
        z *= 2
        return z / 2

    z = np.array([1.0])
    impure, pure = observe(scaling, (z,)), observe(np.copy, (z,))
    assert alike(call(z, z), impure, pure)
    assert not alike(call(z, z, pure=True), impure, pure)


# ---- generators, and what stays with the student


def test_a_generator_goes_on_from_the_same_state():
    rng = np.random.default_rng(3)
    rng.integers(2, dtype=np.int32)  # leaves half a word behind
    back = replica({"rng": rng})["rng"]
    assert back is not rng
    assert np.array_equal(back.integers(9, size=50), rng.integers(9, size=50))
    assert np.array_equal(back.normal(size=5), rng.normal(size=5))


def test_generators_of_other_kinds_are_refused_by_name():
    with pytest.raises(NotPlain, match="MT19937, not PCG64"):
        pack(np.random.Generator(np.random.MT19937(0)))


def test_handles_and_draws_come_back_as_they_were():
    assert replica([Handle(2, 1)]) == [Handle(2, 1)]
    one, other = replica(Draws((np.random.default_rng(1), np.random.default_rng(2)))).generators
    assert one.random() == np.random.default_rng(1).random()
    assert other.random() == np.random.default_rng(2).random()


def test_a_function_comes_back_with_its_parameters_and_is_a_function_where_it_is_called():
    slopes = np.array([[1.0, -2.0]])
    sines = Function("sines", (slopes,))
    back = replica(sines)
    assert not changed(sines, back)
    assert changed(sines, Function("cubic", (slopes,)))
    assert changed(sines, Function("sines", (slopes + 1,)))
    seen = observe(lambda f, x: f(x), (sines, np.array([[0.5, 3.0]])))
    assert seen.result == pytest.approx(np.sin(0.5) + np.sin(-6.0))
    assert not changed((sines,), seen.inputs_after[0][:1])


@pytest.mark.parametrize("x", [np.ones(3), np.ones((1, 2), np.float32), [[1.0, 2.0]], 1.0, None])
def test_a_function_of_the_kit_refuses_all_but_arrays_like_the_one_it_is_for(x):
    seen = observe(lambda f: f(x), (Function("sines", (np.ones((1, 2)),)),))
    assert seen.error["type"] == "TypeError"
    assert "float64 of shape (1, 2)" in seen.error["message"]
    assert "f(x)" in seen.error["line"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_formula_of_a_function_of_the_kit_is_what_it_computes(name):
    function = FUNCTIONS[name]
    d = np.array([0.5, -2.0])
    given = {"x": d + 1, "b": d, "c": d, "A": np.outer(d, d) + 1}
    parameters = [given[one] for one in function.__code__.co_varnames]
    assert eval(function.__doc__, {"np": np, **given}) == function(*parameters)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_the_kit_gives_a_number_and_leaves_its_input_alone(name):
    x, *others = (np.full(shape, 0.5) for shape in ((3,), (3,), (3, 3)))
    f = made(name, tuple(others[: parameter_count(name)]))
    assert type(f(x)) is float
    assert f(x) == f(x)
    assert np.array_equal(x, np.full(3, 0.5))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("eval", (np.ones(1),)),
        (None, (np.ones(1),)),
        (["sines"], (np.ones(1),)),
        ("sines", ()),
        ("sines", (np.ones(1), np.ones(1))),
        ("sines", (1.0,)),
        ("sines", (np.float64(1.0),)),
        ("quadratic", (np.ones(2),)),
    ],
)
def test_only_functions_of_the_kit_with_their_parameters_are_plain(name, parameters):
    with pytest.raises(NotPlain):
        Function(name, parameters)


STATE = [1, 3, 0, 0]


@pytest.mark.parametrize(
    "node",
    [
        {"function": []},
        {"function": ["sines"]},
        {"function": ["sines", 1.0]},
        {"function": ["__import__", 1.0]},
        {"function": [{"function": []}]},
        {"function": "sines"},
        {"generator": None},
        {"generator": STATE[:3]},
        {"generator": ["1", 3, 0, 0]},
        {"generator": [1.0, 3, 0, 0]},
        {"generator": [-1, 3, 0, 0]},
        {"generator": [1 << 128, 3, 0, 0]},
        {"generator": [1, 4, 0, 0]},
        {"generator": [1, 3, 2, 0]},
        {"generator": [1, 3, 0, 1 << 32]},
        {"draws": [STATE, None]},
        {"draws": None},
        {"handle": [1]},
        {"handle": [1, -1]},
        {"handle": ["a", 0]},
        {"handle": None},
    ],
)
def test_hostile_functions_generators_and_handles_are_refused(node):
    with pytest.raises(NotPlain):
        unpack(packed(node))


def forward(x):
    return x.sum(), {"x": x, "show": print}


def backward(cache, rows):
    rows.append(1)
    return cache["x"] * 2


def test_what_is_kept_is_not_shown_and_reaches_a_later_call():
    caller, x = Caller(), np.arange(3.0)
    seen = caller.observe(forward, (x,), {}, 0, keeps=(1,))
    assert (float(seen.result[0]), seen.result[1]) == (3.0, None)
    after = caller.observe(backward, (Handle(0, 1), [0]), {}, 1)
    assert after.result.tolist() == [0.0, 2.0, 4.0]
    assert after.inputs_after == ((Handle(0, 1), [0, 1]), {})


def test_inputs_that_are_kept_are_as_they_were_and_an_aliased_result_still_shows():
    def keeps_all(x, W):
        return x, (x, W)

    caller = Caller()
    x, W = np.arange(3.0), np.array([True, False])
    x.setflags(write=False)
    seen = caller.observe(keeps_all, (x, W), {}, 0, keeps=(1,))
    assert seen.result_after[0].tolist() == [1.0, 2.0, 3.0]
    mine = caller.observe(lambda cache: (cache[0].copy(), cache[1].copy()), (Handle(0, 1),), {}, 1)
    assert [part.tolist() for part in mine.result] == [[0.0, 1.0, 2.0], [True, False]]
    locked = caller.observe(lambda cache: cache[0].flags.writeable, (Handle(0, 1),), {}, 2)
    assert locked.result is False


@pytest.mark.parametrize("returned", [None, 3.0, (1.0,), [], {"a": 1}])
def test_a_result_in_which_there_is_nothing_to_keep_is_shown_as_it_is(returned):
    caller = Caller()
    assert caller.observe(lambda: returned, (), {}, 0, keeps=(1,)).result == returned
    asked = Call("f", (), {}, (1.0, None), step=True, keeps=(1,))
    failing = judge(asked, Observation(result=returned))
    assert failing.says.startswith("could not be tried, because f failed before it: the result is")
    assert caller.observe(backward, (Handle(0, 1), []), {}, 1).error["type"] == "not kept"


def test_a_call_that_fails_leaves_nothing_of_an_earlier_one_to_take():
    caller = Caller()
    caller.observe(forward, (np.ones(2),), {}, 0, keeps=(1,))
    caller.observe(forward, (None,), {}, 0, keeps=(1,))
    assert caller.observe(backward, (Handle(0, 1), []), {}, 1).error["type"] == "not kept"


def test_draws_make_a_call_once_with_each_generator():
    def draw(rng, n):
        return rng.random(n)

    draws = Draws(tuple(np.random.default_rng(seed) for seed in (1, 1, 2)))
    seen = observe(draw, (draws, 4))
    assert len(seen.result) == 3
    assert np.array_equal(seen.result[0], seen.result[1])
    assert not np.array_equal(seen.result[0], seen.result[2])
    assert np.array_equal(seen.result[0], np.random.default_rng(1).random(4))


def test_an_error_with_one_generator_is_the_error_of_all_draws():
    def draw(rng):
        return 1 / int(rng.random() * 2)

    draws = Draws(tuple(np.random.default_rng(seed) for seed in range(9)))
    assert observe(draw, (draws,)).error["type"] == "ZeroDivisionError"


@pytest.mark.parametrize("forged", [None, 1.0, (), (1.0, 2.0), "abc", {"says": ""}])
def test_forged_draws_are_a_wrong_result(forged):
    form = {"shape": (50, 50), "dtype": "float64"}
    asked = Call("f", (), {}, form, law=("uniform", (0.0, 1.0)))
    assert judge(asked, Observation(result=forged)).kind == "type"


def test_what_is_asked_to_be_none_must_be_none():
    assert kind(None, None) is None
    assert kind(None, 3) == "type"
