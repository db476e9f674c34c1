import pytest

from sekisho.cli.app import main
from sekisho.codec import decode_revocation
from sekisho.registry.submit import submit
from sekisho.signing import GRANT, REVOCATION, open_statement
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from sekisho.store.statements_file import read_statements
from tests.parties import DAY, Party, grant, mandate, registration, vouch


@pytest.fixture
def given() -> str:
    """Make a default registry in which `aozora`, a key of this machine, has given a grant."""
    main(["registry", "init"])
    holder = make_key("aozora")
    database = open_registry(str(default_registry()))
    (entry,) = submit([registration(holder, 1)], database.batch, today=DAY)
    (verdict,) = submit([grant(holder, Party(name="lumen"), entry.id)], database.batch, today=DAY)
    assert verdict.kept
    return verdict.id


def kept(type_):
    return open_registry(str(default_registry())).statements(type_)


def test_a_revocation_says_what_was_typed(given, capsys):
    capsys.readouterr()
    argv = ["grant", "revoke", given, "--holder", "aozora", "--on", "2026-12-24", "--reason", "sold"]
    assert main(argv) == 0
    (envelope,) = kept(REVOCATION)
    statement = open_statement(envelope)
    read = decode_revocation(statement.payload)
    assert (read.grant, str(read.on), read.reason) == (given, "2026-12-24", "sold")
    assert statement.signer == read.registrant == load_signer("aozora").key
    assert len(capsys.readouterr().out.split()) == 1


def test_without_a_day_it_ends_today_and_the_grant_stays_on_record(given):
    assert main(["grant", "revoke", given, "--holder", "aozora"]) == 0
    assert decode_revocation(open_statement(kept(REVOCATION)[0]).payload).on == today()
    assert len(kept(GRANT)) == 1


def test_a_revocation_can_be_carried_by_file(given, tmp_path, capsys):
    carried = tmp_path / "revocation.jsonl"
    argv = ["grant", "revoke", given, "--holder", "aozora", "-o", str(carried)]
    assert main(argv) == 0
    assert kept(REVOCATION) == ()
    assert main(argv) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["registry", "import", str(carried)]) == 0
    assert kept(REVOCATION) == tuple(read_statements(carried))


def test_a_mandate_and_a_vouch_are_ended_in_the_same_way(given):
    holder, desk = load_signer("aozora"), load_signer("registry")
    batch = [mandate(holder, Party(name="agency")), vouch(desk, holder)]
    verdicts = submit(batch, open_registry(str(default_registry())).batch, today=DAY)
    for verdict, key, other in zip(verdicts, ("aozora", "registry"), ("registry", "aozora"), strict=True):
        assert main(["grant", "revoke", verdict.id, "--holder", other]) == 2
        assert main(["grant", "revoke", verdict.id, "--holder", key]) == 0
    assert len(kept(REVOCATION)) == 2
    assert given


def test_an_agent_revokes_for_its_principal(given, capsys):
    make_key("agency")
    argv = ["grant", "revoke", given, "--holder", "agency", "--on-behalf-of", "aozora"]
    assert main(argv) == 2
    assert "no mandate to grant" in capsys.readouterr().err
    days = ["--from", "2020-01-01", "--until", "2090-01-01"]
    main(["key", "delegate", "agency", "--holder", "aozora", "--may", "grant", *days])
    assert main(argv) == 0
    statement = open_statement(kept(REVOCATION)[0])
    assert decode_revocation(statement.payload).registrant == load_signer("aozora").key
    assert statement.signer == load_signer("agency").key
