import pytest

from sekisho.media import CannotDecode
from sekisho.media.texts import TextLimits, spans_to_source
from sekisho.media.texts.html import MAX_READING, decode_page, page_fields, read_page

LIMITS = TextLimits()


def fields_of(stored):
    return page_fields("", stored, LIMITS, main=False)


def text_of(stored):
    return fields_of(stored)[0].text


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("<p>吾輩は<b>猫</b>で<i>ある</i>。</p><p>名前は", "吾輩は猫である。\n名前は"),
        ("<ul><li>一<li>二</ul>三<br>四", "一\n二\n三\n四"),
        ("<table><tr><td>一</td><td>二</td></tr></table>", "一\n二\n"),
        ("<p>\n  一\n  二\n</p>\n\n<p> </p>三", "一   二 \n三"),
        ("<pre>\n a\n  b</pre>c\nd", "\n a\n  b\nc d"),
        ("<p>a &lt; b&nbsp;&amp;c", "a < b\xa0&c"),
        ("<head><title>題</title><style>p{}</style><script>'x'</script></head><p>文", "題\n文"),
        ("<p>前<!-- 隠す -->後", "前後"),
        ("<noscript>無</noscript><template>型</template><textarea>欄\n二</textarea>", "無\n型\n欄\n二\n"),
        ("<p hidden>隠</p><p style='display:none'>消", "隠\n消"),
        ("<div data-x='属性'>文</div>", "文\n"),
        ("<script>x", "x"),
        ("素の文 1 < 2", "素の文 1 < 2"),
        ("", ""),
    ],
)
def test_what_a_reader_sees_is_the_text(stored, text):
    assert text_of(stored) == text


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("<ruby>猫<rt>ねこ</rt></ruby>が", "猫が"),
        ("<ruby>猫<rp>（</rp><rt>ねこ</rt><rp>）</rp></ruby>が", "猫が"),
        ("<ruby><rb>吾<rt>わが<rb>輩<rt>はい</ruby>は", "吾輩は"),
        ("<ruby>吾<rtc><rt>わが</rt></rtc>輩</ruby>は", "吾輩は"),
        ("<rt>これは</rt>読み", "これは読み"),
        ("<ruby>猫<rt/>である</ruby>", "猫である"),
        ("<ruby>猫<rt>ねこ", "猫ねこ"),
        ("<ruby>猫<rt>ね<b>こ</b></rt></ruby>が", "猫が"),
        ("<ruby>猫<rt>ねこ<p>犬</ruby>が", "猫\n犬が"),
    ],
)
def test_readings_beside_ruby_are_left_out(stored, text):
    assert text_of(stored) == text


def test_a_long_reading_is_text():
    long = "あ" * (MAX_READING + 1)
    assert text_of(f"<ruby>猫<rt>{long}</rt></ruby>が") == f"猫{long}が"
    assert text_of(f"<ruby>猫<rt>{long[1:]}</rt></ruby>が") == "猫が"
    assert text_of(f"<ruby>猫<rt>{long[1:]}<b>い</b>う</rt></ruby>") == f"猫{long[1:]}いう"


def test_what_pictures_and_titles_say_is_a_field_of_its_own():
    stored = '<p>本<img src="x.png" alt="猫 &amp; 犬">文<a title=\'題\' href=x>先</a><img ALT=三 alt="">'
    text, said = fields_of(stored)
    assert (text.text, said.text, said.field) == ("本文先", "猫 & 犬\n題\n三", "")
    start, end = spans_to_source(said, [(0, 5)])[0]
    assert stored[start:end] == "猫 &amp; 犬"


@pytest.mark.parametrize("stored", ["<p>文", "<img alt=''>", "<p data-alt='x'>文", "alt='x'"])
def test_a_page_whose_attributes_say_nothing_is_one_field(stored):
    assert len(fields_of(stored)) == 1


def test_a_span_leads_back_to_the_page_as_stored():
    stored = "<p>吾輩は<b>猫</b>で&#12354;る。</p>"
    field = fields_of(stored)[0]
    spans = [(3, 4), (0, 4), (4, 6), (0, len(field.text) - 1)]
    found = [stored[a:b] for a, b in spans_to_source(field, spans)]
    assert found == ["猫", "吾輩は<b>猫", "で&#12354;", "吾輩は<b>猫</b>で&#12354;る。"]


PAGE = "<html><head>{}</head><body><p>吾輩は猫である。名前はまだ無い。</p></body></html>"


@pytest.mark.parametrize(
    ("head", "charset", "declared"),
    [
        ('<meta charset="Shift_JIS">', "cp932", ""),
        ("<meta http-equiv=content-type content='text/html; charset=euc-jp'>", "euc_jp", ""),
        ("<meta charset=koi8-r>", "koi8-r", ""),
        ('<meta charset="utf-8">', "cp932", ""),
        ("", "utf-8", ""),
        ('<meta charset="utf-16">', "utf-8", ""),
        ('<meta charset="utf-8">', "koi8-r", "koi8-r"),
    ],
)
def test_the_charset_is_what_the_page_or_its_header_says(head, charset, declared):
    page = PAGE.format(head)
    if charset == "koi8-r":
        page = page.replace("吾輩は猫である。名前はまだ無い。", "Это проверка русского текста")
    decoded = decode_page(page.encode(charset), declared)
    assert (decoded.text, decoded.charset) == (page, charset)


def test_an_xml_declaration_names_a_charset_too():
    page = "<?xml version='1.0' encoding='koi8-r'?><p>Это проверка русского текста</p>"
    assert decode_page(page.encode("koi8-r"), "").text == page


def test_a_page_is_read_with_its_charset_and_what_is_no_character_in_it():
    read = read_page(b"<p>" + "猫".encode() * 40 + b"\xff</p>", "", LIMITS, main=False)
    assert (read.media_type, read.charset, read.undecodable) == ("text/html", "utf-8", 1)
    assert read.fields[0].text == "猫" * 40 + "\ufffd\n"


def test_what_is_no_text_is_refused():
    with pytest.raises(CannotDecode):
        read_page(bytes(range(256)) * 9, "", LIMITS, main=False)


FLOODS = [
    "<ruby><rt>",
    "<ruby><rt>あ",
    "<p>",
    "<pre>\n",
    "<br> ",
    "<img alt=x>",
    "<p title='&amp'>",
    "<b>あ",
    "&",
    "<td>",
]


@pytest.mark.parametrize("unit", FLOODS)
def test_floods_of_markup_are_read_in_linear_time(unit):
    """Quadratic time would take minutes."""
    stored = unit * (200_000 // len(unit))
    assert sum(len(field.text) for field in fields_of(stored)) <= 2 * len(stored)


ARTICLE = (
    "<p>吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗い所で泣いていた。</p>"
)
MENU = "<nav><ul><li><a href='/'>表紙</a></li><li><a href='/a'>案内</a></li></ul></nav>"


def test_the_main_text_is_marked_where_it_can_be_found():
    pytest.importorskip("trafilatura")
    stored = (
        f"<html><body>{MENU}<article>{ARTICLE * 5}</article><footer>連絡先</footer><img alt=絵></body></html>"
    )
    text, said = page_fields("", stored, LIMITS, main=True)
    ((start, end),) = text.main
    assert text.text[start:end].startswith("吾輩は猫である。")
    assert "案内" not in text.text[start:end]
    assert "連絡先" not in text.text[start:end]
    assert said.main == ()


@pytest.mark.parametrize("limits", [TextLimits(max_main_tags=5), TextLimits(max_main_chars=50)])
def test_of_a_page_of_unusual_size_all_is_main_text(limits):
    assert page_fields("", MENU + ARTICLE * 5, limits, main=True)[0].main is None


def test_what_attributes_say_and_addresses_of_persons_are_looked_at():
    page = (
        '<meta name=description content="説明"><a href="mailto:hanako@example.jp">連絡</a>'
        '<a href="/mailto:x">頁</a><a href=" TEL:0300000000">電話</a>'
        '<input placeholder="お名前" value="&amp;">'
    )
    _, said = page_fields("", page, TextLimits(), main=False)
    assert said.text == "説明\nmailto:hanako@example.jp\n TEL:0300000000\nお名前\n&"
