import json
from datetime import timedelta

import pytest

from sekisho.codec import canonical
from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.registry.erasure import (
    FILLED,
    REASONS,
    erasure_record,
    notices_for,
    open_notice,
    sign_notice,
)
from sekisho.registry.protected import handles_of
from sekisho.signing import ERASURE, read_payload, sign_statement
from tests.parties import DAY, Party
from tests.unit.registry.test_protected import DESK, KUMO, LUMEN, ONE, section

MALLORY = Party(name="mallory")
SECTIONS = (section(1), section(2, KUMO), section(3), section(4, KUMO, expires=DAY))


def notices():
    return notices_for(ONE, SECTIONS, registry=DESK.key, on=DAY)


def signed(notice, signer=DESK):
    return sign_notice(notice, signer, chance=b"c" * 32)


def test_each_recipient_of_a_section_that_still_opens_gets_one_notice():
    made = {n.recipient: n.handles for n in notices()}
    assert made == {
        LUMEN.key: {*handles_of(SECTIONS[0], ONE), *handles_of(SECTIONS[2], ONE)},
        KUMO.key: set(handles_of(SECTIONS[1], ONE)),
    }
    assert notices_for(ONE, SECTIONS, registry=DESK.key, on=DAY + timedelta(days=30)) == ()


def test_a_notice_holds_handles_and_does_not_say_how_many_are_real():
    (first, second) = notices()
    for notice in (first, second):
        payload = json.loads(read_payload(signed(notice), ERASURE))
        assert set(payload) == {"v", "registry", "recipient", "on", "handles"}
        assert len(payload["handles"]) == FILLED
        assert payload["handles"] == sorted(payload["handles"])
        assert {h.hex() for h in notice.handles} < set(payload["handles"])


def test_a_notice_opens_for_its_recipient():
    notice = notices()[0]
    opened = open_notice(signed(notice), registry=DESK.key, recipients=[MALLORY.key, notice.recipient])
    assert opened.handles > notice.handles
    assert opened.on == DAY


def test_a_notice_by_another_registry_drops_nothing():
    notice = notices()[0]
    with pytest.raises(SignatureError, match="is signed by"):
        open_notice(signed(notice, MALLORY), registry=DESK.key, recipients=[notice.recipient])
    with pytest.raises(SignatureError, match="is signed by"):
        open_notice(signed(notice), registry=MALLORY.key, recipients=[notice.recipient])


def test_a_notice_for_another_is_refused():
    with pytest.raises(RefusedError, match="is for"):
        open_notice(signed(notices()[0]), registry=DESK.key, recipients=[MALLORY.key])


@pytest.mark.parametrize(
    "change", [{"handles": []}, {"handles": ["00"]}, {"on": "2026-02-30"}, {"reason": "moved to Osaka"}]
)
def test_a_notice_of_another_form_is_refused(change):
    notice = notices()[0]
    payload = canonical(json.loads(read_payload(signed(notice), ERASURE)) | change)
    with pytest.raises(InputError):
        open_notice(sign_statement(ERASURE, payload, DESK), registry=DESK.key, recipients=[notice.recipient])


@pytest.mark.parametrize("reason", REASONS)
def test_the_record_says_when_and_why_in_a_word(reason):
    record = json.loads(erasure_record(on=DAY, reason=reason, notices=2, chance=b"c"))
    assert set(record) == {"v", "t", "on", "reason", "notices", "nonce"}
    assert record["reason"] == reason


def test_no_two_records_are_equal_and_no_text_is_a_reason():
    made = {erasure_record(on=DAY, reason="court", notices=0, chance=bytes([n])) for n in range(3)}
    assert len(made) == 3
    with pytest.raises(InputError, match="no reason"):
        erasure_record(on=DAY, reason="Hanako asked for it", notices=0, chance=b"c")
