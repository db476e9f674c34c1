"""Whether a new base would give a work passages back that it lost while it was self-declared.

Of one hash 16 rows stay, and among self-declared works the lot decides: a hundred copies leave a work a
few of its passages. Once it is confirmed it comes before all copies; but rows that an earlier segment left
out do not come back by a delta.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from sekisho.codec import decode_vouch, packed_passages
from sekisho.model import Entry, Vouch
from sekisho.signing import PASSAGES, VOUCH, read_payload
from sekisho.snapshot.authority import Authority
from sekisho.snapshot.gathered import hashes_of, texts_of
from sekisho.snapshot.opened import Snapshot
from sekisho.snapshot.segment import Segment
from sekisho.snapshot.stock import LOSS

__all__ = ["regains"]

Lookup = Callable[[str], bytes | None]


def _confirmed(
    before: Snapshot, vouches: Sequence[Vouch], authority: Authority
) -> Iterator[tuple[Segment, int]]:
    """Yield the rows of entries with texts that new vouches are about, and that are confirmed now."""
    whole = {v.registrant for v in vouches if not v.entries}
    single = {(v.registrant, entry) for v in vouches for entry in v.entries}
    for segment in before.segments:
        for row in np.unique(segment.texts().entry).tolist():
            key, entry = segment.registrant(row), segment.entry_id(row)
            if (key in whole or (key, entry) in single) and authority.is_vouched(key, entry):
                yield segment, row


def _passages(entry: Entry, passages: Lookup) -> int:
    """Count the distinct hashes of all texts of an entry; each counts in every text that has it."""
    count = 0
    for named in texts_of(entry):
        envelope = passages(named)
        if envelope is not None:
            count += len(np.unique(hashes_of(packed_passages(read_payload(envelope, PASSAGES)))[0]))
    return count


def regains(before: Snapshot, vouches: Iterable[bytes], authority: Authority, passages: Lookup) -> bool:
    """Tell whether an entry was confirmed that an earlier segment left without more than 5 % of its passages.

    Args:
        before: the edition so far.
        vouches: those that it does not hold.
        authority: over all statements, the new ones too.
        passages: looks up a statement by its id (p-).
    """
    new = [decode_vouch(read_payload(envelope, VOUCH)) for envelope in vouches]
    for segment, row in _confirmed(before, new, authority) if new else ():
        texts = segment.texts()
        kept = int(texts.passages[texts.entry == row].sum(dtype=np.int64))
        if (_passages(segment.registered(row)[0], passages) - kept) * LOSS > kept:
            return True
    return False
