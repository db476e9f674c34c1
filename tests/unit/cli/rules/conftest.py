import pytest

from sekisho.cli.app import main
from tests.law_cases import CASES


class Told:
    """Run `sekisho rules`; `said` is standard output, `told` standard error."""

    def __init__(self, capsys, path):
        self.capsys = capsys
        self.path = path
        self.said = self.told = ""

    def run(self, *argv):
        code = main(["rules", *map(str, argv)])
        self.said, self.told = self.capsys.readouterr()
        return code

    def case(self, name):
        return CASES / f"{name}.toml"

    def file(self, name, text):
        path = self.path / name
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def rules(capsys, tmp_path):
    return Told(capsys, tmp_path)
