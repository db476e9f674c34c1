import io
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from sekisho.audit.gathered import Rows
from sekisho.audit.law_facts import fact_key, facts_of, facts_of_row, law_counts, least_compared
from sekisho.audit.rows import encode_part
from sekisho.check import Unread
from sekisho.detect.signals.resolve import resolve
from sekisho.detect.signals.sites import ROBOTS_TXT
from sekisho.model import (
    AsOf,
    Decision,
    EntryId,
    Finding,
    Fingerprint,
    Kind,
    Method,
    Outcome,
    Permission,
    Personal,
    PersonalAction,
    PersonalType,
    Purpose,
    Signal,
    SignalFamily,
    SignalUse,
    Stance,
    Trust,
    Unfingerprintable,
    Unreadable,
)

NOTHING = {}
KEY = bytes(32)
DAY, LATER = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
ROBOTS = "https://a.example" + ROBOTS_TXT
NO = {SignalUse.TDM: Stance.DISALLOW}


def finding(
    kind=Kind.WORK, permission=Permission.NONE, trust=Trust.VERIFIED, method=Method.PDQ, detail=NOTHING
):
    return Finding(
        kind=kind,
        method=method,
        entry=EntryId("e-1"),
        trust=trust,
        distance=3,
        threshold=31,
        permission=permission,
        detail=detail,
    )


def decision(*findings, **more):
    given = {"media_type": "image/jpeg", "bytes": 1, "fingerprint": None, "outcome": Outcome.REVIEW} | more
    return Decision(item="a.jpg", reason="x", findings=findings, snapshot="s", policy="p", **given)


def seen(*findings, least=50, **more):
    facts = facts_of(decision(*findings, **more), Purpose.FINETUNE, least)
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


@pytest.mark.parametrize(
    "detail",
    [{"state": "disputed"}, {"source": "list"}, {"band": "review"}],
    ids=["disputed", "of a list", "unsure"],
)
def test_a_grant_that_is_in_doubt_is_not_said_to_cover_the_use(detail):
    granted = finding(permission=Permission.GRANTED, detail=detail)
    assert "work.licence_ok" not in seen(granted)
    assert "work.protected" not in seen(granted)
    assert "work.licence_ok" not in seen(granted, finding(permission=Permission.GRANTED))


def test_whoever_registers_what_is_anothers_can_not_license_it_to_himself():
    own = finding(permission=Permission.GRANTED, trust=Trust.DECLARED)
    assert seen(own) == {"work.registered": True}


def test_what_only_looks_like_a_work_leaves_open_whether_one_is_in_it():
    assert seen(finding(method=Method.MODEL, detail={"band": "review"})) == {}
    sure = finding(method=Method.LOCAL, detail={"band": "block"})
    assert seen(sure)["work.registered"] is True


@pytest.mark.parametrize(
    "found",
    [finding(kind=Kind.CHARACTER, method=Method.NAME), finding(detail={"false_match": "x-1"})],
    ids=["name", "false match"],
)
def test_a_name_and_a_confirmed_false_match_are_no_work(found):
    assert seen(found) == {"work.registered": False}


def test_that_there_is_no_work_is_said_only_where_something_was_compared():
    plain = Fingerprint(sha256=bytes(32), pdq=bytes(32), quality=49)
    assert seen(fingerprint=plain) == {}
    assert seen(fingerprint=replace(plain, quality=50)) == {"work.registered": False}
    exact = least_compared("exact", 50)
    assert seen(least=exact) == {}
    assert seen(least=exact, media_type="text/plain") == {"work.registered": False}
    assert seen(finding(method=Method.SHA256), least=exact)["work.registered"] is True
    assert least_compared("pdq", 50) == 50


def heard(family=SignalFamily.ROBOTS, place=ROBOTS, captured=DAY, stances=NO):
    return Signal(family=family, place=place, raw="x", stances=stances, captured=captured)


@pytest.mark.parametrize(
    ("signals", "stances", "facts"),
    [
        ([heard()], NO, {"work.optout_machine_readable": True, "work.robots_disallowed": True}),
        ([heard(SignalFamily.TDMREP, "embedded")], NO, {"work.optout_machine_readable": True}),
        ([heard()], {}, {}),
        ([heard(stances={SignalUse.SEARCH: Stance.DISALLOW})], {SignalUse.SEARCH: Stance.DISALLOW}, {}),
        ([heard(stances={SignalUse.INPUT: Stance.DISALLOW})], {SignalUse.INPUT: Stance.DISALLOW}, {}),
        # An older copy refused, the newest does not: another signal is what refuses.
        (
            [
                heard(),
                heard(captured=LATER, stances={SignalUse.TDM: Stance.ALLOW}),
                heard(SignalFamily.PLUS, "embedded"),
            ],
            NO,
            {"work.optout_machine_readable": True},
        ),
        ([heard(SignalFamily.AIPREF)], NO, {"work.optout_machine_readable": True}),
        ([heard(stances={SignalUse.TDM: Stance.ERROR})], {SignalUse.TDM: Stance.ERROR}, {}),
    ],
)
def test_a_refusal_counts_if_it_is_about_mining_and_is_what_all_signals_come_to(signals, stances, facts):
    said = seen(signals=tuple(signals), stances=stances)
    assert said == {"work.registered": False} | facts


DECISIONS = [
    decision(),
    decision(finding()),
    decision(finding(permission=Permission.GRANTED, trust=Trust.DECLARED)),
    decision(finding(method=Method.LOCAL, detail={"band": "review"})),
    decision(finding(detail={"false_match": "x"}), finding(kind=Kind.CHARACTER, method=Method.NAME)),
    decision(finding(kind=Kind.LIKENESS)),
    decision(unreadable=Unfingerprintable(reason=Unreadable.CORRUPT)),
    decision(fingerprint=Fingerprint(sha256=bytes(32), pdq=bytes(32), quality=3)),
    decision(signals=(heard(),), stances=NO),
    decision(signals=(heard(), heard(captured=LATER, stances={})), stances=NO),
    decision(
        personal=(
            Personal(
                field="",
                start=0,
                end=4,
                type=PersonalType.PHONE,
                score=90,
                rule="r",
                action=PersonalAction.REDACT,
            ),
        )
    ),
]


def table(rows):
    return pq.read_table(io.BytesIO(encode_part(rows, "u", KEY).data)).to_pylist()


@pytest.mark.parametrize("least", [50, None])
def test_a_row_tells_what_its_decision_told(least):
    rows = Rows()
    for one in DECISIONS:
        rows.add(one)
    for stored, made in zip(table(rows), DECISIONS, strict=True):
        assert facts_of_row(stored, Purpose.TRAIN, least) == facts_of(made, Purpose.TRAIN, least)
    counted = law_counts(rows, Purpose.TRAIN, least)
    assert sum(counted.values()) == len(DECISIONS)


def clear(_, said):
    signals, stances = ((), {}) if said is None else (said.signals, said.stances)
    return decision(media_type="application/json", signals=signals, stances=stances)


def test_of_rows_that_say_the_same_each_has_the_facts_of_its_own_signals():
    refused = resolve((heard(),), as_of=AsOf.AUDIT)
    for order in ([None, refused, None], [refused, None, None]):
        rows = Rows()
        for said in order:
            rows.add_clear(Unread("a", b"1", bytes(32)), said, clear)
        rows.add(decision(finding()))
        stored = [fact_key(facts_of_row(row, Purpose.RETRIEVE, 50)) for row in table(rows)]
        counted = law_counts(rows, Purpose.RETRIEVE, 50)
        assert counted == {key: stored.count(key) for key in sorted(stored)}
        assert sorted(counted.values()) == [1, 1, 2]
        assert list(counted) == sorted(counted)
