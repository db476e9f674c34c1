"""Lists of files that an authority vouches for: from another's list of hashes to rows of a section.

A list is CSV with a header, JSON Lines, or one JSON document as ThreatExchange gives it. Of each line the
SHA-256 and the PDQ are taken. A line that has only MD5 or SHA-1 is counted and not used: whoever wants to
can make another file of the same. No line is repeated anywhere, in no message and no file: only its number
and what is wrong with it.
"""

import csv
import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sekisho.codec.listed import MOST_HASHES, decode_listed
from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.model import MAX_QUALITY, MIN_QUALITY, KeyId, Root
from sekisho.model.listed import Listed
from sekisho.registry.protected import SECRET_BYTES
from sekisho.signing import LISTED, open_statement

__all__ = ["HashList", "Wrong", "examine_listed", "listed_rows", "lists_of", "read_hash_list"]

_HASH = ("hash", "indicator", "value")
_TYPE = ("hash_type", "type", "algorithm", "signal_type")
_QUALITY = ("quality", "pdq_quality")
USED, NOT_USED = ("sha256", "pdq"), ("md5", "sha1")
_HEX = re.compile(r"[0-9a-f]{64}")
_FEWEST_BITS, _MOST_BITS = 64, 192
"""A PDQ has about 128 of 256 bits set, by its median; one far from that is of a picture without detail."""
_MAX_LINE = 1 << 16
_MAX_TYPE = 20
_LISTED = b"sekisho/listed/v1"


class Wrong(NamedTuple):
    """A line that was not taken, and why; never what is in it."""

    line: int
    why: str


@dataclass(slots=True)
class HashList:
    """What was taken from a list.

    Attributes:
        files, pictures: SHA-256 and PDQ.
        lines: with something in them.
        unusable: lines that have nothing but MD5 or SHA-1, by which.
        wrong: lines that are malformed.
    """

    files: set[bytes] = field(default_factory=set)
    pictures: set[bytes] = field(default_factory=set)
    lines: int = 0
    unusable: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)


Row = tuple[int, Mapping[str, str] | None]
"""Line and its fields by name in small letters; None: it is not even a row."""


def _decoded(lines: Iterable[bytes]) -> Iterator[tuple[int, str | None]]:
    for number, line in enumerate(lines, 1):
        body = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if len(line) > _MAX_LINE:
            yield number, None
            continue
        try:
            yield number, body.decode().strip("\r\n")
        except UnicodeDecodeError:
            yield number, None


def _values(line: str) -> Sequence[str] | None:
    try:
        return next(csv.reader((line,), strict=True), ())
    except csv.Error:
        return None


def _csv_rows(lines: Iterable[bytes]) -> Iterator[Row]:
    names: Sequence[str] = ()
    for number, line in _decoded(lines):
        values = None if line is None else _values(line)
        if not names:
            names = [name.strip().lower() for name in values or ()]
            if not {*USED, *NOT_USED, *_HASH} & set(names):
                raise InputError(
                    "the list has no column of hashes",
                    hint="its first line names the columns: sha256 and pdq, or hash and hash_type",
                )
        elif line is None or values is None or len(values) > len(names):
            yield number, None
        elif line.strip():
            yield number, {name: value.strip() for name, value in zip(names, values, strict=False)}


def _plain(value: object) -> Mapping[str, str] | None:
    if not isinstance(value, dict):
        return None
    return {str(name).lower(): "" if one is None else str(one).strip() for name, one in value.items()}


def _json_rows(lines: Iterable[bytes]) -> Iterator[Row]:
    for number, line in _decoded(lines):
        if line is not None and not line.strip():
            continue
        try:
            yield number, None if line is None else _plain(json.loads(line))
        except (ValueError, RecursionError):
            yield number, None


def _document_rows(data: bytes) -> Iterator[Row]:
    """Yield the rows of one JSON document: a list, or one under `data` (ThreatExchange) or `value`."""
    try:
        document: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("the list is no JSON document", hint="name JSON Lines NAME.jsonl") from error
    if isinstance(document, dict):
        document = next((document[name] for name in ("data", "value") if name in document), None)
    if not isinstance(document, list):
        raise InputError("the document has no list of hashes", hint='a list, or {"data": [...]}')
    return ((number, _plain(value)) for number, value in enumerate(document, 1))


def _first(fields: Mapping[str, str], names: Sequence[str]) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _hashes(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what a row has, by algorithm; ValueError says why that is nothing."""
    found = {name: fields[name].lower() for name in (*USED, *NOT_USED) if fields.get(name)}
    if single := _first(fields, _HASH).lower():
        kind = re.sub(r"[-_ ]", "", _first(fields, _TYPE).lower().removeprefix("hash_"))
        if kind not in (*USED, *NOT_USED):
            raise ValueError(f"unknown algorithm {kind[:_MAX_TYPE] or '(none named)'}")
        found.setdefault(kind, single)
    if not found:
        raise ValueError("no hash")
    return found


def _is_flat(pdq: bytes) -> bool:
    return not _FEWEST_BITS <= int.from_bytes(pdq).bit_count() <= _MOST_BITS


def _check_quality(fields: Mapping[str, str]) -> None:
    quality = _first(fields, _QUALITY)
    if not quality:
        return
    if not (quality.isascii() and quality.isdigit() and int(quality[:4]) <= MAX_QUALITY):
        raise ValueError("malformed quality")
    if int(quality) < MIN_QUALITY:
        raise ValueError(f"quality below {MIN_QUALITY}")


def _take(fields: Mapping[str, str] | None, into: HashList) -> None:
    """Take a row; ValueError says why it is not taken."""
    if fields is None:
        raise ValueError("not a row")
    found = _hashes(fields)
    usable = {name: found[name] for name in USED if name in found}
    if any(not _HEX.fullmatch(text) for text in usable.values()):
        raise ValueError(f"malformed {next(n for n, text in usable.items() if not _HEX.fullmatch(text))}")
    if "pdq" in usable:
        _check_quality(fields)
        if _is_flat(bytes.fromhex(usable["pdq"])):
            raise ValueError("a PDQ of a picture without detail")
    if not usable:
        into.unusable[next(name for name in NOT_USED if name in found)] += 1
    into.files.update(bytes.fromhex(text) for name, text in usable.items() if name == "sha256")
    into.pictures.update(bytes.fromhex(text) for name, text in usable.items() if name == "pdq")


def read_hash_list(source: Iterable[bytes] | bytes, *, jsonl: bool = False) -> HashList:
    """Read a list of hashes, line by line. O(n); memory only for what is taken.

    Args:
        source: the lines of a file, UTF-8; or all of a JSON document.
        jsonl: the lines are JSON; else CSV with a header.

    Raises:
        InputError: no column of hashes, or no such document.
    """
    if isinstance(source, bytes):
        rows = _document_rows(source)
    else:
        rows = _json_rows(source) if jsonl else _csv_rows(source)
    made = HashList()
    for number, fields in rows:
        made.lines += 1
        try:
            _take(fields, made)
        except ValueError as error:
            made.wrong.append(Wrong(number, str(error)))
    return made


def lists_of(
    found: HashList, known: Collection[bytes], *, by: KeyId, source: str, on: date
) -> Iterator[Listed]:
    """Yield what is new in a list, cut into statements of at most `MOST_HASHES`.

    Args:
        found: of `read_hash_list`.
        known: hashes that the registry holds already.
        by: the authority.
        source: whose list it is.
        on: today.
    """
    have = frozenset(known)
    marked = [(0, h) for h in sorted(found.files - have)] + [(1, h) for h in sorted(found.pictures - have)]
    for at in range(0, len(marked), MOST_HASHES):
        some = marked[at : at + MOST_HASHES]
        yield Listed(
            id="",
            by=by,
            source=source,
            on=on,
            files=tuple(h for kind, h in some if kind == 0),
            pictures=tuple(h for kind, h in some if kind == 1),
        )


def examine_listed(envelope: bytes, root: Root) -> Listed:
    """Verify the statement of a list; only an authority of the registry's root can make one.

    Raises:
        InputError: another form.
        SignatureError: not signed by whom it names.
        RefusedError: that key is no authority here.
    """
    statement = open_statement(envelope, LISTED)
    listed = decode_listed(statement.payload)
    if statement.signer != listed.by:
        raise SignatureError(f"signed by {statement.signer}, but names {listed.by}")
    if listed.by not in root.authorities:
        raise RefusedError(
            f"{listed.by} is no authority of this registry",
            hint="`sekisho registry show` lists them; `registry init --authority KEY` names one",
        )
    return listed


def listed_rows(lists: Iterable[Listed], secret: bytes) -> Iterator[tuple[bytes, bytes | None, bytes | None]]:
    """Yield the rows of a section: handle, SHA-256 or None, PDQ or None; each hash once.

    Args:
        lists: all that the registry holds.
        secret: 32 random bytes of this section, so that two sections have no handle in common.

    Raises:
        ValueError: the secret does not have 32 bytes.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    files: set[bytes] = set()
    pictures: set[bytes] = set()
    for listed in lists:
        files.update(listed.files)
        pictures.update(listed.pictures)
    for sha256 in files:
        yield hmac.digest(secret, _LISTED + b"\0f" + sha256, hashlib.sha256), sha256, None
    for pdq in pictures:
        yield hmac.digest(secret, _LISTED + b"\0p" + pdq, hashlib.sha256), None, pdq
