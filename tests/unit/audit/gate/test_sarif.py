import json
from datetime import date
from urllib.parse import unquote

import pytest

from sekisho.audit.gate.baseline import read_baseline
from sekisho.audit.gate.ignored import read_ignores
from sekisho.audit.gate.listing import MAX_LISTED, list_findings
from sekisho.audit.gate.sarif import sarif
from sekisho.audit.gate.spoken import Places
from sekisho.audit.gate.verdict import judge
from tests.run_fixture import HOSTILE, batches, finding, manifest, row, rows, titles
from tests.sarif_form import check_sarif

BLOCKED = ("block", "verified_without_permission")
HELD = ("review", "declared_without_permission")


def log(made, lang="en", places=Places(("data",)), **given):  # noqa: B008 - a value
    stated = manifest(made)
    listing = list_findings(batches(made), manifest=stated, **given)
    verdict = judge(stated, listing, fail_on="block", max_unreadable=0)
    document = sarif(stated, listing, verdict, titles=titles, places=places, lang=lang)
    return check_sarif(json.loads(json.dumps(document)))


def uris(run):
    return [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_run_of_everything_is_sarif(lang):
    run = log(rows(), lang)
    assert run["tool"]["driver"]["language"] == lang
    levels = [result["level"] for result in run["results"]]
    assert levels == sorted(levels), "errors first, then warnings"
    assert set(levels) == {"error", "warning"}


def test_each_reason_is_a_rule_of_its_policy_in_both_languages():
    (rule,) = log([row("a.jpg", *BLOCKED, [finding(0)])])["tool"]["driver"]["rules"]
    assert rule["id"] == "verified_without_permission@" + "cd" * 8
    assert rule["shortDescription"]["text"].startswith("Matches a confirmed")
    assert "確認済みの登録と一致" in rule["help"]["text"]
    assert rule["defaultConfiguration"]["level"] == "error"


def test_a_result_is_known_again_by_its_bytes():
    one, two = row("a.jpg", *BLOCKED, [finding(0)]), row("b.jpg", *HELD, [finding(4)]) | {"sha256": None}
    first, second = log([one, two])["results"]
    assert set(first["partialFingerprints"].values()) == {one["sha256"].hex()}
    assert second["partialFingerprints"] == log([two])["results"][0]["partialFingerprints"]
    assert (
        second["partialFingerprints"] != log([two | {"item": "c.jpg"}])["results"][0]["partialFingerprints"]
    )


@pytest.mark.parametrize(
    ("item", "uri"),
    [
        ("a.tar#b c.jpg", "data/a.tar#b%20c.jpg"),
        ("a%23b.jpg", "data/a%23b.jpg"),
        ("絵.jpg", "data/%E7%B5%B5.jpg"),
        ("a.tar#b.jpg~2", "data/a.tar#b.jpg~2"),
        ("javascript:x", "data/javascript%3Ax"),
        ('"<>', "data/%22%3C%3E"),
    ],
)
def test_an_item_is_a_relative_uri(item, uri):
    assert uris(log([row(item, *BLOCKED, [finding(0)])])) == [uri]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_relative_uri(name):
    (uri,) = uris(log([row(name, *BLOCKED, [finding(0)])]))
    assert unquote(uri) == f"data/{name}"


def test_more_than_the_limit_is_said():
    many = [row(f"{n}.jpg", *HELD, [finding(4)]) for n in range(MAX_LISTED + 7)]
    run = log([*many, row("worst.jpg", *BLOCKED, [finding(0)])])
    assert len(run["results"]) == MAX_LISTED
    assert uris(run)[0] == "data/worst.jpg"
    notes = [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert len(notes) == 1
    assert notes[0].startswith("8 more findings")
    assert "decisions/" in notes[0]


def test_what_the_baseline_and_the_ignores_say():
    made = [row(f"{name}.jpg", *BLOCKED, [finding(0)]) for name in ("new", "old", "ignored")]
    before = [made[1], row("gone.jpg", *HELD, [finding(4)])]
    text = '[[ignore]]\nitem = "ignored.jpg"\nreason = "ours"\nby = "M. Sato"\nuntil = 2027-01-01'
    run = log(
        made,
        baseline=read_baseline(manifest(before), before),
        ignores=read_ignores(text, "f", date(2026, 11, 22)),
    )
    states = dict(zip(uris(run), [result["baselineState"] for result in run["results"]], strict=True))
    assert states == {
        "data/new.jpg": "new",
        "data/old.jpg": "unchanged",
        "data/ignored.jpg": "new",
        "data/gone.jpg": "absent",
    }
    suppressed = [result["suppressions"] for result in run["results"] if "suppressions" in result]
    assert [s["justification"] for (s,) in suppressed] == ["ours (M. Sato, 2027-01-01)"]
    assert "suppressions" in run["results"][2]


@pytest.mark.parametrize(
    ("made", "successful", "code"),
    [
        ([row("a.jpg")], True, 0),
        ([row("a.jpg", *BLOCKED, [finding(0)])], True, 1),
        ([row("a.jpg", "review", "unreadable", problem="corrupt")], False, 3),
        ([], False, 3),
    ],
)
def test_an_incomplete_run_was_not_successful(made, successful, code):
    (invocation,) = log(made)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (successful, code)
