"""What a power failure leaves of a folder: every write is recorded, and any prefix is replayed.

Three ends of each prefix: `lost` drops bytes and names that were not synced; `torn` keeps the names
and drops the bytes; `kept` keeps all, as a killed process does. A transaction of the database counts as
one write that is on the disk when it ends: that is SQLite's promise, which its own tests keep.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import pytest

from sekisho.store.log.local import DATABASE
from sekisho.store.log.sequence import Sequencer

__all__ = ["ENDS", "Recording", "replay"]

ENDS = ("lost", "torn", "kept")


@dataclass
class Recording:
    """What happens below `root`, in order: (what, path, more)."""

    root: Path
    events: list[tuple[str, str, object]] = field(default_factory=list)
    _open: dict[int, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def mark(self, what: str, more: object) -> None:
        """Record something of the test's own, such as an acknowledged entry."""
        self._add(what, "", more)

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Record from now on. Nothing is really synced, which is what a crash shows."""
        self._wrap(monkeypatch, os, "open", self._opened)
        self._wrap(monkeypatch, os, "write", lambda size, fd, data: self._on(fd, "write", bytes(data)[:size]))
        for name in ("fsync", "fdatasync"):
            monkeypatch.setattr(os, name, lambda fd: self._on(fd, "sync", None))
        self._wrap(monkeypatch, os, "ftruncate", lambda _, fd, size: self._on(fd, "cut", size))
        self._wrap(monkeypatch, os, "rename", lambda _, old, new: self._at("rename", old, self._name(new)))
        self._wrap(monkeypatch, os, "mkdir", lambda _, path, *__, **___: self._at("mkdir", path, None))
        self._wrap(monkeypatch, os, "unlink", lambda _, path, **__: self._at("unlink", path, None))
        self._wrap(monkeypatch, shutil, "rmtree", lambda _, path, **__: self._at("rmtree", path, None))
        for name in ("__init__", "intend"):
            self._wrap(monkeypatch, Sequencer, name, self._committed)

    def _wrap(
        self, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, then: Callable[..., None]
    ) -> None:
        before = getattr(owner, name)

        def act(*arguments, **options):
            made = before(*arguments, **options)
            then(made, *arguments, **options)
            return made

        monkeypatch.setattr(owner, name, act)

    def _name(self, path) -> str:
        return os.path.relpath(path, self.root)

    def _add(self, what: str, path: str, more: object) -> None:
        with self._lock:
            self.events.append((what, path, more))

    def _at(self, what: str, path, more: object) -> None:
        # shutil.rmtree names what it removes relative to an open folder; its own event says it all.
        if Path(path).is_absolute() and Path(path).is_relative_to(self.root):
            self._add(what, self._name(path), more)

    def _opened(self, descriptor: int, path, flags: int, *_mode, **_options) -> None:
        if Path(path).is_absolute() and Path(path).is_relative_to(self.root):
            self._open[descriptor] = self._name(path)
            if flags & os.O_CREAT:
                self._at("create", path, None)

    def _on(self, descriptor: int, what: str, more: object) -> None:
        self._add(what, self._open[descriptor], more)

    def _committed(self, _made: object, sequencer: Sequencer, *_arguments) -> None:
        data = sequencer._connection.serialize()  # noqa: SLF001
        self._add("commit", "", bytes(data))


@dataclass
class _Inode:
    data: bytes = b""
    synced: bytes = b""


@dataclass
class _Disk:
    """Names and bytes as processes see them, and as the disk has them."""

    names: dict[str, _Inode] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {"."})
    synced: dict[str, _Inode] = field(default_factory=dict)
    synced_folders: set[str] = field(default_factory=lambda: {"."})
    database: bytes | None = None

    def act(self, what: str, path: str, more) -> None:
        match what:
            case "create":
                self.names.setdefault(path, _Inode()).data = b""
            case "write":
                self.names[path].data += more
            case "cut":
                self.names[path].data = self.names[path].data[:more]
            case "rename":
                self.names[more] = self.names.pop(path)
            case "mkdir":
                self.folders.add(path)
            case "unlink":
                del self.names[path]
            case "rmtree":
                self.names = {n: f for n, f in self.names.items() if not n.startswith(f"{path}/")}
                self.folders.discard(path)
            case "commit":
                self.database = more
            case "sync":
                self._sync(path)

    def _sync(self, path: str) -> None:
        if path in self.names:
            self.names[path].synced = self.names[path].data
            return

        def inside(name: str) -> bool:
            return str(Path(name).parent) == path and name != path

        self.synced = {n: f for n, f in self.synced.items() if not inside(n)}
        self.synced |= {n: f for n, f in self.names.items() if inside(n)}
        self.synced_folders = {n for n in self.synced_folders if not inside(n)}
        self.synced_folders |= {n for n in self.folders if inside(n)}

    def left(self, end: str) -> tuple[set[str], dict[str, bytes]]:
        """Return the folders and files after a crash."""
        if end == "kept":
            return self.folders, {name: inode.data for name, inode in self.names.items()}
        if end == "torn":
            return self.folders, {
                name: inode.synced or inode.data[: len(inode.data) // 2] for name, inode in self.names.items()
            }

        def reached(name: str) -> bool:
            return all(str(place) in self.synced_folders for place in Path(name).parents)

        folders = {name for name in self.synced_folders if reached(name)}
        return folders, {name: inode.synced for name, inode in self.synced.items() if reached(name)}


def replay(recording: Recording, count: int, end: str, log: str, target: Path) -> None:
    """Write what is left after the first `count` events and a crash; `log` is the log's folder."""
    disk = _Disk()
    for event in recording.events[:count]:
        disk.act(*event)
    folders, names = disk.left(end)
    for name in sorted(folders):
        (target / name).mkdir(parents=True, exist_ok=True)
    for name, data in names.items():
        (target / name).write_bytes(data)
    if disk.database is not None:
        (target / log).mkdir(exist_ok=True)
        (target / log / DATABASE).write_bytes(disk.database)
