"""Write a WARC file anew with only the allowed records, each byte for byte, in the same order.

If the file was packed, each record is packed by itself, as readers that go to one record expect.
"""

import gzip
import hashlib
import os
from collections.abc import Iterator
from itertools import chain

from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.names import item_name
from sekisho.store.datasets.warc import look_at_record
from sekisho.store.datasets.warcwalk import GZIP_MAGIC, TRAILER, walk_from
from sekisho.store.materialise.lines import GZIP_LEVEL
from sekisho.store.materialise.order import Order, sync, verdict

__all__ = ["rewrite_warc"]


def _allowed(descriptor: int, prefix: str, order: Order, limit: int) -> Iterator[bytes]:
    """Yield the records that are kept; nothing behind damage was ever allowed."""
    walk = walk_from(descriptor, os.fstat(descriptor).st_size)
    try:
        for number, record in enumerate(walk):
            name = item_name(prefix, b"%d" % number)
            item, block = look_at_record(name, walk, record, limit)
            looked_at = item is not None and (order.texts or item.text is None)
            if item is None or item.data is None or not looked_at:
                order.tally.count(kept=False, media=item is not None, size=0)
                continue
            if name in order.edits:
                order.tally.unedited.append(name)
            kept = verdict(order, name, hashlib.sha256(item.data).digest(), media=True) is True
            order.tally.count(kept=kept, media=True, size=len(item.data))
            if kept:
                yield record.head + block + TRAILER
    except DamageError:
        return


def rewrite_warc(descriptor: int, prefix: str, target: bytes, order: Order, limit: int) -> None:
    """Write the allowed records of an open file to a new one; nothing is written if there are none.

    Records that are not looked at (requests, descriptions, revisits) are left out.
    """
    records = _allowed(descriptor, prefix, order, limit)
    first = next(records, None)
    if first is None:
        return
    packed = os.pread(descriptor, len(GZIP_MAGIC), 0) == GZIP_MAGIC
    with open(target, "xb") as out:  # noqa: PTH123 - names are bytes
        every = chain((first,), records)
        out.writelines(gzip.compress(one, GZIP_LEVEL, mtime=0) if packed else one for one in every)
        sync(out)
