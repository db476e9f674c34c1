import os

import pytest

from sekisho.errors import EvidenceError
from sekisho.ledger.tiles import encode_bundle
from sekisho.ledger.tree import leaf_hash
from sekisho.store.log.fsck import fsck
from tests.stored_logs import entries, entry, expected, files, new_log

SIZE = 600
FILES = [
    *("tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"),
    *("tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"),
]


@pytest.fixture
def log(tmp_path):
    made = new_log(tmp_path / "log")
    made.append_all(entries(0, SIZE))
    made.publish()
    return made


def test_a_whole_log(log):
    assert set(files(log.path)) == {*FILES, "checkpoint", "high-water"}
    assert fsck(log.static) == expected(SIZE)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["flip", "cut", "more", "delete"])
def test_the_wrong_file_is_named(log, name, how):
    path = log.path / name
    data = path.read_bytes()
    changed = {"flip": data[:40] + bytes([data[40] ^ 1]) + data[41:], "cut": data[:-1], "more": data + b"\0"}
    if how == "delete":
        path.unlink()
    else:
        path.write_bytes(changed[how])
    with pytest.raises(EvidenceError, match=f"^{name}\\b"):
        fsck(log.static)


def test_the_first_wrong_file_is_named(log):
    for name in ("tile/0/001", "tile/0/000"):
        (log.path / name).write_bytes(bytes(8192))
    with pytest.raises(EvidenceError, match=r"^tile/0/000 does not hold") as caught:
        fsck(log.static)
    assert "sekisho log restore" in caught.value.hint


def test_entries_and_tiles_that_were_changed_together(log):
    forged = [*entries(512, 599), entry(9999)]
    (log.path / "tile/entries/002.p/88").write_bytes(encode_bundle(forged))
    (log.path / "tile/0/002.p/88").write_bytes(b"".join(map(leaf_hash, forged)))
    with pytest.raises(EvidenceError, match=r"^checkpoint: the tree of all 600 entries has another root"):
        fsck(log.static)


def test_a_lost_checkpoint(log):
    (log.path / "checkpoint").unlink()
    with pytest.raises(EvidenceError, match="checkpoint is missing"):
        fsck(log.static)


@pytest.mark.parametrize("name", ["tile/0/000", "tile/entries/002.p/88"])
@pytest.mark.parametrize("how", ["pipe", "device", "giant"])
def test_what_never_ends_is_not_read(log, name, how):
    path = log.path / name
    path.unlink()
    match how:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case _:
            with path.open("wb") as file:
                file.truncate(1 << 40)
    with pytest.raises(EvidenceError, match=f"{name} is no file of a log"):
        fsck(log.static)
