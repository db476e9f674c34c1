import pytest

from sekisho.cases.requests import ShownBy
from sekisho.cases.results import open_given
from sekisho.cli.case import deciding
from sekisho.model import Answered, CaseState
from tests.desk_of_cases import with_receipt


@pytest.fixture
def asked(desk):
    """Return the id of a request with two things, at the desk."""
    assert desk.run("open", desk.asked()) == 0
    return desk.said.strip()


def test_each_thing_has_its_reply_and_its_file(desk, asked):
    (desk.path / "runs.json").write_bytes(b"{}")
    argv = ["--reply", "2=refused:a secret", "--reply", f"1={desk.path / 'runs.json'}"]
    assert desk.run("answer", asked, "--reason", "see the files", *argv) == 0
    outbox = desk.cases / asked / "outbox"
    response = open_given((outbox / "response.json").read_bytes()).response
    assert [reply.state for reply in response.replies] == [Answered.ANSWERED, Answered.REFUSED]
    assert (outbox / response.replies[0].files[0][0]).read_bytes() == b"{}"
    assert desk.case(asked).state is CaseState.NOTIFIED


@pytest.mark.parametrize(
    "reply", ["3=not_held", "0=not_held", "x", "1=refused:", "1=/none/such.json", "1=refused: "]
)
def test_a_reply_that_is_none_leaves_the_case_as_it_was(desk, asked, reply):
    before = desk.case(asked)
    assert desk.run("answer", asked, "--reason", "x", "--reply", reply) == 2
    assert desk.case(asked) == before


def test_one_thing_has_one_reply(desk, asked):
    assert desk.run("answer", asked, "--reason", "x", "--reply", "1=not_held", "--reply", "1=not_held") == 2
    assert "two replies" in desk.told


def test_a_request_is_not_answered_without_replies_but_may_be_refused(desk, asked):
    assert desk.run("answer", asked, "--reason", "x") == 2
    assert desk.run("refuse", asked, "--reason", "no legal ground") == 0
    replies = open_given((desk.cases / asked / "outbox" / "response.json").read_bytes()).response.replies
    assert {reply.state for reply in replies} == {Answered.REFUSED}
    assert len(replies) == 2


@pytest.mark.parametrize(
    "name", ["a\nb.csv", "\x1b[2J.csv", "..zip", "a" * 200 + ".tar.gz", "記録\u202e.csv"]
)
def test_a_file_of_any_name_is_handed_over_under_one_that_can_be_carried(desk, asked, name):
    (desk.path / name).write_bytes(b"1")
    assert desk.run("answer", asked, "--reason", "x", "--reply", f"1={desk.path / name}") == 0
    outbox = desk.cases / asked / "outbox"
    given = open_given((outbox / "response.json").read_bytes())
    ((stored, _),) = given.response.replies[0].files
    assert stored.startswith("01-")
    assert stored.isprintable()
    assert (outbox / stored).read_bytes() == b"1"
    assert given.when.by is ShownBy.WORD
    with_receipt(outbox / "response.json")
    assert open_given((outbox / "response.json").read_bytes()).when.by is ShownBy.LOG


def test_a_reason_too_long_to_be_read_is_refused_before_the_decision(desk, asked):
    before = desk.case(asked)
    assert desk.run("answer", asked, "--reason", "x", "--reply", "1=refused:" + "a" * 2001) == 2
    assert desk.run("refuse", asked, "--reason", "a" * 2001) == 2
    assert desk.case(asked) == before


def test_a_decision_whose_letters_were_lost_in_a_crash_is_told_again_and_not_made_again(
    desk, asked, monkeypatch
):
    argv = ("answer", asked, "--reason", "x", "--reply", "1=not_held", "--reply", "2=not_held")
    with monkeypatch.context() as patch:
        patch.setattr(deciding, "respond", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        desk.run(*argv)
    assert desk.case(asked).state is CaseState.DECIDED
    assert not (desk.cases / asked / "outbox" / "response.json").exists()
    assert desk.run("refuse", asked, "--reason", "another") == 2
    assert desk.run(*argv) == 0
    states = [event.state for event in desk.case(asked).events]
    assert states.count(CaseState.DECIDED) == 1
    assert states[-1] is CaseState.NOTIFIED
