"""The folder of marks: every file in it is whole, and each result says from what it was made."""

import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Self

from autograder.grading.find import Found
from autograder.grading.settings import Settings
from autograder.grading.stamp import stamp
from autograder.grading.submission import opened
from autograder.trouble import Trouble

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DISK_FULL = (
    "There is no room left to write into {}. What is graded so far is kept: make room, and run the"
    " same command again to go on."
)


@dataclass(frozen=True)
class Sheet:
    """One graded submission, ready to be written.

    Attributes
    ----------
    result, feedback : the content of the two files.
    stamp : from what they were made.
    seconds : how long that took.
    fault : what went wrong in the grader itself, which is for the instructor alone.
    """

    student: str
    chapter: str
    result: str
    feedback: str
    stamp: str
    seconds: float
    fault: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the grader notes for itself on a submission, when all else of it is written."""

    stamp: str
    result: str  # digests of the two files
    feedback: str
    seconds: float
    fault: str


class Store:
    """The folder of marks of a class.

    A submission has three files: ``results/<student>/<chapter>.json``, the student's page
    ``feedback/<student>/<chapter>.html`` and ``receipts/<student>/<chapter>.json``. The receipt is
    written last: with it, the submission is done.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    @contextlib.contextmanager
    def alone(self) -> Iterator[Self]:
        """Keep other runs out of the folder for this run; clean up after one that was killed.

        Raises
        ------
        Trouble : if another run is at work in the folder, or it cannot be written to.
        """
        from filelock import FileLock, Timeout  # slow, and only for the first process of a run

        lock = FileLock(self.folder / ".lock", blocking=False)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise Trouble(f"Another run is grading into {self.folder}: let it end first.") from None
        except OSError as error:
            words = f"The folder {self.folder} cannot be written to: {error.strerror}."
            raise Trouble(words) from None
        try:
            shutil.rmtree(self._partial, ignore_errors=True)
            yield self
        finally:
            shutil.rmtree(self._partial, ignore_errors=True)
            lock.release()

    @contextlib.contextmanager
    def writing(self, name: str | Path) -> Iterator[IO[str]]:
        """Write a file of the folder so that it is there wholly or not at all.

        Raises
        ------
        Trouble : if the disk is full.
        """
        file = self.folder / name
        partial = self._partial / f"{os.getpid()}-{file.name}"
        try:
            for folder in (file.parent, partial.parent):
                folder.mkdir(parents=True, exist_ok=True)
            # A student's name may hold what no encoding can say.
            with partial.open("w", encoding="utf-8", errors="replace", newline="") as stream:
                yield stream
            os.replace(partial, file)
        except OSError as error:
            if error.errno in FULL:
                raise Trouble(DISK_FULL.format(self.folder)) from None
            raise

    def write(self, name: str | Path, text: str) -> str:
        """Write a whole file at once, and return the digest of it."""
        with self.writing(name) as stream:
            stream.write(text)
        return _digest(text.encode("utf-8", "replace"))

    def seed(self, asked: int | None) -> int:
        """The seed of this folder: the one asked for, that of the run before, or a new one."""
        with contextlib.suppress(OSError, ValueError):
            if asked is None:
                asked = int((self.folder / "seed.txt").read_text())
        seed = secrets.randbelow(2**32) if asked is None else asked
        self.write("seed.txt", f"{seed}\n")
        return seed

    def put(self, sheet: Sheet) -> None:
        """Write a graded submission. If this ends too early, the submission is not done."""
        result, feedback, receipt = _names(sheet.student, sheet.chapter)
        shown = self.write(feedback, sheet.feedback)
        kept = self.write(result, sheet.result)
        done = Receipt(sheet.stamp, kept, shown, sheet.seconds, sheet.fault)
        self.write(receipt, json.dumps(asdict(done), indent=1))

    def has(self, found: Found, settings: Settings) -> bool:
        """Whether this very submission is graded, and its files are as they were written."""
        receipt = self.receipt(found.student, found.chapter)
        if receipt is None or receipt.fault:
            return False
        result, feedback, _ = _names(found.student, found.chapter)
        whole = self._is(result, receipt.result) and self._is(feedback, receipt.feedback)
        return whole and receipt.stamp == stamp(opened(found.file), found, settings)

    def receipt(self, student: str, chapter: str) -> Receipt | None:
        """The receipt of a submission; None if there is none, or none that can be read."""
        try:
            text = (self.folder / _names(student, chapter)[2]).read_text(encoding="utf-8")
            return Receipt(**json.loads(text))
        except (OSError, ValueError, TypeError):
            return None

    def result(self, student: str, chapter: str) -> dict:
        """The result of a submission that is done."""
        file = self.folder / _names(student, chapter)[0]
        return json.loads(file.read_text(encoding="utf-8"))

    def done(self) -> Iterator[tuple[str, str]]:
        """Student and chapter of every submission that this or an earlier run graded."""
        for file in self.folder.glob("receipts/*/*.json"):
            yield file.parent.name, file.stem

    @property
    def _partial(self) -> Path:
        """The folder of files not yet whole; what a killed run left in it is of no use."""
        return self.folder / ".partial"

    def _is(self, name: Path, digest: str) -> bool:
        try:
            return _digest((self.folder / name).read_bytes()) == digest
        except OSError:
            return False


def written(store: Store, sheet: Sheet) -> str:
    """Put a sheet into the store; say why if that fails for this one alone, else ""."""
    try:
        store.put(sheet)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _names(student: str, chapter: str) -> tuple[Path, Path, Path]:
    return (
        Path("results", student, f"{chapter}.json"),
        Path("feedback", student, f"{chapter}.html"),
        Path("receipts", student, f"{chapter}.json"),
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
