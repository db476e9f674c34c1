import json

import pytest

from sekisho.model import Unfingerprintable, Unreadable
from sekisho.registry.fingerprinted import Made, Only, PageMade
from sekisho.registry.journal import Done, Stamp, decode_done, encode_done, header, is_final
from sekisho.registry.written import Written

STAMP = Stamp(path=b"/a/\xff.cbz", size=7, mtime=8)
PAGE = PageMade(
    number=3, name="話.jpg", sha256=b"s" * 32, hashes=((b"p" * 32, 100), (b"q" * 32, 3)), prose=True
)


def problem(reason):
    return Done(stamp=STAMP, made=Made(volume=True, problem=Unfingerprintable(reason=reason, detail="d")))


@pytest.mark.parametrize(
    "done",
    [
        Done(stamp=STAMP, made=Made(pages=(PAGE,), count=9, volume=True, remark="r")),
        problem(Unreadable.ENCRYPTED),
    ],
)
def test_what_is_written_is_read(done):
    line = encode_done(done)
    assert decode_done(line) == done
    assert b"\n" not in line


@pytest.mark.parametrize(
    "line", [b"", b"{", b"{}", b"\xff", b'{"stamp":1}', encode_done(problem("corrupt"))[:-9]]
)
def test_a_damaged_line_only_means_that_the_file_is_read_again(line):
    assert decode_done(line) is None


def test_the_header_names_what_the_rest_depends_on():
    assert set(json.loads(header())) == {"journal", "v", "sekisho", "profile", "passages", "only"}
    assert len({header(), header(Only.TEXTS), header(Only.PICTURES)}) == 3


@pytest.mark.parametrize("reason", Unreadable)
def test_what_may_pass_is_tried_again(reason):
    passing = {
        Unreadable.IO_ERROR,
        Unreadable.CHANGED_WHILE_READ,
        Unreadable.TIMEOUT,
        Unreadable.DECODER_CRASH,
    }
    assert is_final(problem(reason)) == (reason not in passing)


def test_a_text_comes_back():
    text = Written(sha256=b"s" * 32, passages=b"{}", units=40, charset="cp932", undecodable=2)
    made = Made(pages=(PageMade(number=1, sha256=b"s" * 32, text=text),), count=1)
    done = Done(stamp=Stamp(path=b"/a", size=1, mtime=2), made=made)
    assert decode_done(encode_done(done)) == done
    assert decode_done(encode_done(done)).made.text == text
