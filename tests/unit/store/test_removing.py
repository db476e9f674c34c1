import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import pytest

from sekisho.errors import IncompleteError
from sekisho.registry.examined import examine
from sekisho.registry.submit import submit
from sekisho.signing import DISPUTE, GRANT, PASSAGES, REGISTRATION, REMOVED, TRAITS, VOUCH
from sekisho.store import removing
from sekisho.store.create import create_registry
from sekisho.store.database import open_registry
from sekisho.store.removed import Removed
from sekisho.store.removing import drop_marker, marker_id, registration_of, remove_entries, replay
from tests.parties import (
    DAY,
    Party,
    a_print,
    dispute,
    grant,
    passages_of,
    registration,
    resolution,
    root,
    text_statements,
    traits_of,
    traits_statements,
    vouch,
    withdrawal,
)
from tests.removals import forms

REGISTRY, DESK, LUMEN = Party(name="registry"), Party(name="desk"), Party(name="lumen")
STRANGER, AOZORA = Party(name="stranger"), Party(name="aozora")
WORK = registration(STRANGER, 1, title="夕凪の海と灯台")
ENTRY = examine(WORK).id
KEPT = registration(AOZORA, 2)
AT = datetime(2026, 11, 22, tzinfo=UTC)


def marker(place):
    return b"marker " + place.hex().encode()


@pytest.fixture
def database(tmp_path):
    made = create_registry(str(tmp_path / "r.sqlite"), root(REGISTRY, DESK))
    take(made, WORK, KEPT)
    return made


def take(database, *envelopes):
    verdicts = submit(envelopes, database.batch, today=DAY)
    assert all(v.kept for v in verdicts), verdicts


@pytest.fixture
def removed():
    return Removed.open(REGISTRY.key)


@pytest.fixture
def remove(database, removed):
    def run(*entries):
        for entry in entries:
            removed.add(entry, [], AT)
        return remove_entries(database, entries, removed, marker, REGISTRY.key)

    return run


def test_no_page_of_the_database_has_a_byte_of_what_was_taken_out(database, remove, tmp_path):
    planted = [
        form for raw in (a_print(1).sha256, a_print(1).pdq, "夕凪の海と灯台".encode()) for form in forms(raw)
    ]
    plain = [form for form in planted if form in b"".join(p.read_bytes() for p in tmp_path.glob("r.sqlite*"))]
    assert plain
    assert remove(ENTRY) == 1
    left = b"".join(p.read_bytes() for p in tmp_path.glob("r.sqlite*"))
    assert not [form for form in planted if form in left]
    assert any(form in left for form in forms(a_print(2).sha256))
    assert registration_of(database, ENTRY) is None
    assert registration_of(database, examine(KEPT).id) == KEPT
    assert [row[0] for row in database.prints()] == [examine(KEPT).id]


def test_what_was_said_in_words_goes_too_and_ids_stay(database, remove):
    opened = dispute(AOZORA, ENTRY)
    other = dispute(STRANGER, examine(KEPT).id)
    take(database, opened, resolution(DESK, examine(opened).id), other, vouch(DESK, STRANGER, ENTRY))
    take(database, grant(STRANGER, LUMEN, ENTRY), withdrawal(STRANGER, ENTRY))
    remove(ENTRY)
    assert database.statements(DISPUTE) == (other,)
    counts = database.counts()
    assert (counts[VOUCH], counts[GRANT], counts[REMOVED]) == (1, 1, 1)
    assert sum(counts.values()) == 5


def test_passages_and_traits_go_unless_another_entry_names_them(database, remove):
    text, passages = text_statements(STRANGER, passages_of(1))
    twice, _ = text_statements(STRANGER, passages_of(1), title="again")
    drawn, traits = traits_statements(STRANGER, traits_of(1), first=10)
    take(database, text, passages, twice, drawn, traits)
    assert remove(examine(text).id, examine(drawn).id) == 2
    assert database.statements(PASSAGES) == (passages,)
    assert database.statements(TRAITS) == ()
    assert len(database.texts()) == 1
    remove(examine(twice).id)
    assert database.statements(PASSAGES) == ()
    assert database.texts() == []


def test_taken_out_twice_changes_nothing(database, remove):
    assert (remove(ENTRY), remove(ENTRY)) == (1, 0)
    assert database.counts()[REMOVED] == 1


def test_a_restored_database_is_cleared_again_and_asked_only_once(
    database, removed, remove, tmp_path, monkeypatch
):
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "r.sqlite", tmp_path / "backup.sqlite")
    remove(ENTRY)
    back = open_registry(str(tmp_path / "backup.sqlite"))
    assert registration_of(back, ENTRY) is not None
    again = partial(replay, back, removed, marker, REGISTRY.key)
    assert again() == 1
    assert registration_of(back, ENTRY) is None
    assert len(back.statements(REGISTRATION)) == 1
    monkeypatch.setattr(removing, "remove_entries", None)
    assert again() == 0


def test_what_never_was_in_a_database_is_marked_there(database, removed):
    removed.add("e-" + "0" * 32, [], AT)
    assert replay(database, removed, marker, REGISTRY.key) == 0
    assert database.known(marker_id(removed.place_of("e-" + "0" * 32))) is not None


def test_an_entry_comes_in_again_when_its_marker_is_dropped(database, removed, remove):
    remove(ENTRY)
    removed.lift(ENTRY, AT)
    drop_marker(database, removed.place_of(ENTRY))
    take(database, WORK)
    assert replay(database, removed, marker, REGISTRY.key) == 0
    assert registration_of(database, ENTRY) == WORK


def test_a_reader_who_never_ends_is_named(remove, tmp_path, monkeypatch):
    monkeypatch.setattr("sekisho.store.engine.BUSY_MS", 50)
    with closing(sqlite3.connect(tmp_path / "r.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM statement").fetchone()
        with pytest.raises(IncompleteError, match="still being read"):
            remove(ENTRY)
    assert remove(ENTRY) == 0
    assert not any(p.stat().st_size for p in tmp_path.glob("r.sqlite-wal"))
