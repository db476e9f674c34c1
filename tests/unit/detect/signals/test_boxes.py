import struct

from sekisho.detect.signals.boxes import in_boxes
from sekisho.detect.signals.held import Held
from tests.embedded import avif, packet, tiff_block

XMP = packet({"plus:DataMining": "DMI-PROHIBITED"})
UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
FILE = b"\0\0\0\x10ftypisom\0\0\0\0"


def looked(data):
    held = Held()
    in_boxes(data, held)
    in_boxes(memoryview(data), Held())
    return held


def box(kind, body):
    return struct.pack(">I4s", len(body) + 8, kind) + body


def infe(item, kind, rest=b"", version=2):
    head = bytes([version, 0, 0, 0]) + struct.pack(">IH" if version == 3 else ">HH", item, 0)
    return box(b"infe", head + kind + b"\0" + rest)


def meta(items, places, idat=b""):
    iinf = box(b"iinf", bytes(4) + struct.pack(">H", len(items)) + b"".join(items))
    iloc = box(b"iloc", places)
    return box(b"meta", bytes(4) + iinf + iloc + (box(b"idat", idat) if idat else b""))


def test_pillow_s_packet_and_exif_are_found():
    block = tiff_block({0x8298: b"(c) A\0"})
    held = looked(avif(XMP, exif=block))
    assert held.xmp == [XMP]
    assert [b"(c) A" in one for one in held.exif] == [True]


def test_an_item_in_parts_within_the_meta_box():
    names = [infe(1, b"av01"), infe(2, b"mime", b"application/rdf+xml\0")]
    part = struct.pack(">HHHH", 2, 1, 0, 2) + struct.pack(">IIII", 0, 3, 3, 3)
    places = b"\x01\0\0\0\x44\x00" + struct.pack(">H", 1) + part
    assert looked(FILE + meta(names, places, b"abcdef")).xmp == [b"abcdef"]


def test_an_item_with_a_wide_number_in_the_file():
    names = [infe(70_000, b"mime", b"application/rdf+xml\0", version=3)]
    part = struct.pack(">IHHH", 70_000, 0, 0, 1) + struct.pack(">II", 4, 4)
    places = b"\x02\0\0\0\x44\x00" + struct.pack(">I", 1) + part
    assert looked(FILE + meta(names, places)).xmp == [b"ftyp"]


def test_an_item_that_is_not_there_is_a_problem():
    names = [infe(2, b"mime", b"application/rdf+xml\0")]
    for places in (
        b"\0\0\0\0\x44\0\0\0",
        b"\0\0\0\0\x44",
        b"\0\0\0\0\x44\0\0\x01\0\x02\0\0\0\x01" + b"\xff" * 8,
    ):
        held = looked(FILE + meta(names, places))
        assert (held.xmp, held.problems) == ([], ["XMP: cut off or too large"])


def test_boxes_of_films():
    film = box(b"moov", box(b"udta", box(b"XMP_", XMP)))
    assert looked(FILE + film).xmp == [XMP]
    assert looked(FILE + box(b"uuid", UUID + XMP)).xmp == [XMP]
    assert looked(FILE + box(b"uuid", C2PA)).c2pa


def test_sizes_of_64_bits_and_to_the_end():
    wide = struct.pack(">I4sQ", 1, b"uuid", 16 + 16 + len(XMP)) + UUID + XMP
    endless = struct.pack(">I4s", 0, b"uuid") + UUID + XMP
    assert looked(FILE + wide + endless).xmp == [XMP, XMP]


def test_sizes_that_can_not_be_end_the_walk():
    for size in (1, 2, 7, 0xFFFFFFFF):
        looked(FILE + struct.pack(">I4s", size, b"uuid") + UUID)
        looked(FILE + struct.pack(">I4s", size, b"meta") + bytes(20))
    data = avif(XMP)
    for end in range(600):
        looked(data[:end])
