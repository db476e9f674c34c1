import shutil
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.errors import ErasedError, NotFoundError
from sekisho.ledger.entry import EntryType, commitment, decode_entry
from sekisho.store.person_queue import PersonQueue
from sekisho.store.records import Records
from sekisho.store.vault import Vault

AT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Log:
    """A log in memory."""

    def __init__(self):
        self.entries = [b"an earlier one"]

    def append_all(self, entries):
        first = len(self.entries)
        self.entries += entries
        return list(range(first, len(self.entries)))

    def publish(self):
        """Nothing to do."""


@pytest.fixture
def records(tmp_path):
    return Records.open(Vault.open(tmp_path / "vault", keys=tmp_path / "keys"))


@pytest.fixture
def again(tmp_path):
    """Open the same records as another process does."""
    return lambda: Records.open(Vault.open(tmp_path / "vault", keys=tmp_path / "keys"))


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def goes(tmp_path, log):
    """Let records wait, publish the batch of an hour, and note where they stand."""
    queue = PersonQueue.open(tmp_path / "waiting.sqlite")

    def go(records, now=AT):
        records.hand_over(queue)
        sent = queue.publish(log, now=now)
        records.hand_over(queue)
        return sent

    return go


def texts(found):
    return [kept.text for kept in found]


def test_a_record_is_found_by_kind_subject_and_owner_in_the_order_in_which_it_came(records, again):
    records.add("likeness", "l-1", b"one", owner="parent")
    records.add("likeness", "l-2", b"two", owner="other")
    records.add("consent", "l-1", b"three", owner="parent")
    found = again()
    assert texts(found.of_kind("likeness")) == [b"one", b"two"]
    assert texts(found.of_kind("likeness", "consent")) == [b"one", b"two", b"three"]
    assert texts(found.of_subject("l-1")) == [b"one", b"three"]
    assert texts(found.of_owner("likeness", "parent")) == [b"one"]
    assert texts(found.of_owner("likeness", "nobody")) == []
    assert [k.kind for k in found.of_subject("l-1")] == ["likeness", "consent"]
    assert found.count("likeness") == 2


def test_what_lies_beside_is_no_record(records):
    records.lay_beside("placed", "l-1", b"section 1")
    assert texts(records.beside("placed", "l-1")) == [b"section 1"]
    assert texts(records.beside("placed", "l-2")) == texts(records.of_subject("l-1")) == []


def test_every_record_is_proven_by_the_entry_that_stands_for_it(records, log, goes):
    numbers = [records.add("likeness", f"l-{n}", b"text %d" % n) for n in range(3)]
    assert records.read(numbers[0]).place is None
    assert goes(records) == 16
    for number in numbers:
        record = records.read(number)
        made = commitment(record.salt, EntryType.PERSON, record.record)
        entry = decode_entry(log.entries[record.place])
        assert entry.commitment == made == record.commitment
        assert records.at(record.place).record == record.record
    assert len(log.entries) == 17


def test_padding_and_strangers_have_no_record(records, goes):
    goes(records)
    with pytest.raises(NotFoundError):
        records.at(3)
    with pytest.raises(NotFoundError):
        records.read(99)


def test_a_record_is_handed_over_once_and_placed_later(records, again, tmp_path, goes):
    queue = PersonQueue.open(tmp_path / "waiting.sqlite")
    first = records.add("likeness", "l-1", b"one")
    records.hand_over(queue)
    again().hand_over(queue)
    assert queue.count() == 1
    assert goes(records) == 16
    late = records.add("likeness", "l-2", b"two")
    assert goes(records, AT + timedelta(minutes=5)) is None
    assert records.read(late).place is None
    assert goes(records, AT + HOUR) == 16
    assert 1 <= records.read(first).place < 17 <= records.read(late).place


def test_an_erased_record_says_erased_and_its_commitment_stands(records, again, goes):
    gone, stays = records.add("likeness", "l-1", b"one"), records.add("likeness", "l-2", b"two")
    records.add("consent", "l-1", b"three")
    records.lay_beside("placed", "l-1", b"section 1")
    goes(records)
    place = records.read(gone).place
    assert records.erase("l-1", AT) == 2
    for opened in (records, again()):
        with pytest.raises(ErasedError, match="erased"):
            opened.read(gone)
        with pytest.raises(ErasedError, match="erased"):
            opened.at(place)
        assert opened.read(stays).record == b"two"
        assert texts(opened.of_subject("l-1")) == texts(opened.beside("placed", "l-1")) == []
        assert opened.count("likeness") == 1
    with pytest.raises(ErasedError):
        records.add("likeness", "l-1", b"one")


def test_what_is_erased_before_its_batch_still_goes_as_a_commitment(records, log, goes):
    number = records.add("likeness", "l-1", b"one")
    made = records.read(number).commitment
    records.erase("l-1", AT)
    goes(records)
    assert made in {decode_entry(e).commitment for e in log.entries[1:]}


def test_a_restored_backup_is_cleaned_before_anything_is_read(records, again, tmp_path):
    number = records.add("likeness", "l-1", b"one")
    shutil.copytree(tmp_path / "vault", tmp_path / "backup")
    sealed = (tmp_path / "backup" / "records.sqlite").read_bytes()
    records.erase("l-1", AT)
    shutil.rmtree(tmp_path / "vault")
    shutil.copytree(tmp_path / "backup", tmp_path / "vault")
    opened = again()
    with pytest.raises(ErasedError):
        opened.read(number)
    after = (tmp_path / "vault" / "records.sqlite").read_bytes()
    place = opened.vault.place_of("l-1")
    assert place in sealed
    assert place not in after


def test_a_crash_between_key_and_rows_is_finished_when_it_is_opened(records, again):
    number = records.add("likeness", "l-1", b"one")
    records.vault.shred("l-1", AT)
    assert texts(records.of_kind("likeness")) == []
    with pytest.raises(ErasedError):
        records.read(number)
    assert texts(again().of_kind("likeness")) == []
    assert again().count("likeness") == 0
