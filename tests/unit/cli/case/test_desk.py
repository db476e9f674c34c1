import pytest

from sekisho.cli.case.desk import Step, desk_at, read_case
from sekisho.errors import EvidenceError, RefusedError
from sekisho.model import CaseState
from sekisho.signing import CASE, sign_statement
from sekisho.store.cases import CaseFolder
from sekisho.store.keys import load_signer
from sekisho.store.own_log import own_log


def test_each_step_is_signed_and_its_digest_waits_for_the_log(desk):
    found = desk.opened()
    here = desk_at(desk.cases, "desk")
    case = here.take(found, Step(state=CaseState.IN_REVIEW), Step(state=CaseState.LEGAL_HOLD, reason="court"))
    assert [event.state for event in case.events][-2:] == [CaseState.IN_REVIEW, CaseState.LEGAL_HOLD]
    assert here.folder.records().count("case") == len(case.events)
    # Of one hour there is one batch, however many cases there are.
    assert b"\n16\n" in own_log().checkpoint()


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
