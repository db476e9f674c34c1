import json
import re

import pytest

from sekisho.cases.letters import open_letter
from sekisho.cli.app import main
from sekisho.codec.hit import encode_draft
from sekisho.signing import DRAFT, LETTER, open_statement, sign_statement
from sekisho.store.keys import load_signer
from sekisho.store.likenesses import Likenesses
from tests.hits import OPERATOR, draft, hit, protected
from tests.people import begin, register


@pytest.fixture
def family(desk, capsys):
    """Two guardians who have registered the same photo: their registrations and the case of each."""
    begin()
    cases = {}
    for holder in ("parent", "other"):
        capsys.readouterr()
        register(desk.path, holder, 1)
        entry = re.findall(r"l-[0-9a-f]{32}", capsys.readouterr().out)[0]
        cases[holder] = (entry, opened(desk, protected(handle=watched(entry).hex())))
    return cases


def watched(entry):
    return Likenesses.find(load_signer("registry").key).watch_handle(entry, 0)


def opened(desk, of, **more):
    """Open the case of a hit and return its id."""
    path = desk.path / "draft.jsonl"
    path.write_bytes(sign_statement(DRAFT, encode_draft(draft(of, **more)), load_signer("desk")) + b"\n")
    assert desk.run("open", path) == 0, desk.told
    return desk.said.strip()


def letter(desk, case_id, reader):
    path = desk.path / "letter.json"
    assert desk.run("tell", case_id, "--to", reader, "-o", path, "--force") == 0, desk.told
    return open_letter(path.read_bytes())


def verify(entry):
    main(["registry", "vouch", "--entry", entry, "--relation", "guardian", "--by", "registry"])


def test_a_declared_guardian_learns_that_there_is_a_match_and_which_desk_to_turn_to(desk, family):
    told = letter(desk, family["parent"][1], "parent")
    assert told.case == family["parent"][1]
    assert load_signer("desk").key in told.words["en"]
    assert told.evidence is None
    assert OPERATOR not in repr(told)
    assert "一致" in told.words["ja"]


def test_evidence_comes_after_the_registry_has_verified_the_relation(desk, family):
    entry, case_id = family["parent"]
    verify(entry)
    told = letter(desk, case_id, "parent")
    assert told.evidence["operator"] == OPERATOR
    assert told.evidence["rows"] == ["unit#0", "unit#7"]
    assert OPERATOR in told.words["ja"]


def test_guardians_of_one_child_do_not_see_each_other(desk, family):
    for entry, _ in family.values():
        verify(entry)
    (entry, case_id), (other, other_case) = family["parent"], family["other"]
    told = repr(letter(desk, case_id, "parent"))
    for word in (other, entry, other_case, load_signer("other").key, watched(other).hex()):
        assert word not in told
    # And the case of the other is to each as if it were not there.
    assert letter(desk, other_case, "parent").case == ""


def test_a_stranger_gets_the_same_words_whether_there_is_a_case_or_not(desk, family):
    there = letter(desk, family["parent"][1], "lumen")
    nowhere = letter(desk, "n-" + "0" * 32, "lumen")
    assert there == nowhere
    assert there.case == ""
    told = letter(desk, desk.opened(), "lumen")
    assert told == there
    assert desk.run("tell", "n-" + "0" * 20, "--to", "lumen", "-o", desk.path / "none") == 2


def test_a_registration_that_is_withdrawn_or_erased_is_nobodys(desk, family):
    entry, case_id = family["parent"]
    verify(entry)
    assert main(["withdraw", entry, "--holder", "parent"]) == 0
    assert letter(desk, case_id, "parent").case == ""
    entry, case_id = family["other"]
    assert main(["erase", entry, "--yes"]) == 0
    assert letter(desk, case_id, "other").case == ""


def test_who_has_grown_up_speaks_for_itself(desk, capsys):
    begin()
    capsys.readouterr()
    register(desk.path, "parent", 1, more=("--adult-from", "2020-01-01"))
    entry = re.findall(r"l-[0-9a-f]{32}", capsys.readouterr().out)[0]
    case_id = opened(desk, protected(handle=watched(entry).hex()))
    verify(entry)
    told = letter(desk, case_id, "parent")
    assert (told.case, told.evidence) == (case_id, None)


def test_the_registrant_of_a_work_and_an_authority_are_told_what_is_theirs(desk):
    agency = load_signer("agency").key
    case_id = opened(desk, hit(), registrant=agency)
    assert letter(desk, case_id, "agency").evidence["count"] == 2
    assert desk.run("open", desk.asked()) == 0
    told = letter(desk, desk.said.strip(), "agency")
    assert "in review" in told.words["en"]
    assert told.evidence is None


def test_a_letter_is_private_signed_and_shown_by_verify(desk, family, capsys):
    letter(desk, family["parent"][1], "parent")
    path = desk.path / "letter.json"
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(open_statement(path.read_bytes().rstrip(), LETTER).payload)["v"] == 1
    capsys.readouterr()
    assert main(["verify", str(path), "--lang", "en"]) == 0
    assert "There is a match" in capsys.readouterr().out


def test_only_a_desk_that_has_worked_on_a_case_writes_its_letters(desk, family):
    found = family["parent"][1]
    assert desk.run("tell", found, "--to", "parent", "-o", desk.path / "l", by="agency") == 2
    assert desk.run("tell", found, "--to", "desk", "-o", desk.path / "l") == 2
    assert not (desk.path / "l").exists()


def test_the_same_draft_is_opened_once(desk):
    opened(desk, hit())
    assert desk.run("open", desk.path / "draft.jsonl") == 2
    assert "received before" in desk.told
