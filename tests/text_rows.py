"""Rows of a made-up run over texts, in the form of tests/run_fixture.py: every grade, reason and edit."""

import json

from tests.run_fixture import entry, manifest, row

TITLE_OF_LINE = 4
"""The number of the work that is registered as a short one."""


def found_in(work, grade, *, spans="12-84", field="", coverage=120, containment=3, permission="none"):
    """Return a finding of a text in a text."""
    detail = {"field": field, "spans": spans, "grade": grade, "trust": "verified"}
    if grade != "line":
        detail |= {"units": 72, "coverage": coverage, "containment": containment}
    return {
        "kind": "work",
        "method": "line" if grade == "line" else "passages",
        "entry": entry(work),
        "distance": 0.0,
        "threshold": 0.0,
        "permission": permission,
        "grant": "g-" + "2" * 32 if permission == "granted" else None,
        "detail": json.dumps(detail),
    }


def named_in(work, *, spans="3-9", prompt=False):
    """Return a finding of a name."""
    detail = {"field": "", "spans": spans, "rule": "long_name"} | ({"prompt": 1} if prompt else {})
    return found_in(work, "line") | {"method": "name", "kind": "character", "detail": json.dumps(detail)}


def text_row(item, outcome="allow", reason="no_known_objection", findings=(), **more):
    """Return a row of a text."""
    made = row(item, outcome, reason, findings) | {"media_type": "text/plain", "bytes": 2_400}
    made |= {"pdq": None, "pdq_quality": None, "personal": [], "edits": []}
    return made | more


def text_rows():
    """Return a row for every way in which a text can be decided, and some that pass."""
    jsonl = "corpus/part-0.jsonl.zst#{}".format
    made = [
        text_row(jsonl(0), "block", "verified_without_permission", [found_in(0, "copy", coverage=934)]),
        text_row(
            jsonl(1),
            "block",
            "verified_without_permission",
            [found_in(1, "near_copy", spans="4-40,99-180,300-310", coverage=610, containment=388)],
        ),
        text_row("essays/a.txt", "review", "excerpt", [found_in(0, "excerpt"), found_in(2, "excerpt")]),
        text_row("essays/b.txt", "review", "possible_quotation", [found_in(3, "quotation", coverage=61)]),
        text_row(jsonl(2), "review", "short_work", [found_in(4, "line", field="/text")]),
        text_row(jsonl(3), "review", "name_in_prompt", [named_in(2, prompt=True)]),
        text_row(jsonl(4), "allow", "name_only", [named_in(2)]),
        text_row(jsonl(5), "review", "to_cut", [found_in(0, "excerpt", field="/text")], edits=["cut"]),
        text_row(
            jsonl(6),
            "review",
            "to_redact",
            [],
            edits=["redact"],
            personal=["address", "name", "phone"],
            sha256=None,
        ),
        text_row("forum/b.html", "review", "to_redact", [], edits=["redact"], personal=["name"]),
        text_row(
            "forum/a.html",
            "review",
            "to_cut",
            [found_in(1, "excerpt", field="")],
            edits=["cut", "redact"],
            personal=["email"],
        ),
        text_row(jsonl(7), "review", "personal_information", [], personal=["special_care"]),
        text_row(jsonl(8), "allow", "granted_part", [found_in(2, "excerpt", permission="granted")]),
    ]
    return made + [text_row(jsonl(9 + n)) for n in range(59)]


def text_manifest(made, pictures=0):
    """Return the manifest of a run over texts, or over texts and some pictures."""
    found = manifest(made)
    found["totals"]["texts"] = {
        "items": len(made) - pictures,
        "characters": 40 * (len(made) - pictures),
        "personal": {"address": 1, "email": 2, "name": 3, "phone": 1, "special_care": 1},
        "edits": {"cut": 2, "redact": 2},
        "undecodable": {"items": 2, "bytes": 17},
    }
    found["stages"][3:3] = [
        {"name": name, "ran": True, "why": ""} for name in ("excerpts", "names", "personal")
    ]
    return found
