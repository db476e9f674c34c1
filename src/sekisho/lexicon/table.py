"""The fold table: what every character becomes. One data file, the same under every version of Python.

`table.bin` is made by scripts/make_fold_table.py from Unicode's data and is part of what a passage is:
another table gives other passages. So its digest stands here and is compared when it is read.
"""

import hashlib
import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import SekishoError

__all__ = [
    "BREAK",
    "FINAL",
    "HALF_VOICED",
    "KANA_FIRST",
    "KIND",
    "MEDIAL",
    "SEVERAL",
    "SIZE",
    "SPECIAL",
    "TABLE_SHA256",
    "VOICED",
    "FoldTable",
    "fold_table",
]

TABLE_SHA256 = "fdceb52272e5b8d71765146f3216ae4b44685d5859d7acfa2dd80f4131db8720"
SIZE = 0x30000
"""Characters from here on: plane 3 is ideographs, which stay what they are; nothing above it is a letter."""
SPECIAL = 1 << 31
"""Set in a value that is not the unit itself; bits 24-30 are its kind, the lower ones its argument."""
KIND = 24
BREAK, VOICED, HALF_VOICED, MEDIAL, FINAL, SEVERAL = range(1, 7)
"""Line feed; voicing marks; conjoining jamo (argument: the jamo); several units (argument: their offset)."""
KANA_FIRST = 0x3040
"""The first character of `FoldTable.voiced` and `half_voiced`."""
_MAGIC = b"SKFOLD01"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldTable:
    """The table as arrays, all uint32 and read-only.

    Attributes:
        values: (SIZE,) the unit a character becomes, 0 if it vanishes, or a `SPECIAL` value.
        several: at each offset a number of units, then the units.
        voiced, half_voiced: (96,) what the kana from `KANA_FIRST` on become by a mark; 0: nothing.
    """

    values: NDArray[np.uint32]
    several: NDArray[np.uint32]
    voiced: NDArray[np.uint32]
    half_voiced: NDArray[np.uint32]


def _expanded(lengths: NDArray[np.uint32], offsets: NDArray[np.uint32]) -> NDArray[np.uint32]:
    offset = np.repeat(offsets, lengths)
    values = np.arange(SIZE, dtype=np.uint32)
    values += offset
    values[offset == SPECIAL] = 0
    return values


@lru_cache(maxsize=1)
def fold_table() -> FoldTable:
    """Load the table that comes with the package (some milliseconds, once a process).

    Raises:
        SekishoError: the file is not the one that this version was made with.
    """
    raw = (files("sekisho.lexicon") / "table.bin").read_bytes()
    if hashlib.sha256(raw).hexdigest() != TABLE_SHA256:
        raise SekishoError("the fold table of this installation was changed", hint="install sekisho again")
    numbers = np.frombuffer(zlib.decompress(raw[len(_MAGIC) :]), "<u4").astype(np.uint32)
    lengths, offsets, several, voiced, half_voiced = np.split(numbers[5:], np.cumsum(numbers[:4]))
    table = FoldTable(
        values=_expanded(lengths, offsets), several=several, voiced=voiced, half_voiced=half_voiced
    )
    for array in (table.values, several, voiced, half_voiced):
        array.flags.writeable = False
    return table
