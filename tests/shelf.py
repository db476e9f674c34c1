"""A registry in memory, as `registry.submit.Desk`: a batch is kept only when it ends well."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from sekisho.model import KeyId, Root
from sekisho.registry.copies import TextRow
from sekisho.registry.examined import Examined, examine
from sekisho.registry.nearness import PrintRow
from sekisho.registry.rules import place
from sekisho.signing import REGISTRATION, WITHDRAWAL
from tests.parties import DAY, Party, root_of

__all__ = ["MemoryRegistry"]


class MemoryRegistry:
    """Statements by id, with the day on which each came in."""

    def __init__(self, root: Root, *envelopes: bytes) -> None:
        self._root = root
        self.day = DAY
        self.kept: dict[str, tuple[Examined, date]] = {}
        for envelope in envelopes:
            self.take(envelope)

    @classmethod
    def of(cls, registry: Party, *vouchers: Party) -> "MemoryRegistry":
        return cls(root_of(registry, *vouchers))

    def take(self, envelope: bytes, today: date | None = None) -> str:
        """Place one statement on a day and return its id; refusals are raised."""
        self.day = today or self.day
        statement = examine(envelope)
        place(statement, self, today=self.day, admit=lambda _: None)
        return statement.id

    @contextmanager
    def batch(self) -> Iterator["MemoryRegistry"]:
        before = dict(self.kept)
        try:
            yield self
        except BaseException:
            self.kept = before
            raise

    def root(self) -> Root:
        return self._root

    def known(self, statement: str) -> tuple[KeyId, KeyId, str] | None:
        found = self.kept.get(statement)
        return None if found is None else (found[0].owner, found[0].signer, found[0].about)

    def find(self, type: str, about: str, owner: KeyId | None = None) -> Sequence[bytes]:  # noqa: A002
        return [
            s.envelope
            for s, _ in self.kept.values()
            if (s.type, s.about) == (type, about) and owner in (None, s.owner)
        ]

    def held(self, owner: KeyId, day: date) -> int:
        mine = [(s, came) for s, came in self.kept.values() if s.owner == owner]
        ended = {s.about for s, came in mine if s.type == WITHDRAWAL and came < day}
        return sum(s.places for s, _ in mine if s.type == REGISTRATION and s.id not in ended)

    def prints(self) -> Sequence[PrintRow]:
        every = [s for s, _ in self.kept.values()]
        ended = {s.about for s in every if s.type == WITHDRAWAL}
        return [
            (
                s.id,
                s.owner,
                b"".join(p.sha256 for p in s.prints if p.sha256),
                b"".join(p.pdq for p in s.prints if p.pdq),
            )
            for s in every
            if s.prints and s.id not in ended
        ]

    def texts(self) -> Sequence[TextRow]:
        every = [s for s, _ in self.kept.values()]
        ended = {s.about for s in every if s.type == WITHDRAWAL}
        return [
            (s.id, s.owner, *self.kept[text][0].sketch)
            for s in every
            for text in s.texts
            if s.id not in ended
        ]

    def add(self, statement: Examined) -> None:
        self.kept[statement.id] = (statement, self.day)

    def statements(self, type_: str, owner: KeyId | None = None) -> Sequence[bytes]:
        """Return what an open registry would."""
        return [
            s.envelope
            for _, (s, _) in sorted(self.kept.items())
            if s.type == type_ and owner in (None, s.owner)
        ]
