import json

import pytest

from sekisho.audit.shape import Label
from sekisho.cli.edition import UNKNOWN, edition_of
from sekisho.errors import NotFoundError, SnapshotError
from tests.edition_run import HOLDER, make_edition_run
from tests.parties import a_print
from tests.run_fixture import finding, row


@pytest.fixture
def made(tmp_path):
    return make_edition_run(tmp_path)


def manifest_of(run):
    return json.loads((run / "manifest.json").read_text())


def test_it_says_titles_and_grants_as_signed(made):
    run, _, entry, grant = made
    edition = edition_of(run, manifest_of(run))
    expected = Label(title="月夜の航海日誌", holder="青嵐書房", trust="verified", key=HOLDER.key)
    assert edition.label(entry) == expected
    assert edition.grant(entry, grant).territories == {"JP"}
    assert edition.grant(entry, "g-" + "0" * 32) is None
    unknown = "e-" + "0" * 32
    assert edition.label(unknown) == UNKNOWN
    assert edition.grant(unknown, grant) is None


def test_it_says_the_page_that_an_item_met(made):
    run, _, entry, _ = made
    edition = edition_of(run, manifest_of(run))
    met, found = row("near.jpg") | {"pdq": a_print(7).pdq}, finding(0) | {"entry": entry}
    assert edition.place(met, found) == "2/5"
    assert edition.place(met, found | {"entry": "e-" + "0" * 32}) == ""


def test_an_edition_that_was_moved_is_not_there_unless_it_is_named(made):
    run, place, *_ = made
    moved = place.rename(place.with_name("moved"))
    assert edition_of(run, manifest_of(run)) is None
    assert edition_of(run, manifest_of(run), moved) is not None
    with pytest.raises(NotFoundError):
        edition_of(run, manifest_of(run), place)


def test_another_edition_and_a_changed_one_are_refused(made):
    run, place, *_ = made
    other = manifest_of(run)
    other["snapshot"]["digest"] = "00" * 32
    with pytest.raises(SnapshotError, match="not the edition"):
        edition_of(run, other)
    data = bytearray(place.read_bytes())
    data[data.rindex(b"payload")] ^= 1
    place.write_bytes(data)
    with pytest.raises(SnapshotError):
        edition_of(run, manifest_of(run))


def test_a_run_without_status_has_no_edition_at_hand(made):
    run, *_ = made
    (run / "status.json").unlink()
    assert edition_of(run, manifest_of(run)) is None
