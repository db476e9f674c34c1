from datetime import date

from sekisho.audit.law import judged_law, law_for
from sekisho.audit.law_facts import fact_key
from sekisho.audit.law_words import law_line, say_law
from sekisho.rules.shipped import shipped_packs

MATCHED = {
    "use.channel": "dataset",
    "use.stage": "train",
    "work.licence_ok": False,
    "work.protected": True,
    "work.registered": True,
}
LAW = judged_law(law_for(shipped_packs(), ["JP"], {}), date(2026, 11, 22), [{"law": {fact_key(MATCHED): 2}}])
RULES = {"depth": "pdq", "min_quality": 50}
MANIFEST = {"use": {"purpose": "train"}, "law": LAW, "policy": {"rules": RULES}}
FOUND = {"kind": "work", "method": "pdq", "permission": "none", "detail": '{"trust":"verified"}'}


def row(*findings):
    more = {"media_type": "image/png", "pdq_quality": 90}
    return {"findings": list(findings), "problem": "", "personal": [], **more}


def test_an_item_says_which_rules_it_touches_those_that_are_met_first():
    lines = list(say_law(row(FOUND), MANIFEST, "en"))
    assert lines[0].startswith("Law (it changes no outcome)")
    assert "jp.house.optin" in lines[1]
    assert lines[1].strip().startswith("met")
    assert any("jp.copyright.30-4" in line and line.strip().startswith("open") for line in lines)
    assert any("法令ではありません" in line for line in say_law(row(FOUND), MANIFEST, "ja"))


def test_an_item_whose_facts_the_manifest_does_not_have_gets_the_line_of_the_run():
    assert len(list(say_law(row(), MANIFEST, "en"))) == 1


def test_a_run_without_law_says_so():
    old = {"use": {"purpose": "train"}}
    assert list(say_law(row(), old, "en")) == ["Law (it changes no outcome): Not evaluated"]
    assert "BR" in law_line({"evaluated": False, "missing": ["BR"]}, "en")


def test_the_summary_counts_rules_in_force_only():
    line = law_line(LAW, "en")
    in_force = [rule for rule in LAW["rules"].values() if rule["status"] == "in_force"]
    assert f"{sum(1 for rule in in_force if rule['unknown'])} open" in line
    assert "0 rules in force met" in line
