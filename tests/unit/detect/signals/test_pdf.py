import pytest

from sekisho.detect.signals.held import Held
from sekisho.detect.signals.pdf import MAX_STREAMS, in_pdf
from tests.embedded import packet, pdf_with

XMP = packet(elements={"tdm:reservation": "1"})


def looked(data):
    held = Held()
    in_pdf(data, held)
    return held


@pytest.mark.parametrize("packed", [False, True])
def test_a_metadata_stream_is_found(packed):
    held = looked(pdf_with(XMP, packed=packed))
    assert [one.rstrip() for one in held.xmp] == [XMP]
    assert held.problems == []


def test_all_revisions_are_read():
    assert len(looked(pdf_with(XMP, XMP)).xmp) == 2


@pytest.mark.parametrize(
    "kind",
    [b"/Filter /LZWDecode ", b"/Filter [/ASCIIHexDecode /FlateDecode] ", b"/Filter /Fl /DecodeParms 1 "],
)
def test_a_filter_that_is_not_read_is_a_problem(kind):
    held = looked(pdf_with(XMP, filtered=kind))
    assert (held.xmp, len(held.problems)) == ([], 1)


def test_broken_and_endless_streams_are_problems():
    assert len(looked(pdf_with(XMP, packed=True)[:400]).problems) == 1
    assert looked(pdf_with(XMP).replace(b"endstream", b"")).problems == [
        "XMP: a metadata stream that does not end"
    ]
    assert len(looked(pdf_with(bytes(17 << 20), packed=True)).problems) == 1


def test_too_many_streams_are_a_problem():
    held = looked(pdf_with(*[XMP] * (MAX_STREAMS + 1)))
    assert (len(held.xmp), held.problems) == (MAX_STREAMS, ["XMP: too many metadata streams"])
    assert looked(b"/Subtype/XML " * 100_000).problems


def test_a_document_without_metadata_says_nothing():
    assert looked(b"%PDF-1.7\n" + b"<< /Subtype /Image >> stream\nxyz\nendstream") == Held()
