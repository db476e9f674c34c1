"""A desk with cases for tests of the command line: keys, a form that was filled in, and what is printed."""

from pathlib import Path

from sekisho.cases.law import rule_name
from sekisho.cli.app import main
from sekisho.cli.case.desk import read_case
from sekisho.cli.log.batch import say_batch
from sekisho.rules.shipped import shipped_packs
from sekisho.store.cases import CaseFolder
from sekisho.store.keys import make_key

FORM = """\
subject = "{subject}"
jurisdiction = "JP"
language = "en"
explanation = "a picture of my child"
locations = ["item 5"]
good_faith = true
{more}
[contact]
email = "mother@example.org"
"""


def at_hand(rule_id):
    """Return the name of a rule of this version's packs, as an event has it."""
    return next(rule_name(pack, rule_id) for pack in shipped_packs() if pack.rule(rule_id) is not None)


def with_receipt(path):
    """Let the log's batch come, and add the receipt to a file that waits for it; return its path."""
    say_batch(force=True)
    assert main(["log", "proof", str(path)]) == 0
    return path


class CaseDesk:
    """A folder of cases; `said` is what the last command has printed."""

    def __init__(self, tmp_path, capsys):
        self.path, self.cases, self._capsys, self.said, self.told = (
            tmp_path,
            tmp_path / "cases",
            capsys,
            "",
            "",
        )
        for name in ("desk", "agency"):
            make_key(name)

    def run(self, *argv, by="desk"):
        """Run `sekisho case ...` and return its exit code."""
        self._capsys.readouterr()
        here = [] if argv[0] in {"request", "judge", "form"} else ["--cases", str(self.cases)]
        who = [] if argv[0] in {"form", "list", "show"} else ["--by", by]
        code = main(["case", *map(str, argv), *who, *here, *([] if "--lang" in argv else ["--lang", "en"])])
        said = self._capsys.readouterr()
        self.said, self.told = said.out, said.err
        return code

    def form(self, subject="likeness", more='relation = "guardian"'):
        path = Path(self.path / f"notice-{subject}.toml")
        path.write_text(FORM.format(subject=subject, more=more), encoding="utf-8")
        return path

    def opened(self, **form):
        """Open a case of a form and return its id."""
        assert self.run("open", self.form(**form)) == 0
        return self.said.strip()

    def case(self, case_id):
        return read_case(CaseFolder(self.cases), case_id)[0]

    def asked(self, *things, due="2099-01-01"):
        """Make a request of the agency to the desk and return its file."""
        path = self.path / "request.json"
        asks = [word for thing in things or ("runs", "models") for word in ("--ask", thing)]
        argv = ["--to", "desk", "--basis", "law", "--due", due, "-o", path, "--force"]
        assert self.run("request", *argv, *asks, by="agency") == 0, self.told
        return with_receipt(path)
