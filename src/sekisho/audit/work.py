"""Do one unit: read, look, decide, write the part and the clean list, and last the commit.

A unit is done when its commit is there; before that nothing of it counts. Doing it twice writes the
same bytes twice, so at-least-once work is exactly-once output. Where personal information is lies in a
file of its own, which is no evidence.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any

from sekisho.audit.again.said import said_anew, still_said
from sekisho.audit.files import clean_name, commit_name, hosts_name, part_name, personal_name
from sekisho.audit.gathered import Decide, Rows
from sekisho.audit.hosts import Tally
from sekisho.audit.job import Job, Planned
from sekisho.audit.law_facts import law_counts, least_compared
from sekisho.audit.membership.records import RECORD_BYTES, encode_run, membership_name, nonce_of
from sekisho.audit.personal import is_withheld, places_of
from sekisho.audit.protected import is_hidden
from sekisho.audit.rows import encode_part
from sekisho.audit.signals import signal_counts
from sekisho.audit.unit import Came, Counted, Reading, Reread
from sekisho.check import (
    NO_LENSES,
    NO_SOURCES,
    Decided,
    Lenses,
    Looked,
    SignalSources,
    Unread,
    clear_decision,
    decide_unclear,
    glance_at,
    looks_for_parts,
)
from sekisho.codec import canonical, parse
from sekisho.detect.signals.records import answered
from sekisho.errors import InputError
from sekisho.model import Item, Outcome, Unfingerprintable, Unreadable
from sekisho.snapshot import Snapshot

__all__ = ["BATCH", "clean_name", "commit_name", "do_unit", "finished", "part_name"]

BATCH = 512
"""Items decided together: enough for the search to run at full speed, little to hold."""
BATCH_LETTERS = 4_000_000
"""Characters of the texts among them: books do not come 512 at a time into memory."""
CHANNELS = 3
BATCH_PIXELS = 16_000_000
"""Of the working pictures among them, if parts are looked for: 48 MB."""

Commit = Mapping[str, Any]
"""What commits/<unit>.json says: digests and counts of one unit."""
Poison = Mapping[int, Unreadable]
"""Ordinals of items that killed a worker, and what to call that."""


def finished(job: Job, planned: Planned) -> Commit | None:
    """Return the commit of a unit that is done and whose files are still what it says."""
    raw = job.files.read(commit_name(planned.id))
    if raw is None:
        return None
    try:
        commit = parse(raw)
    except InputError:
        return None
    if not isinstance(commit, dict) or commit.get("unit") != planned.id:
        return None
    expected = {
        part_name(planned.id): "part_sha256",
        clean_name(planned.id): "clean_sha256",
        membership_name(planned.id): "membership_sha256",
    }
    for name, digest in expected.items():
        data = job.files.read(name)
        if data is None or _digest(data) != commit.get(digest):
            return None
    named = (commit.get("origins") or {}).get("hosts_sha256")
    if named is not None and _digest(job.files.read(hosts_name(planned.id)) or b"") != named:
        return None
    counted = commit.get("texts", {}).get("personal")
    return None if counted and job.files.read(personal_name(planned.id)) is None else commit


def do_unit(
    job: Job,
    snapshot: Snapshot,
    planned: Planned,
    poison: Poison,
    tick: Callable[[int], None],
    lenses: Lenses = NO_LENSES,
    sources: SignalSources = NO_SOURCES,
) -> Commit:
    """Decide about every item of a unit and leave the evidence.

    Args:
        job: the run.
        snapshot: opened by this process.
        planned: what to do.
        poison: items that are not to be touched again.
        tick: told the ordinal of each item before it is looked at.
        lenses: opened by this process.
        sources: what besides the items is asked for rights signals; opened by this process.

    Raises:
        ConfigError: a text is to be searched for personal information, and there is no lens for it.
    """
    source = job.sources[planned.source]
    reading = source.read(planned.unit)
    done = _Done()
    for batch in _batches(_looks(job, snapshot, reading, done, poison, tick, sources)):
        decided = decide_unclear(
            batch, snapshot=snapshot, policy=job.policy, use=job.use, lenses=lenses, sources=sources
        )
        done.add(batch, decided, lambda one, said: clear_decision(one, said, snapshot, job.policy, job.use))
    tally = done.tally
    came = tally.still(reading.origins) if isinstance(reading, Counted) else tally.left(asked=job.addresses)
    return _leave(job, planned, done, reading.skipped, came)


@dataclass(slots=True)
class _Done:
    """The decisions of a unit, and what has to be known of its texts when these are gone.

    Attributes:
        texts: how many items are texts, those that could not be read among them.
        letters: characters of their fields that were looked at; of what was not read none.
        withheld: items whose SHA-256 is not kept.
        tally: where they come from.
    """

    rows: Rows = field(default_factory=Rows)
    texts: int = 0
    letters: int = 0
    withheld: set[str] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)

    def add(self, batch: Sequence[Looked | Unread], decided: Decided, decide: Decide) -> None:
        rows = self.rows
        self.letters += decided.letters
        for looked, one, beside, said in zip(batch, decided.made, decided.told, decided.said, strict=True):
            if isinstance(one, Unread):
                rows.add_clear(one, said, decide)
                if beside is not None:
                    self.tally.add(beside, len(one.data))
                continue
            rows.add(one)
            if is_hidden(one):
                self.tally.apart += 1
            elif beside is not None:
                self.tally.add(beside, one.bytes)
            if one.personal and isinstance(looked, Looked) and is_withheld(looked, one):
                self.withheld.add(one.item)


def _looks(
    job: Job,
    snapshot: Snapshot,
    reading: Reading,
    done: _Done,
    poison: Poison,
    tick: Callable[[int], None],
    sources: SignalSources,
) -> Iterator[Looked | Unread]:
    """Look at the items of a unit, unless a run before has done so, or one has killed a worker."""
    working, protected = looks_for_parts(snapshot, job.policy), snapshot.protected
    for ordinal, some in enumerate(reading):
        tick(ordinal)
        if isinstance(some, Looked):
            yield some
            continue
        whole, before, seen = some if isinstance(some, Reread) else (some, None, None)
        done.texts += whole.text is not None
        if seen is not None and ordinal not in poison:
            yield said_anew(seen, whole, job.policy, sources)
            continue
        # What was said then is joined with what is said now.
        item = whole if before is None else answered(whole)
        if ordinal in poison:
            item = _poisoned(whole, poison[ordinal])
        looked = glance_at(
            item,
            policy=job.policy,
            limits=job.limits,
            working=working,
            protected=protected,
            sources=sources,
        )
        yield still_said(looked, before, job.policy.signals.as_of)


def _poisoned(item: Item, why: Unreadable) -> Item:
    return replace(answered(item), data=None, problem=Unfingerprintable(reason=why))


def _batches(looks: Iterable[Looked | Unread]) -> Iterator[Sequence[Looked | Unread]]:
    batch: list[Looked | Unread] = []
    letters = pixels = 0
    for looked in looks:
        batch.append(looked)
        if isinstance(looked, Unread):
            letters += len(looked.data)
        else:
            letters += _letters(looked)
            pixels += _pixels(looked)
        if len(batch) == BATCH or letters >= BATCH_LETTERS or pixels >= BATCH_PIXELS:
            yield batch
            batch, letters, pixels = [], 0, 0
    if batch:
        yield batch


def _letters(looked: Looked) -> int:
    """Return how many characters an item holds."""
    return sum(len(one.text) for one in looked.texts.fields) if looked.texts is not None else 0


def _pixels(looked: Looked) -> int:
    """Return how many pixels the working pictures of an item have."""
    look = looked.look
    return sum(working.pixels.size // CHANNELS for working in look.working) if look is not None else 0


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_digest(done: _Done) -> str:
    """Digest what was read: each item's name and SHA-256, in order; a withheld one counts as none."""
    parts: list[bytes] = []
    for item, digest in zip(done.rows.items, done.rows.digests, strict=True):
        name = item.encode()
        kept = digest is not None and item not in done.withheld
        parts += (len(name).to_bytes(8, "little"), name, digest if digest and kept else bytes(32))
    return _digest(b"".join(parts))


def _text_counts(done: _Done) -> dict[str, object]:
    """Count the texts: spans of personal information by kind, items to edit, bytes in no charset."""
    # Of clear rows, which share their decisions, nothing of this is so.
    decisions = done.rows.decisions
    unclear = [decision.undecodable for decision in decisions if decision.undecodable]
    return {
        "items": done.texts,
        "characters": done.letters,
        "personal": _count(found.type.value for d in decisions for found in d.personal),
        "edits": _count(edit.value for d in decisions for edit in d.edits),
        "undecodable": {"items": len(unclear), "bytes": sum(unclear)},
    }


def _leave(job: Job, planned: Planned, done: _Done, skipped: int, came: Came | None) -> Commit:
    rows = done.rows
    least = least_compared(job.policy.depth.value, job.policy.min_quality)
    part = encode_part(rows, planned.id, job.row_key, withheld=done.withheld)
    allowed = rows.column(lambda d: d.outcome is Outcome.ALLOW)
    records = encode_run(part.digests, part.leaves, nonce_of(job.row_key))
    clean = "".join(f"{item}\n" for item in compress(rows.items, allowed)).encode()
    commit = {
        "unit": planned.id,
        "dataset": planned.unit.dataset,
        "path": planned.unit.path,
        "slice": [planned.unit.start, planned.unit.stop],
        "rows": len(rows),
        "bytes": sum(rows.sizes),
        "part_sha256": _digest(part.data),
        "rows_root": part.rows_root,
        "clean_sha256": _digest(clean),
        "membership_sha256": _digest(records),
        "membership_rows": len(records) // RECORD_BYTES,
        "read_sha256": _read_digest(done),
        "outcomes": rows.count(lambda d: d.outcome.value),
        "reasons": rows.count(lambda d: d.reason),
        "unreadable": _count(d.unreadable.reason.value for d in rows.decisions if d.unreadable),
        "skipped": {"not_media": skipped},
        "signals": signal_counts(rows.counted(), job.use),
        "law": law_counts(rows, job.use.purpose, least),
        "texts": _text_counts(done),
        "origins": None if came is None else came[0],
    }
    if came is not None and came[1]:
        job.files.write(hosts_name(planned.id), came[1])
    if places := places_of(rows.decisions):
        job.files.write(personal_name(planned.id), places, private=True)
    job.files.write(part_name(planned.id), part.data)
    job.files.write(clean_name(planned.id), clean)
    job.files.write(membership_name(planned.id), records)
    job.files.write(commit_name(planned.id), canonical(commit))
    return commit


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
