"""An index and a watch whose process is killed while they are at work."""

import hashlib
import multiprocessing
import os
import shutil
import signal
from functools import partial

import pytest

from sekisho.cli.watch import ToWatch, match_all
from sekisho.codec.hit import decode_draft
from sekisho.signing import DRAFT, open_statement
from sekisho.store import run_index, watch_state
from sekisho.store.run_index import open_run
from sekisho.store.watch_state import open_watch
from tests.counts import count
from tests.parties import Party
from tests.recorded import MemoryRecord, entry, random_hashes, row
from tests.traced import told
from tests.watched import known, stood
from tests.world import drawn

FORK = multiprocessing.get_context("fork")
HASHES = random_hashes(12, seed=5)
DESK = Party(name="desk")
KILLS = count(8, 40)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return told(tmp_path_factory.mktemp("traced"))


def killed(work, *arguments):
    """Run in a process of its own; tell whether it was killed."""
    process = FORK.Process(target=work, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def build(run, batches):
    """Make the index, and die after some batches."""
    made = run_index.build_index

    def dying(folder, of, parts, rows):
        def some():
            for number, batch in enumerate(rows):
                if number == batches:
                    die()
                yield batch
            die()

        made(folder, of, parts, some())

    run_index.build_index = dying
    open_run(run)


@pytest.mark.parametrize("batches", [0, 1, 2, 9])
def test_half_an_index_is_never_believed(story, tmp_path, batches):
    run = tmp_path / "run"
    shutil.copytree(story.run, run, ignore=shutil.ignore_patterns("index"))
    assert killed(build, run, batches)
    assert not (run / "index").exists()
    assert [path for path in run.iterdir() if path.name.startswith(".index.")]
    wanted = hashlib.sha256(drawn(2, 320)).digest()
    assert list(open_run(run).exact(wanted)) == [1, 4]
    assert not [path for path in run.iterdir() if path.name.startswith(".index.")]


def watch(folder, dies_at):
    """Match ten entries with two records, and die at a moment: before, between or after any write."""
    moments = iter(range(1_000))

    def moment():
        if next(moments) == dies_at:
            die()

    write = watch_state.write_atomic

    def dying_write(path, chunks, **more):
        moment()
        write(path, chunks, **more)
        moment()

    watch_state.write_atomic = dying_write
    rows = [row(HASHES[n]) for n in range(1, 11)]
    made = [MemoryRecord(rows, digest=digest * 32) for digest in ("aa", "bb")]
    records = [ToWatch(record.digest, partial(lambda one: one, record)) for record in made]
    says = known(*(stood(n, HASHES[n]) for n in range(1, 11)))
    with open_watch(folder) as state:
        match_all(state, says, records, DESK, chunk=3, after=moment)


@pytest.mark.parametrize("dies_at", range(0, 5 * KILLS, 5))
def test_a_watch_that_is_killed_loses_nothing_and_gives_nothing_twice(tmp_path, dies_at):
    was_killed = killed(watch, tmp_path, dies_at)
    assert was_killed or dies_at > 40
    # In between, somebody takes what has been written whole.
    taken = tmp_path / "taken"
    taken.mkdir()
    with open_watch(tmp_path) as state:
        state.write_out()
    for path in (tmp_path / "outbox").glob("hit-*.json"):
        path.rename(taken / path.name)
    assert not killed(watch, tmp_path, -1)
    later = list((tmp_path / "outbox").glob("hit-*.json"))
    assert not {path.name for path in later} & {path.name for path in taken.iterdir()}
    drafts = [
        decode_draft(open_statement(path.read_bytes(), DRAFT).payload) for path in (*later, *taken.iterdir())
    ]
    assert len(drafts) == 20
    assert {(draft.hit.record, draft.hit.entry) for draft in drafts} == {
        (digest * 32, entry(n)) for digest in ("aa", "bb") for n in range(1, 11)
    }
