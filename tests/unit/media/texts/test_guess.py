import pytest

from sekisho.media.texts.guess import guesses, looks_like_utf16

CAT = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
OLD = "學問の獨立、國體の變革を圖り、舊來の觀念を廢棄して、新たなる眞理を發見せざるべからず。"
"""Old kanji, most of them of JIS level 2."""


@pytest.mark.parametrize(
    "text", [CAT, OLD, "カタカナ、ひらがな、漢字とABC。", "This is 日本 English に近い text."]
)
@pytest.mark.parametrize("charset", ["cp932", "euc_jp", "utf-8"])
def test_the_charset_of_a_sentence_comes_first(text, charset):
    assert guesses(text.encode(charset))[0] == charset


def test_english_with_curly_quotes_is_western_and_not_japanese():
    data = "“I don’t know,” said he – and that’s all.".encode("cp1252")
    assert guesses(data)[0] == "cp1252"
    assert guesses("Où est le café ? Là-bas, à côté de l’hôtel.".encode("cp1252"))[0] == "cp1252"


def test_two_byte_characters_behind_an_escape_are_iso_2022_jp():
    assert guesses(CAT.encode("iso2022_jp")) == ("iso2022_jp_ext",)


@pytest.mark.parametrize("text", [CAT, "plain ASCII", CAT + "\r\nand ASCII"])
def test_utf16_without_a_mark_is_seen_by_its_upper_bytes(text):
    assert looks_like_utf16(text.encode("utf-16-le")) == "utf-16-le"
    assert looks_like_utf16(text.encode("utf-16-be")) == "utf-16-be"
    assert not looks_like_utf16(text.encode())
    assert not looks_like_utf16(text.encode("cp932"))


def test_zeros_and_nothing_are_not_utf16():
    assert not looks_like_utf16(bytes(1000))
    assert not looks_like_utf16(b"")
    assert not looks_like_utf16(b"a")


def test_the_sample_begins_where_the_text_stops_being_ascii():
    assert guesses(b"header of an archive\n" * 9000 + CAT.encode("euc_jp"))[0] == "euc_jp"


def test_control_characters_and_noise_are_no_text():
    assert guesses(bytes(range(0x80, 0x100)) * 9) == ()
    assert guesses(("\x01\x02" + CAT).encode("cp932")) == ()
    assert guesses(b"only ASCII") == ()
