import gzip
import json
import os
import pickle

import pyarrow as pa
import pytest

from sekisho.detect.signals.records import answered
from sekisho.model import Asked, TextForm, TextSource, Unreadable
from sekisho.store.datasets import open_datasets
from sekisho.store.datasets.unit import Unit

PACK = {
    "a.jsonl": lambda data: data,
    "a.jsonl.gz": lambda data: gzip.compress(data, mtime=0),
    "a.jsonl.zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}


def write(folder, name, data):
    (folder / name).write_bytes(PACK[name](data))
    (dataset,) = open_datasets([folder / name])
    return dataset


def read(dataset, units):
    found, skipped = {}, 0
    for unit in units:
        reading = dataset.read(pickle.loads(pickle.dumps(unit)))  # noqa: S301 - our own, just made
        for item in reading:
            found[item.name.partition("#")[2]] = item.problem.reason if item.problem else item.data
        skipped += reading.skipped
    return found, skipped


@pytest.mark.parametrize("name", PACK)
def test_lines_are_items_whatever_ends_them(tmp_path, name):
    data = b'{"a":1}\r\n\n \t\r\n{"b":2}\n{"c":\xff}\n{"d":4}'
    dataset = write(tmp_path, name, data)
    found, skipped = read(dataset, dataset.plan())
    assert found == {"0": b'{"a":1}', "3": b'{"b":2}', "4": b'{"c":\xff}', "5": b'{"d":4}'}
    assert skipped == 2


@pytest.mark.parametrize("name", PACK)
def test_every_unit_can_be_read_by_itself_and_in_any_order(tmp_path, name):
    lines = [b'{"n":%d}' % n for n in range(1000)]
    dataset = write(tmp_path, name, b"\n".join(lines))
    units = list(dataset.plan(max_items=5))
    assert len(units) == 10
    expected = {str(n): line for n, line in enumerate(lines)}
    assert read(dataset, units)[0] == expected
    assert read(dataset, units[::-1])[0] == expected
    assert list(read(dataset, units[7:8])[0]) == [str(n) for n in range(700, 800)]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_a_packed_file_is_unpacked_once_for_all_units(tmp_path, name, monkeypatch):
    dataset = write(tmp_path, name, b"".join(b'{"n":"%d"}\n' % (n * 7919) for n in range(60_000)))
    units = list(dataset.plan())
    opened = []
    before = os.open
    monkeypatch.setattr(os, "open", lambda *given: opened.append(given[0]) or before(*given))
    assert len(read(dataset, units)[0]) == 60_000
    assert len(units) == 3
    assert len(opened) == 1


def test_a_plan_does_not_depend_on_times(tmp_path):
    dataset = write(tmp_path, "a.jsonl", b"1\n2\n3\n")
    units = [unit.identity() for unit in dataset.plan(max_items=1)]
    os.utime(tmp_path / "a.jsonl", (1, 1))
    assert [unit.identity() for unit in dataset.plan(max_items=1)] == units
    (tmp_path / "a.jsonl").write_bytes(b"1\n\n23\n")
    assert [unit.identity() for unit in dataset.plan(max_items=1)] == units, "as many lines, as many bytes"
    (tmp_path / "a.jsonl").write_bytes(b"1\n23\n\n4")
    assert [unit.identity() for unit in dataset.plan(max_items=1)] != units


@pytest.mark.parametrize("name", PACK)
@pytest.mark.parametrize("limit", [99, 100])
def test_a_line_that_is_too_long_is_not_read(tmp_path, name, limit):
    write(tmp_path, name, b"x" * 100 + b"\r\n" + b"y" * 2_000_000 + b"\nz")
    (dataset,) = open_datasets([tmp_path / name], max_bytes=limit)
    first = b"x" * 100 if limit == 100 else Unreadable.TOO_LARGE
    assert read(dataset, dataset.plan())[0] == {"0": first, "1": Unreadable.TOO_LARGE, "2": b"z"}


def test_a_line_says_how_it_is_read(tmp_path):
    write(tmp_path, "a.jsonl", b"{}")
    (dataset,) = open_datasets([tmp_path / "a.jsonl"], text_fields=["text", "title", "text"])
    (unit,) = dataset.plan()
    (item,) = dataset.read(unit)
    assert item.text == TextSource(form=TextForm.JSON, fields=("text", "title"), asked=Asked.ALL)
    assert item.named_as_media
    assert isinstance(unit, Unit)
    assert json.loads(unit.members) == {"first": 0, "lines": 1}


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_a_cut_file_gives_its_lines_and_one_item_for_the_rest(tmp_path, name):
    lines = [b'{"n":"%s"}' % os.urandom(60).hex().encode() for _ in range(5000)]
    whole = PACK[name](b"\n".join(lines))
    for cut in (0, 1, len(whole) // 3, len(whole) - 20, len(whole) - 1):
        (tmp_path / name).write_bytes(whole[:cut])
        (dataset,) = open_datasets([tmp_path / name])
        found, _ = read(dataset, dataset.plan(max_items=100))
        assert found.pop("") is Unreadable.CONTAINER_CORRUPT
        assert list(found.values()) == lines[: len(found)]
        assert cut < len(whole) // 2 or len(found) > 1000 or name.endswith("zst")


@pytest.mark.parametrize("name", PACK)
def test_a_file_that_changes_is_one_item(tmp_path, name):
    dataset = write(tmp_path, name, b"1\n" * 300)
    one, two = dataset.plan(max_items=8)
    assert len(read(dataset, [one])[0]) == 160
    os.utime(tmp_path / name, (1, 1))
    assert read(dataset, [two])[0] == {"160-299": Unreadable.CHANGED_WHILE_READ}
    (tmp_path / name).unlink()
    assert read(dataset, [one])[0] == {"0-159": Unreadable.CHANGED_WHILE_READ}


def test_a_file_that_changes_while_it_is_read(tmp_path):
    dataset = write(tmp_path, "a.jsonl", b'"' + b"x" * 1000 + b'"\n')
    (tmp_path / "a.jsonl").write_bytes((b'"' + b"x" * 1000 + b'"\n') * 1000)
    (unit,) = dataset.plan()
    items = iter(dataset.read(unit))
    assert next(items).name == "a.jsonl#0"
    os.utime(tmp_path / "a.jsonl", (1, 1))
    *_, last = items
    assert last.problem.reason is Unreadable.CHANGED_WHILE_READ
    assert last.name.endswith("-999")


def test_an_empty_file_has_no_items(tmp_path):
    dataset = write(tmp_path, "a.jsonl", b"")
    assert list(dataset.plan()) == []
    for name in ("a.jsonl.gz", "a.jsonl.zst"):
        dataset = write(tmp_path, name, b"")
        assert read(dataset, dataset.plan()) == ({}, 0)


def test_a_record_tells_where_it_was_found_if_that_is_asked_for(tmp_path):
    lines = [
        b'{"text": "a", "url": "https://example.jp/"}',
        b'{"text": "b", "x-robots-tag": "noai"}',
        b"{",
        b"5",
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    told = []
    for addresses in (True, False):
        (dataset,) = open_datasets([tmp_path / "a.jsonl"], addresses=addresses)
        (unit,) = dataset.plan()
        told.append([answered(item).told for item in dataset.read(unit)])
    with_addresses, without = told
    assert with_addresses[0].url == "https://example.jp/"
    assert without == [None, *with_addresses[1:]]
    assert [one is None for one in without] == [True, False, True, True]
