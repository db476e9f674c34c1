import pytest

from sekisho.audit.documents import parts
from sekisho.audit.documents.sheet import Mark, Say, Word, as_lines
from sekisho.audit.membership.training import verify_training
from tests.documented import declared, facts_of, seen_of, signal
from tests.membership import PERSON, Desk


def said(part):
    return "\n".join(as_lines(part, "en"))


def test_what_nobody_declares_is_no_part():
    assert parts.declared(None) is None
    assert parts.prose({}, "name") is None
    assert parts.source(facts_of(), "users") is None
    assert parts.answer(None) is None
    assert parts.answer(value=False) == Say("doc.no")


def test_a_declared_source_is_said_in_full():
    text = "[sources.users]\nused = true\ndescription = 'chats'\nnames = ['A', 'B']\nmodalities = ['text']"
    part = parts.source(facts_of(said=declared(text)), "users")
    assert part.mark is Mark.DECLARED
    assert said(part).splitlines() == [
        f"[declared] {line}" for line in ("yes", "chats", "Names: A, B", "Kinds: text")
    ]


def test_coverage_and_what_was_not_looked_at_are_said():
    lines = said(parts.reservations(facts_of()))
    assert "available for 0 of 9 items (0 %)" in lines
    assert "were not looked at" in lines


def test_beside_a_section_about_persons_coverage_is_a_bound():
    facts = facts_of(Desk(persons=[PERSON]))
    facts["signals"]["items"] = "<20"
    assert "available for <20 of 9 items (a bound" in said(parts.reservations(facts))


@pytest.mark.parametrize(("section", "line"), [((), "were not compared"), ([PERSON], "were compared")])
def test_it_is_said_whether_photos_of_persons_were_compared(section, line):
    assert line in said(parts.personal(facts_of(Desk(persons=list(section)))))


def test_a_licence_is_a_claim():
    lines = said(parts.licences(facts_of(seen=seen_of({"signals": [signal(note="licence:MIT")]}))))
    assert "Licence (SPDX): MIT; Items: 1" in lines
    assert "claim" in lines


def test_decisions_are_those_of_the_public_facts():
    desk = Desk()
    facts = facts_of(desk)
    assert facts["decisions"]["outcomes"] == facts["runs"][0]["totals"]["outcomes"]
    assert "Outcome" in said(parts.decisions(facts))


def test_the_evidence_names_root_seal_log_and_registry():
    desk = Desk()
    facts = facts_of(desk, trained=verify_training(desk.trained()))
    lines = "\n".join(said(part) for one in parts.evidence(facts).fields for part in one.shown)
    run = facts["runs"][0]
    for value in (
        run["root"],
        run["public"],
        run["log"]["key"],
        run["registry"]["digest"],
        run["configuration"],
    ):
        assert value in lines
    assert (b"m" * 32).hex() in lines
    assert "Not proven: that it is true." in lines


def test_what_else_is_true_of_a_run_is_said():
    facts = facts_of()
    facts["runs"][0] |= {
        "sample": {"taken": 2, "of": 900, "asked": 2},
        "reviews": {"reviews": 3, "people": 2},
        "erased": "<10",
        "registry": {**facts["runs"][0]["registry"], "stale": True},
    }
    (runs, *_) = parts.evidence(facts).fields
    lines = said(runs.parts[0])
    for line in ("2 of 900", "3 reviews by 2 people", "erased for a person: <10", "was stale"):
        assert line in lines


def test_a_sample_is_said_first():
    facts = facts_of() | {"sample": True}
    assert parts.notes(facts)[0] == Say("doc.sample")


def keys(part):
    return [line.key for line in part.lines if isinstance(line, Say)]


def test_it_is_said_whether_credentials_were_read_and_what_objections_came_to():
    facts = facts_of()
    facts["decisions"] |= {
        "outcomes": {"allow": 0, "block": 12},
        "reasons": {"allow": {}, "block": {"opted_out": 12}},
    }
    for read in (True, False):
        facts["signals"]["c2pa"] = read
        assert ("doc.no_c2pa" in keys(parts.reservations(facts))) is not read
    facts["signals"]["sites"] = [{"from": "2026-10-01T00", "until": "2026-10-02T00", "digest": "ab"}]
    lines = parts.reservations(facts).lines
    assert Say("doc.opted_out", {"items": 12}) in lines
    assert Say("doc.sites", {"first": "2026-10-01", "last": "2026-10-02", "digest": "ab"}) in lines
    rows = parts.decisions(facts).table.rows
    assert (Word("outcome", "block"), Word("reason_short", "opted_out"), 12) in rows


@pytest.mark.parametrize(
    ("texts", "looked", "protected", "expected"),
    [
        (5, [True, False], [False], ["doc.personal_unlooked", "doc.persons_unlooked"]),
        (5, [True], [True], ["doc.persons", "doc.persons_found"]),
        (0, [False], [False], ["doc.persons_unlooked"]),
    ],
)
def test_where_nobody_looked_for_people_is_said(texts, looked, protected, expected):
    facts = facts_of()
    facts["personal"] |= {"texts": texts, "looked": looked, "protected": protected}
    assert keys(parts.personal(facts))[1:] == expected


@pytest.mark.parametrize(
    ("after", "last"),
    [
        (None, "doc.decided"),
        ({"outcomes": {"allow": 7, "block": 2}}, "doc.after_reviews"),
        ({"outcomes": {"allow": 7, "block": None}}, "doc.after_untold"),
        ({"outcomes": None}, "doc.after_untold"),
    ],
)
def test_what_reviews_made_of_the_outcomes_is_said_where_it_is_public(after, last):
    facts = facts_of()
    facts["decisions"]["after_reviews"] = after
    found = keys(parts.decisions(facts))
    assert found[-1] == last
    assert ("doc.before_reviews" in found) is (after is not None)


def test_modalities_say_how_much_there_is():
    facts = facts_of(seen=seen_of({"media_type": "video/mp4", "duration": 61_000}))
    part = parts.modalities(facts)
    assert part.lines == (Say("doc.size", {"items": facts["items"]}),)
    assert [row[3] for row in part.table.rows] == [61]


def evidence_keys(facts):
    fields = parts.evidence(facts).fields
    return {key for one in fields for part in one.shown for key in keys(part)}


def test_whether_a_model_was_trained_on_all_of_it_is_what_the_statement_says():
    assert parts.notes(facts_of())[-1] == Say("doc.not_model")
    desk = Desk()
    facts = facts_of(desk, trained=verify_training(desk.trained()))
    assert parts.notes(facts)[-1] == Say("doc.not_model_stated")
    for complete, key in ((True, "doc.training_whole"), (False, "doc.training_more")):
        facts["training"]["complete"] = complete
        found = evidence_keys(facts)
        assert {"doc.training_whole", "doc.training_more"} & found == {key}


@pytest.mark.parametrize(("items", "share"), [(3, 100 * 3 / 12), (0, 0)])
def test_coverage_is_a_share_of_all_items(items, share):
    facts = facts_of()
    facts["signals"] |= {"items": items, "of": 12 if items else 0}
    said_first = parts.reservations(facts).lines[0]
    assert said_first.values == {"items": items, "of": 12 if items else 0, "share": share}
