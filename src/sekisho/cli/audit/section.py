"""The section about persons and listed files that an audit is done with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sekisho.cli.audit.options import Edition
from sekisho.errors import UsageError
from sekisho.model import Depth, Policy, Use
from sekisho.store.clock import today
from sekisho.store.dropped import dropped_handles, protected_file
from sekisho.store.protected_file import ProtectedFile
from sekisho.store.snapshot_file import all_trusted

__all__ = ["section_for"]


def section_for(
    edition: Edition, snapshot: Path, use: Use, policy: Policy, before: Mapping[str, Any] | None
) -> ProtectedFile | None:
    """Return the section that is named, or that lies beside the snapshot; None if there is none.

    Args:
        edition: the options.
        snapshot: file of the edition.
        use: of the run.
        policy: of the run.
        before: manifest of the run that is decided again.

    Raises:
        UsageError: a run that was checked for persons would be decided again without, or the policy only
            compares files.
        SekishoError: the section does not open.
    """
    path = edition.protected or protected_file(snapshot)
    if edition.protected is None and not path.exists():
        _refuse_without(before)
        return None
    file = ProtectedFile(
        path=path.absolute(),
        trusted=all_trusted(edition.trusted_keys),
        recipient=use.operator,
        purpose=use.purpose,
        on=today(),
        dropped=dropped_handles(path),
    )
    if policy.depth is Depth.EXACT and file.open().shows_pictures:
        raise UsageError(
            "the policy compares files only, and a person is not known by the bytes of a file",
            hint='decide by a policy with depth = "pdq" or deeper',
        )
    return file


def _refuse_without(before: Mapping[str, Any] | None) -> None:
    """Refuse to decide a run again without what it was checked with: whoever is shown in it would pass."""
    if before is not None and before["snapshot"].get("protected"):
        raise UsageError(
            "RUN was checked for persons and listed files, and no section about them is here",
            hint="name the one of today: --protected FILE; the registry makes it",
        )
