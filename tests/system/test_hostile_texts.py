"""Text datasets that were made to hurt: nothing hangs or raises, nothing is lost in silence or held whole."""

import gzip
import json
import os
import random
import resource
import socket

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.model import Unreadable
from sekisho.store.datasets import open_datasets
from tests.counts import count
from tests.pages import record_of, response_of, warc_of

LINES = [b'{"n":%d,"text":"%s"}' % (n, b"x" * (n * 37 % 211)) for n in range(300)]
RAW = b"\n".join(LINES) + b"\n"
PAGES = [(b"<p>page %d" % n, "text/html") for n in range(40)]


def zstd(data):
    return pa.compress(data, "zstd", asbytes=True)


def look(path, **options):
    """Return what an audit sees of one dataset: bytes or the reason by name, and the skipped members."""
    (dataset,) = open_datasets([path], **options)
    found, skipped = {}, 0
    for unit in dataset.plan(max_items=5):
        reading = dataset.read(unit)
        for item in reading:
            assert item.name not in found, f"two items are called {item.name}"
            found[item.name] = item.problem.reason if item.problem else bytes(item.data)
        skipped += reading.skipped
    return found, skipped


def test_links_pipes_and_folders_named_as_texts(tmp_path, monkeypatch):
    folder = tmp_path / "d"
    (folder / "site.html").mkdir(parents=True)
    (folder / "site.html" / "a.html").write_bytes(b"<p>a")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (folder / "out.txt").symlink_to("../secret.txt")
    (folder / "out.jsonl").symlink_to("../secret.txt")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "in.txt").symlink_to("site.html/a.html")
    os.mkfifo(folder / "pipe.jsonl")
    os.mkfifo(folder / "pipe.txt")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "empty.json").write_bytes(b"")
    (folder / "name%#~.txt").write_bytes(b"odd")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.warc")
        found, skipped = look(folder)
    assert found == {
        "site.html/a.html": b"<p>a",
        "in.txt": b"<p>a",
        "out.txt": Unreadable.LINK_OUTSIDE,
        "out.jsonl": Unreadable.LINK_OUTSIDE,
        "loop.md": Unreadable.LINK_OUTSIDE,
        "pipe.jsonl": Unreadable.NOT_A_REGULAR_FILE,
        "pipe.txt": Unreadable.NOT_A_REGULAR_FILE,
        "socket.warc": Unreadable.NOT_A_REGULAR_FILE,
        "empty.json": Unreadable.EMPTY,
        "name%25%23%7E.txt": b"odd",
    }
    assert skipped == 1


MADE = {
    "a.jsonl": RAW,
    "a.jsonl.gz": gzip.compress(RAW, mtime=0),
    "a.jsonl.zst": zstd(RAW),
    "a.warc": warc_of(PAGES),
    "a.warc.gz": warc_of(PAGES, packed=True),
}


@pytest.mark.parametrize("name", MADE)
def test_damage_anywhere_is_an_item_or_another_line(tmp_path, name):
    if "warc" in name:
        pytest.importorskip("fastwarc")
    draw = random.Random(name)  # noqa: S311 - no secret
    whole = {key.partition("#")[2]: value for key, value in look_at(tmp_path, name, MADE[name])[0].items()}
    for _ in range(count(60, 3000)):
        data = bytearray(MADE[name])
        at = draw.randrange(len(data))
        match draw.randrange(3):
            case 0:
                data[at] ^= 1 << draw.randrange(8)
            case 1:
                del data[at:]
            case _:
                data[at : at + 20] = draw.randbytes(20)
        found, skipped = look_at(tmp_path, name, bytes(data))
        kept = {key.partition("#")[2]: value for key, value in found.items()}
        lost = [key for key, value in whole.items() if kept.get(key) != value]
        told = [key for key, value in kept.items() if whole.get(key) != value]
        assert not lost or told or skipped or name in ("a.jsonl", "a.warc")


def look_at(folder, name, data):
    (folder / name).write_bytes(data)
    return look(folder / name)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_bomb_is_left(tmp_path, kind):
    zeros = b'{"a":1}\n' + bytes(120 << 20)
    data = gzip.compress(zeros, 9) if kind == "gz" else zstd(zeros)
    assert len(data) < len(zeros) // 900
    (tmp_path / f"b.jsonl.{kind}").write_bytes(data)
    found, _ = look(tmp_path / f"b.jsonl.{kind}", max_bytes=1 << 20)
    name = f"b.jsonl.{kind}"
    assert found == {f"{name}#0": b'{"a":1}', f"{name}#": Unreadable.COMPRESSION_RATIO}


def test_a_line_without_end_is_not_held(tmp_path):
    with (tmp_path / "l.jsonl").open("wb") as out:
        out.write(b'{"a":1}\n"')
        for _ in range(200):
            out.write(b"x" * (1 << 20))
        out.write(b'"\n{"b":2}')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, _ = look(tmp_path / "l.jsonl", max_bytes=4 << 20)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert found == {"l.jsonl#0": b'{"a":1}', "l.jsonl#1": Unreadable.TOO_LARGE, "l.jsonl#2": b'{"b":2}'}
    assert grown < 100 * 1024, "kilobytes"


def test_records_that_lie(tmp_path):
    pytest.importorskip("fastwarc")
    lies = {
        "far": b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999999\r\n\r\nHTTP/1.1 200\r\n",
        "negative": b"WARC/1.0\r\nContent-Length: -5\r\n\r\n",
        "head": b"WARC/1.0\r\n" + b"x: " + b"y" * (3 << 20),
        "html": b"<html>an error page</html>",
        "zeros": bytes(5000),
    }
    for name, lie in lies.items():
        (tmp_path / "w.warc").write_bytes(response_of(b"good", "text/plain") + lie)
        found, _ = look(tmp_path / "w.warc")
        assert found == {"w.warc#0": b"good", "w.warc#": Unreadable.CONTAINER_CORRUPT}, name


def test_blocks_of_records_that_are_no_http(tmp_path):
    pytest.importorskip("fastwarc")
    draw = random.Random("blocks")  # noqa: S311 - no secret
    blocks = [b"", b"\r\n\r\n", b"HTTP/1.1\r\n\r\nx", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"]
    blocks += [draw.randbytes(draw.randrange(400)) for _ in range(count(50, 2000))]
    chunked = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    blocks += [chunked + body for body in (b"FFFFFFFFFFFFFFFF\r\nx", b"-1\r\nx", b"zz\r\nx", b"5\r\nab")]
    (tmp_path / "w.warc").write_bytes(b"".join(record_of("response", block) for block in blocks))
    found, skipped = look(tmp_path / "w.warc")
    assert len(found) + skipped == len(blocks)
    assert "w.warc#" not in found


def test_flipped_bytes_in_a_parquet_file_of_texts_never_raise(tmp_path):
    path = tmp_path / "p.parquet"
    talk = [[{"role": "user", "content": f"{n}"}] for n in range(20)]
    pq.write_table(pa.table({"text": [f"text {n}" for n in range(20)], "talk": talk}), path, row_group_size=7)
    raw = path.read_bytes()
    for at in range(0, len(raw), max(1, len(raw) // count(120, 2000))):
        damaged = bytearray(raw)
        damaged[at] ^= 0x55
        path.write_bytes(damaged)
        if b"text" in damaged[-1200:] and b"talk" in damaged[-1200:]:
            found, skipped = look(path)
            assert found or skipped


def test_a_record_of_many_lines_is_read_in_one_go(tmp_path):
    """Half as many lines again cost half as much again: the reader never goes back."""
    reads = []
    for lines in (20_000, 40_000):
        (tmp_path / "m.jsonl").write_bytes(b"\n" * lines + b"{}\n" * lines)
        (dataset,) = open_datasets([tmp_path / "m.jsonl"])
        asked = []
        before = os.pread
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "pread", lambda *given, to=asked, real=before: to.append(given) or real(*given))
            assert sum(len(list(dataset.read(unit))) for unit in dataset.plan()) == lines
        reads.append(len(asked))
    assert reads[1] <= 2 * reads[0] + 4


def test_a_sample_of_lines_is_what_the_whole_has(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(MADE["a.jsonl.gz"])
    (dataset,) = open_datasets([tmp_path / "a.jsonl.gz"])
    for unit in dataset.plan(max_items=5):
        surveyed = list(dataset.survey(unit))
        thin = dataset.thin(unit, [place for place, _ in surveyed][::7])
        assert [item.name for item in dataset.read(thin)] == [name for _, name in surveyed][::7]
        assert json.loads(thin.members)["positions"]
