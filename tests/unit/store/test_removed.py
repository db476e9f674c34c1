from datetime import UTC, datetime

import pytest

from sekisho.errors import EvidenceError
from sekisho.store.removed import Removed, removed_file
from tests.parties import Party

REGISTRY = Party(name="registry").key
AT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
CODES = frozenset({b"code-001", b"code-002"})


@pytest.fixture
def removed():
    return Removed.open(REGISTRY)


def test_nothing_is_found_before_anything_was_taken_out(removed):
    assert Removed.find(REGISTRY) is None
    assert removed.places() == removed.codes() == frozenset()


def test_what_is_taken_out_is_known_until_it_is_let_in_again(removed):
    for _ in range(2):
        removed.add("e-1", CODES, AT)
    removed.add("e-2", [b"code-003"], AT)
    again = Removed.find(REGISTRY)
    assert again.places() == {again.place_of("e-1"), again.place_of("e-2")}
    assert again.codes() == CODES | {b"code-003"}
    for _ in range(2):
        again.lift("e-1", AT)
    assert removed.places() == {again.place_of("e-2")}
    assert removed.codes() == {b"code-003"}
    removed.add("e-1", CODES, AT)
    assert len(removed.places()) == 2
    assert removed.file.read_bytes().count(b"\n") == 4


def test_the_file_names_no_entry_and_only_its_owner_reads_it(removed):
    removed.add("e-1", CODES, AT)
    assert b"e-1" not in removed.file.read_bytes()
    assert removed.file.stat().st_mode & 0o777 == 0o600


def test_an_entry_without_pictures_is_known_by_its_place(removed):
    removed.add("e-1", [], AT)
    assert removed.places() == {removed.place_of("e-1")}
    assert removed.codes() == frozenset()


def test_a_line_that_a_crash_has_cut_swallows_no_other(removed):
    removed.add("e-1", CODES, AT)
    whole = removed.file.read_bytes()
    for cut in range(1, len(whole) - 2):
        removed.file.write_bytes(whole + whole[:cut])
        assert removed.places() == {removed.place_of("e-1")}
    removed.add("e-2", CODES, AT)
    assert len(removed.places()) == 2


@pytest.mark.parametrize(
    "line",
    [
        *(
            b"? %b 2026-11-22 - .",
            b"+ zz 2026-11-22 - .",
            b"+ aa 2026-11-22 - .",
            b"+ %b 2026-11-22 .",
            b"+ .",
        ),
        *(b"+ %b 2026-11-22 !! .", b"+ %b 2026-11-22 QQ== ."),
    ],
)
def test_a_line_that_is_none_is_no_reason_to_forget(removed, line):
    place = removed.place_of("e-1").hex().encode()
    removed_file(REGISTRY).write_bytes((line % place if b"%b" in line else line) + b"\n")
    with pytest.raises(EvidenceError):
        removed.places()


def test_registries_are_kept_apart(removed):
    removed.add("e-1", CODES, AT)
    other = Removed.open(Party(name="other").key)
    assert other.places() == frozenset()
    assert other.place_of("e-1") != removed.place_of("e-1")
