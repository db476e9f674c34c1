"""`sekisho log follow`: look at another's log now and then, and notice if it was changed."""

from datetime import timedelta
from pathlib import Path

from sekisho.cli.given import LogPolicyFile, given_policy
from sekisho.cli.parameters import Output
from sekisho.cli.say import note, say
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.policy import require_quorum, witnessed
from sekisho.store.atomic import write_atomic
from sekisho.store.clock import now
from sekisho.store.remote_log import RemoteLog

__all__ = ["follow"]


def follow(
    url: str,
    /,
    *,
    log_key: str,
    seen: Path,
    policy: LogPolicyFile = None,
    max_age_hours: int | None = None,
    proof: int | None = None,
    output: Output = None,
) -> None:
    """Compare another's log with what it showed the last time, over HTTP.

    Exit code 4 if it was taken back or shows two histories; both signed checkpoints are then kept beside
    --seen, as proof for others. With --log-policy a quorum must have cosigned.

    Example: sekisho log follow https://log.example/one --log-key "$LOG_KEY" --seen one.checkpoint

    Args:
        url: Where the log's `checkpoint` and `tile/` are.
        log_key: The log's verifier key.
        seen: Where the newest checkpoint is kept from one time to the next.
        policy: Which witnesses must have cosigned (C2SP tlog-policy).
        max_age_hours: The oldest cosignature that counts; needs --log-policy.
        proof: Get a receipt for the entry of this number.
        output: Write the receipt here.
    """
    key = parse_vkey(log_key)
    log = RemoteLog(url=url, keys=(key,), origin=key.name)
    head = log.follow(seen)
    trusted = given_policy(policy)
    if trusted is not None:
        age = None if max_age_hours is None else timedelta(hours=max_age_hours)
        found = witnessed(seen.read_bytes(), trusted, keys=[key], now=now(), max_age=age)
        require_quorum(found)
        note(f"cosigned by {', '.join(found.names) or 'nobody'}")
    say(f"{head.origin}  {head.size}  {head.root.hex()}")
    if proof is not None:
        receipt = log.prove(seen.read_bytes(), proof)
        if output is None:
            say(receipt.decode().rstrip("\n"))
        else:
            write_atomic(output, (receipt,))
