"""A blocked Bloom filter over permuted passage keys: "certainly not registered" for one cache line.

A key has one block of 512 bits and 4 bits in it (Putze, Sanders, Singler 2007). At 16 bits a key
about 3 in 1,000 other keys pass; what passes is looked up in the table, so nothing depends on it.

    block   floor(key * blocks / 2**48): any whole number of blocks
    bits    the four 9-bit groups at the top of key * MIX (mod 2**64)
"""

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["WORDS_IN_BLOCK", "bloom_words", "built", "fill", "holds", "word_of"]

WORDS_IN_BLOCK = 8
_BITS_A_KEY = 16
_BLOCK_BITS = 64 * WORDS_IN_BLOCK
_MIX = np.uint64(0x9E3779B97F4A7C15)
_NINE = np.uint64(511)
_SIX = np.uint64(6)
_SIXTY_THREE = np.uint64(63)
_ONE = np.uint64(1)


def bloom_words(keys: int) -> int:
    """Return the length of the filter for a number of keys, in words of 64 bits; 0 for none."""
    return WORDS_IN_BLOCK * -(-keys * _BITS_A_KEY // _BLOCK_BITS)


@numba.njit(cache=True, nogil=True, inline="always")
def word_of(key: np.uint64, blocks: int) -> int:
    """Return the first word of a key's block. Only inside compiled code.

    A key has 48 bits, so the product needs two halves; blocks stay below 2**40.
    """
    high = (key >> np.uint64(24)) * np.uint64(blocks)
    low = (key & np.uint64(0xFFFFFF)) * np.uint64(blocks)
    return int((high + (low >> np.uint64(24))) >> np.uint64(24)) * WORDS_IN_BLOCK


@numba.njit(cache=True, nogil=True, inline="always")
def holds(bloom: NDArray[np.uint64], word: int, key: np.uint64) -> bool:
    """Tell whether a key may be in the filter. Only inside compiled code."""
    mixed = key * _MIX
    for probe in range(4):
        bit = (mixed >> np.uint64(55 - 9 * probe)) & _NINE
        if not (bloom[word + np.int64(bit >> _SIX)] >> (bit & _SIXTY_THREE)) & _ONE:
            return False
    return True


@numba.njit(cache=True, nogil=True, inline="always")
def may_hold(bloom: NDArray[np.uint64], word: int, key: np.uint64) -> bool:
    """Ask for two of the four bits without a branch: one in twenty other keys passes, or fewer."""
    mixed = key * _MIX
    one, two = mixed >> np.uint64(55), (mixed >> np.uint64(46)) & _NINE
    there = (bloom[word + np.int64(one >> _SIX)] >> (one & _SIXTY_THREE)) & (
        bloom[word + np.int64(two >> _SIX)] >> (two & _SIXTY_THREE)
    )
    return bool(there & _ONE)


@numba.njit(cache=True, nogil=True)
def fill(bloom: NDArray[np.uint64], keys: NDArray[np.uint64]) -> None:
    """Put keys into a filter that has words. O(n)."""
    blocks = len(bloom) // WORDS_IN_BLOCK
    for i in range(len(keys)):
        word = word_of(keys[i], blocks)
        mixed = keys[i] * _MIX
        for probe in range(4):
            bit = (mixed >> np.uint64(55 - 9 * probe)) & _NINE
            bloom[word + np.int64(bit >> _SIX)] |= _ONE << (bit & _SIXTY_THREE)


def built(keys: NDArray[np.uint64], words: int) -> NDArray[np.uint64]:
    """Return a filter of a number of words with some keys in it. O(n)."""
    bloom = np.zeros(words, np.uint64)
    if words:
        fill(bloom, keys)
    return bloom
