"""Confirmed false matches that a policy names, so that one mistake is not found again and again.

    [exceptions]
    files = ["run/false-matches.jsonl"]
    by = ["ed25519:..."]

A statement says that some files, by their SHA-256, do not show an entry; it is signed by a reviewer
whom the policy lists, and ends on a day. It clears that entry on these files and nothing else. It
never clears what concerns a person or an authority's list.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sekisho.codec import decode_false_match
from sekisho.errors import ConfigError, InputError, SignatureError
from sekisho.model import Entry, FalseMatch, KeyId, Policy
from sekisho.signing import FALSE_MATCH, open_statement, public_key

__all__ = [
    "PROTECTED_KINDS",
    "PROTECTED_REASONS",
    "Exceptions",
    "ended",
    "excuse",
    "open_exceptions",
    "read_exceptions",
]

PROTECTED_KINDS = frozenset({"likeness", "listed"})
"""Kinds of entries that no person alone, and no exception, clears."""
PROTECTED_REASONS = frozenset({"protected_person", "listed"})

_KEYS = ("files", "by")


class Exceptions(NamedTuple):
    """What a policy file says: where the statements are, and who may sign them."""

    files: tuple[str, ...] = ()
    by: frozenset[KeyId] = frozenset()


def _texts(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise ConfigError(f"{where}: {key} in [exceptions] must be a list of texts, and not empty")
    return tuple(value)


def read_exceptions(document: Mapping[str, Any], where: str) -> Exceptions:
    """Read the table [exceptions] of a policy file, if there is one.

    Raises:
        ConfigError: an unknown or missing key, or a signer that is no key id.
    """
    if "exceptions" not in document:
        return Exceptions()
    table = document["exceptions"]
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: [exceptions] must be a table")
    for key in table.keys() - set(_KEYS):
        raise ConfigError(
            f"{where}: unknown key {key!r} in [exceptions]", hint=f"known are: {', '.join(_KEYS)}"
        )
    by = _texts(table, "by", where)
    try:
        for key in by:
            public_key(key)
    except SignatureError as error:
        raise ConfigError(f"{where}: by in [exceptions]: {error}", hint=error.hint) from error
    return Exceptions(_texts(table, "files", where), frozenset(map(KeyId, by)))


def _opened(line: bytes, place: str, by: frozenset[KeyId]) -> FalseMatch:
    try:
        statement = open_statement(line, FALSE_MATCH)
        found = decode_false_match(statement.payload)
    except (InputError, SignatureError) as error:
        raise ConfigError(
            f"{place}: {error}", hint="take the file from the run again; `sekisho verify RUN` checks it"
        ) from error
    if statement.signer != found.by:
        raise ConfigError(f"{place}: signed by {statement.signer}, but names {found.by}")
    if found.by not in by:
        raise ConfigError(
            f"{place}: {found.by} is not among the reviewers whom this policy believes",
            hint="add the key to `by` in [exceptions], or leave the file out",
        )
    return found


def open_exceptions(files: Iterable[tuple[str, bytes]], by: frozenset[KeyId]) -> tuple[FalseMatch, ...]:
    """Verify files of statements; all of them count or the policy can not be used.

    Args:
        files: name and bytes of each, one DSSE envelope a line.
        by: who may sign.

    Returns:
        Each statement once, ordered by entry and id.

    Raises:
        ConfigError: with file and line: no statement, a false signature, or another signer.
    """
    found: dict[str, FalseMatch] = {}
    for name, data in files:
        for number, line in enumerate(data.splitlines(), 1):
            made = _opened(line, f"{name}, line {number}", by)
            found[made.id] = made
    return tuple(sorted(found.values(), key=lambda made: (made.entry, made.id)))


def excuse(policy: Policy, entry: Entry, sha256: bytes, on: date) -> str:
    """Return the id of a false match that clears an entry on a file on a day; empty if there is none."""
    known = policy.false_matches
    at = bisect_left(known, entry.id, key=lambda made: made.entry)
    while at < len(known) and known[at].entry == entry.id:
        made = known[at]
        if made.on <= on <= made.until and sha256 in made.items and entry.kind not in PROTECTED_KINDS:
            return made.id
        at += 1
    return ""


def ended(policy: Policy, on: date) -> tuple[FalseMatch, ...]:
    """Return the statements that do not count on a day: they have ended, or not begun."""
    return tuple(made for made in policy.false_matches if not made.on <= on <= made.until)
