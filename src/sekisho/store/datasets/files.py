"""Open files of a dataset without being led astray, and judge one member by its name and bytes.

Nothing is opened before its type is known, links are followed only to regular files inside the
dataset's root, and no more than a file's head is read before it is known to be looked at.
"""

import errno
import os
import stat
from collections.abc import Callable
from typing import NamedTuple

from sekisho.media.sniff import HEAD
from sekisho.model import Item, TextForm, TextSource, Unfingerprintable, Unreadable
from sekisho.store.datasets.forms import Named, is_looked_at, is_picture
from sekisho.store.datasets.unit import Stamp

__all__ = [
    "OutsideError",
    "Terms",
    "changed",
    "judge",
    "open_inside",
    "open_planned",
    "problem_item",
    "resolve_inside",
]

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class OutsideError(Exception):
    """A link leads out of the dataset's root, or nowhere."""


def resolve_inside(root: bytes, path: bytes) -> bytes:
    """Follow every link of a path and return where it ends.

    Args:
        root: the dataset's root, itself without links.
        path: below the root.

    Raises:
        OutsideError: the end is neither `root` nor below it, or is not there.
    """
    try:
        end = os.path.realpath(root + b"/" + path, strict=True)
    except OSError as error:
        raise OutsideError from error
    if end != root and not end.startswith(root.rstrip(b"/") + b"/"):
        raise OutsideError
    return end


def open_inside(root: bytes, path: bytes) -> int:
    """Open a regular file below `root` for reading and return its descriptor.

    Raises:
        OutsideError: a link out of the root, or a broken one.
        IsADirectoryError: not a regular file, whatever else it is.
        OSError: what the system says.
    """
    try:
        descriptor = os.open(root + b"/" + path, FLAGS)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        descriptor = os.open(resolve_inside(root, path), FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise IsADirectoryError(errno.EISDIR, "not a regular file")
    return descriptor


def changed(descriptor: int, stamp: Stamp) -> bool:
    """Tell whether an open file is not, or no longer, the one that was planned."""
    now = os.fstat(descriptor)
    return (now.st_size, now.st_mtime_ns, now.st_ino) != stamp


def open_planned(root: bytes, path: bytes, stamp: Stamp) -> tuple[int, Unreadable | None]:
    """Open a container; return -1 and the reason if it can not be or is not the one that was planned."""
    try:
        descriptor = open_inside(root, path)
    except (OutsideError, FileNotFoundError, IsADirectoryError):
        return -1, Unreadable.CHANGED_WHILE_READ
    except OSError:
        return -1, Unreadable.IO_ERROR
    if changed(descriptor, stamp):
        os.close(descriptor)
        return -1, Unreadable.CHANGED_WHILE_READ
    return descriptor, None


def problem_item(name: str, reason: Unreadable, detail: str = "", *, named: bool = True) -> Item:
    """Return the row of a member that could not be looked at."""
    why = Unfingerprintable(reason=reason, detail=detail)
    return Item(name=name, data=None, problem=why, named_as_media=named)


class Terms(NamedTuple):
    """How members are read.

    Attributes:
        limit: bytes; of a larger member no content is read.
        fields: of records, the names of the fields that are looked at; empty: all of them.
        addresses: where an item was found is asked for, also if nothing was said of it.
    """

    limit: int
    fields: tuple[str, ...] = ()
    addresses: bool = True


def judge(
    name: str,
    size: int,
    fetch: Callable[[int, int], bytes],
    terms: Terms,
    *,
    form: Named,
    unsafe: bool = False,
) -> Item | None:
    """Read one member if it is a picture or text, and return its item; None if it is neither.

    Args:
        name: the item's name.
        size: bytes of the member.
        fetch: returns `count` bytes from `start` of the member; called in ascending order.
        terms: a larger member is `too_large` and not read.
        form: what the member's own name says that it is, whatever the bytes are.
        unsafe: its name points out of the dataset; it is looked at only to see whether it is media.
    """
    named, head = form is not None, b""
    if form is not True:
        head = fetch(0, min(size, HEAD))
    picture = is_picture(form, head)
    if not is_looked_at(form, size, head):
        return None
    if unsafe:
        return problem_item(name, Unreadable.UNSAFE_NAME, named=named)
    if size > terms.limit:
        return problem_item(name, Unreadable.TOO_LARGE, f"{size} bytes", named=named)
    if not size:
        return problem_item(name, Unreadable.EMPTY, named=named)
    rest = fetch(len(head), size - len(head)) if size > len(head) else b""
    text = None
    if isinstance(form, TextForm) and not picture:
        text = TextSource(form=form, fields=terms.fields if form is TextForm.JSON else ())
    return Item(name=name, data=head + rest if head else rest, named_as_media=named, text=text)
