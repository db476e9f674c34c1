"""Take a batch of statements into a registry: each is kept or refused with the reason."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Protocol

from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.model import EntryId, Name, Print
from sekisho.registry.attached import Attached
from sekisho.registry.common import Commons, Resembles
from sekisho.registry.copies import Copied, TextRow, copied_entries
from sekisho.registry.examined import ATTACHED, Examined, examine
from sekisho.registry.naming import everyday_names
from sekisho.registry.nearness import Near, PrintRow, alike_entries, columns_of, near_entries
from sekisho.registry.quota import DECLARED_QUOTA, Counted, Places
from sekisho.registry.rules import place, rank
from sekisho.signing import REGISTRATION

__all__ = ["Desk", "Verdict", "submit"]

TEMPLATE = 5
"""Entries of one holder that are near to each other: cards or signs made by one template."""
Refusal = (InputError, RefusedError, SignatureError)


class Desk(Counted, Protocol):
    """A registry in a transaction that takes in a batch."""

    def prints(self) -> Iterable[PrintRow]:
        """Return the prints of the entries that are not withdrawn, in the order in which they came in."""

    def texts(self) -> Iterable[TextRow]:
        """Return the sketches of the texts of these entries, in the same order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one statement.

    Attributes:
        id, type: empty if the envelope could not even be examined.
        kept: it is in the registry now.
        new: it was not before.
        reason, hint: why it was refused.
        near: earlier entries of other holders with the same or near prints; it is kept all the same.
        copied: earlier entries of other holders with which its texts share passages; likewise.
        common: what of the registry's common content it resembles; likewise.
        alike: earlier entries of the same holder that are near to it, if they are many: a template.
    """

    id: str = ""
    type: str = ""
    kept: bool
    new: bool = False
    reason: str = ""
    hint: str = ""
    near: tuple[Near, ...] = ()
    copied: tuple[Copied, ...] = ()
    common: tuple[Resembles, ...] = ()
    alike: int = 0


def _examined(envelope: bytes) -> Examined | Verdict:
    try:
        return examine(envelope)
    except Refusal as error:
        return Verdict(kept=False, reason=str(error), hint=error.hint)


def _refuse_everyday(statement: Examined, everyday: frozenset[Name]) -> None:
    """Refuse a registration whose name would stop what everybody writes.

    Raises:
        RefusedError: with the name.
    """
    for name in statement.names:
        if name in everyday:
            raise RefusedError(
                f"its name {name.text!r} stands in everyday text: too much would be stopped",
                hint="give the full name, or other words of which one must stand near it",
            )


def _nothing(_: Sequence[Print]) -> None:
    """Refuse no print."""


def _admit(
    statement: Examined,
    places: Places,
    attached: Attached,
    commons: Commons,
    everyday: frozenset[Name],
    refuse: Callable[[Sequence[Print]], None],
) -> None:
    """Let a statement in whose passages and traits are here and for which there is room."""
    if statement.type in ATTACHED:
        attached.check(statement)
        return
    _refuse_everyday(statement, everyday)
    refuse(statement.prints)
    commons.check(statement)
    places.admit(statement, attached.largest(statement))
    attached.keep(statement)


def _placed(statement: Examined, shelf: Desk, admit: Callable[[Examined], None], *, today: date) -> Verdict:
    try:
        new = place(statement, shelf, today=today, admit=admit)
    except Refusal as error:
        return Verdict(id=statement.id, type=statement.type, kept=False, reason=str(error), hint=error.hint)
    return Verdict(id=statement.id, type=statement.type, kept=True, new=new)


def _with_neighbours(verdicts: Sequence[Verdict], shelf: Desk, commons: Commons) -> tuple[Verdict, ...]:
    """Say which new entries are near earlier ones; the prints are read once for the whole batch."""
    new = {v.id for v in verdicts if v.new and v.type == REGISTRATION}
    if not new:
        return tuple(verdicts)
    columns = columns_of(shelf.prints())
    near = near_entries(columns, new)
    alike = alike_entries(columns, new)
    copied = copied_entries(shelf.texts(), new)
    return tuple(
        replace(
            v,
            near=near.get(EntryId(v.id), ()),
            copied=copied.get(EntryId(v.id), ()),
            common=commons.found.get(v.id, ()),
            alike=_many(alike.get(EntryId(v.id), 0)),
        )
        if v.new
        else v
        for v in verdicts
    )


def _many(alike: int) -> int:
    """Return how many entries of the same holder are near, 0 if they are few: a picture has versions."""
    return alike if alike >= TEMPLATE else 0


def submit(
    envelopes: Sequence[bytes],
    batch: Callable[[], AbstractContextManager[Desk]],
    *,
    today: date,
    quota: int = DECLARED_QUOTA,
    refuse: Callable[[Sequence[Print]], None] = _nothing,
) -> tuple[Verdict, ...]:
    """Judge statements and keep those that pass, all in one transaction.

    Signatures are verified before the transaction begins, so that other writers wait only for the
    look-ups. Within the batch mandates come first, then registrations, their passages and traits and
    what refers to them, so that the order of lines in a file does not matter.

    Args:
        envelopes: signed statements.
        batch: opens the transaction.
        today: the registry's day; the caller reads the clock.
        quota: entries that a registrant without a vouch may hold.
        refuse: raises RefusedError for the prints of a registration that are not taken as a work.

    Returns:
        One verdict per envelope, in the order given.
    """
    examined = [_examined(envelope) for envelope in envelopes]
    ready = [(i, e) for i, e in enumerate(examined) if isinstance(e, Examined)]
    verdicts = {i: e for i, e in enumerate(examined) if isinstance(e, Verdict)}
    everyday = everyday_names(name for _, e in ready for name in e.names)
    with batch() as shelf:
        places = Places.of_batch(shelf, (e for _, e in ready), today=today, quota=quota)
        attached = Attached.of_batch(shelf, (e for _, e in ready))
        commons = Commons.of_batch(shelf, (e for _, e in ready), today=today)
        admit = partial(
            _admit,
            places=places,
            attached=attached,
            commons=commons,
            everyday=everyday,
            refuse=refuse,
        )
        for index, statement in sorted(ready, key=lambda pair: (rank(pair[1]), pair[0])):
            verdicts[index] = _placed(statement, shelf, admit, today=today)
        return _with_neighbours([verdicts[i] for i in range(len(envelopes))], shelf, commons)
