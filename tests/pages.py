"""WARC files of pages, byte by byte: nothing of what is tested writes them."""

import gzip

__all__ = ["record_of", "response_of", "warc_of"]


def record_of(kind: str, block: bytes, content_type: str = "application/http; msgtype=response") -> bytes:
    """Return one record."""
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>",
        "WARC-Date: 2026-01-01T00:00:00Z",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"


def response_of(body: bytes, content_type: str, *more: str) -> bytes:
    """Return one record of an HTTP response."""
    head = ["HTTP/1.1 200 OK", f"Content-Type: {content_type}", *more, "", ""]
    return record_of("response", "\r\n".join(head).encode() + body)


def warc_of(pages, *, packed: bool = False) -> bytes:
    """Return a file of a description and one response a page, each `(body, content type)`."""
    first = record_of("warcinfo", b"software: none\r\n", "application/warc-fields")
    records = [first, *(response_of(body, kind) for body, kind in pages)]
    return b"".join(gzip.compress(record, mtime=0) if packed else record for record in records)
