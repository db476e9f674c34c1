import numpy as np
import pytest

from sekisho.errors import SnapshotTampered
from sekisho.model import Passages
from sekisho.signing import SNAPSHOT, open_statement
from sekisho.snapshot.layout import decode_head, read_prefix
from sekisho.snapshot.mih import build_tables
from sekisho.snapshot.structure import lengths_hold, structure_holds
from tests.hostile import parts, with_sections
from tests.world import World, drawn


@pytest.fixture(scope="module")
def world():
    made = World()
    for holder, seeds in ((made.holder, (1, 2)), (made.rival, (2, 3))):
        made.register(holder, *map(drawn, seeds))
    made.vouch(made.voucher, made.holder)
    made.revoke(made.holder, made.grant(made.holder, made.operator))
    return made


def opened(data):
    envelope, _ = read_prefix(memoryview(data))
    head = decode_head(open_statement(envelope, SNAPSHOT).payload)
    return head, {name: memoryview(content) for name, content in parts(data)[1].items()}


def test_what_was_built_holds(world):
    head, sections = opened(world.publish())
    assert lengths_hold(head, sections)
    assert structure_holds(head, sections)


def numbers(dtype, *values):
    return np.array(values, dtype).tobytes()


def u4(*values):
    return numbers("<u4", *values)


def u8(*values):
    return numbers("<u8", *values)


BIG = 2**31
LIES = {
    "offsets beyond the section": {"grants.offsets": u8(0, 2**40)},
    "offsets beyond 2**63": {"grants.offsets": u8(0, 2**64 - 1)},
    "offsets that do not begin": {"vouches.offsets": u8(5, 10)},
    "offsets that end early": {"vouches.offsets": u8(0, 10)},
    "offsets that go back": {"registrations.offsets": u8(0, 2**63, 7)},
    "a holder that is not there": {"entry.registrant": u4(0, 2)},
    "a holder far away": {"entry.registrant": u4(2**32 - 1, 0)},
    "an owner that is not there": {"pdq.owner": u4(0, 1, 2)},
    "an owner far away": {"sha256.owner": u4(0, 1, BIG - 1)},
    "a shared list that is not there": {"pdq.owner": u4(0, 1, BIG + 99)},
    "a shared list at the very end": {"pdq.owner": u4(0, 1, BIG + 3)},
    "a shared list too long": {"pdq.shared": u4(9, 0, 1), "pdq.owner": u4(0, 1, BIG)},
    "a shared list far too long": {"sha256.shared": u4(2**32 - 1, 0, 1), "sha256.owner": u4(0, 1, BIG)},
    "a shared list with strangers": {"pdq.shared": u4(2, 0, 7), "pdq.owner": u4(0, 1, BIG)},
    "a shared list that is cut": {"pdq.shared": u4(2, 0, 1)[:-1]},
    "half an offset": {"grants.offsets": u8(0, 10)[:-4]},
    "one entry id too few": {"entry.id": bytes(16)},
    "one flag too many": {"entry.flags": bytes(3)},
    "no root": {"root": None},
    "no grants": {"grants": None},
    "no shared lists": {"pdq.shared": None},
    "rows without tables": {"pdq.rows": bytes(32)},
    "tables that nobody counted": {"pdq.starts": u4(0, 0), "pdq.ids": u4(1)},
}


@pytest.mark.parametrize("name", LIES)
def test_a_registry_that_signs_wrong_tables_is_refused(world, name):
    data = with_sections(world.publish(), world.registry, LIES[name])
    with pytest.raises(SnapshotTampered):
        world.open(data)


COUNTS = {
    "entries": {"work": 3},
    "entries in two lies": {"work": 1, "character": 2},
    "registrants": {"registrants": 1},
    "vouches": {"vouches": 0},
    "negative": {"vouches": -1},
    "negative sum": {"work": 5, "character": -3},
    "more than memory": {"pdq": 2**50},
    "chunks": {"chunks": 1},
    "chunks that need tables": {"chunks": 16},
    "chunks beyond any": {"chunks": 2**40},
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_registry_that_signs_wrong_counts_is_refused(world, name):
    with pytest.raises(SnapshotTampered):
        world.open(with_sections(world.publish(), world.registry, {}, **COUNTS[name]))


@pytest.fixture
def library():
    """Make a world of two texts with 8 rows in all, and two short works."""
    made = World()
    for holder, line in ((made.holder, 5), (made.rival, 6)):
        text = Passages(units=300, buckets=((1, 2, 3), (3,)))
        made.register_texts(holder, text, Passages(units=9, buckets=((),), line=line))
    return made


TEXT_LIES = {
    "a row too few": {"passages.low": u4(*range(7))},
    "a text too few": {"text.entry": u4(0)},
    "units of nothing": {"text.units": u4(1, 2, 3)},
    "passages of nothing": {"text.passages": b""},
    "no cells": {"passages.starts": b""},
    "half of the cells": {"passages.starts": bytes(4 * (2**15 + 1))},
    "empty cells": {"passages.starts": bytes(4 * (2**16 + 1))},
    "buckets of four bytes": {"passages.bucket": u4(*range(8))},
    "a text that is not there": {"passages.text": u4(0, 1, 0, 1, 0, 1, 0, 2)},
    "a text far away": {"passages.text": u4(0, 1, 0, 1, 0, 1, 0, BIG - 1)},
    "a phrase of a text that is not there": {"passages.text": u4(0, 1, 0, 1, 0, 1, 0, BIG + 2)},
    "half a block": {"passages.bloom": bytes(32)},
    "two blocks": {"passages.bloom": bytes(128)},
    "no filter": {"passages.bloom": b""},
    "an entry that is not there": {"text.entry": u4(0, 2)},
    "entries out of order": {"text.entry": u4(1, 0)},
    "a line of nobody": {"line.entry": u4(0, 2)},
    "lines out of order": {"line.keys": u8(9, 8)},
    "a line of 49 bits": {"line.keys": u8(9, 2**48)},
    "a line too many": {"line.keys": u8(7, 8, 9)},
    "no texts": {"text.entry": None},
    "no rows": {"passages.text": None},
    "no lines": {"line.keys": None},
}


@pytest.mark.parametrize("name", TEXT_LIES)
def test_a_registry_that_signs_wrong_texts_is_refused(library, name):
    data = with_sections(library.publish(), library.registry, TEXT_LIES[name])
    with pytest.raises(SnapshotTampered):
        library.open(data)


def test_rows_in_the_wrong_cells_are_refused(library):
    starts = np.frombuffer(parts(library.publish())[1]["passages.starts"], "<u4").copy()
    first = int(np.flatnonzero(starts)[0])
    for at, value in ((0, 1), (first, 2**32 - 1), (2**16, 7), (2**16, 9), (2**15, 2**31)):
        lie = starts.copy()
        lie[at] = value
        data = with_sections(library.publish(), library.registry, {"passages.starts": lie.tobytes()})
        with pytest.raises(SnapshotTampered):
            library.open(data)


TEXT_COUNTS = {
    "texts": {"texts": 3},
    "rows": {"passages": 9},
    "more rows than numbers": {"passages": 2**40},
    "lines": {"lines": 1},
    "no lines": {"lines": 0},
}


@pytest.mark.parametrize("name", TEXT_COUNTS)
def test_a_registry_that_counts_texts_wrongly_is_refused(library, name):
    with pytest.raises(SnapshotTampered):
        library.open(with_sections(library.publish(), library.registry, {}, **TEXT_COUNTS[name]))


def test_a_delta_with_a_filter_is_refused(library):
    base = library.open()
    library.register_texts(library.holder, Passages(units=9, buckets=((8,),)), title="new")
    library.edition = 2
    data = library.publish(before=base)
    assert library.advance(base, data).counts.passages == 9
    with pytest.raises(SnapshotTampered):
        library.advance(base, with_sections(data, library.registry, {"passages.bloom": bytes(64)}))


def test_tables_are_checked_before_any_search(world):
    data = world.publish()
    rows = np.frombuffer(parts(data)[1]["pdq.rows"], "<u8").reshape(-1, 4)
    starts, ids = build_tables(rows, 32)
    good = with_sections(
        data, world.registry, {"pdq.starts": starts.tobytes(), "pdq.ids": ids.tobytes()}, chunks=32
    )
    assert world.open(good).tables[0].pdq_index()[2].shape == (32, 3)
    for table, at, value in ((starts, 40, 2**32 - 1), (ids, (0, 1), 3), (ids, (31, 2), 2**31)):
        kept = table[at]
        table[at] = value
        bad = with_sections(
            data, world.registry, {"pdq.starts": starts.tobytes(), "pdq.ids": ids.tobytes()}, chunks=32
        )
        table[at] = kept
        with pytest.raises(SnapshotTampered, match="contradict"):
            world.open(bad)


def test_a_section_from_the_future_is_checked_and_ignored(world):
    data = with_sections(world.publish(), world.registry, {"future": b"something"})
    assert world.open(data).entries == 2
    at = data.index(b"something")
    with pytest.raises(SnapshotTampered, match="future"):
        world.open(data[:at] + b"S" + data[at + 1 :])
