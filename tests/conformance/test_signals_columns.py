"""Vectors for columns and sidecars of datasets; see vectors/signals/README.md."""

import json
from pathlib import Path

import pytest

from sekisho.detect.signals.columns import told
from sekisho.detect.signals.records import json_told

VECTORS = json.loads(
    (Path(__file__).parent / "vectors" / "signals" / "columns.json").read_text(encoding="utf-8")
)


def shown(found, expected):
    """Return what was told in the form of the vectors; a note only where the vector has one."""
    if found is None:
        return None
    signals = [
        {
            "family": str(signal.family),
            "agent": signal.agent,
            "stances": {str(use): str(stance) for use, stance in signal.stances.items()},
            **({"note": signal.note} if "note" in wanted else {}),
        }
        for signal, wanted in zip(found.signals, (expected or {}).get("signals", []), strict=True)
    ]
    given = {
        "url": found.url,
        "page": found.page,
        "captured": found.captured and found.captured.isoformat(),
        "signals": signals,
    }
    return {key: value for key, value in given.items() if value}


def test_all_vectors_are_there():
    assert len(VECTORS) == 18


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in VECTORS])
def test_a_vector(row):
    record, expected = row["input"]["record"], row["expected"]
    assert shown(told(record), expected) == expected
    assert json_told(json.dumps(record).encode()) == told(record)
