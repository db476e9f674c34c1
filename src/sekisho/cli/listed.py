"""`sekisho registry import --listed`: lists of files that an authority vouches for."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sekisho.cli.given import require_file
from sekisho.cli.say import complain, note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import EXIT_REFUSED, registry_at
from sekisho.codec.listed import encode_listed
from sekisho.errors import InputError, RefusedError, SignatureError, UsageError
from sekisho.model import Root
from sekisho.registry.listed import HashList, examine_listed, listed_rows, lists_of, read_hash_list
from sekisho.registry.protected import SECRET_BYTES
from sekisho.signing import LISTED, sign_statement
from sekisho.snapshot.protected import ListedRow
from sekisho.store.clock import today
from sekisho.store.listed import ListedVault
from sekisho.store.statements_file import read_statements

__all__ = ["rows_for_section", "take_in_lists"]

SHOWN = 20
_STATEMENT = b'{"payload":'


def take_in_lists(files: Sequence[Path], registry: str | None, *, by: str, source: str) -> int:
    """Take in lists of hashes, or statements of an authority that were carried here; return the exit code.

    Args:
        files: CSV, .jsonl or .json; or signed statements (.jsonl).
        registry: a file or a database URL.
        by: the key of an authority that vouches for the lists.
        source: whose lists they are.

    Raises:
        UsageError: a list without a key or a source.
        RefusedError: the key is no authority of this registry.
    """
    root = registry_at(registry).root()[0]
    vault = ListedVault.open(root.registry)
    refused = 0
    for file in files:
        require_file(file)
        envelopes = _signed(file) or _vouched(file, vault, root, by, source)
        refused += _keep(file, envelopes, vault, root)
    note("listed files go into the next section: sekisho snapshot publish --for OPERATOR --purpose P")
    return EXIT_REFUSED if refused else 0


def rows_for_section(root: Root) -> Sequence[ListedRow]:
    """Return the listed files of a registry as rows of one section, with handles that no other one has."""
    vault = ListedVault.find(root.registry)
    return tuple(listed_rows(vault.every(), os.urandom(SECRET_BYTES))) if vault is not None else ()


def _signed(file: Path) -> Sequence[bytes]:
    """Return the statements of a file; nothing if it is a list of hashes."""
    with file.open("rb") as stream:
        signed = stream.read(len(_STATEMENT)) == _STATEMENT
    return read_statements(file) if signed else ()


def _vouched(file: Path, vault: ListedVault, root: Root, by: str, source: str) -> Sequence[bytes]:
    """Read a list and sign what is new in it."""
    if not by or not source.strip():
        raise UsageError(
            "a list of hashes needs --by and --source", hint="--by KEY of an authority, --source WHOSE-LIST"
        )
    signer = signer_named(by)
    if signer.key not in root.authorities:
        raise RefusedError(
            f"{signer.key} is no authority of this registry", hint="`sekisho registry show` lists them"
        )
    found = _read(file)
    _tell(file, found)
    known = {h for listed in vault.every() for h in (*listed.files, *listed.pictures)}
    made = lists_of(found, known, by=signer.key, source=source.strip(), on=today())
    return [sign_statement(LISTED, encode_listed(one), signer) for one in made]


def _read(file: Path) -> HashList:
    suffix = file.suffix.lower()
    try:
        if suffix == ".json":
            return read_hash_list(file.read_bytes())
        with file.open("rb") as lines:
            return read_hash_list(lines, jsonl=suffix in {".jsonl", ".ndjson"})
    except InputError as error:
        raise InputError(f"{file}: {error}", hint=error.hint) from error


def _tell(file: Path, found: HashList) -> None:
    """Say what was taken and what was not; never a hash."""
    note(f"{file}: {found.lines} lines, {len(found.files)} SHA-256, {len(found.pictures)} PDQ")
    for name, count in sorted(found.unusable.items()):
        note(f"{count} lines have only {name.upper()}, which is not used")
    for line, why in found.wrong[:SHOWN]:
        note(f"not taken: line {line}: {why}")
    if len(found.wrong) > SHOWN:
        note(f"... and {len(found.wrong) - SHOWN} more")
    for why, count in Counter(wrong.why for wrong in found.wrong).most_common():
        note(f"{count} x {why}")


def _keep(file: Path, envelopes: Sequence[bytes], vault: ListedVault, root: Root) -> int:
    """Keep statements in the vault; return how many were refused."""
    refused = 0
    for number, envelope in enumerate(envelopes, 1):
        try:
            listed = examine_listed(envelope, root)
        except (InputError, RefusedError, SignatureError) as error:
            complain(f"{file}, list {number}: refused: {error}", error.hint)
            refused += 1
            continue
        new = vault.add(listed, envelope)
        say(
            f"{listed.id}  {len(listed.files) + len(listed.pictures)} hashes{'' if new else '  kept already'}"
        )
    return refused
