"""How many entries a registrant whom nobody has confirmed may hold: room for people, not for floods.

A registrant with one standing vouch has no limit. For others the entries that stand count; one that
was withdrawn gives its place back on the next day, so that nobody fills a registry by turns.
A text or film needs a place of its own, also in an entry with others: its passages or frames are what
fills a disk. So do every 50 pictures whose local features or vectors are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sekisho.codec import decode_vouch
from sekisho.errors import RefusedError
from sekisho.model import Entry, KeyId, Vouch
from sekisho.registry.examined import Examined
from sekisho.registry.rules import Shelf, revoked
from sekisho.signing import VOUCH, read_payload

__all__ = ["DECLARED_QUOTA", "DECLARED_TEXT", "Counted", "Places"]

DECLARED_QUOTA = 1000
"""Entries; a person's work of years, and too few to fill a registry with others' works."""

DECLARED_TEXT = 8 << 20
"""Bytes of one statement of passages or traits: a text of about five million characters, or any film."""


class Counted(Shelf, Protocol):
    """A shelf that counts its entries."""

    def held(self, owner: KeyId, day: date) -> int:
        """Return how many places the entries of an owner take that were not withdrawn before a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The places that are left in one batch.

    Attributes:
        quota: entries that a registrant without a vouch may hold.
        arriving: vouches of the same batch; they are placed after the entries that they name.
    """

    shelf: Counted
    today: date
    quota: int
    arriving: tuple[Vouch, ...] = ()
    _left: dict[KeyId, int | None] = field(default_factory=dict)

    @classmethod
    def of_batch(cls, shelf: Counted, statements: Iterable[Examined], *, today: date, quota: int) -> "Places":
        """Return the places for a batch."""
        vouches = tuple(s.noun for s in statements if isinstance(s.noun, Vouch))
        return cls(shelf=shelf, today=today, quota=quota, arriving=vouches)

    def admit(self, statement: Examined, largest: int = 0) -> None:
        """Take the places for a registration; other statements need none.

        Args:
            statement: the registration.
            largest: bytes of the largest statement of passages or traits that it brings along.

        Raises:
            RefusedError: nobody vouches for the registrant, and its places are taken, or a text is too large.
        """
        if not isinstance(statement.noun, Entry):
            return
        key = statement.owner
        if key not in self._left:
            held = self.shelf.held(key, self.today)
            self._left[key] = None if self._vouched(key) else self.quota - held
        left = self._left[key]
        if left is None:
            return
        if largest > DECLARED_TEXT:
            raise RefusedError(
                f"a text or film of it has {largest} bytes, more than {DECLARED_TEXT}, and nobody vouches"
                f" for {key}",
                hint="cut it into volumes, or ask a voucher of the registry to confirm this key",
            )
        needed = statement.places
        if left < needed:
            raise RefusedError(
                f"{key} has {self.quota} entries, texts and films, and nobody vouches for it"
                if left <= 0
                else f"{key} has {left} places left, and this needs {needed}; nobody vouches for it",
                hint="ask a voucher of the registry to confirm this key (sekisho registry vouch): then there"
                " is no limit; or put more pictures into one entry (--as-one), or withdraw some",
            )
        self._left[key] = left - needed

    def _vouched(self, registrant: KeyId) -> bool:
        known = [decode_vouch(read_payload(e, VOUCH)) for e in self.shelf.find(VOUCH, registrant)]
        vouchers = self.shelf.root().vouchers
        return any(
            vouch.registrant == registrant
            and vouch.voucher in vouchers
            and not revoked(vouch.id, vouch.voucher, self.shelf, self.today)
            for vouch in (*known, *self.arriving)
        )
