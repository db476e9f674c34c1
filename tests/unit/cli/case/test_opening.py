import shutil
import tomllib
from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.cases.opening import encode_opening
from sekisho.cases.results import open_asked, opening_of
from sekisho.cli.case import opening
from sekisho.cli.case.desk import Step, begun, desk_at
from sekisho.cli.waiting import waiting_for_batch
from sekisho.codec.case import encode_request
from sekisho.codec.hit import encode_draft
from sekisho.ledger.logged import decode_logged, encode_logged
from sekisho.model import CaseState, Request, utc
from sekisho.signing import DRAFT, REQUEST, sign_statement
from sekisho.store.cases import CaseFolder
from sekisho.store.clock import now
from sekisho.store.home import home_dir
from sekisho.store.keys import load_signer, make_key
from sekisho.store.own_log import own_log
from tests.desk_of_cases import with_receipt
from tests.hits import draft
from tests.keys import SeededKey


@pytest.mark.parametrize("subject", ["work", "character", "likeness", "intimate", "personal"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_form_can_be_read_as_it_is_and_asks_for_what_it_lacks(desk, subject, lang):
    path = desk.path / "n.toml"
    assert desk.run("form", "--subject", subject, "--jurisdiction", "US", "-o", path, "--lang", lang) == 0
    assert tomllib.loads(path.read_text(encoding="utf-8"))["subject"] == subject
    assert path.stat().st_mode & 0o077 == 0
    assert desk.run("open", path) == 0
    case = desk.case(desk.said.strip())
    assert case.state is CaseState.INCOMPLETE
    assert "good_faith" in case.events[-1].reason


def test_a_notice_that_lacks_nothing_goes_on(desk):
    assert desk.case(desk.opened()).state is CaseState.TRIAGE


def test_what_a_person_says_lies_nowhere_in_the_open(desk):
    desk.opened()
    for root in (desk.cases, home_dir()):
        for path in root.rglob("*"):
            if path.is_file():
                assert b"mother@example.org" not in path.read_bytes(), path
                assert b"my child" not in path.read_bytes(), path


def test_what_was_missing_can_be_brought_later_and_nothing_else(desk):
    found = desk.opened(more="")
    assert desk.case(found).state is CaseState.INCOMPLETE
    letter = (desk.cases / found / "outbox" / "incomplete.txt").read_text(encoding="utf-8")
    assert "relation" in letter
    assert desk.run("supplement", found, desk.form(subject="work")) == 2
    assert "something else" in desk.told
    assert desk.run("supplement", found, desk.form()) == 0
    assert desk.case(found).state is CaseState.TRIAGE
    assert desk.run("supplement", found, desk.form()) == 2


@pytest.mark.parametrize(
    "text", ["subject = ", "a = " + "[" * 5000, 'subject = "likeness"\njurisdiction = "JP"\nwish = 1', "\0"]
)
def test_a_file_that_is_no_form_is_refused_and_no_case_is_there(desk, text):
    path = desk.path / "n.toml"
    path.write_text(text, encoding="utf-8")
    assert desk.run("open", path) == 2
    assert not desk.cases.exists()
    assert desk.run("open", desk.path / "none.toml") == 2
    assert "sekisho case form" in desk.told


def test_a_request_is_received_once_and_only_by_whom_it_is_to(desk):
    path = desk.asked()
    assert desk.run("open", path, by="agency") == 2
    assert "is to" in desk.told
    assert desk.run("open", path) == 0
    case = desk.case(desk.said.strip())
    assert (case.state, case.outcome) == (CaseState.IN_REVIEW, None)
    assert (desk.cases / case.id / "outbox" / "received.json").is_file()
    assert desk.run("open", path) == 2
    assert "received before" in desk.told


def test_a_request_that_was_changed_is_not_received(desk):
    path = desk.asked()
    data = path.read_bytes()
    at = data.index(b'"index":') + len(b'"index":')
    path.write_bytes(data[:at] + b"9" + data[at:])
    assert desk.run("open", path) == 4
    assert not list(desk.cases.glob("n-*"))


def forged(desk, signer="agency", at=None, due=None, **fields):
    """Put a request on the log that `case request` would not make, and return its file."""
    at = at or utc(now())
    made = {
        "id": "",
        "authority": load_signer("agency").key,
        "operator": load_signer("desk").key,
        "basis": "law",
        "scope": ("runs",),
        "at": at,
        "due": due or at.date() + timedelta(days=9),
    }
    payload = encode_request(Request(**(made | fields)))
    path = desk.path / "forged.json"
    path.write_bytes(waiting_for_batch(sign_statement(REQUEST, payload, load_signer(signer))))
    return with_receipt(path)


def test_a_request_signed_by_another_or_logged_after_its_term_is_none(desk):
    make_key("other")
    assert desk.run("open", forged(desk, signer="other")) == 4
    assert "signed by another" in desk.told
    past = utc(now()) - timedelta(days=40)
    path = forged(desk, at=past, due=past.date() + timedelta(days=30))
    assert desk.run("open", path) == 4
    assert desk.run("judge", path, "-o", desk.path / "r", by="agency") == 4
    assert "is in the log only since" in desk.told
    assert not list(desk.cases.glob("n-*"))


def test_a_request_that_comes_too_late_is_received_and_said_to_be(desk, monkeypatch):
    path = desk.asked(due=f"{now().date() + timedelta(days=1)}")
    later = now() + timedelta(days=3)
    monkeypatch.setattr(opening, "now", lambda: later)
    assert desk.run("open", path) == 0
    assert "term has ended" in desk.told


def test_the_same_request_with_a_newer_receipt_is_the_same_request(desk):
    path = desk.asked()
    assert desk.run("open", path) == 0
    logged = decode_logged(path.read_bytes())
    own_log().append_all([logged.entry])
    own_log().publish()
    path.write_bytes(encode_logged(replace(logged, receipt=own_log().prove(logged.index))))
    assert desk.run("open", path) == 2
    assert "received before" in desk.told


def test_a_crash_after_the_first_step_is_gone_on_from(desk):
    path = desk.asked()
    assert desk.run("open", path) == 0
    found = desk.said.strip()
    events = desk.cases / found / "events.jsonl"
    events.write_bytes(events.read_bytes().splitlines(keepends=True)[0])
    shutil.rmtree(desk.cases / found / "outbox")
    shutil.rmtree(desk.cases / ".vault")
    assert desk.run("open", path) == 0
    assert desk.said.strip() == found
    assert desk.case(found).state is CaseState.IN_REVIEW
    assert (desk.cases / found / "outbox" / "received.json").is_file()
    assert len(list(desk.cases.glob("n-*"))) == 1


def test_what_a_crash_has_left_beside_the_cases_is_swept(desk):
    (desk.cases / ".n-0123.1").mkdir(parents=True)
    desk.opened()
    assert not list(desk.cases.glob(".n-*"))


def test_a_form_under_any_name_is_a_form_and_one_of_a_megabyte_is_none(desk):
    path = desk.form().rename(desk.path / "notice.txt")
    assert desk.run("open", path) == 0
    path.write_text(
        'subject = "work"\njurisdiction = "JP"\nwork = "' + "a" * (1 << 20) + '"', encoding="utf-8"
    )
    assert desk.run("open", path) == 2
    assert "1024 KiB" in desk.told
    assert desk.run("open", desk.path) == 2


def test_what_was_brought_when_the_machine_stopped_can_be_brought_again(desk, monkeypatch):
    found = desk.opened(more="")
    with monkeypatch.context() as patch:
        patch.setattr(opening, "_examine", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        desk.run("supplement", found, desk.form())
    assert desk.case(found).state is CaseState.RECEIVED
    assert desk.run("supplement", found, desk.form()) == 0
    assert desk.case(found).state is CaseState.TRIAGE


def test_what_was_sealed_for_a_case_that_was_never_opened_is_erased(desk, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(CaseFolder, "begin", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        desk.run("open", desk.form())
    folder = CaseFolder(desk.cases)
    (lost,) = folder.half_opened()
    assert list(folder.records().beside("notice", lost))
    found = desk.opened()
    assert folder.ids() == [found]
    assert not list(folder.records().beside("notice", lost))
    assert folder.half_opened() == []
    assert list(folder.records().beside("notice", found))


def test_a_draft_of_a_watch_that_is_not_known_here_is_no_case(desk):
    path = desk.path / "draft.json"
    path.write_bytes(sign_statement(DRAFT, encode_draft(draft()), SeededKey("stranger")))
    assert desk.run("open", path) == 2
    assert "not known here" in desk.told
    assert not list(desk.cases.glob("n-*"))


def test_a_request_that_a_crash_has_left_between_two_steps_goes_on(desk):
    """Found by the soak: killed between the two steps of its opening, it was refused as received before."""
    path = desk.asked()
    here, asked = desk_at(desk.cases, "desk"), opening_of(open_asked(path.read_bytes()))
    case_id, envelope = begun(asked, here)
    here.folder.begin(case_id, encode_opening(asked), envelope, (("request.json", path.read_bytes()),))
    here.take(case_id, Step(state=CaseState.TRIAGE))
    assert desk.run("open", path) == 0
    assert desk.case(case_id).state is CaseState.IN_REVIEW
    assert desk.run("open", path) == 2
    assert "received before" in desk.told
