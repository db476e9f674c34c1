import json
from datetime import UTC, date, datetime

import pytest

from sekisho.audit.again.causes import Terms, Why, causes, terms_of
from sekisho.model import Entry, Kind, Registrant, State, Trust

ENTRY, OTHER = "e-" + "1" * 32, "e-" + "2" * 32
SINCE = "2026-11-01"
FILE, DAY = "https://a.example/robots.txt", datetime(2026, 11, 1, tzinfo=UTC)


def finding(entry=ENTRY, permission="none", grant=None, **detail):
    return {
        "entry": entry,
        "kind": "work",
        "method": "pdq",
        "distance": 3.0,
        "threshold": 31.0,
        "permission": permission,
        "grant": grant,
        "detail": json.dumps({"trust": "verified"} | detail),
    }


def row(*findings, sha256=b"s" * 32, problem="", reason="no_known_objection"):
    stated = {"item": "a.png", "sha256": sha256, "problem": problem, "reason": reason}
    stated |= {"signals": [], "stances": ""}
    return stated | {"findings": list(findings)}


def entry(registered="2026-10-01"):
    return Entry(
        id=ENTRY,
        registrant=Registrant(key="ed25519:x"),
        kind=Kind.WORK,
        trust=Trust.VERIFIED,
        registered=date.fromisoformat(registered),
    )


def terms(*, state=State.ACTIVE, registered="2026-10-01", there=True, **changes):
    same = dict.fromkeys(("same_policy", "same_matching", "same_use", "same_day"), True)
    found = (entry(registered), state) if there else None
    return Terms(**same | changes, since=SINCE, entry=lambda _entry: found)


def why(old, new, **of):
    return {cause: sorted(entries) for cause, entries in causes(old, new, terms(**of)).items()}


def only(cause, *entries):
    return {cause: list(entries)}


def test_other_bytes_come_before_everything():
    assert why(row(), row(finding(), sha256=b"t" * 32)) == only(Why.BYTES_CHANGED)
    assert why(row(sha256=None, problem="timeout"), row()) == only(Why.READ_AGAIN)
    assert why(row(), row(sha256=None, problem="io_error")) == only(Why.READ_AGAIN)
    deeper = row(problem="corrupt")
    assert why(row(), deeper, same_policy=False, same_matching=False) == only(Why.POLICY_CHANGED)


def test_entries_come():
    new = row(finding())
    assert why(row(), new) == only(Why.ENTRY_NEW, ENTRY)
    assert why(row(), new, same_matching=False, same_policy=False) == only(Why.POLICY_CHANGED, ENTRY)
    later = {"same_matching": False, "registered": "2026-11-20"}
    assert why(row(), new, **later) == only(Why.ENTRY_NEW, ENTRY)


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (State.WITHDRAWN, Why.ENTRY_WITHDRAWN),
        (State.LAPSED, Why.ENTRY_LAPSED),
        (State.SUSPENDED, Why.ENTRY_SUSPENDED),
        (State.ACTIVE, Why.POLICY_CHANGED),
    ],
)
def test_entries_go(state, cause):
    assert why(row(finding()), row(), state=state, same_policy=False) == only(cause, ENTRY)
    assert why(row(finding()), row(), there=False) == only(Why.ENTRY_WITHDRAWN, ENTRY)


GRANT, NEXT = "g-" + "1" * 32, "g-" + "2" * 32
CHANGES = {
    Why.GRANT_GIVEN: [
        (finding(), finding(permission="granted", grant=GRANT)),
        (
            finding(permission="expired", grant=GRANT, lacking="ended"),
            finding(permission="granted", grant=NEXT),
        ),
        (finding(), finding(permission="out_of_scope", grant=GRANT, lacking="territory")),
    ],
    Why.GRANT_REVOKED: [
        (
            finding(permission="granted", grant=GRANT),
            finding(permission="expired", grant=GRANT, lacking="revoked"),
        )
    ],
    Why.GRANT_ENDED: [
        (
            finding(permission="granted", grant=GRANT),
            finding(permission="expired", grant=GRANT, lacking="ended"),
        ),
        (finding(permission="granted", grant=GRANT), finding()),
    ],
    Why.DAY_CHANGED: [
        (
            finding(permission="out_of_scope", grant=GRANT, lacking="not_yet"),
            finding(permission="granted", grant=GRANT),
        )
    ],
    Why.USE_CHANGED: [
        (finding(), finding(permission="granted")),
        (
            finding(permission="granted", grant=GRANT),
            finding(permission="out_of_scope", grant=GRANT, lacking="purpose"),
        ),
    ],
    Why.TRUST_CHANGED: [(finding(trust="declared"), finding())],
    Why.FALSE_MATCH: [(finding(), finding(false_match="f-1")), (finding(false_match="f-1"), finding())],
    Why.ENTRY_DISPUTED: [(finding(), finding(state="disputed"))],
    Why.ENTRY_SUSPENDED: [(finding(state="disputed"), finding(state="suspended"))],
    Why.DISPUTE_OVER: [(finding(state="disputed"), finding())],
    Why.RIVAL_CLAIMS: [(finding(), finding(permission="conflict"))],
}
CASES = [(cause, *pair) for cause, pairs in CHANGES.items() for pair in pairs]


@pytest.mark.parametrize(("cause", "old", "new"), CASES)
def test_what_happened_to_an_entry(cause, old, new):
    assert why(row(old), row(new)) == only(cause, ENTRY)


def test_an_item_can_have_several_causes():
    old = row(finding(), finding(OTHER))
    new = row(finding(permission="granted", grant=GRANT))
    assert why(old, new, state=State.WITHDRAWN) == {
        Why.GRANT_GIVEN: [ENTRY],
        Why.ENTRY_WITHDRAWN: [OTHER],
    }


def test_what_no_finding_explains_is_policy_day_or_use():
    assert why(row(), row(), same_policy=False, same_day=False) == only(Why.POLICY_CHANGED)
    assert why(row(), row(), same_day=False) == only(Why.DAY_CHANGED)
    assert why(row(), row(), same_use=False, same_day=False) == only(Why.USE_CHANGED)


def similar():
    return finding() | {"method": "model"}


def test_a_similarity_that_came_or_went_with_its_encoder_is_no_change_of_the_registry():
    for old, new in ((row(), row(similar())), (row(similar()), row())):
        assert why(old, new, same_models=False) == only(Why.MODELS_CHANGED, ENTRY)
        assert Why.MODELS_CHANGED not in why(old, new)
    assert why(row(), row(finding()), same_models=False) == only(Why.ENTRY_NEW, ENTRY)


def heard(stances="", **signal):
    said = {"place": FILE, "captured": DAY, "source": "ab", "stances": stances} | signal
    return row() | {"stances": stances, "signals": [said] if stances else []}


def test_holders_are_heard_to_say_something_else():
    no = heard("tdm=disallow")
    assert why(row(), no, same_signals=False) == {Why.SITE_COPY: [f"{FILE} 2026-11-01"]}
    assert why(row(), no, heard=False, same_signals=False) == only(Why.SIGNALS_READ)
    own = {"place": "embedded", "captured": None, "source": ""}
    assert why(row(), heard("tdm=disallow", **own), same_signals=False) == only(Why.TOLD_OTHERWISE)
    assert why(row(), no) == only(Why.TOLD_OTHERWISE)
    settled = no | {"stances": ""}
    assert why(no, settled, same_policy=False) == only(Why.POLICY_CHANGED)


def test_an_objection_and_an_entry_are_both_told():
    new = heard("tdm=disallow") | {"findings": [finding()]}
    assert [*why(row(), new, same_signals=False)] == [Why.ENTRY_NEW, Why.SITE_COPY]
    search = heard("search=disallow") | {"findings": [finding()]}
    assert why(row(), search, same_signals=False) == only(Why.ENTRY_NEW, ENTRY)


def test_two_runs_heard_the_same_if_they_used_the_same_copies():
    used = {"signals": {"used": {"sites": {"digest": "a"}}}}
    same = [terms_of(manifest_of() | old, manifest_of() | used, None, None) for old in (used, {})]
    assert [(one.same_signals, one.heard) for one in same] == [(True, True), (False, False)]


def manifest_of(models=None, **rules):
    same = {"depth": "local", "radius": 31, "votes": 4} | rules
    return {
        "policy": {"digest": str(same), "rules": same},
        "operator": {"key": "k"},
        "use": {"purpose": "train", "territory": "JP", "on": "2026-11-22"},
        "snapshot": {"created": "2026-11-22T00:00:00Z"},
        "configuration": {} if models is None else {"models": models},
    }


@pytest.mark.parametrize(
    ("change", "same"),
    [({}, (True, True)), ({"votes": 5}, (False, True)), ({"models": ["x"]}, (True, False))],
)
def test_rules_about_parts_and_encoders_belong_to_what_is_compared(change, same):
    found = terms_of(manifest_of(), manifest_of(**change), None, None)
    assert (found.same_matching, found.same_models) == same


def test_a_run_that_knew_no_parts_compared_the_same_whole_pictures():
    old = manifest_of()
    del old["policy"]["rules"]["votes"]
    assert terms_of(old, manifest_of(), None, None).same_matching
