"""`sekisho fingerprint`."""

from sekisho.cli.fingerprint.command import fingerprint

__all__ = ["fingerprint"]
