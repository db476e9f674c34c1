"""`sekisho rules diff`: one case under several laws, as a table and as a page."""

from datetime import date
from pathlib import Path
from typing import Literal

from sekisho.cli.parameters import Flag, Output
from sekisho.cli.rules.packs import NO_PACKS, Packs, Places, day_of, known_packs, places_of, read_fact_file
from sekisho.cli.say import note, say
from sekisho.locale import text
from sekisho.rules.compared import Compared, compared
from sekisho.rules.page import render_compared, term_words
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now

__all__ = ["diff"]


def _line(one: Compared, lang: str) -> str:
    standing = text(f"rules.short_{one.conclusion.standing}", lang)
    rules = ", ".join(result.rule.id for result in one.met) or text("rules.diff_nothing", lang)
    needs = sorted(set().union(*(result.needs for result in one.open)))
    words = f"{one.place}  {standing}  {term_words(next(iter(one.terms), None), lang)}  {rules}"
    return words + ("  " + text("rules.needs", lang, facts=", ".join(needs)) if needs else "")


def diff(
    facts: Path,
    /,
    *,
    on: date | None = None,
    jurisdiction: Places = "",
    output: Output = None,
    force: Flag = False,
    pack: Packs = NO_PACKS,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Compare what several laws say about the same facts: a line for each place, and a page to look at.

    Example: sekisho rules diff facts.toml --jurisdiction JP,US,EU,GB,IN --output one-case.html

    Args:
        facts: A file of facts.
        on: The day whose law is asked for; default: as in the file, else today.
        jurisdiction: ISO 3166 codes, with commas.
        output: Write the page: one file, both languages, no script.
        force: Replace that file if it is there.
        pack: Packs of your own.
        lang: Language of the lines, and the one that the page shows first.
    """
    if output is not None:
        refuse_existing(output, force=force)
    known = read_fact_file(facts)
    day = day_of(on, known)
    found = compared(
        known_packs(pack), places_of(jurisdiction, known), known.facts, day, shipped_vocabulary()
    )
    for one in found:
        say(_line(one, lang))
    if output is not None:
        page = render_compared(found, known, day, now().date(), lang=lang)
        write_atomic(output, (page.encode(),), force=force)
        note(text("rules.diff_wrote", lang, file=str(output)))
