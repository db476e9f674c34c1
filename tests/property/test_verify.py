"""A sealed run holds, and no damage to any file that is evidence goes unnoticed or crashes the verifier."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.audit.verify import NOT_EVIDENCE, verify_run
from sekisho.errors import EvidenceError
from tests.counts import count
from tests.mutate import mutations
from tests.world import MemoryFiles, MemoryLog, MemorySource, World, drawn, sealed_run


def made():
    world = World()
    world.register(world.holder, drawn(1, 48))
    world.vouch(world.voucher, world.holder)
    log = MemoryLog()
    for _ in range(3):
        job = world.job(MemorySource({f"{n}.png": drawn(n, 48) for n in range(4)}, unit_items=2))
        sealed_run(world, job, log)
    return job.files.data


DATA = made()
NAMES = sorted(set(DATA) - NOT_EVIDENCE)


def test_the_run_that_is_damaged_below_holds():
    assert verify_run(MemoryFiles(dict(DATA))).files == len(NAMES)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.rpartition("/")[2][:12])
def test_damage_is_noticed_and_the_file_named(name):
    for damaged in mutations(DATA[name], seed=4, n=count(80, 5000)):
        if damaged != DATA[name]:
            with pytest.raises(EvidenceError, match=name):
                verify_run(MemoryFiles({**DATA, name: damaged}))


@settings(max_examples=count(60, 2000), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.none() | st.binary(max_size=60)), min_size=1, max_size=3)
)
def test_any_bytes_in_place_of_files(changes):
    data = DATA | dict(changes)
    if any(data[name] != DATA[name] for name in NAMES):
        with pytest.raises(EvidenceError):
            verify_run(MemoryFiles({k: v for k, v in data.items() if v is not None}))


@settings(max_examples=count(40, 2000), deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_files_that_changed_places(one, two):
    if DATA[one] != DATA[two]:
        with pytest.raises(EvidenceError):
            verify_run(MemoryFiles({**DATA, one: DATA[two], two: DATA[one]}))
