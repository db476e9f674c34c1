import pytest

from sekisho.detect.signals.c2pa import c2pa_signals
from sekisho.detect.signals.source_type import MADE_BY_MODELS, actions_said, source_type
from sekisho.detect.signals.xmp import xmp_signals
from sekisho.model.signal import SignalFamily

TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" e:DigitalSourceType="{}"/>
</rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("written", ["{}", TERMS + "{}", "{}/", " digsrctype:{} "])
@pytest.mark.parametrize("kind", MADE_BY_MODELS)
def test_a_term_counts_however_it_is_written(kind, written):
    said = source_type(written.format(kind))
    assert said.family is SignalFamily.SOURCE_TYPE
    assert said.note == kind
    assert not said.stances


@pytest.mark.parametrize(
    "value", [None, 5, "", TERMS + "digitalCapture", TERMS + "algorithmicMedia", MADE_BY_MODELS[0] * 20]
)
def test_other_terms_and_other_values_say_nothing(value):
    assert source_type(value) is None


def test_xmp_tells_how_a_file_was_made():
    (said,) = xmp_signals(XMP.format(TERMS + MADE_BY_MODELS[1]).encode())
    assert (said.family, said.note) == (SignalFamily.SOURCE_TYPE, MADE_BY_MODELS[1])
    assert xmp_signals(XMP.format(TERMS + "digitalCapture").encode()) == ()


def test_a_broken_packet_that_speaks_of_no_rights_is_no_error():
    assert xmp_signals(b"<x DigitalSourceType='trained'") == ()


def store(*manifests):
    return {
        "active_manifest": "m0",
        "manifests": {
            f"m{n}": {"assertions": [{"label": label, "data": data}]}
            for n, (label, data) in enumerate(manifests)
        },
    }


def test_actions_of_the_active_manifest_and_of_ingredients_are_read():
    made = {"actions": [{"action": "c2pa.created", "digitalSourceType": TERMS + MADE_BY_MODELS[0]}] * 2}
    found = c2pa_signals(store(("c2pa.actions.v2", made), ("c2pa.actions", made)))
    assert [one.family for one in found] == [SignalFamily.SOURCE_TYPE] * 2
    assert found[0].note.startswith(f"{MADE_BY_MODELS[0]}; signer=")
    assert "an earlier manifest or ingredient" in found[1].note


def test_photo_metadata_in_a_manifest_is_read():
    (said,) = actions_said("stds.iptc", {"Iptc4xmpExt:DigitalSourceType": TERMS + MADE_BY_MODELS[0]})
    assert said.note == MADE_BY_MODELS[0]


@pytest.mark.parametrize("data", [None, [], {"actions": 5}, {"actions": [None, {"digitalSourceType": []}]}])
def test_assertions_of_another_form_say_nothing(data):
    assert list(actions_said("c2pa.actions", data)) == []
    assert list(actions_said("c2pa.hash.data", {"actions": [{"digitalSourceType": MADE_BY_MODELS[0]}]})) == []
