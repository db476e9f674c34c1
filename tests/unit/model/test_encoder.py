from dataclasses import replace

import pytest

from sekisho.model.encoder import Calibration, EncoderFile, EncoderInput, Metric, Number, Placing
from tests.encoders import python_encoder

SPEC = python_encoder().spec


def test_the_id_of_a_model_is_its_name_and_the_beginning_of_the_digest():
    assert SPEC.model == f"small@{SPEC.file.sha256[:16]}"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, "id is 1-64"),
        ({"name": "a@b"}, "id is 1-64"),
        ({"name": ".hidden"}, "id is 1-64"),
        ({"output": ""}, "the output has a name"),
        ({"dimensions": 4097}, "dimensions is 1-4096"),
        ({"review": 0}, "review is 1-1000"),
        ({"metric": Metric.ONNX}, "has a file"),
        ({"metric_file": SPEC.file}, "has a file"),
        ({"metric": Metric.ONNX, "metric_file": SPEC.file, "background": "x"}, "not normalised"),
        ({"background": "/etc/hosts"}, "a bare name"),
        ({"background": "..\\x"}, "a bare name"),
    ],
)
def test_what_does_not_go_together_is_no_encoder(changes, problem):
    with pytest.raises(ValueError, match=problem):
        replace(SPEC, **changes)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "../x.onnx"}, "bare name"),
        ({"name": ""}, "bare name"),
        ({"sha256": "A" * 64}, "64 hex digits"),
        ({"size": 0}, "1 or more"),
        ({"package": "os; import x"}, "import name"),
    ],
)
def test_a_file_has_a_bare_name_and_a_digest(changes, problem):
    with pytest.raises(ValueError, match=problem):
        EncoderFile(**({"name": "x.onnx", "sha256": "0" * 64, "size": 1} | changes))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"height": 0}, "a side is"),
        ({"width": 1025}, "a side is"),
        ({"scale": 0.5}, "uint8 is given as it is"),
        ({"number": Number.FLOAT32, "std": (1.0, 0.0, 1.0)}, "above 0"),
        ({"margin": 256}, "margin is"),
    ],
)
def test_an_input_that_nothing_can_be_put_into_is_refused(changes, problem):
    form = {"name": "x", "number": Number.UINT8, "channels_first": False, "height": 8, "width": 8}
    with pytest.raises(ValueError, match=problem):
        EncoderInput(**(form | {"placing": Placing.SQUASH} | changes))


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        (((10, 400),), "two points"),
        (((10, 400), (100, 500)), "rarer alarms"),
        (((100, 500), (10, 400)), "rarer alarms"),
        (((100, 500), (0, 600)), "a rate is"),
        (((100, 500), (10, 1001)), "per mille"),
        (((100, 500), (1, 600)), "not measured on enough"),
    ],
)
def test_a_calibration_promises_no_more_than_was_measured(points, problem):
    whole = SPEC.calibration
    assert isinstance(whole, Calibration)
    with pytest.raises(ValueError, match=problem):
        replace(whole, pairs=500_000, points=points)
