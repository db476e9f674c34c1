from datetime import UTC, datetime, timedelta

import pytest

from sekisho.errors import IncompleteError
from sekisho.ledger.entry import EntryType, decode_entry
from sekisho.store.person_queue import PersonQueue
from tests.world import MemoryLog

AT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class StoppedLog(MemoryLog):
    """A log that stops once: when it is given a batch, after it has taken one, or at its witnesses."""

    def __init__(self, at):
        super().__init__()
        self.at = at

    def _stop(self, point):
        if self.at == point:
            self.at = ""
            raise IncompleteError(f"stopped at {point}")

    def append_all(self, entries):
        self._stop("append")
        indexes = super().append_all(entries)
        self._stop("after")
        return indexes

    def publish(self):
        self._stop("publish")


def commitments(*numbers):
    return [bytes([number]) * 32 for number in numbers]


@pytest.fixture
def again(tmp_path):
    """Open the same queue as another process does."""
    return lambda: PersonQueue.open(tmp_path / "home" / "waiting.sqlite")


@pytest.fixture
def queue(again):
    return again()


def test_what_waits_is_found_in_the_log_when_its_batch_is_out(queue, again):
    log = MemoryLog()
    queue.add(commitments(1, 2))
    again().add(commitments(2, 3))
    assert (queue.count(), queue.placed(commitments(1, 2, 3))) == (3, {})
    assert queue.publish(log, now=AT) == len(log.entries) == 16
    placed = again().placed(commitments(1, 2, 3, 4))
    assert set(placed) == set(commitments(1, 2, 3))
    for one, where in placed.items():
        assert log.entries[where.index] == where.entry
        assert decode_entry(where.entry).commitment == one
    assert queue.count() == 0


def test_a_batch_goes_once_an_hour_and_a_quiet_hour_looks_like_any_other(queue):
    log = MemoryLog()
    queue.add(commitments(1))
    assert queue.publish(log, now=AT) == 16
    queue.add(commitments(2))
    assert queue.publish(log, now=AT + 10 * MINUTE) is None
    assert queue.publish(log, now=AT + HOUR) == 16
    assert queue.publish(log, now=AT + 2 * HOUR) == 16
    assert queue.publish(log, now=AT + 2 * HOUR, force=True) == 16
    entries = [decode_entry(entry) for entry in log.entries]
    assert [entry.at.hour for entry in entries] == [9] * 16 + [10] * 16 + [11] * 32
    assert {entry.type for entry in entries} == {EntryType.PERSON}


@pytest.mark.parametrize("at", ["append", "after", "publish"])
def test_a_batch_that_was_interrupted_loses_nothing_and_is_not_published_early(queue, again, at):
    log = StoppedLog(at)
    queue.add(commitments(1))
    with pytest.raises(IncompleteError):
        queue.publish(log, now=AT)
    queue.add(commitments(2))
    assert again().publish(log, now=AT + HOUR) == 16
    if at == "after":
        # All sixteen stand there twice: nobody can tell the record by that.
        assert log.entries[:16] == log.entries[16:]
    queue.publish(log, now=AT + 2 * HOUR)
    for one, where in queue.placed(commitments(1, 2)).items():
        assert decode_entry(log.entries[where.index]).commitment == one
    assert len(queue.placed(commitments(1, 2))) == 2


def test_only_its_owner_reads_it_and_a_crash_leaves_nothing_that_was_deleted(queue):
    assert queue.file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in queue.file.parent.iterdir()] == ["waiting.sqlite"]


class WatchedLog(MemoryLog):
    """A log at which somebody always looks: when a checkpoint came, how large it is, what is new in it."""

    def __init__(self, clock):
        super().__init__()
        self.clock, self.seen = clock, []

    def publish(self):
        size = sum(count for _, count, _ in self.seen)
        new = [(len(entry), decode_entry(entry).at) for entry in self.entries[size:]]
        self.seen.append((self.clock(), len(new), set(new)))


def a_day(folder, events):
    """Return what is seen of the log in a day.

    A clock publishes at seven minutes past each hour. Whoever has something to say about a person adds it
    to the queue in the minute in which it happens.
    """
    minutes, start = [0], datetime(2026, 11, 22, tzinfo=UTC)
    log = WatchedLog(lambda: minutes[0])
    queue = PersonQueue.open(folder / "waiting.sqlite")
    clock = {60 * hour + 7 for hour in range(24)}
    for minutes[0] in sorted(clock | set(events)):
        if minutes[0] in events:
            queue.add(commitments(*events[minutes[0]]))
        if minutes[0] in clock:
            queue.publish(log, now=start + minutes[0] * MINUTE)
    return log.seen


def test_the_times_and_sizes_of_a_days_checkpoints_tell_nothing(tmp_path):
    quiet = a_day(tmp_path / "quiet", {})
    busy = a_day(tmp_path / "busy", {5: (1,), 8: (2, 3), 601: (4,), 602: (5,), 1439: (6,)})
    assert busy == quiet
    assert [(minute, count) for minute, count, _ in quiet] == [(60 * hour + 7, 16) for hour in range(24)]
