import pytest

from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance
from sekisho.store.datasets import objections
from sekisho.store.datasets.objections import NO_OBJECTIONS, Objections, Objector, address_key, refusals

PAGE = "https://example.jp/a"


def said(family=SignalFamily.META_ROBOTS, stance=Stance.DISALLOW, use=SignalUse.TRAIN_GENERATIVE, **more):
    return Signal(family=family, place="embedded", raw="x", stances={use: stance}, **more)


def page(url=PAGE, *signals, ident="", header=()):
    return Objector(ident, url, "2024-02-29T12:34:56Z", header, signals or (said(),))


def table(*pages):
    found = Objections()
    for one, shown in pages:
        found.add(one, shown)
    return found.close()


def test_what_pages_say_has_room_for_so_much_and_no_more(monkeypatch):
    monkeypatch.setattr(objections, "MAX_WORDS", 1000)
    found = table(*((page(f"{PAGE}{n}"), []) for n in range(5)), (page(PAGE * 99), []))
    assert (len(found), found.left) == (2, 4)


def test_an_address_has_one_key_however_it_is_written():
    assert address_key("http://Example.jp:80/%e3%81%82") == address_key("https://example.jp/あ")
    assert address_key(PAGE) != address_key(f"{PAGE}b")
    assert 0 <= address_key(PAGE) < 1 << 64


@pytest.mark.parametrize(
    ("stance", "use", "heard"),
    [
        (Stance.DISALLOW, SignalUse.TDM, True),
        (Stance.ERROR, SignalUse.TRAIN_OTHER, True),
        (Stance.ALLOW, SignalUse.TDM, False),
        (Stance.UNKNOWN, SignalUse.TDM, False),
        (Stance.DISALLOW, SignalUse.SEARCH, False),
    ],
)
def test_only_what_a_page_refuses_is_about_its_things(stance, use, heard):
    found = refusals([said(stance=stance, use=use)], PAGE)
    assert [signal.place for signal in found] == [PAGE] * heard


def test_of_a_header_only_what_robots_are_told_is_about_the_things_on_the_page():
    tdm, robots = said(SignalFamily.TDMREP), said(SignalFamily.X_ROBOTS)
    one = page(PAGE, said(), header=(tdm, robots))
    assert [signal.family for signal in one.every()] == ["tdmrep", "x_robots", "meta_robots"]
    assert [signal.family for signal in one.refused()] == ["x_robots", "meta_robots"]
    assert one.every()[0].captured.year == 2024
    assert one.every()[2].captured is None


def test_pages_are_found_by_what_they_show_by_address_and_by_record():
    found = table((page(ident="<1>"), ["a.example/p.png"]), (page(f"{PAGE}2"), ["a.example/p.png"]))
    assert found.showing("http://a.example/p.png") == [0, 1]
    assert list(found.of_page(f"{PAGE}2")) == [1]
    assert list(found.of_record("<1>")) == [0]
    assert (list(found.of_record("<2>")), found.of_page("https://b.example/"), len(found)) == ([], (), 2)
    assert NO_OBJECTIONS.showing(PAGE) == []


def test_copies_that_say_the_same_are_one_and_others_are_kept():
    other = page(PAGE, said(SignalFamily.TDMREP))
    found = table((page(), ["a.example/1"]), (page(), ["a.example/2"]), (other, []))
    assert list(found.of_page(PAGE)) == [0, 2]
    assert found.page(found.showing("https://a.example/2")[0]).url == PAGE


def test_of_one_picture_the_last_pages_count(monkeypatch):
    monkeypatch.setattr(objections, "MAX_SHOWN", 4)
    found = table(*((page(f"{PAGE}{n}"), ["a.example/p"]) for n in range(9)))
    assert found.showing("https://a.example/p") == [5, 6, 7, 8]
    assert found.left == 0


def test_what_there_is_no_room_for_is_counted(monkeypatch):
    monkeypatch.setattr(objections, "MAX_SHOWN", 3)
    monkeypatch.setattr(objections, "MAX_PAGES", 2)
    found = table(*((page(f"{PAGE}{n}"), [f"a.example/{n}{m}" for m in range(2)]) for n in range(3)))
    assert (len(found), found.left) == (2, 2)
    held = [m for m in range(4) if found.showing(f"https://a.example/{m // 2}{m % 2}")]
    assert len(held) == 3
