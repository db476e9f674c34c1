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
        state.keep("run", 1, [Drafted(id="hit-b", draft=b"B"), Drafted(id="hit-a", draft=b"A")])
        state.keep("run", 2, [Drafted(id="hit-a", draft=b"other")])
        assert (state.write_out(), state.write_out()) == (2, 0)
        assert names(tmp_path) == ["hit-a.json", "hit-b.json"]
        assert (tmp_path / "outbox" / "hit-a.json").read_bytes() == b"A"
        assert [one.id for one in state.drafts()] == ["hit-a", "hit-b"]


def test_a_draft_that_was_taken_is_not_given_again(tmp_path):
    with open_watch(tmp_path) as state:
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
