"""The head of a section: every field comes back, and nothing else than its one form is a head."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sekisho.codec import canonical, parse
from sekisho.errors import InputError, SnapshotTampered, SnapshotVersion
from sekisho.model import Purpose
from sekisho.snapshot.protected_head import (
    LONGEST,
    ProtectedHead,
    decode_protected_head,
    encode_protected_head,
    protected_prefix,
    read_protected_prefix,
)
from tests.parties import Party

DAY = date(2026, 11, 22)
HEAD = ProtectedHead(
    registry=Party(name="registry").key,
    edition=3,
    snapshot="ab" * 32,
    recipient=Party(name="operator").key,
    purpose=Purpose.TRAIN,
    created=DAY,
    expires=DAY + LONGEST,
    likeness=2,
    files=1,
    pictures=0,
    sections=tuple(f"{n:064x}" for n in range(6)),
)


def test_a_head_comes_back():
    assert decode_protected_head(encode_protected_head(HEAD)) == HEAD


@pytest.mark.parametrize("days", [0, -1, 31, 400])
def test_a_time_of_use_that_is_not_one_to_thirty_days_is_refused(days):
    payload = encode_protected_head(replace(HEAD, expires=DAY + timedelta(days=days)))
    with pytest.raises(InputError, match="30 is the longest"):
        decode_protected_head(payload)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", 2),
        ("registry", "ed25519:short"),
        ("edition", 0),
        ("snapshot", "AB" * 32),
        ("recipient", ""),
        ("purpose", "everything"),
        ("created", "2026-02-30"),
        ("expires", "2026-12-22T00:00:00Z"),
        ("counts", [1, 1]),
        ("counts", [-1, 0, 0]),
        ("counts", [2**24 + 1, 0, 0]),
        ("sections", ["00" * 32] * 5),
        ("holder", "a name"),
    ],
)
def test_another_form_is_refused(field, value):
    with pytest.raises(InputError):
        decode_protected_head(canonical(parse(encode_protected_head(HEAD)) | {field: value}))


def test_a_head_has_one_form():
    payload = encode_protected_head(HEAD)
    with pytest.raises(InputError, match="canonical"):
        decode_protected_head(payload.replace(b",", b", ", 1))


@pytest.mark.parametrize(
    ("made_for", "covered"),
    [
        (Purpose.TRAIN, {Purpose.TRAIN, Purpose.PRETRAIN, Purpose.FINETUNE}),
        (Purpose.FINETUNE, {Purpose.FINETUNE}),
        (Purpose.GENERATE, {Purpose.GENERATE}),
    ],
)
def test_a_purpose_covers_narrower_ones_only(made_for, covered):
    head = replace(HEAD, purpose=made_for)
    assert {purpose for purpose in Purpose if head.covers(purpose)} == covered


def test_the_envelope_lies_where_the_prefix_says():
    data = protected_prefix(b"an envelope")
    envelope, base = read_protected_prefix(memoryview(data + b"rows"))
    assert (bytes(envelope), base, base % 64) == (b"an envelope", len(data), 0)


@pytest.mark.parametrize("at", [16 + 11, 63])
def test_what_lies_before_the_sections_is_zero(at):
    data = bytearray(protected_prefix(b"an envelope"))
    data[at] = 1
    with pytest.raises(SnapshotTampered, match="damaged"):
        read_protected_prefix(memoryview(bytes(data)))


@pytest.mark.parametrize("data", [b"", b"SEKISHP\0", b"SEKISHO\0" + bytes(100), b"SEKISHP\0\x01" + b"\0" * 3])
def test_other_files_are_refused(data):
    with pytest.raises(SnapshotTampered, match="not a section"):
        read_protected_prefix(memoryview(data))


@pytest.mark.parametrize(("version", "hint"), [(2, "update"), (0, "fetch")])
def test_another_layout_is_refused(version, hint):
    data = bytearray(protected_prefix(b"an envelope"))
    data[8] = version
    with pytest.raises(SnapshotVersion) as refused:
        read_protected_prefix(memoryview(bytes(data)))
    assert hint in refused.value.hint


@pytest.mark.parametrize("length", [49, 2**31, 2**32 - 1])
def test_a_length_behind_the_end_is_refused(length):
    data = bytearray(protected_prefix(b"an envelope"))
    data[12:16] = length.to_bytes(4, "little")
    with pytest.raises(SnapshotTampered, match="cut short"):
        read_protected_prefix(memoryview(bytes(data)))
