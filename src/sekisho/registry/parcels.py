"""New registrations with the passages that they name, signed, in parcels that fit into memory.

The registrations stand in the order of the file of prints, and each is handed over with its passages:
a registry keeps the two only together. A parcel is complete in itself, so a second try after a crash
goes on with what is not registered yet.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sekisho.codec import digest_id, encode_passages
from sekisho.model import Entry, KeyId, Passages, Print
from sekisho.registry.prints import Prints, PrintsFile
from sekisho.signing import PASSAGES, REGISTRATION, Signer, sign_statement

__all__ = ["PARCEL", "Parcel", "named_prints", "parcels"]

PARCEL = 128 << 20
"""Bytes of envelopes from which a parcel is handed over: about a thousand novels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Some new entries, and the envelopes of their registrations and passages."""

    entries: tuple[Entry, ...]
    envelopes: tuple[bytes, ...]


def named_prints(found: PrintsFile, by: KeyId) -> Prints:
    """Return prints as registrations have them: of each text the id (p-) of its statement of passages.

    Args:
        found: the file; of the passages only one text is in memory at a time.
        by: the key that will sign the statements.
    """
    prints = tuple(_named(p, by) for p in found.prints())
    return Prints(holder=found.holder, prints=prints, as_one=found.as_one)


def _named(p: Print, by: KeyId) -> Print:
    if not isinstance(p.passages, Passages):
        return p
    return replace(p, passages=digest_id("p", encode_passages(p.passages, by=by)))


def _texts(entry: Entry) -> frozenset[str]:
    return frozenset(p.passages for p in entry.prints if isinstance(p.passages, str))


@dataclass(slots=True)
class _Packing:
    """The parcel that is being filled: entries that wait for their passages, and passages that are here."""

    waiting: deque[tuple[Entry, bytes]]
    signer: Signer
    wanted: frozenset[str]
    here: dict[str, bytes] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    envelopes: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, passages: Passages) -> None:
        """Sign passages that an entry waits for."""
        payload = encode_passages(passages, by=self.signer.key)
        name = digest_id("p", payload)
        if name in self.wanted and not self._is_here(name):
            self.here[name] = sign_statement(PASSAGES, payload, self.signer)

    def pack(self) -> None:
        """Pack the entries whose passages are here."""
        while self.waiting and all(map(self._is_here, _texts(self.waiting[0][0]))):
            entry, payload = self.waiting.popleft()
            names = sorted(_texts(entry) - self.sent)
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
    """Sign registrations and the passages that they name.

    Args:
        new: entries and their payloads, in the order of the file.
        found: the file of prints, which is read once more if an entry has a text.
        signer: of all of them.
        size: bytes from which a parcel is handed over.
    """
    wanted = frozenset(name for entry, _ in new for name in _texts(entry))
    packing = _Packing(deque(new), signer, wanted)
    for p in found.prints() if wanted else ():
        if isinstance(p.passages, Passages):
            packing.add(p.passages)
            packing.pack()
        if packing.size >= size:
            yield packing.parcel()
    packing.pack()
    if packing.entries:
        yield packing.parcel()
