"""URLs of items: from a list, from a column of a Parquet or JSON Lines file, or from what a dataset tells.

Licences that headers and pages name come along, for whoever wants them.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import FileIO
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.detect.signals.columns import Role, column_role, told
from sekisho.detect.signals.html import MAX_HEAD, html_signals
from sekisho.detect.signals.linked import linked_licences
from sekisho.detect.signals.records import answered
from sekisho.errors import ConfigError, NotFoundError
from sekisho.model import Item, Signal, TextForm, Told
from sekisho.store.datasets.columns import telling_columns, told_rows
from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.lines import PACKINGS, Lines, TooLong, text_stream
from sekisho.store.datasets.parquet import DAMAGE
from sekisho.store.datasets.source import open_datasets

__all__ = ["LISTS", "listed_urls"]

LISTS = (".txt", ".urls", ".list")
STDIN = "-"
COLUMNS = ("url", "URL", "uri", "WARC-Target-URI", "image_url", "source_url")
"""Columns that hold URLs, the usual one first; the first that is there is read."""
_BATCH = 4096
_LINE = 1 << 20
_TAKE = 1024
_RSL = (b"rsl+xml", b"RSL+XML")
"""Stands in every link to a licence that is asked for."""
_HEADERS = frozenset({Role.HEADERS, Role.WITHIN})
"""Columns in which such a link can stand."""

Named = Callable[[Iterable[str]], None]
"""Takes the addresses of licences that an item names."""


def _unheard(_licences: Iterable[str]) -> None:
    """Take no licences."""


def _of_list(stream: Iterator[bytes]) -> Iterator[str]:
    for raw in stream:
        line = raw.decode("utf-8", "replace").strip().lstrip("\ufeff")
        if line and not line.startswith("#"):
            yield line if "://" in line else f"https://{line}"


def _of_parquet(path: Path, column: str, named: Named) -> Iterator[str]:
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            wanted = next((name for name in ((column,) if column else COLUMNS) if name in names), None)
            if wanted is None:
                asked = repr(column) if column else " or ".join(COLUMNS[:3])
                raise ConfigError(
                    f"{path} has no column {asked}; it has {', '.join(names)[:300]}",
                    hint="name the one with URLs: --url-column NAME",
                )
            kind = file.schema_arrow.field(wanted).type
            if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
                raise ConfigError(f"{path}: the column {wanted!r} holds no text", hint="--url-column NAME")
            said = [name for name in telling_columns(file.schema_arrow, wanted) if _may_link(name)]
            for batch in file.iter_batches(_BATCH, columns=[wanted, *said], use_threads=False):
                urls = batch.column(batch.schema.get_all_field_indices(wanted)[0]).to_pylist()
                for url, row in zip(urls, told_rows(batch, said) if said else (), strict=bool(said)):
                    named(linked_licences(() if row is None else row.signals, url or ""))
                yield from (value for value in urls if value)
    except DAMAGE as error:
        raise ConfigError(f"{path} can not be read: {error}", hint="take a whole copy of it") from error


def _may_link(name: str) -> bool:
    column = column_role(name)
    return column is not None and column.role in _HEADERS


def _of_lines(path: Path, column: str, packing: str, named: Named) -> Iterator[str]:
    names = (column,) if column else COLUMNS
    with FileIO(path) as raw:
        lines = Lines(text_stream(raw, packing, 0, path.stat().st_size).some, _LINE)
        try:
            while some := lines.take(_TAKE):
                for line in some:
                    yield from _of_line(line, names, named)
        except DamageError as error:
            raise ConfigError(f"{path} can not be read: {error}", hint="take a whole copy of it") from error


def _of_line(line: bytes | TooLong, names: Sequence[str], named: Named) -> Iterator[str]:
    if isinstance(line, TooLong):
        return
    try:
        record = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    values = (record.get(name) for name in names) if isinstance(record, dict) else ()
    found = next((value for value in values if isinstance(value, str) and value), None)
    if isinstance(record, dict) and any(mark in line for mark in _RSL):
        said = told(record)
        named(linked_licences(() if said is None else said.signals, found or ""))
    if found is not None:
        yield found


def _in_page(item: Item) -> tuple[Signal, ...]:
    """Return what the head of a page says that names a licence."""
    if item.text is None or item.text.form is not TextForm.HTML or item.data is None:
        return ()
    head = bytes(item.data[: MAX_HEAD + 1])
    return html_signals(head) if any(mark in head for mark in _RSL) else ()


def _of_dataset(path: Path, named: Named) -> Iterator[str]:
    for dataset in open_datasets([path]):
        for unit in dataset.plan():
            for item in dataset.read(unit):
                known = answered(item).told or Told()
                named(linked_licences((*known.signals, *_in_page(item)), known.url))
                yield from (url for url in (known.url, known.page) if url)


def listed_urls(path: Path, column: str = "", named: Named = _unheard) -> Iterator[str]:
    """Yield the URLs of a list or dataset, as they are written.

    Args:
        path: a list (.txt, .urls, .list, `-` for standard input; a line each, hosts alone are https), a
            Parquet or JSON Lines file with a column of URLs, or any dataset whose items tell theirs.
        column: of Parquet and JSON Lines; empty: the usual ones.
        named: told which licences an item names, before its URL is yielded.

    Raises:
        NotFoundError: it is not there.
        ConfigError: it has no such column, or is damaged.
    """
    name = path.name.lower()
    if str(path) == STDIN:
        yield from _of_list(iter(sys.stdin.buffer))
        return
    if not path.exists():
        raise NotFoundError(f"there is no {path}", hint="a list of URLs, or a dataset")
    packing = next((packed for ending, packed in PACKINGS.items() if name.endswith(f".{ending}")), None)
    if name.endswith(LISTS) and path.is_file():
        with path.open("rb") as file:
            yield from _of_list(iter(file))
    elif name.endswith(".parquet") and path.is_file():
        yield from _of_parquet(path, column, named)
    elif packing is not None and path.is_file():
        yield from _of_lines(path, column, packing, named)
    else:
        yield from _of_dataset(path, named)
