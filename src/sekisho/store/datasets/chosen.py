"""Read single items of a dataset again, by the names that a run before has given them.

A name comes from a file, so it may say anything: a path that leads out of the dataset is not followed,
and what is not there yields nothing. Items are read by the same readers as in an audit, in the order
in which they are asked for; a container that is in the order of the names is read once.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from sekisho.errors import ConfigError
from sekisho.model import Item
from sekisho.store.datasets.names import ItemName, is_unsafe, item_name, split_item
from sekisho.store.datasets.source import Dataset
from sekisho.store.datasets.unit import Unit, pack, unpack, with_sidecars

__all__ = ["Chosen"]

_ROWS = re.compile(rb"(\d{1,18})(?:-(\d{1,18}))?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Offer what `audit.again` asks of a dataset. Picklable."""

    dataset: Dataset

    def reader(self, names: Sequence[str]) -> Callable[[str], Iterator[Item]]:
        """Return what reads the items of one name; it is asked for each, in the order given.

        It yields nothing if the item is not there any more, and several items if the name stands for
        a container, or for rows, that could not be read before.
        """
        return _Reader(self.dataset, names).take


def _parsed(dataset: Dataset, name: str) -> ItemName | None:
    """Take a name apart; None if it can not be of this dataset, or leads out of it."""
    try:
        parsed = split_item(name, several=dataset.number > 0)
    except ValueError:
        return None
    single = dataset.only is not None and parsed.path != dataset.only
    foreign = parsed.dataset != dataset.number
    return None if single or foreign or is_unsafe(parsed.path) else parsed


def _rows(member: bytes | None) -> range:
    """Return the rows, lines or records that a name stands for."""
    found = _ROWS.fullmatch(member or b"")
    return range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)


class _Reader:
    """Go through one container after the other; items that come too early are kept for later."""

    def __init__(self, dataset: Dataset, names: Sequence[str]) -> None:
        self._dataset = dataset
        self._wanted: dict[bytes, set[str]] = {}
        for name in names:
            parsed = _parsed(dataset, name)
            if parsed is not None:
                self._wanted.setdefault(parsed.path, set()).add(name)
        self._path: bytes | None = None
        self._items: Iterator[Item] = iter(())
        self._early: dict[str, Item] = {}

    def take(self, name: str) -> Iterator[Item]:
        """Yield the items of one name."""
        parsed = _parsed(self._dataset, name)
        if parsed is None:
            return
        if parsed.member is None or not parsed.nth or b"-" in parsed.member:
            yield from self._many(name, parsed)
            return
        if parsed.path != self._path:
            self._path, self._early = parsed.path, {}
            self._items = self._chosen(parsed.path, self._wanted.get(parsed.path, set()))
        found = self._early.pop(name, None) or self._search(name)
        if found is not None:
            yield found

    def _search(self, name: str) -> Item | None:
        for item in self._items:
            if item.name == name:
                return item
            self._early[item.name] = item
        return None

    def _many(self, name: str, parsed: ItemName) -> Iterator[Item]:
        """Yield all items of a file or container, or of some rows of it."""
        rows = _rows(parsed.member)
        for unit in self._units(parsed.path):
            numbers = unit.numbers()
            if numbers is None or not parsed.member:
                yield from self._dataset.read(unit)
            elif numbers.start < rows.stop and rows.start < numbers.stop:
                inside = {item_name(unit.prefix, b"%d" % row, nth) for row in rows for nth in (1, 2)}
                yield from (i for i in self._dataset.read(unit) if i.name in inside or i.name == name)

    def _chosen(self, path: bytes, wanted: AbstractSet[str]) -> Iterator[Item]:
        for unit in self._units(path):
            narrow = _narrowed(unit, wanted)
            if narrow is not None:
                yield from (item for item in self._dataset.read(narrow) if item.name in wanted)

    def _units(self, path: bytes) -> list[Unit]:
        """Plan one file or container of the dataset, as it is now.

        Raises:
            ConfigError: there are several columns that may hold the pictures.
        """
        try:
            return list(replace(self._dataset, part=path).plan())
        except ConfigError as error:
            if error.hint:
                raise
            return []  # there is no column of pictures any more


def _narrowed(unit: Unit, wanted: AbstractSet[str]) -> Unit | None:
    """Return a unit with the wanted members alone, as far as they are known without reading."""
    if unit.kind == "tar":
        members = list(unpack(unit.members))
        kept = [m for m in members if item_name(unit.prefix, m.name, m.nth) in wanted]
        return replace(unit, members=pack(with_sidecars(members, kept))) if kept else None
    numbers = unit.numbers()
    if numbers is None:
        return unit
    several = unit.number > 0
    rows = [_rows(split_item(name, several=several).member) for name in wanted]
    return unit if any(r.start < numbers.stop and numbers.start < r.stop for r in rows) else None
