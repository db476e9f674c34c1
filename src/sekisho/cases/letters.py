"""The letter that one reader may have about a case: signed by the desk, and never more than the view holds.

A letter to somebody whom the case does not concern says the same whether there is a case or not: it names
none. A letter to a guardian names no other guardian and counts none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from sekisho.cases.views import Sight, View
from sekisho.codec import Key, canonical, parse_as
from sekisho.codec.moments import moment
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.model import KeyId
from sekisho.model.hit import Hit
from sekisho.signing import LETTER, open_statement

__all__ = ["Letter", "encode_letter", "open_letter"]

_HOUR = "%Y-%m-%dT%H:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter whose signature holds.

    Attributes:
        case: empty for a reader whom no case concerns.
        evidence: where the match stands; None unless the reader may know.
        words: what it says, by language.
    """

    desk: KeyId
    reader: KeyId
    at: datetime
    case: str
    evidence: Mapping[str, object] | None
    words: Mapping[str, str]


class _Wire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    at: str
    case: Annotated[str, msgspec.Meta(pattern=r"^(n-[0-9a-f]{32})?\Z")]
    desk: Key
    evidence: dict[str, str | int | list[str]] | None
    reader: Key
    words: dict[str, Annotated[str, msgspec.Meta(max_length=20_000)]]


def _evidence(hit: Hit) -> Mapping[str, object]:
    return {
        "operator": hit.operator,
        "store": hit.store.value,
        "record": hit.record,
        "rows": list(hit.rows),
        "count": hit.count,
        "on": hit.on.isoformat(),
    }


def encode_letter(
    view: View, reader: KeyId, *, hit: Hit | None, words: Mapping[str, str], at: datetime
) -> bytes:
    """Return the payload of a letter.

    Args:
        view: what the reader may see.
        reader: to whom it goes.
        hit: of the case, if a watch has opened it; it is enclosed only if the view holds evidence.
        words: what the letter says, by language.
        at: now, aware UTC; only its hour is told.
    """
    told = hit is not None and view.sight in {Sight.VERIFIED, Sight.DESK} and bool(view.evidence)
    return canonical(
        {
            "v": 1,
            "at": at.strftime(_HOUR),
            "case": view.case,
            "desk": view.desk,
            "evidence": _evidence(hit) if hit is not None and told else None,
            "reader": reader,
            "words": dict(words),
        }
    )


def open_letter(envelope: bytes) -> Letter:
    """Verify a letter.

    Raises:
        EvidenceError: the signature does not hold, it is of another form, or by another than it names.
    """
    try:
        statement = open_statement(envelope.rstrip(b"\n"), LETTER)
        wire = parse_as(statement.payload, _Wire)
        at = moment(wire.at)
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"the letter does not hold: {error}") from error
    if statement.signer != wire.desk or set(wire.words) != {"ja", "en"}:
        raise EvidenceError("the letter is signed by another desk than it names, or of another form")
    return Letter(
        desk=KeyId(wire.desk),
        reader=KeyId(wire.reader),
        at=at,
        case=wire.case,
        evidence=wire.evidence,
        words=wire.words,
    )
