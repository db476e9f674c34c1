"""The compiled loops of excerpts: passages -> rows of the table -> chains.

A text of which fewer than two passages pass the filter costs a cache line for each of them and
nothing more. All offsets come from sections that were checked (`snapshot.structure`) or from our own
winnowing.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.winnow import CJK_GRAM, CJK_WINDOW, LATIN_GRAM, LATIN_WINDOW
from sekisho.match.bits import prefetch
from sekisho.model import PASSAGE_BUCKET
from sekisho.snapshot.bloom import WORDS_IN_BLOCK, holds, may_hold, word_of
from sekisho.snapshot.passages import find_row
from sekisho.snapshot.permutation import KEY_BITS, permute

__all__ = ["chain_seeds", "find_lines", "find_seeds"]

_BATCH = 256
_LOW = np.uint64(0xFFFFFFFF)
_TEXT = 0x7FFFFFFF
_SPREAD = 1 << 16
_CJK_REACH = 2 * (CJK_GRAM + CJK_WINDOW) + 10
_LATIN_REACH = 2 * (LATIN_GRAM + LATIN_WINDOW) + 10
"""Units from one seed of a chain to the next, at most."""
_OPEN = 16
"""Chains of one text that can grow at a time: a refrain stands in several places of a work."""
_DRIFT = 2 * PASSAGE_BUCKET
"""Units by which item and work can come apart within a chain: one bucket, and one that is a rounding."""


@numba.njit(cache=True, nogil=True)
def _is_dropped(dropped: NDArray[np.int64], row: int) -> bool:
    begin, end = 0, len(dropped)
    while begin < end:
        middle = (begin + end) >> 1
        if dropped[middle] < row:
            begin = middle + 1
        else:
            end = middle
    return begin < len(dropped) and dropped[begin] == row


@numba.njit(cache=True, nogil=True)
def find_seeds(
    hashes: NDArray[np.uint64],
    texts: NDArray[np.int64],
    constants: NDArray[np.uint64],
    bloom: NDArray[np.uint64],
    low: NDArray[np.uint32],
    starts: NDArray[np.uint32],
    text: NDArray[np.uint32],
    bucket: NDArray[np.uint16],
    dropped: NDArray[np.int64],
    bits: int,
    out: NDArray[np.int64],
) -> int:
    """Fill out (4, capacity) with text of the item, passage, registered text and bucket of every seed.

    `hashes` are the passages of texts, one after the other, and `texts` (n + 1,) says where each text's
    begin. `constants` to `dropped` are those of `Texts`, without a filter the table is asked for each
    passage; `bits` are those of a cell. What does not fit into `out` is only counted.

    Returns:
        Number of seeds; a text with a single one has none.
    """
    blocks = len(bloom) // WORDS_IN_BLOCK
    shift = np.uint64(KEY_BITS - bits)
    most = 0
    for number in range(len(texts) - 1):
        most = max(most, texts[number + 1] - texts[number])
    keys = np.empty(most, np.uint64)
    passed = np.empty(most, np.int64)
    words, maybe = np.empty(_BATCH, np.int64), np.empty(_BATCH, np.int64)
    found = 0
    for number in range(len(texts) - 1):
        first = texts[number]
        count = texts[number + 1] - first
        hits = 0
        for at in range(0, count, _BATCH):
            some = hashes[first + at : first + min(at + _BATCH, count)]
            for i in range(some.shape[0]):
                keys[at + i] = permute(some[i], constants)
                if blocks:
                    words[i] = word_of(keys[at + i], blocks)
                    prefetch(bloom, words[i])
            left = 0
            for i in range(some.shape[0]):
                maybe[left] = i
                left += not blocks or may_hold(bloom, words[i], keys[at + i])
            for rest in range(left):
                i = maybe[rest]
                passed[hits] = at + i
                hits += not blocks or holds(bloom, words[i], keys[at + i])
        if hits < 2:  # noqa: PLR2004
            continue
        before = found
        for hit in range(hits):
            prefetch(starts, np.int64(keys[passed[hit]] >> shift))
        for hit in range(hits):
            key = keys[passed[hit]]
            cell = int(np.int64(key >> shift))
            wanted = int(np.int64(key & _LOW))
            end = int(np.int64(starts[cell + 1]))
            row = find_row(low, wanted, int(np.int64(starts[cell])), end)
            while row < end and np.int64(low[row]) == wanted:
                if np.int64(text[row]) <= _TEXT and not _is_dropped(dropped, row):
                    if found < out.shape[1]:
                        out[0, found] = number
                        out[1, found] = first + passed[hit]
                        out[2, found] = text[row]
                        out[3, found] = bucket[row]
                    found += 1
                row += 1
        if found - before < 2:  # noqa: PLR2004
            found = before
    return found


@numba.njit(cache=True, nogil=True)
def find_lines(
    hashes: NDArray[np.uint64],
    constants: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    out: NDArray[np.int64],
) -> int:
    """Fill out (3, n) with the number of each line that is registered, and its first and last key.

    `keys` are those of lines, in order, one or more. They are spread evenly over 48 bits, so the search
    begins where a key should be, and its steps double from there: no spread makes it slower than that.

    Returns:
        Number of lines that are registered.
    """
    count = len(keys)
    found = 0
    for line in range(len(hashes)):
        key = permute(hashes[line], constants)
        right = int(np.int64((key >> np.uint64(24)) * np.uint64(count) >> np.uint64(24)))
        left, width = right, 1
        while left > 0 and keys[left - 1] >= key:
            left = max(0, left - width)
            width *= 2
        width = 1
        while right < count and keys[right] < key:
            right = min(count, right + width)
            width *= 2
        while left < right:
            middle = (left + right) >> 1
            if keys[middle] < key:
                left = middle + 1
            else:
                right = middle
        while right < count and keys[right] == key:
            right += 1
        if left < right:
            out[0, found], out[1, found], out[2, found] = line, left, right
            found += 1
    return found


@numba.njit(cache=True, nogil=True, inline="always")
def _apart(bucket: int, before: int) -> int:
    """Return how many buckets lie between two, whose numbers are modulo 2**16."""
    between = (bucket - before) & (_SPREAD - 1)
    return between - _SPREAD if between >= _SPREAD >> 1 else between


@numba.njit(cache=True, nogil=True, inline="always")
def _follows(bucket: int, position: int, last_bucket: int, last_position: int, reach: int) -> bool:
    """Tell whether a seed is the next of a chain: its bucket moves as the units do."""
    step = position - last_position
    drift = _apart(bucket, last_bucket) * PASSAGE_BUCKET - step
    return 0 < step <= reach and -PASSAGE_BUCKET <= drift <= PASSAGE_BUCKET


@numba.njit(cache=True, nogil=True)
def _distinct(hashes: NDArray[np.uint64], passage: NDArray[np.int64], begin: int, end: int) -> int:
    values = np.empty(end - begin, np.uint64)
    for i in range(begin, end):
        values[i - begin] = hashes[passage[i]]
    values.sort()
    count = 1
    for i in range(1, len(values)):
        count += values[i] != values[i - 1]
    return count


@numba.njit(cache=True, nogil=True)
def chain_seeds(
    hashes: NDArray[np.uint64],
    positions: NDArray[np.int32],
    latin: NDArray[np.bool_],
    number: NDArray[np.int64],
    passage: NDArray[np.int64],
    text: NDArray[np.int64],
    bucket: NDArray[np.int64],
    passages: NDArray[np.uint32],
    min_seeds: int,
    span_cjk: int,
    span_latin: int,
    near_copy: int,
    near_copy_shared: int,
    out: NDArray[np.int64],
) -> int:
    """Chain the seeds of each pair of texts; write what is an excerpt or a near copy.

    `hashes`, `positions` and `latin` are the passages of the texts of items; `number`, `passage`, `text`
    and `bucket` (seeds,) what `find_seeds` gives, ordered by the first, the third and the position;
    `passages` the distinct passages of each registered text. A chain is an excerpt from `min_seeds` and
    a span on; a near copy shares `near_copy` per mille of a work and `near_copy_shared` passages. `out`
    (7, seeds) is filled with text of the item, registered text, first unit, end, seeds, how many of them
    are Latin, and distinct passages in common.

    Returns:
        Number of chains; those of one pair stand together. Of a near copy all, also single seeds.
    """
    seeds = len(number)
    first_unit = np.empty(_OPEN, np.int64)
    first_bucket = np.empty(_OPEN, np.int64)
    last_unit = np.empty(_OPEN, np.int64)
    last_bucket = np.empty(_OPEN, np.int64)
    end_unit = np.empty(_OPEN, np.int64)
    length = np.empty(_OPEN, np.int64)
    latins = np.empty(_OPEN, np.int64)
    chains = 0
    begin = 0
    while begin < seeds:
        end = begin + 1
        while end < seeds and number[end] == number[begin] and text[end] == text[begin]:
            end += 1
        if end - begin < min_seeds:
            begin = end
            continue
        shared = _distinct(hashes, passage, begin, end)
        of = np.int64(passages[text[begin]])
        whole = shared >= near_copy_shared and shared * 1000 >= near_copy * of
        growing = 0
        for seed in range(begin, end + 1):
            # After the last seed all chains that still grow are closed.
            position, where, is_latin, taken = 0, 0, False, -1
            if seed < end:
                position = int(np.int64(positions[passage[seed]]))
                where = int(np.int64(bucket[seed]))
                is_latin = latin[passage[seed]]
                reach = _LATIN_REACH if is_latin else _CJK_REACH
                for chain in range(growing):
                    if _follows(where, position, last_bucket[chain], last_unit[chain], reach):
                        drift = _apart(where, first_bucket[chain]) * PASSAGE_BUCKET
                        drift -= position - first_unit[chain]
                        if -_DRIFT <= drift <= _DRIFT:
                            taken = chain
                            break
            if taken < 0:
                # The oldest makes room, and whatever can not grow any more.
                chain = 0
                while chain < growing:
                    if (
                        seed == end
                        or position - last_unit[chain] > _LATIN_REACH
                        or (growing == _OPEN and chain == 0)
                    ):
                        span = end_unit[chain] - first_unit[chain]
                        needed = span_latin if 2 * latins[chain] > length[chain] else span_cjk
                        if whole or (length[chain] >= min_seeds and span >= needed):
                            out[0, chains] = number[begin]
                            out[1, chains] = text[begin]
                            out[2, chains] = first_unit[chain]
                            out[3, chains] = end_unit[chain]
                            out[4, chains] = length[chain]
                            out[5, chains] = latins[chain]
                            out[6, chains] = shared
                            chains += 1
                        growing -= 1
                        for rest in range(chain, growing):
                            first_unit[rest] = first_unit[rest + 1]
                            first_bucket[rest] = first_bucket[rest + 1]
                            last_unit[rest] = last_unit[rest + 1]
                            last_bucket[rest] = last_bucket[rest + 1]
                            end_unit[rest] = end_unit[rest + 1]
                            length[rest] = length[rest + 1]
                            latins[rest] = latins[rest + 1]
                    else:
                        chain += 1
                if seed == end:
                    break
                taken = growing
                growing += 1
                first_unit[taken] = position
                first_bucket[taken] = where
                end_unit[taken] = position
                length[taken] = 0
                latins[taken] = 0
            last_unit[taken] = position
            last_bucket[taken] = where
            end_unit[taken] = max(end_unit[taken], position + (LATIN_GRAM if is_latin else CJK_GRAM))
            length[taken] += 1
            latins[taken] += is_latin
        begin = end
    return chains
