"""URLs of items: from a list, from a column of a Parquet or JSON Lines file, or from what a dataset tells."""

import sys
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.errors import ConfigError, NotFoundError
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


def _of_list(stream: Iterator[bytes]) -> Iterator[str]:
    for raw in stream:
        line = raw.decode("utf-8", "replace").strip().lstrip("\ufeff")
        if line and not line.startswith("#"):
            yield line if "://" in line else f"https://{line}"


def _of_parquet(path: Path, column: str) -> Iterator[str]:
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            wanted = next((name for name in ((column,) if column else COLUMNS) if name in names), None)
            if wanted is None:
                named = repr(column) if column else " or ".join(COLUMNS[:3])
                raise ConfigError(
                    f"{path} has no column {named}; it has {', '.join(names)[:300]}",
                    hint="name the one with URLs: --url-column NAME",
                )
            kind = file.schema_arrow.field(wanted).type
            if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
                raise ConfigError(f"{path}: the column {wanted!r} holds no text", hint="--url-column NAME")
            for batch in file.iter_batches(_BATCH, columns=[wanted], use_threads=False):
                yield from (value for value in batch.column(0).to_pylist() if value)
    except DAMAGE as error:
        raise ConfigError(f"{path} can not be read: {error}", hint="take a whole copy of it") from error


def _of_lines(path: Path, column: str, packing: str) -> Iterator[str]:
    names = (column,) if column else COLUMNS
    with FileIO(path) as raw:
        lines = Lines(text_stream(raw, packing, 0, path.stat().st_size).some, _LINE)
        try:
            while some := lines.take(_TAKE):
                for line in some:
                    yield from _of_line(line, names)
        except DamageError as error:
            raise ConfigError(f"{path} can not be read: {error}", hint="take a whole copy of it") from error


def _of_line(line: bytes | TooLong, names: Sequence[str]) -> Iterator[str]:
    if isinstance(line, TooLong):
        return
    try:
        record = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    values = (record.get(name) for name in names) if isinstance(record, dict) else ()
    found = next((value for value in values if isinstance(value, str) and value), None)
    if found is not None:
        yield found


def _of_dataset(path: Path) -> Iterator[str]:
    for dataset in open_datasets([path]):
        for unit in dataset.plan():
            for item in dataset.read(unit):
                if item.told is not None:
                    yield from (url for url in (item.told.url, item.told.page) if url)


def listed_urls(path: Path, column: str = "") -> Iterator[str]:
    """Yield the URLs of a list or dataset, as they are written.

    Args:
        path: a list (.txt, .urls, .list, `-` for standard input; a line each, hosts alone are https), a
            Parquet or JSON Lines file with a column of URLs, or any dataset whose items tell theirs.
        column: of Parquet and JSON Lines; empty: the usual ones.

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
        yield from _of_parquet(path, column)
    elif packing is not None and path.is_file():
        yield from _of_lines(path, column, packing)
    else:
        yield from _of_dataset(path)
