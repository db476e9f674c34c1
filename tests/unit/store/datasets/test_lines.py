import gzip
import os

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.lines import Lines, TooLong, cut_lines, text_stream
from sekisho.store.datasets.streams import WINDOW

PIECES = st.lists(st.text("ab\n\r\u3042", max_size=12).map(str.encode), max_size=12)


def reader(pieces):
    """Return what reads pieces; an empty one would be the end."""
    left = iter([piece for piece in pieces if piece])
    return lambda _count: next(left, b"")


def all_of(lines, most=3):
    found = []
    while some := lines.take(most):
        assert len(some) <= most
        found += some
        assert lines.number == len(found)
    return found


@given(PIECES)
def test_lines_do_not_depend_on_how_they_are_read(pieces):
    whole = b"".join(pieces)
    expected = whole.split(b"\n")
    if not expected[-1]:
        expected.pop()
    lines = Lines(reader(pieces), 1 << 20)
    assert all_of(lines) == expected
    assert lines.open_end is (whole != b"" and not whole.endswith(b"\n"))


@given(PIECES, st.integers(0, 9))
def test_a_long_line_is_counted_and_not_held(pieces, limit):
    whole = b"".join(pieces).split(b"\n")
    found = all_of(Lines(reader(pieces), limit))
    for line, seen in zip(whole, found, strict=False):
        assert seen == (TooLong(len(line)) if isinstance(seen, TooLong) else line)
        assert not (isinstance(seen, TooLong) and len(line) <= limit)
    held = Lines(reader(pieces), 1 << 20)
    held.skip(2)
    assert all_of_rest(held) == whole[2 : len(found)]


def all_of_rest(lines):
    return [line for some in iter(lambda: lines.take(2), ()) for line in some]


def test_a_line_without_end_is_not_kept():
    pieces = [b"x" * WINDOW] * 50 + [b"\nshort\n"]
    lines = Lines(reader(pieces), 1000)
    assert all_of(lines) == [TooLong(50 * WINDOW), b"short"]


@pytest.mark.parametrize("packing", ["", "gzip", "zstd"])
def test_streams_of_every_packing(tmp_path, packing):
    body = b"".join(b"line %d\n" % n for n in range(50_000))
    packed = {"": body, "gzip": gzip.compress(body), "zstd": pa.compress(body, "zstd", asbytes=True)}[packing]
    (tmp_path / "f").write_bytes(packed)
    with (tmp_path / "f").open("rb", buffering=0) as raw:
        size = os.fstat(raw.fileno()).st_size
        lines = Lines(text_stream(raw, packing, 0, size).some, 100)
        cuts = list(cut_lines(lines, 1 << 30, 20_000))
    assert [(c.first, c.lines) for c in cuts] == [(0, 20_000), (20_000, 20_000), (40_000, 10_000)]
    assert body[cuts[1].start : cuts[1].stop].splitlines()[0] == b"line 20000"
    assert cuts[-1].stop == len(body)


def test_cuts_end_with_the_line_that_fills_them():
    lines = Lines(reader([b"12345\n" * 7 + b"rest"]), 100)
    assert [(c.first, c.lines, c.start) for c in cut_lines(lines, 12, 100)] == [
        *((0, 2, 0), (2, 2, 12), (4, 2, 24), (6, 2, 36))
    ]


def test_what_is_before_damage_is_cut_first():
    pieces = [b"c", b"a\nb\n"]

    def broken(_count):
        if not pieces:
            raise DamageError("cut")
        return pieces.pop()

    cuts = cut_lines(Lines(broken, 100), 100, 100)
    assert next(cuts)[:2] == (0, 2)
    with pytest.raises(DamageError):
        next(cuts)
