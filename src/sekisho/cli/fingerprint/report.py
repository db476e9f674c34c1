"""What `sekisho fingerprint` tells of each file: what could not be read, and what was left out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sekisho.cli.say import complain, note, say
from sekisho.model import Print, Traits
from sekisho.registry.fingerprinted import Made, PageMade
from sekisho.registry.selection import Fate, Placed, Selection, prints_of
from sekisho.registry.written import SHORT_WORK, Written

__all__ = ["Told"]


_BY_CAMERA = "a camera took it (EXIF): it has no local features, which are for drawn works"
_MORE = {
    "panels": "panels",
    "local": "fingerprints with local features",
    "vectors": "with vectors",
    "frames": "frames of films",
    "photographs": "taken by a camera, without local features",
}
"""What is counted besides fingerprints, in the words of the result."""


class Told:
    """Pass the prints on, and count and say what happens to every page."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._files: Counter[str] = Counter()
        self._fates: Counter[Fate] = Counter()
        self._charsets: Counter[str] = Counter()
        self._letters = self._short = 0
        self._low = self._prints = self._missing = 0
        self._more: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """Return the number of prints."""
        return self._prints

    @property
    def incomplete(self) -> bool:
        """Tell whether a file could not be read."""
        return self._files["unreadable"] > 0

    def prints(self, files: Iterable[Placed], selection: Selection) -> Iterator[Print]:
        """Yield the prints of all pages that are kept, and say what is not."""
        for placed in files:
            left_out: defaultdict[Fate, list[int]] = defaultdict(list)
            kept = 0
            for page in placed.made.pages:
                fate = selection.fate(placed, page)
                if page.panel:
                    self._more["panels"] += fate is Fate.KEPT
                    yield from self._counted(placed, page) if fate is Fate.KEPT else ()
                    continue
                if fate is not Fate.KEPT:
                    left_out[fate].append(page.number)
                    continue
                kept += 1
                self._low += not page.good and page.text is None and not page.film
                yield from self._counted(placed, page)
            self._tell(placed, left_out, kept)

    def _counted(self, placed: Placed, page: PageMade) -> Iterator[Print]:
        for made in prints_of(placed, page):
            self._prints += 1
            traits = made.traits
            if isinstance(traits, Traits):
                self._more["local"] += traits.local is not None
                self._more["vectors"] += bool(traits.vectors)
                self._more["frames"] += len(traits.film.frames) if traits.film is not None else 0
            yield made

    def _tell(self, placed: Placed, left_out: dict[Fate, list[int]], kept: int) -> None:
        made = placed.made
        if made.problem is not None:
            self._files["unreadable"] += 1
            complain(": ".join(filter(None, (placed.name, made.problem.reason, made.problem.detail))))
        elif not made.count:
            self._files["not media"] += 1
        else:
            self._files[_what(made)] += 1
        if made.remark:
            note(f"{placed.name}: {made.remark}")
        if photographs := sorted({page.number for page in made.pages if page.photograph}):
            self._more["photographs"] += len(photographs)
            where = f"page {_ranges(photographs)}: " if made.volume else ""
            complain(f"{placed.name}: {where}{_BY_CAMERA}", "scan a drawing instead of photographing it")
        if made.text is not None:
            self._tell_text(placed.name, made.text)
        elif kept and not made.volume and not made.film and not made.pages[0].good:
            note(f"{placed.name}: too little detail, only the identical file will be found (SHA-256)")
        self._fates.update({fate: len(numbers) for fate, numbers in left_out.items()})
        if placed.volume:
            self._fates[Fate.KEPT] += kept
            self._missing += made.count - len({page.number for page in made.pages})
        for fate, numbers in left_out.items():
            where = f"page {_ranges(numbers)}" if made.volume else "left out"
            note(f"{placed.name}: {where}: {fate}")
        if left_out and not kept and made.volume:
            note(f"{placed.name}: no page is left to register (--keep-all-pages keeps them)")

    def _tell_text(self, name: str, text: Written) -> None:
        self._charsets[text.charset] += 1
        self._letters += text.units
        self._short += text.is_short
        if text.undecodable:
            note(f"{name}: {text.undecodable} bytes are no characters in {text.charset}")
        if text.is_short:
            note(f"{name}: under {SHORT_WORK} letters: only a whole line will be found, for review at most")

    def summary(self, size: int, output: Path) -> None:
        """Say the result."""
        files = sum(self._files[what] for what in ("pictures", "films", "volumes", "texts"))
        say(f"{files} files, {self._prints} fingerprints -> {output} ({size} bytes)")
        say(
            f"{self._low} by SHA-256 only, {self._files['unreadable']} unreadable, "
            f"{self._files['not media']} not media"
        )
        if any(self._more.values()):
            say("; ".join(f"{count} {_MORE[what]}" for what, count in self._more.items() if count))
        if self._charsets:
            read = ", ".join(f"{charset} {count}" for charset, count in self._charsets.most_common())
            count = f"{self._charsets.total()} texts of {self._letters} letters"
            say(f"{count}, {self._short} of them short ({read})")
            if self._files["pictures"]:
                note("texts beside pictures are works too; --only pictures leaves them out")
        if self._fates:
            pages = self._fates.total() + self._missing
            parts = [f"{self._fates[fate]} {fate}" for fate in Fate]
            parts += [f"{self._missing} without a picture"] if self._missing else []
            say(f"{self._files['volumes']} volumes, {pages} pages: {'; '.join(parts)}")


def _what(made: Made) -> str:
    """Name a kind of file, as it is counted."""
    if made.volume:
        return "volumes"
    return "films" if made.film else "pictures" if made.text is None else "texts"


def _ranges(numbers: Sequence[int]) -> str:
    """Write page numbers in short: 1-3, 7."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
