"""`sekisho rules explain`: what the law of some places says about facts on a day."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cli.parameters import Flag
from sekisho.cli.rules.packs import NO_PACKS, Packs, Places, day_of, places_of, read_fact_file, the_packs
from sekisho.cli.say import say
from sekisho.rules.conclude import conclude
from sekisho.rules.record import as_json
from sekisho.rules.rule_shown import Audience
from sekisho.rules.shown import lines
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.store.clock import now

__all__ = ["Reader", "explain"]

Reader = Annotated[Literal["guardian", "operator", "authority"], Parameter(name="--for")]


def explain(
    facts: Path,
    /,
    *,
    on: date | None = None,
    jurisdiction: Places = "",
    reader: Reader = "operator",
    pack: Packs = NO_PACKS,
    lang: Literal["ja", "en"] = "ja",
    format_: Annotated[Literal["text", "json"], Parameter(name="--format")] = "text",
    full: Flag = False,
) -> None:
    """Say which rules are met, which facts are missing, what is due by when, and what a breach may cost.

    Example: sekisho rules explain facts.toml --on 2026-06-01 --jurisdiction JP,JP-31

    Args:
        facts: A file of facts (`format = "sekisho.facts/1"`).
        on: The day whose law is asked for; default: as in the file, else today.
        jurisdiction: ISO 3166 codes, with commas; a prefecture or state brings its country's law.
        reader: For whom: a guardian is told desks and what is known, never penalties.
        pack: Packs of your own, beside those of this version or in their place.
        lang: Language of what is printed.
        format_: json: the record that a decision or a case keeps.
        full: The trace of every rule that is open too, and the names of all that are not met.
    """
    known = read_fact_file(facts)
    packs = the_packs(pack, places_of(jurisdiction, known))
    found = conclude(packs, known.facts, day_of(on, known), shipped_vocabulary())
    if format_ == "json":
        say(json.dumps(as_json(found), ensure_ascii=False, indent=1))
        return
    if known.title.in_language(lang):
        say(known.title.in_language(lang))
    for line in lines(found, now().date(), lang, Audience(reader), full=full):
        say(line)
