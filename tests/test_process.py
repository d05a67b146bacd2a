import os
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from textwrap import dedent

import numpy as np
import psutil
import pytest

from autograder.sandbox import claims, process
from autograder.sandbox.channel import Gone
from autograder.sandbox.isolation import isolation
from autograder.sandbox.limits import Limits
from autograder.sandbox.worker import request
from autograder.suites.record import Batch
from lessons.kit.observe import Observation
from lessons.kit.plain import Draws, Function, Handle, pack

SHORT = Limits(call=1, cell=1)
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")


def batch(calls):
    calls = [{"call": name, "args": args, "kwargs": {}} for name, *args in calls]
    return Batch(tuple(pack(call | {"args": tuple(call["args"])}) for call in calls))


def notebook(*cells):
    return [dedent(cell).strip() for cell in cells]


@pytest.fixture(params=["one by one", "in a batch"])
def run(host, request):
    """What calls of functions in a notebook show; a call is a name, or a name and arguments."""

    def run(*cells, calls, limits=SHORT):
        calls = [(call, np.arange(3.0)) if isinstance(call, str) else call for call in calls]
        if request.param == "in a batch":
            packed = batch(calls)
            with host.student(notebook(*cells), limits, packed) as student:
                return student.answers(packed)
        with host.student(notebook(*cells), limits) as student:
            return [student.observer(name, tuple(args), {}) for name, *args in calls]

    return run


def kinds(observations):
    return [seen.error and seen.error["type"] for seen in observations]


@pytest.mark.parametrize(
    ("cells", "result", "place"),
    [
        (["k = 2", "def f():\n    return k", "def g():\n    return 1 / 0"], 2, "cell 3, line 2"),
        (["k = 3", "def f():\n    return k", "def g():\n    return 1 / 0"], 3, "cell 3, line 2"),
        (
            ["", "k = 2", "def f():\n    return k", "def g():\n    return 1 / 0"],
            2,
            "cell 4, line 2",
        ),
    ],
    ids=["left alone", "changed", "moved"],
)
def test_a_cell_that_was_handed_out_runs_as_it_stands_in_the_notebook(host, cells, result, place):
    given = ((1, "k = 2"), (3, "def g():\n    return 1 / 0"), (4, "raise SystemExit"))
    packed = replace(batch([("f",), ("g",)]), given=given)

    with host.student(cells, SHORT, packed) as student:
        seen = student.answers(packed)

    assert seen[0].result == result
    assert seen[1].error["place"] == place


@pytest.fixture
def failures(host):
    """The cells that did not run to their end."""

    def failures(*cells):
        with host.student([*notebook(*cells), "def f(): return 1"], SHORT) as student:
            assert student.observer("f", (), {}).result == 1
            return [(one.cell, one.kind, one.line) for one in student.failures.values()]

    return failures


GOOD = "def good(z): return 2 * z"


# ---- calls


def test_a_call_crosses_with_all_that_is_observed(host):
    z = np.array([1.0, 0.0])
    source = """
        def inverse(z, scale=1):
            z *= scale
            return 1 / z
    """

    with host.student(notebook(source)) as student:
        seen = student.observer("inverse", (z,), {"scale": 2})

    assert np.array_equal(seen.result, [0.5, np.inf])
    assert seen.warned == ("divide by zero",)
    assert np.array_equal(seen.inputs_after[0][0], [2.0, 0.0])
    assert np.array_equal(z, [1.0, 0.0])


def test_a_function_among_the_arguments_is_one_there_and_refuses_what_it_is_not_for(run):
    sines = Function("sines", (np.array([1.0, 2.0]),))
    calls = [("at", sines, np.ones(2)), ("at", sines, np.ones(3)), ("itself", sines)]

    value, refused, itself = run("def at(f, x): return f(x)\ndef itself(f): return f", calls=calls)

    assert value.result == pytest.approx(np.sin(1) + np.sin(2))
    assert (refused.error["type"], refused.error["line"][:6]) == ("TypeError", "def at")
    assert itself.error["type"] == "not plain"


def test_a_function_that_is_not_there_is_missing(run):
    assert kinds(run("x = 3", calls=["f", "x"])) == ["missing", "missing"]


def test_an_error_is_placed_on_the_students_own_line(run):
    source = """
        def f(z):
            zero = 0
            return np.add.reduce([z / zero, z.nothing])
    """

    [seen] = run(GOOD, source, calls=["f"])

    assert seen.error["type"] == "AttributeError"
    assert seen.error["place"] == "cell 2, line 3"
    assert seen.error["line"] == "return np.add.reduce([z / zero, z.nothing])"


def test_an_error_inside_the_standard_library_is_placed_on_the_students_own_line(run):
    source = """
        import statistics
        def f(z):
            return statistics.mean([])
    """

    [seen] = run(source, calls=["f"])

    assert (seen.error["place"], seen.error["line"]) == (
        "cell 1, line 3",
        "return statistics.mean([])",
    )


@pytest.mark.parametrize(
    "body",
    ["sys.exit(0)", "raise KeyboardInterrupt", "raise GeneratorExit", "f(z)", "exit = 1 / 0"],
)
def test_whatever_is_raised_is_an_observation_of_a_process_that_goes_on(run, body):
    seen = run(f"import sys\ndef f(z): {body}", GOOD, calls=["f", "good"])

    assert seen[0].error
    assert not seen[1].error


@pytest.mark.parametrize(
    "result",
    [
        "(i for i in z)",
        "np.array([print])",
        "lambda: 1",
        "{1: 2}",
        "10 ** 10_000",
        "Evil()",
    ],
)
def test_a_result_that_is_not_plain_data_is_an_observation(run, result):
    evil = """
        class Evil(dict):
            def items(self): raise SystemExit
            def __iter__(self): raise SystemExit
            def values(self): raise SystemExit
    """

    seen = run(evil, f"def f(z): return {result}", GOOD, calls=["f", "good"])

    assert kinds(seen)[0] == "not plain"
    assert not seen[1].error


@pytest.mark.parametrize("size", [3, 2000])
def test_answers_that_are_the_same_to_the_last_bit_are_read_once(run, size):
    calls = [("f", np.zeros(size)), ("f", np.ones(size))]
    one, other = run("def f(z): return 2 * z", calls=calls)
    again, changed = run("def f(z): return z + z if z[0] else z + 5e-324", calls=calls)
    assert again is not one
    assert changed is other
    assert one.result[0] == 0 < again.result[0]


def test_what_would_take_many_times_its_size_is_not_remembered(run):
    one, other = run("def f(z): return [[]] * 2000", calls=["f", "f"])
    assert one.result == other.result
    assert one is not other


def test_every_draw_is_seen_as_it_was_returned(run):
    source = """
        hall = np.zeros(4)
        def f(z, rng):
            z += 1
            hall[:] = z + rng.random(4)
            return hall
    """
    rngs = [np.random.default_rng(seed) for seed in (1, 1, 2)]
    right = tuple(1 + np.random.default_rng(seed).random(4) for seed in (1, 1, 2))
    [seen] = run(source, calls=[("f", np.zeros(4), Draws(tuple(rngs)))])
    np.testing.assert_array_equal(seen.result, right)


def test_random_numbers_are_the_same_in_every_process(run):
    source = "import random\ndef f(z): return np.random.rand(), random.random()"

    assert run(source, calls=["f"])[0].result == run(source, calls=["f"])[0].result


# ---- what ends badly costs its own calls only


def test_an_endless_loop_is_stopped_and_not_started_again(host):
    loop = "def loop(z):\n    while True: pass"
    calls = batch([(name, 1.0) for name in ["good", "loop", "loop", "loop", "good"]])
    started = []

    with host.student([loop, GOOD], SHORT, calls) as student:
        launch = student._launch
        student._launch = lambda limits: started.append(1) or launch(limits)
        seen = student.answers(calls)

    assert kinds(seen) == [None, "timeout", "timeout", "timeout", None]
    assert len(started) == 2


def test_a_loop_that_catches_everything_is_stopped(run):
    loop = """
        import signal, time
        def loop(z):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                try:
                    while True: pass
                except BaseException:
                    pass
    """

    assert kinds(run(loop, GOOD, calls=["loop", "good"])) == ["timeout", None]


@pytest.mark.parametrize(
    "end",
    [
        "os._exit(0)",
        "os.abort()",
        "ctypes.string_at(0)",
        "os.closerange(0, 99)",
    ],
)
def test_a_crash_costs_its_own_calls_only(run, end):
    crash = f"import ctypes, os\ndef crash(z): {end}"

    seen = run(crash, GOOD, calls=["good", "crash", "crash", "crash", "good"])

    assert kinds(seen) == [None, "crash", "crash", "crash", None]


KEEPING = """
    def begin(x): return x, [x]
    def go_on(x, kept): return x, [*kept, x]
    def show(kept): return kept
    def loop():
        while True: pass
"""
KEPT = [
    ("begin", (1.0,), (1,)),
    ("go_on", (2.0, Handle(0, 1)), (1,)),
    ("loop", (), ()),
    ("show", (Handle(1, 1),), ()),
]


@pytest.mark.parametrize("way", ["one by one", "in a batch"])
def test_what_was_kept_before_a_loop_is_there_after_it(host, way):
    asked = [(name, args, {}, number, keeps) for number, (name, args, keeps) in enumerate(KEPT)]
    frames = tuple(pack(request(*one)) for one in asked)
    packed = Batch(frames, needs=((), (0,), (), (0, 1)))

    with host.student(notebook(KEEPING), SHORT, packed) as student:
        if way == "in a batch":
            seen = student.answers(packed)
        else:
            seen = [student.observer(*one) for one in asked]

    assert kinds(seen) == [None, None, "timeout", None]
    assert seen[3].result == [1.0, 2.0]


def test_what_an_earlier_test_kept_is_not_made_again(host):
    with host.student(notebook(KEEPING), SHORT) as student:
        student.observer("begin", (1.0,), {}, 0, (1,))
        student.observer("loop", (), {}, 0)
        seen = student.observer("show", (Handle(0, 1),), {}, 1)

    assert kinds([seen]) == ["not kept"]


@pytest.mark.parametrize("seconds", [0, 0.1])
def test_the_time_of_a_whole_submission_is_bounded(host, seconds):
    with host.student(["def f(z):\n    while True: pass"], Limits(submission=seconds)) as student:
        seen = student.observer("f", (1.0,), {})

    assert seen.error["type"] == "timeout"
    assert student.out_of_time


@linux
def test_a_loop_that_claims_to_be_at_work_ends_with_the_time_of_the_submission(have):
    claims_progress = """
        import sys
        def loop():
            frame = sys._getframe()
            while "line" not in frame.f_locals: frame = frame.f_back
            while True: frame.f_locals["line"]._progress[0] += 1
    """
    limits = Limits(call=0.5, submission=3)
    with isolation(have("strict")) as host, host.student(notebook(claims_progress), limits) as eve:
        seen = eve.observer("loop", (), {})
        assert eve.out_of_time

    assert kinds([seen]) == ["timeout"]


@linux
def test_memory_is_bounded(run):
    bomb = "def bomb(z): return np.ones((1 << 20, 1 << 12))"

    assert kinds(run(bomb, GOOD, calls=["bomb", "good"])) == ["MemoryError", None]


def test_a_result_that_is_too_large_to_send_ends_the_process(run):
    large = "def large(z): return np.ones(100_000)"

    seen = run(large, GOOD, calls=["large", "good"], limits=Limits(reply=1 << 16))

    assert kinds(seen) == ["crash", None]


@linux
def test_what_the_student_started_ends_with_a_plain_process(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    sleeper = f"""
        import subprocess, sys
        def f(z):
            program = "import sys, time; f = open({str(fifo)!r}, 'w'); time.sleep(600)"
            subprocess.Popen([sys.executable, "-c", program])
            return z
    """

    with isolation("process") as host, host.student(notebook(sleeper)) as student:
        assert not student.observer("f", (1.0,), {}).error
        reader = fifo.open()

    with reader:
        assert reader.read() == ""  # would wait for the sleeper if it were alive


# Has a student loop, says so and waits.
LOOPING = """
    import sys, time

    from autograder.sandbox.channel import Late
    from autograder.sandbox.isolation import isolation
    from autograder.sandbox.limits import LIMITS
    from lessons.kit.plain import pack

    with isolation(sys.argv[1]) as host:
        channel = host._launch(LIMITS)
        loop = {"cell": 1, "source": "while True: pass"}
        channel.send(pack({"id": "", "each": True, "items": [loop]}))
        try:
            channel.receive(time.monotonic() + 0.5)
        except Late:
            print("loops", flush=True)
        time.sleep(600)
"""


@linux
def test_nothing_outlives_a_grader_that_is_killed(level):
    grader = subprocess.Popen(
        [sys.executable, "-c", dedent(LOOPING), level], stdout=subprocess.PIPE, text=True
    )
    assert grader.stdout.readline() == "loops\n"
    started = [
        one
        for one in psutil.Process(grader.pid).children(recursive=True)
        if one.status() != psutil.STATUS_ZOMBIE  # the one that tried the walls
    ]
    # At strict these are bubblewrap and the fork server, too.
    assert len(started) == {"strict": 3, "process": 1}[level]

    with grader:
        grader.kill()

    assert psutil.wait_procs(started, timeout=30)[1] == []


@linux
def test_a_loop_that_nobody_ends_is_ended_by_the_kernel(host):
    channel = host._launch(Limits(submission=0))
    loop = {"cell": 1, "source": "while True: pass"}
    channel.send(pack({"id": "", "each": True, "items": [loop]}))

    with closing(channel), pytest.raises(Gone):
        channel.receive(time.monotonic() + 60)


# ---- cells


def test_a_cell_that_fails_is_recorded_and_the_next_one_runs(failures):
    assert failures("x = 1\ny = x / 0", "import nothing", "x.real") == [
        (1, "ZeroDivisionError", 2),
        (2, "ModuleNotFoundError", 1),
    ]


@pytest.mark.parametrize("end", ["while True: pass", "import os; os._exit(1)", "1 / 0"])
def test_a_cell_that_ends_badly_still_defines_its_functions(run, end):
    before, after = "def first(z): return z", "def second(z): return z + shift"

    seen = run(f"{before}\n{end}\nshift = 1\n{after}", GOOD, calls=["first", "second", "good"])

    assert kinds(seen) == [None, None, None]


@pytest.mark.parametrize(
    "first", ["import tqdm_of_mine", "open('log', 'w')", "from math import (\n    nothing,\n)"]
)
def test_what_fails_in_a_cell_is_left_out_and_nothing_else(run, first):
    cell = f"{first}\nshape = dict(k=2)\n@staticmethod\ndef f(z):\n    return shape['k']"

    assert [seen.result for seen in run(cell, calls=["f"])] == [2]


def test_a_cell_goes_on_below_the_statement_that_failed(run):
    cell = "made = []\ndef fail():\n    return 1 / 0\nmade.append(1)\nfail()\nmade.append(2)"

    assert run(cell, "def f(z): return made", calls=["f"])[0].result == [1, 2]


def test_what_a_cell_imports_from_the_future_holds_for_later_ones(run):
    cells = ["from __future__ import annotations", "def f(z: NDArray) -> NDArray: return 1"]

    assert run(*cells, calls=["f"])[0].result == 1


BUSY = """
import time
end = time.monotonic() + 0.3
while time.monotonic() < end: pass
"""


@pytest.mark.parametrize("slow", [[BUSY] * 4 + ["while True: pass"], ["while True: pass"] * 5])
def test_slow_experiments_leave_half_of_the_time_for_calls(strict_host, slow):
    with strict_host.student(notebook(*slow, GOOD), Limits(cell=1, submission=3)) as student:
        assert student.observer("good", (1.0,), {}).result == 2

        assert {one.kind for one in student.failures.values()} <= {"timeout", "slow"}
        assert sorted(student.failures) == [1, 2, 3, 4, 5]


def test_a_cell_whose_definitions_end_badly_is_left_out(run):
    seen = run("import os\ndef f(z, end=os._exit(1)): pass", GOOD, calls=["f", "good"])

    assert kinds(seen) == ["missing", None]


def test_figures_checks_and_widgets_do_nothing(failures):
    cells = [
        """
        import matplotlib.pyplot as plt
        from IPython.display import HTML, display
        from ipywidgets import interact
        from lessons.kit import check, explore
        from lessons.activations import figures
        from sklearn.datasets import load_digits
        """,
        """
        fig, (left, right) = plt.subplots(1, 2)
        left.plot([1, 2]); left.set(title="x"); right[0].imshow(np.eye(2))
        with plt.style.context("dark"):
            plt.show()
        X, y = load_digits(return_X_y=True)
        for row in X[:3] / 16:
            print(f"{row:.2f}")
        """,
        """
        check("activations.sigmoid")
        display(explore(figures.anything, std=[1, 2]))
        get_ipython().run_line_magic("matplotlib", "inline")
        """,
    ]

    assert failures(*cells) == []


def test_output_without_end_is_lost(failures):
    flood = """
        import os, sys
        print("x" * 10_000_000); sys.stderr.write("x" * 10_000_000)
        for one in (0, 1, 2): os.write(one, b"x" * 1_000_000)
    """

    assert failures(flood) == []


def test_input_is_at_an_end_at_once(failures):
    assert failures("input('?')") == [(1, "EOFError", 1)]


# ---- what a student's code finds around it


@pytest.mark.parametrize("name", ["solutions", "autograder", "kit", "pytest", "tests", "pip"])
def test_neither_solutions_nor_tests_can_be_imported(failures, name):
    assert failures(f"import {name}") == [(1, "ModuleNotFoundError", 1)]


def test_neither_solutions_nor_tests_are_in_memory(run):
    source = """
        import sys
        def f(z):
            names = {"solutions", "autograder", "pytest", "lessons.kit.judge"}
            return sorted(names & set(sys.modules))
    """

    assert run(source, calls=["f"])[0].result == []


def test_the_process_starts_in_an_empty_folder_without_the_graders_environment(run, monkeypatch):
    monkeypatch.setenv("SECRET", "of the grader")
    source = "import os\ndef f(z): return os.listdir(), 'SECRET' in os.environ"

    assert run(source, calls=["f"])[0].result == ([], False)


FORGE = """
    import json, os, struct
    def packed(value):
        header = json.dumps(value).encode()
        header += b" " * (-(8 + len(header)) % 16)
        body = struct.pack("<Q", len(header)) + header
        return struct.pack("<Q", len(body)) + body
    def forge(data):
        for one in range(3, 64):
            try: os.write(one, data)
            except OSError: pass
"""


@pytest.mark.parametrize(
    "frame",
    [
        "packed({'dict': [['id', 'guessed'], ['observation', None]]})",
        "packed([])",
        "packed(3)[:-1] + b'x'",
        "struct.pack('<Q', 1 << 40)",
        "struct.pack('<Q', 20) + struct.pack('<Q', 1 << 60) + b'x' * 12",
        "struct.pack('<Q', 0)",
    ],
)
def test_a_forged_frame_is_no_answer(run, frame):
    source = f"def f(z):\n    forge({frame})\n    return z"

    assert kinds(run(FORGE, source, GOOD, calls=["f", "good"])) == ["crash", None]


def test_a_frame_that_never_ends_is_late(run):
    source = """
        def f(z):
            forge(struct.pack('<Q', 1000))
            while True: pass
    """

    assert kinds(run(FORGE, source, GOOD, calls=["f", "good"])) == ["timeout", None]


# ---- claims


RIGHT = Observation(1.0, None, ((1.0,), {}), 1.0, ("overflow",)).as_plain()
ERROR = {"type": "ValueError", "message": "", "place": "", "line": ""}


def believed(**changes):
    cells = ['def f(z):\n    raise NotImplementedError("f is yours to write")', "x = 1"]
    return claims.observation(RIGHT | changes, cells)


def test_a_right_claim_is_believed():
    assert believed().as_plain() == RIGHT


@pytest.mark.parametrize(
    "claim",
    [
        None,
        [],
        {},
        RIGHT | {"score": 100},
        RIGHT | {"warned": ("the input is 3",)},
        RIGHT | {"warned": "overflow"},
        RIGHT | {"warned": ("overflow", "invalid value", "overflow")},
        RIGHT | {"warned": ("invalid value", "overflow")},
        RIGHT | {"warned": (np.ones(2),)},
        RIGHT | {"error": "ValueError"},
        RIGHT | {"error": ERROR | {"line": 3}},
        RIGHT | {"error": {}},
    ],
)
def test_a_claim_of_another_form_is_thrown_away(claim):
    assert claims.observation(claim, []).error == claims.unreadable().error


@pytest.mark.parametrize(
    ("claim", "believed"),
    [
        ({"error": None}, None),
        ({"error": {"type": "KeyError", "line": 3}}, ("KeyError", 3)),
        ({"error": {"type": np.ones(2), "line": 3}}, ("an exception of its own kind", 3)),
        ({"error": {"type": "KeyError", "line": np.ones(2)}}, ("an exception", 0)),
        ({"error": np.ones(2)}, ("an exception", 0)),
    ],
)
def test_of_a_cell_that_failed_only_an_exception_and_a_line_are_believed(claim, believed):
    assert process._error_of_cell(pack(claim)) == believed


@pytest.mark.parametrize("field", ["type", "message", "place", "line"])
def test_no_words_of_the_student_are_passed_on(field):
    error = believed(error=ERROR | {field: "the hidden input is 3"}).error

    assert "hidden" not in str(error)


@pytest.mark.parametrize("what", ["a value of type Input3", "an array of dtype (3,)f8", "3"])
def test_no_name_of_a_type_is_passed_on(what):
    error = believed(error=ERROR | {"type": "not plain", "message": what}).error

    assert error["message"] == "something that is neither array nor number"


def test_the_line_of_an_error_is_looked_up_in_the_notebook():
    error = believed(error=ERROR | {"place": "cell 2, line 1", "line": "the input is 3"}).error

    assert (error["place"], error["line"]) == ("cell 2, line 1", "x = 1")


@pytest.mark.parametrize(
    "place", ["cell 2, line 9", "cell 0, line 1", "cell 2, line 0000001", "line 1"]
)
def test_a_line_that_is_not_in_the_notebook_is_left_out(place):
    assert believed(error=ERROR | {"place": place}).error["place"] == ""


def test_a_place_is_written_anew_so_that_its_digits_say_nothing_more():
    error = believed(error=ERROR | {"place": "cell 002, line 00001"}).error

    assert error["place"] == "cell 2, line 1"


def test_a_very_long_line_is_quoted_in_part():
    assert len(claims.line_of(["x" * 10_000], 1, 1)) < 250


def test_which_exercise_is_not_written_is_passed_on_if_the_notebook_says_so():
    def message(text):
        return believed(error=ERROR | {"type": "NotImplementedError", "message": text}).error

    assert message("f is yours to write")["message"] == "f is yours to write"
    assert message("three is yours to write")["message"] == ""
