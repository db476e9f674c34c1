"""The section of an edition, and the handles that erasure notices took out of it.

    NAME                      the edition
    NAME.protected            its section about persons and listed files
    NAME.protected.dropped    handles, 64 hex digits a line, sorted

A section is signed and can not be rewritten; what was dropped is left out each time that it is opened.
The last file is not secret: a handle means nothing without the section.
"""

from collections.abc import Collection
from pathlib import Path

from sekisho.errors import EvidenceError
from sekisho.store.atomic import write_atomic

__all__ = ["drop_handles", "dropped_file", "dropped_handles", "protected_file"]

_DIGITS = 64


def protected_file(edition: Path) -> Path:
    """Return where the section of an edition lies: beside it, as its deltas do."""
    return edition.with_name(edition.name + ".protected")


def dropped_file(section: Path) -> Path:
    """Return where the dropped handles of a section are kept."""
    return section.with_name(section.name + ".dropped")


def dropped_handles(section: Path) -> frozenset[bytes]:
    """Return the handles that were dropped from a section; none if there is no such file.

    Raises:
        EvidenceError: the file was changed: what it said can not be guessed.
    """
    file = dropped_file(section)
    if not file.exists():
        return frozenset()
    lines = file.read_bytes().split()
    try:
        handles = frozenset(bytes.fromhex(line.decode("ascii")) for line in lines)
    except ValueError:
        handles = frozenset()
    if any(len(line) != _DIGITS for line in lines) or len(handles) != len(lines):
        raise EvidenceError(
            f"{file} was changed: it is no list of handles",
            hint="delete it and the section, and ask the registry for a new section",
        )
    return handles


def drop_handles(section: Path, handles: Collection[bytes]) -> int:
    """Add handles to those that were dropped; return how many are new."""
    before = dropped_handles(section)
    after = before | frozenset(handles)
    write_atomic(
        dropped_file(section), (b"".join(b"%b\n" % h.hex().encode() for h in sorted(after)),), force=True
    )
    return len(after) - len(before)
