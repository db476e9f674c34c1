import pytest

from sekisho.fingerprint import passages as module
from sekisho.fingerprint.passages import line_hashes_many, passages_many, register_passages, warm_up
from sekisho.lexicon.fold import fold_many

HAIKU = "古池や蛙飛びこむ水の音"
CAT = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
OLD = "吾輩ハ猫デアル名前ハマダ無イ\nドコデ生レタカトント見當ガツカヌ"


def test_an_old_orthography_copy_has_the_same_passages():
    rows = passages_many(fold_many([CAT, OLD]))
    assert rows.starts.tolist()[0] == 0
    middle = rows.starts[1]
    assert rows.hashes[:middle].tolist() == rows.hashes[middle:].tolist()
    assert middle > 0
    assert not rows.latin.any()
    assert (rows.hashes < 2**48).all()


def test_no_texts_and_empty_texts_have_no_passages():
    assert passages_many(fold_many([])).starts.tolist() == [0]
    assert passages_many(fold_many(["", "あ"])).starts.tolist() == [0, 0, 0]


def test_a_long_text_is_registered_in_buckets_of_256_units():
    made = register_passages("".join(chr(0x4E00 + i * 7) for i in range(600)))
    assert (made.units, len(made.buckets), made.line) == (600, 3, None)
    assert all(made.buckets)


@pytest.mark.parametrize(("text", "units"), [(HAIKU, 11), ("あ" * 39, 39), ("abcd", 4)])
def test_a_short_work_is_one_hash_of_the_whole(text, units):
    made = register_passages(text)
    assert (made.units, made.count) == (units, 0)
    assert made.line is not None


@pytest.mark.parametrize("text", ["", "abc", "。、！？", "\ud800" * 50])
def test_a_text_of_under_four_letters_can_not_be_registered(text):
    assert register_passages(text) is None


def test_forty_units_are_a_text_with_passages():
    made = register_passages("あいうえおかきくけこ" * 4)
    assert made.line is None
    assert made.count > 0


def test_a_short_work_is_found_as_a_line_and_as_a_whole_item():
    line = register_passages(HAIKU).line
    rows = line_hashes_many([f"芭蕉\r\n　{HAIKU}。\r\n", "古池や\n蛙飛びこむ\n水の音", HAIKU, f"と{HAIKU}"])
    found = [
        (t, a, b)
        for h, a, b, t in zip(rows.hashes, rows.starts, rows.stops, rows.texts, strict=True)
        if h == line
    ]
    assert found == [(0, 4, 18), (1, 0, 13), (2, 0, 11)]


def test_lines_of_few_or_many_units_have_no_hash():
    assert len(line_hashes_many(["あいう\n" + "あ" * 40 + "\n\n。"]).hashes) == 0
    assert len(line_hashes_many([]).hashes) == 0


def test_warming_up_leaves_nothing_to_compile():
    warm_up()
    kernels = (module.winnow_texts, module.hash_lines, module.hash_whole)
    before = [len(k.signatures) for k in kernels]
    register_passages(CAT * 3)
    register_passages(HAIKU)
    passages_many(fold_many([CAT, "abc" * 50]))
    line_hashes_many([HAIKU, CAT])
    assert [len(k.signatures) for k in kernels] == before
