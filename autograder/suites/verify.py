"""Prove that the hidden suite of a chapter is worth something, and its catalogue of mistakes too.

The reference and every other right style earn full marks. The stub earns none. Every mistake loses
marks and is named, by the hidden suite always, and by the public cases whenever they see it. No
test is there for nothing. Answers learned by heart earn less than half. And the examples in the
statements are true.
"""

import doctest
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from autograder.course.exercise import Chapter, Exercise, chapter
from autograder.course.public import contents
from autograder.suites.diagnosis import diagnosis
from autograder.suites.mistakes import Mistake, catalogue
from autograder.suites.record import Recorded, Recording, in_process, recording
from autograder.suites.styles import styles
from autograder.suites.suite import Outcome, suite
from lessons.kit.check import MANY, check_functions
from lessons.kit.judge import Call, judge
from lessons.kit.observe import Observation
from lessons.kit.plain import unpack

SEEDS = (1, 2, 3)
MORE_SEEDS = range(4, 14)  # for what is judged by its distribution: chance must not decide
FEWEST_MISTAKES = 3


@dataclass
class Row:
    """What was found out about one exercise.

    Attributes
    ----------
    exercise : the exercise.
    tests, public : how many hidden tests it has, and how many of them are public.
    mistakes, seen : how many mistakes are known, and how many of them the public cases see.
    styles : how many other right solutions there are.
    faults : what is wrong, in sentences; none when all is well.
    """

    exercise: Exercise
    tests: int
    public: int
    mistakes: int
    seen: int
    styles: int
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """What was found out about one chapter."""

    chapter: str
    seeds: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        return not self.faults

    @property
    def faults(self) -> list[str]:
        return [f"{row.exercise.name}: {fault}" for row in self.rows for fault in row.faults]


def verify(name: str, seeds: Iterable[int] = SEEDS) -> Report:
    """Prove the suite of chapter `name` with the hidden inputs of each of `seeds`."""
    seeds = tuple(seeds)
    rows = tuple(verify_exercise(name, one.name, seeds) for one in chapter(name).exercises)
    return Report(name, seeds, rows)


def verify_exercise(name: str, exercise: str, seeds: Iterable[int] = SEEDS) -> Row:
    """Prove what concerns one exercise of chapter `name`."""
    tests, one = suite(name), chapter(name)[exercise]
    mine, known = tests.of(exercise), catalogue(name).of(exercise)
    seen = seen_in_public(one, known)
    row = Row(
        exercise=one,
        tests=len(mine),
        public=sum(test.public for test in mine),
        mistakes=len(known),
        seen=sum(says is not None for says in seen),
        styles=len(styles(name, exercise)),
    )
    row.faults += counted(row)
    row.faults += doubled(known)
    row.faults += examples(one)
    row.faults += misnamed(known, seen, "the public cases")
    for seed in dict.fromkeys((*seeds, *(MORE_SEEDS if is_random(one) else ()))):
        recorded = recording(name, seed)
        row.faults += right_solutions(recorded, one)
        row.faults += wrong_solutions(recorded, one, known)
        row.faults += learned_by_heart(recorded, one)
    row.faults[:] = dict.fromkeys(row.faults)
    return row


def is_random(one: Exercise) -> bool:
    """Whether an exercise is judged by the distribution of its results."""
    tests = recording(one.chapter, SEEDS[0]).of(one.name)
    return any(call.law for test in tests for call in test.calls)


# ---- the proofs: each gives the faults it finds


def counted(row: Row) -> Iterator[str]:
    """There is enough of everything."""
    if not row.public:
        yield "it has no public test"
    if row.mistakes < FEWEST_MISTAKES:
        yield f"its catalogue knows {row.mistakes} mistakes; {FEWEST_MISTAKES} are the fewest"
    if not row.styles:
        yield "it has no right solution in another style"


def doubled(known: list[Mistake]) -> Iterator[str]:
    """No two mistakes share a name or a diagnosis."""
    for what in ("name", "diagnosis"):
        for value, times in Counter(getattr(one, what) for one in known).items():
            if times > 1:
                yield f"{times} mistakes share the {what} {value!r}"


def examples(one: Exercise) -> Iterator[str]:
    """The examples in the statement are true."""
    scope = {"np": np, **chapter(one.chapter).references}
    test = doctest.DocTestParser().get_doctest(one.doc, scope, one.name, None, 0)
    output: list[str] = []
    if doctest.DocTestRunner(verbose=False).run(test, out=output.append).failed:
        yield f"an example in the statement is not true:\n{''.join(output)}"


def right_solutions(recorded: Recording, one: Exercise) -> Iterator[str]:
    """The reference and every other style earn full marks, and the stub earns none."""
    references = recorded.chapter.references
    right = {"the reference": references}
    for style in styles(one.chapter, one.name):
        right[f"the right style {style}"] = in_style(recorded.chapter, style)
    for what, functions in right.items():
        for outcome in outcomes(recorded, one, functions):
            if failing := outcome.failing:
                why = failing.detail if failing.kind == "fault" else failing.says
                yield f"{what} fails {outcome.test.id} (seed {recorded.seed}): {why}"
    for outcome in outcomes(recorded, one, {**references, one.name: stub(one)}):
        if not outcome.failing or outcome.failing.kind != "unwritten":
            yield f"the stub is not found unwritten by {outcome.test.id} (seed {recorded.seed})"


def wrong_solutions(recorded: Recording, one: Exercise, known: list[Mistake]) -> Iterator[str]:
    """Every mistake loses marks and is named, and every test is failed by some mistake."""
    purposeless = {test.test.id for test in recorded.of(one.name)}
    said: list[str | None] = []
    for mistake in known:
        found = outcomes(recorded, one, mistake.among(recorded.chapter.references))
        failed = {outcome.test.id for outcome in found if outcome.failing}
        purposeless -= failed
        said.append(diagnosis(recorded, one.name, found) or "" if failed else None)
        if not failed:
            yield f"the mistake {mistake.name} earns full marks (seed {recorded.seed})"
    yield from misnamed(known, said, f"the hidden suite (seed {recorded.seed})")
    for test_id in sorted(purposeless):
        yield f"no known mistake fails {test_id} (seed {recorded.seed})"


def learned_by_heart(recorded: Recording, one: Exercise) -> Iterator[str]:
    """Whoever gives the right answers of another seed, call by call, passes less than half of the
    tests, with one of the next three seeds at least: a few answers may be the same by chance.

    An error that is asked for is known by heart, and numbers that are judged by their law never
    are. An exercise that takes only words has no more than a few answers and is left alone.
    """
    tests = recorded.of(one.name)
    others = (recording(one.chapter, recorded.seed + i).of(one.name) for i in (1, 2, 3))
    passed = min(sum(map(passed_by_heart, tests, other)) for other in others)
    if 2 * passed >= len(tests) and not all(map(takes_words, tests)):
        yield (
            f"the right answers of other seeds pass {passed} of its {len(tests)} tests "
            f"(seed {recorded.seed}): draw from rng what decides the answers"
        )


def misnamed(known: list[Mistake], said: list[str | None], by: str) -> Iterator[str]:
    """Where a mistake is seen (its diagnosis is not None), it is named as itself."""
    names = {one.diagnosis: one.name for one in known}
    for mistake, says in zip(known, said, strict=True):
        if says not in (None, mistake.diagnosis):
            other = names.get(says, says) or "nothing"
            yield f"the mistake {mistake.name} is named {other} by {by}"


# ---- how they are found out


def outcomes(recorded: Recording, one: Exercise, functions: dict[str, Callable]) -> list[Outcome]:
    """Judge functions of this process by the tests of an exercise."""
    return recorded.outcomes(one.name, in_process(functions))


def passed_by_heart(test: Recorded, other: Recorded) -> bool:
    """Whether the right answers of the same test with another seed are right in this one."""
    return all(map(known_by_heart, test.calls, other.calls))


def known_by_heart(call: Call, other: Call) -> bool:
    if call.law or call.raises or call.step:
        return not call.law
    # Without an absolute error, as sums that vanish are told apart by their rounding.
    asked = replace(call, atol=0.0, quiet=False, pure=False)
    return judge(asked, Observation(other.expected)) is None


def takes_words(test: Recorded) -> bool:
    given = [one for call in test.calls for one in (*call.args, *call.kwargs.values())]
    return all(isinstance(one, str) for one in given)


def in_style(one: Chapter, style: str) -> dict[str, Callable]:
    """The functions of a chapter, in a style wherever there is a solution in it.

    So a forward that keeps something else than the reference's meets its own backward.
    """
    others = {name: styles(one.name, name).get(style) for name in one.references}
    return {**one.references, **{name: other for name, other in others.items() if other}}


def stub(one: Exercise) -> Callable:
    """The function a student starts from."""
    scope: dict = {"np": np}
    exec(one.stub, scope)
    return scope[one.name]


def seen_in_public(one: Exercise, known: list[Mistake]) -> list[str | None]:
    """What the check in the notebook says about each mistake; None if it finds no fault."""
    cases = unpack(contents(one.chapter)["public.bin"], most=MANY)[one.name]
    right = chapter(one.chapter).references
    reports = [check_functions(mistake.among(right), one.name, cases) for mistake in known]
    return [None if report.passed else report.diagnosis for report in reports]


# ---- what is printed


def show(reports: Iterable[Report]) -> int:
    """Print reports, and return 0 if all is well."""
    console = Console()
    reports = list(reports)
    for report in reports:
        console.print(table(report))
        for fault in report.faults:
            console.print(fault, markup=False, highlight=False, soft_wrap=True)
    return 0 if all(report.ok for report in reports) else 1


def table(report: Report) -> Table:
    """The report as a table, one exercise a row."""
    shown = Table(
        title=f"{report.chapter}, hidden inputs of {len(report.seeds)} seeds",
        caption="seen: mistakes that the public cases show, each under its own name",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    shown.add_column("exercise", no_wrap=True)
    columns = ("points", "tests", "public", "mistakes", "seen", "styles")
    for column in columns:
        shown.add_column(column, justify="right")
    shown.add_column("proved")
    for row in report.rows:
        shown.add_row(row.exercise.name, *map(str, _counts(row)), _yes_or_no(not row.faults))
    shown.add_section()
    totals = map(sum, zip(*map(_counts, report.rows), strict=True))
    shown.add_row("all", *map(str, totals), _yes_or_no(report.ok))
    return shown


def _yes_or_no(good: bool) -> str:
    return "[green]yes[/]" if good else "[red]no[/]"


def _counts(row: Row) -> tuple[int, ...]:
    return (row.exercise.points, row.tests, row.public, row.mistakes, row.seen, row.styles)
