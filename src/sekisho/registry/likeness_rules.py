"""Which statements about photos of persons a registry keeps. Pure.

Nobody is told that a photo is near another's, or that a registration was here before. Whoever speaks
about one that is not its own gets the same answer as for one that does not exist.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from sekisho.errors import RefusedError
from sekisho.model import KeyId, Revocation, Root, State, Trust
from sekisho.model.likeness import LIKENESS_DECLARATION, Likeness, StatedLikeness, Verification
from sekisho.registry.likeness import Personal, standing
from sekisho.registry.rules import GRACE

__all__ = ["DECLARED_LIKENESSES", "LikenessShelf", "place_personal"]

DECLARED_LIKENESSES = 5
"""Registrations that a key may hold of which the desk has not verified the relation: a family's children."""
FRESH = timedelta(days=30)
"""A registration is carried to the registry within this time; an older one is signed anew."""
_NOT_THERE = "there is no such registration, or it is not for this key to speak about"
_NOT_TAKEN = "this registration is not taken: it is too old, or has ended before"


class LikenessShelf(Protocol):
    """What the rules ask of the vault."""

    def stated(self, entry: str) -> StatedLikeness | None:
        """Return a registration and everything that was stated about it; None if it is not here."""

    def of_holder(self, holder: KeyId) -> Iterable[StatedLikeness]:
        """Return the registrations of one key."""

    def was_erased(self, entry: str) -> bool:
        """Tell whether a registration was erased."""

    def add(self, statement: Personal) -> None:
        """Keep a statement that passed, sealed under its registration."""


def place_personal(
    statement: Personal,
    shelf: LikenessShelf,
    root: Root,
    *,
    today: date,
    quota: int = DECLARED_LIKENESSES,
) -> None:
    """Keep an examined statement if it may be kept; keeping it twice changes nothing.

    Whether it was here before is not said: whoever found the file of another could ask by it.

    Args:
        statement: of `examine_personal`; of a revocation with the registration that the caller has found.
        shelf: the vault.
        root: who may verify.
        today: the registry's day.
        quota: registrations that a key may hold without a verified relation.

    Raises:
        RefusedError: too old, erased, beyond the quota, another's registration, or not a voucher.
    """
    found = shelf.stated(statement.entry) if statement.entry else None
    match statement.noun:
        case Likeness() as likeness:
            if shelf.was_erased(likeness.id) or not today - FRESH <= likeness.on <= today + GRACE:
                raise RefusedError(_NOT_TAKEN, hint="sign a new one: sekisho register --kind likeness")
            if found is not None:
                return
            _check_new(likeness, shelf, root, today, quota)
        case Verification() as verification:
            _check_verification(verification, found, root)
        case _:
            if found is None or found.likeness.holder != statement.by:
                raise RefusedError(_NOT_THERE, hint="sekisho registry show --holder KEY lists your own")
            if found.withdrawals and not isinstance(statement.noun, Revocation):
                raise RefusedError(
                    f"{statement.entry} is withdrawn already", hint="nothing is left to be done"
                )
    if not _is_known(statement, found):
        shelf.add(statement)


def _is_known(statement: Personal, found: StatedLikeness | None) -> bool:
    if found is None:
        return False
    stated = (found.verifications, found.withdrawals, found.consents, found.revocations)
    return any(s.id == statement.id for kind in stated for s in kind)


def _check_new(likeness: Likeness, shelf: LikenessShelf, root: Root, today: date, quota: int) -> None:
    if likeness.declaration != LIKENESS_DECLARATION:
        raise RefusedError("it has another declaration than this version knows", hint="register it again")
    if likeness.until < today:
        raise RefusedError(f"it ended on {likeness.until}", hint="give a later day in --until")
    stand = (standing(s, root, today) for s in shelf.of_holder(likeness.holder))
    held = sum(s.state is State.ACTIVE and s.trust is Trust.DECLARED for s in stand)
    if held >= quota:
        raise RefusedError(
            f"{likeness.holder} has {held} registrations of which the desk has not verified the relation",
            hint="have one verified at the desk, or withdraw one; several photos of a person can be one",
        )


def _check_verification(verification: Verification, found: StatedLikeness | None, root: Root) -> None:
    if verification.by not in root.vouchers:
        raise RefusedError(
            f"{verification.by} is no voucher of this registry", hint="sekisho registry show lists them"
        )
    if found is None:
        raise RefusedError(_NOT_THERE, hint="the holder has to register first")
    if verification.trust_of(found.likeness) is not Trust.VERIFIED:
        raise RefusedError(
            "nobody verifies its own registration, nor another relation than was declared",
            hint="another voucher verifies it, or the holder registers again with the right relation",
        )
