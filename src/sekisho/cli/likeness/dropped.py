"""What erasure notices take out of a section: only what its own registry has signed."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from sekisho.errors import EvidenceError, InputError, NotFoundError, RefusedError, SignatureError
from sekisho.model import KeyId
from sekisho.registry.erasure import open_notice
from sekisho.signing import PROTECTED, open_statement
from sekisho.snapshot.protected_head import (
    HANDLE_BYTES,
    ProtectedHead,
    decode_protected_head,
    read_protected_prefix,
)
from sekisho.store.dropped import dropped_file, kept_notices

__all__ = ["dropped_handles", "dropped_pictures", "section_head"]


def section_head(section: Path) -> ProtectedHead:
    """Return the head of a section, which may have ended.

    Raises:
        NotFoundError: there is no such file.
        SnapshotError: it is no section.
        InputError, SignatureError: its head does not hold.
    """
    try:
        data = section.read_bytes()
    except OSError as error:
        raise NotFoundError(
            f"there is no section {section}",
            hint="the registry makes one: sekisho snapshot publish --for OPERATOR --purpose P",
        ) from error
    envelope, _ = read_protected_prefix(memoryview(data))
    statement = open_statement(envelope, PROTECTED)
    head = decode_protected_head(statement.payload)
    if statement.signer != head.registry:
        raise SignatureError("the section is not signed by its registry")
    return head


def dropped_pictures(section: Path, recipients: Sequence[KeyId]) -> list[bytes]:
    """Return the PDQs of the photos that notices take out of a section, which may have ended; each once.

    Args:
        section: the file NAME.protected.
        recipients: keys of whoever has it.

    Raises:
        EvidenceError: the section was changed, or what lies beside it.
    """
    head, dropped = section_head(section), dropped_handles(section, recipients)
    data = memoryview(section.read_bytes())
    start, size = read_protected_prefix(data)[1], HANDLE_BYTES * head.likeness
    handles, photos = data[start : start + size], data[start + size : start + 2 * size]
    for view, digest in zip((handles, photos), head.sections[:2], strict=True):
        if hashlib.sha256(view).hexdigest() != digest:
            raise EvidenceError(f"{section} was changed", hint="fetch it again from the registry")
    found = {
        bytes(photos[at : at + HANDLE_BYTES])
        for at in range(0, size, HANDLE_BYTES)
        if bytes(handles[at : at + HANDLE_BYTES]) in dropped
    }
    return sorted(found)


def dropped_handles(section: Path, recipients: Sequence[KeyId]) -> frozenset[bytes]:
    """Return the handles that notices of its registry take out of a section; none if there is no notice.

    Args:
        section: the file NAME.protected.
        recipients: keys of whoever opens it.

    Raises:
        EvidenceError: what lies beside the section is not signed by its registry, or for somebody else.
    """
    notices = kept_notices(section)
    if not notices:
        return frozenset()
    registry = section_head(section).registry
    try:
        opened = [open_notice(one, registry=registry, recipients=recipients) for one in notices]
    except (InputError, RefusedError, SignatureError) as error:
        raise EvidenceError(
            f"{dropped_file(section)} was changed: {error}",
            hint="delete it, and apply the registry's notices again: sekisho erase --apply NOTICE SECTION",
        ) from error
    return frozenset(handle for notice in opened for handle in notice.handles)
