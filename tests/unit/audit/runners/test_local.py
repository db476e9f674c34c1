# ruff: noqa: SLF001 - which item is to blame is decided by private functions
import pytest

from sekisho.audit.job import plan
from sekisho.audit.runners import local
from sekisho.errors import IncompleteError
from sekisho.model import Unreadable
from tests.world import MemorySource, World

BEFORE_ANY = -1


@pytest.fixture
def task():
    (planned,) = plan(World().job(MemorySource({"a": b"", "b": b""})))
    return local._Task(planned=planned)


def test_one_death_blames_nobody(task):
    assert local._after_death(task, 3).poison == {}
    assert local._after_death(task, 5).poison == {}


def test_the_item_in_hand_at_two_deaths_in_a_row_is_left_out(task):
    local._after_death(task, 3)
    assert local._after_death(task, 3).poison == {3: Unreadable.DECODER_CRASH}
    local._after_death(task, 7)
    assert local._after_death(task, 7).poison == {3: Unreadable.DECODER_CRASH, 7: Unreadable.DECODER_CRASH}


def test_a_first_death_before_any_item_is_forgiven_and_a_second_is_not(task):
    assert local._after_death(task, BEFORE_ANY).poison == {}
    with pytest.raises(IncompleteError, match="twice") as raised:
        local._after_death(task, BEFORE_ANY)
    assert "--resume" in raised.value.hint


def test_deaths_over_an_item_that_is_left_out_already_end(task):
    for _ in range(2):
        local._after_death(task, 3)
    local._after_death(task, 3)
    with pytest.raises(IncompleteError):
        local._after_death(task, 3)


def test_an_item_without_progress_is_left_out_at_once(task):
    assert local._after_kill(task, 2).poison == {2: Unreadable.TIMEOUT}


def test_without_an_item_in_hand_no_progress_is_forgiven_once(task):
    assert local._after_kill(task, BEFORE_ANY).poison == {}
    with pytest.raises(IncompleteError):
        local._after_kill(task, BEFORE_ANY)


def worker(place, seen, since):
    return local._Worker(process=None, wire=None, place=[place], seen=seen, since=since)


def test_progress_resets_the_clock_and_its_lack_is_noticed(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(local.time, "monotonic", lambda: now)
    moved = worker(place=5, seen=4, since=0.0)
    assert not local._is_stuck(moved, 10)
    assert (moved.seen, moved.since) == (5, now)
    assert not local._is_stuck(worker(place=5, seen=5, since=now - 9), 10)
    assert local._is_stuck(worker(place=5, seen=5, since=now - 11), 10)


def test_a_worker_that_only_starts_has_the_usual_time_however_short_an_items_is(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(local.time, "monotonic", lambda: now)
    starting = worker(place=BEFORE_ANY, seen=BEFORE_ANY, since=now - local.ITEM_SECONDS + 1)
    assert not local._is_stuck(starting, 0.1)
    starting.since -= 2
    assert local._is_stuck(starting, 0.1)
