"""`sekisho trace answered`: what registries and authorities were answered, day by day."""

from typing import Literal

from sekisho.cli.say import note, say
from sekisho.cli.trace.standing import own_answers
from sekisho.locale import Word, text

__all__ = ["answered"]


def answered(*, lang: Literal["ja", "en"] = "ja") -> None:
    """List how many questions about near copies each asker was answered, by day (UTC).

    Example: sekisho trace answered --lang en

    Args:
        lang: Language of what is printed.
    """
    days = own_answers().days()
    for one in days:
        counts = {"questions": one.questions, "prints": one.prints}
        basis = Word("askbasis", one.basis)
        say(text("answered.line", lang, day=one.day.isoformat(), asker=one.asker, basis=basis, **counts))
    if not days:
        note(text("answered.none", lang))
