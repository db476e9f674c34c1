import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from sekisho.audit.gathered import Rows
from sekisho.audit.leaves import disclose, leaf_of, rows_root
from sekisho.audit.rows import OF_FILM, OF_SIGNALS, OF_TEXT, SCHEMA, SHOWN, completed, encode_part
from sekisho.model import (
    Decision,
    Edit,
    Finding,
    Fingerprint,
    Kind,
    Method,
    Outcome,
    Permission,
    Personal,
    PersonalAction,
    PersonalType,
    Signal,
    SignalFamily,
    SignalUse,
    Stance,
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

KEY = b"k" * 32


def gathered(decisions):
    rows = Rows()
    for one in decisions:
        rows.add(one)
    return rows


def read(decisions):
    return pq.read_table(io.BytesIO(encode_part(gathered(decisions), "u1", KEY).data))


def test_the_columns_are_those_of_the_contract_in_order():
    columns = "item unit media_type bytes sha256 pdq pdq_quality outcome reason findings problem"
    columns += " pdq_turned frames leaf personal edits times duration signals stances"
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
    assert encode_part(gathered(ROWS), "u1", KEY) == encode_part(gathered(list(ROWS)), "u1", KEY)
    assert encode_part(gathered(ROWS), "u1", KEY) != encode_part(gathered(ROWS), "u2", KEY)
    assert encode_part(gathered(ROWS), "u1", KEY) != encode_part(gathered(ROWS[::-1]), "u1", KEY)


def test_every_row_has_the_leaf_of_what_it_says_and_the_part_their_root():
    rows = read(ROWS).to_pylist()
    leaves = [row["leaf"] for row in rows]
    assert leaves == [leaf_of(disclose(row, "u1", KEY)[0]) for row in rows]
    assert len(set(leaves)) == len(rows)
    assert encode_part(gathered(ROWS), "u1", KEY).rows_root == rows_root(leaves)
    assert encode_part(gathered([]), "u1", KEY).rows_root == rows_root([])


def test_no_row_is_written_without_a_row_key():
    with pytest.raises(ValueError, match="row key"):
        encode_part(gathered(ROWS), "u1", b"")


def test_turned_pictures_and_further_frames_have_columns_of_their_own():
    one = Fingerprint(sha256=b"s" * 32, pdq=b"p" * 32, quality=88, turned=(b"t" * 224,))
    several = Fingerprint(
        sha256=b"s" * 32,
        pdq=b"p" * 32,
        quality=88,
        more=((b"q" * 32, 51), (b"r" * 32, 0)),
        turned=(b"t" * 224, b"u" * 224, b"v" * 224),
    )
    upright = Fingerprint(sha256=b"s" * 32, pdq=b"p" * 32, quality=88, more=((b"q" * 32, 51),))
    found = read([decision(name, fingerprint=f) for name, f in (("1", one), ("2", several), ("3", upright))])
    turned, _, bare = found.to_pylist()
    assert (turned["pdq_turned"], turned["frames"]) == (b"t" * 224, [])
    assert found["frames"].to_pylist()[1] == [
        {"pdq": b"q" * 32, "quality": 51, "turned": b"u" * 224},
        {"pdq": b"r" * 32, "quality": 0, "turned": b"v" * 224},
    ]
    assert (bare["pdq_turned"], bare["frames"]) == (
        None,
        [{"pdq": b"q" * 32, "quality": 51, "turned": None}],
    )


def span(kind, start=3):
    return Personal(field="", start=start, end=9, type=kind, score=90, rule="r", action=PersonalAction.REDACT)


def test_kinds_of_what_is_personal_are_sorted_and_stand_once():
    kinds = (PersonalType.PHONE, PersonalType.ADDRESS, PersonalType.PHONE)
    made = decision("a.txt", personal=tuple(map(span, kinds)), edits=(Edit.REDACT, Edit.CUT))
    row, other = read([made, decision("b.txt")]).to_pylist()
    assert (row["personal"], row["edits"]) == (["address", "phone"], ["cut", "redact"])
    assert (other["personal"], other["edits"]) == ([], [])


def test_a_film_says_when_its_frames_are_shown():
    made = Fingerprint(
        sha256=b"s" * 32, pdq=b"p" * 32, quality=80, more=((b"q" * 32, 70),), times=(0, 1000), duration=1500
    )
    film, other = read([decision("a.mp4", fingerprint=made), decision("b.png")]).to_pylist()
    assert (film["times"], film["duration"]) == ([0, 1000], 1500)
    assert (other["times"], other["duration"]) == ([], 0)


def test_a_withheld_hash_is_in_neither_row_nor_leaf():
    rows = [decision("a.txt", personal=(span(PersonalType.PHONE),)), decision("b.txt")]
    made = encode_part(gathered(rows), "u1", KEY, withheld={"a.txt"})
    first, second = pq.read_table(io.BytesIO(made.data)).to_pylist()
    assert (first["sha256"], second["sha256"]) == (None, b"s" * 32)
    assert first["leaf"] == leaf_of(disclose(first, "u1", KEY)[0])
    assert made.rows_root != encode_part(gathered(rows), "u1", KEY).rows_root


def test_rows_of_an_older_run_get_the_columns_that_it_lacks():
    (whole,) = read(ROWS).to_batches()
    batch = whole.drop_columns([*OF_FILM])
    older = batch.drop_columns([*OF_TEXT, *OF_SIGNALS])
    assert older.schema.names == SCHEMA.names[:14]
    assert completed(older).equals(batch)
    assert completed(batch) is batch
    assert completed(older).select(SHOWN).to_pylist()[0]["personal"] == []


def test_a_part_is_written_with_what_was_said_of_it():
    detail = {"band": "block", "inliers": 23, "region": "1,2,300,400", "in_work": "0,0,900,1000", "print": 0}
    found = replace(FOUND, method=Method.LOCAL, distance=0, threshold=0, detail=detail)
    part = encode_part(
        gathered([decision("a.png", outcome=Outcome.BLOCK, findings=(found,))]), "u", b"k" * 32
    )
    (row,) = pq.read_table(io.BytesIO(part.data)).to_pylist()
    (written,) = row["findings"]
    assert (written["method"], written["distance"], written["threshold"]) == ("local", 0, 0)
    assert json.loads(written["detail"]) == detail | {"trust": "verified"}


def test_signals_are_kept_with_their_place_their_words_and_what_they_come_to():
    captured = datetime(2026, 10, 1, tzinfo=UTC)
    said = Signal(
        family=SignalFamily.ROBOTS,
        place="https://a.example/robots.txt",
        raw="Disallow: /",
        stances={SignalUse.TDM: Stance.DISALLOW},
        agent="gptbot",
        captured=captured,
        source="ab",
    )
    spoken = decision("a.png", signals=(said,), stances={SignalUse.TDM: Stance.DISALLOW})
    first, second = read([spoken, decision("b.png")]).to_pylist()
    assert first["signals"] == [
        {
            "family": "robots",
            "place": "https://a.example/robots.txt",
            "raw": "Disallow: /",
            "stances": "tdm=disallow",
            "agent": "gptbot",
            "note": "",
            "captured": captured,
            "source": "ab",
        }
    ]
    assert (first["stances"], second["signals"], second["stances"]) == ("tdm=disallow", [], "")
