import pickle
from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.audit.job import cut, keyed, no_lenses, plan
from sekisho.check import NO_LENSES
from sekisho.media import Limits
from sekisho.model import Purpose
from sekisho.policy import read_policy
from tests.world import MemorySource, World, drawn

FILES = {f"{n}.png": drawn(n, 32) for n in range(6)}


@pytest.fixture
def world():
    return World()


def ids(job):
    return [p.id for p in plan(job)]


def test_the_plan_is_the_units_of_all_sources_in_order(world):
    sources = MemorySource(FILES), MemorySource(FILES, name="again", unit_items=3)
    planned = plan(world.job(*sources))
    assert [(p.source, p.unit.start, p.unit.stop) for p in planned] == [
        (0, 0, 4),
        (0, 4, 6),
        (1, 0, 3),
        (1, 3, 6),
    ]
    assert len(set(ids(world.job(*sources)))) == 4
    assert all(len(p.id) == 16 for p in planned)


def test_the_same_run_has_the_same_plan(world):
    assert ids(world.job(MemorySource(FILES))) == ids(World().job(MemorySource(FILES)))


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": Purpose.GENERATE},
        {"territory": "US"},
        {"on": World().clock.date() + timedelta(days=1)},
        {"operator": World().stranger.key},
        {"policy": "strict"},
        {"policy": read_policy("[match]\nradius = 30", "p")},
    ],
    ids=str,
)
def test_whatever_a_decision_depends_on_gives_other_units(world, changes):
    source = MemorySource(FILES)
    assert set(ids(world.job(source))).isdisjoint(ids(world.job(source, **changes)))


def test_another_snapshot_limit_or_version_gives_other_units(world):
    source = MemorySource(FILES)
    job = world.job(source)
    world.edition = 2
    others = [
        world.job(source),
        replace(job, limits=Limits(max_frames=3)),
        replace(job, version="9"),
    ]
    assert len({ids(j)[0] for j in (job, *others)}) == 4


def test_names_and_places_do_not_enter_the_configuration(world):
    job = world.job(MemorySource(FILES))
    named = replace(job, policy=replace(job.policy, name="ours"))
    assert named.configuration() == job.configuration()


def test_the_row_key_is_the_same_for_the_same_job_and_another_for_any_other(world):
    job = world.job(MemorySource(FILES))
    bare = replace(job, row_key=b"")
    assert keyed(bare, world.operator) == job
    others = [
        keyed(bare, world.stranger),
        world.job(MemorySource(FILES), policy="strict"),
        world.job(MemorySource(FILES), territory="US"),
        keyed(replace(bare, version="another"), world.operator),
    ]
    assert len({job.row_key, *(other.row_key for other in others)}) == 5
    assert job.row_key.hex() not in repr(job)
    assert str(job.row_key) not in repr(job)
    assert "row_key" not in job.configuration()


def test_units_that_were_cut_before_get_the_same_ids(world):
    job = world.job(MemorySource(FILES), MemorySource(FILES, name="again"))
    cuts = cut(job.sources)
    assert [(number, unit.start) for number, unit in cuts] == [(0, 0), (0, 4), (1, 0), (1, 4)]
    assert plan(job, cuts) == plan(job)


def test_by_what_texts_are_read_is_part_of_the_configuration_only_if_there_are_texts(world):
    job = world.job(MemorySource(FILES))
    assert "text" not in job.configuration()
    reading = replace(job, text={"fields": ["text"], "packages": {"SudachiPy": "0.6.10"}})
    assert reading.configuration()["text"]["fields"] == ["text"]
    newer = replace(job, text={"fields": ["text"], "packages": {"SudachiPy": "0.6.11"}})
    assert len({tuple(ids(j)) for j in (job, reading, newer)}) == 3


def test_a_job_opens_no_lens_of_its_own(world):
    assert world.job(MemorySource(FILES)).open_lenses() is NO_LENSES
    assert pickle.loads(pickle.dumps(no_lenses))() is NO_LENSES  # noqa: S301 - our own
