import json

from sekisho.codec import canonical
from sekisho.model.signal import SignalFamily
from sekisho.store.datasets import objections
from sekisho.store.datasets.carried import Carrying, Refused
from sekisho.store.datasets.objections import NO_OBJECTIONS
from tests.unit.store.datasets.test_objections import PAGE, page, said, table

PHOTO = "https://a.example/p.png"


def carried(found, *looked):
    carrying = Carrying(found)
    for url, source in looked:
        carrying.look(url, source)
    return carrying.told()


def read(told):
    return Refused(json.loads(canonical(told)))


def test_a_unit_carries_what_is_about_its_records_and_nothing_else():
    found = table((page(ident="<1>"), ["a.example/p.png"]), (page(f"{PAGE}2"), ["a.example/q.png"]))
    told = carried(found, (PHOTO, ""), ("https://a.example/else.png", ""))
    assert [one[1] for one in told["objections"]["pages"]] == [PAGE]
    refused = read(told)
    assert refused.showing("http://A.example/p.png") == (PAGE,)
    assert [(one.family, one.place) for one in refused.of_page(PAGE)] == [(SignalFamily.META_ROBOTS, PAGE)]
    assert refused.showing("https://a.example/q.png") == ()


def test_a_conversion_gets_all_that_its_source_said():
    header = (said(SignalFamily.TDMREP),)
    told = carried(table((page(ident="<1>", header=header), [])), ("", "<1>"))
    assert read(told).of_record("<1>") == page(ident="<1>", header=header).every()
    assert read(told).of_record("<2>") == ()


def test_the_page_that_a_request_names_comes_along():
    carrying = Carrying(table((page(), [])))
    carrying.refer("http://example.jp/a")
    assert read(carrying.told()).of_page(PAGE)


def test_all_copies_of_a_page_are_heard_and_the_same_words_stand_there_once():
    pages = [(page(f"{PAGE}{n}"), ["a.example/p.png"]) for n in range(3)]
    told = carried(table(*pages, (page(f"{PAGE}0", said(SignalFamily.TDMREP)), [])), (PHOTO, ""))
    assert len(told["objections"]["said"]) == 3
    families = [one.family for one in read(told).of_page(f"{PAGE}0")]
    assert families == [SignalFamily.META_ROBOTS, SignalFamily.TDMREP]


def test_the_address_of_a_page_stands_there_once_however_much_it_shows():
    url = PAGE + "x" * 4000
    found = table((page(url), [f"a.example/{n}.png" for n in range(50)]))
    told = carried(found, *((f"https://a.example/{n}.png", "") for n in range(50)))
    assert read(told).showing("https://a.example/49.png") == (url,)
    assert len(canonical(told)) < 3 * len(url)


def test_nothing_is_carried_where_nothing_is_refused():
    assert carried(NO_OBJECTIONS, (PHOTO, "<1>")) == {}
    assert carried(table((page(), [])), (PHOTO, "<1>")) == {}
    refused = Refused({})
    assert [len(refused.showing(PHOTO)), len(refused.of_page(PAGE)), len(refused.of_record(""))] == [0, 0, 0]


def test_what_there_was_no_room_for_is_said(monkeypatch):
    monkeypatch.setattr(objections, "MAX_PAGES", 1)
    found = table((page(), ["a.example/p.png"]), (page(f"{PAGE}2"), ["a.example/q.png"]))
    assert read(carried(found, (PHOTO, ""))).unheard == 1
    assert carried(found, ("https://a.example/q.png", "")) == {"unheard": 1}
