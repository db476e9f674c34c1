from sekisho.rules.shipped import shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary


def test_every_rule_is_listed_with_its_status(rules):
    assert rules.run("list", "--lang", "en") == 0
    for pack in shipped_packs():
        assert all(f"  {rule.id}  " in rules.said for rule in pack.rules)
    assert "dk.73a  prohibition  Realistic imitations of a person  (a bill: it binds nobody" in rules.said
    assert f"{len(shipped_packs())} packs, " in rules.told


def test_every_fact_is_listed_with_its_question(rules):
    assert rules.run("list", "--facts") == 0
    assert [line.partition("  ")[0] for line in rules.said.splitlines()] == list(shipped_vocabulary().facts)


def test_a_rule_is_shown_with_term_amount_and_source(rules):
    assert rules.run("show", "eu.aiact.101", "--lang", "en") == 0
    assert "request.under == 'eu.aiact'" in rules.said
    assert "(from August 2, 2026): the maximum is at least 15,000,000 EUR" in rules.said
    assert "Text: fines not exceeding 3 %" in rules.said
    assert rules.run("show", "jp.idpa.reply-7d", "--lang", "en") == 0
    assert "within 7 days of notice.received_at; or instead: " in rules.said


def test_the_time_in_which_an_uploader_may_object_is_no_duty(rules):
    assert rules.run("show", "jp.ripv.4", "--lang", "en") == 0
    assert "Window, no duty: " in rules.said
    assert "To do" not in rules.said


def test_a_rule_that_is_not_there_is_answered_with_near_ones(rules):
    assert rules.run("show", "idpa") == 2
    assert "did you mean jp.idpa.3-2, jp.idpa.designated, jp.idpa.reply-7d?" in rules.told
    assert rules.run("show", "zzz") == 2
    assert "sekisho rules list names all of them" in rules.told


def test_a_mistyped_rule_is_answered_with_the_one_that_is_meant(rules):
    assert rules.run("show", "jp.copyright.304") == 2
    assert "did you mean jp.copyright.30-4" in rules.told
