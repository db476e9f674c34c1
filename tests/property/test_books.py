"""Volumes with random damage: there is a reason, or there are pages; nothing else, ever."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.media import CannotDecode
from sekisho.media.books import BookKind, BookLimits, natural_key
from sekisho.media.books.archive import open_archive
from sekisho.media.books.markup import read_markup
from sekisho.model import Unreadable
from sekisho.registry.fingerprinted import FileLimits, Made, made_of_volume
from tests.books import Bytes, epub, opf, pdf, zipped
from tests.counts import count
from tests.mutate import mutations
from tests.pictures import encode, picture

PICTURES = [encode(picture(n, 48, 64), quality=70) for n in range(3)]
MEMBERS = {f"{n}.jpg": data for n, data in enumerate(PICTURES)}
VOLUMES = {
    "stored": (BookKind.ZIP, zipped(MEMBERS)),
    "deflated": (BookKind.ZIP, zipped(MEMBERS, zipfile.ZIP_DEFLATED)),
    "epub": (BookKind.EPUB, epub(PICTURES)),
    "pdf": (BookKind.PDF, pdf(PICTURES, sides=(48, 64), box=(0, 0, 48, 64))),
    "drawn pdf": (BookKind.PDF, pdf(PICTURES[:1], sides=(48, 64), box=(0, 0, 48, 64), rotate=90)),
}
LIMITS = FileLimits(book=BookLimits(rendered_side=200))


def made(kind: BookKind, data: bytes) -> Made:
    return made_of_volume(kind, Bytes(data), LIMITS, lambda *_: None)


def whole_or_nothing(found: Made) -> None:
    assert bool(found.pages) != (found.problem is not None)
    assert found.problem is None or found.problem.reason in Unreadable
    assert found.volume


@pytest.mark.parametrize("name", VOLUMES)
def test_random_damage_gives_pages_or_a_reason(name):
    kind, data = VOLUMES[name]
    if kind is BookKind.PDF:
        pytest.importorskip("pypdfium2")
    assert made(kind, data).problem is None
    refused = 0
    for damaged in mutations(data, 7, count(400, 20_000)):
        found = made(kind, damaged)
        whole_or_nothing(found)
        refused += found.problem is not None
    assert refused


@given(st.sampled_from(sorted(VOLUMES)), st.data())
def test_a_volume_that_is_cut_or_another_kind_gives_pages_or_a_reason(name, data):
    _, whole = VOLUMES[name]
    kind = data.draw(st.sampled_from([BookKind.ZIP, BookKind.EPUB]))
    begin = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(begin, len(whole)))
    whole_or_nothing(made(kind, whole[begin:end]))


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_any_bytes_between_the_magics_of_an_archive_give_a_reason_or_members(middle, last):
    end = b"PK\x05\x06" + (last + bytes(18))[:18]
    try:
        archive = open_archive(Bytes(b"PK\x03\x04" + middle + b"PK\x01\x02" + middle + end), BookLimits())
        for name in archive.members:
            archive.read(name, 1 << 20)
    except CannotDecode:
        pass


# A name ends at NUL for whoever writes an archive, so two of these could be one.
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=[]), min_size=1, max_size=12)


@given(st.dictionaries(NAMES, st.binary(max_size=200), max_size=8))
def test_what_an_archive_holds_is_what_went_in_or_its_name_is_unsafe(members):
    try:
        packed = zipped(members, zipfile.ZIP_DEFLATED)
    except (UnicodeEncodeError, ValueError):
        return
    try:
        archive = open_archive(Bytes(packed), BookLimits())
    except CannotDecode as error:
        assert error.problem.reason in {Unreadable.UNSAFE_NAME, Unreadable.CONTAINER_CORRUPT}  # noqa: PT017
        return
    assert {archive.read(name, 200) for name in archive.members} <= set(members.values())


@pytest.mark.parametrize(
    "document", [opf(["a.xhtml", "b.xhtml"]), b'<?xml version="1.0"?><!DOCTYPE a><a b="c">&nbsp;<d/></a>']
)
def test_damaged_documents_are_read_or_refused(document):
    for damaged in mutations(document, 11, count(1000, 100_000)):
        try:
            read_markup(damaged, "x")
        except CannotDecode as error:
            assert error.problem.reason is Unreadable.CONTAINER_CORRUPT  # noqa: PT017


@given(st.lists(st.text(max_size=30), max_size=20, unique=True))
def test_every_set_of_names_has_one_order(names):
    other = names[::-1]
    assert sorted(names, key=natural_key) == sorted(other, key=natural_key)
    assert len({natural_key(name) for name in names}) == len(names)


@given(st.lists(st.integers(0, 10**30), max_size=20, unique=True))
def test_numbers_come_in_their_order(numbers):
    names = [f"p{n}.jpg" for n in numbers]
    assert sorted(names, key=natural_key) == [f"p{n}.jpg" for n in sorted(numbers)]
