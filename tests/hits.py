"""Hits and drafts that a test may bend."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sekisho.model import EntryId, KeyId, Permission, Trust
from sekisho.model.hit import CaseDraft, Cause, Desk, Hit, Nearness, Store

__all__ = ["HANDLE", "HOUR", "draft", "hit", "protected"]

HANDLE = "0a" * 32
HOUR = datetime(2026, 11, 22, 9, tzinfo=UTC)
OPERATOR = KeyId("ed25519:" + "O" * 43)
HOLDER = KeyId("ed25519:" + "H" * 43)


def hit(**more):
    made = Hit(
        cause=Cause.REGISTERED,
        entry=EntryId("e-" + "1" * 32),
        trust=Trust.VERIFIED,
        store=Store.RUN,
        record="ab" * 32,
        operator=OPERATOR,
        rows=("unit#0", "unit#7"),
        count=2,
        nearness=Nearness.CLOSE,
        now=Permission.NONE,
        on=date(2026, 11, 22),
    )
    return replace(made, **more)


def protected(**more):
    fields = {"entry": None, "handle": HANDLE, "trust": None, "nearness": Nearness.PROTECTED}
    return hit(**(fields | more))


def draft(of=None, **more):
    of = of or hit()
    about_work = {"desk": Desk.REGISTRANT, "registrant": HOLDER}
    about_person = {"desk": Desk.REGISTRY, "registrant": None}
    return CaseDraft(**({"hit": of, "made": HOUR} | (about_work if of.entry else about_person) | more))
