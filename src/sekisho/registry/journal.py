"""The lines of a journal of work in progress: what became of each file, so that a second try can go on.

The journal lies beside the output and is removed with the last step. It is no evidence and is not
signed: what it says is what this machine has read itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from sekisho import __version__
from sekisho.codec import PASSAGES_PROFILE
from sekisho.model import DECODE_PROFILE, Unreadable
from sekisho.registry.fingerprinted import Made, Only

__all__ = ["Done", "Stamp", "decode_done", "encode_done", "header", "is_final"]

_PASSING = frozenset(
    {Unreadable.IO_ERROR, Unreadable.CHANGED_WHILE_READ, Unreadable.TIMEOUT, Unreadable.DECODER_CRASH}
)
"""Reasons that may be gone at the next try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """How a file looked when it was read: another one is read again.

    Attributes:
        path: absolute, as bytes on disk.
        size: bytes.
        mtime: nanoseconds.
    """

    path: bytes
    size: int
    mtime: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One file that is finished."""

    stamp: Stamp
    made: Made


def header(only: Only | None = None, more: Mapping[str, object] | None = None) -> bytes:
    """Return the first line: what the rest depends on besides the files.

    Args:
        only: what is looked at.
        more: what else is made of a picture; empty: nothing.
    """
    return msgspec.json.encode(
        {
            "journal": "sekisho",
            "v": 1,
            "sekisho": __version__,
            "profile": DECODE_PROFILE,
            "passages": PASSAGES_PROFILE,
            "only": only,
            **({"more": more} if more else {}),
        }
    )


def encode_done(done: Done) -> bytes:
    """Return one line, without the newline."""
    return msgspec.json.encode(done)


_DECODER = msgspec.json.Decoder(Done)


def decode_done(line: bytes) -> Done | None:
    """Read one line; None if it is cut or was damaged, which only means that the file is read again."""
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, ValueError):
        return None


def is_final(done: Done) -> bool:
    """Tell whether a second try could not end otherwise."""
    return done.made.problem is None or done.made.problem.reason not in _PASSING
