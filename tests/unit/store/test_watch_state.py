import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sekisho.errors import ConfigError, NotFoundError, UsageError
from sekisho.store import watch_state
from sekisho.store.watch_state import Drafted, open_watch

EVENTS = [("registered", f"e-{n}", "verified") for n in range(5)]


def names(folder):
    return sorted(path.name for path in (folder / "outbox").iterdir())


def test_each_record_is_given_each_event_once(tmp_path):
    with open_watch(tmp_path) as state:
        state.learn(EVENTS[:3])
        state.learn(EVENTS)
        first, upto = state.pending("run-a", 2)
        state.keep("run-a", upto, [])
        second, upto = state.pending("run-a", 10)
        state.keep("run-a", upto, [])
        assert (first, second) == (EVENTS[:2], EVENTS[2:])
        assert state.pending("run-a", 10) == ([], 5)
        assert state.pending("run-b", 10)[0] == EVENTS
    with open_watch(tmp_path) as state:
        assert state.pending("run-a", 10) == ([], 5)


def test_drafts_are_written_once_and_listed(tmp_path):
    with open_watch(tmp_path) as state:
        state.learn(EVENTS[:2])
        state.keep("run", 1, [Drafted(id="hit-b", draft=b"B"), Drafted(id="hit-a", draft=b"A")])
        state.keep("run", 2, [Drafted(id="hit-a", draft=b"other")])
        assert (state.write_out(), state.write_out()) == (2, 0)
        assert names(tmp_path) == ["hit-a.json", "hit-b.json"]
        assert (tmp_path / "outbox" / "hit-a.json").read_bytes() == b"A"
        assert [one.id for one in state.drafts()] == ["hit-a", "hit-b"]


def test_a_draft_that_was_taken_is_not_given_again(tmp_path):
    with open_watch(tmp_path) as state:
        state.learn(EVENTS[:2])
        state.keep("run", 1, [Drafted(id="hit-a", draft=b"A")])
        state.write_out()
    (tmp_path / "outbox" / "hit-a.json").unlink()
    with open_watch(tmp_path) as state:
        state.keep("run", 1, [Drafted(id="hit-a", draft=b"A")])
        assert state.write_out() == 0
    assert names(tmp_path) == []


class Stopped(Exception):
    pass


def test_a_stop_between_keeping_and_writing_loses_nothing(tmp_path, monkeypatch):
    def stop(*_arguments, **_more):
        raise Stopped

    with open_watch(tmp_path) as state:
        state.learn(EVENTS[:2])
        state.keep("run", 1, [Drafted(id="hit-a", draft=b"A")])
        monkeypatch.setattr(watch_state, "write_atomic", stop)
        with pytest.raises(Stopped):
            state.write_out()
    monkeypatch.undo()
    with open_watch(tmp_path) as state:
        assert state.write_out() == 1
    assert names(tmp_path) == ["hit-a.json"]


def test_one_watch_at_a_time(tmp_path):
    with open_watch(tmp_path), pytest.raises(UsageError, match="another watch"), open_watch(tmp_path):
        pass


def test_what_is_no_state_is_refused(tmp_path):
    with pytest.raises(NotFoundError), open_watch(tmp_path / "none", make=False):
        pass
    assert not (tmp_path / "none").exists()
    (tmp_path / "watch.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 50)
    with pytest.raises(ConfigError), open_watch(tmp_path):
        pass


def used(folder):
    """Return a state that has matched 900 events with a run, and one hit whose draft was taken."""
    with open_watch(folder) as state:
        state.learn([("registered", f"e-{n}", "verified") for n in range(900)])
        state.keep("run", state.pending("run", 1000)[1], [Drafted(id="hit-a", draft=b"A" * 9000)])
        state.write_out()
    (folder / "outbox" / "hit-a.json").unlink()
    return folder / "watch.sqlite"


def cut(share):
    return lambda file: os.truncate(file, int(file.stat().st_size * share))


def executed(*statements):
    def change(file):
        with closing(sqlite3.connect(file)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return change


def to_folder(file):
    file.unlink()
    file.mkdir()


def overwritten(file):
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * 4096)


@pytest.mark.parametrize(
    "damage",
    [
        *(cut(0), cut(0.3), cut(0.6), cut(0.9), Path.unlink, to_folder, overwritten),
        executed("DROP TABLE event"),
        executed("DELETE FROM event WHERE number > 400"),
        executed("DELETE FROM event WHERE number = 400"),
        executed("DELETE FROM event"),
    ],
)
def test_a_damaged_state_is_never_begun_anew_by_itself(tmp_path, damage):
    file = used(tmp_path)
    damage(file)
    before = file.read_bytes() if file.is_file() else None
    for _ in range(2):
        with pytest.raises(ConfigError) as caught, open_watch(tmp_path):
            pass
        assert "another --state" in caught.value.hint
    assert names(tmp_path) == []
    assert before is None or file.read_bytes() == before


def test_a_state_of_before_goes_on_and_one_of_later_is_refused(tmp_path):
    file = used(tmp_path)
    (tmp_path / "state.json").unlink()
    executed("PRAGMA user_version = 0")(file)
    with open_watch(tmp_path) as state:
        assert state.pending("run", 10) == ([], 900)
    assert (tmp_path / "state.json").is_file()
    executed("PRAGMA user_version = 2")(file)
    with pytest.raises(ConfigError, match="newer"), open_watch(tmp_path):
        pass


@pytest.mark.parametrize(
    ("said", "problem"), [(b'{"v": 2}', "newer"), (b"{}", "damaged"), (b"", "damaged"), (b"[1", "damaged")]
)
def test_what_says_that_there_was_a_state_is_read(tmp_path, said, problem):
    used(tmp_path)
    (tmp_path / "state.json").write_bytes(said)
    with pytest.raises(ConfigError, match=problem), open_watch(tmp_path):
        pass


def test_an_outbox_alone_says_that_there_was_a_state(tmp_path):
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "hit-a.json").write_bytes(b"A")
    with pytest.raises(ConfigError, match="gone"), open_watch(tmp_path):
        pass


def test_a_state_whose_making_was_killed_is_made(tmp_path):
    (tmp_path / "outbox").mkdir()
    (tmp_path / ".lock").touch()
    (tmp_path / "watch.sqlite").touch()
    with open_watch(tmp_path) as state:
        assert state.pending("run", 10) == ([], 0)


@pytest.mark.parametrize("name", ["", "outbox", ".lock"])
def test_a_place_that_is_taken_is_refused(tmp_path, name):
    folder = tmp_path / "state"
    place = folder / name
    if name == ".lock":
        place.mkdir(parents=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    with pytest.raises(ConfigError, match="can not be"), open_watch(folder):
        pass


@pytest.mark.parametrize("problem", ["attempt to write a readonly database", "database or disk is full"])
def test_a_state_that_can_not_be_written_says_so_and_keeps_all(tmp_path, problem):
    file = used(tmp_path)
    stop = f"CREATE TRIGGER stop BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, '{problem}'); END"
    executed(stop)(file)
    with pytest.raises(ConfigError) as caught, open_watch(tmp_path) as state:
        state.learn(EVENTS)
    assert "nothing is lost" in caught.value.hint
    executed("DROP TRIGGER stop")(file)
    with open_watch(tmp_path) as state:
        assert state.pending("run", 10) == ([], 900)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_state_that_is_read_only_says_so(tmp_path):
    file = used(tmp_path)
    file.chmod(0o400)
    with pytest.raises(ConfigError) as caught, open_watch(tmp_path) as state:
        state.learn(EVENTS)
    assert "nothing is lost" in caught.value.hint
