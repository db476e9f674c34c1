"""prints.jsonl: the fingerprints of one holder's files, signed by the holder.

Line 1 is a header, then one print a line, last an envelope over the count and the SHA-256 of all
bytes before it. Names of files stay in this file; they never enter a registration.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Literal

import msgspec

from sekisho.codec import canonical, decode_print, encode_print, parse_as
from sekisho.errors import InputError, SignatureError
from sekisho.model import DECODE_PROFILE, KeyId, Print
from sekisho.signing import PRINTS, Signer, open_statement, sign_statement

__all__ = ["Prints", "by_file", "encode_prints", "read_prints"]


class _Header(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    decode_profile: str
    holder: Annotated[str, msgspec.Meta(max_length=64)]
    prints: Literal["sekisho"]
    v: Literal[1]


class _Seal(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    count: int
    sha256: str
    v: Literal[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prints:
    """The contents of a prints.jsonl whose signature holds."""

    holder: KeyId
    prints: tuple[Print, ...]


def encode_prints(prints: Sequence[Print], signer: Signer) -> bytes:
    """Return the bytes of a prints.jsonl, signed by the holder of the works."""
    header = {"decode_profile": DECODE_PROFILE, "holder": signer.key, "prints": "sekisho", "v": 1}
    body = b"".join(line + b"\n" for line in (canonical(header), *map(encode_print, prints)))
    seal = {"count": len(prints), "sha256": hashlib.sha256(body).hexdigest(), "v": 1}
    return body + sign_statement(PRINTS, canonical(seal), signer) + b"\n"


def read_prints(data: bytes) -> Prints:
    """Read a prints.jsonl and verify that its holder signed exactly these lines.

    Raises:
        InputError: not a prints.jsonl.
        SignatureError: unsigned, cut short, changed, or signed by another than the holder it names.
    """
    lines = data.split(b"\n")
    if len(lines) < 3 or lines[-1]:  # noqa: PLR2004 - header, seal, and what follows the last newline
        raise InputError("not a prints.jsonl: it has a header, prints and a signature, a line each")
    header = parse_as(lines[0], _Header)
    try:
        statement = open_statement(lines[-2], PRINTS)
    except InputError as error:
        raise SignatureError(
            "the file of prints is not signed: its last line is no signature",
            hint="make it again with sekisho fingerprint; it may have been cut short",
        ) from error
    seal = parse_as(statement.payload, _Seal)
    if statement.signer != header.holder:
        raise SignatureError(f"the prints name {header.holder} as holder, but {statement.signer} signed them")
    body = data[: len(data) - len(lines[-2]) - 1]
    if hashlib.sha256(body).hexdigest() != seal.sha256 or len(lines) - 3 != seal.count:
        raise SignatureError(
            "the prints were changed after they were signed", hint="make them again with sekisho fingerprint"
        )
    return Prints(holder=KeyId(header.holder), prints=tuple(decode_print(line) for line in lines[1:-2]))


def by_file(prints: Sequence[Print]) -> tuple[tuple[Print, ...], ...]:
    """Group the prints of one file: the frames of an animation stand one after the other."""
    return tuple(tuple(group) for _, group in groupby(prints, key=lambda p: (p.name, p.sha256)))
