import hashlib

import pytest

from sekisho.audit.membership import merge
from sekisho.audit.membership.merge import SLICE_RECORDS, one_slice, slice_bits, slices
from sekisho.audit.membership.records import RECORD_BYTES, Run
from sekisho.errors import EvidenceError
from sekisho.ledger.tree import node_hash
from tests.world import MemoryFiles

LEAF = [bytes([n]) * 32 for n in range(256)]


def digest(number):
    return hashlib.sha256(str(number).encode()).digest()


def written(*units):
    """Return files with the sorted run of each unit, and the runs."""
    files, runs = MemoryFiles(), []
    for number, unit in enumerate(units):
        files.write(f"u{number}", b"".join(key + leaf for key, leaf in sorted(unit, key=lambda one: one[0])))
        runs.append(Run(f"u{number}", len(unit)))
    return files, runs


def merged(files, runs, bits=0):
    return [pair for some in slices(files, runs, bits) for pair in some]


UNITS = [[(digest((unit, n)), LEAF[n]) for n in range(40 * unit)] for unit in range(4)]


@pytest.mark.parametrize("bits", [0, 1, 5])
def test_all_units_are_merged_in_order(bits):
    files, runs = written(*UNITS)
    assert merged(files, runs, bits) == sorted(pair for unit in UNITS for pair in unit)


@pytest.mark.parametrize("bits", [0, 3, 6])
def test_one_slice_is_one_of_the_slices(bits):
    files, runs = written(*UNITS)
    for number, pairs in enumerate(slices(files, runs, bits)):
        assert one_slice(files, runs, bits, number) == pairs


def test_a_slice_is_found_where_the_keys_are_not_spread():
    crowded = [(b"\xf0" + digest(n)[1:], LEAF[n]) for n in range(200)]
    files, runs = written(crowded, UNITS[1])
    for number, pairs in enumerate(slices(files, runs, 4)):
        assert one_slice(files, runs, 4, number) == pairs


def test_only_a_window_of_a_run_is_read(monkeypatch):
    monkeypatch.setattr(merge, "WINDOW", 8)
    files, runs = written(*UNITS)
    reads = []
    read = files.read_part
    files.read_part = lambda name, start, stop: reads.append(stop - start) or read(name, start, stop)
    assert merged(files, runs, 4) == sorted(pair for unit in UNITS for pair in unit)
    assert max(reads) == 8 * RECORD_BYTES


def test_several_rows_with_the_same_bytes_are_one_key_in_the_order_of_the_plan():
    key, other = digest("same"), digest("other")
    files, runs = written([(key, LEAF[1]), (other, LEAF[9])], [], [(key, LEAF[2])])
    found = dict(merged(files, runs))
    assert found == {key: node_hash(LEAF[1], LEAF[2]), other: LEAF[9]}


def test_keys_that_begin_alike_are_kept_apart():
    begin = b"\x11" * 16
    files, runs = written([(begin + b"\xff" * 16, LEAF[1])], [(begin + b"\0" * 16, LEAF[2])])
    assert merged(files, runs) == [(begin + b"\0" * 16, LEAF[2]), (begin + b"\xff" * 16, LEAF[1])]


def test_the_highest_key_is_in_the_last_slice():
    files, runs = written([(b"\xff" * 32, LEAF[0])])
    assert [len(pairs) for pairs in slices(files, runs, 2)] == [0, 0, 0, 1]
    assert one_slice(files, runs, 2, 3) == [(b"\xff" * 32, LEAF[0])]


def test_no_unit_and_no_record():
    assert merged(MemoryFiles(), []) == []
    assert merged(*written([], []), 3) == []
    assert one_slice(MemoryFiles(), [], 0, 0) == []


@pytest.mark.parametrize("length", [0, RECORD_BYTES - 1, 3 * RECORD_BYTES - 1])
def test_a_file_that_is_shorter_than_its_commit_says(length):
    files, runs = written(UNITS[1])
    files.data["u0"] = files.data["u0"][:length]
    with pytest.raises(EvidenceError, match="u0 has fewer records"):
        merged(files, runs)


def test_a_file_out_of_order_is_refused():
    files, runs = written(UNITS[1])
    data = files.data["u0"]
    files.data["u0"] = data[-RECORD_BYTES:] + data[RECORD_BYTES:-RECORD_BYTES] + data[:RECORD_BYTES]
    with pytest.raises(EvidenceError, match="not in the order"):
        merged(files, runs, 6)


def test_slices_have_about_one_size():
    assert [slice_bits(n) for n in (0, 1, SLICE_RECORDS, SLICE_RECORDS + 1)] == [0, 0, 0, 1]
    assert slice_bits(10_000_000) == 10
