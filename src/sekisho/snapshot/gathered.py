"""Statements of passages -> the sections of texts of one segment.

A base is laid out as it is searched, with stock phrases marked. A delta holds its rows unmarked and
without a filter: what is a stock phrase depends on the segments before it, and readers merge deltas.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sekisho.codec import Packed, digest_id, packed_passages
from sekisho.errors import InputError, SignatureError
from sekisho.model import Entry, EntryId, KeyId
from sekisho.signing import PASSAGES, open_statement
from sekisho.snapshot.bloom import bloom_words, built
from sekisho.snapshot.passages import STOCK, Rows, columns, kept_passages
from sekisho.snapshot.permutation import permuted
from sekisho.snapshot.stock import Standing, marked, within_bounds

__all__ = [
    "Gathered",
    "Kind",
    "Owner",
    "gather",
    "hashes_of",
    "line_sections",
    "lot_of",
    "owned_statement",
    "standing_of",
    "text_sections",
    "texts_of",
]

_HASH_BYTES = 6
_MAX_ROWS = 2**32 - 1
T = TypeVar("T")


class Owner(NamedTuple):
    """An entry that is to be written, who signed it, and whether a voucher stands behind it."""

    entry: Entry
    signer: KeyId
    verified: bool


class Kind(NamedTuple):
    """What a registration names: the type of the statements, the prefix of their ids, and words for it."""

    type: str
    prefix: str
    plural: str
    of: str


_PASSAGES = Kind(PASSAGES, "p", "passages", "text")


class Gathered(NamedTuple):
    """All registered texts, one after the other.

    Attributes:
        rows: in the order of the texts; keys of one text by bucket.
        entry, units: of each text, (t,) uint32.
        line_keys, line_entry: of short works, unsorted.
    """

    rows: Rows
    entry: NDArray[np.uint32]
    units: NDArray[np.uint32]
    line_keys: NDArray[np.uint64]
    line_entry: NDArray[np.uint32]


def owned_statement(
    named: str,
    owner: Owner,
    statements: Callable[[str], bytes | None],
    kind: Kind,
    read: Callable[[bytes], tuple[KeyId, T]],
) -> T:
    """Return what a statement says that a registration names.

    Args:
        named: its id.
        owner: the entry, and who signed it.
        statements: looks up a statement by its id.
        kind: what it must be.
        read: its payload: who signs it, and what it says.

    Raises:
        InputError: it is not there, not of the registrant who signed the entry, or has the wrong form.
    """
    envelope = statements(named)
    if envelope is None:
        raise InputError(
            f"{owner.entry.id} names the {kind.plural} {named}, which are not there",
            hint=f"register the {kind.of} again; `sekisho fingerprint` makes its {kind.plural}",
        )
    try:
        statement = open_statement(envelope, kind.type)
    except SignatureError as error:
        raise InputError(f"the {kind.plural} {named} do not hold: {error}") from error
    by, found = read(statement.payload)
    if digest_id(kind.prefix, statement.payload) != named or not by == statement.signer == owner.signer:
        raise InputError(
            f"the {kind.plural} {named} are not those that the signer of {owner.entry.id} signed"
        )
    return found


def _read(payload: bytes) -> tuple[KeyId, Packed]:
    packed = packed_passages(payload)
    return packed.by, packed


def hashes_of(packed: Packed) -> tuple[NDArray[np.uint64], NDArray[np.uint16]]:
    """Return hashes and buckets, modulo 2**16, of one text."""
    six = np.frombuffer(packed.hashes, np.uint8).reshape(-1, _HASH_BYTES)
    eight = np.zeros((len(six), 8), np.uint8)
    eight[:, :_HASH_BYTES] = six
    counts = np.frombuffer(packed.counts, "<u2")
    bucket = np.repeat(np.arange(len(counts)), counts)
    return eight.view("<u8").reshape(-1).astype(np.uint64), bucket.astype(np.uint16)


def texts_of(entry: Entry) -> tuple[str, ...]:
    """Return the ids (p-) of the passages that an entry names, each once."""
    return tuple(dict.fromkeys(p.passages for p in entry.prints if isinstance(p.passages, str)))


def gather(
    owners: Sequence[Owner], passages: Callable[[str], bytes | None], constants: NDArray[np.uint64]
) -> Gathered:
    """Read the passages of all texts of some entries.

    Args:
        owners: in the order of their rows.
        passages: looks up a statement by its id (p-).
        constants: the registry's permutation.

    Raises:
        InputError: a statement is missing, of another signer, or has the wrong form.
    """
    keys, buckets, sizes = [np.empty(0, np.uint64)], [np.empty(0, np.uint16)], []
    texts: list[tuple[int, int]] = []
    lines: list[tuple[int, int]] = []
    for number, owner in enumerate(owners):
        # Each once: a registration that names one text a thousand times would fill the memory with it.
        for named in texts_of(owner.entry):
            packed = owned_statement(named, owner, passages, _PASSAGES, _read)
            if packed.line is not None:
                lines.append((packed.line, number))
                continue
            hashes, bucket = hashes_of(packed)
            keys.append(permuted(hashes, constants))
            buckets.append(bucket)
            sizes.append(len(hashes))
            texts.append((number, min(packed.units, _MAX_ROWS)))
    of_text = np.array(texts, np.uint32).reshape(-1, 2)
    of_line = np.array(lines, np.uint64).reshape(-1, 2)
    text = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
    return Gathered(
        rows=Rows(np.concatenate(keys), text, np.concatenate(buckets)),
        entry=of_text[:, 0].copy(),
        units=of_text[:, 1].copy(),
        line_keys=permuted(of_line[:, 0].copy(), constants),
        line_entry=of_line[:, 1].astype(np.uint32),
    )


def lot_of(entry: EntryId) -> int:
    """Return the number that an entry draws lots with: the first 64 bits of its id."""
    return int(entry[2:18], 16)


def standing_of(owners: Sequence[Owner]) -> Standing:
    """Return what decides about the passages of entries that are to be written."""
    holders = {key: i for i, key in enumerate(dict.fromkeys(o.entry.registrant.key for o in owners))}
    return Standing(
        verified=np.array([o.verified for o in owners], np.bool_),
        holder=np.array([holders[o.entry.registrant.key] for o in owners], np.int64),
        lot=np.array([lot_of(o.entry.id) for o in owners], np.uint64),
    )


def text_sections(gathered: Gathered, standing: Standing, *, tabled: bool) -> dict[str, NDArray[Any]]:
    """Return the sections of texts. O(n log n) in rows, about 80 bytes a row for the time of building."""
    rows = gathered.rows.where(np.lexsort((gathered.rows.bucket, gathered.rows.text, gathered.rows.keys)))
    entry = gathered.entry[rows.text]
    stock = marked(rows.keys, entry, standing) if tabled else np.zeros(len(entry), np.bool_)
    kept = within_bounds(rows.keys, entry, stock, standing)
    rows = Rows(rows.keys, rows.text | stock * STOCK, rows.bucket).where(kept)
    if len(rows.keys) > _MAX_ROWS or len(gathered.entry) >= int(STOCK):
        raise InputError("a snapshot holds at most 2**32 - 1 passages and 2**31 - 1 texts")
    low, starts, text, bucket = columns(rows)
    seeds = rows.keys[rows.text < STOCK]
    return {
        "passages.low": low,
        "passages.starts": starts,
        "passages.text": text,
        "passages.bucket": bucket,
        "passages.bloom": built(seeds, bloom_words(len(rows.keys)) if tabled else 0),
        "text.entry": gathered.entry,
        "text.units": gathered.units,
        "text.passages": kept_passages(rows, len(gathered.entry)),
    }


def line_sections(
    keys: NDArray[np.uint64], entry: NDArray[np.uint32], standing: Standing
) -> dict[str, NDArray[Any]]:
    """Return the sections of short works: of one hash at most 16 entries, as of a passage."""
    order = np.lexsort((entry, keys))
    keys, entry = keys[order], entry[order]
    twice = np.zeros(len(keys), np.bool_)
    twice[1:] = (keys[1:] == keys[:-1]) & (entry[1:] == entry[:-1])
    keys, entry = keys[~twice], entry[~twice]
    kept = within_bounds(keys, entry, np.zeros(len(keys), np.bool_), standing)
    return {"line.keys": keys[kept], "line.entry": entry[kept]}
