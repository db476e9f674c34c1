import sqlite3

import pytest

from sekisho.codec.listed import decode_listed, encode_listed
from sekisho.errors import ErasedError
from sekisho.model.listed import Listed
from sekisho.signing import LISTED, sign_statement
from sekisho.store.listed import ListedVault
from tests.parties import DAY, Party
from tests.world import NOW

REGISTRY, AUTHORITY = Party(name="registry"), Party(name="authority")


def a_list(*numbers):
    made = Listed(
        id="",
        by=AUTHORITY.key,
        source="desk of tests",
        on=DAY,
        files=tuple(sorted(bytes([n]) * 32 for n in numbers)),
        pictures=(),
    )
    payload = encode_listed(made)
    return decode_listed(payload), sign_statement(LISTED, payload, AUTHORITY)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("home")
def test_lists_are_kept_once_and_come_back():
    assert ListedVault.find(REGISTRY.key) is None
    vault = ListedVault.open(REGISTRY.key)
    assert [vault.add(*a_list(1, 2)), vault.add(*a_list(3)), vault.add(*a_list(1, 2))] == [True, True, False]
    again = ListedVault.find(REGISTRY.key)
    assert again.count() == 2
    assert [one.files for one in again.every()] == [a_list(1, 2)[0].files, a_list(3)[0].files]


def test_nothing_of_a_list_can_be_read_in_a_file(home):
    ListedVault.open(REGISTRY.key).add(*a_list(7))
    files = [path for path in home.rglob("*") if path.is_file()]
    data = b"".join(path.read_bytes() for path in files)
    for secret in (
        bytes([7]) * 32,
        (bytes([7]) * 32).hex().encode(),
        b"desk of tests",
        AUTHORITY.key.encode(),
    ):
        assert secret not in data
    tables = [row for path in files if path.suffix == ".sqlite" for row in _tables(path)]
    assert "record" in tables


def _tables(path):
    with sqlite3.connect(path) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]


@pytest.mark.usefixtures("home")
def test_a_list_can_be_erased():
    vault = ListedVault.open(REGISTRY.key)
    listed, envelope = a_list(1)
    vault.add(listed, envelope)
    vault.records.erase(listed.id, NOW)
    assert list(vault.every()) == []
    with pytest.raises(ErasedError):
        vault.add(listed, envelope)
