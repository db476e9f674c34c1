from hashlib import sha256
from itertools import pairwise

import numpy as np
import pytest

from sekisho.fingerprint import winnow
from sekisho.fingerprint.winnow import hash_lines, hash_whole, winnow_texts
from tests.winnowing import CJK, LATIN, LINE, fold_oracle, line_oracle, passages_oracle


def rows(units, room):
    hashes, positions, latin = np.empty(room, np.uint64), np.empty(room, np.int32), np.empty(room, np.bool_)
    starts = np.array([0, len(units)])
    count = winnow_texts(np.array(units, np.uint32), starts, hashes, positions, latin, np.empty(2, np.int64))
    return count, list(zip(positions.tolist(), latin.tolist(), hashes.tolist(), strict=True))


def test_the_seeds_are_digests_of_what_they_are_for():
    seeds = {CJK[2]: winnow.CJK_SEED, LATIN[2]: winnow.LATIN_SEED, LINE: winnow.LINE_SEED}
    for name, seed in seeds.items():
        assert int(seed) == int.from_bytes(sha256(name.encode()).digest()[:8])


def test_too_little_room_is_told_and_more_is_the_same():
    units = [0x4E00 + i * i % 977 for i in range(3000)]
    count, found = rows(units, 3000)
    assert found[:count] == passages_oracle(units)
    assert rows(units, 10)[0] == count


def test_one_letter_again_and_again_gives_a_row_for_each_window_only():
    count, found = rows([0x3042] * 1200, 1200)
    assert count == (1200 - 11) // 12
    assert {b[0] - a[0] for a, b in pairwise(found[:count])} == {12}


@pytest.mark.parametrize("cjk", range(13))
def test_a_gram_belongs_to_cjk_from_a_third_and_to_latin_below_30_per_cent(cjk):
    units = ([0x3042] * cjk + [0x61 + i for i in range(20 - cjk)])[:20]
    _, found = rows(units, 40)
    expected = passages_oracle(units)
    assert found[: len(expected)] == expected
    assert any(latin for _, latin, _ in expected) == (cjk < 6)
    assert any(not latin for _, latin, _ in expected) == (cjk >= 4)


@pytest.mark.parametrize("size", [0, 1, 11, 12, 19, 20, 511, 512, 513, 530, 531, 532, 1024])
def test_texts_end_anywhere(size):
    chance = np.random.default_rng(size)
    for kinds in ([0x3042, 0x4E00, 0x5B66], [0x61, 0x62, 0x7A], [0x3042, 0x61, 0x62, 0x63]):
        units = chance.choice(kinds, size).tolist()
        expected = passages_oracle(units)
        count, found = rows(units, 2 * size + 1)
        assert found[:count] == expected


def test_a_gram_that_waited_long_for_its_window_still_stands_in_its_place():
    units = [0x3042] * 12 + [0x61 + i % 26 for i in range(3000)] + [0x3042 + i for i in range(40)]
    count, found = rows(units, 4000)
    assert found[:count] == sorted(found[:count]) == passages_oracle(units)


def test_a_line_is_hashed_as_a_whole():
    units = np.array([ord(c) for c in fold_oracle("古池や蛙飛びこむ水の音")[0]], np.uint32)
    assert int(hash_whole(units)) == line_oracle(units.tolist())
    assert int(hash_whole(units[::-1].copy())) != int(hash_whole(units))


def test_lines_need_their_number_of_units():
    units = np.arange(0x61, 0x61 + 9, dtype=np.uint32)
    characters = np.array([*units[:4], 10, *units[4:]], np.uint32)
    source = np.array([0, 1, 2, 3, 5, 6, 7, 8, 9], np.int32)
    hashes, spans = np.empty(4, np.uint64), np.empty((3, 4), np.int32)
    arrays = characters, np.array([10]), units, source, np.array([0, 9])
    assert hash_lines(*arrays, 5, 9, hashes, spans) == 2
    assert spans[:, :2].T.tolist() == [[5, 10, 0], [0, 10, 0]]
    assert hash_lines(*arrays, 10, 39, hashes, spans) == 0
