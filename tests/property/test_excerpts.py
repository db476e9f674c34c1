"""The table finds what a dictionary of all hashes finds, wherever an excerpt stands."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import SnapshotTampered
from sekisho.fingerprint.passages import passages_many
from sekisho.lexicon.fold import fold_many
from sekisho.match.brute_excerpts import Known, brute_excerpts
from sekisho.model import TextRules
from sekisho.snapshot.gathered import lot_of
from tests.counts import count
from tests.hostile import parts, with_sections
from tests.texts import excerpts_of, page, phrase, without_rows, words
from tests.world import World

EXAMPLES = settings(max_examples=count(40, 2000), deadline=None)
RULES = TextRules()
LOOSE = TextRules(span_cjk=1, span_latin=1, near_copy=1, near_copy_shared=3)
PARTIES = ("holder", "rival", "stranger")

phrases = st.builds(phrase, st.integers(0, 30), st.sampled_from((8, 23, 40, 70, 300)))
latin = st.builds(words, st.integers(0, 20), st.sampled_from((3, 8, 14, 40)))
pieces = st.lists(st.one_of(phrases, phrases, latin), min_size=1, max_size=8)
texts = pieces.map("、".join)
works = st.lists(
    st.tuples(st.sampled_from(PARTIES), st.lists(texts, min_size=1, max_size=3)), min_size=1, max_size=8
)
sharing = st.tuples(st.sampled_from(PARTIES[:2]), st.tuples(st.integers(0, 2), st.integers(0, 2)))
"""Who registers a work, and which two of three phrases it shares with others."""


def stock_works(*lengths):
    """Draw works of so many units of their own and two phrases: 5 % of them is what a work can lose."""
    return st.lists(
        st.tuples(sharing, st.sampled_from(lengths)).map(lambda made: (made[0][0], (*made[0][1], made[1]))),
        min_size=4,
        max_size=10,
    )


def registered(world, made):
    for party, some in made:
        several = [_sharing(len(world.registrations), *some)] if isinstance(some, tuple) else some
        world.register_texts(getattr(world, party), *several)


def _sharing(number, first, second, length):
    own = page(5000 + number, length), page(9000 + number, 40)
    return own[0] + phrase(first, 40) + own[1] + phrase(second, 40)


def known(world, snapshot):
    """Return all registered texts in the order of their rows."""
    found = []
    for number in range(snapshot.entries):
        entry = snapshot.entry(number)
        # A text that an entry names twice stands in the table once.
        for p in {p.passages: p for p in snapshot.prints(number)}.values():
            passages = world.passages_of(p)
            if passages.line is None:
                verified = entry.trust.value == "verified"
                found.append(Known(number, passages, verified, entry.registrant.key, lot_of(entry.id)))
    return found


@EXAMPLES
@given(
    st.one_of(works, stock_works(700, 1500, 3000)),
    st.lists(texts, min_size=1, max_size=4),
    st.sets(st.sampled_from(PARTIES)),
    st.booleans(),
)
def test_the_table_equals_brute_force(made, items, vouched, loose):
    world = World()
    registered(world, made)
    for party in sorted(vouched):
        world.vouch(world.voucher, getattr(world, party))
    snapshot = world.open()
    rules = LOOSE if loose else RULES
    items = [*items, phrase(0, 40) + phrase(1, 40) + phrase(2, 40)]
    rows = passages_many(fold_many(items))
    constants = snapshot.texts[0].constants.tolist()
    expected = brute_excerpts(rows, known(world, snapshot), constants, rules)
    assert excerpts_of(snapshot, *items, rules=rules, lines=False) == expected


def seeds_of(snapshot):
    """Count the seeds of each entry, by its id."""
    found = Counter()
    for table in snapshot.texts:
        for entry, seeds in zip(table.entry.tolist(), table.passages.tolist(), strict=True):
            found[snapshot.entry(entry).id] += seeds
    return found


@EXAMPLES
@given(
    st.one_of(works, stock_works(3000)),
    st.lists(st.one_of(works, stock_works(3000)), min_size=1, max_size=3),
    st.lists(texts, min_size=1, max_size=4),
)
def test_a_base_and_its_deltas_find_what_one_base_finds(first, more, items):
    world = World()
    registered(world, first)
    base = snapshot = world.open()
    for some in more:
        registered(world, some)
        snapshot = world.advance(snapshot)
    whole = world.open()
    items = [*items, phrase(0, 40) + phrase(1, 40) + phrase(2, 40)]
    ids = [(snapshot.entry_number(whole.entry(n).id), n) for n in range(whole.entries)]
    number = dict(ids)
    before, then, now = seeds_of(base), seeds_of(snapshot), seeds_of(whole)
    # What the base took for a phrase only a new base gives back: 5 % at most, and 5 % of the rest by deltas.
    short = {e for e in before if before[e] < now[e]}
    assert all(400 * then[e] >= 361 * now[e] for e in now)
    apart, together = (excerpts_of(edition, *items) for edition in (snapshot, whole))
    renumbered = [sorted(e._replace(entry=number[e.entry]) for e in some) for some in apart]
    same, expected = (
        [[e for e in some if whole.entry(e.entry).id not in short] for some in found]
        for found in (renumbered, together)
    )
    assert without_rows(same) == without_rows(expected)


@EXAMPLES
@given(st.integers(0, 99), st.integers(23, 200), st.integers(0, 700), st.integers(0, 700))
def test_whatever_surrounds_it_a_run_of_23_units_has_a_seed_and_one_of_47_is_an_excerpt(
    seed, length, before, after
):
    """The guarantee: k + w - 1 = 23 units share a passage; twice that and a unit share two, chained."""
    work = phrase(1000 + seed, 1200)
    item = page(2000 + seed, before) + work[400 : 400 + length] + page(3000 + seed, after)
    mine, theirs = (passages_many(fold_many([text])) for text in (item, work))
    inside = (mine.positions >= before) & (mine.positions + 12 <= before + length)
    assert np.isin(mine.hashes[inside], theirs.hashes).any()
    world = World()
    world.register_texts(world.holder, work)
    (found,) = excerpts_of(world.open(), item)
    if length >= 47:
        (one,) = found
        start, end = one.spans[0][0], one.spans[-1][1]
        assert start >= before - 11
        assert end <= before + length + 11
        assert one.units >= length - 2 * 11 - 1
    assert all(a[1] < b[0] for e in found for a, b in pairwise(e.spans))


SECTIONS = (
    "passages.low",
    "passages.starts",
    "passages.text",
    "passages.bucket",
    "passages.bloom",
    "text.entry",
    "text.units",
    "text.passages",
    "line.keys",
    "line.entry",
)


@pytest.fixture(scope="module")
def library():
    """Publish a base and a delta of texts that share phrases, and short works."""
    world = World()
    for number in range(8):
        world.register_texts(world.holder, phrase(number, 200) + phrase(99, 60), phrase(50 + number, 20))
    world.base = world.open()
    for number in range(4):
        world.register_texts(world.rival, phrase(number, 150), phrase(40 + number, 300))
    world.edition += 1
    world.files = (b"".join([world.publish()]), world.publish(before=world.base))
    return world


def opened(world, which, data):
    return world.open(data) if which == 0 else world.advance(world.base, data)


def spoilt(draw, content):
    """Change a few numbers of a section, mostly to what is at the edge of something."""
    array = np.frombuffer(content, np.uint8).copy()
    if not len(array):
        return content
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(array) - 1)) & ~3
        value = draw(st.sampled_from((0, 1, 2, 2**15, 2**16, 2**31 - 1, 2**31, 2**32 - 1)))
        part = np.frombuffer(value.to_bytes(4, "little"), np.uint8)
        array[at : at + 4] = part[: len(array[at : at + 4])]
    return array.tobytes()


@settings(max_examples=count(150, 20_000), deadline=None)
@given(st.data(), st.sampled_from((0, 1)), st.sampled_from(SECTIONS))
def test_wrong_tables_that_are_signed_are_refused_or_searched_without_harm(library, data, which, name):
    good = library.files[which]
    changed = {name: spoilt(data.draw, parts(good)[1][name])}
    try:
        snapshot = opened(library, which, with_sections(good, library.registry, changed))
    except SnapshotTampered:
        return
    items = [phrase(n, 120) + page(n, 90) + phrase(99, 50) + "\n" + phrase(52, 20) for n in range(4)]
    for some in excerpts_of(snapshot, *items):
        assert all(0 <= one.entry < snapshot.entries for one in some)
