import os
from pathlib import Path

import pytest
from cyclopts import App

from sekisho.cli.app import main
from sekisho.cli.options import Options, split_options
from sekisho.errors import ConfigError


@pytest.mark.parametrize(
    ("argv", "left", "options"),
    [
        (["a", "--debug", "b"], ["a", "b"], Options(debug=True)),
        (["--config", "x.toml", "a"], ["a"], Options(config=Path("x.toml"))),
        (["a", "--config=x.toml"], ["a"], Options(config=Path("x.toml"))),
        (["a", "--", "--debug", "--config"], ["a", "--", "--debug", "--config"], Options()),
        (["a", "--lang", "ja"], ["a", "--lang", "ja"], Options()),
        (["a", "--lang", "ja", "--help"], ["a", "--help"], Options(help_lang="ja")),
        (["-h", "--lang=en"], ["-h"], Options(help_lang="en")),
        (["--help", "--lang"], ["--help"], Options(help_lang="")),
        (["a", "--lang", "ja", "--", "--help"], ["a", "--lang", "ja", "--", "--help"], Options()),
    ],
)
def test_common_options_stand_anywhere_before_the_dashes(argv, left, options):
    assert split_options(argv) == (left, options)


def received(tmp_path: Path, text: str, *argv: str) -> dict[str, object]:
    (tmp_path / "s.toml").write_text(text)
    got: dict[str, object] = {}
    app = App(config=Options(config=tmp_path / "s.toml"), result_action="return_value")

    @app.default
    def command(
        name: str = "own",
        /,
        *,
        holder: str = "own",
        max_age_days: int = 1,
        trusted_keys: tuple[str, ...] = (),
        jobs: int = 7,
    ) -> None:
        got.update(name=name, holder=holder, max_age_days=max_age_days, trusted_keys=trusted_keys, jobs=jobs)

    app(argv, exit_on_error=False, print_error=False)
    return got


def test_a_flag_wins_over_the_file_and_the_file_over_the_default(tmp_path):
    text = 'holder = "file"\ntrusted_keys = ["a", "b"]\n'
    assert received(tmp_path, text, "--holder", "flag") == {
        "name": "own", "holder": "flag", "max_age_days": 30, "trusted_keys": ("a", "b"), "jobs": 7,
    }  # fmt: skip
    assert received(tmp_path, text + "max_age_days = 5\n")["max_age_days"] == 5
    assert received(tmp_path, text)["holder"] == "file"


def test_a_wrong_setting_stops_the_command(tmp_path):
    with pytest.raises(ConfigError):
        received(tmp_path, "holdr = 'x'")


def test_home_of_the_file_is_used_unless_the_environment_says_otherwise(tmp_path, monkeypatch):
    monkeypatch.setenv("SEKISHO_HOME", "/from/environment")
    received(tmp_path, "home = 'h'")
    assert os.environ["SEKISHO_HOME"] == "/from/environment"
    monkeypatch.delenv("SEKISHO_HOME")
    received(tmp_path, "home = 'h'")
    assert os.environ["SEKISHO_HOME"] == str(tmp_path / "h")


SETTINGS = 'holder = "aozora"\npurpose = "train"\npolicy = "opt-out"\n'


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["registry", "show"], 0, "entries"),
        (["grant", "list"], 0, ""),
        (["snapshot", "publish", "-o", "a.snapshot"], 0, "edition 1"),
        (["log", "init"], 0, "give this line"),
        (["log", "verify", "none.json"], 2, "there is no file none.json"),
        (["log", "follow", "http://127.0.0.1:9/", "--log-key", "x", "--seen", "s"], 2, "verifier key"),
        (["signals", "publish", "--prints", "none.jsonl", "-o", "site"], 2, "none.jsonl"),
    ],
)
def test_settings_do_not_fill_what_only_has_their_name(tmp_path, monkeypatch, capsys, words, code, said):
    monkeypatch.chdir(tmp_path)
    assert main(["key", "new", "aozora"]) == main(["registry", "init", "--name", "Test"]) == 0
    (tmp_path / "sekisho.toml").write_text(SETTINGS)
    capsys.readouterr()
    assert main(words) == code
    out, err = capsys.readouterr()
    assert said in out + err
