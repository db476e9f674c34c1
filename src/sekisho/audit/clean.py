"""Choose what goes into the clean subset: only what was looked at and allowed, and what belongs to it.

* An item is kept if its outcome is allow, after the reviews of the run, or if it is on hold for nothing
  but edits that are asked for; then it is written with them.
* In a tar, a WebDataset sample (members of one key) is kept only if all its media are kept; its sidecars
  are kept or dropped with it. In a folder each picture stands for itself, and a sidecar (same directory,
  same name up to the first dot) is kept if all pictures of that name are.
* A member that is no media and belongs to no kept picture is dropped: nobody looked at it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sekisho.audit.edits import Edited
from sekisho.model import SHA256_BYTES, Outcome

__all__ = ["Selection", "changed_rows", "choose", "select"]

Decided = tuple[str, str, bytes | None]
"""Item, outcome, SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a run decided, in the form in which a copy is made.

    Attributes:
        known: each item's SHA-256 if it is allowed, else None.
        denied: SHA-256 of everything that is not allowed, so that it can not pass under another name.
        edits: what is kept with changes: its SHA-256 before, and the changes.
    """

    known: Mapping[str, bytes | None]
    denied: frozenset[bytes]
    edits: Mapping[str, Edited] = field(default_factory=dict)


def changed_rows(
    rows: Iterable[Decided], *, added: Iterable[str], removed: Iterable[str], ended: Iterable[str]
) -> Iterator[Decided]:
    """Yield rows with the outcomes that the reviews of the run have given them.

    Args:
        rows: as the audit decided them.
        added: what reviews let pass.
        removed: what does not pass any more.
        ended: what passed by a review that no longer holds.
    """
    changed = dict.fromkeys(added, Outcome.ALLOW.value)
    changed |= dict.fromkeys([*removed, *ended], Outcome.REVIEW.value)
    for item, outcome, sha256 in rows:
        yield item, changed.get(item, outcome), sha256


_NO_EDITS: Mapping[str, Edited] = {}


def select(rows: Iterable[Decided], edits: Mapping[str, Edited] = _NO_EDITS) -> Selection:
    """Build the selection from `(item, outcome, sha256)` rows. O(items) memory.

    What is to be edited does not pass as it is, under any name; and it is not edited if its bytes do
    not pass under another name for a reason that no edit takes away.
    """
    known: dict[str, bytes | None] = {}
    denied: set[bytes] = set()
    held: set[bytes] = set()
    twice: set[str] = set()
    for item, outcome, sha256 in rows:
        if item in known:
            twice.add(item)
        digest = sha256 if sha256 and len(sha256) == SHA256_BYTES and any(sha256) else None
        allowed = outcome == Outcome.ALLOW and digest is not None and item not in known
        known[item] = digest if allowed else None
        if digest is not None and not allowed:
            edited = item in edits and edits[item][0] == digest
            (held if edited else denied).add(digest)
    kept = {
        item: (digest, changes)
        for item, (digest, changes) in edits.items()
        if item in known and item not in twice and digest in held and digest not in denied
    }
    return Selection(known=known, denied=frozenset(denied | held), edits=kept)


def choose(members: Sequence[tuple[bytes | None, bool | None]], *, whole_samples: bool) -> list[bool]:
    """Say for each member whether it is kept.

    Args:
        members: `(sample key, allowed)`; key None has no sample, allowed None is no media.
        whole_samples: one refused picture takes the other pictures of its sample with it.
    """
    good: dict[bytes, bool] = {}
    for key, allowed in members:
        if key is not None and allowed is not None:
            good[key] = allowed and good.get(key, True)
    kept = []
    for key, allowed in members:
        sample = key is not None and good.get(key, False)
        if allowed is None:
            kept.append(sample)
        else:
            kept.append(allowed and (sample or key is None or not whole_samples))
    return kept
