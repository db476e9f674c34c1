"""`sekisho case rules`, and what `case show` says of the rules that a case touches."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from sekisho.cases.law import CaseLaw, concluded, named_rule, rule_name, touched
from sekisho.cli.case.desk import Cases, Desk, desk_at
from sekisho.cli.case.known import desk_facts, law_at, opened_facts
from sekisho.cli.parameters import Flag
from sekisho.cli.rules.explaining import Reader
from sekisho.cli.rules.packs import NO_PACKS, Packs, known_packs
from sekisho.cli.say import note, say
from sekisho.errors import RefusedError
from sekisho.locale import text
from sekisho.model import Case, CaseEvent
from sekisho.rules.conclude import Conclusion
from sekisho.rules.evaluate import Result
from sekisho.rules.pack import Pack
from sekisho.rules.record import as_json
from sekisho.rules.rule_shown import Audience
from sekisho.rules.shown import lines
from sekisho.rules.words import Outcome
from sekisho.store.clock import now

__all__ = ["changed_words", "keep_conclusion", "rules", "say_touched"]

DECIDED = "law"
"""Under which name the conclusion at a decision lies sealed beside the records of its case."""


def changed_words(event: CaseEvent, packs: tuple[Pack, ...], lang: str) -> str:
    """Say whether the pack at hand is another than the one that an event names; nothing if it is the same."""
    if "@" not in event.rule:
        return ""
    pack, same = named_rule(event.rule, packs)
    if pack is None:
        return text("case.rule_gone", lang)
    rule_id = event.rule.partition("@")[0]
    return "" if same else text("case.rule_changed", lang, rule=rule_name(pack, rule_id))


def _near(result: Result) -> bool:
    met = sum(1 for element in result.elements if element.met)
    return result.outcome is Outcome.YES or 2 * met > len(result.elements)


def _line(result: Result, lang: str) -> Iterator[str]:
    rule = result.rule
    outcome = text(f"rules.outcome_{result.outcome}", lang)
    effect = text(f"rules.effect_{rule.effect}", lang)
    yield f"  {outcome}  {effect}  {rule_name(result.pack, rule.id)}  {rule.title.in_language(lang)}"
    if not result.binding:
        yield "    " + text(f"rules.status_{rule.status}", lang)
    if result.needs:
        yield "    " + text("rules.needs", lang, facts=", ".join(sorted(result.needs)))
    if rule.contested is not None:
        yield "    " + text("rules.contested", lang, why=rule.contested.in_language(lang))


def _touched(conclusion: Conclusion, lang: str) -> Iterator[str]:
    found = touched(conclusion)
    yield text("case.rules_on", lang, day=conclusion.on)
    for result in filter(_near, found):
        yield from _line(result, lang)
    rest = sum(1 for result in found if not _near(result))
    yield "  " + text("case.rules_more", lang, count=rest)


def say_touched(conclusion: Conclusion, law: CaseLaw, audience: Audience, lang: str) -> None:
    """Say which rules a case touches; to a guardian desks and questions, and no penalty."""
    guardian = audience is Audience.GUARDIAN
    for line in lines(conclusion, now().date(), lang, audience) if guardian else _touched(conclusion, lang):
        say(line)
    for place in law.missing:
        say("  " + text("case.no_pack", lang, place=place))


def keep_conclusion(desk: Desk, case: Case) -> None:
    """Seal what the law said when a case was decided: packs with digests, facts, every element.

    Of a case that was erased nothing is sealed any more: the rule that its event names stays.
    """
    if desk.folder.records().vault.was_shredded(case.id):
        return
    law, _ = law_at(desk.folder, case, desk=desk_facts(desk.folder.path))
    record = json.dumps(as_json(concluded(case, law)), ensure_ascii=False).encode()
    desk.folder.records().lay_beside(DECIDED, case.id, record)


def _decided(desk: Desk, case: Case) -> list[dict[str, Any]]:
    return [json.loads(one.text) for one in desk.folder.records().beside(DECIDED, case.id)]


def _say_decided(records: list[dict[str, Any]], law: CaseLaw, lang: str) -> None:
    """Say by which packs a case was decided, and which of them are others today."""
    at_hand = {pack.id: pack.digest for pack in law.packs}
    for record in records:
        other = [pack["id"] for pack in record["packs"] if at_hand.get(pack["id"]) != pack["sha256"]]
        same = "case.decided_same" if not other else "case.decided_other"
        note(text(same, lang, day=record["on"], packs=", ".join(other)))


def rules(
    case_id: str,
    /,
    *,
    by: str,
    facts: Path | None = None,
    jurisdiction: Annotated[str, Parameter(name="--jurisdiction")] = "",
    reader: Reader = "operator",
    pack: Packs = NO_PACKS,
    format_: Annotated[Literal["text", "json"], Parameter(name="--format")] = "text",
    full: Flag = False,
    cases: Cases = Path("cases"),
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Say what the law of the day on which a case began says about it, rule by rule.

    The facts come from the notice, the steps, the interview that was kept with it, and from
    desk.toml in the folder of cases, where the operator declares what it is. What nobody
    has said stays unknown. With --format json also what each decision rested on.

    Example: sekisho case rules n-0123 --by desk --facts more.toml

    Args:
        case_id: The case, or the beginning of its id.
        by: The desk's key.
        facts: Facts to add for this question; nothing of them is kept.
        jurisdiction: Places beside the one that the notice names, with commas.
        reader: For whom: a guardian is told desks and questions, never penalties.
        pack: Packs of your own, beside those of this version or in their place.
        format_: json: the record, with packs, digests, facts and trace.
        full: The trace of every open rule too.
        cases: The folder of cases.
        lang: Language of what is printed.
    """
    desk = desk_at(cases, by)
    case, _ = desk.whole(desk.folder.find(case_id))
    if desk.signer.key not in {event.by for event in case.events}:
        raise RefusedError("this key has taken no step of the case", hint="name the desk's key with --by")
    law, _ = law_at(
        desk.folder,
        case,
        desk=desk_facts(cases),
        more=opened_facts(facts),
        packs=known_packs(pack),
        places=tuple(place.strip() for place in jurisdiction.split(",") if place.strip()),
    )
    found, decided = concluded(case, law), _decided(desk, case)
    if format_ == "json":
        record = {"case": case.id, "missing": list(law.missing), "now": as_json(found), "decided": decided}
        say(json.dumps(record, ensure_ascii=False, indent=1))
        return
    for line in lines(found, now().date(), lang, Audience(reader), full=full):
        say(line)
    for place in law.missing:
        say(text("case.no_pack", lang, place=place))
    _say_decided(decided, law, lang)
