import io
import json

import pyarrow.parquet as pq

from sekisho.audit.rows import SCHEMA, encode_part
from sekisho.model import (
    Decision,
    Finding,
    Fingerprint,
    Kind,
    Method,
    Outcome,
    Permission,
    Trust,
    Unfingerprintable,
    Unreadable,
)

FOUND = Finding(
    kind=Kind.WORK,
    method=Method.PDQ,
    entry="e-" + "1" * 32,
    trust=Trust.VERIFIED,
    distance=7,
    threshold=31,
    permission=Permission.EXPIRED,
    grant="g-" + "2" * 32,
    detail={"orientation": "mirrored", "lacking": "ended"},
)


def decision(item, **changes):
    facts = {
        "media_type": "image/png",
        "bytes": 10,
        "fingerprint": Fingerprint(sha256=b"s" * 32, pdq=b"p" * 32, quality=88),
        "outcome": Outcome.ALLOW,
        "reason": "no_known_objection",
        "snapshot": "",
        "policy": "",
    }
    return Decision(item=item, **(facts | changes))


ROWS = [
    decision("a.png"),
    decision(
        "日本/b.png", outcome=Outcome.BLOCK, reason="verified_without_permission", findings=(FOUND, FOUND)
    ),
    decision("c", fingerprint=Fingerprint(sha256=bytes(32))),
    decision(
        "d",
        media_type="",
        bytes=0,
        fingerprint=None,
        outcome=Outcome.REVIEW,
        reason="unreadable",
        unreadable=Unfingerprintable(reason=Unreadable.EMPTY),
    ),
]


def read(decisions):
    return pq.read_table(io.BytesIO(encode_part(decisions, "u1")))


def test_the_columns_are_those_of_the_contract_in_order():
    columns = "item unit media_type bytes sha256 pdq pdq_quality outcome reason findings problem"
    assert read(ROWS).schema.names == columns.split()
    assert read(ROWS).schema == SCHEMA == read([]).schema
    assert read([]).num_rows == 0


def test_every_fact_of_a_decision_is_there():
    first, second, third, fourth = read(ROWS).to_pylist()
    assert (first["item"], first["unit"], first["media_type"], first["bytes"]) == (
        "a.png",
        "u1",
        "image/png",
        10,
    )
    assert (first["sha256"], first["pdq"], first["pdq_quality"]) == (b"s" * 32, b"p" * 32, 88)
    assert (first["findings"], first["problem"]) == ([], "")
    assert (second["item"], second["outcome"], len(second["findings"])) == ("日本/b.png", "block", 2)
    assert (third["sha256"], third["pdq"], third["pdq_quality"]) == (bytes(32), None, None)
    assert (fourth["sha256"], fourth["problem"], fourth["reason"]) == (None, "empty", "unreadable")


def test_a_finding_keeps_everything():
    found = read(ROWS).to_pylist()[1]["findings"][0]
    assert json.loads(found.pop("detail")) == {
        "orientation": "mirrored",
        "lacking": "ended",
        "trust": "verified",
    }
    assert found == {
        "kind": "work",
        "method": "pdq",
        "entry": "e-" + "1" * 32,
        "distance": 7.0,
        "threshold": 31.0,
        "permission": "expired",
        "grant": "g-" + "2" * 32,
    }


def test_the_same_decisions_are_the_same_bytes():
    assert encode_part(ROWS, "u1") == encode_part(list(ROWS), "u1")
    assert encode_part(ROWS, "u1") != encode_part(ROWS, "u2")
    assert encode_part(ROWS, "u1") != encode_part(ROWS[::-1], "u1")
