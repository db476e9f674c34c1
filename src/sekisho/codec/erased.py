"""What an operator states when rows about an erased person were blanked <-> canonical JSON.

RUN/erased.json    a statement (ERASED) that names the run, the parts as they are now, the rows, and the
                   registry's notices because of which they were blanked
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import msgspec

from sekisho.codec.form import Day, Hex32, Key, Wire, canonical, day, parse_as
from sekisho.errors import InputError
from sekisho.model import KeyId

__all__ = ["ERASED_FILE", "ERASED_WORD", "Erased", "ErasedPart", "decode_erased", "encode_erased"]

ERASED_FILE = "erased.json"
ERASED_WORD = "erased"
"""Outcome and reason of a row that was blanked."""
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
_Word = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_:]{1,64}\Z")]
_Unit = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-zA-Z._-]{1,128}\Z")]


class _PartWire(Wire, kw_only=True):
    before: Hex32
    rows: Annotated[list[_Count], msgspec.Meta(min_length=1)]
    sha256: Hex32
    unit: _Unit
    was: Annotated[list[tuple[_Word, _Word, _Count]], msgspec.Meta(min_length=1)]


class _ErasedWire(Wire, kw_only=True):
    manifest: Hex32
    notices: Annotated[list[str], msgspec.Meta(min_length=1)]
    on: Day
    operator: Key
    parts: list[_PartWire]
    v: Literal[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPart:
    """One part in which rows were blanked.

    Attributes:
        sha256, before: hex digest of the part as it is now, and before the last time that rows were blanked:
            a killed command may have left either.
        rows: numbers of the blanked ones, ascending.
        was: how many of them had which outcome and reason, sorted: counts alone, as the manifest has them.
    """

    sha256: str
    before: str
    rows: tuple[int, ...]
    was: tuple[tuple[str, str, int], ...]

    def __post_init__(self) -> None:
        if list(self.rows) != sorted(set(self.rows)) or sum(n for _, _, n in self.was) != len(self.rows):
            raise InputError("erased rows are named once, in their order, and counted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was blanked in one run.

    Attributes:
        manifest: hex digest of the run's manifest.
        notices: the registry's envelopes.
        parts: by unit.
    """

    manifest: str
    notices: tuple[bytes, ...]
    on: date
    operator: KeyId
    parts: Mapping[str, ErasedPart]

    @property
    def rows(self) -> int:
        """How many rows were blanked."""
        return sum(len(part.rows) for part in self.parts.values())


def encode_erased(erased: Erased) -> bytes:
    """Encode the payload."""
    return canonical(
        {
            "manifest": erased.manifest,
            "notices": [one.decode() for one in erased.notices],
            "on": erased.on.isoformat(),
            "operator": erased.operator,
            "parts": [_part(unit, part) for unit, part in sorted(erased.parts.items())],
            "v": 1,
        }
    )


def _part(unit: str, part: ErasedPart) -> dict[str, object]:
    was: Sequence[Sequence[object]] = [list(one) for one in part.was]
    return {
        "before": part.before,
        "rows": list(part.rows),
        "sha256": part.sha256,
        "unit": unit,
        "was": was,
    }


def decode_erased(payload: bytes) -> Erased:
    """Decode the payload.

    Raises:
        InputError: another form, a part that is named twice, or rows out of order.
    """
    wire = parse_as(payload, _ErasedWire)
    parts = {
        one.unit: ErasedPart(sha256=one.sha256, before=one.before, rows=tuple(one.rows), was=tuple(one.was))
        for one in wire.parts
    }
    if len(parts) != len(wire.parts):
        raise InputError("a part is named twice")
    return Erased(
        manifest=wire.manifest,
        notices=tuple(one.encode() for one in wire.notices),
        on=day(wire.on),
        operator=KeyId(wire.operator),
        parts=parts,
    )
