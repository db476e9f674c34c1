"""Where Sekisho keeps its own files. Nothing is created by asking.

SEKISHO_HOME (default $XDG_DATA_HOME/sekisho or ~/.local/share/sekisho):
    keys/NAME.key  keys/NAME.pub  registry.sqlite  log/  waiting.sqlite  answered.sqlite  seen.json
Cache ($XDG_CACHE_HOME/sekisho or ~/.cache/sekisho): may be deleted at any time.
"""

import os
from pathlib import Path

__all__ = ["cache_dir", "default_registry", "home_dir", "keys_dir", "log_dir", "seen_file"]


def _base(variable: str, otherwise: str) -> Path:
    value = os.environ.get(variable, "")
    # XDG Base Directory Specification: "All paths must be absolute; relative ones are ignored".
    return Path(value) if Path(value).is_absolute() else Path.home() / otherwise


def home_dir() -> Path:
    """Return SEKISHO_HOME, or the user's data directory for Sekisho."""
    explicit = os.environ.get("SEKISHO_HOME", "")
    if explicit:
        return Path(explicit).expanduser().absolute()
    return _base("XDG_DATA_HOME", ".local/share") / "sekisho"


def cache_dir() -> Path:
    """Return the user's cache directory for Sekisho."""
    return _base("XDG_CACHE_HOME", ".cache") / "sekisho"


def keys_dir() -> Path:
    """Return the folder of the private and public keys."""
    return home_dir() / "keys"


def default_registry() -> Path:
    """Return the file of the embedded default registry."""
    return home_dir() / "registry.sqlite"


def log_dir() -> Path:
    """Return the folder of the local C2SP log."""
    return home_dir() / "log"


def seen_file() -> Path:
    """Return the file that remembers the highest edition seen of each registry."""
    return home_dir() / "seen.json"
