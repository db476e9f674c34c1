"""`sekisho case worksheet`: what a breach may cost, for an authority or the operator."""

import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cases.law import concluded
from sekisho.cli.case.desk import Cases, desk_at
from sekisho.cli.case.known import desk_facts, law_at, opened_facts
from sekisho.cli.parameters import Flag
from sekisho.cli.rules.packs import (
    NO_PACKS,
    Packs,
    Places,
    day_of,
    known_packs,
    places_of,
    read_fact_file,
    the_packs,
)
from sekisho.cli.say import note, say
from sekisho.errors import RefusedError, UsageError
from sekisho.locale import text
from sekisho.rules.conclude import Conclusion, conclude
from sekisho.rules.rule_shown import Audience
from sekisho.rules.sheet_page import sheet_page
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.worksheet import sheet_json, worksheet
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now

__all__ = ["sheet"]

_FACTS = ".toml"


def _of_file(path: Path, jurisdiction: str, pack: Packs) -> Conclusion:
    known = read_fact_file(path)
    packs = the_packs(pack, places_of(jurisdiction, known))
    return conclude(packs, known.facts, day_of(None, known), shipped_vocabulary())


def _of_case(
    case_id: str, by: str, cases: Path, facts: Path | None, jurisdiction: str, pack: Packs
) -> Conclusion:
    if not by:
        raise UsageError("whose desk?", hint="--by KEY; or name a file of facts (FACTS.toml)")
    desk = desk_at(cases, by)
    case, _ = desk.whole(desk.folder.find(case_id))
    if desk.signer.key not in {event.by for event in case.events}:
        raise RefusedError("this key has taken no step of the case", hint="name the desk's key with --by")
    more, places = opened_facts(facts), [p.strip() for p in jurisdiction.split(",") if p.strip()]
    law, _ = law_at(
        desk.folder, case, desk=desk_facts(cases), more=more, packs=known_packs(pack), places=places
    )
    return concluded(case, law)


def sheet(
    what: str,
    /,
    *,
    reader: Annotated[Literal["authority", "operator", "guardian"], Parameter(name="--for")],
    jurisdiction: Places = "",
    by: str = "",
    facts: Path | None = None,
    output: Annotated[Path | None, Parameter(name=("--output", "-o"))] = None,
    format_: Annotated[Literal["markdown", "json"], Parameter(name="--format")] = "markdown",
    pack: Packs = NO_PACKS,
    cases: Cases = Path("cases"),
    lang: Literal["ja", "en"] = "ja",
    force: Flag = False,
) -> None:
    """Write the sanctions worksheet: each penalty that may apply, its formula, which figures are missing.

    A figure that nobody has given makes an interval, never a zero. Bills say what they
    would do. It is for an authority or the operator; a guardian is refused.

    Example: sekisho case worksheet facts.toml --jurisdiction EU --for authority -o sheet.md

    Args:
        what: A case, or a file of facts (.toml).
        reader: For whom: authority or operator.
        jurisdiction: ISO 3166 codes, with commas; of a case, beside the one that its notice names.
        by: The desk's key, of a case.
        facts: Of a case: facts to add, as turnover or violations; nothing of them is kept.
        output: The Markdown file; the same as JSON is written beside it. Default: standard output.
        format_: What goes to standard output.
        pack: Packs of your own.
        cases: The folder of cases.
        lang: Language of the sheet.
        force: Replace the files if they are there.
    """
    audience = Audience(reader)
    if output is not None and output.suffix == ".json":
        raise UsageError("-o names the Markdown file; the JSON is written beside it", hint="-o sheet.md")
    beside = None if output is None else output.with_suffix(".json")
    for path in (output, beside):
        if path is not None:
            refuse_existing(path, force=force)
    if what.endswith(_FACTS):
        found = _of_file(Path(what), jurisdiction, pack)
    else:
        found = _of_case(what, by, cases, facts, jurisdiction, pack)
    entries = worksheet(found, shipped_vocabulary(), audience)
    page = sheet_page(found, entries, audience, now().date(), lang)
    record = json.dumps(sheet_json(found, entries), ensure_ascii=False, indent=1)
    if output is None or beside is None:
        say(record if format_ == "json" else page)
        return
    write_atomic(output, (page.encode(),), force=force, mode=0o600)
    write_atomic(beside, (record.encode(), b"\n"), force=force, mode=0o600)
    note(text("sheet.written", lang, file=str(output), record=str(beside)))
