"""Trouble with a PostgreSQL server: said in our words, with a hint, and without the password."""

import os
import subprocess
import sys
from itertools import count
from urllib.parse import quote

import pytest

from sekisho.cli.app import main
from sekisho.errors import ConfigError
from sekisho.registry.examined import examine
from sekisho.registry.submit import submit
from sekisho.signing import REGISTRATION
from sekisho.store.create import create_registry
from sekisho.store.database import open_registry
from tests.parties import DAY, Party, registration, root
from tests.system.postgres_server import PASSWORD, USER, processes

REGISTRY, AOZORA = Party(name="registry"), Party(name="aozora")
WRONG = "wr0ng-passw0rd"
NUMBERS = count(1)


@pytest.fixture
def url(postgres):
    """An empty database of the tests' user."""
    return postgres.database(f"trouble{next(NUMBERS)}")


def told(capsys) -> str:
    """Return what was said, in which no password may be."""
    said = "".join(capsys.readouterr())
    for secret in (PASSWORD, quote(PASSWORD, safe=""), WRONG):
        assert secret not in said
    return said


def refused(capsys, *argv) -> str:
    assert main(list(argv)) == 2
    said = told(capsys)
    assert "Traceback" not in said
    assert "a fault in Sekisho" not in said
    return said


def test_a_registry_is_made_and_shown_without_its_password(url, capsys):
    assert main(["registry", "init", url, "--name", "Association"]) == 0
    said = told(capsys)
    assert f"{USER}:***@" in said
    assert main(["registry", "show", "--registry", url]) == 0
    assert "Association" in told(capsys)
    assert "registry already" in refused(capsys, "registry", "init", url)


def test_what_is_not_made_yet_is_said_without_the_password(url, capsys):
    said = refused(capsys, "registry", "show", url)
    assert "is not a registry" in said
    assert "hint: sekisho registry init" in said


@pytest.mark.parametrize(
    "make",
    [
        lambda server: server.url("postgres", WRONG),
        lambda server: server.url("nosuch"),
        lambda server: server.url("postgres").replace(str(server.folder), str(server.folder / "gone")),
        lambda _: f"postgres://{USER}:{WRONG}@127.0.0.1:1/registry",
        lambda _: f"postgresql+psycopg://{USER}@127.0.0.1:1/registry?password={WRONG}",
    ],
    ids=[
        "wrong password",
        "no such database",
        "no server on the socket",
        "nobody at the port",
        "as parameter",
    ],
)
def test_a_server_that_can_not_be_used(make, postgres, capsys):
    said = refused(capsys, "registry", "show", "--registry", make(postgres))
    assert "can not use postgresql+psycopg://sekisho" in said
    assert "hint: is the server running" in said


def test_not_even_a_traceback_holds_the_password(postgres, repository):
    environment = os.environ | {"PYTHONPATH": str(repository / "src")}
    command = [
        sys.executable,
        "-m",
        "sekisho",
        "registry",
        "show",
        "--debug",
        postgres.url("postgres", WRONG),
    ]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert "Traceback" in ended.stderr
    assert WRONG not in ended.stdout + ended.stderr


def test_a_user_without_rights_is_told_which_are_missing(url, postgres, capsys):
    name = url.partition("?")[0].rpartition("/")[2]
    postgres.ask(f"ALTER DATABASE {name} OWNER TO owner; REVOKE ALL ON DATABASE {name} FROM PUBLIC;")
    postgres.ask(f"GRANT CONNECT ON DATABASE {name} TO {USER};")
    postgres.ask("REVOKE CREATE ON SCHEMA public FROM PUBLIC;", name)
    said = refused(capsys, "registry", "init", url)
    assert "permission denied" in said
    assert "hint: the user must own the database" in said


def test_a_copy_that_can_only_be_read_is_refused(url, postgres, capsys):
    name = url.partition("?")[0].rpartition("/")[2]
    postgres.ask(f"ALTER DATABASE {name} SET default_transaction_read_only = on;")
    assert "hint: it can only be read" in refused(capsys, "registry", "init", url)


def test_a_server_that_falls_in_the_middle_of_a_batch_keeps_nothing_of_it(url, postgres):
    database = create_registry(url, root(REGISTRY, REGISTRY))
    submit([registration(AOZORA, 99)], database.batch, today=DAY)

    def fall() -> None:
        with database.batch() as batch:
            batch.add(examine(registration(AOZORA, 1)))
            postgres.stop()
            batch.add(examine(registration(AOZORA, 2)))

    try:
        with pytest.raises(ConfigError) as caught:
            fall()
        assert "run the same command again" in caught.value.hint
        with pytest.raises(ConfigError) as caught:
            open_registry(url)
        assert "is the server running" in caught.value.hint
    finally:
        postgres.start()
    assert database.counts() == {REGISTRATION: 1}
    submit([registration(AOZORA, n) for n in range(2)], database.batch, today=DAY)
    assert database.counts() == {REGISTRATION: 3}


def test_a_connection_that_is_ended_by_hand_keeps_nothing(url, postgres):
    database = create_registry(url, root(REGISTRY, REGISTRY))

    def end() -> None:
        with database.batch() as batch:
            batch.add(examine(registration(AOZORA, 1)))
            for process in processes(postgres):
                postgres.ask(f"SELECT pg_terminate_backend({process});")

    with pytest.raises(ConfigError) as caught:
        end()
    assert "run the same command again" in caught.value.hint
    assert database.counts() == {}


def test_no_connection_stays_open(url, postgres):
    database = create_registry(url, root(REGISTRY, REGISTRY))
    database.counts()
    assert processes(postgres) == []
