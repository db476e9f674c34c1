"""Requests, responses and their results in memory, on logs that a test may date as it likes."""

from datetime import UTC, date, datetime, timedelta

from sekisho.cases.requests import judge
from sekisho.cases.results import encode_result, open_asked, open_given
from sekisho.codec.case import encode_request, encode_response
from sekisho.ledger.checkpoint import Checkpoint, sign_checkpoint
from sekisho.ledger.cosignature import cosign
from sekisho.ledger.logged import Logged, encode_logged, statement_entry
from sekisho.ledger.note import NoteKey, parse_note, signature_line
from sekisho.ledger.proof import LogProof, encode_proof
from sekisho.ledger.tree import inclusion_proof, leaf_hash, leaf_reader, tree_root
from sekisho.model import Answered, Reply, Request, Response
from sekisho.signing import COMPLIANCE, REQUEST, RESPONSE, sign_statement
from tests.keys import SeededKey

__all__ = ["AGENCY", "ASKED_AT", "DUE", "LOG_KEY", "OPERATOR", "asked", "given", "on_log", "result"]

AGENCY, OPERATOR, LOG = SeededKey("agency"), SeededKey("operator"), SeededKey("operator-log")
ORIGIN = "log.example/operator"
LOG_KEY = NoteKey(name=ORIGIN, key=LOG.key)
ASKED_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DUE = date(2026, 12, 1)


def on_log(statement, at, *, seen=()):
    """Return the file of a statement on a log of two entries; `seen`: witnesses' words and times."""
    entry = statement_entry(statement, bytes(32), at)
    read = leaf_reader([leaf_hash(item) for item in (entry, b"after")])
    note = sign_checkpoint(Checkpoint(origin=ORIGIN, size=2, root=tree_root(read, 2)), LOG)
    text = parse_note(note).text
    note += b"".join(signature_line(cosign(text, f"{w}.example", SeededKey(w), t)) for w, t in seen)
    receipt = encode_proof(LogProof(index=0, hashes=inclusion_proof(read, 0, 2), checkpoint=note))
    logged = Logged(
        statement=statement,
        salt=bytes(32),
        entry=entry,
        index=0,
        origin=ORIGIN,
        vkey=LOG_KEY.vkey,
        receipt=receipt,
    )
    return encode_logged(logged)


def asked(*, signer=AGENCY, logged=ASKED_AT, **fields):
    """Return the file of a request with two things."""
    made = {
        "id": "",
        "authority": AGENCY.key,
        "operator": OPERATOR.key,
        "basis": "law",
        "scope": ("a", "b"),
        "at": ASKED_AT,
        "due": DUE,
    }
    payload = encode_request(Request(**(made | fields)))
    return on_log(sign_statement(REQUEST, payload, signer), logged)


def given(to=None, *, at=ASKED_AT, logged=ASKED_AT, seen=(), signer=OPERATOR, **fields):
    """Return the file of a response that says "not held" to all; signed alone if `logged` is None."""
    replies = tuple(Reply(number=n, state=Answered.NOT_HELD) for n in (1, 2))
    digest = open_asked(to or asked()).digest
    made = {"operator": OPERATOR.key, "request": digest, "at": at, "replies": replies}
    envelope = sign_statement(RESPONSE, encode_response(Response(**(made | fields))), signer)
    return envelope if logged is None else on_log(envelope, logged, seen=seen)


def result(response=None, *, at=ASKED_AT + timedelta(days=20), signer=AGENCY, received=b"", policy=None):
    """Judge a request and return the file of the result."""
    question = open_asked(asked())
    answer = None if response is None else open_given(response, policy=policy)
    noun, when = (None, None) if answer is None else (answer.response, answer.when)
    found = judge(question.request, question.digest, noun, at, when=when)
    payload = encode_result(found, question, by=AGENCY.key, at=at, given=answer, received=received)
    return on_log(sign_statement(COMPLIANCE, payload, signer), at)
