import pytest

from sekisho.detect.width import narrow


@pytest.mark.parametrize(
    ("wide", "shown"),
    [
        ("０３－１２", "03-12"),
        ("ａ＠ｂ．ｊｐ", "a@b.jp"),
        ("ﾔﾏ", "ヤマ"),
        ("山田　花子", "山田 花子"),
        ("2‐3−4", "2-3-4"),
        ("髙﨑", "高崎"),
        ("①", "1"),
    ],
)
def test_wide_and_narrow_forms_come_together(wide, shown):
    assert narrow(wide) == shown


@pytest.mark.parametrize("text", ["㍻㈱ﾔﾏﾀﾞ", "\ud800", "e\u0301", "ﬁ", "😀", "\t", "\x00\x85\u2028"])
def test_every_character_stays_where_it_is(text):
    assert len(narrow(text)) == len(text)


def test_half_of_a_surrogate_pair_becomes_something_that_can_be_encoded():
    assert narrow("\udc00山").encode().decode()[1:] == "山"
