"""An old case gets the answer of its day again, or the pack is named that is needed for that."""

import pytest

from sekisho.cli.app import main
from tests.law import shipped_bytes

FACTS = 'format = "sekisho.facts/1"\non = 2026-06-01\njurisdictions = ["KR"]\n[facts.subject]\nreal = true\n'


@pytest.fixture
def folder(tmp_path):
    tmp_path.joinpath("facts.toml").write_text(FACTS)
    tmp_path.joinpath("old.toml").write_bytes(shipped_bytes("kr") + b"# of an older day\n")
    return tmp_path


def decided(folder, capsys, *words):
    main(["rules", "explain", str(folder / "facts.toml"), "--format", "json", *words])
    folder.joinpath("record.json").write_text(capsys.readouterr().out)
    return folder / "record.json"


def again(capsys, record, *words):
    code = main(["rules", "replay", str(record), "--lang", "en", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_it_comes_to_the_same(folder, capsys):
    code, out, _ = again(capsys, decided(folder, capsys))
    assert (code, out.startswith("The same answer")) == (0, True)


def test_the_pack_of_that_day_is_asked_for_and_taken(folder, capsys):
    old = str(folder / "old.toml")
    record = decided(folder, capsys, "--pack", old)
    code, out, err = again(capsys, record)
    assert (code, out) == (3, "")
    assert "needed: the pack kr of" in err
    assert again(capsys, record, "--pack", old)[0] == 0


def test_a_record_that_was_changed_is_no_evidence(folder, capsys):
    record = decided(folder, capsys)
    record.write_text(record.read_text().replace('"subject.real": true', '"subject.real": false'))
    assert again(capsys, record)[0] == 4


def test_what_is_not_there_or_no_record(folder, capsys):
    assert again(capsys, folder / "lost.json")[0] == 2
    assert again(capsys, folder / "facts.toml")[0] == 2
