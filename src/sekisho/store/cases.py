"""Cases on disk: a folder for each, its steps as signed lines, what persons said sealed in a vault.

CASES/n-.../opening.json     kind, jurisdiction, subject, term; no words of a person
CASES/n-.../events.jsonl     one signed event a line, each naming the digest of the one before
CASES/n-.../request.json     of an authority's request, as it came; draft.json of a hit
CASES/n-.../outbox/          letters and statements for others, to be carried
CASES/.vault/                notices and contacts, encrypted, each case under its own key
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sekisho.errors import EvidenceError, InputError, NotFoundError, RefusedError, SignatureError
from sekisho.signing import CASE, open_statement
from sekisho.store.atomic import write_atomic
from sekisho.store.log.disk import sync_folder
from sekisho.store.records import Records
from sekisho.store.vault import Vault

__all__ = ["CaseFolder", "StoredEvent"]

OPENING, EVENTS, OUTBOX = "opening.json", "events.jsonl", "outbox"
_ANNOUNCED = ".opening."


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """A line of events.jsonl whose signature holds."""

    envelope: bytes
    payload: bytes
    signer: str

    @property
    def digest(self) -> str:
        """Return the hex digest by which the next event names it."""
        return hashlib.sha256(self.payload).hexdigest()


def _stored(line: bytes, where: str) -> StoredEvent:
    try:
        statement = open_statement(line, CASE)
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"{where}: {error}") from error
    return StoredEvent(envelope=line, payload=statement.payload, signer=statement.signer)


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """The cases of one desk."""

    path: Path

    def ids(self) -> Sequence[str]:
        """Return the ids of all cases, sorted."""
        return sorted(p.name for p in self.path.glob("n-*") if (p / EVENTS).is_file())

    def records(self) -> Records:
        """Open what is sealed; made on first use."""
        return Records.open(Vault.open(self.path / ".vault"))

    def find(self, text: str) -> str:
        """Return the id of a case from its beginning.

        Raises:
            NotFoundError: none begins so, or more than one does.
        """
        found = [name for name in self.ids() if name == text or name.startswith(text)]
        if len(found) != 1:
            what = "no case" if not found else f"{len(found)} cases"
            raise NotFoundError(f"{what} {text!r} in {self.path}", hint="sekisho case list")
        return found[0]

    def opening(self, case: str) -> bytes:
        """Return the bytes of opening.json."""
        return self._file(case, OPENING).read_bytes()

    def events(self, case: str) -> Sequence[StoredEvent]:
        """Return the events of a case in their order, signatures verified.

        Raises:
            EvidenceError: a line is no signed event; a line cut by a crash was never acknowledged.
        """
        path = self._file(case, EVENTS)
        whole = path.read_bytes().split(b"\n")[:-1]
        return [_stored(line, str(path)) for line in whole]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from opening cases meanwhile: none is opened twice."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.path / ".lock").open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            for left in self.path.glob(".n-*"):
                shutil.rmtree(left, ignore_errors=True)
            yield

    def announce(self, case: str) -> None:
        """Say that a case is about to be opened, before anything that a person said is sealed for it."""
        write_atomic(self.path / f"{_ANNOUNCED}{case}", (), force=True)

    def settle(self, case: str) -> None:
        """Say that a case was opened, or that nothing is left of it."""
        (self.path / f"{_ANNOUNCED}{case}").unlink(missing_ok=True)

    def half_opened(self) -> Sequence[str]:
        """Return the cases that a crash has kept from being opened; those that are there are settled."""
        announced = [p.name.removeprefix(_ANNOUNCED) for p in self.path.glob(f"{_ANNOUNCED}*")]
        for case in announced:
            if (self.path / case).exists():
                self.settle(case)
        return sorted(case for case in announced if not (self.path / case).exists())

    def begin(self, case: str, opening: bytes, envelope: bytes, files: Sequence[tuple[str, bytes]]) -> None:
        """Make the folder of a case, whole or not at all.

        Raises:
            RefusedError: it was opened before.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path / f".{case}.{os.getpid()}"
        fresh.mkdir(mode=0o700)
        for name, data in ((OPENING, opening), (EVENTS, envelope + b"\n"), *files):
            write_atomic(fresh / name, (data,))
        if (self.path / case).exists():
            shutil.rmtree(fresh)
            raise RefusedError(f"the case {case} was opened before", hint=f"sekisho case show {case}")
        fresh.rename(self.path / case)
        sync_folder(self.path)

    def append(self, case: str, number: int, envelope: bytes) -> None:
        """Add an event, durable when this returns.

        Raises:
            RefusedError: somebody else has added one since the case was read.
        """
        with self._locked(case) as file:
            data = file.read()
            end = data.rfind(b"\n") + 1
            if data[:end].count(b"\n") != number:
                raise RefusedError("the case has moved on meanwhile", hint=f"sekisho case show {case}")
            file.truncate(end)
            file.seek(end)
            file.write(envelope + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def put_out(self, case: str, name: str, data: bytes) -> Path:
        """Write a file into the outbox of a case and return its path; the same name is replaced."""
        return self.stream_out(case, name, (data,))

    def stream_out(self, case: str, name: str, chunks: Iterable[bytes]) -> Path:
        """Write a file into the outbox chunk by chunk; see `put_out`."""
        folder = self.path / case / OUTBOX
        folder.mkdir(exist_ok=True, mode=0o700)
        write_atomic(folder / name, chunks, force=True)
        return folder / name

    def read(self, case: str, name: str) -> bytes:
        """Return a file of a case.

        Raises:
            NotFoundError: it has none of that name.
        """
        return self._file(case, name).read_bytes()

    def outbox(self, case: str) -> Sequence[str]:
        """Return the names of the files in the outbox, sorted."""
        files = (self.path / case / OUTBOX).glob("*")
        return sorted(p.name for p in files if p.is_file() and not p.name.startswith("."))

    def _file(self, case: str, name: str) -> Path:
        path = self.path / case / name
        if not path.is_file():
            raise NotFoundError(f"{path} is not there", hint="sekisho case list")
        return path

    @contextmanager
    def _locked(self, case: str) -> Iterator[BinaryIO]:
        with self._file(case, EVENTS).open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
