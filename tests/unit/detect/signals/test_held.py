import zlib

from sekisho.detect.signals.held import MAX_PACKET, MAX_PACKETS, Held, worded


def test_packets_are_kept_up_to_their_number_and_size():
    held = Held()
    for number in range(MAX_PACKETS + 1):
        held.packet(b"%d" % number)
    assert len(held.xmp) == MAX_PACKETS
    assert held.problems == ["XMP: too large, or too many packets"]
    large = Held()
    large.packet(bytes(MAX_PACKET))
    large.packet(b"x")
    assert (len(large.xmp), len(large.problems)) == (1, 1)


def test_a_stream_is_unpacked_within_the_room_that_is_left():
    held = Held()
    assert held.unpacked(zlib.compress(b"x" * 100)) == b"x" * 100
    held.room = 99
    assert held.unpacked(zlib.compress(b"x" * 100)) is None
    assert held.problems
    assert held.unpacked(zlib.compress(b"x")) is None


def test_broken_and_cut_streams_are_problems():
    for data in (b"", b"no", zlib.compress(b"x" * 100)[:-3]):
        held = Held()
        assert held.unpacked(data) is None
        assert len(held.problems) == 1


def test_it_says_whether_there_is_anything():
    assert not Held().holds_anything
    assert not Held(c2pa=True).holds_anything
    assert Held(exif=[b""]).holds_anything


def test_text_fields_are_read_in_the_charset_that_they_have():
    assert worded(b"(c) 2026 A\0 B\0") == "(c) 2026 A  B"
    assert worded("著作権 関所".encode()) == "著作権 関所"
    assert worded("無断転載を禁じます".encode("cp932")) == "無断転載を禁じます"
    assert worded(b"") == ""
    assert isinstance(worded(bytes(range(256))), str)
