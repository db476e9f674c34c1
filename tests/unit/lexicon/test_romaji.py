import pytest

from sekisho.lexicon.fold import fold
from sekisho.lexicon.romaji import LATIN_REACH, canonical, latin_letters, letters_of, romaji

SPELLINGS = {
    "しんじょう": ("shinjou", "shinjo", "shinjoh", "sinzyou", "sinzyo", "shinjoo", "shinjyo"),
    "まっちゃ": ("matcha", "maccha", "mattya"),
    "さとう": ("satou", "sato", "satoh", "satoo"),
    "しんばし": ("shinbashi", "shimbashi", "sinbasi", "simbasi"),
    "ふじつぐ": ("fujitsugu", "huzitugu", "fujitugu"),
    "つづみ": ("tsuzumi", "tudzumi", "tuzumi"),
    "じゅんこ": ("junko", "zyunko", "jyunko"),
    "ゆうき": ("yuuki", "yuki"),
    "きょうこ": ("kyouko", "kyoko", "kyohko"),
    "おおた": ("oota", "ota", "ohta"),
    "ちあき": ("chiaki", "tiaki"),
    "しゃな": ("shana", "syana"),
    "ふぁるこ": ("faruko", "faluko"),
    "しぇり": ("sheri", "sheli"),
}


@pytest.mark.parametrize("kana", SPELLINGS)
def test_every_spelling_of_a_reading_has_one_canonical_form(kana):
    wanted = canonical(romaji(kana))
    assert {canonical(spelling) for spelling in SPELLINGS[kana]} == {wanted}


@pytest.mark.parametrize(
    ("kana", "spelled"),
    [
        ("てぃな", "tina"),
        ("うぃりあむ", "wiriamu"),
        ("ゔぁいおれっと", "vaioretto"),
        ("つぇり", "tseri"),
        ("ちぇすと", "tyesuto"),
        ("ぁ", "a"),
        ("あっ", "a"),
        ("っ", None),
        ("星", None),
        ("あ星", None),
        ("", None),
    ],
)
def test_kana_in_letters(kana, spelled):
    assert romaji(kana) == spelled


def test_different_names_stay_different():
    assert len({canonical(word) for word in ("kana", "kanna", "kano", "konno", "kenji", "genji")}) == 6


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        ("аоnаmι", "aonami"),
        ("H0SHI", "hoshi"),
        ("ｈｏｓｈｉ", "hoshi"),
        ("Ḧöšī", "hosi"),
        ("ΑΟΝΑΜΙ", "aonami"),
        ("ᴀᴏɴᴀᴍɪ", "aonami"),
        ("T4M51N", "tamsin"),
        ("r2d2", "r2d2"),
        ("星", None),
        ("hoshi星", None),
        ("", None),
    ],
)
def test_look_alikes_are_the_letters_that_they_look_like(written, letters):
    assert letters_of(fold(written).text) == letters


def test_the_table_of_letters_can_not_be_changed_and_covers_its_reach():
    table = latin_letters()
    assert table.shape == (LATIN_REACH,)
    assert not table.flags.writeable
    assert {chr(letter) for letter in table if letter} == set("abcdefghijklmnopqrstuvwxyz269")
