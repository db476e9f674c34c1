import gzip
import os

import pytest

from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.streams import GzipStream, PlainStream
from sekisho.store.datasets.warcwalk import MAX_HEAD, Walk
from tests.pages import record_of, warc_of

PAGES = [(b"one", "text/html"), (b"x" * 5000, "text/plain"), (b"", "text/html")]


@pytest.fixture
def walk(tmp_path):
    files = []

    def opened(data):
        (tmp_path / "f").write_bytes(data)
        files.append((tmp_path / "f").open("rb"))
        descriptor = files[-1].fileno()
        if data[:2] == b"\x1f\x8b":
            return Walk(GzipStream(descriptor))
        return Walk(PlainStream(descriptor, os.fstat(descriptor).st_size))

    yield opened
    for file in files:
        file.close()


def seen(walk, *, read=True):
    return [(record.head + (walk.read(record.size) if read else b""), walk.place) for record in walk]


def test_records_and_where_one_can_begin(walk):
    plain = warc_of(PAGES)
    records = seen(walk(plain))
    assert b"".join(raw + b"\r\n\r\n" for raw, _ in records) == plain
    assert [plain[place:].startswith(raw) for raw, place in records] == [True] * 4
    packed = warc_of(PAGES, packed=True)
    found = seen(walk(packed))
    assert [raw for raw, _ in found] == [raw for raw, _ in records]
    assert [gzip.decompress(packed[p:])[: len(raw)] == raw for raw, p in found] == [True] * 4
    assert [p for _, p in seen(walk(gzip.compress(plain)))] == [0, None, None, None]


def test_blocks_need_not_be_read(walk):
    for data in (warc_of(PAGES), warc_of(PAGES, packed=True)):
        assert [p for _, p in seen(walk(data), read=False)] == [p for _, p in seen(walk(data))]


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_anywhere_is_noticed(walk, packed):
    whole = warc_of(PAGES, packed=packed)
    ends = [place for _, place in seen(walk(whole))]
    for cut in range(0, len(whole), 41):
        if cut and cut in ends:
            continue
        with pytest.raises(DamageError):
            seen(walk(whole[:cut]), read=bool(cut % 2))


@pytest.mark.parametrize(
    "data",
    [
        b"WARC/1.0\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: -1\r\n\r\n\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: 999999999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
        record_of("response", b"") + b"more",
        b"WARC/1.0\r\n" + b"x" * (MAX_HEAD + 5000),
    ],
)
def test_what_is_no_record_is_damage(walk, data):
    with pytest.raises(DamageError):
        seen(walk(data), read=False)
