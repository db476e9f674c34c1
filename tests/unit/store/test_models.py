import builtins
import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from sekisho.codec.encoder import read_encoder
from sekisho.errors import ConfigError, MissingExtraError, NotFoundError
from sekisho.fingerprint.embedding import WHOLE, Encoder, embed
from sekisho.media import CannotDecode
from sekisho.store.models import (
    SHIPPED,
    Models,
    background_of,
    find_spec_text,
    open_encoder,
    open_encoders,
)
from tests.encoders import (
    CALIBRATED,
    FLOAT,
    encoder_file,
    info,
    laid,
    metric_file,
    model,
    node,
    python_encoder,
)
from tests.pictures import picture

pytest.importorskip("onnxruntime", reason="the extra [models] is not installed")
REAL = os.environ.get("SEKISHO_MODELS", "")


def opened(folder, data=None, **changes):
    return open_encoders(Models(encoders=(str(laid(folder, data, **changes)),)))


def test_an_encoder_is_opened_and_does_what_its_file_says(tmp_path):
    (encoder,) = opened(tmp_path)
    ours, theirs = (embed(one, picture(1, 90, 60)).values for one in (encoder, python_encoder()))
    assert np.allclose(ours, theirs, atol=1e-5)
    assert encoder.background is None


def test_the_file_is_looked_for_in_the_directory_first(tmp_path):
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "small.onnx").write_bytes(encoder_file(grey=-1.0))
    spec = laid(tmp_path)
    with pytest.raises(ConfigError, match="is not the file that was described"):
        open_encoders(Models(encoders=(str(spec),), directory=tmp_path / "weights"))


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data[:-1] + b"\1", lambda _: b""])
def test_another_digest_or_size_is_refused(tmp_path, change):
    spec = laid(tmp_path)
    (tmp_path / "small.onnx").write_bytes(change(encoder_file()))
    with pytest.raises(ConfigError, match="other size or SHA-256") as caught:
        open_encoders(Models(encoders=(str(spec),)))
    assert hashlib.sha256(encoder_file()).hexdigest() in caught.value.hint


def test_a_file_that_is_not_there_is_asked_for(tmp_path):
    spec = laid(tmp_path)
    (tmp_path / "small.onnx").unlink()
    with pytest.raises(NotFoundError, match=r"small\.onnx is not there") as caught:
        open_encoders(Models(encoders=(str(spec),)))
    assert "models_directory" in caught.value.hint


def test_a_description_that_is_not_there_is_asked_for():
    with pytest.raises(NotFoundError, match="no encoder 'nobody'") as caught:
        open_encoders(Models(encoders=("nobody",)))
    assert "sscd-distilled, sscd" in caught.value.hint


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"not an ONNX file", "can not load"),
        (encoder_file()[:3000], "can not load"),
        (encoder_file(operator="Teleport"), "can not load"),
        (encoder_file(operator="Concat"), "can not load"),
        (encoder_file(output="other"), "it has other, not 'embedding'"),
        (encoder_file(dimensions=16), "has the shape"),
        (encoder_file(side=64), "can not load"),
        (encoder_file(grey=np.nan), "self-test of the encoder small failed: not a finite vector"),
        (encoder_file(grey=-100.0), "self-test of the encoder small failed: its vector begins"),
    ],
)
def test_a_file_that_can_not_be_used_is_refused_with_the_reason(tmp_path, data, problem):
    with pytest.raises(ConfigError, match=problem):
        opened(tmp_path, data)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"dtype": '"float32"'}, r"image is tensor\(uint8\), not tensor\(float\)"),
        ({"layout": '"NCHW"'}, "has the shape"),
        ({"size": "[16, 32]"}, "has the shape"),
        ({"dimensions": "64"}, "has the shape"),
        ({"first": (0.5, 0.5)}, "its vector begins with -0.0200"),
    ],
)
def test_a_description_that_does_not_fit_its_file_is_refused(tmp_path, changes, problem):
    with pytest.raises(ConfigError, match=problem):
        opened(tmp_path, **changes)


def test_an_encoder_that_fails_on_one_picture_makes_only_that_unreadable(tmp_path):
    (encoder,) = opened(tmp_path)
    with pytest.raises(CannotDecode, match="no_embedding"):
        encoder.run(np.zeros((1, 5, 5, 3), np.uint8))


def test_two_of_one_name_are_refused(tmp_path):
    spec = str(laid(tmp_path))
    with pytest.raises(ConfigError, match="named twice"):
        open_encoders(Models(encoders=(spec, spec)))


def with_metric(folder, data):
    (folder / "metric.onnx").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    more = f'[metric_file]\nname = "metric.onnx"\nsha256 = "{digest}"\nsize_bytes = {len(data)}'
    return opened(folder, kind="character", review='900\nmetric = "onnx"', more=more)


def test_a_metric_of_its_own_gives_differences(tmp_path):
    (encoder,) = with_metric(tmp_path, metric_file())
    made = embed(encoder, picture(1, 90, 60)).values
    assert np.allclose(encoder.difference(made[0], made), 1 - made @ made[0], atol=1e-5)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (metric_file(scaled=True), "depends on the length of vectors"),
        (encoder_file(), "the metric of the encoder small"),
        (
            model(
                [node("Identity", ["a"], "b")], [info("a", FLOAT, ("n", 32))], [info("b", FLOAT, ("n", 32))]
            ),
            "the metric gave the shape",
        ),
    ],
)
def test_a_metric_that_gives_no_differences_is_refused(tmp_path, data, problem):
    with pytest.raises(ConfigError, match=problem):
        with_metric(tmp_path, data)


def test_background_vectors_are_made_once_and_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    text = CALIBRATED.replace("normalised = false", "normalised = true")
    spec = str(laid(tmp_path, more=text))
    drawn = []

    def drawings():
        drawn.append(1)
        return [picture(seed, 40, 40) for seed in range(12)]

    first, again = (open_encoders(Models(encoders=(spec,), drawings=drawings))[0] for _ in range(2))
    assert first.background.shape == (12, 32)
    assert np.array_equal(first.background, again.background)
    assert drawn == [1]


def test_without_anybody_who_draws_there_is_no_normalisation(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ConfigError, match="no background vectors"):
        opened(tmp_path, more=CALIBRATED.replace("normalised = false", "normalised = true"))


def test_a_background_file_that_is_not_there_is_an_error(tmp_path):
    more = CALIBRATED.replace("normalised = false", "normalised = true")
    with pytest.raises(ConfigError, match="can not be read"):
        opened(tmp_path, more=more, review='900\nbackground = "gone.vectors"')


def test_without_the_extra_the_hint_says_what_to_install(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "onnxruntime":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError) as caught:
        opened(tmp_path)
    assert caught.value.hint == "pip install 'sekisho[models]'"


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_descriptions_hold_and_their_background_goes_with_them(name):
    spec = read_encoder(find_spec_text(name)[0], name)
    assert (spec.name, spec.licence.redistributable) == (name, False)
    unopened = Encoder(spec=spec, run=lambda _: np.zeros((1, 1), np.float32))
    assert background_of(unopened, Models(encoders=()), None).shape == (240, 512)


@pytest.mark.skipif(not REAL, reason="SEKISHO_MODELS does not name the folder of the real encoders")
@pytest.mark.parametrize("name", SHIPPED)
def test_the_real_encoder_recognises_a_picture_that_was_cut_and_shrunk(name):
    spec = read_encoder(find_spec_text(name)[0], name)
    encoder = open_encoder(spec, Models(encoders=(), directory=Path(REAL)))
    whole, other = picture(1, 300, 240), picture(2, 300, 240)
    made = [embed(encoder, one, WHOLE).values[0] for one in (whole, whole[30:220:2, 20:280:2], other)]
    assert made[0] @ made[1] > 0.7
    assert made[0] @ made[2] < 0.6
    assert encoder.background.shape == (240, 512)
