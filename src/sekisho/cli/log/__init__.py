"""`sekisho log`."""

from sekisho.cli.log.command import log

__all__ = ["log"]
