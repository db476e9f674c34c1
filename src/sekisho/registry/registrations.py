"""Prints -> the payloads of registrations, and which of them say something new."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sekisho.codec import decode_registration, encode_registration
from sekisho.errors import UsageError
from sekisho.model import Entry, Kind, Name, Print, Registrant
from sekisho.registry.entries import Contents, contents_of
from sekisho.registry.prints import Prints, by_entry

__all__ = ["Terms", "new_among"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What stands in every registration of one call."""

    holder: Registrant
    kind: Kind
    title: str
    on: date
    protected_until: date | None = None
    source: str = ""
    licence: str = ""
    names: tuple[Name, ...] = ()

    def payload(self, prints: tuple[Print, ...]) -> bytes:
        """Return the payload of one entry."""
        return encode_registration(
            holder=self.holder,
            kind=self.kind,
            title=self.title,
            on=self.on,
            prints=prints,
            protected_until=self.protected_until,
            source=self.source,
            licence=self.licence,
            names=self.names,
        )

    def payloads(self, found: Prints, *, as_one: bool) -> tuple[bytes, ...]:
        """Return one payload for each entry of a file of prints, or for all of them together."""
        groups = (found.prints,) if as_one or found.as_one else by_entry(found.prints)
        return tuple(dict.fromkeys(self.payload(_each_once(group)) for group in groups))


def _each_once(prints: tuple[Print, ...]) -> tuple[Print, ...]:
    """Leave out the traits of a picture that stands in one entry again: its first place has them."""
    seen: set[str] = set()
    made = []
    for p in prints:
        again = isinstance(p.traits, str) and p.traits in seen
        made.append(replace(p, traits=None) if again else p)
        if isinstance(p.traits, str):
            seen.add(p.traits)
    return tuple(made)


def new_among(
    payloads: Sequence[bytes], known: Mapping[Contents, Entry], ended: Collection[str]
) -> list[tuple[Entry, bytes]]:
    """Return the payloads, with their entries, that say something which is not registered.

    Args:
        payloads: of registrations.
        known: what the holder has registered and not withdrawn, by its contents.
        ended: ids of what it has withdrawn.

    Raises:
        UsageError: the same was registered and withdrawn on this very day.
    """
    pairs = [(decode_registration(p), p) for p in payloads]
    new = [(e, p) for e, p in pairs if contents_of(e) not in known]
    for entry, _ in new:
        if entry.id in ended:
            raise UsageError(
                f"{entry.id} was registered and withdrawn today",
                hint="register it again tomorrow, or under another title: an id follows from the contents",
            )
    return new
