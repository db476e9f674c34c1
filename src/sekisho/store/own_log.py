"""The operator's own log: a key of its own, an origin that follows from it, made on first use.

Beside the key, not in the log's folder: NAME.high-water, the highest head signed; NAME.origin, if the
operator has chosen one; NAME.policy, who must cosign before a checkpoint is shown.
"""

from pathlib import Path

from sekisho.errors import ExistsError, NotFoundError, UsageError
from sekisho.ledger.checkpoint import check_origin
from sekisho.ledger.note import NoteKey
from sekisho.ledger.policy import LogPolicy, parse_policy
from sekisho.signing import public_key
from sekisho.store.atomic import write_atomic
from sekisho.store.home import home_dir, keys_dir, log_dir
from sekisho.store.keys import FileSigner, load_signer, make_key
from sekisho.store.log import LocalLog
from sekisho.store.person_queue import PersonQueue
from sekisho.store.witnesses import PolicyWitnesses

__all__ = ["LOG_KEY", "own_log", "own_queue", "set_up_log"]

LOG_KEY = "log"


def _signer() -> FileSigner:
    try:
        return load_signer(LOG_KEY)
    except NotFoundError:
        return make_key(LOG_KEY, label="log")


def _beside(end: str) -> Path:
    return keys_dir() / f"{LOG_KEY}.{end}"


def _chosen_origin() -> str:
    path = _beside("origin")
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def own_log() -> LocalLog:
    """Open the log below SEKISHO_HOME. The high-water mark lies with the key, not with the log.

    Raises:
        InputError: the policy or the origin beside the key can not be used.
    """
    signer = _signer()
    origin = _chosen_origin() or f"sekisho.invalid/log/{public_key(signer.key).hex()[:16]}"
    policy, witnesses = _beside("policy"), None
    if policy.exists():
        key = NoteKey(name=origin, key=signer.key)
        witnesses = PolicyWitnesses(policy=parse_policy(policy.read_bytes()), keys=(key,))
    mark = _beside("high-water")
    return LocalLog(log_dir(), signer, origin, high_water=mark, witnesses=witnesses)


def own_queue() -> PersonQueue:
    """Open the queue of what concerns persons, which `own_log` gets in batches."""
    return PersonQueue.open(home_dir() / "waiting.sqlite")


def _check_policy(policy: LogPolicy, log: LocalLog) -> None:
    if policy.logs and log.static.key not in [known.key for known in policy.logs]:
        raise UsageError(f"the policy names logs, but not this one: log {log.vkey}")
    silent = [w.name for w in policy.witnesses if not w.url]
    if silent:
        raise UsageError(
            f"the policy does not say where {', '.join(silent)} can be asked",
            hint="witness NAME VKEY https://...",
        )


def set_up_log(*, origin: str | None = None, policy: bytes | None = None) -> LocalLog:
    """Make the log's key, and keep its origin and policy; return the log.

    Raises:
        ExistsError: the log has entries under another origin, which never changes.
        InputError: not an origin, or not a policy.
        UsageError: a policy of another log, or with witnesses that nobody can reach.
    """
    log = own_log()
    if origin is not None and check_origin(origin) != log.origin:
        if log.begun:
            raise ExistsError(
                f"the log has entries under the origin {log.origin!r}, which never changes",
                hint="another log needs another SEKISHO_HOME",
            )
        write_atomic(_beside("origin"), (f"{origin}\n".encode(),), force=True)
    if policy is not None:
        _check_policy(parse_policy(policy), own_log())
        write_atomic(_beside("policy"), (policy,), force=True)
    return own_log()
