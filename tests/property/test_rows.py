"""Rows that share a decision are the rows of decisions of their own: the same bytes, facts and counts."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.audit.gathered import Rows
from sekisho.audit.law_facts import law_counts
from sekisho.audit.rows import encode_part
from sekisho.audit.signals import signal_counts
from sekisho.check import Unread, check, clear_decision
from sekisho.detect.signals.resolve import resolve
from sekisho.model import AsOf, Item, Purpose, Signal, SignalFamily, SignalUse, Stance, TextForm, TextSource
from sekisho.policy import shipped_policy
from tests.counts import count
from tests.world import World

KEY = bytes(32)
SIGNALS = st.builds(
    Signal,
    family=st.sampled_from(SignalFamily),
    place=st.sampled_from(["license", "https://a.example/robots.txt"]),
    raw=st.just("x"),
    stances=st.dictionaries(st.sampled_from(SignalUse), st.sampled_from(Stance), max_size=3),
)
SAID = st.none() | st.lists(SIGNALS, max_size=3).map(lambda some: resolve(some, as_of=AsOf.AUDIT))
UNREADABLE = Item(name="broken", data=b"{", text=TextSource(form=TextForm.JSON))


@pytest.fixture(scope="module")
def world():
    made = World()
    return made.open(), made.use()


@given(
    st.lists(SAID, min_size=1, max_size=4),
    st.lists(st.integers(-1, 3), max_size=12),
    st.sampled_from(["opt-in", "strict"]),
)
@settings(max_examples=count(20, 3_000), deadline=None)
def test_grouping_rows_changes_no_row(world, said, sequence, name):
    (snapshot, use), policy = world, shipped_policy(name)
    policy = replace(policy, text=replace(policy.text, personal=None))
    shared, alone = Rows(), Rows()
    for number, which in enumerate(sequence):
        if which < 0:
            decision = check(UNREADABLE, snapshot=snapshot, policy=policy, use=use)
            shared.add(decision)
        else:
            unread, its = Unread(f"r#{number}", b"{}" * number, bytes([number] * 32)), said[which % len(said)]
            decision = clear_decision(unread, its, snapshot, policy, use)
            shared.add_clear(unread, its, lambda *one: clear_decision(*one, snapshot, policy, use))
        alone.add(decision)
    assert len(shared.decisions) <= len(alone.decisions) == len(sequence)
    assert encode_part(shared, "u", KEY) == encode_part(alone, "u", KEY)
    assert signal_counts(shared.counted(), use) == signal_counts(alone.counted(), use)
    assert law_counts(shared, Purpose.TRAIN, 50) == law_counts(alone, Purpose.TRAIN, 50)
    for of in (lambda d: d.outcome.value, lambda d: d.reason):
        assert (shared.column(of), shared.count(of)) == (alone.column(of), alone.count(of))
