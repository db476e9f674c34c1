"""The Parquet file beside a tar of the same stem, as img2dataset writes it: what its rows tell of samples.

`00000.parquet` has a row for each address that was asked for, `key` names the sample in `00000.tar`. Which
samples are in a packed tar (`.tar.gz`) nobody knows before it is unpacked: of it all rows are read, within
tighter bounds. What a
row tells holds beside what a `.json` in the tar tells: an objection in either is heard. Of the file the keys
are read once for each process, and of a unit's samples the columns that tell something, row group by row
group. A table that can not be read, or is too large, is an error for every sample that it may be about:
what was said there nobody knows. Source: img2dataset 1.47.0, writer.py and logger.py.
"""

import os
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sekisho.detect.signals.columns import unread_signals
from sekisho.errors import ConfigError
from sekisho.model import Told
from sekisho.store.datasets.beside import joined
from sekisho.store.datasets.columns import image_column, telling_columns, told_rows
from sekisho.store.datasets.files import OutsideError, open_inside, open_planned
from sekisho.store.datasets.parquet import DAMAGE, open_parquet
from sekisho.store.datasets.tree import Found, look
from sekisho.store.datasets.unit import Mark, Stamp, stamp_of

__all__ = ["NO_TABLE", "ShardTold", "shard_told", "without_tables"]

MAX_ROWS = 1_000_000
"""Rows of a table; a shard of img2dataset has 10,000."""
MAX_PACKED_ROWS = 100_000
"""Rows of a table beside a packed tar, which are held together."""
MAX_PACKED_BYTES = 64 << 20
"""Bytes, about, of what they tell; the rows behind are errors."""
MAX_KEYS_BYTES = 64 << 20
"""Bytes of its keys, which are held."""
ROWS_OF_KEY = 100
"""Rows that are read of one key; there should be one."""
BATCH, BATCH_BYTES = 4096, 8 << 20
TARS, TABLE, STATS = (b".tar.gz", b".tgz", b".tar"), b".parquet", b"_stats.json"
_OF_TOLD = 500
"""Bytes of what a row tells besides its words, and of a signal."""
KEY = "key"
_UNREAD = "can not be read"
_WRITTEN = frozenset({KEY, "url", "status", "error_message"})
"""Columns by which a table of img2dataset is known: it always writes them."""
_EVERY_LANGUAGE = b'{"x-robots-tag":0,"content-usage":0,"tdm-reservation":0,"meta-robots":0}'


class ShardTold(NamedTuple):
    """What a table tells of the samples of a unit.

    Attributes:
        rows: by key.
        every: what holds for all samples: the table could not be read.
    """

    rows: Mapping[bytes, Told]
    every: Told | None = None

    def of(self, key: bytes | None) -> Told | None:
        """Return what it tells of a sample; None: nothing."""
        return None if key is None else joined((self.rows.get(_plain(key)), self.every))


NO_TABLE = ShardTold({})


class _Keys(NamedTuple):
    """The keys of a table.

    Attributes:
        keys: one after the other, without those of damaged row groups.
        starts: where those of each row group begin, ascending, and its number.
        columns: the ones that tell something; none: it is no table of samples.
        why: it, or part of it, can not be read.
    """

    keys: pa.Array | None = None
    starts: tuple[tuple[int, int], ...] = ()
    columns: tuple[str, ...] = ()
    why: str = ""


def _plain(key: bytes) -> bytes:
    return key.removeprefix(b"./")


def _unread(table: bytes, why: str) -> Told:
    name = table.rpartition(b"/")[2].decode("utf-8", "replace")
    return Told(signals=unread_signals(_EVERY_LANGUAGE, f"{name}: {why}"[:300]))


def shard_told(root: bytes, path: bytes, keys: Iterable[bytes | None] | None) -> ShardTold:
    """Return what the table beside a tar tells of some samples. It never raises.

    Args:
        root: of the dataset.
        path: of the tar below it.
        keys: of the samples, as `names.sample_key` has them; None: of all that the table has.
    """
    wanted = None if keys is None else {_plain(key) for key in keys if key is not None}
    ending = next((end for end in TARS if path.lower().endswith(end)), b"")
    if not ending or (wanted is not None and not wanted):
        return NO_TABLE
    table = path[: -len(ending)] + TABLE
    try:
        descriptor = open_inside(root, table)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return NO_TABLE
    except (OutsideError, OSError):
        # Also a link to nowhere: somebody has meant a table to be there.
        return ShardTold({}, _unread(table, "can not be opened"))
    with os.fdopen(descriptor, "rb", buffering=0) as raw:
        stamp = stamp_of(os.fstat(descriptor))
        known = _keys(root, table, stamp)
        every = _unread(table, known.why) if known.why else None
        if known.keys is None:
            return ShardTold({}, every)
        try:
            file = open_parquet(pa.PythonFile(raw, mode="r"))
            return ShardTold(_rows(file, table, known, wanted), every)
        except DAMAGE as error:
            return ShardTold({}, _unread(table, str(error) or _UNREAD))


@lru_cache(maxsize=2)
def _keys(root: bytes, table: bytes, stamp: Stamp) -> _Keys:
    """Read the keys of a table once."""
    descriptor, why = open_planned(root, table, stamp)
    if why is not None:
        return _Keys(why=why.value)
    with os.fdopen(descriptor, "rb", buffering=0) as raw:
        try:
            return _all_keys(open_parquet(pa.PythonFile(raw, mode="r")))
        except DAMAGE as error:
            return _Keys(why=str(error) or _UNREAD)


def _all_keys(file: pq.ParquetFile) -> _Keys:
    schema = file.schema_arrow
    columns = telling_columns(schema, None)
    if not columns or not _has_keys(schema):
        return _Keys()
    if file.metadata.num_rows > MAX_ROWS:
        return _Keys(why=f"more than {MAX_ROWS} rows")
    parts = [pa.array([], pa.large_binary())]
    starts: list[tuple[int, int]] = []
    rows = held = 0
    why = ""
    for group in range(file.metadata.num_row_groups):
        try:
            keys = _group_keys(file, group, MAX_KEYS_BYTES - held)
        except DAMAGE as error:
            why = str(error) or _UNREAD
            continue
        parts.append(keys)
        starts.append((rows, group))
        rows, held = rows + len(keys), held + keys.nbytes
    return _Keys(pa.concat_arrays(parts), tuple(starts), columns, why)


def _group_keys(file: pq.ParquetFile, group: int, room: int) -> pa.Array:
    batches: list[pa.Array] = []
    for batch in file.iter_batches(BATCH, row_groups=[group], columns=[KEY], use_threads=False):
        batches.append(_binary(batch.column(KEY)))
        room -= batches[-1].nbytes
        if room < 0:
            raise MemoryError(f"more than {MAX_KEYS_BYTES} bytes of keys")
    return pa.concat_arrays([pa.array([], pa.large_binary()), *batches])


def _has_keys(schema: pa.Schema) -> bool:
    if schema.names.count(KEY) != 1:
        return False
    kind = schema.field(KEY).type
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))


def _binary(keys: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(keys.type):
        keys = keys.cast(keys.type.value_type)
    return keys.cast(pa.large_binary())


def _weight(told: Told) -> int:
    return _OF_TOLD + len(told.url) + len(told.page) + sum(_OF_TOLD + len(s.raw) for s in told.signals)


def _rows(
    file: pq.ParquetFile, table: bytes, known: _Keys, wanted: AbstractSet[bytes] | None
) -> dict[bytes, Told]:
    """Return what the rows of the wanted keys tell; None: of all, as far as there is room.

    Raises:
        MemoryError: all are asked for, and there are too many.
    """
    if wanted is None and known.keys is not None and len(known.keys) > MAX_PACKED_ROWS:
        raise MemoryError(f"more than {MAX_PACKED_ROWS} rows beside a packed tar")
    counted: Counter[bytes] = Counter()
    found: dict[bytes, list[Told | None]] = {}
    room, full = MAX_PACKED_BYTES, _unread(table, f"more than {MAX_PACKED_BYTES} bytes beside a packed tar")
    for group, hits in groupby(_hits(known, wanted, counted), lambda hit: hit[0]):
        rows = [(place, key) for _, place, key in hits]
        for key, told in _told_group(file, table, group, known.columns, rows):
            room -= _weight(told) if wanted is None and told is not None else 0
            found.setdefault(key, []).append(told if room >= 0 else full)
    for key, several in found.items():
        if counted[key] > ROWS_OF_KEY:
            several.append(_unread(table, f"more than {ROWS_OF_KEY} rows of one key"))
    return {key: told for key, several in found.items() if (told := joined(several)) is not None}


def _hits(
    known: _Keys, wanted: AbstractSet[bytes] | None, counted: Counter[bytes]
) -> Iterator[tuple[int, int, bytes]]:
    """Yield row group, place in it and key of each row that is asked for, in their order."""
    firsts = [first for first, _ in known.starts]
    keys = pa.array([], pa.large_binary()) if known.keys is None else known.keys
    places: Iterable[int] = range(len(keys))
    if wanted is not None:
        asked = pa.array(sorted(wanted), pa.large_binary())
        places = pc.indices_nonzero(pc.is_in(keys, value_set=asked)).to_pylist()
    for place in places:
        key: bytes | None = keys[place].as_py()
        if key is None:
            continue
        counted[key] += 1
        if counted[key] <= ROWS_OF_KEY:
            first, group = known.starts[bisect_right(firsts, place) - 1]
            yield group, place - first, key


def _told_group(
    file: pq.ParquetFile,
    table: bytes,
    group: int,
    columns: Sequence[str],
    hits: Sequence[tuple[int, bytes]],
) -> Iterator[tuple[bytes, Told | None]]:
    """Yield what some rows of a row group tell; of a damaged one every row is an error."""
    told: list[Told | None] = []
    why = ""
    try:
        told.extend(_told_places(file, group, columns, [place for place, _ in hits]) if hits else ())
    except DAMAGE as error:
        why = str(error) or _UNREAD
    yield from zip((key for _, key in hits), told, strict=False)
    if why or len(told) < len(hits):
        yield from ((key, _unread(table, why or _UNREAD)) for _, key in hits)


def _told_places(
    file: pq.ParquetFile, group: int, columns: Sequence[str], places: Sequence[int]
) -> Iterator[Told | None]:
    """Yield what the rows at some places of a row group, ascending, tell; all of it is read, and not held."""
    meta = file.metadata.row_group(group)
    mean = max(1, meta.total_byte_size) // max(1, meta.num_rows)
    size = max(1, min(BATCH, BATCH_BYTES // max(1, mean)))
    first = at = 0
    for batch in file.iter_batches(size, row_groups=[group], columns=[*columns], use_threads=False):
        stop = bisect_left(places, first + batch.num_rows, at)
        if stop > at:
            yield from told_rows(batch.take(pa.array([p - first for p in places[at:stop]])), columns)
        first, at = first + batch.num_rows, stop


def without_tables(root: bytes, every: Iterable[Found]) -> Iterator[Found]:
    """Yield what a walk has found; tables of shards, and what img2dataset counted, as no media.

    Args:
        root: of the dataset.
        every: all of it.
    """
    for found in every:
        yield found._replace(mark=Mark.SKIP, container="") if _is_of_shard(root, found) else found


def _is_of_shard(root: bytes, found: Found) -> bool:
    ending = next((end for end in (TABLE, STATS) if found.path.endswith(end)), b"")
    if not ending or found.mark is not Mark.READ:
        return False
    shards = (look(root, found.path[: -len(ending)] + end) for end in TARS)
    if not any(shard.container in {"tar", "tar.gz"} and shard.mark is Mark.READ for shard in shards):
        return False
    return ending == STATS or _is_table(root, found.path)


def _is_table(root: bytes, path: bytes) -> bool:
    """Tell whether a Parquet file was written by img2dataset beside its tar: it has no pictures in it."""
    try:
        with os.fdopen(open_inside(root, path), "rb", buffering=0) as raw:
            schema = open_parquet(pa.PythonFile(raw, mode="r")).schema_arrow
            pictures = image_column(schema, "", None)
    except ConfigError:
        return False  # several columns of pictures
    except (OutsideError, *DAMAGE):
        return False
    return pictures is None and set(schema.names) >= _WRITTEN and _has_keys(schema)
