"""Lists of hashes that others made: CSV or JSON Lines -> prints of which nobody knows how they were made.

Columns are found by name, in any case: `pdq`, `sha256` and `quality`; or one `hash` (`indicator`,
`value`) with its `hash_type` (`type`, `algorithm`, `signal_type`), as ThreatExchange and HMA write
them. What can not be used is named with its line; the rest is taken.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sekisho.errors import InputError
from sekisho.model import MAX_QUALITY, MIN_QUALITY, UNKNOWN_PROFILE, Print
from sekisho.registry.examined import FOREIGN_PRINTS

__all__ = ["ForeignList", "Rejected", "cut", "read_foreign"]

_HASH = ("hash", "indicator", "value")
_TYPE = ("hash_type", "type", "algorithm", "signal_type")
_QUALITY = ("quality", "pdq_quality")
_ALGORITHMS = ("pdq", "sha256")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNASSIGNED = frozenset("\x80\uf8f0\uf8f1\uf8f2\uf8f3")
"""What Python makes of single bytes that mean nothing in Shift_JIS."""
_LINE_END = re.compile(r"\r\n?|\n")
_SHOWN = 80
_MARK = b"\xef\xbb\xbf"
"""Of UTF-8, at the beginning of a file."""

_Digests = tuple[bytes | None, bytes | None]
"""SHA-256 and PDQ."""


class Rejected(NamedTuple):
    """A line that was not taken, and why."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignList:
    """What a list gave.

    Attributes:
        encoding: what the file is: utf-8, utf-8 with BOM, or cp932 (Shift_JIS as Windows writes it).
    """

    prints: tuple[Print, ...]
    rejected: tuple[Rejected, ...]
    encoding: str


def _mixed(data: bytes, error: UnicodeDecodeError) -> InputError:
    """Name the first line that is not what the mark at the beginning says."""
    line = len(_LINE_END.findall(data[: len(_MARK) + error.start].decode("latin-1"))) + 1
    return InputError(
        f"the list begins as UTF-8, but line {line} is not UTF-8",
        hint="save all of it as UTF-8; if it is Shift_JIS, take the mark (EF BB BF) from its beginning",
    )


def _decoded(data: bytes) -> tuple[str, str]:
    """Return text and encoding; strict, so that no byte is guessed."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise InputError("the list is UTF-16 or not text", hint="save it as UTF-8")
    for encoding, name in (("utf-8-sig", "utf-8"), ("cp932", "cp932")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if data.startswith(_MARK):
                raise _mixed(data, error) from error
            continue
        if name == "cp932" and _UNASSIGNED & set(text):
            break
        marked = encoding == "utf-8-sig" and data.startswith(_MARK)
        return text, "utf-8 with BOM" if marked else name
    raise InputError("the list is neither UTF-8 nor Shift_JIS", hint="save it as UTF-8")


Row = tuple[int, Mapping[str, str] | None, str]
"""Line, its fields by name in small letters, and the line itself; None: it is not even a row."""


def _fields(names: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    return {name: value.strip() for name, value in zip(names, values, strict=False)}


def _values(line: str) -> Sequence[str] | None:
    """Read one line by itself, so that a stray quote can not swallow the lines after it."""
    try:
        return next(csv.reader((line,), strict=True), ())
    except csv.Error:
        return None


def _csv_rows(text: str) -> Iterator[Row]:
    lines = _LINE_END.split(text)
    names = [value.strip().lower() for value in (_values(lines[0]) if lines else None) or ()]
    if not {*_ALGORITHMS, *_HASH} & set(names):
        raise InputError(
            f"the list has no column of hashes; its first line is {(lines or [''])[0][:_SHOWN]!r}",
            hint="name columns pdq, sha256 and quality, or hash and hash_type",
        )
    for number, line in enumerate(lines[1:], 2):
        values = _values(line)
        if values is None or any(map(str.strip, values)):
            yield number, None if values is None else _fields(names, values), line


def _json_rows(text: str) -> Iterator[Row]:
    for number, line in enumerate(_LINE_END.split(text), 1):
        if not line.strip():
            continue
        try:
            value: Any = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            plain = {str(k).lower(): "" if v is None else str(v).strip() for k, v in value.items()}
            yield number, plain, line
        else:
            yield number, None, line


def _first(fields: Mapping[str, str], names: Sequence[str]) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _digests(fields: Mapping[str, str]) -> dict[str, str]:
    """Return hash by algorithm; ValueError says why there is none that is usable."""
    found = {name: fields[name].lower() for name in _ALGORITHMS if fields.get(name)}
    single = _first(fields, _HASH).lower()
    if single:
        kind = _first(fields, _TYPE).lower().removeprefix("hash_")
        name = re.sub(r"[-_ ]", "", kind)
        if name not in _ALGORITHMS:
            raise ValueError(f"unknown algorithm {kind[:_SHOWN] or '(none named)'}")
        found.setdefault(name, single)
    if not found:
        raise ValueError("no hash")
    for name, digest in found.items():
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"malformed {name}")
    return found


def _print(fields: Mapping[str, str]) -> Print:
    digests, quality = _digests(fields), _first(fields, _QUALITY)
    number = int(quality) if quality.isascii() and quality.isdigit() and len(quality) < 4 else None  # noqa: PLR2004
    if quality and (number is None or number > MAX_QUALITY):
        raise ValueError("malformed quality")
    if "pdq" in digests and number is not None and number < MIN_QUALITY:
        raise ValueError(f"quality below {MIN_QUALITY}")
    return Print(
        sha256=bytes.fromhex(digests["sha256"]) if "sha256" in digests else None,
        pdq=bytes.fromhex(digests["pdq"]) if "pdq" in digests else None,
        quality=number if "pdq" in digests else None,
        decode_profile=UNKNOWN_PROFILE,
    )


def _taken(fields: Mapping[str, str] | None, number: int, found: dict[_Digests, tuple[int, Print]]) -> None:
    """Keep the print of a line; ValueError says why there is none to be kept."""
    if fields is None:
        raise ValueError("not a row")
    made = _print(fields)
    first = found.setdefault((made.sha256, made.pdq), (number, made))[0]
    if first != number:
        raise ValueError(f"the same as line {first}")


def read_foreign(data: bytes, *, lines: bool) -> ForeignList:
    """Read a list of hashes.

    Args:
        data: the file: UTF-8 with or without BOM, or Shift_JIS.
        lines: it is JSON Lines; else CSV with a header.

    Raises:
        InputError: no text, or no column of hashes.
    """
    text, encoding = _decoded(data)
    found: dict[_Digests, tuple[int, Print]] = {}
    rejected: list[Rejected] = []
    for number, fields, line in _json_rows(text) if lines else _csv_rows(text):
        try:
            _taken(fields, number, found)
        except ValueError as error:
            rejected.append(Rejected(number, str(error), line[:_SHOWN]))
    return ForeignList(
        prints=tuple(p for _, p in found.values()), rejected=tuple(rejected), encoding=encoding
    )


def cut(prints: Sequence[Print], known: Sequence[Print]) -> tuple[tuple[Print, ...], ...]:
    """Return what is not known yet, in entries of at most `FOREIGN_PRINTS`.

    Args:
        prints: of the list, in its order.
        known: what the holder has registered from this source already.
    """
    have = {(p.sha256, p.pdq) for p in known}
    new = [p for p in prints if (p.sha256, p.pdq) not in have]
    return tuple(tuple(new[at : at + FOREIGN_PRINTS]) for at in range(0, len(new), FOREIGN_PRINTS))
