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
        (b"a.tar", gzip.compress(tar()), "tar.gz"),
        (b"a.TGZ", gzip.compress(tar()), "tar.gz"),
        (b"a.bin", gzip.compress(tar()), "tar.gz"),
        (b"a.json.gz", gzip.compress(b"{}" * 999), ""),
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


def test_folders_named_as_pictures_are_said_and_walked(tmp_path):
    (tmp_path / "x.jpg").mkdir()
    (tmp_path / "x.jpg" / "y.jpg").write_bytes(b"1")
    (tmp_path / "x.parquet").mkdir()
    found = [(f.path, f.mark) for f in walk(os.fsencode(tmp_path))]
    assert found == [(b"x.jpg", Mark.NOT_REGULAR), (b"x.jpg/y.jpg", Mark.READ)]
