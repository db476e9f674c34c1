import re

import pytest

from sekisho.cli.app import main
from sekisho.cli.likeness.desk import judged, personal_verdict
from sekisho.errors import RefusedError
from sekisho.model import State
from sekisho.registry.likeness import examine_personal, standing
from sekisho.registry.submit import submit
from sekisho.signing import GRANT, REVOCATION, WITHDRAWAL
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer
from sekisho.store.likenesses import Likenesses
from tests.likenesses import consent, likeness, withdrawal_of
from tests.parties import Party, grant, registration
from tests.people import begin, register

PARENT, LUMEN = Party(name="parent"), Party(name="lumen")


@pytest.fixture
def entry(tmp_path, capsys):
    begin()
    register(tmp_path, "parent", 1)
    return re.findall(r"l-[0-9a-f]{32}", capsys.readouterr().out)[0]


def stated(entry):
    return Likenesses.find(load_signer("registry").key).stated(entry)


def database():
    return open_registry(str(default_registry()))


def give(entry, *more):
    argv = ["grant", "give", "--holder", "parent", "--to", "lumen", "--purpose", "train", "--entry", entry]
    return main([*argv, "--from", "2026-01-01", "--until", "2099-12-31", *more])


def test_consent_and_its_end_stay_in_the_vault(entry, capsys):
    assert give(entry, "--basis", "consent", "--territory", "*") == 0
    (given,) = re.findall(r"^g-[0-9a-f]{32}", capsys.readouterr().out, re.MULTILINE)
    assert [c.id for c in stated(entry).consents] == [given]
    assert main(["grant", "revoke", given, "--holder", "parent"]) == 0
    assert [r.grant for r in stated(entry).revocations] == [given]
    assert database().statements(GRANT) == database().statements(REVOCATION) == ()
    assert main(["grant", "list"]) == 0
    assert given not in capsys.readouterr().out.replace(f"{given}\n", "")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (("--territory", "*"), "not licensed"),
        (("--basis", "consent", "--territory", "JP"), "everywhere"),
    ],
)
def test_a_photo_is_not_licensed_and_consent_has_no_territory(entry, more, problem, capsys):
    assert give(entry, *more) == 2
    assert problem in capsys.readouterr().err
    assert not stated(entry).consents


def test_withdrawal_stays_in_the_vault(entry):
    assert main(["withdraw", entry, "--holder", "parent"]) == 0
    root = database().root()[0]
    assert standing(stated(entry), root, today()).state is State.WITHDRAWN
    assert database().statements(WITHDRAWAL) == ()


def test_another_can_not_withdraw_it_and_learns_nothing(entry, capsys):
    capsys.readouterr()
    answers = []
    for name in (entry, "l-" + "0" * 32):
        assert main(["withdraw", name, "--holder", "other"]) == 2
        answers.append(re.sub(r"[wl]-[0-9a-f]{32}", "", capsys.readouterr().err))
    assert answers[0] == answers[1]


@pytest.mark.usefixtures("entry")
def test_verdicts_come_in_the_order_of_the_statements():
    mine = likeness(PARENT, 5, on=today(), until=today().replace(day=28))
    name = examine_personal(mine).id
    work = registration(PARENT, 9)
    batch = [withdrawal_of(PARENT, name, today()), work, consent(PARENT, LUMEN, name), mine, b"{}"]
    verdicts = judged(batch, database())
    assert [v.kept for v in verdicts] == [True, True, True, True, False]
    assert [v.id[:1] for v in verdicts] == ["w", "e", "g", "l", ""]
    assert not judged([registration(PARENT, 9), grant(PARENT, LUMEN, verdicts[1].id)], database())[0].new


def test_the_registrys_own_statements_do_not_take_in_what_is_about_persons(entry):
    batch = [likeness(PARENT, 5), consent(PARENT, LUMEN, entry), withdrawal_of(PARENT, entry)]
    verdicts = submit(batch, database().batch, today=today())
    assert not any(v.kept for v in verdicts)
    assert database().counts() == {}


def test_what_can_not_be_examined_is_not_carried():
    with pytest.raises(RefusedError):
        personal_verdict(likeness(PARENT, 5, signer=LUMEN))
    assert personal_verdict(likeness(PARENT, 5)).id.startswith("l-")
