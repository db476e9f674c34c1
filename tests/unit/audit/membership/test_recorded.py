import pytest

from sekisho.audit.membership.recorded import record, record_privately
from sekisho.ledger.entry import EntryType, decode_entry
from sekisho.ledger.logged import decode_logged, verify_logged
from sekisho.signing import TRAINING, sign_statement
from tests.parties import Party
from tests.world import NOW, MemoryLog

ENVELOPE = sign_statement(TRAINING, b"{}", Party(name="operator"))


@pytest.fixture
def log():
    made = MemoryLog()
    made.append_all(decode_logged(record(ENVELOPE, MemoryLog(), salt=b"0" * 32, at=NOW)).entry for _ in "12")
    return made


def test_what_is_public_is_one_entry(log):
    data = record(ENVELOPE, log, salt=b"1" * 32, at=NOW)
    statement, index, head = verify_logged(data, TRAINING, log_key=log.vkey)
    assert (statement.payload, index, head.size) == (b"{}", 2, 3)
    assert decode_entry(log.entries[2]).type is EntryType.PUBLIC


def test_what_is_about_a_person_is_one_of_many(log):
    data = record_privately(ENVELOPE, log, salt=b"1" * 32, chance=b"2" * 32, at=NOW)
    _, index, head = verify_logged(data, TRAINING, log_key=log.vkey)
    assert head.size == 2 + 16
    assert 2 <= index < 18
    entries = [decode_entry(entry) for entry in log.entries[2:]]
    assert {entry.type for entry in entries} == {EntryType.PERSON}
    assert len({(len(raw), entry.at) for raw, entry in zip(log.entries[2:], entries, strict=True)}) == 1


def test_chance_decides_where_it_stands():
    def index(chance):
        return decode_logged(
            record_privately(ENVELOPE, MemoryLog(), salt=b"1" * 32, chance=bytes([chance]) * 32, at=NOW)
        ).index

    assert len({index(chance) for chance in range(12)}) > 3


def test_the_log_tells_nothing_of_the_statement(log):
    record(ENVELOPE, log, salt=b"1" * 32, at=NOW)
    assert not any(b"operator" in entry or ENVELOPE[:20] in entry for entry in log.entries)
