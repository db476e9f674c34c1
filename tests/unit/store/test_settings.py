from pathlib import Path

import pytest

from sekisho.errors import ConfigError
from sekisho.store.settings import SETTINGS, defaults, read_settings, words


def given(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "sekisho.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_setting_of_the_contract_is_there():
    assert set(SETTINGS) == {
        "home", "registry", "operator", "holder", "purpose", "territory", "policy", "trusted_keys",
        "contact", "pack_keys", "questions_a_day", "prints_a_day", "max_age_days", "declared_quota",
        "reviewers", "models_directory", "encoders", "jobs", "lang",
    }  # fmt: skip
    assert all(setting.help for setting in SETTINGS.values())
    assert defaults().keys() == {"max_age_days", "declared_quota", "questions_a_day", "prints_a_day"}


def test_values_are_read(tmp_path):
    file = given(tmp_path, 'holder = "aozora"\njobs = 2\ntrusted_keys = ["a", "b"]\nlang = "ja"\n')
    assert read_settings(file) == {"holder": "aozora", "jobs": 2, "trusted_keys": ("a", "b"), "lang": "ja"}


def test_the_working_directory_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_settings() == {}
    given(tmp_path, "jobs = 3")
    assert read_settings() == {"jobs": 3}


def test_paths_are_relative_to_the_file(tmp_path):
    file = given(tmp_path, 'home = "h"\nregistry = "r.sqlite"\npolicy = "opt-in"')
    assert read_settings(file) == {
        "home": str(tmp_path / "h"),
        "registry": str(tmp_path / "r.sqlite"),
        "policy": "opt-in",
    }


def test_a_database_url_stays(tmp_path):
    file = given(tmp_path, 'registry = "postgresql+psycopg://db/registry"')
    assert read_settings(file)["registry"] == "postgresql+psycopg://db/registry"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("trusted_key = []", "unknown setting 'trusted_key'"),
        ("[audit]\njobs = 1", "unknown setting 'audit'"),
        ('jobs = "2"', "whole number"),
        ("jobs = true", "whole number"),
        ("jobs = 1.5", "whole number"),
        ("jobs = 0", "at least 1"),
        ("holder = 1", "text"),
        ('trusted_keys = "a"', "list"),
        ("trusted_keys = [1]", "list"),
        ('lang = "fr"', "not one of ja, en"),
        ('purpose = "look"', "not one of"),
        ("jobs = ", "not TOML"),
    ],
)
def test_a_wrong_setting_is_an_error(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        read_settings(given(tmp_path, text))


def test_a_named_file_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match="can not read"):
        read_settings(tmp_path / "nowhere.toml")


def test_values_become_words():
    assert list(words(3)) == ["3"]
    assert list(words(("a", "b"))) == ["a", "b"]
