import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from sekisho.audit.again.causes import Why
from sekisho.audit.again.changes import COLUMNS, Changes, spoken, summed
from sekisho.audit.job import Parent
from sekisho.audit.rows import SCHEMA
from tests.unit.audit.again.test_causes import finding, terms

TYPES = pa.schema([SCHEMA.field(name) for name in COLUMNS])


def made(
    name,
    outcome="allow",
    reason="no_known_objection",
    *,
    findings=(),
    sha256=b"s" * 32,
    problem="",
    said=None,
):
    signals, stances = said or ([], "")
    values = (name, outcome, reason, sha256, list(findings), problem, signals, stances)
    return dict(zip(COLUMNS, values, strict=True))


def table(*rows):
    return pa.Table.from_pylist(list(rows), schema=TYPES)


BLOCKED = made("b", "block", "verified_without_permission", findings=[finding()])


def taken(old, new):
    changes = Changes(terms=terms())
    return changes, [json.loads(line) for line in changes.unit(table(*old), table(*new))]


def test_only_what_differs_is_told_with_its_causes():
    old = [made("a"), made("b"), made("c", findings=[finding()]), made("日本/d")]
    new = [
        made("a"),
        BLOCKED,
        made("c", findings=[finding(permission="granted", grant="g-1")]),
        made("日本/d"),
    ]
    changes, lines = taken(old, new)
    assert (changes.items, changes.changed) == (4, 2)
    assert lines == [
        {
            "item": "b",
            "from": {"outcome": "allow", "reason": "no_known_objection"},
            "to": {"outcome": "block", "reason": "verified_without_permission"},
            "why": {"entry_new": [finding()["entry"]]},
        },
        {
            "item": "c",
            "from": {"outcome": "allow", "reason": "no_known_objection"},
            "to": {"outcome": "allow", "reason": "no_known_objection"},
            "why": {"grant_given": [finding()["entry"]]},
        },
    ]


def test_every_column_counts():
    for change in ({"sha256": b"t" * 32}, {"sha256": None, "problem": "timeout"}, {"reason": "granted_all"}):
        changes, _ = taken([made("a")], [made("a", **change)])
        assert changes.changed == 1
    assert taken([], [])[0].changed == 0
    assert taken([made("a", sha256=None)], [made("a", sha256=None)])[0].changed == 0


SIGNAL = {
    "family": "robots",
    "place": "https://a.example/robots.txt",
    "raw": "Disallow: /",
    "stances": "tdm=disallow",
    "agent": "*",
    "note": "",
    "captured": datetime(2026, 11, 20, tzinfo=UTC),
    "source": "ab",
}
REFUSED = made("a", "block", "opted_out", said=([SIGNAL], "tdm=disallow"))


def test_newer_copies_of_sites_are_named():
    changes = Changes(terms=terms(same_signals=False))
    lines = [json.loads(line) for line in changes.unit(table(made("a")), table(REFUSED))]
    copy = "https://a.example/robots.txt 2026-11-20"
    assert [line["why"] for line in lines] == [{"site_copy": [copy]}]
    (kind,) = changes.transitions()
    assert (kind["examples"], kind["copies"]) == (["a"], [copy])
    facts = {"parent": {"root": "r"}, "items": 1, "changed": 1, "transitions": [kind]}
    facts |= {"snapshot": {side: {"edition": 1} for side in ("from", "to")}}
    assert any(copy in line for line in spoken(facts, "en"))


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")], ids=["in order", "in another"])
def test_signals_count_by_what_they_come_to(names):
    other = SIGNAL | {"captured": datetime(2026, 11, 21, tzinfo=UTC)}
    sides = [
        [made(name, said=([one], stances)) for name in ("a", "b")]
        for one, stances in ((SIGNAL, ""), (other, "search=disallow"), (other, "tdm=disallow"))
    ]
    ordered = [sorted(rows, key=lambda row: names.index(row["item"])) for rows in sides]
    assert taken(sides[0], ordered[1])[0].changed == 0
    assert taken(sides[0], ordered[2])[0].changed == 2
    assert taken(sides[2], ordered[2])[0].changed == 0


def test_a_container_that_has_other_items_now():
    old = [made("x.tar.gz#", "review", "unreadable", sha256=None, problem="io_error"), made("a")]
    changes, lines = taken(old, [made("x.tar.gz#1"), made("a")])
    assert changes.changed == 2
    sides = {line["item"]: (line["from"], line["to"]) for line in lines}
    assert sides["x.tar.gz#1"][0] is None
    assert sides["x.tar.gz#"][1] is None
    assert all(line["why"] == {"read_again": []} for line in lines)


MANIFEST = {
    "snapshot": {"digest": "d", "registry": "r", "edition": 3, "created": "2026-11-01T00:00:00Z", "more": 1},
    "policy": {"name": "opt-in", "digest": "p", "rules": {}},
    "use": {"purpose": "train", "territory": "JP", "on": "2026-11-22"},
}
PARENT = Parent(root="ab" * 32, manifest="cd" * 32, ancestors=("ab" * 32,), use=("", "train", "JP"))


def facts(changes):
    newer = MANIFEST | {"snapshot": MANIFEST["snapshot"] | {"edition": 4}}
    return summed(changes, MANIFEST, newer, PARENT)


def test_the_sum_counts_each_kind_of_change():
    old = [made(f"{n:03}") for n in range(60)]
    blocked = [{**BLOCKED, "item": f"{n:03}"} for n in range(30)]
    again = [made(f"{n:03}", sha256=b"t" * 32) for n in range(30, 35)]
    found = facts(taken(old, blocked + again + old[35:])[0])
    assert (found["items"], found["changed"]) == (60, 35)
    assert [(t["items"], t["why"], len(t["examples"])) for t in found["transitions"]] == [
        (30, ["entry_new"], 20),
        (5, ["bytes_changed"], 5),
    ]
    assert found["snapshot"]["to"] == {
        "digest": "d",
        "registry": "r",
        "edition": 4,
        "created": "2026-11-01T00:00:00Z",
    }
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_is_said_in_both_languages_with_few_names(lang):
    names = ["bad\x1b[2Jname", *(f"{n:03}" for n in range(40))]
    old = [made(name) for name in names]
    lines = list(spoken(facts(taken(old, [{**BLOCKED, "item": name} for name in names])[0]), lang))
    assert "41" in lines[0]
    assert "4" in lines[0]
    assert sum(line.strip() in set(names) for line in lines) == 19
    assert not any("\x1b" in line for line in lines)
    assert "changes.jsonl" in lines[-1]
    (same,) = spoken(facts(taken(old, old)[0]), lang)
    assert "41" in same


def test_every_cause_can_be_said_in_both_languages():
    changes = Changes(terms=terms())
    for number, cause in enumerate(Why):
        changes.counts[("allow", "granted_all"), None, (cause.value,)] = number + 1
        changes.examples[("allow", "granted_all"), None, (cause.value,)] = ["a"]
    for lang in ("ja", "en"):
        said = "\n".join(spoken(facts(changes), lang))
        assert not any(cause.value in said for cause in Why)
