"""One world for all tests that audit through the command line, and the counts they have reached."""

import pytest

from tests.system.audit_world import make_world

_TOLD = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def made_world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(folder / "home"))
        return make_world(folder)


@pytest.fixture
def world(made_world, monkeypatch):
    """The registry, the keys and the edition; commands of this process use them too."""
    monkeypatch.setenv("SEKISHO_HOME", str(made_world.home))
    return made_world


@pytest.fixture
def tell(request):
    """Give a test a line in the summary: what it has counted."""
    lines = request.config.stash.setdefault(_TOLD, [])
    return lambda line: lines.append(f"{request.node.name}: {line}")


def pytest_terminal_summary(terminalreporter, config):
    lines = config.stash.get(_TOLD, [])
    if lines:
        terminalreporter.section("counts")
        for line in lines:
            terminalreporter.write_line(line)
