"""What comes with an item besides its bytes: where it was found, what its server and its page said."""

from dataclasses import dataclass
from datetime import datetime

from sekisho.model.signal import Signal
from sekisho.model.words import require

__all__ = ["Told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a dataset's reader knows about an item that is not in its bytes.

    Attributes:
        url: where the item was fetched from; empty: nobody knows.
        page: the page that it was linked from; empty: nobody knows.
        captured: when it was fetched, aware; None: nobody knows.
        signals: what was read beside it: header fields of its response, columns, sidecars, its page.
        languages: what the dataset calls its languages, as written; nobody has checked it.
    """

    url: str = ""
    page: str = ""
    captured: datetime | None = None
    signals: tuple[Signal, ...] = ()
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(self.captured is None or self.captured.tzinfo is not None, "captured is aware")
