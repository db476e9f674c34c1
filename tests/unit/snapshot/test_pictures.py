import numpy as np
import pytest

from sekisho.errors import SnapshotTampered
from sekisho.model import Traits
from sekisho.snapshot.local_tables import no_tables
from sekisho.snapshot.pictures import (
    feature_entries,
    picture_number,
    pictures_hold,
    rising,
    spans_hold,
)
from tests.hostile import parts, with_sections
from tests.traits import invented, local_from
from tests.world import World, drawn


def world_of(*counts):
    world = World()
    for number, count in enumerate(counts):
        local = Traits(local=local_from(invented(number, count)))
        world.register(world.holder, world.with_traits(world.holder, drawn(number), local), title=str(number))
    return world


@pytest.fixture(scope="module")
def world():
    return world_of(20, 30)


def u4(*values):
    return np.array(values, "<u4").tobytes()


def u8(*values):
    return np.array(values, "<u8").tobytes()


def test_what_was_built_holds(world):
    (pictures,) = world.open().pictures
    assert pictures_hold(pictures, 2, tabled=True)
    assert not pictures_hold(pictures, 1, tabled=True)
    assert not pictures_hold(pictures, 2, tabled=False)
    assert pictures_hold(pictures._replace(tables=no_tables()), 2, tabled=False)


LIES = {
    "an entry that is not there": {"picture.entry": u4(0, 2)},
    "entries out of order": {"picture.entry": u4(1, 0)},
    "one picture twice": {"picture.entry": u4(0, 0)},
    "a picture without features": {"picture.first": u8(0, 50, 50)},
    "more than 300 features": {"picture.first": u8(0, 2**40, 50)},
    "features that do not begin": {"picture.first": u8(1, 20, 50)},
    "features that go back": {"picture.first": u8(0, 60, 50)},
    "features beyond the last": {"picture.first": u8(0, 20, 51)},
    "a picture without a side": {"picture.size": np.array([[400, 300], [0, 300]], "<u2").tobytes()},
    "a picture too large": {"picture.size": np.array([[400, 300], [513, 300]], "<u2").tobytes()},
    "a picture too small for its places": {"picture.size": np.array([[9, 9], [9, 9]], "<u2").tobytes()},
    "half a descriptor": {"local.descriptors": bytes(32 * 50 - 16)},
    "a place too few": {"local.places": bytes(6 * 49)},
    "no tables": {"local.starts": b""},
    "empty tables": {"local.starts": bytes(4 * 2049)},
    "ids of nothing": {"local.ids": u4(*range(401))},
    "half an id": {"local.ids": bytes(10)},
    "no ids": {"local.ids": None},
    "no pictures": {"picture.entry": None},
    "a hash too few": {"picture.pdq": bytes(32)},
}


@pytest.mark.parametrize("name", LIES)
def test_a_registry_that_signs_wrong_pictures_is_refused(world, name):
    data = with_sections(world.publish(), world.registry, LIES[name])
    with pytest.raises(SnapshotTampered):
        world.open(data)


@pytest.mark.parametrize(
    "counts", [{"pictures": 1}, {"features": 49}, {"features": 2**50}, {"pictures": 2**50}]
)
def test_wrong_counts_are_refused(world, counts):
    with pytest.raises(SnapshotTampered):
        world.open(with_sections(world.publish(), world.registry, {}, **counts))


def test_places_and_levels_outside_are_refused(world):
    places = np.frombuffer(parts(world.publish())[1]["local.places"], np.uint8).reshape(-1, 6)
    for column, value in ((1, 0xFF), (3, 0xFF), (5, 32), (5, 255)):
        lie = places.copy()
        lie[33, column] = value
        with pytest.raises(SnapshotTampered):
            world.open(with_sections(world.publish(), world.registry, {"local.places": lie.tobytes()}))


def test_a_delta_has_no_tables_and_its_reader_makes_them():
    made = world_of(20)
    base = made.open()
    for number, count in ((7, 25), (8, 16)):
        local = Traits(local=local_from(invented(number, count)))
        made.register(made.rival, made.with_traits(made.rival, drawn(number), local), title=str(number))
        made.edition += 1
        data = made.publish(before=base)
        assert not parts(data)[1]["local.ids"]
        base = made.advance(base, data)
    old, new = base.pictures
    assert (old.entry.tolist(), new.entry.tolist()) == ([0], [1, 2])
    assert new.first.tolist() == [0, 25, 41]
    assert len(new.tables.ids) == 8 * 41
    assert not new.descriptors.flags.writeable
    numbers = [picture_number(base.pictures, entry, print_) for entry in range(4) for print_ in (0, 1)]
    assert numbers == [0, None, 1, None, 2, None, None, None]


def test_a_delta_with_tables_is_refused():
    made = world_of(20)
    base = made.open()
    made.register(
        made.rival, made.with_traits(made.rival, drawn(5), Traits(local=local_from(invented(5, 20))))
    )
    made.edition = 2
    data = made.publish(before=base)
    tables = {name: parts(made.publish())[1][name] for name in ("local.starts", "local.ids")}
    with pytest.raises(SnapshotTampered):
        made.advance(base, with_sections(data, made.registry, tables))


def test_a_delta_without_pictures_adds_no_table():
    made = world_of(20)
    base = made.open()
    made.register(made.rival, drawn(5))
    assert len(made.advance(base).pictures) == 1


def test_rising():
    entry, print_ = np.array([0, 0, 1], np.uint32), np.array([1, 2, 0], np.uint32)
    assert rising(entry, print_)
    assert rising(entry[:0], print_[:0])
    assert not rising(entry[::-1], print_)
    assert not rising(entry, print_ * 0)


def test_spans():
    first = np.array([0, 3, 4], np.uint64)
    assert spans_hold(first, 4, 3)
    assert not spans_hold(first, 4, 2)
    assert not spans_hold(first, 5, 3)
    assert spans_hold(first[:1], 0, 3)


def test_the_entry_of_each_feature():
    entry = feature_entries(np.array([3, 5], np.uint32), np.array([0, 2, 3], np.uint64))
    assert entry.tolist() == [3, 3, 5]
