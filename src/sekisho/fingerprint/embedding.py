"""A working picture -> embeddings: of the whole, and of four overlapping tiles of 2/3 of each side.

How a picture is put into the encoder is settled here to the last bit (`resize`); what the encoder makes
of it differs between machines in the last digits, so that similarities are compared per mille. Nothing
here opens a file: an `Encoder` is a value that `store.models` makes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.contrast import is_plain
from sekisho.fingerprint.resize import resized
from sekisho.media import CannotDecode
from sekisho.model import Unreadable, Vector
from sekisho.model.encoder import EncoderInput, EncoderSpec, Number, Placing

__all__ = [
    "EVERYTHING",
    "TILES",
    "WHOLE",
    "Embedded",
    "Encoder",
    "embed",
    "prepared",
    "region_boxes",
    "self_test_picture",
    "vector_of",
]

Singles = NDArray[np.float32]
EVERYTHING, WHOLE, TILES = slice(None), slice(0, 1), slice(1, None)
"""Parts of `region_boxes`."""
_PER_MILLE = 1000
_SHORTEST = 1e-6
"""Length of an output from which it has no direction."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """An opened encoder.

    Attributes:
        run: inputs of `prepared`, stacked, (B, ...) -> (B, D) float32.
        difference: one vector (D,) and others (N, D) -> their differences (N,) float32, 0-1; None: the
            cosine is what counts.
        background: (B, D) float32 of length 1: vectors of the background drawings; None: not normalised.
    """

    spec: EncoderSpec
    run: Callable[[NDArray[np.generic]], Singles]
    difference: Callable[[Singles, Singles], Singles] | None = None
    background: Singles | None = None


class Embedded(NamedTuple):
    """The embeddings of one picture.

    Attributes:
        values: (r, D) float32, of length 1.
        regions: of each, x0, y0, x1, y1 per mille of the picture; the whole comes first if it is there.
    """

    values: Singles
    regions: tuple[Box, ...]


def region_boxes(height: int, width: int) -> tuple[Box, ...]:
    """Return top, left, bottom, right of the whole and of its tiles; a picture of one pixel has no tiles."""
    tall, wide = -(-2 * height // 3), -(-2 * width // 3)
    tiles = [(top, left, top + tall, left + wide) for top in (0, height - tall) for left in (0, width - wide)]
    return tuple(dict.fromkeys([(0, 0, height, width), *tiles]))


def prepared(picture: NDArray[np.uint8], form: EncoderInput, box: Box | None = None) -> NDArray[np.generic]:
    """Return a picture, or a part of it, as an encoder's input without the batch.

    Args:
        picture: (h, w, 3) uint8 sRGB, transparency over white.
        form: what the encoder takes.
        box: top, left, bottom, right.
    """
    top, left, bottom, right = box or (0, 0, *picture.shape[:2])
    match form.placing:
        case Placing.SQUASH:
            placed = resized(picture, (form.height, form.width), (top, left, bottom, right))
        case Placing.SHORT_EDGE_CROP:
            placed = _cropped(picture, form, (top, left, bottom, right))
        case Placing.LETTERBOX:
            placed = _boxed(picture, form, (top, left, bottom, right))
    numbers: NDArray[np.generic] = placed
    if form.number is Number.FLOAT32:
        mean, std = np.array(form.mean, np.float32), np.array(form.std, np.float32)
        numbers = (placed.astype(np.float32) * np.float32(form.scale) - mean) / std
    return np.ascontiguousarray(numbers.transpose(2, 0, 1)) if form.channels_first else numbers


def _cropped(picture: NDArray[np.uint8], form: EncoderInput, box: Box) -> NDArray[np.uint8]:
    """Cut the middle that has the input's shape; the box is at least one pixel."""
    top, left, bottom, right = box
    height, width = bottom - top, right - left
    tall = min(height, max(1, width * form.height // form.width))
    wide = min(width, max(1, height * form.width // form.height))
    y, x = top + (height - tall) // 2, left + (width - wide) // 2
    return resized(picture, (form.height, form.width), (y, x, y + tall, x + wide))


def _boxed(picture: NDArray[np.uint8], form: EncoderInput, box: Box) -> NDArray[np.uint8]:
    """Fit all of it in, with a margin on two sides."""
    height, width = box[2] - box[0], box[3] - box[1]
    tall = min(form.height, max(1, height * form.width // width))
    wide = min(form.width, max(1, width * form.height // height))
    placed = np.full((form.height, form.width, 3), form.margin, np.uint8)
    y, x = (form.height - tall) // 2, (form.width - wide) // 2
    placed[y : y + tall, x : x + wide] = resized(picture, (tall, wide), box)
    return placed


def _lengthened(values: Singles, dimensions: int, count: int) -> Singles:
    """Return vectors of length 1.

    Raises:
        CannotDecode: the encoder gave something else than finite vectors of its dimension.
    """
    if values.shape != (count, dimensions):
        raise CannotDecode(Unreadable.NO_EMBEDDING, f"shape {values.shape}, not {(count, dimensions)}")
    length = np.linalg.norm(values.astype(np.float64), axis=1, keepdims=True)
    if not bool(np.all(np.isfinite(length) & (length > _SHORTEST))):
        raise CannotDecode(Unreadable.NO_EMBEDDING, "not a finite vector")
    return np.asarray(values / length, np.float32)


def embed(encoder: Encoder, working: NDArray[np.uint8], parts: slice = EVERYTHING) -> Embedded:
    """Embed a working picture; parts without contrast are left out, so that there may be none.

    Each part is a run of its own: batches make a processor no faster.

    Args:
        encoder: opened.
        working: (h, w, 3) uint8.
        parts: which of `region_boxes`.

    Raises:
        CannotDecode: `no_embedding`: the encoder gave no finite vector for it.
    """
    height, width = working.shape[:2]
    spec = encoder.spec
    found, regions = [], []
    for box in region_boxes(height, width)[parts]:
        top, left, bottom, right = box
        if is_plain(working[top:bottom, left:right]):
            continue
        found.append(
            _lengthened(encoder.run(prepared(working, spec.input, box)[None]), spec.dimensions, 1)[0]
        )
        rough = (left * _PER_MILLE // width, top * _PER_MILLE // height)
        regions.append((*rough, -(-right * _PER_MILLE // width), -(-bottom * _PER_MILLE // height)))
    values = np.stack(found) if found else np.empty((0, spec.dimensions), np.float32)
    return Embedded(values, tuple(regions))


def vector_of(encoder: Encoder, working: NDArray[np.uint8]) -> Vector | None:
    """Return the embedding that a registration keeps, or None if the picture shows too little.

    Raises:
        CannotDecode: `no_embedding`.
    """
    made = embed(encoder, working, WHOLE)
    if not len(made.values):
        return None
    return Vector(model=encoder.spec.model, values=made.values[0].astype("<f2").tobytes())


def self_test_picture() -> NDArray[np.uint8]:
    """Return the picture of self-tests: stripes, squares and a slope in colours, (96, 128, 3) uint8."""
    y, x = np.mgrid[0:96, 0:128]
    red = (x * 2) % 256
    green = np.where((x // 16 + y // 16) % 2 == 0, 230, 40)
    blue = ((x - 64) ** 2 + (y - 48) ** 2) // 8 % 256
    return np.stack([red, green, blue], axis=2).astype(np.uint8)
