"""`sekisho record`: what a model has made."""

from sekisho.cli.record.command import record
from sekisho.cli.record.opening import opening

__all__ = ["record"]

record.command(opening, name="open")
