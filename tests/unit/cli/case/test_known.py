import pytest

from sekisho.cases.facts import facts_of_notice
from sekisho.cli.app import main
from sekisho.cli.case.desk import read_case
from sekisho.cli.case.known import agree, desk_facts, law_at, sealed
from sekisho.cli.rules.packs import read_fact_file
from sekisho.errors import ConfigError, EvidenceError
from sekisho.model import Relation
from sekisho.rules.words import Interval
from sekisho.store.cases import CaseFolder

FACTS = 'format = "sekisho.facts/1"\n[facts.{table}]\n{line}\n'


def written(path, table, line):
    path.parent.mkdir(exist_ok=True)
    path.write_text(FACTS.format(table=table, line=line), encoding="utf-8")
    return path


def read(desk, case_id):
    folder = CaseFolder(desk.cases)
    return folder, read_case(folder, case_id)[0]


def test_what_an_interview_has_found_out_is_sealed_with_the_notice_and_erased_with_it(desk, tmp_path):
    facts = written(tmp_path / "asked.toml", "subject", 'age = 12\nprefecture = "JP-31"')
    assert desk.run("open", desk.form(), "--facts", facts) == 0
    found = desk.said.strip()
    folder, case = read(desk, found)
    law, said = law_at(folder, case, desk={})
    assert law.facts["subject.age"] == 12
    assert said.by_guardian
    assert "jp-31" in {pack.id for pack in law.packs}
    for file in desk.cases.rglob("*"):
        assert not file.is_file() or b"subject.age" not in file.read_bytes()
    erase = ["erase", "--subject", found, "--vault", str(desk.cases / ".vault"), "--yes"]
    assert main(erase) == 0
    law, said = law_at(folder, case, desk={})
    assert said.notice is None
    assert "subject.age" not in law.facts


def test_a_notice_that_was_supplemented_counts_as_it_is_now(desk):
    found = desk.opened(more="")
    folder, case = read(desk, found)
    assert sealed(folder, case).notice.relation is None
    assert desk.run("supplement", found, desk.form()) == 0
    assert sealed(folder, case).notice.relation is Relation.GUARDIAN


def test_facts_that_contradict_the_notice_open_nothing(desk, tmp_path):
    facts = written(tmp_path / "asked.toml", "subject", "age = 30")
    minor = desk.form(more='relation = "guardian"\nminor = true')
    assert desk.run("open", minor, "--facts", facts) == 2
    assert "subject.age" in desk.told
    never = written(tmp_path / "never.toml", "subject", "real = false")
    assert desk.run("open", minor, "--facts", never) == 2
    assert "contradict" in desk.told
    assert not CaseFolder(desk.cases).ids()


@pytest.mark.parametrize("text", ["", "x = 1", 'format = "sekisho.facts/1"\n[facts.subject]\nname = "x"'])
def test_what_is_no_file_of_facts_opens_nothing(desk, tmp_path, text):
    path = tmp_path / "asked.toml"
    path.write_text(text, encoding="utf-8")
    assert desk.run("open", desk.form(), "--facts", path) == 2
    assert "asked.toml" in desk.told
    assert desk.run("open", desk.asked(), "--facts", path) == 2
    assert not CaseFolder(desk.cases).ids()


def test_only_a_form_is_opened_with_facts(desk, tmp_path):
    facts = written(tmp_path / "asked.toml", "subject", "age = 12")
    assert desk.run("open", desk.asked(), "--facts", facts) == 2
    assert "only a form" in desk.told


def test_a_desk_declares_itself_and_nobody_else(desk):
    assert desk_facts(desk.cases) == {}
    written(desk.cases / "desk.toml", "operator", "jp_designated = true")
    assert desk_facts(desk.cases) == {"operator.jp_designated": True}
    written(desk.cases / "desk.toml", "subject", "age = 12")
    with pytest.raises(ConfigError, match=r"desk\.toml: subject\.age is not about the operator"):
        desk_facts(desk.cases)
    assert desk.run("list") == 2


def test_what_the_desk_declares_decides_whether_a_term_runs(desk):
    found = desk.opened()
    assert desk.run("show", found, "--for", "operator") == 0
    assert "may run; not known: operator.jp_designated" in desk.said
    written(desk.cases / "desk.toml", "operator", "jp_designated = false")
    assert desk.run("show", found, "--for", "operator") == 0
    assert "jp.idpa.reply-7d" not in desk.said
    written(desk.cases / "desk.toml", "operator", "jp_designated = true")
    assert desk.run("show", found, "--for", "operator") == 0
    assert "jp.idpa.reply-7d" in desk.said
    assert "may run" not in desk.said


def test_a_case_and_the_desk_may_not_say_two_things(desk):
    found = desk.opened()
    folder, case = read(desk, found)
    said = sealed(folder, case)
    given = written(desk.path / "more.toml", "operator", "sme = true")
    with pytest.raises(ConfigError, match=r"operator\.sme"):
        agree(said.notice, said.contact, read_fact_file(given), {"operator.sme": False})
    agree(said.notice, said.contact, read_fact_file(given), {"operator.sme": True})


def test_what_lies_sealed_and_can_not_be_read_is_evidence(desk):
    found = desk.opened()
    folder, case = read(desk, found)
    folder.records().lay_beside("notice", found, bytes(32) + b"{}")
    with pytest.raises(EvidenceError, match=found):
        sealed(folder, case)


def test_a_minor_is_under_eighteen(desk):
    found = desk.opened(more='relation = "guardian"\nminor = true')
    said = sealed(*read(desk, found))
    assert facts_of_notice(said.notice, said.contact)["subject.age"] == Interval(high=17)
