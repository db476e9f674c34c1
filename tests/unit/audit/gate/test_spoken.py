from datetime import date

import pytest

from sekisho.audit.gate.baseline import read_baseline
from sekisho.audit.gate.ignored import read_ignores
from sekisho.audit.gate.listing import list_findings
from sekisho.audit.gate.spoken import Places, concluded, notes, said
from sekisho.audit.gate.verdict import judge
from tests.part_rows import part_in, similar_to
from tests.run_fixture import batches, finding, manifest, row, titles
from tests.text_rows import found_in, text_row

LANGS = ["ja", "en"]
BLOCKED = ("block", "verified_without_permission")


def judged(rows, stated=None, **given):
    stated = stated or manifest(rows)
    listing = list_findings(batches(rows), manifest=stated, **given)
    return listing, judge(stated, listing, fail_on="block", max_unreadable=0)


def test_an_item_is_said_with_reason_work_and_holder():
    found = row("a.jpg", *BLOCKED, [finding(0, distance=7), finding(1, permission="granted")])
    assert said(found, titles, "en") == (
        "excluded: Matches a confirmed registration, no licence on record"
        " - “月夜の航海日誌” 青嵐書房 (no licence on record)"
    )
    assert said(found, titles, "ja").startswith("除外: 確認済みの登録と一致し、許諾の記録なし")
    assert "The Paper Lighthouse" not in said(found, titles, "ja")


def test_the_cause_of_what_could_not_be_read_is_said():
    assert said(row("a", "review", "unreadable", problem="truncated"), titles, "en").endswith("- Cut short")


def test_of_many_works_the_first_are_named():
    found = row("a.jpg", *BLOCKED, [finding(n) for n in (0, 1, 2, 3, 4)])
    assert said(found, titles, "en").endswith("2 more")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "found",
    [
        row("a.jpg", *BLOCKED, [finding(0) | {"kind": "likeness"}]),
        row("a.jpg", "block", "listed", [finding(0)]),
    ],
)
def test_of_a_person_nothing_but_the_reason_is_said(found, lang):
    line = said(found, titles, lang)
    assert "月夜" not in line
    assert "青嵐" not in line


@pytest.mark.parametrize(
    ("prefixes", "item", "path"),
    [
        (("data",), "a.tar#b.jpg", "data/a.tar#b.jpg"),
        (("",), "a.jpg", "a.jpg"),
        (("one", "two/sub"), "2:a.jpg", "two/sub/a.jpg"),
        (("one", ""), "2:a.jpg", "a.jpg"),
        (("one", "two"), "9:a.jpg", "a.jpg"),
        (("one", "two"), "0:a.jpg", "a.jpg"),
        (("one", "two"), "a.jpg", "one/a.jpg"),
        (("one",), "2:a.jpg", "one/2:a.jpg"),
    ],
)
def test_paths(prefixes, item, path):
    assert Places(prefixes).path(item) == path


def test_a_clean_run_needs_no_notes():
    assert notes(*judged([row("a.jpg")]), "en") == []


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_left_out_is_said(lang):
    rows = [row("a.jpg", *BLOCKED, [finding(0)]), row("b.jpg", "review", "low_detail"), row("c.jpg")]
    before = [rows[0], rows[0] | {"item": "gone.jpg", "sha256": b"g" * 32}]
    known = read_baseline(manifest(before) | {"use": {}}, before)
    text = "".join(
        f'[[ignore]]\nitem = "{item}"\nreason = "r"\nby = "M. Sato"\nuntil = {until}\n'
        for item, until in [("b.jpg", "2027-01-01"), ("x.jpg", "2027-01-01"), ("y.jpg", "2025-01-01")]
    )
    stated = manifest(rows) | {"sample": {"asked": 3, "taken": 3, "of": 5000}}
    ignores = read_ignores(text, "f", date(2026, 11, 22))
    listing, verdict = judged(rows, stated, baseline=known, ignores=ignores)
    lines = notes(listing, verdict, lang)
    assert len(lines) == 6
    baseline, differs, ignored, expired, unmatched, sample = lines
    assert "1" in baseline
    assert ("use" in differs) or ("利用" in differs)
    assert "1" in ignored
    assert "item = y.jpg" in expired
    assert "item = x.jpg" in unmatched
    assert "M. Sato" in unmatched
    assert "5,000" in sample
    assert verdict.code == 0


@pytest.mark.parametrize("lang", LANGS)
def test_the_conclusion_names_the_exit_code(lang):
    lost = row("a.jpg", "review", "unreadable", problem="corrupt")
    for rows, code in ([row("a.jpg")], 0), ([row("a.jpg", *BLOCKED, [finding(0)])], 1), ([lost], 3), ([], 3):
        _, verdict = judged(rows)
        assert verdict.code == code
        assert str(code) in concluded(verdict, lang)


def test_of_a_text_grade_shares_and_kinds_are_said():
    found = text_row("a.txt", "review", "to_cut", [found_in(0, "excerpt")], personal=["name", "phone"])
    line = said(found, titles, "en")
    assert "excerpt, 12% of the item, 0.3% of the work" in line
    assert line.endswith("personal information: name, telephone number")
    assert "抜粋(データの12%、作品の0.3%)" in said(found, titles, "ja")


def test_what_is_licensed_in_a_text_is_not_said_to_stand_against_it():
    given, against = found_in(0, "copy", permission="granted"), found_in(1, "excerpt")
    line = said(text_row("a.txt", "review", "excerpt", [against, given]), titles, "en")
    assert "copy" not in line
    assert "The Paper Lighthouse" in line


def test_a_part_is_said_with_its_place():
    found = row("a.jpg", *BLOCKED, [part_in(0)])
    assert said(found, titles, "en").endswith(
        "(no licence on record) - shown in a part of the item (top left, 11.9% of its area)"
        " - 23 features agree"
    )
    assert "左上、面積の11.9%" in said(found, titles, "ja")
    assert "hint" in said(row("a.jpg", "review", "similar", [similar_to(0)]), titles, "en")


def test_a_licensed_part_is_not_said_to_stand_against_an_item():
    found = row("a.jpg", *BLOCKED, [finding(1), part_in(0, permission="granted")])
    assert "features" not in said(found, titles, "en")


def test_of_a_person_no_part_is_said():
    found = row("a.jpg", "block", "listed", [part_in(0)])
    assert "features" not in said(found, titles, "en")


@pytest.mark.parametrize("lang", LANGS)
def test_a_run_without_an_encoder_of_confirmed_works_is_said_to_be_incomplete(lang):
    made = [row("a.jpg")]
    missing = {"used": [], "missing": [{"model": "sscd\x1b@1", "vectors": 4, "confirmed": True}]}
    listing, found = judged(made, manifest(made) | {"models": missing})
    assert "sscd<U+001B>@1" in concluded(found, lang)
    assert concluded(found, lang).startswith({"ja": "未完了", "en": "Incomplete"}[lang])
    assert concluded(found, lang) in notes(listing, found, lang)
