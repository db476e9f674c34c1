"""Files with metadata in them, written byte by byte or by Pillow; every picture is drawn."""

import io
import struct
import zlib
from collections.abc import Mapping
from html import escape
from typing import Any

from PIL import Image, PngImagePlugin

from tests.books import CONTAINER, opf, zipped
from tests.pictures import encode, picture

__all__ = [
    "DRAWN",
    "SPACES",
    "avif",
    "book",
    "gif",
    "iim",
    "jpeg",
    "jpeg_with",
    "packet",
    "pdf_with",
    "png",
    "png_with",
    "tiff",
    "tiff_block",
    "webp",
]

SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "tdm": "http://www.w3.org/ns/tdmrep/",
    "cc": "http://creativecommons.org/ns#",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "dcterms": "http://purl.org/dc/terms/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
}
DRAWN = picture(1, 48, 40)
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END = '<?xpacket end="w"?>'
_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"


def packet(
    attributes: Mapping[str, str] | None = None,
    elements: Mapping[str, str] | None = None,
    body: str = "",
    padding: int = 0,
) -> bytes:
    """Write an XMP packet.

    Args:
        attributes: properties as attributes of the description.
        elements: properties as elements with a text.
        body: more elements, as they are.
        padding: spaces before the end.
    """
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
    said = "".join(f' {name}="{escape(value)}"' for name, value in (attributes or {}).items())
    more = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in (elements or {}).items())
    return (
        f'{_BEGIN}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}>'
        f'<rdf:Description rdf:about=""{said}>{more}{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
        f"{' ' * padding}{_END}"
    ).encode()


def jpeg(xmp: bytes = b"", **options: Any) -> bytes:
    """Write a JPEG by Pillow."""
    return encode(DRAWN, "JPEG", **({"xmp": xmp} if xmp else {}), **options)


def jpeg_with(*segments: tuple[int, bytes]) -> bytes:
    """Write a JPEG with segments of one's own behind its beginning."""
    plain = encode(DRAWN)
    own = b"".join(bytes([0xFF, kind]) + struct.pack(">H", len(body) + 2) + body for kind, body in segments)
    return plain[:2] + own + plain[2:]


def png(xmp: bytes = b"", *, packed: bool = False) -> bytes:
    """Write a PNG by Pillow."""
    info = PngImagePlugin.PngInfo()
    if xmp:
        info.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=packed)
    return encode(DRAWN, "PNG", pnginfo=info)


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    """Write a PNG with chunks of one's own before its end."""
    plain = encode(DRAWN, "PNG")
    own = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return plain[:-12] + own + plain[-12:]


def webp(xmp: bytes = b"", **options: Any) -> bytes:
    """Write a WebP by Pillow."""
    return encode(DRAWN, "WEBP", **({"xmp": xmp} if xmp else {}), **options)


def avif(xmp: bytes = b"", **options: Any) -> bytes:
    """Write an AVIF by Pillow."""
    return encode(DRAWN, "AVIF", **({"xmp": xmp} if xmp else {}), **options)


def gif(xmp: bytes) -> bytes:
    """Write a GIF with a packet as the XMP specification puts it there, magic trailer and all."""
    plain = encode(DRAWN, "GIF")
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    return plain[:-1] + b"\x21\xff\x0bXMP DataXMP" + xmp + trailer + plain[-1:]


def tiff(tags: Mapping[int, Any]) -> bytes:
    """Write a TIFF by Pillow with tags of one's own."""
    stream = io.BytesIO()
    Image.fromarray(DRAWN).save(stream, "TIFF", tiffinfo=dict(tags))
    return stream.getvalue()


def tiff_block(tags: Mapping[int, bytes], order: str = "<") -> bytes:
    """Write a TIFF structure of ASCII tags, as EXIF blocks are."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    at = 8 + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for tag, value in sorted(tags.items()):
        stored = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(order + "I", at + len(values))
        entries += struct.pack(order + "HHI", tag, 2, len(value)) + stored
        values += value if len(value) > 4 else b""
    return head + struct.pack(order + "H", len(tags)) + entries + bytes(4) + values


def iim(*datasets: tuple[int, int, bytes]) -> bytes:
    """Write IIM datasets: record, number, value."""
    return b"".join(
        bytes([0x1C, record, number]) + struct.pack(">H", len(value)) + value
        for record, number, value in datasets
    )


def pdf_with(*packets: bytes, packed: bool = False, filtered: bytes = b"") -> bytes:
    """Write a PDF of metadata streams; it has no page, since nobody draws it."""
    parts = [b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Metadata 2 0 R >>\nendobj\n"]
    for number, xmp in enumerate(packets, 2):
        body = zlib.compress(xmp) if packed else xmp
        kind = b"/Filter /FlateDecode " if packed else filtered
        parts.append(
            b"%d 0 obj\n<< /Type /Metadata /Subtype /XML %s/Length %d >>\n" % (number, kind, len(body))
        )
        parts.append(b"stream\n" + body + b"\nendstream\nendobj\n")
    return b"".join((*parts, b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"))


def book(metadata: str, *, attributes: str = "", epub_2: bool = False) -> bytes:
    """Write an EPUB whose package has the given metadata and attributes."""
    package = opf(["a.xhtml"], fixed=False).decode()
    package = package.replace("<metadata>", f"<metadata>{metadata}").replace(
        "<package ", f'<package xmlns:dc="http://purl.org/dc/elements/1.1/" {attributes} '
    )
    if epub_2:
        package = package.replace('version="3.0"', 'version="2.0"')
    page = b"<html><head><title>x</title></head><body><p>words</p></body></html>"
    return zipped(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/package.opf": package.encode(),
            "OEBPS/a.xhtml": page,
        }
    )
