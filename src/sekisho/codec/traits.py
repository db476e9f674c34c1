"""Traits of a print <-> canonical JSON: the payload of a statement, and the part of a line of prints.jsonl.

Features, vectors and frames are packed little-endian, in base64. There is one form for each value: rows
cut short, places outside their picture, numbers that are none and vectors of another length are refused.
"""

import math
import struct
from typing import Annotated, Any

import msgspec

from sekisho.codec.form import MAX_DOCUMENT, Key, Wire, canonical, from_base64, noun, parse_as, to_base64
from sekisho.errors import InputError
from sekisho.model import FEATURE_BYTES, WORKING_SIDE, Film, Frame, KeyId, Local, Traits, Vector

__all__ = [
    "FRAME_BYTES",
    "MAX_MODELS",
    "MAX_TIME",
    "PackedTraits",
    "decode_packed_traits",
    "encode_packed_traits",
    "encode_traits",
    "pack_traits",
    "read_traits",
    "unpack_traits",
]

FRAME_BYTES = 37
"""Of one frame of a film: milliseconds uint32, PDQ 32 bytes, quality one byte."""
MAX_TIME = 2**32 - 1
"""Milliseconds; a film of 49 days."""
MAX_MODELS = 8
"""Vectors of one picture."""
SLACK = 0.01
"""By so much the length of a vector may differ from 1: float16 has 11 bits, 4096 of them err by less."""
_FRAME = struct.Struct("<I32sB")
_FEATURE = struct.Struct("<32xHHBB")
_STEPS = 64
"""Places are in 1/64 of a pixel."""
_LEVELS = 32
"""More than any pyramid of a picture of 512 pixels has."""

_Side = Annotated[int, msgspec.Meta(ge=1, le=WORKING_SIDE)]
_Time = Annotated[int, msgspec.Meta(ge=0, le=MAX_TIME)]
_ModelId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}@[0-9a-f]{16}\Z")]


class _LocalWire(Wire, kw_only=True):
    features: str
    height: _Side
    width: _Side


class _VectorWire(Wire, kw_only=True):
    model: _ModelId
    values: str


class _FilmWire(Wire, kw_only=True):
    duration: _Time
    frames: str


class PackedTraits(Wire, kw_only=True):
    """The traits of a print as they stand in JSON; what is not there is null, or an empty list."""

    film: _FilmWire | None
    local: _LocalWire | None
    vectors: Annotated[tuple[_VectorWire, ...], msgspec.Meta(max_length=MAX_MODELS)]


class _TraitsWire(PackedTraits, kw_only=True):
    by: Key
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


def pack_traits(traits: Traits) -> dict[str, Any]:
    """Return the fields of traits as they stand in JSON."""
    local, film = traits.local, traits.film
    return {
        "film": None if film is None else {"duration": film.duration, "frames": to_base64(_frames(film))},
        "local": None
        if local is None
        else {"features": to_base64(local.rows), "height": local.height, "width": local.width},
        "vectors": [{"model": v.model, "values": to_base64(v.values)} for v in traits.vectors],
    }


def _frames(film: Film) -> bytes:
    return b"".join(_FRAME.pack(frame.at, frame.pdq, frame.quality) for frame in film.frames)


def _local(wire: _LocalWire) -> Local:
    rows = from_base64(wire.features, "traits")
    if len(rows) % FEATURE_BYTES:
        raise InputError("a local feature has 38 bytes")
    for x, y, _, level in _FEATURE.iter_unpack(rows):
        if x > _STEPS * wire.width or y > _STEPS * wire.height:
            raise InputError("a local feature lies outside its picture")
        if level >= _LEVELS:
            raise InputError("a local feature is of a level that no picture has")
    return noun(Local, width=wire.width, height=wire.height, rows=rows)


def _vector(wire: _VectorWire) -> Vector:
    vector = noun(Vector, model=wire.model, values=from_base64(wire.values, "traits"))
    numbers = struct.unpack(f"<{len(vector.values) // 2}e", vector.values)
    if not all(map(math.isfinite, numbers)) or abs(math.hypot(*numbers) - 1) > SLACK:
        raise InputError("a vector is of finite numbers, and of length 1")
    return vector


def _film(wire: _FilmWire) -> Film:
    rows = from_base64(wire.frames, "traits")
    if len(rows) % FRAME_BYTES:
        raise InputError("a frame has 37 bytes")
    frames = tuple(noun(Frame, at=at, pdq=pdq, quality=q) for at, pdq, q in _FRAME.iter_unpack(rows))
    return noun(Film, duration=wire.duration, frames=frames)


def unpack_traits(packed: PackedTraits) -> Traits:
    """Return the traits of their fields in JSON.

    Raises:
        InputError: not base64, rows cut short, a place outside the picture, a vector that is not of
            length 1, frames out of order, or nothing at all.
    """
    return noun(
        Traits,
        local=None if packed.local is None else _local(packed.local),
        vectors=tuple(map(_vector, packed.vectors)),
        film=None if packed.film is None else _film(packed.film),
    )


def encode_packed_traits(traits: Traits) -> bytes:
    """Encode the traits of a print by themselves, as a line of prints.jsonl holds them."""
    return canonical(pack_traits(traits))


def decode_packed_traits(data: bytes) -> Traits:
    """Decode what `encode_packed_traits` has made."""
    return unpack_traits(parse_as(data, PackedTraits))


def encode_traits(traits: Traits, *, by: KeyId) -> bytes:
    """Encode the payload of a statement of traits; its digest is what a registration names (t-).

    Args:
        traits: of one print.
        by: who signs it. Two holders of one picture have statements of their own.
    """
    return canonical({**pack_traits(traits), "by": by, "v": 1})


def read_traits(payload: bytes | memoryview) -> tuple[KeyId, Traits]:
    """Decode the payload of a statement of traits: who signs it, and the traits.

    Raises:
        InputError: another form, or as `unpack_traits`.
    """
    wire = parse_as(payload, _TraitsWire, limit=MAX_DOCUMENT)
    return KeyId(wire.by), unpack_traits(wire)
