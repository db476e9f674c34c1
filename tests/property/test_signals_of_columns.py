"""Columns and sidecars: whatever they hold, nothing crashes, no error becomes leave, all is linear."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.detect.signals.columns import MAX_RECORD, json_told, told
from sekisho.model.signal import Stance
from sekisho.store.datasets.beside import sidecar_told
from tests.counts import count
from tests.mutate import mutations

FOLDER = Path(__file__).parent.parent / "conformance" / "vectors" / "signals"
RECORDS = [row["input"]["record"] for row in json.loads((FOLDER / "columns.json").read_text("utf-8"))]
NAMES = sorted({name for record in RECORDS for name in record})
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), st.datetimes(), st.binary()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from([*NAMES, "name", "value"]), inner, max_size=4),
        st.lists(st.tuples(st.sampled_from(NAMES), inner), max_size=3),
    ),
    max_leaves=8,
)


@settings(max_examples=count(150, 20_000), deadline=None)
@given(st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=80)), VALUES, max_size=6))
@example({"date": datetime.max.replace(tzinfo=UTC), "dump": 1})
@example({"warc_date": datetime.min.replace(tzinfo=UTC)})
@example({"tdm-reservation": 10**5000})
@example({"url": "https://\ud800/", "license": "\ud800"})
def test_any_record_is_told_or_not(record):
    found = told(record)
    assert found is None or found.captured is None or found.captured.tzinfo is UTC


def test_mutated_records_never_allow_from_an_error():
    record = {"url": "https://a/", "headers": {"X-Robots-Tag": "noai"}, "license": "mit"}
    refusing = json.dumps(record).encode()
    for data in mutations(refusing, seed=7, n=count(400, 40_000)):
        for found in (json_told(data), sidecar_told(b"a.json", data), sidecar_told(b"a.xmp", data)):
            signals = found.signals if found else ()
            said = {stance for signal in signals for stance in signal.stances.values()}
            assert Stance.ALLOW not in said


def _seconds(data):
    began = time.process_time()
    json_told(data)
    return time.process_time() - began


def test_long_records_take_time_in_proportion():
    makers = (
        lambda n: b'{"x":"' + b'"url"' * n,
        lambda n: b'{"headers":[' + b'["x-robots-tag","noai"],' * n + b"[]]}",
        lambda n: b'{"metadata":"{' + b'\\"a\\":' * n + b'"}',
        lambda n: b"{" + b",".join(b'"date%s":1' % (b"-" * (k % 50)) for k in range(n)) + b"}",
    )
    for make in makers:
        small, large = make(5_000), make(40_000)
        assert len(large) < MAX_RECORD
        assert _seconds(large) < 8 * 4 * (min(_seconds(small) for _ in range(3)) + 0.01)
