import pytest

from sekisho.errors import EvidenceError
from sekisho.ledger.tiles import decode_bundle
from sekisho.store.log import sequence
from sekisho.store.log.sequence import Sequencer, State

ROOT = bytes(range(32))


@pytest.fixture
def opened(tmp_path):
    return Sequencer(tmp_path / "sequence.sqlite")


def encoded(*texts):
    return [len(text).to_bytes(2) + text for text in texts]


def read(opened, first):
    return [entry for run in opened.pending(first) for entry in decode_bundle(run.data, run.count)]


def test_commits_wait_for_the_disk(tmp_path, monkeypatch):
    monkeypatch.undo()
    opened = Sequencer(tmp_path / "sequence.sqlite")
    asked = [opened._rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous")]  # noqa: SLF001
    assert asked == ["wal", 2]


def test_entries_follow_each_other_also_after_it_was_closed(opened, tmp_path):
    assert opened.append(encoded(b"a", b""), 5) == 0
    opened.close()
    again = Sequencer(tmp_path / "sequence.sqlite")
    assert again.append(encoded(b"b"), 4) == 2
    assert read(again, 0) == [b"a", b"", b"b"]
    assert read(again, 2) == [b"b"]
    assert (again.next(), again.state().latest) == (3, 5)


def test_many_entries_are_read_some_at_a_time(opened):
    texts = [b"%d" % n for n in range(40_000)]
    opened.append(encoded(*texts), 0)
    assert max(run.count for run in opened.pending(0)) == sequence.RUN_ENTRIES
    assert read(opened, 0) == texts


def test_missing_rows_are_noticed(opened):
    opened.append(encoded(b"a"), 0)
    opened.append(encoded(b"b"), 0)
    with opened._writing() as connection:  # noqa: SLF001
        connection.execute("DELETE FROM pending WHERE first = 0")
    with pytest.raises(EvidenceError, match="lacks the entries from 0"):
        read(opened, 0)


def test_the_head_that_will_be_signed_is_kept_and_published_rows_go(opened):
    opened.append(encoded(b"a", b"b"), 0)
    first = opened.state()
    assert first == State()
    opened.intend(first, 2, ROOT)
    opened.append(encoded(b"c"), 0)
    assert read(opened, 0) == [b"a", b"b", b"c"]
    second = opened.state()
    assert (second.size, second.root, second.published) == (2, ROOT, 0)
    on_disk = State(size=2, root=ROOT, published=2, published_root=ROOT)
    opened.intend(on_disk, 3, ROOT)
    assert (read(opened, 2), opened.next()) == ([b"c"], 3)
    assert [run.first for run in opened.rows()] == [2]


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
        connection.execute("INSERT INTO pending VALUES (0, 1, x'000161')")
        raise Deliberate
    assert opened.next() == 0


@pytest.mark.parametrize("data", [b"not a database at all, and longer than a header of SQLite would be" * 9])
def test_something_else_is_no_database(tmp_path, data):
    file = tmp_path / "sequence.sqlite"
    file.write_bytes(data)
    with pytest.raises(EvidenceError, match="not a log's database") as caught:
        Sequencer(file)
    assert "restore" in caught.value.hint


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OSError, match="can not be used"):
        Sequencer(tmp_path / "nowhere" / "sequence.sqlite")
