from sekisho.store.cases import CaseFolder
from tests.desk_of_cases import at_hand


def test_a_list_says_what_is_due_next_and_leaves_out_what_has_ended(desk):
    first, second = desk.opened(), desk.opened(subject="work", more='authorship = "holder"')
    assert first != second
    assert desk.run("list") == 0
    assert [line[:34] for line in desk.said.splitlines()] == sorted([first, second])
    assert "due in" in desk.said
    assert desk.run("move", first, "withdrawn") == 0
    assert desk.run("list") == 0
    assert first not in desk.said
    assert desk.run("list", "--ended") == 0
    assert first in desk.said


def test_a_case_is_shown_with_its_steps_terms_and_letters_in_both_languages(desk):
    found = desk.opened(more="")
    assert desk.run("show", found[:8]) == 0
    for word in ("received", "incomplete", "jp.idpa.reply-7d@", "outbox/incomplete.txt"):
        assert word in desk.said
    assert "mother@example.org" not in desk.said
    assert desk.run("show", found, "--lang", "ja") == 0
    assert "不足あり" in desk.said


def test_the_notice_is_shown_only_to_the_desk(desk):
    found = desk.opened()
    assert desk.run("show", found, "--notice", "--by", "desk") == 0
    assert "mother@example.org" in desk.said
    assert desk.run("show", found, "--notice", "--by", "agency") == 2
    assert "mother@example.org" not in desk.said + desk.told


def test_a_changed_event_is_evidence_that_does_not_hold(desk):
    found = desk.opened()
    path = desk.cases / found / "events.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[1], lines[0]]))
    assert desk.run("show", found) == 4
    path.write_bytes(lines[0] + lines[1].replace(b'"sig":"', b'"sig":"A'))
    assert desk.run("list") == 4


def test_one_case_that_was_changed_hides_no_other(desk):
    broken, kept = desk.opened(), desk.opened(subject="work", more='authorship = "holder"')
    (desk.cases / broken / "events.jsonl").write_bytes(b"x\n")
    assert desk.run("list") == 4
    assert kept in desk.said
    assert broken in desk.told
    assert desk.run("open", desk.asked()) == 0


def test_a_case_whose_facts_contradict_each_other_is_named_and_hides_no_other(desk):
    wrong, kept = desk.opened(), desk.opened(subject="work", more='authorship = "holder"')
    facts = b'format = "sekisho.facts/1"\n[facts.item]\nintimate_claimed = true\n'
    CaseFolder(desk.cases).records().lay_beside("facts", wrong, facts)
    assert desk.run("list") == 4
    assert kept in desk.said
    assert "item.intimate_claimed" in desk.told
    assert desk.run("show", wrong) == 2


def test_what_is_due_first_stands_on_top_and_what_only_may_run_says_so(desk):
    japanese = desk.opened()
    american = desk.path / "intimate.toml"
    us = desk.form(subject="intimate", more='relation = "self"\nsigned = "A"').read_text(encoding="utf-8")
    american.write_text(us.replace('"JP"', '"US"'), encoding="utf-8")
    assert desk.run("open", american) == 0
    first = desk.said.strip()
    assert desk.run("list") == 0
    lines = desk.said.splitlines()
    assert [line[:34] for line in lines] == [first, japanese]
    assert "due in 48 h" in lines[0] or "due in 47 h" in lines[0]
    assert lines[0].endswith("may run")


def test_which_term_a_decision_meets_and_on_which_it_rests_is_shown(desk):
    found = desk.opened()
    assert desk.run("refuse", found, "--reason", "x", "--rule", "house.answer") == 0
    assert desk.run("show", found) == 0
    lines = desk.said.splitlines()
    decided = next(n for n, line in enumerate(lines) if "decided" in line)
    assert lines[decided + 1].strip() == f"rests on {at_hand('house.answer')}"
    assert f"meets {at_hand('jp.idpa.reply-7d')}" in "\n".join(lines[decided + 2 : decided + 6])
