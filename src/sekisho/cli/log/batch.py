"""`sekisho log batch`: what concerns persons goes to the log, by the clock and not when it happens."""

from sekisho.cli.parameters import Flag
from sekisho.cli.say import note, say
from sekisho.store.clock import now
from sekisho.store.own_log import own_log, own_queue

__all__ = ["batch", "say_batch"]


def batch(*, force: Flag = False) -> None:
    """Publish what concerns persons and waits, filled up with padding, as the batch of this hour.

    Answers to registries and authorities, requests, cases and records of generations wait for it, so
    that nobody who looks at the log learns when one was made. Let it run once an hour, at a fixed
    minute: it also sends a batch when nothing waits. The desk of a registry runs sekisho registry log
    instead, which does the same. Afterwards sekisho log proof FILE adds the receipt to a file.

    Example: sekisho log batch

    Args:
        force: Also if a batch was sent in this hour already: its time then tells more.
    """
    say_batch(force=force)


def say_batch(*, force: bool) -> None:
    """Publish the batch of this machine's own log if one is due, and say how large it was."""
    log = own_log()
    sent = own_queue().publish(log, now=log.not_before(now()), force=force)
    if sent is None:
        note("a batch was sent in this hour; the next one is due when it is over")
    else:
        say(f"{sent} entries")
