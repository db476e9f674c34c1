"""`sekisho registry import`: signed statements that were carried here, and lists of hashes by others."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from sekisho.cli.given import given_bytes
from sekisho.cli.likeness.desk import judged
from sekisho.cli.listed import take_in_lists
from sekisho.cli.parameters import Flag, Quota
from sekisho.cli.say import complain, note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import EXIT_REFUSED, deliver, registry_at, tell_near
from sekisho.codec import decode_registration
from sekisho.errors import InputError, UsageError
from sekisho.model import Kind
from sekisho.registry.entries import prints_of_source
from sekisho.registry.foreign import ForeignList, Rejected, cut, read_foreign
from sekisho.registry.likeness import about_person
from sekisho.registry.quota import DECLARED_QUOTA
from sekisho.registry.registrations import Terms
from sekisho.signing import REGISTRATION, sign_statement
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import today
from sekisho.store.keys import FileSigner
from sekisho.store.statements_file import read_statements

__all__ = ["take_in"]

REJECTED_SHOWN = 20


def _statements(files: Sequence[Path], registry: str | None, quota: int) -> int:
    lines = [(file, number, e) for file in files for number, e in enumerate(read_statements(file), 1)]
    verdicts = judged([e for _, _, e in lines], registry_at(registry), quota=quota)
    for (file, number, _), verdict in zip(lines, verdicts, strict=True):
        if verdict.kept:
            say(f"{verdict.id}  {'kept' if verdict.new else 'kept already'}")
            tell_near(verdict)
        else:
            complain(f"{file}:{number}: refused: {verdict.reason}", verdict.hint)
    if any(map(about_person, (e for _, _, e in lines))):
        note("delete the file when it is taken in: it says in the clear what the vault has sealed")
    refused = sum(not v.kept for v in verdicts)
    note(f"{len(verdicts) - refused} kept, {refused} refused")
    return EXIT_REFUSED if refused else 0


def _read(file: Path) -> ForeignList:
    data = given_bytes(file)
    try:
        return read_foreign(data, lines=file.suffix.lower() in {".jsonl", ".ndjson"})
    except InputError as error:
        raise InputError(f"{file}: {error}", hint=error.hint) from error


def _tell_rejected(found: Sequence[tuple[Path, Rejected]], output: Path | None, *, force: bool) -> None:
    lines = [f"{file}:{r.line}: {r.reason}: {r.text}" for file, r in found]
    for line in lines[:REJECTED_SHOWN]:
        note(f"not taken: {line}")
    if len(lines) > REJECTED_SHOWN:
        note(f"... and {len(lines) - REJECTED_SHOWN} more; --rejected FILE writes them all")
    for reason, count in Counter(r.reason.partition(" line")[0] for _, r in found).most_common():
        note(f"{count} x {reason}")
    if output is not None:
        write_atomic(output, (f"{line}\n".encode() for line in lines), force=force)


def _foreign(
    found: Sequence[ForeignList], terms: Terms, signer: FileSigner, registry: str | None, quota: int
) -> int:
    prints = list({(p.sha256, p.pdq): p for one in found for p in one.prints}.values())
    parts = cut(prints, prints_of_source(registry_at(registry), signer.key, terms.source))
    new = sum(map(len, parts))
    payloads = [terms.payload(part) for part in parts]
    envelopes = [sign_statement(REGISTRATION, payload, signer) for payload in payloads]
    verdicts, code = deliver(envelopes, registry=registry, output=None, quota=quota)
    for payload, verdict in zip(payloads, verdicts, strict=True):
        if verdict.kept:
            say(f"{verdict.id}  {len(decode_registration(payload).prints)} hashes of {terms.source}")
    note(f"{new} hashes taken in {len(parts)} entries, {len(prints) - new} registered already")
    return code


def take_in(
    *files: Path,
    foreign: Flag = False,
    listed: Flag = False,
    by: str = "",
    source: str = "",
    licence: str = "",
    holder: str = "",
    kind: Literal["work", "character"] = "work",
    title: str = "",
    rejected: Path | None = None,
    registry: str | None = None,
    force: Flag = False,
    declared_quota: Quota = DECLARED_QUOTA,
) -> int:
    """Take in signed statements that were carried here by file, or lists of hashes by others.

    Each statement is kept or refused with the reason; what is refused is not stored.
    Exit code 2 if any was refused.

    With --foreign the files are lists of hashes (CSV with a header, or .jsonl) of PDQ or
    SHA-256: columns pdq, sha256, quality, or hash and hash_type. Nobody knows how they were
    made, so a match with them can only ask for review, whoever vouches for them.

    With --listed they are lists of files that nobody may hold (CSV, .jsonl or .json, SHA-256 and
    PDQ). A key that the registry's root lists as an authority vouches for them. They are kept
    sealed, and go into the sections about persons; no line of them is printed.

    Example: sekisho registry import from-aozora.jsonl from-kumo.jsonl

    Args:
        files: Files of statements, or with --foreign lists of hashes.
        foreign: They are lists of hashes that others made.
        listed: They are lists of files that an authority vouches for, or statements of one.
        by: With --listed, the key of that authority.
        source: Who made the list; stands in the entries.
        licence: On what terms it may be used; stands in the entries.
        holder: The key that registers the list.
        kind: What the hashes are of.
        title: Title of the entries; default: the source.
        rejected: Write every line that was not taken to this file.
        registry: The registry, a file or a database URL.
        force: Replace the file of rejected lines if it is there.
        declared_quota: Entries that a holder for whom nobody vouches may have in the registry.
    """
    if not files:
        raise UsageError("no file was given", hint="sekisho registry import FILE...")
    if listed:
        return take_in_lists(files, registry, by=by, source=source)
    if not foreign:
        return _statements(files, registry, declared_quota)
    if not (source.strip() and licence.strip() and holder):
        raise UsageError(
            "--foreign needs --source, --licence and --holder",
            hint="sekisho registry import list.csv --foreign --source NAME --licence TERMS --holder KEY",
        )
    if rejected is not None:
        refuse_existing(rejected, force=force)
    signer = signer_named(holder)
    lists = [_read(file) for file in files]
    for file, one in zip(files, lists, strict=True):
        note(f"{file}: {one.encoding}, {len(one.prints)} hashes, {len(one.rejected)} lines not taken")
    refused = [(file, r) for file, one in zip(files, lists, strict=True) for r in one.rejected]
    _tell_rejected(refused, rejected, force=force)
    terms = Terms(
        holder=signer.registrant,
        kind=Kind(kind),
        title=title or source,
        on=today(),
        source=source,
        licence=licence,
    )
    return _foreign(lists, terms, signer, registry, declared_quota)
