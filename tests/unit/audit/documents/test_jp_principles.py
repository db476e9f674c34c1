from sekisho.audit.documents.declared import PRINCIPLES
from sekisho.audit.documents.jp_principles import jp_principles
from sekisho.audit.documents.sheet import Say, line
from tests.documented import declared, facts_of


def fields(text=""):
    document = jp_principles(facts_of(said=declared(text)))
    return {field.id.removeprefix("jp."): field for s in document.sections[:2] for field in s.fields}


def test_every_item_has_a_cell_and_one_that_nobody_filled_says_so():
    found = fields()
    assert tuple(found) == PRINCIPLES
    both = [len(section.fields) for section in jp_principles(facts_of()).sections[:2]]
    assert both == [len(PRINCIPLES) - 2, 2]
    for field in found.values():
        assert field.parts[0].mark == "not_available"
        assert field.parts[0].lines == (Say("jp.undecided"),)


def test_a_cell_says_comply_or_explain():
    text = (
        "[principles.output]\nstate = 'explain'\ntext = 'later'\n[principles.model]\nstate = 'not_applicable'"
    )
    found = fields(text)
    assert found["output"].parts[0].lines == (Say("jp.explain"), "later")
    assert found["model"].parts[0].lines == (Say("jp.not_applicable"),)


def test_runs_speak_where_they_can():
    found = fields()
    for name in ("data", "reservations", "records", "rightsholder_requests", "user_requests"):
        assert found[name].parts[1].mark == "computed"


def test_how_the_web_is_crawled_is_said_in_full():
    crawl = "[sources.crawl]\nused = true\ncrawlers = ['B']\nbehaviour = 'asks robots.txt'"
    lines = [line(one, "en") for one in fields(crawl)["crawling"].parts[1].lines]
    assert lines == ["yes", "Crawlers: B", "Behaviour: asks robots.txt"]


def test_the_sheet_says_that_the_final_text_was_not_at_hand():
    assert Say("jp.note") in jp_principles(facts_of()).notes
