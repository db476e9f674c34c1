"""Logs on disk for tests: numbered entries, and what a log of so many of them must be."""

from datetime import UTC, datetime
from pathlib import Path

from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint
from sekisho.ledger.entry import EntryType, LogEntry, encode_entry
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.proof import verify_proof
from sekisho.ledger.tree import leaf_hash, leaf_reader, tree_root
from sekisho.store.log import LocalLog
from tests.keys import SeededKey

__all__ = ["AT", "ORIGIN", "SIGNER", "entries", "entry", "expected", "files", "head", "holds", "new_log"]

ORIGIN = "sekisho.example/log"
SIGNER = SeededKey("log")
AT = datetime(2026, 11, 22, 13, tzinfo=UTC)


def new_log(path: Path, **fields) -> LocalLog:
    return LocalLog(path, SIGNER, ORIGIN, **fields)


def entry(number: int) -> bytes:
    """Return an entry that says its number, so that a lost or exchanged one is noticed."""
    return encode_entry(LogEntry(type=EntryType.PUBLIC, at=AT, commitment=number.to_bytes(32, "big")))


def entries(start: int, stop: int) -> list[bytes]:
    return [entry(number) for number in range(start, stop)]


def head(log) -> Checkpoint:
    return open_checkpoint(log.checkpoint(), [parse_vkey(log.vkey)], origin=ORIGIN)


def expected(size: int) -> Checkpoint:
    """Return the head of the log with the entries 0, 1, ..."""
    leaves = [leaf_hash(entry(i)) for i in range(size)]
    return Checkpoint(origin=ORIGIN, size=size, root=tree_root(leaf_reader(leaves), size))


def holds(log, size: int) -> None:
    """Assert that a log has published exactly the entries 0, 1, ..., with receipts."""
    assert head(log) == expected(size)
    for index in {0, size // 2, size - 1}:
        found = verify_proof(log.prove(index), entry(index), [parse_vkey(log.vkey)], origin=ORIGIN)
        assert found == (index, head(log))


def files(folder: Path) -> dict[str, bytes]:
    """Return the static files below a folder, without database and locks."""
    found = {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}
    return {name: file.read_bytes() for name, file in found.items() if not name.startswith(".")}
