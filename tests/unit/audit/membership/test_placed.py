from datetime import timedelta

import pytest

from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.placed import placed
from sekisho.codec.question import encode_answer
from sekisho.errors import EvidenceError
from sekisho.ledger.entry import EntryType
from sekisho.ledger.logged import Logged, decode_logged, encode_logged, statement_entry
from sekisho.ledger.waiting import Waiting, encode_waiting
from sekisho.signing import ANSWER, sign_statement
from tests.membership import ASKER, Desk, asked_for, drawn, question


@pytest.fixture(scope="module")
def desk():
    return Desk({"a.png": drawn(1)})


@pytest.fixture(scope="module")
def public(desk):
    asked = question(ASKER, asked_for(drawn(1), near=False))
    return asked, desk.ask(asked)


def test_an_answer_is_placed_by_its_receipt_or_waits_for_it(desk, public):
    statement, vkey, where = placed(public[1], desk.log.vkey, None)
    logged = decode_logged(public[1])
    assert (vkey, where.index, where.entry) == (desk.log.vkey, logged.index, desk.log.entries[where.index])
    waits = Waiting(statement=logged.statement, salt=logged.salt, origin=logged.origin, vkey=logged.vkey)
    assert placed(encode_waiting(waits), None, None) == (statement, desk.log.vkey, None)
    with pytest.raises(EvidenceError, match="no receipt yet"):
        placed(encode_waiting(waits), desk.log.vkey, None)


def on_hour(desk, made, hours, entry_type=EntryType.PUBLIC):
    """Put a signed answer on the log so many hours after the one that it names."""
    envelope = sign_statement(ANSWER, encode_answer(made), desk.world.operator)
    entry = statement_entry(envelope, b"s" * 32, made.at + timedelta(hours=hours), entry_type)
    index = desk.log.append(entry)
    logged = {"origin": desk.log.origin, "vkey": desk.log.vkey, "receipt": desk.log.prove(index)}
    return encode_logged(Logged(statement=envelope, salt=b"s" * 32, entry=entry, index=index, **logged))


@pytest.mark.parametrize(
    ("hours", "entry_type", "late"),
    [
        (0, EntryType.PUBLIC, False),
        (0, EntryType.PERSON, False),
        (1, EntryType.PERSON, False),
        (2, EntryType.PERSON, True),
        (700, EntryType.PERSON, True),
        (1, EntryType.PUBLIC, None),
        (-1, EntryType.PUBLIC, None),
        (-1, EntryType.PERSON, None),
    ],
)
def test_the_time_of_an_answer_is_compared_with_the_hour_of_its_entry(desk, public, hours, entry_type, late):
    data = on_hour(desk, desk.reply(public[0]), hours, entry_type)
    if late is None:
        with pytest.raises(EvidenceError, match="hour"):
            verify_answer(data)
    else:
        done = verify_answer(data)
        assert (done.late is not None) == late
        if late:
            assert done.late - done.answer.at < timedelta(hours=hours)
