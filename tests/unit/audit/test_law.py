from datetime import date

import pytest

from sekisho.audit.law import fact_key, facts_of, facts_of_row, judged_law, law_for
from sekisho.errors import ConfigError
from sekisho.model import (
    Decision,
    EntryId,
    Finding,
    Kind,
    Method,
    Outcome,
    Permission,
    Personal,
    PersonalAction,
    PersonalType,
    Purpose,
    Trust,
    Unfingerprintable,
    Unreadable,
)
from sekisho.rules.shipped import shipped_packs

ON = date(2026, 11, 22)
PACKS = shipped_packs()


def finding(kind=Kind.WORK, permission=Permission.NONE, trust=Trust.VERIFIED, method=Method.PDQ):
    return Finding(
        kind=kind,
        method=method,
        entry=EntryId("e-1"),
        trust=trust,
        distance=3,
        threshold=31,
        permission=permission,
    )


def decision(*findings, **more):
    return Decision(
        item="a.jpg",
        media_type="image/jpeg",
        bytes=1,
        fingerprint=None,
        outcome=Outcome.REVIEW,
        reason="x",
        findings=findings,
        snapshot="s",
        policy="p",
        **more,
    )


def seen(*findings, **more):
    facts = facts_of(decision(*findings, **more), Purpose.FINETUNE)
    assert facts.pop("use.stage") == "train"
    assert facts.pop("use.channel") == "dataset"
    return facts


def test_what_a_decision_tells_in_the_words_of_the_law_room():
    assert seen() == {"work.registered": False}
    matched = {"work.registered": True, "work.protected": True}
    assert seen(finding()) == matched | {"work.licence_ok": False}
    assert seen(finding(permission=Permission.GRANTED)) == matched | {"work.licence_ok": True}
    assert seen(finding(permission=Permission.GRANTED), finding()) == matched | {"work.licence_ok": False}


def test_rival_claims_leave_the_licence_open_and_a_self_declared_claim_the_protection():
    assert "work.licence_ok" not in seen(finding(permission=Permission.CONFLICT))
    assert "work.protected" not in seen(finding(trust=Trust.DECLARED))


def test_what_could_not_be_read_is_not_said_to_hold_no_work():
    unread = Unfingerprintable(reason=Unreadable.CORRUPT)
    assert seen(unreadable=unread) == {}


def test_personal_information_is_said_when_found_and_never_denied():
    found = [
        Personal(field="", start=0, end=4, type=kind, score=90, rule="r", action=PersonalAction.REDACT)
        for kind in (PersonalType.PHONE, PersonalType.SPECIAL_CARE)
    ]
    assert seen(personal=tuple(found)) == {
        "pi.present": True,
        "pi.special_care": True,
        "work.registered": False,
    }
    assert seen(personal=tuple(found[:1])) == {"pi.present": True, "work.registered": False}


@pytest.mark.parametrize("kind", [Kind.LIKENESS, Kind.LISTED])
def test_a_row_about_a_person_or_a_listed_file_looks_like_any_other(kind):
    assert seen(finding(kind=kind, method=Method.SHA256)) == seen()


def row(*findings, problem="", personal=()):
    return {"findings": list(findings), "problem": problem, "personal": list(personal)}


@pytest.mark.parametrize(
    ("stored", "made"),
    [
        (row(), decision()),
        (
            row({"kind": "work", "permission": "none", "detail": '{"trust":"verified"}'}),
            decision(finding()),
        ),
        (
            row({"kind": "work", "permission": "granted", "detail": '{"trust":"declared"}'}),
            decision(finding(permission=Permission.GRANTED, trust=Trust.DECLARED)),
        ),
        (row({"kind": "likeness", "permission": "none", "detail": "{}"}), decision()),
        (row(problem="corrupt"), decision(unreadable=Unfingerprintable(reason=Unreadable.CORRUPT))),
    ],
)
def test_a_row_tells_what_its_decision_told(stored, made):
    assert facts_of_row(stored, Purpose.TRAIN) == facts_of(made, Purpose.TRAIN)


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
