import pytest

from sekisho.cases.opening import encode_opening
from sekisho.codec.case import encode_event
from sekisho.errors import EvidenceError, NotFoundError, RefusedError
from sekisho.model import CaseState
from sekisho.signing import CASE, sign_statement
from sekisho.store.cases import CaseFolder
from tests.cases import NOTICE, case_of
from tests.keys import SeededKey

CASE_OF = case_of(CaseState.TRIAGE, CaseState.IN_REVIEW)
LINES = [sign_statement(CASE, encode_event(event), SeededKey("desk")) for event in CASE_OF.events]


@pytest.fixture
def folder(tmp_path):
    made = CaseFolder(tmp_path / "cases")
    made.begin(CASE_OF.id, encode_opening(NOTICE), LINES[0], (("draft.json", b"{}"),))
    return made


def test_a_case_is_there_whole(folder):
    assert folder.ids() == [CASE_OF.id]
    assert folder.find(CASE_OF.id[:6]) == CASE_OF.id
    assert folder.opening(CASE_OF.id) == encode_opening(NOTICE)
    assert folder.read(CASE_OF.id, "draft.json") == b"{}"
    assert not [path for path in folder.path.iterdir() if path.name != CASE_OF.id]


def test_a_case_is_opened_once(folder):
    with pytest.raises(RefusedError, match="opened before"):
        folder.begin(CASE_OF.id, b"{}", LINES[0], ())
    assert folder.opening(CASE_OF.id) == encode_opening(NOTICE)


def test_events_follow_in_their_order_and_two_writers_do_not_both_win(folder):
    folder.append(CASE_OF.id, 1, LINES[1])
    with pytest.raises(RefusedError, match="moved on"):
        folder.append(CASE_OF.id, 1, LINES[2])
    folder.append(CASE_OF.id, 2, LINES[2])
    assert [event.envelope for event in folder.events(CASE_OF.id)] == LINES


def test_a_line_that_a_crash_has_cut_was_never_said(folder):
    path = folder.path / CASE_OF.id / "events.jsonl"
    with path.open("ab") as file:
        file.write(LINES[1][:50])
    assert len(folder.events(CASE_OF.id)) == 1
    folder.append(CASE_OF.id, 1, LINES[1])
    assert [event.envelope for event in folder.events(CASE_OF.id)] == LINES[:2]


@pytest.mark.parametrize("line", [b"", b"{}", b"\xff", LINES[1].replace(b"payload", b"Payload")])
def test_a_line_that_is_no_signed_event_is_found(folder, line):
    with (folder.path / CASE_OF.id / "events.jsonl").open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(EvidenceError, match=r"events\.jsonl"):
        folder.events(CASE_OF.id)


def test_what_is_not_there_is_said(folder):
    for text in ("n-zz", "x"):
        with pytest.raises(NotFoundError, match="no case"):
            folder.find(text)
    with pytest.raises(NotFoundError, match=r"request\.json"):
        folder.read(CASE_OF.id, "request.json")
    assert CaseFolder(folder.path / "none").ids() == []


def test_the_outbox_keeps_the_newest_of_a_name(folder):
    folder.put_out(CASE_OF.id, "a.txt", b"1")
    folder.put_out(CASE_OF.id, "a.txt", b"2")
    assert folder.outbox(CASE_OF.id) == ["a.txt"]
    assert (folder.path / CASE_OF.id / "outbox" / "a.txt").read_bytes() == b"2"
