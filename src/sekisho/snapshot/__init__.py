"""Editions of the registry as one signed file: layout, build, open."""

from sekisho.snapshot.build import Built, Statements, build
from sekisho.snapshot.opened import Snapshot, check_sections, open_snapshot

__all__ = ["Built", "Snapshot", "Statements", "build", "check_sections", "open_snapshot"]
