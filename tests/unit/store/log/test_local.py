import os
import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from sekisho.errors import EvidenceError, IncompleteError, InputError, NotFoundError
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.proof import decode_proof, verify_proof
from sekisho.ledger.tiles import decode_bundle, encode_bundle
from sekisho.ledger.tree import leaf_hash, verify_consistency
from sekisho.store.log import LocalLog
from sekisho.store.log import local as module
from sekisho.store.log.local import DATABASE
from sekisho.store.log.sequence import JOURNAL, Sequencer
from tests.keys import SeededKey
from tests.stored_logs import AT, ORIGIN, SIGNER, entries, entry, expected, files, head, holds, new_log

SEGMENT = f"{JOURNAL}/{0:020}"
DISK_FULL = OSError(28, "No space left on device")


@pytest.fixture
def log(tmp_path):
    return new_log(tmp_path / "log")


@pytest.fixture(scope="module")
def boundary(tmp_path_factory):
    """Logs just before, at and after a full tile: the append that follows writes other files in each."""
    folder = tmp_path_factory.mktemp("boundary")
    for size in (0, 255):
        made = new_log(folder / str(size))
        made.path.mkdir()
        if size:
            made.append_all(entries(0, size))
            made.publish()
        made.close()
    return folder


def copied(boundary, size, target):
    return new_log(shutil.copytree(boundary / str(size), target))


def put_back(log, backup, *, keep=()):
    """Replace a log's folder by a copy, as a restored backup does."""
    log.close()
    kept = {name: (log.path / name).read_bytes() for name in keep}
    shutil.rmtree(log.path)
    shutil.copytree(backup, log.path)
    for name, data in kept.items():
        (log.path / name).write_bytes(data)


def syncing(monkeypatch, act):
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, act)


def path_of(descriptor):
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


def test_entries_get_indices_and_receipts(log):
    assert [log.append(entry(i)) for i in range(5)] == [0, 1, 2, 3, 4]
    holds(log, 5)
    with pytest.raises(EvidenceError):
        verify_proof(log.prove(2), entry(3), [parse_vkey(log.vkey)], origin=ORIGIN)


def test_many_entries_are_appended_at_once_and_shown_when_they_are_published(log):
    assert log.append_all(entries(0, 4)) == [0, 1, 2, 3]
    assert log.append_all([]) == []
    with pytest.raises(NotFoundError):
        log.prove(0)
    note = log.publish()
    assert log.checkpoint() == note == log.publish()
    holds(log, 4)


def test_one_that_is_not_allowed_keeps_all_out(log):
    with pytest.raises(InputError):
        log.append_all([entry(0), entry(1)[:-1] + b" }"])
    with pytest.raises(NotFoundError):
        log.publish()


def test_the_files_are_those_of_a_static_log(log):
    for i in range(3):
        log.append(entry(i))
    assert set(files(log.path)) == {
        "checkpoint",
        "high-water",
        *(f"tile/{kind}/000.p/{width}" for kind in ("0", "entries") for width in (1, 2, 3)),
    }
    bundle = (log.path / "tile/entries/000.p/3").read_bytes()
    assert decode_bundle(bundle, 3) == (entry(0), entry(1), entry(2))


def test_an_old_receipt_stays_good(log):
    log.append(entry(0))
    receipt = log.prove(0)
    log.append(entry(1))
    assert verify_proof(receipt, entry(0), [parse_vkey(log.vkey)], origin=ORIGIN)[1] == expected(1)


def test_a_full_tile_replaces_the_partial_ones(boundary, tmp_path):
    log = copied(boundary, 255, tmp_path / "log")
    assert (log.path / "tile/0/000.p/255").exists()
    assert log.append(entry(255)) == 255
    holds(log, 256)
    assert set(files(log.path / "tile")) == {"0/000", "entries/000", "1/000.p/1"}
    assert log.append(entry(256)) == 256
    holds(log, 257)
    tiles = {"0/000", "0/001.p/1", "entries/000", "entries/001.p/1", "1/000.p/1"}
    assert set(files(log.path / "tile")) == tiles


def test_partial_tiles_that_a_crash_left_behind_are_dropped_by_the_next(boundary, tmp_path, monkeypatch):
    log = copied(boundary, 255, tmp_path / "log")
    with monkeypatch.context() as patch:
        patch.setattr(module, "drop_folders", lambda _folders: None)
        log.append(entry(255))
    assert (log.path / "tile/0/000.p/255").exists()
    log.append(entry(256))
    assert not (log.path / "tile/0/000.p").exists()


def test_only_entries_of_the_allowed_form(log):
    for data in (b"", b'{"name":"Hanako"}', b"x" * 70_000, entry(1) + b" "):
        with pytest.raises(InputError):
            log.append(data)
    assert not log.path.exists()


def test_what_is_not_there(log):
    for ask in (log.checkpoint, log.publish, lambda: log.prove(0), lambda: log.consistency(1, 1)):
        with pytest.raises(NotFoundError):
            ask()
    assert not log.path.exists()
    log.append(entry(0))
    for index in (-1, 1):
        with pytest.raises(NotFoundError):
            log.prove(index)


def test_an_origin_is_checked_before_anything_is_written(tmp_path):
    with pytest.raises(InputError):
        LocalLog(tmp_path / "log", SIGNER, "https://sekisho.example/log")


def test_it_proves_that_it_only_grew(log):
    log.append_all(entries(0, 300))
    log.publish()
    for old, new in ((1, 300), (3, 7), (256, 300), (300, 300)):
        proof = log.consistency(old, new)
        verify_consistency(old, new, proof, expected(old).root, expected(new).root)
    for old, new in ((0, 3), (4, 3), (3, 301)):
        with pytest.raises(NotFoundError):
            log.consistency(old, new)


def test_a_clock_that_was_set_back_does_not_make_earlier_entries(log):
    assert log.not_before(AT) == AT
    log.append(entry(0))
    assert log.not_before(AT - timedelta(hours=5)) == AT
    assert log.not_before(AT + timedelta(minutes=5)) == AT + timedelta(minutes=5)


def test_threads_that_append_at_once_get_an_index_each(log):
    said = []
    threads = [Thread(target=lambda n=n: said.append((log.append(entry(n)), n))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(index for index, _ in said) == list(range(8))
    stored = decode_bundle((log.path / "tile/entries/000.p/8").read_bytes(), 8)
    assert all(stored[index] == entry(n) for index, n in said)


@pytest.mark.parametrize("size", [0, 255])
def test_a_full_disk_leaves_the_old_checkpoint(boundary, tmp_path, monkeypatch, size):
    """The k-th fsync fails; the old checkpoint holds, the entry is kept, and the next append goes on."""
    for failing in range(1, 100):
        log = copied(boundary, size, tmp_path / str(failing))
        calls = iter(range(1, 100))

        def fsync(_descriptor, calls=calls, failing=failing):
            if next(calls) == failing:
                raise DISK_FULL

        syncing(monkeypatch, fsync)
        try:
            log.append(entry(size))
        except OSError:
            syncing(monkeypatch, lambda _descriptor: None)
        else:
            break
        kept = log.static.head().size
        assert kept in {size, size + 1}
        assert log.static.head() == expected(kept)
        if log._sequence().sequencer.end().next == size:  # noqa: SLF001 - it failed before the entry was taken
            assert failing <= 7
            log.append_all([entry(size)])
        assert log.append(entry(size + 1)) == size + 1
        holds(log, size + 2)
        log.close()
    assert 8 < failing < 40


READ_ONLY = OSError(30, "Read-only file system")


@pytest.mark.parametrize("name", ["open", "write", "mkdir", "rename"])
@pytest.mark.parametrize("fault", [DISK_FULL, READ_ONLY])
def test_whatever_call_fails_while_publishing_the_old_checkpoint_stays(
    boundary, tmp_path, monkeypatch, name, fault
):
    """The k-th of these calls fails, for each k; the entry waits, and the next publisher goes on."""
    for failing in range(1, 60):
        log = copied(boundary, 255, tmp_path / str(failing))
        log.append_all([entry(255)])
        calls, real, raised = iter(range(1, 100)), getattr(os, name), []

        def faulty(*arguments, calls=calls, failing=failing, real=real, raised=raised, **options):
            if next(calls) == failing:
                raised.append(fault)
                raise fault
            return real(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(os, name, faulty)
            with suppress(OSError):
                log.publish()
        kept = log.static.head().size
        assert log.static.head() == expected(kept)
        assert kept == 256 or (raised and kept == 255)
        assert log.append(entry(256)) == 256
        holds(log, 257)
        log.close()
        if not raised:
            break
    assert 2 <= failing < 59


def test_a_database_that_can_not_be_written_signs_nothing(log, monkeypatch):
    log.append(entry(0))
    log.append_all([entry(1)])
    connection = log._sequence().sequencer._connection  # noqa: SLF001
    connection.execute("PRAGMA query_only = ON")
    signed = []
    with monkeypatch.context() as patch:
        patch.setattr(SeededKey, "sign", lambda _self, message: signed.append(message))
        with pytest.raises(OSError, match="readonly"):
            log.publish()
    assert not signed
    assert head(log) == expected(1)
    connection.execute("PRAGMA query_only = OFF")
    log.publish()
    holds(log, 2)


def test_a_full_disk_in_the_journal_appends_nothing(log, monkeypatch):
    log.append(entry(0))
    write = os.write

    def full(descriptor, data):
        write(descriptor, data[: len(data) // 2])
        raise DISK_FULL

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            log.append_all(entries(1, 400))
    assert log.append(entry(1)) == 1
    holds(log, 2)


def test_every_file_and_its_folder_are_synced_before_the_checkpoint(log, monkeypatch):
    log.append(entry(0))
    synced = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(path_of(fd)))
    log.append(entry(1))
    names = [os.path.relpath(name, log.path) for name in synced]
    assert sorted(names[:2]) == [".fresh/0", ".fresh/1"]
    folders = {"tile/0/000.p", "tile/0", "tile/entries/000.p", "tile/entries", "tile", "."}
    assert set(names[2:8]) == folders
    assert set(names[8:10]) == {".high-water.tmp", ".checkpoint.tmp"}
    assert names[10:] == [".", "."]


def test_the_head_is_kept_before_it_is_signed(log, monkeypatch):
    log.append(entry(0))
    log.append_all([entry(1)])
    known = log._sequence().sequencer.state  # noqa: SLF001

    def sign(_self, _message):
        raise ConnectionError(str(known().size))

    with monkeypatch.context() as patch:
        patch.setattr(SeededKey, "sign", sign)
        with pytest.raises(ConnectionError, match="2"):
            log.publish()
    assert head(log) == expected(1)
    log.publish()
    holds(log, 2)


def test_what_has_no_name_yet_is_swept(log):
    log.append(entry(0))
    (log.path / ".fresh" / "7").write_bytes(b"half a ti")
    log.append(entry(1))
    assert not list((log.path / ".fresh").iterdir())


def test_a_restored_backup_does_not_sign(log, tmp_path):
    for i in range(3):
        log.append(entry(i))
    log.close()
    backup = shutil.copytree(log.path, tmp_path / "backup")
    log.append(entry(3))
    put_back(log, backup, keep=["high-water"])
    kept = files(log.path)
    for act in (log.publish, lambda: log.append(entry(4))):
        with pytest.raises(EvidenceError, match="refusing to sign") as caught:
            act()
        assert "sekisho log restore" in caught.value.hint
    assert files(log.path) == kept


def test_a_restored_database_alone_does_not_sign(log, tmp_path):
    """The files are the newest; the index of a new entry would be one that was given away."""
    log.append(entry(0))
    log.close()
    old = shutil.copy(log.path / DATABASE, tmp_path / "old")
    log.append(entry(1))
    log.close()
    shutil.copy(old, log.path / DATABASE)
    (log.path / "high-water").unlink()
    for act in (log.publish, lambda: log.append_all([entry(4)])):
        with pytest.raises(EvidenceError, match="refusing to sign"):
            act()


def test_a_lost_database_does_not_begin_a_new_history(log):
    log.append(entry(0))
    log.close()
    (log.path / DATABASE).unlink()
    with pytest.raises(EvidenceError, match="has no database"):
        log.append(entry(1))
    assert not (log.path / DATABASE).exists()


@pytest.mark.parametrize(
    ("keep", "why"),
    [((DATABASE, SEGMENT), "not of one moment"), ((DATABASE,), "its journal ends with")],
)
def test_restored_files_alone_do_not_sign(log, tmp_path, keep, why):
    log.append(entry(0))
    log.close()
    old = shutil.copytree(log.path, tmp_path / "old")
    log.append(entry(1))
    log.append(entry(2))
    log.close()
    put_back(log, old, keep=keep)
    (log.path / "high-water").unlink()
    with pytest.raises(EvidenceError, match=why):
        log.publish()


def test_a_high_water_mark_beside_the_key_survives_a_restore(tmp_path):
    log = new_log(tmp_path / "log", high_water=tmp_path / "keys" / "log.high-water")
    log.append(entry(0))
    log.close()
    backup = shutil.copytree(log.path, tmp_path / "backup")
    log.append(entry(1))
    put_back(log, backup)
    with pytest.raises(EvidenceError, match="refusing to sign"):
        log.append(entry(2))


def test_a_lost_checkpoint_does_not_begin_a_new_history(log):
    log.append(entry(0))
    log.append(entry(1))
    (log.path / "checkpoint").unlink()
    with pytest.raises(EvidenceError, match="refusing to sign"):
        log.append(entry(2))


@pytest.mark.parametrize("more", [0, 1])
def test_another_history_of_the_same_key_does_not_sign(log, tmp_path, more):
    """A fork of equal or greater length, made from a restored copy without its mark."""
    fork = new_log(tmp_path / "fork")
    for i in range(3):
        log.append(entry(i))
    for i in (0, 1, 7, 8)[: 3 + more]:
        fork.append(entry(i))
    shutil.copy(log.path / "high-water", fork.path / "high-water")
    with pytest.raises(EvidenceError, match="refusing to sign"):
        fork.append(entry(9))


def test_a_mark_left_behind_is_brought_up(log):
    log.append(entry(0))
    mark = (log.path / "high-water").read_bytes()
    log.append(entry(1))
    (log.path / "high-water").write_bytes(mark)
    assert log.append(entry(2)) == 2
    assert (log.path / "high-water").read_bytes() == log.checkpoint()


def test_two_publishers_do_not_both_sign(log, monkeypatch):
    """Even where locks do nothing, as on some network file systems, the database lets one of them."""
    log.append(entry(0))
    other = new_log(log.path)
    log.append_all([entry(1)])
    intend = Sequencer.intend

    def late(self, *arguments):
        monkeypatch.setattr(Sequencer, "intend", intend)
        other.append_all([entry(2)])
        other._publish()  # noqa: SLF001 - as if the lock were not there
        return intend(self, *arguments)

    monkeypatch.setattr(Sequencer, "intend", late)
    with pytest.raises(EvidenceError, match="another publisher"):
        log.publish()
    holds(log, 3)


def test_a_log_of_another_key_is_not_continued(log):
    log.append(entry(0))
    with pytest.raises(EvidenceError, match="checkpoint"):
        LocalLog(log.path, SeededKey("other"), ORIGIN).append(entry(1))
    with pytest.raises(EvidenceError, match="checkpoint"):
        LocalLog(log.path, SIGNER, "sekisho.example/other").append(entry(1))
    assert log.append(entry(1)) == 1


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
    with pytest.raises(EvidenceError):
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


def test_a_file_of_something_else_in_the_way_is_not_believed(log):
    log.append(entry(0))
    (log.path / "tile/0/000.p/2").write_bytes(bytes(64))
    with pytest.raises(EvidenceError, match="other bytes"):
        log.append(entry(1))
    assert head(log) == expected(1)


def test_no_receipt_from_damaged_tiles(log):
    log.append_all(entries(0, 3))
    log.publish()
    tile = log.path / "tile/0/000.p/3"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    for index in range(3):
        with pytest.raises(EvidenceError):
            log.prove(index)


def test_a_reader_falls_back_to_the_full_tile(boundary, tmp_path):
    log = copied(boundary, 255, tmp_path / "log")
    old = log.checkpoint()
    log.append(entry(255))
    (log.path / "checkpoint").write_bytes(old)
    assert decode_proof(log.prove(254)).checkpoint == old
    holds(log, 255)


class Slow:
    """Witnesses of whom one is missing until `ready`."""

    def __init__(self):
        self.asked, self.ready = [], False

    def gather(self, note, old, prove):
        self.asked.append((old, tuple(prove(old)) if old else ()))
        if not self.ready:
            raise IncompleteError("1 of 2 witnesses")
        return note


def test_without_a_quorum_the_old_checkpoint_stays(tmp_path):
    witnesses = Slow()
    log = new_log(tmp_path / "log", witnesses=witnesses)
    witnesses.ready = True
    log.append(entry(0))
    witnesses.ready = False
    with pytest.raises(IncompleteError, match="entry 1 is in the log, but not published: 1 of 2") as caught:
        log.append(entry(1))
    assert "sekisho log publish" in caught.value.hint
    assert head(log) == expected(1)
    witnesses.ready = True
    assert log.append(entry(2)) == 2
    holds(log, 3)
    old, proof = witnesses.asked[-1]
    verify_consistency(old, 3, proof, expected(old).root, expected(3).root)
