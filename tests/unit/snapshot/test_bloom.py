import numpy as np
import pytest

from sekisho.snapshot.bloom import WORDS_IN_BLOCK, bloom_words, built, holds, may_hold, word_of

MIX = 0x9E3779B97F4A7C15


def keys_of(seed, count):
    return np.unique(np.random.default_rng(seed).integers(0, 2**48, count, np.uint64))


def passes(bloom, keys):
    """Tell of each key whether the filter lets it through, in plain Python."""
    blocks = len(bloom) // WORDS_IN_BLOCK
    words = bloom.tolist()
    found = []
    for key in keys.tolist():
        first = (key * blocks >> 48) * WORDS_IN_BLOCK
        mixed = key * MIX % 2**64
        bits = [mixed >> (55 - 9 * probe) & 511 for probe in range(4)]
        found.append(all(words[first + bit // 64] >> bit % 64 & 1 for bit in bits))
    return np.array(found, bool)


@pytest.mark.parametrize(("keys", "words"), [(0, 0), (1, 8), (32, 8), (33, 16), (10**8, 25_000_000)])
def test_sixteen_bits_a_key_in_whole_blocks(keys, words):
    assert bloom_words(keys) == words


@pytest.mark.parametrize("count", [1, 40, 5000])
def test_every_key_that_was_put_in_passes_and_few_others(count):
    keys = keys_of(1, count)
    bloom = built(keys, bloom_words(len(keys)))
    blocks = len(bloom) // WORDS_IN_BLOCK
    assert passes(bloom, keys).all()
    assert all(holds(bloom, word_of(key, blocks), key) for key in keys)
    others = keys_of(2, 20_000)
    expected = passes(bloom, others)
    assert np.array_equal(expected, [holds(bloom, word_of(key, blocks), key) for key in others])
    assert expected.mean() < 0.006


@pytest.mark.parametrize("blocks", [1, 3, 3_125_000, 2**27])
def test_the_block_of_a_key_is_always_within_the_filter(blocks):
    edges = [0, 1, 2**24 - 1, 2**24, 2**47, 2**48 - 1]
    for key in [*edges, *keys_of(3, 200).tolist()]:
        assert word_of(np.uint64(key), blocks) == (key * blocks >> 48) * WORDS_IN_BLOCK
    assert word_of(np.uint64(2**48 - 1), blocks) == (blocks - 1) * WORDS_IN_BLOCK


def test_an_empty_filter_has_no_words():
    assert len(built(np.empty(0, np.uint64), 0)) == 0


def test_the_quick_question_passes_whatever_the_filter_holds_and_little_else():
    bloom = built(keys_of(1, 5000), bloom_words(5000))
    blocks = len(bloom) // WORDS_IN_BLOCK
    others = keys_of(2, 20_000)
    asked = [*keys_of(1, 5000), *others]
    held = [holds(bloom, word_of(key, blocks), key) for key in asked]
    maybe = [may_hold(bloom, word_of(key, blocks), key) for key in asked]
    assert all(quick for quick, slow in zip(maybe, held, strict=True) if slow)
    assert sum(maybe[5000:]) <= 0.07 * len(others)
