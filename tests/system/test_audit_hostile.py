"""Datasets that were made to hurt, through the command line: the named reason, and nothing else is lost."""

import gzip
import io
import os
import socket
import struct
import tarfile
import threading
import zlib
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.fingerprint import look
from sekisho.media import CannotDecode, Limits, frames, sniff
from sekisho.store.datasets.names import unescape
from tests.counts import count
from tests.mutate import mutations
from tests.pictures import encode, picture
from tests.system.audit_world import file_of, rows, tar_of

FREE = file_of("free", 1)
OUTSIDE = b"\xff\xd8\xff of somebody else"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width, height):
    """Write a PNG that says how large it is and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1 << 16), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def giant_gif():
    drawn = bytearray(encode(picture(5, 32, 32), "GIF"))
    drawn[6:10] = struct.pack("<HH", 65535, 65535)
    return bytes(drawn)


def long_gif():
    """Write an animation of more frames than are looked at."""
    frame = encode(picture(5, 16, 16), "GIF", save_all=True, append_images=[])
    start = frame.index(b",")
    return frame[:start] + frame[start:-1] * 70 + b";"


PICTURES = {
    "bomb.png": (png_of(50_000, 50_000), "too_many_pixels"),
    "canvas.gif": (giant_gif(), "too_many_pixels"),
    "cut.jpg": (FREE[: len(FREE) // 2], "truncated"),
    "empty.jpg": (b"", "empty"),
    "frames.gif": (long_gif(), "too_many_frames"),
    "lines.png": (encode(np.zeros((20_000, 1, 3), np.uint8), "PNG"), "too_small"),
    "text.png": (b"this is no picture", "unrecognized_format"),
    "vector.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "unsupported_format"),
    "zeros.webp": (bytes(5000), "unrecognized_format"),
}
"""File name -> bytes and reason."""


def members_of_traps():
    """Write a tar whose names lead elsewhere and whose kinds are no files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name in ("free-1.jpg", "../up.jpg", "/root.jpg", "a/../../b.jpg"):
            info = tarfile.TarInfo(name)
            info.size = len(FREE)
            archive.addfile(info, io.BytesIO(FREE))
        for name, kind in (
            ("link.jpg", tarfile.SYMTYPE),
            ("hard.jpg", tarfile.LNKTYPE),
            ("pipe.jpg", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return out.getvalue()


def parquet_of(number):
    out = io.BytesIO()
    table = pa.table({"image": [file_of("free", n) for n in range(number)]})
    pq.write_table(table, out)
    return out.getvalue()


TRAPS = {
    "traps.tar#../up.jpg": "unsafe_name",
    "traps.tar#/root.jpg": "unsafe_name",
    "traps.tar#a/../../b.jpg": "unsafe_name",
    "traps.tar#link.jpg": "not_a_regular_file",
    "traps.tar#hard.jpg": "not_a_regular_file",
    "traps.tar#pipe.jpg": "not_a_regular_file",
    "ratio.tar.gz#": "compression_ratio",
    "cut.tar#": "container_corrupt",
    "cut.tar.gz#": "container_corrupt",
    "torn.parquet#": "container_corrupt",
    "folder.jpg": "not_a_regular_file",
    "pipe.jpg": "not_a_regular_file",
    "socket.jpg": "not_a_regular_file",
    "out.jpg": "link_outside",
    "broken.jpg": "link_outside",
    "moving.jpg": "changed_while_read",
}
"""Item -> reason, besides those of PICTURES."""

GOOD = {
    "free-0.jpg",
    "in.jpg",
    "traps.tar#free-1.jpg",
    "cut.tar#free-0.jpg",
    "cut.tar.gz#free-0.jpg",
    "zip.jpg",
}
"""What is passed; a link inside of the dataset is a file, and a name is no proof of a format."""


def fill(folder):
    """Make the dataset; beside it lies a file that belongs to somebody else."""
    folder.mkdir()
    for name, (data, _) in PICTURES.items():
        (folder / name).write_bytes(data)
    (folder / "free-0.jpg").write_bytes(FREE)
    (folder / "zip.jpg").write_bytes(encode(picture(1004, 96, 80), "PNG"))
    (folder / "moving.jpg").write_bytes(FREE)
    (folder / "traps.tar").write_bytes(members_of_traps())
    shard = tar_of([(f"free-{n}.jpg", FREE) for n in range(2)])
    (folder / "cut.tar").write_bytes(shard[: 5 * 512 + len(FREE) + 100])
    packed = gzip.compress(tar_of([("free-0.jpg", FREE), ("free-1.jpg", os.urandom(1 << 20))]), 1, mtime=0)
    (folder / "cut.tar.gz").write_bytes(packed[:-700_000])
    (folder / "torn.parquet").write_bytes(parquet_of(6)[:-20])
    bomb = tarfile.TarInfo("free-0.jpg")
    bomb.size = 200 << 20
    (folder / "ratio.tar.gz").write_bytes(gzip.compress(bomb.tobuf() + bytes(bomb.size), 9, mtime=0))
    (folder / "folder.jpg").mkdir()
    os.mkfifo(folder / "pipe.jpg")
    (folder.parent / "elsewhere.jpg").write_bytes(OUTSIDE)
    (folder / "out.jpg").symlink_to(folder.parent / "elsewhere.jpg")
    (folder / "broken.jpg").symlink_to("nowhere")
    (folder / "in.jpg").symlink_to("free-0.jpg")
    (folder / "loop").symlink_to(".")


@contextmanager
def growing(path):
    """Let somebody else append to a file all the time."""
    stop = threading.Event()

    def append():
        with path.open("ab", buffering=0) as stream:
            while not stop.wait(0.001):
                stream.write(b"x")

    thread = threading.Thread(target=append)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_every_trap_has_its_reason_and_costs_nothing_else(world, tmp_path, monkeypatch):
    data, run = tmp_path / "data", tmp_path / "RUN"
    fill(data)
    with socket.socket(socket.AF_UNIX) as listening, growing(data / "moving.jpg"):
        monkeypatch.chdir(data)  # the path of a socket may not be long
        listening.bind("socket.jpg")
        ended = world.audit(data, out=run, jobs=2)
    assert ended.code == 3, ended.err
    found = rows(run)
    problems = {name: row["problem"] for name, row in found.items() if row["problem"]}
    assert problems == {name: reason for name, (_, reason) in PICTURES.items()} | TRAPS
    assert {name for name, row in found.items() if row["outcome"] == "allow"} == GOOD
    assert set(found) == set(problems) | GOOD
    assert all(row["outcome"] == "review" for row in found.values() if row["problem"])
    assert OUTSIDE not in b"".join(p.read_bytes() for p in run.rglob("*") if p.is_file())
    assert world.command("verify", str(run)).code == 0


BYTES = {
    "japanese": "絵本/第1巻 表紙.jpg".encode(),
    "hash": b"a#b~2%41.jpg",
    "newline": b"two\nlines.jpg",
    "bell": b"\x1b[31mred\x07.jpg",
    "latin": b"caf\xe9.jpg",
    "sjis": "\u8868.jpg".encode("shift_jis"),
    "long": b"x" * 251 + b".jpg",
    "space": b" .jpg",
    "dash": b"-rf.jpg",
    "bidi": "photo\u202egpj.jpg".encode(),
}


@pytest.mark.parametrize("form", ["folder", "tar"])
def test_any_name_is_kept_and_found_again(world, tmp_path, form):
    data, run = tmp_path / "データ#1 %", tmp_path / "実行"
    data.mkdir()
    if form == "folder":
        (data / "絵本").mkdir()
        for name in BYTES.values():
            (data / os.fsdecode(name)).write_bytes(FREE)
    else:
        members = [(os.fsdecode(name), FREE) for name in BYTES.values()]
        with tarfile.open(data / "s.tar", "w") as archive:
            for name, content in members:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    ended = world.audit(data, out=run, lang="ja")
    assert ended.code == 0, ended.err
    lines = b"".join(path.read_bytes() for path in (run / "clean").iterdir()).decode().splitlines()
    prefix = "s.tar#" if form == "tar" else ""
    assert sorted(unescape(line.removeprefix(prefix)) for line in lines) == sorted(BYTES.values())
    clean = world.command("clean", str(run), "-o", str(tmp_path / "out"))
    assert clean.code == 0, clean.err
    if form == "folder":
        there = [os.fsencode(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.jpg")]
        assert sorted(there) == sorted(BYTES.values())
    for line in lines:
        assert world_explains(world, run, line) if line.endswith(("%41.jpg", "表紙.jpg")) else True


def world_explains(world, run, item):
    ended = world.command("explain", str(run), item, "--lang", "ja")
    assert ended.code == 0, ended.err
    return "通過" in ended.out


def test_a_dataset_whose_own_name_is_no_text(world, tmp_path):
    data = tmp_path / os.fsdecode(b"caf\xe9")
    data.mkdir()
    (data / "free.jpg").write_bytes(FREE)
    run = tmp_path / os.fsdecode(b"run\xe9")
    assert world.audit(data, out=run).code == 0
    assert world.command("verify", str(run)).code == 0
    assert world.command("report", str(run), "-o", str(tmp_path / "r.html")).code == 0
    ended = world.command("clean", str(run), "-o", str(tmp_path / "out"))
    assert ended.code == 0, ended.err
    assert (tmp_path / "out" / "free.jpg").read_bytes() == FREE


def test_a_dataset_that_is_given_twice(world, tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "free.jpg").write_bytes(FREE)
    assert world.audit(tmp_path / "d", tmp_path / "d", out=tmp_path / "RUN").code == 0
    assert set(rows(tmp_path / "RUN")) == {"1:free.jpg", "2:free.jpg"}


SMALL = picture(5001, 48, 40)
SEEDS = {
    "jpg": encode(SMALL),
    "progressive.jpg": encode(SMALL, progressive=True),
    "cmyk.jpg": encode(SMALL, mode="CMYK"),
    "png": encode(SMALL, "PNG"),
    "palette.png": encode(SMALL, "PNG", mode="P"),
    "webp": encode(SMALL, "WEBP"),
    "gif": encode(SMALL, "GIF"),
    "bmp": encode(SMALL, "BMP"),
    "tif": encode(SMALL, "TIFF", compression="tiff_lzw"),
    "fax.tif": encode(SMALL, "TIFF", mode="1", compression="group4"),
    "avif": encode(SMALL, "AVIF"),
}
MUTATED = count(2_000, 100_000)
SHARD = 5_000


def refused(data):
    """Tell whether our decoders refuse a file. An AVIF that has lost its brand is read as a film."""
    media_type = sniff(data[:4096])
    if (media_type or "").startswith("video/"):
        return look(data, limits=Limits(), turned=False).problem is not None
    try:
        return media_type is None or not [1 for _ in frames(data, media_type)]
    except CannotDecode:
        return True


def mutated(folder, number):
    """Write mutated pictures into tars; yield each item's name and bytes."""
    made = [mutations(data, 11, -(-number // len(SEEDS))) for data in SEEDS.values()]
    names = [*SEEDS]
    for shard in range(0, number, SHARD):
        numbers = range(shard, min(number, shard + SHARD))
        members = [(f"{n:06}.{names[n % len(names)]}", next(made[n % len(names)])) for n in numbers]
        path = folder / f"{shard // SHARD:03}.tar"
        with tarfile.open(path, "w") as archive:
            for name, data in members:
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        yield from ((f"{path.name}#{name}", data) for name, data in members)


def test_mutated_pictures_are_never_passed_unseen(world, tmp_path, tell):
    (tmp_path / "d").mkdir()
    seen = {name: refused(data) for name, data in mutated(tmp_path / "d", MUTATED)}
    ended = world.audit(tmp_path / "d", out=tmp_path / "RUN", jobs=2)
    assert ended.code == 3, ended.err
    found = rows(tmp_path / "RUN")
    assert found.keys() == seen.keys()
    wrong = [n for n, r in found.items() if seen[n] and (r["outcome"] == "allow" or not r["problem"])]
    assert wrong == []
    blind = [n for n, r in found.items() if r["problem"] and not seen[n]]
    assert blind == []
    unexplained = [n for n, r in found.items() if r["problem"] in ("decoder_crash", "timeout")]
    assert unexplained == []
    assert {r["reason"] for r in found.values() if r["outcome"] == "allow"} <= {"no_known_objection"}
    tell(f"{len(found)} mutated pictures, {sum(seen.values())} refused, none of them passed")
