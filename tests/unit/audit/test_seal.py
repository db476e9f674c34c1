import hashlib
import json
from datetime import timedelta

import pytest

from sekisho.audit.seal import decode_seal, encode_seal, make_record, seal_entry, shared_seal
from sekisho.codec import canonical, parse
from sekisho.errors import EvidenceError
from sekisho.ledger import EntryType, commitment, decode_entry
from sekisho.signing import GRANT, sign_statement
from tests.world import NOW, MemoryLog, World

WORLD, LOG, SALT = World(), MemoryLog(), b"s" * 32
RECORD = make_record(manifest=b"m", files={"report.html": b"r"}, operator=WORLD.operator.key, at=NOW)


def seal(record=RECORD, signer=WORLD.operator, **changes):
    made = {"salt": SALT, "entry": seal_entry(record, SALT, NOW), "index": 4} | changes
    return encode_seal(record=record, origin=LOG.origin, vkey=LOG.vkey, signer=signer, **made)


def test_a_seal_comes_back():
    opened = decode_seal(seal())
    assert opened.record.manifest == hashlib.sha256(b"m").hexdigest()
    assert opened.record.files == {"report.html": hashlib.sha256(b"r").hexdigest()}
    assert (opened.record.operator, opened.record.at) == (WORLD.operator.key, NOW)
    assert (opened.payload, opened.salt, opened.index) == (RECORD, SALT, 4)
    assert (opened.origin, opened.vkey) == (LOG.origin, LOG.vkey)


def test_the_log_holds_a_salted_commitment_and_full_hours_only():
    entry = decode_entry(seal_entry(RECORD, SALT, NOW))
    assert entry.commitment == commitment(SALT, EntryType.PUBLIC, RECORD)
    assert entry.at == NOW.replace(minute=0)
    again = seal_entry(RECORD, SALT, NOW + timedelta(minutes=29))
    assert again == seal_entry(RECORD, SALT, NOW)
    assert hashlib.sha256(RECORD).hexdigest().encode() not in again
    assert seal_entry(RECORD, b"t" * 32, NOW) != again


def test_the_record_is_canonical_and_depends_on_every_file():
    assert canonical(parse(RECORD)) == RECORD
    others = [
        make_record(manifest=b"n", files={"report.html": b"r"}, operator=WORLD.operator.key, at=NOW),
        make_record(manifest=b"m", files={"report.html": b"q"}, operator=WORLD.operator.key, at=NOW),
        make_record(manifest=b"m", files={}, operator=WORLD.operator.key, at=NOW),
    ]
    assert len({RECORD, *others}) == 4


def edited(change):
    document = json.loads(seal())
    change(document)
    return (json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def signed(record, signer=WORLD.operator):
    return lambda d: d.update(
        statement=sign_statement("application/vnd.sekisho.seal.v1+json", record, signer).decode()
    )


RECORD_FIELDS = parse(RECORD)
HOLDER, RIVAL = WORLD.holder.key, WORLD.rival.key
WRONG = {
    "not JSON": b"{",
    "empty": b"",
    "not text": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "a list": b"[]\n",
    "no salt": edited(lambda d: d.pop("salt")),
    "more": edited(lambda d: d.update(more=1)),
    "negative": edited(lambda d: d.update(index=-1)),
    "index as text": edited(lambda d: d.update(index="4")),
    "salt not base64": edited(lambda d: d.update(salt="*")),
    "spare bits of the salt": edited(lambda d: d.update(salt=d["salt"][:-2] + "N=")),
    "surrogate": edited(lambda d: d.update(entry="x")).replace(b'"x"', b'"\\ud800"'),
    "version": edited(lambda d: d.update(v=2)),
    "other order": json.dumps(json.loads(seal())).encode(),
    "one space more": seal() + b" ",
    "a key twice": seal().replace(b' "index": 4,', b' "index": 3,\n "index": 4,'),
    "signature": edited(lambda d: d.update(statement=d["statement"].replace('"sig":"', '"sig":"AAAA'))),
    "another type": edited(
        lambda d: d.update(statement=sign_statement(GRANT, RECORD, WORLD.operator).decode())
    ),
    "by another than it names": edited(signed(RECORD, WORLD.stranger)),
    "record: time": edited(signed(canonical(RECORD_FIELDS | {"at": "yesterday"}))),
    "record: name with zero byte": edited(signed(canonical(RECORD_FIELDS | {"files": {"a\0": "0" * 64}}))),
    "record: absolute name": edited(signed(canonical(RECORD_FIELDS | {"files": {"/etc/x": "0" * 64}}))),
    "record: digest": edited(signed(canonical(RECORD_FIELDS | {"manifest": "0" * 63}))),
    "record: reviewers out of order": edited(
        signed(canonical(RECORD_FIELDS | {"reviewers": sorted([HOLDER, RIVAL], reverse=True)}))
    ),
    "record: a reviewer twice": edited(signed(canonical(RECORD_FIELDS | {"reviewers": [HOLDER, HOLDER]}))),
    "record: a reviewer that is no key": edited(signed(canonical(RECORD_FIELDS | {"reviewers": ["me"]}))),
    "record: a negative sample": edited(signed(canonical(RECORD_FIELDS | {"sample": -1}))),
    "no row key": edited(lambda d: d.pop("row_key")),
    "a short row key": edited(lambda d: d.update(row_key="AAAA")),
    "a row key that is no base64": edited(lambda d: d.update(row_key="*")),
    "record: more": edited(signed(canonical(RECORD_FIELDS | {"more": 1}))),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_seal_is_refused_by_name(name):
    with pytest.raises(EvidenceError, match=r"seal\.json"):
        decode_seal(WRONG[name])


def test_the_edit_that_changes_nothing_is_accepted():
    assert decode_seal(edited(lambda _: None)) == decode_seal(seal())


def test_reviewers_and_sample_are_sealed():
    record = make_record(
        manifest=b"m",
        files={},
        operator=WORLD.operator.key,
        at=NOW,
        reviewers=[RIVAL, HOLDER, RIVAL],
        sample=500,
    )
    opened = decode_seal(seal(record)).record
    assert (opened.reviewers, opened.sample) == (tuple(sorted([HOLDER, RIVAL])), 500)
    assert (decode_seal(seal()).record.reviewers, decode_seal(seal()).record.sample) == ((), 0)


def test_a_record_of_the_time_before_reviews_is_read():
    fields = {name: value for name, value in RECORD_FIELDS.items() if name not in {"reviewers", "sample"}}
    assert decode_seal(edited(signed(canonical(fields)))).record == decode_seal(seal()).record


def test_what_is_shared_is_the_same_seal_without_the_row_key():
    own = seal(row_key=b"k" * 32)
    assert decode_seal(own).row_key == b"k" * 32
    assert shared_seal(own) == seal()
    assert decode_seal(shared_seal(own)).row_key is None
    with pytest.raises(EvidenceError):
        shared_seal(b"{}")
