from datetime import UTC, datetime

import pytest

from sekisho.cli.app import main
from sekisho.ledger.note import NoteKey, parse_note, parse_vkey
from sekisho.ledger.schemes import Role
from sekisho.ledger.witnessing import Request, admit, decide, encode_request
from sekisho.store.home import home_dir
from sekisho.store.keys import load_signer, make_key
from sekisho.store.witness_heads import WitnessHeads
from tests.keys import SeededKey
from tests.logs import Growing

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOG, FORK = Growing(), Growing(word="fork")


def asked(heads, size, old=0, log=LOG):
    body = encode_request(Request(old=old, proof=(), checkpoint=log.note(size)))
    made = admit(body, {LOG.origin: [LOG.key]})
    heads.settle(LOG.origin, lambda head: decide(made, head, "w.example", SeededKey("w"), NOW))


def test_the_verifier_key_is_a_witness_s(capsys):
    main(["key", "new", "witness"])
    capsys.readouterr()
    assert main(["log", "witness", "key", "--key", "witness", "--name", "w.example/1"]) == 0
    key = parse_vkey(capsys.readouterr().out.strip(), Role.WITNESS)
    assert (key.name, key.key) == ("w.example/1", load_signer("witness").key)
    assert main(["log", "witness", "key", "--key", "witness"]) == 0
    assert capsys.readouterr().out.startswith("sekisho.invalid/witness/")


def test_the_heads_are_listed(capsys, tmp_path):
    state = tmp_path / "state"
    heads = WitnessHeads(state)
    asked(heads, 8)
    assert main(["log", "witness", "show", "--state", str(state)]) == 0
    assert capsys.readouterr().out == "log.example/one  8  2026-11-22T12:00:00Z\n"


def test_a_split_view_is_evidence(capsys, tmp_path):
    state, proof = tmp_path / "state", tmp_path / "proof"
    heads = WitnessHeads(state)
    asked(heads, 8)
    asked(heads, 8, 8, FORK)
    assert main(["log", "witness", "show", "--state", str(state), "--output", str(proof)]) == 4
    assert "has signed two trees of one size" in capsys.readouterr().out
    cosigned, other = heads.head(LOG.origin).note, FORK.note(8)
    assert proof.read_bytes() == cosigned + b"\n" + other
    assert parse_note(other).text != parse_note(cosigned).text


def test_nothing_is_made_by_asking(capsys):
    assert main(["log", "witness", "show"]) == 2
    assert "there is no witness's file" in capsys.readouterr().err
    assert not (home_dir() / "witness.sqlite").exists()


def serve(*more, key="witness"):
    make_key("witness")
    return main(["log", "witness", "serve", "--key", key, *more])


def test_a_witness_knows_a_log(capsys):
    assert serve("--log", "log.example") == 2
    assert "not a verifier key" in capsys.readouterr().err


def test_nobody_witnesses_itself(capsys):
    own = NoteKey(name="log.example/own", key=make_key("log").key).vkey
    assert serve("--log", LOG.key.vkey, "--log", own, key="log") == 2
    assert "nobody witnesses itself" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_is_a_port(port, capsys):
    assert serve("--log", LOG.key.vkey, "--port", port) == 2
    assert "port" in capsys.readouterr().err.lower()
