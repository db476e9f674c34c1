import pytest

from sekisho.errors import SnapshotTampered, SnapshotVersion
from sekisho.snapshot.layout import LAYOUT_VERSION, SegmentKind
from sekisho.snapshot.segment import check_segment, open_segment, peek
from tests.hostile import parts, resigned, with_sections
from tests.parties import a_print
from tests.world import World


@pytest.fixture
def world():
    made = World(edition=5)
    made.first = made.register(made.holder, a_print(1), a_print(2), title="A")
    made.second = made.register(made.rival, a_print(2), a_print(3), title="B")
    return made


def opened(data, first=0):
    return open_segment(memoryview(data), first=first)


def test_a_segment_knows_its_entries_by_row_and_by_id(world):
    segment = opened(world.publish(), first=7)
    check_segment(segment)
    assert (segment.entries, segment.first) == (2, 7)
    for entry, holder in ((world.first, world.holder), (world.second, world.rival)):
        row = segment.row_of(entry)
        assert (segment.entry_id(row), segment.registrant(row)) == (entry, holder.key)
        registered, signer = segment.registered(row)
        assert (registered.id, signer) == (entry, holder.key)
    for other in (
        "e-" + "0" * 32,
        "e-" + "f" * 32,
        world.first[:-1] + ("0" if world.first[-1] != "0" else "1"),
    ):
        assert segment.row_of(other) is None


def test_the_entries_of_a_registrant_are_found_by_its_key(world):
    segment = opened(world.publish())
    assert segment.entries_of(world.holder.key) == (world.first,)
    assert segment.entries_of(world.rival.key) == (world.second,)
    assert segment.entries_of(world.stranger.key) == ()
    assert world.open().entries_of(world.holder.key) == (world.first,)


def test_ids_that_end_in_zeros_are_told_apart(world):
    ids = [bytes(16), b"\1" + bytes(15), b"\1" * 16]
    data = with_sections(world.publish(), world.registry, {"entry.id": b"".join(ids[1:])})
    segment = opened(data)
    assert [segment.row_of(f"e-{i.hex()}") for i in ids] == [None, 0, 1]


def test_to_peek_verifies_nothing_and_reads_the_head(world):
    data = resigned(world.publish(), world.stranger)
    digest, head = peek(memoryview(data))
    assert (head.registry, head.edition, head.segment) == (world.registry.key, 5, SegmentKind.BASE)
    assert digest == peek(memoryview(world.publish()))[0] == opened(world.publish()).digest
    with pytest.raises(SnapshotTampered):
        opened(data)
    for bad in (b"", b"text", data[:100]):
        with pytest.raises(SnapshotTampered):
            peek(memoryview(bad))
    with pytest.raises(SnapshotVersion):
        peek(memoryview(data[:8] + bytes([LAYOUT_VERSION + 1]) + data[9:]))


def test_a_delta_without_a_parent_and_a_base_with_one_are_refused(world):
    for change in ({"segment": "delta"}, {"parent": "0" * 64}, {"segment": "other"}):
        with pytest.raises(SnapshotTampered, match="head"):
            opened(resigned(world.publish(), world.registry, **change))


def test_a_changed_byte_is_found_in_its_section(world):
    data = world.publish()
    at = data.index(parts(data)[1]["registrations"][:200]) + 150
    damaged = bytearray(data)
    damaged[at] ^= 1
    with pytest.raises(SnapshotTampered, match="section registrations"):
        check_segment(opened(bytes(damaged)))
