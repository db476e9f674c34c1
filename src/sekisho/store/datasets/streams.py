"""A file as a forward stream: plain by offset, gzip and zstd unpacked through a bounded window."""

import os
import zlib
from io import FileIO

import pyarrow as pa

from sekisho.store.datasets.damage import DamageError, RatioError

__all__ = ["MAX_RATIO", "RATIO_FROM", "WINDOW", "GzipStream", "PlainStream", "ZstdStream"]

WINDOW = 1 << 18
"""Bytes unpacked at a time; what is unpacked of a window that breaks is lost."""
PACKED = 1 << 17
"""Packed bytes read at a time."""
GZIP = zlib.MAX_WBITS | 16
MAX_RATIO = 200
"""Unpacked to packed bytes. Tars of pictures stay below 2, of flat BMP below 60, text below 30; deflate
can do 1032, zstd 30,000."""
RATIO_FROM = 64 << 20
"""Unpacked bytes before the ratio is asked for, so that small tars of zeros are not refused."""


class PlainStream:
    """A plain file or a part of it, read by offset; skipping costs nothing."""

    def __init__(self, descriptor: int, stop: int, start: int = 0) -> None:
        """Begin at a byte of an open file and end before another one."""
        self._descriptor = descriptor
        self._stop = stop
        self.position = start

    def some(self, count: int) -> bytes:
        """Return the next bytes, none at the end."""
        return self.read(count)

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer only at the end."""
        data = os.pread(self._descriptor, min(count, max(0, self._stop - self.position)), self.position)
        self.position += len(data)
        return data

    def skip_to(self, position: int) -> None:
        """Go forward.

        Raises:
            DamageError: the position is behind the end of the file.
        """
        if position > self._stop:
            raise DamageError("the file is cut")
        self.position = position


def _check_ratio(unpacked: int, packed: int) -> None:
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed:
        raise RatioError(f"unpacks to more than {MAX_RATIO} times its size")


class GzipStream:
    """A gzipped file, unpacked as it is read; memory does not depend on its size.

    Several gzip members after one another are one stream (RFC 1952 2.2); zlib checks each one's CRC.
    Zeros after the last one are padding, anything else is damage.

    Attributes:
        position: unpacked bytes that were read.
        member: where the gzip member of the next byte begins, packed and unpacked.
    """

    def __init__(self, descriptor: int, start: int = 0) -> None:
        """Begin at a byte of an open file, which stays the caller's to close."""
        self._descriptor = descriptor
        self._inflate = zlib.decompressobj(wbits=GZIP)
        self._packed = self._from = start
        self._input = b""
        self._ready = memoryview(b"")
        self.position = 0
        self.member = (start, 0)

    def _take(self) -> bool:
        """Get more packed bytes if there are none left; tell whether there are any."""
        if not self._input:
            self._input = os.pread(self._descriptor, PACKED, self._packed)
            self._packed += len(self._input)
        return bool(self._input)

    def _next_member(self) -> bool:
        """Begin the next gzip member; tell whether there is one."""
        self._input = self._inflate.unused_data
        while self._take() and not self._input.lstrip(b"\0"):
            self._input = b""
        self._input = self._input.lstrip(b"\0")
        if self._input:
            self._inflate = zlib.decompressobj(wbits=GZIP)
            self.member = (self._packed - len(self._input), self.position)
        return bool(self._input)

    def _fill(self) -> None:
        """Unpack the next window; it stays empty at the end of the stream."""
        while not self._ready:
            if self._inflate.eof and not self._next_member():
                return
            more = self._take()
            try:
                self._ready = memoryview(self._inflate.decompress(self._input, WINDOW))
            except zlib.error as error:
                raise DamageError(f"the gzip stream is damaged: {error}") from error
            self._input = self._inflate.unconsumed_tail
            # zlib may still hold output when all input is taken, so only nothing from nothing is a cut.
            if not (more or self._ready or self._inflate.eof):
                raise DamageError("the gzip stream is cut")

    def begins_member(self) -> bool:
        """Tell whether the next byte is the first of a gzip member."""
        self._fill()
        return self.member[1] == self.position

    def some(self, count: int) -> memoryview:
        """Return some of the next bytes, none at the end.

        Raises:
            DamageError: the gzip stream is damaged or cut.
            RatioError: far more comes out than is in.
        """
        self._fill()
        piece, self._ready = self._ready[:count], self._ready[count:]
        self.position += len(piece)
        _check_ratio(self.position, self._packed - self._from)
        return piece

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer only at the end.

        Raises:
            DamageError: as `some`.
        """
        pieces = []
        while count and (piece := self.some(count)):
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def skip_to(self, position: int) -> None:
        """Go forward by unpacking and dropping.

        Raises:
            DamageError: the stream ends before, or as `some`.
        """
        while self.position < position:
            if not self.some(position - self.position):
                raise DamageError("the stream is cut")


class ZstdStream:
    """A file packed with zstd, unpacked as it is read. Several frames are one stream (RFC 8878 3)."""

    def __init__(self, raw: FileIO) -> None:
        """Begin at the first byte of an open file, which stays the caller's to close."""
        self._raw = raw
        self._unpacked = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
        self.position = 0

    def some(self, count: int) -> bytes:
        """Return some of the next bytes, none at the end.

        Raises:
            DamageError: the stream is damaged or cut, or needs a larger window than 128 MiB.
            RatioError: far more comes out than is in.
        """
        try:
            data: bytes = self._unpacked.read(min(count, WINDOW))
        except (pa.ArrowException, OSError) as error:
            raise DamageError(str(error)[:200]) from error
        self.position += len(data)
        packed = self._raw.tell()
        if not packed:
            raise DamageError("the stream is cut")
        _check_ratio(self.position, packed)
        return data
