"""Make the results of a run's reviews again, and compare them with what was sealed."""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.erased import is_named, kept_erased
from sekisho.audit.files import RunFiles, part_name
from sekisho.audit.review.effect import (
    FALSE_MATCHES,
    REVIEWED,
    REVIEWS,
    Lookup,
    Reviewed,
    Verdict,
    decode_reviewed,
    settle,
    verdicts,
)
from sekisho.audit.review.held import Batches, objections, read_rows
from sekisho.audit.review.rules import Book, Rules, replay
from sekisho.audit.review.statement import decode_review
from sekisho.audit.seal import Record, decode_seal
from sekisho.audit.shape import checked_manifest
from sekisho.codec import parse_plain
from sekisho.errors import EvidenceError, InputError, SekishoError, SignatureError
from sekisho.signing import REVIEW, read_payload

__all__ = ["Reviews", "check_reviews", "lookup", "named_items", "parts", "sealed_reviews"]


class Reviews:
    """The reviews of a run, as they hold."""

    def __init__(self, book: Book, reviewed: Reviewed, targets: Lookup) -> None:
        """Keep what was made again and found equal."""
        self.book = book
        self.reviewed = reviewed
        self.targets = targets

    def verdicts(self, on: date) -> dict[str, Verdict]:
        """Return how the items stand on a day that somebody has decided about."""
        return verdicts(self.book.counted(), self.targets, on)


def parts(files: RunFiles, manifest: Mapping[str, Any]) -> Batches:
    """Read the decisions of a run; a part that is not the one of the manifest is an `EvidenceError`."""

    def read(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for unit in manifest["units"]:
            data = files.read(part_name(unit["id"])) or b""
            if hashlib.sha256(data).hexdigest() != unit["part_sha256"]:
                if is_named(data, unit, kept_erased(files)):
                    raise EvidenceError(
                        "rows of this run were erased, so that its reviews can not be made again",
                        hint="run the audit again: sekisho audit DATASET -o NEW",
                    )
                raise EvidenceError(f"{part_name(unit['id'])} was changed after the run was sealed")
            try:
                with pq.ParquetFile(io.BytesIO(data)) as file:
                    yield from file.iter_batches(columns=list(columns))
            except pa.ArrowException as error:
                raise EvidenceError(f"{part_name(unit['id'])}: {error}") from error

    return read


def named_items(lines: Sequence[bytes]) -> frozenset[str]:
    """Return the items that lines name, before anything is verified; what is no review names none."""
    items = set()
    for line in lines:
        try:
            review = decode_review(read_payload(line, REVIEW))
        except (InputError, SignatureError):
            continue
        if review.item is not None:
            items.add(review.item)
    return frozenset(items)


def check_reviews(files: RunFiles, manifest: Mapping[str, Any], record: Record) -> Reviews | None:
    """Check reviews.jsonl, reviewed.json and false-matches.jsonl against the decisions and each other.

    Args:
        files: of the run; every file that the seal names has been compared with it.
        manifest: checked likewise.
        record: what was sealed; it names the reviewers.

    Returns:
        None if nothing was reviewed.

    Raises:
        EvidenceError: with the name of the file that does not hold.
    """
    there = {name: files.read(name) for name in (REVIEWS, REVIEWED, FALSE_MATCHES) if name in record.files}
    if not there:
        return None
    raw, made, matches = (there.get(name) for name in (REVIEWS, REVIEWED, FALSE_MATCHES))
    if raw is None or made is None or matches is None:
        missing = next(name for name in (REVIEWS, REVIEWED, FALSE_MATCHES) if there.get(name) is None)
        raise EvidenceError(f"{missing} is not sealed, but other files of the reviews are")
    try:
        reviewed = decode_reviewed(made)
        lines = raw.splitlines()
        rows = parts(files, manifest)
        targets = lookup(rows, named_items(lines), reviewed.groups, manifest)
        rules = Rules(
            run=manifest["root"],
            ancestors=frozenset(manifest.get("ancestors", ())),
            other_use=frozenset(manifest.get("ancestors_of_other_use", ())),
            reviewers=frozenset(record.reviewers) | {record.operator},
            targets=targets,
        )
        book = replay(lines, rules)
        again = settle(book=book, targets=targets, batches=rows, on=reviewed.on, run=manifest["root"])
    except EvidenceError:
        raise
    except SekishoError as error:
        raise EvidenceError(str(error), hint=error.hint) from error
    for name, sealed, expected in (
        (REVIEWS, raw, book.lines()),
        (REVIEWED, made, again.reviewed),
        (FALSE_MATCHES, matches, again.false_matches),
    ):
        if sealed != expected:
            raise EvidenceError(f"{name} is not what the reviews and decisions of this run give")
    return Reviews(book, reviewed, targets)


def lookup(
    batches: Batches,
    items: frozenset[str],
    groups: Mapping[str, Sequence[str]],
    manifest: Mapping[str, Any],
) -> Lookup:
    """Read the rows that reviews can be about: what is on hold, and what they name."""
    named = items | {item for members in groups.values() for item in members}
    return Lookup(read_rows(batches, named, objections(manifest)), groups)


def sealed_reviews(files: RunFiles) -> Reviews | None:
    """Return the reviews of a run if it has any: what they rest on is compared, no other file is.

    Raises:
        EvidenceError: one of their files, the manifest or a decision is not what was sealed; or there
            are reviews without a seal.
    """
    data = files.read("seal.json")
    if data is None:
        if files.read(REVIEWS) is not None:
            raise EvidenceError(f"{REVIEWS} is there, but no seal.json", hint="reviews count when sealed")
        return None
    seal = decode_seal(data)
    named = {REVIEWS, REVIEWED, FALSE_MATCHES} & seal.record.files.keys()
    if not named:
        return None
    digests = {"manifest.json": seal.record.manifest} | {n: seal.record.files[n] for n in sorted(named)}
    for name, digest in digests.items():
        if hashlib.sha256(files.read(name) or b"").hexdigest() != digest:
            raise EvidenceError(f"{name} was changed after the run was sealed")
    return check_reviews(
        files, checked_manifest(parse_plain(files.read("manifest.json") or b"")), seal.record
    )
