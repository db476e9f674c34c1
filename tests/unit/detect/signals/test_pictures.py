import struct
import zlib

import pytest

from sekisho.detect.signals.held import MAX_PACKETS, Held
from sekisho.detect.signals.pictures import in_gif, in_jpeg, in_png, in_webp, resources
from tests.embedded import gif, iim, jpeg, jpeg_with, packet, png, png_with, tiff_block, webp

XMP = packet({"plus:DataMining": "DMI-PROHIBITED"}, padding=100)
HEAD = b"http://ns.adobe.com/xap/1.0/\0"
MORE = b"http://ns.adobe.com/xmp/extension/\0"
GUID = b"0123456789ABCDEF0123456789ABCDEF"
NOTED = packet({"xmpNote:HasExtendedXMP": GUID.decode()})


def looked(read, data):
    held = Held()
    read(data, held)
    read(memoryview(data), Held())
    return held


def part(offset, body, total):
    return 0xE1, MORE + struct.pack(">32sII", GUID, total, offset) + body


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (in_jpeg, jpeg(XMP)),
        (in_png, png(XMP)),
        (in_png, png(XMP, packed=True)),
        (in_webp, webp(XMP)),
        (in_gif, gif(XMP)),
    ],
    ids=["jpeg", "png", "png packed", "webp", "gif"],
)
def test_a_packet_is_found_where_writers_put_it(read, data):
    held = looked(read, data)
    assert held.xmp == [XMP]
    assert held.problems == []


def test_a_packet_behind_filling_bytes_is_found_as_by_libjpeg():
    data = jpeg_with((0xE1, HEAD + XMP))
    assert looked(in_jpeg, data[:2] + b"\xff\xff\xff" + data[2:]).xmp == [XMP]


def test_a_long_run_of_fill_bytes_is_walked_once():
    assert looked(in_jpeg, b"\xff\xd8" + b"\xff" * 1_000_000 + bytes(1_000_000)) == Held()


def test_a_long_packet_is_put_together_in_any_order():
    parts = [part(3, b"def", 6), part(0, b"abc", 6)]
    assert looked(in_jpeg, jpeg_with((0xE1, HEAD + NOTED), *parts)).xmp == [NOTED, b"abcdef"]


@pytest.mark.parametrize(
    "parts",
    [[part(0, b"abc", 6)], [part(3, b"def", 6)], [part(0, b"abcd", 6), part(3, b"def", 6)]],
    ids=["end missing", "beginning missing", "overlapping"],
)
def test_a_long_packet_with_gaps_is_a_problem(parts):
    held = looked(in_jpeg, jpeg_with((0xE1, HEAD + NOTED), *parts))
    assert (held.xmp, len(held.problems)) == ([NOTED], 1)


def test_a_long_packet_that_nobody_names_is_left_out():
    held = looked(in_jpeg, jpeg_with((0xE1, HEAD + XMP), part(0, b"abc", 6)))
    assert (held.xmp, held.problems) == ([XMP], [])


def test_exif_and_iptc_of_a_jpeg():
    block = tiff_block({0x8298: b"(c) A\0"})
    notice = iim((2, 116, b"(c) B"))
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(notice)) + notice
    other = b"8BIM" + struct.pack(">HHI", 0x03ED, 0, 3) + b"abc\0"
    held = looked(
        in_jpeg, jpeg_with((0xE1, b"Exif\0\0" + block), (0xED, b"Photoshop 3.0\0" + other + resource))
    )
    assert (held.exif, held.iptc) == ([block], [notice])


def test_resources_with_names_and_lies():
    held = Held()
    resources(b"8BIM\x04\x04\x03abc" + struct.pack(">I", 2) + b"xy", held)
    resources(b"8BIM\x04\x24\0\0" + struct.pack(">I", 2) + b"xy", held)
    for lie in (b"8BIM", b"8BIM\x04\x04\xff" + b"x" * 9, b"8BIM\x04\x04\0\0\xff\xff\xff\xff", b"8BIX" * 5):
        resources(lie, held)
    assert (held.iptc, held.xmp) == ([b"xy", b""], [b"xy"])


def test_texts_of_a_png():
    block = tiff_block({0x8298: b"(c) A\0"})
    raw = b"Raw profile type xmp\0\nxmp\n      %d\n%s\n" % (len(XMP), XMP.hex().encode())
    packed = b"Copyright\0\0" + zlib.compress(b"(c) B")
    chunks = [
        (b"eXIf", block),
        (b"tEXt", raw),
        (b"zTXt", packed),
        (b"tEXt", b"Author\0C"),
        (b"tEXt", b"Title\0D"),
    ]
    held = looked(in_png, png_with(*chunks))
    assert (held.exif, held.xmp) == ([block], [XMP])
    assert held.claims == [("png:Copyright", "(c) B"), ("png:Author", "C")]


def test_packed_profiles_of_imagemagick():
    exif = b"Exif\0\0" + tiff_block({0x8298: b"(c) A\0"})
    hexed = b"\nexif\n  %d\n%s\n" % (len(exif), exif.hex().encode())
    held = looked(in_png, png_with((b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(hexed))))
    assert held.exif == [exif[6:]]


@pytest.mark.parametrize(
    "chunk",
    [
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + b"no stream"),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(17 << 20))),
        (b"tEXt", b"Raw profile type xmp\0\nxmp\n 4\nzzzz\n"),
        (b"zTXt", b"Raw profile type xmp\0\0no stream"),
    ],
    ids=["broken", "a bomb", "no digits", "broken profile"],
)
def test_what_can_not_be_taken_out_of_a_png_is_a_problem(chunk):
    held = looked(in_png, png_with(chunk))
    assert (held.xmp, len(held.problems)) == ([], 1)


def test_many_bombs_cost_one():
    bomb = (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(17 << 20)))
    held = looked(in_png, png_with(*[bomb] * 50))
    assert (held.room, len(held.problems)) == (0, 1)


def test_a_gif_with_many_beginnings_and_no_end_is_walked_once():
    data = b"GIF89a" + b"\x21\xff\x0bXMP DataXMP" * 100_000
    held = looked(in_gif, data)
    assert len(held.xmp) <= MAX_PACKETS
    assert held.problems


def test_manifests_of_c2pa_are_noticed():
    assert looked(in_gif, b"GIF89a\x21\xff\x0bC2PA_GIF\x01\0\0").c2pa
    assert looked(in_webp, b"RIFF\0\0\0\0WEBPC2PA\x04\0\0\0abcd").c2pa


@pytest.mark.parametrize("read", [in_jpeg, in_png, in_webp, in_gif])
def test_cut_files_are_walked_to_their_end(read):
    whole = {in_jpeg: jpeg(XMP), in_png: png(XMP), in_webp: webp(XMP), in_gif: gif(XMP)}[read]
    for end in range(600):
        looked(read, whole[:end])
