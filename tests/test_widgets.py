"""Widgets: one ES module for Jupyter and the page, whose parts compute what NumPy computes."""

import json
import re
import sys
from html import unescape

import numpy as np
import pytest

from autograder.course.lesson import ROOT
from lessons.activations import figures
from lessons.kit import widget
from lessons.kit.stream import Stream
from lessons.kit.widget import joined, script
from lessons.kit.words import percent, written

KIT = "lessons/kit/widgets"
WIDGETS = sorted(
    file
    for file in (ROOT / "lessons").glob("*/widgets/*.js")
    if "\nexport default " in file.read_text(encoding="utf-8")
)


def matrix(array):
    return {"rows": array.shape[0], "cols": array.shape[1], "data": array.ravel().tolist()}


def array(answer):
    return np.reshape(np.array(answer["data"], float), (answer["rows"], answer["cols"]))


# ---- random numbers ----


def test_a_seed_gives_the_same_numbers_in_python_and_in_the_browser(in_node):
    drawn = """(() => { const s = it.stream(data); return [
        [s.uniform(), s.uniform()], s.normals(5, 2), s.normals(2), s.permutation(20)]; })()"""
    for seed in (0, 1, 2026, 2**32 - 1):
        ours = Stream(seed)
        wished = [ours.uniform(2), ours.normals(5, std=2), ours.normals(2), ours.permutation(20)]
        theirs = in_node(f"{KIT}/stream.js", drawn, seed)
        for one, other in zip(theirs, wished, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-15)


def test_uniform_numbers_fill_every_hundredth_alike():
    counts = np.histogram(Stream(3).uniform(100_000), np.linspace(0, 1, 101))[0]
    assert 50 < np.sum((counts - 1000) ** 2 / 1000) < 160  # chi-squared with 99 degrees of freedom


def test_normal_numbers_have_the_moments_of_the_normal_distribution():
    drawn = Stream(4).normals(200_000)
    moments = [np.mean(drawn**k) for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(moments, [0, 1, 0, 3], atol=5 * np.sqrt(96 / 200_000))


def test_neighbouring_draws_and_neighbouring_seeds_do_not_go_together():
    drawn = np.array([Stream(seed).normals(20_000) for seed in range(6)])
    shifted = np.corrcoef(drawn[0][:-1], drawn[0][1:])[0, 1]
    between = np.corrcoef(drawn)[np.triu_indices(6, 1)]
    assert np.max(np.abs([shifted, *between])) < 4.5 / np.sqrt(20_000)


def test_a_permutation_holds_every_number_once_and_moves_them():
    order = Stream(5).permutation(50)
    assert sorted(order) == list(range(50))
    assert list(order) != list(range(50))


# ---- matrices, statistics, networks ----


def test_products_and_statistics_of_matrices_are_those_of_numpy(in_node):
    rng = np.random.default_rng(0)
    A, B, C, D = (rng.normal(size=size) for size in ((4, 3), (3, 5), (4, 2), (6, 3)))
    answers = in_node(
        f"{KIT}/algebra.js",
        """[it.product(data.A, data.B), it.transposedProduct(data.A, data.C),
            it.productTransposed(data.A, data.D), it.times(data.A, data.A),
            it.transposed(data.A)]""",
        {name: matrix(one) for name, one in zip("ABCD", (A, B, C, D), strict=True)},
    )
    wished = [A @ B, A.T @ C, A @ D.T, A * A, A.T]
    for answer, wish in zip(answers, wished, strict=True):
        np.testing.assert_allclose(array(answer), wish, rtol=1e-13)


def test_statistics_of_a_batch_go_down_the_columns_and_those_of_a_layer_along_the_rows(in_node):
    A = np.random.default_rng(1).normal(3, 2, (7, 4))
    columns, rows, sums = in_node(
        f"{KIT}/algebra.js",
        "[it.columnStatistics(data), it.rowStatistics(data), it.columnSums(data)]",
        matrix(A),
    )
    for answer, axis in ((columns, 0), (rows, 1)):
        np.testing.assert_allclose(answer["means"], A.mean(axis=axis), rtol=1e-13)
        np.testing.assert_allclose(answer["variances"], A.var(axis=axis), rtol=1e-13)
    np.testing.assert_allclose(sums, A.sum(axis=0), rtol=1e-13)


def test_matrices_that_do_not_fit_are_refused(in_node):
    with pytest.raises(AssertionError, match="the shapes do not fit: 3 against 4"):
        in_node(f"{KIT}/algebra.js", "it.product(it.matrix(2, 3), it.matrix(4, 2))")


def test_summaries_of_many_numbers_are_those_of_numpy(in_node):
    values = np.append(np.random.default_rng(2).normal(1, 2, 501), [-4.0, 4.0])
    answer = in_node(
        f"{KIT}/statistics.js",
        """[it.mean(data), it.deviation(data), it.rms(data), it.share(data, (x) => x > 0),
            it.quantile(data, 0.1), it.quantile(data, 1), ...it.histogram(data, -4, 4, 16)]""",
        values.tolist(),
    )
    wished = [values.mean(), values.std(), np.sqrt(np.mean(values**2)), np.mean(values > 0)]
    wished += [np.quantile(values, 0.1), values.max(), *np.histogram(values, 16, (-4, 4))[0]]
    np.testing.assert_allclose(answer, wished, rtol=1e-12)


def test_the_backward_pass_agrees_with_finite_differences(in_node):
    """The loss in the browser, differentiated there by h = 1e-6 and by its own backward pass."""
    answer = in_node(
        "tests/network_check.js",
        "it.gradientsTwice('tanh', [5, 7, 6, 3], 1e-6)",
    )
    exact, differences = (np.array(one) for one in answer)
    assert exact.size == 5 * 7 + 7 + 7 * 6 + 6 + 6 * 3 + 3
    np.testing.assert_allclose(exact, differences, atol=1e-8)


def test_steps_down_the_gradient_bring_the_loss_down(in_node):
    losses = in_node("tests/network_check.js", "it.losses('relu', [5, 16, 3], 0.5, 200)")
    assert losses[-1] < 0.2 * losses[0]


def test_initial_weights_have_the_variance_of_their_scheme(in_node):
    wished = {"he": 2 / 80, "xavier": 2 / 120, "fan_in": 3 / 80, "constant": 3}
    variances = in_node("tests/network_check.js", "it.variances([80, 40], 3)")
    for scheme, variance in wished.items():
        assert variances[scheme] == pytest.approx(variance, rel=5 * np.sqrt(2 / 3200))


# ---- words ----


def test_numbers_are_written_alike_in_python_and_in_the_browser(in_node):
    numbers = [0, 1, -1, 0.5, 1234.5678, 99_999, 123_456, -2.3462e-7, 1e-9, 1e12, 0.001, 0.00099]
    answer = in_node(f"{KIT}/canvas.js", "data.map((x) => it.written(x))", numbers)
    assert answer == [written(number) for number in numbers]
    assert answer[4:9] == ["1,230", "100,000", "1.23·10⁵", "−2.35·10⁻⁷", "10⁻⁹"]


def test_a_share_that_is_not_nothing_is_not_called_nothing(in_node):
    parts = [0, 0.001, 0.004999, 0.005, 0.5, 0.994, 0.996, 1]
    answer = in_node(f"{KIT}/canvas.js", "data.map(it.percent)", parts)
    assert answer == [percent(part) for part in parts]
    assert (answer[0], answer[1], answer[-2], answer[-1]) == ("0%", "under 1%", "over 99%", "100%")


def test_ticks_are_round_and_inside_the_axis(in_node):
    answer = in_node(
        f"{KIT}/canvas.js",
        "[it.ticks(-0.35, 1.35, 4), it.ticks(0, 30), it.decades(-7.5, 2.2, 6), it.decades(-3, 1)]",
    )
    assert answer[0] == [0, 0.5, 1]
    assert answer[1] == [0, 5, 10, 15, 20, 25, 30]
    assert answer[2] == [[-6, "10⁻⁶"], [-4, "10⁻⁴"], [-2, "10⁻²"], [0, "1"], [2, "10²"]]
    assert [power for power, _ in answer[3]] == [-3, -2, -1, 0, 1]


# ---- one module from several files ----


@pytest.mark.parametrize("file", WIDGETS, ids=lambda file: file.stem)
def test_a_joined_module_needs_no_other_and_renders(in_node, tmp_path, file):
    module = tmp_path / "joined.mjs"
    module.write_text(joined(file))
    assert in_node(module, "typeof it.default.render") == "function"
    assert not re.search(r"^import|^export (?!default)", joined(file), re.M)


@pytest.mark.parametrize("file", WIDGETS, ids=lambda file: file.stem)
def test_the_page_gets_the_same_as_a_script_under_the_widgets_name(in_node, tmp_path, file):
    module = tmp_path / "script.mjs"
    module.write_text(f"export const courseWidgets = {{}};\n{script(file)}")
    name = f"{file.parents[1].name}-{file.stem}"
    assert in_node(module, f"typeof it.courseWidgets['{name}'].render") == "function"


def test_a_file_that_two_others_need_is_joined_once(tmp_path):
    (tmp_path / "a.js").write_text("export const a = 1;\n")
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\n\nexport const b = a;\n')
    (tmp_path / "c.js").write_text(
        'import { a } from "./a.js";\nimport { b } from "./b.js";\n\nexport default a + b;\n'
    )
    text = joined(tmp_path / "c.js")
    assert re.findall(r"\S.*", text) == ["const a = 1;", "const b = a;", "export default a + b;"]


def test_a_renaming_import_is_refused_in_words(tmp_path):
    (tmp_path / "a.js").write_text("export const a = 1;\n")
    (tmp_path / "b.js").write_text('import { a as b } from "./a.js";\n')
    with pytest.raises(ValueError, match=r"b\.js renames what it imports"):
        joined(tmp_path / "b.js")


# ---- in the book and in Jupyter ----


def test_the_book_gets_the_start_as_a_picture_with_its_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATIC", str(tmp_path))
    html = widget(figures.flow, depth=4)._repr_html_()
    start = json.loads(re.search(r'json">(.*?)</script>', html)[1])
    said = unescape(re.search(r'alt="([^"]*)"', html)[1])
    assert start == {
        "activation": "sigmoid",
        "mean": 0.0,
        "width": 2.0,
        "depth": 4,
        "c": 1.0,
        "seed": 1,
    }
    assert "In layer 4" in said
    assert said in unescape(re.search(r"<p>(.*?)</p>", html)[1])
    assert 'id="figure-flow"' in html


def test_a_control_that_the_figure_lacks_is_named():
    with pytest.raises(TypeError, match="flow has no breadth; it has"):
        widget(figures.flow, breadth=3)


@pytest.fixture
def displayed(monkeypatch):
    """What a cell shows, bundle by bundle."""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **_: shown.append(bundle))
    monkeypatch.delenv("COURSE_STATIC", raising=False)
    return shown


def test_jupyter_gets_the_widget_and_its_start_as_a_picture_for_where_it_cannot_show(displayed):
    made = widget(figures.flow, depth=3)
    made._ipython_display_()
    live, still = displayed
    assert live["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert made.widget.depth == made.widget.start["depth"] == 3
    assert f"data:image/png;base64,{still['image/png']}" in still["text/html"]
    assert "In layer 3" in still["text/plain"]


def test_without_the_package_the_picture_and_a_note_remain(displayed, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    widget(figures.flow)._ipython_display_()
    (still,) = displayed
    assert "need a running Jupyter with anywidget" in still["text/html"]
