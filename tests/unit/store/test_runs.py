import os
import pickle

import pytest

from sekisho.errors import ExistsError, NotFoundError, UsageError
from sekisho.store.runs import CONFIGURATION, RunDirectory, begin_run, lock_run, refuse_taken

HOW = {"policy": "opt-in", "limit": 3}


@pytest.fixture
def files(tmp_path):
    return RunDirectory(tmp_path / "RUN")


def test_files_come_back_by_their_names(files):
    files.write("commits/a.json", b"1")
    files.write("manifest.json", b"2")
    assert files.read("commits/a.json") == b"1"
    assert files.names() == ["commits/a.json", "manifest.json"]
    files.write("manifest.json", b"3")
    assert files.read("manifest.json") == b"3"


@pytest.mark.parametrize("name", ["nothing", "commits", "manifest.json/x"])
def test_what_is_no_file_is_none(files, name):
    files.write("commits/a.json", b"1")
    files.write("manifest.json", b"2")
    assert files.read(name) is None


def test_links_and_hidden_files_are_named_too(files):
    files.write("a", b"")
    (files.path / "link").symlink_to("/nowhere")
    (files.path / ".hidden").write_bytes(b"")
    assert files.names() == [".hidden", "a", "link"]


def test_a_write_that_fails_leaves_what_was_there(files, monkeypatch):
    files.write("a", b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write("a", b"new")
    monkeypatch.undo()
    assert (files.read("a"), files.names()) == (b"old", ["a"])


def test_sweeping_removes_temporary_files_alone(files):
    for name in ("a", "commits/.b.123.tmp", ".c.tmp", "d.tmp", ".e"):
        files.write(name, b"")
    files.sweep()
    assert files.names() == [".e", "a", "d.tmp"]


def test_a_directory_goes_to_another_process(files):
    assert pickle.loads(pickle.dumps(files)) == files  # noqa: S301 - our own bytes


def test_a_new_run_begins_with_its_configuration(files):
    begin_run(files, HOW, resume=False).close()
    assert files.read(CONFIGURATION) == b'{"limit":3,"policy":"opt-in"}'


def test_an_empty_folder_may_be_used(files):
    files.path.mkdir()
    begin_run(files, HOW, resume=False).close()
    assert files.names() == [CONFIGURATION]


def test_resuming_what_was_never_begun_begins_it(files):
    begin_run(files, HOW, resume=True).close()
    assert files.names() == [CONFIGURATION]


def test_what_is_there_is_never_overwritten(files):
    begin_run(files, HOW, resume=False).close()
    with pytest.raises(ExistsError, match="exists already") as refused:
        begin_run(files, HOW, resume=False).close()
    assert "--resume" in refused.value.hint


def test_an_interrupted_run_goes_on_and_is_swept(files):
    begin_run(files, HOW, resume=False).close()
    files.write("commits/a.json", b"1")
    files.write("commits/.b.json.1.tmp", b"half")
    begin_run(files, HOW, resume=True).close()
    assert files.names() == ["commits/a.json", CONFIGURATION]


def test_another_configuration_does_not_go_on(files):
    begin_run(files, HOW, resume=False).close()
    with pytest.raises(UsageError, match="begun with another"):
        begin_run(files, {**HOW, "policy": "strict"}, resume=True).close()


def test_a_sealed_run_does_not_go_on(files):
    begin_run(files, HOW, resume=False).close()
    files.write("seal.json", b"{}")
    with pytest.raises(UsageError, match="sealed") as refused:
        begin_run(files, HOW, resume=True).close()
    assert "verify" in refused.value.hint


@pytest.mark.parametrize("resume", [False, True])
def test_somebody_elses_folder_or_file_is_left_alone(tmp_path, resume):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"x")
    file = tmp_path / "file"
    file.write_bytes(b"x")
    for path in (folder, file):
        with pytest.raises(UsageError):
            begin_run(RunDirectory(path), HOW, resume=resume).close()
    assert [p.name for p in folder.iterdir()] == ["a.jpg"]
    assert file.read_bytes() == b"x"


def test_a_second_audit_is_kept_out_as_long_as_the_first_is_at_work(tmp_path):
    files = RunDirectory(tmp_path / "run")
    with begin_run(files, HOW, resume=False), pytest.raises(UsageError, match="at work"):
        begin_run(files, HOW, resume=True)
    begin_run(files, HOW, resume=True).close()


def test_a_run_killed_before_its_first_file_was_whole_can_be_begun_anew(tmp_path):
    files = RunDirectory(tmp_path / "run")
    files.path.mkdir()
    (files.path / ".configuration.json.0123.tmp").write_bytes(b"{")
    begin_run(files, HOW, resume=False).close()
    assert files.names() == [CONFIGURATION]


def test_what_is_added_stands_behind_what_was_there(files):
    files.write("some.jsonl", b"one\n")
    files.append("some.jsonl", b"two\n")
    files.append("other.jsonl", b"three\n")
    assert files.read("some.jsonl") == b"one\ntwo\n"
    assert files.read("other.jsonl") == b"three\n"


def test_a_second_review_is_kept_out_as_long_as_the_first_is_at_work(files):
    with pytest.raises(NotFoundError, match="not a finished run"):
        lock_run(files)
    files.write("manifest.json", b"{}")
    with lock_run(files), pytest.raises(UsageError, match="another review is at work"):
        lock_run(files)
    lock_run(files).close()


def test_what_is_private_can_be_read_by_the_owner_alone(files):
    files.write("commits/a.json", b"1")
    files.write("personal/a.jsonl", b"2", private=True)
    files.write("personal/a.jsonl", b"3", private=True)
    assert files.read("personal/a.jsonl") == b"3"
    modes = {name: (files.path / name).stat().st_mode & 0o777 for name in ("personal", "personal/a.jsonl")}
    assert modes == {"personal": 0o700, "personal/a.jsonl": 0o600}
    assert (files.path / "commits" / "a.json").stat().st_mode & 0o044


def test_a_place_that_is_taken_is_refused_before_any_work(files):
    assert not refuse_taken(files, resume=False)
    begin_run(files, HOW, resume=False).close()
    assert refuse_taken(files, resume=True)
    with pytest.raises(ExistsError, match="exists already"):
        refuse_taken(files, resume=False)


def test_a_part_of_a_file_is_read(files):
    files.write("membership/a.run", b"0123456789")
    assert files.read_part("membership/a.run", 2, 5) == b"234"
    assert files.read_part("membership/a.run", 8, 20) == b"89"
    assert files.read_part("membership/a.run", 20, 30) == b""
    assert files.read_part("membership/gone.run", 0, 5) == b""
    assert files.read_part("membership", 0, 5) == b""
