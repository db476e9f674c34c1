"""Volumes as publishers make them, and as nobody should: CBZ, EPUB and PDF, written byte by byte here."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["CONTAINER", "Bytes", "epub", "opf", "pdf", "zipped", "zipped_raw"]


class Bytes:
    """Bytes as a reader."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def read(self, start: int, count: int) -> bytes:
        return self.data[start : start + count]


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Write an archive with the standard library, always the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, method)
    return stream.getvalue()


def zipped_raw(members: Sequence[Mapping[str, Any]], *, count: int | None = None) -> bytes:
    """Write an archive that says whatever it is told.

    Args:
        members: with `name` (bytes) and `data`; and, if it lies, `flags`, `method`, `crc`, `size`,
            `packed` (the stored bytes), `system`, `attributes`, `offset`.
        count: how many members the end says that there are.
    """
    body, central = b"", b""
    for member in members:
        data = member["data"]
        packed = member.get("packed", data)
        flags, method = member.get("flags", 0), member.get("method", 0)
        crc, size = member.get("crc", zlib.crc32(data)), member.get("size", len(data))
        offset = member.get("offset", len(body))
        common = struct.pack(
            "<5H3L2H", 20, flags, method, 0, 0x21, crc, len(packed), size, len(member["name"]), 0
        )
        body += b"PK\x03\x04" + common + member["name"] + packed
        central += b"PK\x01\x02" + struct.pack("<BB", 20, member.get("system", 0)) + common
        central += struct.pack("<3H2L", 0, 0, 0, member.get("attributes", 0), offset) + member["name"]
    said = len(members) if count is None else count
    return (
        body + central + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, said, said, len(central), len(body), 0)
    )


CONTAINER = b"""<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""


def opf(documents: Sequence[str], *, fixed: bool = True, head: str = "") -> bytes:
    """Write a package whose spine names documents by their paths below OEBPS."""
    items = "".join(
        f'<item id="i{n}" href="{path}" media-type="application/xhtml+xml"/>'
        for n, path in enumerate(documents)
    )
    refs = "".join(f'<itemref idref="i{n}"/>' for n in range(len(documents)))
    layout = '<meta property="rendition:layout">pre-paginated</meta>' if fixed else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        f"<metadata>{layout}</metadata><manifest>{items}</manifest><spine>{refs}</spine></package>"
    ).encode()


def _document(reference: str, number: int) -> bytes:
    inner = (
        f'<img src="{reference}" alt=""/>'
        if number % 2
        else '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<image xlink:href="{reference}"/></svg>'
    )
    return f'<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body>{inner}&nbsp;</body></html>'.encode()


def epub(
    pictures: Sequence[bytes],
    *,
    fixed: bool = True,
    reference: str = "",
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """Write an EPUB with a page for each picture; odd pages use `img`, even ones an SVG `image`.

    Args:
        pictures: files, in reading order; the names of files are in the opposite order.
        fixed: say that the layout is fixed.
        reference: what the first page names instead of its picture.
        more: members that are added, or replace those that are there.
    """
    count = len(pictures)
    documents = [f"text/p{count - n:03d}.xhtml" for n in range(count)]
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER}
    members["OEBPS/package.opf"] = opf(documents, fixed=fixed)
    for n, (document, picture) in enumerate(zip(documents, pictures, strict=True)):
        path = f"images/q {count - n:03d}.jpg"
        named = reference if reference and not n else "../" + path.replace(" ", "%20")
        members[f"OEBPS/{document}"] = _document(named, n + 1)
        members[f"OEBPS/{path}"] = picture
    return zipped(members | dict(more or {}))


def pdf(
    pages: Sequence[bytes],
    *,
    box: Sequence[float] = (0, 0, 350, 500),
    rotate: int = 0,
    sides: tuple[int, int] = (350, 500),
    contents: bytes | None = None,
    encrypt: bool = False,
    count: int | None = None,
) -> bytes:
    """Write a PDF with one gray or RGB JPEG a page.

    Args:
        pages: JPEG files; an empty one gives a page without a picture.
        box: of every page, in points.
        rotate: of every page.
        sides: pixels that are said of every picture.
        contents: what every page shows instead of its picture over all of it; `/I` is the picture.
        encrypt: say that the file is encrypted, with a password that nobody knows.
        count: how many pages the file says that it has.
    """
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for data in pages:
        number = len(objects) + 1
        kids.append(b"%d 0 R" % number)
        place = b" ".join(b"%g" % value for value in box)
        shown = contents if contents is not None else b"q %g 0 0 %g 0 0 cm /I Do Q" % (box[2], box[3])
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Rotate %d/Contents %d 0 R/Resources"
            b"<</XObject<</I %d 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
            % (place, rotate, number + 1, number + 2),
            b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
            b"/Filter/DCTDecode/Length %d>>stream\n%s\nendstream" % (*sides, len(data), data),
        ]
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (
        b" ".join(kids),
        len(pages) if count is None else count,
    )
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    secret = b"00" * 32
    lock = (
        b"/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>"
        % (secret, secret, secret, secret)
        if encrypt
        else b""
    )
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size,
            table,
            size,
            lock,
            len(body),
        )
    )
