"""The operator's own log: a key of its own, an origin that follows from it, made on first use."""

from sekisho.errors import NotFoundError
from sekisho.signing import public_key
from sekisho.store.home import keys_dir, log_dir
from sekisho.store.keys import load_signer, make_key
from sekisho.store.log import LocalLog

__all__ = ["LOG_KEY", "own_log"]

LOG_KEY = "log"


def own_log() -> LocalLog:
    """Open the log below SEKISHO_HOME. The high-water mark lies with the key, not with the log."""
    try:
        signer = load_signer(LOG_KEY)
    except NotFoundError:
        signer = make_key(LOG_KEY, label="log")
    origin = f"sekisho.invalid/log/{public_key(signer.key).hex()[:16]}"
    return LocalLog(log_dir(), signer, origin, high_water=keys_dir() / f"{LOG_KEY}.high-water")
