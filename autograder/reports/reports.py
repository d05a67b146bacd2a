"""Everything about a whole class, made from what is in the store, in one pass over it."""

import csv
from collections.abc import Iterator, Sequence
from typing import IO

from autograder.grading.find import Found
from autograder.grading.store import Store
from autograder.reports import summary
from autograder.reports.report import write_report
from autograder.reports.tally import Tally

MARKS = ("student", "chapter", "exercise", "points", "max_points", "status", "diagnosis")
TIMINGS = ("student", "chapter", "seconds")


def write_reports(
    store: Store,
    found: Sequence[Found],
    unwritten: dict[Found, str],
    warnings: Sequence[str],
    seed: int,
) -> Tally:
    """Write grades.csv, timings.csv, summary.txt and report.html.

    Parameters
    ----------
    found : the submissions to report on.
    unwritten : those of them that could not be written into the store, and why.
    warnings : what was not graded, in words.
    """
    tally = Tally(seed, warnings=list(warnings))
    with store.writing("grades.csv") as marks, store.writing("timings.csv") as timings:
        marks, timings = _table(marks, MARKS), _table(timings, TIMINGS)
        for one in found:
            if one in unwritten:
                who = f"{one.student}/{one.chapter}"
                tally.faults.append(f"Nothing could be written about {who}: {unwritten[one]}")
                continue
            result = store.result(one.student, one.chapter)
            receipt = store.receipt(one.student, one.chapter)
            tally.add(result, receipt.seconds, receipt.fault)
            marks.writerows(_marks(result))
            timings.writerow([one.student, one.chapter, receipt.seconds])
    summary.save(tally, store)
    write_report(tally, store)
    return tally


def _table(stream: IO[str], columns: Sequence[str]):
    table = csv.writer(stream)
    table.writerow(columns)
    return table


def _marks(result: dict) -> Iterator[list]:
    for one in result["exercises"]:
        exercise = [one["name"], one["points"], one["max_points"], one["status"]]
        yield [result["student"], result["chapter"], *exercise, one["diagnosis"] or ""]
