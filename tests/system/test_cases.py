"""Cases between parties that do not share a machine; two processes at one desk, and one that dies."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from sekisho.cli.app import main
from sekisho.cli.case import asking
from sekisho.cli.case.desk import whole_case
from sekisho.ledger.logged import verify_logged
from sekisho.ledger.waiting import verify_waiting
from sekisho.model import CaseState
from sekisho.signing import COMPLIANCE
from sekisho.store.cases import CaseFolder
from sekisho.store.clock import now
from sekisho.store.keys import make_key
from tests.counts import count

LAST_CALL = 45
"""Calls of fsync of the longest of the commands, about."""


class Parties:
    """An authority and an operator, each with a home of its own, and whoever wants to check."""

    def __init__(self, folder, monkeypatch, capsys):
        self.folder, self._patch, self._capsys = folder, monkeypatch, capsys
        for name in ("agency", "lumen"):
            self.at(name)
            make_key(name)
            public = folder / f"home-{name}" / "keys" / f"{name}.pub"
            (folder / public.name).write_bytes(public.read_bytes())

    def at(self, name):
        home = self.folder / f"home-{name}"
        home.mkdir(exist_ok=True)
        self._patch.setenv("SEKISHO_HOME", str(home))

    def _run(self, *argv):
        self._capsys.readouterr()
        self.code = main([str(word) for word in argv])
        return self._capsys.readouterr()

    def does(self, name, *argv):
        """Run a command in the home of a party; return its exit code and what it printed."""
        self.at(name)
        said = self._run(*argv, "--lang", "en")
        return self.code, said.out + said.err

    def with_receipt(self, name, file):
        """Let the batch of a party's log come, and add the receipt to a file that waits for it."""
        self.at(name)
        assert main(["log", "batch", "--force"]) == main(["log", "proof", str(file)]) == 0


@pytest.fixture
def parties(tmp_path, monkeypatch, capsys):
    return Parties(tmp_path, monkeypatch, capsys)


def asked(parties, due="2099-01-01"):
    request = parties.folder / "request.json"
    argv = ["case", "request", "--by", "agency", "--to", parties.folder / "lumen.pub", "--basis", "law"]
    code, said = parties.does(
        "agency", *argv, "--ask", "runs", "--ask", "models", "--due", due, "-o", request
    )
    assert code == 0, said
    parties.with_receipt("agency", request)
    return request


def judged(parties, request, *more):
    result = parties.folder / "result.json"
    argv = ["case", "judge", request, "--by", "agency", "-o", result, "--force", *more]
    code, said = parties.does("agency", *argv)
    payload = verify_waiting(result.read_bytes(), COMPLIANCE).payload
    assert json.loads(payload)["compliance"]
    assert parties.does("anybody", "verify", result)[0] == 0
    parties.with_receipt("agency", result)
    assert verify_logged(result.read_bytes(), COMPLIANCE)[0].payload == payload
    checked, told = parties.does("anybody", "verify", result)
    assert checked == 0
    return code, json.loads(payload)["compliance"], said, told


def test_a_request_is_answered_across_two_homes_and_anybody_checks_the_result(parties):
    request, cases = asked(parties), parties.folder / "cases"
    code, said = parties.does("lumen", "case", "open", request, "--by", "lumen", "--cases", cases)
    assert code == 0, said
    (case,) = cases.glob("n-*")
    (parties.folder / "runs.json").write_bytes(b"{}")
    argv = ["case", "answer", case.name, "--by", "lumen", "--cases", cases, "--reason", "see the files"]
    replies = ["--reply", f"1={parties.folder / 'runs.json'}", "--reply", "2=refused:a secret"]
    assert parties.does("lumen", *argv, *replies)[0] == 0
    outbox = case / "outbox"
    parties.with_receipt("lumen", outbox / "received.json")
    more = ["--response", outbox / "response.json", "--received", outbox / "received.json"]
    code, compliance, _, told = judged(parties, request, *more)
    assert (code, compliance) == (1, "incomplete")
    assert "2. models: refused" in told
    assert "signed that it received" in told
    # The files of the answer are swapped on their way.
    (outbox / "01-runs.json").write_bytes(b"[]")
    argv = ["case", "judge", request, "--by", "agency", "-o", parties.folder / "r", *more]
    assert parties.does("agency", *argv)[0] == 4


def test_silence_after_the_term_can_be_shown_to_anybody(parties, monkeypatch):
    request = asked(parties, due=f"{now().date() + timedelta(days=1)}")
    assert judged(parties, request)[1] == "open"
    later = now() + timedelta(days=3)
    monkeypatch.setattr(asking, "now", lambda: later)
    code, compliance, _, told = judged(parties, request)
    assert (code, compliance) == (1, "silent")
    assert "requester's word" in told


def test_two_processes_that_open_one_request_make_one_case(parties, tmp_path, repository):
    request = asked(parties)
    parties.at("lumen")
    environment = os.environ | {"PYTHONPATH": str(repository / "src")}
    argv = ["case", "open", str(request), "--by", "lumen", "--cases", str(tmp_path / "cases")]
    running = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "sekisho", *argv], env=environment, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    ends = [process.communicate(timeout=120)[1] for process in running]
    assert sorted(process.returncode for process in running) == [0, 2], ends
    assert len(CaseFolder(tmp_path / "cases").ids()) == 1


def dies(argv, call):
    """Run a command in a process of its own that is killed at a call of fsync; tell whether it was."""
    child = os.fork()
    if not child:
        real, calls = os.fsync, iter(range(1, 1 << 20))

        def fsync(descriptor):
            if next(calls) == call:
                os.kill(os.getpid(), signal.SIGKILL)
            real(descriptor)

        os.fsync = fsync
        os._exit(main(argv) & 0x7F)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("call", sorted({1 + n * LAST_CALL // count(6, 60) for n in range(count(6, 60))}))
def test_a_desk_that_is_killed_goes_on_and_has_one_whole_case(parties, tmp_path, call, tell):
    request, cases = asked(parties), str(tmp_path / "cases")
    parties.at("lumen")
    opens = ["case", "open", str(request), "--by", "lumen", "--cases", cases]
    killed = dies(opens, call)
    main(opens)
    folder = CaseFolder(tmp_path / "cases")
    (found,) = folder.ids()
    case, digests = whole_case(folder, found)
    assert case.state is CaseState.IN_REVIEW
    assert "received.json" in folder.outbox(found)
    answers = ["case", "refuse", found, "--by", "lumen", "--cases", cases, "--reason", "no ground"]
    killed += dies(answers, call)
    main(answers)
    case, digests = whole_case(folder, found)
    assert [e.state for e in case.events][-2:] == [CaseState.DECIDED, CaseState.NOTIFIED]
    assert {"response.json", "decision.en.txt"} <= set(folder.outbox(found))
    assert len(digests) == len(case.events)
    assert not list((tmp_path / "cases").glob(".n-*"))
    tell(f"killed {killed} of 2 commands")
