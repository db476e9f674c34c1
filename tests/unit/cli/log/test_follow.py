from functools import partial

import pytest

from sekisho.cli.app import main
from sekisho.cli.log import follow as module
from sekisho.ledger.proof import verify_proof
from sekisho.store.remote_log import RemoteLog
from tests.logs import Growing, Net, static, witness_key

LOG = Growing(count=300)
FORK = Growing(count=300, word="fork", same=5)


@pytest.fixture
def follow(monkeypatch, tmp_path):
    def follow(files, *more):
        net = Net({"log.example": files})
        monkeypatch.setattr(module, "RemoteLog", partial(RemoteLog, fetch=net))
        arguments = ["log", "follow", "https://log.example", "--log-key", LOG.key.vkey]
        return main([*arguments, "--seen", str(tmp_path / "seen"), *more])

    return follow


def test_a_log_that_grows_is_followed(follow, capsys):
    assert follow(static(LOG, 200)) == 0
    assert follow(static(LOG, 300)) == 0
    root = LOG.head(300).root.hex()
    assert capsys.readouterr().out.splitlines()[-1] == f"log.example/one  300  {root}"


def test_two_histories_are_evidence(follow, capsys, tmp_path):
    assert follow(static(LOG, 200)) == 0
    assert follow(static(FORK, 300)) == 4
    assert "does not continue" in capsys.readouterr().err
    assert (tmp_path / "seen.split-200-300").exists()
    assert follow(static(LOG, 100)) == 4


def test_a_receipt_is_made(follow, tmp_path):
    receipt = tmp_path / "receipt"
    assert follow(static(LOG, 300), "--proof", "7", "--output", str(receipt)) == 0
    found = verify_proof(receipt.read_bytes(), LOG.entries[7], [LOG.key], origin=LOG.origin)
    assert found == (7, LOG.head(300))


def test_the_quorum_is_asked(follow, capsys, tmp_path):
    policy = tmp_path / "policy"
    policy.write_text(f"witness w {witness_key('w').vkey}\nquorum w\n")
    assert follow(static(LOG, 300), "--policy", str(policy), "--max-age-hours", "24") == 4
    assert "too few witnesses" in capsys.readouterr().err
    assert follow(static(LOG, 300), "--policy", str(tmp_path / "none")) == 2
