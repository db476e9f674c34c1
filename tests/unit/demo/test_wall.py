import re

import pytest

from sekisho.demo.wall import render_wall
from tests.unit.demo.wall_story import CONTESTED, CUT_OUT, READINGS, wall_cards, wall_story


@pytest.fixture(scope="module")
def cards():
    return wall_cards()


@pytest.fixture(scope="module")
def page(cards):
    return render_wall(wall_story(cards, "en"))


def test_forty_tiles_and_only_the_last_is_the_limit(cards, page):
    assert [card.number for card in cards] == list(range(1, 41))
    assert [card.number for card in cards if card.missed] == [40]
    assert sorted(map(int, re.findall(r'id="tile-(\d+)"', page))) == list(range(1, 41))


def test_a_file_that_can_not_be_opened_has_no_picture(cards):
    assert [card.item for card in cards if not card.picture] == ["found/broken_download.jpg"]


def test_a_part_is_framed_and_a_copy_of_the_whole_is_not(cards):
    by_item = {card.item: card for card in cards}
    cut_out, contested, plain = (by_item[item] for item in (CUT_OUT, CONTESTED, "found/minato.png"))
    assert (cut_out.chip, contested.chip) == ("part", "6")
    assert contested.picture == plain.picture != cut_out.picture


def test_the_page_is_alone_and_without_script(page):
    assert "<script" not in page
    assert "http:" not in page
    assert "https:" not in page
    assert "default-src 'none'" in page


def test_names_and_messages_are_escaped(page):
    assert "<b>』" not in page
    assert "error: &lt;tampered&gt;" in page


def test_every_japanese_text_has_an_english_one(page):
    body = (
        page[page.index("<body>") :]
        .replace('<label for="lang-ja" lang="ja"', "")
        .replace('lang="en" class="always"', "")
    )
    assert body.count('lang="ja"') - len(READINGS) == body.count('lang="en"') > 100


def test_the_language_of_the_terminal_comes_first(page):
    assert re.search(r'id="lang-en"[^>]* checked', page)
    assert not re.search(r'id="lang-ja"[^>]* checked', page)


def test_outcomes_have_shapes_not_only_colours(page):
    for outcome in ("allow", "review", "block"):
        assert page.count(f'href="#mark-{outcome}"') >= 2
