"""The XML documents of an EPUB, read as a flat run of tags and texts.

No entity is ever declared or fetched: a document that declares one is refused, so that neither a
chain of entities nor a file or address outside of the archive can come in. EPUB 3.3, 3.9 forbids
both anyway. Documents may have a document type; nothing is loaded for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from sekisho.media.limits import CannotDecode
from sekisho.model import Unreadable

__all__ = ["Tag", "read_markup"]

MAX_TAGS = 1_000_000
MAX_DEPTH = 500


@dataclass(frozen=True, slots=True)
class Tag:
    """One element, without its namespace's prefix, in lower case.

    Attributes:
        attributes: by their names without prefix.
        text: what stands directly in it, without white space around.
        inside: the name of the element around it.
    """

    name: str
    attributes: Mapping[str, str]
    inside: str
    text: str = ""


class _Reading:
    """Collect the tags of a document."""

    def __init__(self) -> None:
        self.tags: list[Tag] = []
        self._open: list[int] = []
        self._texts: dict[int, list[str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.tags) >= MAX_TAGS or len(self._open) >= MAX_DEPTH:
            raise CannotDecode(Unreadable.CONTAINER_CORRUPT, "a document with too many elements")
        inside = self.tags[self._open[-1]].name if self._open else ""
        bare = {_bare(key): value for key, value in attributes.items()}
        self._open.append(len(self.tags))
        self.tags.append(Tag(_bare(name).lower(), bare, inside))

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        if self._open:
            self._texts.setdefault(self._open[-1], []).append(data)

    def finished(self) -> Sequence[Tag]:
        for index, parts in self._texts.items():
            tag = self.tags[index]
            self.tags[index] = Tag(tag.name, tag.attributes, tag.inside, "".join(parts).strip())
        return self.tags


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_entity(*_: Any) -> None:  # noqa: ANN401 - expat tells seven things about it
    raise CannotDecode(Unreadable.CONTAINER_CORRUPT, "a document that declares entities")


def read_markup(data: bytes, name: str) -> Sequence[Tag]:
    """Return the elements of a document in the order of their beginnings.

    Args:
        data: the document, in any encoding that it names.
        name: for the refusal.

    Raises:
        CannotDecode: container_corrupt.
    """
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.EntityDeclHandler = _refuse_entity
    # Named characters such as &nbsp; are declared in a file that is never read: they are left out.
    parser.UseForeignDTD(True)  # noqa: FBT003 - expat takes it so
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it so
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise CannotDecode(Unreadable.CONTAINER_CORRUPT, f"{name}: {error}"[:120]) from error
    return reading.finished()
