from datetime import UTC, datetime

import pytest

from sekisho.errors import EvidenceError
from sekisho.store.tombstones import Tombstones

AT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
A, B = b"a" * 32, b"b" * 32


@pytest.fixture
def stones(tmp_path):
    return Tombstones(tmp_path / "tombstones")


def test_nothing_is_gone_at_first(stones):
    assert not stones.gone()


def test_what_was_added_is_gone_for_every_reader_and_stands_there_once(stones):
    stones.add(A, AT)
    stones.add(A, AT)
    other = Tombstones(stones.file)
    assert set(other.gone()) == {A}
    stones.add(B, AT)
    assert set(other.gone()) == set(stones.gone()) == {A, B}
    assert stones.file.read_bytes() == f"{A.hex()} 2026-11-22\n{B.hex()} 2026-11-22\n".encode()


def test_a_line_that_a_crash_has_cut_swallows_no_other(stones):
    stones.add(A, AT)
    stones.file.write_bytes(stones.file.read_bytes() + b"6262")
    again = Tombstones(stones.file)
    assert set(again.gone()) == {A}
    again.add(B, AT)
    assert set(Tombstones(stones.file).gone()) == {A, B}


def test_a_line_that_is_none_is_no_reason_to_forget(stones):
    stones.file.write_bytes(b"z" * 64 + b" 2026-11-22\n")
    with pytest.raises(EvidenceError, match="no tombstone"):
        stones.gone()
