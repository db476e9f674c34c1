import pytest

from sekisho.detect import cues
from sekisho.detect.cues import AFTER, AT, DIGITS, HONORIFIC, NAME
from sekisho.detect.gate import sentences


def flags(text):
    seen = 0
    for sentence in sentences([text])[0]:
        seen |= sentence.flags
    return seen


@pytest.mark.parametrize(
    "text", ["", "雨が降った。", "窓の外では、雪が静かに降っていた。", "It rained.", "\n\n", "😀"]
)
def test_prose_without_a_cue_is_not_looked_at(text):
    assert sentences([text]) == [[]]


@pytest.mark.parametrize("text", ["佐藤", "友人のリサさん", "ヤマダ様", "Ann様", "小沢先生", "花子ちゃん"])
def test_a_family_name_or_an_honorific_is_a_cue_for_names(text):
    assert flags(text) & NAME


@pytest.mark.parametrize(
    "text", ["お母さん", "お客様", "同様に", "仕様", "店員さん", "彼氏", "諸君", "、君は", "神様"]
)
def test_relatives_and_words_with_such_a_letter_are_none(text):
    assert not flags(text) & NAME


def test_full_width_letters_are_read_as_narrow_ones():
    assert flags("ａ＠ｂ") & AT
    assert flags("０３０００") & DIGITS


def test_a_sentence_is_named_by_its_code_points():
    text = "😀雨。山田さん！雪？a@b\n終"
    assert [text[s.start : s.end] for s in sentences([text])[0]] == ["山田さん！", "a@b\n"]


def test_each_text_of_a_batch_has_its_own_offsets():
    texts = ["", "山田さん", "雨", "雨。a@b"]
    assert [[(s.start, s.end) for s in seen] for seen in sentences(texts)] == [[], [(0, 4)], [], [(2, 5)]]


def test_a_short_line_with_a_label_marks_the_next_line():
    (_, value) = sentences(["氏名\n関所\n"])[0]
    assert value.flags & AFTER


def test_a_sentence_without_an_end_is_cut():
    seen = sentences(["1" * 10_000])[0]
    assert max(s.end - s.start for s in seen) <= 2048
    assert (seen[0].start, seen[-1].end) == (0, 10_000)


def test_more_sentences_than_expected_are_all_given():
    assert len(sentences(["@\n" * 5000])[0]) == 5000


def test_lone_surrogates_are_no_trouble():
    assert [(s.start, s.end) for s in sentences(["\ud800\udfff山田さん"])[0]] == [(0, 6)]


def slowly(text):
    """Say the same flags with Python's own strings: the oracle for short sentences without a cut."""
    table = cues.all_cues()
    wide = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    text = text.translate(wide)
    seen = 0
    for at, letter in enumerate(text):
        seen |= table.get(letter, 0) | table.get(text[max(0, at - 1) : at + 1], 0) * (at > 0)
    return seen & ~(HONORIFIC | NAME)


@pytest.mark.parametrize(
    "text", ["氏名は病院の小学校", "東京都の幼稚園、ID", "〒生まれMr担当", "患者Ａ：住所"]
)
def test_the_kernel_sees_what_python_sees(text):
    kept = cues.LABEL | cues.CARE | cues.SCHOOL | cues.HANDLE | cues.LATIN | cues.PLACE | cues.BIRTH
    assert flags(text) & kept == slowly(text) & kept
