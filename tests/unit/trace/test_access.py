"""Who may trace what: architecture.md, "People are protected from Sekisho too" 5."""

import numpy as np
import pytest

from sekisho.errors import RefusedError
from sekisho.model import EntryId, KeyId, Kind
from sekisho.trace.access import Asker, Standing, Subject, allowed_lines, allowed_query
from sekisho.trace.query import Query
from sekisho.trace.search import trace
from tests.recorded import MemoryRecord, entry, finding, random_hashes, row

GUARDIAN, STRANGER, DESK = (KeyId("ed25519:" + letter * 43) for letter in "GSD")
HASHES = random_hashes(8, seed=7).reshape(1, 8, 32)
SHA = b"\5" * 32
PERSON = finding(None, kind="likeness", distance=2)
QUERY = Query(sha256=SHA, hashes=HASHES, frames=(0,), entries=(EntryId(entry(1)),))
PHOTO = Subject(entry=EntryId(entry(9)), kind=Kind.LIKENESS, holder=GUARDIAN)
WORK = Subject(entry=EntryId(entry(1)), kind=Kind.WORK, holder=GUARDIAN)
RECORDS = Asker(standing=Standing.RECORDS)
PUBLIC = Asker(standing=Standing.PUBLIC)
HOLDER = Asker(standing=Standing.HOLDER, key=GUARDIAN)
AUTHORITY = Asker(standing=Standing.AUTHORITY, key=DESK, request=7)
ROWS = [
    row(HASHES[0, 0], sha256=SHA, findings=[finding(1), finding(2)]),
    row(HASHES[0, 0], findings=[PERSON]),
    row(HASHES[0, 0], findings=[finding(1)]),
]


def lines():
    found = MemoryRecord(ROWS)
    found.rows = [one | {"item": f"secret-{n}.png"} for n, one in enumerate(ROWS)]
    return trace(QUERY, [found], limit=9).lines


def test_the_public_can_ask_for_the_exact_file_alone():
    asked = allowed_query(QUERY, PUBLIC, PHOTO)
    assert asked.sha256 == SHA
    assert len(asked.hashes) == 0
    assert asked.entries == ()


@pytest.mark.parametrize("subject", [PHOTO, WORK])
def test_near_copies_are_searched_for_the_holder_of_the_registered_entry(subject):
    assert allowed_query(QUERY, HOLDER, subject) is QUERY
    with pytest.raises(RefusedError, match="only for the holder"):
        allowed_query(QUERY, Asker(standing=Standing.HOLDER, key=STRANGER), subject)


def test_a_holder_who_stands_on_no_entry_is_refused():
    with pytest.raises(RefusedError):
        allowed_query(QUERY, HOLDER, None)
    with pytest.raises(RefusedError):
        allowed_query(QUERY, Asker(standing=Standing.HOLDER), PHOTO)


def test_an_authority_has_to_be_listed_and_logged():
    assert allowed_query(QUERY, AUTHORITY, PHOTO, {DESK}) is QUERY
    for asker, listed in ((AUTHORITY, set()), (Asker(standing=Standing.AUTHORITY, key=DESK), {DESK})):
        with pytest.raises(RefusedError):
            allowed_query(QUERY, asker, PHOTO, listed)
    with pytest.raises(RefusedError):
        allowed_query(QUERY, Asker(standing=Standing.AUTHORITY, key=STRANGER, request=7), PHOTO, {DESK})


def test_who_holds_the_records_sees_all_lines():
    assert allowed_lines(lines(), RECORDS) == lines()


def test_nobody_else_is_told_names_of_items_or_where_records_lie():
    for asker, subject in ((PUBLIC, None), (HOLDER, WORK), (HOLDER, PHOTO), (AUTHORITY, None)):
        for line in allowed_lines(lines(), asker, subject):
            assert (line.name, line.item) == ("", "")


def test_the_public_is_told_only_that_the_exact_file_is_there():
    (line,) = allowed_lines(lines(), PUBLIC)
    assert (line.place, line.findings) == ("unit#0", ())


def test_a_holder_of_a_work_is_told_its_own_findings_and_nothing_of_persons():
    told = allowed_lines(lines(), HOLDER, WORK)
    assert [line.place for line in told] == ["unit#0", "unit#2"]
    assert {found.entry for line in told for found in line.findings} == {entry(1)}


def test_who_registered_a_photo_is_told_of_it_and_not_how_near_it_is():
    told = allowed_lines(lines(), HOLDER, PHOTO)
    assert "unit#1" in {line.place for line in told}
    assert {line.distance for line in told} == {None}
    assert all(not line.findings for line in told)


def test_an_authority_is_told_of_protected_persons_without_a_distance():
    told = {line.place: line for line in allowed_lines(lines(), AUTHORITY)}
    assert told["unit#1"].distance is None
    assert [found.kind for found in told["unit#1"].findings] == ["protected_person"]
    assert told["unit#2"].distance == 0


def test_the_rows_meet_the_query_at_all():
    assert [line.place for line in lines()] == ["unit#0", "unit#1", "unit#2"]
    assert np.array_equal(QUERY.hashes, HASHES)
