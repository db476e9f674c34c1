import io
import os
import tarfile

import pytest

from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.streams import PlainStream
from sekisho.store.datasets.tarwalk import BLOCK, entries, is_header


class Memory:
    """A tar in memory, as the walk wants it."""

    def __init__(self, raw):
        self.raw, self.position = raw, 0

    def read(self, count):
        data = self.raw[self.position : self.position + count]
        self.position += len(data)
        return data

    def skip_to(self, position):
        if position > len(self.raw):
            raise DamageError("cut")
        self.position = position


def tar(names, form=tarfile.PAX_FORMAT, **fields):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for i, name in enumerate(names):
            info = tarfile.TarInfo(name)
            info.size = 700 + i
            for key, value in fields.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(bytes([i]) * info.size))
    return out.getvalue()


def header(name=b"a.jpg", size=b"00000000000\0", kind=b"0", rest=b""):
    block = bytearray(BLOCK)
    block[: len(name)] = name
    block[124:136] = size
    block[156:157] = kind
    block[257:265] = b"ustar\x0000"
    block[345 : 345 + len(rest)] = rest
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["a.jpg", "d/" * 40 + "n" * 90 + ".jpg", "\u684c.jpg"])
def test_names_and_contents_agree_with_the_standard_library(form, name):
    raw = tar([name, "b.jpg"], form)
    found = list(entries(Memory(raw)))
    assert [e.name.decode() for e in found] == [name, "b.jpg"]
    assert [raw[e.data : e.data + e.size] for e in found] == [b"\0" * 700, b"\x01" * 701]
    assert found[0].header == 0
    assert found[0].stop == found[1].header


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_name_of_100_kb(form):
    name = "/".join(["x" * 200] * 500) + ".jpg"
    (found,) = entries(Memory(tar([name], form)))
    assert found.name.decode() == name


def test_a_size_above_8_gib_is_read_as_base_256():
    raw = header(size=b"\x80" + (9 << 30).to_bytes(11, "big"))
    walk = entries(Memory(raw))
    assert next(walk).size == 9 << 30
    with pytest.raises(DamageError):
        next(walk)


@pytest.mark.parametrize("size", [b"\xff" * 12, b"-0000000001\0", b"9999999999x\0", b"\x81" + b"\0" * 11])
def test_a_size_that_is_no_size(size):
    with pytest.raises(DamageError):
        list(entries(Memory(header(size=size) + bytes(3 * BLOCK))))


def test_a_negative_pax_size():
    record = b"12 size=-99\n"
    raw = (
        header(size=b"%011o\0" % len(record), kind=b"x") + record.ljust(BLOCK, b"\0") + header() + bytes(1024)
    )
    with pytest.raises(DamageError):
        list(entries(Memory(raw)))


@pytest.mark.parametrize("record", [b"999 path=x\n", b"3 path=x\n", b"path=x\n", b"10 path=xyz"])
def test_a_pax_record_that_lies(record):
    raw = (
        header(size=b"%011o\0" % len(record), kind=b"x") + record.ljust(BLOCK, b"\0") + header() + bytes(1024)
    )
    with pytest.raises(DamageError):
        list(entries(Memory(raw)))


def test_extension_headers_without_end():
    with pytest.raises(DamageError, match="too many"):
        list(entries(Memory(header(kind=b"L") * 100)))


def test_an_extension_header_of_gigabytes_is_not_read():
    raw = header(size=b"77777777777\0", kind=b"L")
    with pytest.raises(DamageError, match="too large"):
        list(entries(Memory(raw + bytes(BLOCK))))


def test_every_cut_is_noticed_and_nothing_before_it_is_lost():
    raw = tar(["a.jpg", "b.jpg", "c.jpg"])
    whole = list(entries(Memory(raw)))
    for cut in range(0, whole[-1].stop + 1, 128):
        found = []
        with pytest.raises(DamageError):
            found.extend(entries(Memory(raw[:cut])))
        sound = [e for e in found if e.data + e.size <= cut]
        assert sound == [e for e in whole if e.data + e.size <= cut]


def test_members_behind_the_end_marker_are_found():
    raw = tar(["a.jpg"]) + tar(["b.jpg"])
    assert [e.name for e in entries(Memory(raw))] == [b"a.jpg", b"b.jpg"]


def test_garbage_behind_the_end_marker_is_noticed():
    with pytest.raises(DamageError):
        list(entries(Memory(tar(["a.jpg"]) + b"x" * BLOCK)))


def test_sparse_links_and_folders_are_no_files():
    kinds = [b"S", b"1", b"2", b"3", b"4", b"5", b"6", b"0", b"7"]
    raw = b"".join(header(kind=kind) for kind in kinds) + bytes(1024)
    assert [e.is_file for e in entries(Memory(raw))] == [False] * 7 + [True] * 2


def test_text_is_no_header():
    assert not is_header(b"0" * BLOCK)
    assert not is_header(bytes(BLOCK))
    assert is_header(header())


def test_a_plain_stream_reads_by_offset_and_does_not_skip_past_its_end(tmp_path):
    (tmp_path / "t").write_bytes(b"0123456789")
    with (tmp_path / "t").open("rb") as file:
        stream = PlainStream(file.fileno(), os.fstat(file.fileno()).st_size)
        stream.skip_to(4)
        assert stream.read(3) == b"456"
        assert stream.position == 7
        with pytest.raises(DamageError):
            stream.skip_to(11)
