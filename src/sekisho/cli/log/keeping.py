"""`sekisho log init|show|publish|restore`: keep the log of this machine."""

from sekisho.cli.given import LogPolicyFile, given_bytes
from sekisho.cli.say import note, say
from sekisho.store.log.restore import restore_log
from sekisho.store.own_log import own_log, set_up_log

__all__ = ["init", "publish", "restore", "show"]


def init(*, origin: str | None = None, policy: LogPolicyFile = None) -> None:
    """Make the log's key, choose its name, and say who must cosign; print its verifier key.

    The log is made on first use without this. The name can not change once there are entries, the
    policy can. With a policy no checkpoint is shown before a quorum has cosigned it.

    Example: sekisho log init --origin log.example.org/one --log-policy witnesses.policy

    Args:
        origin: A web address of yours without https://, the log's name for ever.
        policy: A file of witnesses with their addresses and a quorum (C2SP tlog-policy).
    """
    log = set_up_log(origin=origin, policy=None if policy is None else given_bytes(policy))
    note("give this line to everybody who checks receipts of this log:")
    say(log.vkey)


def show() -> None:
    """Show the log's verifier key, where it lies, how many entries are published and how many wait.

    Example: sekisho log show
    """
    log = own_log()
    head = log.static.head()
    say(log.vkey)
    note(f"folder: {log.path}")
    note(f"published: {head.size} entries; waiting: {log.waiting}")
    if head.size:
        say(log.checkpoint().decode().rstrip("\n"))


def publish() -> None:
    """Publish the entries that wait, for example since witnesses did not answer.

    Example: sekisho log publish
    """
    log = own_log()
    log.publish()
    say(f"{log.static.head().size} entries are published")


def restore() -> None:
    """Rebuild the log's database from its files, and lost tiles from the entries.

    For a log whose database is lost, broken or older than its files, and for logs that have none yet.
    Every entry is hashed and compared with the checkpoint first. Nothing is signed, and nothing is
    rebuilt if the key has signed more than is here: then bring back the newest copy.

    Example: sekisho log restore
    """
    log = own_log()
    found = restore_log(log)
    say(f"{found.published} entries are published; {found.waiting} wait: sekisho log publish")
