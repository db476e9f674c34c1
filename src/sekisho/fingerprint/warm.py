"""Compile the kernels of this room once per machine; numba keeps them in the user's cache."""

import numpy as np

from sekisho.fingerprint.pdq import pdq, pdq_dihedral

__all__ = ["warm_up"]


def warm_up() -> None:
    """Compile (some seconds) or load (milliseconds) every kernel."""
    picture = np.zeros((64, 64, 3), np.uint8)
    pdq(picture)
    pdq_dihedral(picture)
