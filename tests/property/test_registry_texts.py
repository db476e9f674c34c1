"""Passages and registrations in a registry: none is there without the other, in whatever order they come."""

import base64
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.codec import canonical, digest_id, encode_passages, read_passages
from sekisho.errors import InputError, SekishoError
from sekisho.registry.copies import copied_entries, sketch_of
from sekisho.registry.examined import examine
from sekisho.registry.submit import submit
from sekisho.signing import PASSAGES
from tests.counts import count
from tests.mutate import mutations
from tests.parties import DAY, Party, packed, passages_of, text_statements
from tests.shelf import MemoryRegistry

DESK, AOZORA, MALLORY = Party(name="desk"), Party(name="aozora"), Party(name="mallory")
TEXTS = [passages_of(n, 40) for n in range(4)]
ENTRIES = st.builds(
    lambda holder, by, texts, title: text_statements(holder, *texts, by=by, title=title),
    st.sampled_from([AOZORA, MALLORY]),
    st.sampled_from([None, None, None, AOZORA, MALLORY]),
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3),
    st.sampled_from(["a", "b"]),
)
LINES = st.lists(ENTRIES, max_size=4).flatmap(
    lambda found: st.permutations([line for lines in found for line in lines])
)
SIGNED = text_statements(AOZORA, passages_of(1, 120))[1]
PAYLOAD = encode_passages(passages_of(1, 120), by=AOZORA.key)


def check(registry):
    kept = [statement for statement, _ in registry.kept.values()]
    signers = {s.id: s.signer for s in kept if s.type == PASSAGES}
    named = {text: s.signer for s in kept for text in s.texts}
    assert named == signers


@given(st.lists(LINES, max_size=3), st.integers(0, 6))
def test_passages_and_registrations_are_kept_together_and_by_one_signer(batches, quota):
    registry = MemoryRegistry.of(DESK, DESK)
    for batch in batches:
        verdicts = submit(batch, registry.batch, today=DAY, quota=quota)
        assert all(v.kept == (v.id in registry.kept) for v in verdicts)
        check(registry)
        assert all(registry.held(p.key, DAY) <= quota for p in (AOZORA, MALLORY))


@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(batch, chance):
    shuffled = list(batch)
    chance.shuffle(shuffled)
    registries = [MemoryRegistry.of(DESK, DESK) for _ in range(2)]
    for registry, lines in zip(registries, (batch, shuffled), strict=True):
        submit(lines, registry.batch, today=DAY)
    assert registries[0].kept.keys() == registries[1].kept.keys()


@settings(max_examples=count(100, 10_000))
@given(st.integers(0, 2**32))
def test_damaged_passages_are_refused_or_have_one_form(seed):
    for damaged in mutations(PAYLOAD, seed, 10):
        try:
            by, found = read_passages(damaged)
        except InputError:
            continue
        assert encode_passages(found, by=by) == damaged


@settings(max_examples=count(100, 10_000))
@given(st.integers(0, 2**32))
def test_a_damaged_statement_of_passages_is_refused(seed):
    for damaged in mutations(SIGNED, seed, 10):
        if damaged == SIGNED:
            continue
        try:
            examine(damaged)
        except SekishoError:
            continue
        raise AssertionError(damaged)


@given(st.binary(max_size=300), st.binary(max_size=60), st.integers(0, 2000))
def test_any_lengths_are_judged_and_nothing_else_is_raised(hashes, counts, units):
    fields = {"hashes": base64.b64encode(hashes).decode(), "counts": base64.b64encode(counts).decode()}
    try:
        _, found = read_passages(canonical(json.loads(PAYLOAD) | fields | {"units": units}))
    except InputError:
        return
    assert digest_id("p", encode_passages(found, by=AOZORA.key))


@given(st.integers(200, 3000), st.integers(200, 3000), st.integers(0, 100))
@settings(max_examples=count(40, 2_000), deadline=None)
def test_a_large_share_is_told_of_and_a_tiny_one_is_not(one, other, percent):
    shared = min(one, other) * percent // 100
    texts = [passages_of(1, one), passages_of(2, other, shared=shared, other=1)]
    rows = [(f"e-{n}", str(n), *sketch_of(packed(text))) for n, text in enumerate(texts)]
    found = copied_entries(rows, {"e-1"})
    if percent >= 60:
        assert found["e-1"][0].share > 20
    if not shared:
        assert not found
    assert copied_entries([replaced(row) for row in rows], {"e-1"}) == {}


def replaced(row):
    return row[0], "one holder", *row[2:]
