import sqlite3
from datetime import UTC, datetime

import pytest

from sekisho.errors import EvidenceError, NotFoundError, SekishoError
from sekisho.ledger.witnessing import Request, admit, decide, encode_request
from sekisho.store.witness_heads import MAX_SPLITS, WitnessHeads
from tests.keys import SeededKey
from tests.logs import Growing

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOG, FORK = Growing(), Growing(word="fork", same=3)


def request(size, old, log=LOG):
    proof = log.prove(old, size) if old else ()
    return admit(
        encode_request(Request(old=old, proof=proof, checkpoint=log.note(size))), {LOG.origin: [LOG.key]}
    )


def settle(heads, size, old, log=LOG):
    made = request(size, old, log)
    return heads.settle(LOG.origin, lambda head: decide(made, head, "w.example", SeededKey("w"), NOW)).status


@pytest.fixture
def heads(tmp_path):
    return WitnessHeads(tmp_path / "witness.sqlite")


def test_a_head_is_kept(heads, tmp_path):
    assert heads.head(LOG.origin) is None
    assert settle(heads, 3, 0) == 200
    again = WitnessHeads(tmp_path / "witness.sqlite")
    assert again.head(LOG.origin).checkpoint == LOG.head(3)
    assert again.head(LOG.origin).at == NOW
    assert settle(again, 8, 3) == 200
    assert [head.checkpoint.size for head in heads.heads()] == [8]


def test_a_refusal_changes_nothing(heads):
    settle(heads, 3, 0)
    assert settle(heads, 8, 0) == 409
    assert settle(heads, 8, 3, Growing(word="fork")) == 422
    assert heads.head(LOG.origin).checkpoint == LOG.head(3)


def test_two_futures_are_not_both_kept(heads):
    settle(heads, 3, 0)
    assert settle(heads, 8, 3) == 200
    assert settle(heads, 9, 3, FORK) == 409
    assert heads.head(LOG.origin).checkpoint == LOG.head(8)


def test_what_is_decided_while_another_decides_waits(heads, tmp_path):
    """The second decision sees what the first has stored: the head is read under the lock that writes it."""
    settle(heads, 3, 0)
    made = request(8, 3)
    other = sqlite3.connect(tmp_path / "witness.sqlite", timeout=0, isolation_level=None)

    def deciding(head):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return decide(made, head, "w.example", SeededKey("w"), NOW)

    assert heads.settle(LOG.origin, deciding).status == 200
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_decision_that_fails_changes_nothing(heads):
    settle(heads, 3, 0)
    with pytest.raises(ZeroDivisionError):
        heads.settle(LOG.origin, lambda _head: 1 / 0)
    assert heads.head(LOG.origin).checkpoint == LOG.head(3)
    assert settle(heads, 8, 3) == 200


def test_it_is_on_disk_before_the_answer(heads, tmp_path):
    with heads._opened() as connection:  # noqa: SLF001
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    settle(heads, 3, 0)
    other = sqlite3.connect(tmp_path / "witness.sqlite")
    assert other.execute("SELECT size FROM head").fetchall() == [(3,)]
    other.close()


def test_split_views_are_kept_once_and_not_without_end(heads):
    settle(heads, 8, 0)
    for _ in range(3):
        assert settle(heads, 8, 8, FORK) == 422
    (split,) = heads.splits()
    assert (split.origin, split.other) == (LOG.origin, FORK.note(8))
    assert split.cosigned == heads.head(LOG.origin).note
    for number in range(MAX_SPLITS + 2):
        settle(heads, 8, 0, Growing(word=f"fork {number}"))
    assert len(heads.splits()) == MAX_SPLITS


def test_a_changed_file_is_refused(heads):
    settle(heads, 3, 0)
    with heads._opened() as connection:  # noqa: SLF001
        connection.execute("UPDATE head SET size = 2")
    with pytest.raises(EvidenceError, match="does not fit"):
        settle(heads, 8, 3)


def test_bad_places(tmp_path):
    with pytest.raises(NotFoundError, match="no folder"):
        WitnessHeads(tmp_path / "no" / "witness.sqlite")
    (tmp_path / "text").write_text("not a database, but long enough to look at" * 40)
    with pytest.raises(SekishoError, match="can not be used"):
        WitnessHeads(tmp_path / "text")


@pytest.fixture
def marked(tmp_path):
    return lambda: WitnessHeads(tmp_path / "witness.sqlite", mark=tmp_path / "keys" / "w.mark")


def test_an_old_copy_cosigns_nothing(marked, tmp_path):
    (tmp_path / "keys").mkdir()
    heads = marked()
    settle(heads, 3, 0)
    old = tmp_path / "old"
    with sqlite3.connect(tmp_path / "witness.sqlite") as source, sqlite3.connect(old) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    assert settle(heads, 8, 3) == 200
    for path in tmp_path.glob("witness.sqlite*"):
        path.unlink()
    old.rename(tmp_path / "witness.sqlite")
    with pytest.raises(EvidenceError, match="refusing to cosign") as caught:
        settle(heads, 9, 3, FORK)
    assert "make a new key" in caught.value.hint
    with pytest.raises(EvidenceError, match="knows of 1 cosignatures"):
        marked()


@pytest.mark.parametrize("lost", ["witness.sqlite", "keys/w.mark"])
def test_a_lost_file_is_refused_and_a_lost_mark_is_not(marked, tmp_path, lost):
    (tmp_path / "keys").mkdir()
    settle(marked(), 3, 0)
    for path in (tmp_path / lost).parent.glob(f"{(tmp_path / lost).name}*"):
        path.unlink()
    if lost == "witness.sqlite":
        with pytest.raises(EvidenceError, match="refusing to cosign"):
            marked()
    else:
        assert settle(marked(), 8, 3) == 200
        assert (tmp_path / lost).read_bytes() == b"2\n"


def test_a_mark_that_is_no_number_is_refused(marked, tmp_path):
    (tmp_path / "keys").mkdir()
    marked()
    (tmp_path / "keys" / "w.mark").write_text("many")
    with pytest.raises(EvidenceError, match="'many'"):
        marked()


def test_a_crash_before_the_mark_is_no_old_copy(marked, tmp_path):
    (tmp_path / "keys").mkdir()
    heads = marked()
    settle(heads, 3, 0)
    mark = (tmp_path / "keys" / "w.mark").read_bytes()
    settle(heads, 8, 3)
    (tmp_path / "keys" / "w.mark").write_bytes(mark)
    assert settle(heads, 9, 8) == 200
