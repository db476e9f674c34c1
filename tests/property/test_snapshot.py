"""The same statements give the same bytes; no byte of a snapshot can be changed unnoticed."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import SnapshotError
from sekisho.snapshot import build
from tests.counts import count
from tests.hostile import parts, resigned, with_sections
from tests.mutate import mutations
from tests.parties import a_print
from tests.world import NOW, World

EXAMPLES = settings(max_examples=count(40, 2000), deadline=None)


def small():
    world = World(edition=3)
    first = world.register(world.holder, *(a_print(n) for n in range(3)))
    world.register(world.rival, a_print(2), a_print(7))
    world.vouch(world.voucher, world.holder, first)
    world.revoke(world.holder, world.grant(world.holder, world.operator))
    return world


WORLD = small()
DATA = WORLD.publish()


def refused(data, **conditions):
    try:
        WORLD.open(data, **conditions)
    except SnapshotError:
        return True
    return False


def test_the_file_that_is_damaged_below_is_good():
    assert not refused(DATA)


def test_every_flipped_byte_is_noticed():
    chance = random.Random(1)  # noqa: S311 - damage must be repeatable
    places = range(len(DATA)) if len(DATA) <= count(0, 10**6) else _sample(chance)
    for at in places:
        damaged = bytearray(DATA)
        damaged[at] ^= 1 << chance.randrange(8)
        assert refused(bytes(damaged)), at


def _sample(chance):
    """Choose both ends of every section, the bytes beside them, and some between."""
    head, _ = parts(DATA)
    base = len(DATA) - max(s["offset"] + -(-s["length"] // 64) * 64 for s in head["sections"])
    edges = {0, 8, 12, 15, 16, base - 1, base, len(DATA) - 1}
    for s in head["sections"]:
        start, stop = base + s["offset"], base + s["offset"] + s["length"]
        edges |= {at for at in (start - 1, start, stop - 1, stop) if 0 <= at < len(DATA)}
    return sorted(edges | {chance.randrange(len(DATA)) for _ in range(800)})


def test_every_truncation_and_every_addition_is_noticed():
    chance = random.Random(2)  # noqa: S311 - damage must be repeatable
    for length in {0, 1, 15, 16, 17, len(DATA) - 1, len(DATA) - 64, *chance.sample(range(len(DATA)), 100)}:
        assert refused(DATA[:length]), length
    for more in (b"\0", bytes(64), DATA):
        assert refused(DATA + more)


def test_damaged_files_are_refused_and_crash_nothing():
    changed = [d for d in mutations(DATA, seed=3, n=count(300, 20_000)) if d != DATA]
    assert len(changed) > 200
    assert all(refused(d) for d in changed)


@st.composite
def sets_of_statements(draw):
    world = World()
    for who in (world.holder, world.rival):
        for n in draw(st.lists(st.integers(0, 9), max_size=4, unique=True)):
            world.register(who, a_print(n), *(a_print(n + k) for k in range(1, draw(st.integers(1, 3)))))
        if draw(st.booleans()):
            world.vouch(world.voucher, who)
        for n in range(draw(st.integers(0, 2))):
            world.grant(who, world.operator, contract_ref=str(n))
    return world


@EXAMPLES
@given(sets_of_statements(), st.randoms())
def test_the_order_in_which_statements_came_does_not_show(world, chance):
    before = world.publish()
    for statements in (world.registrations, world.vouches, world.grants, world.revocations):
        chance.shuffle(statements)
    assert world.publish() == before


@EXAMPLES
@given(sets_of_statements())
def test_what_goes_in_comes_out(world):
    snapshot = world.open()
    assert snapshot.entries == len(world.registrations)
    met = [snapshot.entry(n) for n in range(snapshot.entries)]
    assert [snapshot.entry_number(e.id) for e in met] == list(range(len(met)))
    asked = world.statements()
    again = build(asked, edition=1, created=NOW, expires=NOW + timedelta(days=60), signer=world.registry)
    assert again.digest == snapshot.digest
    assert len({g for who in (world.holder, world.rival) for g in snapshot.grants(who.key)}) == len(
        world.grants
    )


numbers = st.binary(max_size=80) | st.lists(st.integers(0, 2**32 - 1), max_size=20).map(
    lambda values: b"".join(v.to_bytes(4, "little") for v in values)
)
TABLES = [name for name in parts(DATA)[1] if "." in name]


@EXAMPLES
@given(st.sampled_from(TABLES), numbers)
def test_a_registry_that_signs_nonsense_is_refused_or_harmless(name, content):
    data = with_sections(DATA, WORLD.registry, {name: content})
    try:
        snapshot = WORLD.open(data)
        for number in range(snapshot.entries):
            snapshot.entry(number)
        for owned in (snapshot.tables[0].pdq, snapshot.tables[0].sha256):
            for row in range(len(owned.values)):
                assert all(0 <= owner < snapshot.entries for owner in owned.owners(row))
    except SnapshotError:
        pass


@pytest.mark.parametrize("field", ["edition", "created", "expires", "name", "parent"])
def test_a_head_that_was_changed_and_not_signed_by_the_registry_is_refused(field):
    change = {"edition": 4, "created": "2026-11-21T00:00:00Z", "expires": "2030-01-01T00:00:00Z"}
    change |= {"name": "x", "parent": "0" * 64}
    data = resigned(DATA, WORLD.stranger, **{field: change[field]})
    assert refused(data)
    assert refused(data, trusted=frozenset({WORLD.registry.key, WORLD.stranger.key}))
