"""Winnowing is its definition, and its guarantee holds wherever an excerpt is pasted."""

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.fingerprint.passages import line_hashes_many, passages_many, register_passages
from sekisho.lexicon.fold import FoldedMany, fold, fold_many
from tests.counts import count
from tests.winnowing import line_oracle, passages_oracle

CJK_UNITS = [ord(c) for c in "あいうえおかきく国学山川가나𠀀"]
LATIN_UNITS = [ord(c) for c in "abcdefghij0123éжα"]
KINDS = (CJK_UNITS, LATIN_UNITS, CJK_UNITS + 2 * LATIN_UNITS, [0x3042, 0x61], [0x3042])
"""One script, both, few letters again and again."""


def drawn(seed, least, most):
    """Draw units in stretches of one kind or another; a seed is faster than drawing each by itself."""
    chance = Random(seed)  # noqa: S311 - test data
    size = chance.randint(least, most)
    made = []
    while len(made) < size:
        made += chance.choices(chance.choice(KINDS), k=chance.randint(1, 60))
    return made[:size]


def units(least=0, most=200):
    return st.integers(0, 2**32 - 1).map(lambda seed: drawn(seed, least, most))


def of_one(kind, size):
    return st.integers(0, 2**32 - 1).map(lambda seed: Random(seed).choices(kind, k=size))  # noqa: S311


def rows_of(*texts):
    """Return the passages of each text as (position, is Latin, hash)."""
    starts = np.cumsum([0, *map(len, texts)])
    flat = np.array([u for t in texts for u in t], np.uint32)
    source = np.zeros(len(flat), np.int32)
    folded = FoldedMany(units=flat, source=source, starts=starts, characters=flat, ends=starts[1:])
    rows = passages_many(folded)
    parts = zip(rows.starts, rows.starts[1:], strict=False)
    columns = [
        (rows.positions[a:b].tolist(), rows.latin[a:b].tolist(), rows.hashes[a:b].tolist()) for a, b in parts
    ]
    return [list(zip(*column, strict=True)) for column in columns]


def hashes(rows, *, latin=None):
    return {value for _, is_latin, value in rows if latin in {None, is_latin}}


@settings(max_examples=count(200, 5_000), deadline=None)
@given(st.lists(units(), max_size=4))
def test_the_kernel_is_its_definition(texts):
    assert rows_of(*texts) == [passages_oracle(t) for t in texts]


@settings(max_examples=count(15, 300), deadline=None)
@given(units(600, 2200))
def test_the_kernel_is_its_definition_beyond_a_block(text):
    assert rows_of(text) == [passages_oracle(text)]


@settings(max_examples=count(300, 20_000), deadline=None)
@given(of_one(CJK_UNITS, 23), units(), units(), units(), units())
def test_any_shared_23_units_of_cjk_share_a_passage(shared, a, b, c, d):
    work, item = rows_of(a + shared + b, c + shared + d)
    assert hashes(work, latin=False) & hashes(item, latin=False)


@settings(max_examples=count(300, 20_000), deadline=None)
@given(of_one(LATIN_UNITS, 35), units(), units(), units(), units())
def test_any_shared_35_units_of_latin_share_a_passage(shared, a, b, c, d):
    work, item = rows_of(a + shared + b, c + shared + d)
    assert hashes(work, latin=True) & hashes(item, latin=True)


@settings(max_examples=count(300, 20_000), deadline=None)
@given(units(82, 82), units(), units(), units(), units())
def test_any_shared_82_units_share_a_passage_whatever_their_script(shared, a, b, c, d):
    work, item = rows_of(a + shared + b, c + shared + d)
    assert hashes(work) & hashes(item)


@settings(max_examples=count(200, 5_000), deadline=None)
@given(units(82, 82), st.integers(0, 20), units(), units())
def test_a_shared_run_of_which_all_grams_are_of_one_profile_shares_one_of_it(shared, cut, a, b):
    grams = [shared[i : i + 12] for i in range(len(shared) - 11)]
    cjk = [sum(u > 0x1100 for u in g) >= 4 for g in grams]
    run = next((i for i in range(len(cjk) - 11) if all(cjk[i : i + 12])), None)
    if run is not None:
        part = shared[run : run + 23]
        work, item = rows_of(a + part, part + b[cut:])
        assert hashes(work, latin=False) & hashes(item, latin=False)


@settings(max_examples=count(100, 5_000), deadline=None)
@given(st.text(st.sampled_from("あア亜亞abc、。 \n"), max_size=900))
def test_what_is_registered_is_the_winnowed_text_in_buckets(text):
    folded = fold(text).units.tolist()
    made = register_passages(text)
    if len(folded) < 4:
        assert made is None
    elif len(folded) < 40:
        assert (made.line, made.count) == (line_oracle(folded), 0)
    else:
        rows = passages_oracle(folded)
        for number, bucket in enumerate(made.buckets):
            assert set(bucket) == {value for at, _, value in rows if at // 256 == number}
        assert (made.units, made.line) == (len(folded), None)


@settings(max_examples=count(200, 5_000), deadline=None)
@given(st.lists(st.text(st.sampled_from("あア亜亞abcカ\u3099、。 \n\n"), max_size=160), max_size=5))
def test_lines_are_hashed_as_texts_of_their_own(texts):
    expected = []
    for number, text in enumerate(texts):
        begin, filled = 0, 0
        for line in text.split("\n"):
            size = len(fold(line).units)
            filled += size > 0
            if 4 <= size < 40:
                expected.append((register_passages(line).line, begin, begin + len(line), number))
            begin += len(line) + 1
        folded = fold(text).units
        if filled > 1 and 4 <= len(folded) < 40:
            expected.append((line_oracle(folded.tolist()), 0, len(text), number))
    rows = line_hashes_many(texts, fold_many(texts))
    found = zip(*(c.tolist() for c in (rows.hashes, rows.starts, rows.stops, rows.texts)), strict=True)
    assert list(found) == expected
