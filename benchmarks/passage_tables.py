"""Tables of passages of any size, on disk: the real ones of a corpus among random ones of invented works.

Keys of 48 random bits lie as real ones do, so a table is written slice by slice in the order of its
keys, and no more than a slice is ever in memory.
"""

from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import numpy as np

from sekisho.snapshot.bloom import bloom_words, fill
from sekisho.snapshot.passages import Columns, Rows, Texts, cell_bits, starts_length

__all__ = ["grown", "resident_bytes", "stored_bytes"]

SLICES = 64
PASSAGES_OF_WORK = 1600
_BUCKETS = 40


def _slice(real: Rows, texts: int, number: int, count: int) -> Rows:
    """Return the real and random rows of one slice, sorted; `count` in all if there are fewer real ones."""
    width = (1 << 48) // SLICES
    here = (real.keys >= number * width) & (real.keys < (number + 1) * width)
    random = np.random.default_rng(number)
    more = max(0, count - int(here.sum()))
    keys = random.integers(number * width, (number + 1) * width, more, np.uint64)
    works = max(1, SLICES * count // PASSAGES_OF_WORK)
    text = random.integers(texts, texts + works, more).astype(np.uint32)
    bucket = random.integers(0, _BUCKETS, more).astype(np.uint16)
    keys = np.concatenate([real.keys[here], keys])
    order = np.argsort(keys, kind="stable")
    return Rows(
        keys[order],
        np.concatenate([real.text[here], text])[order],
        np.concatenate([real.bucket[here], bucket])[order],
    )


def grown(base: Texts, size: int, folder: Path) -> Texts:
    """Return a table of about `size` rows, mapped from files in a folder, which is made anew.

    Args:
        base: the real ones.
        size: of all.
        folder: takes 13 bytes a row.
    """
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    real, texts = base.whole_rows(), len(base.entry)
    slices = [size // SLICES] * SLICES
    count = sum(len(_slice(real, texts, n, of).keys) for n, of in enumerate(slices))
    files = {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", dtype, (length,))
        for name, dtype, length in (
            ("low", "<u4", count),
            ("starts", "<u4", starts_length(count)),
            ("text", "<u4", count),
            ("bucket", "<u2", count),
            ("bloom", "<u8", bloom_words(count)),
        )
    }
    shift = np.uint64(48 - cell_bits(count))
    at = 0
    for number, of in enumerate(slices):
        rows = _slice(real, texts, number, of)
        stop = at + len(rows.keys)
        files["low"][at:stop] = rows.keys.astype(np.uint32)
        files["text"][at:stop] = rows.text
        files["bucket"][at:stop] = rows.bucket
        first = int(np.uint64(number * ((1 << 48) // SLICES)) >> shift)
        last = int(np.uint64((number + 1) * ((1 << 48) // SLICES) - 1) >> shift) + 1
        sizes = np.bincount((rows.keys >> shift).astype(np.int64) - first, minlength=last - first)
        files["starts"][first + 1 : last + 1] = at + np.cumsum(sizes)
        # The blocks of a slice follow each other, and only they are touched.
        fill(np.asarray(files["bloom"]), rows.keys)
        at = stop
    for file in files.values():
        file.flush()
    mapped = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in files}
    works = int(mapped["text"].max()) + 1
    many = np.full(works, PASSAGES_OF_WORK, np.uint32)
    many[:texts] = base.passages
    many.flags.writeable = False
    return replace(
        base,
        rows=Columns(*(np.asarray(mapped[name]) for name in ("low", "starts", "text", "bucket"))),
        bloom=np.asarray(mapped["bloom"]),
        entry=np.arange(works, dtype=np.uint32),
        passages=many,
    )


def stored_bytes(table: Texts) -> int:
    """Return what a table takes on disk, with the columns of its texts."""
    return sum(array.nbytes for array in (*table.rows, table.bloom)) + 12 * len(table.entry)


def resident_bytes(table: Texts) -> int:
    """Return what is touched for every text: the filter and the starts of cells."""
    return table.bloom.nbytes + table.rows.starts.nbytes
