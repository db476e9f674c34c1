import json

import pytest

from sekisho.audit.membership import opening
from sekisho.audit.membership.opening import open_rows
from sekisho.errors import EvidenceError
from sekisho.ledger.tree import leaf_hash, verify_inclusion
from sekisho.model import Kind
from tests.membership import FILES, PERSON, Desk, MemoryParts, asked_for, drawn


@pytest.fixture(scope="module")
def desk():
    return Desk(persons=[PERSON])


def opened(desk, *asked, kind=Kind.WORK, parts=None):
    return open_rows(parts or MemoryParts(desk.files), desk.manifest, desk.run.key, asked, kind)


def items(rows):
    return [json.loads(row.row)["item"] for row in rows]


def test_all_rows_with_the_bytes_are_opened(desk):
    (found,) = opened(desk, asked_for(drawn(1), near=False))
    assert items(found.exact) == ["a.png", "a-again.png", "a-third.png"]
    assert (found.near, found.more) == ((), 0)


def test_near_rows_are_opened_in_their_order(desk):
    found, other = opened(desk, asked_for(drawn(1), exact=False), asked_for(drawn(70)))
    assert items(found.near) == ["a.png", "a-again.png", "a-third.png"]
    assert (found.exact, other.exact, other.near) == ((), (), ())


def test_an_opened_row_is_what_its_leaf_covers(desk):
    (found,) = opened(desk, asked_for(drawn(2)))
    (row,) = found.exact
    unit = desk.manifest["units"][row.unit]
    verify_inclusion(leaf_hash(row.row), row.index, unit["rows"], row.path, bytes.fromhex(unit["rows_root"]))
    assert json.loads(row.row)["pdq"] == [asked_for(drawn(2)).pdq[0].hex()]


def test_rows_about_persons_are_opened_for_a_likeness_only(desk):
    (work,) = opened(desk, asked_for(PERSON))
    (person,) = opened(desk, asked_for(PERSON), kind=Kind.LIKENESS)
    assert (work.exact, work.near) == ((), ())
    assert items(person.exact) == items(person.near) == ["person.png"]


def test_of_very_many_near_rows_the_nearest_are_opened(monkeypatch, desk):
    monkeypatch.setattr(opening, "MOST_OPENED", 2)
    (found,) = opened(desk, asked_for(drawn(1)))
    assert (len(found.near), found.more) == (2, 1)
    assert len(found.exact) == 3


def test_rows_that_could_not_be_read_are_never_opened(desk):
    (found,) = opened(desk, asked_for(FILES["broken.png"], near=False), kind=Kind.LIKENESS)
    assert items(found.exact) == ["broken.png"]
    assert json.loads(found.exact[0].row)["pdq"] == []


def test_an_empty_run_opens_nothing():
    (found,) = opened(Desk({}), asked_for(drawn(1)))
    assert (found.exact, found.near, found.more) == ((), (), 0)


def test_a_part_that_was_changed_is_no_evidence(desk):
    manifest = desk.manifest
    for unit in manifest["units"]:
        unit["rows_root"] = "0" * 64
    with pytest.raises(EvidenceError, match="do not hash"):
        open_rows(MemoryParts(desk.files), manifest, desk.run.key, [asked_for(drawn(1))], Kind.WORK)
    with pytest.raises(EvidenceError, match="not what its leaf says"):
        open_rows(MemoryParts(desk.files), desk.manifest, b"?" * 32, [asked_for(drawn(1))], Kind.WORK)


def test_rows_with_the_same_bytes_are_opened_all_or_none(monkeypatch, desk):
    asked = asked_for(drawn(1), near=False)
    assert len(opened(desk, asked)[0].exact) == 3
    monkeypatch.setattr(opening, "MOST_EXACT", 2)
    assert opened(desk, asked)[0].exact == ()
