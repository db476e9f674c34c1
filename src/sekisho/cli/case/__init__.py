"""`sekisho case`."""

from sekisho.cli.case.command import case

__all__ = ["case"]
