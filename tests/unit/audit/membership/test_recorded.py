import pytest

from sekisho.audit.membership.recorded import record
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


def test_the_log_tells_nothing_of_the_statement(log):
    record(ENVELOPE, log, salt=b"1" * 32, at=NOW)
    assert not any(b"operator" in entry or ENVELOPE[:20] in entry for entry in log.entries)
