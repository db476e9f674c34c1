"""`sekisho signals`."""

from sekisho.cli.signals.command import signals

__all__ = ["signals"]
