import json
from datetime import UTC, date, datetime

import pytest

from sekisho.audit.law import judged_law, law_for
from sekisho.audit.law_facts import fact_key
from sekisho.audit.manifest import encode_manifest
from sekisho.errors import ConfigError
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Interval

ON = date(2026, 11, 22)
PACKS = shipped_packs()


def commits(*pairs):
    return [{"law": {fact_key(facts): items}} for facts, items in pairs]


MATCHED = {"use.channel": "dataset", "use.stage": "train", "work.licence_ok": False, "work.registered": True}


def test_each_distinct_set_is_judged_once_over_all_units():
    law = law_for(PACKS, ["JP"], {})
    found = judged_law(law, ON, commits((MATCHED, 3), (MATCHED, 4)))
    assert [one["items"] for one in found["sets"]] == [7]
    assert found["rules"]["jp.house.optin"]["yes"] == 7
    assert found["rules"]["jp.copyright.30-4"]["unknown"] == 7
    assert {pack["id"] for pack in found["packs"]} == {"jp", "jp-soft", "house"}


def test_the_same_counts_in_another_order_give_the_same_law():
    law = law_for(PACKS, ["JP", "EU"], {})
    other = {"use.channel": "dataset", "use.stage": "train", "work.registered": False}
    assert judged_law(law, ON, commits((MATCHED, 3), (other, 1))) == judged_law(
        law, ON, commits((other, 1), (MATCHED, 3))
    )


def test_what_the_operator_declares_answers_what_a_run_can_not_see():
    declared = {"use.enjoyment_purpose": False, "use.within_necessary_extent": True}
    law = law_for(PACKS, ["JP"], declared)
    assert judged_law(law, ON, commits((MATCHED, 1)))["declared"] == declared
    needs = judged_law(law, ON, commits((MATCHED, 1)))["rules"]["jp.copyright.30-4"]["needs"]
    assert "use.enjoyment_purpose" not in needs


@pytest.mark.parametrize("name", ["assessment.prohibited_depiction", "work.registered", "notice.signed"])
def test_an_operator_declares_only_what_is_its_to_know(name):
    with pytest.raises(ConfigError, match="not the operator's"):
        law_for(PACKS, ["JP"], {name: True})


def test_declared_facts_that_contradict_each_other_are_refused_before_the_run():
    with pytest.raises(ConfigError, match="contradict"):
        law_for(PACKS, ["JP"], {"pi.child_u13": True, "pi.child_u16": False})


def test_a_place_without_a_pack_is_said_and_not_taken_for_one_without_law():
    law = law_for(PACKS, ["BR"], {})
    assert judged_law(law, ON, ()) == {"evaluated": False, "missing": ["BR"]}
    both = judged_law(law_for(PACKS, ["BR", "JP"], {}), ON, commits((MATCHED, 1)))
    assert (both["evaluated"], both["missing"]) == (True, ["BR"])
    assert judged_law(None, ON, ()) == {"evaluated": False}


def test_what_is_declared_can_be_written_and_is_read_again_as_it_was():
    declared = {
        "breach.known_at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "operator.mau": Interval(low=1000),
        "operator.system_placed_at": date(2026, 1, 2),
        "use.commercial": True,
    }
    found = judged_law(law_for(PACKS, ["JP"], declared), ON, commits((MATCHED, 1)))
    written = json.loads(encode_manifest(found))["declared"]
    assert shipped_vocabulary().from_plain(written) == declared


def test_what_the_run_has_seen_goes_before_what_was_declared():
    law = law_for(PACKS, ["JP"], {"use.stage": "generate"})
    assert judged_law(law, ON, commits((MATCHED, 1))) | {"declared": {}} == judged_law(
        law_for(PACKS, ["JP"], {}), ON, commits((MATCHED, 1))
    )
