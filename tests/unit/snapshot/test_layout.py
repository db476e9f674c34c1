from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sekisho.codec import canonical, parse
from sekisho.errors import InputError, SnapshotTampered, SnapshotVersion
from sekisho.snapshot.layout import (
    BASE_ALIGN,
    LAYOUT_VERSION,
    MAGIC,
    SECTIONS,
    Counts,
    Head,
    Section,
    SegmentKind,
    added,
    decode_head,
    encode_head,
    pad,
    padding_holds,
    prefix,
    read_prefix,
)
from tests.hostile import parts
from tests.world import World, drawn

ZERO = dict.fromkeys(Counts.__struct_fields__, 0)


def section(name, offset, length=10):
    return Section(name=name, offset=offset, length=length, sha256="0" * 64)


def head(*sections):
    return Head(
        registry=World().registry.key,
        name="登録簿",
        edition=7,
        created=datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC),
        expires=datetime(2027, 1, 1, tzinfo=UTC),
        counts=Counts(**{**ZERO, "work": 3}),
        sections=sections,
    )


def test_a_head_comes_back():
    made = head(section("root", 0), section("vouches", 64))
    assert decode_head(encode_head(made)) == made


def test_a_delta_names_its_parent_and_a_base_has_none():
    made = replace(head(section("root", 0)), parent="ab" * 32)
    assert (made.segment, head().segment) == (SegmentKind.DELTA, SegmentKind.BASE)
    assert decode_head(encode_head(made)) == made
    document = parse(encode_head(made))
    for change in ({"segment": "base"}, {"parent": None}, {"parent": "x"}):
        with pytest.raises(InputError):
            decode_head(canonical(document | change))


def test_counts_are_added_but_trust_is_what_the_newest_says():
    one = Counts(**ZERO | {"work": 3, "pdq": 7, "verified": 1, "declared": 2, "chunks": 12})
    two = Counts(**ZERO | {"work": 1, "pdq": 2, "verified": 4, "declared": 0, "withdrawals": 1})
    assert added([one]) == one
    assert added([one, two]) == Counts(
        **ZERO | {"work": 4, "pdq": 9, "verified": 4, "declared": 0, "withdrawals": 1, "chunks": 12}
    )


@pytest.mark.parametrize(
    "sections",
    [
        (section("a", 0), section("b", 0)),
        (section("a", 64), section("b", 0)),
        (section("a", 0, 100), section("b", 64)),
        (section("a", 0), section("a", 64)),
        (section("a", 1),),
        (section("a", 63),),
    ],
)
def test_sections_that_overlap_repeat_or_lie_askew_are_refused(sections):
    with pytest.raises(SnapshotTampered):
        decode_head(encode_head(head(*sections)))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"segment": "delta"},
        {"edition": 0},
        {"edition": "7"},
        {"created": "2026-11-22"},
        {"created": "2026-13-01T00:00:00Z"},
        {"expires": "2026-11-22T00:00:00Z\n"},
        {"registry": "x"},
        {"more": 1},
        {"counts": {**ZERO, "vouches": -1}},
        {"counts": {**ZERO, "pdq": 1.5}},
        {"counts": {}},
        {"sections": [{"name": "A", "offset": 0, "length": 1, "sha256": "0" * 64}]},
        {"sections": [{"name": "a", "offset": -64, "length": 1, "sha256": "0" * 64}]},
        {"sections": [{"name": "a", "offset": 0, "length": -1, "sha256": "0" * 64}]},
    ],
    ids=str,
)
def test_a_head_of_another_form_is_refused(change):
    document = parse(encode_head(head(section("root", 0))))
    try:
        payload = canonical(document | change)
    except InputError:
        payload = repr(document | change).replace("'", '"').encode()
    with pytest.raises(InputError):
        decode_head(payload)


def test_the_prefix_ends_where_sections_may_begin():
    for length in (0, 1, 4079, 4080, 4081, 9000):
        start = prefix(b"x" * length)
        assert len(start) % BASE_ALIGN == 0
        assert start[:8] == MAGIC
        envelope, base = read_prefix(memoryview(start))
        assert (envelope, base) == (b"x" * length, len(start))


@pytest.mark.parametrize("version", [0, 1, 3, 5, 2**32 - 1])
def test_another_version_is_named_and_refused(version):
    data = bytearray(prefix(b"x"))
    data[8:12] = version.to_bytes(4, "little")
    assert version != LAYOUT_VERSION
    with pytest.raises(SnapshotVersion, match=f"layout {version}") as refused:
        read_prefix(memoryview(bytes(data)))
    assert ("update" in refused.value.hint) == (version > LAYOUT_VERSION)


@pytest.mark.parametrize(
    "data", [b"", MAGIC, b"GIF89a" + bytes(100), prefix(b"x")[:15], prefix(b"x" * 99)[:60]]
)
def test_what_is_no_snapshot_is_refused(data):
    with pytest.raises(SnapshotTampered):
        read_prefix(memoryview(data))


def test_a_length_beyond_the_limit_is_refused():
    data = bytearray(prefix(b"x") + bytes(3 << 20))
    data[12:16] = (3 << 20).to_bytes(4, "little")
    with pytest.raises(SnapshotTampered):
        read_prefix(memoryview(bytes(data)))


def test_padding_is_zero_and_the_file_ends_with_it():
    sections = (section("a", 0, 10), section("b", 64, 64))
    body = b"a" * 10 + bytes(54) + b"b" * 64
    whole = b"h" * 20 + bytes(12) + body
    assert padding_holds(memoryview(whole), 20, 32, sections)
    assert not padding_holds(memoryview(whole + b"\0"), 20, 32, sections)
    assert not padding_holds(memoryview(whole[:-1]), 20, 32, sections)
    for at in (20, 31, 42, 95):
        changed = bytearray(whole)
        changed[at] = 1
        assert not padding_holds(memoryview(bytes(changed)), 20, 32, sections)


@pytest.mark.parametrize(("length", "to", "gap"), [(0, 64, 0), (1, 64, 63), (64, 64, 0), (65, 64, 63)])
def test_pad(length, to, gap):
    assert pad(length, to) == gap


def test_the_sections_of_a_file_are_the_documented_ones_in_order():
    world = World()
    world.register(world.holder, drawn(1))
    document, _ = parts(world.publish())
    assert [s["name"] for s in document["sections"]] == [
        s["name"] for s in document["sections"] if s["name"] in SECTIONS
    ]
    assert {s["name"] for s in document["sections"]} == SECTIONS.keys()
