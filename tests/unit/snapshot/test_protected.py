"""The section about persons and listed files: who may open it, for how long, and what it can not tell."""

import hashlib
from datetime import date, timedelta

import numpy as np
import pytest

from sekisho.errors import (
    RefusedError,
    SnapshotStale,
    SnapshotTampered,
    SnapshotUntrusted,
)
from sekisho.model import Purpose
from sekisho.signing import PROTECTED, SNAPSHOT, sign_statement
from sekisho.snapshot.protected import build_protected, open_protected
from sekisho.snapshot.protected_head import (
    LONGEST,
    ProtectedHead,
    encode_protected_head,
    protected_prefix,
    read_protected_prefix,
)
from tests.parties import Party

DAY = date(2026, 11, 22)
REGISTRY, OPERATOR, OTHER = (Party(name=name) for name in ("registry", "operator", "other"))


def digest(text):
    return hashlib.sha256(text.encode()).digest()


PERSONS = [(digest(f"handle {n}"), digest(f"photo {n}")) for n in range(5)]
LISTED = [
    (digest("listed 0"), digest("file 0"), digest("picture 0")),
    (digest("listed 1"), digest("file 1"), None),
    (digest("listed 2"), None, digest("picture 2")),
]


def made(*, signer=REGISTRY, **fields):
    wanted = {
        "registry": REGISTRY.key,
        "edition": 4,
        "snapshot": "cd" * 32,
        "recipient": OPERATOR.key,
        "purpose": Purpose.TRAIN,
        "created": DAY,
        "expires": DAY + LONGEST,
        "likeness": PERSONS,
        "listed": LISTED,
    }
    return build_protected(**wanted | fields, signer=signer)


def opened(data=None, **conditions):
    wanted = {"trusted": {REGISTRY.key}, "recipient": OPERATOR.key, "on": DAY} | conditions
    return open_protected(made() if data is None else data, **wanted)


def values(index):
    return {row.tobytes() for row in index[0]}


def test_what_is_compared_comes_back():
    found = opened()
    assert values(found.likeness) == {pdq for _, pdq in PERSONS}
    assert found.files.tolist() == sorted([digest("file 0"), digest("file 1")])
    assert values(found.pictures) == {digest("picture 0"), digest("picture 2")}
    assert (found.head.edition, found.head.snapshot) == (4, "cd" * 32)
    assert found.shows_pictures


def test_the_sequence_of_the_rows_is_lost():
    assert made(likeness=PERSONS[::-1], listed=LISTED[::-1]) == made()


def test_nothing_but_codes_and_hashes_is_in_the_file():
    data = made()
    envelope, base = read_protected_prefix(memoryview(data))
    rows = {data[at : at + 32] for at in range(base, len(data), 32)}
    known = {x for row in (*PERSONS, *LISTED) for x in row if x is not None}
    assert rows == known
    assert len(data) == base + 32 * (2 * len(PERSONS) + 2 * 2 + 2 * 2)
    assert len(envelope) < 2000


def test_an_empty_section_is_one():
    found = opened(made(likeness=(), listed=()))
    assert (len(found.likeness[0]), len(found.files), len(found.pictures[0])) == (0, 0, 0)
    assert not found.shows_pictures


def test_a_large_section_has_tables():
    many = [(digest(f"h{n}"), digest(f"p{n}")) for n in range(4_001)]
    rows, starts, ids = opened(made(likeness=many)).likeness
    assert ids.shape[1] == len(rows) == 4_001
    assert len(starts)


def test_arrays_can_not_be_written():
    found = opened()
    assert not any(array.flags.writeable for array in (*found.likeness, *found.pictures))


def test_handles_that_were_erased_are_left_out():
    gone = {PERSONS[0][0], LISTED[0][0], digest("nobody")}
    found = opened(dropped=gone)
    assert values(found.likeness) == {pdq for _, pdq in PERSONS[1:]}
    assert found.files.tolist() == [digest("file 1")]
    assert values(found.pictures) == {digest("picture 2")}
    assert found.digest != opened().digest


@pytest.mark.parametrize("after", [0, 1, 29])
def test_it_opens_for_thirty_days(after):
    assert opened(on=DAY + timedelta(days=after))


@pytest.mark.parametrize("after", [30, 31, 4000])
def test_and_then_refuses_to_open(after):
    with pytest.raises(SnapshotStale, match="nothing opens it any more") as refused:
        opened(on=DAY + timedelta(days=after))
    assert "new one" in refused.value.hint


def test_one_of_the_future_is_refused():
    assert opened(on=DAY - timedelta(days=1))
    with pytest.raises(SnapshotTampered, match="future") as refused:
        opened(on=DAY - timedelta(days=2))
    assert "clock" in refused.value.hint


def test_another_operator_can_not_open_it():
    with pytest.raises(RefusedError, match="another operator") as refused:
        opened(recipient=OTHER.key)
    assert OTHER.key in refused.value.hint


@pytest.mark.parametrize(
    ("made_for", "used_for", "opens"),
    [
        (Purpose.TRAIN, Purpose.TRAIN, True),
        (Purpose.TRAIN, Purpose.FINETUNE, True),
        (Purpose.FINETUNE, Purpose.TRAIN, False),
        (Purpose.TRAIN, Purpose.GENERATE, False),
    ],
)
def test_another_purpose_is_refused(made_for, used_for, opens):
    data = made(purpose=made_for)
    if opens:
        assert opened(data, purpose=used_for)
    else:
        with pytest.raises(RefusedError, match="not for"):
            opened(data, purpose=used_for)


def test_a_stranger_is_not_believed():
    data = made(registry=OTHER.key, signer=OTHER)
    with pytest.raises(SnapshotUntrusted, match="not trusted") as refused:
        opened(data)
    assert "trusted_keys" in refused.value.hint


@pytest.mark.parametrize("days", [0, 31])
def test_it_is_not_made_for_longer(days):
    with pytest.raises(RefusedError, match="30 days"):
        made(expires=DAY + timedelta(days=days))


@pytest.mark.parametrize(
    "rows",
    [
        {"likeness": [(b"short", digest("a"))]},
        {"likeness": [(digest("h"), b"short")]},
        {"likeness": [PERSONS[0], (PERSONS[0][0], digest("x"))]},
        {"listed": [(digest("h"), None, None)]},
        {"signer": OTHER},
    ],
)
def test_rows_of_another_form_are_refused(rows):
    with pytest.raises(ValueError, match=r"handle|hash|SHA-256|signs"):
        made(**rows)


def test_a_dropped_handle_has_a_form():
    with pytest.raises(ValueError, match="32 bytes"):
        opened(dropped=[b"short"])


def test_every_byte_is_covered():
    data = made()
    for at in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[at] ^= 1
        with pytest.raises((SnapshotTampered, SnapshotUntrusted)):
            opened(bytes(damaged))


@pytest.mark.parametrize(("left", "more"), [(-1, b""), (None, b"\0"), (-32, b""), (0, b"")])
def test_cut_and_longer_files_are_refused(left, more):
    with pytest.raises(SnapshotTampered):
        opened(made()[:left] + more)


def signed(sections, counts, *, signer=REGISTRY, kind=PROTECTED, registry=REGISTRY.key):
    """Sign a head over sections, whatever they say."""
    head = ProtectedHead(
        registry=registry,
        edition=1,
        snapshot="00" * 32,
        recipient=OPERATOR.key,
        purpose=Purpose.TRAIN,
        created=DAY,
        expires=DAY + LONGEST,
        likeness=counts[0],
        files=counts[1],
        pictures=counts[2],
        sections=tuple(hashlib.sha256(section).hexdigest() for section in sections),
    )
    envelope = sign_statement(kind, encode_protected_head(head), signer)
    return protected_prefix(envelope) + b"".join(sections)


NONE = [b""] * 4
TWO = sorted((digest("a"), digest("b")))


@pytest.mark.parametrize(
    ("sections", "counts"),
    [
        ([TWO[1] + TWO[0], bytes(64), *NONE], (2, 0, 0)),
        ([TWO[0] + TWO[0], bytes(64), *NONE], (2, 0, 0)),
        ([TWO[0], bytes(32), *NONE], (2, 0, 0)),
        ([TWO[0], bytes(32), *NONE], (0, 1, 0)),
        ([TWO[0] + TWO[1], b"", *NONE], (1, 0, 0)),
    ],
    ids=["not in order", "twice the same", "more counted", "counted elsewhere", "shifted"],
)
def test_signed_nonsense_is_refused(sections, counts):
    with pytest.raises(SnapshotTampered):
        opened(signed(sections, counts))


@pytest.mark.parametrize(
    "changes",
    [{"kind": SNAPSHOT}, {"signer": OTHER}, {"signer": OTHER, "registry": OTHER.key}],
    ids=["another kind of statement", "signed by another", "another registry"],
)
def test_a_head_of_others_is_refused(changes):
    with pytest.raises((SnapshotTampered, SnapshotUntrusted)):
        opened(signed([b"", b"", *NONE], (0, 0, 0), **changes))


def test_zero_bytes_count():
    rows = [(bytes(31) + b"\1", bytes(32)), (b"\1" + bytes(31), b"\1" + bytes(31))]
    found = opened(made(likeness=rows, listed=[(h, v, None) for h, v in rows]))
    assert values(found.likeness) == {value for _, value in rows}
    assert np.unique(found.files).size == len(rows)
