import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.codec import canonical
from sekisho.codec.generation import encode_generation
from sekisho.errors import ErasedError, EvidenceError, InputError, RefusedError
from sekisho.ledger.batches import padded_batch
from sekisho.ledger.entry import EntryType, LogEntry, commitment, encode_entry
from sekisho.model import EntryId, Finding, Kind, Method, Permission, Trust
from sekisho.trace.batch import encode_batch, leaf_of_record
from sekisho.trace.opening import decode_opening, encode_opening, is_opening, open_record, verify_opening
from tests.recorded import generation
from tests.world import MemoryLog

AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)
SALTS = [bytes([n]) * 32 for n in range(5)]
RECORDS = [(encode_generation(generation(n)), salt) for n, salt in enumerate(SALTS)]
BATCH_SALT = b"\x77" * 32
LOG = MemoryLog()


def committed(entry_type=EntryType.PERSON, at=AT, records=RECORDS):
    batch = encode_batch(1, 3, [leaf_of_record(*one) for one in records])
    made = LogEntry(type=entry_type, at=at, commitment=commitment(BATCH_SALT, entry_type, batch))
    return batch, encode_entry(made)


def proven(made, log=LOG):
    return replace(made, receipt=log.prove(log.append(made.entry)))


def opened(number=2, records=RECORDS, at=AT):
    batch, entry = committed(at=at, records=records)
    return proven(open_record(records, number, (batch, BATCH_SALT, entry), (LOG.origin, LOG.vkey)))


@pytest.mark.parametrize("number", range(5))
def test_each_record_is_opened_by_itself(number):
    data = encode_opening(opened(number))
    done = verify_opening(data, log_key=LOG.vkey)
    assert is_opening(data)
    assert (done.made, done.number, done.records) == (generation(number), number, 5)
    carried = decode_opening(data)
    for other in set(range(5)) - {number}:
        assert RECORDS[other][0] not in (carried.record, *carried.hashes)
        assert SALTS[other] not in (carried.salt, *carried.hashes)


OTHER = MemoryLog("another", "log.example/another")


@pytest.mark.parametrize(
    "change",
    [
        {"record": RECORDS[1][0]},
        {"record": b""},
        {"salt": SALTS[1]},
        {"salt": b"short"},
        {"number": 1},
        {"number": 5},
        {"hashes": ()},
        {"batch_salt": SALTS[0]},
        {"batch_salt": b""},
        {"batch": encode_batch(1, 3, [leaf_of_record(*one) for one in RECORDS[:3]])},
        {"entry": committed(EntryType.PUBLIC)[1]},
        {"entry": b"{}"},
        {"receipt": b""},
        {"receipt": opened(at=AT + timedelta(hours=1)).receipt},
        {"origin": "log.example/other"},
        {"vkey": OTHER.vkey},
        {"vkey": "none"},
    ],
)
def test_an_opening_of_which_a_part_was_exchanged_does_not_hold(change):
    with pytest.raises(EvidenceError):
        verify_opening(encode_opening(replace(opened(), **change)))


def test_a_log_of_ones_own_choice_is_not_the_one_that_somebody_knows():
    made = opened()
    forged = proven(replace(made, origin=OTHER.origin, vkey=OTHER.vkey, receipt=b""), OTHER)
    assert verify_opening(encode_opening(forged)).made == generation(2)
    with pytest.raises(EvidenceError, match="not of"):
        verify_opening(encode_opening(forged), log_key=LOG.vkey)


def test_a_record_that_is_dated_after_its_entry_does_not_hold():
    with pytest.raises(EvidenceError, match="dated after"):
        verify_opening(encode_opening(opened(at=AT - timedelta(hours=1))))


@pytest.mark.parametrize("payload", [b"", b"{}", b"[1]", b'{"batch":', b'{"batch":"x"}'])
def test_what_is_no_opening_is_refused(payload):
    with pytest.raises(InputError):
        decode_opening(payload)
    with pytest.raises(EvidenceError, match="does not hold"):
        verify_opening(payload)


def test_a_record_of_another_form_does_not_hold_even_if_it_was_committed():
    records = [(b'{"prompt":"a lighthouse"}', SALTS[0])]
    batch, entry = committed(records=records)
    made = replace(opened(0), record=records[0][0], batch=batch, entry=entry, hashes=(), receipt=b"")
    with pytest.raises(EvidenceError, match="prompt"):
        verify_opening(encode_opening(proven(made)))


def test_an_opening_holds_among_the_padding_of_a_log():
    batch, _ = committed()
    padded = padded_batch([commitment(BATCH_SALT, EntryType.PERSON, batch)], at=AT, chance=b"\1" * 32)
    entry = padded.entries[padded.places[0]]
    made = proven(open_record(RECORDS, 0, (batch, BATCH_SALT, entry), (LOG.origin, LOG.vkey)))
    assert verify_opening(encode_opening(made)).made == generation(0)
    assert len({len(one) for one in padded.entries}) == 1


def about(kind):
    return Finding(
        kind=kind,
        method=Method.PDQ,
        entry=EntryId(""),
        trust=Trust.VERIFIED,
        distance=7,
        threshold=31,
        permission=Permission.NONE,
    )


@pytest.mark.parametrize("kind", [Kind.LIKENESS, Kind.LISTED])
def test_what_shows_a_person_is_opened_to_nobody_and_the_others_are(kind):
    fields = {"findings": (about(kind),)}
    record = encode_generation(replace(generation(1), fingerprint=None, **fields))
    records = [RECORDS[0], (record, SALTS[1])]
    with pytest.raises(RefusedError, match="opened to nobody"):
        opened(1, records)
    assert verify_opening(encode_opening(opened(0, records))).made == generation(0)


def test_an_erased_record_is_opened_by_nobody_and_the_others_still_are():
    leaf = leaf_of_record(*RECORDS[1])
    left = [RECORDS[0], (b"", leaf), *RECORDS[2:]]
    batch, entry = committed()
    with pytest.raises(ErasedError):
        open_record(left, 1, (batch, BATCH_SALT, entry), (LOG.origin, LOG.vkey))
    made = proven(open_record(left, 0, (batch, BATCH_SALT, entry), (LOG.origin, LOG.vkey)))
    assert verify_opening(encode_opening(made)).made == generation(0)


def test_an_opening_has_one_form():
    data = encode_opening(opened())
    for other in (json.dumps(json.loads(data), indent=1).encode(), data + b"\n", data[:-1] + b',"x":1}'):
        with pytest.raises(EvidenceError):
            verify_opening(other)
    body = json.loads(data) | {"v": 2}
    with pytest.raises(EvidenceError):
        verify_opening(canonical(body))
