from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.store.datasets.parquet import DAMAGE, Told, cut_parquet, open_parquet


def test_slices_are_whole_row_groups(tmp_path):
    table = pa.table({"jpg": [bytes([i]) * 100 for i in range(50)], "n": range(50)})
    pq.write_table(table, tmp_path / "p.parquet", row_group_size=10)
    file = open_parquet(str(tmp_path / "p.parquet"))
    cut = [(g.first, g.last, g.start, g.stop) for g in cut_parquet(file, 4000, 1 << 30, 25)]
    assert cut == [(0, 2, 0, 20), (2, 4, 20, 40), (4, 5, 40, 50)]
    assert len(list(cut_parquet(file, 4000, 1, 1000))) == 5


def test_a_slice_has_its_share_of_the_bytes_of_the_file(tmp_path):
    pq.write_table(pa.table({"talk": ["a" * 200] * 50}), tmp_path / "p.parquet", row_group_size=25)
    file = open_parquet(str(tmp_path / "p.parquet"))
    assert [g.bytes for g in cut_parquet(file, 9000, 5000, 1000)] == [4500, 4500]
    (whole,) = cut_parquet(file, 9000, 9000, 1000)
    assert whole.bytes == 9000


def test_a_damaged_column_does_not_end_the_process(tmp_path):
    """Found by the soak: one bit in the sizes of a column, and pyarrow called `terminate`."""
    path = tmp_path / "p.parquet"
    pq.write_table(pa.table({"text": [f"text {n}" for n in range(20)]}), path, row_group_size=7)
    raw = path.read_bytes()
    cut = 0
    for at in range(len(raw) - 8 - int.from_bytes(raw[-8:-4], "little"), len(raw) - 8):
        for flip in (0x01, 0x55):
            path.write_bytes(raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :])
            with suppress(*DAMAGE):
                cut += len(list(cut_parquet(open_parquet(str(path)), len(raw), 1 << 30, 25)))
    assert cut


def test_a_row_has_two_items_only_with_picture_and_text():
    assert [Told(c, t, 0, 1).step for c, t in (("a", ("b",)), ("a", ()), (None, ("b",)))] == [2, 1, 1]
