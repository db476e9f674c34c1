import re

import pytest

from sekisho.cli.app import main
from sekisho.store.home import keys_dir
from tests.people import begin, register


@pytest.fixture(autouse=True)
def _registry():
    begin()


def shown(capsys, *argv, code=0):
    capsys.readouterr()
    assert main(["registry", "show", *argv]) == code
    return capsys.readouterr()


def test_a_holder_sees_its_own_and_nobody_elses(tmp_path, capsys):
    register(tmp_path, "parent", 1, 2)
    register(tmp_path, "other", 1)
    mine = shown(capsys, "--holder", "parent").out
    theirs = shown(capsys, "--holder", "other").out
    assert len(mine.splitlines()) == len(theirs.splitlines()) == 1
    assert re.search(r"active +declared +guardian +2 photos", mine)
    assert mine.split()[0] not in theirs


def test_without_the_holders_or_the_registrys_private_key_nothing_is_shown(tmp_path, capsys):
    register(tmp_path, "parent", 1)
    (keys_dir() / "registry.key").unlink()
    assert "1 registrations" in shown(capsys, "--holder", "parent").err
    (keys_dir() / "parent.key").unlink()
    said = shown(capsys, "--holder", "parent", code=2)
    assert "to their holder and to the registry alone" in said.err
    assert said.out == ""


def test_few_registrations_are_not_counted(tmp_path, capsys):
    none = shown(capsys).out
    register(tmp_path, "parent", 1, 2)
    assert shown(capsys).out == none
    assert "persons     <10" in none
    for number in range(4):
        register(tmp_path, "parent", 10 + number)
        register(tmp_path, "other", 20 + number)
    assert shown(capsys).out == none
    register(tmp_path, "other", 30)
    assert "persons     10" in shown(capsys).out


def test_no_list_of_entries_has_a_person(tmp_path, capsys):
    register(tmp_path, "parent", 1)
    assert shown(capsys, "--entries").out == ""
    assert main(["registry", "doctor"]) == 0
    said = capsys.readouterr()
    assert not re.search(r"\bl-[0-9a-f]{8}", said.out + said.err)
