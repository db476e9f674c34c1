import json

import pytest

from sekisho.audit.report.facts import facts
from sekisho.cli.audit.forms import FORMS, Form
from sekisho.cli.audit.gate import Exempt
from sekisho.cli.audit.options import Gate
from sekisho.cli.result import judged, places_of, print_result
from tests.run_fixture import batches, finding, make_run, manifest, row, titles
from tests.sarif_form import check_sarif

MADE = [
    row("a.jpg"),
    row("絵\u202e.jpg", "review", "unreadable", problem="corrupt"),
    row("b.jpg", "block", "verified_without_permission", [finding(0)]),
]


@pytest.fixture
def result(tmp_path):
    run = make_run(tmp_path / "run", MADE)
    stated = manifest(MADE, ("u1", "u2"))
    stated["units"] = [{"id": unit["id"]} for unit in stated["units"]]
    found = facts(stated, batches(MADE), titles=titles, timing={"seconds": 2.0, "items_per_second": 1.0})
    return judged(run, found, stated, Gate(max_unreadable=1), Exempt(), titles=titles, index=7)


@pytest.fixture
def printed(result, tmp_path, capsys):
    def show(form, lang="en"):
        print_result(result, [Form(form)], places_of([tmp_path]), lang)
        return capsys.readouterr()

    return show


def test_the_verdict_is_there_before_anything_is_printed(result, capsys):
    assert result.verdict.code == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_json_is_the_facts_and_the_verdict_in_any_language(printed, lang):
    shown = printed("json", lang)
    assert shown.err == ""
    document = json.loads(shown.out)
    assert document["totals"]["items"] == 3
    assert document["verdict"]["exit_code"] == 1
    assert shown.out == printed("json", "en").out
    assert shown.out.count("\n") == 1


def test_jsonl_is_one_line_for_each_item(printed):
    lines = [json.loads(line) for line in printed("jsonl").out.splitlines()]
    assert [line["item"] for line in lines] == ["a.jpg", "絵\u202e.jpg", "b.jpg"]
    assert [line["outcome"] for line in lines] == ["allow", "review", "block"]
    assert [line["problem"] for line in lines] == ["", "corrupt", ""]
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


def test_sarif_names_no_path_of_this_machine(printed, tmp_path):
    out = printed("sarif").out
    run = check_sarif(json.loads(out))
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    assert str(tmp_path) not in out


@pytest.mark.parametrize("form", FORMS)
def test_a_file_holds_what_would_be_printed(result, form, tmp_path, capsys):
    places = places_of([tmp_path])
    print_result(result, [Form(form)], places, "en")
    shown = capsys.readouterr().out
    file = tmp_path / "out"
    file.write_text("an earlier result")
    print_result(result, [Form(form, file), Form("table")], places, "en")
    assert file.read_text(encoding="utf-8") == shown
    assert "excluded" in capsys.readouterr().out


def test_places_are_what_was_given_if_that_says_nothing_of_the_machine(tmp_path, monkeypatch):
    work = tmp_path / "sets"
    (work / "data" / "sub").mkdir(parents=True)
    (work / "data" / "a.tar").write_bytes(b"")
    monkeypatch.chdir(work)
    given = [
        "data",
        "data/sub",
        "./data/",
        "data/a.tar",
        ".",
        "../sets/data",
        str(work / "data"),
        "data/gone",
    ]
    expected = ("data", "data/sub", "data", "data", "", "data", "data", "data/gone")
    assert places_of([work.__class__(path) for path in given]).prefixes == expected
    (work / "data" / "絵 #1").mkdir()
    assert places_of([work.__class__("data/絵 #1")]).prefixes == ("data/絵 %231",)
