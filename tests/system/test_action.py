"""The script of the GitHub action, run by bash as a runner does, with a real dataset and a real key."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.action_file import audit_script
from tests.sarif_form import check_sarif
from tests.system.audit_world import SOURCE, file_of

EVIL = "data; touch pwned $(touch pwned) `touch pwned`"


@pytest.fixture
def runner(world, tmp_path):
    """Return what runs the script in a workspace of its own."""
    bin_folder, temp = tmp_path / "bin", tmp_path / "temp"
    bin_folder.mkdir()
    temp.mkdir()
    sekisho = bin_folder / "sekisho"
    sekisho.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sekisho "$@"\n')
    sekisho.chmod(0o755)
    registry = (world.home / "keys" / "registry.pub").read_text().splitlines()[0]
    given = {
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(SOURCE),
        "NUMBA_CACHE_DIR": os.environ["NUMBA_CACHE_DIR"],
        "RUNNER_TEMP": str(temp),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "DATASET": "data\n",
        "SNAPSHOT": str(world.snapshot),
        "TRUSTED_KEYS": f"{registry}\n",
        "OPERATOR_KEY": (world.home / "keys" / "studio.key").read_text(),
        "PURPOSE": "train",
        "TERRITORY": "JP",
        "FAIL_ON": "block",
        "MAX_UNREADABLE": "0",
        "RUN": "run",
        "LANGUAGE": "en",
    } | dict.fromkeys(("POLICY", "BASELINE", "IGNORE", "SAMPLE"), "")

    def run(**changed):
        return subprocess.run(  # noqa: S603 - our own script
            ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", audit_script()],
            env=given | changed,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    return run


def dataset(folder, *words):
    folder.mkdir()
    for word in words:
        (folder / f"{word}.jpg").write_bytes(file_of(word))


def test_a_job_fails_for_findings_and_shows_them(runner, tmp_path):
    dataset(tmp_path / "data", "free", "verified")
    done = runner()
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=data/verified.jpg::excluded: ")
    assert "| verified.jpg |" in (tmp_path / "summary").read_text()
    output = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert output["exit-code"] == "1"
    log = json.loads(Path(output["sarif"]).read_text(encoding="utf-8"))
    assert len(check_sarif(log)["results"]) == 1


def test_the_key_is_gone_afterwards(runner, tmp_path):
    dataset(tmp_path / "data", "free")
    assert runner().returncode == 0
    assert sorted(path.name for path in (tmp_path / "temp").iterdir()) == ["sekisho.md", "sekisho.sarif"]
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"PRIVATE KEY" not in path.read_bytes()


def test_wrong_usage_is_a_failure_without_findings(runner, tmp_path):
    dataset(tmp_path / "data", "free")
    done = runner(POLICY="none.toml")
    assert done.returncode == 2
    assert (tmp_path / "output").read_text() == "exit-code=2\n"


def test_an_input_is_never_a_command(runner, tmp_path):
    dataset(tmp_path / "data", "free")
    for name in ("DATASET", "SNAPSHOT", "TRUSTED_KEYS", "POLICY", "BASELINE", "SAMPLE", "RUN", "TERRITORY"):
        assert runner(**{name: EVIL}).returncode in (0, 2), name
    assert not list(tmp_path.rglob("pwned"))


def test_several_datasets_and_a_sample(runner, tmp_path):
    dataset(tmp_path / "data", "free")
    dataset(tmp_path / "more data", "free", "granted")
    done = runner(DATASET="data\nmore data", SAMPLE="2")
    assert done.returncode == 0, done.stderr
    assert "SAMPLE: only 2 of 3" in done.stdout
