import sys

import numpy as np

from sekisho.fingerprint import pdq, pdq_dihedral, warm_up
from tests.pictures import picture


def compiled():
    kernels = vars(sys.modules["sekisho.fingerprint.pdq"])
    return {name: len(k.signatures) for name, k in kernels.items() if hasattr(k, "signatures")}


def test_after_warming_no_picture_waits_for_a_compiler():
    warm_up()
    before = compiled()
    # Kernels that only others call have no signatures of their own when those come from the cache.
    assert any(before.values())
    image = picture(1, 90, 70)
    for array in (image, np.repeat(image, 3, axis=0), image[::2, ::3]):
        pdq(array)
        pdq_dihedral(array)
    assert compiled() == before
