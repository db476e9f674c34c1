import pytest

from sekisho.media.texts import spans_to_source
from sekisho.media.texts.markdown import MAX_WORDS, read_markdown


def field_of(stored):
    return read_markdown(stored.encode(), "").fields[0]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("# 見出し\n\n**太字** と _斜体_ と `code`\n", "# 見出し\n\n**太字** と _斜体_ と `code`\n"),
        ("[リンク](http://example.com/a(b)c)", "[リンク]()"),
        ('[リンク](http://example.com "題")', '[リンク]( "題")'),
        ("![絵](<a b.png>)", "![絵]()"),
        ("[あ][1]\n\n[1]: http://example.com '題'\n", "[あ][1]\n\n '題'\n"),
        ("文[^1]\n\n[^1]: 脚注の文\n", "文[^1]\n\n[^1]: 脚注の文\n"),
        ("<https://example.com/> と <a@example.com>", " と <a@example.com>"),
        ('<b class="x" hidden>太字</b><br/>', "太字"),
        ("a<!-- 隠す -->b<!-- 続く", "ab<!-- 続く"),
        ("a &amp; b &#12354;", "a & b あ"),
        ("1 < 2 and a <b", "1 < 2 and a <b"),
        ("<本文> <1> <>", "<本文> <1> <>"),
        ("```python title=x\n<b> &amp; [a](b)\n```\n<b>", "```\n<b> &amp; [a](b)\n```\n"),
        ("~~~~\n~~~\n<b>\n~~~~\n<b>", "~~~~\n~~~\n<b>\n~~~~\n"),
        ("```\n<b>", "```\n<b>"),
        ("```" + "これは言語の名前ではない。" * 6, "```" + "これは言語の名前ではない。" * 6),
        ("", ""),
    ],
)
def test_marks_stay_and_what_they_hide_is_left_out(stored, text):
    assert field_of(stored).text == text


def test_words_are_not_hidden_as_a_target():
    target = "あ" * (MAX_WORDS + 1)
    assert field_of(f"[x]({target})").text == f"[x]({target})"
    assert field_of(f"[x]({target[1:]})").text == "[x]()"
    assert target in field_of(f"[x]: {target}\n").text


def test_a_span_leads_back_to_the_text_as_stored():
    stored = "[星の](http://example.com)王子 &lt;さま"
    field = field_of(stored)
    start = field.text.index("王子")
    assert spans_to_source(field, [(start, start + 2)]) == ((stored.index("王子"), stored.index("王子") + 2),)
    start = field.text.index("<")
    found = spans_to_source(field, [(start, start + 3)])[0]
    assert stored[slice(*found)] == "&lt;さま"


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "](",
        "](a(",
        "](<",
        "```\n",
        "```",
        "~~~ ",
        "<!--",
        "<!---->",
        "<a ",
        "<a b='",
        '<a b="',
        "<a b=c ",
        "[a]:",
        "<a:",
        "&",
        "&amp",
        "- ",
        "[a](b",
    ],
)
def test_floods_of_marks_are_read_in_linear_time(unit):
    """Quadratic time would take minutes."""
    stored = unit * (200_000 // len(unit))
    assert len(field_of(stored).text) <= len(stored)


def test_an_address_of_a_person_stays():
    text = (
        "[連絡](mailto:hanako@example.jp) [頁](https://example.jp/) <mailto:taro@example.jp>\n"
        "[1]: tel:0300000000\n"
    )
    (field,) = read_markdown(text.encode(), "").fields
    assert "hanako@example.jp" in field.text
    assert "taro@example.jp" in field.text
    assert "0300000000" in field.text
    assert "https" not in field.text
