import json
from datetime import timedelta

import pytest

from sekisho.cases.requests import ShownBy
from sekisho.cases.results import check_received, open_asked, open_given, open_result, opening_of
from sekisho.codec import canonical
from sekisho.codec.case import encode_event
from sekisho.errors import EvidenceError
from sekisho.ledger.logged import decode_logged
from sekisho.ledger.policy import parse_policy
from sekisho.model import CaseEvent, CaseState, Compliance
from sekisho.signing import CASE, COMPLIANCE, open_statement, sign_statement
from tests.keys import SeededKey
from tests.logs import witness_key
from tests.requests_made import AGENCY, ASKED_AT, LOG_KEY, OPERATOR, asked, given, on_log, result

AFTER = ASKED_AT + timedelta(days=15)
POLICY = parse_policy(f"log {LOG_KEY.vkey}\nwitness w {witness_key('w').vkey}\nquorum w".encode())


def received(*, signer=OPERATOR, opening=None, at=ASKED_AT):
    opened = opening or opening_of(open_asked(asked()))
    event = CaseEvent(
        case="", number=0, by=signer.key, at=at, state=CaseState.RECEIVED, opening=opened.digest
    )
    return on_log(sign_statement(CASE, encode_event(event), signer), at)


def bent(data, signer=AGENCY, **fields):
    """Sign a result again that says something else."""
    payload = json.loads(open_statement(decode_logged(data).statement, COMPLIANCE).payload)
    return on_log(sign_statement(COMPLIANCE, canonical(payload | fields), signer), AFTER)


def test_an_answer_in_time_is_judged_the_same_by_whoever_opens_the_result():
    done = open_result(result(given()))
    assert (done.judged.compliance, done.judged.when.by) == (Compliance.ANSWERED, ShownBy.LOG)
    assert (done.by, done.received) == (AGENCY.key, False)
    assert open_result(result()).judged.compliance is Compliance.SILENT


def test_an_answer_that_was_dated_back_is_late_by_the_log():
    file = given(at=ASKED_AT, logged=AFTER)
    assert open_given(file).when.by is ShownBy.LOG
    assert open_result(result(file)).judged.compliance is Compliance.LATE


def test_a_log_that_was_dated_back_is_late_by_a_witness():
    file = given(seen=(("w", AFTER),))
    assert open_result(result(file)).judged.compliance is Compliance.ANSWERED
    assert open_given(file, policy=POLICY).when.at == AFTER
    told = result(file, policy=POLICY)
    # Whoever does not know the witness takes the requester's word for it, and is told so.
    done = open_result(told)
    assert (done.judged.compliance, done.judged.when.by) == (Compliance.LATE, ShownBy.WITNESS)


def test_a_response_without_a_log_is_only_a_word():
    assert open_given(given(logged=None)).when.by is ShownBy.WORD
    assert open_given(given(logged=None) + b"\n").vkey == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"compliance": "silent"},
        {"open": [1]},
        {"refused": [2]},
        {"response": ""},
        {"request": asked(basis="another").decode()},
        {"request": "{}"},
        {"by": OPERATOR.key},
        {"received": given().decode()},
        {"answered": "2026-12-24T00:00:00Z", "shown": "witness"},
        {"more": 1},
        {"at": "2026-02-30T00:00:00Z"},
    ],
)
def test_a_result_that_says_something_else_than_it_holds_is_found(fields):
    with pytest.raises(EvidenceError):
        open_result(bent(result(given()), **fields))


def test_only_who_has_asked_signs_the_result():
    with pytest.raises(EvidenceError, match="who has asked"):
        open_result(bent(result(), signer=OPERATOR))


def test_a_request_or_a_response_signed_by_another_is_none():
    with pytest.raises(EvidenceError, match="signed by another"):
        open_asked(asked(signer=OPERATOR))
    for logged in (ASKED_AT, None):
        with pytest.raises(EvidenceError, match="not signed by the operator"):
            open_given(given(signer=AGENCY, logged=logged))
    for data in (b"", b"{}", b"x" * 100, asked()):
        with pytest.raises(EvidenceError):
            open_given(data)


def test_an_acknowledgement_is_of_this_request_by_this_operator():
    check_received(received(), open_asked(asked()))
    assert open_result(result(received=received())).received
    other = opening_of(open_asked(asked(basis="another")))
    for data in (received(signer=SeededKey("other")), received(opening=other), given()):
        with pytest.raises(EvidenceError):
            check_received(data, open_asked(asked()))
