from datetime import date

import pytest

from sekisho.lexicon.fold import fold
from sekisho.lexicon.forms import LATIN
from sekisho.lexicon.words import Word
from sekisho.match.name_rules import AROUND, MAX_CUTS, NEAR, Called, Place, Plainness, plainness
from sekisho.model import Entry, EntryId, KeyId, Kind, Registrant, Trust
from tests.tokens import few_words

ENTRY = Entry(
    id=EntryId("e-" + "0" * 32),
    registrant=Registrant(key=KeyId("ed25519:x")),
    kind=Kind.CHARACTER,
    trust=Trust.DECLARED,
    registered=date(2026, 11, 22),
)


def place(text, words=few_words):
    return Place(text=text, folded=fold(text), words=words)


def called(units, begin, end):
    return Called(entry=ENTRY, units=units, begin=begin, end=end, start=begin, stop=end)


@pytest.mark.parametrize(
    ("units", "letters", "is_long"),
    [
        ("星野光太", 4, True),
        ("星野光", 3, False),
        ("ほしのひかりだ", 7, False),
        ("ほしのひかりだよ", 8, True),
        ("星野ひかりだ", 6, True),
        ("星野ひかり", 5, False),
        (LATIN + "hosino", 9, True),
        (LATIN + "hosino", 8, False),
    ],
)
def test_what_counts_alone(units, letters, is_long):
    assert called(units, 0, letters).is_long is is_long


def test_a_span_takes_the_marks_of_its_last_unit_with_it():
    text = "ホシノー、ガｶﾞか\u3099!"
    there = place(text)
    assert there.units == "ほしのががが"
    assert there.span(0, 3) == (0, 4)
    assert [there.span(n, n + 1) for n in (3, 4, 5)] == [(5, 6), (6, 8), (8, 10)]


def test_near_is_a_hundred_units_and_not_only_within():
    there = place("灯台" + "あ" * NEAR + "光" + "い" * NEAR + "剣士")
    at = 2 + NEAR
    assert not there.near("光", at, at + 1)
    assert not there.near("剣士", at, at + 1)
    assert place("灯台" + "あ" * (NEAR - 2) + "光").near("灯台", NEAR, NEAR + 1)
    assert place("光の剣士").near("光の剣士", 0, 1)


def test_words_that_cover_a_span_exactly():
    cut = place("星野光太郎が笑う").cut(0, 5)
    assert [word.surface for word in cut.within(0, 5)] == ["星野", "光太郎"]
    assert cut.within(0, 4) == ()
    assert cut.within(1, 5) == ()
    assert [word.surface for word in cut.within(0, 8)] == ["星野", "光太郎", "が", "笑う"]
    assert [cut.edges(0, 4), cut.edges(1, 5), cut.edges(0, 5)] == [(True, False), (False, True), (True, True)]


def test_only_the_sentence_around_a_name_is_cut_and_at_last_the_whole_text():
    given = []

    def kept(text, /):
        given.append(text)
        return few_words(text)

    text = "光が光る。" * 60
    there = place(text, kept)
    for at in range(0, len(text), 5):
        assert [word.surface for word in there.cut(at, at + 1).within(at, at + 1)] == ["光"]
    assert given == ["光が光る"] * MAX_CUTS + [text]


def test_a_sentence_without_an_end_is_cut_at_some_distance():
    given = []
    place("空" * 500 + "光" + "空" * 500, lambda text: given.append(text) or ()).cut(500, 501)
    assert given == ["空" * AROUND + "光" + "空" * AROUND]


def test_without_a_tokenizer_there_are_no_words():
    there = place("星野", None)
    assert there.cut(0, 2).within(0, 2) == ()
    assert not there.is_a_word("光")


def test_a_word_is_looked_up_once():
    given = []
    there = place("光", lambda text: given.append(text) or few_words(text))
    assert [there.is_a_word("光"), there.is_a_word("光"), there.is_a_word("美咲")] == [True, True, False]
    assert given == ["光", "美咲"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("光", Plainness.COMMON),
        ("美咲", Plainness.NAMESAKE),
        ("千歳", Plainness.NAMESAKE),
        ("ピカリン", Plainness.OWN),
        ("ゼノヴィルカ", Plainness.OWN),
        ("青い鳥", Plainness.COMMON),
        ("星野光太郎", Plainness.OWN),
        ("青いゼノ", Plainness.OWN),
    ],
)
def test_how_plain_words_are(text, plain):
    assert plainness(few_words(text)) is plain


def test_places_among_words_make_no_name():
    place_name = Word(0, 2, "千歳", ("名詞", "固有名詞", "地名", "一般"))
    station = Word(2, 3, "駅", ("名詞", "普通名詞", "一般"))
    assert plainness((place_name, station)) is Plainness.COMMON
