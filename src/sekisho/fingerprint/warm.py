"""Compile the kernels of this room once per machine; numba keeps them in the user's cache."""

import numpy as np

from sekisho.fingerprint.contrast import warm_up as warm_up_contrast
from sekisho.fingerprint.local import warm_up as warm_up_local
from sekisho.fingerprint.pdq import pdq, pdq_dihedral, pdq_luma
from sekisho.fingerprint.resize import warm_up as warm_up_resize

__all__ = ["warm_up"]


def warm_up() -> None:
    """Compile (some seconds) or load (milliseconds) every kernel."""
    picture = np.zeros((64, 64, 3), np.uint8)
    pdq(picture)
    pdq_dihedral(picture)
    pdq_luma(picture[..., 0], 1.0, turned=True)
    warm_up_contrast()
    warm_up_local()
    warm_up_resize()
