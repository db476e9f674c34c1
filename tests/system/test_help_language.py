"""Help in the language of the terminal, as a user's shell starts it."""

import os
import subprocess
import sys

import pytest

LOOK = """
import sys
from sekisho.cli.app import main
main(["--help"])
print([name for name in sys.argv[1:] if name in sys.modules], file=sys.stderr)
"""
HEAVY = ("babel", "jinja2", "numpy", "pyarrow")


@pytest.mark.parametrize(
    ("lang", "first", "said"),
    [
        ("ja_JP.UTF-8", "使い方: sekisho COMMAND\n", "データセットを登録簿の版と照合し"),
        ("C", "Usage: sekisho COMMAND\n", "Check a dataset against a snapshot"),
    ],
)
def test_help_speaks_as_the_terminal_does_and_imports_no_more_for_it(repository, tmp_path, lang, first, said):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    environment |= {"LANG": lang, "PYTHONPATH": str(repository / "src"), "COLUMNS": "100"}
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LOOK, *HEAVY], env=environment, cwd=tmp_path, capture_output=True, check=True
    )
    page = ended.stdout.decode()
    assert page.startswith(first)
    assert said in page
    assert ended.stderr.decode() == "[]\n"
