import io
import pyarrow.parquet as pq
from sekisho.audit.rows import SCHEMA
from tests.erasing import scene
def test_all(tmp_path):
    here = scene(tmp_path)
    before = {p.name: pq.read_table(p).schema for p in (here.run/"decisions").iterdir()}
    here.apply(0)
    for p in (here.run/"decisions").iterdir():
        after = pq.read_table(p).schema
        for name in SCHEMA.names:
            a, b = before[p.name].field(name), after.field(name)
            if a != b or a != SCHEMA.field(name): print("DIFF", name, a, b, SCHEMA.field(name))
    assert 0
