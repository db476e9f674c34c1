"""Several processes append to one log, and are killed at any moment."""

import json
import os
import random
import signal
import subprocess
import sys
import time

from sekisho.ledger.checkpoint import open_checkpoint
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.proof import verify_proof
from sekisho.ledger.tree import leaf_hash, leaf_reader, tree_root, verify_consistency
from sekisho.store.log.fsck import fsck
from tests.counts import count
from tests.stored_logs import ORIGIN, entry, head, new_log

KILLS = count(6, 200)
PROCESSES, ROUNDS = count(4, 8), count(8, 150)
WRITER = """
import random
import sys
from pathlib import Path
from tests.stored_logs import entries, entry, new_log
import json

log = new_log(Path(sys.argv[1]))
number, until, batches = (int(text) for text in sys.argv[2:])
chance = random.Random(number)
while number < until:
    many = chance.choice((1, 1, 2, 60)) if batches else 1
    if many == 1:
        indices = [log.append(entry(number))]
    else:
        indices = log.append_all(entries(number, number + many))
    shown = many == 1
    receipt = log.prove(indices[0]).decode() if shown else ""
    print(json.dumps([number, indices, log.checkpoint().decode() if shown else "", receipt]), flush=True)
    number += many
"""


ATTACKER = """
import json
import random
import sys
from pathlib import Path
from tests.stored_logs import entries, head, new_log

log = new_log(Path(sys.argv[1]))
first, rounds = int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(first)
for number in range(first, first + rounds):
    many = chance.choice((1, 3, 40))
    indices = log.append_all(entries(100 * number, 100 * number + many))
    note = log.publish().decode() if chance.random() < 0.7 else ""
    if chance.random() < 0.2:
        log.close()
    print(json.dumps([100 * number, indices, note, ""]), flush=True)
"""


def writer(repository, folder, first, until, *, batches=False):
    return run(repository, WRITER, folder, first, until, int(batches))


def run(repository, script, folder, *numbers):
    paths = os.pathsep.join((str(repository), str(repository / "src")))
    return subprocess.Popen(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script, str(folder), *map(str, numbers)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
        text=True,
    )


def holds(log, said):
    """Everything that was said is in the log, and every checkpoint is a beginning of it."""
    size = head(log).size
    stored = list(log.static.entries(0, size))
    read = leaf_reader([leaf_hash(data) for data in stored])
    keys = [parse_vkey(log.vkey)]
    for number, indices, note, receipt in said:
        assert [stored[index] for index in indices] == [entry(number + n) for n in range(len(indices))]
        if not note:
            continue
        if receipt:
            assert verify_proof(receipt.encode(), entry(number), keys, origin=ORIGIN)[0] == indices[0]
        seen = open_checkpoint(note.encode(), keys, origin=ORIGIN)
        assert tree_root(read, seen.size) == seen.root
        proof = log.consistency(seen.size, size)
        verify_consistency(seen.size, size, proof, seen.root, head(log).root)
    assert fsck(log.static).size == size


def test_two_processes_append_to_one_log(repository, tmp_path):
    writers = [writer(repository, tmp_path / "log", first, first + 50) for first in (0, 50)]
    said = [json.loads(row) for process in writers for row in process.communicate()[0].splitlines()]
    assert [process.returncode for process in writers] == [0, 0]
    assert sorted(index for _number, indices, *_ in said for index in indices) == list(range(100))
    log = new_log(tmp_path / "log")
    assert head(log).size == 100
    holds(log, said)
    log.close()


def test_many_processes_append_and_publish_at_once(repository, tmp_path):
    """One root: each checkpoint that any of them got is a beginning of the last one."""
    firsts = range(0, PROCESSES * 10_000, 10_000)
    attackers = [run(repository, ATTACKER, tmp_path / "log", first, ROUNDS) for first in firsts]
    said = [json.loads(row) for process in attackers for row in process.communicate()[0].splitlines()]
    assert [process.returncode for process in attackers] == [0] * PROCESSES
    log = new_log(tmp_path / "log")
    log.publish()
    indices = sorted(index for _number, some, *_ in said for index in some)
    assert indices == list(range(head(log).size))
    assert len(said) == PROCESSES * ROUNDS
    holds(log, said)
    log.close()


def test_a_killed_writer_loses_nothing_that_it_acknowledged(repository, tmp_path):
    said, chance = [], random.Random(1)  # noqa: S311
    for turn in range(KILLS):
        process = writer(repository, tmp_path / "log", turn * 100_000, 10**9, batches=True)
        said.append(json.loads(process.stdout.readline()))
        time.sleep(chance.uniform(0, 0.2))
        process.send_signal(signal.SIGKILL)
        said += [json.loads(row) for row in process.communicate()[0].splitlines() if row.endswith("]")]
    log = new_log(tmp_path / "log")
    log.publish()
    assert len(said) >= KILLS
    assert head(log).size >= sum(len(indices) for _number, indices, *_ in said)
    holds(log, said)
    log.close()
