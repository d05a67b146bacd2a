"""What several tests share."""

import pytest

from autograder.course.exercise import chapters
from autograder.course.public import ship
from autograder.course.release import release


@pytest.fixture(scope="session", autouse=True)
def public_data():
    """The public data of every chapter, where lessons look for it."""
    for name in chapters():
        ship(name)


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """The folder of a fresh student release."""
    out = tmp_path_factory.mktemp("release") / "release"
    release(out)
    return out
