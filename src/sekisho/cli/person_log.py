"""`sekisho registry log`: what concerns persons goes to the log, in batches that tell nothing."""

from sekisho.cli.say import note, say
from sekisho.cli.submission import Flag, registry_at
from sekisho.model import KeyId
from sekisho.store.clock import now
from sekisho.store.likenesses import Likenesses
from sekisho.store.own_log import own_log

__all__ = ["flush_persons", "person_log"]


def flush_persons(registry: KeyId, *, force: bool = False) -> int | None:
    """Publish the batch of a registry that is due; return its size, None if it is too early."""
    log = own_log()
    return Likenesses.open(registry).records.flush(log, now=log.not_before(now()), force=force)


def person_log(*, registry: str | None = None, force: Flag = False) -> None:
    """Send what concerns persons to the log, as one batch of commitments.

    Let it run once an hour: it also sends a batch when nothing has happened, so that
    nobody can tell a quiet hour from another.

    Example: sekisho registry log

    Args:
        registry: The registry, a file or a database URL.
        force: Also if a batch was sent in this hour already: its time then tells more.
    """
    sent = flush_persons(registry_at(registry).root()[0].registry, force=force)
    if sent is None:
        note("a batch was sent in this hour; the next one is due when it is over")
    else:
        say(f"{sent} entries")
