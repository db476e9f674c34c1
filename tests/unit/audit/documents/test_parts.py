import pytest

from sekisho.audit.documents import parts
from sekisho.audit.documents.sheet import Mark, Say, as_lines
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


def test_domains_are_not_available_where_rows_do_not_tell_them():
    assert parts.domains(facts_of()) is None


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
