import pytest

from sekisho.media.texts.html import page_fields
from sekisho.media.texts.limits import TextLimits
from sekisho.media.texts.main_text import main_spans

pytest.importorskip("trafilatura")

SENTENCES = [f"第{n}の段落である。吾輩は猫である。名前はまだ無い。見当がつかぬ、その{n}。" for n in range(12)]
PAGE = (
    "<html><head><title>表題</title></head><body><nav><ul>"
    + "".join(f"<li><a href='/{n}'>案内その{n}</a></li>" for n in range(20))
    + "</ul></nav><article><h1>表題</h1>"
    + "".join(f"<p>{s}</p>" for s in SENTENCES)
    + "<p>短い</p></article><footer><p>著作権 会社案内 連絡先 <a href='x'>利用規約と個人情報</a></p></footer>"
    + "</body></html>"
)


def found(page):
    text = page_fields("", page, TextLimits(), main=False)[0].text
    spans = main_spans(page, text)
    return None if spans is None else [text[start:end] for start, end in spans]


def test_the_article_is_the_main_text_and_menus_are_not():
    main = "".join(found(PAGE))
    assert all(sentence in main for sentence in SENTENCES)
    assert "案内その" not in main
    assert "利用規約" not in main


def test_spans_ascend_and_do_not_touch():
    text = page_fields("", PAGE, TextLimits(), main=False)[0].text
    spans = main_spans(PAGE, text)
    flat = [place for span in spans for place in span]
    assert flat == sorted(set(flat))
    assert flat[-1] <= len(text)


@pytest.mark.parametrize(
    "page",
    [
        "",
        " ",
        "\0",
        "<",
        "x",
        "http://127.0.0.1:9/",
        "<p>",
        "\ud800",
        "<?xml version='1.0' encoding='utf-16'?><p>a",
    ],
)
def test_what_has_no_main_text_is_not_told(page):
    assert main_spans(page, page) is None


def test_an_address_is_a_text_and_nothing_is_fetched():
    """No unit test has sockets; see tests/unit/conftest.py."""
    assert main_spans("https://example.com/", "https://example.com/") is None


@pytest.mark.parametrize(
    "unit", ["<div>", "<p>本文の段落である。", "<a href=x>b</a>", "<table><tr><td>a", "<b>a", "<"]
)
def test_floods_of_markup_have_a_main_text_or_none(unit):
    page = PAGE.replace("<h1>", unit * 2000 + "<h1>")
    assert found(page) is None or isinstance(found(page), list)
