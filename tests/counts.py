"""How often, and on which day: moderate and today in `make check`, full and also later in `make soak`."""

import os

__all__ = ["DAYS_AHEAD", "SOAK", "count"]

SOAK = bool(os.environ.get("SEKISHO_SOAK"))
DAYS_AHEAD = int(os.environ.get("SEKISHO_DAYS_AHEAD", "0"))


def count(moderate: int, full: int) -> int:
    """Choose a number of mutated inputs, kills or rounds."""
    return full if SOAK else moderate
