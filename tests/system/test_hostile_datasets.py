"""Datasets that were made to hurt: nothing hangs, nothing outside is read, nothing is lost in silence."""

import gzip
import io
import os
import pickle
import socket
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.model import Unreadable
from sekisho.store.datasets import open_datasets
from tests.pictures import encode, picture

JPEG = encode(picture(1, 64, 48))
PNG = encode(picture(2, 64, 48), "PNG")


def look(path, **options):
    """Return what an audit sees of one dataset: bytes or the reason by name, and the skipped members."""
    (dataset,) = open_datasets([path], **options)
    return read(dataset, list(dataset.plan()))


def read(dataset, units):
    found, skipped = {}, 0
    for unit in units:
        reading = dataset.read(pickle.loads(pickle.dumps(unit)))  # noqa: S301 - our own, just made
        for item in reading:
            assert item.name not in found, f"two items are called {item.name}"
            assert (item.data is None) == (item.problem is not None)
            found[item.name] = item.problem.reason if item.problem else bytes(item.data)
        skipped += reading.skipped
    return found, skipped


def tar_of(members, **options):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", **options) as archive:
        for name, data in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.fixture
def folder(tmp_path):
    """A folder `d` beside a file that belongs to somebody else."""
    (tmp_path / "outside.jpg").write_bytes(b"\xff\xd8\xffsecret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "good.jpg").write_bytes(JPEG)
    return tmp_path / "d"


def test_links_pipes_sockets_and_folders_named_as_pictures(folder, monkeypatch):
    (folder / "in.jpg").symlink_to("good.jpg")
    (folder / "out.jpg").symlink_to("../outside.jpg")
    (folder / "broken.jpg").symlink_to("nowhere")
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "far").symlink_to("../elsewhere")
    (folder / "near").symlink_to("x.jpg")
    (folder / "shard.tar").symlink_to("../outside.tar")
    (folder / "x.jpg").mkdir()
    (folder / "x.jpg" / "y.jpg").write_bytes(PNG)
    os.mkfifo(folder / "pipe.jpg")
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.png")
        found, skipped = look(folder)
    assert found == {
        "good.jpg": JPEG,
        "in.jpg": JPEG,
        "out.jpg": Unreadable.LINK_OUTSIDE,
        "broken.jpg": Unreadable.LINK_OUTSIDE,
        "loop.jpg": Unreadable.LINK_OUTSIDE,
        "far/": Unreadable.LINK_OUTSIDE,
        "shard.tar": Unreadable.LINK_OUTSIDE,
        "x.jpg": Unreadable.NOT_A_REGULAR_FILE,
        "x.jpg/y.jpg": PNG,
        "pipe.jpg": Unreadable.NOT_A_REGULAR_FILE,
        "socket.png": Unreadable.NOT_A_REGULAR_FILE,
    }
    assert skipped == 2


def test_files_that_are_empty_large_or_no_media(folder):
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "empty").write_bytes(b"")
    (folder / "large.jpg").write_bytes(JPEG + bytes(20_000))
    (folder / "picture.bin").write_bytes(PNG)
    (folder / "notes.txt").write_text("a picture of a cat")
    (folder / "inner.zip").write_bytes(b"PK\x03\x04" + JPEG)
    found, skipped = look(folder, max_bytes=len(JPEG) + 10_000)
    assert found == {
        "good.jpg": JPEG,
        "picture.bin": PNG,
        "notes.txt": b"a picture of a cat",
        "empty.jpg": Unreadable.EMPTY,
        "large.jpg": Unreadable.TOO_LARGE,
    }
    assert skipped == 2


@contextmanager
def nobody():
    """Be somebody whom permissions stop, even if the tests run as root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_reported():
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o755)
        (top / "closed").mkdir()
        for file in ("good.jpg", "secret.jpg", "secret", "shard.tar"):
            (top / file).write_bytes(JPEG)
        for file in ("secret.jpg", "secret", "shard.tar", "closed"):
            (top / file).chmod(0)
        with nobody():
            found, _ = look(top)
        (top / "closed").chmod(0o700)
    closed = dict.fromkeys(("secret.jpg", "secret", "shard.tar", "closed/"), Unreadable.IO_ERROR)
    assert found == {"good.jpg": JPEG, **closed}


def test_files_that_change_between_plan_and_reading(folder):
    for name in ("grown.jpg", "cut.jpg", "gone.jpg", "folder.jpg", "linked.jpg"):
        (folder / name).write_bytes(JPEG)
    (dataset,) = open_datasets([folder])
    units = list(dataset.plan())
    (folder / "grown.jpg").write_bytes(JPEG + b"x")
    (folder / "cut.jpg").write_bytes(JPEG[:-1])
    for name in ("gone.jpg", "folder.jpg", "linked.jpg"):
        (folder / name).unlink()
    (folder / "folder.jpg").mkdir()
    (folder / "linked.jpg").symlink_to("../outside.jpg")
    found, _ = read(dataset, units)
    assert found == {
        "good.jpg": JPEG,
        "grown.jpg": Unreadable.CHANGED_WHILE_READ,
        "cut.jpg": Unreadable.CHANGED_WHILE_READ,
        "gone.jpg": Unreadable.CHANGED_WHILE_READ,
        "folder.jpg": Unreadable.NOT_A_REGULAR_FILE,
        "linked.jpg": Unreadable.LINK_OUTSIDE,
    }


@pytest.mark.parametrize("packed", [False, True])
def test_a_tar_full_of_traps(tmp_path, packed):
    (tmp_path / "outside.jpg").write_bytes(b"\xff\xd8\xffsecret")
    hard = link("hard.jpg", "a.jpg", tarfile.LNKTYPE)
    device = link("device.jpg", "", tarfile.CHRTYPE)
    raw = tar_of(
        [
            ("a.jpg", JPEG),
            ("a.jpg", PNG),
            ("a.txt", b"text"),
            ("../up.jpg", JPEG),
            ("/etc/abs.jpg", JPEG),
            ("../up.txt", b"text"),
            ("../hidden", PNG),
            (link("soft.jpg", "../outside.jpg"), b""),
            (link("soft.txt", "../outside.jpg"), b""),
            (hard, b""),
            (device, b""),
            (link("folder.jpg", "", tarfile.DIRTYPE), b""),
            ("empty.png", b""),
            ("large.jpg", JPEG + bytes(20_000)),
            ("inner.tar", tar_of([("b.jpg", JPEG)])),
            ("n" * 100_000 + ".jpg", JPEG),
            ("line\nbreak#~%.jpg", JPEG),
        ]
    )
    path = tmp_path / ("t.tar.gz" if packed else "t.tar")
    path.write_bytes(gzip.compress(raw) if packed else raw)
    found, skipped = look(path, max_bytes=len(JPEG) + 10_000)
    short = {name.removeprefix(path.name): value for name, value in found.items()}
    assert short == {
        "#a.jpg": JPEG,
        "#a.jpg~2": PNG,
        "#a.txt": b"text",
        "#../up.jpg": Unreadable.UNSAFE_NAME,
        "#../up.txt": Unreadable.UNSAFE_NAME,
        "#/etc/abs.jpg": Unreadable.UNSAFE_NAME,
        "#../hidden": Unreadable.UNSAFE_NAME,
        "#soft.jpg": Unreadable.NOT_A_REGULAR_FILE,
        "#soft.txt": Unreadable.NOT_A_REGULAR_FILE,
        "#hard.jpg": Unreadable.NOT_A_REGULAR_FILE,
        "#device.jpg": Unreadable.NOT_A_REGULAR_FILE,
        "#folder.jpg/": Unreadable.NOT_A_REGULAR_FILE,
        "#empty.png": Unreadable.EMPTY,
        "#large.jpg": Unreadable.TOO_LARGE,
        f"#{'n' * 100_000}.jpg": JPEG,
        "#line%0Abreak%23%7E%25.jpg": JPEG,
    }
    assert skipped == 1


@pytest.mark.parametrize("packed", [False, True])
def test_a_tar_cut_anywhere_gives_what_is_before_and_one_row_for_the_rest(tmp_path, packed):
    names = [f"{i:03}.jpg" for i in range(8)]
    bodies = [JPEG + bytes([i]) * (i * 97) for i in range(8)]
    raw = tar_of(zip(names, bodies, strict=True))
    path = tmp_path / ("t.tgz" if packed else "t.tar")
    whole = gzip.compress(raw, mtime=0) if packed else raw.rstrip(b"\0") + bytes(512)
    for cut in range(0, len(whole) - 512, 1777):
        path.write_bytes(whole[:cut])
        found, skipped = look(path)
        rest = found.pop(f"{path.name}#")
        assert rest is Unreadable.CONTAINER_CORRUPT
        assert found == {
            f"{path.name}#{n}": b for n, b in zip(names, bodies, strict=True) if f"{path.name}#{n}" in found
        }
        assert list(found) == [f"{path.name}#{n}" for n in names[: len(found)]]
        assert skipped == 0
        if not packed:
            assert len(found) >= cut * 8 // len(whole) - 1


def test_flipped_bytes_in_a_tar_never_raise(tmp_path):
    raw = tar_of([(f"{i}.jpg", JPEG[:700]) for i in range(4)])
    path = tmp_path / "t.tar"
    for at in range(0, 512 * 4, 13):
        damaged = bytearray(raw)
        damaged[at] ^= 0xFF
        path.write_bytes(damaged)
        found, _ = look(path)
        assert found


def test_a_gzip_bomb_is_left(tmp_path):
    info = tarfile.TarInfo("zeros.bin")
    info.size = 200 << 20
    path = tmp_path / "bomb.tar.gz"
    with gzip.open(path, "wb", compresslevel=9) as out:
        out.write(tar_of([("a.jpg", JPEG)]).rstrip(b"\0").ljust(512 * -(-(len(JPEG) + 512) // 512), b"\0"))
        out.write(info.tobuf())
        for _ in range(200):
            out.write(bytes(1 << 20))
    found, _ = look(path)
    assert found == {"bomb.tar.gz#a.jpg": JPEG, "bomb.tar.gz#": Unreadable.COMPRESSION_RATIO}


def test_a_tar_that_changes_after_the_plan(tmp_path):
    path = tmp_path / "t.tar"
    path.write_bytes(tar_of([("a.jpg", JPEG), ("b.jpg", PNG)]))
    (dataset,) = open_datasets([path])
    units = list(dataset.plan())
    path.write_bytes(tar_of([("b.jpg", PNG), ("c.jpg", JPEG), ("d.jpg", JPEG)]))
    found, _ = read(dataset, units)
    assert found == dict.fromkeys(("t.tar#a.jpg", "t.tar#b.jpg"), Unreadable.CHANGED_WHILE_READ)


def test_a_tar_that_changes_while_it_is_read(tmp_path):
    """A member is read together with the one behind it, which tells that its sample has ended."""
    path = tmp_path / "t.tar"
    path.write_bytes(tar_of([("a.jpg", JPEG), ("b.jpg", PNG), ("c.jpg", JPEG), ("d.jpg", PNG)]))
    (dataset,) = open_datasets([path])
    (unit,) = dataset.plan()
    items = iter(dataset.read(unit))
    assert next(items).data == JPEG
    os.utime(path, ns=(0, 0))
    assert next(items).data == PNG
    assert [item.problem.reason for item in items] == [Unreadable.CHANGED_WHILE_READ] * 2


def parquet_of(path, rows=40, **options):
    images = [{"bytes": JPEG + bytes([i]) * 50, "path": f"{i}.jpg"} for i in range(rows)]
    pq.write_table(pa.table({"image": images, "n": range(rows)}), path, row_group_size=10, **options)
    return [i["bytes"] for i in images]


def test_a_parquet_file_cut_anywhere_is_one_row(tmp_path):
    path = tmp_path / "p.parquet"
    parquet_of(path)
    raw = path.read_bytes()
    for cut in range(0, len(raw), len(raw) // 17):
        path.write_bytes(raw[:cut])
        assert look(path)[0] == {"p.parquet#": Unreadable.CONTAINER_CORRUPT}


def test_damage_inside_a_row_group_costs_only_what_follows_in_it(tmp_path):
    path = tmp_path / "p.parquet"
    bodies = parquet_of(path, compression="snappy", use_dictionary=False)
    raw = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    raw[start : start + 40] = b"\xff" * 40
    path.write_bytes(raw)
    found, _ = look(path)
    assert found.pop("p.parquet#10-19") is Unreadable.CONTAINER_CORRUPT
    assert found == {f"p.parquet#{i}": b for i, b in enumerate(bodies) if not 10 <= i < 20}


def test_flipped_bytes_in_a_parquet_file_never_raise(tmp_path):
    path = tmp_path / "p.parquet"
    parquet_of(path, rows=12)
    raw = path.read_bytes()
    for at in range(0, len(raw), len(raw) // 150):
        damaged = bytearray(raw)
        damaged[at] ^= 0x55
        path.write_bytes(damaged)
        found, skipped = look(path, image_column="image") if b"image" in damaged else ({"?": 0}, 0)
        assert found or skipped


def test_a_parquet_file_that_changes_after_the_plan(tmp_path):
    path = tmp_path / "p.parquet"
    parquet_of(path)
    (dataset,) = open_datasets([path])
    units = list(dataset.plan())
    parquet_of(path, rows=50)
    assert read(dataset, units)[0] == {"p.parquet#0-39": Unreadable.CHANGED_WHILE_READ}


def test_a_pipe_that_takes_a_file_s_place_is_not_opened_for_reading(folder):
    (dataset,) = open_datasets([folder])
    units = list(dataset.plan())
    (folder / "good.jpg").unlink()
    os.mkfifo(folder / "good.jpg")
    assert read(dataset, units)[0] == {"good.jpg": Unreadable.NOT_A_REGULAR_FILE}
