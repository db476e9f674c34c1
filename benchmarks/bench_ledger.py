"""How near is the log to what disk and processor allow, and does it stay so as it grows?

Appending is compared with bare `fdatasync` on the same disk, publishing with the SHA-256 that a tree of
so many leaves needs (two a leaf), verifying with the signatures and hashes that it can not leave out.
The peer is `aics-tlog`, which needs Python 3.12; unpacked on PYTHONPATH it runs on 3.11 too. It writes
tiles and bundles with every file synced, but no database: ours is measured with it, entries to checkpoint.
"""

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from measure import Cost, Report, Row, alternate, parser, ratios, typical

from sekisho.ledger import (
    EntryType,
    KeyType,
    LogEntry,
    NoteKey,
    cosign,
    encode_entry,
    parse_policy,
    verify_proof,
)
from sekisho.ledger.note import parse_note, signature_line
from sekisho.ledger.proof import LogProof, decode_proof, encode_proof
from sekisho.model import KeyId
from sekisho.signing import key_id
from sekisho.store.log import LocalLog

try:
    from aics_tlog import DirectoryTileStore, IncrementalTileWriter, inclusion_proof_from_tiles
except ImportError:
    DirectoryTileStore = IncrementalTileWriter = inclusion_proof_from_tiles = None

QUESTION = "How near is the log to what disk and processor allow, and does it stay so as it grows?"
SIZE, QUICK_SIZE = 1_000_000, 100_000
PEER_SIZE, QUICK_PEER_SIZE = 131_072, 16_384
PASSES, QUICK_PASSES = 3, 1
SMALL, BATCH = 1024, 8192
FIRST = 100_000
"""Entries until memory is looked at for the first time."""
SYNCS, GROUP = 100, 256
PROOFS, PEER_PROOFS = 300, 3
CHECKS = 300
AT = datetime(2026, 11, 22, 13, tzinfo=UTC)
ORIGIN = "log.example/benchmark"
DIGEST = bytes(65)
FLOOR_SHA, FLOOR_SIGNATURES = 21, 4
MIB = 2**20


class Key:
    """A signing key made from a word."""

    def __init__(self, word: str) -> None:
        """Derive the key."""
        self._private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(word.encode()).digest())
        self.public = self._private.public_key()

    @property
    def key(self) -> KeyId:
        """The public key as a key id."""
        return key_id(self.public.public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Sign."""
        return self._private.sign(message)


def entries(start: int, stop: int) -> list[bytes]:
    """Return numbered entries."""
    first = encode_entry(LogEntry(type=EntryType.PUBLIC, at=AT, commitment=bytes(32)))
    before, after = first.split(b"A" * 43)
    # 40 digits are base64url; the last three letters keep the form canonical.
    return [b"%b%040dAAA%b" % (before, number, after) for number in range(start, stop)]


def opened(folder: Path) -> LocalLog:
    """Open a log in a folder."""
    return LocalLog(folder, Key("log"), ORIGIN)


@contextmanager
def fresh(folder: Path) -> Iterator[Path]:
    """Give an empty folder, and remove it afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


def timed(act: Callable[[], object]) -> Cost:
    """Measure one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Cost(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)


def digests(count: int) -> None:
    """Hash 65 bytes so many times, as an inner node of a tree is."""
    sha256 = hashlib.sha256
    for _ in range(count):
        sha256(DIGEST).digest()


def grow(folder: Path, size: int) -> dict[str, Any]:
    """Write a log of `size` entries, in batches, in this process; return what it cost.

    The digests of the floor are made between the batches, so that a neighbour's load meets both.
    """
    log, at, costs, rss = opened(folder), 0, {"append": [0.0, 0.0], "publish": [0.0, 0.0]}, {}
    floor = [0.0, 0.0]

    def add(sums: list[float], cost: Cost) -> None:
        sums[0] += cost.wall
        sums[1] += cost.cpu

    while at < size:
        batch = min(BATCH, size - at, FIRST - at if at < FIRST else size)
        made = entries(at, at + batch)
        add(costs["append"], timed(partial(log.append_all, made)))
        add(costs["publish"], timed(log.publish))
        add(floor, timed(partial(digests, 2 * batch)))
        if at < FIRST <= at + batch or at + batch == size:
            rss[at + batch] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        at += batch
    return {**costs, "floor": floor, "rss": rss}


def grown(folder: Path, size: int) -> dict[str, Any]:
    """Run `grow` in a process of its own."""
    done = subprocess.run(  # noqa: S603 - this file
        [sys.executable, __file__, "--grow", str(folder), str(size)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def disk_rows(cache: Path, passes: int) -> list[Row]:
    """Compare appending with bare syncs of the same disk, sync by sync in turns."""
    with fresh(cache / "append") as folder:
        log, one, many = opened(folder / "log"), entries(0, 1), entries(0, GROUP)
        descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def bare_sync() -> None:
            os.write(descriptor, one[0])
            os.fdatasync(descriptor)

        acts = {"bare": bare_sync, "one": lambda: log.append_all(one), "group": lambda: log.append_all(many)}
        costs: dict[str, list[Cost]] = {name: [] for name in acts}
        for _ in range(max(passes, 5)):
            turns = alternate(acts, SYNCS)
            for name, seen in turns.items():
                wall, cpu = sum(c.wall for c in seen), sum(c.cpu for c in seen)
                costs[name].append(Cost(wall=wall, cpu=cpu).per(SYNCS))
        os.close(descriptor)
        log.close()
    bare = typical(costs["bare"]).wall
    single, group = (ratios(costs["bare"], costs[name]).wall for name in ("one", "group"))
    return [
        Row(
            measure="durable appends, one by one",
            ours=f"{1 / typical(costs['one']).wall:.0f}/s",
            peer=f"fdatasync {1 / bare:.0f}/s",
            value=single,
            target=0.6,
        ),
        Row(
            measure=f"durable appends, {GROUP} at once",
            ours=f"{GROUP / typical(costs['group']).wall:,.0f}/s",
            peer=f"{GROUP} x fdatasync {GROUP / bare:,.0f}/s",
            value=group,
            target=0.5,
        ),
    ]


def growth_rows(done: list[dict[str, Any]], size: int) -> list[Row]:
    """Compare publishing with the bare hashes of the tree, and memory early with memory late."""

    def ratio(name: str, axis: int) -> float:
        return sorted(one["floor"][axis] / one[name][axis] for one in done)[len(done) // 2]

    wall = sorted(one["publish"][0] for one in done)[len(done) // 2]
    floor = sorted(one["floor"][0] for one in done)[len(done) // 2]
    append = sorted(one["append"][0] for one in done)[len(done) // 2]
    growth = max(one["rss"][str(size)] - one["rss"][str(FIRST)] for one in done)
    return [
        Row(
            measure=f"publishing {size:,} entries, {BATCH:,} at once",
            ours=f"{size / wall:,.0f}/s",
            peer=f"the tree's SHA-256 alone {size / floor:,.0f}/s",
            value=ratio("publish", 0),
            cpu=ratio("publish", 1),
            target=0.10,
        ),
        Row(measure="appending them before that", ours=f"{size / append:,.0f}/s", value=None),
        Row(
            measure=f"memory of the writer, {FIRST:,} to {size:,} entries",
            ours=f"{done[0]['rss'][str(FIRST)]:.0f} MiB to {done[0]['rss'][str(size)]:.0f} MiB",
            value=growth,
            unit="MiB",
            target=20,
            better="less",
        ),
    ]


def _ours(folder: Path, size: int, batch: int) -> Cost:
    with fresh(folder) as place:
        log = opened(place)
        made = [entries(at, at + batch) for at in range(0, size, batch)]

        def act() -> None:
            for some in made:
                log.append_all(some)
                log.publish()

        cost = timed(act)
        log.close()
    return cost


def _peer(folder: Path, size: int, batch: int) -> Cost:
    with fresh(folder) as place:
        store = DirectoryTileStore(place)
        writer = IncrementalTileWriter(store)
        made = [entries(at, at + batch) for at in range(0, size, batch)]

        def act() -> None:
            for some in made:
                writer.append(some)
                store.write_checkpoint(b"%d %b" % (writer.size, writer.root()))

        return timed(act)


def peer_rows(cache: Path, size: int, passes: int) -> list[Row]:
    """Compare writing, entries to checkpoint, with the peer."""
    rows = []
    for batch in (SMALL, BATCH):
        count = size if batch == BATCH else size // 4
        run: dict[str, Callable[[], object]] = {"ours": partial(_ours, cache / "ours", count, batch)}
        if IncrementalTileWriter is not None:
            run["peer"] = partial(_peer, cache / "peer", count, batch)
        costs = alternate(run, passes, per=count)
        ratio = ratios(costs["peer"], costs["ours"]) if "peer" in costs else None
        rows.append(
            Row(
                measure=f"appending and publishing {count:,} entries, {batch:,} at once",
                ours=f"{1 / typical(costs['ours']).wall:,.0f}/s",
                peer=f"aics-tlog {1 / typical(costs['peer']).wall:,.0f}/s" if "peer" in costs else "",
                value=None if ratio is None else ratio.wall,
                target=2.0,
            )
        )
    return rows


def proof_row(folder: Path, size: int, passes: int) -> Row:
    """Make receipts for entries anywhere in a large log, from its files."""
    chance = random.Random(1)  # noqa: S311 - a benchmark's draw
    indices = [chance.randrange(size) for _ in range(PROOFS)]

    def ours() -> None:
        log = opened(folder)
        for index in indices:
            log.prove(index)

    cost = typical(alternate({"ours": ours}, passes, per=PROOFS)["ours"])
    said = ""
    if inclusion_proof_from_tiles is not None:
        store = DirectoryTileStore(folder)
        peer = timed(lambda: [inclusion_proof_from_tiles(store, i, size) for i in indices[:PEER_PROOFS]])
        said = f"aics-tlog {1000 * peer.wall / PEER_PROOFS:.0f} ms"
    return Row(
        measure=f"a receipt from the files of {size:,} entries, tiles cached",
        ours=f"{1000 * cost.wall:.2f} ms",
        peer=said,
        value=1000 * cost.wall,
        cpu=1000 * cost.cpu,
        unit="ms",
        target=2.0,
        better="less",
    )


def cosigned(log: LocalLog, index: int) -> tuple[bytes, bytes]:
    """Return a receipt whose checkpoint has three cosignatures, and the policy that asks for them."""
    proof, names = decode_proof(log.prove(index)), ("one", "two", "three")
    text = parse_note(proof.checkpoint).text
    marks = [signature_line(cosign(text, f"{name}.example", Key(name), AT)) for name in names]
    keys = [NoteKey(name=f"{n}.example", key=Key(n).key, type=KeyType.ED25519_COSIGNATURE) for n in names]
    witnesses = [f"witness {name} {key.vkey}" for name, key in zip(names, keys, strict=True)]
    policy = "\n".join([f"log {log.vkey}", *witnesses, f"group all all {' '.join(names)}", "quorum all", ""])
    noted = proof.checkpoint + b"".join(marks)
    return encode_proof(LogProof(index=index, hashes=proof.hashes, checkpoint=noted)), policy.encode()


def verify_row(folder: Path, size: int, passes: int) -> Row:
    """Compare verifying a receipt with its signatures and hashes alone."""
    log, index = opened(folder), size // 3
    receipt, written = cosigned(log, index)
    entry, policy = next(log.static.entries(index, index + 1)), parse_policy(written)
    public, message = Key("log").public, b"m" * 120
    signature = Key("log").sign(message)

    def ours() -> None:
        for _ in range(CHECKS):
            verify_proof(receipt, entry, policy=policy)

    def floor() -> None:
        for _ in range(CHECKS):
            for _ in range(FLOOR_SIGNATURES):
                public.verify(signature, message)
            digests(FLOOR_SHA)

    costs = alternate({"ours": ours, "floor": floor}, max(passes, 5), per=CHECKS)
    ratio = ratios(costs["ours"], costs["floor"])
    return Row(
        measure=f"verifying a receipt with three witnesses ({len(receipt):,} B)",
        ours=f"{1e6 * typical(costs['ours']).wall:.0f} µs",
        peer=f"4 signatures and 21 hashes {1e6 * typical(costs['floor']).wall:.0f} µs",
        value=ratio.wall,
        cpu=ratio.cpu,
        target=1.5,
        better="less",
    )


def measure(given: argparse.Namespace) -> None:
    """Measure everything and report."""
    size, peer_size = (QUICK_SIZE, QUICK_PEER_SIZE) if given.quick else (SIZE, PEER_SIZE)
    passes = given.passes or (QUICK_PASSES if given.quick else PASSES)
    cache = given.cache / "ledger"
    report = Report(name="ledger", question=QUESTION, quick=given.quick)
    report.rows += disk_rows(cache, passes)
    done = []
    for turn in range(passes):
        folder = cache / "grown"
        shutil.rmtree(folder, ignore_errors=True)
        done.append(grown(folder, size))
        if turn == 0:
            report.raw["grown"] = done[0]
    report.rows += growth_rows(done, size)
    report.rows += peer_rows(cache, peer_size, passes)
    report.rows += [proof_row(folder, size, passes), verify_row(folder, size, passes)]
    report.notes.append(
        "Against `fdatasync` and `aics-tlog` only the wall clock counts: they wait for the disk, and ours has"
        " a journal and SQLite beside the files. In CPU time both writers are alike."
    )
    report.finish(given.results or given.cache / "results")
    shutil.rmtree(folder)


def main() -> None:
    """Measure, or be the process that writes a log."""
    if sys.argv[1:2] == ["--grow"]:
        print(json.dumps(grow(Path(sys.argv[2]), int(sys.argv[3]))))
        return
    measure(parser(QUESTION).parse_args())


if __name__ == "__main__":
    main()
