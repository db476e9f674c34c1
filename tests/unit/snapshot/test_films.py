import numpy as np
import pytest

from sekisho.errors import SnapshotTampered
from tests.hostile import with_sections
from tests.traits import a_film, film_print
from tests.world import World


def add(world, seed, frames=4):
    film = a_film(seed, frames)
    world.register(world.holder, film_print(world, world.holder, film, seed), title=str(seed))
    return [frame.pdq for frame in film.frames if frame.quality >= 50]


@pytest.fixture(scope="module")
def world():
    made = World()
    add(made, 1, 3)
    add(made, 2, 3)
    return made


def u4(*values):
    return np.array(values, "<u4").tobytes()


def u8(*values):
    return np.array(values, "<u8").tobytes()


LIES = {
    "an entry that is not there": {"film.entry": u4(0, 2)},
    "entries out of order": {"film.entry": u4(1, 0)},
    "a film twice": {"film.entry": u4(0, 0)},
    "shorter than its frames": {"film.duration": u4(3000, 1999)},
    "a film without frames": {"film.first": u8(0, 6, 6)},
    "frames beyond the last": {"film.first": u8(0, 3, 7)},
    "frames that go back": {"film.first": u8(0, 2**63, 6)},
    "frames that do not begin": {"film.first": u8(1, 3, 6)},
    "time that runs back": {"film.time": u4(0, 2000, 1000, 0, 1000, 2000)},
    "time that stands": {"film.time": u4(0, 1000, 2000, 0, 0, 2000)},
    "a hash that is not there": {"film.row": u4(0, 1, 2, 3, 4, 6)},
    "a hash far away": {"film.row": u4(0, 1, 2, 3, 4, 2**32 - 1)},
    "a frame too few": {"film.row": u4(0, 1, 2, 3, 4)},
    "no films": {"film.entry": None},
}


@pytest.mark.parametrize("name", LIES)
def test_a_registry_that_signs_wrong_films_is_refused(world, name):
    good = {"film.duration": u4(3000, 2000)}
    assert world.open(with_sections(world.publish(), world.registry, good)).counts.frames == 6
    with pytest.raises(SnapshotTampered):
        world.open(with_sections(world.publish(), world.registry, LIES[name]))


def test_wrong_counts_are_refused(world):
    for counts in ({"films": 1}, {"frames": 5}, {"frames": 2**50}):
        with pytest.raises(SnapshotTampered):
            world.open(with_sections(world.publish(), world.registry, {}, **counts))


def test_films_of_deltas_name_the_merged_hashes():
    world = World()
    add(world, 1)
    snapshot = world.open()
    hashes = []
    for seed in (2, 3):
        hashes += add(world, seed, 9)
        snapshot = world.advance(snapshot)
    films, table = snapshot.films[1], snapshot.tables[1]
    assert films.entry.tolist() == [1, 2]
    assert films.first.tolist() == [0, 8, 16]
    assert [table.pdq.values[row].ljust(32, b"\0") for row in films.row] == hashes
    assert len(snapshot.films) == len(snapshot.tables) == 2


def test_a_delta_without_films_adds_none():
    made = World()
    add(made, 1)
    base = made.open()
    made.withdraw(made.holder, base.entry(0).id)
    assert len(made.advance(base).films) == 1
