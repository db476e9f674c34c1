import json
from datetime import timedelta

import pytest

from sekisho.cli.case import asking
from sekisho.cli.log import batch
from sekisho.ledger.logged import verify_logged
from sekisho.ledger.waiting import verify_waiting
from sekisho.signing import COMPLIANCE, REQUEST
from sekisho.store.clock import now
from sekisho.store.own_log import own_log
from tests.desk_of_cases import with_receipt


def result_of(desk, path, *argv):
    """Judge a request and return the signed result, its proof verified."""
    out = desk.path / "result.json"
    code = desk.run("judge", path, "-o", out, "--force", *argv, by="agency")
    statement = verify_waiting(out.read_bytes(), COMPLIANCE)
    return code, json.loads(statement.payload)


def answered(desk, path, *replies):
    assert desk.run("open", path) == 0
    found = desk.said.strip()
    argv = [word for reply in replies for word in ("--reply", reply)]
    assert desk.run("answer", found, "--reason", "x", *argv) == 0
    return desk.cases / found / "outbox" / "response.json"


def test_a_request_is_on_the_log_of_whoever_asks_among_padding(desk):
    statement, index, head = verify_logged(desk.asked().read_bytes(), REQUEST)
    assert json.loads(statement.payload)["scope"] == ["runs", "models"]
    assert 0 <= index < head.size == 16


def test_the_log_does_not_tell_when_somebody_asked_or_answered(desk):
    path = desk.asked()
    size = own_log().static.head().size
    answered(desk, path, "1=not_held", "2=not_held")
    result_of(desk, path)
    argv = ["--to", "desk", "--basis", "law", "--due", "2099-01-01", "--ask", "x", "-o", desk.path / "q"]
    assert desk.run("request", *argv, by="agency") == 0
    assert "sekisho log proof" in desk.told
    assert own_log().static.head().size == size
    assert desk.run("open", desk.path / "q") == 4
    assert "its receipt is not there yet" in desk.told


def test_what_was_answered_in_time_is_said_so(desk):
    path = desk.asked()
    response = answered(desk, path, "1=not_held", "2=not_held")
    code, result = result_of(desk, path, "--response", response)
    assert (code, result["compliance"]) == (0, "answered")


def test_a_refusal_and_a_gap_can_be_shown_by_who_asked(desk):
    path = desk.asked()
    response = answered(desk, path, "1=refused:a secret")
    code, result = result_of(desk, path, "--response", response)
    assert code == 1
    assert (result["compliance"], result["open"], result["refused"]) == ("incomplete", [2], [1])
    assert result["response"] == response.read_text(encoding="utf-8")


def test_silence_can_be_shown_after_the_term_and_not_before(desk, monkeypatch):
    path = desk.asked(due=f"{now().date() + timedelta(days=1)}")
    assert result_of(desk, path)[1]["compliance"] == "open"
    later = now() + timedelta(days=3)
    monkeypatch.setattr(asking, "now", lambda: later)
    code, result = result_of(desk, path)
    assert (code, result["compliance"], result["open"]) == (1, "silent", [1, 2])


def test_a_file_that_the_response_does_not_name_counts_for_nothing(desk):
    (desk.path / "runs.json").write_bytes(b"{}")
    path = desk.asked("runs")
    response = answered(desk, path, f"1={desk.path / 'runs.json'}")
    response.with_name("01-runs.json").write_bytes(b"[]")
    assert desk.run("judge", path, "--response", response, "-o", desk.path / "r", by="agency") == 4
    response.with_name("01-runs.json").unlink()
    assert desk.run("judge", path, "--response", response, "-o", desk.path / "r", by="agency") == 2
    assert not (desk.path / "r").exists()


def test_only_who_asked_may_say_what_became_of_it(desk):
    assert desk.run("judge", desk.asked(), "-o", desk.path / "r", by="desk") == 2
    assert "only who has asked" in desk.told


@pytest.mark.parametrize("argv", [("--due", "2020-01-01"), ("--ask", " "), ("--basis", " ")])
def test_a_request_that_can_not_be_is_not_made(desk, argv):
    base = {"--to": "desk", "--basis": "law", "--ask": "runs", "--due": "2099-01-01"} | {argv[0]: argv[1]}
    words = [word for pair in base.items() for word in pair]
    assert desk.run("request", *words, "-o", desk.path / "r", by="agency") == 2
    assert not (desk.path / "r").exists()


def test_a_file_is_not_replaced_unasked(desk):
    path = desk.asked()
    argv = ["--to", "desk", "--basis", "law", "--ask", "x", "-o", path]
    assert desk.run("request", *argv, by="agency") == 2
    assert "exists" in desk.told


def test_a_response_that_is_dated_back_is_late_by_the_operators_own_log(desk, monkeypatch):
    path = desk.asked(due=f"{now().date() + timedelta(days=1)}")
    late = now() + timedelta(days=3)
    assert desk.run("open", path) == 0
    found = desk.said.strip()
    argv = ["--reply", "1=not_held", "--reply", "2=not_held"]
    assert desk.run("answer", found, "--reason", "x", *argv) == 0
    response = desk.cases / found / "outbox" / "response.json"
    # Its own clock says that it was in time; the log gets the hour in which it is really written.
    with monkeypatch.context() as patch:
        patch.setattr(batch, "now", lambda: late)
        with_receipt(response)
    monkeypatch.setattr(asking, "now", lambda: late)
    code, result = result_of(desk, path, "--response", response)
    assert (code, result["compliance"], result["shown"]) == (1, "late", "log")
    assert "No witness" in desk.said


def test_an_acknowledgement_is_enclosed_and_must_be_of_this_request(desk, monkeypatch):
    path = desk.asked(due=f"{now().date() + timedelta(days=1)}")
    assert desk.run("open", path) == 0
    received = desk.cases / desk.said.strip() / "outbox" / "received.json"
    later = now() + timedelta(days=3)
    monkeypatch.setattr(asking, "now", lambda: later)
    code, result = result_of(desk, path, "--received", received)
    assert (code, result["compliance"]) == (1, "silent")
    assert "signed that it received" in desk.said
    other = desk.asked("another")
    assert desk.run("judge", other, "--received", received, "-o", desk.path / "r", by="agency") == 4


def test_the_response_to_another_request_counts_for_nothing(desk):
    response = answered(desk, desk.asked("first"), "1=not_held")
    path = desk.asked("second")
    assert desk.run("judge", path, "--response", response, "-o", desk.path / "r", by="agency") == 4
    assert desk.run("judge", path, "--response", path, "-o", desk.path / "r", by="agency") == 4


def test_a_log_that_is_not_the_operators_is_refused_if_its_key_is_known(desk):
    path = desk.asked()
    response = answered(desk, path, "1=not_held", "2=not_held")
    argv = ("--response", response, "-o", desk.path / "r", "--log-key")
    assert desk.run("judge", path, *argv, own_log().vkey, by="agency") == 4
    assert "no receipt" in desk.told
    with_receipt(response)
    assert desk.run("judge", path, *argv, own_log().vkey, by="agency") == 0
    other = "log.example/other" + own_log().vkey[own_log().vkey.index("+") :]
    assert desk.run("judge", path, *argv, other, "--force", by="agency") == 4


@pytest.mark.parametrize("ask", ["a" * 2001, "\udcff"])
def test_what_nobody_could_read_is_not_asked(desk, ask):
    argv = ["--to", "desk", "--basis", "law", "--ask", ask, "-o", desk.path / "r"]
    assert desk.run("request", *argv, by="agency") == 2
    assert not (desk.path / "r").exists()


def test_what_is_asked_is_shown_to_the_operator_and_moves_no_cursor(desk):
    assert desk.run("open", desk.asked("run\x1b[2J")) == 0
    assert desk.run("show", desk.said.strip()) == 0
    assert "1. run<U+001B>[2J" in desk.said
