import pytest

from sekisho.media import CannotDecode
from sekisho.media.books.markup import read_markup


def test_elements_come_in_order_without_prefixes():
    tags = read_markup(b'<a:Root xmlns:a="u" x:b="1" xmlns:x="v"><child>te<b/>xt</child></a:Root>', "x")
    assert [(t.name, t.inside, t.text) for t in tags] == [
        ("root", "", ""),
        ("child", "root", "text"),
        ("b", "child", ""),
    ]
    assert tags[0].attributes["b"] == "1"


@pytest.mark.parametrize(
    "start", ["<!DOCTYPE html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://x/y">', ""]
)
def test_named_characters_and_document_types_are_no_trouble(start):
    assert [t.name for t in read_markup(f"{start}<p>a&nbsp;b</p>".encode(), "x")] == ["p"]


BOMB = (
    '<!DOCTYPE a [<!ENTITY a "aaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><a>&j;</a>"
)


@pytest.mark.parametrize(
    "document",
    [
        BOMB,
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://example.com/x">%x;]><a/>',
        "<a><b></a>",
        "",
        "<a" + "/" * 100,
        "<a>" * 600 + "</a>" * 600,
        "\x00\x01",
        '<?xml version="1.0" encoding="no-such"?><a/>',
    ],
)
def test_entities_and_broken_documents_are_refused(document):
    with pytest.raises(CannotDecode) as caught:
        read_markup(document.encode(), "x")
    assert caught.value.problem.reason == "container_corrupt"


def test_too_many_elements_are_refused(monkeypatch):
    monkeypatch.setattr("sekisho.media.books.markup.MAX_TAGS", 10)
    with pytest.raises(CannotDecode):
        read_markup(b"<a>" + b"<b/>" * 10 + b"</a>", "x")


def test_utf16_is_read():
    assert (
        read_markup('<?xml version="1.0" encoding="UTF-16"?><a>話</a>'.encode("utf-16"), "x")[0].text == "話"
    )
