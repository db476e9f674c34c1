from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.cli.audit.options import Edition, Persons
from sekisho.cli.audit.section import section_for
from sekisho.errors import EvidenceError, NotFoundError, RefusedError, UsageError
from sekisho.model import Depth, Purpose
from sekisho.policy import shipped_policy
from sekisho.registry.erasure import Notice, sign_notice
from sekisho.store.clock import now, today
from sekisho.store.dropped import dropped_file, keep_notice
from tests.world import World, drawn

POLICY = shipped_policy("opt-in")


@pytest.fixture
def world():
    made = World(clock=now())
    made.persons.append(drawn(1))
    return made


def asked(world, snapshot, *, policy=POLICY, before=None, purpose=Purpose.TRAIN, protected=None):
    edition = Edition(trusted_keys=(world.registry.key,))
    use = world.use(on=today(), purpose=purpose)
    return section_for(Persons(protected=protected), edition, snapshot, use, policy, before)


def lay(world, folder, name="edition.snapshot.protected") -> Path:
    path = folder / name
    path.write_bytes(world.section(world.open()))
    return path


def test_the_section_beside_the_snapshot_is_used(world, tmp_path):
    lay(world, tmp_path)
    found = asked(world, tmp_path / "edition.snapshot")
    assert len(found.open().likeness[0]) == 1


def test_without_one_nobody_is_looked_for(world, tmp_path):
    assert asked(world, tmp_path / "edition.snapshot") is None


def test_another_one_can_be_named(world, tmp_path):
    path = lay(world, tmp_path, "elsewhere")
    assert asked(world, tmp_path / "edition.snapshot", protected=path).path == path
    with pytest.raises(NotFoundError):
        asked(world, tmp_path / "edition.snapshot", protected=tmp_path / "nothing").open()


def test_what_was_dropped_is_left_out(world, tmp_path):
    path = lay(world, tmp_path)
    notice = Notice(
        registry=world.registry.key,
        recipient=world.operator.key,
        on=today(),
        handles=frozenset({path.read_bytes()[-64:-32]}),
    )
    keep_notice(path, sign_notice(notice, world.registry, chance=bytes(32)))
    assert len(asked(world, tmp_path / "edition.snapshot").open().likeness[0]) == 0


def test_nobody_can_drop_a_person_by_writing_its_handle_into_the_file(world, tmp_path):
    path = lay(world, tmp_path)
    dropped_file(path).write_text(path.read_bytes()[-64:-32].hex() + "\n")
    with pytest.raises(EvidenceError, match="was changed"):
        asked(world, tmp_path / "edition.snapshot")


def test_a_policy_that_only_compares_files_knows_no_person(world, tmp_path):
    lay(world, tmp_path)
    with pytest.raises(UsageError, match="compares files only") as refused:
        asked(world, tmp_path / "edition.snapshot", policy=replace(POLICY, depth=Depth.EXACT))
    assert "depth" in refused.value.hint


def test_a_policy_that_turns_no_picture_knows_no_turned_person(world, tmp_path):
    lay(world, tmp_path)
    with pytest.raises(UsageError, match="turned pictures"):
        asked(world, tmp_path / "edition.snapshot", policy=replace(POLICY, rotations=None))


def test_a_policy_that_skips_most_of_a_film_knows_nobody_in_between(world, tmp_path):
    lay(world, tmp_path)
    closer, wider = (replace(POLICY, film=replace(POLICY.film, frame_interval=ms)) for ms in (500, 501))
    assert asked(world, tmp_path / "edition.snapshot", policy=closer) is not None
    with pytest.raises(UsageError, match="501 ms"):
        asked(world, tmp_path / "edition.snapshot", policy=wider)


@pytest.mark.parametrize(("later", "refused"), [(1, True), (0, False), (-1, False)])
def test_a_run_is_not_decided_again_by_an_older_section(world, tmp_path, later, refused):
    path = lay(world, tmp_path)
    ends = asked(world, tmp_path / "edition.snapshot").open().head.expires + timedelta(days=later)
    before = {"snapshot": {"protected": {"expires": ends.isoformat()}}}
    if refused:
        with pytest.raises(UsageError, match="newer section"):
            asked(world, tmp_path / "edition.snapshot", before=before)
    else:
        assert asked(world, tmp_path / "edition.snapshot", before=before).path == path


def test_another_purpose_is_refused(world, tmp_path):
    lay(world, tmp_path)
    with pytest.raises(RefusedError, match="not for generate"):
        asked(world, tmp_path / "edition.snapshot", purpose=Purpose.GENERATE).open()


@pytest.mark.parametrize(("protected", "refused"), [({"digest": "00"}, True), (None, False)])
def test_a_run_is_not_decided_again_without_what_it_was_checked_with(world, tmp_path, protected, refused):
    before = {"snapshot": {"protected": protected}}
    if refused:
        with pytest.raises(UsageError, match="checked for persons") as error:
            asked(world, tmp_path / "edition.snapshot", before=before)
        assert "--protected" in error.value.hint
    else:
        assert asked(world, tmp_path / "edition.snapshot", before=before) is None
