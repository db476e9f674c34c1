"""One run from plan to seal: what is done in which order, and what is left behind.

The clock, the salt, the log and the screen are the caller's: they come in as values and functions.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from sekisho.audit.facts import facts
from sekisho.audit.job import Job, Planned
from sekisho.audit.manifest import encode_manifest, fold
from sekisho.audit.report import render
from sekisho.audit.seal import encode_seal, make_record, seal_entry
from sekisho.audit.shape import Titles
from sekisho.audit.thumbnail import thumbnail
from sekisho.audit.work import Commit, clean_name, commit_name, finished, part_name
from sekisho.model import Outcome
from sekisho.signing import Signer
from sekisho.snapshot import Snapshot

__all__ = [
    "Log",
    "Ran",
    "done_before",
    "leave_report",
    "leave_seal",
    "left_behind",
    "level_reached",
    "thumbnails",
]

MANIFEST = "manifest.json"
REPORTS = ("report.html", "report.json")
SEAL = "seal.json"
RECEIPT = "receipt.tlog-proof"
STATUS = "status.json"


class Log(Protocol):
    """What sealing needs of the ledger; `store.log` offers it."""

    @property
    def origin(self) -> str:
        """The log's name, part of every checkpoint."""

    @property
    def vkey(self) -> str:
        """The log's verifier key."""

    def append(self, entry: bytes) -> int:
        """Append an entry and return its index."""

    def prove(self, index: int) -> bytes:
        """Return the receipt of an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A run whose units are all done."""

    job: Job
    snapshot: Snapshot
    planned: Sequence[Planned]
    commits: Mapping[str, Commit]

    def manifest(self) -> dict[str, Any]:
        """Return the manifest, a fold over the commits in the order of the plan."""
        ordered = [self.commits[unit.id] for unit in self.planned]
        return fold(self.job, self.snapshot, self.planned, ordered)


def done_before(job: Job, planned: Sequence[Planned]) -> dict[str, Commit]:
    """Return the commits of an interrupted run that still hold, by unit."""
    return {unit.id: commit for unit in planned if (commit := finished(job, unit)) is not None}


def left_behind(job: Job, planned: Sequence[Planned]) -> list[str]:
    """Return the files of units that are no longer planned, because the dataset was changed since."""
    named = {f(unit.id) for unit in planned for f in (part_name, clean_name, commit_name)}
    folders = tuple(f("").partition("/")[0] + "/" for f in (part_name, clean_name, commit_name))
    return [name for name in job.files.names() if name.startswith(folders) and name not in named]


def thumbnails(ran: Ran, wanted: Collection[str], units: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Read some items again and make small pictures of them.

    Args:
        ran: the run.
        wanted: names of items that were read without trouble.
        units: the units that they are in; others are not read.
    """
    left = set(wanted)
    for planned in ran.planned:
        if planned.id not in units:
            continue
        for item in ran.job.sources[planned.source].read(planned.unit):
            if item.name in left and item.data is not None:
                left.discard(item.name)
                small = thumbnail(item.data)
                if small is not None:
                    yield item.name, small
            if not left:
                return


def _tiles(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [tile for tile in found["tiles"] if not tile["problem"]]


def leave_report(
    ran: Ran,
    batches: Iterator[pa.RecordBatch],
    *,
    titles: Titles,
    timing: Mapping[str, Any],
    lang: str,
) -> dict[str, Any]:
    """Write manifest.json, report.json and report.html; return the facts.

    Args:
        ran: the run.
        batches: its decisions in the order of the plan.
        titles: what the registry says about an entry.
        timing: seconds and speed; shown, not evidence.
        lang: the language that shows first.
    """
    manifest = ran.manifest()
    found = facts(manifest, batches, titles=titles, timing=timing)
    shown = _tiles(found)
    small = dict(thumbnails(ran, {t["item"] for t in shown}, {t["unit"] for t in shown}))
    files = ran.job.files
    files.write(MANIFEST, encode_manifest(manifest))
    data = json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    files.write("report.json", data.encode())
    files.write("report.html", render(found, small, lang=lang).encode())
    return found


def leave_seal(ran: Ran, *, signer: Signer, log: Log, salt: bytes, at: datetime) -> int:
    """Sign the run, commit to it in the log, and write seal.json and the receipt.

    Args:
        ran: a run whose manifest and reports are written.
        signer: the operator's key.
        log: the local ledger.
        salt: 32 fresh random bytes.
        at: now, aware UTC.

    Returns:
        The index of the log's entry.
    """
    files = ran.job.files
    reports = {name: data for name in REPORTS if (data := files.read(name)) is not None}
    record = make_record(manifest=files.read(MANIFEST) or b"", files=reports, operator=signer.key, at=at)
    entry = seal_entry(record, salt, at)
    index = log.append(entry)
    seal = encode_seal(
        record=record,
        salt=salt,
        entry=entry,
        index=index,
        origin=log.origin,
        vkey=log.vkey,
        signer=signer,
    )
    files.write(RECEIPT, log.prove(index))
    files.write(SEAL, seal)
    return index


def level_reached(manifest: Mapping[str, Any], fail_on: str) -> bool:
    """Tell whether there are findings at or above a level: block, review or never."""
    if fail_on == "never":
        return False
    limit = Outcome(fail_on).rank
    return any(n and Outcome(o).rank >= limit for o, n in manifest["totals"]["outcomes"].items())
