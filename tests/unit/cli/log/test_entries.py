import json

import pytest

from sekisho.cli.app import main
from sekisho.errors import IncompleteError
from sekisho.ledger.logged import decode_logged, verify_logged
from sekisho.ledger.proof import decode_proof
from sekisho.signing import FILE, REVIEW, sign_statement
from sekisho.store.log import LocalLog
from sekisho.store.own_log import own_log
from tests.stored_logs import SIGNER, entry


@pytest.fixture
def card(tmp_path, capsys):
    main(["key", "new", "lumen"])
    capsys.readouterr()
    (tmp_path / "card.txt").write_text("a model card")
    return tmp_path / "card.txt"


def append(card, *more):
    output = card.with_name("card.logged.json")
    return main(["log", "append", str(card), "-o", str(output), *more]), output


def test_a_file_is_put_on_record(card, capsys):
    code, output = append(card, "--by", "lumen")
    assert (code, capsys.readouterr().out) == (0, "0\n")
    statement, index, head = verify_logged(output.read_bytes(), FILE, log_key=own_log().vkey)
    assert (index, head.size) == (0, 1)
    said = json.loads(statement.payload)
    assert (said["name"], said["bytes"], len(said["sha256"])) == ("card.txt", 12, 64)
    assert b"card" not in own_log().checkpoint() + (own_log().path / "tile/entries/000.p/1").read_bytes()


def test_a_signed_statement_goes_on_the_log_as_it_is(card, capsys):
    envelope = sign_statement(REVIEW, b"{}", SIGNER)
    card.write_bytes(envelope + b"\n")
    code, output = append(card)
    assert code == 0
    assert decode_logged(output.read_bytes()).statement == envelope
    capsys.readouterr()


def test_a_file_that_nobody_signs_for(card, capsys):
    code, output = append(card)
    assert (code, output.exists(), own_log().begun) == (2, False, False)
    assert "--by KEY" in capsys.readouterr().err


def test_nothing_is_logged_if_the_output_is_taken(card, capsys):
    card.with_name("card.logged.json").write_text("mine")
    code, output = append(card, "--by", "lumen")
    assert (code, output.read_text(), own_log().begun) == (2, "mine", False)
    assert append(card, "--by", "lumen", "--force")[0] == 0
    assert "exists" in capsys.readouterr().err


def test_without_a_quorum_the_salt_is_kept_and_the_receipt_comes_later(card, capsys, monkeypatch):
    def missing(_self):
        raise IncompleteError("1 of 2 witnesses")

    with monkeypatch.context() as patch:
        patch.setattr(LocalLog, "publish", missing)
        code, output = append(card, "--by", "lumen")
    assert code == 3
    assert f"sekisho log proof {output}" in capsys.readouterr().err
    assert main(["log", "publish"]) == 0
    assert main(["log", "proof", str(output)]) == 0
    assert verify_logged(output.read_bytes(), log_key=own_log().vkey)[1] == 0


def test_a_receipt_is_renewed_under_the_newest_checkpoint(card, capsys):
    _, output = append(card, "--by", "lumen")
    own_log().append(entry(1))
    assert main(["log", "proof", str(output)]) == 0
    assert verify_logged(output.read_bytes())[2].size == 2
    capsys.readouterr()


def test_the_receipt_of_an_index(capsys, tmp_path):
    own_log().append(entry(0))
    assert main(["log", "proof", "0"]) == 0
    printed = capsys.readouterr().out
    assert main(["log", "proof", "0", "-o", str(tmp_path / "r")]) == 0
    assert (tmp_path / "r").read_text() == printed
    assert decode_proof(printed.encode()).index == 0


@pytest.mark.parametrize("of", ["1", "007", "99999999999999999999", "-1", "nothing.json"])
def test_what_there_is_no_receipt_for(capsys, of):
    own_log().append(entry(0))
    assert main(["log", "proof", "--", of]) == 2
    assert "error:" in capsys.readouterr().err


def test_a_logged_file_of_another_log(card, capsys, monkeypatch, tmp_path):
    _, output = append(card, "--by", "lumen")
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path / "elsewhere"))
    assert main(["log", "proof", str(output)]) == 2
    assert "another log" in capsys.readouterr().err
