"""Grade a class so that nothing is lost: what is done stays done, and a second run goes on."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from autograder.grading.find import Found, find
from autograder.grading.processes import in_processes
from autograder.grading.settings import Settings
from autograder.grading.store import Store
from autograder.reports.tally import Tally
from autograder.sandbox.limits import LIMITS, Limits
from autograder.trouble import Trouble

TOLD = 5  # of many like them, so many are named


def grade_class(
    folder: Path,
    out: Path,
    *,
    jobs: int,
    level: str,
    seed: int | None = None,
    limits: Limits = LIMITS,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Tally:
    """Grade every notebook in `folder` and write marks, feedback and reports into `out`.

    What an earlier run graded there is kept if all that it was made from is as it was.

    Parameters
    ----------
    level : of isolation (see `autograder.sandbox.isolation`).
    seed : of the random inputs; by default that of the earlier run in `out`, or a new one.
    scheduler : address of a Dask cluster to grade on, in place of `jobs` processes here.
    progress : told how many submissions are done, of how many; at first when work is under way.

    Raises
    ------
    Trouble : if nothing can be graded, or `out` cannot be written to. What was graded stays.
    """
    found, warnings = find(folder)
    with Store(out).alone() as store:
        settings = Settings(store.seed(seed), level, limits)
        done, unwritten = [], {}

        def show() -> None:
            progress(len(done), len(found))

        left = _left(found, settings, store, done, show)
        for one, why in _graded(left, len(found), jobs, scheduler, settings, store):
            done.append(one)
            show()
            if why:
                unwritten[one] = why
        warnings += _vanished(found, store)
        from autograder.reports.reports import write_reports

        return write_reports(store, found, unwritten, warnings, settings.seed)


def _left(
    found: Sequence[Found],
    settings: Settings,
    store: Store,
    done: list[Found],
    show: Callable[[], None],
) -> Iterator[Found]:
    """What still has to be graded; the rest is added to `done`."""
    for one in found:
        if store.has(one, settings):
            done.append(one)
        else:
            yield one
        show()
    # Slow to import, and here there is time: all that is left was handed to other processes.
    import autograder.reports.reports  # noqa: F401


def _graded(
    left: Iterator[Found],
    total: int,
    jobs: int,
    scheduler: str | None,
    settings: Settings,
    store: Store,
) -> Iterator[tuple[Found, str]]:
    if scheduler is None:
        return in_processes(left, min(jobs, total), settings, store)
    try:
        from autograder.grading.cluster import on_cluster
    except ModuleNotFoundError as error:
        raise Trouble(
            f"--scheduler needs Dask, and {error.name} is not installed: pip install"
            " 'neural-networks-in-detail[cluster]'"
        ) from None
    return on_cluster(left, scheduler, total, settings, store)


def _vanished(found: Sequence[Found], store: Store) -> Iterator[str]:
    """Words on results whose notebook is not in the folder any more."""
    here = {(one.student, one.chapter) for one in found}
    gone = sorted(one for one in store.done() if one not in here)
    for student, chapter in gone[:TOLD]:
        yield (
            f"{student}/{chapter}: graded in an earlier run, but the notebook is gone. Its result"
            " and feedback stay where they are; it is in no table."
        )
    if len(gone) > TOLD:
        yield f"So it is with {len(gone) - TOLD} more."
