"""prints.jsonl: the fingerprints of one holder's files, signed by the holder.

Line 1 is a header, then one print a line, last an envelope over the count and the SHA-256 of all
bytes before it. Names of files stay in this file; they never enter a registration.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Annotated, BinaryIO, Literal

import msgspec

from sekisho.codec import canonical, decode_print, encode_print, parse_as
from sekisho.errors import InputError, SignatureError
from sekisho.model import DECODE_PROFILE, KeyId, Print
from sekisho.signing import PRINTS, Signer, open_statement, sign_statement

__all__ = [
    "Prints",
    "PrintsFile",
    "by_entry",
    "encode_prints",
    "open_prints",
    "print_lines",
    "read_prints",
]


class _Header(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    decode_profile: str
    holder: Annotated[str, msgspec.Meta(max_length=64)]
    prints: Literal["sekisho"]
    v: Literal[1]
    as_one: bool = False
    likeness: bool = False


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


def print_lines(
    prints: Iterable[Print], signer: Signer, *, as_one: bool = False, likeness: bool = False
) -> Iterator[bytes]:
    """Yield the lines of a prints.jsonl, signed by the holder of the works; one is in memory at a time.

    Args:
        prints: in their order; asked for only once.
        signer: the holder.
        as_one: say that all of them belong to one entry.
        likeness: say that they are photos of a person.
    """
    header = {"decode_profile": DECODE_PROFILE, "holder": signer.key, "prints": "sekisho", "v": 1}
    digest, count = hashlib.sha256(), -1
    said = {name: True for name, value in (("as_one", as_one), ("likeness", likeness)) if value}
    head = canonical(header | said)
    for count, line in enumerate(chain((head,), map(encode_print, prints))):  # noqa: B007 - the last is used
        digest.update(line + b"\n")
        yield line + b"\n"
    seal = {"count": count, "sha256": digest.hexdigest(), "v": 1}
    yield sign_statement(PRINTS, canonical(seal), signer) + b"\n"


def encode_prints(prints: Iterable[Print], signer: Signer, *, as_one: bool = False) -> bytes:
    """Return the bytes of a prints.jsonl, signed by the holder of the works."""
    return b"".join(print_lines(prints, signer, as_one=as_one))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintsFile:
    """A prints.jsonl whose signature holds, read line by line: a text has many thousand hashes.

    Attributes:
        count: how many prints there are.
        as_one: all of them belong to one entry.
        likeness: they are photos of a person.
    """

    holder: KeyId
    count: int
    as_one: bool
    likeness: bool
    _stream: BinaryIO

    def prints(self) -> Iterator[Print]:
        """Yield the prints in their order; each call begins with the first."""
        self._stream.seek(0)
        return map(decode_print, islice((line[:-1] for line in self._stream), 1, 1 + self.count))


def open_prints(stream: BinaryIO) -> PrintsFile:
    """Verify that the holder of a prints.jsonl signed exactly these lines; it is read once for that.

    Args:
        stream: open for reading, at any place; it must not change while it is used.

    Raises:
        InputError: not a prints.jsonl.
        SignatureError: unsigned, cut short, changed, or signed by another than the holder it names.
    """
    stream.seek(0)
    digest, before, count = hashlib.sha256(), b"", -2
    head = last = b""
    for count, last in enumerate(stream, -1):  # noqa: B007 - the last is used
        digest.update(before)
        head, before = head or last, last
    if count < 0 or not last.endswith(b"\n"):
        raise InputError("not a prints.jsonl: it has a header, prints and a signature, a line each")
    header = parse_as(head[:-1], _Header)
    try:
        statement = open_statement(last[:-1], PRINTS)
    except InputError as error:
        raise SignatureError(
            "the file of prints is not signed: its last line is no signature",
            hint="make it again with sekisho fingerprint; it may have been cut short",
        ) from error
    seal = parse_as(statement.payload, _Seal)
    if statement.signer != header.holder:
        raise SignatureError(f"the prints name {header.holder} as holder, but {statement.signer} signed them")
    if digest.hexdigest() != seal.sha256 or count != seal.count:
        raise SignatureError(
            "the prints were changed after they were signed", hint="make them again with sekisho fingerprint"
        )
    return PrintsFile(
        holder=KeyId(header.holder),
        count=seal.count,
        as_one=header.as_one,
        likeness=header.likeness,
        _stream=stream,
    )


def read_prints(data: bytes) -> Prints:
    """Read a prints.jsonl as a whole; see `open_prints`."""
    opened = open_prints(io.BytesIO(data))
    return Prints(holder=opened.holder, prints=tuple(opened.prints()), as_one=opened.as_one)


def by_entry(prints: Sequence[Print]) -> tuple[tuple[Print, ...], ...]:
    """Group the prints of one entry, which stand one after the other.

    A print with a locator is a page: its volume's name is what stands before the first `#`. A print
    without one is a file by itself, or a frame of an animation.
    """
    return tuple(tuple(group) for _, group in groupby(prints, key=_entry))


def _entry(p: Print) -> tuple[str, bytes | None]:
    return (p.name.partition("#")[0], None) if p.at else (p.name, p.sha256)
