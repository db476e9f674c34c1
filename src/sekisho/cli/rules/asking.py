"""`sekisho rules ask`: the interview that asks only for what decides something."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from sekisho.cli.parameters import Flag, Output
from sekisho.cli.rules.explaining import Reader
from sekisho.cli.rules.packs import NO_PACKS, Packs, Places, day_of, places_of, read_fact_file, the_packs
from sekisho.cli.say import note, say
from sekisho.errors import ConfigError
from sekisho.locale import text
from sekisho.rules.conclude import check_facts, conclude
from sekisho.rules.expression import words_of
from sekisho.rules.factfile import FactFile, written_facts
from sekisho.rules.pack import Pack
from sekisho.rules.rule_shown import Audience
from sekisho.rules.shown import lines
from sekisho.rules.vocabulary import Fact, FactType, shipped_vocabulary
from sekisho.rules.words import Facts, Interval, Value
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now

__all__ = ["ask", "read_answer"]

YES = {"y", "yes", "はい", "true"}
NO = {"n", "no", "いいえ", "false"}
UNKNOWN = {"-", "?", "不明"}
RANGE = ".."


def _number(answer: str) -> Any:  # noqa: ANN401 - a number or an interval, or words that are neither
    low, between, high = answer.partition(RANGE)
    if between:
        return Interval(low=float(low) if low else None, high=float(high) if high else None)
    return float(answer) if "." in answer else int(answer)


def read_answer(fact: Fact, answer: str) -> Value:
    """Return what somebody has answered as a value of the fact.

    Raises:
        ConfigError: it is no answer to this question.
    """
    try:
        match fact.type:
            case FactType.BOOL:
                if answer.lower() not in YES | NO:
                    raise ConfigError("y, n or -")
                return answer.lower() in YES
            case FactType.NUMBER:
                return fact.checked(_number(answer))
            case FactType.MOMENT:
                return fact.checked(datetime.fromisoformat(answer))
            case FactType.DAY:
                return fact.checked(date.fromisoformat(answer))
            case FactType.WORD:
                return fact.checked(answer)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _codes(fact: Fact, packs: Sequence[Pack]) -> list[str]:
    """Return the words that packs compare a fact with: all that a reader needs of a set that is open."""
    elements = [element for pack in packs for rule in pack.rules for element in rule.elements]
    return sorted(frozenset[str]().union(*(words_of(element.when, fact.name) for element in elements)))


def _kind(fact: Fact, packs: Sequence[Pack], lang: str) -> str:
    if fact.values:
        return ", ".join(fact.values)
    kind = text(f"rules.kind_{fact.type}", lang)
    codes = _codes(fact, packs) if fact.type is FactType.WORD else []
    return text("rules.kind_codes", lang, kind=kind, codes=", ".join(codes)) if codes else kind


def _answer(fact: Fact, kind: str, facts: Facts, lang: str) -> Facts | None:
    """Ask one question until the answer can be used; None: the interview ends; unchanged: not known."""
    while True:
        note(f"{fact.ask.in_language(lang)}  [{kind}]")
        answer = sys.stdin.readline().strip()
        if not answer:
            return None
        if answer in UNKNOWN:
            return facts
        try:
            more = {**facts, fact.name: read_answer(fact, answer)}
        except ConfigError:
            note(text("rules.ask_again", lang, why=kind))
            continue
        try:
            check_facts(more, shipped_vocabulary())
        except ConfigError as error:
            note(text("rules.ask_again", lang, why=str(error)))
        else:
            return more


def ask(
    facts: Path | None = None,
    /,
    *,
    on: date | None = None,
    jurisdiction: Places = "",
    reader: Reader = "guardian",
    output: Output = None,
    force: Flag = False,
    pack: Packs = NO_PACKS,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Ask one question after the other, the one that decides most first, and say what the law says.

    Nothing is kept, unless you name a file with --output: that file can be given to `rules explain`.

    Example: sekisho rules ask --jurisdiction JP,JP-31

    Args:
        facts: What is known already.
        on: The day whose law is asked for; default: as in the file, else today.
        jurisdiction: ISO 3166 codes, with commas.
        reader: For whom; what only an authority may assess is asked only for `authority`.
        output: Write the answers as a file of facts.
        force: Replace that file if it is there.
        pack: Packs of your own.
        lang: Language of the interview.
    """
    if output is not None:
        refuse_existing(output, force=force)
    known = FactFile(facts={}) if facts is None else read_fact_file(facts)
    places = places_of(jurisdiction, known)
    packs, day = the_packs(pack, places), day_of(on, known)
    note(text("rules.ask_how", lang))
    answered, skipped = dict(known.facts), set[str]()
    while True:
        found = conclude(packs, answered, day, shipped_vocabulary())
        open_ones = [q for q in found.questions if q.fact.name not in skipped]
        if reader != "authority":
            open_ones = [q for q in open_ones if not q.fact.reserved]
        if not open_ones:
            break
        fact = open_ones[0].fact
        more = _answer(fact, _kind(fact, packs, lang), answered, lang)
        if more is None:
            break
        skipped.add(fact.name)
        answered = dict(more)
    for line in lines(found, now().date(), lang, Audience(reader)):
        say(line)
    if output is not None:
        kept = replace(known, facts=answered, on=day, jurisdictions=places)
        write_atomic(output, (written_facts(kept).encode(),), force=force)
