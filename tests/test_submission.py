import json
from textwrap import dedent

import pytest

from autograder.grading.cells import code, definitions, uses
from autograder.grading.submission import Released, opened, read

EXERCISES = ("sigmoid", "relu", "relu_grad")
SIGMOID, RELU, RELU_GRAD = (f"def {name}(z):\n    return z" for name in EXERCISES)
CHECK = "check('activations.sigmoid')"
LOCKED = {"check-activations-sigmoid": CHECK, "check-activations-relu": "check('activations.relu')"}
RELEASED = Released(EXERCISES, LOCKED, tuple(LOCKED.values()))


def cell(source, grade_id="", locked=False, **fields):
    metadata = {"nbgrader": {"grade_id": grade_id, "locked": locked}} if grade_id else {}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], **fields}


def notebook(*cells, kernel="python3"):
    cells = [cell(one) if isinstance(one, str) else one for one in cells]
    return {"cells": cells, "metadata": {"kernelspec": {"name": kernel}}, "nbformat": 4}


RELU_CHECK = cell(LOCKED["check-activations-relu"], "check-activations-relu", locked=True)


@pytest.fixture
def submitted(tmp_path):
    """Reads a submission from a notebook, or from any text or bytes in its place."""

    def submitted(content):
        file = tmp_path / "activations.ipynb"
        if isinstance(content, dict | list):
            content = json.dumps(content)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(opened(file), "ada", "activations", RELEASED)

    return submitted


def test_an_ordinary_notebook_is_read_without_a_note(submitted):
    markdown = {"cell_type": "markdown", "source": "# def relu(z): ..."}

    submission = submitted(notebook(markdown, SIGMOID, RELU, RELU_GRAD))

    assert submission.cells == (SIGMOID, RELU, RELU_GRAD)
    assert submission.notes == ()
    assert submission.absent == {}


def test_a_source_may_be_a_list_of_lines(submitted):
    assert submitted(notebook(cell(["a = 1\n", "b = 2"]))).cells == ("a = 1\nb = 2",)


def test_a_notebook_of_format_3_is_read(submitted):
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": SIGMOID}]}], "nbformat": 3}

    assert submitted(old).cells == (SIGMOID,)


def test_a_byte_order_mark_and_carriage_returns_do_not_matter(submitted):
    text = json.dumps(notebook(SIGMOID.replace("\n", "\r\n")))

    assert submitted(b"\xef\xbb\xbf" + text.encode()).cells == (SIGMOID,)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        ("hello", "not valid JSON at line 1"),
        (json.dumps(notebook(SIGMOID))[:-20], "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        (b"\x80\x81", "not text in UTF-8"),
        ("[1, 2]", "not a notebook"),
        ("{}", "has no cells"),
        ('{"cells": []}', "has no cells"),
        ('{"cells": {}}', "has no cells"),
        ('{"cells": [1, null, "x"]}', "has no code cells"),
        ('{"worksheets": [{"cells": null}]}', "has no cells"),
        ({"cells": [{"cell_type": "markdown", "source": "text"}]}, "has no code cells"),
    ],
)
def test_what_is_no_notebook_is_named_in_words(submitted, content, words):
    submission = submitted(content)

    assert submission.cells == ()
    assert words in submission.notes[0]


def test_a_file_that_is_not_there_is_named_in_words(tmp_path):
    submission = read(opened(tmp_path / "activations.ipynb"), "ada", "activations", RELEASED)

    assert "cannot be opened: No such file" in submission.notes[0]


@pytest.mark.parametrize(
    "odd",
    [
        {"cell_type": "code"},
        {"cell_type": "code", "source": None, "metadata": None},
        {"cell_type": "code", "source": 3, "metadata": {"nbgrader": []}},
        {"cell_type": "code", "source": ["a", 3, None]},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": ["x"]}}},
        {"cell_type": "code", "source": "'\ud800' \0"},
        {"cell_type": "code", "source": "(" * 10_000},
        {"cell_type": "code", "source": "-" * 100_000 + "1"},
    ],
)
def test_no_odd_cell_stops_the_reading(submitted, odd):
    submission = submitted(notebook(odd, SIGMOID))

    assert submission.cells[-1] == SIGMOID


@pytest.mark.parametrize("kernel", ["julia-1.9", None, ["x"], "x" * 1000])
def test_another_kernel_is_noted(submitted, kernel):
    [note] = submitted(notebook(SIGMOID, RELU, RELU_GRAD, kernel=kernel)).notes

    assert "asks for a kernel called" in note
    assert "costs nothing" in note


def test_megabytes_of_output_are_noted(submitted):
    output = [{"output_type": "stream", "text": "x" * 6_000_000}]

    [note] = submitted(notebook(cell(SIGMOID, outputs=output), RELU, RELU_GRAD)).notes

    assert "holds 6 MB" in note


def test_a_repeated_exercise_is_noted(submitted):
    [note] = submitted(notebook(SIGMOID, RELU, RELU_GRAD, SIGMOID)).notes

    assert "sigmoid is defined more than once: in code cells 1 and 4. The last one" in note


def test_a_deleted_exercise_is_absent(submitted):
    absent = submitted(notebook(SIGMOID, RELU)).absent

    assert absent == {
        "relu_grad": "There is no function relu_grad in the notebook. Was its cell deleted?"
    }


@pytest.mark.parametrize("name", ["relugrad", "ReLU_grad", "relu_gradient", "my_relu_grad"])
def test_a_renamed_exercise_is_found_by_its_name(submitted, name):
    absent = submitted(notebook(SIGMOID, RELU, f"def {name}(z): pass")).absent

    assert f"Code cell 3 defines {name}: rename it." in absent["relu_grad"]


def test_a_renamed_exercise_is_found_in_its_own_cell(submitted):
    own = cell("def drelu(z): pass", "activations-relu_grad")

    absent = submitted(notebook(SIGMOID, RELU, own)).absent

    assert "Code cell 3 defines drelu" in absent["relu_grad"]


def test_a_syntax_error_is_named_and_costs_its_own_function_only(submitted):
    broken = f"{RELU}\n\n\ndef relu_grad(z)\n    return z\n\n\nsize = 3"

    submission = submitted(notebook(SIGMOID, broken))

    assert submission.notes == (
        "Code cell 2 is not valid Python at line 5. relu_grad could not be read.",
    )
    assert submission.absent["relu_grad"].startswith("Code cell 2 is not valid Python at line 5")
    assert submission.cells[1] == f"{RELU}\n\n\n\n\n\n\nsize = 3"


def test_an_edited_check_is_noted(submitted):
    edited = cell("print('fine')", "check-activations-sigmoid", locked=True)

    [note] = submitted(notebook(SIGMOID, edited, RELU, RELU_CHECK, RELU_GRAD)).notes

    assert note.startswith("The check cell of sigmoid was edited.")


def test_a_removed_check_is_noted(submitted):
    [note] = submitted(notebook(SIGMOID, RELU, RELU_CHECK, RELU_GRAD)).notes

    assert note.startswith("The check cell of sigmoid was removed.")


def test_metadata_lost_altogether_is_no_change_of_checks(submitted):
    assert submitted(notebook(SIGMOID, RELU, RELU_GRAD)).notes == ()


def test_cells_as_they_were_handed_out_are_not_the_students_own(submitted):
    assert submitted(notebook(SIGMOID, CHECK, RELU)).own == {1, 3}


# ---- the code of a cell


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install numpy\nx = 1", "pass\nx = 1"),
        ("np.exp?\n?np.exp\nx = 1", "pass\npass\nx = 1"),
        ("if x:\n    %time f(x)", "if x:\n    pass"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%bash\nrm -r /", ""),
        ("x = 7 \\\n%  4", "x = 7 \\\n%  4"),
        ("text = '''\n!not a command\n'''", "text = '''\n!not a command\n'''"),
    ],
)
def test_what_ipython_understands_is_taken_out_where_python_does_not(source, python):
    assert code(source).source == python


def test_a_broken_cell_keeps_the_statements_that_are_python():
    source = dedent(
        """\
        @decorated
        def f(z):
            try:
                return (
                    z
                )
            except ValueError:
                return 0

        if x:
            y = 1
        else:
            y = 2
        print 'hello'
        class C:
            pass
        """
    )

    kept = code(source)

    assert kept.source == source.replace("print 'hello'", "")
    assert (kept.broken_line, kept.lost) == (14, ())


def test_the_definitions_of_a_cell_stay_on_their_lines():
    source = dedent(
        """\
        import os; os.abort()
        é = "é"; print(
            é); b = 2
        @cache
        def f(z):
            return print(z)
        f(3)
        c = f(4)
        """
    )

    assert definitions(source) == dedent(
        """\
        import os; pass
        é = "é"; pass; b = 2

        @cache
        def f(z):
            return print(z)
        pass
        pass
        """
    )


def test_functions_classes_and_variables_are_definitions():
    source = "def f(): x = 1\nclass C: pass\nasync def g(): pass\na = b = 1\na[0] = 2"

    assert code(source).defines == ("f", "C", "g", "a", "b")


def test_what_only_shows_something_is_left_out_of_the_lessons_cells_alone():
    lesson = "z = softmax(1)\nprint(z)\nexplore(f, z=[1])\nfor i in z:\n    print(i)"
    own = "def sigmoid(z):\n    return z\nprint(sigmoid(1))"
    released = Released(EXERCISES, cells=frozenset([lesson, "print(1)"]))
    notebook = {
        "cells": [{"cell_type": "code", "source": one} for one in (lesson, "print(1)", own)]
    }

    submission = read(json.dumps(notebook).encode(), "ada", "toy", released)

    assert submission.cells == ("z = softmax(1)\npass\npass\npass\n", "", own)


def test_nested_blocks_that_compile_to_gigabytes_are_read_at_once():
    depth = 20  # each ``finally`` is compiled twice, so the innermost one a million times
    body = "".join(
        f"{' ' * n}try:\n{' ' * n} a()\n{' ' * n}finally:\n" for n in range(1, depth + 1)
    )
    source = f"def f():\n{body}{' ' * (depth + 1)}sigmoid(1)"

    assert code(source).defines == ("f",)
    assert uses([source]) == {"f": {"a", "sigmoid"}}


def test_a_function_uses_what_is_used_inside_what_it_defines():
    source = "def f(z):\n    def g(): return [h(x) for x in z]\n    return g\ndef k(): return 1"

    assert uses([source, "def k(): return f"]) == {"f": {"h"}, "k": {"f"}}


def test_functions_may_stand_in_each_other_as_deep_as_python_reads():
    source = f"def f(d): return {'(lambda: ' * 60}d + g{')' * 60}"
    deep = f"def f(d): return {'lambda: ' * 1200}g"

    assert uses([source]) == uses([deep]) == {"f": {"g"}}
