import pytest

from sekisho.codec import decode_packed
from sekisho.fingerprint.passages import register_passages
from sekisho.media import CannotDecode
from sekisho.model import TextForm, Unreadable
from sekisho.registry import written as module
from sekisho.registry.written import is_aside, work_form, written

PROSE = "灰色の海の向こうから、鉄の船が一そう、音もなく近づいてきた。だれも旗を見た者はいなかった。" * 4
PAGE = (
    f"<html><head><title>t</title></head><body><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>"
)


def passages(text):
    return register_passages(text)


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp", "utf-16"])
def test_a_text_has_the_same_passages_in_every_charset(charset):
    found = written(PROSE.encode(charset), TextForm.PLAIN)
    assert decode_packed(found.passages) == passages(PROSE)
    assert (found.units, found.undecodable, found.is_short) == (passages(PROSE).units, 0, False)


def test_the_sha256_is_of_the_file_as_stored():
    assert (
        written(PROSE.encode(), TextForm.PLAIN).sha256
        != written(PROSE.encode("cp932"), TextForm.PLAIN).sha256
    )


def test_markup_is_no_part_of_the_work():
    assert decode_packed(written(PAGE.encode(), TextForm.HTML).passages) == passages(PROSE * 2)


def test_no_letter_of_the_text_is_in_what_is_kept():
    found = written(PROSE.encode(), TextForm.PLAIN).passages
    assert found.isascii()
    assert not any(word.encode() in found for word in ("鉄の船", "旗"))


def test_a_short_work_has_a_line_and_says_so():
    found = written("古池や蛙飛びこむ水の音".encode(), TextForm.PLAIN)
    assert found.is_short
    assert decode_packed(found.passages).line is not None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Unreadable.EMPTY),
        (b" \r\n\t", Unreadable.EMPTY),
        ("…、。!".encode(), Unreadable.EMPTY),
        ("あ".encode(), Unreadable.EMPTY),
        (bytes(range(256)) * 64, Unreadable.CORRUPT),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), Unreadable.CORRUPT),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data, reason):
    with pytest.raises(CannotDecode) as caught:
        written(data, TextForm.PLAIN)
    assert caught.value.problem.reason is reason


def test_a_book_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(module, "TEXTS", module.TextLimits(max_chars=100))
    with pytest.raises(CannotDecode) as caught:
        written(PAGE.encode(), TextForm.HTML)
    assert caught.value.problem.reason is Unreadable.TOO_LARGE


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.txt", TextForm.PLAIN),
        ("a/b.TXT", TextForm.PLAIN),
        ("a.md", TextForm.MARKDOWN),
        ("a.html", TextForm.HTML),
        ("a.xhtml", TextForm.HTML),
        ("a.epub", None),
        ("a.json", None),
        ("a.caption", None),
        ("a.png", None),
        ("LICENSE", None),
        ("txt", None),
    ],
)
def test_a_text_work_is_known_by_its_name(name, form):
    assert work_form(name) is form


@pytest.mark.parametrize(
    ("name", "aside"),
    [
        ("README.txt", True),
        ("a/b/readme.ja.md", True),
        ("License.md", True),
        ("お読みください.txt", True),
        ("manifesto.txt", False),
        ("readme first, then die.txt", False),
        ("readme/novel.txt", False),
    ],
)
def test_what_goes_with_works_is_known_by_its_name(name, aside):
    assert is_aside(name) == aside
