"""The section of an edition, and the erasure notices that take rows out of it.

    NAME                      the edition
    NAME.protected            its section about persons and listed files
    NAME.protected.dropped    erasure notices as the registry has signed them, one a line

A section is signed and can not be rewritten; what a notice names is left out each time that it is opened.
The notices are kept whole: handles alone could be written by whoever wants a person out of the way.
"""

from pathlib import Path

from sekisho.errors import InputError
from sekisho.store.atomic import write_atomic

__all__ = ["dropped_file", "keep_notice", "kept_notices", "protected_file"]


def protected_file(edition: Path) -> Path:
    """Return where the section of an edition lies: beside it, as its deltas do."""
    return edition.with_name(edition.name + ".protected")


def dropped_file(section: Path) -> Path:
    """Return where the notices about a section are kept."""
    return section.with_name(section.name + ".dropped")


def kept_notices(section: Path) -> tuple[bytes, ...]:
    """Return the notices that were applied to a section, not verified; none if there is no such file."""
    file = dropped_file(section)
    return tuple(file.read_bytes().splitlines()) if file.exists() else ()


def keep_notice(section: Path, envelope: bytes) -> bool:
    """Keep a notice that was verified; False if it was there.

    Raises:
        InputError: it is no single line.
    """
    before, line = kept_notices(section), envelope.strip()
    if not line or len(line.splitlines()) != 1:
        raise InputError("a notice is one line")
    if line in before:
        return False
    write_atomic(dropped_file(section), (b"%b\n" % one for one in (*before, line)), force=True, mode=0o600)
    return True
