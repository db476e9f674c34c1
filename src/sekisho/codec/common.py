"""Common content <-> canonical JSON: what a registry's voucher says to be nobody's alone."""

from typing import Annotated, Any

import msgspec

from sekisho.codec.entries import decode_print, encode_print
from sekisho.codec.form import Day, Key, Label, Wire, canonical, day, digest_id, noun, parse, parse_as
from sekisho.errors import InputError
from sekisho.model import Common, KeyId

__all__ = ["decode_common", "encode_common"]

_MAX_BYTES = 1 << 20
"""A print with local features has about 20 kB."""


class _CommonWire(Wire, kw_only=True):
    by: Key
    on: Day
    print: dict[str, Any]
    title: Label
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


def encode_common(common: Common) -> bytes:
    """Encode the payload of a statement of common content."""
    return canonical(
        {
            "by": common.by,
            "on": common.on.isoformat(),
            "print": parse(encode_print(common.print)),
            "title": common.title,
            "v": 1,
        }
    )


def decode_common(payload: bytes | memoryview) -> Common:
    """Decode the payload of a statement of common content.

    Raises:
        InputError: another form, or a print of a text, of a film or of a list of others.
    """
    wire = parse_as(payload, _CommonWire, limit=_MAX_BYTES)
    print_ = decode_print(canonical(wire.print))
    if print_.sha256 is None or print_.passages is not None or print_.is_film or print_.name:
        raise InputError("common content is a picture, without the name of its file")
    return noun(
        Common,
        id=digest_id("c", bytes(payload)),
        by=KeyId(wire.by),
        title=wire.title,
        on=day(wire.on),
        print=print_,
    )
