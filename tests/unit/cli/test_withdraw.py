import pytest

from sekisho.cli.app import main
from sekisho.codec import decode_withdrawal
from sekisho.registry.submit import submit
from sekisho.signing import WITHDRAWAL, open_statement
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from sekisho.store.statements_file import read_statements
from tests.parties import DAY, registration


@pytest.fixture
def entries():
    """Make a default registry with two entries of `aozora`, a key of this machine."""
    main(["registry", "init"])
    holder = make_key("aozora")
    make_key("mallory")
    batch = [registration(holder, number) for number in range(2)]
    return [v.id for v in submit(batch, open_registry(str(default_registry())).batch, today=DAY)]


def kept():
    found = open_registry(str(default_registry())).statements(WITHDRAWAL)
    return [decode_withdrawal(open_statement(e).payload) for e in found]


def test_entries_are_withdrawn_with_day_and_reason(entries, capsys):
    assert main(["withdraw", *entries, "--holder", "aozora", "--reason", "sold"]) == 0
    found = kept()
    assert {w.entry for w in found} == set(entries)
    assert {(w.registrant, w.on, w.reason) for w in found} == {(load_signer("aozora").key, today(), "sold")}
    out, err = capsys.readouterr()
    assert {w.id for w in found} <= set(out.split())
    assert "next snapshot" in err
    main(["registry", "show", "--entries"])
    assert capsys.readouterr().out.count("withdrawn") == 2


def test_only_ones_own_and_only_once(entries, capsys):
    assert main(["withdraw", entries[0], "--holder", "mallory"]) == 2
    assert "belongs to" in capsys.readouterr().err
    assert main(["withdraw", "e-" + "0" * 32, "--holder", "aozora"]) == 2
    assert main(["withdraw", "e-1", "--holder", "aozora"]) == 2
    assert main(["withdraw", "--holder", "aozora"]) == 2
    assert kept() == []
    main(["withdraw", entries[0], entries[0], "--holder", "aozora"])
    assert len(kept()) == 1
    assert main(["withdraw", *entries, "--holder", "aozora", "--reason", "again"]) == 2
    assert "withdrawn already" in capsys.readouterr().err
    assert len(kept()) == 2


def test_an_agent_withdraws_for_its_principal(entries, capsys):
    argv = ["withdraw", entries[0], "--holder", "mallory", "--on-behalf-of", "aozora"]
    assert main(argv) == 2
    assert "no mandate to withdraw" in capsys.readouterr().err
    days = ["--from", "2020-01-01", "--until", "2090-01-01"]
    main(["key", "delegate", "mallory", "--holder", "aozora", "--may", "withdraw", *days])
    assert main(argv) == 0
    assert kept()[0].registrant == load_signer("aozora").key


def test_a_withdrawal_can_be_carried_by_file(entries, tmp_path):
    carried = tmp_path / "w.jsonl"
    assert main(["withdraw", *entries, "--holder", "aozora", "-o", str(carried)]) == 0
    assert kept() == []
    assert len(read_statements(carried)) == 2
    assert main(["registry", "import", str(carried)]) == 0
    assert len(kept()) == 2
