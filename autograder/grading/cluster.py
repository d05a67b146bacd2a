"""Grading on many machines: chunks of submissions over a Dask cluster.

The notebooks travel with the tasks and the sheets travel back, so the machines share no disk, and
one process writes everything. A chunk whose machine is lost goes to another one.
"""

import itertools
import platform
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from dask.distributed import Client, Future, KilledWorker, as_completed

from autograder.grading.find import Found
from autograder.grading.mark import given_up, mark
from autograder.grading.settings import Settings
from autograder.grading.stamp import course
from autograder.grading.store import Sheet, Store, written
from autograder.grading.submission import opened
from autograder.trouble import Trouble

CHUNK = 20  # submissions in a task: some milliseconds of scheduling for some tenths of a second
AHEAD = 3  # tasks handed out for each thread of the cluster
CONNECT = 20  # seconds

Chunk = list[tuple[Found, bytes | str]]


def on_cluster(
    found: Iterable[Found], scheduler: str, total: int, settings: Settings, store: Store
) -> Iterator[tuple[Found, str]]:
    """Grade submissions on a Dask cluster and write them into the store.

    Parameters
    ----------
    scheduler : its address, such as ``tcp://host:8786``.
    total : how many submissions there are.

    Yields
    ------
    Each submission when it is done, with why nothing could be written about it, or "".

    Raises
    ------
    Trouble : when there is no scheduler, no worker, or another state of the course on a worker.
    """
    with _client(scheduler) as client:
        threads = sum(client.nthreads().values())
        size = max(1, min(CHUNK, total // (AHEAD * threads)))
        chunks = ([(one, opened(one.file)) for one in few] for few in _batched(found, size))
        for chunk, sheets in _graded(client, chunks, AHEAD * threads, settings):
            for (one, _), sheet in zip(chunk, sheets, strict=True):
                yield one, written(store, sheet)


def _client(scheduler: str) -> Client:
    try:
        client = Client(scheduler, timeout=CONNECT)
        client.wait_for_workers(1, timeout=CONNECT)
    except (OSError, TimeoutError, ValueError) as error:
        raise Trouble(
            f"There is no Dask scheduler with a worker at {scheduler}: {error}\nStart them with"
            " `dask scheduler` and, on each machine, `dask worker ADDRESS --nthreads 1`."
        ) from None
    return client


def _graded(
    client: Client, chunks: Iterable[Chunk], ahead: int, settings: Settings
) -> Iterator[tuple[Chunk, list[Sheet]]]:
    running: dict[Future, Chunk] = {}
    done = as_completed()
    chunks = iter(chunks)
    while True:
        for chunk in itertools.islice(chunks, ahead - len(running)):
            states = {one.chapter: course(one.chapter) for one, _ in chunk}
            future = client.submit(mark_chunk, chunk, settings, states, pure=False)
            running[future] = chunk
            done.add(future)
        if not running:
            return
        future = next(done)
        chunk = running.pop(future)
        if not _lost(future):
            yield chunk, future.result()
        elif len(chunk) > 1:  # nobody knows which of them it was: each by itself, then
            chunks = itertools.chain(([one] for one in chunk), chunks)
        else:
            yield chunk, [given_up(*chunk[0], settings, "every worker that graded it was lost")]


def _lost(future: Future) -> bool:
    """Whether worker after worker was lost with this task; other failures concern the cluster."""
    if future.status == "finished":
        return False
    if future.cancelled():
        raise Trouble("The scheduler went away. Run the same command again to go on.")
    error = future.exception()
    if isinstance(error, Trouble):
        raise error
    if not isinstance(error, KilledWorker):
        raise Trouble(f"A worker cannot grade: {type(error).__name__}: {error}")
    return True


def _batched(found: Iterable[Found], size: int) -> Iterator[list[Found]]:
    found = iter(found)
    while few := list(itertools.islice(found, size)):
        yield few


# ---- on a worker

# One submission at a time, in a thread that lives on: what a thread started ends with it (jail.py).
_grader = ThreadPoolExecutor(1)


def mark_chunk(chunk: Chunk, settings: Settings, states: dict[str, str]) -> list[Sheet]:
    """Grade a chunk of submissions here.

    Parameters
    ----------
    states : the digests of the chapters' sources (see `stamp.course`) where the class lies.

    Raises
    ------
    Trouble : if this worker has other sources, which would give other marks.
    """
    for chapter, state in states.items():
        if course(chapter) != state:
            raise Trouble(
                f"The worker on {platform.node()} has another state of the course, of Python or of"
                " NumPy than this machine. Install the same on both."
            )
    return _grader.submit(_marked, chunk, settings).result()


def _marked(chunk: Chunk, settings: Settings) -> list[Sheet]:
    return [mark(one, content, settings) for one, content in chunk]
