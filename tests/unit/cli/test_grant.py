import pytest

from sekisho.cli.app import main
from sekisho.codec import decode_grant
from sekisho.model import EVERYBODY, Purpose
from sekisho.registry.submit import submit
from sekisho.signing import GRANT, REVOCATION, open_statement
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from tests.parties import DAY, Party, registration

LUMEN = Party(name="lumen")
TERMS = ["--purpose", "train", "--territory", "JP", "--from", "2026-11-01", "--until", "2067-10-31"]


class Holder:
    """A key of this machine, as the helpers of statements want it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signer = make_key(name)
        self.key = self.signer.key
        self.sign = self.signer.sign


@pytest.fixture
def entry() -> str:
    """Make a default registry with one entry of `aozora`."""
    main(["registry", "init"])
    holder = Holder("aozora")
    make_key("mallory")
    (verdict,) = submit([registration(holder, 1)], open_registry(str(default_registry())).batch, today=DAY)
    return verdict.id


def kept(type_: str) -> tuple[bytes, ...]:
    return open_registry(str(default_registry())).statements(type_)


def give(*more: str, holder: str = "aozora", to: str = LUMEN.key) -> int:
    return main(["grant", "give", "--holder", holder, "--to", to, *TERMS, *more])


def test_a_grant_says_what_was_typed(entry):
    terms = ["train,publish" if word == "train" else word for word in TERMS]
    argv = ["grant", "give", "--holder", "aozora", "--to", LUMEN.key, *terms, "--entry", entry]
    assert main([*argv, "--contract-ref", "C-1"]) == 0
    (envelope,) = kept(GRANT)
    read = decode_grant(open_statement(envelope).payload)
    assert (read.entry, read.grantee, read.contract_ref) == (entry, LUMEN.key, "C-1")
    assert read.purposes == {Purpose.TRAIN, Purpose.PUBLISH}
    assert (str(read.from_), str(read.until)) == ("2026-11-01", "2067-10-31")
    assert open_statement(envelope).signer == load_signer("aozora").key


@pytest.mark.parametrize("more", [[], ["--entry", "all"]])
def test_a_grant_for_everything_says_so(entry, more, capsys):
    assert give(*more) == 0
    assert "for all entries" in capsys.readouterr().err
    assert decode_grant(open_statement(kept(GRANT)[0]).payload).entry is None
    assert entry


def test_a_self_made_grant_is_refused(entry, capsys):
    assert give("--entry", entry, holder="mallory") == 2
    assert "belongs to" in capsys.readouterr().err
    assert give("--entry", entry, to="aozora") == 2
    assert "the registrant itself" in capsys.readouterr().err
    assert kept(GRANT) == ()


def test_a_grant_for_an_unknown_entry_is_refused(entry, capsys):
    assert give("--entry", "e-" + "0" * 32) == 2
    assert "not in this registry" in capsys.readouterr().err
    assert entry


@pytest.mark.parametrize(
    "more",
    [
        ["--purpose", "look"],
        ["--until", "2026-10-31"],
        ["--territory", "Japan"],
        ["--until", "tomorrow"],
        ["--entry", "x"],
        ["--basis", "theft"],
    ],
)
def test_terms_that_make_no_sense_are_refused(entry, more, capsys):
    argv = ["grant", "give", "--holder", "aozora", "--to", LUMEN.key, *TERMS, "--entry", entry]
    at = argv.index(more[0]) if more[0] in argv else len(argv)
    assert main([*argv[:at], *more, *argv[at + 2 :]]) == 2
    assert capsys.readouterr().err.count("error: ") == 1
    assert kept(GRANT) == ()


def test_list_and_revoke(entry, capsys):
    give("--entry", entry)
    given = capsys.readouterr().out.splitlines()[-1]
    main(["grant", "list", "--on", "2026-12-01"])
    assert f"{given}  active   {entry}" in capsys.readouterr().out
    assert main(["grant", "revoke", given, "--holder", "mallory"]) == 2
    assert "belongs to" in capsys.readouterr().err
    assert kept(REVOCATION) == ()
    assert main(["grant", "revoke", given, "--holder", "aozora", "--on", "2026-12-01"]) == 0
    capsys.readouterr()
    main(["grant", "list", "--on", "2026-12-01", "--holder", "aozora"])
    assert f"{given}  revoked  {entry}" in capsys.readouterr().out
    main(["grant", "list", "--holder", "mallory"])
    assert capsys.readouterr().out == ""


def test_revoking_what_was_never_given_is_refused(entry, capsys):
    assert main(["grant", "revoke", "g-" + "0" * 32, "--holder", "aozora"]) == 2
    assert "not in this registry" in capsys.readouterr().err
    assert main(["grant", "revoke", entry, "--holder", "aozora"]) == 2


def test_an_agent_gives_for_its_principal(entry, capsys):
    make_key("agency")
    argv = ("--entry", entry, "--on-behalf-of", "aozora")
    assert give(*argv, holder="agency") == 2
    assert "no mandate to grant" in capsys.readouterr().err
    main(["key", "delegate", "agency", "--holder", "aozora", "--may", "grant", "--from", "2020-01-01",
          "--until", "2090-01-01"])  # fmt: skip
    assert give(*argv, holder="agency") == 0
    statement = open_statement(kept(GRANT)[0])
    assert statement.signer == load_signer("agency").key
    assert decode_grant(statement.payload).registrant == load_signer("aozora").key
    capsys.readouterr()
    main(["grant", "list", "--holder", "aozora"])
    assert entry in capsys.readouterr().out


def give_everyone(*more: str, holder: str = "aozora") -> int:
    return main(["grant", "give", "--holder", holder, "--to-everyone", *TERMS, *more])


def test_a_grant_for_everybody_says_in_both_languages_what_it_means_before_it_is_given(entry, capsys):
    assert give_everyone("--entry", entry) == 2
    said = capsys.readouterr().err
    assert all(words in said for words in (entry, "EVERYBODY", "だれでも", "training", "CC0", "--yes"))
    assert kept(GRANT) == ()
    assert give_everyone("--entry", entry, "--yes") == 0
    assert "sekisho signals publish" in capsys.readouterr().err
    read = decode_grant(open_statement(kept(GRANT)[0]).payload)
    assert (read.grantee, read.is_general, read.entry) == (EVERYBODY, True, entry)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--yes"], "says what is given"),
        (["--yes", "--entry", "all", "--to", "lumen"], "say to whom"),
        (["--yes", "--entry", "all", "--on-behalf-of", LUMEN.key], "in another's name"),
        (["--yes", "--entry", "all", "--basis", "consent"], "consent is for a named operator"),
        (["--yes", "--entry", "l-" + "0" * 32], "not licensed"),
        (["--yes", "--entry", "l-" + "0" * 32, "--basis", "consent"], "consent is for a named operator"),
    ],
)
def test_a_grant_for_everybody_is_not_given_by_accident(entry, argv, message, capsys):
    assert give_everyone(*argv) == 2
    assert message in capsys.readouterr().err
    assert kept(GRANT) == ()
    assert entry


def test_a_key_of_that_name_is_not_everybody(entry, capsys):
    assert give("--entry", entry, to="everyone") == 2
    assert "no key is known" in capsys.readouterr().err
    key = make_key("everyone").key
    assert give("--entry", entry, to="everyone") == 0
    assert decode_grant(open_statement(kept(GRANT)[0]).payload).grantee == key
    assert give("--entry", entry, to="*") == 2
    assert main(["grant", "give", "--holder", "aozora", *TERMS]) == 2
    assert "say to whom" in capsys.readouterr().err


def test_a_grant_for_everybody_is_listed_in_words_and_ends_as_others(entry, capsys):
    named, general = (give("--entry", entry), give_everyone("--entry", "all", "--yes"))
    assert (named, general) == (0, 0)
    assert "also those to come" in capsys.readouterr().err
    main(["grant", "list", "--on", "2026-12-01"])
    first, second = sorted(capsys.readouterr().out.splitlines(), key=lambda line: "everyone" in line)
    assert "  active   all  everyone  train  JP  2026-11-01..2067-10-31" in second
    assert main(["grant", "revoke", first.split()[0], "--holder", "aozora", "--on", "2026-12-01"]) == 0
    said = capsys.readouterr().err
    assert f"{second.split()[0]} for everybody stays" in said
    assert "だれにでも認める許諾" in said
    assert main(["grant", "revoke", second.split()[0], "--holder", "aozora", "--on", "2026-12-01"]) == 0
    said = capsys.readouterr().err
    assert "does not undo what was trained" in said
    assert "元に戻らず" in said
    main(["grant", "list", "--on", "2026-12-01"])
    assert capsys.readouterr().out.count("revoked") == 2
