"""Lists of files that an authority vouches for <-> canonical JSON; of each kind the hashes are one text."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated

import msgspec

from sekisho.codec.form import Day, Key, Label, Wire, canonical, day, digest_id, noun, parse_as
from sekisho.errors import InputError
from sekisho.model.listed import Listed
from sekisho.model.words import KeyId

__all__ = ["MOST_HASHES", "decode_listed", "encode_listed"]

MOST_HASHES = 100_000
"""Of one statement; a longer list is several."""
_BYTES = 32
_Hashes = Annotated[str, msgspec.Meta(max_length=2 * _BYTES * MOST_HASHES)]
_MAX_BYTES = 4 * _BYTES * MOST_HASHES


class _ListedWire(Wire, kw_only=True):
    by: Key
    source: Label
    on: Day
    files: _Hashes
    pictures: _Hashes
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


def _text(hashes: Sequence[bytes]) -> str:
    return base64.b64encode(b"".join(hashes)).decode()


def _hashes(text: str) -> tuple[bytes, ...]:
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise InputError("the hashes of the list are not base64") from error
    if len(data) % _BYTES or _text([data]) != text:
        raise InputError(f"the hashes of the list have not {_BYTES} bytes each, or are not canonical base64")
    return tuple(data[at : at + _BYTES] for at in range(0, len(data), _BYTES))


def encode_listed(listed: Listed) -> bytes:
    """Encode the payload of a list; `listed.id` is not part of it."""
    return canonical(
        {
            "by": listed.by,
            "source": listed.source,
            "on": listed.on.isoformat(),
            "files": _text(listed.files),
            "pictures": _text(listed.pictures),
            "v": 1,
        }
    )


def decode_listed(payload: bytes) -> Listed:
    """Decode the payload of a list.

    Raises:
        InputError: another form, or hashes that are not sorted.
    """
    wire = parse_as(payload, _ListedWire, limit=_MAX_BYTES)
    return noun(
        Listed,
        id=digest_id("k", payload),
        by=KeyId(wire.by),
        source=wire.source,
        on=day(wire.on),
        files=_hashes(wire.files),
        pictures=_hashes(wire.pictures),
    )
