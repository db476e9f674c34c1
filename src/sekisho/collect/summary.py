"""What a collect has found, counted."""

from collections import Counter
from collections.abc import Mapping
from urllib.parse import urlsplit

from sekisho.detect.signals.kept import Kept, Why
from sekisho.detect.signals.sites import FILES, Reached

__all__ = ["LICENCE", "Summary", "file_of"]

LICENCE = "licence"


def file_of(url: str) -> str:
    """Return which file of a site a URL is: its path, or that it is a licence."""
    path = urlsplit(url).path
    return path if path in FILES else LICENCE


class Summary:
    """Count copies by file and how they were reached, and why not."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._reached: Counter[tuple[str, Reached]] = Counter()
        self._why: Counter[str] = Counter()

    def add(self, kept: Kept) -> None:
        """Count a copy."""
        self._reached[file_of(kept.copy.url), kept.copy.reached] += 1
        if kept.why is Why.STATUS:
            self._why[f"{kept.why} {kept.status}"] += 1
        elif kept.why:
            self._why[kept.why.value] += 1

    @property
    def total(self) -> int:
        """Return how many were counted."""
        return self._reached.total()

    def of(self, file: str) -> Mapping[Reached, int]:
        """Return how a file was reached."""
        return {reached: self._reached[file, reached] for reached in Reached}

    def reached(self, how: Reached) -> int:
        """Return how many were reached so."""
        return sum(n for (_, reached), n in self._reached.items() if reached is how)

    @property
    def why(self) -> tuple[tuple[str, int], ...]:
        """Return the reasons, the most frequent first."""
        return tuple(sorted(self._why.items(), key=lambda one: (-one[1], one[0])))
