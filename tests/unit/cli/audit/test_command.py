import pytest

from sekisho.cli.app import main
from sekisho.cli.audit.command import audit
from sekisho.cli.audit.options import Edition, Intent
from sekisho.errors import NotFoundError, UsageError
from sekisho.model import Purpose


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
