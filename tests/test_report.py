import csv
import io
import json
import re
import tracemalloc
from collections import Counter
from contextlib import closing, contextmanager
from html import unescape
from urllib.parse import unquote

import pytest

from autograder.grading.find import Found
from autograder.grading.store import Sheet, Store
from autograder.reports.report import histogram, mistakes
from autograder.reports.reports import write_reports
from autograder.reports.tally import NAMED, SLOWEST, UNFINISHED, ChapterTally

MAX = {"relu": 3, "elu": 5}
UPSIDE_DOWN = ("partial", 1.5, "Your `relu` is upside down.")
WRONG = ("incorrect", 0, "You forgot the exponential.")
RIGHT = {"relu": ("correct", 3, None), "elu": ("correct", 5, None)}


def result(student, chapter="activations", notes=(), **exercises):
    """The result of a student who has all right but for these exercises."""
    ones = [
        {
            "name": name,
            "title": f"The {name}",
            "points": points,
            "max_points": MAX[name],
            "status": status,
            "diagnosis": diagnosis,
            "section": "A section",
            "tests": [],
        }
        for name, (status, points, diagnosis) in (RIGHT | exercises).items()
    ]
    return {
        "student": student,
        "chapter": chapter,
        "points": sum(one["points"] for one in ones),
        "max_points": 8,
        "notes": list(notes),
        "exercises": ones,
    }


def tallied(*results, seconds=None):
    tally = ChapterTally("activations", 8)
    for i, one in enumerate(results):
        tally.add(one, seconds[i] if seconds else 0.1)
    return tally


# ---- what is counted


def test_solutions_are_counted_by_how_they_came_out():
    tally = tallied(
        result("ada"),
        result("bo", relu=UPSIDE_DOWN, elu=WRONG),
        result("carla", relu=("timeout", 0, None), elu=("unwritten", 0, None)),
        result("dario", relu=("crashed", 0, None), elu=("missing", 0, "Was it deleted?")),
    )

    assert tally.exercises["relu"].outcomes == {
        "right": 1,
        "partly": 1,
        "wrong": 0,
        "absent": 0,
        "stopped": 2,
    }
    assert tally.exercises["elu"].outcomes["absent"] == 2
    assert tally.exercises["elu"].mean == 5 / 4


def test_mean_and_median_are_those_of_the_notebooks():
    tally = tallied(result("ada"), result("bo"), result("carla", relu=UPSIDE_DOWN, elu=WRONG))

    assert (tally.submissions, tally.median) == (3, 8)
    assert tally.mean == pytest.approx((8 + 8 + 1.5) / 3)


def test_a_histogram_holds_every_notebook_once():
    nothing = {"relu": ("missing", 0, None), "elu": ("missing", 0, None)}
    tally = tallied(result("ada"), result("bo", relu=UPSIDE_DOWN), result("carla", **nothing))

    bars = histogram(tally)

    assert sum(bar.count for bar in bars) == 3
    assert [(bar.low, bar.high) for bar in bars if bar.count] == [(0, 1), (6, 7), (7, 8)]
    assert (bars[0].x, max(bar.height for bar in bars)) == (0, 100)
    assert bars[-1].x + bars[-1].width == pytest.approx(100)


@pytest.mark.parametrize("most", [0.5, 1, 7, 12, 13, 36, 100, 1000])
def test_a_histogram_has_few_bars_that_end_at_the_most_there_is(most):
    tally = ChapterTally("activations", most)
    tally.points.update([0, most / 3, most])

    bars = histogram(tally)

    assert len(bars) <= 12
    assert bars[-1].high == most
    assert sum(bar.count for bar in bars) == 3


def test_the_commonest_mistake_comes_first_with_its_count_and_students():
    two = [result(name, elu=WRONG) for name in ("ada", "bo")]
    tally = tallied(*two, result("carla", relu=UPSIDE_DOWN), result("dario"))

    assert [
        (one.name, says, mistake.times, mistake.students) for one, says, mistake in mistakes(tally)
    ] == [
        ("elu", WRONG[2], 2, ["ada", "bo"]),
        ("relu", UPSIDE_DOWN[2], 1, ["carla"]),
    ]


def test_where_a_function_went_is_no_mistake():
    assert mistakes(tallied(result("ada", relu=("missing", 0, "Was its cell deleted?")))) == []


def test_of_a_large_class_some_are_named_and_all_are_counted():
    gone = ("missing", 0, None)
    tally = tallied(
        *(result(f"student{i}", relu=UPSIDE_DOWN, elu=gone) for i in range(500)),
        seconds=[i / 1000 for i in range(500)],
    )

    [(_, _, mistake)] = mistakes(tally)
    assert (mistake.times, len(mistake.students)) == (500, NAMED)
    assert (len(tally.unfinished), tally.more_unfinished) == (UNFINISHED, 500 - UNFINISHED)
    assert sorted(tally.slowest)[-1] == (0.499, "student499")
    assert len(tally.slowest) == SLOWEST


# ---- what is written


@pytest.fixture
def reported(tmp_path):
    """Writes the reports on a class of these results, and returns the tally."""
    store = Store(tmp_path)

    def reported(*results, seconds=0.25, warnings=(), unwritten=None):
        found = [Found(tmp_path, one["student"], "x.ipynb", one["chapter"]) for one in results]
        for one in results:
            text = json.dumps(one)
            store.put(Sheet(one["student"], one["chapter"], text, "<p>", "stamp", seconds))
        lost = {
            one: why
            for one in found
            for who, why in (unwritten or {}).items()
            if one.student == who
        }
        return write_reports(store, found, lost, list(warnings), seed=7)

    return reported


def page(tmp_path):
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def words(tmp_path):
    """The text of the report alone."""
    return " ".join(
        unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page(tmp_path), flags=re.S)).split()
    )


def rows(file):
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_report_has_counts_mistakes_unfinished_and_slowest(reported, tmp_path):
    reported(
        result("ada"),
        result("bo", relu=UPSIDE_DOWN),
        result("carla", elu=("unwritten", 0, None), relu=("timeout", 0, None)),
    )

    text = words(tmp_path)

    assert "3 notebooks. Half of them have 6.5 of 8 points or more; the mean is 4.8" in text
    assert "Everything is right in 1 ." in text
    assert "Fewest have relu right: 1 of 3." in text
    assert "1 × relu Your relu is upside down. bo" in text
    assert "carla elu ; stopped: relu" in text
    assert "bo 0.25" in text
    assert "bo 6.5 of 8" in text


def test_every_student_of_the_report_is_a_link_to_the_feedback(reported, tmp_path):
    names = ["Zoë, née O'Neil", "50% #1?", "ada & bo"]
    reported(*(result(name, relu=UPSIDE_DOWN) for name in names))

    links = {
        unquote(unescape(link)) for link in re.findall(r'href="(feedback/[^"]*)"', page(tmp_path))
    }

    assert {tmp_path / link for link in links} == set(tmp_path.glob("feedback/*/*.html"))
    assert len(links) == 3


def test_the_report_escapes_all_that_it_is_given(reported, tmp_path):
    evil = "<script>alert(1)</script>"
    reported(
        result("<img src=x>", relu=("partial", 1, evil)),
        warnings=[evil],
        unwritten={"nobody": evil},
    )

    assert "<script" not in page(tmp_path)
    assert "<img" not in page(tmp_path)


TABLES = Counter(table=4, row=10, columnheader=12, rowheader=5, cell=14)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_tables_stay_tables(reported, tmp_path, browser, axe, theme, width):
    reported(result("ada", relu=UPSIDE_DOWN), result("bo", elu=("timeout", 0, None)))
    size = {"width": width, "height": 900}
    # The page's own policy would keep axe out.
    context = browser.new_context(color_scheme=theme, viewport=size, bypass_csp=True)
    with closing(context):
        page = context.new_page()
        page.goto((tmp_path / "report.html").as_uri())
        page.evaluate(axe)
        violations = page.evaluate("axe.run().then((result) => result.violations)")
        seen = context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        roles = Counter(node["role"]["value"] for node in seen if "role" in node)
        wide = page.evaluate("document.documentElement.scrollWidth")

    assert violations == []
    assert {role: roles[role] for role in TABLES} == TABLES
    assert wide <= width


def test_the_report_asks_the_network_for_nothing(reported, tmp_path):
    reported(result("ada", relu=UPSIDE_DOWN))

    text = page(tmp_path)

    assert not re.search(r"https?:|//|@import|<link|<script|\ssrc=", text)
    assert set(re.findall(r"url\((.)", text)) <= {"#"}


def test_a_class_may_work_on_several_chapters(reported, tmp_path):
    reported(result("ada"), result("ada", "losses", relu=UPSIDE_DOWN), result("bo", "losses"))

    text = page(tmp_path)

    for name in ("activations", "losses"):
        assert f'<a href="#{name}">' in text
        assert f'<section class="chapter" id="{name}"' in text
    assert "2 notebooks." in words(tmp_path)
    assert "1 notebook." in words(tmp_path)
    assert 'href="feedback/ada/losses.html"' in text


def test_plots_have_their_numbers_as_words(reported, tmp_path):
    reported(result("ada"), result("bo", relu=UPSIDE_DOWN))

    text = page(tmp_path)

    assert 'aria-label="1 right, 1 partly"' in text
    assert "6 to 7: 1, 7 to 8: 1." in text


def test_what_the_instructor_has_to_look_after_is_told_first(reported, tmp_path):
    tally = reported(
        result("ada"),
        result("bo"),
        warnings=["carla: empty"],
        unwritten={"bo": "No such device"},
    )

    assert not tally.complete
    assert (
        "To look after Nothing could be written about bo/activations: No such device"
        " carla: empty" in words(tmp_path)
    )
    assert [row["student"] for row in rows(tmp_path / "grades.csv")] == ["ada", "ada"]


def test_times_are_in_a_table_of_their_own_and_not_in_the_marks(reported, tmp_path):
    reported(result("ada"), seconds=1.5)

    assert rows(tmp_path / "timings.csv") == [
        {"student": "ada", "chapter": "activations", "seconds": "1.5"}
    ]
    assert "1.5" not in (tmp_path / "grades.csv").read_text()


def test_the_summary_breaks_no_path(reported, tmp_path):
    reported(result("ada"))

    assert f"{tmp_path / 'grades.csv'}\n" in (tmp_path / "summary.txt").read_text()


class LargeStore:
    """Stands for a store of many results, and keeps nothing that is written."""

    def __init__(self, folder):
        self.folder = folder

    def result(self, student, chapter):
        return result(student, chapter, relu=UPSIDE_DOWN)

    def receipt(self, student, chapter):
        return Sheet(student, chapter, "", "", "", seconds=0.1)

    def write(self, name, text):
        pass

    @contextmanager
    def writing(self, name):
        yield Nowhere()


class Nowhere(io.StringIO):
    def write(self, text):
        return len(text)


def peak(number, folder):
    """The most memory that the reports on so many submissions take."""
    found = [Found(folder, f"student{i:05}", "x.ipynb", "activations") for i in range(number)]
    with (folder / "grades.csv").open("w") as file:
        file.write("student,chapter,exercise,points,max_points\n")
        file.writelines(f"{one.student},activations,relu,1,2\n" for one in found)
    tracemalloc.start()
    write_reports(LargeStore(folder), found, {}, [], seed=1)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_reports_on_a_large_class_take_no_more_memory_than_on_a_small_one(tmp_path):
    peak(100, tmp_path)  # what is loaded once

    assert peak(2000, tmp_path) < 1.5 * peak(100, tmp_path)
