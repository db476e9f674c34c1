from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.codec.generation import encode_generation
from sekisho.errors import EvidenceError, InputError
from sekisho.ledger.batches import padded_batch
from sekisho.ledger.entry import EntryType, LogEntry, commitment, encode_entry
from sekisho.model import Decision, EntryId, Finding, Fingerprint, Kind, Method, Outcome, Permission, Trust
from sekisho.trace.batch import (
    batch_root,
    decode_opening,
    encode_batch,
    encode_opening,
    generation_of,
    leaf_of_record,
    open_record,
    verify_opening,
)
from tests.recorded import generation

AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)
SALTS = [bytes([n]) * 32 for n in range(5)]
RECORDS = [(encode_generation(generation(n)), salt) for n, salt in enumerate(SALTS)]
BATCH_SALT = b"\x77" * 32


def committed(entry_type=EntryType.PERSON, at=AT):
    batch = encode_batch(1, 3, [leaf_of_record(*one) for one in RECORDS])
    made = LogEntry(type=entry_type, at=at, commitment=commitment(BATCH_SALT, entry_type, batch))
    return batch, encode_entry(made)


def opened(number=2):
    batch, entry = committed()
    return open_record(RECORDS, number, batch, BATCH_SALT, entry)


@pytest.mark.parametrize("number", range(5))
def test_each_record_is_opened_by_itself(number):
    carried = decode_opening(encode_opening(opened(number)))
    assert verify_opening(carried) == generation(number)
    for other in set(range(5)) - {number}:
        assert RECORDS[other][0] not in encode_opening(carried)
        assert SALTS[other] not in carried.hashes


@pytest.mark.parametrize(
    "change",
    [
        {"record": RECORDS[1][0]},
        {"salt": SALTS[1]},
        {"salt": b"short"},
        {"number": 1},
        {"number": 5},
        {"hashes": ()},
        {"batch_salt": SALTS[0]},
        {"batch_salt": b""},
        {"batch": encode_batch(1, 3, [leaf_of_record(*one) for one in RECORDS[:3]])},
        {"entry": committed(EntryType.PUBLIC)[1]},
    ],
)
def test_an_opening_of_which_a_part_was_exchanged_does_not_hold(change):
    with pytest.raises(EvidenceError):
        verify_opening(replace(opened(), **change))


def test_a_record_that_is_dated_after_its_entry_does_not_hold():
    batch, entry = committed(at=AT - timedelta(hours=1))
    with pytest.raises(EvidenceError, match="dated after"):
        verify_opening(open_record(RECORDS, 0, batch, BATCH_SALT, entry))


@pytest.mark.parametrize("payload", [b"", b"{}", b"[1]"])
def test_what_is_no_opening_is_refused(payload):
    with pytest.raises(InputError):
        decode_opening(payload)


def test_a_record_of_another_form_does_not_hold_even_if_it_was_committed():
    records = [(b'{"prompt":"a lighthouse"}', SALTS[0])]
    batch = encode_batch(1, 1, [leaf_of_record(*one) for one in records])
    made = LogEntry(type=EntryType.PERSON, at=AT, commitment=commitment(BATCH_SALT, EntryType.PERSON, batch))
    with pytest.raises(InputError):
        verify_opening(open_record(records, 0, batch, BATCH_SALT, encode_entry(made)))


def test_the_log_sees_one_number_among_padding():
    batch, _ = committed()
    padded = padded_batch([commitment(BATCH_SALT, EntryType.PERSON, batch)], at=AT, chance=b"\1" * 32)
    entry = padded.entries[padded.places[0]]
    made = open_record(RECORDS, 0, batch, BATCH_SALT, entry)
    assert verify_opening(made) == generation(0)
    assert len({len(one) for one in padded.entries}) == 1


def decision(**more):
    return Decision(
        item="users/taro/prompt-of-a-lighthouse.png",
        media_type="image/png",
        bytes=100,
        fingerprint=Fingerprint(sha256=b"\1" * 32, pdq=b"\2" * 32, quality=90),
        outcome=Outcome.BLOCK,
        reason="verified_without_permission",
        snapshot="cd" * 32,
        policy="ef" * 32,
        **more,
    )


def test_a_record_has_neither_the_name_of_the_item_nor_the_minute():
    made = generation_of(decision(), "ab" * 32, AT)
    assert made.at == AT.replace(minute=0, second=0)
    assert b"taro" not in encode_generation(made)
    assert b"lighthouse" not in encode_generation(made)


def test_a_record_says_whether_persons_were_looked_for():
    assert generation_of(decision(), "ab" * 32, AT).section == "none"
    assert generation_of(decision(), "ab" * 32, AT, "5e" * 32).section == "5e" * 32


def test_of_a_listed_output_no_fingerprint_is_kept():
    listed = Finding(
        kind=Kind.LISTED,
        method=Method.SHA256,
        entry=EntryId(""),
        trust=Trust.AUTHORITY,
        distance=0,
        threshold=0,
        permission=Permission.NONE,
    )
    assert generation_of(decision(findings=(listed,)), "ab" * 32, AT).fingerprint is None


def test_no_records_have_the_empty_root():
    assert batch_root([]).hex().startswith("e3b0c442")
