"""One world for all tests that audit through the command line, both databases, and the counts reached."""

import os
from itertools import count

import pytest

from tests.system.audit_world import make_world
from tests.system.postgres_server import programs, running

_TOLD = "counted"
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def made_world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(folder / "home"))
        return make_world(folder)


@pytest.fixture
def world(made_world, monkeypatch):
    """The registry, the keys and the edition; commands of this process use them too.

    A test may use a later edition; the next one begins with the first again.
    """
    monkeypatch.setenv("SEKISHO_HOME", str(made_world.home))
    yield made_world
    (made_world.home / "seen.json").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def postgres():
    """A real PostgreSQL server. Without one half of the registry is not tested, which CI does not accept."""
    found = programs()
    if found is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("no PostgreSQL: apt-get install postgresql, or set SEKISHO_POSTGRES to the folder of initdb")
    with running(found) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Where a registry can be made, in each of the databases: a file that is not there, an empty database."""
    if request.param == "sqlite":
        return str(tmp_path / "registry.sqlite")
    return request.getfixturevalue("postgres").database(f"r{next(_NUMBERS)}")


@pytest.fixture
def tell(request):
    """Give a test a line in the summary: what it has counted. It travels with the test's report."""
    return lambda line: request.node.user_properties.append((_TOLD, f"{request.node.name}: {line}"))


def pytest_terminal_summary(terminalreporter):
    reports = [
        r for some in terminalreporter.stats.values() for r in some if getattr(r, "when", "") == "call"
    ]
    lines = [line for report in reports for name, line in report.user_properties if name == _TOLD]
    if lines:
        terminalreporter.section("counts")
        for line in lines:
            terminalreporter.write_line(line)
