import pytest

from sekisho.errors import ExistsError, NotFoundError, SnapshotError, SnapshotSequence, SnapshotTampered
from sekisho.store import segment_files
from sekisho.store.segment_files import chain, delta_path, is_segment, write_base, write_delta
from tests.parties import a_print
from tests.world import World


@pytest.fixture
def world():
    made = World(edition=4)
    made.register(made.holder, a_print(1))
    return made


@pytest.fixture
def path(world, tmp_path):
    """Write a base and two deltas; the world keeps the opened editions."""
    path = tmp_path / "s.snapshot"
    write_base(path, [world.publish()])
    world.opened = [world.open()]
    for number in (1, 2):
        world.edition += 1
        data = world.publish(before=world.opened[-1])
        world.opened.append(world.advance(world.opened[-1], data))
        write_delta(path, number, [data])
    return path


def digests(path, until=""):
    return [file.digest for file in chain(path, until)]


def test_the_files_of_a_snapshot_are_found_in_sequence(world, path):
    assert [p.name for p in sorted(path.parent.iterdir())] == ["s.snapshot", "s.snapshot.1", "s.snapshot.2"]
    assert digests(path) == [s.digest for s in world.opened]
    assert digests(path, world.opened[1].digest) == [s.digest for s in world.opened[:2]]
    with pytest.raises(SnapshotError, match="not the edition"):
        chain(path, "0" * 64)


def test_no_file_a_folder_and_empty_ones(path, tmp_path):
    for missing in (tmp_path / "none", tmp_path):
        with pytest.raises(NotFoundError, match="no snapshot"):
            chain(missing)
    delta_path(path, 1).write_bytes(b"")
    with pytest.raises(SnapshotTampered, match=r"snapshot\.1 is empty"):
        chain(path)


def test_a_missing_delta_is_a_gap(path):
    delta_path(path, 1).unlink()
    with pytest.raises(SnapshotSequence, match=r"s\.snapshot\.2 .edition 6. does not follow s\.snapshot "):
        chain(path)


def test_deltas_that_changed_places_are_refused(path):
    one, two = delta_path(path, 1), delta_path(path, 2)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    with pytest.raises(SnapshotSequence):
        chain(path)


@pytest.mark.parametrize("number", [3, 16, 17])
def test_a_delta_that_is_there_twice_is_refused(path, number):
    delta_path(path, number).write_bytes(delta_path(path, 2).read_bytes())
    with pytest.raises(SnapshotSequence):
        chain(path)


def test_a_seventeenth_delta_is_refused(world, tmp_path):
    path = tmp_path / "many"
    write_base(path, [world.publish()])
    snapshot = world.open()
    for number in range(1, 17):
        world.edition += 1
        data = world.publish(before=snapshot)
        snapshot = world.advance(snapshot, data)
        write_delta(path, number, [data])
    assert len(chain(path)) == 17
    world.edition += 1
    delta_path(path, 17).write_bytes(world.publish(before=snapshot))
    with pytest.raises(SnapshotSequence, match=r"many\.17"):
        chain(path)


@pytest.mark.parametrize("content", [b"text", b"SEKISHO\0", b"SEKISHO\0\4\0\0\0\x10\0\0\0" + bytes(16)])
def test_what_is_no_segment_is_named(path, content):
    delta_path(path, 3).write_bytes(content)
    with pytest.raises(SnapshotTampered, match=r"s\.snapshot\.3: "):
        chain(path)


def test_a_whole_snapshot_under_the_name_of_a_delta_is_refused_and_never_removed(world, path):
    place = delta_path(path, 3)
    place.write_bytes(world.publish())
    with pytest.raises(SnapshotSequence, match="under the name of a segment"):
        chain(path)
    with pytest.raises(ExistsError):
        write_base(path, [world.publish()])
    with pytest.raises(ExistsError):
        write_delta(path, 3, [b""])
    assert place.read_bytes() == world.publish()


def test_a_delta_of_another_registry_is_refused_however_low(world, path):
    theirs = World(registry=world.stranger, edition=1)
    base = theirs.open()
    theirs.edition = 2
    delta_path(path, 3).write_bytes(theirs.publish(before=base))
    with pytest.raises(SnapshotSequence):
        chain(path)


def test_a_new_base_removes_the_deltas_of_the_old_one(world, path):
    world.edition = 9
    data = world.publish()
    assert write_base(path, [data]) == len(data)
    assert [p.name for p in path.parent.iterdir()] == ["s.snapshot"]


@pytest.mark.parametrize("left", [(1, 2), (1,), (2,)])
def test_after_a_crash_before_they_were_removed_the_new_base_is_opened(world, path, left):
    old = {number: delta_path(path, number).read_bytes() for number in left}
    world.edition = 9
    write_base(path, [world.publish()])
    for number, data in old.items():
        delta_path(path, number).write_bytes(data)
    assert digests(path) == [world.open().digest]
    base = world.open()
    world.edition = 10
    write_delta(path, 1, [world.publish(before=base)])
    assert len(digests(path)) == 2


def test_a_crash_while_removing_leaves_the_new_base_and_the_first_deltas(world, path, monkeypatch):
    removed = []

    def unlink(self, **_):
        if removed:
            raise KeyboardInterrupt
        removed.append(self.name)

    world.edition = 9
    monkeypatch.setattr(type(path), "unlink", unlink)
    with pytest.raises(KeyboardInterrupt):
        write_base(path, [world.publish()])
    monkeypatch.undo()
    assert digests(path) == [world.open().digest]


def test_a_base_that_is_replaced_while_it_is_read_is_read_again(world, path, monkeypatch):
    followed, calls = segment_files._followed, []  # noqa: SLF001 - to come in between

    def replaced(base):
        if not calls:
            world.edition = 9
            write_base(path, [world.publish()])
            newer = world.open()
            world.edition = 10
            write_delta(path, 1, [world.publish(before=newer)])
        calls.append(base.digest)
        return followed(base)

    monkeypatch.setattr(segment_files, "_followed", replaced)
    assert len(chain(path)) == 2
    assert len(calls) == 2


def test_a_base_is_not_written_over_something_else(world, tmp_path):
    path = tmp_path / "s"
    path.write_bytes(b"precious")
    with pytest.raises(ExistsError):
        write_base(path, [world.publish()])
    write_base(path, [world.publish()], force=True)
    assert is_segment(path)
    assert not is_segment(tmp_path)
    delta_path(path, 1).write_bytes(b"precious")
    with pytest.raises(ExistsError):
        write_delta(path, 1, [b"x"])
    with pytest.raises(ExistsError, match="not a segment"):
        write_base(path, [world.publish()], force=True)
    assert delta_path(path, 1).read_bytes() == b"precious"


def test_a_damaged_delta_is_replaced(world, path):
    place = delta_path(path, 2)
    place.write_bytes(place.read_bytes()[:50])
    data = world.publish(before=world.opened[1])
    write_delta(path, 2, [data])
    assert place.read_bytes() == data
