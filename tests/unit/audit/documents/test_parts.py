import pytest

from sekisho.audit.documents import parts
from sekisho.audit.documents.sheet import Bytes, Mark, Say, Word, as_lines
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


def test_objections_on_which_two_outcomes_rest_are_added_up():
    facts = facts_of()
    facts["decisions"]["reasons"] = {"block": {"opted_out": 12}, "review": {"opted_out": 30}}
    assert Say("doc.opted_out", {"items": 42}) in parts.reservations(facts).lines


TEXTS, UNLOOKED = Say("doc.personal_none", {"texts": 3}), Say("doc.personal_unlooked", {"texts": 4})


@pytest.mark.parametrize(
    ("texts", "unlooked", "expected"),
    [
        (0, 0, [Say("doc.personal_no_texts")]),
        (3, 0, [TEXTS]),
        (3, 4, [TEXTS, UNLOOKED]),
        (0, 4, [UNLOOKED]),
    ],
)
def test_where_nobody_looked_for_personal_information_is_said(texts, unlooked, expected):
    facts = facts_of()
    facts["personal"] |= {"texts": texts, "unlooked": unlooked}
    assert list(parts.personal(facts).lines[:-1]) == expected


def test_kinds_of_personal_information_are_said_even_if_texts_are_not_counted():
    facts = facts_of()
    facts["personal"] |= {"texts": 0, "unlooked": 0, "kinds": [{"kind": "name", "items": 12}]}
    part = parts.personal(facts)
    assert part.lines[0] == Say("doc.personal", {"texts": 0})
    assert part.table.rows == ((Word("personal", "name"), 12),)


@pytest.mark.parametrize(
    ("protected", "expected"),
    [
        ([True, True], ["doc.persons", "doc.persons_found"]),
        ([True, False], ["doc.persons_some", "doc.persons_found"]),
        ([False, False], ["doc.persons_unlooked"]),
    ],
)
def test_where_nobody_compared_with_persons_is_said(protected, expected):
    facts = facts_of()
    facts["personal"] |= {"protected": protected}
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
    assert part.lines == (Say("doc.size", {"items": facts["items"]}), Say("doc.size_checked"))
    assert [row[3] for row in part.table.rows] == [61]
    still = parts.modalities(facts_of(seen=seen_of({"media_type": "image/png"})))
    assert still.table.heads == ("doc.col.modality", "doc.col.items", "doc.col.bytes")
    assert still.table.rows == ((Word("modality", "image"), 1, Bytes(100)),)


def test_a_size_that_is_not_stated_is_said_to_be_so():
    seen = seen_of(
        {"media_type": "image/png"}, {"media_type": "video/mp4", "duration": 5000}, {"media_type": ""}
    )
    part = parts.modalities(facts_of(Desk(persons=[PERSON]), seen=seen))
    assert part.lines[-1] == Say("doc.bounds")
    assert "Modality: images; Items: <20; Size: not stated; Seconds of film: -" in said(part)
    assert "Modality: video; Items: <20; Size: not stated; Seconds of film: not stated" in said(part)


def test_datasets_are_named_once_with_their_sizes():
    facts = facts_of()
    (one,) = facts["runs"][0]["datasets"]
    other = {**one, "name": "a", "items": 5, "bytes": 7}
    facts["runs"] = [{"datasets": [one, other]}, {"datasets": [one]}]
    part = parts.datasets(facts)
    assert part.lines == (Say("doc.audited", {"names": f"a, {one['name']}"}),)
    assert part.table.rows == (("a", 5, Bytes(7)), (one["name"], 2 * one["items"], Bytes(2 * one["bytes"])))


def test_one_of_several_declared_texts_is_named_and_a_single_one_is_not():
    table = {"name": "N", "names": ["a", "b"], "purpose": "first\n\nsecond"}
    assert said(parts.prose(table, "purpose")) == "[declared] first\n\nsecond"
    several = parts.prose(table, "name", "purpose", "url")
    assert said(several).splitlines() == [
        "[declared] " + one for one in ("Name: N", "Purpose: first", "second")
    ]
    assert said(parts.prose(table, "names")) == "[declared] a, b"
    assert parts.labelled("name", "")[0].values["words"] == ""


@pytest.mark.parametrize(
    ("looked", "key"),
    [
        ([True, True], "doc.listed"),
        ([True, False], "doc.listed_some"),
        ([False, False], "doc.listed_not"),
    ],
)
def test_whether_files_were_compared_with_lists_of_authorities_is_said(looked, key):
    facts = facts_of()
    facts["personal"] |= {"protected": looked}
    assert keys(parts.listed(facts)) == [key]


def test_matches_and_grants_are_counted_and_nobody_is_named():
    facts = facts_of()
    facts["matches"] |= {"entries": {"work": 12}, "holders": None}
    facts["grants"] = {"grants": 3, "named": [{"grant": "g-1", "items": "<10"}], "general": 2}
    assert "works that were met: 12; characters: 0; their holders: not stated" in said(parts.matches(facts))
    part = parts.grants(facts)
    assert part.lines == (Say("doc.grants", {"grants": 3, "general": 2}),)
    assert part.table.rows == (("g-1", "<10"),)
    facts["grants"]["named"] = []
    assert parts.grants(facts).table is None
