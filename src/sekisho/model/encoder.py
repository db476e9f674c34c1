"""What an encoder is: a file, how a picture is put into it, what comes out, and how far to trust it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from sekisho.model.words import MAX_DIMENSIONS, require

__all__ = [
    "MAX_SIDE",
    "Calibration",
    "EncoderFile",
    "EncoderInput",
    "EncoderKind",
    "EncoderLicence",
    "EncoderSpec",
    "Metric",
    "Number",
    "Placing",
    "SelfTest",
    "Sequence3",
]

MAX_SIDE = 1024
"""Pixels of a side of what an encoder is given; the working picture has 512."""
SELF_TEST_VALUES = 8
PER_MILLION = 1_000_000
PER_MILLE = 1000

Sequence3 = tuple[float, float, float]


class EncoderKind(StrEnum):
    """What an encoder recognises. One of characters is compared with entries of that kind only."""

    COPY = "copy"
    CHARACTER = "character"


class Placing(StrEnum):
    """How a picture is put into the encoder's rectangle: distorted, cut to its middle, or with a margin."""

    SQUASH = "squash"
    SHORT_EDGE_CROP = "short_edge_crop"
    LETTERBOX = "letterbox"


class Number(StrEnum):
    """The type of the input's numbers."""

    UINT8 = "uint8"
    FLOAT32 = "float32"


class Metric(StrEnum):
    """How two vectors are compared: the cosine, or by a second file that gives their differences."""

    COSINE = "cosine"
    ONNX = "onnx"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderFile:
    """A file of weights; the digest is what counts, not where it was found.

    Attributes:
        name: in the configured directory, or in the package.
        package: import name of an installed package that holds it; empty: none does.
        sha256: 64 hex digits.
    """

    name: str
    sha256: str
    size: int
    package: str = ""

    def __post_init__(self) -> None:
        require(self.name and "/" not in self.name and "\\" not in self.name, "a file has a bare name")
        hexadecimal = set(self.sha256) <= set("0123456789abcdef")
        require(len(self.sha256) == 64 and hexadecimal, "sha256 is 64 hex digits")  # noqa: PLR2004 - hex
        require(self.size > 0, "size_bytes is 1 or more")
        require(not self.package or self.package.isidentifier(), "package is an import name")


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderLicence:
    """Under which terms the weights are used; whoever installs them accepts these, Sekisho ships none."""

    weights: str
    url: str = ""
    code: str = ""
    redistributable: bool = False
    training_data: str = ""

    def __post_init__(self) -> None:
        require(self.weights, "the licence of the weights must be named")


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderInput:
    """How a picture becomes the input.

    Attributes:
        height, width: pixels.
        channels_first: NCHW, else NHWC.
        scale: multiplied first; then `mean` is taken off and `std` divides. Not for uint8.
        margin: grey of a letterbox, 0-255.
    """

    name: str
    number: Number
    channels_first: bool
    height: int
    width: int
    placing: Placing = Placing.SQUASH
    scale: float = 1.0
    mean: Sequence3 = (0.0, 0.0, 0.0)
    std: Sequence3 = (1.0, 1.0, 1.0)
    margin: int = 255

    def __post_init__(self) -> None:
        require(self.name, "the input has a name")
        require(all(1 <= side <= MAX_SIDE for side in (self.height, self.width)), f"a side is 1-{MAX_SIDE}")
        require(self.scale > 0 and min(self.std) > 0, "scale and std are above 0")
        plain = (self.scale, *self.mean, *self.std) == (1, 0, 0, 0, 1, 1, 1)
        require(self.number is Number.FLOAT32 or plain, "uint8 is given as it is: no scale, mean or std")
        require(0 <= self.margin <= 255, "margin is 0-255")  # noqa: PLR2004 - uint8


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How often unrelated pictures reach a score, as measured; without it nothing is blocked.

    Attributes:
        pairs: unrelated pairs that were compared.
        measured: day.
        pictures: on what.
        normalised: scores were less half the similarity to the background drawings.
        points: false alarms per million comparisons and the score, per mille, from the most frequent on.
    """

    pairs: int
    measured: date
    pictures: str
    normalised: bool
    points: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        require(len(self.points) > 1, "a calibration has two points or more")
        require(all(a > c and b < d for (a, b), (c, d) in pairwise(self.points)), "rarer alarms score higher")
        rates = [rate for rate, _ in self.points]
        require(min(rates) >= 1 and max(rates) <= PER_MILLION, "a rate is 1-1,000,000 per million")
        require(all(abs(score) <= PER_MILLE for _, score in self.points), "a score is within 1000 per mille")
        require(self.pairs * min(rates) >= PER_MILLION, "the rarest rate was not measured on enough pairs")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """What the encoder gives for the test picture, so that a wrong preparation is seen at once."""

    first: tuple[float, ...]
    tolerance: float = 0.002

    def __post_init__(self) -> None:
        require(1 <= len(self.first) <= SELF_TEST_VALUES, "a self-test has 1-8 values")
        require(0 < self.tolerance <= 0.1, "tolerance is above 0, at most 0.1")  # noqa: PLR2004 - of length 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderSpec:
    """Everything that is to be known of an encoder.

    Attributes:
        name: of letters, digits, `.`, `_`, `-`. Another preparation of the same file is another name.
        output, dimensions: of the vectors; they are brought to length 1.
        review: similarity per mille from which somebody looks, if there is no calibration.
        metric_file: gives the differences of vectors, for `Metric.ONNX`; then nothing is normalised.
        background: a file of vectors of the background drawings; None: they are made when it is opened.
    """

    name: str
    kind: EncoderKind
    file: EncoderFile
    licence: EncoderLicence
    input: EncoderInput
    output: str
    dimensions: int
    self_test: SelfTest
    review: int = PER_MILLE
    metric: Metric = Metric.COSINE
    metric_file: EncoderFile | None = None
    background: str = ""
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        allowed = self.name.isascii() and self.name.translate(str.maketrans("", "", "._-")).isalnum()
        require(allowed and self.name[0].isalnum() and len(self.name) <= 64, "id is 1-64 letters and digits")  # noqa: PLR2004
        require(self.output, "the output has a name")
        require(1 <= self.dimensions <= MAX_DIMENSIONS, f"dimensions is 1-{MAX_DIMENSIONS}")
        require(0 < self.review <= PER_MILLE, "review is 1-1000 per mille")
        by_file = self.metric is Metric.ONNX
        require(by_file == (self.metric_file is not None), "metric = onnx has a file, and only that")
        normalised = self.calibration is not None and self.calibration.normalised
        require(not (by_file and (normalised or self.background)), "differences of a file are not normalised")
        bare = "/" not in self.background and "\\" not in self.background
        require(bare, "the background vectors lie beside the description: a bare name")

    @property
    def model(self) -> str:
        """Return the id that its vectors carry; vectors of another id are never compared."""
        return f"{self.name}@{self.file.sha256[:16]}"
