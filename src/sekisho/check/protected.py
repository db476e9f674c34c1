"""Items x the section about persons and listed files -> what nobody lets pass alone.

Of a listed item nothing is kept but its name: no size, type, digest, frame or finding. It is found by its
bytes before anything is decoded, else by its first frame that is listed, and nothing more is made of it.
"""

from collections.abc import Sequence

from sekisho.check.looked import Looked, Unread
from sekisho.fingerprint import Look
from sekisho.match.protected import are_listed, show_persons
from sekisho.model import Decision, Fingerprint, Policy
from sekisho.policy import LISTED
from sekisho.snapshot import Snapshot

__all__ = ["listed_decision", "listed_items", "persons_in"]


def listed_items(items: Sequence[Looked | Unread], snapshot: Snapshot, policy: Policy) -> list[bool]:
    """Tell of each item whether it is listed; of one that was listed before nothing is left to compare.

    Items of an earlier run come with their fingerprints, so that a new section is compared with them too.
    """
    found = [isinstance(item, Looked) and item.listed for item in items]
    if snapshot.protected is None:
        return found
    looks = {number: look for number, item in enumerate(items) if (look := _look(item)) is not None}
    listed = are_listed([*looks.values()], snapshot.protected, policy)
    for number, is_listed in zip(looks, listed, strict=True):
        found[number] |= is_listed
    return found


def _look(item: Looked | Unread) -> Look | None:
    """Return what of an item can be compared; of a record that is not read yet, its bytes."""
    if isinstance(item, Looked):
        return item.look
    return Look(media_type="", fingerprint=Fingerprint(sha256=item.sha256), problem=None, hashes=None)


def persons_in(items: Sequence[Looked], snapshot: Snapshot, policy: Policy) -> list[bool]:
    """Tell of each item whether it shows a registered photo of a person."""
    if snapshot.protected is None:
        return [False] * len(items)
    looks = {number: item.look for number, item in enumerate(items) if item.look is not None}
    shown = show_persons([*looks.values()], snapshot.protected, policy)
    at = {number for number, there in zip(looks, shown, strict=True) if there}
    return [number in at for number in range(len(items))]


def listed_decision(name: str, snapshot: Snapshot, policy: Policy) -> Decision:
    """Return the decision about a listed item: its name and that it is listed, and nothing else."""
    return Decision(
        item=name,
        media_type="",
        bytes=0,
        fingerprint=None,
        outcome=LISTED.outcome,
        reason=LISTED.reason,
        snapshot=snapshot.digest,
        policy=policy.digest,
    )
