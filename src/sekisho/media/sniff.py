"""Tell what a file is from its first bytes, and whether its name says that it is media.

The first bytes decide; a name never makes a file readable. Media that is recognised but not
decoded gets its type too: it is reported as `unsupported_format`, never skipped in silence.
Short magics (BMP, ICO, PNM) are confirmed by a second field, so that text is not taken for media.
"""

import re
from collections.abc import Callable

__all__ = ["FILMS", "HEAD", "SUPPORTED", "named_as_film", "named_as_media", "sniff"]

HEAD = 1024
"""Bytes of the beginning that `sniff` looks at."""

SUPPORTED = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/tiff", "image/avif"}
)
FILMS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/mp2t": "mpegts",
    "video/mpeg": "mpeg",
    "video/x-m2v": "mpegvideo",
    "video/x-flv": "flv",
    "video/x-ms-asf": "asf",
    "application/ogg": "ogg",
}
"""Films, each with FFmpeg's name of its container; they are decoded with the extra `[video]`."""

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
    (b"II\xbc\x01", "image/vnd.ms-photo"),
    (b"\x8aMNG\r\n\x1a\n", "video/x-mng"),
    (b"\x8bJNG\r\n\x1a\n", "image/x-jng"),
    (b"v/1\x01", "image/x-exr"),
    (b"#?RADIANCE", "image/vnd.radiance"),
    (b"qoif", "image/qoi"),
    (b"DDS ", "image/vnd.ms-dds"),
    (b"gimp xcf", "image/x-xcf"),
    (b"icns", "image/icns"),
    (b"BPG\xfb", "image/bpg"),
    (b"FLIF", "image/flif"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (b"FLV\x01", "video/x-flv"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"\0\0\x01\xb3", "video/x-m2v"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (b"OggS", "application/ogg"),
    (b"ID3\x02", "audio/mpeg"),
    (b"ID3\x03", "audio/mpeg"),
    (b"ID3\x04", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
)
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"), "image/heic"),
    **dict.fromkeys((b"mif1", b"msf1", b"mif2", b"heif"), "image/heif"),
    b"crx ": "image/x-canon-cr3",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
"""Sizes of the BMP headers in use (OS/2 1 and 2, Windows 3 to 5)."""
_ICON_HEAD = 22
_MAX_ICONS = 64
_PACKET = 188
"""Bytes of a packet of an MPEG transport stream; on Blu-ray discs a clock of 4 bytes is before each."""
_SYNC = 0x47
_PNM = re.compile(rb"P[4-7]\s(?:\s*\d+\s|#|WIDTH)")
_SVG = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<(?:svg[\s>]|(?:\?xml|!--|!DOCTYPE\s+svg)[\s\S]*?<svg[\s>])", re.IGNORECASE
)

_NAMES = """
    jpg jpeg jpe jfif pjpeg pjp png apng webp gif bmp dib tif tiff avif avifs heic heif heics heifs hif jxl
    svg svgz psd psb jp2 j2k jpf jpx jpm jxr wdp hdp ico cur exr hdr qoi dds xcf icns bpg flif djvu wmf emf
    pnm pbm pgm ppm pam tga pcx cr2 cr3 crw nef nrw arw dng orf rw2 raf pef srw mng jng
"""
_FILM_NAMES = """
    mp4 m4v mov webm mkv avi flv wmv asf mpg mpeg m2v mts m2ts 3gp 3g2 ogv
"""
_FILM_EXTENSIONS = frozenset(_FILM_NAMES.split())
_EXTENSIONS = frozenset(_NAMES.split()) | _FILM_EXTENSIONS


def sniff(head: bytes | memoryview) -> str | None:
    """Return the media type that the first bytes show, or None if they show no media.

    Args:
        head: the beginning of the file; more than `HEAD` bytes are not looked at.
    """
    head = bytes(head[:HEAD])
    for prefix, media_type in _PREFIXES:
        if head.startswith(prefix):
            return "image/x-canon-cr2" if prefix == b"II*\0" and head[8:10] == b"CR" else media_type
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[:4] in (b"RIFF", b"RIFX"):
        return _RIFF.get(head[8:12])
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"\x42\x82\x84webm" in head else "video/x-matroska"
    return next((media_type for media_type, matches in _SECOND_LOOK if matches(head)), None)


def _brand(head: bytes) -> str:
    """Name an ISO base media file by its brands (ISO/IEC 14496-12 4.3); AVIF may come second."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    if _BRANDS.get(major, "").startswith("image/he"):
        others = {head[at : at + 4] for at in range(16, size - 3, 4)}
        if others & {b"avif", b"avis"} and not others & {b"heic", b"heix"}:
            return "image/avif"
    return _BRANDS.get(major, "video/mp4")


def named_as_media(name: str) -> bool:
    """Tell whether the name alone says picture or film, so that garbage under it is an error."""
    return _extension(name) in _EXTENSIONS


def named_as_film(name: str) -> bool:
    """Tell whether the name alone says film."""
    return _extension(name) in _FILM_EXTENSIONS


def _extension(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if stem and dot else ""


def _is_bitmap(head: bytes) -> bool:
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS


def _is_icon(head: bytes) -> bool:
    """Tell an icon or cursor from other files that begin with zeros."""
    if head[:4] not in (b"\0\0\x01\0", b"\0\0\x02\0") or len(head) < _ICON_HEAD:
        return False
    return 1 <= int.from_bytes(head[4:6], "little") <= _MAX_ICONS and head[9] == 0


def _is_transport(head: bytes) -> bool:
    """Tell an MPEG transport stream by the first byte of five packets (ISO/IEC 13818-1 2.4.3.2)."""
    for first, step in ((0, _PACKET), (4, _PACKET + 4)):
        marks = head[first : first + 5 * step : step]
        if len(marks) == 5 and set(marks) == {_SYNC}:  # noqa: PLR2004 - packets within HEAD
            return True
    return False


_SECOND_LOOK: tuple[tuple[str, Callable[[bytes], object]], ...] = (
    ("image/bmp", _is_bitmap),
    ("image/x-icon", _is_icon),
    ("video/mp2t", _is_transport),
    ("image/emf", lambda head: head[:4] == b"\x01\0\0\0" and head[40:44] == b" EMF"),
    ("application/dicom", lambda head: head[128:132] == b"DICM"),
    ("image/x-portable-anymap", _PNM.match),
    ("image/svg+xml", _SVG.match),
)
