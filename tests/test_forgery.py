"""Forgeries and leaks that work on graders which run tests beside the student's code, on ours.

A student who solved nothing runs the attack in the first cell, and it runs again in every call. No
point may come of it, and nothing hidden may be seen. What only the walls of `strict` can stop is
tried at `strict` alone: `process` promises no more than that tricks inside Python fail.
"""

import codecs
import inspect
import os
import re
import socket
from functools import cache
from textwrap import dedent, indent

import numpy as np
import pytest

from autograder.course.exercise import chapter
from autograder.course.lesson import ROOT
from autograder.grading.grade import grade
from autograder.grading.submission import Submission
from autograder.reports.feedback import page
from autograder.sandbox.limits import Limits
from autograder.suites.record import recording
from autograder.suites.suite import suite

CHAPTER = "activations"
LIMITS = Limits(call=5, cell=5)


def unsolved(attack, returns="None"):
    """A notebook in which every function attacks and returns what is no solution."""
    attack = dedent(attack)
    tried = f"def attack():\n{indent(attack, '    ')}\ntry:\n    attack()\nexcept Exception: pass"
    functions = (
        f"def {one.name}(*args, **kwargs):\n    try:\n        attack()\n"
        f"    except Exception: pass\n    return {returns}"
        for one in chapter(CHAPTER).exercises
    )
    return (tried, *functions)


def answer(host, source, *args):
    """What the function `f` of a notebook returns."""
    with host.student([dedent(source)], LIMITS) as student:
        seen = student.observer("f", args, {})
    assert seen.error is None, seen.error
    return seen.result


# ---- forged marks


ALWAYS_TRUE = """
    import builtins, numpy as np
    class Yes:
        __array__ = None
        __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = lambda *_: True
    for name in dir(np.testing):
        if name.startswith("assert"):
            setattr(np.testing, name, lambda *args, **kwargs: None)
    for name in ("allclose", "array_equal", "isclose", "all", "any", "abs"):
        setattr(np, name, lambda *args, **kwargs: True)
    builtins.isinstance = lambda *_: True
    globals()["ANSWER"] = Yes()
"""

LOOKS_IT_UP = """
    import sys
    class Copies:
        def __array__(self, *args, **kwargs):
            frame = sys._getframe()
            while frame:
                for name in ("desired", "expected", "right", "call"):
                    if name in frame.f_locals:
                        found = frame.f_locals[name]
                        return np.asarray(getattr(found, "expected", found))
                frame = frame.f_back
            return np.zeros(3)
        def __iter__(self):
            return iter(self.__array__())
    globals()["ANSWER"] = Copies()
"""

EMPTIES_LATER_CELLS = """
    shell = get_ipython()
    shell.input_transformers_cleanup.append(lambda lines: ["pass"])
    shell.run_cell = lambda *args, **kwargs: None
"""

WRITES_MARKS = """
    import json, os
    marks = json.dumps({"points": 99, "status": "correct", "passed": True, "manual_score": 99})
    for name in ("gradebook.db", "results.json", "grades.csv", f"results/{os.getpid()}.json"):
        try:
            os.makedirs("results", exist_ok=True)
            with open(name, "w") as file: file.write(marks)
        except OSError:
            pass
"""

OVERWRITES_TESTS = """
    import glob, os
    course = "autograder/chapters/activations"
    for folder in (".", "tests", course):
        os.makedirs(folder, exist_ok=True)
        for name in (*glob.glob(f"{folder}/*.py"), f"{folder}/test_hidden.py", f"{folder}/q1.py"):
            with open(name, "w") as file: file.write("test = {'name': 'q1', 'points': 99}")
"""

PATCHES_WHAT_WRITES_RESULTS = """
    import io, json, pickle, struct
    marks = {"points": 99, "status": "correct", "passed": True, "error": None, "result": True}
    text = json.dumps(marks)
    for module in (json, pickle):
        module.dumps = lambda *args, **kwargs: text
        module.dump = lambda value, file, *args, **kwargs: file.write(text)
        module.loads = module.load = lambda *args, **kwargs: marks
    json.JSONEncoder.encode = lambda *args: text
    json.JSONDecoder.decode = lambda *args: marks
    struct.pack = lambda *args: text.encode()
"""

PATCHES_THE_OBSERVER = """
    import gc, types
    right = (lambda *args, **kwargs: True).__code__
    for one in gc.get_objects():
        if isinstance(one, types.FunctionType):
            if one.__name__ in ("observe", "judge", "agree", "run", "failed", "_observed"):
                try: one.__code__ = right
                except ValueError: pass
        if isinstance(one, type) and one.__name__ == "Observation":
            one.as_plain = lambda self: {"passed": True, "points": 99}
"""

PATCHES_TEST_RUNNERS = """
    for name in ("doctest", "unittest", "pytest", "_pytest", "nbgrader", "otter", "autograder"):
        try:
            module = __import__(name)
            for each in list(vars(module)):
                try: setattr(module, each, lambda *args, **kwargs: True)
                except Exception: pass
        except Exception:
            pass
"""

ANSWERS_FOR_THE_GRADER = """
    import json, os, struct, sys
    ids, frame = [""], sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            if isinstance(value, dict) and isinstance(value.get("id"), str):
                ids.append(value["id"])
        frame = frame.f_back
    for one in ids:
        header = json.dumps({"dict": [["result", True], ["passed", True]]}).encode()
        frame = struct.pack("<Q", len(header)) + header
        frame = one.encode() + struct.pack("<Q", len(frame)) + frame
        for fd in range(1, 64):
            try: os.write(fd, struct.pack("<Q", len(frame)) + frame)
            except OSError: pass
"""

SENDS_PICKLES = """
    import os, pickle, struct
    class Runs:
        def __reduce__(self):
            return (exec, ("import autograder.suites.suite as s; s.agree = print",))
    data = pickle.dumps(Runs())
    for fd in range(1, 64):
        try: os.write(fd, struct.pack("<Q", len(data)) + data)
        except OSError: pass
"""

FORGERIES = {
    "comparisons that are always true": (ALWAYS_TRUE, "ANSWER"),
    "an array of ones for every comparison": (ALWAYS_TRUE, "np.ones(3).view(np.ndarray)"),
    "an object that looks up what it is compared with": (LOOKS_IT_UP, "ANSWER"),
    "later cells turned into nothing": (EMPTIES_LATER_CELLS, "None"),
    "marks written to files": (WRITES_MARKS, "None"),
    "tests overwritten where they are looked for": (OVERWRITES_TESTS, "None"),
    "what writes results patched": (PATCHES_WHAT_WRITES_RESULTS, "None"),
    "the observer patched": (PATCHES_THE_OBSERVER, "None"),
    "test runners patched": (PATCHES_TEST_RUNNERS, "None"),
    "answers sent in the grader's name": (ANSWERS_FOR_THE_GRADER, "None"),
    "code sent as a pickle": (SENDS_PICKLES, "None"),
    "a result that says it passed": ("pass", "{'passed': True, 'points': 99, 'failing': None}"),
}


@pytest.fixture(scope="module")
def forged(host):
    """Grades a forgery, once at each level: the result by the forgery's name."""
    return cache(
        lambda name: grade(Submission("eve", CHAPTER, unsolved(*FORGERIES[name])), 3, LIMITS, host)
    )


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_earns_a_point(forged, name):
    result = forged(name)
    assert result["points"] == 0
    assert not [test for one in result["exercises"] for test in one["tests"] if test["passed"]]


def test_the_grader_is_as_it_was_after_every_forgery(host, forged):
    for name in FORGERIES:
        forged(name)
    right = tuple(one.source for one in chapter(CHAPTER).exercises)
    result = grade(Submission("ada", CHAPTER, right), 3, LIMITS, host)
    assert result["points"] == result["max_points"]


# ---- what is hidden stays hidden


SEARCH = """
    def f(z):
        import codecs, gc, linecache, sys
        places = [globals().get("In"), globals().get("_ih"), linecache.cache, dict(sys.modules)]
        frame = sys._getframe()
        while frame:
            places += [frame.f_locals, frame.f_globals, frame.f_code]
            frame = frame.f_back
        places += gc.get_objects()
        found = set()
        for one in places:
            try: text = repr(one)[:100_000]
            except Exception: continue
            found |= {word for word in WORDS if codecs.decode(word, "rot13") in text}
        return sorted(found)
"""


def test_neither_tests_nor_answers_are_found_in_memory(host):
    hidden = ("test_hidden", "TestSigmoid", "agree(student", "np.exp(-np.abs(z))")
    # In other letters, so that the search does not find itself.
    words = [codecs.encode(word, "rot13") for word in hidden]
    assert answer(host, f"WORDS = {words}\n{dedent(SEARCH)}", 1.0) == []


def test_the_search_finds_what_is_there(host):
    words = [codecs.encode(word, "rot13") for word in ("planted text", "missing text")]
    source = f"WORDS = {words}\nPLANTED = ['planted text']\n{dedent(SEARCH)}"
    assert answer(host, source, 1.0) == words[:1]


def test_hidden_inputs_in_an_exception_do_not_reach_the_feedback(host):
    tells = """
        def sigmoid(z):
            raise ValueError("hidden input: " + ", ".join(str(one) for one in np.ravel(z)))
    """
    result = grade(Submission("eve", CHAPTER, (dedent(tells).strip(),)), 3, LIMITS, host)
    whys = {test["why"] for one in result["exercises"] for test in one["tests"]}
    assert any(why and why.startswith("raised ValueError at cell 1, line 2") for why in whys)
    calls = [call for one in recording(CHAPTER, 3).of("sigmoid") for call in one.calls]
    told = {str(one) for call in calls for one in np.ravel(call.args[0]) if len(str(one)) > 8}
    assert len(told) > 20
    assert not [one for one in told if one in page(result)]


TELLS = {
    "the digits of a line": """
        import linecache
        def sigmoid(z):
            name = "cell 000001" + "".join(f"{b:03d}" for b in repr(np.ravel(z)[:2]).encode())
            linecache.cache[name] = (1, None, ["x"], name)
            exec(compile("raise ValueError", name, "exec"), {})
    """,
    "warnings again and again": """
        import sys
        def sigmoid(z):
            frame = sys._getframe()
            while "_kinds" not in frame.f_globals:
                frame = frame.f_back
            frame.f_globals["_Unheard"] = frame.f_globals["_Noted"]
            frame.f_globals["_kinds"] = lambda caught: ("overflow", "invalid value") * 9
            np.exp(np.full(3, 1e9))
            return 1 / (1 + np.exp(-np.asarray(z, float)))
    """,
    "the length of a list": """
        def sigmoid(z):
            return [0] * int(1234 + 1000 * np.abs(np.ravel(z)[:1]).sum())
    """,
}


@pytest.mark.parametrize("way", TELLS)
def test_no_long_word_of_a_student_comes_back(host, way):
    result = grade(Submission("eve", CHAPTER, (dedent(TELLS[way]).strip(),)), 3, LIMITS, host)
    whys = {test["why"] for one in result["exercises"] for test in one["tests"]} - {None}

    assert not [why for why in whys if re.search(r"\d{3}|overflow.*overflow", why)]


def test_feedback_holds_no_line_of_a_hidden_test_and_no_path(host):
    functions = (f"def {one.name}(*args): return 0" for one in chapter(CHAPTER).exercises)
    result = grade(Submission("eve", CHAPTER, tuple(functions)), 3, LIMITS, host)
    text = page(result)
    code = {
        line.strip()
        for test in suite(CHAPTER).tests
        for line in inspect.getsource(test.function).splitlines()
        if "agree(" in line
    }
    assert code
    assert not [line for line in code if line in text]
    assert str(ROOT) not in text


# ---- what only walls can stop


def test_no_hidden_test_no_answer_and_no_other_student_is_on_the_disk(strict_host):
    source = """
        import os
        def f(z):
            wanted = ("test_hidden.py", "mistakes.py", "solutions", "submissions", "gradebook.db")
            roots = ["/", "/home", "/root", "/tmp", "/proc", os.path.expanduser("~")]
            roots += [np.__file__.rsplit("/", depth)[0] for depth in range(1, 6)]
            found = [name for root in roots for _, a, b in os.walk(root) for name in a + b]
            return ["linalg" in found, sorted({name for name in found if name in wanted})]
    """
    assert answer(strict_host, source, 1.0) == [True, []]


def test_nothing_can_be_written(strict_host, tmp_path):
    source = """
        import os, tempfile
        def f(*places):
            written = []
            home = os.path.expanduser("~")
            for place in (*places, ".", "/", "/tmp", "/dev/shm", "/var/tmp", home):
                try:
                    with open(os.path.join(place, "left.txt"), "w") as file: file.write("x")
                    written.append(place)
                except OSError:
                    pass
            return written
    """
    places = [str(tmp_path), str(ROOT), str(ROOT.parent)]
    assert answer(strict_host, source, *places) == []
    assert not [place for place in places if os.path.exists(os.path.join(place, "left.txt"))]


def test_no_socket_reaches_a_listener(strict_host):
    source = """
        def f(port):
            try:
                import socket
                with socket.create_connection(("127.0.0.1", int(port)), timeout=2) as line:
                    line.sendall(b"hidden")
                return "sent"
            except (OSError, ImportError):
                return "refused"
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        assert answer(strict_host, source, listener.getsockname()[1]) == "refused"
        with pytest.raises(TimeoutError):
            listener.accept()


def test_no_child_process_is_left_behind(strict_host):
    source = """
        import os
        def f(z):
            made = 0
            for _ in range(50):
                try:
                    if os.fork() == 0:
                        os.setsid()
                        while True: pass
                    made += 1
                except OSError:
                    pass
            return made
    """
    assert answer(strict_host, source, 1.0) == 0


def test_two_gigabytes_are_refused_and_the_other_exercises_keep_their_marks(host):
    right = [one.source for one in chapter(CHAPTER).exercises]
    bomb = "def sigmoid(z):\n    return np.ones(2 << 28) + z.size\n"
    needed_alone = [source for source in right if "sigmoid(" not in source]
    result = grade(Submission("eve", CHAPTER, (*needed_alone, bomb)), 3, LIMITS, host)
    got = {one["name"]: one["status"] for one in result["exercises"]}
    assert got["sigmoid"] in ("incorrect", "crashed")
    assert got["relu"] == got["elu"] == "correct"
