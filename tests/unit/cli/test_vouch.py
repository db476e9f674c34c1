import pytest

from sekisho.cli.app import main
from sekisho.codec import decode_vouch
from sekisho.registry.submit import submit
from sekisho.signing import VOUCH, open_statement
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from tests.parties import DAY, Party, registration

AOZORA = Party(name="aozora")


@pytest.fixture
def entry() -> str:
    """Make a default registry whose voucher is `desk`, with one entry."""
    make_key("desk")
    main(["registry", "init", "--voucher", "desk"])
    (verdict,) = submit([registration(AOZORA, 1)], open_registry(str(default_registry())).batch, today=DAY)
    return verdict.id


def vouched():
    (envelope,) = open_registry(str(default_registry())).statements(VOUCH)
    return open_statement(envelope), decode_vouch(open_statement(envelope).payload)


def test_a_vouch_for_a_registrant_names_no_entry(entry):
    assert main(["registry", "vouch", "--holder", AOZORA.key, "--by", "desk"]) == 0
    statement, read = vouched()
    assert (read.registrant, read.entries, read.on) == (AOZORA.key, (), today())
    assert statement.signer == read.voucher == load_signer("desk").key
    assert entry


def test_a_vouch_for_an_entry_finds_its_registrant(entry):
    assert main(["registry", "vouch", "--entry", entry, "--by", "desk"]) == 0
    _, read = vouched()
    assert (read.registrant, read.entries) == (AOZORA.key, (entry,))


@pytest.mark.parametrize("more", [[], ["--holder", AOZORA.key, "--entry", "e-" + "0" * 32]])
def test_it_is_either_a_holder_or_entries(entry, more, capsys):
    capsys.readouterr()
    assert main(["registry", "vouch", "--by", "desk", *more]) == 2
    assert capsys.readouterr().err.startswith("error: name either --holder or --entry\n")
    assert open_registry(str(default_registry())).statements(VOUCH) == ()
    assert entry


def test_a_grant_is_not_an_entry(entry, capsys):
    assert main(["registry", "vouch", "--entry", "g-" + entry[2:], "--by", "desk"]) == 2
    assert "hint: sekisho registry show --entries" in capsys.readouterr().err
