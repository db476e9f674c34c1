"""What is printed of rows about persons and listed files: the reason, and no small count."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.again.causes import terms_of
from sekisho.audit.again.changes import Changes, spoken, summed
from sekisho.audit.again.stored import read_stored
from sekisho.audit.explain import explain
from sekisho.audit.gate.listing import list_findings
from sekisho.audit.gate.sarif import sarif
from sekisho.audit.gate.spoken import Places
from sekisho.audit.gate.verdict import judge
from sekisho.audit.job import Parent
from sekisho.audit.protected import (
    is_protected,
    open_findings,
    shown_count,
    shown_flow,
    shown_reasons,
    size_of,
)
from sekisho.audit.report.page import render, summary
from sekisho.audit.rows import SCHEMA
from sekisho.check import decide_many
from sekisho.model import UNKNOWN_PROFILE, Print
from tests.world import MemoryLog, MemorySource, World, drawn, sealed_run

PERSON, LISTED = 1, 2


def finding(kind):
    return {"kind": kind, "entry": "", "permission": "none"}


@pytest.mark.parametrize(
    ("reason", "kinds", "protected"),
    [
        ("protected_person", ["likeness"], True),
        ("verified_without_permission", ["work", "likeness"], True),
        ("listed", [], True),
        ("verified_without_permission", ["work", "character"], False),
        ("no_known_objection", None, False),
    ],
)
def test_which_rows_are_protected(reason, kinds, protected):
    row = {"reason": reason, "findings": None if kinds is None else [finding(kind) for kind in kinds]}
    assert is_protected(row) is protected
    assert [f["kind"] for f in open_findings(row)] == [k for k in kinds or () if k != "likeness"]


@pytest.mark.parametrize(
    ("reason", "count", "shown"),
    [
        ("protected_person", 9, "<10"),
        ("listed", 1, "<10"),
        ("listed", 10, 10),
        ("protected_person", 0, 0),
        ("excerpt", 3, 3),
    ],
)
def test_small_counts_are_not_shown(reason, count, shown):
    assert shown_count(reason, count) == shown
    (row,) = shown_flow([{"outcome": "review", "reason": reason, "items": count}])
    assert row["items"] == shown
    totals = {"reasons": {reason: count}, "items": 12}
    assert shown_reasons(totals) == {"reasons": {reason: shown}, "items": 12}
    assert size_of([shown]) == [9 if shown == "<10" else shown]


@pytest.fixture(scope="module")
def world():
    made = World()
    made.persons.append(drawn(PERSON))
    made.listed.append(drawn(LISTED))
    return made


FILES = {"a-person.png": drawn(PERSON), "a-listed.png": drawn(LISTED), "free.png": drawn(3)}


@pytest.fixture(scope="module")
def run(world):
    job = world.job(MemorySource(FILES))
    return sealed_run(world, job, MemoryLog())


def part(run):
    name = next(name for name in run.job.files.names() if name.startswith("decisions/"))
    return run.job.files.read(name)


def rows(run):
    return {row["item"]: row for row in pq.read_table(io.BytesIO(part(run))).to_pylist()}


def test_the_report_has_neither_picture_nor_name_of_them(run):
    page, facts = run.job.files.read("report.html").decode(), json.loads(run.job.files.read("report.json"))
    assert "free.png" in page
    assert not [name for name in FILES if name != "free.png" and name in page]
    assert [tile["item"] for tile in facts["tiles"]] == ["free.png"]
    assert {row["reason"]: row["items"] for row in facts["flow"]} == {
        "protected_person": "<10",
        "listed": "<10",
        "no_known_objection": 1,
    }
    assert "&lt;10" in page
    assert facts["works"]["matched"] == facts["gaps"]["holders"] == 0
    lines = "\n".join(summary(facts, "en"))
    assert "person <10" in lines
    assert render(facts, {}, lang="en")


def test_the_section_that_was_used_is_named_and_not_counted(world, run):
    stated = run.manifest()["snapshot"]["protected"]
    head = world.open().protected.head
    assert stated["digest"] == run.job.protected == world.open().protected.digest
    assert set(stated) == {"digest", "edition", "purpose", "expires"}
    assert stated["expires"] == head.expires.isoformat()
    assert run.job.configuration()["protected"] == run.job.protected
    plain = World().job(MemorySource(FILES))
    assert "protected" not in plain.configuration()


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("item", ["a-person.png", "a-listed.png"])
def test_explain_says_the_reason_and_what_to_do(run, item, lang):
    said = explain(rows(run)[item], run.manifest(), lambda _: ("title", "holder", "verified"), lang)
    assert not [word for word in ("title", "holder", "likeness", "PDQ") if word in said]
    assert ("if-you-find-illegal-material" in said) == (item == "a-listed.png")
    assert item in said


def test_a_work_in_the_same_picture_is_still_explained(run):
    row = rows(run)["a-person.png"]
    work = {
        "kind": "work",
        "method": "sha256",
        "entry": "e-" + "0" * 32,
        "distance": 0,
        "threshold": 0,
        "permission": "none",
        "grant": None,
        "detail": "{}",
    }
    both = row | {"findings": [*row["findings"], work]}
    said = explain(both, run.manifest(), lambda _: ("a work", "somebody", "verified"), "en")
    assert "a work" in said
    assert "1" in said
    assert "photo of a person" in said


def test_no_digest_of_them_leaves_the_run_in_sarif(run):

    listing = list_findings(pq.ParquetFile(io.BytesIO(part(run))).iter_batches())
    verdict = judge(run.manifest(), listing, fail_on="block", max_unreadable=0)
    places = Places(prefixes=("",))
    made = sarif(run.manifest(), listing, verdict, titles=lambda _: ("", "", ""), places=places, lang="en")
    text = json.dumps(made)
    assert len(made["runs"][0]["results"]) == 2
    assert rows(run)["a-person.png"]["sha256"].hex() not in text


def test_what_changed_says_no_more_than_that_a_person_is_meant(world, run):
    plain = World()
    before = sealed_run(plain, plain.job(MemorySource(FILES)), MemoryLog())
    old, new = ([row for _, row in sorted(rows(one).items())] for one in (before, run))

    terms = terms_of(before.manifest(), run.manifest(), run.snapshot, world.use())
    changes = Changes(terms=terms)
    lines = b"".join(changes.unit(*(pa.Table.from_pylist(some, SCHEMA) for some in (old, new))))
    assert lines.count(b'"why":{"protected":[]}') == 2
    parent = Parent(root="r", manifest="m", ancestors=(), use=("", "", ""))
    found = summed(changes, before.manifest(), run.manifest(), parent)
    assert {(t["items"], tuple(t["examples"])) for t in found["transitions"]} == {("<10", ())}
    said = "\n".join(spoken(found, "en"))
    assert "<10" in said
    assert "a-person" not in said


def test_only_what_was_listed_before_stays_so_when_rows_are_decided_again(run):

    stored = [*read_stored(part(run), run.job.policy, "here")]
    assert not any(one.lacking or one.passing for one in stored)
    plain = World()
    again = {
        made.item: made.reason
        for made in decide_many(
            [one.looked for one in stored], snapshot=plain.open(), policy=run.job.policy, use=plain.use()
        )
    }
    assert again["a-listed.png"] == "listed"
    later = World()
    later.listed.append(
        Print(sha256=None, pdq=rows(run)["free.png"]["pdq"], quality=100, decode_profile=UNKNOWN_PROFILE)
    )
    made = decide_many(
        [one.looked for one in stored], snapshot=later.open(), policy=run.job.policy, use=later.use()
    )
    assert {one.item: one.reason for one in made}["free.png"] == "listed"
