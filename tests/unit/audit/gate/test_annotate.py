import re
from datetime import date
from html import unescape

import pytest

from sekisho.audit.gate.annotate import MAX_ROWS, github, markdown
from sekisho.audit.gate.ignored import read_ignores
from sekisho.audit.gate.listing import list_findings
from sekisho.audit.gate.spoken import Places
from sekisho.audit.gate.verdict import judge
from sekisho.audit.report.facts import facts
from tests.run_fixture import HOSTILE, batches, finding, manifest, row, rows, titles

BLOCKED = ("block", "verified_without_permission")
HELD = ("review", "declared_without_permission")


def said(made, form, lang="en", stated=None, **given):
    stated = stated or manifest(made)
    listing = list_findings(batches(made), **given)
    verdict = judge(stated, listing, fail_on="block", max_unreadable=0)
    if form == "github":
        lines = github(listing, verdict, titles=titles, places=Places(("data",)), lang=lang)
    else:
        found = facts(stated, batches(made), titles=titles, timing={})
        lines = markdown(found, listing, verdict, titles=titles, lang=lang)
    return list(lines)


def blocked(count):
    return [row(f"{n}.jpg", *BLOCKED, [finding(0)]) for n in range(count)]


def test_errors_and_warnings_are_annotations_of_their_files():
    lines = said([row("a,b.tar#c.jpg", *BLOCKED, [finding(0)]), row("d.jpg", *HELD, [finding(4)])], "github")
    assert lines[0].startswith("::error file=data/a%2Cb.tar#c.jpg::excluded: ")
    assert lines[1].startswith("::warning file=data/d.jpg::on hold: ")
    assert lines[2].startswith("::error::findings that count: 1 excluded, 1 on hold")
    assert len(lines) == 3


def test_no_more_annotations_than_are_shown_and_the_rest_is_counted():
    lines = said(blocked(25), "github")
    assert sum(line.startswith("::error file=") for line in lines) == 10
    assert "::notice::15 more findings are not listed here" in lines[10]


def test_a_clean_run_is_a_notice():
    assert said([row("a.jpg")], "github") == [
        "::notice::no finding that counts (level: excluded); exit code 0"
    ]


def test_what_does_not_count_is_no_annotation():
    text = '[[ignore]]\nitem = "*"\nreason = "r"\nby = "b"\nuntil = 2026-12-01'
    lines = said(blocked(1), "github", ignores=read_ignores(text, "f", date(2026, 11, 22)))
    assert [line.partition("::")[2].partition("::")[0] for line in lines] == ["warning", "notice"]


@pytest.mark.parametrize("name", [*HOSTILE, "a\n::add-mask::b", "a\r::error::b", "%0A::error::b"])
def test_a_name_can_not_begin_a_command(name):
    lines = said([row(name, *BLOCKED, [finding(0)])], "github")
    assert all("\n" not in line and "\r" not in line for line in lines)
    assert all(line.startswith(("::error", "::warning", "::notice")) for line in lines)
    assert re.fullmatch(r"::error file=[^:,]+::.*", lines[0])


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_summary_begins_with_the_verdict(lang):
    lines = said(rows(), "markdown", lang)
    assert lines[0].startswith("## Sekisho")
    assert lines[2].startswith("**")
    assert any(unescape(line).startswith("- ") and "opt-in" in unescape(line) for line in lines)


def test_a_summary_lists_the_worst_and_counts_the_rest():
    lines = said(blocked(MAX_ROWS + 5), "markdown")
    assert sum("jpg |" in line for line in lines) == MAX_ROWS
    assert any(line.startswith("5 more findings") for line in lines)


def test_a_summary_says_who_ignored_what():
    text = '[[ignore]]\nitem = "0.jpg"\nreason = "ours | all"\nby = "M. Sato"\nuntil = 2026-12-01'
    lines = said(blocked(2), "markdown", ignores=read_ignores(text, "f", date(2026, 11, 22)))
    assert "| 0.jpg | ours &#124; all (M. Sato, 2026-12-01) |" in lines


@pytest.mark.parametrize("form", ["github", "markdown"])
@pytest.mark.parametrize(("lang", "word"), [("ja", "抜き取り検査"), ("en", "SAMPLE")])
def test_a_sample_says_so_once(form, lang, word):
    made = blocked(1)
    stated = manifest(made) | {"sample": {"asked": 1, "taken": 1, "of": 9}}
    assert sum(word in line for line in said(made, form, lang, stated)) == 1


@pytest.mark.parametrize(
    "name",
    [
        *HOSTILE,
        "![x](http://evil.invalid/x.png)",
        "[x](y) | z",
        "@somebody and #1",
        "`code` *b* _i_ ~s~ \\",
        "<img src=x>",
        "&lt;b&gt;",
        "www.evil.invalid",
        ":smile:",
    ],
)
def test_a_name_in_a_summary_is_text(name):
    lines = said([row(name, *BLOCKED, [finding(0)])], "markdown")
    (line,) = [line for line in lines if "excluded&#58; Matches" in line]
    cell = line.removeprefix("| ").partition(" | ")[0]
    assert not set(re.sub(r"&#\d+;", "", cell)) & set("\\`*_[]<>#|~@:&\n\r")
    assert "www." not in cell
    assert line.count("|") == 3
