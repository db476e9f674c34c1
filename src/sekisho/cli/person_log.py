"""`sekisho registry log`: what concerns persons goes to the log, in batches that tell nothing."""

from sekisho.cli.log.batch import say_batch
from sekisho.cli.parameters import Flag
from sekisho.cli.submission import registry_at
from sekisho.store.likenesses import Likenesses
from sekisho.store.own_log import own_queue

__all__ = ["person_log"]


def person_log(*, registry: str | None = None, force: Flag = False) -> None:
    """Send what concerns persons to the log, as one batch of commitments.

    Let it run once an hour, at a fixed minute: it also sends a batch when nothing has
    happened, so that nobody can tell a quiet hour from another. What else waits on this
    machine goes with it, see sekisho log batch.

    Example: sekisho registry log

    Args:
        registry: The registry, a file or a database URL.
        force: Also if a batch was sent in this hour already: its time then tells more.
    """
    records, queue = Likenesses.open(registry_at(registry).root()[0].registry).records, own_queue()
    records.hand_over(queue)
    say_batch(force=force)
    records.hand_over(queue)
