import html.parser

import pytest

from sekisho.media.texts.tags import attributes_of, tags_of


def parts(text):
    return [
        text[tag.start : tag.end]
        if not tag.name
        else f"{'/' if tag.closing else ''}{tag.name}{'/' if tag.alone else ''}"
        for tag in tags_of(text)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a<b>c</b>d", ["a", "b", "c", "/b", "d"]),
        ("<BR/><br />", ["br/", "br/"]),
        ("<a href=\"x>y\" title='>'>z", ["a", "z"]),
        ("<a b=c>d>e", ["a", "d>e"]),
        ('<a "x">y', ["a", "y"]),
        ("<a b = 'c' d>e", ["a", "e"]),
        ("<p　本文>x", ["p　本文", "x"]),
        ("1 < 2 <3> <あ>", ["1 < 2 <3> <あ>"]),
        ("a<!-- <b> -->c<!-->d<!--->e<!--x--!>f", ["a", "c", "d", "e", "f"]),
        ("<!DOCTYPE html><?xml version='1.0'?></ x>a", ["a"]),
        ("<![CDATA[a<b>c]]>", ["a", "b", "c]]>"]),
        ("<script>if (a<b) '</p>'</script>x", ["script", "/script", "x"]),
        ("<STYLE>a</style >x", ["style", "/style", "x"]),
        ("<script src='x'/>y", ["script/", "y"]),
        ("<script>a</scripted></script>b", ["script", "/script", "b"]),
        ("", []),
    ],
)
def test_tags_are_found_as_browsers_find_them(text, found):
    assert parts(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a<!-- b <i>c", ["a", " b ", "i", "c"]),
        ("<script>a <b>c", ["script", "a ", "b", "c"]),
        ("<style>a<style>b", ["style", "a", "style", "b"]),
        ("a<b c='d <i>e</i>", ["a", "b", "e", "/i"]),
        ('<a href="x>本文', ["a", "本文"]),
        ("a<b c <i>d", ["a", "b", "d"]),
        ("a<b", ["a<b"]),
        ("<!DOCTYPE x", ["<!DOCTYPE x"]),
        ("a<!b", ["a<!b"]),
    ],
)
def test_what_never_ends_hides_nothing_behind_it(text, found):
    assert parts(text) == found


class Reference(html.parser.HTMLParser):
    """The tokenizer of the standard library."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.found = []

    def handle_starttag(self, tag, _):
        self.found.append(tag)

    def handle_startendtag(self, tag, _):
        self.found.append(tag + "/")

    def handle_endtag(self, tag):
        self.found.append("/" + tag)

    def handle_data(self, data):
        self.found.append(data)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE html><html lang="ja"><title>題</title><body id="a b"><p>本文<br><b>太字</b></p></html>',
        "<ul><li><a href='x?a=1&b=2'>ほか</a></li><li>x > y</li></ul><!-- a --><p>b",
        "<div data-x='<p>'>a<img src=x alt=\"y\"/>b</div>",
    ],
)
def test_well_formed_pages_are_read_as_the_standard_library_does(text):
    reference = Reference()
    reference.feed(text)
    reference.close()
    assert parts(text) == reference.found


def test_attributes_are_found_with_and_without_quotation_marks():
    text = '<img ALT="a>b" title=\'c\' x=y/ alone / z = "">'
    (tag,) = tags_of(text)
    found = {a.name: text[a.start : a.end] for a in attributes_of(text, tag)}
    assert found == {"alt": "a>b", "title": "c", "x": "y/", "z": ""}


FLOODS = [
    "<", "<a ", '<a b="', "<a b='", "<a b=\"<a b='", "<a =", "<a/", "<p>", "</", "<!", "<!--", "<!-- -->",
    "<![CDATA[", "<script>", "<script></script>", "<style><script>", "<a b=c ", "<a\t", "a>", "<a b= ",
]  # fmt: skip


@pytest.mark.parametrize("unit", FLOODS)
def test_floods_of_markup_are_read_in_linear_time(unit):
    """Quadratic time would take minutes."""
    text = "<p " + unit * (200_000 // len(unit))
    places = [(tag.start, tag.end) for tag in tags_of(unit + text)]
    assert places == sorted(places)


def test_a_tag_of_a_million_attributes_is_one_tag():
    text = "<p" + " a=b" * 200_000 + ">x"
    assert [tag.name for tag in tags_of(text)] == ["p", ""]
