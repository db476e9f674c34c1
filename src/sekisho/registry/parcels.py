"""New registrations with the passages and traits that they name, signed, in parcels that fit into memory.

The registrations stand in the order of the file of prints, and each is handed over with what it names:
a registry keeps the two only together. A parcel is complete in itself, so a second try after a crash
goes on with what is not registered yet.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sekisho.codec import digest_id, encode_passages, encode_traits
from sekisho.model import Entry, KeyId, Passages, Print, Traits
from sekisho.registry.prints import Prints, PrintsFile
from sekisho.signing import PASSAGES, REGISTRATION, TRAITS, Signer, sign_statement

__all__ = ["PARCEL", "Parcel", "named_prints", "parcels"]

PARCEL = 128 << 20
"""Bytes of envelopes from which a parcel is handed over: about a thousand novels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Some new entries, and the envelopes of their registrations, passages and traits."""

    entries: tuple[Entry, ...]
    envelopes: tuple[bytes, ...]


def named_prints(found: PrintsFile, by: KeyId) -> Prints:
    """Return prints as registrations have them: the ids of the statements of passages (p-) and traits (t-).

    Args:
        found: the file; of passages and traits only those of one print are in memory at a time.
        by: the key that will sign the statements.
    """
    prints = tuple(_named(p, by) for p in found.prints())
    return Prints(holder=found.holder, prints=prints, as_one=found.as_one)


def _named(p: Print, by: KeyId) -> Print:
    if isinstance(p.passages, Passages):
        return replace(p, passages=digest_id("p", encode_passages(p.passages, by=by)))
    if isinstance(p.traits, Traits):
        return replace(p, traits=digest_id("t", encode_traits(p.traits, by=by)))
    return p


def _attached(entry: Entry) -> frozenset[str]:
    names = (name for p in entry.prints for name in (p.passages, p.traits))
    return frozenset(name for name in names if isinstance(name, str))


@dataclass(slots=True)
class _Packing:
    """The parcel that is being filled: entries that wait for what they name, and what is here of it."""

    waiting: deque[tuple[Entry, bytes]]
    signer: Signer
    wanted: frozenset[str]
    here: dict[str, bytes] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    envelopes: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, p: Print) -> bool:
        """Sign passages or traits that an entry waits for; False: the print has none."""
        if isinstance(p.passages, Passages):
            self._sign("p", PASSAGES, encode_passages(p.passages, by=self.signer.key))
        elif isinstance(p.traits, Traits):
            self._sign("t", TRAITS, encode_traits(p.traits, by=self.signer.key))
        else:
            return False
        return True

    def _sign(self, prefix: str, type_: str, payload: bytes) -> None:
        name = digest_id(prefix, payload)
        if name in self.wanted and not self._is_here(name):
            self.here[name] = sign_statement(type_, payload, self.signer)

    def pack(self) -> None:
        """Pack the entries of which all is here."""
        while self.waiting and all(map(self._is_here, _attached(self.waiting[0][0]))):
            entry, payload = self.waiting.popleft()
            names = sorted(_attached(entry) - self.sent)
            made = [sign_statement(REGISTRATION, payload, self.signer), *map(self.here.pop, names)]
            self.sent.update(names)
            self.entries.append(entry)
            self.envelopes += made
            self.size += sum(map(len, made))

    def _is_here(self, name: str) -> bool:
        return name in self.here or name in self.sent

    def parcel(self) -> Parcel:
        """Return what is packed, and begin anew."""
        parcel = Parcel(entries=tuple(self.entries), envelopes=tuple(self.envelopes))
        self.entries, self.envelopes, self.size = [], [], 0
        return parcel


def parcels(
    new: Sequence[tuple[Entry, bytes]], found: PrintsFile, signer: Signer, *, size: int = PARCEL
) -> Iterator[Parcel]:
    """Sign registrations and the passages and traits that they name.

    Args:
        new: entries and their payloads, in the order of the file.
        found: the file of prints, which is read once more if an entry names any.
        signer: of all of them.
        size: bytes from which a parcel is handed over.
    """
    wanted = frozenset(name for entry, _ in new for name in _attached(entry))
    packing = _Packing(deque(new), signer, wanted)
    for p in found.prints() if wanted else ():
        if packing.add(p):
            packing.pack()
        if packing.size >= size:
            yield packing.parcel()
    packing.pack()
    if packing.entries:
        yield packing.parcel()
