import pytest

from sekisho.cli.app import main
from sekisho.cli.audit.options import Edition, Intent, asked_for, checked_territory, read_policy_named
from sekisho.errors import ConfigError, NotFoundError, UsageError
from sekisho.model import Purpose
from tests.parties import Party


@pytest.mark.parametrize("name", ["opt-in", "opt-out", "strict"])
def test_shipped_policies_have_names(name):
    assert read_policy_named(name).name == name


def test_a_policy_of_ones_own_is_a_file(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('name = "ours"\n[match]\nradius = 20\n')
    policy = read_policy_named(str(mine))
    assert (policy.name, policy.radius) == ("ours", 20)
    assert policy.digest != read_policy_named("opt-in").digest


def test_a_policy_that_is_neither(tmp_path):
    with pytest.raises(NotFoundError) as error:
        read_policy_named("optin")
    assert "opt-in, opt-out, strict" in error.value.hint
    with pytest.raises(NotFoundError):
        read_policy_named(str(tmp_path))
    excepted = f'[exceptions]\nfiles = ["a\\u0000b"]\nby = ["{Party(name="ada").key}"]\n'
    (tmp_path / "excepted.toml").write_text(excepted)
    with pytest.raises(NotFoundError, match="there is no file"):
        read_policy_named(str(tmp_path / "excepted.toml"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="UTF-8"):
        read_policy_named(str(tmp_path / "bytes.toml"))
    (tmp_path / "mine.toml").write_text("bogus = 1")
    with pytest.raises(ConfigError, match=r"mine\.toml"):
        read_policy_named(str(tmp_path / "mine.toml"))


@pytest.mark.parametrize("good", ["JP", "US", "JP-13", "GB-ENG"])
def test_territories(good):
    assert checked_territory(good) == good


@pytest.mark.parametrize("bad", ["jp", "*", "", "JPN", "JP-", "JP\n", "日本", "JP,US"])
def test_a_use_happens_in_one_territory(bad):
    with pytest.raises(UsageError, match="is not a territory"):
        checked_territory(bad)


FULL = {"operator": "studio", "purpose": Purpose.TRAIN, "territory": "JP"}


def test_what_was_asked_for(tmp_path):
    asked = asked_for([tmp_path], Edition(snapshot=tmp_path), Intent(**FULL))
    assert (asked.operator, asked.policy, asked.on) == ("studio", "opt-in", None)


@pytest.mark.parametrize("missing", FULL)
def test_what_is_missing_is_named(tmp_path, missing):
    with pytest.raises(UsageError, match=f"not given: --{missing}"):
        asked_for([tmp_path], Edition(snapshot=tmp_path), Intent(**(FULL | {missing: None})))


def test_a_snapshot_and_a_dataset_are_needed(tmp_path):
    with pytest.raises(UsageError, match="not given: --snapshot"):
        asked_for([tmp_path], Edition(), Intent(**FULL))
    with pytest.raises(NotFoundError, match="no dataset"):
        asked_for([], Edition(snapshot=tmp_path), Intent(**FULL))


def test_a_shipped_policy_has_no_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    intent = Intent(**FULL, policy="mine.toml")
    assert asked_for([tmp_path], Edition(snapshot=tmp_path), intent).place == str(tmp_path / "mine.toml")
    assert asked_for([tmp_path], Edition(snapshot=tmp_path), Intent(**FULL)).place == "opt-in"


ANSWER = ["trace", "answer", "q.json", "--run", "run", "-o", "a.json"]
RECORD = ["record", "--model-digest", "ab" * 32, "--operator", "studio", "--territory", "JP", "-o", "g"]


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        (["trace", "found.png", "--run", "run"], "--signals"),
        (ANSWER, "--signals"),
        (ANSWER, "--protected"),
        (RECORD, "--signals"),
    ],
)
def test_what_a_command_would_not_read_it_does_not_take(words, unread, capsys):
    assert main([*words, unread, "file"]) == 2
    assert f"Unknown option: {unread}" in capsys.readouterr().err.replace('"', "")
