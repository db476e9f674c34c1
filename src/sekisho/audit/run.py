"""One run from plan to seal: what is done in which order, and what is left behind.

The clock, the salt, the log and the screen are the caller's: they come in as values and functions.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from sekisho.audit.files import clean_name, commit_name, hosts_name, part_name, personal_name
from sekisho.audit.job import Job, Planned, RunFiles
from sekisho.audit.manifest import encode_manifest, fold
from sekisho.audit.membership.records import membership_name, nonce_of
from sekisho.audit.membership.tree import TOPS, Membership, build_map, encode_tops, runs_of
from sekisho.audit.report.facts import collected
from sekisho.audit.report.page import render
from sekisho.audit.report.thumbnail import thumbnail
from sekisho.audit.seal import decode_seal, encode_seal, make_record, seal_entry
from sekisho.audit.shape import Titles
from sekisho.audit.share.public import PUBLIC, encode_public
from sekisho.audit.work import Commit, finished
from sekisho.model import Item, KeyId
from sekisho.signing import Signer
from sekisho.snapshot import Snapshot

__all__ = [
    "Log",
    "Ran",
    "done_before",
    "leave_map",
    "leave_report",
    "leave_seal",
    "left_behind",
    "lost",
    "seal_run",
    "thumbnails",
]

MANIFEST = "manifest.json"
SEALED = (
    "report.html",
    "report.json",
    PUBLIC,
    "changes.jsonl",
    "reviews.jsonl",
    "reviewed.json",
    "false-matches.jsonl",
)
"""What is sealed beside the manifest, of what is there."""
SEAL = "seal.json"
RECEIPT = "receipt.tlog-proof"
STATUS = "status.json"


Pictures = Callable[[Sequence[Mapping[str, Any]]], Mapping[str, bytes]]
"""Tiles of the report -> thumbnails by item."""


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
    """A run whose units are all done; `of` says how many items there are, if it is a sample."""

    job: Job
    snapshot: Snapshot
    planned: Sequence[Planned]
    commits: Mapping[str, Commit]
    membership: Membership
    of: int = 0

    def manifest(self) -> dict[str, Any]:
        """Return the manifest, a fold over the commits in the order of the plan."""
        ordered = [self.commits[unit.id] for unit in self.planned]
        return fold(self.job, self.snapshot, self.planned, ordered, self.membership, of=self.of)


def done_before(job: Job, planned: Sequence[Planned]) -> dict[str, Commit]:
    """Return the commits of an interrupted run that still hold, by unit."""
    return {unit.id: commit for unit in planned if (commit := finished(job, unit)) is not None}


def leave_map(job: Job, planned: Sequence[Planned], commits: Mapping[str, Commit]) -> Membership:
    """Merge what all units have left for the map, write its slices, and return what it is."""
    ordered = [commits[unit.id] for unit in planned]
    rows = sum(commit["rows"] for commit in ordered)
    made, tops = build_map(job.files, runs_of(ordered), nonce=nonce_of(job.row_key), rows=rows)
    job.files.write(TOPS, encode_tops(tops))
    return made


def left_behind(job: Job, planned: Sequence[Planned]) -> list[str]:
    """Return the files of units that are no longer planned, because the dataset was changed since."""
    made = (part_name, clean_name, commit_name, personal_name, membership_name, hosts_name)
    named = {f(unit.id) for unit in planned for f in made}
    folders = tuple(f("").partition("/")[0] + "/" for f in made)
    return [name for name in job.files.names() if name.startswith(folders) and name not in named]


def lost(job: Job, planned: Sequence[Planned]) -> list[str]:
    """Return the files of units that are not there any more although all units were done."""
    there = set(job.files.names())
    made = (part_name, clean_name, commit_name, membership_name)
    return [name for unit in planned for f in made if (name := f(unit.id)) not in there]


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
            if isinstance(item, Item) and item.name in left and item.data is not None:
                left.discard(item.name)
                small = thumbnail(item.data)
                if small is not None:
                    yield item.name, small
            if not left:
                return


def _tiles(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the tiles that can have a picture: what was read, and is no text."""
    return [tile for tile in found["tiles"] if not tile["problem"] and not tile["text"]]


def leave_report(
    ran: Ran,
    batches: Iterator[pa.RecordBatch],
    *,
    titles: Titles,
    timing: Mapping[str, Any],
    lang: str,
    pictures: Pictures | None = None,
) -> dict[str, Any]:
    """Write manifest.json, public.json, report.json and report.html; return the facts.

    Args:
        ran: the run.
        batches: its decisions in the order of the plan.
        titles: what the registry says about an entry.
        timing: seconds and speed; shown, not evidence.
        lang: the language that shows first.
        pictures: finds the tiles' thumbnails by item; else the datasets are read for them.
    """
    manifest = ran.manifest()
    found, flow = collected(manifest, batches, titles=titles, timing=timing)
    shown = _tiles(found)
    if pictures is None:
        small = dict(thumbnails(ran, {t["item"] for t in shown}, {t["unit"] for t in shown}))
    else:
        small = dict(pictures(shown))
    files = ran.job.files
    files.write(MANIFEST, encode_manifest(manifest))
    data = json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    files.write("report.json", data.encode())
    files.write(PUBLIC, encode_public(manifest, flow))
    files.write("report.html", render(found, small, lang=lang).encode())
    return found


def leave_seal(
    ran: Ran,
    *,
    signer: Signer,
    log: Log,
    salt: bytes,
    at: datetime,
    reviewers: Sequence[KeyId] = (),
    sample: int = 0,
) -> int:
    """Sign the run, commit to it in the log, and write seal.json and the receipt.

    Args:
        ran: a run whose manifest and reports are written.
        signer: the operator's key.
        log: the local ledger.
        salt: 32 fresh random bytes.
        at: now, aware UTC.
        reviewers: whose reviews count in it.
        sample: how many items were drawn; 0 if everything was checked.

    Returns:
        The index of the log's entry.
    """
    return seal_run(
        ran.job.files,
        signer=signer,
        log=log,
        salt=salt,
        at=at,
        row_key=ran.job.row_key,
        reviewers=reviewers,
        sample=sample,
    )


def seal_run(  # noqa: PLR0913 - the fields of one record
    files: RunFiles,
    *,
    signer: Signer,
    log: Log,
    salt: bytes,
    at: datetime,
    row_key: bytes | None = None,
    reviewers: Sequence[KeyId] | None = None,
    sample: int | None = None,
    names: Sequence[str] = SEALED,
) -> int:
    """Seal what lies in a RUN directory, for the first time or again after reviews.

    What is not given stays as the seal says that is there.

    Args:
        files: of the run; its manifest is written.
        signer: the operator's key.
        log: the local ledger.
        salt: 32 fresh random bytes.
        at: now, aware UTC.
        row_key: of the job.
        reviewers: whose reviews count in it.
        sample: how many items were drawn; 0 if everything was checked.
        names: what is sealed beside the manifest, of what is there.

    Raises:
        EvidenceError: something is not given, and the seal that is there does not hold.
    """
    before = files.read(SEAL)
    known = None if before is None else decode_seal(before)
    if known is not None:
        row_key = known.row_key if row_key is None else row_key
        reviewers = known.record.reviewers if reviewers is None else reviewers
        sample = known.record.sample if sample is None else sample
    record = make_record(
        manifest=files.read(MANIFEST) or b"",
        files={name: data for name in names if (data := files.read(name)) is not None},
        operator=signer.key,
        at=at,
        reviewers=reviewers or (),
        sample=sample or 0,
    )
    return _commit(files, record, signer=signer, log=log, salt=salt, at=at, row_key=row_key)


def _commit(
    files: RunFiles,
    record: bytes,
    *,
    signer: Signer,
    log: Log,
    salt: bytes,
    at: datetime,
    row_key: bytes | None,
) -> int:
    """Put the record's commitment into the log; leave receipt and seal."""
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
        row_key=row_key,
    )
    files.write(RECEIPT, log.prove(index))
    files.write(SEAL, seal)
    return index
