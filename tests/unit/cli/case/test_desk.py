import shutil
import sqlite3

import pytest

from sekisho.cases.states import step
from sekisho.cli.app import main
from sekisho.cli.case.desk import Step, desk_at, read_case
from sekisho.codec.case import encode_event
from sekisho.errors import EvidenceError, InputError, RefusedError
from sekisho.model import CaseState
from sekisho.signing import CASE, sign_statement
from sekisho.store.cases import CaseFolder
from sekisho.store.home import home_dir
from sekisho.store.keys import load_signer
from sekisho.store.own_log import own_log, own_queue


def test_each_step_is_signed_and_its_digest_waits_for_the_log(desk):
    found = desk.opened()
    here = desk_at(desk.cases, "desk")
    case = here.take(found, Step(state=CaseState.IN_REVIEW), Step(state=CaseState.LEGAL_HOLD, reason="court"))
    assert [event.state for event in case.events][-2:] == [CaseState.IN_REVIEW, CaseState.LEGAL_HOLD]
    assert here.folder.records().count("case") == len(case.events)
    # Of one hour there is one batch, however many steps there are; none of them is seen by itself.
    assert not own_log().begun
    assert own_queue().count() == len(case.events)
    assert main(["log", "batch"]) == 0
    assert b"\n16\n" in own_log().checkpoint()
    assert here.folder.records().read(1).place is None
    here.take(found, Step(state=CaseState.IN_REVIEW))
    assert 0 <= here.folder.records().read(1).place < 16


def test_of_several_steps_those_before_a_refused_one_stand(desk):
    found = desk.opened()
    with pytest.raises(RefusedError):
        desk_at(desk.cases, "desk").take(found, Step(state=CaseState.IN_REVIEW), Step(state=CaseState.CLOSED))
    assert desk.case(found).state is CaseState.IN_REVIEW


def test_an_event_signed_by_another_than_it_names_is_found(desk):
    found = desk.opened()
    folder = CaseFolder(desk.cases)
    stored = folder.events(found)
    forged = sign_statement(CASE, stored[1].payload, load_signer("agency"))
    (desk.cases / found / "events.jsonl").write_bytes(stored[0].envelope + b"\n" + forged + b"\n")
    with pytest.raises(EvidenceError, match="another than it names"):
        read_case(folder, found)


def test_a_folder_under_the_name_of_another_case_is_found(desk):
    found = desk.opened()
    other = "n-" + "0" * 32
    (desk.cases / found).rename(desk.cases / other)
    with pytest.raises(EvidenceError, match="holds the events of"):
        read_case(CaseFolder(desk.cases), other)


def test_a_last_event_that_was_taken_away_is_missed(desk):
    found = desk.opened()
    path = desk.cases / found / "events.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole.splitlines(keepends=True)[0])
    assert desk.run("show", found) == 4
    assert "taken away" in desk.told
    assert desk.run("refuse", found, "--reason", "x") == 4
    path.write_bytes(whole)
    assert desk.run("show", found) == 0


def test_what_a_crash_kept_from_the_log_is_kept_with_the_next_step(desk):
    found = desk.opened()
    shutil.rmtree(desk.cases / ".vault")
    here = desk_at(desk.cases, "desk")
    assert here.folder.records().count("case") == 0
    case = here.take(found, Step(state=CaseState.IN_REVIEW))
    assert here.folder.records().count("case") == len(case.events)


def test_an_event_that_nobody_could_read_is_never_added(desk):
    found = desk.opened()
    before = desk.case(found)
    with pytest.raises(InputError):
        desk_at(desk.cases, "desk").take(found, Step(state=CaseState.IN_REVIEW, reason="a" * 2001))
    assert desk.case(found) == before


def test_two_who_decide_at_once_do_not_both_win(desk):
    found = desk.opened()
    one, other = desk_at(desk.cases, "desk"), desk_at(desk.cases, "agency")
    one.take(found, Step(state=CaseState.IN_REVIEW))
    case, digests = other.whole(found)
    one.take(found, Step(state=CaseState.LEGAL_HOLD))
    event = step(case, CaseState.REFERRED, by=other.signer.key, at=case.events[-1].at, previous=digests[-1])
    envelope = sign_statement(CASE, encode_event(event), other.signer)
    with pytest.raises(RefusedError, match="moved on"):
        other.folder.append(found, event.number, envelope)


def searched(desk, *words):
    """Return the names of all files that hold one of some words."""
    files = [p for root in (desk.cases, home_dir()) for p in root.rglob("*") if p.is_file()]
    return {p.name for p in files if any(word in p.read_bytes() for word in words)}


def sealed_about(desk, found):
    """Return the bytes that lie sealed about a case: what was said, and the key under which."""
    vault = desk.cases / ".vault"
    place = desk_at(desk.cases, "desk").folder.records().vault.place_of(found)
    sealed = []
    for file, query in (
        ("records.sqlite", "SELECT text FROM beside WHERE subject = ?"),
        ("keys.sqlite", "SELECT wrapped FROM key WHERE subject = ?"),
    ):
        connection = sqlite3.connect(vault / file)
        sealed += [row[0] for row in connection.execute(query, (place,))]
        connection.close()
    return sealed


def test_after_an_erasure_the_case_goes_on_and_nothing_of_the_person_is_left(desk):
    kept = desk.opened()
    found = desk.opened(subject="intimate")
    assert desk.run("show", found, "--notice", "--by", "desk") == 0
    sealed = [one[:40] for one in sealed_about(desk, found)]
    assert len(sealed) == 2
    erase = ["erase", "--subject", found, "--vault", str(desk.cases / ".vault")]
    assert main(erase) == 2
    assert searched(desk, *sealed) == {"records.sqlite", "keys.sqlite"}
    assert main([*erase, "--yes"]) == 0
    assert searched(desk, *sealed, b"my child", b"mother@example", b"item 5") == set()
    assert desk.run("show", found, "--notice", "--by", "desk") == 0
    assert "erased: what was said" in desk.said
    events = [event.state for event in desk.case(found).events]
    assert desk.run("refuse", found, "--reason", "parody") == 0
    assert desk.run("close", found) == 0
    assert [event.state for event in desk.case(found).events][: len(events)] == events
    digests = desk_at(desk.cases, "desk").whole(found)[1]
    assert desk_at(desk.cases, "desk").folder.records().count("case") >= len(digests)
    assert desk.run("show", kept, "--notice", "--by", "desk") == 0
    assert "mother@example.org" in desk.said


def test_the_beginning_of_an_id_erases_nothing_and_says_so(desk):
    found = desk.opened()
    erase = ["erase", "--vault", str(desk.cases / ".vault"), "--yes", "--subject"]
    assert main([*erase, found[:12]]) == 2
    assert desk.run("show", found, "--notice", "--by", "desk") == 0
    assert "mother@example.org" in desk.said
