"""Say in plain words what a result proves, and what is only the requester's or the operator's word."""

from sekisho.cases.letters import Letter, open_letter
from sekisho.cases.requests import Judged
from sekisho.cases.results import Result, open_result
from sekisho.cli.receipts import say_receipt, say_waiting
from sekisho.cli.say import note, say
from sekisho.ledger.logged import decode_logged, is_waiting
from sekisho.ledger.policy import LogPolicy
from sekisho.ledger.waiting import decode_waiting
from sekisho.locale import shown, text
from sekisho.model import Compliance, Request

__all__ = ["say_judged", "say_letter", "say_result"]


def say_judged(request: Request, judged: Judged, lang: str, *, received: bool) -> None:
    """Say what has become of a request, thing by thing, and by what it is shown.

    Args:
        request: as it was asked.
        judged: what has become of it.
        lang: `ja` or `en`.
        received: the operator has acknowledged it.
    """
    say(text(f"case.compliance_{judged.compliance}", lang))
    for number, asked in enumerate(request.scope, 1):
        if number in judged.open_things or number in judged.refused_things:
            word = "case.thing_refused" if number in judged.refused_things else "case.thing_open"
            say(f"  {number}. {shown(asked, 2000)}: {text(word, lang)}")
    if judged.when is not None:
        moment = f"{judged.when.at:%Y-%m-%d %H:%M} UTC"
        say(text(f"case.shown_{judged.when.by}", lang, moment=moment))
    elif judged.compliance is Compliance.SILENT:
        say(text("case.shown_silence", lang))
    if received:
        say(text("case.shown_received", lang))


def say_result(data: bytes, lang: str, *, log_key: str | None, policy: LogPolicy | None) -> None:
    """Verify the file of a result, judge again, and say what it proves.

    Args:
        data: the file.
        lang: `ja` or `en`.
        log_key: the requester's log, if it is known from elsewhere.
        policy: which logs and witnesses are believed.
    """
    done: Result = open_result(data, log_key=log_key, policy=policy)
    request = done.asked.request
    say(
        text(
            "case.result",
            lang,
            authority=request.authority,
            operator=request.operator,
            basis=shown(request.basis, 2000),
            asked=f"{done.asked.hour:%Y-%m-%d %H:00} UTC",
            due=request.due.isoformat(),
            at=f"{done.at:%Y-%m-%d %H:%M} UTC",
        )
    )
    say_judged(request, done.judged, lang, received=done.received)
    if done.given is not None and any(reply.files for reply in done.given.response.replies):
        note(text("case.result_files", lang))
    if is_waiting(data):
        say_waiting(lang, vkey=decode_waiting(data).vkey)
        return
    logged = decode_logged(data)
    say_receipt(logged.receipt, lang, vkey=logged.vkey, index=logged.index, policy=policy)


def say_letter(envelope: bytes, lang: str) -> None:
    """Verify a letter of a desk to one reader, and show what it says."""
    letter: Letter = open_letter(envelope)
    say(text("case.letter_from", lang, desk=letter.desk, reader=letter.reader))
    say(letter.words[lang])
