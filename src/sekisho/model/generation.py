"""What a generating service records about one output. Nothing about who asked for it, or for what."""

from dataclasses import dataclass
from datetime import datetime

from sekisho.model.decision import Finding, Fingerprint
from sekisho.model.words import Kind, Outcome, Unreadable, require, utc

__all__ = ["DIGEST_HEX", "NO_SECTION", "Generation"]

DIGEST_HEX = 64
NO_SECTION = "none"
"""Persons and listed files were not looked for."""
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One output of a model, and what was decided about it.

    There is no prompt in it, nothing that a user has sent, no user and no name of a file.

    Attributes:
        at: the hour, aware UTC.
        model: hex SHA-256 of the model, as the service's training statement names it.
        snapshot, policy: hex digests of what it was checked by.
        section: hex digest of the section about persons and listed files that it was compared with;
            `NO_SECTION` if with none; empty in a record of before this was kept: nobody can say.
        fingerprint: of the output alone; None for a listed file, of which nothing is kept.
        findings: as in the rows of an audit.
        unreadable: why it could not be compared; it was then not allowed.
    """

    at: datetime
    model: str
    snapshot: str
    policy: str
    section: str = ""
    outcome: Outcome
    reason: str
    media_type: str = ""
    fingerprint: Fingerprint | None = None
    findings: tuple[Finding, ...] = ()
    unreadable: Unreadable | None = None

    def __post_init__(self) -> None:
        whole = utc(self.at)
        require(whole == self.at and not (whole.minute or whole.second), "a generation is dated to the hour")
        for digest in (self.model, self.snapshot, self.policy):
            require(len(digest) == DIGEST_HEX and set(digest) <= _HEX, "a digest has 64 hex digits")
        if self.section not in {"", NO_SECTION}:
            hexed = len(self.section) == DIGEST_HEX and set(self.section) <= _HEX
            require(hexed, f"a section is named by 64 hex digits, or {NO_SECTION!r}")
        listed = any(finding.kind is Kind.LISTED for finding in self.findings)
        require(not (listed and self.fingerprint is not None), "of a listed file nothing is kept")
