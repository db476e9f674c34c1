"""Real worker processes: any number gives the same bytes, and a death takes only itself down."""

import io
import os
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from sekisho.audit.job import plan
from sekisho.audit.manifest import encode_manifest, fold
from sekisho.audit.run import done_before, leave_map
from sekisho.audit.runners import run_local
from sekisho.audit.work import commit_name, part_name
from sekisho.errors import IncompleteError, SnapshotTampered
from sekisho.store.runs import RunDirectory
from tests.dying import DyingSource, OpenBytes
from tests.world import World, drawn

FILES = {f"{n:02}.png": drawn(n, 48) for n in range(12)} | {
    "12.txt": None,
    "13.png": b"",
    "14.png": drawn(1, 48),
}


@pytest.fixture(scope="module")
def world():
    made = World()
    made.register(made.holder, drawn(1, 48), drawn(5, 48))
    made.vouch(made.voucher, made.holder)
    return made


def job_of(world, path, **source):
    job = world.job(DyingSource(FILES, unit_items=4, marks=path, **source), files=RunDirectory(path / "run"))
    opener = OpenBytes(world.publish(), world.registry.key, world.clock)
    return replace(job, open_snapshot=opener)


def run(job, *, jobs=2, units=None, **facts):
    planned = plan(job)
    commits = {c["unit"]: c for c in run_local(job, planned if units is None else units, jobs=jobs, **facts)}
    return planned, commits


def contents(job):
    return {name: job.files.read(name) for name in job.files.names()}


def rows(job):
    found = {}
    for p in plan(job):
        for row in pq.read_table(io.BytesIO(job.files.read(part_name(p.id)))).to_pylist():
            found[row["item"]] = (row["outcome"], row["problem"])
    return found


def folded(job, planned, commits):
    made = [commits[p.id] for p in planned]
    return fold(job, job.open_snapshot(), planned, made, leave_map(job, planned, commits))


@pytest.fixture(scope="module")
def undisturbed(world, tmp_path_factory):
    job = job_of(world, tmp_path_factory.mktemp("undisturbed"))
    planned, commits = run(job, jobs=1)
    left = contents(job)
    return job, left, encode_manifest(folded(job, planned, commits))


@pytest.mark.parametrize("jobs", [2, 4])
def test_any_number_of_workers_writes_the_same_bytes(world, undisturbed, tmp_path, jobs):
    job = job_of(world, tmp_path)
    planned, commits = run(job, jobs=jobs)
    assert contents(job) == undisturbed[1]
    assert encode_manifest(folded(job, planned, commits)) == undisturbed[2]


def test_what_is_left_after_an_interruption_gives_the_same_bytes(world, undisturbed, tmp_path):
    job = job_of(world, tmp_path)
    planned, _ = run(job)
    for p in planned[1:3]:
        (job.files.path / commit_name(p.id)).unlink()
    (job.files.path / part_name(planned[3].id)).write_bytes(b"half")
    done = done_before(job, planned)
    assert list(done) == [planned[0].id]
    run(job, units=[p for p in planned if p.id not in done])
    assert contents(job) == undisturbed[1]


def test_an_item_that_kills_its_worker_is_a_row_and_everything_else_is_whole(world, undisturbed, tmp_path):
    job = job_of(world, tmp_path, deeds={"05.png": "exit", "06.png": "kill", "14.png": "exit"})
    run(job)
    struck = dict.fromkeys(("05.png", "06.png", "14.png"), ("review", "decoder_crash"))
    assert rows(job) == rows(undisturbed[0]) | struck


def test_an_item_that_hangs_is_a_row_and_everything_else_is_whole(world, undisturbed, tmp_path):
    job = job_of(world, tmp_path, deeds={"02.png": "hang"})
    run(job, item_seconds=3)
    assert rows(job) == rows(undisturbed[0]) | {"02.png": ("review", "timeout")}


def test_a_worker_that_dies_once_blames_nobody(world, undisturbed, tmp_path):
    job = job_of(world, tmp_path, deeds={"05.png": "once"})
    run(job)
    assert (tmp_path / "once.mark").exists()
    assert contents(job) == undisturbed[1]


def test_a_worker_that_dies_once_before_its_first_item_blames_nobody(world, undisturbed, tmp_path):
    job = job_of(world, tmp_path, before_first=1)
    run(job, jobs=1)
    assert (tmp_path / "first-0.mark").exists()
    assert contents(job) == undisturbed[1]


def test_workers_that_die_again_and_again_without_an_item_end_the_run(world, tmp_path):
    with pytest.raises(IncompleteError, match="without an item in hand"):
        run(job_of(world, tmp_path, before_first=99), jobs=1)


class Stillborn(OpenBytes):
    """Ends the process that reads it, before all is read."""

    def __reduce__(self):
        return os._exit, (9,), b"x" * 4_000_000


def test_a_worker_that_can_not_be_started_ends_the_run_in_words(world, tmp_path):
    job = job_of(world, tmp_path)
    with pytest.raises(IncompleteError, match="could not be started") as raised:
        run(replace(job, open_snapshot=Stillborn(b"", world.registry.key, world.clock)), jobs=1)
    assert "--resume" in raised.value.hint


def test_an_error_of_the_machine_is_told_and_not_taken_for_a_bad_item(world, tmp_path):
    job = job_of(world, tmp_path, deeds={"05.png": "full"})
    with pytest.raises(OSError, match="No space left"):
        run(job, jobs=1)  # a second worker, stopped while it writes, leaves its file to the next sweep
    assert not any(name.endswith(".tmp") for name in job.files.names())


def test_an_error_keeps_its_hint_on_the_way_from_the_worker(world, tmp_path):
    job = job_of(world, tmp_path)
    statement = world.publish().replace(b'"sig":"', b'"sig":"AAAA', 1)
    broken = replace(job, open_snapshot=OpenBytes(statement, world.registry.key, world.clock))
    with pytest.raises((IncompleteError, SnapshotTampered)) as raised:
        run(broken)
    assert raised.value.hint


def test_progress_counts_items_in_hand(world, tmp_path):
    seen = []
    run(job_of(world, tmp_path), on_progress=seen.append)
    assert seen
    assert all(0 <= n <= len(FILES) for n in seen)


def test_nothing_to_do_starts_nobody(world, tmp_path):
    assert run(job_of(world, tmp_path), units=[])[1] == {}
