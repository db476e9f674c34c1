import re
from datetime import date

import pytest

from sekisho.locale import LANGS
from sekisho.rules.compared import compared
from sekisho.rules.factfile import FactFile
from sekisho.rules.page import render_compared, term_words
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Interval, Text
from tests.law_cases import NAMES, known

TODAY = date(2026, 7, 2)


def rendered(case, today=TODAY, **options):
    places = compared(shipped_packs(), case.jurisdictions, case.facts, case.on, shipped_vocabulary())
    return render_compared(places, case, case.on, today, **options)


def widths(page):
    return {
        kind: float(width) for kind, width in re.findall(r'class="bar (\w+)" style="width:([\d.]+)%', page)
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_one_file_without_script_or_request(name):
    page = rendered(known(name))
    assert page.startswith("<!doctype html>")
    assert not re.search(r"<script|https?://|@import|url\(|<link|<img|<iframe", page)
    assert known(name).title.ja in page
    assert "default-src 'none'" in page


def test_bars_are_longer_where_there_is_more_time():
    page = rendered(known("adult-deepfake"))
    found = [float(width) for width in re.findall(r'class="bar runs" style="width:([\d.]+)%', page)]
    assert found == sorted(found)
    assert 0 < found[0] < found[-1] < 100


def test_terms_that_wait_or_come_are_drawn_otherwise():
    assert set(widths(rendered(known("adult-deepfake")))) == {"runs", "waits", "coming"}


def test_a_case_without_terms_has_no_scale():
    page = rendered(known("news-site-crawled"))
    assert 'class="tick"' not in page
    assert widths(page) == {}


def test_what_is_missing_stands_with_its_question():
    assert "Did whoever did it know what it was?" in rendered(known("adult-deepfake"))


def test_an_old_pack_and_one_without_a_lawyer_are_said():
    page = rendered(known("operator-silent"), today=date(2027, 1, 1))
    assert "No lawyer has reviewed these packs" in page
    assert "The packs hold the law as of July 1, 2026" in page
    assert "The packs hold the law" not in rendered(known("operator-silent"))


def test_a_title_from_outside_can_not_become_markup():
    case = known("operator-silent")
    hostile = FactFile(
        facts={**case.facts, "subject.age": Interval(low=3), "order.under": "<b>x</b>"},
        title=Text(en="<script>alert(1)</script>", ja="</style><b>"),
        on=case.on,
        jurisdictions=case.jurisdictions,
    )
    page = rendered(hostile)
    assert "<script" not in page
    assert "<b>x" not in page
    assert "&lt;script&gt;" in page
    assert "3 .." in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_language_that_shows_first_is_checked(lang):
    assert re.search(rf'id="lang-{lang}"[^>]* checked', rendered(known("operator-silent"), lang=lang))


def test_a_term_is_said_in_a_line():
    case = known("adult-deepfake")
    places = compared(shipped_packs(), ("IN", "GB"), case.facts, case.on, shipped_vocabulary())
    assert term_words(places[0].terms[0], "en") == "2 hours"
    assert term_words(places[1].terms[0], "en") == "48 hours (not in force yet)"
    assert term_words(None, "ja") == "期日の定められた義務なし"
