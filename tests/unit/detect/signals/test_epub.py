import zipfile

import pytest

from sekisho.detect.signals.epub import epub_signals
from sekisho.model.signal import SignalFamily, Stance
from tests.books import CONTAINER, zipped
from tests.embedded import book

PREFIX = 'prefix="tdm: http://www.w3.org/ns/tdmrep#"'
RESERVED = '<meta property="tdm:reservation">1</meta>'


def told(data):
    return [(signal.family, set(signal.stances.values()), signal.note) for signal in epub_signals(data)]


DISALLOWED = (SignalFamily.TDMREP, {Stance.DISALLOW}, "")


@pytest.mark.parametrize(
    "data",
    [
        book(RESERVED, attributes=PREFIX),
        book(RESERVED),
        book('<meta name="tdm:reservation" content="1"/>', epub_2=True),
        book('<meta property="mine:reservation"> 1 </meta>', attributes=PREFIX.replace("tdm:", "mine:")),
    ],
    ids=["EPUB 3", "without a prefix", "EPUB 2", "another prefix"],
)
def test_a_reservation(data):
    assert told(data) == [DISALLOWED]


def test_a_policy_stands_beside_it():
    policy = '<meta property="tdm:policy">https://example.jp/p.json</meta>'
    assert told(book(policy + RESERVED)) == [(*DISALLOWED[:2], "policy=https://example.jp/p.json")]
    assert told(book(policy)) == []


def test_metadata_of_parts_and_of_others_is_left_out():
    assert told(book('<meta refines="#a" property="tdm:reservation">0</meta>')) == []
    assert told(book(RESERVED, attributes='prefix="tdm: http://example.org/x#"')) == []


def test_rights_and_licences():
    rights = "<dc:rights>(c) A, https://creativecommons.org/licenses/by/4.0/</dc:rights>"
    link = '<link rel="cc:license" href="https://creativecommons.org/publicdomain/zero/1.0/"/>'
    assert told(book(rights + link)) == [
        (SignalFamily.RIGHTS, set(), "dc:rights"),
        (SignalFamily.LICENCE, {Stance.UNKNOWN}, "licence:CC-BY-4.0"),
        (SignalFamily.LICENCE, {Stance.ALLOW}, "licence:CC0-1.0"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        zipped({"mimetype": b"application/epub+zip"}),
        zipped({"META-INF/container.xml": CONTAINER}),
        zipped({"META-INF/container.xml": b"<container/>"}),
        zipped({"META-INF/container.xml": CONTAINER, "OEBPS/package.opf": b"<package"}),
        zipped(
            {"META-INF/container.xml": CONTAINER, "OEBPS/package.opf": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}
        ),
        zipped({"../x": b"", "META-INF/container.xml": CONTAINER}),
        zipped(
            {"META-INF/container.xml": CONTAINER, "OEBPS/package.opf": bytes(70 << 20)}, zipfile.ZIP_DEFLATED
        ),
    ],
    ids=["empty", "cut", "no container", "no package", "no root", "broken", "entities", "unsafe", "a bomb"],
)
def test_a_book_that_can_not_be_read_is_an_error(data):
    ((family, said, note),) = told(data)
    assert (family, said) == (SignalFamily.TDMREP, {Stance.ERROR})
    assert note.startswith("EPUB: ")
