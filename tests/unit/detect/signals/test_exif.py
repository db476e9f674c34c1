from sekisho.detect.signals.exif import claim, exif_claims, iptc_claims
from sekisho.model.signal import SignalFamily
from tests.embedded import iim, tiff_block


def test_a_claim_speaks_about_no_use():
    signal = claim("exif:Copyright", "(c) A")
    assert (signal.family, signal.place, signal.raw, signal.note) == (
        SignalFamily.RIGHTS,
        "embedded",
        "(c) A",
        "exif:Copyright",
    )
    assert signal.stances == {}


def test_copyright_and_artist_of_an_exif_block():
    block = tiff_block({0x8298: b"A\0B\0", 0x013B: "関所".encode()}, ">")
    assert sorted(exif_claims(block)) == [("exif:Artist", "関所"), ("exif:Copyright", "A B")]


def test_empty_fields_and_broken_blocks_claim_nothing():
    assert list(exif_claims(tiff_block({0x8298: b"\0\0\0\0\0\0"}))) == []
    assert list(exif_claims(tiff_block({0x8298: b"(c) somebody"})[:-3])) == []
    assert list(exif_claims(b"")) == []


def test_notices_of_iptc():
    record = iim((1, 90, b"\x1b%G"), (2, 5, b"title"), (2, 116, b"(c) A"), (2, 116, b" "))
    assert list(iptc_claims(record)) == [("iptc:CopyrightNotice", "(c) A")]


def test_what_is_no_dataset_ends_the_reading():
    good = iim((2, 116, b"(c) A"))
    assert list(iptc_claims(b"x" + good)) == []
    assert list(iptc_claims(b"\x1c\x02\x74\x80\x04" + good)) == []
    assert list(iptc_claims(good[:-2])) == [("iptc:CopyrightNotice", "(c)")]
    assert len(list(iptc_claims(good * 20_000))) == 10_000
