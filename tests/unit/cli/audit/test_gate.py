from datetime import date

import pytest

from sekisho.cli.audit.gate import read_exempt
from sekisho.errors import ConfigError, EvidenceError, NotFoundError
from tests.run_fixture import make_run, row

TODAY = date(2026, 11, 22)


def test_without_either_everything_counts():
    exempt = read_exempt(None, None, TODAY)
    assert exempt.baseline is None
    assert exempt.ignores.of(row("a.jpg", "review", "low_detail")) is None


def test_a_baseline_is_a_finished_run(tmp_path):
    with pytest.raises(NotFoundError, match="not a finished RUN"):
        read_exempt(tmp_path, None, TODAY)
    with pytest.raises(NotFoundError, match="not a finished RUN"):
        read_exempt(tmp_path / "none", None, TODAY)


def test_a_baseline_is_sealed(tmp_path):
    run = make_run(tmp_path / "run", [row("a.jpg")])
    with pytest.raises(EvidenceError, match=r"seal\.json is missing"):
        read_exempt(run, None, TODAY)


def test_ignores_come_from_a_file_of_text(tmp_path):
    file = tmp_path / "ours.toml"
    with pytest.raises(ConfigError, match="can not read"):
        read_exempt(None, file, TODAY)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="can not read"):
        read_exempt(None, file, TODAY)
    file.write_text('[[ignore]]\nitem = "a.jpg"\nreason = "r"\nby = "b"\nuntil = 2026-12-01\n')
    assert read_exempt(None, file, TODAY).ignores.of(row("a.jpg", "review", "low_detail")) is not None
