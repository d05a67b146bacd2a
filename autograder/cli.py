"""The command ``autograder``: release, grade, verify, measure, sample-class, doctor, bench."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from autograder.trouble import Trouble, printable

NO_BOUNDARY = """\
isolation `process` is no security boundary: students' code runs as your own user, who may read and
write your files. The README says when that is good enough."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(argv)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        return _say("stopped before the end.", 130)
    except Trouble as error:
        if options.debug:
            raise
        return _say(str(error), 2)
    except Exception as error:
        if options.debug:
            raise
        what = f"{type(error).__name__}: {error}"
        return _say(f"failed itself, which it should not: {what}\nAdd --debug to see where.", 3)


def _say(words: str, code: int) -> int:
    print(f"autograder: {printable(words)}", file=sys.stderr)
    return code


# ---- the commands; each imports what it needs, so that --help is there at once


def _grade(options: argparse.Namespace) -> int:
    from autograder.grading.batch import grade_class

    if options.isolation == "process":
        _say(NO_BOUNDARY, 0)
    with _late_bar("Grading") as progress:
        tally = grade_class(
            options.submissions,
            options.out,
            jobs=options.jobs,
            seed=options.seed,
            level=options.isolation,
            scheduler=options.scheduler,
            progress=progress,
        )
    from rich.console import Console

    from autograder.reports import summary

    summary.show(tally, options.out, Console())
    return 0 if tally.complete else 1


def _release(options: argparse.Namespace) -> int:
    with _bar("Making the release"):
        from autograder.course.release import release

        file = release(options.out)
    print(f"For students: {file}")
    return 0


def _sample_class(options: argparse.Namespace) -> int:
    with _bar("Making the sample class") as progress:
        from autograder.samples.sample import sample_class

        students = sample_class(options.out, progress)
    print(f"{students} submissions in {options.out}, and {options.out / 'planted.json'} says")
    print("which student has which mistake.")
    return 0


def _bench(options: argparse.Namespace) -> int:
    from tempfile import TemporaryDirectory

    from rich.console import Console

    with _bar("Measuring") as progress, TemporaryDirectory() as folder:
        from autograder.samples.bench import bench, show

        report = bench(
            options.chapter,
            jobs=options.jobs,
            level=options.isolation,
            size=options.size,
            rounds=options.rounds,
            folder=Path(folder),
            progress=progress,
        )
    Console().print(show(report))
    return 0


def _verify(options: argparse.Namespace) -> int:
    with _bar("Verifying"):
        from autograder.course.exercise import chapters
        from autograder.suites.verify import show, verify

        for name in options.chapters:
            if name not in chapters():
                raise Trouble(f"There is no chapter {name!r}. There is {', '.join(chapters())}.")
        reports = [verify(name) for name in options.chapters or chapters()]
    return show(reports)


def _measure(options: argparse.Namespace) -> int:
    with _bar("Measuring") as progress:
        from autograder.course.measuring import measure

        numbers = measure(options.chapter, options.groups, progress)
    print(f"{numbers} numbers in lessons/{options.chapter}/measured.json are new.")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from autograder.sandbox.isolation import missing

    if lacking := missing("strict"):
        from autograder.sandbox.doctor import show_lacking

        return show_lacking(lacking)
    with _bar("Attacking the sandbox") as progress:
        from autograder.sandbox.doctor import doctor, show

        verdicts = doctor(progress)
    return show(verdicts)


@contextmanager
def _bar(what: str) -> Iterator:
    """A progress bar; it moves to and fro until it is told how far things are."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = [TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _late_bar(what: str) -> Iterator:
    """A progress bar that is only made, which takes a while, when it is told how far things are."""
    with ExitStack() as stack:
        bar = cache(lambda: stack.enter_context(_bar(what)))
        yield lambda done, total: bar()(done, total)


# ---- what can be typed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder", description="Release, grade and verify the exercises of the course."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_release(commands)
    _add_grade(commands)
    _add_verify(commands)
    _add_measure(commands)
    _add_sample_class(commands)
    _add_doctor(commands)
    _add_bench(commands)
    return parser


def _add_release(commands) -> None:
    parser = _command(
        commands,
        "release",
        _release,
        "make what students get: notebooks, figures, checks, in one zip",
        "autograder release --out _build/release",
    )
    _add_out(parser, "the folder to write; an earlier release in it is replaced")


def _add_grade(commands) -> None:
    parser = _command(
        commands,
        "grade",
        _grade,
        "grade a folder of submissions",
        "autograder grade submissions --out grades --jobs 4",
        "A submission is SUBMISSIONS/<student>/<chapter>.ipynb, or the same one folder deeper."
        " Every notebook runs in a process of its own, and a folder of marks comes out:"
        " report.html on the whole class, grades.csv, a result and a feedback page for each"
        " student. The same command again goes on where it was stopped and grades only what"
        " changed.",
    )
    parser.add_argument("submissions", type=Path, metavar="SUBMISSIONS", help="the folder to grade")
    _add_out(parser, "the folder for marks and feedback")
    _add_jobs(parser)
    _add_isolation(parser)
    parser.add_argument(
        "--seed",
        type=_natural,
        metavar="SEED",
        help="draw the inputs of this seed (every result names its own); by default those of the"
        " earlier run in DIR, or new ones",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="grade on the Dask cluster of this scheduler, such as tcp://host:8786, and not here",
    )


def _add_verify(commands) -> None:
    parser = _command(
        commands,
        "verify",
        _verify,
        "prove the tests: right solutions pass, every known mistake fails and is named",
        "autograder verify activations",
    )
    parser.add_argument(
        "chapters", nargs="*", metavar="CHAPTER", help="the chapters to verify; all by default"
    )


def _add_measure(commands) -> None:
    parser = _command(
        commands,
        "measure",
        _measure,
        "measure anew the numbers that the text of a chapter quotes",
        "autograder measure activations saturation",
        "All of a chapter takes minutes.",
    )
    parser.add_argument("chapter", metavar="CHAPTER", help="the chapter")
    parser.add_argument(
        "groups", nargs="*", metavar="GROUP", help="of its measurements.py; all by default"
    )


def _add_sample_class(commands) -> None:
    parser = _command(
        commands,
        "sample-class",
        _sample_class,
        "make a class of submissions to try the grader on: right, wrong and broken ones",
        "autograder sample-class --out _build/sample-class",
    )
    _add_out(parser, "the folder to write")


def _add_doctor(commands) -> None:
    _command(
        commands,
        "doctor",
        _doctor,
        "attack the sandbox of this machine and say what stopped each attack",
        "autograder doctor",
        "Every attack is really tried, and does no harm if it succeeds. The exit code is 0 if"
        " isolation strict can be had here and no attack succeeded, else 1. It takes about half a"
        " minute.",
    )


def _add_bench(commands) -> None:
    parser = _command(
        commands,
        "bench",
        _bench,
        "measure on a class of its own making how fast the grader is, and where the time goes",
        "autograder bench --jobs 2 --size 1000",
    )
    parser.add_argument(
        "--chapter", default="activations", metavar="CHAPTER", help="of the class (%(default)s)"
    )
    _add_jobs(parser)
    _add_isolation(parser)
    counts = {"size": (200, "submissions of the class"), "rounds": (5, "how often it is graded")}
    for name, (number, says) in counts.items():
        parser.add_argument(
            f"--{name}", type=_positive, metavar="N", default=number, help=f"{says} (%(default)s)"
        )


def _command(commands, name: str, run, says: str, example: str, more: str = ""):
    description = f"{says[0].upper()}{says[1:]}. {more}"
    parser = commands.add_parser(
        name,
        help=says,
        description=description,
        epilog=f"example: {example}",
    )
    parser.set_defaults(run=run)
    parser.add_argument("--debug", action="store_true", help="show where an error came from")
    return parser


def _add_out(parser: argparse.ArgumentParser, says: str) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help=says)


def _add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs",
        type=_positive,
        metavar="N",
        default=os.cpu_count() or 1,
        help="how many notebooks to grade at a time (%(default)s, the cores of this machine)",
    )


def _add_isolation(parser: argparse.ArgumentParser) -> None:
    strict = sys.platform == "linux"
    parser.add_argument(
        "--isolation",
        choices=("strict", "process"),
        default="strict" if strict else "process",
        help="how students' code is kept in: strict (Linux) refuses to run where a layer is"
        " missing; process is no security boundary (%(default)s)",
    )


def _positive(text: str) -> int:
    number = _natural(text)
    if not number:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return number


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)
