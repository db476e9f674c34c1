"""A registrant's own files: found in a fixed order, read one at a time, never written."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sekisho.errors import NotFoundError

__all__ = ["list_works", "read_work"]

_MAX_NAME = 2000
"""Characters, as `codec` allows for a name in prints.jsonl."""


def _plain(name: str) -> str:
    """Write a name that is not UTF-8 with backslash escapes, so that it can stand in JSON."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")[-_MAX_NAME:]


def _below(folder: Path) -> Iterator[Path]:
    # Links to folders are not followed: they could lead round in a circle.
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(parent, name)
            if path.is_file():
                yield path


def list_works(paths: Sequence[Path]) -> tuple[tuple[str, Path], ...]:
    """Return name and path of every regular file below the paths, in the order of their names.

    The name is relative to the folder that was given; a file that was given has its own name.

    Raises:
        NotFoundError: a path is not there.
    """
    found: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            found += [(_plain(file.relative_to(path).as_posix()), file) for file in _below(path)]
        elif path.is_file():
            found.append((_plain(path.name), path))
        else:
            raise NotFoundError(f"there is no file or folder {path}")
    return tuple(found)


def read_work(path: Path, limit: int) -> bytes | None:
    """Return a file's bytes, None if there are more than `limit`.

    Raises:
        OSError: what the system says.
    """
    with path.open("rb") as stream:
        data = stream.read(limit + 1)
    return data if len(data) <= limit else None
