"""PDQ, the perceptual hash of Meta's ThreatExchange: 256 bits and a quality of 0-100.

Algorithm: `pdq/cpp/hashing/pdqhashing.cpp` and `downscaling/downscaling.cpp` of
facebook/ThreatExchange. There, two passes of box filters over the whole picture are followed by
taking 64 x 64 samples. Both steps are linear and separable, so here they are one sparse tent
matrix per side, and each pixel is touched about once.

Every sum has one fixed order (no `fastmath`, vectors run across outputs, never along a sum), so
the bits are the same on every CPU. Golden tests compare them with the `pdqhash` wheel.
"""

from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["BITS", "DIHEDRAL", "MIN_QUALITY", "MIN_SIDE", "pdq", "pdq_dihedral"]

BITS = 256
MIN_QUALITY = 50
"""Below it bits near the median flip with the order of additions: never compare such a hash."""
MIN_SIDE = 5
"""`MIN_HASHABLE_DIM` of the reference: a smaller picture has no hash."""
DIHEDRAL = ("upright", "mirrored", "flipped", "rot180", "transposed", "rot90", "rot270", "transverse")
"""How the item has to be turned to meet the work, in the order of the rows of `pdq_dihedral`."""

_GRID = 64
_SIDE = 16


@lru_cache(maxsize=4096)
def _tent(n: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return two box passes and the decimation of one side of n pixels as a sparse matrix.

    Returns:
        weights (64, k) float32, rows padded with zeros, and the first pixel of each row (64,) int32;
        `first[i] + k <= n` holds for every row.
    """
    window = (n + 127) // 128
    half = (window + 2) // 2
    low = np.maximum(0, np.arange(n) - (window - half))
    high = np.minimum(n - 1, np.arange(n) + half - 1)
    rows = ((np.arange(_GRID) + 0.5) * n / _GRID).astype(np.int64)
    width = int(max(high[high[r]] - low[low[r]] + 1 for r in rows))
    weights = np.zeros((_GRID, width), np.float64)
    first = np.zeros(_GRID, np.int32)
    for i, r in enumerate(rows):
        start = min(int(low[low[r]]), n - width)
        first[i] = start
        share = 1.0 / (high[r] - low[r] + 1)
        for k in range(low[r], high[r] + 1):
            weights[i, low[k] - start : high[k] - start + 1] += share / (high[k] - low[k] + 1)
    return weights.astype(np.float32), first


def _dct_matrix() -> NDArray[np.float32]:
    i = np.arange(1, _SIDE + 1)[:, None]
    j = np.arange(_GRID)[None, :]
    return np.asarray(np.sqrt(2 / _GRID) * np.cos(np.pi / (2 * _GRID) * i * (2 * j + 1)), np.float32)


_DCT = _dct_matrix()
_DCT_T = np.ascontiguousarray(_DCT.T)


@numba.njit(cache=True, nogil=True)
def _columns(
    image: NDArray[np.uint8],
    weights: NDArray[np.float32],
    first: NDArray[np.int32],
    out: NDArray[np.float32],
) -> None:
    """Filter down the columns: image (n, 3m) uint8 -> out (64, 3m) float32."""
    width = weights.shape[1]
    length = image.shape[1]
    for i in range(_GRID):
        row = first[i]
        k = 0
        line = out[i]
        for c in range(length):
            line[c] = np.float32(0)
        while k + 4 <= width:
            w0, w1, w2, w3 = weights[i, k], weights[i, k + 1], weights[i, k + 2], weights[i, k + 3]
            a, b, d, e = image[row + k], image[row + k + 1], image[row + k + 2], image[row + k + 3]
            for c in range(length):
                line[c] += (w0 * np.float32(a[c]) + w1 * np.float32(b[c])) + (
                    w2 * np.float32(d[c]) + w3 * np.float32(e[c])
                )
            k += 4
        while k < width:
            w0 = weights[i, k]
            a = image[row + k]
            for c in range(length):
                line[c] += w0 * np.float32(a[c])
            k += 1


@numba.njit(cache=True, nogil=True)
def _rows(
    lines: NDArray[np.float32],
    weights: NDArray[np.float32],
    first: NDArray[np.int32],
    luma: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Take luma and filter along the rows: lines (64, 3m) -> out (64, 64), transposed."""
    m = lines.shape[1] // 3
    r, g, b = np.float32(0.299), np.float32(0.587), np.float32(0.114)
    for i in range(_GRID):
        line = lines[i]
        for k in range(m):
            luma[k, i] = (r * line[3 * k] + g * line[3 * k + 1]) + b * line[3 * k + 2]
    for j in range(_GRID):
        for i in range(_GRID):
            out[j, i] = np.float32(0)
        for k in range(weights.shape[1]):
            w = weights[j, k]
            source = luma[first[j] + k]
            for i in range(_GRID):
                out[j, i] += w * source[i]


@numba.njit(cache=True, nogil=True)
def _quality(a: NDArray[np.float32]) -> int:
    """Sum the gradients of the 64 x 64 picture (either orientation): 0-100."""
    scale = np.float32(100.0) / np.float32(255.0)
    total = 0
    for i in range(_GRID):
        for j in range(_GRID - 1):
            total += abs(int((a[i, j] - a[i, j + 1]) * scale))
            total += abs(int((a[j, i] - a[j + 1, i]) * scale))
    return min(100, total // 90)


@numba.njit(cache=True, nogil=True)
def _transform(
    a: NDArray[np.float32], dct: NDArray[np.float32], dct_t: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the 16 x 16 low frequencies of the transposed picture `a`, turned upright."""
    half = np.zeros((_SIDE, _GRID), np.float32)
    for i in range(_SIDE):
        for k in range(_GRID):
            d = dct[i, k]
            for j in range(_GRID):
                half[i, j] += d * a[k, j]
    full = np.zeros((_SIDE, _SIDE), np.float32)
    for i in range(_SIDE):
        for k in range(_GRID):
            h = half[i, k]
            for j in range(_SIDE):
                full[i, j] += h * dct_t[k, j]
    return full.T.copy()


@numba.njit(cache=True, nogil=True)
def _pack(b: NDArray[np.float32], out: NDArray[np.uint8]) -> None:
    """Set bit 16 i + j where the coefficient is above the lower median; bit 255 comes first."""
    flat = b.copy().reshape(_SIDE * _SIDE)
    median = np.sort(flat)[127]
    for k in range(32):
        byte = 0
        for bit in range(8):
            byte = byte * 2 + (1 if flat[255 - 8 * k - bit] > median else 0)
        out[k] = byte


@numba.njit(cache=True, nogil=True)
def _pack_dihedral(b: NDArray[np.float32], out: NDArray[np.uint8]) -> None:
    """Fill out (8, 32) with the hashes of the eight turned pictures, by the signs of `b`."""
    turned = np.empty((_SIDE, _SIDE), np.float32)
    for t in range(8):
        for i in range(_SIDE):
            for j in range(_SIDE):
                value = b[j, i] if t & 4 else b[i, j]
                if (t & 1) and j % 2 == 0:
                    value = -value
                if (t & 2) and i % 2 == 0:
                    value = -value
                turned[i, j] = value
        _pack(turned, out[t])


@numba.njit(cache=True, nogil=True)
def _spectrum(
    image: NDArray[np.uint8],
    down: NDArray[np.float32],
    down_first: NDArray[np.int32],
    across: NDArray[np.float32],
    across_first: NDArray[np.int32],
    dct: NDArray[np.float32],
    dct_t: NDArray[np.float32],
) -> tuple[NDArray[np.float32], int]:
    """Return the 16 x 16 low frequencies and the quality of a picture (n, 3m) uint8."""
    lines = np.empty((_GRID, image.shape[1]), np.float32)
    _columns(image, down, down_first, lines)
    luma = np.empty((image.shape[1] // 3, _GRID), np.float32)
    grid = np.empty((_GRID, _GRID), np.float32)
    _rows(lines, across, across_first, luma, grid)
    return _transform(grid, dct, dct_t), _quality(grid)


def _analyse(image: NDArray[np.uint8]) -> tuple[NDArray[np.float32], int]:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:  # noqa: PLR2004
        raise ValueError("expected (H, W, 3) uint8")
    rows, columns = image.shape[:2]
    if min(rows, columns) < MIN_SIDE:
        raise ValueError(f"a side below {MIN_SIDE} pixels has no PDQ")
    flat = np.require(image, requirements=("C", "W")).reshape(rows, 3 * columns)
    spectrum, quality = _spectrum(flat, *_tent(rows), *_tent(columns), _DCT, _DCT_T)
    return spectrum, int(quality)


def pdq(image: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Return the PDQ of a picture and its quality.

    Args:
        image: (H, W, 3) uint8, sRGB, both sides at least 5.

    Returns:
        32 bytes, bit 255 first (hex as the reference prints it), and the quality 0-100.

    Raises:
        ValueError: another shape or dtype.
    """
    spectrum, quality = _analyse(image)
    out = np.empty(32, np.uint8)
    _pack(spectrum, out)
    return out.tobytes(), quality


def pdq_dihedral(image: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
    """Return the PDQs of all eight orientations, rows in the order of `DIHEDRAL`, and the quality.

    Row 0 equals `pdq`. The others cost about 20 us together: they are signs and transposes of the
    same spectrum.

    Returns:
        (8, 32) uint8 and the quality 0-100.
    """
    spectrum, quality = _analyse(image)
    out = np.empty((8, 32), np.uint8)
    _pack_dihedral(spectrum, out)
    return out, quality
