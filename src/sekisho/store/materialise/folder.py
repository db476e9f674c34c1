"""Copy or link the chosen files of a dataset, and write its containers anew.

Each picture stands for itself. A text stands for itself too, but beside pictures of its name it is also
their caption: it is only kept if they are.
"""

import hashlib
import os
from contextlib import suppress
from typing import NamedTuple

from sekisho.errors import UsageError
from sekisho.model import TextForm
from sekisho.store.datasets.files import OutsideError, open_inside, resolve_inside
from sekisho.store.datasets.forms import is_looked_at
from sekisho.store.datasets.names import escape, sample_key
from sekisho.store.datasets.source import Dataset
from sekisho.store.datasets.tree import Found
from sekisho.store.datasets.unit import Mark
from sekisho.store.materialise.lines import rewrite_lines
from sekisho.store.materialise.order import (
    Order,
    edited,
    form_of,
    hash_file,
    hash_pieces,
    sync,
    verdict,
)
from sekisho.store.materialise.parquet import rewrite_parquet
from sekisho.store.materialise.tar import rewrite_tar
from sekisho.store.materialise.warc import rewrite_warc

__all__ = ["materialise_dataset"]


OF_PICTURES = frozenset({"parquet", "tar", "tar.gz", "warc"})


class _File(NamedTuple):
    """A file by itself.

    Attributes:
        allowed: None for what is neither picture nor text.
        text: how it is read, if it is copied when all pictures are known.
    """

    path: bytes
    allowed: bool | None
    text: TextForm | None = None


def _prefix(dataset: Dataset, path: bytes) -> str:
    return f"{dataset.number}:{escape(path)}" if dataset.number else escape(path)


def _target(out: bytes, path: bytes) -> bytes:
    target = out + b"/" + path
    os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120 - names are bytes
    return target


def _copied(dataset: Dataset, path: bytes, target: bytes, mode: str) -> tuple[bytes, int]:
    """Copy or link one file and return the SHA-256 and size of what now stands at the target."""
    descriptor = open_inside(dataset.root, path)
    with os.fdopen(descriptor, "rb", buffering=0) as source:
        if mode == "hardlink":
            _link(resolve_inside(dataset.root, path), target)
            with open(target, "rb", buffering=0) as linked:  # noqa: PTH123
                return hash_file(linked.fileno())[0], os.fstat(linked.fileno()).st_size
        size = os.fstat(descriptor).st_size
        with open(target, "xb") as out:  # noqa: PTH123
            digest = hash_pieces(source.read, size, out.write)
            sync(out)
        return digest, size


def _link(source: bytes, target: bytes) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        raise UsageError(
            f"can not make a hard link: {error.strerror}", hint="use --mode copy, or an OUT on the same disk"
        ) from error


def _keep(dataset: Dataset, path: bytes, digest: bytes, out: bytes, order: Order) -> int | None:
    """Copy a file that was just hashed; return its size, or None if it is no longer the same."""
    target = _target(out, path)
    done, size = _copied(dataset, path, target, order.mode)
    if done == digest:
        return size
    os.unlink(target)  # noqa: PTH108
    return None


def _file(dataset: Dataset, found: Found, out: bytes, order: Order) -> _File | None:
    """Judge one file, and copy it if it is an allowed picture."""
    form = form_of(order, found.path)
    if found.mark is not Mark.READ:
        if found.mark is Mark.SKIP:
            order.tally.count(kept=False, media=False, size=0)
        return None if form is None or found.mark is Mark.SKIP else _File(found.path, allowed=False)
    item = _prefix(dataset, found.path)
    expected = order.known.get(item)
    if isinstance(form, TextForm) and (expected is not None or item in order.edits):
        return _File(found.path, item in order.edits or expected not in order.denied, form)
    if expected is None and form is True:
        allowed = verdict(order, item, b"", media=True)
    elif expected is None:
        digest, head = _hashed(dataset, found.path)
        allowed = verdict(order, item, digest, media=is_looked_at(form, found.size, head))
    else:
        allowed = _whole(dataset, found.path, expected, out, order) is not None
    if allowed is False and isinstance(form, TextForm):
        return _File(found.path, allowed, form)
    if allowed is not None:
        order.tally.count(kept=allowed, media=True, size=found.size)
    return _File(found.path, allowed)


def _whole(dataset: Dataset, path: bytes, expected: bytes, out: bytes, order: Order) -> int | None:
    """Copy a file as it was checked; return its size, or None if it is not that any more."""
    if expected in order.denied:
        return None
    size = None
    with suppress(OutsideError, FileNotFoundError, IsADirectoryError, PermissionError):
        size = _keep(dataset, path, expected, out, order)
    if size is None:
        order.tally.refused.append(_prefix(dataset, path))
    return size


def _hashed(dataset: Dataset, path: bytes) -> tuple[bytes, bytes]:
    try:
        descriptor = open_inside(dataset.root, path)
    except (OutsideError, OSError):
        return hashlib.sha256(path).digest(), b""
    with os.fdopen(descriptor, "rb", buffering=0):
        return hash_file(descriptor)


def _text(dataset: Dataset, file: _File, form: TextForm, out: bytes, order: Order) -> int | None:
    """Write a text that is kept, with its changes if it has any; return its size."""
    item = _prefix(dataset, file.path)
    expected = order.known.get(item)
    if expected is not None:
        return _whole(dataset, file.path, expected, out, order)
    data = _bytes(dataset, file.path)
    new = edited(order, item, data, form)
    if new is None:
        return None
    with open(_target(out, file.path), "xb") as target:  # noqa: PTH123 - names are bytes
        target.write(new)
        sync(target)
    order.tally.edited += 1
    return len(new)


def _bytes(dataset: Dataset, path: bytes) -> bytes | None:
    """Read a file; nothing if it is not there, None if it is too large."""
    try:
        descriptor = open_inside(dataset.root, path)
    except (OutsideError, OSError):
        return b""
    with os.fdopen(descriptor, "rb", buffering=0) as source:
        size = os.fstat(descriptor).st_size
        return source.read(size) if size <= dataset.max_bytes else None


def _container(dataset: Dataset, found: Found, out: bytes, order: Order) -> None:
    try:
        descriptor = open_inside(dataset.root, found.path)
    except (OutsideError, OSError):
        return
    with os.fdopen(descriptor, "rb", buffering=0) as raw:
        target, prefix = _target(out, found.path), _prefix(dataset, found.path)
        match found.container:
            case "parquet":
                rewrite_parquet(raw, dataset, prefix, target, order)
            case "tar" | "tar.gz":
                rewrite_tar(descriptor, found.container, prefix, target, order)
            case _ if found.container not in OF_PICTURES and not order.texts:
                return
            case "warc":
                rewrite_warc(descriptor, prefix, target, order, dataset.max_bytes)
            case kind:
                rewrite_lines(raw, kind, prefix, target, order, dataset.max_bytes)


def _members(files: list[_File]) -> list[tuple[bytes | None, bool | None]]:
    """Return what `choose` decides about: a text beside pictures of its name goes with them."""
    keys = [sample_key(file.path) for file in files]
    pictured = {
        key for file, key in zip(files, keys, strict=True) if file.allowed is not None and file.text is None
    }
    members: list[tuple[bytes | None, bool | None]] = []
    for file, key in zip(files, keys, strict=True):
        if file.text is None:
            members.append((key, file.allowed))
        elif file.allowed and key in pictured:
            members.append((key, None))
        else:
            members.append((None, file.allowed))
    return members


def materialise_dataset(dataset: Dataset, out: bytes, order: Order) -> None:
    """Write the clean subset of one dataset below an existing directory.

    Pictures are copied as they are met; texts and sidecars afterwards, when it is known that all pictures
    of their name were kept. Memory is one entry for each file.
    """
    files: list[_File] = []
    for found in dataset.found():
        if found.container and found.mark is Mark.READ:
            _container(dataset, found, out, order)
        elif (file := _file(dataset, found, out, order)) is not None:
            files.append(file)
    flags = order.choose(_members(files), whole_samples=False)
    for file, keep in zip(files, flags, strict=True):
        size = None
        if file.text is not None:
            size = _text(dataset, file, file.text, out, order) if keep else None
        elif file.allowed is not None:
            continue
        elif keep:
            size = _keep(dataset, file.path, _hashed(dataset, file.path)[0], out, order)
        order.tally.count(kept=size is not None, media=file.text is not None, size=size or 0)
