import stat

import pytest

from sekisho.errors import ConfigError, EvidenceError
from sekisho.store.master_key import MASTER, VAULT_PASSPHRASE, master_key
from sekisho.store.passphrase import is_locked, locked


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    made = master_key(tmp_path, make=True)
    assert len(made) == 32
    assert master_key(tmp_path, make=True) == master_key(tmp_path, make=False) == made
    assert stat.S_IMODE((tmp_path / MASTER).stat().st_mode) == 0o600


def test_a_key_that_is_gone_is_not_made_again(tmp_path):
    with pytest.raises(EvidenceError, match="is gone"):
        master_key(tmp_path, make=False)


def test_a_new_key_lies_under_the_passphrase(tmp_path, monkeypatch):
    monkeypatch.setenv(VAULT_PASSPHRASE, "five words are good here")
    made = master_key(tmp_path, make=True)
    assert is_locked((tmp_path / MASTER).read_bytes())
    assert made.hex().encode() not in (tmp_path / MASTER).read_bytes()


def test_under_a_passphrase_it_opens_with_that_one_alone(tmp_path, monkeypatch):
    (tmp_path / MASTER).write_bytes(locked(b"k" * 32, "five words are good here", rounds=2))
    monkeypatch.setenv(VAULT_PASSPHRASE, "five words are good here")
    assert master_key(tmp_path, make=False) == b"k" * 32
    monkeypatch.setenv(VAULT_PASSPHRASE, "five other words are not")
    with pytest.raises(ConfigError, match="does not open"):
        master_key(tmp_path, make=False)
    monkeypatch.delenv(VAULT_PASSPHRASE)
    with pytest.raises(ConfigError, match="passphrase"):
        master_key(tmp_path, make=False)


@pytest.mark.parametrize("data", [b"", b"00" * 32, b"0" * 63 + b"\n", b"\0" * 32])
def test_what_is_no_key_is_refused(tmp_path, data):
    (tmp_path / MASTER).write_bytes(data)
    with pytest.raises(EvidenceError, match="no master key"):
        master_key(tmp_path, make=False)
