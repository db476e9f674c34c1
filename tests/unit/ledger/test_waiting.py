from dataclasses import replace

import pytest

from sekisho.codec import canonical, parse
from sekisho.errors import EvidenceError, InputError
from sekisho.ledger.batches import padded_batch
from sekisho.ledger.logged import decode_logged, encode_logged, is_waiting, verify_logged
from sekisho.ledger.waiting import (
    Waiting,
    completed,
    decode_waiting,
    encode_waiting,
    verify_waiting,
)
from sekisho.signing import ANSWER, TRAINING, sign_statement
from tests.parties import Party
from tests.world import NOW, MemoryLog

ENVELOPE = sign_statement(TRAINING, b"{}", Party(name="operator"))


@pytest.fixture
def log():
    return MemoryLog()


@pytest.fixture
def waiting(log):
    return Waiting(statement=ENVELOPE, salt=b"s" * 32, origin=log.vkey.partition("+")[0], vkey=log.vkey)


def test_a_file_without_receipt_proves_who_has_signed_it_and_nothing_else(waiting):
    data = encode_waiting(waiting)
    assert is_waiting(data)
    assert decode_waiting(data) == waiting
    assert verify_waiting(data, TRAINING).payload == b"{}"
    with pytest.raises(EvidenceError, match="receipt is not there yet") as caught:
        verify_logged(data, TRAINING)
    assert "sekisho log proof" in caught.value.hint


def test_it_becomes_a_logged_statement_when_its_batch_is_out(waiting, log):
    batch = padded_batch([waiting.commitment], at=NOW, chance=b"c" * 32)
    place = batch.places[0]
    index = log.append_all(batch.entries)[place]
    made = completed(waiting, entry=batch.entries[place], index=index, receipt=log.prove(index))
    statement, found, _ = verify_logged(encode_logged(made), TRAINING, log_key=log.vkey)
    assert (statement.payload, found) == (b"{}", index)
    assert not is_waiting(encode_logged(made))
    other = replace(made, entry=batch.entries[place - 1])
    with pytest.raises(EvidenceError, match="does not commit"):
        verify_logged(encode_logged(other), TRAINING)


def test_what_was_changed_or_is_another_statement_does_not_hold(waiting):
    with pytest.raises(EvidenceError, match="expected"):
        verify_waiting(encode_waiting(waiting), ANSWER)
    forged = replace(waiting, statement=ENVELOPE.replace(b'"payload":"e30="', b'"payload":"e31="'))
    assert forged != waiting
    with pytest.raises(EvidenceError, match="does not hold"):
        verify_waiting(encode_waiting(forged))


@pytest.mark.parametrize(
    "change", [{"salt": "c2hvcnQ="}, {"v": 2}, {"note": "trust me"}, {"statement": None}], ids=str
)
def test_another_form_is_refused(waiting, change):
    document = parse(encode_waiting(waiting)) | change
    with pytest.raises(InputError):
        decode_waiting(canonical(document))
    with pytest.raises(InputError):
        decode_logged(canonical(document))
