import pytest

from sekisho.audit.membership.against import Conflict
from sekisho.cli.against import say_compared
from sekisho.errors import EvidenceError, UsageError
from sekisho.ledger.logged import decode_logged
from sekisho.ledger.waiting import Waiting, encode_waiting
from sekisho.locale import text
from sekisho.model.question import AskBasis
from tests.membership import Desk, asked_for, drawn, edited, question


@pytest.fixture(scope="module")
def desk():
    return Desk({"a.png": drawn(1)})


@pytest.fixture(scope="module")
def answer(desk):
    return desk.ask(question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER))


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("conflict", Conflict)
def test_every_contradiction_has_words_and_says_what_it_is_about(lang, conflict):
    said = text(f"against.{conflict.value}", lang, about="THIS", first=3, second=4)
    assert "THIS" in said
    assert ("3" in said) == ("4" in said)


def test_an_answer_that_still_waits_for_its_receipt_is_compared_too(desk, answer, capsys):
    logged = decode_logged(answer)
    waits = encode_waiting(
        Waiting(statement=logged.statement, salt=logged.salt, origin=logged.origin, vkey=logged.vkey)
    )
    say_compared(answer, waits, "en")
    assert "Runs of which both speak: 1, models: 0, files: 1" in capsys.readouterr().out
    liar = edited(desk, answer, lambda made: made["found"][0]["near"].update(rows=[]))
    with pytest.raises(EvidenceError, match="contradict each other: 2") as caught:
        say_compared(waits, liar, "en")
    assert "keep both files unchanged" in caught.value.hint
    assert capsys.readouterr().out.count("CONTRADICTION") == 2


def test_what_is_no_answer_and_what_does_not_hold_is_not_compared(desk, answer):
    with pytest.raises(EvidenceError):
        say_compared(answer, answer[:-2], "en")
    with pytest.raises(UsageError, match="different runs"):
        say_compared(answer, desk.trained(), "en")
