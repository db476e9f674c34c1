"""What must hold in the sections before the kernels, which check no bounds, may run over them."""

from collections.abc import Mapping

import numpy as np

from sekisho.snapshot.bloom import bloom_words
from sekisho.snapshot.documents import KINDS
from sekisho.snapshot.films import film_lengths, films_hold, films_of
from sekisho.snapshot.hashes import SHARED
from sekisho.snapshot.layout import Head, SegmentKind
from sekisho.snapshot.local_tables import MAX_LOCAL_ROWS, TABLES, local_starts_length
from sekisho.snapshot.mih import MAX_CHUNKS, MIN_CHUNKS, check_tables, table_length
from sekisho.snapshot.names import check_names, names_fit, names_of
from sekisho.snapshot.passages import STOCK, Columns, lines_hold, rows_hold, starts_length
from sekisho.snapshot.pictures import picture_lengths, pictures_hold, pictures_of
from sekisho.snapshot.vectors import vector_lengths, vectors_hold, vectors_of

__all__ = ["lengths_hold", "structure_holds"]

ROWS = 2**32
"""Rows of passages have numbers of 32 bits."""


def _text_lengths(head: Head) -> dict[str, int]:
    counts = head.counts
    base = head.segment is SegmentKind.BASE
    few = min(counts.passages, ROWS)
    return {
        "passages.low": 4 * counts.passages,
        "passages.starts": 4 * starts_length(few),
        "passages.text": 4 * counts.passages,
        "passages.bucket": 2 * counts.passages,
        "passages.bloom": 8 * bloom_words(counts.passages) if base else 0,
        "text.entry": 4 * counts.texts,
        "text.units": 4 * counts.texts,
        "text.passages": 4 * counts.texts,
        "line.keys": 8 * counts.lines,
        "line.entry": 4 * counts.lines,
    }


def _trait_lengths(head: Head, sections: Mapping[str, memoryview]) -> dict[str, int]:
    counts = head.counts
    tabled = min(counts.features, MAX_LOCAL_ROWS) if head.segment is SegmentKind.BASE else 0
    return {
        **picture_lengths(counts.pictures, counts.features),
        "local.starts": 4 * local_starts_length(tabled),
        **vector_lengths(sections, counts.vectors),
        **film_lengths(counts.films, counts.frames),
    }


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
        **_text_lengths(head),
        **_trait_lengths(head, sections),
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
        and counts.passages < ROWS
        and max(counts.texts, counts.lines) < int(STOCK)
        and counts.features <= MAX_LOCAL_ROWS
        and size.get("local.ids", -1) in range(0, 4 * TABLES * counts.features + 1, 4)
        and names_fit(sections, counts.forms)
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


def _texts_hold(head: Head, sections: Mapping[str, memoryview], entries: int) -> bool:
    entry = np.frombuffer(sections["text.entry"], "<u4")
    lines = np.frombuffer(sections["line.entry"], "<u4")
    rising = bool((entry[1:] >= entry[:-1]).all())
    if not rising or bool((entry >= entries).any()) or bool((lines >= entries).any()):
        return False
    rows = Columns(
        np.frombuffer(sections["passages.low"], "<u4"),
        np.frombuffer(sections["passages.starts"], "<u4"),
        np.frombuffer(sections["passages.text"], "<u4"),
        np.frombuffer(sections["passages.bucket"], "<u2"),
    )
    return rows_hold(rows, head.counts.texts) and lines_hold(np.frombuffer(sections["line.keys"], "<u8"))


def _traits_hold(head: Head, sections: Mapping[str, memoryview], entries: int) -> bool:
    return (
        pictures_hold(pictures_of(sections), entries, tabled=head.segment is SegmentKind.BASE)
        and vectors_hold(vectors_of(sections), entries)
        and films_hold(films_of(sections), entries, head.counts.pdq)
    )


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
    owned = all(_owners_hold(sections, m, entries) for m in ("pdq", "sha256", "names"))
    if not owned or not check_names(names_of(sections)):
        return False
    if not _texts_hold(head, sections, entries) or not _traits_hold(head, sections, entries):
        return False
    if not head.counts.chunks:
        return True
    ids = np.frombuffer(sections["pdq.ids"], "<u4").reshape(head.counts.chunks, head.counts.pdq)
    return check_tables(np.frombuffer(sections["pdq.starts"], "<u4"), ids)
