import contextlib
import io
import sys
from collections import Counter

import pytest

from autograder.cli import main
from autograder.sandbox import attacks, doctor

linux = pytest.mark.skipif(sys.platform != "linux", reason="strict is for Linux")


@pytest.fixture(scope="module")
def command(have):
    """What the command ends with and prints on this very machine, and its verdicts."""
    have("strict")
    verdicts, printed = [], io.StringIO()
    with pytest.MonkeyPatch.context() as patched, contextlib.redirect_stdout(printed):
        examine = doctor.doctor
        patched.setattr(doctor, "doctor", lambda tell: verdicts.extend(examine(tell)) or verdicts)
        code = main(["doctor"])
    return code, printed.getvalue(), verdicts


@pytest.fixture
def examined(command):
    """The verdict on every attack."""
    return command[2]


def verdict(examined, name):
    [found] = [one for one in examined if one.attack.name == name]
    return found


@linux
def test_no_attack_succeeds_on_this_machine(examined):
    assert [one.attack.says for one in examined if not one.blocked] == []
    assert len(examined) > 130


@linux
def test_most_attacks_succeed_where_nothing_blocks_them(examined):
    refused = [one for one in examined if one.attack.file in attacks.REFUSED]

    # What is left needs rights that an ordinary user has not, or what this machine has not.
    assert sum(one.possible for one in refused) > 0.7 * len(refused)


@linux
def test_every_layer_blocks_what_no_other_one_does(examined):
    alone = Counter(one.by[0] for one in examined if len(one.by) == 1)

    assert {"limits", "seccomp", "namespaces"} <= set(alone)


@linux
@pytest.mark.parametrize(
    ("attack", "layers"),
    [
        ("read_the_hidden_tests", {"namespaces", "Landlock"}),
        ("see_that_the_hidden_tests_are_there", {"namespaces"}),
        ("send_a_datagram", {"seccomp"}),
        ("map_8_gigabytes", {"limits"}),
    ],
)
def test_a_layer_is_named_for_what_it_blocks(examined, attack, layers):
    assert set(verdict(examined, attack).by) == layers


@linux
def test_an_attack_that_gets_through_is_seen(monkeypatch, have):
    have("strict")
    monkeypatch.setattr(doctor, "known_attacks", lambda files: HARMLESS if "files" in files else [])

    [through] = doctor.doctor(lambda done, total: None)

    assert not through.blocked
    assert doctor.show([through]) == 1


class Harmless(doctor.Attack):
    source = "def know_the_time(target):\n    import time\n    return time.time"


HARMLESS = [Harmless("files", "know_the_time", "know the time")]


def test_where_a_layer_is_missing_the_command_names_it_and_fails(monkeypatch, capsys):
    monkeypatch.setattr("shutil.which", lambda name: None)
    if sys.platform != "linux":
        pytest.skip("elsewhere it is Linux that is missing")

    assert main(["doctor"]) == 1
    assert "bwrap" in capsys.readouterr().out


@linux
def test_the_command_is_the_whole_examination(command):
    code, printed, verdicts = command

    assert code == 0
    assert f"strict holds here: {len(verdicts)} attacks, none succeeded." in printed


def test_help_has_an_example(capsys):
    with pytest.raises(SystemExit):
        main(["doctor", "--help"])

    assert "example: autograder doctor" in capsys.readouterr().out
