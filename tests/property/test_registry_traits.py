"""Traits with random damage: refused, or of one form; and a registry that keeps no more than it may."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.codec import encode_traits, read_traits
from sekisho.errors import InputError, SekishoError
from sekisho.model import Traits
from sekisho.registry.examined import examine
from sekisho.registry.submit import submit
from sekisho.signing import REGISTRATION, TRAITS
from tests.counts import count
from tests.mutate import mutations
from tests.parties import DAY, Party, film_of, traits_of, traits_statements
from tests.shelf import MemoryRegistry
from tests.strategies import traits

DESK, AOZORA, LUMEN = (Party(name=n) for n in ("desk", "aozora", "lumen"))
PAYLOADS = [encode_traits(made, by=AOZORA.key) for made in (traits_of(1, 3), film_of(1))]
SIGNED = traits_statements(AOZORA, traits_of(1, 3))[1]
BATCHES = [
    traits_statements(holder, *made, first=10 * number, by=by)
    for number, (holder, by, made) in enumerate(
        [
            (AOZORA, AOZORA, (traits_of(1), film_of(1))),
            (AOZORA, AOZORA, (traits_of(1),)),
            (LUMEN, LUMEN, (traits_of(1), traits_of(2))),
            (LUMEN, AOZORA, (traits_of(2),)),
        ]
    )
]


@settings(max_examples=count(100, 10_000))
@given(st.integers(0, 2**32), st.sampled_from(PAYLOADS))
def test_damaged_traits_are_refused_or_have_one_form(seed, payload):
    for damaged in mutations(payload, seed, 10):
        try:
            by, found = read_traits(damaged)
        except InputError:
            continue
        assert encode_traits(found, by=by) == damaged


@settings(max_examples=count(50, 5_000))
@given(st.integers(0, 2**32))
def test_a_damaged_statement_of_traits_is_refused(seed):
    for damaged in mutations(SIGNED, seed, 10):
        if damaged == SIGNED:
            continue
        try:
            examine(damaged)
        except SekishoError:
            continue
        raise AssertionError(damaged)


@settings(max_examples=count(40, 2_000))
@given(st.lists(st.sampled_from([e for b in BATCHES for e in b]), max_size=9), st.integers(0, 4))
def test_traits_and_registrations_are_kept_together_and_by_one_signer(lines, quota):
    registry = MemoryRegistry.of(DESK, DESK)
    submit(lines, registry.batch, today=DAY, quota=quota)
    kept = [s for s, _ in registry.kept.values()]
    named = {name: s.signer for s in kept for name in s.traits}
    assert named == {s.id: s.signer for s in kept if s.type == TRAITS}
    for holder in (AOZORA, LUMEN):
        places = sum(s.places for s in kept if s.type == REGISTRATION and s.owner == holder.key)
        assert places <= quota


@given(traits)
def test_what_a_registry_takes_in_is_what_its_holder_has_signed(made):
    assert isinstance(made, Traits)
    envelopes = traits_statements(AOZORA, made)
    registry = MemoryRegistry.of(DESK, DESK)
    assert all(v.kept for v in submit(envelopes, registry.batch, today=DAY))
