"""What goes with registrations in a batch, passages and traits: kept only together with what names them.

Such a statement says nothing by itself. It is kept if a registration that is kept names it and
was signed by the same key: nobody fills a registry with what belongs to no entry, and nobody registers
with another's passages or traits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sekisho.errors import RefusedError
from sekisho.model import Entry
from sekisho.registry.examined import ATTACHED, FILM, Examined
from sekisho.registry.rules import Shelf

__all__ = ["Attached"]


def _word(name: str) -> str:
    return "passages" if name.startswith("p-") else "traits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """The statements of passages and traits of one batch.

    Attributes:
        arriving: by id.
    """

    shelf: Shelf
    arriving: Mapping[str, Examined]
    _named: set[str] = field(default_factory=set)

    @classmethod
    def of_batch(cls, shelf: Shelf, statements: Iterable[Examined]) -> "Attached":
        """Return what is attached in a batch."""
        return cls(shelf=shelf, arriving={s.id: s for s in statements if s.type in ATTACHED})

    def largest(self, statement: Examined) -> int:
        """Return the bytes of the largest statement of passages or traits that a registration brings along.

        Raises:
            RefusedError: what it names is not here, was signed by another, or does not fit its print.
        """
        sizes = [self._size(name, statement) for name in (*statement.texts, *statement.traits)]
        self._check_kinds(statement)
        return max(sizes, default=0)

    def _size(self, name: str, statement: Examined) -> int:
        known, arriving = self.shelf.known(name), self.arriving.get(name)
        signer = known[1] if known is not None else arriving.signer if arriving is not None else None
        if signer is None:
            raise RefusedError(
                f"the {_word(name)} {name} that it names are not here",
                hint=f"send the registration and its {_word(name)} in one file, as sekisho register -o"
                " writes them",
            )
        if signer != statement.signer:
            raise RefusedError(
                f"the {_word(name)} {name} that it names were signed by {signer}, not by {statement.signer}",
                hint="fingerprint your own files, and register them with the key that signs",
            )
        return len(arriving.envelope) if known is None and arriving is not None else 0

    def _check_kinds(self, statement: Examined) -> None:
        """Refuse a film that passes for a picture, and a picture that passes for a film."""
        prints = statement.noun.prints if isinstance(statement.noun, Entry) else ()
        for p in prints:
            if isinstance(p.traits, str) and self._about(p.traits) != (FILM if p.is_film else ""):
                raise RefusedError(
                    f"the traits {p.traits} are not of this kind of print: only a film has frames",
                    hint="make the prints again with sekisho fingerprint",
                )

    def _about(self, name: str) -> str:
        known = self.shelf.known(name)
        return known[2] if known is not None else self.arriving[name].about

    def keep(self, statement: Examined) -> None:
        """Remember what a registration names that is kept."""
        self._named.update(statement.texts, statement.traits)

    def check(self, statement: Examined) -> None:
        """Let passages or traits in that a kept registration of this batch names.

        Raises:
            RefusedError: there is none.
        """
        if statement.id not in self._named:
            word = _word(statement.id)
            raise RefusedError(
                f"no registration that is kept names these {word}",
                hint=f"{word} are kept only together with the entry that they belong to",
            )
