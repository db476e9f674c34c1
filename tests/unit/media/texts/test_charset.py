import pytest

from sekisho.media import CannotDecode
from sekisho.media.texts.charset import decode
from sekisho.model import Unreadable

CAT = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n"


@pytest.mark.parametrize(
    "charset",
    ["utf-8-sig", "utf-16", "utf-32", "utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be"],
)
def test_japanese_is_read_in_each_charset_without_a_word_about_it(charset):
    decoded = decode((CAT * 3).encode(charset))
    assert (decoded.text, decoded.undecodable) == (CAT * 3, 0)


@pytest.mark.parametrize(
    ("declared", "charset", "named"),
    [
        ("Shift_JIS", "cp932", "cp932"),
        ("x-sjis", "cp932", "cp932"),
        (" EUC-JP ", "euc_jp", "euc_jp"),
        ("ISO-2022-JP", "iso2022_jp", "iso2022_jp_ext"),
        ("utf8", "utf-8", "utf-8"),
        ("UTF-16", "utf-16-le", "utf-16-le"),
        ("no-such-charset", "utf-8", "utf-8"),
        ("../../x", "utf-8", "utf-8"),
        ("rot13", "utf-8", "utf-8"),
        ("unicode_escape", "utf-8", "utf-8"),
        ("base64", "utf-8", "utf-8"),
        ("aliases", "utf-8", "utf-8"),
        ("x" * 1000, "utf-8", "utf-8"),
        ("あ\0", "utf-8", "utf-8"),
    ],
)
def test_what_is_declared_is_believed_if_it_is_a_charset(declared, charset, named):
    text = "日本語 ABC\n" * 5
    assert decode(text.encode(charset), declared) == (text, named, 0)


@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "windows-1252", "us-ascii", "euc-jp", "shift_jis", "utf-16"]
)
def test_what_is_declared_wrongly_is_not_believed(declared):
    assert decode(CAT.encode(), declared)[:2] == (CAT, "utf-8")


@pytest.mark.parametrize(
    ("declared", "text", "charset"),
    [
        ("gb2312", "我们都是中国人，这是一个测试文件，没有假名。", "gb18030"),
        ("big5", "我們都是中國人，這是一個測試檔案，沒有假名。", "big5hkscs"),
        ("euc-kr", "우리는 모두 한국 사람입니다. 이것은 시험 문서입니다.", "cp949"),
        ("koi8-r", "Это проверка русского текста в старой кодировке.", "koi8-r"),
    ],
)
def test_other_languages_are_read_as_declared_and_refused_without_a_word(declared, text, charset):
    data = (text * 4).encode(charset)
    assert decode(data, declared) == (text * 4, charset, 0)
    with pytest.raises(CannotDecode):
        decode(data)


@pytest.mark.parametrize("declared", ["koi8-r", "iso-8859-1", "gb2312", "big5", "euc-kr", "utf-16", "utf-8"])
@pytest.mark.parametrize("charset", ["cp932", "euc_jp"])
def test_no_declaration_hides_a_japanese_text(declared, charset):
    assert decode((CAT * 3).encode(charset), declared) == (CAT * 3, charset, 0)


def test_one_japanese_charset_declared_for_the_other_is_not_believed():
    assert decode((CAT * 3).encode("euc_jp"), "shift_jis") == (CAT * 3, "euc_jp", 0)
    assert decode((CAT * 3).encode("cp932"), "euc-jp") == (CAT * 3, "cp932", 0)


def test_half_width_kana_need_a_declaration():
    text = "ﾊﾝｶｸｶﾅ ﾀﾞｹﾉ ﾌﾞﾝ\n" * 4
    assert decode(text.encode("cp932"), "shift_jis").text == text


def test_a_declared_western_charset_is_believed_where_the_bytes_are_no_utf8():
    assert decode("Žluťoučký kůň".encode("cp1250"), "windows-1250") == ("Žluťoučký kůň", "cp1250", 0)


def test_a_mark_is_stronger_than_what_is_declared_and_no_part_of_the_text():
    assert decode(b"\xef\xbb\xbfa\xe3\x81\x82", "shift_jis") == ("aあ", "utf-8", 0)


def test_few_bytes_that_are_no_characters_are_replaced_one_by_one_and_counted():
    data = CAT.encode() * 9 + b"\xff" + "猫".encode()[:2] + CAT.encode()
    decoded = decode(data)
    assert (decoded.text, decoded.undecodable) == (CAT * 9 + "\ufffd" * 3 + CAT, 3)
    shifted = decode((CAT * 9).encode("cp932") + b"\x81\n" + CAT.encode("cp932"))
    assert (shifted.text, shifted.charset, shifted.undecodable) == (CAT * 9 + "\ufffd\n" + CAT, "cp932", 1)


def test_a_replacement_character_in_the_text_is_a_character():
    assert decode("a\ufffdb".encode()).undecodable == 0
    assert decode(("a\ufffdb" * 100).encode() + b"\xff").undecodable == 1


def test_a_text_that_is_cut_within_a_character_loses_only_that():
    assert decode((CAT * 9).encode()[:-2]).undecodable == 2
    assert decode(b"\xff\xfe" + (CAT * 9).encode("utf-16-le")[:-1]).undecodable == 1


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\0" * 100,
        b"text \0\0\0\0 with nothing" * 9,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 30,
        b"\xef\xbb\xbf" + b"\xff" * 100,
        b"\xff\xfe" + b"\0\xd8" * 100,
        CAT.encode() * 2 + b"\xff" * 20,
        "我们都是中国人，这是一个测试文件，不是日文，没有假名。".encode("gbk") * 3,
    ],
)
def test_what_is_no_text_is_refused(data):
    with pytest.raises(CannotDecode) as caught:
        decode(data)
    assert caught.value.problem.reason is Unreadable.CORRUPT


def test_escape_sequences_of_a_terminal_are_no_charset():
    data = b"\x1b$x is no character set\n" * 4
    assert decode(data) == (data.decode(), "utf-8", 0)


def test_no_bytes_are_an_empty_text():
    assert decode(b"") == ("", "utf-8", 0)


def test_a_large_text_is_decoded_in_blocks_without_a_seam():
    text = "a" + "あ" * 1_200_000
    assert decode(text.encode("euc_jp")).text == text
