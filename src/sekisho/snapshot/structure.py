"""What must hold in the sections before the kernels, which check no bounds, may run over them."""

from collections.abc import Mapping

import numpy as np

from sekisho.snapshot.documents import KINDS
from sekisho.snapshot.hashes import SHARED
from sekisho.snapshot.layout import Head, SegmentKind
from sekisho.snapshot.mih import MAX_CHUNKS, MIN_CHUNKS, check_tables, table_length

__all__ = ["lengths_hold", "structure_holds"]


def lengths_hold(head: Head, sections: Mapping[str, memoryview]) -> bool:
    """Check that every section has the length that the counts ask for. O(1)."""
    counts = head.counts
    size = {name: len(view) for name, view in sections.items()}
    entries = counts.work + counts.character
    fixed = {
        "entry.id": 16 * entries,
        "entry.registrant": 4 * entries,
        "entry.flags": entries,
        "registrant.key": 32 * counts.registrants,
        "registrations.offsets": 8 * (entries + 1),
        **{f"{name}.offsets": 8 * (getattr(counts, name) + 1) for name in KINDS},
        "sha256.rows": 32 * counts.sha256,
        "sha256.owner": 4 * counts.sha256,
        "pdq.rows": 32 * counts.pdq,
        "pdq.owner": 4 * counts.pdq,
        "pdq.ids": 4 * counts.pdq * counts.chunks,
    }
    tabled = head.segment is SegmentKind.BASE and MIN_CHUNKS <= counts.chunks <= MAX_CHUNKS
    chunked = counts.chunks == 0 or tabled
    starts = 4 * table_length(counts.chunks) if counts.chunks and chunked else 0
    return (
        chunked
        and all(size.get(name) == length for name, length in fixed.items())
        and size.get("pdq.starts") == starts
        and {"root", "registrations", *KINDS} <= size.keys()
        and all(size.get(f"{m}.shared", 1) % 4 == 0 for m in ("pdq", "sha256"))
    )


def _owners_hold(sections: Mapping[str, memoryview], method: str, entries: int) -> bool:
    owner = np.frombuffer(sections[f"{method}.owner"], "<u4")
    shared = np.frombuffer(sections[f"{method}.shared"], "<u4")
    lists = (owner[owner >= SHARED] - SHARED).astype(np.int64)
    if bool((owner[owner < SHARED] >= entries).any()) or bool((lists >= len(shared)).any()):
        return False
    for at in lists:
        members = shared[at + 1 : at + 1 + int(shared[at])]
        if len(members) != shared[at] or bool((members >= entries).any()):
            return False
    return True


def structure_holds(head: Head, sections: Mapping[str, memoryview]) -> bool:
    """Check that every offset and row number stays in its table. O(file)."""
    entries = head.counts.work + head.counts.character
    for name in ("registrations", *KINDS):
        ends = np.frombuffer(sections[f"{name}.offsets"], "<u8")
        rising = bool((ends[1:] >= ends[:-1]).all())
        if ends[0] != 0 or ends[-1] != len(sections[name]) or not rising:
            return False
    registrant = np.frombuffer(sections["entry.registrant"], "<u4")
    if bool((registrant >= head.counts.registrants).any()):
        return False
    if not all(_owners_hold(sections, m, entries) for m in ("pdq", "sha256")):
        return False
    if not head.counts.chunks:
        return True
    ids = np.frombuffer(sections["pdq.ids"], "<u4").reshape(head.counts.chunks, head.counts.pdq)
    return check_tables(np.frombuffer(sections["pdq.starts"], "<u4"), ids)
