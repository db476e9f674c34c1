import json

import pytest

from sekisho.detect.signals.c2pa import MAX_MANIFESTS, c2pa_error, c2pa_signals, may_have_c2pa
from sekisho.model.signal import SignalFamily, Stance
from tests.embedded import jpeg, jpeg_with, png, png_with


def store(entries, **more):
    data = {"entries": entries}
    manifest = {"assertions": [{"label": "cawg.training-mining", "data": data}]}
    return {"active_manifest": "a", "manifests": {"a": manifest}, "validation_state": "Trusted"} | more


def test_the_words_of_the_assertion_are_kept():
    entries = {"cawg.ai_training": {"use": "notAllowed"}}
    (signal,) = c2pa_signals(store(entries))
    assert json.loads(signal.raw) == {"entries": entries}
    assert (signal.family, signal.place) == (SignalFamily.CAWG, "embedded")
    assert signal.note == "signer=unknown; state=Trusted"


def test_two_names_of_one_use_the_stricter_holds():
    entries = {"cawg.ai_training": {"use": "allowed"}, "c2pa.ai_training": {"use": "notAllowed"}}
    for order in (entries, dict(reversed(entries.items()))):
        (signal,) = c2pa_signals(store(order))
        assert set(signal.stances.values()) == {Stance.DISALLOW}


def test_a_missing_state_is_not_trusted():
    entries = {"cawg.ai_training": {"use": "allowed"}}
    for state in (None, "", 1, "trusted", "Valid"):
        (signal,) = c2pa_signals(store(entries, validation_state=state))
        assert set(signal.stances.values()) == {Stance.UNKNOWN}


@pytest.mark.parametrize("found", [7, "x", [], {}, {"manifests": None}, {"manifests": []}])
def test_what_is_no_store_is_an_error(found):
    (signal,) = c2pa_signals(found)
    assert set(signal.stances.values()) == {Stance.ERROR}


@pytest.mark.parametrize("manifest", [None, 1, {}, {"assertions": 1}, {"assertions": [1, {"label": 2}]}])
def test_manifests_of_another_form_say_nothing(manifest):
    assert c2pa_signals({"manifests": {"a": manifest}, "active_manifest": ["a"]}) == ()


def test_too_many_manifests_are_an_error():
    assert c2pa_signals({"manifests": {str(n): {} for n in range(MAX_MANIFESTS + 1)}}) == (
        c2pa_error("too many manifests"),
    )


def test_long_fields_are_cut():
    entries = {"cawg.ai_training": {"use": "constrained", "constraint_info": "x" * 10_000}}
    (signal,) = c2pa_signals(store(entries))
    assert len(signal.note) < 300
    assert len(signal.raw) == 1024


def test_only_files_with_a_place_for_manifests_have_to_be_decoded():
    assert may_have_c2pa(jpeg_with((0xEB, b"JP\0\x01\0\0\0\x01jumb")), "image/jpeg")
    assert may_have_c2pa(png_with((b"caBX", b"jumb")), "image/png")
    assert not may_have_c2pa(jpeg(), "image/jpeg")
    assert not may_have_c2pa(png(), "image/png")
    assert not may_have_c2pa(b"c2pa jumb", "text/plain")
