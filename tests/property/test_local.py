"""Tables find nothing that is not there; a registry that lies about features or films harms nobody."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import SnapshotError
from sekisho.match.brute_local import brute_hits, brute_votes
from sekisho.match.local import LocalQuery, match_local, verify
from sekisho.match.local_votes import (
    ANGLE_REACH,
    BASE_REACH,
    HIT_DISTANCE,
    LEVEL_REACH,
    SHARE_REACH,
    voted,
)
from sekisho.model import LocalRules, Traits
from tests.counts import count
from tests.hostile import parts, with_sections
from tests.traits import a_film, a_vector, film_print, invented, local_from, placed, registered, with_noise
from tests.world import World, drawn

EXAMPLES = settings(max_examples=count(15, 1000), deadline=None)
RULES = {"turn": ANGLE_REACH, "levels": LEVEL_REACH, "base": BASE_REACH, "share": SHARE_REACH}


@EXAMPLES
@given(
    st.integers(0, 2**32),
    st.integers(0, 255),
    st.sampled_from([0.5, 1.0, 2.0]),
    st.integers(0, 45),
    st.data(),
)
def test_no_picture_has_more_votes_than_the_oracle_gives(seed, turn, scale, bits, data):
    works = [invented(seed + n, 40) for n in range(data.draw(st.integers(1, 5)))]
    pictures = registered(*works, *works[:1])
    item = with_noise(placed(works[-1], scale=scale, turn=turn, at=(200, 200)), bits, seed)
    oracle = brute_votes(item, pictures, brute_hits(item, pictures, HIT_DISTANCE), **RULES)
    found = voted(item.descriptors, item.places, pictures, np.ones(len(pictures.entry), np.bool_), 1)
    # The oracle reckons in real numbers: at the edge of what agrees it may be off by one.
    for picture, votes in zip(found.picture.tolist(), found.votes.tolist(), strict=True):
        assert votes <= oracle[picture] + 1


def lying():
    world = World()
    vectors = (a_vector(1), a_vector(2, 4, "z@" + "0" * 16))
    both = Traits(local=local_from(invented(1, 30)), vectors=vectors)
    world.register(world.holder, world.with_traits(world.holder, drawn(1), both))
    world.register(world.rival, film_print(world, world.rival, a_film(1)))
    local = Traits(local=local_from(invented(2, 20)))
    world.register(world.rival, world.with_traits(world.rival, drawn(2), local), title="more")
    return world


WORLD = lying()
DATA = WORLD.publish()
SECTIONS = {
    name: content
    for name, content in parts(DATA)[1].items()
    if name.startswith(("picture.", "local.", "vector.", "film."))
}
QUERY = LocalQuery((invented(1, 30), with_noise(invented(2, 20), 5)))


def opened_and_used(data):
    """Open a file, or refuse it; what is opened can be searched."""
    try:
        snapshot = WORLD.open(data)
    except SnapshotError:
        return False
    match_local([QUERY], snapshot, LocalRules())
    verify(QUERY, snapshot, range(snapshot.counts.pictures), LocalRules())
    for films, table in zip(snapshot.films, snapshot.tables, strict=True):
        assert len(table.pdq.values[films.row]) == len(films.time)
    assert all(np.isfinite(some.values).all() for of in snapshot.vectors.values() for some in of)
    return True


def test_the_good_file_can_be_searched():
    assert opened_and_used(DATA)


def test_numbers_that_a_registry_signs_wrongly_are_refused_or_harmless():
    chance = random.Random(4)  # noqa: S311 - damage must be repeatable
    edges = (0, 1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)
    used = 0
    for _ in range(count(300, 20_000)):
        name = chance.choice([name for name, content in SECTIONS.items() if content])
        lie = bytearray(SECTIONS[name])
        for _ in range(chance.choice((1, 1, 3))):
            size = chance.choice((1, 2, 4, 8))
            at = chance.randrange(max(1, len(lie) - size + 1)) // size * size
            lie[at : at + size] = (chance.choice(edges) % 2 ** (8 * size)).to_bytes(size, "little")
        lie = lie[: len(SECTIONS[name])]
        used += opened_and_used(with_sections(DATA, WORLD.registry, {name: bytes(lie)}))
    assert used


@EXAMPLES
@given(st.sampled_from(sorted(SECTIONS)), st.binary(max_size=80))
def test_sections_of_nonsense_are_refused_or_harmless(name, content):
    opened_and_used(with_sections(DATA, WORLD.registry, {name: content}))
