"""Read the files of a folder, each between two looks at it."""

import os
from collections.abc import Iterator
from dataclasses import replace

from sekisho.model import Item, Unreadable
from sekisho.store.datasets.beside import file_told
from sekisho.store.datasets.files import OutsideError, Terms, changed, judge, open_inside, problem_item
from sekisho.store.datasets.forms import Named, counts, named
from sekisho.store.datasets.names import escape, item_name
from sekisho.store.datasets.unit import PROBLEM_OF, Mark, Member, Unit, stamp_of, unpack

__all__ = ["read_files"]


def _read_open(descriptor: int, name: str, size: int, terms: Terms, form: Named) -> Item | None:
    known = form is not None
    before = stamp_of(os.fstat(descriptor))
    if before.size != size:
        return problem_item(name, Unreadable.CHANGED_WHILE_READ, f"planned {size} bytes", named=known)

    def fetch(start: int, count: int) -> bytes:
        # One call reads a whole file, up to 2 GiB, into one buffer.
        return os.pread(descriptor, count, start)

    item = judge(name, size, fetch, terms, form=form)
    short = item is not None and item.data is not None and len(item.data) != size
    if short or changed(descriptor, before):
        return problem_item(name, Unreadable.CHANGED_WHILE_READ, named=known)
    return item


def _read_file(root: bytes, member: Member, name: str, terms: Terms) -> Item | None:
    form = named(member.name)
    known = form is not None
    try:
        descriptor = open_inside(root, member.name)
    except OutsideError:
        return problem_item(name, Unreadable.LINK_OUTSIDE, named=known)
    except IsADirectoryError:
        return problem_item(name, Unreadable.NOT_A_REGULAR_FILE, named=known)
    except FileNotFoundError:
        return problem_item(name, Unreadable.CHANGED_WHILE_READ, "gone", named=known)
    except OSError as error:
        return problem_item(name, Unreadable.IO_ERROR, error.strerror or "", named=known)
    try:
        return _read_open(descriptor, name, member.size, terms, form)
    except OSError as error:
        return problem_item(name, Unreadable.IO_ERROR, error.strerror or "", named=known)
    finally:
        os.close(descriptor)


def _with_told(item: Item, root: bytes, path: bytes) -> Item:
    told = file_told(root, path, item.data)
    return item if told is None else replace(item, told=told)


def read_files(root: bytes, unit: Unit, terms: Terms) -> Iterator[Item | None]:
    """Read the files of a unit in order; None for each that is neither picture nor text."""
    for member in unpack(unit.members):
        name = unit.prefix + escape(member.name)
        if member.mark is Mark.READ:
            item = _read_file(root, member, name, terms)
            yield item if item is None or terms.limit < 0 else _with_told(item, root, member.name)
        elif member.mark is Mark.SKIP:
            yield None
        else:
            # A container that could not be opened has the name of the container itself.
            whole = item_name(name, b"", 0) if member.mark is Mark.CORRUPT else name
            yield problem_item(whole, PROBLEM_OF[member.mark], named=counts(member.name))
