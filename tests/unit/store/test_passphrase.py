import json

import pytest

from sekisho.codec import canonical
from sekisho.errors import ConfigError, InputError, SignatureError, UsageError
from sekisho.store.passphrase import asked, is_locked, locked, new_passphrase, unlocked

SECRET = b"-----BEGIN PRIVATE KEY-----"
FEW = 1 << 4


def test_a_secret_opens_with_its_passphrase_only():
    data = locked(SECRET, "correct horse", rounds=FEW)
    assert is_locked(data)
    assert SECRET not in data
    assert unlocked(data, "correct horse", "a.key") == SECRET
    with pytest.raises(SignatureError, match=r"a\.key does not open"):
        unlocked(data, "correct horsf", "a.key")


def test_two_of_the_same_are_not_alike():
    assert locked(SECRET, "x", rounds=FEW) != locked(SECRET, "x", rounds=FEW)


@pytest.mark.parametrize("field", ["salt", "nonce", "sealed"])
def test_a_changed_file_does_not_open(field):
    wire = json.loads(locked(SECRET, "x", rounds=FEW))
    wire[field] = ("A" if wire[field][0] != "A" else "B") + wire[field][1:]
    with pytest.raises((SignatureError, InputError)):
        unlocked(canonical(wire), "x", "a.key")


@pytest.mark.parametrize(
    "change", [{"n": 1 << 21}, {"n": 0}, {"n": 3}, {"kdf": "none"}, {"v": 2}, {"more": 1}, {"salt": "?"}]
)
def test_terms_that_nobody_writes_are_refused_before_they_cost(change):
    wire = json.loads(locked(SECRET, "x", rounds=FEW)) | change
    with pytest.raises((InputError, SignatureError)):
        unlocked(canonical(wire), "x", "a.key")


def test_fewer_rounds_do_not_open_what_more_have_locked():
    wire = json.loads(locked(SECRET, "x", rounds=FEW)) | {"n": FEW // 2}
    with pytest.raises(SignatureError):
        unlocked(canonical(wire), "x", "a.key")


def test_the_environment_says_it_where_nobody_types(monkeypatch, tmp_path):
    with pytest.raises(SignatureError, match="under a passphrase"):
        asked("a.key")
    (tmp_path / "p").write_text("five good words\nand a second line\n", encoding="utf-8")
    monkeypatch.setenv("SEKISHO_PASSPHRASE_FILE", str(tmp_path / "p"))
    assert asked("a.key") == new_passphrase("a.key") == "five good words"
    monkeypatch.setenv("SEKISHO_PASSPHRASE", "short")
    assert asked("a.key") == "short"
    with pytest.raises(UsageError, match="at least 12"):
        new_passphrase("a.key")


def test_a_file_that_is_not_there_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("SEKISHO_PASSPHRASE_FILE", str(tmp_path / "p"))
    with pytest.raises(ConfigError, match="can not be read"):
        asked("a.key")
