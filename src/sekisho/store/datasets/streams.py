"""A tar as a forward stream: plain by offset, gzipped through a bounded window."""

import os
import zlib

from sekisho.store.datasets.tarwalk import TarCorruptError, TarRatioError

__all__ = ["MAX_RATIO", "RATIO_FROM", "GzipStream", "PlainStream"]

WINDOW = 1 << 18
"""Bytes unpacked at a time from a gzipped tar."""
PACKED = 1 << 17
"""Packed bytes read at a time."""
GZIP = zlib.MAX_WBITS | 16
MAX_RATIO = 200
"""Unpacked to packed bytes. Tars of pictures stay below 2, of flat BMP below 60; deflate can do 1032."""
RATIO_FROM = 64 << 20
"""Unpacked bytes before the ratio is asked for, so that small tars of zeros are not refused."""


class PlainStream:
    """A plain tar, read by offset; skipping costs nothing."""

    def __init__(self, descriptor: int, size: int) -> None:
        """Begin at the first byte of an open file of a known size."""
        self._descriptor = descriptor
        self._size = size
        self.position = 0

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer only at the end."""
        data = os.pread(self._descriptor, count, self.position)
        self.position += len(data)
        return data

    def skip_to(self, position: int) -> None:
        """Go forward.

        Raises:
            TarCorruptError: the position is behind the end of the file.
        """
        if position > self._size:
            raise TarCorruptError("the tar is cut")
        self.position = position


class GzipStream:
    """A gzipped tar, unpacked as it is read; memory does not depend on its size.

    Several gzip members after one another are one stream (RFC 1952 2.2); zlib checks each one's CRC.
    Zeros after the last one are padding, anything else is damage.
    """

    def __init__(self, descriptor: int) -> None:
        """Begin at the first byte of an open file, which stays the caller's to close."""
        self._descriptor = descriptor
        self._inflate = zlib.decompressobj(wbits=GZIP)
        self._packed = 0
        self._input = b""
        self._ready = memoryview(b"")
        self.position = 0

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
                raise TarCorruptError(f"the gzip stream is damaged: {error}") from error
            self._input = self._inflate.unconsumed_tail
            # zlib may still hold output when all input is taken, so only nothing from nothing is a cut.
            if not (more or self._ready or self._inflate.eof):
                raise TarCorruptError("the gzip stream is cut")

    def _some(self, count: int) -> memoryview:
        self._fill()
        piece, self._ready = self._ready[:count], self._ready[count:]
        self.position += len(piece)
        if self.position > RATIO_FROM and self.position > MAX_RATIO * self._packed:
            raise TarRatioError(f"unpacks to more than {MAX_RATIO} times its size")
        return piece

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer only at the end.

        Raises:
            TarCorruptError: the gzip stream is damaged or cut.
            TarRatioError: far more comes out than is in.
        """
        pieces = []
        while count and (piece := self._some(count)):
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def skip_to(self, position: int) -> None:
        """Go forward by unpacking and dropping.

        Raises:
            TarCorruptError: the stream ends before, or as `read`.
        """
        while self.position < position:
            if not self._some(position - self.position):
                raise TarCorruptError("the tar is cut")
