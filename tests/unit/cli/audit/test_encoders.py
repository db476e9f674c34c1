import pickle
from dataclasses import replace
from datetime import date

import pytest

from sekisho.audit.job import no_lenses
from sekisho.check import Lenses
from sekisho.cli.audit.encoders import Opened, described, encoders_for, open_lenses
from sekisho.codec import canonical
from sekisho.errors import ConfigError, NotFoundError
from sekisho.fingerprint.embedding import Encoder
from sekisho.model.encoder import (
    Calibration,
    EncoderFile,
    EncoderInput,
    EncoderKind,
    EncoderLicence,
    EncoderSpec,
    Number,
    SelfTest,
)
from sekisho.store.models import Models
from tests.deeper import DEPTHS, MODEL, deep_world

SPEC = EncoderSpec(
    name="tests",
    kind=EncoderKind.COPY,
    file=EncoderFile(name="tests.onnx", sha256="0123456789abcdef" * 4, size=1),
    licence=EncoderLicence(weights="CC0-1.0"),
    input=EncoderInput(name="x", number=Number.UINT8, channels_first=False, height=8, width=8),
    output="y",
    dimensions=4,
    self_test=SelfTest(first=(0.5,)),
)
OTHER = replace(SPEC, name="others")
MEASURED = Calibration(
    pairs=1_000_000,
    measured=date(2026, 11, 22),
    pictures="drawings",
    normalised=True,
    points=((100, 300), (1, 600)),
)


def opening(*specs):
    """Return what opens encoders that are never run; it notes what it was asked for."""
    asked = []

    def opened(models):
        asked.append(models)
        return tuple(Encoder(spec=spec, run=lambda batch: batch) for spec in specs)

    return opened, asked


@pytest.mark.parametrize("depth", ["exact", "pdq", "local"])
def test_a_policy_that_does_not_look_so_deep_opens_nothing(depth):
    opened, asked = opening(SPEC)
    found = encoders_for(DEPTHS[depth], deep_world().open(), ["tests"], opened=opened)
    assert (found, asked) == (Opened(), [])
    assert found.lenses(no_lenses) is no_lenses


def test_an_edition_without_embeddings_opens_nothing():
    opened, asked = opening(SPEC)
    snapshot = deep_world(with_vector=False).open()
    assert encoders_for(DEPTHS["model"], snapshot, ["tests"], opened=opened) == Opened()
    assert asked == []


@pytest.mark.parametrize("specs", [(), (OTHER,)])
def test_without_an_encoder_of_the_edition_nothing_is_audited(specs):
    opened, _ = opening(*specs)
    with pytest.raises(ConfigError, match=MODEL) as error:
        encoders_for(DEPTHS["model"], deep_world().open(), [spec.name for spec in specs], opened=opened)
    assert "sekisho[models]" in error.value.hint
    assert 'depth = "local"' in error.value.hint
    assert error.value.exit_code == 2


def test_an_encoder_that_is_not_there_is_an_error_and_not_left_out(tmp_path):
    with pytest.raises(NotFoundError, match="nothing"):
        encoders_for(DEPTHS["model"], deep_world().open(), [str(tmp_path / "nothing.toml")])


def test_only_the_encoders_of_the_edition_go_to_the_workers():
    opened, asked = opening(OTHER, SPEC)
    found = encoders_for(DEPTHS["model"], deep_world().open(), ["a.toml", "b.toml"], opened=opened)
    assert asked[0].encoders == ("a.toml", "b.toml")
    assert (found.models.encoders, list(found.used)) == (("b.toml",), [MODEL])
    lenses = pickle.loads(pickle.dumps(found.lenses(no_lenses)))  # noqa: S301 - our own, to see that it can be
    assert (lenses.func, lenses.args) == (open_lenses, (no_lenses, found.models))


def test_the_other_lenses_stay():
    words = object()
    made = open_lenses(lambda: Lenses(words=words), Models(encoders=()))
    assert (made.words, made.encoders) == (words, ())


def test_a_run_says_what_a_similarity_depends_on():
    plain, measured = described(SPEC), described(replace(SPEC, calibration=MEASURED))
    assert canonical(measured)
    assert (plain["sha256"], plain["metric"], plain["calibration"]) == (SPEC.file.sha256, "cosine", None)
    assert measured["calibration"]["points"] == [[100, 300], [1, 600]]
    assert plain["description"] != measured["description"]
    assert described(replace(SPEC, review=900)) != plain
