import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.cli.passed import passed, read_fields
from sekisho.errors import EvidenceError, RefusedError, UsageError
from sekisho.model import Edit

SHA = bytes(range(32))


@pytest.fixture
def run(tmp_path):
    """A run over three texts: one that passes, one to be cut, one on hold."""
    (tmp_path / "decisions").mkdir()
    part = tmp_path / "decisions" / "part-u.parquet"
    detail = json.dumps({"field": "", "spans": "1-2", "grade": "excerpt"})
    cut = [{"method": "passages", "permission": "none", "detail": detail}]
    table = {
        "item": ["a", "b", "c"],
        "unit": ["u"] * 3,
        "outcome": ["allow", "review", "review"],
        "sha256": pa.array([SHA, SHA[::-1], bytes(31) + b"1"], pa.binary(32)),
        "findings": [[], cut, []],
        "edits": pa.array([[], ["cut"], []], pa.list_(pa.string())),
    }
    pq.write_table(pa.table(table), part)
    write(tmp_path, totals={"texts": {}}, configuration={"text": {"fields": ["t"]}})
    return tmp_path


def write(run, **manifest):
    part = run / "decisions" / "part-u.parquet"
    units = [{"id": "u", "part_sha256": hashlib.sha256(part.read_bytes()).hexdigest()}]
    (run / "manifest.json").write_text(json.dumps({"units": units, **manifest}))


def test_what_is_to_be_edited_passes_only_if_that_is_asked_for(run):
    found = passed(run, frozenset()).selection
    assert {item for item, digest in found.known.items() if digest} == {"a"}
    assert found.edits == {}
    assert passed(run, frozenset((Edit.REDACT,))).selection.edits == {}
    edited = passed(run, frozenset((Edit.CUT,))).selection
    assert edited.edits == {"b": (SHA[::-1], (("", 1, 2, ""),))}
    assert edited.known == found.known
    assert edited.denied == found.denied


def test_the_fields_that_a_run_has_looked_at(run):
    assert read_fields(run) == ("t",)
    write(run, totals={"texts": {}}, configuration={})
    assert read_fields(run) == ()
    write(run, totals={})
    assert read_fields(run) is None
    write(run, sample={"asked": 1})
    with pytest.raises(RefusedError, match="sample"):
        read_fields(run)
    for broken in ({"totals": []}, {"totals": {"texts": {}}, "configuration": {"text": {"fields": 3}}}):
        write(run, **broken)
        with pytest.raises(EvidenceError):
            read_fields(run)
    (run / "manifest.json").write_text("[]")
    with pytest.raises(EvidenceError):
        read_fields(run)


def test_reviews_without_a_seal_count_for_nothing(run):
    (run / "reviews.jsonl").write_bytes(b"{}\n")
    with pytest.raises(EvidenceError):
        passed(run, frozenset())
    (run / "reviews.pending.jsonl").write_bytes(b"{}\n")
    with pytest.raises(UsageError, match="not sealed"):
        passed(run, frozenset())
