"""A signal snapshot: a folder of sealed parts with copies of site files, which is only ever added to.

    SIGNALS/000001.signals    what the first collect has read
    SIGNALS/000002.signals    what the next one has read
    SIGNALS/000003.part       one that is at work, or was interrupted; it does not count yet

All copies of a file stay. Parts are memory-mapped and looked into by bisection, so a snapshot of a million
sites costs a worker no more memory than what it has just looked at.
"""

import hashlib
import mmap
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sekisho.detect.signals.kept import Kept
from sekisho.detect.signals.sites import Copy
from sekisho.errors import InputError, NotFoundError
from sekisho.store.signal_part import (
    FOOT,
    KEY_BYTES,
    OPEN,
    ROW,
    SEALED,
    PartWriter,
    Row,
    digest_of,
    read_foot,
    read_record,
    url_key,
)

__all__ = ["PART_COPIES", "SignalSnapshot", "SignalWriter", "open_signal_snapshot", "sealed_parts"]

PART_COPIES = 250_000
"""Copies of a part before the next one is begun: some 400 bytes for each are held while it is sealed."""
_CACHED_BYTES = 32 << 20
_OF_EACH = 512
"""Bytes that a copy without a body counts for in the cache."""
_AGAIN = "collect it again, or take a whole copy of it"


class _Part:
    """A sealed part, mapped."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            try:
                self._map = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
                foot = read_foot(self._map)
            except (InputError, ValueError) as error:
                raise InputError(f"{path}: {error}", hint=_AGAIN) from error
        self.count, self._index = foot.records, foot.begins
        self.digest = digest_of(self._map[self._index : -FOOT.size])
        if self.digest != foot.digest:
            raise InputError(f"{path}: its index is not the one that was written", hint=_AGAIN)

    def _rows(self) -> Iterator[bytes]:
        for at in range(self.count):
            yield self._row(at)

    def _row(self, at: int) -> bytes:
        start = self._index + at * ROW.size
        return bytes(self._map[start : start + ROW.size])

    def times(self) -> tuple[int, int]:
        """Return the first and the last time."""
        times = [Row(*ROW.unpack(row)).captured for row in self._rows()]
        return min(times), max(times)

    def of(self, key: bytes) -> Iterator[Kept]:
        """Yield what stands under the key of a URL, oldest first."""
        at = bisect_left(range(self.count), key, key=lambda n: self._row(n)[:KEY_BYTES])
        while at < self.count and (row := Row(*ROW.unpack(self._row(at)))).key == key:
            yield self._read(row)
            at += 1

    def every(self) -> Iterator[Kept]:
        """Yield all copies, sorted by the key of their URL."""
        for raw in self._rows():
            yield self._read(Row(*ROW.unpack(raw)))

    def _read(self, row: Row) -> Kept:
        try:
            return read_record(self._map[: self._index], row.place, row.sha256)[0]
        except InputError as error:
            raise InputError(f"{self.path}: {error}", hint=_AGAIN) from error


class SignalSnapshot:
    """An open signal snapshot: the `Sites` of an audit. It can be pickled, and is then opened anew.

    Attributes:
        path: the folder, or a single part.
        digest: of all copies, lower-case hex; the same copies in the same parts have the same one.
        copies_kept: how many there are.
    """

    def __init__(self, path: Path, parts: Sequence[Path]) -> None:
        """Map the parts and check their indices."""
        self.path = path
        self._parts = tuple(_Part(part) for part in parts)
        digests = b"".join(sorted({part.digest for part in self._parts}))
        self.digest = hashlib.sha256(digests).hexdigest()
        self.copies_kept = sum(part.count for part in self._parts)
        self._cache: OrderedDict[str, tuple[Copy, ...]] = OrderedDict()
        self._cached = 0

    def __reduce__(self) -> tuple[Callable[[], "SignalSnapshot"], tuple[()]]:
        return partial(open_signal_snapshot, self.path, digest=self.digest), ()

    @property
    def captured_range(self) -> tuple[datetime, datetime]:
        """Return when the first and the last copy were read."""
        times = [part.times() for part in self._parts]
        first, last = min(one[0] for one in times), max(one[1] for one in times)
        return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)

    @property
    def parts(self) -> tuple[tuple[str, int, str], ...]:
        """Return name, number of copies and digest of each part."""
        return tuple((part.path.name, part.count, part.digest.hex()) for part in self._parts)

    def kept(self, url: str) -> tuple[Kept, ...]:
        """Return all that is known of a file, oldest first.

        Raises:
            InputError: a record is damaged.
        """
        key = url_key(url)
        found = (one for part in self._parts for one in part.of(key) if one.copy.url == url)
        return tuple(sorted(found, key=lambda one: one.copy.captured))

    def copies(self, url: str) -> tuple[Copy, ...]:
        """Return all copies of a file, by its URL, oldest first. O(log n), a microsecond if asked before.

        Raises:
            InputError: a record is damaged.
        """
        found = self._cache.get(url)
        if found is not None:
            self._cache.move_to_end(url)
            return found
        found = tuple(one.copy for one in self.kept(url))
        self._cache[url] = found
        self._cached += _held(found)
        while self._cached > _CACHED_BYTES and len(self._cache) > 1:
            self._cached -= _held(self._cache.popitem(last=False)[1])
        return found

    def every(self) -> Iterator[Kept]:
        """Yield all copies, part by part."""
        for part in self._parts:
            yield from part.every()


def _held(copies: Sequence[Copy]) -> int:
    return _OF_EACH + sum(_OF_EACH + len(copy.body) for copy in copies)


def sealed_parts(path: Path) -> tuple[Path, ...]:
    """Return the sealed parts of a snapshot, oldest first."""
    return tuple(sorted(path.glob(f"*{SEALED}"))) if path.is_dir() else (path,)


def open_signal_snapshot(path: Path, *, digest: str | None = None) -> SignalSnapshot:
    """Open a signal snapshot.

    Args:
        path: its folder, or one sealed part.
        digest: that it must have; None or empty: any.

    Raises:
        NotFoundError: there is none.
        InputError: it is damaged, or another one than the digest names.
    """
    if not path.exists():
        raise NotFoundError(f"there is no signal snapshot {path}", hint="sekisho signals collect URLS -o DIR")
    parts = sealed_parts(path)
    if not parts:
        left = any(path.glob(f"*{OPEN}"))
        why = "only what an interrupted collect has left" if left else "nothing"
        raise InputError(f"{path} holds {why}", hint=f"sekisho signals collect URLS -o {path}")
    snapshot = SignalSnapshot(path, parts)
    if digest and snapshot.digest != digest:
        raise InputError(
            f"{path} is another signal snapshot: its digest is {snapshot.digest}, not {digest}",
            hint="parts were added or are missing; audit again with what is there now",
        )
    return snapshot


class SignalWriter:
    """Add copies to a snapshot: part after part, each sealed when it is full or the collect ends."""

    def __init__(self, path: Path) -> None:
        """Go on with the part that an interrupted collect has left, or begin the next one.

        Raises:
            UsageError: another process is collecting into it.
            InputError: what is there is damaged.
        """
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._before = SignalSnapshot(path, sealed_parts(path))
        left = sorted(path.glob(f"*{OPEN}"))
        self._part = PartWriter(left[0] if left else self._next())
        self.resumed = len(self._part)

    def _next(self) -> Path:
        numbers = [int(part.stem) for part in sealed_parts(self._path) if part.stem.isdecimal()]
        return self._path / f"{max(numbers, default=0) + 1:06}{OPEN}"

    def newest(self, url: str) -> tuple[Kept, bool] | None:
        """Return the last copy of a file, and whether this collect has read it."""
        own = self._part.newest(url)
        if own is not None:
            return own, True
        kept = self._before.kept(url)
        return (kept[-1], False) if kept else None

    def append(self, kept: Kept) -> None:
        """Add a copy; it is safe after `commit`."""
        self._part.append(kept)
        if len(self._part) >= PART_COPIES:
            self._part.seal()
            self._before = SignalSnapshot(self._path, sealed_parts(self._path))
            self._part = PartWriter(self._next())

    def commit(self) -> None:
        """Make sure that everything so far is on the disk."""
        self._part.commit()

    def seal(self) -> None:
        """End the collect: from now on its copies count."""
        self._part.seal()

    def close(self) -> None:
        """Stop in the middle; the next collect goes on from here."""
        self._part.close()
