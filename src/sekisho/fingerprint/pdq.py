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

__all__ = ["BITS", "DIHEDRAL", "MIN_QUALITY", "MIN_SIDE", "pdq", "pdq_dihedral", "pdq_luma"]

BITS = 256
MIN_QUALITY = 50
"""Below it bits near the median flip with the order of additions: never compare such a hash."""
MIN_SIDE = 5
"""`MIN_HASHABLE_DIM` of the reference: a smaller picture has no hash."""
DIHEDRAL = ("upright", "mirrored", "flipped", "rot180", "transposed", "rot90", "rot270", "transverse")
"""How the item has to be turned to meet the work, in the order of the rows of `pdq_dihedral`."""

_GRID = 64
_SIDE = 16
_MEDIAN = 127
_EXACT = 1e-6
_BLOCK = 8
"""Lines whose luma lies side by side, so that vectors run across lines and sums keep their order."""


_STEP = 4
"""Pixels taken together in one pass over a line; rows of weights are padded to a multiple."""
_MAX_EXACT_WINDOW = 16
"""A tent of this window sums at most 255 * 16 * 16 = 65,280, which 16 bits hold."""

Tent = tuple[NDArray[np.float32], NDArray[np.uint16], NDArray[np.int32]]
"""Weights (64, k), whole-number weights (64, k), first pixel of each row (64,); first + k <= n."""


@numba.njit(cache=True, nogil=True)
def _fill_tent(
    n: int, window: int, taps: int, weights: NDArray[np.float64], first: NDArray[np.int32]
) -> None:
    """Convolve the two boxes at the 64 places that are kept; windows shrink at the borders."""
    half = (window + 2) // 2
    for i in range(_GRID):
        row = int((i + 0.5) * n / _GRID)
        low = max(0, row - (window - half))
        high = min(n - 1, row + half - 1)
        begin = min(max(0, low - (window - half)), n - taps)
        first[i] = begin
        for k in range(low, high + 1):
            inner_low = max(0, k - (window - half))
            inner_high = min(n - 1, k + half - 1)
            share = 1.0 / ((high - low + 1) * (inner_high - inner_low + 1))
            for pixel in range(inner_low, inner_high + 1):
                weights[i, pixel - begin] += share


@lru_cache(maxsize=1 << 14)
def _tent(n: int) -> Tent:
    """Return two box passes and the decimation of one side of n pixels as a sparse matrix.

    A row away from the borders is 1, 2, ..., w, ..., 2, 1 over w * w; its whole numbers are kept too,
    since sums of whole numbers are exact and fast. Rows that have no such form hold zeros there.
    """
    window = (n + 127) // 128
    taps = -(-(2 * window - 1) // _STEP) * _STEP
    weights = np.zeros((_GRID, taps), np.float64)
    first = np.zeros(_GRID, np.int32)
    _fill_tent(n, window, taps, weights, first)
    scaled = weights * window * window
    whole = np.rint(scaled)
    exact = np.all(np.abs(scaled - whole) < _EXACT, axis=1, keepdims=True) & (window <= _MAX_EXACT_WINDOW)
    return weights.astype(np.float32), (whole * exact).astype(np.uint16), first


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
    whole: NDArray[np.uint16],
    first: NDArray[np.int32],
    out: NDArray[np.float32],
) -> None:
    """Filter down the columns: image (n, 3m) uint8 -> out (64, 3m) float32.

    Rows with whole-number weights are summed in 16 bits, which is exact, the others in float32.
    """
    length = image.shape[1]
    sums = np.empty(length, np.uint16)
    for i in range(_GRID):
        line = out[i]
        exact = False
        for k in range(weights.shape[1]):
            exact |= whole[i, k] != 0
        if exact:
            sums[:] = np.uint16(0)
        else:
            line[:] = np.float32(0)
        for k in range(0, weights.shape[1], _STEP):
            row = first[i] + k
            a, b, d, e = image[row], image[row + 1], image[row + 2], image[row + 3]
            if exact:
                n0, n1, n2, n3 = whole[i, k], whole[i, k + 1], whole[i, k + 2], whole[i, k + 3]
                for c in range(length):
                    sums[c] = np.uint16(
                        sums[c]
                        + n0 * np.uint16(a[c])
                        + n1 * np.uint16(b[c])
                        + n2 * np.uint16(d[c])
                        + n3 * np.uint16(e[c])
                    )
            else:
                w0, w1, w2, w3 = weights[i, k], weights[i, k + 1], weights[i, k + 2], weights[i, k + 3]
                for c in range(length):
                    line[c] += (w0 * np.float32(a[c]) + w1 * np.float32(b[c])) + (
                        w2 * np.float32(d[c]) + w3 * np.float32(e[c])
                    )
        if exact:
            window = (image.shape[0] + 127) // 128
            unit = np.float32(1.0 / (window * window))
            for c in range(length):
                line[c] = np.float32(sums[c]) * unit


@numba.njit(cache=True, nogil=True)
def _along(
    y: NDArray[np.float32],
    weights: NDArray[np.float32],
    first: NDArray[np.int32],
    base: int,
    out: NDArray[np.float32],
) -> None:
    """Filter eight lines of luma, y (m, 8), from line `base` on -> out (64, 64), transposed.

    Written out for eight lines: the eight sums stay in registers, where one vector holds them.
    """
    for j in range(_GRID):
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = np.float32(0)
        for k in range(weights.shape[1]):
            w = weights[j, k]
            v = y[first[j] + k]
            s0 += w * v[0]
            s1 += w * v[1]
            s2 += w * v[2]
            s3 += w * v[3]
            s4 += w * v[4]
            s5 += w * v[5]
            s6 += w * v[6]
            s7 += w * v[7]
        o = out[j, base : base + _BLOCK]
        o[0] = s0
        o[1] = s1
        o[2] = s2
        o[3] = s3
        o[4] = s4
        o[5] = s5
        o[6] = s6
        o[7] = s7


@numba.njit(cache=True, nogil=True)
def _rows(
    lines: NDArray[np.float32],
    weights: NDArray[np.float32],
    first: NDArray[np.int32],
    out: NDArray[np.float32],
) -> None:
    """Take luma and filter along the rows: lines (64, 3m) -> out (64, 64), transposed."""
    m = lines.shape[1] // 3
    y = np.empty((m, _BLOCK), np.float32)
    r, g, b = np.float32(0.299), np.float32(0.587), np.float32(0.114)
    for base in range(0, _GRID, _BLOCK):
        l0, l1, l2, l3 = lines[base], lines[base + 1], lines[base + 2], lines[base + 3]
        l4, l5, l6, l7 = lines[base + 4], lines[base + 5], lines[base + 6], lines[base + 7]
        for k in range(m):
            c = 3 * k
            y[k, 0] = (r * l0[c] + g * l0[c + 1]) + b * l0[c + 2]
            y[k, 1] = (r * l1[c] + g * l1[c + 1]) + b * l1[c + 2]
            y[k, 2] = (r * l2[c] + g * l2[c + 1]) + b * l2[c + 2]
            y[k, 3] = (r * l3[c] + g * l3[c + 1]) + b * l3[c + 2]
            y[k, 4] = (r * l4[c] + g * l4[c + 1]) + b * l4[c + 2]
            y[k, 5] = (r * l5[c] + g * l5[c + 1]) + b * l5[c + 2]
            y[k, 6] = (r * l6[c] + g * l6[c + 1]) + b * l6[c + 2]
            y[k, 7] = (r * l7[c] + g * l7[c + 1]) + b * l7[c + 2]
        _along(y, weights, first, base, out)


@numba.njit(cache=True, nogil=True)
def _luma_rows(
    lines: NDArray[np.float32],
    weights: NDArray[np.float32],
    first: NDArray[np.int32],
    out: NDArray[np.float32],
) -> None:
    """Filter along the rows of luma: lines (64, m) -> out (64, 64), transposed."""
    m = lines.shape[1]
    y = np.empty((m, _BLOCK), np.float32)
    for base in range(0, _GRID, _BLOCK):
        for k in range(m):
            for line in range(_BLOCK):
                y[k, line] = lines[base + line, k]
        _along(y, weights, first, base, out)


@numba.njit(cache=True, nogil=True)
def _quality(a: NDArray[np.float32], gain: float) -> int:
    """Sum the gradients of the 64 x 64 picture (either orientation): 0-100."""
    scale = np.float32(100.0) / np.float32(255.0) * np.float32(gain)
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
        for k in range(0, _GRID, _STEP):
            d0, d1, d2, d3 = dct[i, k], dct[i, k + 1], dct[i, k + 2], dct[i, k + 3]
            for j in range(_GRID):
                half[i, j] += (d0 * a[k, j] + d1 * a[k + 1, j]) + (d2 * a[k + 2, j] + d3 * a[k + 3, j])
    full = np.zeros((_SIDE, _SIDE), np.float32)
    for i in range(_SIDE):
        for k in range(_GRID):
            h = half[i, k]
            for j in range(_SIDE):
                full[i, j] += h * dct_t[k, j]
    return full.T.copy()


@numba.njit(cache=True, nogil=True)
def _lower_median(values: NDArray[np.float32]) -> float:
    """Select the 128th smallest of 256 values (Hoare 1961); reorders its argument."""
    low, high = 0, len(values) - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while pivot < values[j]:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if j < _MEDIAN:
            low = i
        if i > _MEDIAN:
            high = j
    return values[_MEDIAN]  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)
def _pack(b: NDArray[np.float32], median: float, out: NDArray[np.uint8]) -> None:
    """Set bit 16 i + j where the coefficient is above the median; bit 255 comes first."""
    for k in range(32):
        i, j = 15 - k // 2, 15 - 8 * (k % 2)
        byte = 0
        for bit in range(8):
            byte = byte * 2 + (1 if b[i, j - bit] > median else 0)
        out[k] = byte


@numba.njit(cache=True, nogil=True)
def _pack_turned(b: NDArray[np.float32], out: NDArray[np.uint8]) -> None:
    """Fill out (1 or 8, 32) with the hashes of the turned pictures, by the signs of `b`.

    A transpose has the same values and so the same median: four medians serve eight hashes.
    """
    turned = np.empty((_SIDE, _SIDE), np.float32)
    flipped = np.empty((_SIDE, _SIDE), np.float32)
    for t in range(min(4, len(out))):
        for i in range(_SIDE):
            for j in range(_SIDE):
                odd = ((t & 1) and j % 2 == 0) != ((t & 2) != 0 and i % 2 == 0)
                turned[i, j] = -b[i, j] if odd else b[i, j]
        median = _lower_median(turned.copy().reshape(_SIDE * _SIDE))
        _pack(turned, median, out[t])
        if len(out) > 4:  # noqa: PLR2004
            for i in range(_SIDE):
                for j in range(_SIDE):
                    flipped[j, i] = turned[i, j]
            # The transpose of the picture mirrored left to right is the picture flipped, transposed.
            _pack(flipped, median, out[4 + ((t & 1) << 1 | t >> 1)])


@numba.njit(cache=True, nogil=True)
def _hash(
    image: NDArray[np.uint8],
    down: Tent,
    across: Tent,
    dct: NDArray[np.float32],
    dct_t: NDArray[np.float32],
    out: NDArray[np.uint8],
) -> int:
    """Hash a picture (n, 3m) uint8 into out (1 or 8, 32); return the quality."""
    lines = np.empty((_GRID, image.shape[1]), np.float32)
    _columns(image, down[0], down[1], down[2], lines)
    grid = np.empty((_GRID, _GRID), np.float32)
    _rows(lines, across[0], across[2], grid)
    _pack_turned(_transform(grid, dct, dct_t), out)
    return _quality(grid, 1.0)


@numba.njit(cache=True, nogil=True)
def _hash_luma(
    luma: NDArray[np.uint8],
    gain: float,
    down: Tent,
    across: Tent,
    dct: NDArray[np.float32],
    dct_t: NDArray[np.float32],
    out: NDArray[np.uint8],
) -> int:
    """Hash a plane of luma (n, m) uint8 into out (1 or 8, 32); return the quality."""
    lines = np.empty((_GRID, luma.shape[1]), np.float32)
    _columns(luma, down[0], down[1], down[2], lines)
    grid = np.empty((_GRID, _GRID), np.float32)
    _luma_rows(lines, across[0], across[2], grid)
    _pack_turned(_transform(grid, dct, dct_t), out)
    return _quality(grid, gain)


def _hashes(image: NDArray[np.uint8], count: int) -> tuple[NDArray[np.uint8], int]:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:  # noqa: PLR2004
        raise ValueError("expected (H, W, 3) uint8")
    rows, columns = image.shape[:2]
    if min(rows, columns) < MIN_SIDE:
        raise ValueError(f"a side below {MIN_SIDE} pixels has no PDQ")
    if not (image.flags.c_contiguous and image.flags.writeable):
        image = image.copy()
    out = np.empty((count, 32), np.uint8)
    flat = image.reshape(rows, 3 * columns)
    return out, int(_hash(flat, _tent(rows), _tent(columns), _DCT, _DCT_T, out))


def pdq(image: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Return the PDQ of a picture and its quality.

    Args:
        image: (H, W, 3) uint8, sRGB, both sides at least 5.

    Returns:
        32 bytes, bit 255 first (hex as the reference prints it), and the quality 0-100.

    Raises:
        ValueError: another shape or dtype.
    """
    out, quality = _hashes(image, 1)
    return out.tobytes(), quality


def pdq_dihedral(image: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
    """Return the PDQs of all eight orientations, rows in the order of `DIHEDRAL`, and the quality.

    Row 0 equals `pdq`. The others cost little: they are signs and transposes of the same spectrum.

    Returns:
        (8, 32) uint8 and the quality 0-100.
    """
    return _hashes(image, len(DIHEDRAL))


def pdq_luma(luma: NDArray[np.uint8], gain: float, *, turned: bool) -> tuple[NDArray[np.uint8], int]:
    """Return the PDQ of a plane of luma in one or eight orientations, and the quality.

    No bit depends on the range of luma or its zero; against the hash of the same frame as RGB a few of
    256 bits differ, since that is rounded and clipped (measured: 1 on average, 6 at most).

    Args:
        luma: (H, W) uint8, both sides at least 5.
        gain: by what differences of luma have to be multiplied to span 0-255; for the quality.
        turned: make all eight orientations.

    Returns:
        (8 or 1, 32) uint8 and the quality 0-100.

    Raises:
        ValueError: another shape or dtype.
    """
    if luma.ndim != 2 or luma.dtype != np.uint8 or min(luma.shape) < MIN_SIDE:  # noqa: PLR2004
        raise ValueError(f"expected (H, W) uint8, both sides at least {MIN_SIDE}")
    if not (luma.flags.c_contiguous and luma.flags.writeable):
        luma = luma.copy()
    out = np.empty((len(DIHEDRAL) if turned else 1, 32), np.uint8)
    down, across = _tent(luma.shape[0]), _tent(luma.shape[1])
    return out, int(_hash_luma(luma, gain, down, across, _DCT, _DCT_T, out))
