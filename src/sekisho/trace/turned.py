"""Turned pictures, from the hash of the upright one: what a registered print alone can be searched by.

To mirror a picture changes the sign of every other column of its spectrum, to turn it by 90 degrees
transposes it. A bit of PDQ says whether a coefficient is above the median, which is near zero: so the bits
of a turned picture follow from the upright ones but for the few between the median and its negative (7
of 256 on average, at most 22 in 64 drawings). A search by such bits finds candidates; the turned hashes
that the rows have kept then say how near they really are.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["turned_hashes"]

_SIDE = 16


def _grids(pdqs: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return bits (n, 16, 16): [i, j] is bit 16 i + j, of which the last byte holds the first eight."""
    bits = np.unpackbits(np.ascontiguousarray(pdqs[:, ::-1]), axis=1, bitorder="little")
    return bits.reshape(len(pdqs), _SIDE, _SIDE).astype(np.bool_)


def _packed(grids: NDArray[np.bool_]) -> NDArray[np.uint8]:
    packed = np.packbits(grids.reshape(len(grids), _SIDE * _SIDE), axis=1, bitorder="little")
    return np.ascontiguousarray(packed[:, ::-1])


def turned_hashes(pdqs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the seven turned hashes of each PDQ, as near as the upright bits tell.

    Args:
        pdqs: (n, 32) uint8.

    Returns:
        (n, 7, 32) uint8, in the order of `DIHEDRAL`.
    """
    grids = _grids(pdqs)
    even = np.arange(_SIDE) % 2 == 0
    columns, rows = even[None, None, :], even[None, :, None]
    turned = [grids, grids ^ columns, grids ^ rows, grids ^ columns ^ rows]
    # As in fingerprint.pdq: the transpose of the mirrored picture is the flipped one, transposed.
    crossed = [np.swapaxes(turned[t], 1, 2) for t in (0, 2, 1, 3)]
    return np.stack([_packed(one) for one in (*turned[1:], *crossed)], axis=1)
