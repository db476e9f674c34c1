import hashlib
import json

import pytest

from sekisho.audit.locate import locate
from sekisho.fingerprint import DIHEDRAL
from sekisho.model import Print
from tests.part_rows import film_in, part_in, similar_to
from tests.run_fixture import finding, row


def hashed(number):
    return hashlib.sha256(b"page %d" % number).digest()


def flipped(pdq, bits):
    return (int.from_bytes(pdq) ^ ((1 << bits) - 1)).to_bytes(32)


def page(number, at):
    return Print(sha256=hashed(-number), pdq=hashed(number), quality=100, at=at)


PAGES = (page(1, "1/1"), page(2, "1/2"), page(3, "2/1"))


def met(pdq, *, frames=(), turned=None):
    return row("a.jpg") | {"pdq": pdq, "pdq_turned": turned, "frames": list(frames)}


def found(distance, **detail):
    return finding(0, distance=distance) | {"detail": json.dumps(detail)}


def test_the_nearest_page_is_named():
    assert locate(met(flipped(hashed(3), 5)), found(5), PAGES) == "2/1"
    assert locate(met(hashed(1)), found(0), PAGES) == "1/1"


@pytest.mark.parametrize("turn", range(1, 8))
def test_a_turned_item_is_compared_as_it_was_turned(turn):
    turned = b"".join(flipped(hashed(2), 3) if n == turn else hashed(90 + n) for n in range(1, 8))
    made = met(hashed(80), turned=turned)
    assert locate(made, found(3, orientation=DIHEDRAL[turn]), PAGES) == "1/2"
    assert locate(made | {"pdq_turned": None}, found(3, orientation=DIHEDRAL[turn]), PAGES) == ""


def test_a_further_frame_is_compared_if_the_finding_names_it():
    frames = [{"pdq": hashed(81), "turned": None}, {"pdq": hashed(3), "turned": None}]
    assert locate(met(hashed(80), frames=frames), found(0, frame=2), PAGES) == "2/1"
    assert locate(met(hashed(80), frames=frames), found(0, frame=3), PAGES) == ""


def test_the_same_file_is_found_by_its_digest():
    made = row("a.jpg") | {"sha256": hashed(-2)}
    assert locate(made, finding(0, method="sha256"), PAGES) == "1/2"
    assert locate(row("a.jpg"), finding(0, method="sha256"), PAGES) == ""


def test_of_equal_pages_the_first_is_named():
    assert locate(met(hashed(1)), found(0), (*PAGES, page(1, "9/9"))) == "1/1"


@pytest.mark.parametrize("detail", ['{"orientation":"askew"}', '{"frame":"x"}', '{"frame":-1}', "[", "null"])
def test_a_row_that_does_not_fit_the_entry_has_no_place(detail):
    made = met(hashed(80))
    assert locate(made, finding(0, distance=3) | {"detail": detail}, PAGES) == ""
    assert locate(row("a.jpg", problem="corrupt"), found(0), PAGES) == ""
    assert locate(met(hashed(1)), found(0), ()) == ""


@pytest.mark.parametrize("made", [part_in, similar_to])
def test_of_a_part_the_page_is_the_print_that_it_names(made):
    assert [locate(row("a.jpg"), made(0, print=number), PAGES) for number in range(4)] == [
        "1/1",
        "1/2",
        "2/1",
        "",
    ]


@pytest.mark.parametrize("number", [None, -1, "1", 1.0, True])
def test_a_part_that_names_no_print_has_no_page(number):
    assert locate(row("a.jpg"), part_in(0, print=number), PAGES) == ""
    assert locate(row("a.jpg"), film_in(0), PAGES) == ""
