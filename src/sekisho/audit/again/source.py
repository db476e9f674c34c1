"""Decide a run again: its units and its fingerprints, another snapshot, policy or day.

No media is read unless it must be: items whose fingerprint does not go as deep as the policy, and
items that could not be read for a reason that may be gone by now. Everything else is `decide_many`
over what the run has stored, in the same units, with the same commits, manifest and seal.

Where sites are asked anew (`asks`), every item is read: a run keeps neither addresses nor which copies said
nothing. Of the same bytes nothing is decoded; what a site said before counts no more.

A run that decides again names its parent. It never finds files that its parent did not see.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Protocol

from sekisho.audit.again.before import Before
from sekisho.audit.again.stored import Stored, read_stored
from sekisho.audit.erased import is_named, kept_erased
from sekisho.audit.files import hosts_name
from sekisho.audit.job import RunFiles
from sekisho.audit.report.page import thumbnails_of
from sekisho.audit.report.thumbnail import thumbnail
from sekisho.audit.unit import Came, Reread
from sekisho.audit.work import commit_name, part_name
from sekisho.check import Looked
from sekisho.codec import canonical, parse
from sekisho.errors import EvidenceError, InputError
from sekisho.model import AsOf, Item, Policy, Unfingerprintable, Unreadable

__all__ = [
    "Media",
    "StoredSource",
    "StoredUnit",
    "pictures_of",
    "stored_sources",
]

Blob = bytes
"""The type, in a class that has an attribute called `bytes`."""
GONE = Unfingerprintable(reason=Unreadable.CHANGED_WHILE_READ, detail="gone")


class Media(Protocol):
    """A dataset whose items can be read again by their names; `store.datasets` offers it."""

    def reader(self, names: Sequence[str]) -> Callable[[str], Iterator[Item]]:
        """Return what reads the items of one name; it is asked for each, in the order given.

        It yields nothing if the item is not there any more, and several items if the name stands for
        a container that could not be read before.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredUnit:
    """A unit of the run that is decided again; see `audit.unit.Unit`.

    Attributes:
        id: of the unit there.
        root: of that run.
        part_sha256: hex digest of its decisions.
        skipped: members that were no media.
    """

    id: str
    root: str
    part_sha256: str
    skipped: int
    dataset: str
    kind: str
    path: str
    start: int
    stop: int
    items: int
    bytes: int

    def identity(self) -> Blob:
        """Return canonical JSON of what is decided again."""
        return canonical({"again": self.root, "unit": self.id})


@dataclass(slots=True)
class _Reading:
    """The looks of one unit, with the items that had to be read again among them."""

    looks: Callable[[], Iterator[Item | Looked | Reread]]
    skipped: int
    origins: Came | None

    def __iter__(self) -> Iterator[Item | Looked | Reread]:
        return self.looks()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """One dataset of a run, as that run has stored it. Picklable.

    Attributes:
        units: all of it, in the order of the plan.
        files: of that run.
        policy: how deep to look.
        media: the dataset, if it is still there.
        searched: what that run found in the base of the snapshot is all that there is in it.
        deeper: every picture is read again (`before.looks_deeper`).
        as_of: rights signals are settled again by these copies; None: as that run has.
        asks: there are other copies of sites, so what is said about every item is read anew.
    """

    name: str
    kind: str
    units: Sequence[StoredUnit]
    files: RunFiles
    policy: Policy
    media: Media | None
    searched: bool = False
    deeper: bool = False
    as_of: AsOf | None = None
    asks: bool = False

    def plan(self, target_bytes: int = 0, max_items: int = 0) -> Iterator[StoredUnit]:  # noqa: ARG002
        """Yield the units as the run before has cut them, whatever is asked for."""
        return iter(self.units)

    def read(self, unit: StoredUnit) -> _Reading:
        """Read the looks of one unit."""
        return _Reading(lambda: self._looks(unit), unit.skipped, _origins(self.files, unit.id))

    def _looks(self, unit: StoredUnit) -> Iterator[Item | Looked | Reread]:
        name = part_name(unit.id)
        part = self.files.read(name) or b""
        named = {"id": unit.id, "part_sha256": unit.part_sha256}
        if not is_named(part, named, kept_erased(self.files)):
            raise EvidenceError(f"{name} of the run before is not what its manifest names")
        more = {"searched": self.searched, "deeper": self.deeper}
        rows = list(read_stored(part, self.policy, name, as_of=self.as_of, **more))
        wanted = [row.looked.name for row in rows if self._is_read(row)]
        take = self.media.reader(wanted) if self.media is not None and wanted else None
        known = {row.looked.name for row in rows} if take else frozenset()
        for row in rows:
            if self._is_read(row):
                yield from _read_again(row, take, known, asks=self.asks)
            else:
                yield row.looked

    def _is_read(self, row: Stored) -> bool:
        """Tell whether an item is read again; of what is listed nobody reads anything."""
        return row.lacking or row.passing or (self.asks and not row.looked.listed)


def _origins(files: RunFiles, unit: str) -> Came | None:
    """Return what the run before has counted of where a unit's items come from.

    Raises:
        EvidenceError: its file of hosts is not what its commit names.
    """
    commit: Any = parse(files.read(commit_name(unit)) or b"{}")
    said = commit.get("origins")
    if said is None:
        return None
    data = files.read(hosts_name(unit)) or b""
    if said["hosts_sha256"] and hashlib.sha256(data).hexdigest() != said["hosts_sha256"]:
        raise EvidenceError(f"{hosts_name(unit)} of the run before is not what its commit names")
    return said, data


def _read_again(
    row: Stored, take: Callable[[str], Iterator[Item]] | None, known: AbstractSet[str], *, asks: bool
) -> Iterator[Item | Looked | Reread]:
    """Read one item again; if it is not there, an old answer stays only if it was never a pass.

    A name can stand for a container of which some items were read: these have rows of their own. What
    was said about an item still is, unless its site is asked anew.
    """
    looked, there = row.looked, False
    for item in take(looked.name) if take is not None else ():
        there = True
        if item.name == looked.name or item.name not in known:
            yield _asked(row, item) if asks else Reread(item, looked.said)
    if not there:
        stays = row.passing or (not row.lacking and _is_problem(looked))
        gone = Looked(name=looked.name, bytes=0, look=None, problem=GONE, said=looked.said)
        yield looked if stays else gone


def _is_problem(looked: Looked) -> bool:
    return looked.problem is not None or (looked.look is not None and looked.look.problem is not None)


def _asked(row: Stored, item: Item) -> Reread:
    """Return an item whose site is asked anew; what was seen of the same bytes still is."""
    look = None if row.lacking or row.passing else row.looked.look
    if look is None or item.data is None or item.name != row.looked.name:
        return Reread(item, None)
    same = hashlib.sha256(item.data).digest() == look.fingerprint.sha256
    return Reread(item, None, row.looked if same else None)


def stored_sources(
    before: Before,
    files: RunFiles,
    policy: Policy,
    media: Sequence[Media | None],
    *,
    searched: bool = False,
    deeper: bool = False,
    asks: bool = False,
) -> list[StoredSource]:
    """Return the datasets of a run as sources of a new one.

    Args:
        before: of `open_before`.
        files: of that run.
        policy: the new one.
        media: each dataset, or None where it is not there any more.
        searched: see `before.is_searched`.
        deeper: see `before.looks_deeper`.
        asks: there are other copies of sites.

    Raises:
        EvidenceError: the manifest's units and datasets do not fit each other.
    """
    try:
        datasets = before.manifest["datasets"]
        same = before.manifest["policy"].get("rules", {}).get("as_of") == policy.signals.as_of.value
        as_of = None if same else policy.signals.as_of
        units = _per_dataset(before.manifest)
        return [
            StoredSource(
                name=dataset["name"],
                kind=dataset["kind"],
                units=[_unit(unit, dataset["kind"], before.parent.root, files) for unit in of],
                files=files,
                policy=policy,
                media=there,
                searched=searched,
                deeper=deeper,
                as_of=as_of,
                asks=asks,
            )
            for dataset, of, there in zip(datasets, units, media, strict=True)
        ]
    except (KeyError, TypeError, ValueError, InputError) as error:
        raise EvidenceError(f"manifest.json of the run before: {error}") from error


def pictures_of(
    tiles: Sequence[Mapping[str, Any]], page: str, media: Sequence[Media | None]
) -> Mapping[str, bytes]:
    """Find thumbnails in the report of the run before; the others in the datasets, as far as they are there.

    Args:
        tiles: of the new report.
        page: report.html of the run before.
        media: each dataset, or None where it is not there any more.
    """
    found = dict(thumbnails_of(page, {"tiles": tiles}))
    for tile in tiles:
        if tile["item"] not in found:
            found.update(_picture(tile, media))
    return found


def _picture(tile: Mapping[str, Any], media: Sequence[Media | None]) -> Iterator[tuple[str, bytes]]:
    """Make the thumbnail of one tile, if the item is there and has the bytes that were decided about."""
    name = tile["item"]
    for dataset in media:
        for item in dataset.reader([name])(name) if dataset is not None else ():
            same = item.data is not None and hashlib.sha256(item.data).hexdigest() == tile["sha256"]
            small = thumbnail(item.data) if item.data is not None and same else None
            if small is not None:
                yield name, small


def _per_dataset(manifest: Mapping[str, Any]) -> list[list[Mapping[str, Any]]]:
    """Give each unit to its dataset: they stand in the same order, and two may bear one name."""
    left = list(reversed(manifest["units"]))
    found: list[list[Mapping[str, Any]]] = []
    for dataset in manifest["datasets"]:
        own: list[Mapping[str, Any]] = []
        rows = 0
        while left and left[-1]["dataset"] == dataset["name"]:
            if rows == dataset["items"] and left[-1]["rows"]:
                break
            rows += left[-1]["rows"]
            own.append(left.pop())
        if rows != dataset["items"]:
            raise ValueError("the items of its datasets are not those of its units")
        found.append(own)
    if left:
        raise ValueError("it has units of no dataset")
    return found


def _unit(unit: Mapping[str, Any], kind: str, root: str, files: RunFiles) -> StoredUnit:
    commit: Any = parse(files.read(commit_name(unit["id"])) or b"")
    start, stop = unit["slice"]
    return StoredUnit(
        id=unit["id"],
        root=root,
        part_sha256=unit["part_sha256"],
        skipped=commit["skipped"]["not_media"],
        dataset=unit["dataset"],
        kind=kind,
        path=unit["path"],
        start=start,
        stop=stop,
        items=unit["rows"],
        bytes=unit["bytes"],
    )
