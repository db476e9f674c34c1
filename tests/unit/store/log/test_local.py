import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.errors import EvidenceError, InputError, NotFoundError, SignatureError
from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint
from sekisho.ledger.entry import EntryType, LogEntry, encode_entry
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.proof import decode_proof, verify_proof
from sekisho.ledger.tiles import decode_bundle, encode_bundle
from sekisho.ledger.tree import leaf_hash, leaf_reader, tree_root
from sekisho.store.log import LocalLog
from tests.keys import SeededKey

ORIGIN = "sekisho.example/log"
SIGNER = SeededKey("log")
DISK_FULL = OSError(28, "No space left on device")


def entry(number):
    at = datetime(2026, 11, 22, 13, tzinfo=UTC)
    return encode_entry(LogEntry(type=EntryType.PUBLIC, at=at, commitment=number.to_bytes(32, "big")))


@pytest.fixture(autouse=True)
def _no_fsync(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture
def log(tmp_path):
    return LocalLog(tmp_path / "log", SIGNER, ORIGIN)


@pytest.fixture(scope="module")
def boundary(tmp_path_factory):
    """Logs just before, at and after a full tile: the append that follows writes other files in each."""
    folder = tmp_path_factory.mktemp("boundary")
    growing = LocalLog(folder / "growing", SIGNER, ORIGIN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        for number in range(257):
            if number in {0, 3, 255, 256}:
                growing.path.mkdir(exist_ok=True)
                shutil.copytree(growing.path, folder / str(number))
            growing.append(entry(number))
    return folder


def head(log):
    return open_checkpoint(log.checkpoint(), [parse_vkey(log.vkey)], origin=ORIGIN)


def expected(size):
    leaves = [leaf_hash(entry(i)) for i in range(size)]
    return Checkpoint(origin=ORIGIN, size=size, root=tree_root(leaf_reader(leaves), size))


def holds(log, size):
    """The log has exactly the entries 0, 1, ... and a receipt for each of the newest."""
    assert head(log) == expected(size)
    for index in {0, size // 2, size - 1}:
        receipt = log.prove(index)
        found = verify_proof(receipt, entry(index), [parse_vkey(log.vkey)], origin=ORIGIN)
        assert found == (index, head(log))


def path_of(descriptor):
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


def files(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_entries_get_indices_and_receipts(log):
    assert [log.append(entry(i)) for i in range(5)] == [0, 1, 2, 3, 4]
    holds(log, 5)
    with pytest.raises(EvidenceError):
        verify_proof(log.prove(2), entry(3), [parse_vkey(log.vkey)], origin=ORIGIN)


def test_the_files_are_those_of_a_static_log(log):
    for i in range(3):
        log.append(entry(i))
    assert set(files(log.path)) == {
        ".lock",
        "checkpoint",
        "high-water",
        *(f"tile/{kind}/000.p/{width}" for kind in ("0", "entries") for width in (1, 2, 3)),
    }
    assert decode_bundle((log.path / "tile/entries/000.p/3").read_bytes(), 3) == (
        entry(0),
        entry(1),
        entry(2),
    )


def test_an_old_receipt_stays_good(log):
    log.append(entry(0))
    receipt = log.prove(0)
    log.append(entry(1))
    assert verify_proof(receipt, entry(0), [parse_vkey(log.vkey)], origin=ORIGIN)[1] == expected(1)


def test_a_full_tile_replaces_the_partial_ones(boundary, tmp_path):
    log = LocalLog(shutil.copytree(boundary / "255", tmp_path / "log"), SIGNER, ORIGIN)
    assert (log.path / "tile/0/000.p/255").exists()
    assert log.append(entry(255)) == 255
    holds(log, 256)
    assert set(files(log.path / "tile")) == {"0/000", "entries/000", "1/000.p/1"}
    assert log.append(entry(256)) == 256
    holds(log, 257)
    assert set(files(log.path / "tile")) == {
        "0/000",
        "0/001.p/1",
        "entries/000",
        "entries/001.p/1",
        "1/000.p/1",
    }


def test_only_entries_of_the_allowed_form(log):
    for data in (b"", b'{"name":"Hanako"}', b"x" * 70_000):
        with pytest.raises(InputError):
            log.append(data)
    assert not log.path.exists()


def test_what_is_not_there(log):
    with pytest.raises(NotFoundError):
        log.checkpoint()
    with pytest.raises(NotFoundError):
        log.prove(0)
    log.append(entry(0))
    for index in (-1, 1):
        with pytest.raises(NotFoundError):
            log.prove(index)


def test_an_origin_is_checked_before_anything_is_written(tmp_path):
    with pytest.raises(InputError):
        LocalLog(tmp_path / "log", SIGNER, "https://sekisho.example/log")


@pytest.mark.parametrize("size", [0, 3, 255, 256])
@pytest.mark.parametrize("torn", ["whole", "cut", "empty"])
def test_a_crash_after_any_write_is_repaired(boundary, tmp_path, size, torn):
    """Every prefix of the writes before the checkpoint, of an append of another entry; the last file torn."""
    before = shutil.copytree(boundary / str(size), tmp_path / "before")
    after = LocalLog(shutil.copytree(before, tmp_path / "after"), SIGNER, ORIGIN)
    order = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_arguments, **_options: None)
        patch.setattr(os, "fsync", lambda fd: order.append(path_of(fd)))
        after.append(entry(999))
    names = [
        os.path.relpath(name, after.path).removesuffix(".tmp") for name in order if name.endswith(".tmp")
    ]
    assert names[0].startswith("tile/entries/")
    assert names[-2:] == ["checkpoint", "high-water"]
    for count in range(1, len(names) - 1):
        crashed = LocalLog(shutil.copytree(before, tmp_path / f"{count}"), SIGNER, ORIGIN)
        for name in names[:count]:
            data = (after.path / name).read_bytes()
            if name == names[count - 1]:
                data = {"whole": data, "cut": data[: len(data) // 2], "empty": b""}[torn]
            target = crashed.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if size:
            holds(crashed, size)
        assert crashed.append(entry(size)) == size
        holds(crashed, size + 1)


@pytest.mark.parametrize("size", [3, 255])
def test_a_full_disk_leaves_the_old_checkpoint(boundary, tmp_path, monkeypatch, size):
    """The k-th fsync fails; the log is as before or has the entry, and the next append goes on."""
    for failing in range(1, 100):
        log = LocalLog(shutil.copytree(boundary / str(size), tmp_path / str(failing)), SIGNER, ORIGIN)
        calls = iter(range(1, 100))

        def fsync(_descriptor, calls=calls, failing=failing):
            if next(calls) == failing:
                raise DISK_FULL

        monkeypatch.setattr(os, "fsync", fsync)
        try:
            log.append(entry(size))
        except OSError:
            monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
        else:
            break
        kept = head(log).size
        assert head(log) == expected(kept)
        assert kept in {size, size + 1}
        assert log.append(entry(kept)) == kept
        holds(log, kept + 1)
    assert 8 < failing < 30


def test_every_file_and_its_folder_are_synced_before_the_checkpoint(log, monkeypatch):
    log.append(entry(0))
    synced = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(path_of(fd)))
    log.append(entry(1))
    names = [os.path.relpath(name, log.path) for name in synced]
    assert names == [
        "tile/entries/000.p/2.tmp",
        "tile/entries/000.p",
        "tile/0/000.p/2.tmp",
        "tile/0/000.p",
        "checkpoint.tmp",
        ".",
        "high-water.tmp",
        ".",
    ]


def test_a_restored_backup_does_not_sign(log, tmp_path):
    for i in range(3):
        log.append(entry(i))
    backup = shutil.copytree(log.path, tmp_path / "backup")
    log.append(entry(3))
    mark = (log.path / "high-water").read_bytes()
    shutil.rmtree(log.path)
    shutil.copytree(backup, log.path)
    (log.path / "high-water").write_bytes(mark)
    kept = files(log.path)
    with pytest.raises(EvidenceError, match="refusing to sign"):
        log.append(entry(4))
    assert files(log.path) == kept


def test_a_high_water_mark_beside_the_key_survives_a_restore(tmp_path):
    log = LocalLog(tmp_path / "log", SIGNER, ORIGIN, tmp_path / "keys" / "log.high-water")
    log.append(entry(0))
    backup = shutil.copytree(log.path, tmp_path / "backup")
    log.append(entry(1))
    shutil.rmtree(log.path)
    shutil.copytree(backup, log.path)
    with pytest.raises(EvidenceError, match="refusing to sign"):
        log.append(entry(2))


def test_a_lost_checkpoint_does_not_begin_a_new_history(log):
    log.append(entry(0))
    (log.path / "checkpoint").unlink()
    with pytest.raises(EvidenceError, match="refusing to sign"):
        log.append(entry(1))


@pytest.mark.parametrize("more", [0, 1])
def test_another_history_of_the_same_key_does_not_sign(log, tmp_path, more):
    """A fork of equal or greater length, made from a restored copy without its mark."""
    fork = LocalLog(tmp_path / "fork", SIGNER, ORIGIN)
    for i in range(3):
        log.append(entry(i))
    for i in (0, 1, 7, 8)[: 3 + more]:
        fork.append(entry(i))
    shutil.copy(log.path / "high-water", fork.path / "high-water")
    with pytest.raises(EvidenceError, match="refusing to sign"):
        fork.append(entry(9))


def test_a_mark_left_behind_by_a_crash_is_brought_up(log):
    log.append(entry(0))
    mark = (log.path / "high-water").read_bytes()
    log.append(entry(1))
    (log.path / "high-water").write_bytes(mark)
    assert log.append(entry(2)) == 2
    assert (log.path / "high-water").read_bytes() == log.checkpoint()


def test_a_log_of_another_key_is_not_continued(log):
    log.append(entry(0))
    with pytest.raises(SignatureError):
        LocalLog(log.path, SeededKey("other"), ORIGIN).append(entry(1))
    with pytest.raises(SignatureError):
        LocalLog(log.path, SIGNER, "sekisho.example/other").append(entry(1))


@pytest.mark.parametrize("name", ["tile/0/000.p/3", "tile/entries/000.p/3", "checkpoint"])
@pytest.mark.parametrize("how", ["flip", "cut", "delete"])
def test_damage_to_what_is_published_is_not_signed_over(log, name, how):
    for i in range(3):
        log.append(entry(i))
    path = log.path / name
    data = path.read_bytes()
    if how == "delete":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if how == "cut" else data[:40] + bytes([data[40] ^ 1]) + data[41:])
    with pytest.raises((EvidenceError, SignatureError, InputError)):
        log.append(entry(3))


def test_an_exchanged_entry_is_not_signed_over(log):
    """Bundle and tile agree with each other, only the checkpoint knows better."""
    for i in range(3):
        log.append(entry(i))
    forged = [entry(0), entry(9), entry(2)]
    (log.path / "tile/entries/000.p/3").write_bytes(encode_bundle(forged))
    (log.path / "tile/0/000.p/3").write_bytes(b"".join(map(leaf_hash, forged)))
    (log.path / "high-water").unlink()
    with pytest.raises(EvidenceError, match="do not hash to its checkpoint"):
        log.append(entry(3))


def test_no_receipt_from_damaged_tiles(log):
    for i in range(3):
        log.append(entry(i))
    tile = log.path / "tile/0/000.p/3"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    for index in range(3):
        with pytest.raises(EvidenceError):
            log.prove(index)


def test_a_reader_falls_back_to_the_full_tile(boundary, tmp_path):
    log = LocalLog(shutil.copytree(boundary / "255", tmp_path / "log"), SIGNER, ORIGIN)
    old = log.checkpoint()
    log.append(entry(255))
    (log.path / "checkpoint").write_bytes(old)
    assert decode_proof(log.prove(254)).checkpoint == old
    holds(log, 255)
