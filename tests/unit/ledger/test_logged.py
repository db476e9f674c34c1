import json
from datetime import UTC, datetime

import pytest

from sekisho.codec import canonical
from sekisho.errors import EvidenceError, InputError
from sekisho.ledger.checkpoint import Checkpoint, sign_checkpoint
from sekisho.ledger.entry import EntryType, decode_entry
from sekisho.ledger.logged import Logged, decode_logged, encode_logged, statement_entry, verify_logged
from sekisho.ledger.note import NoteKey
from sekisho.ledger.policy import parse_policy
from sekisho.ledger.proof import LogProof, encode_proof
from sekisho.ledger.tree import inclusion_proof, leaf_hash, leaf_reader, tree_root
from sekisho.signing import ANSWER, QUESTION, sign_statement
from tests.keys import SeededKey
from tests.logs import witness_key

AT = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)
SALT = bytes(range(32))
ORIGIN = "log.example/one"
LOG, OPERATOR = SeededKey("log"), SeededKey("operator")
KEY = NoteKey(name=ORIGIN, key=LOG.key)
STATEMENT = sign_statement(ANSWER, b'{"v":1}', OPERATOR)


def logged(statement=STATEMENT, salt=SALT, kind=EntryType.PUBLIC, entry=None, index=1):
    made = statement_entry(statement, salt, AT, kind) if entry is None else entry
    entries = [b"before", made, b"after"]
    read = leaf_reader([leaf_hash(item) for item in entries])
    note = sign_checkpoint(Checkpoint(origin=ORIGIN, size=3, root=tree_root(read, 3)), LOG)
    receipt = encode_proof(LogProof(index=1, hashes=inclusion_proof(read, 1, 3), checkpoint=note))
    return Logged(
        statement=statement,
        salt=salt,
        entry=made,
        index=index,
        origin=ORIGIN,
        vkey=KEY.vkey,
        receipt=receipt,
    )


FILE = encode_logged(logged())


def test_a_logged_statement_holds():
    statement, index, head = verify_logged(FILE, ANSWER, log_key=KEY.vkey)
    assert (statement.payload, statement.signer) == (b'{"v":1}', OPERATOR.key)
    assert (index, head.origin, head.size) == (1, ORIGIN, 3)
    assert decode_logged(FILE) == logged()


def test_the_entry_tells_nothing_and_its_time_is_an_hour():
    entry = decode_entry(logged().entry)
    assert (entry.type, entry.at) == (EntryType.PUBLIC, AT.replace(minute=0, second=0))
    assert statement_entry(STATEMENT, bytes(32), AT) != logged().entry
    person = encode_logged(logged(kind=EntryType.PERSON))
    assert verify_logged(person)[1] == 1


def test_a_policy_is_asked():
    mine = parse_policy(f"log {KEY.vkey}\nquorum none".encode())
    assert verify_logged(FILE, policy=mine)[1] == 1
    others = parse_policy(f"log {NoteKey(name=ORIGIN, key=OPERATOR.key).vkey}\nquorum none".encode())
    with pytest.raises(EvidenceError):
        verify_logged(FILE, policy=others)
    witnessed = parse_policy(f"log {KEY.vkey}\nwitness w {witness_key('w').vkey}\nquorum w".encode())
    with pytest.raises(EvidenceError, match="too few witnesses"):
        verify_logged(FILE, policy=witnessed)


def changed(**fields):
    return canonical({**json.loads(FILE), **fields})


OTHER = sign_statement(ANSWER, b'{"v":2}', OPERATOR).decode()
FIELDS = json.loads(FILE)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b"{}", "unexpected document"),
        (FILE + b"\n", "canonical"),
        (changed(more=1), "unexpected document"),
        (changed(v=2), "unexpected document"),
        (changed(index=-1), "unexpected document"),
        (changed(statement=OTHER), "does not commit to this statement"),
        (changed(statement=FIELDS["statement"].replace('"sig":"', '"sig":"A')), "does not hold"),
        (changed(salt="AAAA"), "exactly 32"),
        (changed(salt=FIELDS["salt"][:-2] + "9="), "base64"),
        (changed(salt="A" * 43 + "="), "does not commit"),
        (changed(entry=FIELDS["entry"].replace('"t":"pub"', '"t":"r"')), "does not commit"),
        (changed(entry="{}"), "does not hold"),
        (changed(index=2), "names 2"),
        (changed(origin="log.example/two"), "does not hold|not of"),
        (changed(vkey=NoteKey(name=ORIGIN, key=OPERATOR.key).vkey), "does not hold"),
        (changed(vkey=witness_key("log", ORIGIN).vkey), "does not hold"),
        (changed(receipt=FIELDS["receipt"].replace("index 1", "index 2")), "too many"),
        (changed(receipt=FIELDS["receipt"].replace("index 1", "index 0")), "does not lead"),
        (changed(receipt=""), "does not hold"),
    ],
)
def test_what_does_not_hold(data, why):
    assert data != FILE
    with pytest.raises(EvidenceError, match=why):
        verify_logged(data)


def test_another_kind_of_statement_or_log_is_refused():
    with pytest.raises(EvidenceError, match="expected"):
        verify_logged(FILE, QUESTION)
    with pytest.raises(EvidenceError, match="not of"):
        verify_logged(FILE, log_key=NoteKey(name=ORIGIN, key=OPERATOR.key).vkey)


def test_a_commitment_of_another_type_does_not_open():
    """The entry says `r`, its commitment was made for `pub`."""
    swapped = logged().entry.replace(b'"t":"pub"', b'"t":"r"')
    with pytest.raises(EvidenceError, match="does not commit"):
        verify_logged(encode_logged(logged(entry=swapped)))


def test_decoding_verifies_nothing_but_the_form():
    assert decode_logged(changed(index=2)).index == 2
    with pytest.raises(InputError):
        decode_logged(b"[]")


def test_a_salt_has_32_bytes():
    for length in (31, 33):
        with pytest.raises(ValueError, match="exactly 32"):
            statement_entry(STATEMENT, bytes(length), AT)
