"""How much faster than threatexchange is a JPEG file turned into a PDQ, and are the bits the same?

Both start from the bytes of the same files in memory. The bits are compared with `pdqhash` over
Pillow's pixels, and with our own in another process where numba may use no vector instructions
beyond those of every x86-64 (`NUMBA_CPU_NAME=generic`), so without AVX2 and AVX-512.
"""

import hashlib
import io
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import corpus
import numpy as np
import pdqhash
import simplejpeg
from measure import Cost, Report, Row, alternate, parser, ratios, typical
from PIL import Image
from pipeline import fingerprint_bytes
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

from sekisho.fingerprint.pdq import MIN_QUALITY, pdq

QUESTION = "How much faster than threatexchange is a JPEG turned into a PDQ, and are the bits the same?"
SPEED_TARGET = {512: 6.0, 1024: 8.0}
PARITY_TARGET = 98.0
DISTANCE_TARGET = 4
PICTURES = 155


def _all(function: Callable[[Any], object], inputs: list[Any]) -> None:
    for one in inputs:
        function(one)


def _milliseconds(costs: list[Cost]) -> str:
    return f"{typical(costs).cpu * 1000:.2f} ms"


def _compared(
    measure: str, costs: dict[str, list[Cost]], ours: str, peer: str, target: float | None = None
) -> Row:
    ratio = ratios(costs[peer], costs[ours])
    return Row(
        measure=measure,
        ours=_milliseconds(costs[ours]),
        peer=f"{peer} {_milliseconds(costs[peer])}",
        value=ratio.wall,
        cpu=ratio.cpu,
        target=target,
    )


def speed(report: Report, side: int, files: list[bytes], passes: int) -> None:
    """Add how long a file takes, as a whole and by step."""
    pixels = [simplejpeg.decode_jpeg(data, "RGB") for data in files]
    contestants = {
        "ours": partial(_all, fingerprint_bytes, files),
        "threatexchange": partial(_all, pdq_from_bytes, files),
        "our hash": partial(_all, pdq, pixels),
        "pdqhash": partial(_all, pdqhash.compute, pixels),
        "simplejpeg": partial(_all, partial(simplejpeg.decode_jpeg, colorspace="RGB"), files),
    }
    costs = alternate(contestants, passes, per=len(files))
    report.raw[f"cpu seconds, {side} px"] = {name: [c.cpu for c in seen] for name, seen in costs.items()}
    target = SPEED_TARGET.get(side)
    report.rows += [
        _compared(f"JPEG -> PDQ, {side} px", costs, "ours", "threatexchange", target),
        _compared(f"pixels -> PDQ, {side} px", costs, "our hash", "pdqhash"),
        _compared(f"JPEG -> PDQ against decoding alone, {side} px", costs, "ours", "simplejpeg"),
    ]


def _reference(data: bytes) -> tuple[bytes, int]:
    with Image.open(io.BytesIO(data)) as picture:
        bits, quality = pdqhash.compute(np.asarray(picture.convert("RGB")))
    return np.packbits(bits).tobytes(), int(quality)


def _distance(a: bytes, b: bytes) -> int:
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def parity(report: Report, side: int, files: list[bytes]) -> None:
    """Add how many bits differ from the reference on pictures that are good enough to compare."""
    pairs = [(fingerprint_bytes(data), _reference(data)) for data in files]
    good = [(ours, theirs) for ours, theirs in pairs if theirs[1] >= MIN_QUALITY]
    counted = Counter(_distance(ours[0], theirs[0]) for ours, theirs in good)
    off = max(abs(ours[1] - theirs[1]) for ours, theirs in pairs)
    shown = ", ".join(f"{bits} bits: {n}" for bits, n in sorted(counted.items()))
    name = f"{len(good)} pictures of {side} px with quality >= {MIN_QUALITY}"
    report.raw[f"distances, {side} px"] = {str(bits): n for bits, n in sorted(counted.items())}
    report.rows += [
        Row(
            measure=f"same bits as pdqhash, {name}",
            ours=shown,
            peer="pdqhash",
            value=100 * counted[0] / len(good),
            unit="%",
            target=PARITY_TARGET,
        ),
        Row(
            measure=f"largest distance to pdqhash, {side} px",
            ours=f"{max(counted)} bits (quality differs by {off} at most)",
            peer="pdqhash",
            value=max(counted),
            unit="bits",
            target=DISTANCE_TARGET,
            better="less",
        ),
    ]


def digest(files: list[bytes]) -> str:
    """Return the SHA-256 of the hashes and qualities of all files."""
    whole = hashlib.sha256()
    for data in files:
        bits, quality = fingerprint_bytes(data)
        whole.update(bits + bytes([quality]))
    return whole.hexdigest()


def everywhere(report: Report, files: dict[int, list[bytes]], cache: Path) -> None:
    """Add whether another process without vector instructions computes the same bits."""
    here = digest([data for side in sorted(files) for data in files[side]])
    with tempfile.TemporaryDirectory() as compiled:
        plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CACHE_DIR": compiled, "XDG_CACHE_HOME": compiled}
        sides = [str(side) for side in files]
        command = [sys.executable, __file__, "--digest", *sides, "--cache", str(cache)]
        done = subprocess.run(  # noqa: S603 - this file
            command, env=os.environ | plain, capture_output=True, text=True, check=True, timeout=600
        )
    there = done.stdout.split()[-1]
    report.rows.append(
        Row(
            measure="same bits with NUMBA_CPU_NAME=generic (no AVX2, no AVX-512)",
            ours=here[:16],
            peer=there[:16],
            value=float(here == there),
            unit="",
            target=1.0,
        )
    )


def _files(cache: Path, side: int) -> tuple[list[bytes], str]:
    made = corpus.build(cache / f"pictures-{side}", side=side, count=PICTURES)
    return [path.read_bytes() for path in made.files], made.note


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--sides", type=int, nargs="+", help="pixels (default 512 1024, quick 512)")
    options.add_argument("--digest", type=int, nargs="+", metavar="SIDE", help="only print the bits' SHA-256")
    given = options.parse_args()
    if given.digest:
        print(digest([data for side in sorted(given.digest) for data in _files(given.cache, side)[0]]))
        return
    sides = given.sides or ([512] if given.quick else list(SPEED_TARGET))
    passes = given.passes or (2 if given.quick else 5)
    report = Report(name="hash", question=QUESTION, quick=given.quick)
    files = {}
    for side in sides:
        files[side], note = _files(given.cache, side)
        report.notes.append(note)
        speed(report, side, files[side], passes)
        parity(report, side, files[side])
    everywhere(report, files, given.cache)
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
