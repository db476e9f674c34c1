import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from sekisho.errors import InputError
from sekisho.ledger.entry import (
    EntryType,
    LogEntry,
    check_entry,
    commitment,
    decode_entry,
    encode_entry,
    not_before,
)

SALT = bytes(range(32))
C = commitment(SALT, EntryType.PUBLIC, b'{"run":1}')
AT = datetime(2026, 11, 22, 13, tzinfo=UTC)
ENTRY = LogEntry(type=EntryType.PUBLIC, at=AT, commitment=C, previous=7)
TEXT = encode_entry(ENTRY)


def changed(**fields):
    return json.dumps({**json.loads(TEXT), **fields}, sort_keys=True, separators=(",", ":")).encode()


def test_the_form_of_an_entry():
    c = base64.urlsafe_b64encode(C).decode().rstrip("=")
    assert f'{{"at":498709,"c":"{c}","p":"7","t":"pub","v":1}}'.encode() == TEXT
    assert decode_entry(TEXT) == ENTRY
    assert decode_entry(changed(p=None)).previous is None


def test_the_time_is_cut_to_the_hour_in_utc():
    late = AT + timedelta(minutes=59, seconds=59, microseconds=999_999)
    tokyo = late.astimezone(timezone(timedelta(hours=9)))
    for at in (late, tokyo):
        assert encode_entry(LogEntry(type=EntryType.PUBLIC, at=at, commitment=C, previous=7)) == TEXT
    with pytest.raises(ValueError, match="aware"):
        encode_entry(LogEntry(type=EntryType.PUBLIC, at=AT.replace(tzinfo=None), commitment=C))


@pytest.mark.parametrize(
    "data",
    [
        changed(name="Hanako"),
        changed(t="Hanako"),
        changed(t="hanako@example.org"),
        changed(v=2),
        changed(v=True),
        changed(at="2026-11-22"),
        changed(at=-1),
        changed(at=10_000_001),
        changed(at=1.5),
        changed(at=None),
        changed(c=C.hex()),
        changed(c=None),
        changed(c=json.loads(TEXT)["c"][:-1]),
        changed(c=json.loads(TEXT)["c"] + "\n"),
        changed(c=json.loads(TEXT)["c"][:-1] + "_"),
        changed(p=7),
        changed(p="07"),
        changed(p="7\n"),
        changed(p="\u0667"),
        changed(p="hanako@example.org"),
        changed(p="1" * 19),
        TEXT + b"\n",
        TEXT.replace(b":", b": ", 1),
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"",
        b" " * 2000,
    ],
)
def test_nothing_else_may_stand_in_the_log(data):
    with pytest.raises(InputError):
        decode_entry(data)


@pytest.mark.parametrize("fields", [{"commitment": b"short"}, {"previous": -1}, {"commitment": bytes(33)}])
def test_what_can_not_be_read_is_not_written(fields):
    with pytest.raises(InputError):
        encode_entry(LogEntry(**{"type": EntryType.PUBLIC, "at": AT, "commitment": C, **fields}))


def test_a_commitment_is_bound_to_salt_type_and_record():
    message = b'sekisho/commit/v1\0pub\0{"run":1}'
    assert hmac.new(SALT, message, hashlib.sha256).digest() == C
    assert commitment(bytes(32), EntryType.PUBLIC, b'{"run":1}') != C
    assert commitment(SALT, EntryType.PUBLIC, b'{"run":2}') != C
    assert commitment(SALT, EntryType.PERSON, b'{"run":1}') != C


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_salt_has_exactly_32_bytes(length):
    """HMAC pads with zeros: a salt of 31 bytes and the same with a zero would open alike."""
    with pytest.raises(ValueError, match="exactly 32"):
        commitment(SALT[:31].ljust(length, b"\0")[:length], EntryType.PUBLIC, b"{}")


@pytest.mark.parametrize("entry_type", EntryType)
@pytest.mark.parametrize("previous", [None, 0, 7, 10**18 - 1])
def test_what_is_written_is_taken_and_its_hour_told(entry_type, previous):
    made = LogEntry(type=entry_type, at=AT, commitment=C, previous=previous)
    assert check_entry(encode_entry(made)) == int(AT.timestamp()) // 3600


@pytest.mark.parametrize(
    "data",
    [
        TEXT + b"\n",
        TEXT.replace(b":", b": ", 1),
        b'{"c"' + TEXT.partition(b'"c"')[2].replace(b'"v":1}', b'"v":1,"at":498709}'),
        TEXT.replace(b'"pub"', b'"p\\u0075b"'),
        TEXT.replace(b"498709", b"10000001"),
        TEXT.replace(b"498709", b"0498709"),
        TEXT.replace(b'"pub"', b'"run"'),
        b"",
        b"\xff",
        b"x" * 70_000,
    ],
)
def test_one_form_and_no_other_is_taken(data):
    with pytest.raises(InputError):
        check_entry(data)


def test_a_commitment_that_is_not_canonical_is_not_taken():
    c = json.loads(TEXT)["c"]
    for last in "BCDFGHIJKLMN":
        if last not in "AEIMQUYcgkosw048":
            with pytest.raises(InputError):
                check_entry(TEXT.replace(c.encode(), (c[:-1] + last).encode()))


def test_no_entry_is_before_the_newest():
    hour = int(AT.timestamp()) // 3600
    assert not_before(AT - timedelta(days=3), hour) == AT
    assert not_before(AT + timedelta(minutes=3), hour) == AT + timedelta(minutes=3)
