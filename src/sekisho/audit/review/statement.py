"""One decision of a person about rows of a run, as a signed statement, and back.

The fields of its payload:

* `v`, `by`: form, and the reviewer's key.
* `run`: root of the run's manifest.
* `n`: 1, 2, 3, ... for each reviewer of a run; nothing can be left out or come twice.
* `on`, `until`: day of the decision, and the last day on which it holds (null: no end).
* `item`, `group`: one of them names what is decided; both null in an undo.
* `held`: digest of the rows decided (`held.held_digest`); null in an undo.
* `outcome`: allow or block; null in an undo.
* `false_match`: entries that the items do not show; the same reviewer signs a FALSE_MATCH for each.
* `undo`: number of the reviewer's own statement that no longer stands.
* `reason`: never empty.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import msgspec

from sekisho.codec import Hex32, Key, canonical, digest_id, encode_false_match, parse_as
from sekisho.errors import InputError
from sekisho.model import EntryId, FalseMatch, KeyId, Outcome
from sekisho.signing import FALSE_MATCH, REVIEW, Signer, sign_statement

__all__ = ["FALSE_MATCH_DAYS", "Review", "decode_review", "encode_review", "false_matches", "sign_review"]

FALSE_MATCH_DAYS = timedelta(days=365)
"""How long a confirmed false match holds if the reviewer does not say it."""
_LIMIT = 1 << 20

_Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
_Entry = Annotated[str, msgspec.Meta(pattern=r"^e-[0-9a-f]{32}\Z")]
_Group = Annotated[str, msgspec.Meta(pattern=r"^n-[0-9a-f]{32}\Z")]
_Number = Annotated[int, msgspec.Meta(ge=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A statement of a reviewer; `id` is `r-` and 32 hex digits of its payload's SHA-256."""

    by: KeyId
    run: str
    n: int
    on: date
    until: date | None = None
    item: str | None = None
    group: str | None = None
    held: str | None = None
    outcome: Outcome | None = None
    false_match: tuple[EntryId, ...] = ()
    undo: int | None = None
    reason: str

    @property
    def id(self) -> str:
        """The statement's name."""
        return digest_id("r", encode_review(self))

    @property
    def target(self) -> str:
        """What is decided: an item or a group; empty in an undo."""
        return self.item or self.group or ""


class _Wire(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    by: Key
    run: Hex32
    n: _Number
    on: _Day
    until: _Day | None
    item: Annotated[str, msgspec.Meta(min_length=1)] | None
    group: _Group | None
    held: Hex32 | None
    outcome: Outcome | None
    false_match: list[_Entry]
    undo: _Number | None
    reason: Annotated[str, msgspec.Meta(max_length=2000)]


def encode_review(review: Review) -> bytes:
    """Encode a review's payload."""
    return canonical(
        {
            "v": 1,
            "by": review.by,
            "run": review.run,
            "n": review.n,
            "on": review.on.isoformat(),
            "until": review.until.isoformat() if review.until else None,
            "item": review.item,
            "group": review.group,
            "held": review.held,
            "outcome": review.outcome.value if review.outcome else None,
            "false_match": sorted(review.false_match),
            "undo": review.undo,
            "reason": review.reason,
        }
    )


def _whole(wire: _Wire) -> None:
    """Refuse a review that neither decides something nor undoes something, or both."""
    if not wire.reason.strip():
        raise InputError("a review has a reason", hint="say it with --reason")
    decides = (wire.item is None) != (wire.group is None) and wire.held is not None
    clears = decides and wire.outcome in (Outcome.ALLOW, Outcome.BLOCK)
    takes_back = (wire.item, wire.group, wire.held, wire.outcome) == (None,) * 4 and not wire.false_match
    if not (clears if wire.undo is None else takes_back and wire.undo < wire.n):
        raise InputError("a review allows or blocks one item or group, or undoes an earlier review")
    if wire.false_match and (wire.outcome is not Outcome.ALLOW or wire.until is None):
        raise InputError("a false match is allowed, and until a day")


def decode_review(payload: bytes | memoryview) -> Review:
    """Decode a review's payload.

    Raises:
        InputError: not in the form above, no reason, or it ends before it begins.
    """
    wire = parse_as(payload, _Wire, limit=_LIMIT)
    _whole(wire)
    try:
        on = date.fromisoformat(wire.on)
        until = date.fromisoformat(wire.until) if wire.until is not None else None
    except ValueError as error:
        raise InputError(f"no such date: {error}") from error
    if until is not None and until < on:
        raise InputError("a review can not end before it begins")
    return Review(
        by=KeyId(wire.by),
        run=wire.run,
        n=wire.n,
        on=on,
        until=until,
        item=wire.item,
        group=wire.group,
        held=wire.held,
        outcome=wire.outcome,
        false_match=tuple(EntryId(entry) for entry in wire.false_match),
        undo=wire.undo,
        reason=wire.reason,
    )


def false_matches(review: Review, items: frozenset[bytes]) -> tuple[FalseMatch, ...]:
    """Return what the reviewer has to sign besides: one statement for each entry, over all items."""
    return tuple(
        FalseMatch(
            id="",
            by=review.by,
            entry=entry,
            items=tuple(sorted(items)),
            reason=review.reason,
            on=review.on,
            until=review.until or review.on,
        )
        for entry in sorted(review.false_match)
    )


def sign_review(review: Review, items: frozenset[bytes], signer: Signer) -> tuple[bytes, ...]:
    """Return the lines of a review: its own envelope, and those of its false matches."""
    made = [encode_false_match(found) for found in false_matches(review, items)]
    return (
        sign_statement(REVIEW, encode_review(review), signer),
        *(sign_statement(FALSE_MATCH, payload, signer) for payload in made),
    )
