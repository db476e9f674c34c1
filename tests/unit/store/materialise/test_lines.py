import gzip
import hashlib
import os

import pyarrow as pa
import pytest

from sekisho.audit.clean import choose
from sekisho.errors import EvidenceError
from sekisho.store.materialise.lines import rewrite_lines
from sekisho.store.materialise.order import Order

LINES = [b'{"n":0}\n', b'{"n": 1}\r\n', b" \n", b'{"t":"call 03"}\r\n', b'{"n":4}\n', b'{"n":5}']
WHOLE = b"".join(LINES)
PACK = {
    "jsonl": (lambda data: data, lambda data: data),
    "jsonl.gz": (gzip.compress, gzip.decompress),
    "jsonl.zst": (
        lambda data: pa.compress(data, "zstd", asbytes=True),
        lambda data: pa.CompressedInputStream(pa.BufferReader(data), "zstd").read(),
    ),
}


def sha(line):
    return hashlib.sha256(line.rstrip(b"\r\n")).digest()


def rewrite(tmp_path, kind, allowed, data=WHOLE, **more):
    pack, unpack = PACK[kind]
    (tmp_path / "in").write_bytes(pack(data))
    (tmp_path / "out").unlink(missing_ok=True)
    known = {f"a#{n}": sha(line) if n in allowed else None for n, line in enumerate(LINES) if line.strip()}
    order = Order(known=known, denied=frozenset(more.pop("denied", ())), choose=choose, **more)
    with (tmp_path / "in").open("rb", buffering=0) as raw:
        rewrite_lines(raw, kind, "a", os.fsencode(tmp_path / "out"), order, 1000)
    out = tmp_path / "out"
    return unpack(out.read_bytes()) if out.exists() else None, order.tally


@pytest.mark.parametrize("kind", PACK)
def test_kept_lines_are_byte_identical_and_in_order(tmp_path, kind):
    out, tally = rewrite(tmp_path, kind, {0, 1, 5})
    assert bytes(out) == LINES[0] + LINES[1] + LINES[5]
    assert (tally.kept, tally.dropped, tally.refused) == (3, 3, [])
    out, _ = rewrite(tmp_path, kind, {1, 4})
    assert bytes(out) == LINES[1] + LINES[4]
    assert rewrite(tmp_path, kind, set())[0] is None


def test_two_copies_are_equal(tmp_path):
    for kind in PACK:
        found = set()
        for _ in range(2):
            rewrite(tmp_path, kind, {0, 4})
            found.add((tmp_path / "out").read_bytes())
        assert len(found) == 1


def test_a_changed_line_is_refused_and_a_denied_one_left_out(tmp_path):
    data = WHOLE.replace(b'{"n":0}', b'{"n":9}')
    out, tally = rewrite(tmp_path, "jsonl", {0, 1, 4}, data, denied=[sha(LINES[4])])
    assert out == LINES[1]
    assert tally.refused == ["a#0", "a#4"]


def test_a_line_is_edited_and_keeps_its_end(tmp_path):
    edits = {"a#3": (sha(LINES[3]), [("/t", 5, 7, "[phone]")])}
    out, tally = rewrite(tmp_path, "jsonl", {0}, edits=edits, denied=[sha(LINES[3])])
    assert out == LINES[0] + b'{"t":"call [phone]"}\r\n'
    assert (tally.kept, tally.edited, tally.refused, tally.unedited) == (2, 1, [], [])


def test_a_line_that_changed_or_does_not_fit_is_not_edited(tmp_path):
    other = {"a#3": (bytes(32), [("/t", 5, 7, "[phone]")])}
    out, tally = rewrite(tmp_path, "jsonl", {0}, edits=other)
    assert (out, tally.refused) == (LINES[0], ["a#3"])
    far = {"a#3": (sha(LINES[3]), [("/t", 5, 8, "[phone]")])}
    with pytest.raises(EvidenceError):
        rewrite(tmp_path, "jsonl", {0}, edits=far)


def test_what_is_before_damage_is_kept_and_a_long_line_is_not(tmp_path):
    data = LINES[0] + b'"' + b"x" * 2000 + b'"\n' + os.urandom(3000).hex().encode() + b"\n"
    (tmp_path / "in").write_bytes(gzip.compress(data)[:-8])
    order = Order(known={"a#0": sha(LINES[0])}, denied=frozenset(), choose=choose)
    with (tmp_path / "in").open("rb", buffering=0) as raw:
        rewrite_lines(raw, "jsonl.gz", "a", os.fsencode(tmp_path / "out"), order, 1000)
    assert gzip.decompress((tmp_path / "out").read_bytes()) == LINES[0]
