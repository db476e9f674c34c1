"""Rows of an earlier run -> looks: what was fingerprinted once need not be looked at again.

Everything that comes from the file is checked before a kernel sees it: the columns' types (which fix
the lengths), the offsets and texts (`validate`), the range of the qualities, and that what belongs
together is there together. What a policy does not compare is left out, so that a decision made again
is the one that a full audit makes, down to the bytes of its row. What is listed stays listed.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sekisho.audit.again.said import said_of
from sekisho.audit.rows import OF_FILM, OF_SIGNALS, SCHEMA
from sekisho.check import Known, Looked
from sekisho.codec.erased import ERASED_WORD
from sekisho.detect.signals.resolve import Resolved
from sekisho.errors import EvidenceError
from sekisho.fingerprint import DIHEDRAL, Look
from sekisho.media.texts import TEXT_TYPES
from sekisho.model import (
    MAX_QUALITY,
    MAX_RADIUS,
    PDQ_BYTES,
    SHA256_BYTES,
    TURNED_BYTES,
    AsOf,
    Depth,
    EntryId,
    Fingerprint,
    Method,
    Policy,
    Unfingerprintable,
    Unreadable,
)
from sekisho.policy import LISTED
from sekisho.policy.decide import MAX_FINDINGS

__all__ = ["PASSING", "Stored", "read_stored"]

PASSING = frozenset(
    {Unreadable.IO_ERROR, Unreadable.TIMEOUT, Unreadable.CHANGED_WHILE_READ, Unreadable.DECODER_CRASH}
)
"""Reasons that may be gone by now; the others are in the bytes, and stay as long as these do."""
FINDINGS = "findings"
COLUMNS = (
    *("item", "media_type", "bytes", "sha256", "pdq", "pdq_quality"),
    *("reason", "problem", "pdq_turned", "frames"),
)
_PROBLEMS = {reason.value: Unfingerprintable(reason=reason) for reason in Unreadable}
_ORIENTATIONS = 8
_FILM = "video/"
_WHOLE = frozenset({Method.SHA256, Method.PDQ})
_ENTRY = re.compile("e-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One row of an earlier run.

    Attributes:
        looked: what that run saw; compared again without media.
        lacking: its fingerprint does not go as deep as the policy, or it is a text, or parts of it are
            compared: it must be read again.
        passing: it could not be read for a reason that may be gone by now.
    """

    looked: Looked
    lacking: bool = False
    passing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """The columns of one part, of equal length; bytes as arrays, missing values as zeros."""

    item: list[str]
    media_type: list[str]
    size: list[int]
    sha256: NDArray[np.uint8]
    has_sha256: list[bool]
    hashes: NDArray[np.uint8]
    has_pdq: list[bool]
    has_turned: list[bool]
    quality: list[int | None]
    reason: list[str]
    problem: list[str]
    times: list[list[int]]
    duration: list[int]
    frames: list[list[Mapping[str, Any]]]
    known: list[tuple[Known, ...] | None]
    said: list[Resolved | None]


def read_stored(
    part: bytes,
    policy: Policy,
    where: str,
    *,
    searched: bool = False,
    deeper: bool = False,
    as_of: AsOf | None = None,
) -> Iterator[Stored]:
    """Read the rows of one part in order.

    Args:
        part: the bytes of a Parquet file, its digest compared.
        policy: what the looks are for.
        where: the file's name, for messages.
        searched: what was found in the base of the snapshot need not be searched again.
        deeper: more is compared of pictures than is stored, so that every one must be read again.
        as_of: settle rights signals again by these copies; None: as stored.

    Raises:
        EvidenceError: no such Parquet file as an audit writes.
    """
    try:
        columns = _columns(_table(part, searched=searched), as_of)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"{where} does not hold what an audit writes: {error}") from error
    for row in range(len(columns.item)):
        if columns.reason[row] == ERASED_WORD:
            # Nothing is left of it to decide by: it stays out, also of what is clean.
            continue
        yield _stored(columns, row, policy, deeper=deeper)


def _table(part: bytes, *, searched: bool) -> pa.Table:
    columns = [*COLUMNS, FINDINGS] if searched else [*COLUMNS]
    asked = [
        name for name in (*columns, *OF_FILM, *OF_SIGNALS) if name in pq.read_schema(io.BytesIO(part)).names
    ]
    table = _with_films(pq.read_table(io.BytesIO(part), columns=asked, use_threads=False))
    columns += (*OF_FILM, *OF_SIGNALS)
    if set(columns) <= set(table.schema.names):
        table = table.select(columns)
    wanted = pa.schema([SCHEMA.field(name) for name in columns])
    if not table.schema.equals(wanted):
        names = set(columns) - set(table.schema.names)
        missing = ", ".join(sorted(names)) or "columns of these types"
        raise ValueError(f"it lacks {missing}; it may be of an older Sekisho")
    table = table.combine_chunks()
    table.validate(full=True)
    return table


def _with_films(table: pa.Table) -> pa.Table:
    """Return rows with the columns that an older run does not have, empty: of films and of signals."""
    for name, nothing in zip((*OF_FILM, *OF_SIGNALS), ([], 0, [], ""), strict=True):
        if name not in table.schema.names:
            table = table.append_column(
                SCHEMA.field(name), pa.array([nothing] * len(table), SCHEMA.field(name).type)
            )
    return table


def _fixed(column: pa.ChunkedArray, width: int) -> tuple[NDArray[np.uint8], list[bool]]:
    """Return a column of fixed width as (rows, width) uint8, and which rows have a value."""
    there = column.is_valid().to_pylist()
    filled = pc.fill_null(column, bytes(width)).combine_chunks()
    chunk = filled.chunk(0) if isinstance(filled, pa.ChunkedArray) else filled
    data = np.frombuffer(chunk.buffers()[1] or b"", np.uint8)
    begin = chunk.offset * width
    return data[begin : begin + len(chunk) * width].reshape(len(chunk), width), there


def _require(holds: object, what: str) -> None:
    if not holds:
        raise ValueError(what)


def _columns(table: pa.Table, as_of: AsOf | None) -> _Columns:
    """Take a table apart and check what belongs together."""
    for name in ("item", "media_type", "bytes", "reason", "problem", "frames"):
        _require(not table[name].null_count, f"column {name} has gaps")
    sha256, has_sha256 = _fixed(table["sha256"], SHA256_BYTES)
    pdq, has_pdq = _fixed(table["pdq"], PDQ_BYTES)
    turned, has_turned = _fixed(table["pdq_turned"], TURNED_BYTES)
    quality, problem = table["pdq_quality"].to_pylist(), table["problem"].to_pylist()
    _require(set(problem) <= {"", *_PROBLEMS}, "a problem that Sekisho does not know")
    _require([q is not None for q in quality] == has_pdq, "a PDQ without a quality, or a quality without")
    _require(all(q is None or 0 <= q <= MAX_QUALITY for q in quality), "a quality outside 0-100")
    return _Columns(
        item=table["item"].to_pylist(),
        media_type=table["media_type"].to_pylist(),
        size=table["bytes"].to_pylist(),
        sha256=sha256,
        has_sha256=has_sha256,
        hashes=np.concatenate([pdq, turned], axis=1).reshape(-1, _ORIENTATIONS, PDQ_BYTES),
        has_pdq=has_pdq,
        has_turned=has_turned,
        quality=quality,
        reason=table["reason"].to_pylist(),
        problem=problem,
        times=_times(table),
        duration=[end or 0 for end in table["duration"].to_pylist()],
        frames=_frames(table["frames"]),
        known=_known(table[FINDINGS]) if FINDINGS in table.schema.names else [None] * table.num_rows,
        said=_said(table, as_of),
    )


def _said(table: pa.Table, as_of: AsOf | None) -> list[Resolved | None]:
    """Return the rights signals of each row; nearly always none has any."""
    if not sum(pc.fill_null(pc.list_value_length(table["signals"]), 0).to_pylist()):
        return [None] * table.num_rows
    columns = (table["signals"].to_pylist(), table["stances"].to_pylist())
    return [said_of(signals, stances or "", as_of=as_of) for signals, stances in zip(*columns, strict=True)]


def _known(column: pa.ChunkedArray) -> list[tuple[Known, ...] | None]:
    """Return what each row matched; None where that is not all that there is to know of it.

    That is so where there was more than is kept of a row, and where not whole pictures met.
    """
    counts = column.combine_chunks().value_lengths().to_pylist()
    return [
        () if not count else _matches(column[row].as_py()) if count < MAX_FINDINGS else None
        for row, count in enumerate(counts)
    ]


def _matches(findings: Sequence[Mapping[str, Any]]) -> tuple[Known, ...] | None:
    found = [_match(finding) for finding in findings]
    whole = [match for match in found if match is not None]
    return tuple(whole) if len(whole) == len(found) else None


def _match(finding: Mapping[str, Any]) -> Known | None:
    """Return a finding as it was found, all of it within bounds; None if it is about a part or a film."""
    detail = json.loads(finding["detail"])
    if Method(finding["method"]) not in _WHOLE or "at" in detail:
        return None
    distance, threshold, frame = int(finding["distance"]), int(finding["threshold"]), detail.get("frame", 0)
    _require(0 <= distance <= threshold <= MAX_RADIUS, "a finding outside its radius")
    _require(isinstance(frame, int) and frame >= 0, "a finding in no frame")
    _require(_ENTRY.fullmatch(finding["entry"]), "a finding of no entry")
    return Known(
        entry=EntryId(finding["entry"]),
        method=Method(finding["method"]),
        distance=distance,
        threshold=threshold,
        orientation=DIHEDRAL.index(detail["orientation"]) if "orientation" in detail else 0,
        frame=frame,
    )


def _frames(column: pa.ChunkedArray) -> list[list[Mapping[str, Any]]]:
    """Return the further frames of each row; nearly all have none."""
    if not sum(pc.list_value_length(column).to_pylist()):
        return [[]] * len(column)
    rows: list[list[Mapping[str, Any]]] = column.to_pylist()
    for frame in (frame for row in rows for frame in row):
        whole = frame and frame["pdq"] is not None and frame["quality"] is not None
        _require(whole and 0 <= frame["quality"] <= MAX_QUALITY, "a frame without a PDQ or quality")
    return rows


def _times(table: pa.Table) -> list[list[int]]:
    """Return when the frames of each row are shown: of all of them, one after the other, or of none."""
    rows: list[list[int]] = [times or [] for times in table["times"].to_pylist()]
    counts = pc.list_value_length(table["frames"]).to_pylist()
    for times, count in zip(rows, counts, strict=True):
        _require(len(times) in {0, 1 + count}, "frames of a film without a time")
        _require(None not in times, "a frame without a time")
        _require(all(a <= b for a, b in pairwise(times)), "a time that goes back")
    return rows


def _stored(columns: _Columns, row: int, policy: Policy, *, deeper: bool) -> Stored:
    problem = columns.problem[row]
    if columns.reason[row] == LISTED.reason:
        # Nothing is left of it to compare, whatever a new section says.
        return Stored(looked=Looked(name=columns.item[row], bytes=0, look=None, problem=None, listed=True))
    if not problem and columns.media_type[row] in TEXT_TYPES:
        # Nothing is kept of a text by which it could be compared; of some not even the digest.
        unread, said = _PROBLEMS[Unreadable.IO_ERROR], columns.said[row]
        looked = Looked(name=columns.item[row], bytes=0, look=None, problem=unread, said=said)
        return Stored(looked=looked, lacking=True)
    if columns.has_sha256[row]:
        return _seen(columns, row, policy, problem, deeper=deeper)
    if not problem:
        raise EvidenceError(f"{columns.item[row]} has neither a SHA-256 nor a reason why not")
    size, why, said = columns.size[row], _PROBLEMS[problem], columns.said[row]
    looked = Looked(name=columns.item[row], bytes=size, look=None, problem=why, said=said)
    return Stored(looked=looked, passing=Unreadable(problem) in PASSING)


def _seen(columns: _Columns, row: int, policy: Policy, problem: str, *, deeper: bool) -> Stored:
    """Return a row whose bytes were read, as far as the policy looks."""
    media_type, deep = columns.media_type[row], policy.depth.rank >= Depth.PDQ.rank
    sha256 = columns.sha256[row].tobytes()
    # Without decoding nobody can know that a file of a known type is broken inside.
    known = _PROBLEMS[problem] if problem and (deep or not media_type) else None
    turning = policy.rotations is not None
    enough = not deeper and (columns.has_turned[row] if turning else columns.has_pdq[row])
    lacking = not known and (deeper or (deep and not enough))
    if deep and not known and not lacking:
        look = _compared(columns, row, sha256, turned=turning)
    else:
        look = Look(media_type=media_type, fingerprint=Fingerprint(sha256=sha256), problem=known, hashes=None)
    # Of a film more is compared than its frames one by one.
    known_before = None if media_type.startswith(_FILM) else columns.known[row]
    looked = Looked(
        name=columns.item[row],
        bytes=columns.size[row],
        look=look,
        problem=None,
        known=known_before,
        said=columns.said[row],
    )
    return Stored(looked=looked, lacking=lacking, passing=known is not None and known.reason in PASSING)


def _compared(columns: _Columns, row: int, sha256: bytes, *, turned: bool) -> Look:
    frames = columns.frames[row]
    hashes = columns.hashes[row : row + 1, : _ORIENTATIONS if turned else 1]
    if frames:
        hashes = np.concatenate([hashes, [_orientations(frame, turned=turned) for frame in frames]])
    whole = hashes.tobytes()
    step = PDQ_BYTES * hashes.shape[1]
    starts = range(0, len(whole), step)
    made = Fingerprint(
        sha256=sha256,
        pdq=whole[:PDQ_BYTES],
        quality=columns.quality[row],
        more=tuple((frame["pdq"], frame["quality"]) for frame in frames),
        turned=tuple(whole[at + PDQ_BYTES : at + step] for at in starts) if turned else (),
        times=tuple(columns.times[row]),
        duration=columns.duration[row],
    )
    return Look(media_type=columns.media_type[row], fingerprint=made, problem=None, hashes=hashes)


def _orientations(frame: Mapping[str, Any], *, turned: bool) -> NDArray[np.uint8]:
    """Return a further frame's hashes, (8 or 1, 32) uint8."""
    whole = frame["pdq"] + (frame["turned"] or bytes(TURNED_BYTES)) if turned else frame["pdq"]
    if turned and frame["turned"] is None:
        raise EvidenceError("a turned picture has a frame that was not turned")
    return np.frombuffer(whole, np.uint8).reshape(-1, PDQ_BYTES)
