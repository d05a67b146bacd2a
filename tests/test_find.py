import os

import pytest

from autograder.grading.find import find
from autograder.trouble import Trouble


def tree(folder, *files):
    for name in files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    return folder


def found(folder):
    files, warnings = find(folder)
    return {one.student: one.file.relative_to(folder).as_posix() for one in files}, warnings


def test_a_notebook_lies_in_the_students_folder_or_one_deeper(tmp_path):
    tree(tmp_path, "ada/activations.ipynb", "bo/homework 1/activations.ipynb", "planted.json")

    assert found(tmp_path) == (
        {"ada": "ada/activations.ipynb", "bo": "bo/homework 1/activations.ipynb"},
        [],
    )


def test_checkpoints_and_hidden_folders_are_no_submissions(tmp_path):
    tree(
        tmp_path,
        "ada/activations.ipynb",
        "ada/.ipynb_checkpoints/activations.ipynb",
        ".git/activations.ipynb",
    )

    assert found(tmp_path) == ({"ada": "ada/activations.ipynb"}, [])


def test_a_copy_with_a_number_in_its_name_is_graded_and_noted(tmp_path):
    tree(tmp_path, "ada/activations (1).ipynb")

    [one], _ = find(tmp_path)

    assert one.notes == (
        "The notebook is called activations (1).ipynb. It was graded as activations.ipynb.",
    )


def test_of_several_notebooks_the_one_with_the_right_name_is_graded(tmp_path):
    tree(tmp_path, "ada/activations.ipynb", "ada/Activations-old.ipynb")

    [one], _ = find(tmp_path)

    assert one.file.name == "activations.ipynb"
    assert "activations.ipynb was graded, and not Activations-old.ipynb" in one.notes[0]


def test_a_folder_without_a_notebook_of_a_chapter_is_told(tmp_path):
    tree(tmp_path, "ada/activations.ipynb", "bo/essay.ipynb", "carla/essay.txt")

    _, warnings = found(tmp_path)

    assert [warning.rpartition("/")[2] for warning in warnings] == [
        "essay.ipynb: no chapter is called so; not graded",
        "bo: no notebook of a chapter in this folder; not graded",
        "carla: no notebook of a chapter in this folder; not graded",
    ]


@pytest.mark.parametrize(("inside", "words"), [(None, "no folder"), ("x.txt", "nothing to grade")])
def test_a_folder_without_submissions_is_a_trouble_in_words(tmp_path, inside, words):
    folder = tmp_path / "class"
    if inside:
        tree(folder, inside)

    with pytest.raises(Trouble, match=words):
        find(folder)


def test_what_a_system_or_an_editor_leaves_behind_is_no_submission(tmp_path):
    tree(
        tmp_path,
        "ada/activations_final.ipynb",
        "ada/__MACOSX/._activations_final.ipynb",
        "ada/._activations.ipynb",
        "ada/.Trash/activations.ipynb",
    )
    (tmp_path / "ada" / ".#activations.ipynb").symlink_to("ada@laptop.4711")

    assert found(tmp_path) == ({"ada": "ada/activations_final.ipynb"}, [])


def test_a_link_to_the_work_of_another_is_not_graded_and_told(tmp_path):
    tree(tmp_path, "ada/activations.ipynb")
    for name in ("bo", "carla", "dan"):
        (tmp_path / name).mkdir()
    (tmp_path / "bo" / "activations.ipynb").symlink_to("../ada/activations.ipynb")
    (tmp_path / "carla" / "homework").symlink_to("../ada")
    (tmp_path / "dan" / "activations.ipynb").symlink_to("nowhere")

    files, warnings = found(tmp_path)

    assert files == {"ada": "ada/activations.ipynb"}
    assert sum("a link, or no ordinary file" in one for one in warnings) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_not_read(tmp_path):
    tree(tmp_path, "ada/activations.ipynb").joinpath("bo").mkdir()
    os.mkfifo(tmp_path / "bo" / "activations.ipynb")

    assert found(tmp_path)[0] == {"ada": "ada/activations.ipynb"}
