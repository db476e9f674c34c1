from sekisho.detect import cues
from sekisho.detect.cues import HASH, HASH_SHIFT


def looked_up(first, second):
    tables = cues.cues()
    key = ord(first) << 16 | ord(second)
    slot = (key * HASH & 0xFFFFFFFF) >> HASH_SHIFT
    while tables.keys[slot] not in {0, key}:
        slot = (slot + 1) % len(tables.keys)
    return int(tables.flags[slot])


def test_every_pair_is_found_again_with_its_flags():
    pairs = {word: flag for word, flag in cues.all_cues().items() if len(word) > 1}
    assert len(pairs) > 1000
    assert {pair: looked_up(*pair) for pair in pairs} == pairs


def test_a_pair_that_is_no_cue_has_no_flags():
    assert looked_up("山", "山") == 0


def test_the_table_is_no_fuller_than_half():
    keys = cues.cues().keys
    assert (keys != 0).sum() * 2 < len(keys)


def test_single_characters_raise_their_flags():
    single = cues.cues().single
    assert single[ord("@")] & cues.AT
    assert single[ord("7")] & cues.DIGIT
    assert single[ord("市")] & cues.PLACE


def test_notes_of_a_data_file_are_no_lines_of_it():
    assert not [line for line in cues.lines("surnames.txt") if line.startswith("#")]
