"""Texts with random damage: there is a reason, or fields whose spans lead back; nothing else, ever."""

import html
import json
import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sekisho.lexicon.fold import fold
from sekisho.media import CannotDecode
from sekisho.media.texts import TextLimits, read_text, spans_to_source, spell_records
from sekisho.media.texts.charset import decode
from sekisho.media.texts.fields import TextField
from sekisho.media.texts.html import page_fields
from sekisho.media.texts.markdown import read_markdown
from sekisho.media.texts.plain import read_plain
from sekisho.media.texts.pointers import is_name, step_of
from sekisho.media.texts.records import read_record
from sekisho.model import TextForm, TextSource, Unreadable
from tests.counts import count
from tests.mutate import mutations
from tests.unit.media.texts.test_aozora import BODY, COLOPHON, LIST
from tests.unit.media.texts.test_epub import BOOK

LIMITS = TextLimits()
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>題 &amp; 名</title>
<style>p{x:"<p>"}</style></head><body><nav><ul><li><a href="x" title="案内">表紙</a></ul></nav><article>
<p>吾輩は<ruby>猫<rp>(</rp><rt>ねこ</rt>
<rp>)</rp></ruby>である。<b>名前</b>は&nbsp;まだ&#12290;</p><!-- 隠す --><img src=x alt="猫の&quot;絵&quot;">
<script>if (a<b) "</p>"</script><table><tr><td>一<td>二</table><pre>a\n b</pre></article></body></html>"""
NOTES = """# 見出し\n[先](http://example.com/a(b)c "題") と ![絵](<a b.png>) <b class="x">太字</b> &amp;
<!-- 隠す -->\n```python title=x\ny = "[a](b)"\n```\n[^1]: 脚注\n[ref]: http://example.com "t"\n"""
RECORD = json.dumps({"text": BODY * 3, "meta": {"tags": ["一", 2, None, {"a/b": '"x"'}]}, "n": 1.5})
SAMPLES = {
    "plain": (TextForm.PLAIN, f"羅生門\n\n{LIST}\n{BODY * 3}\n{COLOPHON}".encode()),
    "shift_jis": (TextForm.PLAIN, (BODY * 5).encode("cp932")),
    "utf-16": (TextForm.PLAIN, (BODY * 5).encode("utf-16-le")),
    "markdown": (TextForm.MARKDOWN, NOTES.encode()),
    "html": (TextForm.HTML, PAGE.encode()),
    "epub": (TextForm.EPUB, BOOK),
    "json": (TextForm.JSON, RECORD.encode()),
}


def check(field: TextField) -> None:
    size = len(field.text)
    if field.source is None:
        assert field.ends is None
        return
    source = field.source.tolist()
    ends = [at + 1 for at in source[:-1]] if field.ends is None else field.ends.tolist()
    assert (len(source), len(ends)) == (size + 1, size)
    assert source == sorted(source)
    assert all(start <= end <= source[-1] for start, end in zip(source, ends, strict=False))
    assert ends == sorted(ends)


def read(form: TextForm, data: bytes, **source) -> bool:
    try:
        found = read_text(data, TextSource(form=form, **source), LIMITS, main=False)
    except CannotDecode as error:
        assert error.problem.reason in Unreadable  # noqa: PT017
        return False
    assert 0 <= found.undecodable <= max(len(data), 1)
    for field in found.fields:
        check(field)
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_random_damage_gives_fields_or_a_reason(name):
    form, data = SAMPLES[name]
    assert read(form, data)
    for damaged in mutations(data, 13, count(400, 10_000)):
        read(form, damaged)


@given(
    st.sampled_from(TextForm),
    st.binary(max_size=400),
    st.sampled_from(["", "shift_jis", "utf-16", "big5", "x"]),
)
def test_any_bytes_give_fields_or_a_reason(form, data, charset):
    read(form, data, charset=charset)


MARKS = [
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<p>",
    "</p>",
    "<b>",
    "<ruby>",
    "<rt>",
    "</rt>",
    "</ruby>",
    "&",
    "&amp;",
    "&#x41;",
]
MARKS += [
    "《",
    "》",
    "［＃",
    "］",
    "｜",
    "※",
    "底本：",
    "\n",
    "-" * 20 + "\n",
    "```",
    "](",
    ")",
    "[",
    "<script>",
    "</script>",
]
MARKS += [
    "'",
    '"',
    "=",
    " ",
    "<img alt='",
    "猫",
    "かな",
    "カナ",
    "ABC",
    "é",
    "㍻",
    "\ud7ff",
    "\U0001f600",
    "\0",
]
markup = st.lists(st.sampled_from(MARKS), max_size=60).map("".join)


@given(st.sampled_from([TextForm.PLAIN, TextForm.MARKDOWN, TextForm.HTML]), markup)
def test_any_run_of_marks_gives_fields_or_a_reason(form, text):
    read(form, text.encode())


def slices(field: TextField, draw) -> tuple[str, tuple[int, int]]:
    start = draw(st.integers(0, len(field.text) - 1))
    end = draw(st.integers(start + 1, len(field.text)))
    return field.text[start:end], spans_to_source(field, [(start, end)])[0]


def is_within(some: str, other: str) -> bool:
    """Tell whether the characters of one text are in another, in their sequence."""
    rest = iter(other)
    return all(character in rest for character in some)


def letters(text: str) -> str:
    return "".join(map(chr, fold(text).units.tolist()))


WORDS = st.sampled_from(
    [
        "吾輩は猫である。",
        "名前はまだ無い",
        " where ",
        "Größe",
        "㍻と㈱",
        "ﾊﾝｶｸ",
        "a&amp;b",
        "&lt;",
        "&#12354;い",
    ]
)
TAGS = st.sampled_from(
    ["<b>", "</b>", "<p>", "</p>\n", "<br>", "<!-- x -->", "<a href='y'>", "</a>", "<script>z</script>"]
)
pages = st.lists(st.one_of(WORDS, TAGS), min_size=1, max_size=30).map("".join)


@given(pages, st.data())
def test_the_source_of_a_span_of_a_page_has_the_same_letters(page, data):
    field = page_fields("", page, LIMITS, main=False)[0]
    if not field.text:
        return
    text, (start, end) = slices(field, data.draw)
    again = page_fields("", page[start:end], LIMITS, main=False)[0].text
    assert letters(again) == letters(text)


@given(pages, st.data())
def test_markup_around_a_span_of_a_page_is_not_in_its_source(page, data):
    field = page_fields("", page, LIMITS, main=False)[0]
    if not field.text.strip():
        return
    text, (start, end) = slices(field, data.draw)
    if not text[0].isspace() and not text[-1].isspace():
        assert not re.match(r"<[/a-z!]", page[start:end])
        assert not page[start:end].endswith(("b>", "p>", "a>", "-->"))


@given(markup, st.data())
def test_every_letter_of_a_page_stands_where_its_source_says(page, data):
    for field in page_fields("", page, LIMITS, main=False):
        if field.text:
            text, (start, end) = slices(field, data.draw)
            assert is_within("".join(text.split()).replace("\0", ""), html.unescape(page[start:end]))


@given(
    st.lists(
        st.sampled_from(
            [
                BODY,
                "※［＃「口＋達」、第4水準2-4-40］",
                "漢字《かんじ》",
                "本文。",
                LIST,
                COLOPHON,
                "《》",
                "［＃改ページ］\n",
            ]
        ),
        max_size=12,
    ),
    st.data(),
)
def test_every_letter_of_an_aozora_text_stands_where_its_source_says(parts, data):
    stored = "".join(parts)
    field = read_plain(stored.encode(), "").fields[0]
    if field.text:
        text, (start, end) = slices(field, data.draw)
        assert is_within(re.sub("[噠\N{CJK UNIFIED IDEOGRAPH-86FC}]", "", text), stored[start:end])


@example(stored="```\n&amp;")
@given(markup)
def test_every_letter_of_a_markdown_text_stands_where_its_source_says(stored):
    """Within a fence it stands there itself; elsewhere a reference may stand for it."""
    stored = stored.replace("\0", "\1")
    field = read_markdown(stored.encode(), "").fields[0]
    places = spans_to_source(field, [(at, at + 1) for at in range(len(field.text))])
    assert len(places) == len(field.text)
    for letter, (start, end) in zip(field.text, places, strict=True):
        assert stored[start:end] == letter or html.unescape(stored[start:end]) == letter
    assert all(end <= start for (_, end), (start, _) in pairwise(places))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def strings_of(value, place=""):
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from strings_of(item, f"{place}/{number}")
    elif isinstance(value, dict):
        for number, (key, item) in enumerate(value.items()):
            if not is_name(key):
                yield f"{place}/~k{number}~n", key
            yield from strings_of(item, f"{place}/{step_of(key, number)}")


@given(values, st.booleans())
def test_every_string_of_a_record_is_read(value, escaped):
    data = json.dumps(value, ensure_ascii=escaped).encode()
    found = [(field.field, field.text) for field in read_record(data, "", (), LIMITS).fields]
    assert found == list(strings_of(value))


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", 'c"', "d/e"]), st.sampled_from(["x", '"', "\\", "", "あ"])),
        max_size=6,
    ),
    st.booleans(),
)
def test_every_member_of_an_object_is_read_though_names_repeat(members, quoted):
    quote = "\\u0022" if quoted else '\\"'
    said = [[word.replace("\\", "\\\\").replace('"', quote) for word in pair] for pair in members]
    data = "{" + ",".join(f'"{key}":"{item}"' for key, item in said) + "}"
    found = sorted(field.text for field in read_record(data.encode(), "", (), LIMITS).fields)
    assert found == sorted(item for _, item in members)


@given(
    st.text(alphabet="吾輩は猫である名前まだ無いどこで生れたカタ、。\nabc", min_size=40, max_size=200),
    st.sampled_from(["cp932", "euc_jp", "iso2022_jp", "utf-8"]),
)
def test_japanese_is_read_as_it_was_written(text, charset):
    text = "これは日本語の文章であり、かなと漢字が続く。" + text
    assert decode(text.encode(charset)).text == text


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
SHORT_KEYS = st.text("ab~/@9あ\n", max_size=12)


def spelled(records):
    """Return for each record its strings, or None if it is not plain."""
    made = spell_records(records)
    found = [[] if plain else None for plain in made.plain.tolist()]
    for record, text in zip(made.records.tolist(), made, strict=True):
        found[record].append(text)
    return found


@given(
    st.lists(st.dictionaries(SHORT_KEYS, SCALARS | st.lists(SCALARS, max_size=2), max_size=5)), st.booleans()
)
def test_of_many_records_the_plain_ones_have_the_strings_that_a_reader_finds(values, ascii_only):
    records = [json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "replace") for value in values]
    for record, found in zip(records, spelled(records), strict=True):
        if found is not None:
            read_one = read_record(record, "", (), LIMITS)
            assert [field.text for field in read_one.fields] == found
            assert (read_one.charset, read_one.undecodable) == ("utf-8", 0)


@given(st.lists(st.binary(max_size=40)))
def test_bytes_are_never_spelled_beyond_their_end(some):
    records = [b'{"a":"' + data for data in some]
    alone = [spelled([record])[0] for record in records]
    assert spelled(records) == alone
