import pytest

from sekisho.media import CannotDecode
from sekisho.media.texts.plain import read_plain

BODY = "漢字《かんじ》［＃「漢字」に傍点］を読む。\n"


def test_all_of_a_plain_text_is_looked_at():
    text = "a\r\nb\tc  d\n"
    read = read_plain(text.encode(), "")
    assert read == ("text/plain", "utf-8", 0, (("", text, None, None, None, ""),))


def test_the_notation_of_aozora_is_left_out_in_any_charset():
    for charset in ("utf-8", "cp932", "euc_jp"):
        read = read_plain((BODY * 5).encode(charset), "")
        assert (read.charset, read.fields[0].text) == (charset, "漢字を読む。\n" * 5)


def test_what_is_no_text_is_refused():
    with pytest.raises(CannotDecode):
        read_plain(bytes(100), "")
