from dataclasses import replace

import pytest

from sekisho.cli.receipts import say_receipt
from sekisho.ledger.cosignature import cosign
from sekisho.ledger.logged import statement_entry
from sekisho.ledger.note import encode_note, parse_note, parse_vkey
from sekisho.ledger.policy import parse_policy
from sekisho.ledger.proof import decode_proof, encode_proof, verify_proof
from tests.keys import SeededKey
from tests.logs import witness_key
from tests.world import NOW, MemoryLog

LOG = MemoryLog()
ENTRY = statement_entry(b"a statement", b"s" * 32, NOW)


@pytest.fixture(scope="module")
def receipt():
    return LOG.prove(LOG.append(ENTRY))


def cosigned(receipt, *words):
    proof = decode_proof(receipt)
    note = parse_note(proof.checkpoint)
    marks = (cosign(note.text, f"w.example/{word}", SeededKey(word), NOW) for word in words)
    seen = encode_note(replace(note, signatures=(*note.signatures, *marks)))
    return encode_proof(replace(proof, checkpoint=seen))


def policy(*words, quorum="none", log=True):
    lines = [f"log {LOG.vkey}"] if log else []
    lines += [f"witness {word} {witness_key(word, f'w.example/{word}').vkey}" for word in words]
    return parse_policy("\n".join([*lines, f"quorum {quorum}"]).encode())


def said(capsys, receipt, trusted, lang="en"):
    say_receipt(receipt, lang, vkey=LOG.vkey, index=0, policy=trusted)
    return capsys.readouterr().out


def test_without_a_policy_no_signature_of_a_witness_was_looked_at(receipt, capsys):
    for one in (receipt, cosigned(receipt, "a")):
        assert "entry 0 of the log " + LOG.vkey in said(capsys, one, None)
        assert "no witness's signature was looked at" in said(capsys, one, None)
    assert "証人の署名は調べていません" in said(capsys, receipt, None, "ja")


@pytest.mark.parametrize(
    ("signed", "known", "held"),
    [("ab", "ab", 2), ("ab", "b", 1), ("a", "abc", 1), ("", "ab", 0), ("ab", "", 0)],
)
@pytest.mark.parametrize("log", [True, False])
def test_with_a_policy_its_witnesses_that_hold_are_counted(receipt, capsys, signed, known, held, log):
    trusted, data = policy(*known, log=log), cosigned(receipt, *signed)
    assert verify_proof(data, ENTRY, [parse_vkey(LOG.vkey)], origin=LOG.origin, policy=trusted)[0] == 0
    out = said(capsys, data, trusted)
    assert f"cosigned by {held} of the {len(known)} witnesses that you believe" in out
    assert "looked at" not in out
    assert f"証人 {len(known)} 者のうち {held} 者" in said(capsys, data, trusted, "ja")
