"""What the audit needs of a dataset: units to plan with and items to read. `store.datasets` offers both."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

from sekisho.check import Looked
from sekisho.detect.signals.resolve import Resolved
from sekisho.model import Item

__all__ = ["Came", "Counted", "Reading", "Reread", "Source", "Unit"]

Blob = bytes
"""The type, in a class that has an attribute called `bytes`."""


class Unit(Protocol):
    """A piece of work that one process does in one go; a picklable value.

    Attributes:
        dataset: the dataset's name, as in the manifest.
        kind: folder, tar, tar.gz or parquet.
        path: the container's path below the dataset's root; empty for a chunk of a folder's files.
        start, stop: the slice: bytes of a tar, rows of a Parquet file, files in the order of the walk.
        items: an upper bound of its items; None where it is not known before reading.
        bytes: of its members as stored.
    """

    @property
    def dataset(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def stop(self) -> int: ...  # noqa: D102
    @property
    def items(self) -> int | None: ...  # noqa: D102
    @property
    def bytes(self) -> int: ...  # noqa: D102

    def identity(self) -> Blob:
        """Return what was planned, canonical: the part of the unit's id that comes from the dataset."""
        ...


class Reread(NamedTuple):
    """An item of an earlier run that is read again.

    Attributes:
        said: what was said about it then; None: nothing, or it is asked for anew.
        seen: what the run before has seen of the same bytes, so that only what is said is read.
    """

    item: Item
    said: Resolved | None
    seen: Looked | None = None


class Reading(Protocol):
    """The items of one unit; `skipped`, complete at the end, counts members that are no media.

    An item comes with its bytes, or as what an earlier run has seen of it, or both (`audit.again`).
    """

    @property
    def skipped(self) -> int: ...  # noqa: D102

    def __iter__(self) -> Iterator[Item | Looked | Reread]: ...


Came = tuple[Mapping[str, Any], Blob]
"""What a commit says about where its items come from, and the file of their hosts; see `audit.hosts`."""


@runtime_checkable
class Counted(Protocol):
    """A reading of an earlier run's unit: where its items come from was counted then."""

    @property
    def origins(self) -> Came | None:
        """Return what was counted; None: that run is an older one."""
        ...


U = TypeVar("U", bound=Unit)


class Source(Protocol[U]):
    """An opened dataset; a picklable value that holds no open file."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102

    def plan(self, target_bytes: int = ..., max_items: int = ...) -> Iterator[U]:
        """Cut the dataset into units, always the same ones in the same order."""
        ...

    def read(self, unit: U) -> Reading:
        """Open one unit; nothing is read before the iteration begins."""
        ...
