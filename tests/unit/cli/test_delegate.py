from datetime import date

import pytest

from sekisho.cli.app import main
from sekisho.codec import decode_mandate
from sekisho.model import Act
from sekisho.signing import MANDATE, REVOCATION, open_statement
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from tests.parties import Party

AGENCY = Party(name="agency")
DAYS = ["--from", "2026-11-01", "--until", "2027-10-31"]
ARGV = ["key", "delegate", AGENCY.key, "--holder", "aozora", "--may", "register, withdraw", *DAYS]


@pytest.fixture(autouse=True)
def _registry():
    main(["registry", "init"])
    make_key("aozora")


def kept(type_=MANDATE):
    return open_registry(str(default_registry())).statements(type_)


def test_a_mandate_says_what_was_typed_and_how_to_end_it(capsys):
    capsys.readouterr()
    assert main(ARGV) == 0
    (envelope,) = kept()
    read = decode_mandate(open_statement(envelope).payload)
    assert (read.principal, read.agent) == (load_signer("aozora").key, AGENCY.key)
    assert read.acts == {Act.REGISTER, Act.WITHDRAW}
    assert (read.from_, read.until) == (date(2026, 11, 1), date(2027, 10, 31))
    out, err = capsys.readouterr()
    assert out.strip() == read.id
    assert f"sekisho grant revoke {read.id}" in err
    assert main(["grant", "revoke", read.id, "--holder", "aozora"]) == 0
    assert len(kept(REVOCATION)) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("register, withdraw", "vouch"),
        ("register, withdraw", ""),
        ("2027-10-31", "2026-10-31"),
        (AGENCY.key, "nobody"),
        (AGENCY.key, "aozora"),
    ],
)
def test_what_makes_no_sense_is_refused(old, new, capsys):
    capsys.readouterr()
    assert main([new if word == old else word for word in ARGV]) == 2
    assert capsys.readouterr().err.count("error: ") == 1
    assert kept() == ()


def test_a_mandate_can_be_carried_by_file(tmp_path):
    carried = str(tmp_path / "m.jsonl")
    assert main([*ARGV, "-o", carried]) == 0
    assert kept() == ()
    assert main(["registry", "import", carried]) == 0
    assert len(kept()) == 1
