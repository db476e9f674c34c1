"""Give every file its place in the registration: which volume it is, or which page of one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count

from sekisho.registry.fingerprinted import Made
from sekisho.registry.selection import Placed

__all__ = ["placed"]

Found = tuple[str, bytes, Made]
"""Name, folder, and what became of a file."""


def placed(files: Iterable[Found], *, as_one: bool, several: bool = True) -> Iterator[Placed]:
    """Yield the files with their places, in the same order.

    A volume's pages are located by their numbers. As one entry, the pictures of a folder are the pages
    of one volume, a text or film is a volume by itself, and where there are several volumes, their
    numbers stand before those of the pages.

    Args:
        files: in reading order.
        as_one: all of them make one entry.
        several: there is more than one volume; only asked if `as_one`.
    """
    numbers = count(1)
    folders: dict[bytes, int] = {}
    pictures: Counter[int] = Counter()
    for name, folder, made in files:
        first = 0
        if made.volume or (as_one and (made.text is not None or made.film)):
            volume = next(numbers)
        elif as_one and (made.pages or made.problem is not None):
            volume = folders[folder] if folder in folders else folders.setdefault(folder, next(numbers))
            first = pictures[volume]
            pictures[volume] += 1
        else:
            volume = 0
        at = "" if not volume else f"{volume}/{{}}" if as_one and several else "{}"
        yield Placed(name=name, made=made, volume=volume, at=at, first=first)
