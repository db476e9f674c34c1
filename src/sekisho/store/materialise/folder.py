"""Copy or link the chosen files of a dataset, and write its containers anew."""

import hashlib
import os
from contextlib import suppress
from typing import NamedTuple

from sekisho.errors import UsageError
from sekisho.media.sniff import named_as_media
from sekisho.store.datasets.files import OutsideError, open_inside, resolve_inside
from sekisho.store.datasets.names import escape, sample_key
from sekisho.store.datasets.source import Dataset
from sekisho.store.datasets.tree import Found
from sekisho.store.datasets.unit import Mark
from sekisho.store.materialise.order import Order, hash_file, hash_pieces, is_media, sync, verdict
from sekisho.store.materialise.parquet import rewrite_parquet
from sekisho.store.materialise.tar import rewrite_tar

__all__ = ["materialise_dataset"]


class _File(NamedTuple):
    path: bytes
    allowed: bool | None


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
    if found.mark is not Mark.READ:
        return _File(found.path, allowed=False) if named_as_media(escape(found.path)) else None
    item = _prefix(dataset, found.path)
    expected = order.known.get(item)
    if expected is None and named_as_media(escape(found.path)):
        allowed = verdict(order, item, b"", media=True)
    elif expected is None:
        digest, head = _hashed(dataset, found.path)
        allowed = verdict(order, item, digest, media=is_media(found.path, head))
    else:
        allowed = _picture(dataset, found.path, expected, out, order)
    if allowed is not None:
        order.tally.count(kept=allowed, media=True, size=found.size)
    return _File(found.path, allowed)


def _picture(dataset: Dataset, path: bytes, expected: bytes, out: bytes, order: Order) -> bool:
    if expected in order.denied:
        return False
    size = None
    with suppress(OutsideError, FileNotFoundError, IsADirectoryError, PermissionError):
        size = _keep(dataset, path, expected, out, order)
    if size is None:
        order.tally.refused.append(_prefix(dataset, path))
    return size is not None


def _hashed(dataset: Dataset, path: bytes) -> tuple[bytes, bytes]:
    try:
        descriptor = open_inside(dataset.root, path)
    except (OutsideError, OSError):
        return hashlib.sha256(path).digest(), b""
    with os.fdopen(descriptor, "rb", buffering=0):
        return hash_file(descriptor)


def _container(dataset: Dataset, found: Found, out: bytes, order: Order) -> None:
    try:
        descriptor = open_inside(dataset.root, found.path)
    except (OutsideError, OSError):
        return
    with os.fdopen(descriptor, "rb", buffering=0) as raw:
        target, prefix = _target(out, found.path), _prefix(dataset, found.path)
        if found.container == "parquet":
            rewrite_parquet(raw, dataset.image_column, prefix, target, order)
        else:
            rewrite_tar(descriptor, found.container, prefix, target, order)


def materialise_dataset(dataset: Dataset, out: bytes, order: Order) -> None:
    """Write the clean subset of one dataset below an existing directory.

    Pictures are copied as they are met; sidecars afterwards, when it is known that all pictures of their
    name were kept. Memory is one entry for each file.
    """
    files: list[_File] = []
    for found in dataset.found():
        if found.container and found.mark is Mark.READ:
            _container(dataset, found, out, order)
        elif (file := _file(dataset, found, out, order)) is not None:
            files.append(file)
    flags = order.choose([(sample_key(f.path), f.allowed) for f in files], whole_samples=False)
    for file, keep in zip(files, flags, strict=True):
        if file.allowed is not None:
            continue
        size = None
        if keep:
            size = _keep(dataset, file.path, _hashed(dataset, file.path)[0], out, order)
        order.tally.count(kept=size is not None, media=False, size=size or 0)
