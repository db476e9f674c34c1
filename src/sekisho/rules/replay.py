"""Decide an old case again: the same packs, the same facts, the same day have to give the same answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import msgspec

from sekisho.codec import parse_plain
from sekisho.errors import EvidenceError, InputError
from sekisho.rules.conclude import conclude
from sekisho.rules.pack import Pack
from sekisho.rules.record import as_json
from sekisho.rules.vocabulary import Vocabulary

__all__ = ["MAX_RECORD", "Missing", "Record", "missing", "read_record", "replay"]

MAX_RECORD = 8 << 20
"""Bytes; a record of all shipped packs has about a hundredth."""


class _Pack(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    law_as_of: date
    reviewed: bool


class Record(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What `record.as_json` wrote."""

    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    on: date
    standing: str
    packs: list[_Pack]
    facts: dict[str, Any]
    results: list[dict[str, Any]]
    questions: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Missing:
    """A pack that a record was made with and that is not at hand.

    Attributes:
        here: the digest of the pack that has its id, "" if there is none.
    """

    id: str
    sha256: str
    law_as_of: date
    here: str


def read_record(data: bytes, where: str) -> Record:
    """Read a record.

    Raises:
        InputError: too large, not JSON, or not such a record.
    """
    if len(data) > MAX_RECORD:
        raise InputError(f"{where} has more than {MAX_RECORD} bytes")
    try:
        return msgspec.convert(parse_plain(data), Record)
    except (msgspec.ValidationError, InputError) as error:
        raise InputError(
            f"{where} is no record of a decision: {error}", hint="sekisho rules explain FACTS --format json"
        ) from error


def missing(record: Record, packs: Sequence[Pack]) -> tuple[Missing, ...]:
    """Return the packs of a record that are not among those at hand, byte for byte."""
    here: Mapping[str, str] = {pack.id: pack.digest for pack in packs}
    return tuple(
        Missing(one.id, one.sha256, one.law_as_of, here.get(one.id, ""))
        for one in record.packs
        if here.get(one.id) != one.sha256
    )


def _differing(said: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> str:
    """Name the first rule about which two lists of results say different things."""
    for one, other in zip(said, found, strict=False):
        if one != other:
            return str(other["rule"])
    return "how many rules there are" if len(said) != len(found) else ""


def replay(record: Record, packs: Sequence[Pack], vocabulary: Vocabulary) -> None:
    """Raise unless packs, facts and day of a record give what it says. Questions are advice and not compared.

    Args:
        record: for which `missing` says nothing.
        packs: at hand.
        vocabulary: of the packs.

    Raises:
        ConfigError: a fact is not one.
        EvidenceError: another answer comes out.
    """
    by_id = {pack.id: pack for pack in packs}
    facts = vocabulary.from_plain(record.facts)
    found = as_json(conclude([by_id[one.id] for one in record.packs], facts, record.on, vocabulary))
    if found["standing"] != record.standing:
        raise EvidenceError(f"the same packs come to {found['standing']!s}, not {record.standing[:40]!r}")
    if where := _differing(record.results, found["results"]):
        raise EvidenceError(f"the same packs say something else: {where}")
    if [one.law_as_of.isoformat() for one in record.packs] != [one["law_as_of"] for one in found["packs"]]:
        raise EvidenceError("the record dates its packs otherwise than they do")
    if [one.reviewed for one in record.packs] != [one["reviewed"] for one in found["packs"]]:
        raise EvidenceError("the record says otherwise than its packs who has read them")
