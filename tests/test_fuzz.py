"""Whatever bytes and notebooks arrive, they are read or refused; tests/fuzz.py runs many more."""

import contextlib
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from autograder.grading.submission import MAX_CODE, Released, opened, read
from lessons.kit.judge import changed
from lessons.kit.plain import DTYPES, Draws, Function, Handle, NotPlain, pack, unpack
from tests import fuzz

quick = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("seed", range(3))
def test_mutated_notebooks_are_read_or_refused(seed, tmp_path):
    found = fuzz.run(fuzz.notebooks(100, seed, tmp_path))
    assert found.failures == []
    assert found.ends["read"] > 10
    assert found.ends["no notebook"] > 10


@pytest.mark.parametrize("seed", range(3))
def test_mutated_frames_are_decoded_and_judged_or_refused(seed):
    found = fuzz.run(fuzz.frames(1000, seed))
    assert found.failures == []
    assert found.ends["decoded"] > 100
    assert found.ends["refused"] > 100


def test_a_case_that_fails_is_named_and_the_others_go_on(monkeypatch):
    monkeypatch.setattr(fuzz, "SECONDS", 0.05)

    def late():
        while True:
            pass

    found = fuzz.run(iter([lambda: "fine", lambda: 1 / 0, late, lambda: "fine"]))
    assert found.ends == {"fine": 2}
    assert [failure.split(":")[:2] for failure in found.failures] == [
        ["case 1", " ZeroDivisionError"],
        ["case 2", " TimeoutError"],
    ]


# ---- frames


numbers = some.integers(-(1 << 70), 1 << 70) | some.floats() | some.booleans() | some.none()
generators = some.integers(0, 1 << 60).map(np.random.default_rng)
leaves = (
    numbers
    | some.text(some.characters(codec="utf-8"))
    | some.sampled_from(DTYPES).flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes()))
    | generators
    | some.builds(Draws, some.tuples(generators, generators))
    | some.builds(Handle, some.integers(0, 9), some.integers(0, 9))
    | arrays.arrays(float, arrays.array_shapes()).map(lambda c: Function("sines", (c,)))
)
plain = some.recursive(
    leaves,
    lambda inner: (
        some.lists(inner)
        | some.lists(inner).map(tuple)
        | some.dictionaries(some.text(some.characters(codec="utf-8")), inner)
    ),
    max_leaves=20,
)


@quick
@given(plain)
def test_plain_data_comes_back_as_it_was(value):
    assert not changed(value, unpack(pack(value)))


@quick
@given(some.binary(max_size=400))
def test_any_bytes_are_plain_data_or_refused(data):
    with contextlib.suppress(NotPlain):
        pack(unpack(data))


json_data = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: (
        some.lists(inner)
        | some.dictionaries(
            some.sampled_from(["array", "shape", "layout", "frozen", "tuple", "dict", "generator"])
            | some.sampled_from(["draws", "handle", "function"])
            | some.text(),
            inner,
        )
    ),
    max_leaves=15,
)


@quick
@given(json_data, some.binary(max_size=64))
def test_any_header_is_plain_data_or_refused(header, buffers):
    text = json.dumps(header).encode()
    with contextlib.suppress(NotPlain):
        pack(unpack(len(text).to_bytes(8, "little") + text + buffers))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"draws": [[1, 3, 0, 0]] * 101}),
        json.dumps([{"generator": [1, 3, 0, 0]}] * 101),
        json.dumps({"tuple": [], "dict": []}),
        json.dumps({"tuple": "ab"}),
        json.dumps({"dict": ["ab"]}) * 2,
        json.dumps({"dict": [[1, 2]]}),
        json.dumps({"object": []}),
        "[" + "1" * 5000 + "]",
        "[" * 500 + "]" * 500,
        json.dumps([0] * 100_001),
    ],
)
def test_headers_beyond_every_bound_are_refused(text):
    with pytest.raises(NotPlain):
        unpack(len(text).to_bytes(8, "little") + text.encode())


@pytest.mark.parametrize("length", [1, 1 << 20, (1 << 64) - 1])
def test_a_header_that_says_it_is_longer_than_the_frame_is_refused(length):
    with pytest.raises(NotPlain, match="cut short"):
        unpack(length.to_bytes(8, "little"))


def test_a_whole_number_of_any_size_crosses_up_to_a_bound():
    assert unpack(pack(1 << 8000)) == 1 << 8000
    with pytest.raises(NotPlain, match="too many digits"):
        pack(1 << 9000)


def test_booleans_are_zeros_and_ones_whatever_bytes_they_came_as():
    frame = bytearray(pack(np.array([True, False, True])))
    frame[-16:-13] = b"\x02\x00\xff"
    back = unpack(bytes(frame))
    assert back.view(np.uint8).tolist() == [1, 0, 1]


# ---- notebooks


notebook_data = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=30),
    lambda inner: (
        some.lists(inner)
        | some.dictionaries(
            some.sampled_from(["cells", "worksheets", "metadata", "kernelspec", "name", "source"])
            | some.sampled_from(["cell_type", "input", "nbgrader", "grade_id", "locked"]),
            inner,
        )
    ),
    max_leaves=25,
)
cells = some.fixed_dictionaries(
    {"cell_type": some.just("code")},
    optional={"source": notebook_data, "metadata": notebook_data, "input": notebook_data},
)
HANDED_OUT = Released(("relu", "sigmoid"), {"check-relu": "check('a.relu')"})


@quick
@given(some.lists(cells, min_size=1, max_size=4), notebook_data)
def test_any_cells_are_read(tmp_path, found, metadata):
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps({"cells": found, "metadata": metadata}))
    submission = read(opened(file), "ada", "a", HANDED_OUT)
    assert len(submission.cells) == len(found)


@quick
@given(notebook_data)
def test_any_json_is_read_or_refused_in_words(tmp_path, data):
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps(data))
    submission = read(opened(file), "ada", "a", HANDED_OUT)
    assert submission.cells or submission.notes


@pytest.mark.parametrize("place", ["grade_id", "kernel", "source"])
def test_data_nested_at_any_depth_stops_nothing(place, tmp_path):
    fields = dict.fromkeys(("grade_id", "kernel", "source"), '"x"')
    cell = (
        '{{"cell_type": "code", "source": {source}, '
        '"metadata": {{"nbgrader": {{"grade_id": {grade_id}}}}}}}'
    )
    book = '{{"cells": [' + cell + '], "metadata": {{"kernelspec": {{"name": {kernel}}}}}}}'
    ends = set()
    for depth in range(800, 1100, 9):  # about where Python gives up, wherever that is
        fields[place] = "[" * depth + "]" * depth
        (tmp_path / "a.ipynb").write_text(book.format(**fields))
        submission = read(opened(tmp_path / "a.ipynb"), "ada", "a", HANDED_OUT)
        ends.add("read" if submission.cells else submission.notes[0][:54])
    assert ends == {"read", "The file is not a Jupyter notebook: it is not valid JSO"[:54]}


SLOW = {
    "twenty thousand names": "\n".join(f"a{i} = 1" for i in range(20_000)),
    "one long name": f"def {'s' * 150_000}(): pass",
    "an unfinished call in every line": "f(\n" * 60_000,
    "a decorator in every line": "@a\n" * 60_000 + "x",
    "an unfinished definition in every line": "\n".join(f"def f{i}(:" for i in range(14_000)),
    "nothing but blanks": " " * 199_999 + "%",
    "nothing but quotes": "'''" * 60_000,
    "nothing but brackets": "x = (\n" * 30_000,
}


@pytest.mark.parametrize("source", SLOW.values(), ids=SLOW)
def test_a_cell_made_to_be_slow_is_read_with_short_notes(source, tmp_path):
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps({"cells": [{"cell_type": "code", "source": source}]}))
    found = fuzz.run(
        iter([lambda: sum(map(len, read(opened(file), "ada", "a", HANDED_OUT).notes))])
    )
    assert found.failures == []
    [length] = found.ends
    assert length < 1000


def test_more_code_than_any_chapter_has_is_not_run(tmp_path):
    cell = {"cell_type": "code", "source": "x = 1\n" * 30_000}
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [cell] * 12}))
    submission = read(opened(tmp_path / "a.ipynb"), "ada", "a", HANDED_OUT)
    assert submission.cells == ()
    assert f"more than {MAX_CODE} characters of code" in submission.notes[0]
