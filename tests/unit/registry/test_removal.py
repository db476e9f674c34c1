import json
from dataclasses import replace

import pytest

from sekisho.codec import canonical
from sekisho.errors import InputError, SignatureError
from sekisho.model import EntryId
from sekisho.registry.removal import (
    Decided,
    Objection,
    Reason,
    Removal,
    Step,
    decode_decided,
    encode_decided,
    open_objection,
    open_removal,
    removed_marker,
    sign_objection,
    sign_removal,
)
from sekisho.signing import OBJECTION, REMOVAL, read_payload, sign_statement
from tests.parties import DAY, Party

DESK, OTHER = Party(name="desk"), Party(name="other")
ENTRY = EntryId("e-" + "1" * 32)
SAID = Removal(
    step=Step.REMOVE, by=DESK.key, entry=ENTRY, on=DAY, reason=Reason.SHOWS_PERSON, registry=DESK.key
)
AGAINST = Objection(entry=ENTRY, evidence="drawn in 2019", holder=OTHER.key, on=DAY, registry=DESK.key)
DONE = Decided(
    step=Step.REMOVE, by=(DESK.key,), entry=ENTRY, on=DAY, reason=Reason.COURT, registrant=OTHER.key
)


def test_statements_are_read_as_they_were_signed():
    assert open_removal(sign_removal(SAID, DESK)) == SAID
    assert open_objection(sign_objection(AGAINST, OTHER)) == AGAINST
    assert decode_decided(encode_decided(DONE, chance=b"1")) == DONE


def test_nobody_speaks_with_another_ones_key():
    with pytest.raises(SignatureError):
        open_removal(sign_removal(SAID, OTHER))
    with pytest.raises(SignatureError):
        open_objection(sign_objection(AGAINST, DESK))
    with pytest.raises(SignatureError):
        open_removal(sign_objection(AGAINST, OTHER))


@pytest.mark.parametrize(
    "change", [{"v": 2}, {"step": "hide"}, {"reason": "Hanako"}, {"entry": "l-1"}, {"x": 1}]
)
def test_another_form_is_refused(change):
    payload = json.loads(read_payload(sign_removal(SAID, DESK), REMOVAL)) | change
    with pytest.raises(InputError):
        open_removal(sign_statement(REMOVAL, canonical(payload), DESK))


def test_an_objection_says_why():
    payload = json.loads(read_payload(sign_objection(AGAINST, OTHER), OBJECTION))
    with pytest.raises(InputError):
        open_objection(sign_statement(OBJECTION, canonical(payload | {"evidence": ""}), OTHER))


def test_what_is_kept_differs_each_time_and_holds_nothing_of_a_picture():
    first, second = (encode_decided(DONE, chance=chance) for chance in (b"1", b"2"))
    assert first != second
    assert set(json.loads(first)) == {"by", "entry", "nonce", "on", "reason", "registrant", "t", "v"}
    assert decode_decided(second) == replace(DONE)


def test_a_marker_names_an_entry_by_its_place_alone():
    made = removed_marker(DESK.key, b"\7" * 32, DAY)
    assert set(json.loads(made)) == {"on", "place", "registry", "v"}
