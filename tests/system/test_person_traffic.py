"""Days of a log that anybody can read: which of them had persons' events, and which had none?"""

import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.ledger.checkpoint import decode_checkpoint
from sekisho.ledger.entry import EntryType, decode_entry
from sekisho.ledger.note import parse_note
from sekisho.store.person_queue import PersonQueue
from tests.counts import count
from tests.stored_logs import new_log

DAYS = count(2, 40)
HOURS = 24
BATCH = 16
BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
FAR = 6.5
"""Standard deviations: once in 10**10 runs by chance."""


def chi_square(*samples):
    """Return by how many standard deviations samples over the same classes differ from one distribution."""
    together, sizes = Counter(), [sum(sample.values()) for sample in samples]
    for sample in samples:
        together += sample
    total, value = sum(sizes), 0.0
    for sample, size in zip(samples, sizes, strict=True):
        for name, whole in together.items():
            expected = whole * size / total
            value += (sample[name] - expected) ** 2 / expected
    freedom = max(1, (len(together) - 1) * (len(samples) - 1))
    return (value - freedom) / (2 * freedom) ** 0.5


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """Live through some days: every second one has events, at the hours at which people are awake."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, lambda _descriptor: None)
        return traffic(tmp_path_factory.mktemp("traffic"))


def traffic(folder):
    """Return what a reader of the log sees: entries, sizes of checkpoints; and where the records are."""
    log, queue = new_log(folder / "log"), PersonQueue.open(folder / "waiting.sqlite")
    chance, events, shown = random.Random(3), set(), []  # noqa: S311
    for hour in range(DAYS * HOURS):
        for _ in range(chance.randrange(BATCH) if hour // HOURS % 2 and 8 <= hour % HOURS < 20 else 0):
            events.add(event := chance.randbytes(32))
            queue.add([event])
        queue.publish(log, now=BEGIN + timedelta(hours=hour, minutes=chance.randrange(60)))
        shown.append(decode_checkpoint(parse_note(log.checkpoint()).text).size)
    read = [decode_entry(data) for data in log.static.entries(0, shown[-1])]
    placed = {queue.placed([one])[one].index for one in events}
    log.close()
    return read, shown, placed


def day_of(entry):
    return (entry.at - BEGIN) // timedelta(days=1)


def test_a_day_with_events_looks_like_one_without(lived):
    read, shown, placed = lived
    assert len(placed) > DAYS * BATCH
    assert shown == [BATCH * (hour + 1) for hour in range(DAYS * HOURS)]
    assert [entry.at for entry in read] == [
        BEGIN + timedelta(hours=index // BATCH) for index in range(len(read))
    ]
    assert {(entry.type, entry.previous) for entry in read} == {(EntryType.PERSON, None)}
    assert len({entry.commitment for entry in read}) == len(read)
    busy, quiet = Counter(), Counter()
    for entry in read:
        (busy if day_of(entry) % 2 else quiet).update(entry.commitment)
    assert chi_square(busy, quiet) < FAR


def test_a_record_stands_anywhere_in_its_batch(lived):
    read, _shown, placed = lived
    records = Counter(index % BATCH for index in placed)
    padding = Counter(index % BATCH for index in range(len(read)) if index not in placed)
    assert chi_square(records, padding) < FAR


def test_these_statistics_find_what_is_there():
    """The tests above can fail: records that stand first, and hours without a batch, are found."""
    first = Counter(index % 5 for index in range(800))
    assert chi_square(first, Counter(index % BATCH for index in range(800))) > FAR
    chance = random.Random(1)  # noqa: S311
    fair = [Counter(chance.randbytes(30_000)) for _ in range(2)]
    assert chi_square(*fair) < FAR
    assert chi_square(fair[0] + Counter({7: 300}), fair[1]) > FAR
