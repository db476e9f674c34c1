import json

import pytest

from sekisho.cli.app import main
from tests.edition_run import make_edition_run


@pytest.fixture
def made(tmp_path):
    return make_edition_run(tmp_path)


def snapshot_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_writes_page_and_facts_beside_the_run_and_touches_nothing_in_it(made, capsys):
    run = made[0]
    (run / "seal.json").write_text("{}")
    before = snapshot_of(run)
    assert main(["report", str(run)]) == 0
    assert snapshot_of(run) == before
    page = run.with_name("run-report.html")
    assert "月夜の航海日誌" in page.read_text(encoding="utf-8")
    facts = json.loads(run.with_name("run-report.json").read_text(encoding="utf-8"))
    assert facts["works"]["top"][0]["holder"] == "青嵐書房"
    assert facts["speed"] == {"evidence": False, "seconds": 2.0}
    assert str(page) in capsys.readouterr().out


def test_a_sealed_run_is_not_written_into(made, capsys):
    run = made[0]
    (run / "seal.json").write_text("{}")
    before = snapshot_of(run)
    assert main(["report", str(run), "-o", str(run / "report.html"), "--force"]) == 2
    assert "is sealed" in capsys.readouterr().err
    assert snapshot_of(run) == before


def test_a_file_that_is_there_is_kept_unless_forced(made):
    run = made[0]
    out = run.with_name("mine.html")
    out.with_suffix(".json").write_text("mine")
    assert main(["report", str(run), "-o", str(out)]) == 2
    assert not out.exists()
    assert out.with_suffix(".json").read_text() == "mine"
    assert main(["report", str(run), "-o", str(out), "--force", "--lang", "en"]) == 0
    assert 'id="lang-en" aria-label="English" checked' in out.read_text(encoding="utf-8")


def test_the_page_can_not_take_the_name_of_its_facts(made, capsys):
    assert main(["report", str(made[0]), "-o", str(made[0].with_name("x.json"))]) == 2
    assert "NAME.html" in capsys.readouterr().err


def test_thumbnails_come_from_the_report_of_the_run(made):
    run = made[0]
    first = run.with_name("run-report.html")
    assert main(["report", str(run)]) == 0
    digest = json.loads(first.with_suffix(".json").read_text(encoding="utf-8"))["tiles"][0]["sha256"]
    (run / "report.html").write_text(f'<img data-sha256="{digest}" src="data:image/jpeg;base64,/9j/">')
    assert main(["report", str(run), "--force"]) == 0
    assert f'src="data:image/jpeg;base64,/9j/" data-sha256="{digest}"' in first.read_text(encoding="utf-8")


def test_without_the_edition_it_asks_for_it(made, capsys):
    run, place, *_ = made
    moved = place.rename(place.with_name("moved"))
    assert main(["report", str(run)]) == 2
    assert "--snapshot" in capsys.readouterr().err
    assert main(["report", str(run), "--snapshot", str(moved)]) == 0
