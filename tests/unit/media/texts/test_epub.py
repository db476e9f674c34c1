import zipfile

import pytest

from sekisho.media import CannotDecode
from sekisho.media.texts import TextLimits
from sekisho.media.texts.epub import read_epub
from sekisho.model import Unreadable
from tests.books import CONTAINER, opf, zipped

FIRST = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>題</title><style>p{}</style></head>
<body><p>吾輩は<ruby>猫<rt>ねこ</rt></ruby>である。</p></body></html>"""
SECOND = "<html><body><p>名前は&nbsp;まだ無い。<img src='a' alt='絵'/></p></body></html>"


def book(documents, *, more=None, method=zipfile.ZIP_STORED):
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER}
    members["OEBPS/package.opf"] = opf(list(documents), fixed=False)
    members |= {f"OEBPS/{path}": data for path, data in documents.items()}
    return zipped(members | dict(more or {}), method)


BOOK = book({"z.xhtml": FIRST.encode(), "a.xhtml": SECOND.encode()})


def refusal(data, limits=None):
    with pytest.raises(CannotDecode) as caught:
        read_epub(data, limits or TextLimits())
    return caught.value.problem.reason


def test_the_documents_of_the_spine_are_fields_named_by_their_paths():
    read = read_epub(BOOK, TextLimits())
    assert (read.media_type, read.charset, read.undecodable) == ("application/epub+zip", "utf-8", 0)
    assert [(f.field, f.text.strip()) for f in read.fields] == [
        ("OEBPS/z.xhtml", "題\n吾輩は猫である。"),
        ("OEBPS/a.xhtml", "名前は\xa0まだ無い。"),
        ("OEBPS/a.xhtml", "絵"),
    ]


def test_a_document_in_another_charset_is_read_and_named():
    other = SECOND.replace("&nbsp;", "").encode("utf-16")
    read = read_epub(book({"a.xhtml": FIRST.encode(), "b.xhtml": other}), TextLimits())
    assert read.charset == "utf-8,utf-16-le"
    assert read.fields[1].text == "名前はまだ無い。\n"


def test_documents_need_not_be_well_formed():
    read = read_epub(book({"a.xhtml": b"<p>a<b>b</p>&nope; <p"}), TextLimits())
    assert read.fields[0].text == "ab\n&nope; <p"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Unreadable.EMPTY),
        (b"no archive", Unreadable.TRUNCATED),
        (BOOK[:-30], Unreadable.TRUNCATED),
        (zipped({"a.txt": b"a"}), Unreadable.CONTAINER_CORRUPT),
        (book({"a.xhtml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><p>&b;</p>"}), Unreadable.CONTAINER_CORRUPT),
        (book({"a.xhtml": bytes(1000)}), Unreadable.CORRUPT),
        (book({"a.xhtml": b"a" * (9 << 20)}), Unreadable.TOO_LARGE),
    ],
)
def test_a_book_that_can_not_be_read_has_a_reason(data, reason):
    assert refusal(data) is reason


def test_encrypted_content_is_refused():
    encryption = b"<encryption><EncryptedData><EncryptionMethod Algorithm='x'/></EncryptedData></encryption>"
    data = book({"a.xhtml": FIRST.encode()}, more={"META-INF/encryption.xml": encryption})
    assert refusal(data) is Unreadable.ENCRYPTED


def test_a_book_that_unpacks_to_far_more_is_refused():
    documents = {f"{n}.xhtml": b"<p>" + b"a" * (7 << 20) for n in range(10)}
    data = book(documents, method=zipfile.ZIP_DEFLATED)
    assert refusal(data) is Unreadable.COMPRESSION_RATIO
    assert refusal(data, TextLimits(max_expansion=2000, max_chars=8 << 20)) is Unreadable.TOO_LARGE


def test_too_many_documents_are_refused():
    assert refusal(BOOK, TextLimits(max_fields=2)) is Unreadable.TOO_LARGE
    assert len(read_epub(BOOK, TextLimits(max_fields=3)).fields) == 3
