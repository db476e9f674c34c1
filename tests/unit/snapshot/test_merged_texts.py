import numpy as np

from sekisho.model import Passages
from sekisho.snapshot.bloom import bloom_words
from sekisho.snapshot.passages import ROWS_OF_KEY, STOCK
from sekisho.snapshot.permutation import permuted
from tests.world import World

PHRASE = 7


def text(number, *shared, own=60):
    """Return a text of hashes of its own and some that others have."""
    first = 1000 * (number + 1)
    return Passages(units=9, buckets=(tuple(sorted({*shared, *range(first, first + own)})),))


def register(world, numbers, *shared, holder=None, **more):
    for number in numbers:
        world.register_texts(holder or world.holder, text(number, *shared, **more), title=str(number))


def holders_of(snapshot, value):
    """Return the titles of the entries that a hash is a seed of."""
    found = set()
    for table in snapshot.texts:
        (key,) = permuted(np.array([value], np.uint64), table.constants)
        keys, rows, _ = table.whole_rows()
        for row in np.flatnonzero(keys == key).tolist():
            if rows[row] < STOCK and row not in table.dropped:
                found.add(snapshot.entry(int(table.entry[rows[row]])).title)
    return found


def seeds_of(snapshot, title):
    """Count the seeds of the entry of a title."""
    return sum(
        int(seeds)
        for table in snapshot.texts
        for entry, seeds in zip(table.entry, table.passages, strict=True)
        if snapshot.entry(int(entry)).title == title
    )


def grown(world, *steps):
    snapshot = world.open()
    for step in steps:
        step()
        snapshot = world.advance(snapshot)
    return snapshot


def test_deltas_lie_in_one_table_with_numbers_of_the_edition():
    world = World()
    register(world, [0])
    snapshot = grown(world, lambda: register(world, [1, 2], 5), lambda: register(world, [3], 5))
    base, more = snapshot.texts
    assert [snapshot.entry(int(n)).title for n in base.entry] == ["0"]
    assert sorted(snapshot.entry(int(n)).title for n in more.entry) == ["1", "2", "3"]
    assert holders_of(snapshot, 5) == {"1", "2", "3"}
    assert holders_of(snapshot, 1000) == {"0"}
    assert more.passages.tolist() == [61] * 3
    assert len(more.bloom) == bloom_words(len(more.rows.low))
    assert not any(array.flags.writeable for array in (*more.rows, more.dropped))


def test_deltas_without_texts_make_no_table():
    world = World()
    register(world, [0])
    assert len(grown(world, lambda: world.grant(world.holder, world.operator)).texts) == 1


def test_short_works_of_deltas_are_found_too():
    world = World()
    short = Passages(units=9, buckets=((),), line=42)
    snapshot = grown(world, lambda: world.register_texts(world.holder, short))
    assert len(snapshot.texts) == 2
    assert snapshot.texts[1].line_entry.tolist() == [0]


def test_what_becomes_a_phrase_through_a_delta_is_dropped_from_the_base():
    world = World()
    register(world, range(3), PHRASE)
    snapshot = grown(world, lambda: register(world, [3], PHRASE))
    assert holders_of(snapshot, PHRASE) == {"0", "1", "2", "3"}
    register(world, [4], PHRASE)
    snapshot = world.advance(snapshot)
    assert len(snapshot.texts[0].dropped) == 3
    assert snapshot.texts[0].passages.tolist() == [60] * 3
    assert holders_of(snapshot, PHRASE) == set()
    assert holders_of(world.open(), PHRASE) == set()


def test_a_phrase_of_the_base_is_one_in_a_delta_too():
    world = World()
    register(world, range(5), PHRASE)
    snapshot = grown(world, lambda: register(world, [5], PHRASE))
    assert holders_of(snapshot, PHRASE) == set()
    assert holders_of(snapshot, 6000) == {"5"}


def test_what_the_base_kept_stays_when_a_delta_has_it_too():
    """Six editions of one work: none loses anything, in whatever segment it is."""
    world = World()
    shared = range(100, 160)
    register(world, range(5), *shared, own=1)
    snapshot = grown(world, lambda: register(world, [5], *shared, own=1))
    assert not len(snapshot.texts[0].dropped)
    assert holders_of(snapshot, 100) == {"0", "1", "2", "3", "4", "5"}


def test_what_a_base_has_marked_only_a_new_base_gives_back():
    """A base and its deltas each take 5 % at most; a new base sees that it is too much together."""
    world = World()
    first, second, third = range(100, 103), range(200, 203), range(300, 303)
    register(world, [0], *first, *second, *third)
    register(world, range(1, 5), *first)
    base = world.open()
    assert seeds_of(base, "0") == 66
    steps = (lambda: register(world, range(5, 9), *second), lambda: register(world, range(9, 13), *third))
    snapshot = base
    for step, left in zip(steps, (63, 66), strict=True):
        step()
        snapshot = world.advance(snapshot)
        assert seeds_of(snapshot, "0") == left
        assert holders_of(snapshot, 100) == set()
        assert seeds_of(world.open(), "0") == 69
        assert "0" in holders_of(world.open(), 100)


def test_a_hash_that_several_texts_of_a_work_have_is_one_passage_of_it():
    """Three editions of a text in one work are no reason to lose three times as much."""
    world = World()
    phrases = range(100, 106)
    world.register_texts(
        world.holder,
        *(Passages(units=units, buckets=((*phrases, *range(1000, 1060)),)) for units in (9, 10, 11)),
        title="0",
    )
    snapshot = grown(world, lambda: register(world, range(1, 6), *phrases, own=500))
    assert seeds_of(snapshot, "0") == seeds_of(world.open(), "0") == 3 * 66
    assert holders_of(snapshot, 100) == {"0"}


def test_declared_copies_in_deltas_take_nothing_from_anybody():
    """The attack: register copies of a work, or of one passage of it, under many keys."""
    world = World()
    register(world, [0], *range(100, 110))
    attackers = [world.rival, world.stranger, world.operator, world.registry, world.voucher]

    def attack():
        for number, attacker in enumerate(attackers):
            register(world, [10 + number], *range(100, 110), holder=attacker, own=400)

    snapshot = grown(world, attack, lambda: world.vouch(world.voucher, world.holder))
    assert all("0" in holders_of(snapshot, value) for value in range(100, 110))
    assert all("0" in holders_of(world.open(), value) for value in range(100, 110))


def test_a_vouch_in_a_delta_counts_for_the_entries_before_it():
    world = World()
    parties = [world.holder, world.rival, world.stranger, world.operator, world.registry]
    for number, party in enumerate(parties):
        register(world, [number], PHRASE, holder=party)

    def vouch_and_one_more():
        for party in parties:
            world.vouch(world.voucher, party)
        register(world, [9], PHRASE)

    snapshot = grown(world, vouch_and_one_more)
    assert holders_of(snapshot, PHRASE) == set()


def test_one_hash_costs_no_more_rows_however_many_deltas_repeat_it():
    world = World()
    steps = [
        lambda n=n: register(world, range(10 * n, 10 * n + 10), 5, holder=world.rival, own=1)
        for n in range(3)
    ]
    snapshot = grown(world, *steps)
    keys, _, _ = snapshot.texts[1].whole_rows()
    assert np.unique(keys, return_counts=True)[1].max() <= ROWS_OF_KEY
