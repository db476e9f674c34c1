"""CBZ and ZIP: every picture is a page, in natural order; folders are chapters."""

from collections.abc import Iterator

from sekisho.media.books.archive import Archive
from sekisho.media.books.book import Page, Picture
from sekisho.media.books.limits import BookLimits
from sekisho.media.books.natural import natural_key
from sekisho.media.limits import CannotDecode, Limits
from sekisho.media.sniff import HEAD, named_as_media, sniff
from sekisho.model import Unreadable

__all__ = ["Comic"]

_ARCHIVES = frozenset({"zip", "cbz", "cbr", "cb7", "cbt", "rar", "7z", "tar", "tgz", "gz", "epub", "pdf"})


class Comic:
    """The pages of an archive of pictures."""

    remark = ""
    flows = False

    def __init__(self, archive: Archive, limits: BookLimits) -> None:
        """Put the members in order; nothing is unpacked yet.

        Raises:
            CannotDecode: unsupported_format (an archive inside), too_many_frames.
        """
        self._archive = archive
        names = [name for name in archive.members if not _is_hidden(name)]
        nested = [name for name in names if name.rpartition(".")[2].lower() in _ARCHIVES]
        if nested:
            raise CannotDecode(
                Unreadable.UNSUPPORTED_FORMAT, f"an archive inside, unpack it first: {nested[0][:100]}"
            )
        self._names = sorted(filter(self._is_picture, names), key=natural_key)
        if len(self._names) > limits.max_pages:
            raise CannotDecode(Unreadable.TOO_MANY_FRAMES, f"{len(self._names)} pages")

    @property
    def count(self) -> int:
        """Return the number of pages."""
        return len(self._names)

    def pages(self, limits: Limits) -> Iterator[Page]:
        """Yield the pages."""
        for number, name in enumerate(self._names, 1):
            picture = Picture(name=name, data=self._archive.read(name, limits.max_bytes))
            yield Page(number=number, pictures=(picture,))

    def _is_picture(self, name: str) -> bool:
        """Tell whether a member is meant to be a page; one without an extension is looked at."""
        if named_as_media(name):
            return True
        if "." in name.rpartition("/")[2]:
            return False
        size = self._archive.members[name].size
        return 0 < size <= Limits().max_bytes and sniff(self._archive.read(name, size)[:HEAD]) is not None


def _is_hidden(name: str) -> bool:
    """Tell whether it is what a system leaves behind: resource forks, thumbnails, dot files."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
