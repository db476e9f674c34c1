"""`sekisho verify ANSWER --against OTHER`: what one operator has said twice, in plain words."""

from sekisho.audit.membership.against import Said, compare, said
from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.training import verify_training
from sekisho.cli.say import say
from sekisho.errors import EvidenceError, UsageError
from sekisho.ledger.logged import is_waiting, verify_logged
from sekisho.ledger.waiting import verify_waiting
from sekisho.locale import shown, text
from sekisho.signing import ANSWER, TRAINING

__all__ = ["say_compared"]


def say_compared(data: bytes, against: bytes, lang: str) -> None:
    """Compare two answers or training statements of one operator, and say where they contradict each other.

    Args:
        data: a file.
        against: the other.
        lang: `ja` or `en`.

    Raises:
        EvidenceError: they contradict each other, or one of them does not hold.
        UsageError: they are of two operators, or speak of nothing that both know.
    """
    found = compare(_said(data), _said(against))
    for one in found.contradictions:
        places = {"first": one.first, "second": one.second}
        say(text(f"against.{one.what.value}", lang, about=shown(one.about), **places))
    if found.contradictions:
        say(text("against.evidence", lang))
        count = len(found.contradictions)
        raise EvidenceError(text("against.contradiction", lang, count=count), hint=text("against.keep", lang))
    say(text("against.agree", lang, runs=found.runs, models=found.models, files=found.files))


def _said(data: bytes) -> Said:
    statement = verify_waiting(data) if is_waiting(data) else verify_logged(data)[0]
    if statement.type not in {ANSWER, TRAINING}:
        raise UsageError("--against compares answers and training statements", hint="name two of them")
    return said(verify_answer(data) if statement.type == ANSWER else verify_training(data))
