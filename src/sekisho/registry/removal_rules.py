"""Who may take a work that shows a person out of a registry, and let it in again. Pure.

A stranger can register another's photo as a work, and only the desk can take it out. So that nobody takes out
a publisher's work by a false request, an entry that a voucher has ever confirmed needs two persons with
different keys; and what one or two have decided, as many can undo if the registrant objects.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sekisho.errors import RefusedError
from sekisho.model import Entry, EntryId, KeyId, Root, Vouch
from sekisho.registry.removal import Decided, Objection, Step, open_removal

__all__ = ["FRESH", "Deciders", "may_readmit", "may_remove"]

FRESH = timedelta(days=30)
"""A second person agrees to what is before it, not to what was asked once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciders:
    """Whose word counts at a registry.

    Attributes:
        agreed: the envelope of a second person, None if there is none.
    """

    root: Root
    agreed: bytes | None
    today: date


def _second(deciders: Deciders, step: Step, entry: EntryId, others: Sequence[KeyId]) -> KeyId | None:
    """Return the key of a second person, None if none is named.

    Raises:
        RefusedError: its word is about something else, too old, or one of the first person's own.
    """
    if deciders.agreed is None:
        return None
    said = open_removal(deciders.agreed)
    registry = deciders.root.registry
    if (said.step, said.entry, said.registry) != (step, entry, registry):
        raise RefusedError(
            f"the agreement is to {said.step} {said.entry}, not to {step} {entry} of this registry",
            hint="the second person agrees to this entry: sekisho registry agree",
        )
    if not deciders.today - FRESH <= said.on <= deciders.today + timedelta(days=1):
        raise RefusedError(f"the agreement is of {said.on}", hint="it is given anew after 30 days")
    if said.by in others:
        raise RefusedError(
            f"{said.by} has decided already: the second person needs a key of its own",
            hint="two keys of one person are one person; ask another voucher of the registry",
        )
    return said.by


def may_remove(entry: Entry, vouches: Iterable[Vouch], deciders: Deciders) -> tuple[KeyId, ...]:
    """Return the keys that decide to take an entry out: the registry's, and a second one if there is one.

    Args:
        entry: as it was registered.
        vouches: every one that was ever given for its registrant, revoked ones too: who could first revoke a
            vouch would else need nobody.
        deciders: whose word counts.

    Raises:
        RefusedError: a voucher has confirmed it, and nobody else agrees who may.
        InputError, SignatureError: the agreement does not hold.
    """
    root, registrant = deciders.root, entry.registrant.key
    second = _second(deciders, Step.REMOVE, entry.id, (root.registry,))
    confirmed = any(
        v.voucher in root.vouchers and v.registrant == registrant and (not v.entries or entry.id in v.entries)
        for v in vouches
    )
    if second is not None and second not in {*root.vouchers, *root.authorities, registrant}:
        raise RefusedError(
            f"{second} is no voucher or authority of this registry, nor the entry's registrant",
            hint="sekisho registry show lists the keys",
        )
    if confirmed and second is None:
        raise RefusedError(
            f"a voucher has confirmed {entry.id}: one key alone does not take it out",
            hint="another voucher, an authority or the registrant agrees: sekisho registry agree",
        )
    return (root.registry,) if second is None else (root.registry, second)


def may_readmit(decided: Decided, objection: Objection, deciders: Deciders) -> tuple[KeyId, ...]:
    """Return the keys that let an entry in again: the registry's, and another one if two took it out.

    Args:
        decided: how it was taken out.
        objection: of the registrant.
        deciders: whose word counts.

    Raises:
        RefusedError: another's objection, or two had decided and nobody else agrees who took no part.
        InputError, SignatureError: the agreement does not hold.
    """
    root = deciders.root
    named = (objection.holder, objection.entry, objection.registry)
    if named != (decided.registrant, decided.entry, root.registry):
        raise RefusedError("the objection is not by the registrant of what was taken out of this registry")
    second = _second(deciders, Step.READMIT, decided.entry, (root.registry, *decided.by, decided.registrant))
    if second is not None and second not in root.vouchers | root.authorities:
        raise RefusedError(f"{second} is no voucher or authority of this registry")
    if len(decided.by) > 1 and second is None:
        raise RefusedError(
            f"two have taken {decided.entry} out: one key alone does not let it in again",
            hint="a voucher who took no part agrees: sekisho registry agree --readmit, then --agreed",
        )
    return (root.registry,) if second is None else (root.registry, second)
