import sqlite3
from datetime import date, timedelta

import pytest

from sekisho.errors import ConfigError, NotFoundError
from sekisho.registry.copies import sketch_of
from sekisho.registry.examined import examine
from sekisho.registry.submit import submit
from sekisho.signing import GRANT, MANDATE, REGISTRATION, VOUCH
from sekisho.store.clock import now
from sekisho.store.create import create_registry
from sekisho.store.database import open_registry
from tests.parties import (
    DAY,
    Party,
    a_print,
    film_of,
    grant,
    mandate,
    packed,
    passages_of,
    registration,
    root,
    root_of,
    text_statements,
    traits_of,
    traits_statements,
    vouch,
    withdrawal,
)

REGISTRY, AOZORA, LUMEN = Party(name="registry"), Party(name="aozora"), Party(name="lumen")
AGENT = Party(name="agent")


@pytest.fixture
def location(tmp_path) -> str:
    path = str(tmp_path / "r?%20#.sqlite")
    create_registry(path, root(REGISTRY, REGISTRY))
    return path


def test_statements_are_kept_as_they_were_received(location):
    envelopes = [registration(AOZORA, 1), registration(AOZORA, 2), grant(AOZORA, LUMEN)]
    submit(envelopes, open_registry(location).batch, today=DAY)
    database = open_registry(location)
    assert set(database.statements(REGISTRATION)) == set(envelopes[:2])
    assert database.statements(GRANT, AOZORA.key) == (envelopes[2],)
    assert database.statements(GRANT, LUMEN.key) == ()
    assert database.counts() == {REGISTRATION: 2, GRANT: 1}
    assert database.known(examine(envelopes[0]).id) == (AOZORA.key, AOZORA.key, "")
    assert database.known("e-unknown") is None
    assert database.root() == (root_of(REGISTRY, REGISTRY), root(REGISTRY, REGISTRY))


def test_what_an_agent_signed_is_its_principals(location):
    given, made = mandate(AOZORA, AGENT), registration(AOZORA, 1, signer=AGENT)
    database = open_registry(location)
    assert all(v.kept for v in submit([made, given], database.batch, today=DAY))
    assert database.known(examine(made).id) == (AOZORA.key, AGENT.key, "")
    assert database.statements(REGISTRATION, AOZORA.key) == (made,)
    assert database.statements(REGISTRATION, AGENT.key) == ()
    with database.batch() as batch:
        assert batch.find(MANDATE, AGENT.key) == batch.find(MANDATE, AGENT.key, AOZORA.key) == (given,)
        assert batch.find(MANDATE, AGENT.key, LUMEN.key) == batch.find(VOUCH, AGENT.key) == ()


def test_prints_come_back_in_the_order_in_which_they_came_in(location):
    database = open_registry(location)
    numbers = [5, 1, 3]
    for number in numbers:
        submit([registration(AOZORA, number)], database.batch, today=DAY)
    two = registration(LUMEN, prints=(a_print(7), a_print(8)))
    submit([two, vouch(REGISTRY, LUMEN)], database.batch, today=DAY)
    rows = database.prints()
    assert [row[2] for row in rows[:3]] == [a_print(n).sha256 for n in numbers]
    assert rows[3] == (
        examine(two).id,
        LUMEN.key,
        a_print(7).sha256 + a_print(8).sha256,
        a_print(7).pdq + a_print(8).pdq,
    )
    ended = examine(registration(AOZORA, 1)).id
    submit([withdrawal(AOZORA, ended)], database.batch, today=DAY)
    assert ended not in {row[0] for row in database.prints()}
    assert len(database.prints()) == 3


def test_entries_that_were_withdrawn_before_a_day_are_not_held(location):
    database = open_registry(location)
    batch = [registration(AOZORA, n) for n in range(3)]
    submit([*batch, withdrawal(AOZORA, examine(batch[0]).id)], database.batch, today=DAY)
    today = now().date()
    with database.batch() as shelf:
        assert shelf.held(AOZORA.key, date(2026, 1, 1)) == 3
        assert shelf.held(AOZORA.key, today) == 3
        assert shelf.held(AOZORA.key, today + timedelta(days=1)) == 2
        assert shelf.held(LUMEN.key, today) == 0


def test_a_batch_is_kept_whole_or_not_at_all(location):
    database = open_registry(location)
    made = examine(registration(AOZORA, 1))

    def crash() -> None:
        with database.batch() as batch:
            batch.add(made)
            assert batch.known(made.id) == (AOZORA.key, AOZORA.key, "")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert database.counts() == {}
    assert database.prints() == []


def test_readers_do_not_wait_for_a_writer(location):
    database = open_registry(location)
    with database.batch() as batch:
        batch.add(examine(registration(AOZORA, 1)))
        assert open_registry(location).counts() == {}


def test_what_is_not_there_is_not_made(tmp_path):
    with pytest.raises(NotFoundError) as caught:
        open_registry(str(tmp_path / "no.sqlite"))
    assert "registry init" in caught.value.hint
    assert not (tmp_path / "no.sqlite").exists()


def test_what_is_no_registry_is_refused(tmp_path):
    (tmp_path / "text").write_text("no database, but long enough to be looked at as one" * 20)
    with pytest.raises(ConfigError):
        open_registry(str(tmp_path / "text"))
    sqlite3.connect(tmp_path / "other.sqlite").execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(NotFoundError, match="not a registry"):
        open_registry(str(tmp_path / "other.sqlite"))


@pytest.mark.parametrize(("found", "message"), [("9999", "newer"), ("0000", "older")])
def test_tables_of_another_version_are_refused(location, found, message):
    connection = sqlite3.connect(location)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (found,))
    connection.close()
    with pytest.raises(ConfigError, match=message):
        open_registry(location)


def test_texts_are_kept_with_their_sketches_in_the_order_of_their_entries(location):
    database = open_registry(location)
    first = text_statements(AOZORA, passages_of(1), passages_of(2, 6400))
    second = text_statements(LUMEN, passages_of(3))
    assert all(v.kept for batch in (first, second) for v in submit(batch, database.batch, today=DAY))
    assert database.texts() == [
        (examine(first[0]).id, AOZORA.key, *sketch_of(packed(passages_of(1)))),
        (examine(first[0]).id, AOZORA.key, *sketch_of(packed(passages_of(2, 6400)))),
        (examine(second[0]).id, LUMEN.key, *sketch_of(packed(passages_of(3)))),
    ]
    submit([withdrawal(AOZORA, examine(first[0]).id)], database.batch, today=DAY)
    assert [row[1] for row in database.texts()] == [LUMEN.key]
    with database.batch() as batch:
        assert list(batch.texts()) == database.texts()


def test_passages_are_looked_up_by_their_id(location):
    database = open_registry(location)
    entry, passages = text_statements(AOZORA, passages_of(1))
    submit([entry, passages], database.batch, today=DAY)
    assert database.passages(examine(passages).id) == passages
    assert database.passages(examine(entry).id) is None
    assert database.passages("p-unknown") is None


def test_texts_take_places(location):
    database = open_registry(location)
    entry, *passages = text_statements(AOZORA, passages_of(1), passages_of(2))
    submit([entry, *passages, registration(AOZORA, 1)], database.batch, today=DAY)
    today = now().date()
    with database.batch() as batch:
        assert batch.held(AOZORA.key, today) == 3
    submit([withdrawal(AOZORA, examine(entry).id)], database.batch, today=DAY)
    with database.batch() as batch:
        assert batch.held(AOZORA.key, today + timedelta(days=1)) == 1


def test_traits_are_looked_up_by_their_id_and_not_taken_for_passages(location):
    database = open_registry(location)
    entry, traits = traits_statements(AOZORA, traits_of(1))
    assert all(v.kept for v in submit([entry, traits], database.batch, today=DAY))
    assert database.traits(examine(traits).id) == traits
    assert database.passages(examine(traits).id) is None
    assert database.traits(examine(entry).id) is None
    assert database.traits("t-unknown") is None


def test_each_text_and_film_takes_a_place(location):
    database = open_registry(location)
    texts = text_statements(AOZORA, passages_of(1), passages_of(2))
    films = traits_statements(AOZORA, film_of(1), film_of(2), film_of(3), first=30)
    assert all(v.kept for v in submit([*texts, *films, registration(AOZORA, 9)], database.batch, today=DAY))
    with database.batch() as batch:
        assert batch.held(AOZORA.key, DAY) == 2 + 3 + 1
