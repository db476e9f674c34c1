import pytest

from sekisho.codec.encoder import read_encoder
from sekisho.errors import ConfigError
from sekisho.model.encoder import EncoderKind, Metric, Number, Placing
from tests.encoders import CALIBRATED, encoder_file, spec_text

DATA = encoder_file()
METRIC = '[metric_file]\nname = "m.onnx"\nsha256 = "{}"\nsize_bytes = 1'.format("0" * 64)


def test_a_description_says_everything():
    spec = read_encoder(spec_text(DATA, more=CALIBRATED), "x.toml")
    assert (spec.name, spec.kind, spec.metric, spec.dimensions) == (
        "small",
        EncoderKind.COPY,
        Metric.COSINE,
        32,
    )
    assert (spec.input.number, spec.input.channels_first, spec.input.placing) == (
        Number.UINT8,
        False,
        Placing.SQUASH,
    )
    assert spec.calibration.points == ((1000, 900), (1, 970))
    assert spec.file.size == len(DATA)


def test_a_metric_of_its_own_has_a_second_file():
    text = spec_text(DATA, more=METRIC).replace("review = 900", 'review = 900\nmetric = "onnx"')
    assert read_encoder(text, "x").metric_file.name == "m.onnx"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": "face"}, "kind"),
        ({"dtype": '"int64"'}, "dtype"),
        ({"layout": '"NCWH"'}, "layout"),
        ({"size": "[32]"}, "size"),
        ({"size": "[0, 32]"}, "a side is"),
        ({"size_bytes": '"6544"'}, "size_bytes"),
        ({"sha256": '"abc"'}, "64 hex digits"),
        ({"dimensions": "5000"}, "dimensions is"),
        ({"review": '900\nmetric = "l2"'}, "metric"),
        ({"review": "900\nthreshold = 3"}, "threshold"),
        ({"weights": '""'}, "licence"),
        ({"id": '"a b"'}, "id"),
        ({"size": '[32, 32]\ncrop = "person"'}, "crop"),
        ({"size": '[32, 32]\ninterpolation = "bicubic"'}, "interpolation"),
        ({"size": '[32, 32]\ncolour = "BGR"'}, "colour"),
        ({"size": "[32, 32]\nscale = nan"}, "scale must be a finite number"),
        ({"size": "[32, 32]\nmean = [inf, 0.0, 0.0]"}, "mean must be a finite number"),
        ({"expected_first8": "[]"}, "1-8 values"),
        ({"dimensions": "32\nl2_normalise = false"}, "l2_normalise"),
    ],
)
def test_what_is_unknown_or_out_of_range_is_refused_by_name(changes, problem):
    with pytest.raises(ConfigError, match=problem) as caught:
        read_encoder(spec_text(DATA, **changes), "mine.toml")
    assert str(caught.value).startswith("mine.toml")


@pytest.mark.parametrize("text", ["", "id = ", "[" * 1000, "a" * 70_000, 'id = "x"\n[file]\nname = 3'])
def test_what_is_no_description_is_refused(text):
    with pytest.raises(ConfigError):
        read_encoder(text, "mine.toml")


def test_the_rarest_rate_must_have_been_measured():
    with pytest.raises(ConfigError, match="not measured on enough pairs"):
        read_encoder(spec_text(DATA, more=CALIBRATED.replace("2000000", "1000")), "x")
