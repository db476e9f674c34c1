"""Do one unit: read, look, decide, write the part and the clean list, and last the commit.

A unit is done when its commit is there; before that nothing of it counts. Doing it twice writes the
same bytes twice, so at-least-once work is exactly-once output. Where personal information is lies in a
file of its own, which is no evidence.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sekisho.audit.files import clean_name, commit_name, part_name, personal_name
from sekisho.audit.job import Job, Planned
from sekisho.audit.membership.records import RECORD_BYTES, encode_run, membership_name, nonce_of
from sekisho.audit.personal import is_withheld, places_of
from sekisho.audit.rows import encode_part
from sekisho.check import (
    NO_LENSES,
    Lenses,
    Looked,
    Unread,
    decide_many,
    glance_at,
    looks_for_parts,
)
from sekisho.codec import canonical, parse
from sekisho.errors import InputError
from sekisho.model import Decision, Item, Outcome, Unfingerprintable, Unreadable
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
    counted = commit.get("texts", {}).get("personal")
    return None if counted and job.files.read(personal_name(planned.id)) is None else commit


def do_unit(
    job: Job,
    snapshot: Snapshot,
    planned: Planned,
    poison: Poison,
    tick: Callable[[int], None],
    lenses: Lenses = NO_LENSES,
) -> Commit:
    """Decide about every item of a unit and leave the evidence.

    Args:
        job: the run.
        snapshot: opened by this process.
        planned: what to do.
        poison: items that are not to be touched again.
        tick: told the ordinal of each item before it is looked at.
        lenses: opened by this process.

    Raises:
        ConfigError: a text is to be searched for personal information, and there is no lens for it.
    """
    source = job.sources[planned.source]
    reading = source.read(planned.unit)
    done = _Done()
    working = looks_for_parts(snapshot, job.policy)
    items = done.counted(_alive(reading, poison, tick))
    looks = (_look(job, item, snapshot, working=working) for item in items)
    for batch in _batches(looks):
        made = decide_many(batch, snapshot=snapshot, policy=job.policy, use=job.use, lenses=lenses)
        done.add(batch, made)
    return _leave(job, planned, done, reading.skipped)


@dataclass(slots=True)
class _Done:
    """The decisions of a unit, and what has to be known of its texts when these are gone.

    Attributes:
        texts: how many items are texts, those that could not be read among them.
        withheld: items whose SHA-256 is not kept.
    """

    decisions: list[Decision] = field(default_factory=list)
    texts: int = 0
    withheld: set[str] = field(default_factory=set)

    def counted(self, items: Iterable[Item | Looked]) -> Iterator[Item | Looked]:
        for item in items:
            self.texts += isinstance(item, Item) and item.text is not None
            yield item

    def add(self, batch: Sequence[Looked | Unread], made: Sequence[Decision]) -> None:
        self.decisions += made
        for looked, decision in zip(batch, made, strict=True):
            if decision.personal and isinstance(looked, Looked) and is_withheld(looked, decision):
                self.withheld.add(decision.item)


def _look(job: Job, item: Item | Looked, snapshot: Snapshot, *, working: bool) -> Looked | Unread:
    """Look at an item, unless a run before has done so."""
    if isinstance(item, Looked):
        return item
    return glance_at(
        item, policy=job.policy, limits=job.limits, working=working, protected=snapshot.protected
    )


def _alive(
    items: Iterable[Item | Looked], poison: Poison, tick: Callable[[int], None]
) -> Iterator[Item | Looked]:
    for ordinal, item in enumerate(items):
        tick(ordinal)
        if ordinal in poison and isinstance(item, Item):
            problem = Unfingerprintable(reason=poison[ordinal])
            yield replace(item, data=None, problem=problem)
        else:
            yield item


def _batches(looks: Iterable[Looked | Unread]) -> Iterator[Sequence[Looked | Unread]]:
    batch: list[Looked | Unread] = []
    letters = pixels = 0
    for looked in looks:
        batch.append(looked)
        letters += _letters(looked)
        pixels += _pixels(looked)
        if len(batch) == BATCH or letters >= BATCH_LETTERS or pixels >= BATCH_PIXELS:
            yield batch
            batch, letters, pixels = [], 0, 0
    if batch:
        yield batch


def _letters(looked: Looked | Unread) -> int:
    """Return how many characters an item holds; of one that is not read yet, at most."""
    if isinstance(looked, Unread):
        return len(looked.data)
    return sum(len(one.text) for one in looked.texts.fields) if looked.texts is not None else 0


def _pixels(looked: Looked | Unread) -> int:
    """Return how many pixels the working pictures of an item have."""
    look = None if isinstance(looked, Unread) else looked.look
    return sum(working.pixels.size // CHANNELS for working in look.working) if look is not None else 0


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_digest(done: _Done) -> str:
    """Digest what was read: each item's name and SHA-256, in order; a withheld one counts as none."""
    parts: list[bytes] = []
    for decision in done.decisions:
        name, made = decision.item.encode(), decision.fingerprint
        kept = made is not None and decision.item not in done.withheld
        parts += (len(name).to_bytes(8, "little"), name, made.sha256 if made and kept else bytes(32))
    return _digest(b"".join(parts))


def _text_counts(done: _Done) -> dict[str, object]:
    """Count the texts: spans of personal information by kind, items to edit, bytes in no charset."""
    unclear = [decision.undecodable for decision in done.decisions if decision.undecodable]
    return {
        "items": done.texts,
        "personal": _count(found.type.value for d in done.decisions for found in d.personal),
        "edits": _count(edit.value for d in done.decisions for edit in d.edits),
        "undecodable": {"items": len(unclear), "bytes": sum(unclear)},
    }


def _leave(job: Job, planned: Planned, done: _Done, skipped: int) -> Commit:
    decisions = done.decisions
    part = encode_part(decisions, planned.id, job.row_key, withheld=done.withheld)
    records = encode_run(part.digests, part.leaves, nonce_of(job.row_key))
    clean = "".join(f"{d.item}\n" for d in decisions if d.outcome is Outcome.ALLOW).encode()
    commit = {
        "unit": planned.id,
        "dataset": planned.unit.dataset,
        "path": planned.unit.path,
        "slice": [planned.unit.start, planned.unit.stop],
        "rows": len(decisions),
        "bytes": sum(d.bytes for d in decisions),
        "part_sha256": _digest(part.data),
        "rows_root": part.rows_root,
        "clean_sha256": _digest(clean),
        "membership_sha256": _digest(records),
        "membership_rows": len(records) // RECORD_BYTES,
        "read_sha256": _read_digest(done),
        "outcomes": _count(d.outcome.value for d in decisions),
        "reasons": _count(d.reason for d in decisions),
        "unreadable": _count(d.unreadable.reason.value for d in decisions if d.unreadable),
        "skipped": {"not_media": skipped},
        "texts": _text_counts(done),
    }
    if places := places_of(decisions):
        job.files.write(personal_name(planned.id), places, private=True)
    job.files.write(part_name(planned.id), part.data)
    job.files.write(clean_name(planned.id), clean)
    job.files.write(membership_name(planned.id), records)
    job.files.write(commit_name(planned.id), canonical(commit))
    return commit


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
