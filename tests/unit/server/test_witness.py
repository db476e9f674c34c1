import hashlib
from datetime import UTC, datetime

import pytest

from sekisho.errors import SekishoError
from sekisho.ledger.checkpoint import decode_checkpoint
from sekisho.ledger.note import open_note
from sekisho.ledger.witnessing import Request, encode_request
from sekisho.server.witness import WitnessService
from sekisho.store.witness_heads import WitnessHeads
from tests.keys import SeededKey
from tests.logs import Growing, witness_key

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOG = Growing()
PATH = hashlib.sha256(LOG.origin.encode()).hexdigest()


@pytest.fixture
def service(tmp_path):
    return WitnessService(
        name="w.example",
        signer=SeededKey("w"),
        logs={LOG.origin: [LOG.key]},
        heads=WitnessHeads(tmp_path / "witness.sqlite"),
        clock=lambda: NOW,
    )


def body(size, old=0):
    proof = LOG.prove(old, size) if old else ()
    return encode_request(Request(old=old, proof=proof, checkpoint=LOG.note(size)))


def test_a_request_is_answered_and_kept(service):
    assert service.checkpoint(PATH) is None
    assert service.answer(body(3)).status == 200
    assert service.answer(body(8, 3)).status == 200
    note = open_note(service.checkpoint(PATH), [LOG.key, witness_key("w")])
    assert decode_checkpoint(note.text) == LOG.head(8)
    assert len(note.signatures) == 2


def test_what_is_refused_does_not_touch_the_file(service, tmp_path):
    (tmp_path / "witness.sqlite").write_bytes(b"broken, but nobody looks" * 100)
    assert service.answer(b"old").status == 400
    assert service.answer(body(3).replace(b"\n3\n", b"\n4\n")).status == 403
    with pytest.raises(SekishoError):
        service.answer(body(3))


def test_other_logs_have_no_checkpoint(service):
    service.answer(body(3))
    for digest in ("", PATH.upper(), PATH[:-1], hashlib.sha256(b"other").hexdigest(), "../checkpoint"):
        assert service.checkpoint(digest) is None
