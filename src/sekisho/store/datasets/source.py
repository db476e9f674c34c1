"""Open datasets: folders, tars, Parquet files, JSON lines and WARC files, or folders that mix them.

A plan depends on names, sizes, headers, footers and where lines end, so two plans of one dataset are equal.
It streams: what is held is one directory listing, one unit and the names of one tar (as 64-bit numbers).
"""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import FileIO
from pathlib import Path

import pyarrow as pa

from sekisho.errors import ConfigError, NotFoundError
from sekisho.media.limits import Limits
from sekisho.model import Item
from sekisho.store.datasets.columns import image_column, text_columns
from sekisho.store.datasets.files import Terms, open_inside
from sekisho.store.datasets.folder import read_files
from sekisho.store.datasets.jsonl import line_units, read_lines
from sekisho.store.datasets.names import escape, unescape
from sekisho.store.datasets.objecting import objections_of, stamped
from sekisho.store.datasets.objections import Objections
from sekisho.store.datasets.parquet import DAMAGE, cut_parquet, members_of, open_parquet
from sekisho.store.datasets.rows import NOTHING, read_rows, survey_rows
from sekisho.store.datasets.shardtable import without_tables
from sekisho.store.datasets.tar import cut_tar, read_gzipped, read_slice
from sekisho.store.datasets.tree import Found, look, walk
from sekisho.store.datasets.unit import PACKED_MEMBERS, Mark, Member, Reading, Unit, pack, stamp_of, thinned
from sekisho.store.datasets.warc import read_records, warc_units
from sekisho.store.datasets.warcitem import require_warc

__all__ = ["MAX_BYTES", "MAX_ITEMS", "TARGET_BYTES", "Dataset", "open_datasets"]

TARGET_BYTES = 64 << 20
"""Bytes of a unit: a second or so of work, so that little is lost with a worker."""
MAX_ITEMS = 1000
TEXTS_PER_ITEM = 20
"""Lines, records or rows of text that count as one picture: a unit has up to 20,000 of them."""
MAX_BYTES = Limits().max_bytes
"""Bytes of one member; a larger one is `too_large` and not read."""
READERS: dict[str, Callable[[bytes, bytes, Unit, Terms], Iterator[Item | None]]] = {
    "tar": read_slice,
    "tar.gz": read_gzipped,
    "parquet": read_rows,
    "jsonl": read_lines,
    "jsonl.gz": read_lines,
    "jsonl.zst": read_lines,
    "warc": read_records,
}
WITHOUT_CONTENT = PACKED_MEMBERS | {"tar.gz"}
"""Kinds of units whose items can be named without their content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One dataset of a run. A picklable value: it holds no open file.

    Attributes:
        name: the last part of its path, escaped.
        number: from 1 in the order given; 0 if it is the only one.
        root: absolute, without links; for a single file the directory that it is in.
        only: the file below `root`, if the dataset is a single file.
        part: the one file of a folder that is planned; what others say about it is heard all the same.
        kind: folder, tar, tar.gz, parquet, jsonl, jsonl.gz, jsonl.zst, warc or file.
        image_column: the Parquet column of pictures that the user named.
        text_fields: fields of records, and columns of Parquet files, that are looked at; empty: all text.
        max_bytes: a larger member is not read.
        addresses: items tell where they were found also if nothing was said of them.
    """

    name: str
    number: int
    root: bytes
    only: bytes | None
    kind: str
    image_column: str | None = None
    text_fields: tuple[str, ...] = ()
    max_bytes: int = MAX_BYTES
    addresses: bool = True
    part: bytes | None = None

    def found(self) -> Iterator[Found]:
        """Walk the dataset, or the part of it, in the order of the plan."""
        one = self.only if self.part is None else self.part
        if one is None:
            return without_tables(self.root, walk(self.root))
        return iter((look(self.root, one),))

    def _objections(self) -> Objections:
        """Return what the pages of all WARC files of the dataset refuse."""
        every = walk(self.root) if self.only is None else (look(self.root, self.only),)
        crawls = (found.path for found in every if found.container == "warc" and found.mark is Mark.READ)
        return objections_of(self.root, tuple(stamped(self.root, crawls)))

    def plan(self, target_bytes: int = TARGET_BYTES, max_items: int = MAX_ITEMS) -> Iterator[Unit]:
        """Cut the dataset into units, always the same ones in the same order.

        Files by themselves are gathered across the walk, containers are units of their own where they
        are met. Decisions belong to units, so their order is that of the units.

        Raises:
            ConfigError: a Parquet file in which the columns can not be told.
            MissingExtraError: a WARC file, and the extra `[text]` is not installed.
        """
        chunk: list[Member] = []
        count = filled = 0
        objections = cache(self._objections)  # of all WARC files, so they are looked for once
        for found in self.found():
            alone: Member | None = _member(found)
            if found.container and found.mark is Mark.READ:
                alone = yield from self._container(found, target_bytes, max_items, objections)
            if alone is None:
                continue
            chunk.append(alone)
            filled += alone.size
            count += 1
            if filled >= target_bytes or len(chunk) >= max_items:
                yield self._chunk(chunk, count, filled)
                chunk, filled = [], 0
        if chunk:
            yield self._chunk(chunk, count, filled)

    def read(self, unit: Unit) -> Reading:
        """Open one unit of this dataset's plan; nothing is read before the iteration begins.

        Whatever is wrong with the data comes as an item with a problem, never as an exception.
        """
        return Reading(lambda: self._members(unit, self.max_bytes))

    def survey(self, unit: Unit) -> Iterator[tuple[int, str]]:
        """Yield position and name of each item of a unit, as `read` would, from names, headers and heads.

        A gzipped tar has to be unpacked for that, and lines, records and rows of text have to be read.
        """
        if unit.kind == "parquet":
            yield from survey_rows(self.root, unescape(unit.path), unit)
            return
        limit = NOTHING if unit.kind in WITHOUT_CONTENT else self.max_bytes
        for position, item in enumerate(self._members(unit, limit)):
            if item is not None:
                yield position, item.name

    def thin(self, unit: Unit, positions: Sequence[int]) -> Unit:
        """Return a unit of which only the items at some positions of `survey`, ascending, are read."""
        return thinned(unit, positions)

    def _members(self, unit: Unit, limit: int) -> Iterator[Item | None]:
        """Read the members of a unit, content only up to a limit of bytes; None: neither picture nor text."""
        terms = Terms(limit, self.text_fields, self.addresses)
        if unit.kind == "folder":
            return read_files(self.root, unit, terms)
        return READERS[unit.kind](self.root, unescape(unit.path), unit, terms)

    def _chunk(self, members: Sequence[Member], stop: int, filled: int) -> Unit:
        return Unit(
            dataset=self.name,
            number=self.number,
            kind="folder",
            path="",
            start=stop - len(members),
            stop=stop,
            items=sum(m.mark is not Mark.SKIP for m in members),
            bytes=filled,
            members=pack(members),
        )

    def _base(self, found: Found, descriptor: int) -> Unit:
        stamp = stamp_of(os.fstat(descriptor))
        return Unit(
            dataset=self.name,
            number=self.number,
            kind=found.container,
            path=escape(found.path),
            start=0,
            stop=stamp.size,
            items=None,
            bytes=stamp.size,
            members=b"",
            size=stamp.size,
            mtime_ns=stamp.mtime_ns,
            inode=stamp.inode,
        )

    def _container(
        self, found: Found, target_bytes: int, max_items: int, objections: Callable[[], Objections]
    ) -> Generator[Unit, None, Member | None]:
        """Yield a container's units; return what stands for it among the files if it has none."""
        try:
            descriptor = open_inside(self.root, found.path)
        except OSError:
            return _member(found, Mark.IO_ERROR)
        with os.fdopen(descriptor, "rb", buffering=0) as raw:
            base = self._base(found, descriptor)
            if found.container == "tar.gz":
                yield base
                return None
            if found.container == "parquet":
                return (yield from self._parquet_units(raw, found, base, target_bytes, max_items))
            most = TEXTS_PER_ITEM * max_items
            if found.container == "tar":
                yield from _tar_units(descriptor, base, target_bytes, max_items)
            elif found.container == "warc":
                require_warc()
                yield from warc_units(descriptor, base, target_bytes, most, objections())
            else:
                yield from line_units(raw, base, target_bytes, most)
            return None

    def _parquet_units(
        self, raw: FileIO, found: Found, base: Unit, target_bytes: int, max_items: int
    ) -> Generator[Unit, None, Member | None]:
        try:
            file = open_parquet(pa.PythonFile(raw, mode="r"))
            column = image_column(file.schema_arrow, base.prefix, self.image_column)
            texts = text_columns(file.schema_arrow, base.prefix, column, self.text_fields)
            most = max_items if column is not None else TEXTS_PER_ITEM * max_items
            slices = list(cut_parquet(file, base.bytes, target_bytes, most)) if column or texts else []
        except DAMAGE:
            return _member(found, Mark.CORRUPT)
        if column is None and not texts and (self.only or self.part) is not None:
            raise ConfigError(
                f"{base.prefix} has neither a column of pictures (binary, or a struct with bytes) nor of text"
            )
        if column is None and not texts:
            return _member(found, Mark.SKIP)
        items = 2 if column is not None and texts else 1
        for groups in slices:
            yield replace(
                base,
                start=groups.start,
                stop=groups.stop,
                items=items * (groups.stop - groups.start),
                bytes=groups.bytes,
                members=members_of(groups, column, texts),
            )
        return None


def _member(found: Found, mark: Mark | None = None) -> Member:
    return Member(found.path, 0, 0, found.size, found.mark if mark is None else mark)


def _tar_units(descriptor: int, base: Unit, target_bytes: int, max_items: int) -> Iterator[Unit]:
    for start, stop, members in cut_tar(descriptor, base.size, target_bytes, max_items):
        yield replace(
            base,
            start=start,
            stop=stop,
            items=sum(m.mark is not Mark.SKIP for m in members),
            bytes=sum(m.size for m in members),
            members=pack(members),
        )


def _open(path: Path, number: int) -> Dataset:
    if not path.exists():
        raise NotFoundError(f"{path} is not there", hint="give a folder, or a file that holds the items")
    real = os.fsencode(os.path.realpath(path))
    # The user's own name for it, even if that is a link; "." has none of its own.
    name = escape(os.fsencode(path.absolute().name or path.resolve().name)) or "root"
    if path.is_dir():
        return Dataset(name=name, number=number, root=real, only=None, kind="folder")
    root, only = os.path.split(real)
    found = look(root, only)
    return Dataset(name=name, number=number, root=root, only=only, kind=found.container or "file")


def open_datasets(
    paths: Sequence[Path],
    *,
    image_column: str | None = None,
    text_fields: Sequence[str] = (),
    max_bytes: int = MAX_BYTES,
    addresses: bool = True,
) -> list[Dataset]:
    """Open the datasets of a run; their items carry a number from 1 if there are several.

    Args:
        paths: folders; tars (.tar, .tar.gz, .tgz, or known by content), Parquet files, JSON lines (.jsonl,
            .ndjson, plain or with .gz or .zst), WARC files (.warc, .warc.gz); single pictures and texts.
        image_column: the Parquet column of pictures, where it can not be told.
        text_fields: the fields of records and columns of Parquet files that are looked at; none: all text.
        max_bytes: a larger member is `too_large` and not read.
        addresses: items tell where they were found also if nothing was said of them; who asks no copies of
            sites need not know.

    Raises:
        NotFoundError: a path is not there.
    """
    first = 1 if len(paths) > 1 else 0
    fields = tuple(sorted(set(text_fields)))
    return [
        replace(
            _open(path, number if first else 0),
            image_column=image_column,
            text_fields=fields,
            max_bytes=max_bytes,
            addresses=addresses,
        )
        for number, path in enumerate(paths, start=first)
    ]
