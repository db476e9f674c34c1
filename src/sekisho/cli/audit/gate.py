"""What does not count for the exit code: a baseline run, verified, and a file of ignores."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sekisho.audit.gate.baseline import Baseline, read_baseline
from sekisho.audit.gate.ignored import Ignores, read_ignores
from sekisho.audit.gate.listing import held_rows
from sekisho.audit.rows import SHOWN
from sekisho.audit.verify import verify_run
from sekisho.errors import ConfigError, NotFoundError
from sekisho.store.decided import decisions
from sekisho.store.runs import RunDirectory

__all__ = ["Exempt", "read_exempt"]

_NOTHING = Ignores()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempt:
    """What does not count."""

    baseline: Baseline | None = None
    ignores: Ignores = _NOTHING


def _baseline(run: Path) -> Baseline:
    if not (run / "manifest.json").is_file():
        raise NotFoundError(f"the baseline {run} is not a finished RUN", hint="sekisho audit ... -o RUN")
    manifest = verify_run(RunDirectory(run.absolute())).manifest
    return read_baseline(manifest, held_rows(decisions(run, manifest["units"], columns=SHOWN)))


def _ignores(file: Path, today: date) -> Ignores:
    try:
        return read_ignores(file.read_text(encoding="utf-8"), str(file), today)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"can not read {file}: {error}") from error


def read_exempt(baseline: Path | None, ignore: Path | None, today: date) -> Exempt:
    """Read what does not count, before any work is done.

    Raises:
        EvidenceError: the baseline was changed after it was sealed.
        NotFoundError: it is no finished run.
        ConfigError: the file of ignores can not be read or says something that it may not.
    """
    return Exempt(
        baseline=None if baseline is None else _baseline(baseline),
        ignores=_NOTHING if ignore is None else _ignores(ignore, today),
    )
