from datetime import timedelta

import pytest

from sekisho.cli.app import main
from sekisho.cli.log import batch
from sekisho.store.clock import now
from sekisho.store.own_log import own_log, own_queue


def size():
    return own_log().static.head().size


def test_one_batch_goes_each_hour_whether_or_not_anything_waits(capsys, monkeypatch):
    start = now()
    for hour, waits in enumerate((False, True, False)):
        if waits:
            own_queue().add([b"c" * 32])
        monkeypatch.setattr(batch, "now", lambda at=start + timedelta(hours=hour): at)
        assert main(["log", "batch"]) == 0
        assert (capsys.readouterr().out, size()) == ("16 entries\n", 16 * (hour + 1))
    assert own_queue().count() == 0


def test_a_second_one_in_the_hour_only_if_it_is_forced(capsys):
    main(["log", "batch"])
    capsys.readouterr()
    assert main(["log", "batch"]) == 0
    said = capsys.readouterr()
    assert (said.out, "in this hour" in said.err, size()) == ("", True, 16)
    assert main(["log", "batch", "--force"]) == 0
    assert size() == 32


def test_a_registry_and_an_operator_on_one_machine_share_the_batch_of_the_hour():
    main(["registry", "init", "--name", "r"])
    own_queue().add([b"c" * 32])
    assert main(["registry", "log"]) == 0
    assert own_queue().count() == 0
    assert main(["log", "batch"]) == 0
    assert size() == 16


@pytest.mark.parametrize("argv", [["log", "publish"], ["log", "show"]])
def test_nothing_else_publishes_what_waits(argv):
    main(["log", "batch"])
    own_queue().add([b"c" * 32])
    assert main(argv) == 0
    assert (size(), own_queue().count()) == (16, 1)
