import codecs

import pytest

from sekisho.errors import EvidenceError
from sekisho.model import TextForm
from sekisho.store.materialise.edit import edit_bytes
from sekisho.store.materialise.records import NotEditableError

TEXT = "電話は０３-1234です。その後も続く、かなりふつうの日本語の文章である。" * 3


@pytest.mark.parametrize(
    ("charset", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("cp932", b""),
        ("euc_jp", b""),
        ("iso2022_jp", b""),
    ],
)
@pytest.mark.parametrize("form", [TextForm.PLAIN, TextForm.MARKDOWN])
def test_a_text_stays_in_its_charset(charset, mark, form):
    data = mark + TEXT.encode(charset)
    start, end = TEXT.index("０"), TEXT.index("です")
    out = edit_bytes(data, form, [("", start, end, "[phone]")])
    assert out == mark + (TEXT[:start] + "[phone]" + TEXT[end:]).encode(charset)


def test_a_page_is_read_as_it_says():
    page = "<meta charset=euc-jp><p>日本語の文章。電話</p>"
    at = page.index("電話")
    out = edit_bytes(page.encode("euc_jp"), TextForm.HTML, [("", at, at + 2, "")])
    assert out.decode("euc_jp") == page.replace("電話", "")


def test_a_record_keeps_its_form():
    data = '{"a": 1.0,  "t":"あいう"}'.encode()
    assert (
        edit_bytes(data, TextForm.JSON, [("/t", 1, 2, "[name]")]) == '{"a": 1.0,  "t":"あ[name]う"}'.encode()
    )


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"PK\x03\x04", TextForm.EPUB),
        (("あ" * 300).encode() + b"\xff", TextForm.PLAIN),
        (b"\0" * 50, TextForm.PLAIN),
    ],
)
def test_what_can_not_be_written_as_it_was_read_stays_out(data, form):
    with pytest.raises(NotEditableError):
        edit_bytes(data, form, [("", 0, 1, "")])


def test_spans_that_do_not_fit_are_evidence():
    for changes in ([("", 0, 99, "")], [("/a", 0, 1, "")], [("", 0, 1, ""), ("/a", 0, 1, "")]):
        with pytest.raises(EvidenceError):
            edit_bytes(b"a text", TextForm.PLAIN, changes)
    with pytest.raises(EvidenceError):
        edit_bytes(b'{"a":"b"}', TextForm.JSON, [("", 0, 1, "")])
