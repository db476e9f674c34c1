import time

import numpy as np
import pytest

from sekisho.lexicon.fold import fold
from sekisho.lexicon.kernels import fold_texts
from sekisho.lexicon.table import fold_table
from tests.winnowing import fold_oracle


def kernel(text, room):
    table = fold_table()
    characters = np.array([ord(c) for c in text], np.uint32)
    units, source = np.full(room, 7, np.uint32), np.full(room, 7, np.int32)
    starts = np.empty(2, np.int64)
    ends = np.array([len(text)])
    arrays = (table.values, table.several, table.voiced, table.half_voiced, units, source, starts)
    return fold_texts(characters, ends, *arrays), units


def test_too_little_room_is_told_exactly_and_nothing_is_written_beyond_it():
    text = "ﷺあ㍻" * 10
    units = len(fold(text).units)
    told, _ = kernel(text, len(text) + 1)
    assert told < 0
    enough, filled = kernel(text, -told)
    assert enough == units
    assert filled[:units].tolist() == fold(text).units.tolist()
    assert kernel(text, -told - 1)[0] == told


@pytest.mark.parametrize("text", ["\u3099か", "ᅡ", "ᆨ가", "각ᆨ", "각", "ᄀ가", "가\u3099", "゛゜"])
def test_marks_and_jamo_join_only_what_they_can(text):
    assert fold(text).text == fold_oracle(text)[0]


@pytest.mark.parametrize("letters", ["か\u3099", "ﷺ", "각", "\u3099", "\n", "　", "\U0010ffff"])
def test_nothing_is_slower_than_linear(letters):
    def cost(size):
        text = letters * size
        begin = time.process_time()
        fold(text)
        return time.process_time() - begin

    cost(1000)
    small, large = (min(cost(size) for _ in range(3)) for size in (20_000, 160_000))
    assert large < 60 * small + 0.02
