"""A base and its deltas decide as one base of all statements does, whatever arrives in which delta."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.check import Looked, decide_many
from sekisho.errors import SnapshotError
from sekisho.fingerprint import Look
from sekisho.model import Act, Fingerprint, Settled
from sekisho.policy import shipped_policy
from tests.counts import count
from tests.mutate import mutations
from tests.parties import a_print
from tests.world import TODAY, World

EXAMPLES = settings(max_examples=count(60, 3000), deadline=None)
NAMES = ("holder", "rival", "stranger", "voucher")
PRINTS = 6
POLICIES = [shipped_policy(name) for name in ("opt-in", "strict")]


def looked(number, flipped=0):
    """Return an item that shows print `number`, as another file, with some bits flipped."""
    made = a_print(number)
    pdq = bytes([made.pdq[0] ^ flipped, *made.pdq[1:]])
    rows = np.frombuffer(pdq * 8, np.uint8).reshape(1, 8, 32)
    fingerprint = Fingerprint(
        sha256=made.sha256 if not flipped else bytes(32), pdq=pdq, quality=100, turned=(pdq * 7,)
    )
    seen = Look(media_type="image/png", fingerprint=fingerprint, problem=None, hashes=rows)
    return Looked(name=f"{number}-{flipped}", bytes=1, look=seen, problem=None)


ITEMS = [looked(n, flipped) for n in range(PRINTS) for flipped in (0, 5)]


def decisions(world, snapshot, policy):
    found = decide_many(ITEMS, snapshot=snapshot, policy=policy, use=world.use())
    return [(d.item, d.outcome, d.reason, d.findings) for d in found]


class History:
    """A world and what was made in it so far, for later statements to be about."""

    def __init__(self):
        self.world = World()
        self.made = {"e": [], "g": [], "m": [], "v": [], "d": []}

    def one_of(self, draw, kinds):
        known = [thing for kind in kinds for thing in self.made[kind]]
        return draw(st.sampled_from(known)) if known else None


def who(history, draw):
    return getattr(history.world, draw(st.sampled_from(NAMES)))


def signer(history, draw):
    """Choose who signs: mostly the party itself, sometimes another, who may be its agent."""
    return draw(st.sampled_from((None, None, history.world.stranger, history.world.rival)))


def day(draw):
    return TODAY + timedelta(days=draw(st.sampled_from((-40, -10, 0, 1))))


def register(h, draw):
    # In pairs: an agent without any mandate is the registry's own fault and refused as such.
    party, agent = who(h, draw), draw(st.booleans())
    if agent and party is not h.world.stranger:
        h.made["m"].append((party, h.world.mandate(party, h.world.stranger, Act.REGISTER, until=day(draw))))
    numbers = draw(st.lists(st.integers(0, PRINTS - 1), min_size=1, max_size=3, unique=True))
    entry = h.world.register(
        party,
        *map(a_print, numbers),
        title=str(len(h.world.registrations)),
        signer=h.world.stranger if agent else None,
        source=draw(st.sampled_from(("", "", "", "a list"))),
    )
    h.made["e"].append((party, entry))


def vouch(h, draw):
    party = who(h, draw)
    own = [e for p, e in h.made["e"] if p is party]
    some = draw(st.lists(st.sampled_from(own), max_size=2, unique=True)) if own else []
    h.made["v"].append((h.world.voucher, h.world.vouch(h.world.voucher, party, *some)))


def grant(h, draw):
    party = who(h, draw)
    h.made["g"].append(
        (party, h.world.grant(party, h.world.operator, from_=day(draw), signer=signer(h, draw)))
    )


def mandate(h, draw):
    party = who(h, draw)
    acts = draw(st.sets(st.sampled_from(Act), min_size=1))
    made = h.world.mandate(
        party, h.world.stranger, *acts, from_=TODAY - timedelta(days=20), until=day(draw) + timedelta(days=40)
    )
    h.made["m"].append((party, made))


def revoke(h, draw):
    given = h.one_of(draw, "gmv")
    if given is not None:
        h.world.revoke(
            given[0], given[1], on=day(draw), signer=draw(st.sampled_from((None, None, h.world.operator)))
        )


def withdraw(h, draw):
    entry = h.one_of(draw, "e")
    if entry is not None:
        h.world.withdraw(*entry, on=day(draw), signer=signer(h, draw))


def dispute(h, draw):
    entry, own = h.one_of(draw, "e"), h.one_of(draw, "e")
    if entry is not None:
        party = who(h, draw)
        h.made["d"].append(
            (party, h.world.dispute(party, entry[1], own=own[1], on=day(draw), signer=signer(h, draw)))
        )


def resolve(h, draw):
    made = h.one_of(draw, "d")
    if made is not None:
        by = draw(st.sampled_from((made[0], h.world.voucher)))
        h.world.resolve(by, made[1], draw(st.sampled_from(Settled)), on=day(draw))


STEPS = (register, register, vouch, grant, mandate, revoke, withdraw, dispute, resolve)


@EXAMPLES
@given(st.data(), st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_a_base_and_its_deltas_decide_as_one_base_does(data, lengths):
    history = History()
    world = history.world
    register(history, data.draw)
    snapshot = world.open()
    for length in lengths:
        for _ in range(length):
            data.draw(st.sampled_from(STEPS))(history, data.draw)
        world.clock += timedelta(days=data.draw(st.integers(0, 1)))
        snapshot = world.advance(snapshot)
    whole = world.open()
    assert len(snapshot.segments) == 1 + len(lengths)
    for policy in POLICIES:
        assert decisions(world, snapshot, policy) == decisions(world, whole, policy)


@EXAMPLES
@given(
    st.lists(
        st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), max_size=4), min_size=1, max_size=4
    )
)
def test_every_hash_is_found_with_every_owner_whichever_segments_hold_it(parts):
    world = World()
    snapshot = world.open()
    for part in parts:
        for numbers in part:
            world.register(world.holder, *map(a_print, numbers), title=str(len(world.registrations)))
        snapshot = world.advance(snapshot)
    owned = {}
    for one in snapshot.tables:
        for row, value in enumerate(one.sha256.values.tolist()):
            owned.setdefault(value.ljust(32, b"\0"), set()).update(one.sha256.owners(row))
    titles = {snapshot.entry(n).title: n for n in range(snapshot.entries)}
    expected = {}
    for title, numbers in enumerate(n for part in parts for n in part):
        for number in numbers:
            expected.setdefault(a_print(number).sha256, set()).add(titles[str(title)])
    assert owned == expected


@pytest.fixture(scope="module")
def damaged():
    world = World()
    world.register(world.holder, a_print(1))
    base = world.open()
    entry = world.register(world.rival, a_print(1), a_print(2))
    world.vouch(world.voucher, world.rival)
    world.dispute(world.holder, entry)
    world.withdraw(world.rival, entry, on=TODAY + timedelta(days=9))
    world.edition += 1
    world.base, world.delta = base, world.publish(before=base)
    return world


def test_damaged_deltas_are_refused_and_crash_nothing(damaged):
    changed = [d for d in mutations(damaged.delta, seed=4, n=count(300, 20_000)) if d != damaged.delta]
    assert len(changed) > 200
    assert damaged.advance(damaged.base, damaged.delta).entries == 2
    for data in changed:
        with pytest.raises(SnapshotError):
            damaged.advance(damaged.base, data)
