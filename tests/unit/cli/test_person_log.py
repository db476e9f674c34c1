from sekisho.cli.app import main
from sekisho.ledger import (
    EntryType,
    LogEntry,
    encode_entry,
    parse_vkey,
    verify_proof,
)
from sekisho.store.clock import now
from sekisho.store.keys import load_signer
from sekisho.store.likenesses import Likenesses
from sekisho.store.own_log import own_log
from tests.people import begin, register


def test_a_batch_goes_once_an_hour_unless_it_is_forced(tmp_path, capsys):
    begin()
    register(tmp_path, "parent", 1)
    capsys.readouterr()
    assert main(["registry", "log"]) == 0
    assert capsys.readouterr().out == "16 entries\n"
    assert main(["registry", "log"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "in this hour" in said.err
    assert main(["registry", "log", "--force"]) == 0
    assert capsys.readouterr().out == "16 entries\n"


def test_a_registry_without_persons_sends_the_same_batch(capsys):
    begin()
    capsys.readouterr()
    assert main(["registry", "log"]) == 0
    assert capsys.readouterr().out == "16 entries\n"


def test_the_receipt_of_a_record_is_of_its_entry(tmp_path):
    begin()
    register(tmp_path, "parent", 1)
    main(["registry", "log"])
    records = Likenesses.find(load_signer("registry").key).records
    (kept,) = records.of_kind("likeness")
    record = records.read(kept.number)
    log = own_log()
    entry = LogEntry(type=EntryType.PERSON, at=now(), commitment=record.commitment)
    keys = [parse_vkey(log.vkey)]
    place, _ = verify_proof(log.prove(record.place), encode_entry(entry), keys, origin=log.origin)
    assert place == record.place
