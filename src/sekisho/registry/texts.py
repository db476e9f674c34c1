"""Passages of texts in a batch: kept only together with the registration that names them.

A statement of passages says nothing by itself. It is kept if a registration that is kept names it and
was signed by the same key: nobody fills a registry with what belongs to no entry, and nobody registers
with another's passages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sekisho.errors import RefusedError
from sekisho.registry.examined import Examined
from sekisho.registry.rules import Shelf
from sekisho.signing import PASSAGES

__all__ = ["Texts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The statements of passages of one batch.

    Attributes:
        arriving: by id.
    """

    shelf: Shelf
    arriving: Mapping[str, Examined]
    _named: set[str] = field(default_factory=set)

    @classmethod
    def of_batch(cls, shelf: Shelf, statements: Iterable[Examined]) -> "Texts":
        """Return the texts of a batch."""
        return cls(shelf=shelf, arriving={s.id: s for s in statements if s.type == PASSAGES})

    def largest(self, statement: Examined) -> int:
        """Return the bytes of the largest statement of passages that a registration brings along.

        Raises:
            RefusedError: passages that it names are not here, or were signed by another.
        """
        return max((self._size(name, statement) for name in statement.texts), default=0)

    def _size(self, name: str, statement: Examined) -> int:
        known, arriving = self.shelf.known(name), self.arriving.get(name)
        signer = known[1] if known is not None else arriving.signer if arriving is not None else None
        if signer is None:
            raise RefusedError(
                f"the passages {name} that it names are not here",
                hint="send the registration and its passages in one file, as sekisho register -o writes them",
            )
        if signer != statement.signer:
            raise RefusedError(
                f"the passages {name} that it names were signed by {signer}, not by {statement.signer}",
                hint="fingerprint your own files, and register them with the key that signs",
            )
        return len(arriving.envelope) if known is None and arriving is not None else 0

    def keep(self, statement: Examined) -> None:
        """Remember what a registration names that is kept."""
        self._named.update(statement.texts)

    def check(self, statement: Examined) -> None:
        """Let passages in that a kept registration of this batch names.

        Raises:
            RefusedError: there is none.
        """
        if statement.id not in self._named:
            raise RefusedError(
                "no registration that is kept names these passages",
                hint="passages are kept only together with the entry that they belong to",
            )
