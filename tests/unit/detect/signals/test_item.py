import pytest

from sekisho.detect.signals.item import embedded_signals
from sekisho.model.signal import SignalFamily, Stance
from tests.embedded import (
    avif,
    book,
    gif,
    iim,
    jpeg,
    jpeg_with,
    packet,
    pdf_with,
    png,
    png_with,
    tiff,
    tiff_block,
    webp,
)

XMP = packet({"plus:DataMining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"})
RESERVED = packet(elements={"tdm:reservation": "1"})
EPUB = "application/epub+zip"


@pytest.mark.parametrize(
    ("data", "media_type", "family"),
    [
        (jpeg(XMP), "image/jpeg", SignalFamily.PLUS),
        (png(XMP, packed=True), "image/png", SignalFamily.PLUS),
        (webp(XMP), "image/webp", SignalFamily.PLUS),
        (avif(XMP), "image/avif", SignalFamily.PLUS),
        (gif(XMP), "image/gif", SignalFamily.PLUS),
        (tiff({700: XMP}), "image/tiff", SignalFamily.PLUS),
        (pdf_with(RESERVED, packed=True), "application/pdf", SignalFamily.TDMREP),
        (book('<meta property="tdm:reservation">1</meta>'), EPUB, SignalFamily.TDMREP),
        (b'<head><meta name="robots" content="noai"></head>', "text/html", SignalFamily.META_ROBOTS),
    ],
    ids=["jpeg", "png", "webp", "avif", "gif", "tiff", "pdf", "epub", "html"],
)
def test_each_kind_of_item_says_what_stands_in_it(data, media_type, family):
    for form in (data, memoryview(data)):
        (signal,) = embedded_signals(form, media_type)
        assert (signal.family, signal.place) == (family, "embedded")
        assert set(signal.stances.values()) == {Stance.DISALLOW}


def test_claims_of_all_fields_each_once():
    block = tiff_block({0x8298: b"(c) A\0", 0x013B: b"B\0"})
    notice = iim((2, 116, b"(c) C"))
    resource = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(notice).to_bytes(4, "big") + notice
    data = jpeg_with((0xE1, b"Exif\0\0" + block), (0xE1, b"Exif\0\0" + block), (0xED, resource))
    signals = embedded_signals(data, "image/jpeg")
    assert sorted((signal.note, signal.raw) for signal in signals) == [
        ("exif:Artist", "B"),
        ("exif:Copyright", "(c) A"),
        ("iptc:CopyrightNotice", "(c) C"),
    ]
    assert {signal.family for signal in signals} == {SignalFamily.RIGHTS}
    assert all(signal.stances == {} for signal in signals)


def test_what_could_not_be_taken_out_is_an_error():
    (signal,) = embedded_signals(png_with((b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0no")), "image/png")
    assert set(signal.stances.values()) == {Stance.ERROR}


def test_an_item_without_metadata_says_nothing():
    for data, media_type in (
        (jpeg(), "image/jpeg"),
        (png(), "image/png"),
        (b"words", "text/plain"),
        (b"", ""),
    ):
        assert embedded_signals(data, media_type) == ()


def test_a_flood_of_claims_is_cut():
    chunks = [(b"tEXt", b"Author\0%d" % number) for number in range(500)]
    assert len(embedded_signals(png_with(*chunks), "image/png")) == 50
