"""Start `sekisho audit` for a benchmark: its command, its keys, its settings.

Everything lives in the cache directory; the user's own keys and settings are not touched.
"""

from dataclasses import dataclass
from pathlib import Path

from measure import run_command, sekisho
from snapshots import REGISTRY

__all__ = ["Setup", "ended"]

OPERATOR = "benchmark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a benchmark audits.

    Attributes:
        snapshot: its name begins with the day that it was made, which is the day of the use too.
        policy: a TOML file; None means the default policy.
    """

    cache: Path
    snapshot: Path
    jobs: int
    policy: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables under which the audits run."""
        return {"SEKISHO_HOME": str(self.cache / "home"), "CI": "true", "NO_COLOR": "1"}

    def _settings(self) -> Path:
        """Write the settings, and make the operator's key the first time."""
        path = self.cache / "sekisho.toml"
        if not path.is_file():
            self.cache.mkdir(parents=True, exist_ok=True)
            run_command([*sekisho(), "key", "new", OPERATOR], env=self.environment)
            path.write_text(f'trusted_keys = ["{REGISTRY.key}"]\n', encoding="utf-8")
        return path

    def command(self, data: Path, run: Path) -> list[str]:
        """Return the command that audits a directory into a new RUN directory."""
        on = self.snapshot.name[:8]
        command = [*sekisho(), "audit", str(data), "--config", str(self._settings())]
        command += ["--snapshot", str(self.snapshot), "--operator", OPERATOR, "--purpose", "train"]
        command += ["--territory", "JP", "--on", f"{on[:4]}-{on[4:6]}-{on[6:]}"]
        command += ["--jobs", str(self.jobs), "--fail-on", "never", "-o", str(run)]
        return command + (["--policy", str(self.policy)] if self.policy else [])


def ended(run: Path) -> bool:
    """Tell whether a run has its seal, so that it was really done."""
    seal = run / "seal.json"
    return seal.is_file() and seal.stat().st_size > 0
