import numpy as np
import pytest

from sekisho.codec import canonical
from sekisho.errors import SnapshotTampered
from sekisho.model import Traits
from sekisho.snapshot.vectors import ModelRows, encode_models, vector_lengths
from tests.hostile import parts, with_sections
from tests.traits import MODEL, a_vector
from tests.world import World, drawn


def add(world, seed, *vectors):
    made = world.with_traits(world.holder, drawn(seed), Traits(vectors=vectors))
    return world.register(world.holder, made, title=str(seed))


@pytest.fixture(scope="module")
def world():
    made = World()
    add(made, 1, a_vector(1), a_vector(2, 4, "z@" + "0" * 16))
    add(made, 2, a_vector(3))
    return made


def half(*values):
    return np.array(values, "<f2").tobytes()


def u4(*values):
    return np.array(values, "<u4").tobytes()


ROWS = [[MODEL, 8, 2], ["z@" + "0" * 16, 4, 1]]
LIES = {
    "an entry that is not there": {"vector.entry": u4(0, 2, 0)},
    "entries out of order": {"vector.entry": u4(1, 0, 0)},
    "an entry twice": {"vector.entry": u4(0, 0, 0)},
    "a row too few": {"vector.values": half(*[0.5] * 19)},
    "no numbers": {"vector.values": half(*[float("nan")] * 20)},
    "one number that is none": {"vector.values": half(*[0.35355] * 16, 0.5, 0.5, float("nan"), 0.5)},
    "infinite": {"vector.values": half(*[0.35355] * 16, float("inf"), 0, 0, 0)},
    "too short": {"vector.values": half(*[0.35355] * 16, 0, 0, 0, 0)},
    "models out of order": {"vector.models": canonical(ROWS[::-1])},
    "a model twice": {"vector.models": canonical([[MODEL, 8, 1], [MODEL, 8, 1], ["z@" + "0" * 16, 4, 1]])},
    "other dimensions": {"vector.models": canonical([[MODEL, 4, 2], ["z@" + "0" * 16, 8, 1]])},
    "other rows": {"vector.models": canonical([[MODEL, 8, 3], ["z@" + "0" * 16, 4, 1]])},
    "no dimensions": {"vector.models": canonical([[MODEL, 0, 3]])},
    "too many dimensions": {"vector.models": canonical([[MODEL, 4097, 3]])},
    "negative rows": {"vector.models": canonical([[MODEL, 8, -1], ["z@" + "0" * 16, 4, 4]])},
    "no list": {"vector.models": b"{}"},
    "no JSON": {"vector.models": b"[["},
    "white space": {"vector.models": canonical(ROWS) + b" "},
    "nothing": {"vector.models": b""},
    "no models": {"vector.models": None},
    "no values": {"vector.values": None},
}


def test_the_good_file_is_good(world):
    snapshot = world.open(with_sections(world.publish(), world.registry, {"vector.models": canonical(ROWS)}))
    assert snapshot.counts.vectors == 3


@pytest.mark.parametrize("name", LIES)
def test_a_registry_that_signs_wrong_vectors_is_refused(world, name):
    with pytest.raises(SnapshotTampered):
        world.open(with_sections(world.publish(), world.registry, LIES[name]))


def test_wrong_counts_are_refused(world):
    for count in (0, 2, 4, 2**50):
        with pytest.raises(SnapshotTampered):
            world.open(with_sections(world.publish(), world.registry, {}, vectors=count))


def test_deltas_are_merged_model_by_model():
    world = World()
    add(world, 1, a_vector(1))
    base = world.open()
    add(world, 2, a_vector(2), a_vector(3, 4, "z@" + "0" * 16))
    first = world.advance(base)
    add(world, 3, a_vector(4))
    both = world.advance(first)
    assert [some.entry.tolist() for some in both.vectors[MODEL]] == [[0], [1, 2]]
    assert [some.values.tobytes() for some in both.vectors[MODEL]] == [
        a_vector(1).values,
        a_vector(2).values + a_vector(4).values,
    ]
    assert [some.entry.tolist() for some in both.vectors["z@" + "0" * 16]] == [[1]]
    assert list(base.vectors) == [MODEL]


def test_an_edition_without_vectors_has_none():
    data = World().publish()
    assert parts(data)[1]["vector.models"] == b"[]" == encode_models(())
    assert World().open(data).vectors == {}


def test_the_list_of_models_gives_the_lengths():
    models = encode_models([ModelRows("a@1", 4, 3), ModelRows("a@1", 8, 1)])
    lengths = vector_lengths({"vector.models": memoryview(models)}, 4)
    assert (lengths["vector.entry"], lengths["vector.values"]) == (16, 40)
