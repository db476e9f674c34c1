"""Which statements a registry keeps. Pure: a statement and the day in, a verdict out, no disk, no clock.

A statement is judged in two steps. `examined.examine` needs nothing but the envelope. `place` asks
the registry: the signer is the one it speaks for, or an agent whose mandate holds on the statement's
day and today; what it refers to is there and belongs to whom it should. What is refused is never
stored. Trust and states are not stored either: every reader derives them from the statements.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from sekisho.codec import decode_dispute, decode_mandate, decode_revocation
from sekisho.errors import RefusedError
from sekisho.model import (
    MIN_QUALITY,
    Act,
    Common,
    Dispute,
    Entry,
    EntryId,
    Grant,
    KeyId,
    Mandate,
    Resolution,
    Revocation,
    Root,
    Settled,
    Vouch,
    Withdrawal,
)
from sekisho.registry.examined import AttachedMade, Examined, Noun
from sekisho.signing import (
    COMMON,
    DISPUTE,
    GRANT,
    MANDATE,
    PASSAGES,
    REGISTRATION,
    RESOLUTION,
    REVOCATION,
    TRAITS,
    VOUCH,
    WITHDRAWAL,
    read_payload,
)

__all__ = ["GRACE", "Shelf", "place", "rank", "revoked"]

_ORDER = (
    COMMON,
    MANDATE,
    REGISTRATION,
    PASSAGES,
    TRAITS,
    VOUCH,
    GRANT,
    WITHDRAWAL,
    DISPUTE,
    RESOLUTION,
    REVOCATION,
)
"""What may refer to what: a statement only refers to types before its own.

Passages and traits come after the registration that names them: they are kept only if it is
(`registry.attached`).
"""
GRACE = timedelta(days=1)
"""Clocks and time zones differ by so much; a dispute is also not dated back by more."""

_ANY_DAY: Mapping[type[Noun], str] = {
    Revocation: "it says when something ends, also ahead",
    Grant: "it has days of its own",
    Mandate: "it has days of its own",
}
"""What may be dated ahead, and why."""


def rank(statement: Examined) -> int:
    """Order the statements of one batch; the end of a mandate comes before what its agent signed."""
    ends_mandate = statement.type == REVOCATION and statement.about.startswith("m-")
    return 2 * _ORDER.index(MANDATE) + 1 if ends_mandate else 2 * _ORDER.index(statement.type)


class Shelf(Protocol):
    """What the rules must know of the registry's contents."""

    def root(self) -> Root:
        """Return the registry's root: who may vouch."""

    def known(self, statement: str) -> tuple[KeyId, KeyId, str] | None:
        """Return owner, signer and what it is about of the statement of that id, None if not here."""

    def find(self, type: str, about: str, owner: KeyId | None = None) -> Sequence[bytes]:  # noqa: A002
        """Return the envelopes of a type about an id or key, of one owner or of all."""

    def add(self, statement: Examined) -> None:
        """Keep a statement that passed."""


Dated = Entry | Common | Mandate | Vouch | Grant | Revocation | Withdrawal | Dispute | Resolution


def _day_of(noun: Dated) -> date:
    """Return the day on which an agent must have had its mandate."""
    match noun:
        case Entry():
            return noun.registered
        case Grant() | Mandate():
            return noun.from_
        case _:
            return noun.on


def revoked(statement: str, by: KeyId, shelf: Shelf, on: date) -> bool:
    """Tell whether a key has ended a grant, mandate or vouch of its own by a day."""
    ends = (decode_revocation(read_payload(e, REVOCATION)) for e in shelf.find(REVOCATION, statement, by))
    return any(end.on <= on for end in ends)


def _mandated(agent: KeyId, principal: KeyId, shelf: Shelf, days: Sequence[date], act: Act | None) -> bool:
    """Tell whether one mandate of a principal covers an act (None: any) on all of some days."""
    given = (decode_mandate(read_payload(e, MANDATE)) for e in shelf.find(MANDATE, agent, principal))
    return any(
        (act is None or act in m.acts)
        and all(m.from_ <= day <= m.until for day in days)
        and not revoked(m.id, principal, shelf, max(days))
        for m in given
    )


def _check_signer(statement: Examined, noun: Dated, shelf: Shelf, today: date) -> None:
    signer, owner, act = statement.signer, statement.owner, statement.act
    if signer == owner:
        return
    day = _day_of(noun)
    # Today too: an agent whose mandate was ended can not go on with statements that it dates back.
    if act is None or not _mandated(signer, owner, shelf, (day, today), act):
        raise RefusedError(
            f"a statement of {owner} is signed by {signer}, who has no mandate to {act} on {day} and today",
            hint="the owner signs it, or gives a mandate: sekisho key delegate",
        )


def _check_day(noun: Dated, today: date) -> None:
    day = _day_of(noun)
    if type(noun) not in _ANY_DAY and day > today + GRACE:
        raise RefusedError(
            f"it is dated {day}, and today is {today}", hint="look at the clock of the machine that signed it"
        )
    if isinstance(noun, Dispute) and day < today - GRACE:
        raise RefusedError(
            f"the dispute is dated {day}, and today is {today}: its 30 days would be shorter",
            hint="sign it again, and carry it to the registry within a day",
        )


def _owned(reference: str, owner: KeyId, shelf: Shelf) -> None:
    """Refuse what is not here or belongs to another."""
    found = shelf.known(reference)
    if found is None:
        raise RefusedError(
            f"{reference} is not in this registry", hint="import the statement that made it first"
        )
    if found[0] != owner:
        raise RefusedError(
            f"{reference} belongs to {found[0]}, not to {owner}",
            hint="only whoever made it can say more about it",
        )


def _check_entry(entry: Entry, today: date) -> None:
    if not entry.declaration:
        raise RefusedError(
            "the registration lacks the declaration of good faith",
            hint="register it again with this version of Sekisho, which signs the declaration with it",
        )
    if entry.protected_until is not None and entry.protected_until < today:
        raise RefusedError(
            f"its protection ended on {entry.protected_until}", hint="an entry that is over is not compared"
        )
    if any(p.pdq is not None and p.quality is not None and p.quality < MIN_QUALITY for p in entry.prints):
        raise RefusedError(
            f"a fingerprint of quality below {MIN_QUALITY} would match unrelated pictures",
            hint="make the prints again with sekisho fingerprint",
        )


def _check_vouch(vouch: Vouch | Common, shelf: Shelf) -> None:
    """Refuse what only a voucher of the registry can say, and a vouch for another's entry."""
    voucher = vouch.voucher if isinstance(vouch, Vouch) else vouch.by
    if voucher not in shelf.root().vouchers:
        raise RefusedError(
            f"{voucher} is no voucher of this registry",
            hint="sekisho registry show lists the keys that may vouch",
        )
    if isinstance(vouch, Vouch):
        for entry in vouch.entries:
            _owned(entry, vouch.registrant, shelf)


def _refuse_withdrawn(entry: EntryId, shelf: Shelf) -> None:
    if shelf.find(WITHDRAWAL, entry):
        raise RefusedError(f"{entry} is withdrawn already", hint="nothing is left to be done")


def _check_dispute(statement: Examined, dispute: Dispute, shelf: Shelf, today: date) -> None:
    found = shelf.known(dispute.entry)
    if found is None:
        raise RefusedError(f"{dispute.entry} is not in this registry", hint="sekisho registry show --entries")
    holder = found[0]
    parties = (dispute.disputant, statement.signer)
    if holder in parties or any(_mandated(p, holder, shelf, (today,), None) for p in parties):
        raise RefusedError(
            f"{dispute.entry} is an entry of the disputant itself, or of one for whom it acts",
            hint="withdraw an entry of your own: sekisho withdraw",
        )
    if dispute.own is not None:
        _owned(dispute.own, dispute.disputant, shelf)
    _refuse_withdrawn(dispute.entry, shelf)
    for envelope in shelf.find(DISPUTE, dispute.entry, dispute.disputant):
        other = decode_dispute(read_payload(envelope, DISPUTE))
        if not shelf.find(RESOLUTION, other.id):
            raise RefusedError(
                f"{other.id} by the same disputant is open already",
                hint="add evidence by settling it as withdrawn first: sekisho dispute resolve",
            )


def _check_resolution(statement: Examined, resolution: Resolution, shelf: Shelf) -> None:
    found = shelf.known(resolution.dispute)
    if found is None:
        raise RefusedError(f"{resolution.dispute} is not in this registry", hint="sekisho dispute list")
    disputant, disputing, entry = found
    if shelf.find(RESOLUTION, resolution.dispute):
        raise RefusedError(f"{resolution.dispute} is settled already", hint="sekisho dispute list")
    if resolution.settled is Settled.WITHDRAWN:
        if resolution.by != disputant:
            raise RefusedError(
                f"only {disputant} can take this dispute back", hint="a voucher settles it as dismissed"
            )
        return
    parties = {disputant, disputing, *(shelf.known(entry) or ())}
    if statement.signer in parties or resolution.by not in shelf.root().vouchers:
        raise RefusedError(
            f"{resolution.by} can not settle this dispute",
            hint="a voucher of the registry who is no party to it settles it; sekisho registry show",
        )


def _check_references(statement: Examined, noun: Dated, shelf: Shelf, today: date) -> None:
    match noun:
        case Entry() as entry:
            _check_entry(entry, today)
        case Common() | Vouch() as vouch:
            _check_vouch(vouch, shelf)
        case Grant() as grant:
            if grant.entry is not None:
                _owned(grant.entry, grant.registrant, shelf)
        case Revocation() as revocation:
            _owned(revocation.grant, revocation.registrant, shelf)
        case Withdrawal() as withdrawal:
            _owned(withdrawal.entry, withdrawal.registrant, shelf)
            _refuse_withdrawn(withdrawal.entry, shelf)
        case Dispute() as dispute:
            _check_dispute(statement, dispute, shelf, today)
        case Resolution() as resolution:
            _check_resolution(statement, resolution, shelf)
        case Mandate():
            pass


def place(statement: Examined, shelf: Shelf, *, today: date, admit: Callable[[Examined], None]) -> bool:
    """Keep an examined statement if its signer may speak and what it refers to is here.

    Args:
        statement: of `examine`.
        shelf: the registry, in a transaction.
        today: the registry's day; the caller reads the clock.
        admit: asked last, before it is kept; raises if there is no room (`quota.Places.admit`), or
            if it is no use without another statement (`attached.Attached`).

    Returns:
        False if it was here already; keeping it twice changes nothing.

    Raises:
        RefusedError: another's signature without a mandate that holds, a day ahead, an unknown or
            another's entry, grant or dispute, a voucher that the root does not list, a dispute on
            one's own entry or a second one, or its settling by a party.
    """
    if shelf.known(statement.id) is not None:
        return False
    if not isinstance(statement.noun, AttachedMade):
        _check_day(statement.noun, today)
        _check_signer(statement, statement.noun, shelf, today)
        _check_references(statement, statement.noun, shelf, today)
    admit(statement)
    shelf.add(statement)
    return True
