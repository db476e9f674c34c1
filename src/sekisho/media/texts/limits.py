"""What the text of one item may cost, decided by characters, fields and depth alone."""

from dataclasses import asdict, dataclass

__all__ = ["TextLimits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLimits:
    """Bound what the text of one item may cost. Part of the manifest; every field is a whole number.

    Attributes:
        max_chars: code points of all fields together; ten times the longest novel.
        max_fields: strings of a record, or documents of a book.
        max_depth: of a JSON record; records of datasets have less than 10.
        max_expansion: members of a book unpacked against its file, once they are above 64 MiB.
        max_main_chars: of a page of which the main text is looked for; of a longer one all is main text.
        max_main_tags: likewise; what looks for it builds a tree of them.
    """

    max_chars: int = 50_000_000
    max_fields: int = 100_000
    max_depth: int = 100
    max_expansion: int = 200
    max_main_chars: int = 1_000_000
    max_main_tags: int = 20_000

    def as_dict(self) -> dict[str, int]:
        """Return the limits as the manifest states them."""
        return asdict(self)
