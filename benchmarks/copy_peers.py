"""What others do about copies of pictures, for the same queries and works in the same run.

Each peer is made from the registered files and answers, for a query's bytes, which of them it is a copy
of, at the threshold that its authors or its users name. A peer that is not installed is left out.
"""

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sekisho.fingerprint import look
from sekisho.media import Limits

__all__ = ["NAMES", "Peer", "peers"]

NAMES = (
    "PDQ x 8",
    "threatexchange PDQ",
    "imagededup pHash",
    "imagededup dHash",
    "ORB + RANSAC",
    "SSCD 0.75",
)
"""The last but one costs as much as all others together."""

Peer = Callable[[bytes], set[str]]
RADIUS = 31
"""Bits of 256: ThreatExchange's threshold for PDQ."""
DEDUP_RADIUS = 10
"""Bits of 64: the default of imagededup's `find_duplicates`."""
SSCD_COSINE = 0.75
"""The threshold for which SSCD's authors state 90 % precision on DISC."""
SSCD_SIDE = 224
SIDE, STORED, QUERIED, FULL = 512, 300, 500, 1000
VOTE_RADIUS, COMMON, CANDIDATES = 40, 5, 3
RATIO, PIXELS, CELL, INLIERS = 0.85, 6.0, 4, 12
SCALES = (0.12, 8.0)


def _rgb(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def _near(names: Sequence[str], hashes: NDArray[np.uint8], rows: NDArray[np.uint8], within: int) -> set[str]:
    """Return the works within a Hamming distance of any of the rows."""
    apart = np.bitwise_count(hashes[:, None] ^ rows[None]).sum(axis=2, dtype=np.int64).min(axis=1)
    return {names[i] for i in np.nonzero(apart <= within)[0].tolist()}


def _pdq(works: Mapping[str, bytes]) -> Peer:
    """PDQ alone, by our own decoder, the query in its 8 orientations."""
    names = list(works)
    made = [look(data, limits=Limits(), turned=False).hashes for data in works.values()]
    hashes = np.concatenate([rows[0] for rows in made if rows is not None])

    def found(data: bytes) -> set[str]:
        rows = look(data, limits=Limits()).hashes
        return set() if rows is None else _near(names, hashes, rows[0], RADIUS)

    return found


def _threatexchange(works: Mapping[str, bytes]) -> Peer:
    from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes  # noqa: PLC0415

    def hashed(data: bytes) -> NDArray[np.uint8]:
        return np.frombuffer(bytes.fromhex(pdq_from_bytes(data)[0]), np.uint8)

    names, hashes = list(works), np.stack([hashed(data) for data in works.values()])
    return lambda data: _near(names, hashes, hashed(data)[None], RADIUS)


def _hashing() -> ModuleType:
    """Import imagededup's hashes without its network, which needs another gigabyte of packages."""
    spec = find_spec("imagededup")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("imagededup")
    package = ModuleType("imagededup.methods")
    package.__path__ = [f"{spec.submodule_search_locations[0]}/methods"]
    sys.modules.setdefault("imagededup.methods", package)
    network = ModuleType("imagededup.utils.models")
    network.CustomModel = None  # type: ignore[attr-defined]
    sys.modules.setdefault("imagededup.utils.models", network)
    return import_module("imagededup.methods.hashing")


def _imagededup(works: Mapping[str, bytes], method: str) -> Peer:
    encoder = getattr(_hashing(), method)(verbose=False)

    def hashed(data: bytes) -> NDArray[np.uint8]:
        return np.frombuffer(bytes.fromhex(encoder.encode_image(image_array=_rgb(data))), np.uint8)

    names, hashes = list(works), np.stack([hashed(data) for data in works.values()])
    return lambda data: _near(names, hashes, hashed(data)[None], DEDUP_RADIUS)


def _sscd(works: Mapping[str, bytes], file: Path) -> Peer:
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0].name

    def embedded(data: bytes) -> NDArray[np.float32]:
        image = Image.open(io.BytesIO(data)).convert("RGB")
        small = np.asarray(image.resize((SSCD_SIDE, SSCD_SIDE), Image.Resampling.BILINEAR))
        (vector,) = session.run(None, {given: small[None]})[0]
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    names, vectors = list(works), np.stack([embedded(data) for data in works.values()])
    return lambda data: {names[i] for i in np.nonzero(vectors @ embedded(data) >= SSCD_COSINE)[0].tolist()}


class _Orb:
    """Local-feature voting and RANSAC with OpenCV alone: the reference that our own has to beat.

    300 ORB features of each work and of its mirror image; each of a query's 500 votes for the works that
    have one within 40 bits, unless more than 5 have; the 3 works with most votes are verified with 1,000
    features each, 12 distinct inliers.
    """

    def __init__(self, works: Mapping[str, bytes]) -> None:
        """Register the works."""
        import faiss  # noqa: PLC0415

        self.names = list(works)
        self.full = [self._features(_rgb(data), FULL) for data in works.values()]
        rows, owner = [], []
        for number, data in enumerate(works.values()):
            for picture in (_rgb(data), np.ascontiguousarray(_rgb(data)[:, ::-1])):
                _, found = self._features(picture, STORED)
                rows.append(found)
                owner += [number] * len(found)
        self.owner = np.array(owner)
        self.index = faiss.IndexBinaryFlat(256)
        self.index.add(np.concatenate(rows))

    @staticmethod
    def _features(rgb: NDArray[np.uint8], most: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        scale = SIDE / max(gray.shape)
        if scale < 1:
            gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        points, found = cv2.ORB_create(most, fastThreshold=10).detectAndCompute(gray, None)
        places = np.array([point.pt for point in points], np.float32).reshape(-1, 2)
        return places, np.zeros((0, 32), np.uint8) if found is None else found

    def __call__(self, data: bytes) -> set[str]:
        """Return the works that are verified."""
        rgb = _rgb(data)
        _, query = self._features(rgb, QUERIED)
        if not len(query):
            return set()
        limits, _, rows = self.index.range_search(query, VOTE_RADIUS + 1)
        votes = np.zeros(len(self.names), np.int64)
        for begin, end in zip(limits[:-1].tolist(), limits[1:].tolist(), strict=True):
            met = np.unique(self.owner[rows[begin:end]])
            if len(met) <= COMMON:
                votes[met] += 1
        best = [i for i in np.argsort(-votes, kind="stable")[:CANDIDATES].tolist() if votes[i]]
        views = [self._features(np.ascontiguousarray(view), FULL) for view in (rgb, rgb[:, ::-1])]
        return {
            self.names[i] for i in best if max(self._inliers(view, self.full[i]) for view in views) >= INLIERS
        }

    @staticmethod
    def _inliers(
        query: tuple[NDArray[np.float32], NDArray[np.uint8]],
        work: tuple[NDArray[np.float32], NDArray[np.uint8]],
    ) -> int:
        if min(len(query[1]), len(work[1])) < CANDIDATES:
            return 0
        pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(query[1], work[1], k=2)
        good = [a for a, b in pairs if a.distance < RATIO * b.distance]
        if len(good) < INLIERS:
            return 0
        here = query[0][[m.queryIdx for m in good]]
        there = work[0][[m.trainIdx for m in good]]
        cv2.setRNGSeed(1)
        turned, kept = cv2.estimateAffinePartial2D(
            here, there, method=cv2.RANSAC, ransacReprojThreshold=PIXELS
        )
        if turned is None or not SCALES[0] < float(np.hypot(*turned[:, 0])) < SCALES[1]:
            return 0
        inside = kept.ravel().astype(bool)
        cells = [len(np.unique(side[inside] // CELL, axis=0)) for side in (here, there)]
        return min(cells)


def peers(
    works: Mapping[str, bytes], models: Path | None, only: Sequence[str] | None = None
) -> dict[str, Peer]:
    """Return every peer that can be made here, by its name.

    Args:
        works: registered files by name.
        models: a folder with `sscd.onnx`; None: SSCD is left out.
        only: names of `NAMES`; None: all.
    """
    cv2.setNumThreads(1)
    makers: dict[str, Callable[[], Peer]] = {
        "PDQ x 8": lambda: _pdq(works),
        "threatexchange PDQ": lambda: _threatexchange(works),
        "imagededup pHash": lambda: _imagededup(works, "PHash"),
        "imagededup dHash": lambda: _imagededup(works, "DHash"),
        "ORB + RANSAC": lambda: _Orb(works),
    }
    file = None if models is None else next(models.rglob("sscd.onnx"), None)
    if file is not None:
        makers["SSCD 0.75"] = lambda: _sscd(works, file)
    made = {}
    for name, make in makers.items():
        if only is not None and name not in only:
            continue
        try:
            made[name] = make()
        except ImportError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    return made
