"""How often: moderate in `make check`, full in `make soak`."""

import os

__all__ = ["SOAK", "count"]

SOAK = bool(os.environ.get("SEKISHO_SOAK"))


def count(moderate: int, full: int) -> int:
    """Choose a number of mutated inputs, kills or rounds."""
    return full if SOAK else moderate
