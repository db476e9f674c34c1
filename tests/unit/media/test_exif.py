import struct

import numpy as np
import pytest
from PIL import Image

from sekisho.media.exif import orientation, upright
from tests.pictures import picture

AS_STORED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: np.rot90(a.transpose(1, 0, 2), 2),
    8: lambda a: np.rot90(a, -1),
}


def block(value, *, order="<", tag=0x0112, kind=3, count=1, before=2):
    entries = [(0x010F + n, 2, 1, 65) for n in range(before)] + [(tag, kind, count, value)]
    body = b"".join(struct.pack(order + "HHIHH", *entry, 0) for entry in entries)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return head + struct.pack(order + "H", len(entries)) + body + bytes(4)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("value", range(1, 9))
def test_the_tag_is_read_in_both_byte_orders(value, order):
    assert orientation(block(value, order=order)) == value
    assert orientation(b"Exif\0\0" + block(value, order=order)) == value


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff" + bytes(30),
        b"XX*\0" + block(6)[4:],
        block(0),
        block(9),
        block(6, kind=4),
        block(6, count=2),
        block(6, tag=0x0113),
        block(6)[:-8],
    ],
)
def test_anything_else_is_upright(exif):
    assert orientation(exif) == 1


def test_a_count_beyond_the_block_does_not_read_beyond_it():
    exif = bytearray(block(6))
    exif[8:10] = b"\xff\xff"
    assert orientation(bytes(exif)) == 6


@pytest.mark.parametrize("turn", range(1, 9))
def test_each_orientation_is_undone(turn):
    drawn = picture(3, 30, 20)
    stored = Image.fromarray(np.ascontiguousarray(AS_STORED[turn](drawn)))
    assert np.array_equal(np.asarray(upright(stored, turn)), drawn)
