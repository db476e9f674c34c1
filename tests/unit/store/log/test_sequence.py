import sqlite3

import pytest

from sekisho.errors import EvidenceError
from sekisho.ledger.tiles import decode_bundle, encode_bundle
from sekisho.store.log import sequence
from sekisho.store.log.journal import Run
from sekisho.store.log.sequence import Sequencer, State, first_layout

ROOT = bytes(range(32))


@pytest.fixture
def opened(tmp_path):
    return Sequencer(tmp_path / "sequence.sqlite")


def append(opened, *texts, latest=0):
    return opened.append(encode_bundle(texts), len(texts), latest)


def read(opened, first):
    opened.settle()
    return [entry for run in opened.pending(first) for entry in decode_bundle(run.data, run.count)]


def test_commits_wait_for_the_disk(tmp_path, monkeypatch):
    monkeypatch.undo()
    opened = Sequencer(tmp_path / "sequence.sqlite")
    asked = [opened._row(f"PRAGMA {name}")[0] for name in ("journal_mode", "synchronous")]  # noqa: SLF001
    assert asked == ["wal", 2]


def test_entries_follow_each_other_also_after_it_was_closed(opened, tmp_path):
    assert append(opened, b"a", b"", latest=5) == 0
    opened.close()
    again = Sequencer(tmp_path / "sequence.sqlite")
    assert append(again, b"b", latest=4) == 2
    assert read(again, 0) == [b"a", b"", b"b"]
    assert read(again, 2) == [b"b"]
    assert (again.end().next, again.end().latest) == (3, 5)


def test_the_head_that_will_be_signed_is_kept(opened):
    append(opened, b"a", b"b")
    first = opened.state()
    assert first == State()
    opened.intend(first, 2, ROOT)
    append(opened, b"c")
    assert read(opened, 0) == [b"a", b"b", b"c"]
    second = opened.state()
    assert (second.size, second.root, second.published) == (2, ROOT, 0)
    on_disk = State(size=2, root=ROOT, published=2, published_root=ROOT)
    opened.intend(on_disk, 3, ROOT)
    assert (read(opened, 2), opened.end().next) == ([b"c"], 3)


def test_only_one_of_two_publishers_signs(opened):
    before = opened.state()
    opened.intend(before, 1, ROOT)
    with pytest.raises(EvidenceError, match="another publisher"):
        opened.intend(before, 2, ROOT)
    assert opened.state().size == 1


def test_a_failure_in_a_transaction_leaves_nothing(opened):
    class Deliberate(Exception):
        pass

    with pytest.raises(Deliberate), opened._writing() as connection:  # noqa: SLF001, PT012
        connection.execute("UPDATE head SET size = 7")
        raise Deliberate
    assert opened.state().size == 0


@pytest.mark.parametrize("data", [b"not a database at all, and longer than a header of SQLite would be" * 9])
def test_something_else_is_no_database(tmp_path, data):
    file = tmp_path / "sequence.sqlite"
    file.write_bytes(data)
    with pytest.raises(EvidenceError, match="not a log's database") as caught:
        Sequencer(file)
    assert "restore" in caught.value.hint
    assert first_layout(file) is None


def test_a_folder_that_is_not_there(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="exists"):
        Sequencer(tmp_path / "file" / "sequence.sqlite")


def test_a_database_without_a_journal_appends_nothing(opened, tmp_path):
    append(opened, b"a")
    opened.close()
    (segment,) = (tmp_path / sequence.JOURNAL).iterdir()
    segment.unlink()
    again = Sequencer(tmp_path / "sequence.sqlite")
    with pytest.raises(EvidenceError, match="is missing"):
        append(again, b"b")


def test_a_restored_log_begins_where_its_checkpoint_ends(opened):
    append(opened, b"a", b"b", b"c")
    state = State(size=3, root=ROOT, published=2, published_root=ROOT)
    opened.begin_at(state, [Run(first=2, count=1, data=b"\0\1c")], 9)
    assert (opened.state(), opened.end().next, opened.end().latest) == (state, 3, 9)
    assert read(opened, 2) == [b"c"]
    assert append(opened, b"d") == 3


@pytest.mark.parametrize("number", [1, 3])
def test_the_database_of_another_version(tmp_path, number):
    file = tmp_path / "sequence.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version = {number}")
    with pytest.raises(EvidenceError, match=f"another version of Sekisho .layout {number}") as caught:
        Sequencer(file)
    assert "restore" in caught.value.hint
