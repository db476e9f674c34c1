import json

import pytest

from sekisho.audit.facts import facts
from sekisho.cli.result import print_result
from tests.run_fixture import batches, make_run, manifest, row, titles

MADE = [row("a.jpg"), row("絵\u202e.jpg", "review", "unreadable", problem="corrupt")]


@pytest.fixture
def printed(tmp_path, capsys):
    run = make_run(tmp_path / "run", MADE)
    stated = manifest(MADE, ("u1", "u2"))
    units = [{"id": unit["id"]} for unit in stated["units"]]
    found = facts(stated, batches(MADE), titles=titles, timing={"seconds": 2.0, "items_per_second": 1.0})

    def show(form, lang="en"):
        print_result(run, found, units=units, form=form, lang=lang, index=7)
        return capsys.readouterr()

    return show


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_json_is_the_facts_in_any_language(printed, lang):
    shown = printed("json", lang)
    assert shown.err == ""
    assert json.loads(shown.out)["totals"]["items"] == 2
    assert shown.out == printed("json", "en").out
    assert shown.out.count("\n") == 1


def test_jsonl_is_one_line_for_each_item(printed):
    lines = [json.loads(line) for line in printed("jsonl").out.splitlines()]
    assert [line["item"] for line in lines] == ["a.jpg", "絵\u202e.jpg"]
    assert [line["outcome"] for line in lines] == ["allow", "review"]
    assert [line["problem"] for line in lines] == ["", "corrupt"]
    assert bytes.fromhex(lines[0]["pdq"]) == MADE[0]["pdq"]
    assert lines[1]["pdq"] is None


@pytest.mark.parametrize(("lang", "word"), [("en", "passed"), ("ja", "通過")])
def test_the_table_is_for_people(printed, lang, word):
    out = printed("table", lang).out
    assert word in out
    assert "report.html" in out
    assert "\u202e" not in out
    assert any(
        line.rstrip("。").endswith("7") or " 7 " in line or "7 番" in line for line in out.splitlines()
    )
