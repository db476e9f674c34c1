"""Drafts of cases <-> canonical JSON: the payload of what lies in a watch's outbox."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from sekisho.codec.form import Day, EntryRef, Hex32, Key, Wire, canonical, day, digest_id, noun, parse_as
from sekisho.model import EntryId, GrantId, KeyId, Permission, Trust
from sekisho.model.hit import MAX_ROWS_NAMED, CaseDraft, Cause, Desk, Hit, Nearness, Store

__all__ = ["decode_draft", "encode_draft", "hit_id"]

_ABOUT = frozenset({"cause", "entry", "grant", "handle", "operator", "record", "store", "trust"})
_HOUR = 3600
_MAX_BYTES = 1 << 18
_Handle = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?\Z")]
_Grant = Annotated[str, msgspec.Meta(pattern=r"^g-[0-9a-f]{32}\Z")]
_Row = Annotated[str, msgspec.Meta(max_length=200)]


class _HitWire(Wire, kw_only=True):
    cause: Cause
    count: Annotated[int, msgspec.Meta(ge=1)]
    entry: EntryRef | None
    grant: _Grant | None
    handle: _Handle
    nearness: Nearness
    now: Permission
    on: Day
    operator: Key
    record: Hex32
    rows: Annotated[list[_Row], msgspec.Meta(min_length=1, max_length=MAX_ROWS_NAMED)]
    store: Store
    then: Permission | None
    trust: Trust | None


class _DraftWire(Wire, kw_only=True):
    desk: Desk
    hit: _HitWire
    made: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
    registrant: Key | None
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


def _value(word: object) -> object:
    return getattr(word, "value", word)


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "cause": hit.cause.value,
        "count": hit.count,
        "entry": hit.entry,
        "grant": hit.grant,
        "handle": hit.handle,
        "nearness": hit.nearness.value,
        "now": hit.now.value,
        "on": hit.on.isoformat(),
        "operator": hit.operator,
        "record": hit.record,
        "rows": list(hit.rows),
        "store": hit.store.value,
        "then": _value(hit.then),
        "trust": _value(hit.trust),
    }


def hit_id(hit: Hit) -> str:
    """Return the id of a hit: by what it is about, not by what was found of it on which day."""
    about = {key: value for key, value in _hit(hit).items() if key in _ABOUT}
    return digest_id("hit", canonical(about))


def encode_draft(draft: CaseDraft) -> bytes:
    """Encode the payload of a draft."""
    return canonical(
        {
            "desk": draft.desk.value,
            "hit": _hit(draft.hit),
            "made": int(draft.made.timestamp()) // _HOUR,
            "registrant": draft.registrant,
            "v": 1,
        }
    )


def decode_draft(payload: bytes | memoryview) -> CaseDraft:
    """Decode the payload of a draft.

    Raises:
        InputError: another form, or more about a protected person than a draft may say.
    """
    wire = parse_as(payload, _DraftWire, limit=_MAX_BYTES)
    return noun(
        CaseDraft,
        hit=_read_hit(wire.hit),
        desk=wire.desk,
        registrant=None if wire.registrant is None else KeyId(wire.registrant),
        made=datetime.fromtimestamp(wire.made * _HOUR, UTC),
    )


def _read_hit(wire: _HitWire) -> Hit:
    return noun(
        Hit,
        cause=wire.cause,
        entry=None if wire.entry is None else EntryId(wire.entry),
        handle=wire.handle,
        trust=wire.trust,
        store=wire.store,
        record=wire.record,
        operator=KeyId(wire.operator),
        rows=tuple(wire.rows),
        count=wire.count,
        nearness=wire.nearness,
        grant=None if wire.grant is None else GrantId(wire.grant),
        then=wire.then,
        now=wire.now,
        on=day(wire.on),
    )
