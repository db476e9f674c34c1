import sqlite3

import pytest

from sekisho.errors import ConfigError, NotFoundError
from sekisho.registry.rules import examine
from sekisho.registry.submit import submit
from sekisho.signing import GRANT, REGISTRATION
from sekisho.store.create import create_registry
from sekisho.store.database import open_registry
from tests.parties import Party, grant, registration, root, root_of

REGISTRY, AOZORA, LUMEN = Party(name="registry"), Party(name="aozora"), Party(name="lumen")


@pytest.fixture
def location(tmp_path) -> str:
    path = str(tmp_path / "r?%20#.sqlite")
    create_registry(path, root(REGISTRY, REGISTRY))
    return path


def test_statements_are_kept_as_they_were_received(location):
    envelopes = [registration(AOZORA, 1), registration(AOZORA, 2), grant(AOZORA, LUMEN)]
    submit(envelopes, open_registry(location).batch)
    database = open_registry(location)
    assert set(database.statements(REGISTRATION)) == set(envelopes[:2])
    assert database.statements(GRANT, AOZORA.key) == (envelopes[2],)
    assert database.statements(GRANT, LUMEN.key) == ()
    assert database.counts() == {REGISTRATION: 2, GRANT: 1}
    assert database.signer_of(examine(envelopes[0]).id) == AOZORA.key
    assert database.signer_of("e-unknown") is None
    assert database.root() == (root_of(REGISTRY, REGISTRY), root(REGISTRY, REGISTRY))


def test_a_batch_is_kept_whole_or_not_at_all(location):
    database = open_registry(location)

    def crash() -> None:
        with database.batch() as batch:
            batch.add(id="e-1", type=REGISTRATION, signer=AOZORA.key, envelope=b"{}")
            assert batch.signer_of("e-1") == AOZORA.key
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert database.counts() == {}


def test_readers_do_not_wait_for_a_writer(location):
    database = open_registry(location)
    with database.batch() as batch:
        batch.add(id="e-1", type=REGISTRATION, signer=AOZORA.key, envelope=b"{}")
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
