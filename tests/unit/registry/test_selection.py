from dataclasses import replace

import pytest

from sekisho.codec import decode_packed, encode_packed_traits
from sekisho.media.books import BookKind
from sekisho.model import TextForm
from sekisho.registry.fingerprinted import FileLimits, Made, PageMade, made_of_volume
from sekisho.registry.prints import by_entry
from sekisho.registry.selection import Fate, Placed, prints_of, select
from sekisho.registry.written import written
from tests import manga
from tests.books import Bytes, zipped
from tests.parties import film_of, traits_of


def page(number, pdq, quality=100, *, prose=False, name="p"):
    return PageMade(
        number=number, name=name, sha256=bytes([number]) * 32, hashes=((pdq, quality),), prose=prose
    )


def one(number):
    return bytes([number]) * 32


def far(number):
    return (0x9E3779B97F4A7C15F39CC0605CEDC834 ** (number + 3) % 2**256).to_bytes(32)


def placed(pages, volume=1, at="{}"):
    made = Made(pages=tuple(pages), count=len(pages), volume=volume > 0)
    return Placed(name=f"v{volume}", made=made, volume=volume, at=at)


def fates(files, *, keep_all=False):
    selection = select(files, keep_all=keep_all)
    return [[selection.fate(f, p) for p in f.made.pages] for f in files]


FILES = [
    placed([page(1, far(1)), page(2, far(2), 49), page(3, far(3)), page(4, far(4), prose=True)], 1),
    placed([page(1, far(5)), page(2, far(3)), page(3, far(4))], 2),
]


def test_every_page_has_one_fate():
    assert fates(FILES) == [
        [Fate.KEPT, Fate.BLANK, Fate.SHARED, Fate.PROSE],
        [Fate.KEPT, Fate.SHARED, Fate.KEPT],
    ]


def test_all_pages_are_kept_if_that_is_wanted():
    assert {fate for pages in fates(FILES, keep_all=True) for fate in pages} == {Fate.KEPT}


def test_pictures_that_are_entries_of_their_own_are_not_compared():
    files = [placed([page(1, far(1))], 0, ""), placed([page(1, far(1))], 0, ""), placed([page(1, far(1))], 1)]
    assert fates(files) == [[Fate.KEPT]] * 3


def test_frames_are_counted_with_their_page():
    many = PageMade(number=1, sha256=one(1), hashes=((far(1), 100), (far(2), 10), (far(3), 100)))
    files = [placed([many, page(2, far(4))], 1), placed([page(1, far(4)), page(2, far(9))], 2)]
    assert fates(files) == [[Fate.KEPT, Fate.SHARED], [Fate.SHARED, Fate.KEPT]]


def test_a_print_says_where_its_page_stands():
    file = placed([page(7, far(1), name="a/7.jpg")], 3, "3/{}")
    (found,) = prints_of(file, file.made.pages[0])
    assert (found.name, found.at, found.pdq) == ("v3#a/7.jpg", "3/7", far(1))


def test_a_kept_page_of_low_detail_has_no_pdq():
    file = placed([page(7, far(1), 49)])
    (found,) = prints_of(file, file.made.pages[0])
    assert (found.pdq, found.quality, found.sha256) == (None, 49, one(7))


def test_a_picture_by_itself_has_no_locator_and_its_own_name():
    file = placed([page(1, far(1))], 0, "")
    (found,) = prints_of(file, file.made.pages[0])
    assert (found.name, found.at) == ("v0", "")


def book(base, *, colophon):
    pages = [manga.blank(), *(manga.manga(base + n) for n in range(5)), manga.colophon(colophon, mark=True)]
    data = zipped({f"{n}.jpg": manga.file(p) for n, p in enumerate(pages)})
    return made_of_volume(BookKind.ZIP, Bytes(data), FileLimits(), lambda *_: None)


@pytest.mark.parametrize("colophon", [(1, 1), (1, 2)])
def test_two_books_with_the_same_blank_and_colophon_pages_do_not_match_each_other(colophon):
    """Each registered alone, as its publisher does: no print of one may find a page of the other."""
    found = []
    for base, number in zip((0, 100), colophon, strict=True):
        made = book(base, colophon=number)
        file = Placed(name="v", made=made, volume=1, at="{}")
        selection = select([file], keep_all=False)
        kept = [p for p in made.pages if selection.fate(file, p) is Fate.KEPT]
        found.append((made, [q for p in kept for q in prints_of(file, p)]))
    for (_, prints), (other, _) in (found, found[::-1]):
        assert len(prints) == 5
        assert not {p.sha256 for p in prints} & {p.sha256 for p in other.pages}
        mine = [int.from_bytes(p.pdq) for p in prints if p.pdq]
        assert (
            min((a ^ int.from_bytes(b)).bit_count() for a in mine for p in other.pages for b, _ in p.hashes)
            > 31
        )


def text_page(number=1):
    text = written("灰色の海の向こうから、鉄の船が一そう近づいてきた。".encode() * 3, TextForm.PLAIN)
    return PageMade(number=number, name="text", sha256=text.sha256, text=text)


@pytest.mark.parametrize(("volume", "at"), [(0, ""), (1, "{}")])
def test_a_text_is_kept_and_has_one_print(volume, at):
    pages = [page(1, far(1)), text_page(2)] if volume else [text_page()]
    file = placed(pages, volume, at)
    assert fates([file]) == [[Fate.KEPT] * len(pages)]
    (made,) = prints_of(file, pages[-1])
    assert (made.sha256, made.pdq, made.quality) == (pages[-1].sha256, None, None)
    assert made.decode_profile == "passages-1"
    assert made.passages == decode_packed(pages[-1].text.passages)
    assert (made.name, made.at) == (("v1#text", "2") if volume else ("v0", ""))


def panelled(*pages, volume=0, at="", name="page#1.png"):
    made = Made(pages=pages, count=1, volume=volume > 0)
    return Placed(name=name, made=made, volume=volume, at=at, first=0)


WHOLE = PageMade(number=1, sha256=one(1), hashes=((far(1), 100),), name="p")
PANEL = PageMade(number=1, sha256=one(2), hashes=((far(2), 100),), name="p", panel=2)


@pytest.mark.parametrize(
    ("volume", "at", "whole", "panel"),
    [(0, "", "1", "1/2"), (1, "{}", "1", "1/2"), (3, "3/{}", "3/1", "3/1/2")],
)
def test_a_panel_stands_below_its_page(volume, at, whole, panel):
    placed = panelled(WHOLE, PANEL, volume=volume, at=at, name="v")
    prints = [p for page in placed.made.pages for p in prints_of(placed, page)]
    assert [p.at for p in prints] == [whole, panel]
    assert len(by_entry(prints)) == 1


def test_panels_of_two_files_of_nearly_one_name_stay_apart():
    files = [panelled(WHOLE, PANEL, name=name) for name in ("a#1.png", "a#2.png")]
    prints = [p for f in files for page in f.made.pages for p in prints_of(f, page)]
    assert list(map(len, by_entry(prints))) == [2, 2]


def test_a_panel_of_too_little_detail_is_left_out():
    flat = replace(PANEL, hashes=((far(2), 10),))
    placed = panelled(WHOLE, flat)
    assert select([placed], keep_all=True).fate(placed, flat) is Fate.BLANK


def test_traits_go_with_the_first_frame():
    made = PageMade(
        number=1,
        sha256=one(1),
        hashes=((far(1), 10), (far(2), 100), (far(3), 100)),
        traits=encode_packed_traits(traits_of(1)),
    )
    first, second = prints_of(panelled(made), made)
    assert (first.traits, second.traits) == (traits_of(1), None)
    low = replace(made, hashes=((far(1), 10),))
    (only,) = prints_of(panelled(low), low)
    assert (only.pdq, only.quality, only.traits) == (None, 10, traits_of(1))


def test_a_film_is_one_print_and_always_kept():
    made = PageMade(number=1, sha256=one(1), film=True, traits=encode_packed_traits(film_of(1)))
    placed = panelled(made, volume=1, at="{}")
    assert select([placed], keep_all=False).fate(placed, made) is Fate.KEPT
    (p,) = prints_of(placed, made)
    assert (p.is_film, p.pdq, p.quality, p.traits) == (True, None, None, film_of(1))
