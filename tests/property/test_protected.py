"""A section about persons: what goes in is found, nothing else; what is damaged is refused."""

import hashlib
from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import SnapshotError
from sekisho.match.brute import search_all
from sekisho.match.hamming import search
from sekisho.model import Purpose
from sekisho.signing import PROTECTED, open_statement, sign_statement
from sekisho.snapshot.protected import build_protected, open_protected
from sekisho.snapshot.protected_head import (
    LONGEST,
    decode_protected_head,
    encode_protected_head,
    protected_prefix,
    read_protected_prefix,
)
from tests.counts import count
from tests.mutate import mutations
from tests.parties import Party
from tests.strategies import digests

DAY = date(2026, 11, 22)
REGISTRY, OPERATOR = (Party(name=name) for name in ("registry", "operator"))
EXAMPLES = settings(max_examples=count(60, 2000), deadline=None)
persons = st.dictionaries(digests, digests, max_size=12)
hashes = st.one_of(st.tuples(digests, st.none()), st.tuples(st.none(), digests), st.tuples(digests, digests))
listed = st.dictionaries(digests, hashes, max_size=12)


def made(likeness, files):
    return build_protected(
        registry=REGISTRY.key,
        edition=1,
        snapshot="ab" * 32,
        recipient=OPERATOR.key,
        purpose=Purpose.TRAIN,
        created=DAY,
        expires=DAY + LONGEST,
        likeness=[*likeness.items()],
        listed=[(handle, *both) for handle, both in files.items()],
        signer=REGISTRY,
    )


def opened(data, dropped=()):
    return open_protected(data, trusted={REGISTRY.key}, recipient=OPERATOR.key, on=DAY, dropped=dropped)


def rows(index):
    return sorted(row.tobytes() for row in index[0])


@EXAMPLES
@given(persons, listed, st.data())
def test_what_goes_in_comes_out_but_for_what_was_erased(likeness, files, data):
    handles = [*likeness, *files]
    dropped = data.draw(st.sets(st.sampled_from(handles))) if handles else set()
    found = opened(made(likeness, files), dropped)
    kept = [both for handle, both in files.items() if handle not in dropped]
    assert rows(found.likeness) == sorted(pdq for handle, pdq in likeness.items() if handle not in dropped)
    assert found.files.tobytes() == b"".join(sorted(sha for sha, _ in kept if sha))
    assert rows(found.pictures) == sorted(pdq for _, pdq in kept if pdq)


@EXAMPLES
@given(persons, st.lists(digests, min_size=1, max_size=4), st.integers(0, 31))
def test_the_search_over_it_is_exact(likeness, asked, radius):
    index = opened(made(likeness, {})).likeness
    near = [bytes([row[0] ^ 7, *row[1:]]) for row in likeness.values()]
    queries = np.frombuffer(b"".join([*asked, *near]), "<u8").reshape(-1, 4)
    found = search(index, queries, radius)
    brute = search_all(index[0], queries, radius)
    assert all(np.array_equal(a, b) for a, b in zip(found, brute, strict=True))


def signed_again(data, damaged):
    """Sign the head anew over the sections of a damaged file, as a registry that errs or lies would."""
    envelope, base = read_protected_prefix(memoryview(data))
    head = decode_protected_head(open_statement(envelope, PROTECTED).payload)
    counts = [n for n in (head.likeness, head.files, head.pictures) for _ in range(2)]
    sections, at = [], base
    for number in counts:
        sections.append(damaged[at : at + 32 * number])
        at += 32 * number
    digest = tuple(hashlib.sha256(section).hexdigest() for section in sections)
    again = sign_statement(PROTECTED, encode_protected_head(replace(head, sections=digest)), REGISTRY)
    return protected_prefix(again) + damaged[base:]


def test_damage_is_refused_and_signed_nonsense_never_breaks_the_search():
    likeness = {hashlib.sha256(b"h%d" % n).digest(): hashlib.sha256(b"p%d" % n).digest() for n in range(40)}
    files = {hashlib.sha256(b"k%d" % n).digest(): (handle, None) for n, handle in enumerate(likeness)}
    data = made(likeness, files)
    query = np.zeros((1, 4), np.uint64)
    refused = 0
    for damaged in mutations(data, 41, count(300, 20_000)):
        if damaged != data:
            try:
                opened(damaged)
                raise AssertionError("a damaged section was opened")
            except SnapshotError:
                refused += 1
        try:
            found = opened(signed_again(data, damaged))
        except SnapshotError:
            continue
        search(found.likeness, query, 31)
        search(found.pictures, query, 31)
    assert refused
