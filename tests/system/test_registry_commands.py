"""The commands as a person starts them: in processes of their own, parties exchanging only files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pictures import encode, picture

HEAVY = (
    *("numpy", "numba", "pyarrow", "PIL", "sqlalchemy", "cryptography", "alembic", "simplejpeg", "jinja2"),
    "publicsuffixlist",
)
LOOK = """
import sys
from sekisho.cli.app import main
main(["--help"])
sys.stderr.write(" ".join(sorted(set(sys.argv[1:]) & set(sys.modules))))
"""


@pytest.fixture
def run(tmp_path, repository):
    """Run `sekisho` as one party, in the party's own folder and home."""

    def running(party: str, *argv: str, code: int = 0) -> str:
        folder = tmp_path / party
        folder.mkdir(exist_ok=True)
        environment = os.environ | {
            "PYTHONPATH": str(repository / "src"),
            "SEKISHO_HOME": str(folder / "home"),
        }
        ended = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "sekisho", *argv],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == code, ended.stderr
        assert "Traceback" not in ended.stderr
        return ended.stdout

    return running


def test_help_imports_nothing_heavy(repository):
    environment = os.environ | {"PYTHONPATH": str(repository / "src")}
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LOOK, *HEAVY], env=environment, capture_output=True, text=True, check=True
    )
    assert "Usage: sekisho" in ended.stdout
    assert ended.stderr == ""


@pytest.mark.parametrize(
    ("command", "not_loaded"),
    [
        ("rules", ("numpy", "numba", "pyarrow", "PIL", "sqlalchemy")),
        ("case", ("numba", "sqlalchemy")),
        ("audit", ("sqlalchemy",)),
    ],
)
def test_a_command_loads_no_registry_that_it_does_not_ask(repository, command, not_loaded):
    look = f"import sys, sekisho.cli.{command}; print([m for m in sys.argv[1:] if m in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(repository / "src")}
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", look, *not_loaded], env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n"


def draw(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"{number}.jpg").write_bytes(encode(picture(number)))


def test_three_parties_exchange_only_files(run, place, tmp_path):
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "sekisho.toml").write_text(f'registry = "{place}"\n')
    draw(tmp_path / "publisher" / "works")
    key = run("operator", "key", "new", "lumen").strip()
    run("operator", "key", "show", "lumen", "-o", "lumen.pub")
    desk = run("registry", "key", "new", "desk").strip()
    run("registry", "registry", "init", "--name", "Association", "--voucher", desk)

    run("publisher", "fingerprint", "works", "-o", "prints.jsonl", "--holder", "aozora")
    out = run(
        "publisher", "register", "prints.jsonl", "--holder", "aozora", "--kind", "work", "-o", "r.jsonl"
    )
    entry = out.split()[0]
    lumen = str(tmp_path / "operator" / "lumen.pub")
    terms = ["--purpose", "train", "--territory", "JP", "--from", "2026-01-01", "--until", "2036-12-31"]
    give = ["grant", "give", "--holder", "aozora", "--to", lumen, "--entry", entry, *terms, "-o", "g.jsonl"]
    given = run("publisher", *give).strip()
    publisher = tmp_path / "publisher"
    run("registry", "registry", "import", str(publisher / "g.jsonl"), str(publisher / "r.jsonl"))
    aozora = str(publisher / "home" / "keys" / "aozora.pub")
    run("registry", "registry", "vouch", "--holder", aozora, "--by", "desk")
    assert given in run("registry", "grant", "list")
    assert key in run("registry", "grant", "list")

    run("registry", "snapshot", "publish", "-o", "s.snapshot")
    shown = run("operator", "snapshot", "show", str(tmp_path / "registry" / "s.snapshot"))
    assert "3 confirmed, 0 self-declared" in shown
    assert "3 SHA-256, 3 PDQ" in shown
    assert "grants    1" in shown

    run("publisher", "grant", "revoke", given, "--holder", "aozora", "-o", "x.jsonl")
    run("registry", "registry", "import", str(publisher / "x.jsonl"))
    assert f"{given}  revoked" in run("registry", "grant", "list")
