import json
import os
import pickle
from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.errors import (
    NotFoundError,
    SnapshotError,
    SnapshotStale,
    SnapshotTampered,
    SnapshotUntrusted,
)
from sekisho.store import snapshot_file
from sekisho.store.home import cache_dir, seen_file
from sekisho.store.keys import make_key
from sekisho.store.segment_files import delta_path, write_base, write_delta
from sekisho.store.snapshot_file import OWN_REGISTRY, SnapshotFile, all_trusted, remember_edition
from tests.parties import a_print
from tests.world import NOW, World


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def world():
    made = World(edition=4)
    made.register(made.holder, a_print(1))
    return made


@pytest.fixture
def file(world, tmp_path):
    path = tmp_path / "s.snapshot"
    path.write_bytes(world.publish())
    return SnapshotFile(
        path=path, trusted=frozenset({world.registry.key}), now=NOW, max_age=timedelta(days=30)
    )


def notes():
    folder = cache_dir() / "snapshots"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def changed_in_place(path, at):
    """Change one byte and set the old times back, as a forger would."""
    before = path.stat()
    with path.open("r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)
        stream.seek(at)
        stream.write(bytes([byte[0] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_file_is_opened_checked_and_remembered_as_checked(file):
    snapshot = file.open()
    assert snapshot.entry(0).registrant.label == "holder"
    assert notes() == [f"{snapshot.digest}.json"]


def test_what_was_checked_is_not_digested_again(file, monkeypatch):
    file.open()
    asked = []
    monkeypatch.setattr(snapshot_file, "check_sections", asked.append)
    file.open()
    assert asked == []
    changed = file.path.read_bytes()
    file.path.unlink()
    file.path.write_bytes(changed)
    file.open()
    assert len(asked) == 1


def test_a_byte_changed_afterwards_is_noticed_whatever_its_times_say(file, world):
    file.open()
    size = file.path.stat().st_size
    at = world.publish().index(a_print(1).sha256)
    assert at < size
    changed_in_place(file.path, at)
    with pytest.raises(SnapshotTampered, match=r"sha256\.rows"):
        file.open()


def test_a_note_is_only_believed_for_its_file(file):
    snapshot = file.open()
    note = cache_dir() / "snapshots" / f"{snapshot.digest}.json"
    for stamp in (b"", b"[]", b"[1,2,3,4,5]"):
        note.write_bytes(stamp)
        assert file.open().digest == snapshot.digest
        assert len(json.loads(note.read_bytes())) == 5


def test_a_refused_file_leaves_no_note(file, world):
    changed_in_place(file.path, world.publish().index(a_print(1).sha256))
    with pytest.raises(SnapshotTampered):
        file.open()
    assert notes() == []


def test_no_file_a_folder_and_an_empty_file(file, tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(NotFoundError, match="no snapshot") as refused:
            _at(file, path).open()
        assert "snapshot publish" in refused.value.hint
    (tmp_path / "empty").touch()
    with pytest.raises(SnapshotTampered, match="empty"):
        _at(file, tmp_path / "empty").open()


def _at(file, path):
    return replace(file, path=path)


def test_conditions_go_with_the_file_into_another_process(file):
    again = pickle.loads(pickle.dumps(file))  # noqa: S301 - our own bytes
    assert again == file
    assert again.open().digest == file.open().digest


def test_the_highest_edition_is_remembered_and_a_lower_one_refused(file, world):
    remember_edition(file.open())
    assert json.loads(seen_file().read_bytes()) == {world.registry.key: 4}
    world.edition = 3
    file.path.write_bytes(world.publish())
    with pytest.raises(SnapshotStale, match="edition 3 is older than edition 4"):
        file.open()
    remember_edition(replace(file, allow_stale=True).open())
    assert json.loads(seen_file().read_bytes()) == {world.registry.key: 4}
    world.edition = 5
    file.path.write_bytes(world.publish())
    remember_edition(file.open())
    assert json.loads(seen_file().read_bytes()) == {world.registry.key: 5}


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b'{"x":"y"}', b"null"])
def test_a_damaged_memory_of_editions_is_no_memory(file, raw):
    seen_file().parent.mkdir(parents=True, exist_ok=True)
    seen_file().write_bytes(raw)
    remember_edition(file.open())
    assert list(json.loads(seen_file().read_bytes()).values()) == [4]


def test_trusted_are_the_configured_keys_and_the_own_registrys(world):
    assert all_trusted([world.stranger.key]) == {world.stranger.key}
    own = make_key(OWN_REGISTRY)
    make_key("somebody")
    assert all_trusted([world.stranger.key]) == {world.stranger.key, own.key}


def test_an_untrusted_signer_is_refused(file):
    with pytest.raises(SnapshotUntrusted):
        SnapshotFile(path=file.path, trusted=all_trusted([]), now=NOW, max_age=file.max_age).open()


def published(world, file, number, snapshot):
    """Write the next delta and return the edition that it makes."""
    world.register(world.rival, a_print(10 + number))
    world.edition += 1
    data = world.publish(before=snapshot)
    write_delta(file.path, number, [data])
    return world.advance(snapshot, data)


def test_a_base_is_opened_with_its_deltas_and_each_is_checked_once(file, world):
    newest = world.open()
    for number in (1, 2):
        newest = published(world, file, number, newest)
    opened = file.open()
    assert (opened.digest, opened.entries) == (newest.digest, 3)
    assert notes() == sorted(f"{s.digest}.json" for s in opened.segments)
    at = delta_path(file.path, 2).read_bytes().index(a_print(12).sha256)
    changed_in_place(delta_path(file.path, 2), at)
    with pytest.raises(SnapshotTampered, match=r"sha256\.rows"):
        file.open()


def test_a_checked_delta_is_not_digested_again(file, world, monkeypatch):
    newest = published(world, file, 1, world.open())
    file.open()
    asked = []
    monkeypatch.setattr("sekisho.snapshot.opened.check_segment", asked.append)
    assert file.open().digest == newest.digest
    assert asked == []


def test_what_was_published_since_is_picked_up(file, world):
    first = file.open()
    assert file.advance(first) is first
    second = published(world, file, 1, first)
    third = published(world, file, 2, second)
    for held in (first, second, third):
        assert file.advance(held).digest == third.digest
    assert file.advance(first).segments[0] is first.segments[0]


def test_a_new_base_is_opened_anew(file, world):
    first = file.open()
    newest = published(world, file, 1, first)
    world.edition += 1
    write_base(file.path, [world.publish()])
    for held in (first, newest):
        advanced = file.advance(held)
        assert (len(advanced.segments), advanced.head.edition) == (1, world.edition)
        assert advanced.entries == newest.entries


def test_a_reader_that_began_with_an_edition_stays_with_it(file, world):
    first = file.open()
    pinned = replace(file, until=first.digest)
    published(world, file, 1, first)
    assert pinned.open().digest == first.digest
    assert pinned.advance(first) is first
    world.edition += 1
    write_base(file.path, [world.publish()])
    with pytest.raises(SnapshotError, match="not the edition"):
        pinned.open()


def test_the_newest_segment_is_what_ages(file, world):
    base = world.open()
    world.clock += timedelta(days=50)
    world.edition += 1
    write_delta(file.path, 1, [world.publish(before=base)])
    later = replace(file, now=world.clock)
    assert not later.open().stale
    assert replace(file, now=world.clock, until="").open().head.edition == 5
    with pytest.raises(SnapshotStale, match="edition 5"):
        replace(file, now=world.clock + timedelta(days=31)).open()
    delta_path(file.path, 1).unlink()
    with pytest.raises(SnapshotStale, match="edition 4"):
        later.open()


def test_taking_deltas_away_is_noticed_by_whoever_saw_them(file, world):
    published(world, file, 1, world.open())
    remember_edition(file.open())
    delta_path(file.path, 1).unlink()
    with pytest.raises(SnapshotStale, match="edition 4 is older than edition 5"):
        file.open()
