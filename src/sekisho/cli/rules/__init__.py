"""`sekisho rules`."""

from sekisho.cli.rules.command import rules

__all__ = ["rules"]
