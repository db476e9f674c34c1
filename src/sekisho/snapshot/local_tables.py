"""Hash tables of local features: which features of an edition agree with one in some chosen bits.

There are `TABLES` tables. In each, the bucket of a feature is the number that the first bits of its row
in `BITS` make, read from its descriptor; the next bits make its tag. A bucket lists ids, a feature's
number with its tag above it, so that most of what shares a bucket by chance is passed over without a look
at its descriptor. The more features, the more bits a bucket has and the fewer are left for the tag.

    starts  (TABLES * 2**b + 1,) uint32   where each bucket begins in ids, table after table; empty if f is 0
    ids     uint32                        tag << id bits | feature, sorted within a bucket
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.snapshot.crowds import uncrowded
from sekisho.snapshot.stock import Standing

__all__ = [
    "BITS",
    "TABLES",
    "LocalTables",
    "Widths",
    "bits_of",
    "bucket_bits",
    "build_local_tables",
    "local_starts_length",
    "no_tables",
    "tables_hold",
    "widths",
]

TABLES = 8
MIN_BUCKET_BITS = 8
MAX_BUCKET_BITS = 22
MAX_TAG_BITS = 10
_ROWS_OF_BUCKET = 16
MAX_LOCAL_ROWS = 2**28
"""Features of one segment: ids of 28 bits leave 4 for the tag, and `starts` counts all tables."""

BITS = np.frombuffer(
    bytes.fromhex(
        "d35867ab037db85f8b653a5b8ef5d0ce2811964b14c13432fe9d2ff81a0a45d1"
        "06c700010b168312157a0df34467fbb20e8a52c12465cc189ff89e78723a6bde"
        "50ee32d313fc1f9c6de72abc4dd283180cd5a59d948a885a1a6f33a1c32df77c"
        "fd3f503eee7c260f2cfce494a1cadade542005b61f78d059f83308b2e99d1868"
        "72abb45a2b5908a2b85363cf0a2eebb9c3b3411fe94ed89a10f9f1861711e09d"
        "4c8dc43f161c14cb2f7f96173a4bd82b9e75cc1f80c1c2fe117470376e9599a7"
        "02e092df93d3c707462935100e05d9808aac88194f5211992f7e5e45386bb814"
        "066072c6c0843957df04a5702845a7c138716f68ec33db834e3dc2ce6b8505bb"
    ),
    np.uint8,
).reshape(TABLES, 32)
"""Which bits each table reads, in their sequence: chosen one after the other, so that features of different
works are told apart and those of one work, edited, stay together (benchmarks/choose_local_bits.py)."""


class LocalTables(NamedTuple):
    """The tables of some features; both are empty if there is none."""

    starts: NDArray[np.uint32]
    ids: NDArray[np.uint32]


class Widths(NamedTuple):
    """How many bits make a bucket, a tag and a feature's number."""

    bucket: int
    tag: int
    id: int


def no_tables() -> LocalTables:
    """Return the tables of no features."""
    return LocalTables(np.empty(0, np.uint32), np.empty(0, np.uint32))


def bucket_bits(features: int) -> int:
    """Return how many bits of a descriptor name its bucket: about 16 to 32 features in each."""
    wanted = (features // _ROWS_OF_BUCKET).bit_length() - 1
    return min(MAX_BUCKET_BITS, max(MIN_BUCKET_BITS, wanted))


def widths(features: int) -> Widths:
    """Return the widths for a number of features."""
    id_bits = max(1, (features - 1).bit_length())
    return Widths(bucket_bits(features), min(MAX_TAG_BITS, 32 - id_bits), id_bits)


def local_starts_length(features: int) -> int:
    """Return the length of `starts` for a number of features."""
    return TABLES * (1 << bucket_bits(features)) + 1 if features else 0


@numba.njit(cache=True, nogil=True, inline="always")
def bits_of(descriptor: NDArray[np.uint64], bits: NDArray[np.uint8], begin: int, count: int) -> int:
    """Return the number that `count` bits of a descriptor make, those named from `begin` on."""
    value = 0
    for i in range(begin, begin + count):
        bit = np.int64(bits[i])
        value |= int(np.int64((descriptor[bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1))) << (i - begin)
    return value


@numba.njit(cache=True, nogil=True)
def _places(
    descriptors: NDArray[np.uint64],
    bits: NDArray[np.uint8],
    shape: Widths,
    buckets: NDArray[np.uint32],
    ids: NDArray[np.uint32],
) -> None:
    """Work out bucket and id of every feature in one table."""
    for row in range(len(descriptors)):
        buckets[row] = bits_of(descriptors[row], bits, 0, shape.bucket)
        tag = bits_of(descriptors[row], bits, shape.bucket, shape.tag)
        ids[row] = tag << shape.id | row


def build_local_tables(
    descriptors: NDArray[np.uint64], entry: NDArray[np.uint32], standing: Standing
) -> LocalTables:
    """Return the tables of some features. O(f log f); 33 bytes a feature, and as much to work with.

    Args:
        descriptors: (f, 4).
        entry: (f,) number of the entry of each, ascending.
        standing: of all entries: what decides which features stay in a crowded bucket (crowds.py).
    """
    features = len(descriptors)
    if not features:
        return no_tables()
    shape = widths(features)
    buckets, ids = np.empty(features, np.uint32), np.empty(features, np.uint32)
    sizes, lists = [np.zeros(1, np.int64)], []
    for table in range(TABLES):
        _places(np.ascontiguousarray(descriptors), BITS[table], shape, buckets, ids)
        order = np.lexsort((ids, buckets))
        sorted_ids, sorted_buckets = ids[order], buckets[order]
        kept = uncrowded(sorted_buckets, sorted_ids >> np.uint32(shape.id), entry[order], standing)
        lists.append(sorted_ids[kept])
        sizes.append(np.bincount(sorted_buckets[kept], minlength=1 << shape.bucket))
    return LocalTables(np.cumsum(np.concatenate(sizes)).astype(np.uint32), np.concatenate(lists))


@numba.njit(cache=True, nogil=True)
def _hold(starts: NDArray[np.uint32], ids: NDArray[np.uint32], features: int, mask: int) -> bool:
    if starts[0] != 0 or starts[-1] != len(ids):
        return False
    for at in range(len(starts) - 1):
        if starts[at] > starts[at + 1]:
            return False
    highest = 0
    for at in range(len(ids)):
        highest = max(highest, int(np.int64(ids[at])) & mask)
    return highest < features


def tables_hold(tables: LocalTables, features: int) -> bool:
    """Check everything that the search, which has no bounds checks, relies on. O(features)."""
    if len(tables.starts) != local_starts_length(features):
        return False
    if not features:
        return not len(tables.ids)
    return bool(_hold(tables.starts, tables.ids, features, (1 << widths(features).id) - 1))
