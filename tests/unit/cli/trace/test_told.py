import pytest

from sekisho.cli.trace import told
from sekisho.cli.trace.told import provenance_json, provenance_text
from sekisho.store.provenance import Provenance

CLAIMED = Provenance(
    signer="Kumo\u202e Camera",
    generator="Kumo Studio",
    signed="",
    holds=True,
    problems=(),
    actions=("c2pa.created trainedAlgorithmicMedia",),
    training=("cawg.ai_generative_training: notAllowed",),
)
BROKEN = Provenance(
    signer="",
    generator="",
    signed="",
    holds=False,
    problems=("assertion.dataHash.mismatch",),
    actions=(),
    training=(),
)


@pytest.fixture
def claims(monkeypatch):
    def claim(found):
        monkeypatch.setattr(told, "has_reader", lambda: True)
        monkeypatch.setattr(told, "read_provenance", lambda _data, _kind: found)

    return claim


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_is_said_who_claims_what_and_that_nobody_vouches(claims, lang):
    claims(CLAIMED)
    said = "\n".join(provenance_text(b"", "image/png", lang))
    for part in ("Kumo<U+202E> Camera", "Kumo Studio", "trainedAlgorithmicMedia", "notAllowed"):
        assert part in said
    assert ("Nobody here vouches" if lang == "en" else "確認していません") in said


def test_a_claim_that_does_not_hold_is_said_to(claims):
    claims(BROKEN)
    assert "dataHash.mismatch" in "\n".join(provenance_text(b"", "image/png", "en"))


def test_the_json_says_trusted_to_nobody(claims):
    claims(CLAIMED)
    assert provenance_json(b"", "image/png")["trusted"] is None
    assert provenance_json(b"", "image/png")["holds"] is True
    claims(None)
    assert provenance_json(b"", "image/png") is None
    assert list(provenance_text(b"", "image/png", "en")) == []


def test_without_the_extra_that_is_said(monkeypatch):
    monkeypatch.setattr(told, "has_reader", lambda: False)
    assert "[c2pa]" in next(provenance_text(b"", "image/png", "en"))
    assert list(provenance_text(b"", "", "en")) == []
    assert provenance_json(b"", "image/png") is None
