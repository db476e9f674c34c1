from datetime import timedelta

import pytest

from sekisho.cli.app import main
from sekisho.codec import decode_dispute, decode_resolution
from sekisho.model import Grounds, Settled
from sekisho.registry.submit import submit
from sekisho.signing import DISPUTE, RESOLUTION, open_statement
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from tests.parties import DAY, Party, registration

AOZORA = Party(name="aozora")


@pytest.fixture
def entry():
    """Make a default registry with an entry of another, voucher `registry`, and keys of two rivals."""
    main(["registry", "init"])
    make_key("kumo")
    make_key("agency")
    (verdict,) = submit([registration(AOZORA, 1)], open_registry(str(default_registry())).batch, today=DAY)
    return verdict.id


def kept(type_=DISPUTE):
    return open_registry(str(default_registry())).statements(type_)


def open_(entry, *more, holder="kumo", evidence="published 2019"):
    argv = ["dispute", "open", entry, "--holder", holder, "--grounds", "my_work", "--evidence", evidence]
    return main([*argv, *more])


def listed(capsys, *more):
    capsys.readouterr()
    assert main(["dispute", "list", *more]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_dispute_says_what_was_typed(entry):
    assert open_(entry) == 0
    (envelope,) = kept()
    read = decode_dispute(open_statement(envelope).payload)
    assert (read.entry, read.grounds, read.evidence) == (entry, Grounds.MY_WORK, "published 2019")
    assert (read.disputant, read.on, read.own) == (load_signer("kumo").key, today(), None)


@pytest.mark.parametrize("evidence", ["", "  "])
def test_a_dispute_without_evidence_is_refused(entry, evidence, capsys):
    assert open_(entry, evidence=evidence) == 2
    assert "evidence" in capsys.readouterr().err
    assert kept() == ()


def test_ones_own_entry_and_an_unknown_one_are_refused(entry, capsys):
    (own,) = submit(
        [registration(load_signer("kumo"), 2)], open_registry(str(default_registry())).batch, today=DAY
    )
    assert open_(own.id) == 2
    assert "of the disputant itself" in capsys.readouterr().err
    assert open_("e-" + "0" * 32) == 2
    assert open_(entry, "--grounds", "jealousy") == 2
    assert open_(entry, "--own", own.id) == 0
    assert decode_dispute(open_statement(kept()[0]).payload).own == own.id


def test_the_list_counts_down_the_thirty_days(entry, capsys):
    open_(entry, evidence="a\x1b[2Jb")
    (line,) = listed(capsys)
    assert "30 days left" in line
    assert entry in line
    assert AOZORA.key in line
    assert load_signer("kumo").key in line
    assert "\x1b" not in line
    assert "suspended" in listed(capsys, "--on", str(today() + timedelta(days=30)))[0]


def test_a_dispute_by_lower_trust_is_listed_only(entry, capsys):
    main(["registry", "vouch", "--entry", entry, "--by", "registry"])
    open_(entry)
    assert "listed only" in listed(capsys, "--on", str(today() + timedelta(days=99)))[0]
    main(["registry", "show", "--entries", "--on", str(today() + timedelta(days=99))])
    assert "active" in capsys.readouterr().out


def test_a_voucher_settles_and_the_disputant_does_not(entry, capsys):
    open_(entry)
    opened = listed(capsys)[0].split()[0]
    settle = ["dispute", "resolve", opened, "--settled", "dismissed", "--reason", "contract seen"]
    assert main([*settle, "--by", "kumo"]) == 2
    assert "can not settle" in capsys.readouterr().err
    assert main([*settle, "--by", "registry"]) == 0
    (envelope,) = kept(RESOLUTION)
    read = decode_resolution(open_statement(envelope).payload)
    assert (read.dispute, read.settled, read.reason) == (opened, Settled.DISMISSED, "contract seen")
    assert "dismissed" in listed(capsys)[0]


def test_a_dispute_is_taken_back_by_who_raised_it(entry, capsys):
    open_(entry)
    opened = listed(capsys)[0].split()[0]
    assert main(["dispute", "resolve", opened, "--settled", "withdrawn", "--by", "registry"]) == 2
    assert main(["dispute", "resolve", opened, "--settled", "withdrawn", "--by", "kumo"]) == 0
    assert "withdrawn" in listed(capsys)[0]


def test_an_agent_disputes_for_its_principal(entry, capsys):
    argv = ("--on-behalf-of", "kumo")
    assert open_(entry, *argv, holder="agency") == 2
    assert "no mandate to dispute" in capsys.readouterr().err
    days = ["--from", "2020-01-01", "--until", "2090-01-01"]
    main(["key", "delegate", "agency", "--holder", "kumo", "--may", "dispute", *days])
    assert open_(entry, *argv, holder="agency") == 0
    assert decode_dispute(open_statement(kept()[0]).payload).disputant == load_signer("kumo").key


def test_statements_can_be_carried_by_file(entry, tmp_path):
    carried = [str(tmp_path / name) for name in ("d.jsonl", "s.jsonl")]
    assert open_(entry, "-o", carried[0]) == 0
    assert kept() == ()
    assert main(["registry", "import", carried[0]]) == 0
    opened = decode_dispute(open_statement(kept()[0]).payload).id
    settle = ["dispute", "resolve", opened, "--settled", "upheld", "--by", "registry", "-o", carried[1]]
    assert main(settle) == 0
    assert kept(RESOLUTION) == ()
    assert main(["registry", "import", carried[1]]) == 0
    assert len(kept(RESOLUTION)) == 1
