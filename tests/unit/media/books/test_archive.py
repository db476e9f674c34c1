import stat
import struct
import zipfile
import zlib

import pytest

from sekisho.media import CannotDecode
from sekisho.media.books import BookLimits
from sekisho.media.books.archive import open_archive
from sekisho.model import Unreadable
from tests.books import Bytes, zipped, zipped_raw

CORRUPT = Unreadable.CONTAINER_CORRUPT
DATA = b"some bytes of a page" * 20


def opened(data, limits=None):
    return open_archive(Bytes(data), limits or BookLimits())


def refusal(data, limits=None):
    with pytest.raises(CannotDecode) as caught:
        opened(data, limits)
    return caught.value.problem.reason


def deflated(data):
    pack = zlib.compressobj(wbits=-15)
    return pack.compress(data) + pack.flush()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_are_unpacked(method):
    archive = opened(zipped({"a/1.jpg": DATA, "empty": b"", "a/": b""}, method))
    assert sorted(archive.members) == ["a/1.jpg", "empty"]
    assert archive.read("a/1.jpg", 1000) == DATA
    assert archive.read("empty", 0) == b""


def test_an_archive_without_members_is_empty():
    assert opened(zipped({})).members == {}


def test_zip64_is_read():
    name, size = b"a.jpg", len(DATA)
    extra = struct.pack("<HHQQQ", 1, 24, size, size, 0)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 45, 0, 0, 0, 0x21, zlib.crc32(DATA), size, size, 5, 0)
    body = local + name + DATA
    common = struct.pack("<5H3L2H", 45, 0, 0, 0, 0x21, zlib.crc32(DATA), 2**32 - 1, 2**32 - 1, 5, len(extra))
    central = b"PK\x01\x02\x2d\x00" + common + struct.pack("<3H2L", 0, 0, 0, 0, 2**32 - 1) + name + extra
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(central), len(body))
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body) + len(central), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    data = body + central + end64 + locator + end
    assert opened(data).read("a.jpg", 1000) == DATA
    assert refusal(data.replace(b"PK\x06\x06", b"PK\x06\x09")) == CORRUPT
    assert refusal(data.replace(extra, b"\x09" + extra[1:])) == CORRUPT


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        ("1話.jpg".encode("cp932"), 0, "1話.jpg"),
        # The second byte of these is the backslash of ASCII.
        ("表ソ/能.jpg".encode("cp932"), 0, "表ソ/能.jpg"),
        ("話.jpg".encode(), 0, "話.jpg"),
        ("話.jpg".encode(), 1 << 11, "話.jpg"),
        ("話　上.jpg".encode(), 1 << 11, "話　上.jpg"),
        (b"\x81.jpg", 0, "\u00fc.jpg"),
    ],
)
def test_names_are_read_as_they_were_meant(raw, flags, name):
    assert list(opened(zipped_raw([{"name": raw, "data": DATA, "flags": flags}])).members) == [name]


@pytest.mark.parametrize(
    "name",
    [b"../a.jpg", b"a/../../b.jpg", b"/etc/a.jpg", b"\\a.jpg", b"a\\..\\b.jpg", b"C:/a.jpg", b"c:a.jpg",
     b"a\0.jpg", b"", b"a/..", b"a\nb.jpg"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_spoils_the_archive(name):
    assert (
        refusal(zipped_raw([{"name": b"1.jpg", "data": DATA}, {"name": name, "data": DATA}])) == "unsafe_name"
    )


def test_a_name_that_says_utf8_and_is_not_spoils_the_archive():
    assert refusal(zipped_raw([{"name": b"\xff.jpg", "data": DATA, "flags": 1 << 11}])) == CORRUPT


@pytest.mark.parametrize("flags", [1, 1 | 1 << 6, 1 << 13])
def test_an_encrypted_member_spoils_the_archive(flags):
    assert refusal(zipped_raw([{"name": b"1.jpg", "data": DATA, "flags": flags}])) == Unreadable.ENCRYPTED


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_spoil_the_archive(kind):
    member = {"name": b"1.jpg", "data": b"/etc/passwd", "system": 3, "attributes": (kind | 0o777) << 16}
    assert refusal(zipped_raw([member])) == Unreadable.NOT_A_REGULAR_FILE
    assert opened(zipped_raw([member | {"attributes": (stat.S_IFREG | 0o644) << 16}])).members


def test_two_members_of_one_name_spoil_the_archive():
    twice = [{"name": b"1.jpg", "data": DATA}, {"name": b"1.jpg", "data": b"other"}]
    assert refusal(zipped_raw(twice)) == CORRUPT


def test_members_that_overlap_spoil_the_archive():
    kernel = [{"name": b"1.jpg", "data": DATA}, {"name": b"2.jpg", "data": DATA, "offset": 0}]
    assert refusal(zipped_raw(kernel)) == CORRUPT
    assert refusal(zipped_raw([{"name": b"1.jpg", "data": DATA, "offset": 10_000}])) == CORRUPT


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = {"name": b"1.bmp", "data": b"", "packed": deflated(b"\0" * 100_000), "method": 8, "size": 1 << 30}
    assert refusal(zipped_raw([bomb])) == Unreadable.COMPRESSION_RATIO
    many = [bomb | {"name": b"%d.bmp" % n, "size": 1 << 20} for n in range(200)]
    assert refusal(zipped_raw(many)) == Unreadable.COMPRESSION_RATIO


def test_a_member_that_unpacks_to_more_than_it_says_is_refused():
    liar = {"name": b"1.jpg", "data": DATA, "packed": deflated(b"\0" * 10_000_000), "method": 8, "size": 100}
    with pytest.raises(CannotDecode) as caught:
        opened(zipped_raw([liar])).read("1.jpg", 1 << 20)
    assert caught.value.problem.reason == CORRUPT


def test_too_many_members_are_refused():
    data = zipped({f"{n}.jpg": b"x" for n in range(11)})
    assert refusal(data, BookLimits(max_members=10)) == Unreadable.TOO_MANY_FRAMES
    assert refusal(data, BookLimits(max_directory=100)) == Unreadable.TOO_LARGE
    assert refusal(zipped_raw([{"name": b"1", "data": b"x"}], count=60_000)) == CORRUPT


def test_a_member_above_the_limit_is_not_read():
    with pytest.raises(CannotDecode) as caught:
        opened(zipped({"a": DATA})).read("a", len(DATA) - 1)
    assert caught.value.problem.reason == Unreadable.TOO_LARGE


@pytest.mark.parametrize(
    "lie",
    [
        {"crc": 1},
        {"method": 8},
        {"method": 8, "packed": b"\xff" * 20},
        {"method": 8, "packed": deflated(DATA)[:-5]},
    ],
)
def test_a_broken_member_is_refused(lie):
    with pytest.raises(CannotDecode) as caught:
        opened(zipped_raw([{"name": b"a", "data": DATA} | lie])).read("a", 1 << 20)
    assert caught.value.problem.reason == CORRUPT


def test_unknown_compression_is_not_guessed():
    assert refusal(zipped_raw([{"name": b"a", "data": DATA, "method": 14}])) == Unreadable.UNSUPPORTED_FORMAT


def test_stored_with_two_sizes_is_refused():
    assert refusal(zipped_raw([{"name": b"a", "data": DATA, "size": 5}])) == CORRUPT


def test_a_missing_member_is_said():
    with pytest.raises(CannotDecode, match="there is no b"):
        opened(zipped({"a": DATA})).read("b", 100)


@pytest.mark.parametrize("cut", [1, 10, 30, 100])
def test_an_archive_without_its_end_is_truncated(cut):
    assert refusal(zipped({"a": DATA, "b": DATA})[:-cut]) in {Unreadable.TRUNCATED, CORRUPT}


def test_an_archive_without_its_beginning_is_refused():
    data = zipped({"a": DATA, "b": DATA})[40:]

    def read():
        archive = opened(data)
        return [archive.read(name, 1000) for name in archive.members]

    with pytest.raises(CannotDecode) as caught:
        read()
    assert caught.value.problem.reason in {CORRUPT, Unreadable.TRUNCATED}
