"""What one run is about: the same for every worker, and all that a decision may depend on."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import PIL
import pyarrow as pa

from sekisho.audit.files import RunFiles
from sekisho.audit.law import Law
from sekisho.audit.leaves import row_key
from sekisho.audit.rows import WRITER
from sekisho.audit.unit import Source, Unit
from sekisho.check import NO_LENSES, NO_SOURCES, Lenses, SignalSources
from sekisho.codec import canonical
from sekisho.media import Limits
from sekisho.model import DECODE_PROFILE, Policy, Registrant, Use
from sekisho.policy import rules_of
from sekisho.signing import Signer
from sekisho.snapshot import Snapshot

__all__ = [
    "Cut",
    "Job",
    "Parent",
    "Planned",
    "RunFiles",
    "cut",
    "keyed",
    "no_lenses",
    "no_sources",
    "place_of",
    "plan",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The run that is decided again.

    Attributes:
        root: hex, of its manifest.
        manifest: hex SHA-256 of its manifest.json.
        ancestors: roots from the first run down to this parent's own.
        use: operator, purpose and territory that this parent was made for.
        other_use: those of its ancestors that were made for another use than this parent.
    """

    root: str
    manifest: str
    ancestors: tuple[str, ...]
    use: tuple[str, str, str]
    other_use: tuple[str, ...] = ()

    def of_other_use(self, use: Use) -> tuple[str, ...]:
        """Return the ancestors that were made for another use; the day does not matter."""
        same = self.use == (use.operator, use.purpose.value, use.territory)
        return self.other_use if same else self.ancestors


def no_lenses() -> Lenses:
    """Open nothing: there is no text to be looked at, or nothing in it is looked for."""
    return NO_LENSES


def no_sources() -> SignalSources:
    """Ask nothing besides the items for rights signals."""
    return NO_SOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run. Picklable: a worker gets it once and opens the snapshot itself.

    Attributes:
        sources: opened datasets.
        operator: the key that will sign, and its label.
        open_snapshot: opens the snapshot that was verified before, memory-mapped.
        open_lenses: opens the dictionaries and scanners for texts, and the encoders.
        open_sources: opens what besides the items is asked for rights signals.
        signals: by what signals are read: digest and days of the copies of sites, and whether C2PA is.
        text: by what texts are read: the versions of what was opened, and the fields of records that
            were named; None if there is none among the items.
        models: of the encoders that are used, by id: what a similarity depends on.
        snapshot_digest: what the workers must find.
        version: Sekisho's own.
        sample: how many items were asked for if only a sample is checked; 0: all are.
        protected: hex digest of the section about persons and listed files; empty: none is used.
        parent: the run whose fingerprints are decided again; None if media is read.
        law: which law is asked about what the run has found; no row depends on it.
        addresses: where records were found is asked of every dataset, also of JSON lines.
        row_key: 32 secret bytes of which the rows' salts are made; `keyed` gives them. No row can be
            written without.
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
    open_lenses: Callable[[], Lenses] = no_lenses
    open_sources: Callable[[], SignalSources] = no_sources
    signals: Mapping[str, object] = field(default_factory=dict)
    text: Mapping[str, object] | None = None
    models: Mapping[str, object] = field(default_factory=dict)
    row_key: bytes = field(default=b"", repr=False)
    parent: Parent | None = None
    sample: int = 0
    protected: str = ""
    law: Law | None = None
    addresses: bool = False

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
            **({"sample": self.sample} if self.sample else {}),
            **({"text": dict(self.text)} if self.text is not None else {}),
            **({"models": dict(self.models)} if self.models else {}),
            **({"signals": dict(self.signals)} if self.signals else {}),
            **({"protected": self.protected} if self.protected else {}),
            **({"addresses": True} if self.addresses else {}),
        }


def keyed(job: Job, signer: Signer) -> Job:
    """Return a job with the row key that its operator's signer derives from its configuration."""
    return replace(job, row_key=row_key(signer, canonical(job.configuration())))


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


def place_of(job: Job, source: int, unit: Unit) -> Planned:
    """Give a unit its id."""
    configuration = hashlib.sha256(canonical(job.configuration())).digest()
    return Planned(
        id=hashlib.sha256(configuration + unit.identity()).hexdigest()[:16], source=source, unit=unit
    )


Cut = tuple[int, Any]
"""A unit that has no id yet, behind the number of its source."""


def cut(sources: Iterable[Source[Any]]) -> list[Cut]:
    """Cut all datasets into units, always the same ones in the same order."""
    return [(number, unit) for number, source in enumerate(sources) for unit in source.plan()]


def plan(job: Job, cuts: Iterable[Cut] | None = None) -> list[Planned]:
    """Give the units of a run their ids.

    Args:
        job: the run.
        cuts: of `cut`, if that was done before.
    """
    configuration = hashlib.sha256(canonical(job.configuration())).digest()
    return [
        Planned(id=hashlib.sha256(configuration + unit.identity()).hexdigest()[:16], source=number, unit=unit)
        for number, unit in (cut(job.sources) if cuts is None else cuts)
    ]
