import os
import shutil

import pytest

from sekisho.errors import EvidenceError
from sekisho.ledger.tiles import decode_bundle, encode_bundle
from sekisho.store.log import journal as module
from sekisho.store.log.journal import HEADER_BYTES, MAGIC, Journal, Run


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "journal")
    made.begin(0, 0)
    return made


def append(journal, *texts, latest=0):
    return journal.append(encode_bundle(texts), len(texts), latest)


def read(journal, first=0):
    journal.settle()
    return [entry for run in journal.runs(first) for entry in decode_bundle(run.data, run.count)]


def segments(tmp_path):
    return sorted((tmp_path / "journal").iterdir())


def again(tmp_path):
    """Open the journal as another process does."""
    return Journal(tmp_path / "journal")


def test_groups_follow_each_other_in_one_file(journal, tmp_path):
    assert append(journal, b"a", b"", latest=7) == 0
    assert append(journal, b"b", latest=5) == 2
    assert read(journal) == [b"a", b"", b"b"]
    assert read(journal, 2) == [b"b"]
    assert [path.name for path in segments(tmp_path)] == ["0" * 20]
    end = again(tmp_path).look()
    assert (end.next, end.latest) == (3, 7)


def test_the_layout_is_the_one_that_is_written_down(journal, tmp_path):
    append(journal, b"abc", latest=258)
    data = segments(tmp_path)[0].read_bytes()[HEADER_BYTES:]
    assert data[:32].hex() == "ff73656b6973686f" + "00" * 8 + "01000000" + "05000000" + "0201" + "00" * 6
    assert data[HEADER_BYTES:] == b"\0\3abc"


def test_two_processes_take_turns(journal, tmp_path):
    other = again(tmp_path)
    for number in range(6):
        assert append((journal, other)[number % 2], b"%d" % number) == number
    assert read(journal) == read(other) == [b"%d" % number for number in range(6)]


def test_segments_are_closed_and_dropped_when_they_are_published(journal, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SEGMENT_BYTES", 3 * HEADER_BYTES)
    other = again(tmp_path)
    for number in range(9):
        assert append((journal, other)[number % 2], b"%d" % number, latest=number) == number
    names = [int(path.name) for path in segments(tmp_path)]
    assert len(names) > 3
    assert read(other) == [b"%d" % number for number in range(9)]
    journal.drop(names[2])
    assert [int(path.name) for path in segments(tmp_path)] == names[2:]
    journal.drop(100)
    assert len(segments(tmp_path)) == 1
    end = again(tmp_path).look()
    assert (end.next, end.latest) == (9, 8)
    with pytest.raises(EvidenceError, match="lacks the entries from 0"):
        read(again(tmp_path))


@pytest.mark.parametrize("cut", [1, 3, 30, HEADER_BYTES + 2])
def test_a_group_that_a_crash_cut_short_was_never_there(journal, tmp_path, cut):
    append(journal, b"a")
    append(journal, b"bcd")
    path = segments(tmp_path)[0]
    os.truncate(path, path.stat().st_size - cut)
    other = again(tmp_path)
    assert other.look().next == 1
    assert append(other, b"e") == 1
    assert read(other) == [b"a", b"e"]


def test_bytes_that_never_reached_the_disk_are_no_group(journal, tmp_path):
    """The file got its length and not its data, as file systems allow."""
    append(journal, b"a")
    with segments(tmp_path)[0].open("ab") as file:
        file.write(bytes(500))
    other = again(tmp_path)
    assert append(other, b"b") == 1
    assert read(again(tmp_path)) == [b"a", b"b"]


def test_a_killed_writer_s_group_is_synced_before_the_next_one(journal, tmp_path, monkeypatch):
    append(journal, b"a")
    synced = []
    monkeypatch.setattr(os, "fdatasync", lambda fd: synced.append(os.fstat(fd).st_size))
    other = again(tmp_path)
    before = segments(tmp_path)[0].stat().st_size
    append(other, b"b")
    append(other, b"c")
    assert synced == [before, before + HEADER_BYTES + 3, before + 2 * (HEADER_BYTES + 3)]


@pytest.mark.parametrize("at", [0, 8, 16, 24, 40, HEADER_BYTES, HEADER_BYTES + 2])
def test_damage_before_another_group_is_not_cut_off(journal, tmp_path, at):
    for text in (b"a", b"b", b"c"):
        append(journal, text)
    path = segments(tmp_path)[0]
    data = bytearray(path.read_bytes())
    data[HEADER_BYTES + (HEADER_BYTES + 3) + at] ^= 1
    path.write_bytes(data)
    for other in (again(tmp_path), again(tmp_path)):
        with pytest.raises(EvidenceError, match="damaged group at byte") as caught:
            append(other, b"d")
        assert "restore" in caught.value.hint
    assert path.read_bytes() == data


def test_damage_while_it_is_read_is_noticed(journal, tmp_path):
    append(journal, b"a")
    append(journal, b"b")
    journal.settle()
    path = segments(tmp_path)[0]
    data = path.read_bytes()
    path.write_bytes(data[:-1] + b"x")
    with pytest.raises(EvidenceError, match="lacks the entries from 1"):
        list(journal.runs(0))


def test_two_writers_without_a_lock_do_not_both_go_on(journal, tmp_path):
    """Where locks do nothing, both write an entry of one index; whoever comes next refuses."""
    append(journal, b"a")
    path = segments(tmp_path)[0]
    before = path.read_bytes()
    append(journal, b"b")
    with path.open("ab") as file:
        file.write(before[HEADER_BYTES:])
    for other in (journal, again(tmp_path)):
        with pytest.raises(EvidenceError, match="damaged"):
            append(other, b"c")


def test_a_journal_that_is_taken_back_under_a_writer(journal, tmp_path):
    append(journal, b"a")
    backup = shutil.copytree(tmp_path / "journal", tmp_path / "backup")
    append(journal, b"b")
    shutil.rmtree(tmp_path / "journal")
    with pytest.raises(EvidenceError, match="is missing"):
        append(journal, b"c")
    shutil.copytree(backup, tmp_path / "journal")
    with pytest.raises(EvidenceError, match="taken back from 2 entries to 1"):
        append(journal, b"c")


@pytest.mark.usefixtures("journal")
def test_a_segment_that_begins_with_nothing(tmp_path):
    segments(tmp_path)[0].write_bytes(b"\0" * 400)
    with pytest.raises(EvidenceError, match="does not begin with a group"):
        append(again(tmp_path), b"a")


@pytest.mark.parametrize("failing", ["write", "fdatasync"])
def test_a_broken_disk_leaves_the_groups_before(journal, tmp_path, monkeypatch, failing):
    append(journal, b"a")
    write = os.write

    def broken(descriptor, data=b""):
        write(descriptor, data[:9])
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, failing, broken)
        with pytest.raises(OSError, match="Input/output"):
            append(journal, b"lost")
    assert append(journal, b"b") == 1
    assert read(again(tmp_path)) == [b"a", b"b"]


def test_it_is_made_anew(journal, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SEGMENT_BYTES", 2 * HEADER_BYTES)
    for number in range(5):
        append(journal, b"%d" % number)
    journal.begin(3, 8, [Run(first=3, count=2, data=encode_bundle([b"3", b"4"]))])
    assert len(segments(tmp_path)) == 1
    assert read(again(tmp_path), 3) == [b"3", b"4"]
    assert append(journal, b"5") == 5
    assert again(tmp_path).look().latest == 8


def test_what_is_damaged_is_kept_aside_before_it_is_made_anew(journal, tmp_path):
    for text in (b"a", b"b", b"c"):
        append(journal, text)
    path = segments(tmp_path)[0]
    damaged = path.read_bytes().replace(b"\0\1b", b"\0\1x")
    path.write_bytes(damaged)
    assert [run.data for run in journal.whole()] == [b"\0\1a"]
    journal.begin(0, 0, journal.whole())
    assert path.with_name(f"{path.name}.broken").read_bytes() == damaged
    assert read(again(tmp_path)) == [b"a"]


def test_no_entry_looks_like_a_group():
    assert MAGIC[0] == 0xFF
    assert len(MAGIC) == 8
