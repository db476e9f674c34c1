import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sekisho.codec import parse
from sekisho.codec.case import (
    decode_event,
    decode_notice,
    decode_request,
    decode_response,
    encode_event,
    encode_notice,
    encode_request,
    encode_response,
)
from sekisho.errors import InputError
from sekisho.model import Answered, CaseState, Reply, Request, Response, Subject
from tests.cases import case_of
from tests.keys import SeededKey

AT = datetime(2026, 11, 22, 5, tzinfo=UTC)
REQUEST = Request(
    id="",
    authority=SeededKey("agency").key,
    operator=SeededKey("operator").key,
    basis="law",
    scope=("runs", "models"),
    at=AT,
    due=date(2026, 12, 1),
)
RESPONSE = Response(
    operator=REQUEST.operator,
    request="1" * 64,
    at=AT,
    replies=(
        Reply(number=1, state=Answered.ANSWERED, files=(("01-a.json", "2" * 64),)),
        Reply(number=2, state=Answered.REFUSED, reason="a secret"),
    ),
)


@pytest.mark.parametrize("event", case_of(CaseState.TRIAGE, CaseState.IN_REVIEW, CaseState.DECIDED).events)
def test_an_event_comes_back(event):
    assert decode_event(encode_event(event)) == event


def test_the_name_of_a_case_is_the_digest_of_its_first_event():
    case = case_of(CaseState.TRIAGE)
    assert case.id.startswith("n-")
    assert {event.case for event in case.events} == {case.id}
    second = encode_event(case.events[1])
    with pytest.raises(InputError, match="names its case"):
        decode_event(second.replace(f'"case":"{case.id}"'.encode(), b'"case":""'))


def test_a_request_and_a_response_come_back():
    found = decode_request(encode_request(REQUEST))
    assert replace(found, id="") == REQUEST
    assert found.id.startswith("r-")
    assert decode_response(encode_response(RESPONSE)) == RESPONSE


@pytest.mark.parametrize(
    "change",
    [
        (b'"a secret"', b'""'),
        (b'"01-a.json"', b'"../a.json"'),
        (b'"n":2', b'"n":1'),
        (b'"n":1', b'"n":0'),
        (b'"v":1', b'"v":1,"w":2'),
        (b"05:00:00Z", b"25:00:00Z"),
    ],
)
def test_a_response_of_another_form_is_refused(change):
    data = encode_response(RESPONSE)
    assert change[0] in data
    with pytest.raises(InputError):
        decode_response(data.replace(*change))


@pytest.mark.parametrize(
    "change", [(b'"2026-12-01"', b'"2026-11-01"'), (b'["runs","models"]', b"[]"), (b'"law"', b'" "')]
)
def test_a_request_that_can_not_be_is_refused(change):
    data = encode_request(REQUEST)
    assert change[0] in data
    with pytest.raises(InputError):
        decode_request(data.replace(*change))


FORM = """
subject = "likeness"
jurisdiction = "JP"
explanation = "x"
locations = ["", "item 5"]
relation = "guardian"
good_faith = true
[contact]
email = "a@example.org"
"""


def test_a_form_that_somebody_filled_in_is_a_notice_and_comes_back_from_what_is_sealed():
    notice, contact = decode_notice(tomllib.loads(FORM))
    assert notice.subject is Subject.LIKENESS
    assert notice.locations == ("item 5",)
    assert contact.email == "a@example.org"
    assert decode_notice(parse(encode_notice(notice, contact))) == (notice, contact)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('relation = "friend"', "relation"),
        ('wish = "x"', "wish"),
        ('good_faith = "yes"', "good_faith"),
        ('jurisdiction = "Japan"', "jurisdiction"),
    ],
)
def test_a_field_that_can_not_be_read_is_named(line, named):
    key = line.partition(" ")[0]
    lines = [old for old in FORM.splitlines() if not old.startswith(key)]
    with pytest.raises(InputError, match=named):
        decode_notice(tomllib.loads("\n".join([line, *lines])))


@pytest.mark.parametrize(
    "name", ["..", ".x", "a/b", "a\\b", "a\n", "\x1b[2J", "a.", "a" * 81, "\u202ea", "", "a\x85"]
)
def test_a_name_of_a_file_that_nobody_should_open_is_neither_written_nor_read(name):
    reply = Reply(number=1, state=Answered.ANSWERED, files=((name, "2" * 64),))
    with pytest.raises(InputError):
        encode_response(replace(RESPONSE, replies=(reply,)))


def test_what_nobody_could_read_is_not_written():
    with pytest.raises(InputError):
        encode_request(replace(REQUEST, basis="a" * 2001))
    with pytest.raises(InputError):
        encode_request(replace(REQUEST, scope=("a",) * 101))
    with pytest.raises(InputError):
        encode_event(replace(case_of(CaseState.TRIAGE).events[1], reason="a" * 2001))
