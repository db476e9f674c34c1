"""Local features in plain Python, written from docs/reference/local-features.md: slow and clear."""

import math
from importlib.resources import files

import numpy as np

PAD = 26
F = np.float32


def grey_of(rgb):
    r, g, b = rgb.astype(int).transpose(2, 0, 1)
    return (77 * r + 150 * g + 29 * b + 128) >> 8


def step_of(level):
    return round(2 ** (level / 3) * 16384)


def shrunk(grey, level):
    height, width = grey.shape
    step = step_of(level)
    out = np.zeros(((height << 14) // step, (width << 14) // step), int)

    def place(i, side):
        at = max(0, (i * step + (step >> 1) - 8192) >> 8)
        first = min(at >> 6, side - 2)
        return first, min(64, at - 64 * first)

    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            (r, down), (c, across) = place(y, height), place(x, width)
            a, b = ((64 - down) * grey[r, k] + down * grey[r + 1, k] for k in (c, c + 1))
            out[y, x] = ((64 - across) * a + across * b + 2048) >> 12
    return out


def levels(rgb):
    """Return the smoothed, padded levels."""
    greys = []
    for level in range(10):
        if level == 0:
            grey = grey_of(rgb)
        elif level < 3:
            grey = shrunk(greys[0], level)
        else:
            old = greys[level - 3]
            h, w = old.shape[0] // 2 * 2, old.shape[1] // 2 * 2
            grey = (old[0:h:2, 0:w:2] + old[1:h:2, 0:w:2] + old[0:h:2, 1:w:2] + old[1:h:2, 1:w:2] + 2) >> 2
        if min(grey.shape) < 20:
            break
        greys.append(grey)
    return [smoothed(np.pad(grey, PAD, mode="edge")) for grey in greys]


def smoothed(padded):
    out = padded.copy()
    weights = [1, 4, 6, 4, 1]
    down = sum(w * padded[i : len(padded) - 4 + i] for i, w in enumerate(weights))
    both = sum(w * down[:, i : padded.shape[1] - 4 + i] for i, w in enumerate(weights))
    out[2:-2, 2:-2] = (both + 128) >> 8
    return out


def strengths(smooth):
    gx, gy = np.zeros_like(smooth), np.zeros_like(smooth)
    gx[:, 1:-1] = smooth[:, 2:] - smooth[:, :-2]
    gy[1:-1] = smooth[2:] - smooth[:-2]
    height, width = smooth.shape[0] - 2 * PAD, smooth.shape[1] - 2 * PAD
    sums = [
        sum(
            product[PAD + dy : PAD + dy + height, PAD + dx : PAD + dx + width]
            for dy in range(-2, 3)
            for dx in range(-2, 3)
        ).astype(F)
        for product in (gx * gx, gx * gy, gy * gy)
    ]
    a, b, c = sums
    return (a * c - b * b) / (a + c + F(1))


def shift(before, here, after):
    bend = before + after - here - here
    return 0 if bend >= 0 else int(np.rint(F(32) * ((before - after) / bend)))


def corners(smooth, cells, most):
    """Return [x, y (1/64 px), strength], the first to be kept first."""
    s = strengths(smooth)
    height, width = s.shape
    found = []
    for y in range(6, height - 6):
        for x in range(6, width - 6):
            earlier = [s[y, x - 1], *s[y - 1, x - 1 : x + 2]]
            later = [s[y, x + 1], *s[y + 1, x - 1 : x + 2]]
            if s[y, x] >= 120 and all(s[y, x] > e for e in earlier) and all(s[y, x] >= e for e in later):
                found.append((y, x))
    side = max(4, math.isqrt(height * width // cells))
    taken, spread = {}, {}
    for y, x in sorted(found, key=lambda p: (-s[p], p)):
        cell = (y // side, x // side)
        spread[y, x] = s[y, x] * F(0.5) ** taken.get(cell, 0)
        taken[cell] = taken.get(cell, 0) + 1
    best = sorted(found, key=lambda p: (-spread[p], p))[:most]
    return [
        (
            64 * x + shift(s[y, x - 1], s[y, x], s[y, x + 1]),
            64 * y + shift(s[y - 1, x], s[y, x], s[y + 1, x]),
        )
        for y, x in best
    ]


def compressed(g, soft):
    return (255 * g + (g + soft) // 2) // (g + soft)


def angle_of(smooth, x, y):
    column, row = PAD + ((x + 32) >> 6), PAD + ((y + 32) >> 6)
    across = down = 0
    for dy in range(-24, 25):
        for dx in range(-24, 25):
            if dx * dx + dy * dy <= 24 * 24:
                r, c = row + dy, column + dx
                edge = r in {0, len(smooth) - 1} or c in {0, smooth.shape[1] - 1}
                gx = 0 if edge else abs(smooth[r, c + 1] - smooth[r, c - 1])
                gy = 0 if edge else abs(smooth[r + 1, c] - smooth[r - 1, c])
                felt = compressed(max(gx, gy) + min(gx, gy) // 2, 16)
                across, down = across + dx * felt, down + dy * felt
    return round(math.atan2(down, across) * 128 / math.pi) % 256


def patch_of(smooth, x, y, angle):
    cosine, sine = (round(16384 * f(2 * math.pi * angle / 256)) for f in (math.cos, math.sin))
    out = np.zeros((18, 18), int)
    for v in range(18):
        for u in range(18):
            a, b = 2 * u - 17, 2 * v - 17
            c = ((x << 8) + (PAD << 14) + 8192 + a * cosine - b * sine) >> 14
            r = ((y << 8) + (PAD << 14) + 8192 + a * sine + b * cosine) >> 14
            out[v, u] = smooth[r, c]
    return out


def descriptor_of(patch, *, flipped=False):
    if flipped:
        patch = patch[::-1]
    gu = patch[1:-1, 2:] - patch[1:-1, :-2]
    gv = patch[2:, 1:-1] - patch[:-2, 1:-1]
    channels = [patch[1:-1, 1:-1], *(compressed(abs(g), 32) for g in (gu, gv, gu + gv, gu - gv))]
    tests = np.frombuffer((files("sekisho.fingerprint") / "tests.bin").read_bytes(), np.uint8).reshape(-1, 7)
    value = 0
    for i, (c1, u1, v1, c2, u2, v2, side) in enumerate(tests.astype(int).tolist()):
        first = channels[c1][v1 : v1 + side, u1 : u1 + side].sum()
        second = channels[c2][v2 : v2 + side, u2 : u2 + side].sum()
        value |= int(first > second) << i
    return value


def features(rgb, most, *, flipped=False):
    """Return rows of (descriptor, x, y, angle, level), the strongest first."""
    pictures = levels(rgb)
    shares = [2 ** (-level / 6) for level in range(len(pictures))]
    shares = [share / sum(shares) for share in shares]
    queue = []
    for level, (smooth, share) in enumerate(zip(pictures, shares, strict=True)):
        for rank, (x, y) in enumerate(corners(smooth, int(most * share) + 1, most)):
            queue.append(((rank + 0.5) / share, level, rank, x, y))
    rows = []
    for _, level, _, x, y in sorted(queue)[:most]:
        angle = angle_of(pictures[level], x, y)
        patch = patch_of(pictures[level], x, y, angle)
        px, py = (((v + 32) * step_of(level) + 8192) >> 14 for v in (x, y))
        if flipped:
            px, angle = 64 * rgb.shape[1] - px, (128 - angle) % 256
        rows.append((descriptor_of(patch, flipped=flipped), px, py, angle, level))
    return rows
