"""A registry that lies: snapshots that are signed as they should be and wrong inside."""

import hashlib

from sekisho.codec import canonical, parse
from sekisho.signing import SNAPSHOT, open_statement, sign_statement
from sekisho.snapshot.layout import ALIGN, PREFIX_BYTES, pad, prefix, read_prefix

__all__ = ["parts", "resigned", "with_sections"]


def parts(data: bytes) -> tuple[dict, dict[str, bytes]]:
    """Return the head's document and the bytes of every section."""
    envelope, base = read_prefix(memoryview(data))
    head = parse(open_statement(envelope, SNAPSHOT).payload)
    sections = {
        s["name"]: data[base + s["offset"] : base + s["offset"] + s["length"]] for s in head["sections"]
    }
    return head, sections


def resigned(data: bytes, signer, **changes) -> bytes:
    """Change fields of the head and sign it again."""
    head, _ = parts(data)
    envelope, base = read_prefix(memoryview(data))
    assert data[PREFIX_BYTES : PREFIX_BYTES + len(envelope)] == envelope
    return prefix(sign_statement(SNAPSHOT, canonical(head | changes), signer)) + data[base:]


def with_sections(data: bytes, signer, changes: dict[str, bytes | None], **counts: int) -> bytes:
    """Replace sections (None: leave out), make every digest and offset right again, and sign."""
    head, sections = parts(data)
    table, body = [], b""
    for name, content in (sections | changes).items():
        if content is None:
            continue
        digest = hashlib.sha256(content).hexdigest()
        table.append({"name": name, "offset": len(body), "length": len(content), "sha256": digest})
        body += content + bytes(pad(len(content), ALIGN))
    head |= {"sections": table, "counts": head["counts"] | counts}
    return prefix(sign_statement(SNAPSHOT, canonical(head), signer)) + body
