import gzip
import hashlib
import os

import pytest

from sekisho.audit.clean import choose
from sekisho.store.materialise.order import Order
from sekisho.store.materialise.warc import rewrite_warc
from tests.pages import response_of, warc_of

pytest.importorskip("fastwarc", reason="an extra")

PAGES = [
    (b"<p>one", "text/html"),
    (b"two", "text/plain"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"four", "text/plain"),
    (b"var a;", "text/javascript"),
]


def rewrite(tmp_path, data, allowed, **more):
    (tmp_path / "in").write_bytes(data)
    (tmp_path / "out").unlink(missing_ok=True)
    known = {f"w#{n}": None for n in (1, 2, 3, 4)}
    known |= {f"w#{n}": hashlib.sha256(PAGES[n - 1][0]).digest() for n in allowed}
    order = Order(known=known, denied=frozenset(), choose=choose, **more)
    with (tmp_path / "in").open("rb", buffering=0) as raw:
        rewrite_warc(raw.fileno(), "w", os.fsencode(tmp_path / "out"), order, 1 << 20)
    return (tmp_path / "out").read_bytes() if (tmp_path / "out").exists() else None, order.tally


def test_kept_records_are_byte_identical(tmp_path):
    out, tally = rewrite(tmp_path, warc_of(PAGES), {1, 4})
    assert out == response_of(*PAGES[0]) + response_of(*PAGES[3])
    assert (tally.kept, tally.dropped, tally.refused) == (2, 4, [])
    assert rewrite(tmp_path, warc_of(PAGES), set())[0] is None


def test_a_picture_is_kept_or_left_as_it_was_decided(tmp_path):
    out, tally = rewrite(tmp_path, warc_of(PAGES), {3})
    assert (out, tally.kept) == (response_of(*PAGES[2]), 1)
    twice = warc_of([*PAGES, PAGES[2]])
    out, tally = rewrite(tmp_path, twice, {3})
    assert (out, tally.refused) == (response_of(*PAGES[2]), ["w#6"]), "what nobody decided about"
    out, tally = rewrite(tmp_path, warc_of(PAGES).replace(b"PNG", b"XNG"), {3})
    assert (out, tally.refused) == (None, ["w#3"]), "what is not what it was"


def test_of_a_run_without_texts_the_pictures_are_kept(tmp_path):
    out, tally = rewrite(tmp_path, warc_of(PAGES), {1, 3}, texts=False)
    assert (out, tally.refused) == (response_of(*PAGES[2]), [])


@pytest.mark.parametrize("whole", [False, True])
def test_a_packed_file_is_packed_record_by_record(tmp_path, whole):
    data = gzip.compress(warc_of(PAGES)) if whole else warc_of(PAGES, packed=True)
    out, _ = rewrite(tmp_path, data, {1, 4})
    assert out == b"".join(gzip.compress(response_of(*PAGES[n]), 6, mtime=0) for n in (0, 3))


def test_a_changed_record_is_refused_and_none_is_edited(tmp_path):
    data = warc_of(PAGES).replace(b"two", b"TWO")
    edits = {"w#4": (hashlib.sha256(b"four").digest(), [("", 0, 1, "")])}
    out, tally = rewrite(tmp_path, data, {1, 2}, edits=edits)
    assert out == response_of(*PAGES[0])
    assert (tally.refused, tally.unedited, tally.edited) == (["w#2"], ["w#4"], 0)


def test_a_cut_file_gives_what_is_before_the_cut(tmp_path):
    out, _ = rewrite(tmp_path, warc_of(PAGES[:4])[:-6], {1, 4})
    assert out == response_of(*PAGES[0])
