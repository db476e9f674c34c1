"""Several processes append to one log."""

import base64
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from sekisho.ledger.checkpoint import open_checkpoint
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.tiles import decode_bundle, tile_path, tile_reader
from sekisho.ledger.tree import (
    consistency_proof,
    leaf_hash,
    leaf_reader,
    tree_root,
    verify_consistency,
)
from sekisho.store.log import LocalLog
from tests.keys import SeededKey

ORIGIN = "sekisho.example/log"
SIGNER = SeededKey("log")

WRITER = """
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from sekisho.ledger.entry import EntryType, LogEntry, encode_entry
from sekisho.store.log import LocalLog
from tests.keys import SeededKey

log = LocalLog(Path(sys.argv[1]), SeededKey("log"), "sekisho.example/log")
first, count = int(sys.argv[2]), int(sys.argv[3])
at = datetime(2026, 11, 22, 13, tzinfo=UTC)
for number in range(first, first + count):
    data = encode_entry(LogEntry(type=EntryType.PUBLIC, at=at, commitment=number.to_bytes(32, "big")))
    index = log.append(data)
    print(json.dumps([number, index, log.checkpoint().decode()]), flush=True)
"""


def writer(repository, folder, first, count):
    paths = os.pathsep.join((str(repository), str(repository / "src")))
    return subprocess.Popen(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", WRITER, str(folder), str(first), str(count)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
        text=True,
    )


def commitment(number):
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def published(folder: Path):
    log = LocalLog(folder, SIGNER, ORIGIN)
    head = open_checkpoint(log.checkpoint(), [parse_vkey(log.vkey)], origin=ORIGIN)
    data = (folder / f"tile/entries/000.p/{head.size}").read_bytes()
    return log, head, decode_bundle(data, head.size)


def consistent(notes, log, head, leaves):
    """Each checkpoint is a prefix of the entries now in the log, and proven so from the tiles."""
    read = tile_reader(lambda *tile: (log.path / tile_path(*tile)).read_bytes(), head.size)
    for note in notes:
        seen = open_checkpoint(note.encode(), [parse_vkey(log.vkey)], origin=ORIGIN)
        assert tree_root(leaf_reader(leaves), seen.size) == seen.root
        proof = consistency_proof(read, seen.size, head.size)
        verify_consistency(seen.size, head.size, proof, seen.root, head.root)


def test_two_processes_append_to_one_log(repository, tmp_path):
    writers = [writer(repository, tmp_path / "log", first, 50) for first in (0, 50)]
    said = [json.loads(row) for process in writers for row in process.communicate()[0].splitlines()]
    assert [process.returncode for process in writers] == [0, 0]
    assert sorted(index for _number, index, _note in said) == list(range(100))
    log, head, entries = published(tmp_path / "log")
    assert head.size == 100
    for number, index, _note in said:
        assert json.loads(entries[index])["c"] == commitment(number)
    consistent([note for _number, _index, note in said], log, head, [leaf_hash(e) for e in entries])


def test_a_killed_writer_loses_nothing_that_it_acknowledged(repository, tmp_path):
    said = []
    for start in range(0, 60, 10):
        process = writer(repository, tmp_path / "log", start * 100, 1000)
        said += [json.loads(process.stdout.readline()) for _ in range(start // 10 + 1)]
        process.send_signal(signal.SIGKILL)
        said += [json.loads(row) for row in process.communicate()[0].splitlines() if row.endswith("]")]
    log, head, entries = published(tmp_path / "log")
    assert head.size >= len(said) >= 21
    for number, index, _note in said:
        assert json.loads(entries[index])["c"] == commitment(number)
    consistent([note for _number, _index, note in said], log, head, [leaf_hash(e) for e in entries])
