"""`sekisho audit`."""

from sekisho.cli.audit.command import audit

__all__ = ["audit"]
