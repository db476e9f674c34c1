"""A film's bytes -> its frames at a fixed interval, as they are shown: the luma plane and the time.

Needs the extra `[video]` (PyAV, which brings FFmpeg). FFmpeg is a native decoder: a file that makes it
crash takes down a worker and no more. The container is chosen by the first bytes, never by FFmpeg's own
guess, only common codecs are opened, and nothing but the given bytes is ever read: a playlist or a
reference to another file leads nowhere. The first frame of each interval is taken. What lies between is
decoded only as far as later frames need it, so the frames that are taken are those that decoding
everything would give. A film of which anything is damaged or missing is refused, not shown in part, and
so is one with several tracks of pictures.
"""

from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import MissingExtraError
from sekisho.media.film_sizes import has_tracks, is_cut
from sekisho.media.limits import CannotDecode, Limits, check_size
from sekisho.media.sniff import FILMS
from sekisho.model import Unreadable

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["MISSING", "FilmReader", "Shown", "has_video", "require_video", "shown_frames"]

MISSING = "video needs the extra [video]: pip install 'sekisho[video]'"
"""What the row of a film says that could not be looked at for want of a decoder."""
_CODECS = (
    "h264,hevc,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4,h263,mpeg1video,mpeg2video,vp8,vp9,libdav1d,av1,theora,mjpeg"
    ",prores,dnxhd,ffv1,wmv1,wmv2,wmv3,vc1,flv1,flv,dvvideo,rawvideo,png,gif,qtrle,huffyuv,ffvhuff,utvideo"
)
_SKIPPING = frozenset({"h264", "hevc"})
"""Codecs that mark frames on which no other one depends, and leave them out when they are told to."""
_MIN_WINDOW = Fraction(1, 20)
"""Seconds after the beginning of an interval within which every frame is decoded; at least two frames."""
_JUMP = 3600
"""Seconds by which time may go on from one frame to the next; further, or backwards, a new clock begins."""
_MISSING_END = Fraction(1, 10)
"""Share of the stated duration that may be missing at the end; more means that the file was cut."""
_MIN_MISSING = 2
"""Seconds of it; sound often goes on a little longer than the picture."""
_MAX_DEPTH = 16
_LIMITED, _FULL = 255 / 219, 1.0
"""From what codes of luma span (ITU-R BT.601: 16-235) to what pixels span."""
_DETAIL = 120


class FilmReader(Protocol):
    """A file of which any part can be read, where a film is too large to be held."""

    @property
    def size(self) -> int:
        """Return the number of bytes."""

    def read(self, start: int, count: int) -> bytes:
        """Return up to `count` bytes from `start` on; fewer only at the end of the file."""


class Shown(NamedTuple):
    """One frame as it is shown.

    Attributes:
        at: milliseconds from the film's first frame.
        luma: (H, W) uint8, turned upright; valid until the next frame is asked for.
        gain: by what differences of luma have to be multiplied to span 0-255.
        rgb: (H, W, 3) uint8 if colours were asked for, else None.
        until: milliseconds where the film ends, as far as is known with this frame.
    """

    at: int
    luma: NDArray[np.uint8]
    gain: float
    rgb: NDArray[np.uint8] | None
    until: int


class _Stream:
    """Bytes in memory or a reader in the form that PyAV asks for; nothing is copied but what is read."""

    def __init__(self, source: bytes | memoryview | FilmReader) -> None:
        held = memoryview(source).cast("B") if isinstance(source, bytes | memoryview) else source
        self._source, self._at = held, 0
        self.size = len(held) if isinstance(held, memoryview) else held.size

    def part(self, start: int, count: int) -> bytes:
        """Return up to `count` bytes from `start` on."""
        if isinstance(self._source, memoryview):
            return bytes(self._source[start : start + count])
        return self._source.read(start, count)

    def read(self, count: int = -1) -> bytes:
        """Return the next bytes."""
        found = self.part(self._at, self.size if count < 0 else count)
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to another place."""
        self._at = max(0, offset + (0, self._at, self.size)[whence])
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at


def require_video() -> ModuleType:
    """Return the library that decodes films.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import av  # noqa: PLC0415 - an extra, loaded only where there is a film
    except ImportError as error:
        raise MissingExtraError(
            "reading video needs the extra [video], which is not installed",
            hint="pip install 'sekisho[video]'",
        ) from error
    library: ModuleType = av
    return library


def has_video() -> bool:
    """Tell whether films can be decoded."""
    try:
        require_video()
    except MissingExtraError:
        return False
    return True


def shown_frames(
    source: bytes | memoryview | FilmReader,
    media_type: str,
    limits: Limits,
    *,
    interval: int,
    colour: bool = False,
) -> Iterator[Shown]:
    """Yield the first frame of every interval, at least one.

    A frame that fails after others were yielded fails the whole film: the caller drops what it had.

    Args:
        source: the whole file, or a reader of it.
        media_type: what `sniff` said.
        limits: what the film may cost.
        interval: milliseconds; 0: every frame.
        colour: give RGB too, by FFmpeg's own conversion.

    Raises:
        CannotDecode: with the reason; nothing else, for any bytes.
    """
    if media_type not in FILMS:
        raise CannotDecode(Unreadable.UNSUPPORTED_FORMAT, media_type)
    try:
        library = require_video()
    except MissingExtraError as error:
        raise CannotDecode(Unreadable.UNSUPPORTED_FORMAT, MISSING) from error
    stream = _Stream(source)
    # A reader holds nothing in memory, so the size of its file costs nothing.
    if isinstance(source, bytes | memoryview) and stream.size > limits.max_bytes:
        raise CannotDecode(Unreadable.TOO_LARGE, f"{stream.size} bytes")
    if not stream.size:
        raise CannotDecode(Unreadable.EMPTY)
    if is_cut(stream.part, stream.size, media_type):
        raise CannotDecode(Unreadable.TRUNCATED, "shorter than it says")
    if not has_tracks(stream.part, stream.size, media_type):
        raise CannotDecode(Unreadable.CORRUPT, "no list of tracks, as a film has")
    try:
        yield from _shown(library, stream, media_type, limits, interval=interval, colour=colour)
    except (CannotDecode, OSError) as error:
        if isinstance(error, CannotDecode) or not isinstance(error, library.FFmpegError):
            raise
        raise _refusal(library, error) from error
    except Exception as error:
        raise _refusal(library, error) from error


def _refusal(library: ModuleType, error: Exception) -> CannotDecode:
    """Name what FFmpeg's error means."""
    if isinstance(error, MemoryError):
        return CannotDecode(Unreadable.DECODER_CRASH, "out of memory")
    if isinstance(error, library.error.EOFError):
        return CannotDecode(Unreadable.TRUNCATED, "ends too early")
    if isinstance(error, library.error.DecoderNotFoundError | library.error.PatchWelcomeError):
        return CannotDecode(Unreadable.UNSUPPORTED_FORMAT, "a codec that is not read")
    return CannotDecode(Unreadable.CORRUPT, type(error).__name__[:_DETAIL])


def _shown(
    library: ModuleType,
    stream: _Stream,
    media_type: str,
    limits: Limits,
    *,
    interval: int,
    colour: bool,
) -> Iterator[Shown]:
    options = {"protocol_whitelist": "none", "codec_whitelist": _CODECS, "enable_drefs": "0"}
    opened = library.open(
        stream, format=FILMS[media_type], container_options=options, metadata_errors="ignore"
    )
    with closing(opened) as container:
        track = _track(container)
        _check_track(track, limits)
        yield from _Sampling(container, track, limits, interval).frames(colour=colour)


def _track(container: "InputContainer") -> "VideoStream":
    """Return the picture track; the picture of a sound file's cover is none.

    Raises:
        CannotDecode: none, or several: a player may show any of them, and only one would be looked at.
    """
    tracks = [track for track in container.streams.video if not int(track.disposition) & _ATTACHED]
    if not tracks:
        raise CannotDecode(Unreadable.NO_PICTURE, "no track with pictures")
    if len(tracks) > 1:
        raise CannotDecode(Unreadable.UNSUPPORTED_FORMAT, "several tracks with pictures")
    return tracks[0]


_ATTACHED = 0x0400
"""AV_DISPOSITION_ATTACHED_PIC of libavformat/avformat.h."""


def _check_track(track: "VideoStream", limits: Limits) -> None:
    codec = track.codec_context
    # Of a codec that FFmpeg does not know there is no context, whatever the stubs say.
    if getattr(codec, "name", "") not in _CODECS.split(","):
        raise CannotDecode(Unreadable.UNSUPPORTED_FORMAT, "a codec that is not read")
    _check_frame(codec.width, codec.height, limits)
    codec.thread_count = 1
    codec.thread_type = "NONE"


def _check_frame(width: int, height: int, limits: Limits) -> None:
    check_size(width, height, limits)
    if width * height > limits.film_pixels:
        raise CannotDecode(Unreadable.TOO_MANY_PIXELS, f"{width}x{height}")


class _Sampling:
    """One pass over a film: what time it is, which frames are taken, and what all of it has cost."""

    def __init__(
        self, container: "InputContainer", track: "VideoStream", limits: Limits, interval: int
    ) -> None:
        self._container, self._track, self._limits, self._interval = container, track, limits, interval
        rate = track.average_rate or Fraction(25)
        self._step = 1 / rate if rate > 0 else Fraction(1, 25)
        self._window = max(2 * self._step, _MIN_WINDOW)
        self._start: Fraction | None = None
        self._now = -self._step
        self._cell, self._taken, self._pixels, self._at = -1, 0, 0, -1

    def frames(self, *, colour: bool) -> Iterator[Shown]:
        codec = self._track.codec_context
        skipping = self._interval and codec.name in _SKIPPING
        begun = False
        for packet in self._container.demux(self._track):
            if packet.is_corrupt:
                raise CannotDecode(Unreadable.TRUNCATED, "a cut or damaged packet")
            if skipping:
                codec.skip_frame = "DEFAULT" if self._is_wanted(packet) else "NONREF"
            for frame in packet.decode():
                if frame.is_corrupt and begun:
                    raise CannotDecode(Unreadable.CORRUPT, "a damaged frame")
                if frame.is_corrupt:
                    continue  # a film that was cut out of another may begin between two key frames
                begun = True
                if self._takes(frame):
                    yield self._made(frame, colour=colour)
        self._check_end()

    def _is_wanted(self, packet: "Packet[VideoStream]") -> bool:
        """Tell whether a packet may hold the first frame of an interval."""
        if packet.pts is None or self._start is None:
            return True
        into = (packet.pts * packet.time_base - self._start) * 1000 % self._interval
        return bool(into < self._window * 1000 or into > self._interval - 2)

    def _takes(self, frame: "VideoFrame") -> bool:
        """Take the time of a frame; tell whether it is the first of its interval."""
        self._pixels += frame.width * frame.height
        if self._pixels > self._limits.film_total_pixels:
            raise CannotDecode(Unreadable.TOO_MANY_PIXELS, "all frames together")
        _check_frame(frame.width, frame.height, self._limits)
        shown = None if frame.pts is None or frame.time_base is None else frame.pts * frame.time_base
        if shown is None:
            now = self._now + self._step
        else:
            if self._start is None:
                self._start = shown
            now = shown - self._start
            if not -self._step <= now - self._now <= _JUMP:
                now = self._now + self._step
                self._start = shown - now
        self._now = max(now, self._now)
        at = round(now * 1000)
        cell = (at + 1) // self._interval if self._interval else at
        if cell <= self._cell or at <= self._at:
            return False
        self._cell, self._at, self._taken = cell, at, self._taken + 1
        if self._taken > self._limits.film_frames:
            raise CannotDecode(Unreadable.TOO_MANY_FRAMES, f"more than {self._limits.film_frames}")
        return True

    def _made(self, frame: "VideoFrame", *, colour: bool) -> Shown:
        turns = round(frame.rotation / 90) % 4
        luma, gain = _luma(frame)
        rgb = np.rot90(_converted(frame, "rgb24"), turns) if colour else None
        until = max(self._stated(), self._at + round(self._step * 1000))
        return Shown(self._at, np.rot90(luma, turns), gain, rgb, until)

    def _stated(self) -> int:
        """Return how long the film says that it is, in milliseconds; 0 if it does not say it."""
        track = self._track
        if track.duration and track.time_base:
            return max(0, round(track.duration * track.time_base * 1000))
        return max(0, (self._container.duration or 0) // 1000)

    def _check_end(self) -> None:
        """Refuse a film that ends long before it says that it ends.

        Raises:
            CannotDecode: truncated, corrupt (no frame at all).
        """
        if not self._taken:
            raise CannotDecode(Unreadable.CORRUPT, "not a single frame")
        missing = Fraction(self._stated(), 1000) - self._now - self._step
        if missing > max(Fraction(_MIN_MISSING), Fraction(self._stated(), 1000) * _MISSING_END):
            raise CannotDecode(Unreadable.TRUNCATED, f"{float(missing):.0f} s are missing at the end")


def _converted(frame: "VideoFrame", form: str) -> NDArray[np.uint8]:
    """Convert a frame by FFmpeg: (H, W) or (H, W, 3) uint8."""
    return np.asarray(frame.to_ndarray(format=form), np.uint8)


def _luma(frame: "VideoFrame") -> tuple[NDArray[np.uint8], float]:
    """Return a frame's luma (H, W) uint8 without converting anything where it has a plane of it."""
    form = frame.format
    name, first = form.name, form.components[0]
    planar = name.startswith(("yuv", "gray", "nv")) and not name.startswith(("yuyv", "yuv444p1"))
    if name.endswith("be") or not planar or first.bits > _MAX_DEPTH or name in _PACKED:
        return _converted(frame, "gray"), _FULL
    gain = _FULL if name.startswith(("yuvj", "gray")) or int(frame.color_range) == _RANGE_FULL else _LIMITED
    plane = frame.planes[0]
    wide = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: frame.height]
    if first.bits == 8:  # noqa: PLR2004 - bits of a byte
        return wide[:, : frame.width], gain
    deep = wide[:, : 2 * frame.width].view("<u2")
    return (deep >> (first.bits - 8)).astype(np.uint8), gain


_PACKED = frozenset({"yuyv422", "uyvy422", "yvyu422"})
_RANGE_FULL = 2
"""AVCOL_RANGE_JPEG of libavutil/pixfmt.h."""
