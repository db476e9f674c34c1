"""prints.jsonl: the fingerprints of one holder's files, signed by the holder.

Line 1 is a header, then one print a line, last an envelope over the count and the SHA-256 of all
bytes before it. Names of files stay in this file; they never enter a registration.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Annotated, Literal

import msgspec

from sekisho.codec import canonical, decode_print, encode_print, parse_as
from sekisho.errors import InputError, SignatureError
from sekisho.model import DECODE_PROFILE, KeyId, Print
from sekisho.signing import PRINTS, Signer, open_statement, sign_statement

__all__ = ["Prints", "by_entry", "encode_prints", "print_lines", "read_prints"]


class _Header(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    decode_profile: str
    holder: Annotated[str, msgspec.Meta(max_length=64)]
    prints: Literal["sekisho"]
    v: Literal[1]
    as_one: bool = False


class _Seal(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    count: int
    sha256: str
    v: Literal[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prints:
    """The contents of a prints.jsonl whose signature holds.

    Attributes:
        as_one: all of them belong to one entry.
    """

    holder: KeyId
    prints: tuple[Print, ...]
    as_one: bool = False


def print_lines(prints: Iterable[Print], signer: Signer, *, as_one: bool = False) -> Iterator[bytes]:
    """Yield the lines of a prints.jsonl, signed by the holder of the works; one is in memory at a time.

    Args:
        prints: in their order; asked for only once.
        signer: the holder.
        as_one: say that all of them belong to one entry.
    """
    header = {"decode_profile": DECODE_PROFILE, "holder": signer.key, "prints": "sekisho", "v": 1}
    digest, count = hashlib.sha256(), -1
    head = canonical({**header, "as_one": True} if as_one else header)
    for count, line in enumerate(chain((head,), map(encode_print, prints))):  # noqa: B007 - the last is used
        digest.update(line + b"\n")
        yield line + b"\n"
    seal = {"count": count, "sha256": digest.hexdigest(), "v": 1}
    yield sign_statement(PRINTS, canonical(seal), signer) + b"\n"


def encode_prints(prints: Iterable[Print], signer: Signer, *, as_one: bool = False) -> bytes:
    """Return the bytes of a prints.jsonl, signed by the holder of the works."""
    return b"".join(print_lines(prints, signer, as_one=as_one))


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
    prints = tuple(decode_print(line) for line in lines[1:-2])
    return Prints(holder=KeyId(header.holder), prints=prints, as_one=header.as_one)


def by_entry(prints: Sequence[Print]) -> tuple[tuple[Print, ...], ...]:
    """Group the prints of one entry, which stand one after the other.

    A print with a locator is a page: its volume's name is what stands before the first `#`. A print
    without one is a file by itself, or a frame of an animation.
    """
    return tuple(tuple(group) for _, group in groupby(prints, key=_entry))


def _entry(p: Print) -> tuple[str, bytes | None]:
    return (p.name.partition("#")[0], None) if p.at else (p.name, p.sha256)
