import re
from html.parser import HTMLParser

import pytest

from sekisho.audit.report.facts import facts
from sekisho.audit.report.page import render, summary, thumbnails_of
from tests.part_rows import part_in, part_rows
from tests.run_fixture import batches, manifest, row, rows, thumbnails, titles
from tests.text_rows import text_manifest, text_rows

JPEG = b"\xff\xd8\xff-not-really"


@pytest.fixture(scope="module")
def found():
    made = rows(400)
    return facts(
        manifest(made), batches(made), titles=titles, timing={"seconds": 4.0, "items_per_second": 100.5}
    )


@pytest.fixture(scope="module")
def page(found):
    return render(found, {tile["item"]: JPEG for tile in found["tiles"][:20]})


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.words = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def test_it_is_one_file_without_script_that_asks_for_nothing(page):
    tags = Tags(page).tags
    assert {tag for tag, _ in tags} & {"script", "link", "iframe", "object", "embed", "base", "form"} == set()
    addresses = [a[name] for _, a in tags for name in ("src", "href", "srcset", "action") if name in a]
    assert all(address.startswith(("data:image/jpeg;base64,", "#")) for address in addresses)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page
    assert not [name for _, a in tags for name in a if name.startswith("on")]


def test_hostile_names_are_shown_and_do_nothing(page):
    tags = Tags(page)
    assert "".join(tags.words).count("set/<script>alert(1)</script>.jpg") == 1
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", page)
    assert "photo&lt;U+202E&gt;gpj.exe" in page
    assert 'onmouseover="' not in page
    assert 100 < max(len(words) for words in tags.words if "longlong" in words) < 200


def test_it_says_whose_registry_and_policy_before_any_total(page):
    places = [page.index(mark) for mark in ('id="s1"', 'id="s2"', 'id="s3"', 'class="total"', 'class="wall"')]
    assert places == sorted(places)
    opening = page[: page.index('id="s1"')]
    assert not re.search(r"1,071|4\d\d 件", opening)


def test_it_says_what_it_is_not_in_both_languages(page):
    assert page.count("適法性の証明でも、どのモデルが学習したかの証明でもありません。") == 2
    assert page.count("Not proof of lawfulness, nor of which model was trained.") == 2
    assert "未評価" in page
    assert "Not evaluated" in page
    assert "異議の登録なし(許諾済みという意味ではありません)" in page
    assert "No objection on record (this does not mean licensed)" in page


def test_a_stale_edition_and_deviations_are_shown(found):
    changed = {
        **found,
        "registry": {**found["registry"], "stale": True},
        "policy": {**found["policy"], "deviations": ["verified = <review>"]},
    }
    page = render(changed, {})
    assert "期限より古い版です" in page
    assert "verified = &lt;review&gt;" in page
    assert "As shipped" not in page


def test_every_table_has_a_caption_and_every_drawing_is_hidden_from_readers(page):
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert len(tables) >= 6
    assert all("<caption" in table for table in tables)
    assert all(a.get("aria-hidden") == "true" for tag, a in Tags(page).tags if tag == "svg")


def test_every_text_stands_in_both_languages(page):
    body = page[page.index("<body>") :]
    assert body.count('lang="ja"') == body.count('lang="en"') > 300


def test_the_language_that_shows_first_can_be_chosen(found):
    assert re.search(r'id="lang-ja"[^>]* checked', render(found, {}))
    assert re.search(r'id="lang-en"[^>]* checked', render(found, {}, lang="en"))
    with pytest.raises(ValueError, match="no such language"):
        render(found, {}, lang="fr")


def test_it_is_the_same_for_the_same_facts(found, page):
    assert render(found, {tile["item"]: JPEG for tile in found["tiles"][:20]}) == page


def test_its_thumbnails_can_be_taken_out_again(found, page):
    assert thumbnails_of(page, found) == {tile["item"]: JPEG for tile in found["tiles"][:20]}


def test_thumbnails_of_a_tampered_page_are_left_out(found):
    digest = found["tiles"][0]["sha256"]
    for source in ("data:image/jpeg;base64,!!", "https://example.com/a.jpg", ""):
        assert thumbnails_of(f'<img data-sha256="{digest}" src="{source}">', found) == {}


def test_a_run_without_items_has_a_report_too():
    found = facts(manifest([]), [], titles=titles, timing={})
    page = render(found, {})
    assert "すべて読み取れました。" in page
    assert "Nothing matched a registration." in page


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_summary_has_twelve_lines_and_begins_with_registry_and_policy(found, lang):
    lines = summary(found, lang, report="run/report.html", leaf="17")
    assert len(lines) == 12
    assert "絵と物語の登録簿" in lines[0]
    assert "opt-in" in lines[1]
    assert all("\n" not in line for line in lines)
    assert any("run/report.html" in line for line in lines)


def test_the_summary_leaves_out_what_is_not_there():
    found = facts(manifest([row("a")]), batches([row("a")]), titles=titles, timing={})
    lines = summary(found, "en")
    assert len(lines) == 9
    assert "Nothing matched a registration" in lines


def test_a_name_can_not_move_the_terminals_cursor(found):
    changed = {**found, "registry": {**found["registry"], "name": "\x1b[2Jevil"}}
    assert "\x1b" not in "\n".join(summary(changed, "ja"))


@pytest.fixture(scope="module")
def texts():
    made = text_rows()
    return facts(text_manifest(made), batches(made), titles=titles, timing={})


def test_a_report_on_texts_says_grades_shares_kinds_edits_and_that_a_quotation_may_be_lawful(texts):
    said = " ".join(Tags(render(texts, {})).words)
    for part in (
        *("複製", "広い範囲で一致", "抜粋", "引用", "短い作品", "93.4%", "38.8%", "essays/a.txt"),
        *("電話番号", "要配慮個人情報", "sekisho clean --cut --redact", "引用は適法な場合があります"),
        *(
            "これは法的助言ではありません",
            "legal advice",
            "17 bytes in 2 items",
            "72 items were read as text",
        ),
    ):
        assert part in said, part


def test_nothing_of_a_text_is_in_the_report_and_no_picture_stands_for_it(texts):
    page = render(texts, {})
    assert "<img" not in page
    assert page.count('class="a-text"') == len(texts["tiles"])


def test_sections_are_numbered_without_a_gap_and_only_those_that_say_something(texts, found):
    def numbers(facts_of):
        page = render(facts_of, {})
        return [int(n) for n in re.findall(r'<h2 id="s(\d+)"', page)], page

    for one in (texts, found):
        stated, page = numbers(one)
        assert stated == [*range(1, 12)]
        labels = re.findall(r'aria-labelledby="([^"]+)"', page)
        assert set(labels) <= set(re.findall(r'id="([^"]+)"', page))
    assert "照合コードどうし" not in numbers(texts)[1]
    mixed = text_rows() + rows(100)
    stated = text_manifest(mixed, pictures=len(rows(100)))
    both = facts(stated, batches(mixed), titles=titles, timing={})
    assert numbers(both)[0] == [*range(1, 13)]


def test_a_name_alone_is_not_called_a_match(texts):
    (tile,) = [t for t in texts["tiles"] if t["reason"] == "name_only"]
    page = render({**texts, "tiles": [tile]}, {})
    assert "『こぎつね郵便局』(青嵐書房)の登録名がある。" in page
    assert 'class="permission"' not in page


def test_the_summary_says_texts_in_two_lines(texts):
    lines = summary(texts, "en")
    assert len(lines) <= 14
    counts = "copy 1, wide overlap 1, excerpt 4, quotation 1, short work 1"
    assert f"Texts: 72; by strongest match: {counts}" in lines
    assert any(line.startswith("Personal information (places): name 3, address 1") for line in lines)


@pytest.fixture(scope="module")
def of_parts():
    made = part_rows()
    return facts(manifest(made), batches(made), titles=titles, timing={})


def test_a_part_is_framed_in_the_picture_and_named_in_words_in_both_languages(of_parts):
    page = render(of_parts, thumbnails(of_parts))
    framed = [tile for tile in of_parts["tiles"] if tile["match"]["part"]["drawn"]]
    assert page.count('<svg class="region"') == page.count('class="picture framed"') == len(framed) > 2
    for words in ("Framed in the picture:", "枠の位置:", "top left, 11.9% of its area", "左上、面積の11.9%"):
        assert words in page
    assert "middle, 36% of its area" in page
    assert "23 features agree" in page
    assert "mirrored" in page
    assert "0:12–0:22 is 5:40–5:50 of the work" in page
    assert "similarity 97.8%" in page
    assert "It shows a part of “月夜の航海日誌” (青嵐書房)." in page
    assert "It may show “こぎつね郵便局” (青嵐書房), or a part of it." in page


def test_a_work_that_is_there_as_a_whole_is_not_said_to_be_a_part():
    made = [row("a.png", "block", "verified_without_permission", [part_in(0, in_work="0,0,1000,990")])]
    page = render(facts(manifest(made), batches(made), titles=titles, timing={}), {})
    assert "A part of it shows “月夜の航海日誌” (青嵐書房)." in page
    assert "It shows a part of" not in page


def test_a_copy_that_fills_the_item_is_not_said_to_be_a_part_of_it():
    whole = part_in(0, region="0,0,1000,1000", in_work="0,0,1000,990")
    made = [row("a.png", "block", "verified_without_permission", [whole])]
    page = render(facts(manifest(made), batches(made), titles=titles, timing={}), {})
    assert "Matches “月夜の航海日誌” (青嵐書房)." in page
    assert "A part of it shows" not in page


def test_the_frame_stands_where_the_region_is(of_parts):
    page = render(of_parts, thumbnails(of_parts))
    assert '<rect x="10.0" y="12.0" width="70.0" height="51.0"/>' in page  # 50,80,400,420 of 200 x 150 px
    assert all(a.get("aria-hidden") == "true" for tag, a in Tags(page).tags if tag == "svg")


def test_without_a_picture_nothing_is_framed_and_the_words_stay(of_parts):
    for pictures in ({}, {tile["item"]: JPEG for tile in of_parts["tiles"]}):
        page = render(of_parts, pictures)
        assert '<svg class="region"' not in page
        assert "In the item:" in page
        assert "Framed in the picture:" not in page


def test_it_says_that_a_part_may_be_lawful_and_a_similarity_is_a_hint_only_where_there_is_one(of_parts, page):
    said = render(of_parts, {})
    for words in ("may be lawful", "適法なことがあります", "a hint, no proof of copying", "手がかり"):
        assert words in said
    assert "a hint, no proof of copying" not in page


def test_the_terminal_names_the_ways_only_where_a_part_was_found(of_parts, found):
    assert "Found by: part of a picture 6, similarity by a model 2, frames of a film 2" in summary(
        of_parts, "en"
    )
    assert not [line for line in summary(found, "en") if line.startswith("Found by")]
    assert "works.closest" not in render(of_parts, {})
    assert "Closest match" in render(of_parts, {})


def test_encoders_that_were_used_and_those_that_were_not_there_are_named(found):
    missing = [{"model": "other@<1>", "vectors": 1200, "confirmed": True}]
    page = render({**found, "models": {"used": ["sscd@0123"], "missing": missing}}, {})
    assert "<code>sscd@0123</code>" in page
    assert "<code>other@&lt;1&gt;</code> (1,200)" in page
    assert "not compared" in page
    assert "Encoders that were used" not in render(found, {})
