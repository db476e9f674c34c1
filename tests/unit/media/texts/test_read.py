import json

import pytest

from sekisho.media import CannotDecode
from sekisho.media.texts import TextLimits, read_text
from sekisho.model import TextForm, TextSource, Unreadable
from tests.unit.media.texts.test_epub import BOOK

LIMITS = TextLimits()
SAMPLES = {
    TextForm.PLAIN: ("漢字".encode(), "text/plain", "漢字"),
    TextForm.MARKDOWN: ("[漢字](x)".encode(), "text/markdown", "[漢字]()"),
    TextForm.HTML: ("<b>漢字</b>".encode(), "text/html", "漢字"),
    TextForm.JSON: (json.dumps("漢字").encode(), "application/json", "漢字"),
    TextForm.EPUB: (BOOK, "application/epub+zip", "題\n吾輩は猫である。\n"),
}


@pytest.mark.parametrize("form", TextForm)
@pytest.mark.parametrize("given", [bytes, memoryview])
def test_every_form_is_read_from_bytes_and_views(form, given):
    data, media_type, text = SAMPLES[form]
    read = read_text(given(data), TextSource(form=form), LIMITS)
    assert (read.media_type, read.fields[0].text.lstrip("\n")) == (media_type, text)


def test_charset_and_fields_come_from_the_source():
    assert (
        read_text("Жук".encode("koi8-r"), TextSource(form=TextForm.PLAIN, charset="koi8-r"), LIMITS)[1]
        == "koi8-r"
    )
    read = read_text(b'{"a":"1","b":"2"}', TextSource(form=TextForm.JSON, fields=("b",)), LIMITS)
    assert [field.text for field in read.fields] == ["2"]


@pytest.mark.parametrize("form", [TextForm.PLAIN, TextForm.MARKDOWN, TextForm.HTML])
def test_a_text_of_no_bytes_is_empty(form):
    assert read_text(b"", TextSource(form=form), LIMITS).fields[0].text == ""


@pytest.mark.parametrize("form", TextForm)
def test_a_text_with_too_many_characters_is_refused(form):
    data = SAMPLES[form][0]
    with pytest.raises(CannotDecode) as caught:
        read_text(data, TextSource(form=form), TextLimits(max_chars=1))
    assert caught.value.problem.reason is Unreadable.TOO_LARGE
    assert read_text(data, TextSource(form=form), TextLimits(max_chars=10_000)).fields


def test_the_main_text_is_looked_for_unless_nobody_needs_it():
    pytest.importorskip("trafilatura")
    sentence = "<p>吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。</p>"
    page = (
        f"<html><body><nav><a href=x>案内</a></nav><article>{sentence * 9}</article></body></html>".encode()
    )
    source = TextSource(form=TextForm.HTML)
    assert read_text(page, source, LIMITS).fields[0].main
    assert read_text(page, source, LIMITS, main=False).fields[0].main is None
