"""GENERATIONS: what a generating service has recorded about its outputs, append-only.

    head.json                       {"v":1,"operator":KEY,"territory":CODE}
    segments/000001-<16 hex>.parquet    the records of one append; the hex digits begin its SHA-256
    segments/000001-<16 hex>.erased     digests, if records of it were erased: their leaves are left of them
    batches/000001.json, .tlog-proof    what the log commits to, and its receipt
    index/                          derived, as of a run

A segment is written whole and never changed, so that a killed writer leaves a segment or none. One
process writes at a time. What has no batch yet is committed with the next one.
"""

import fcntl
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.codec import Hex32, Key, canonical, parse_as
from sekisho.codec.erased import ERASED_WORD
from sekisho.codec.form import Territory, Wire, from_base64, to_base64
from sekisho.codec.generation import encode_generation
from sekisho.errors import EvidenceError, InputError, NotFoundError, UsageError
from sekisho.ledger.entry import EntryType, commitment
from sekisho.ledger.tree import leaf_hash
from sekisho.model import Finding, Fingerprint, Generation, KeyId
from sekisho.store.atomic import write_atomic

__all__ = ["SCHEMA", "Committed", "Generations", "Segment"]

HEAD = "head.json"
_HOUR = 3600
_FINDING = pa.struct(
    [
        ("kind", pa.string()),
        ("method", pa.string()),
        ("entry", pa.string()),
        ("distance", pa.float32()),
        ("threshold", pa.float32()),
        ("permission", pa.string()),
        ("grant", pa.string()),
        ("detail", pa.string()),
    ]
)
_FRAME = pa.struct([("pdq", pa.binary(32)), ("quality", pa.int16()), ("turned", pa.binary(224))])
SCHEMA = pa.schema(
    [
        ("at", pa.int64()),
        ("model", pa.string()),
        ("media_type", pa.string()),
        ("sha256", pa.binary(32)),
        ("pdq", pa.binary(32)),
        ("pdq_quality", pa.int16()),
        ("pdq_turned", pa.binary(224)),
        ("frames", pa.list_(_FRAME)),
        ("duration", pa.uint32()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("findings", pa.list_(_FINDING)),
        ("problem", pa.string()),
        ("record", pa.binary()),
        ("salt", pa.binary(32)),
    ]
)
"""`at` in hours since 1970; `record` is the canonical JSON that the leaf is made of, `salt` its salt."""


class _Head(Wire, kw_only=True):
    operator: Key
    territory: Territory
    v: int


class _ErasedWire(Wire, kw_only=True):
    before: Hex32
    now: Hex32
    recorded: Hex32
    v: int


class _CommittedWire(Wire, kw_only=True):
    batch: str
    entries: list[str]
    first: int
    index: int | None
    last: int
    place: int
    salt: str
    v: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One file of records. Its name holds its number and the beginning of its SHA-256."""

    path: Path

    @property
    def number(self) -> int:
        """From 1."""
        return int(self.path.name.partition("-")[0])

    @property
    def name(self) -> str:
        """Its name without the ending."""
        return self.path.stem

    def data(self) -> bytes:
        """Return its bytes.

        Raises:
            EvidenceError: it can not be read, or is not what was recorded.
        """
        return self._data()[0]

    @property
    def digest(self) -> str:
        """Hex SHA-256 of its bytes, as they were recorded."""
        data, erased = self._data()
        return hashlib.sha256(data).hexdigest() if erased is None else erased.recorded

    def _data(self) -> tuple[bytes, "_ErasedWire | None"]:
        """Return its bytes, and what was erased of it if they are not those that were recorded."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise EvidenceError(f"can not read {self.path}: {error.strerror}") from error
        found = hashlib.sha256(data).hexdigest()
        if found.startswith(self.name.partition("-")[2]):
            return data, None
        erased = self._erased()
        if erased is None or found not in {erased.now, erased.before}:
            raise EvidenceError(f"{self.path} is not what was recorded", hint="restore it from a copy")
        return data, erased

    def _erased(self) -> "_ErasedWire | None":
        file = self.path.with_suffix(".erased")
        try:
            return parse_as(file.read_bytes(), _ErasedWire, limit=4096) if file.exists() else None
        except InputError as error:
            raise EvidenceError(
                f"{file} has the wrong form: {error}", hint="restore it from a copy"
            ) from error

    def erase(self, rows: Sequence[int]) -> None:
        """Blank some records: nothing but the hour and the leaf of each is left. A killed one is done again.

        Args:
            rows: their numbers; what was erased before stays as it is.

        Raises:
            EvidenceError: it is not what was recorded.
        """
        recorded, before = self.digest, hashlib.sha256(self.data()).hexdigest()
        with pq.ParquetFile(pa.BufferReader(self.data())) as file:
            table = file.read().to_pylist()
        for number in rows:
            table[number] = _blank(table[number])
        data = _encoded(table)
        wire = {"before": before, "now": hashlib.sha256(data).hexdigest(), "recorded": recorded, "v": 1}
        write_atomic(self.path.with_suffix(".erased"), (canonical(wire),), force=True, mode=0o600)
        write_atomic(self.path, (data,), force=True, mode=0o600)

    def rows(self) -> int:
        """Return how many records it has."""
        with self.path.open("rb") as stream:
            return int(pq.read_metadata(stream).num_rows)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield its records, some thousand at a time."""
        with pq.ParquetFile(pa.BufferReader(self.data())) as file:
            yield from file.iter_batches(batch_size=8192, columns=columns)

    def records(self) -> list[tuple[bytes, bytes]]:
        """Return canonical JSON and salt of each record, in order; of an erased one b"" and its leaf."""
        found = (batch.to_pylist() for batch in self.batches(("record", "salt")))
        return [(row["record"], row["salt"]) for rows in found for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What went, or goes, to the log for some segments.

    Attributes:
        first, last: numbers of the segments.
        batch: what the commitment is of.
        salt: of the commitment.
        entries: as they went to the log, one after another; none as long as it waits.
        place: which of them it is.
        index: in the log; None: it waits for the log's next batch.
    """

    first: int
    last: int
    batch: bytes
    salt: bytes
    entries: tuple[bytes, ...]
    place: int
    index: int | None = None

    @property
    def entry(self) -> bytes:
        """The entry that commits to the batch."""
        return self.entries[self.place]


def _finding(found: Finding) -> dict[str, object]:
    return {
        "kind": found.kind.value,
        "method": found.method.value,
        "entry": found.entry,
        "distance": found.distance,
        "threshold": found.threshold,
        "permission": found.permission.value,
        "grant": found.grant,
        "detail": canonical({**found.detail, "trust": found.trust.value}).decode(),
    }


def _frames(made: Fingerprint) -> list[dict[str, object]]:
    turned: Sequence[bytes | None] = made.turned[1:] or [None] * len(made.more)
    return [
        {"pdq": hashed, "quality": quality, "turned": more}
        for (hashed, quality), more in zip(made.more, turned, strict=True)
    ]


def _row(made: Generation, salt: bytes) -> dict[str, Any]:
    prints = made.fingerprint
    return {
        "at": int(made.at.timestamp()) // _HOUR,
        "model": made.model,
        "media_type": made.media_type,
        "sha256": prints and prints.sha256,
        "pdq": prints and prints.pdq,
        "pdq_quality": prints and prints.quality,
        "pdq_turned": prints.turned[0] if prints and prints.turned else None,
        "frames": _frames(prints) if prints else [],
        "duration": prints.duration if prints else 0,
        "outcome": made.outcome.value,
        "reason": made.reason,
        "findings": [_finding(found) for found in made.findings],
        "problem": "" if made.unreadable is None else made.unreadable.value,
        "record": encode_generation(made),
        "salt": salt,
    }


def _blank(row: dict[str, Any]) -> dict[str, Any]:
    """Return what is left of a record that is erased: its leaf stands where its salt did."""
    if not row["record"]:
        return row
    leaf = leaf_hash(commitment(row["salt"], EntryType.PERSON, row["record"]))
    nothing = dict.fromkeys(SCHEMA.names)
    return nothing | {
        "at": row["at"],
        "frames": [],
        "findings": [],
        "outcome": ERASED_WORD,
        "reason": ERASED_WORD,
        "record": b"",
        "salt": leaf,
    }


def _encoded(rows: Sequence[Mapping[str, Any]]) -> bytes:
    sink = io.BytesIO()
    table = pa.Table.from_pylist(list(rows), schema=SCHEMA)
    pq.write_table(table, sink, compression="zstd", write_statistics=False)
    return sink.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generations:
    """The records of one operator, in a folder."""

    path: Path
    operator: KeyId
    territory: str

    @classmethod
    def open(cls, path: Path) -> "Generations":
        """Open what was recorded.

        Raises:
            NotFoundError: there is nothing of the kind.
            InputError: its head has another form.
        """
        try:
            head = parse_as((path / HEAD).read_bytes(), _Head, limit=4096)
        except OSError as error:
            raise NotFoundError(
                f"{path} holds no records of generations", hint="sekisho record FILE... -o GENERATIONS"
            ) from error
        if head.v != 1:
            raise InputError(f"{path} was made by a newer Sekisho", hint="pip install --upgrade sekisho")
        return cls(path=path, operator=KeyId(head.operator), territory=head.territory)

    @classmethod
    def make(cls, path: Path, operator: KeyId, territory: str) -> "Generations":
        """Open what an operator has recorded, or begin it.

        Raises:
            UsageError: it is another operator's, or something else.
        """
        if not (path / HEAD).exists():
            if path.exists() and (not path.is_dir() or any(path.iterdir())):
                raise UsageError(f"{path} is something else than records of generations", hint="another -o")
            for folder in (path, path / "segments", path / "batches"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            head = canonical({"operator": operator, "territory": territory, "v": 1})
            write_atomic(path / HEAD, (head,), force=True, mode=0o600)
        found = cls.open(path)
        if (found.operator, found.territory) != (operator, territory):
            what = f"{path} is of {found.operator} in {found.territory}"
            raise UsageError(what, hint="record elsewhere, with another -o")
        return found

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep other writers out.

        Raises:
            UsageError: another process is writing.
        """
        with (self.path / HEAD).open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError(
                    f"another process is recording in {self.path}", hint="wait for it, or use another -o"
                ) from None
            yield

    def segments(self) -> list[Segment]:
        """Return all segments in order.

        Raises:
            EvidenceError: one is missing.
        """
        found = [Segment(path=path) for path in sorted((self.path / "segments").glob("*-*.parquet"))]
        for wanted, segment in enumerate(found, 1):
            if segment.number != wanted:
                raise EvidenceError(f"{self.path} lacks segment {wanted}", hint="restore it from a copy")
        return found

    def append(self, records: Sequence[tuple[Generation, bytes]]) -> Segment:
        """Record generations, each with 32 fresh random bytes; when this returns they are on the disk."""
        data = _encoded([_row(made, salt) for made, salt in records])
        number = len(self.segments()) + 1
        digest = hashlib.sha256(data).hexdigest()[:16]
        path = self.path / "segments" / f"{number:06}-{digest}.parquet"
        write_atomic(path, (data,), mode=0o600)
        return Segment(path=path)

    def committed(self) -> list[Committed]:
        """Return all batches in order; of the last one the index may be missing, after a crash."""
        paths = sorted((self.path / "batches").glob("*.json"))
        return [_read_committed(path) for path in paths]

    def save(self, made: Committed, receipt: bytes | None = None) -> None:
        """Keep a batch: before it waits for the log, and with its entry, index and receipt."""
        path = self._batch(made)
        body = {
            "batch": to_base64(made.batch),
            "entries": [to_base64(entry) for entry in made.entries],
            "first": made.first,
            "index": made.index,
            "last": made.last,
            "place": made.place,
            "salt": to_base64(made.salt),
            "v": 1,
        }
        write_atomic(path, (canonical(body),), force=True, mode=0o600)
        if receipt is not None:
            write_atomic(path.with_suffix(".tlog-proof"), (receipt,), force=True, mode=0o600)

    def _batch(self, made: Committed) -> Path:
        """Return where a batch lies: batches are numbered as they were made."""
        known = [one.first for one in self.committed()]
        number = known.index(made.first) + 1 if made.first in known else len(known) + 1
        return self.path / "batches" / f"{number:06}.json"

    def has_receipt(self, made: Committed) -> bool:
        """Tell whether the log has given a receipt of a batch."""
        return self._batch(made).with_suffix(".tlog-proof").exists()

    def receipt(self, made: Committed) -> bytes:
        """Return the receipt of a batch.

        Raises:
            NotFoundError: it has none yet.
        """
        path = self._batch(made).with_suffix(".tlog-proof")
        try:
            return path.read_bytes()
        except OSError as error:
            raise NotFoundError(f"there is no {path}", hint="sekisho record --log makes it") from error


def _read_committed(path: Path) -> Committed:
    try:
        wire = msgspec.convert(json.loads(path.read_bytes()), _CommittedWire)
    except (ValueError, msgspec.ValidationError) as error:
        raise InputError(f"{path} has the wrong form: {error}") from error
    entries = tuple(from_base64(entry, "entry") for entry in wire.entries)
    if (entries or wire.index is not None) and not 0 <= wire.place < len(entries):
        raise InputError(f"{path} names an entry that it has not")
    return Committed(
        first=wire.first,
        last=wire.last,
        batch=from_base64(wire.batch, "batch"),
        salt=from_base64(wire.salt, "salt"),
        entries=entries,
        place=wire.place,
        index=wire.index,
    )
