"""The vectors of the background drawings, as a file: one line of JSON, then the rows.

    {"dimensions":512,"drawings":"drawings-1","model":"sscd-distilled@240436cc531e2e10","rows":240}
    rows x dimensions float16, little-endian, each of length 1

They belong to one model and one set of drawings; any others are refused.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from sekisho.codec import canonical, parse_as
from sekisho.errors import ConfigError, InputError

__all__ = ["DRAWN", "MIN_ROWS", "encode_background", "read_background"]

DRAWN = "drawings-1"
"""Of `demo.background`; another set of drawings is another name."""
MIN_ROWS = 10
"""The mean of the ten nearest is what counts."""
_SLACK = 0.02
_HEAD = 4096


class _Head(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    dimensions: int
    drawings: str
    model: str
    rows: int


def encode_background(model: str, vectors: NDArray[np.float32]) -> bytes:
    """Return the file of some vectors (rows, dimensions) of length 1."""
    head = {"dimensions": vectors.shape[1], "drawings": DRAWN, "model": model, "rows": len(vectors)}
    return canonical(head) + b"\n" + vectors.astype("<f2").tobytes()


def read_background(data: bytes, model: str, dimensions: int) -> NDArray[np.float32]:
    """Return the vectors of a file, (rows, dimensions) float32.

    Args:
        data: the whole file.
        model: whose vectors they have to be.
        dimensions: of that model.

    Raises:
        ConfigError: another form, another model or set of drawings, too few, or not of length 1.
    """
    line, _, rest = data.partition(b"\n")
    try:
        head = parse_as(line, _Head, limit=_HEAD)
    except InputError as error:
        raise ConfigError(f"the background vectors of {model} have another form: {error}") from error
    if (head.model, head.drawings, head.dimensions) != (model, DRAWN, dimensions):
        raise ConfigError(
            f"background vectors of {head.model} and {head.drawings} do not go with {model} and {DRAWN}",
            hint="name no file: then they are made when the encoder is opened",
        )
    if head.rows < MIN_ROWS or len(rest) != 2 * head.rows * dimensions:
        raise ConfigError(f"the background vectors of {model} are cut short, or fewer than {MIN_ROWS}")
    stored = np.frombuffer(rest, "<f2").reshape(-1, dimensions)
    # Some of the numbers that are none make every calculation with them warn.
    vectors = stored.astype(np.float32) if np.isfinite(stored).all() else np.zeros(stored.shape, np.float32)
    if not bool((np.abs(np.linalg.norm(vectors, axis=1) - 1) < _SLACK).all()):
        raise ConfigError(f"the background vectors of {model} are not of length 1")
    return vectors
