"""The law's line beside the policy's: in the terminal summary, and for one item."""

from collections.abc import Iterator, Mapping
from typing import Any

from sekisho.audit.law_facts import fact_key, facts_of_row, least_compared
from sekisho.audit.shape import Manifest
from sekisho.locale import shown, text
from sekisho.model import Purpose

__all__ = ["law_line", "say_law"]

_SURE = {"yes": "law.met", "unknown": "law.open"}


def law_line(law: Mapping[str, Any], lang: str) -> str:
    """Say in a few words what the law says about a run."""
    if not law.get("evaluated"):
        missing = ", ".join(law.get("missing") or ())
        return (
            text("law.no_pack", lang, places=shown(missing)) if missing else text("law.not_evaluated", lang)
        )
    met = [rule for rule in law["rules"].values() if rule["yes"] and rule["status"] == "in_force"]
    open_ones = [rule for rule in law["rules"].values() if rule["unknown"] and rule["status"] == "in_force"]
    places = shown(", ".join(law["places"]))
    return text("law.summary", lang, places=places, met=len(met), open=len(open_ones))


def _set_of(row: Mapping[str, Any], manifest: Manifest) -> Mapping[str, Any] | None:
    """Return what the manifest says about the facts of a row."""
    rules = manifest["policy"]["rules"]
    least = least_compared(rules["depth"], rules["min_quality"])
    key = fact_key(facts_of_row(row, Purpose(manifest["use"]["purpose"]), least))
    sets = manifest["law"]["sets"]
    return next((one for one in sets if fact_key(one["facts"]) == key), None)


def say_law(row: Mapping[str, Any], manifest: Manifest, lang: str) -> Iterator[str]:
    """Say which rules an item touches, as the run has judged them; it changes no outcome."""
    law = manifest.get("law") or {"evaluated": False}
    found = _set_of(row, manifest) if law.get("evaluated") else None
    if found is None:
        yield text("explain.law", lang, law=law_line(law, lang))
        return
    yield text("explain.law", lang, law=text(f"rules.short_{found['standing']}", lang))
    for rule_id, outcome in sorted(found["rules"].items(), key=lambda pair: (pair[1] != "yes", pair[0])):
        rule = law["rules"][rule_id]
        title = rule["title"]["ja" if lang == "ja" else "en"]
        status = text(f"rules.status_{rule['status']}", lang)
        yield "  " + text(_SURE[outcome], lang, rule=rule_id, title=shown(title), status=status)
