import pytest

from sekisho.cli.app import main
from sekisho.cli.audit.command import audit
from sekisho.cli.audit.options import Edition, Intent
from sekisho.errors import NotFoundError, UsageError
from sekisho.model import Purpose
from tests.deeper import MODEL, deep_world


def call(*dataset, output):
    return audit(
        *dataset,
        edition=Edition(snapshot=output / "s"),
        intent=Intent(operator="studio", purpose=Purpose.TRAIN, territory="JP"),
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


def test_an_audit_that_lacks_every_encoder_of_the_edition_ends_before_it_begins(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path / "home"))
    world = deep_world()
    (tmp_path / "edition").write_bytes(world.publish())
    (tmp_path / "deep.toml").write_text('[match]\ndepth = "model"\n')
    (tmp_path / "d").mkdir()
    assert main(["key", "new", "studio"]) == 0
    words = ["audit", str(tmp_path / "d"), "--snapshot", str(tmp_path / "edition"), "--operator", "studio"]
    words += [
        "--trusted-keys",
        world.registry.key,
        "--purpose",
        "train",
        "--territory",
        "JP",
        "--max-age-days",
        "9999",
    ]
    words += ["--allow-stale", "--policy", str(tmp_path / "deep.toml"), "-o", str(tmp_path / "run")]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert MODEL in said
    assert 'depth = "local"' in said
    assert not (tmp_path / "run" / "configuration.json").exists()
