import pytest

from sekisho.cli.app import main
from sekisho.cli.audit import audit, checked_territory, read_policy_named
from sekisho.errors import ConfigError, NotFoundError, UsageError
from sekisho.model import Purpose


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


def call(*dataset, output):
    return audit(
        *dataset,
        snapshot=output / "s",
        operator="studio",
        purpose=Purpose.TRAIN,
        territory="JP",
        output=output,
    )


def test_a_run_does_not_lie_in_what_it_checks(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "link").symlink_to("d")
    for place in ("d", "d/run", "link/run", "d/../d/run"):
        with pytest.raises(UsageError, match="inside the dataset"):
            call(tmp_path / "d", output=tmp_path / place)
    with pytest.raises(NotFoundError, match="no private key"):
        call(tmp_path / "d", output=tmp_path / "data")


def test_nothing_is_made_before_all_is_known(tmp_path, capsys):
    with pytest.raises(NotFoundError, match="no dataset"):
        call(output=tmp_path / "run")
    (tmp_path / "d").mkdir()
    words = ["audit", str(tmp_path / "d"), "--snapshot", "s", "--operator", "nobody", "--purpose", "train"]
    assert main([*words, "--territory", "JP", "-o", str(tmp_path / "run")]) == 2
    assert "hint: sekisho key new nobody" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
