"""Do one unit: read, look, decide, write the part and the clean list, and last the commit.

A unit is done when its commit is there; before that nothing of it counts. Doing it twice writes the
same bytes twice, so at-least-once work is exactly-once output.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sekisho.audit.files import clean_name, commit_name, part_name
from sekisho.audit.job import Job, Planned
from sekisho.audit.rows import encode_part
from sekisho.check import Looked, decide_many, look_at
from sekisho.codec import canonical, parse
from sekisho.errors import InputError
from sekisho.model import Decision, Item, Outcome, Unfingerprintable, Unreadable
from sekisho.snapshot import Snapshot

__all__ = ["BATCH", "clean_name", "commit_name", "do_unit", "finished", "part_name"]

BATCH = 512
"""Items decided together: enough for the search to run at full speed, little to hold."""

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
    expected = {part_name(planned.id): "part_sha256", clean_name(planned.id): "clean_sha256"}
    for name, field in expected.items():
        data = job.files.read(name)
        if data is None or _digest(data) != commit.get(field):
            return None
    return commit


def do_unit(
    job: Job, snapshot: Snapshot, planned: Planned, poison: Poison, tick: Callable[[int], None]
) -> Commit:
    """Decide about every item of a unit and leave the evidence.

    Args:
        job: the run.
        snapshot: opened by this process.
        planned: what to do.
        poison: items that are not to be touched again.
        tick: told the ordinal of each item before it is looked at.
    """
    source = job.sources[planned.source]
    reading = source.read(planned.unit)
    looks = (_look(job, item) for item in _alive(reading, poison, tick))
    decisions: list[Decision] = []
    for batch in _batches(looks):
        decisions += decide_many(batch, snapshot=snapshot, policy=job.policy, use=job.use)
    return _leave(job, planned, decisions, reading.skipped)


def _look(job: Job, item: Item | Looked) -> Looked:
    """Look at an item, unless a run before has done so."""
    return item if isinstance(item, Looked) else look_at(item, policy=job.policy, limits=job.limits)


def _alive(
    items: Iterable[Item | Looked], poison: Poison, tick: Callable[[int], None]
) -> Iterator[Item | Looked]:
    for ordinal, item in enumerate(items):
        tick(ordinal)
        if ordinal in poison and isinstance(item, Item):
            problem = Unfingerprintable(reason=poison[ordinal])
            yield Item(name=item.name, data=None, problem=problem, named_as_media=item.named_as_media)
        else:
            yield item


def _batches(looks: Iterable[Looked]) -> Iterator[Sequence[Looked]]:
    batch: list[Looked] = []
    for looked in looks:
        batch.append(looked)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_digest(decisions: Sequence[Decision]) -> str:
    """Digest what was read: each item's name and SHA-256, in order."""
    state = hashlib.sha256()
    for decision in decisions:
        name = decision.item.encode()
        state.update(len(name).to_bytes(8, "little") + name)
        state.update(decision.fingerprint.sha256 if decision.fingerprint else bytes(32))
    return state.hexdigest()


def _leave(job: Job, planned: Planned, decisions: Sequence[Decision], skipped: int) -> Commit:
    part = encode_part(decisions, planned.id, job.row_key)
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
        "read_sha256": _read_digest(decisions),
        "outcomes": _count(d.outcome.value for d in decisions),
        "reasons": _count(d.reason for d in decisions),
        "unreadable": _count(d.unreadable.reason.value for d in decisions if d.unreadable),
        "skipped": {"not_media": skipped},
    }
    job.files.write(part_name(planned.id), part.data)
    job.files.write(clean_name(planned.id), clean)
    job.files.write(commit_name(planned.id), canonical(commit))
    return commit


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
