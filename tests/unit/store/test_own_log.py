from dataclasses import replace

import pytest

from sekisho.audit.seal import seal_entry
from sekisho.errors import EvidenceError, ExistsError, IncompleteError
from sekisho.ledger import parse_vkey, verify_proof
from sekisho.store.fetch import Reply
from sekisho.store.home import keys_dir, log_dir
from sekisho.store.keys import load_signer
from sekisho.store.own_log import LOG_KEY, own_log, set_up_log
from tests.logs import witness_key
from tests.world import NOW

ENTRY = seal_entry(b"record", b"s" * 32, NOW)


def test_the_first_use_makes_a_key_and_later_ones_find_it():
    first = own_log()
    assert load_signer(LOG_KEY).key == first.signer.key
    assert (own_log().vkey, own_log().origin) == (first.vkey, first.origin)


def test_its_receipts_hold_under_its_own_name():
    log = own_log()
    index = log.append(ENTRY)
    again = own_log()
    assert verify_proof(again.prove(index), ENTRY, [parse_vkey(again.vkey)], origin=again.origin)[0] == index
    assert log.append(ENTRY) == index + 1


def test_another_machine_has_another_log(monkeypatch, tmp_path):
    here = own_log()
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path / "other"))
    assert own_log().origin != here.origin
    assert own_log().vkey != here.vkey


def test_a_log_that_was_taken_back_signs_no_second_history():
    own_log().append(ENTRY)
    assert (keys_dir() / f"{LOG_KEY}.high-water").exists()
    for path in sorted(log_dir().rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    with pytest.raises(EvidenceError, match="refusing to sign"):
        own_log().append(seal_entry(b"another", b"s" * 32, NOW))


def test_a_policy_asks_its_witnesses_before_anything_is_shown():
    """Nobody answers at the address: no quorum, and the entry waits."""
    key = witness_key("one")
    log = set_up_log(policy=f"witness one {key.vkey} https://127.0.0.1:1/\nquorum one\n".encode())
    assert log.witnesses is not None
    quiet = replace(log.witnesses, fetch=lambda *_arguments, **_options: Reply(status=503, body=b"", type=""))
    asking = replace(log, witnesses=quiet)
    with pytest.raises(IncompleteError, match="entry 0 is in the log, but not published"):
        asking.append(ENTRY)
    set_up_log(policy=b"quorum none\n").publish()
    assert own_log().static.head().size == 1


def test_a_log_keeps_its_name():
    assert set_up_log(origin="log.example.org/one").origin == "log.example.org/one"
    own_log().append(ENTRY)
    with pytest.raises(ExistsError):
        set_up_log(origin="log.example.org/two")
    assert set_up_log(origin="log.example.org/one").static.head().size == 1
