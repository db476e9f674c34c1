"""Columns and sidecars: whatever they hold, nothing crashes, no error becomes leave, all is linear."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.detect.signals.columns import told
from sekisho.detect.signals.records import MAX_RECORD, json_told, records_told
from sekisho.media.texts import spell_records
from sekisho.model import Asked
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


KEYS = st.one_of(st.sampled_from([*NAMES, "url", "text", "dump"]), st.text(max_size=8))
MEMBERS = st.lists(
    st.tuples(
        KEYS,
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(max_size=40),
            st.sampled_from(
                ["https://a.example/b", "http://a.example/%62", "cc-by-4.0", "noai", "2024-02-29", "ja"]
            ),
            st.lists(st.text(max_size=9), max_size=2),
            st.dictionaries(KEYS, st.text(max_size=9), max_size=2),
        ),
    ),
    max_size=6,
)
"""The members of a record; a name may stand twice."""


def written(members, *, escaped, spaced):
    colon, comma = (" : ", " ,\t") if spaced else (":", ",")
    each = (
        json.dumps(name, ensure_ascii=escaped) + colon + json.dumps(value, ensure_ascii=escaped)
        for name, value in members
    )
    return ("{" + comma.join(each) + "}").encode("utf-8", "surrogatepass")


def told_together(records, asked):
    return records_told(records, spell_records(records), asked)


@settings(max_examples=count(150, 20_000), deadline=None)
@given(st.lists(st.tuples(MEMBERS, st.booleans(), st.booleans()), max_size=5), st.randoms())
def test_records_tell_together_what_each_tells_alone(some, random):
    records = [written(members, escaped=escaped, spaced=spaced) for members, escaped, spaced in some]
    asked = [random.choice([*Asked]) for _ in records]
    alone = [
        None if one is Asked.NOTHING else json_told(record, addresses=one is Asked.ALL)
        for record, one in zip(records, asked, strict=True)
    ]
    assert told_together(records, asked) == alone
    for (members, *_), one, found in zip(some, asked, alone, strict=True):
        if len(dict(members)) == len(members) and one is Asked.ALL:
            assert found == told(json.loads(json.dumps(dict(members))))


def test_damaged_records_tell_together_what_each_tells_alone():
    whole = [
        b'{"id": -1.5, "a": "\\ud83d\\ude00 \xe3\x81\x82", "url": "https://a.example/b", "license": "mit"}',
        b'{"x-robots-tag": "noai", "dump": "CC", "date": "2024-02-29T12:34:56Z", "language": "ja"}',
    ]
    damaged = [data for one in whole for data in mutations(one, seed=11, n=count(600, 60_000))]
    for at in range(0, len(damaged), 50):
        records = [data.replace(b"\n", b" ") for data in damaged[at : at + 50]]
        found = told_together(records, [Asked.ALL] * len(records))
        assert found == [json_told(record) for record in records]


def test_many_records_take_time_in_proportion():
    makers = (
        lambda n: (
            [b"{" + b",".join(b'"k%d":"https://a.example/"' % k for k in range(31)) + b"}"] * (n // 600)
        ),
        lambda n: [b'{"url":"https://a.example/' + b"b" * 8000 + b'"}'] * (n // 8000),
        lambda n: [b"{}"] * (n // 2),
        lambda n: [b'{"' + b"a" * n + b'":1}'],
    )
    for make in makers:
        small, large = make(100_000), make(800_000)
        told_together(small, [Asked.ALL] * len(small))
        costs = []
        for records in (small, small, small, large):
            began = time.process_time()
            told_together(records, [Asked.ALL] * len(records))
            costs.append(time.process_time() - began)
        assert costs[-1] < 8 * 4 * (min(costs[:-1]) + 0.01)


_DASHES = str.maketrans("01", "-_")


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
        lambda n: (
            b"{" + b",".join(b'"url%s":1' % f"{k:016b}".translate(_DASHES).encode() for k in range(n)) + b"}"
        ),
    )
    for make in makers:
        small, large = make(5_000), make(40_000)
        assert len(large) < MAX_RECORD
        assert _seconds(large) < 8 * 4 * (min(_seconds(small) for _ in range(3)) + 0.01)
