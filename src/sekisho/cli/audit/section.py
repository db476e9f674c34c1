"""The section about persons and listed files that an audit is done with."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sekisho.cli.audit.options import Edition, Persons
from sekisho.cli.likeness.dropped import dropped_handles
from sekisho.errors import UsageError
from sekisho.model import Depth, FilmRules, Policy, Use
from sekisho.snapshot.protected_head import ProtectedHead
from sekisho.store.clock import today
from sekisho.store.dropped import protected_file
from sekisho.store.protected_file import ProtectedFile
from sekisho.store.snapshot_file import all_trusted

__all__ = ["section_for"]


def section_for(
    persons: Persons,
    edition: Edition,
    snapshot: Path,
    use: Use,
    policy: Policy,
    before: Mapping[str, Any] | None,
    *,
    any_purpose: bool = False,
) -> ProtectedFile | None:
    """Return the section that is named, or that lies beside the snapshot; None if there is none.

    Args:
        persons: which section is named.
        edition: the other options of the registry.
        snapshot: file of the edition.
        use: of the run.
        policy: of the run.
        before: manifest of the run that is decided again.
        any_purpose: nothing is made or trained: the section may be for another purpose.

    Raises:
        UsageError: a run that was checked for persons would be decided again without, or by an older
            section, or the policy compares no pictures, no turned ones, or few frames.
        SekishoError: the section does not open.
    """
    path = persons.protected or protected_file(snapshot)
    if persons.protected is None and not path.exists():
        _refuse_without(before)
        return None
    file = ProtectedFile(
        path=path.absolute(),
        trusted=all_trusted(edition.trusted_keys),
        recipient=use.operator,
        purpose=None if any_purpose else use.purpose,
        on=today(),
        dropped=dropped_handles(path, (use.operator,)),
    )
    opened = file.open()
    _refuse_older(opened.head, before)
    if opened.shows_pictures:
        _refuse_shallow(policy)
    return file


def _refuse_shallow(policy: Policy) -> None:
    """Refuse a policy by which somebody who is shown would not be found."""
    if policy.depth is Depth.EXACT:
        raise UsageError(
            "the policy compares files only, and a person is not known by the bytes of a file",
            hint='decide by a policy with depth = "pdq" or deeper',
        )
    if policy.rotations is None:
        raise UsageError(
            "the policy does not compare turned pictures, and a turned photo shows the same person",
            hint="decide by a policy with rotations = 20",
        )
    if policy.film.frame_interval > FilmRules().frame_interval:
        raise UsageError(
            f"the policy looks at a film each {policy.film.frame_interval} ms only; others in it would pass",
            hint=f"decide by a policy with frame_interval = {FilmRules().frame_interval} or less",
        )


def _refuse_older(head: ProtectedHead, before: Mapping[str, Any] | None) -> None:
    """Refuse to decide a run again by an older section: whoever came since would pass."""
    used = before["snapshot"].get("protected") if before is not None else None
    if used and head.expires < date.fromisoformat(used["expires"]):
        raise UsageError(
            f"RUN was checked with a newer section about persons, which is used until {used['expires']}",
            hint="name that one or the one of today: --protected FILE; the registry makes it",
        )


def _refuse_without(before: Mapping[str, Any] | None) -> None:
    """Refuse to decide a run again without what it was checked with: whoever is shown in it would pass."""
    if before is not None and before["snapshot"].get("protected"):
        raise UsageError(
            "RUN was checked for persons and listed files, and no section about them is here",
            hint="name the one of today: --protected FILE; the registry makes it",
        )
