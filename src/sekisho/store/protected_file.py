"""Open the section about persons and listed files that lies beside a snapshot.

Nothing of it is kept anywhere: it is read into memory, by each process for itself, and no cache knows it.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sekisho.errors import NotFoundError
from sekisho.model import KeyId, Purpose
from sekisho.snapshot.protected import Protected, open_protected

__all__ = ["ProtectedFile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedFile:
    """A section and the conditions under which it opens; picklable, so that workers open it too.

    Attributes:
        recipient: the operator, for whom it has to be made.
        purpose: of the use; None: any.
        on: today, by the clock.
        dropped: handles that erasure notices took out, as of the beginning of the run.
    """

    path: Path
    trusted: frozenset[KeyId]
    recipient: KeyId
    purpose: Purpose | None
    on: date
    dropped: frozenset[bytes] = frozenset()

    def open(self) -> Protected:
        """Read and verify it.

        Raises:
            NotFoundError: there is no such file.
            SnapshotError: it is not trusted, was changed or has ended.
            RefusedError: it was made for another operator or purpose.
        """
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise NotFoundError(
                f"there is no section about persons at {self.path}",
                hint="the registry makes one: sekisho snapshot publish --for OPERATOR --purpose P",
            ) from error
        return open_protected(
            data,
            trusted=self.trusted,
            recipient=self.recipient,
            on=self.on,
            purpose=self.purpose,
            dropped=self.dropped,
        )
