import pytest

from sekisho.errors import ExistsError, UsageError
from sekisho.store.prints_journal import Journal, journal_path

HEAD = b"head"


@pytest.fixture
def path(tmp_path):
    return journal_path(tmp_path / "prints.jsonl")


def lines(journal):
    return [line for _, line in journal.lines()]


def test_it_lies_beside_the_output(tmp_path):
    assert journal_path(tmp_path / "prints.jsonl") == tmp_path / ".prints.jsonl.partial"


def test_what_was_written_is_there_at_the_next_try(path):
    with Journal(path, HEAD, resume=False) as journal:
        places = [*journal.append([b"one", b"two"]), *journal.append([b"three"])]
        assert [journal.at(place) for place in places] == [b"one", b"two", b"three"]
    with Journal(path, HEAD, resume=True) as journal:
        assert list(journal.lines()) == list(zip(places, [b"one", b"two", b"three"], strict=True))
        journal.append([b"four"])
        assert lines(journal) == [b"one", b"two", b"three", b"four"]


@pytest.mark.parametrize("cut", range(1, 13))
def test_a_line_that_was_cut_is_overwritten(path, cut):
    with Journal(path, HEAD, resume=False) as journal:
        journal.append([b"one", b"two"])
    data = path.read_bytes()
    path.write_bytes(data[:-cut])
    with Journal(path, HEAD, resume=True) as journal:
        kept = lines(journal)
        journal.append([b"new"])
        assert lines(journal) == [*kept, b"new"]
    assert kept == data[:-cut].split(b"\n")[1:-1]
    assert b"".join(line + b"\n" for line in [HEAD, *kept, b"new"]) == path.read_bytes()


def test_what_an_interrupted_try_has_left_is_not_lost_by_mistake(path):
    with Journal(path, HEAD, resume=False) as journal:
        journal.append([b"one"])
    with pytest.raises(ExistsError, match="interrupted") as caught:
        Journal(path, HEAD, resume=False)
    assert "--resume" in caught.value.hint
    with Journal(path, HEAD, resume=False, force=True) as journal:
        assert lines(journal) == []


def test_the_journal_of_another_version_is_refused(path):
    with Journal(path, b"other", resume=False):
        pass
    with pytest.raises(UsageError, match="another version"):
        Journal(path, HEAD, resume=True)


def test_only_one_process_has_it(path):
    with Journal(path, HEAD, resume=False):
        with pytest.raises(UsageError, match="at work"):
            Journal(path, HEAD, resume=True)
        with pytest.raises(UsageError, match="at work"):
            Journal(path, HEAD, resume=False, force=True)
    with Journal(path, HEAD, resume=True):
        pass


def test_it_can_be_removed_while_it_is_open(path):
    with Journal(path, HEAD, resume=True) as journal:
        journal.remove()
    assert not path.exists()
