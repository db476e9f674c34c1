"""Read the files of a folder, each between two looks at it."""

import os
from collections.abc import Iterator

from sekisho.media.sniff import named_as_media
from sekisho.model import Item, Unreadable
from sekisho.store.datasets.files import OutsideError, changed, judge, open_inside, problem_item
from sekisho.store.datasets.names import escape, item_name
from sekisho.store.datasets.unit import PROBLEM_OF, Mark, Member, Unit, stamp_of, unpack

__all__ = ["read_files"]


def _read_open(descriptor: int, name: str, size: int, limit: int, *, named: bool) -> Item | None:
    before = stamp_of(os.fstat(descriptor))
    if before.size != size:
        return problem_item(name, Unreadable.CHANGED_WHILE_READ, f"planned {size} bytes", named=named)

    def fetch(start: int, count: int) -> bytes:
        # One call reads a whole file, up to 2 GiB, into one buffer.
        return os.pread(descriptor, count, start)

    item = judge(name, size, fetch, limit, named=named)
    short = item is not None and item.data is not None and len(item.data) != size
    if short or changed(descriptor, before):
        return problem_item(name, Unreadable.CHANGED_WHILE_READ, named=named)
    return item


def _read_file(root: bytes, member: Member, name: str, limit: int, *, named: bool) -> Item | None:
    try:
        descriptor = open_inside(root, member.name)
    except OutsideError:
        return problem_item(name, Unreadable.LINK_OUTSIDE, named=named)
    except IsADirectoryError:
        return problem_item(name, Unreadable.NOT_A_REGULAR_FILE, named=named)
    except FileNotFoundError:
        return problem_item(name, Unreadable.CHANGED_WHILE_READ, "gone", named=named)
    except OSError as error:
        return problem_item(name, Unreadable.IO_ERROR, error.strerror or "", named=named)
    try:
        return _read_open(descriptor, name, member.size, limit, named=named)
    except OSError as error:
        return problem_item(name, Unreadable.IO_ERROR, error.strerror or "", named=named)
    finally:
        os.close(descriptor)


def read_files(root: bytes, unit: Unit, limit: int) -> Iterator[Item | None]:
    """Read the files of a unit in order; None for each that is no media."""
    for member in unpack(unit.members):
        path = escape(member.name)
        name = unit.prefix + path
        named = named_as_media(path)
        if member.mark is Mark.READ:
            yield _read_file(root, member, name, limit, named=named)
        elif member.mark is Mark.SKIP:
            yield None
        else:
            # A container that could not be opened has the name of the container itself.
            whole = item_name(name, b"", 0) if member.mark is Mark.CORRUPT else name
            yield problem_item(whole, PROBLEM_OF[member.mark], named=named)
