"""What one run is about: the same for every worker, and all that a decision may depend on."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import PIL
import pyarrow as pa

from sekisho.audit.rows import WRITER
from sekisho.audit.unit import Source, Unit
from sekisho.codec import canonical
from sekisho.media import Limits
from sekisho.model import DECODE_PROFILE, Policy, Registrant, Use
from sekisho.policy import rules_of
from sekisho.snapshot import Snapshot

__all__ = ["Job", "Planned", "RunFiles", "plan"]


class RunFiles(Protocol):
    """The files of a RUN directory, by their names inside it; `store.runs` offers it."""

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None if it is not there."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file so that it is there whole or not at all; replace what was there."""

    def names(self) -> Sequence[str]:
        """Return the names of all files, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run. Picklable: a worker gets it once and opens the snapshot itself.

    Attributes:
        sources: opened datasets.
        operator: the key that will sign, and its label.
        open_snapshot: opens the snapshot that was verified before, memory-mapped.
        snapshot_digest: what the workers must find.
        version: Sekisho's own.
    """

    sources: Sequence[Source[Any]]
    files: RunFiles
    open_snapshot: Callable[[], Snapshot]
    snapshot_digest: str
    policy: Policy
    use: Use
    operator: Registrant
    limits: Limits
    version: str

    def configuration(self) -> dict[str, object]:
        """Return everything besides the data that a row can depend on."""
        return {
            "decode_profile": DECODE_PROFILE,
            "limits": self.limits.as_dict(),
            "operator": self.use.operator,
            "policy": rules_of(self.policy),
            "snapshot": self.snapshot_digest,
            "territory": self.use.territory,
            "purpose": self.use.purpose.value,
            "on": self.use.on.isoformat(),
            "sekisho": self.version,
            "pyarrow": pa.__version__,
            "pillow": PIL.__version__,
            "numpy": np.__version__,
            "writer": {key: str(value) for key, value in WRITER.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A unit with its place in the plan.

    Attributes:
        id: 16 hex digits of the SHA-256 of what was planned and of the configuration: another file,
            policy or snapshot gives another unit.
        source: which of the job's sources it belongs to.
    """

    id: str
    source: int
    unit: Unit


def plan(job: Job) -> list[Planned]:
    """Cut all datasets into units, always the same ones in the same order."""
    configuration = hashlib.sha256(canonical(job.configuration())).digest()
    planned = []
    for number, source in enumerate(job.sources):
        for unit in source.plan():
            identity = hashlib.sha256(configuration + unit.identity()).hexdigest()[:16]
            planned.append(Planned(id=identity, source=number, unit=unit))
    return planned
