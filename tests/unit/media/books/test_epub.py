import pytest

from sekisho.media import CannotDecode, Limits
from sekisho.media.books import BookLimits
from sekisho.media.books.archive import open_archive
from sekisho.media.books.epub import Epub
from tests.books import CONTAINER, Bytes, epub, opf
from tests.pictures import encode, picture

PICTURES = [encode(picture(n, 64, 64)) for n in range(4)]
ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><enc:EncryptedData '
    'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptionMethod Algorithm="{}"/><enc:CipherData>'
    '<enc:CipherReference URI="OEBPS/images/q%20001.jpg"/></enc:CipherData></enc:EncryptedData></encryption>'
)


def book(data, limits=None):
    limits = limits or BookLimits()
    return Epub(open_archive(Bytes(data), limits), limits)


def refusal(data, limits=None):
    with pytest.raises(CannotDecode) as caught:
        list(book(data, limits).pages(Limits()))
    return caught.value.problem.reason


def test_pages_come_in_the_order_of_the_spine():
    opened = book(epub(PICTURES))
    assert [(p.number, p.pictures[0].data) for p in opened.pages(Limits())] == list(enumerate(PICTURES, 1))
    assert (opened.count, opened.remark, opened.flows) == (4, "", False)


def test_a_page_without_a_picture_is_counted():
    text = b"<html xmlns='http://www.w3.org/1999/xhtml'><p>only words</p></html>"
    pages = list(book(epub(PICTURES, more={"OEBPS/text/p003.xhtml": text})).pages(Limits()))
    assert [(p.number, len(p.pictures)) for p in pages] == [(1, 1), (2, 0), (3, 1), (4, 1)]


def test_of_flowing_text_the_pictures_are_numbered_and_that_is_said():
    text = b"<html xmlns='http://www.w3.org/1999/xhtml'><p>only words</p></html>"
    opened = book(epub(PICTURES, fixed=False, more={"OEBPS/text/p003.xhtml": text}))
    assert "its text flows" in opened.remark
    assert opened.flows
    assert [p.number for p in opened.pages(Limits())] == [1, 2, 3]


def test_a_picture_in_the_spine_is_a_page():
    package = opf(["text/p001.xhtml"]).replace(b"text/p001.xhtml", b"images/q%20001.jpg")
    package = package.replace(b"application/xhtml+xml", b"image/jpeg")
    pages = list(book(epub(PICTURES, more={"OEBPS/package.opf": package})).pages(Limits()))
    assert [p.pictures[0].data for p in pages] == [PICTURES[3]]


@pytest.mark.parametrize(
    "algorithm", ["http://www.w3.org/2001/04/xmlenc#aes128-cbc", "http://ns.adobe.com/adept/x", ""]
)
def test_encrypted_content_is_refused(algorithm):
    assert (
        refusal(epub(PICTURES, more={"META-INF/encryption.xml": ENCRYPTION.format(algorithm).encode()}))
        == "encrypted"
    )


@pytest.mark.parametrize(
    "algorithm", ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"]
)
def test_masked_fonts_are_no_encryption(algorithm):
    data = epub(PICTURES, more={"META-INF/encryption.xml": ENCRYPTION.format(algorithm).encode()})
    assert len(list(book(data).pages(Limits()))) == 4


@pytest.mark.parametrize(
    "reference",
    ["http://example.com/a.jpg", "https://example.com/a.jpg", "//example.com/a.jpg", "file:///etc/a.jpg",
     "data:image/png;base64,AAAA", "../../../a.jpg", "/../a.jpg"],
)  # fmt: skip
def test_a_picture_outside_of_the_archive_is_not_fetched(reference):
    assert refusal(epub(PICTURES, reference=reference)) == "link_outside"


def test_a_picture_that_is_not_there_is_a_reason():
    assert refusal(epub(PICTURES, reference="../images/gone.jpg")) == "container_corrupt"


@pytest.mark.parametrize(
    "more",
    [
        {"OEBPS/package.opf": opf(["text/p001.xhtml", "text/gone.xhtml"])},
        {"OEBPS/package.opf": opf([])},
        {"OEBPS/package.opf": opf(["text/p001.xhtml"]).replace(b'idref="i0"', b'idref="other"')},
        {"OEBPS/package.opf": opf(["text/p001.xhtml"], head='<!DOCTYPE p [<!ENTITY a "b">]>')},
        {"OEBPS/package.opf": b"not xml"},
        {"META-INF/container.xml": CONTAINER.replace(b"package.opf", b"gone.opf")},
        {"META-INF/container.xml": b"<container/>"},
        {"OEBPS/text/p004.xhtml": b"<html><p></html>"},
    ],
)
def test_a_broken_package_is_a_reason(more):
    assert refusal(epub(PICTURES, more=more)) == "container_corrupt"


def test_a_package_outside_is_a_reason():
    more = {"META-INF/container.xml": CONTAINER.replace(b"OEBPS/package.opf", b"../package.opf")}
    assert refusal(epub(PICTURES, more=more)) == "link_outside"


def test_limits_hold():
    assert refusal(epub(PICTURES), BookLimits(max_pages=3)) == "too_many_frames"
    assert refusal(epub(PICTURES), BookLimits(max_document=100)) == "too_large"
