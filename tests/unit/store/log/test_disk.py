import os
from pathlib import Path

import pytest

from sekisho.errors import EvidenceError
from sekisho.store.log.disk import NewFiles, replace_files, sweep

FILES = [("tile/0/000", b"a" * 8192), ("tile/entries/000.p/3", b"b"), ("tile/0/001.p/1", b"")]


def publish_files(folder, files):
    with NewFiles(folder) as new:
        new.add(files)


def kept(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_get_their_names(tmp_path):
    publish_files(tmp_path, FILES)
    assert kept(tmp_path) == dict(FILES)


def test_what_is_there_already_is_kept(tmp_path):
    publish_files(tmp_path, FILES[:1])
    before = (tmp_path / "tile/0/000").stat().st_ino
    publish_files(tmp_path, FILES)
    assert (tmp_path / "tile/0/000").stat().st_ino == before
    assert kept(tmp_path) == dict(FILES)


@pytest.mark.parametrize("other", [b"", b"a" * 8191, b"a" * 8193, b"b" * 8192])
def test_a_name_with_other_bytes_is_an_error_and_nothing_gets_a_name(tmp_path, other):
    publish_files(tmp_path, [("tile/0/000", other)])
    with pytest.raises(EvidenceError, match="tile/0/000"):
        publish_files(tmp_path, FILES)
    sweep(tmp_path)
    assert kept(tmp_path) == {"tile/0/000": other}


def test_half_a_file_never_has_a_name(tmp_path, monkeypatch):
    write = os.write

    def full(descriptor, data):
        write(descriptor, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        publish_files(tmp_path, FILES)
    assert {Path(name).parent.name for name in kept(tmp_path)} == {".fresh"}
    sweep(tmp_path)
    assert kept(tmp_path) == {}


def test_a_short_write_goes_on(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:1000]))
    publish_files(tmp_path, FILES)
    assert kept(tmp_path) == dict(FILES)


def test_a_file_is_replaced_at_once(tmp_path):
    for data in (b"old", b"new"):
        replace_files([(tmp_path / "deep" / "checkpoint", data)])
    assert kept(tmp_path) == {"deep/checkpoint": b"new"}


def test_sweeping_where_there_is_nothing(tmp_path):
    sweep(tmp_path)
    assert kept(tmp_path) == {}
