import numpy as np
import pytest

from sekisho.errors import InputError
from sekisho.model import Print, Traits
from sekisho.signing import PASSAGES, TRAITS, read_payload, sign_statement
from tests.traits import a_film, a_vector, film_print, invented, local_from
from tests.world import World, drawn, print_of

LOCAL = local_from(invented(1, 40))


def with_picture(world, holder, local=LOCAL, **more):
    made = world.with_traits(more.get("signer") or holder, drawn(1), Traits(local=local))
    return world.register(holder, made, **more)


def test_pictures_stand_in_the_order_of_entries_and_prints():
    world = World()
    locals_ = [local_from(invented(seed, count)) for seed, count in ((1, 40), (2, 16), (3, 300))]
    for holder, some in ((world.holder, locals_[:2]), (world.rival, locals_[2:])):
        files = [world.with_traits(holder, drawn(n), Traits(local=one)) for n, one in enumerate(some, 1)]
        world.register(holder, drawn(9), *files)
    snapshot = world.open()
    (pictures,) = snapshot.pictures
    assert (snapshot.counts.pictures, snapshot.counts.features) == (3, 356)
    assert np.diff(pictures.first.astype(int)).tolist() in ([40, 16, 300], [300, 40, 16])
    for row in range(3):
        entry, print_ = int(pictures.entry[row]), int(pictures.print_[row])
        number = sorted([40, 16, 300], key=[40, 16, 300].index).index(
            int(pictures.first[row + 1] - pictures.first[row])
        )
        one, rows = locals_[number], slice(int(pictures.first[row]), int(pictures.first[row + 1]))
        assert print_ == (2 if number == 1 else 1)
        assert pictures.pdq[row].tobytes() == snapshot.prints(entry)[print_].pdq
        assert pictures.size[row].tolist() == [one.width, one.height]
        stored = np.concatenate([pictures.descriptors[rows].view(np.uint8), pictures.places[rows]], axis=1)
        assert stored.tobytes() == one.rows


def test_a_picture_that_is_named_twice_is_there_once():
    world = World()
    one = world.with_traits(world.holder, drawn(1), Traits(local=LOCAL))
    world.register(world.holder, one, one)
    assert world.open().counts.pictures == 1


def test_vectors_stand_model_by_model():
    world = World()
    for holder in (world.holder, world.rival):
        both = Traits(vectors=(a_vector(1), a_vector(2, 4, "z@" + "0" * 16)))
        world.register(holder, world.with_traits(holder, drawn(1), both))
    vectors = world.open().vectors
    assert {model: [some.values.shape for some in of] for model, of in vectors.items()} == {
        a_vector(1).model: [(2, 8)],
        "z@" + "0" * 16: [(2, 4)],
    }
    assert vectors[a_vector(1).model][0].values[0].tobytes() == a_vector(1).values
    assert vectors[a_vector(1).model][0].entry.tolist() == [0, 1]


def test_vectors_of_another_length_stand_apart():
    world = World()
    for seed, dimensions in ((1, 8), (2, 4), (3, 8)):
        made = Traits(vectors=(a_vector(seed, dimensions),))
        world.register(world.holder, world.with_traits(world.holder, drawn(seed), made))
    assert [some.values.shape for some in world.open().vectors[a_vector(1).model]] == [(1, 4), (2, 8)]


def test_frames_of_films_are_hashes_of_their_entry_and_plain_ones_are_left_out():
    world = World()
    film = a_film(1, 12)
    entry = world.register(world.holder, film_print(world, world.holder, film))
    snapshot = world.open()
    (films,), (table,) = snapshot.films, snapshot.tables
    compared = [frame for frame in film.frames if frame.quality >= 50]
    assert len(compared) == 10
    assert films.time.tolist() == [frame.at for frame in compared]
    assert [table.pdq.values[row].ljust(32, b"\0") for row in films.row] == [f.pdq for f in compared]
    assert {table.pdq.owners(row) for row in range(10)} == {(snapshot.entry_number(entry),)}
    assert (films.duration.tolist(), films.first.tolist()) == ([12_000], [0, 10])


def test_a_film_of_plain_frames_has_nothing_to_be_found_by():
    world = World()
    plain = a_film(1, 5)
    plain = type(plain)(duration=plain.duration, frames=plain.frames[3:4])
    world.register(world.holder, film_print(world, world.holder, plain))
    assert world.open().counts.films == 0


def refused(world, match):
    with pytest.raises(InputError, match=match):
        world.publish()


def test_traits_that_are_missing_stop_the_building():
    world = World()
    with_picture(world, world.holder)
    world.traits.clear()
    refused(world, "not there")


def test_traits_of_another_signer_are_refused():
    world = World()
    with_picture(world, world.holder, signer=world.rival)
    assert world.publish()
    stolen = World()
    made = stolen.with_traits(stolen.rival, drawn(1), Traits(local=LOCAL))
    stolen.register(stolen.holder, made)
    refused(stolen, "not those that the signer")


def test_traits_that_somebody_else_signed_again_are_refused():
    world = World()
    with_picture(world, world.holder)
    (named,) = world.traits
    payload = read_payload(world.traits[named], TRAITS)
    world.traits[named] = sign_statement(TRAITS, payload, world.rival)
    refused(world, "not those that the signer")


def test_other_statements_are_no_traits():
    world = World()
    with_picture(world, world.holder)
    (named,) = world.traits
    payload = read_payload(world.traits[named], TRAITS)
    world.traits[named] = sign_statement(PASSAGES, payload, world.holder)
    refused(world, "do not hold")
    world.traits[named] = b"{}"
    with pytest.raises(InputError):
        world.publish()


def test_traits_under_another_id_are_refused():
    world = World()
    with_picture(world, world.holder)
    other = world.with_traits(world.holder, drawn(1), Traits(local=local_from(invented(2))))
    first = next(iter(world.traits))
    world.traits[first] = world.traits[other.traits]
    refused(world, "not those that the signer")


def test_a_print_without_a_pdq_has_zeros():
    world = World()
    bare = Print(sha256=print_of(drawn(1)).sha256)
    world.register(world.holder, world.with_traits(world.holder, bare, Traits(vectors=(a_vector(1),))))
    world.register(world.rival, world.with_traits(world.rival, bare, Traits(local=LOCAL)))
    assert not world.open().pictures[0].pdq.any()
