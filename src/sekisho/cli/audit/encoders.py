"""What an audit needs of encoders: those that are configured and that the edition was made with.

Where the policy looks as deep as `model` and the edition holds embeddings, an audit without any encoder of
them ends before it begins. An encoder that is missing beside others makes the run incomplete, which its
exit code says (`audit.stages`).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sekisho.check import Lenses
from sekisho.cli.encoders import opened_encoders
from sekisho.errors import ConfigError
from sekisho.fingerprint.embedding import Encoder
from sekisho.model import Depth, Policy
from sekisho.model.encoder import EncoderSpec
from sekisho.snapshot import Snapshot
from sekisho.store.models import Models

__all__ = ["Opened", "described", "encoders_for", "open_lenses"]


_NONE = Models(encoders=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The encoders of a run.

    Attributes:
        models: of those that are used; each worker opens them itself.
        used: what `audit.job.Job` says of each, by id.
    """

    models: Models = _NONE
    used: Mapping[str, object] = field(default_factory=dict)

    def lenses(self, others: Callable[[], Lenses]) -> Callable[[], Lenses]:
        """Return what opens these encoders beside the other lenses."""
        return partial(open_lenses, others, self.models) if self.used else others


def open_lenses(others: Callable[[], Lenses], models: Models) -> Lenses:
    """Open all lenses of a worker.

    Raises:
        ConfigError, MissingExtraError, NotFoundError: an encoder that was there before is not any more.
    """
    return replace(others(), encoders=opened_encoders(models))


def encoders_for(
    policy: Policy,
    snapshot: Snapshot,
    names: Sequence[str],
    directory: Path | None = None,
    *,
    opened: Callable[[Models], tuple[Encoder, ...]] = opened_encoders,
) -> Opened:
    """Open the encoders that are configured, to see that they are there, and choose those of the edition.

    Args:
        policy: how deep it looks.
        snapshot: the edition.
        names: of shipped descriptions, or paths of files.
        directory: where the files of weights are.
        opened: opens them.

    Raises:
        ConfigError: the policy looks so deep, the edition has embeddings, and no encoder of them is
            configured; or one is not what its description says.
        MissingExtraError: the extra `[models]` is not installed.
        NotFoundError: a description or a file is not there.
    """
    if policy.depth.rank < Depth.MODEL.rank or not snapshot.vectors:
        return Opened()
    configured = Models(encoders=tuple(names), directory=directory)
    found = {
        encoder.spec.model: (name, encoder.spec)
        for name, encoder in zip(names, opened(configured), strict=True)
        if encoder.spec.model in snapshot.vectors
    }
    if not found:
        raise ConfigError(
            f"the policy {policy.name!r} looks as deep as `model`, and no encoder of the edition's embeddings"
            f" is here: {', '.join(sorted(snapshot.vectors))}",
            hint="name it with --encoders or in sekisho.toml (encoders), and install 'sekisho[models]';"
            ' or use a policy with depth = "local"',
        )
    return Opened(
        models=replace(configured, encoders=tuple(name for name, _ in found.values())),
        used={model: described(spec) for model, (_, spec) in sorted(found.items())},
    )


def _runtime() -> str:
    try:
        return version("onnxruntime")
    except PackageNotFoundError:
        return ""


def described(spec: EncoderSpec) -> dict[str, object]:
    """Return what a run's configuration says of an encoder: its files, and how far it is trusted."""
    calibration = spec.calibration
    return {
        "sha256": spec.file.sha256,
        "metric": spec.metric_file.sha256 if spec.metric_file is not None else spec.metric.value,
        "kind": spec.kind.value,
        "review": spec.review,
        "onnxruntime": _runtime(),
        "description": hashlib.sha256(repr(spec).encode()).hexdigest(),
        "calibration": None
        if calibration is None
        else {
            "pairs": calibration.pairs,
            "measured": calibration.measured.isoformat(),
            "pictures": calibration.pictures,
            "normalised": calibration.normalised,
            "points": [list(point) for point in calibration.points],
        },
    }
