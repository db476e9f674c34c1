import pickle
from datetime import timedelta

import pytest

from sekisho.errors import NotFoundError, RefusedError, SnapshotStale
from sekisho.model import Purpose
from sekisho.store.protected_file import ProtectedFile
from tests.world import TODAY, World, drawn


@pytest.fixture
def world():
    made = World()
    made.persons.append(drawn(1))
    return made


def filed(world, path, **changes):
    wanted = {
        "path": path,
        "trusted": frozenset({world.registry.key}),
        "recipient": world.operator.key,
        "purpose": Purpose.TRAIN,
        "on": TODAY,
    }
    return ProtectedFile(**wanted | changes)


def test_it_opens_in_every_process_alike(world, tmp_path):
    snapshot = world.open()
    path = tmp_path / "edition.protected"
    path.write_bytes(world.section(snapshot))
    file = pickle.loads(pickle.dumps(filed(world, path)))  # noqa: S301 - our own
    assert file.open().digest == snapshot.protected.digest
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_was_erased_is_left_out(world, tmp_path):
    path = tmp_path / "edition.protected"
    path.write_bytes(world.section(world.open()))
    gone = path.read_bytes()[-64:-32]
    assert len(filed(world, path, dropped=frozenset({gone})).open().likeness[0]) == 0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"purpose": Purpose.GENERATE}, RefusedError),
        ({"recipient": World().stranger.key}, RefusedError),
        ({"on": TODAY + timedelta(days=30)}, SnapshotStale),
    ],
)
def test_it_is_refused_as_its_head_says(world, tmp_path, changes, error):
    path = tmp_path / "edition.protected"
    path.write_bytes(world.section(world.open()))
    with pytest.raises(error):
        filed(world, path, **changes).open()


def test_a_section_that_is_not_there(world, tmp_path):
    with pytest.raises(NotFoundError, match="no section") as refused:
        filed(world, tmp_path / "nothing").open()
    assert "--for" in refused.value.hint
