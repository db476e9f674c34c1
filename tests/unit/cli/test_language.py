import pytest

from sekisho.cli.language import help_language, terminal_language
from sekisho.errors import UsageError


@pytest.fixture
def terminal(monkeypatch, tmp_path):
    """Set what the terminal says about its language, in a folder without settings."""
    monkeypatch.chdir(tmp_path)

    def say(**given: str) -> None:
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
        for name, value in given.items():
            monkeypatch.setenv(name, value)

    return say


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja"}, "ja"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "jam_JM.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
        ({"LC_ALL": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"}, "ja"),
        ({"LC_ALL": "", "LC_MESSAGES": "C", "LANG": "ja_JP.UTF-8"}, "en"),
    ],
)
def test_the_terminal_says_its_language(given, language, terminal):
    terminal(**given)
    assert terminal_language() == language
    assert help_language() == language


def test_settings_go_before_the_terminal_and_what_is_asked_for_before_both(terminal, tmp_path):
    terminal(LANG="C")
    (tmp_path / "sekisho.toml").write_text('lang = "ja"\n')
    assert help_language() == "ja"
    assert help_language("en") == "en"
    (tmp_path / "other.toml").write_text('lang = "en"\n')
    terminal(LANG="ja_JP.UTF-8")
    assert help_language(config=tmp_path / "other.toml") == "en"


@pytest.mark.parametrize("settings", ["lang = ", 'lang = "fr"', "unknown = 1", b"\xff"])
def test_settings_with_a_mistake_do_not_keep_help_away(settings, terminal, tmp_path):
    (tmp_path / "sekisho.toml").write_bytes(settings if isinstance(settings, bytes) else settings.encode())
    terminal(LANG="ja_JP.UTF-8")
    assert help_language() == "ja"


def test_settings_that_are_not_there_do_not_keep_help_away(terminal, tmp_path):
    terminal(LANG="C")
    assert help_language(config=tmp_path / "nowhere.toml") == "en"


@pytest.mark.parametrize("asked", ["fr", "", "JA"])
def test_a_language_without_help_is_an_error(asked):
    with pytest.raises(UsageError, match="no help in") as refused:
        help_language(asked)
    assert refused.value.hint == "--lang ja or --lang en"
