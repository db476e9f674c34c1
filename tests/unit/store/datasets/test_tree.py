import gzip
import io
import os
import tarfile

import pytest

from sekisho.store.datasets.tree import container_kind, look, walk
from sekisho.store.datasets.unit import Mark


def tar():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return out.getvalue()


def test_the_walk_is_in_byte_order_of_whole_paths(tmp_path):
    paths = ["a-b.jpg", "a.jpg", "a/b.jpg", "a0.jpg", "B.jpg", "z/y/x.jpg", "é.jpg", "桌/1.jpg"]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"")
    (tmp_path / "hollow").mkdir()
    found = [f.path for f in walk(os.fsencode(tmp_path))]
    assert found == sorted(p.encode() for p in paths)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        (b"a.tar", tar(), "tar"),
        (b"a", tar(), "tar"),
        (b"a.tar", gzip.compress(tar(), mtime=0), "tar.gz"),
        (b"a.TGZ", gzip.compress(tar(), mtime=0), "tar.gz"),
        (b"a.bin", gzip.compress(tar(), mtime=0), "tar.gz"),
        (b"a.json.gz", gzip.compress(b"{}" * 999, mtime=0), "jsonl.gz"),
        (b"a.cfg.gz", gzip.compress(b"{}" * 999, mtime=0), ""),
        (b"a.jsonl", b"{}", "jsonl"),
        (b"A.NDJSON", b"", "jsonl"),
        (b"a.jsonl", gzip.compress(b"{}", mtime=0), "jsonl.gz"),
        (b"a.jsonl.gz", b"{}\n{}", "jsonl"),
        (b"a.jsonl.gz", b"", "jsonl.gz"),
        (b"a.jsonl.zst", b"\x28\xb5\x2f\xfd", "jsonl.zst"),
        (b"a.jsonl.zst", b"\x5f\x2a\x4d\x18", "jsonl.zst"),
        (b"a.json.zst", b"", "jsonl.zst"),
        (b"a.zst", b"\x28\xb5\x2f\xfd", ""),
        (b"a.warc", b"WARC/1.0", "warc"),
        (b"a.warc.gz", b"cut", "warc"),
        (b"a.tar.gz", tar(), "tar"),
        (b"a.tar", b"", "tar"),
        (b"a.parquet", b"cut", "parquet"),
        (b"a", b"PAR1....", "parquet"),
        (b"a.txt", b"text" * 200, ""),
    ],
)
def test_containers_by_name_and_content(name, head, kind):
    assert container_kind(name, head[:512]) == kind


def test_a_container_that_is_named_as_a_picture_is_a_bad_picture(tmp_path):
    (tmp_path / "a.jpg").write_bytes(tar())
    assert look(os.fsencode(tmp_path), b"a.jpg").container == ""


def test_a_text_is_not_opened_for_the_plan_and_a_folder_named_as_one_is_walked(tmp_path):
    (tmp_path / "a.txt").write_bytes(tar())
    (tmp_path / "site.html").mkdir()
    (tmp_path / "site.html" / "b.txt").write_bytes(b"1")
    found = [(f.path, f.container, f.mark) for f in walk(os.fsencode(tmp_path))]
    assert found == [(b"a.txt", "", Mark.READ), (b"site.html/b.txt", "", Mark.READ)]


def test_folders_named_as_pictures_are_said_and_walked(tmp_path):
    (tmp_path / "x.jpg").mkdir()
    (tmp_path / "x.jpg" / "y.jpg").write_bytes(b"1")
    (tmp_path / "x.parquet").mkdir()
    found = [(f.path, f.mark) for f in walk(os.fsencode(tmp_path))]
    assert found == [(b"x.jpg", Mark.NOT_REGULAR), (b"x.jpg/y.jpg", Mark.READ)]
