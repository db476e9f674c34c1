"""Write a file so that it is there whole or not at all, even after a crash."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from sekisho.errors import ExistsError, NotFoundError

__all__ = ["Chunk", "refuse_existing", "write_atomic"]

Chunk = bytes | bytearray | memoryview


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse a path that is taken, before any work is done.

    Raises:
        ExistsError: it exists and `force` is not set.
    """
    if not force and (path.exists() or path.is_symlink()):
        raise ExistsError(f"{path} exists already", hint="choose another name, or replace it with --force")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(temporary: Path, path: Path, *, force: bool) -> None:
    if force:
        temporary.replace(path)
        return
    try:
        # A link fails if the name is taken, a rename would silently replace.
        os.link(temporary, path)
    except FileExistsError:
        refuse_existing(path, force=False)
        raise
    except OSError:
        # No hard links on this file system: claim the name, then replace the claim.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        temporary.replace(path)


def write_atomic(path: Path, chunks: Iterable[Chunk], *, force: bool = False, mode: int = 0o644) -> int:
    """Write chunks to a new file beside `path`, then give it the name in one step.

    Args:
        path: where the file is to be.
        chunks: its bytes, in order.
        force: replace what is there; else a taken name is an error even in a race.
        mode: permissions from the first byte on (before the umask).

    Returns:
        The number of bytes written.

    Raises:
        ExistsError: the name is taken and `force` is not set.
        NotFoundError: there is no folder to put it into.
    """
    refuse_existing(path, force=force)
    if not path.parent.is_dir():
        raise NotFoundError(f"there is no folder {path.parent}", hint="make it first, or name another place")
    temporary = path.with_name(f".{path.name[:200]}.{secrets.token_hex(6)}.tmp")
    size = 0
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            for chunk in chunks:
                size += stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        _publish(temporary, path, force=force)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return size
