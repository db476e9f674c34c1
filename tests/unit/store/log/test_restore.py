import shutil
import sqlite3
from contextlib import closing

import pytest

from sekisho.errors import EvidenceError
from sekisho.ledger.tiles import encode_bundle
from sekisho.store.log.fsck import fsck
from sekisho.store.log.journal import MAGIC
from sekisho.store.log.local import DATABASE
from sekisho.store.log.restore import Restored, restore_log
from sekisho.store.log.sequence import JOURNAL
from tests.stored_logs import entries, entry, expected, files, head, holds, new_log

SIZE = 600


@pytest.fixture
def log(tmp_path):
    made = new_log(tmp_path / "log", high_water=tmp_path / "high-water")
    made.append_all(entries(0, SIZE))
    made.publish()
    return made


def remove_database(log):
    log.close()
    for path in log.path.glob(f"{DATABASE}*"):
        path.unlink()


def goes_on(log, size):
    assert log.append(entry(size)) == size
    holds(log, size + 1)


def test_a_lost_database_is_made_anew(log):
    remove_database(log)
    assert restore_log(log) == Restored(published=SIZE, waiting=0)
    goes_on(log, SIZE)
    assert log._sequence().sequencer.end().latest > 0  # noqa: SLF001


def test_an_old_database_is_brought_up_to_date(log, tmp_path):
    log.close()
    old = shutil.copy(log.path / DATABASE, tmp_path / "old")
    log.append(entry(SIZE))
    remove_database(log)
    shutil.copy(old, log.path / DATABASE)
    with pytest.raises(EvidenceError, match="refusing"):
        log.append(entry(SIZE + 1))
    assert restore_log(log) == Restored(published=SIZE + 1, waiting=0)
    goes_on(log, SIZE + 1)


def test_a_whole_log_stays_what_it_is(log):
    before = files(log.path)
    restore_log(log)
    assert files(log.path) == before
    goes_on(log, SIZE)


def test_entries_that_wait_in_the_database_are_kept(log):
    log.append_all(entries(SIZE, SIZE + 300))
    assert restore_log(log) == Restored(published=SIZE, waiting=300)
    log.publish()
    holds(log, SIZE + 300)


def test_entries_that_wait_in_bundles_only_are_kept(log):
    """A crash after the files and before the checkpoint, and then the database is lost too."""
    (log.path / "tile/entries/002.p/100").write_bytes(encode_bundle(entries(512, 612)))
    remove_database(log)
    assert restore_log(log) == Restored(published=SIZE, waiting=12)
    log.publish()
    holds(log, 612)


def test_a_head_that_was_signed_but_not_shown_binds(log):
    """The mark knows a longer log than the checkpoint: its entries must be found."""
    old = log.checkpoint()
    log.append_all(entries(SIZE, SIZE + 5))
    log.publish()
    (log.path / "checkpoint").write_bytes(old)
    remove_database(log)
    assert restore_log(log) == Restored(published=SIZE, waiting=5)
    goes_on(log, SIZE + 5)


def test_more_was_signed_than_is_here(log, tmp_path):
    log.close()
    backup = shutil.copytree(log.path, tmp_path / "backup")
    log.append(entry(SIZE))
    log.close()
    shutil.rmtree(log.path)
    shutil.copytree(backup, log.path)
    with pytest.raises(EvidenceError, match=r"refusing to sign: the key .* has signed 601") as caught:
        restore_log(log)
    assert "newest copy" in caught.value.hint
    remove_database(log)
    with pytest.raises(EvidenceError, match="refusing to sign"):
        restore_log(log)


def test_two_copies_that_went_on_separately(log, tmp_path):
    log.append_all([entry(7777)])
    log.close()
    fork = shutil.copytree(log.path, tmp_path / "fork")
    shutil.rmtree(log.path)
    shutil.copytree(fork, log.path)
    (log.path / "tile/entries/002.p/89").write_bytes(encode_bundle([*entries(512, 600), entry(8888)]))
    with pytest.raises(EvidenceError, match="entry 600 in the journal is another"):
        restore_log(log)


def test_a_broken_database_is_put_aside(log):
    remove_database(log)
    (log.path / DATABASE).write_bytes(b"scrap" * 1000)
    restore_log(log)
    assert (log.path / f"{DATABASE}.broken").read_bytes() == b"scrap" * 1000
    goes_on(log, SIZE)


def test_lost_tiles_are_made_from_the_entries(log):
    before = files(log.path)
    for name in ("tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2"):
        (log.path / name).unlink()
    restore_log(log)
    assert files(log.path) == before
    assert fsck(log.static) == expected(SIZE)


def test_damaged_entries_are_not_taken_for_good(log):
    bundle = log.path / "tile/entries/001"
    bundle.write_bytes(bundle.read_bytes().replace(b'"pub"', b'"r"  ', 1))
    remove_database(log)
    with pytest.raises(EvidenceError):
        restore_log(log)
    assert not (log.path / DATABASE).exists()


def test_junk_beyond_the_checkpoint_is_not_taken_in(log):
    (log.path / "tile/entries/002.p/89").write_bytes(encode_bundle([*entries(512, 600), b"Hanako"]))
    with pytest.raises(EvidenceError, match="beyond its checkpoint"):
        restore_log(log)


def test_a_log_of_the_older_form_is_taken_over(tmp_path):
    """Its files without a database, and what a crash left of an entry that nobody has signed."""
    log = new_log(tmp_path / "log")
    log.append_all(entries(0, 3))
    log.publish()
    remove_database(log)
    (log.path / ".lock").touch()
    with pytest.raises(EvidenceError, match="has no database") as caught:
        log.append(entry(3))
    assert "sekisho log restore" in caught.value.hint
    restore_log(log)
    goes_on(log, 3)


def test_a_database_of_the_first_layout_is_taken_over(log):
    """It held the waiting entries itself; they were acknowledged and must not be lost."""
    state = log._sequence().sequencer.state()  # noqa: SLF001
    remove_database(log)
    shutil.rmtree(log.path / JOURNAL)
    with closing(sqlite3.connect(log.path / DATABASE)) as old:
        old.executescript(
            "PRAGMA user_version = 1;"
            "CREATE TABLE pending (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, data BLOB NOT NULL);"
            "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL,"
            " root BLOB NOT NULL, published INTEGER NOT NULL, published_root BLOB NOT NULL,"
            " latest INTEGER NOT NULL);"
        )
        for first, many in ((SIZE, 2), (SIZE + 2, 1)):
            data = encode_bundle(entries(first, first + many))
            old.execute("INSERT INTO pending VALUES (?, ?, ?)", (first, many, data))
        heads = (state.size, state.root, state.published, state.published_root)
        old.execute("INSERT INTO head VALUES (1, ?, ?, ?, ?, 0)", heads)
        old.commit()
    with pytest.raises(EvidenceError, match="another version of Sekisho") as caught:
        log.append(entry(SIZE + 3))
    assert "sekisho log restore" in caught.value.hint
    assert restore_log(log) == Restored(published=SIZE, waiting=3)
    goes_on(log, SIZE + 3)


def test_a_lost_journal_is_made_anew_and_what_bundles_have_is_kept(log):
    log.close()
    shutil.rmtree(log.path / JOURNAL)
    with pytest.raises(EvidenceError, match="refusing to sign") as caught:
        log.append(entry(SIZE))
    assert "sekisho log restore" in caught.value.hint
    assert restore_log(log) == Restored(published=SIZE, waiting=0)
    goes_on(log, SIZE)


def test_a_damaged_journal_gives_what_is_whole(log):
    log.append_all(entries(SIZE, SIZE + 2))
    log.append_all([entry(SIZE + 2)])
    log.append_all([entry(SIZE + 3)])
    log.close()
    segment = max((log.path / JOURNAL).iterdir())
    data = segment.read_bytes()
    at = data.rindex(MAGIC, 0, data.rindex(MAGIC))
    segment.write_bytes(data[: at + 60] + b"?" + data[at + 61 :])
    with pytest.raises(EvidenceError, match="damaged group"):
        log.append_all([entry(9999)])
    assert restore_log(log) == Restored(published=SIZE, waiting=2)
    assert [path.suffix for path in sorted((log.path / JOURNAL).iterdir())].count(".broken") == 1
    goes_on(log, SIZE + 2)


def test_nothing_at_all(tmp_path):
    log = new_log(tmp_path / "log")
    assert restore_log(log) == Restored(published=0, waiting=0)
    assert log.append(entry(0)) == 0
    assert head(log) == expected(1)
