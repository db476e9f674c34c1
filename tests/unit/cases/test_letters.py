import json

import pytest

from sekisho.cases.letters import encode_letter, open_letter
from sekisho.cases.views import Sight, View
from sekisho.errors import EvidenceError
from sekisho.signing import LETTER, sign_statement
from tests.cases import BEGAN, DESK
from tests.hits import protected
from tests.keys import SeededKey

MOTHER = SeededKey("mother").key
WORDS = {"ja": "手紙", "en": "letter"}


def made(sight, *, signer="desk", words=WORDS, **fields):
    view = View(case="n-" + "1" * 32, sight=sight, desk=DESK, **fields)
    payload = encode_letter(view, MOTHER, hit=protected(), words=words, at=BEGAN)
    return sign_statement(LETTER, payload, SeededKey(signer)), payload


def test_evidence_is_enclosed_only_for_who_may_see_it():
    assert open_letter(made(Sight.VERIFIED, evidence=("draft.json",))[0]).evidence["count"] == 2
    assert open_letter(made(Sight.VERIFIED)[0]).evidence is None
    envelope, payload = made(Sight.DECLARED, evidence=("draft.json",))
    assert open_letter(envelope).evidence is None
    # Neither the operator nor the record, nor the handle by which the watch speaks of the person.
    assert protected().operator.encode() not in payload
    assert protected().handle.encode() not in payload
    assert b"handle" not in made(Sight.VERIFIED, evidence=("draft.json",))[1]


def test_only_the_hour_of_a_letter_is_told():
    assert json.loads(made(Sight.DECLARED)[1])["at"] == "2026-11-22T05:00:00Z"


def test_a_letter_of_another_desk_or_form_is_none():
    with pytest.raises(EvidenceError, match="another desk"):
        open_letter(made(Sight.DECLARED, signer="mother")[0])
    with pytest.raises(EvidenceError, match="another form"):
        open_letter(made(Sight.DECLARED, words={"en": "letter"})[0])
    with pytest.raises(EvidenceError):
        open_letter(made(Sight.DECLARED)[0][:-3])
