"""Editions of the registry as signed files, a base and its deltas: layout, build, open, advance."""

from sekisho.snapshot.build import Built, Statements, build
from sekisho.snapshot.layout import Head, SegmentKind
from sekisho.snapshot.opened import Snapshot, check_sections, open_snapshot
from sekisho.snapshot.segment import peek

__all__ = [
    "Built",
    "Head",
    "SegmentKind",
    "Snapshot",
    "Statements",
    "build",
    "check_sections",
    "open_snapshot",
    "peek",
]
