"""What comes with an item besides its bytes: where it was found, what its server and its page said."""

from datetime import datetime
from enum import StrEnum

import msgspec

from sekisho.model.signal import Signal
from sekisho.model.words import require

__all__ = ["Asked", "Told"]


class Asked(StrEnum):
    """What the members of a record are still to be asked; who reads a dataset does not ask them."""

    NOTHING = "nothing"
    SIGNALS = "signals"
    """What was said of it; where it was found only beside that."""
    ALL = "all"


class Told(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a dataset's reader knows about an item that is not in its bytes.

    One is made for each record of a dataset: a dataclass takes eight times as long.

    Attributes:
        url: where the item was fetched from; empty: nobody knows.
        site: scheme and host of `url`, if it is written as most are (`cells.site_in`); else ''.
        page: the page that it was linked from; empty: nobody knows.
        captured: when it was fetched, aware; None: nobody knows.
        signals: what was read beside it: header fields of its response, columns, sidecars, its page.
        languages: what the dataset calls its languages, as written; nobody has checked it.
    """

    url: str = ""
    site: str = ""
    page: str = ""
    captured: datetime | None = None
    signals: tuple[Signal, ...] = ()
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.captured is not None:
            require(self.captured.tzinfo is not None, "captured is aware")
