"""What else of a picture or a film is compared, besides its hash. Made on the registrant's own device."""

from dataclasses import dataclass
from itertools import pairwise

from sekisho.model.words import (
    FEATURE_BYTES,
    MAX_DIMENSIONS,
    MAX_FEATURES,
    MAX_FRAMES_OF_FILM,
    MAX_QUALITY,
    PDQ_BYTES,
    WORKING_SIDE,
    require,
)

__all__ = ["Film", "Frame", "Local", "Traits", "Vector"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """The local features of one drawn picture. Whoever holds them can draw a rough likeness of it.

    Attributes:
        width, height: of the working picture, in pixels; the longer side is at most `WORKING_SIDE`.
        rows: `FEATURE_BYTES` for each feature, the strongest first: descriptor (32 bytes), x and y
            (uint16 little-endian, 1/64 px), angle (1/256 of a turn), level (of the pyramid).
    """

    width: int
    height: int
    rows: bytes

    def __post_init__(self) -> None:
        require(0 < self.width <= WORKING_SIDE and 0 < self.height <= WORKING_SIDE, "a side is 1-512 px")
        require(self.rows and len(self.rows) % FEATURE_BYTES == 0, "a local feature has 38 bytes")
        require(len(self.rows) <= MAX_FEATURES * FEATURE_BYTES, "at most 300 local features a picture")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """An embedding of one picture; vectors of different models are never compared.

    Attributes:
        model: id of the encoder: its name, `@`, and the first 16 hex digits of the SHA-256 of its file.
        values: float16 little-endian, of length 1.
    """

    model: str
    values: bytes

    def __post_init__(self) -> None:
        require(self.model, "a vector names its model")
        require(self.values and len(self.values) % 2 == 0, "a vector has float16 values")
        require(len(self.values) <= 2 * MAX_DIMENSIONS, "a vector has at most 4096 dimensions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame of a film: `at` in milliseconds from its beginning."""

    at: int
    pdq: bytes
    quality: int

    def __post_init__(self) -> None:
        require(self.at >= 0, "a frame is not before the beginning")
        require(len(self.pdq) == PDQ_BYTES, "pdq must have 32 bytes")
        require(0 <= self.quality <= MAX_QUALITY, "quality is 0-100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """The frames of a film at a fixed rate, in the sequence of time.

    Attributes:
        duration: milliseconds.
    """

    duration: int
    frames: tuple[Frame, ...]

    def __post_init__(self) -> None:
        require(0 < len(self.frames) <= MAX_FRAMES_OF_FILM, "a film has 1-100,000 frames")
        require(all(a.at < b.at for a, b in pairwise(self.frames)), "frames follow one another")
        require(self.duration >= self.frames[-1].at, "a film ends after its last frame")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What else of one print is compared; a statement of its own (t-), since it is large.

    Attributes:
        local: only of drawn works, and only with the registrant's consent; never of photos of persons.
        vectors: at most one of each model.
        film: of a film, whose print has no pdq of its own.
    """

    local: Local | None = None
    vectors: tuple[Vector, ...] = ()
    film: Film | None = None

    def __post_init__(self) -> None:
        require(self.local or self.vectors or self.film, "traits are not empty")
        models = [vector.model for vector in self.vectors]
        require(models == sorted(set(models)), "vectors are sorted by model, one of each")
        require(self.film is None or (self.local is None and not self.vectors), "a film has only frames")
