import struct

import pytest

from sekisho.detect.signals.held import Held
from sekisho.detect.signals.tiff import ARTIST, COPYRIGHT, directories, in_tiff, tag_bytes
from tests.embedded import iim, packet, tiff, tiff_block

XMP = packet({"plus:DataMining": "DMI-PROHIBITED"})


def looked(data):
    held = Held()
    in_tiff(data, held)
    in_tiff(memoryview(data), Held())
    return held


@pytest.mark.parametrize("order", "<>")
def test_tags_are_read_in_both_byte_orders(order):
    block = tiff_block({ARTIST: b"A\0", COPYRIGHT: b"(c) somebody\0"}, order)
    (tags,) = directories(block)
    assert tag_bytes(block, tags, ARTIST) == b"A\0"
    assert tag_bytes(block, tags, COPYRIGHT) == b"(c) somebody\0"
    assert tag_bytes(block, tags, COPYRIGHT, 5) is None
    assert tag_bytes(block, tags, 0x0100) is None


def test_a_file_gives_packet_records_and_claims():
    notice = iim((2, 116, b"(c) B"))
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(notice)) + notice
    data = tiff({700: XMP, 33723: notice, 34377: resource, COPYRIGHT: "(c) A", ARTIST: "C"})
    held = looked(data)
    assert held.xmp == [XMP]
    assert held.iptc == [notice, notice]
    assert sorted(held.claims) == [("exif:Artist", "C"), ("exif:Copyright", "(c) A")]
    assert not held.c2pa


def test_a_packet_that_is_cut_off_is_a_problem():
    data = tiff_block({700: b"x" * 100})
    assert looked(data[:-50]).problems == ["XMP: cut off or too large"]


def test_bigtiff_is_read():
    data = (
        b"II+\0\x08\0\0\0"
        + struct.pack("<QQ", 16, 1)
        + struct.pack("<HHQ", 700, 1, 3)
        + b"abc"
        + bytes(5 + 8)
    )
    assert looked(data).xmp == [b"abc"]


def test_a_manifest_is_noticed():
    assert looked(tiff_block({0xCD41: b"jumbf"})).c2pa


def test_a_loop_of_directories_ends():
    data = bytearray(tiff_block({700: b"abcdefgh"}))
    at = 8 + 2 + 12
    data[at : at + 4] = struct.pack("<I", 8)
    assert looked(bytes(data)).xmp == [b"abcdefgh"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff" + bytes(30),
        b"XX*\0" + bytes(30),
        b"II*\0\x08\0\0\0\xff\xff" + b"\xff" * 100,
        b"MM\0+" + b"\xff" * 40,
    ],
)
def test_anything_else_says_nothing(data):
    held = looked(data)
    assert (held.xmp, held.claims) == ([], [])
