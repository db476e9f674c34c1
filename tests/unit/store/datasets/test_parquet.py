import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.store.datasets.parquet import Told, cut_parquet, open_parquet


def test_slices_are_whole_row_groups(tmp_path):
    table = pa.table({"jpg": [bytes([i]) * 100 for i in range(50)], "n": range(50)})
    pq.write_table(table, tmp_path / "p.parquet", row_group_size=10)
    file = open_parquet(str(tmp_path / "p.parquet"))
    cut = [(g.first, g.last, g.start, g.stop) for g in cut_parquet(file, "jpg", (), 1 << 30, 25)]
    assert cut == [(0, 2, 0, 20), (2, 4, 20, 40), (4, 5, 40, 50)]
    assert len(list(cut_parquet(file, "jpg", (), 1, 1000))) == 5


def test_columns_of_text_count_with_all_their_leaves(tmp_path):
    talk = [[{"role": "user", "content": f"{i}" * 200}] for i in range(50)]
    pq.write_table(pa.table({"talk": talk, "n": range(50)}), tmp_path / "p.parquet", row_group_size=10)
    file = open_parquet(str(tmp_path / "p.parquet"))
    (whole,) = cut_parquet(file, None, ("talk",), 1 << 30, 1000)
    assert whole.bytes > sum(file.metadata.row_group(i).column(2).total_compressed_size for i in range(5))
    assert len(list(cut_parquet(file, None, ("talk",), 1, 1000))) == 5


def test_a_row_has_two_items_only_with_picture_and_text():
    assert [Told(c, t, 0, 1).step for c, t in (("a", ("b",)), ("a", ()), (None, ("b",)))] == [2, 1, 1]
